// Front door of segments: RFM, clusters by k-means, and lifetime value by BG/NBD and Gamma-Gamma. Columns in, columns out, the work on worker threads;
// beside them, files of purchases or customers as such columns.

export {
  type Clustering,
  type ClusterOptions,
  clusterLimits,
  clusterRows,
} from './clusters/clusters.ts';
export { noCluster } from './clusters/kernel.ts';
export type { Feature, Skew } from './clusters/prepare.ts';
export type { Difference, Profile } from './clusters/profile.ts';
export { cellReader, dayText } from './files/cells.ts';
export { type CustomerFile, type InputOptions, readCustomerFile } from './files/input.ts';
export { type CustomerTable, PurchaseLog } from './files/purchases.ts';
export type { Reject, TableRead } from './files/read-table.ts';
export { type Role, type RoleOptions, roles } from './files/roles.ts';
export type { BgNbd } from './lifetime/bgnbd.ts';
export {
  checkPurchases,
  complaintAbout,
  type FitWarning,
  fitWarnings,
  lifetimeLimits,
  type Purchases,
} from './lifetime/check.ts';
export {
  type Customer,
  discountedPurchases,
  expectedOfNew,
  expectedPurchases,
  probabilityAlive,
  probabilityOfPurchase,
} from './lifetime/expect.ts';
export {
  type CustomerScores,
  type Fit,
  type FitOptions,
  fitBgNbd,
  fitGammaGamma,
  lifetimeValues,
  type ScoreOptions,
  type SpendFit,
  type Spending,
  scoreCustomers,
} from './lifetime/fit.ts';
export { expectedSpend, type GammaGamma } from './lifetime/gammagamma.ts';
export { compareHoldout, type Holdout, type HoldoutRow } from './lifetime/holdout.ts';
export type { SegmentVersion, StoredSegment } from './live/book.ts';
export { changeCauses, type MemberChange } from './live/ledger.ts';
export {
  type MembersPage,
  type Overlap,
  type Preview,
  Segments,
  type SegmentView,
  segmentLimits,
  type Why,
} from './live/live.ts';
export type { Compared, Snapshot } from './live/snapshots.ts';
export { segmentMigrations, segmentSealedColumns } from './live/store.ts';
export type { SegmentsParts } from './live/surroundings.ts';
export { type RfmSegment, rfmSegments } from './rfm/names.ts';
export { type Rfm, type RfmBounds, type RfmInput, type RfmSummary, rfmLimits, rfmOfMatrix, scoreRfm } from './rfm/rfm.ts';
export { dependenciesOf } from './rules/dependencies.ts';
export { parse } from './rules/parse.ts';
export { print as printRule } from './rules/print.ts';
export { describeSyntaxError } from './rules/syntax-error.ts';
export { validate } from './rules/validate.ts';
export { vocabulary } from './rules/vocabulary.ts';
