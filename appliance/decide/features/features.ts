// Features' front door: columns for everything that is decided, of a file or of the node's customers.

export { computedFeatures, doingsOf, type Feature, type FeatureGroup, featureGroups, features } from './catalogue.ts';
export { isNothing, numberIn } from './cells.ts';
export { ColumnBuilder, type ColumnNote } from './column-builder.ts';
export { CustomerMatrix, matrixLimits } from './customer-matrix.ts';
export { Customers, type CustomersSource, type FactsAt, type FollowState, followLimits } from './customers.ts';
export { activityDays } from './daily.ts';
export { type FileMatrix, type FileMatrixOptions, fileMatrixLimits, matrixOfFile } from './file-matrix.ts';
export { dayMs, Moment } from './moment.ts';
export { type PurchasesPage, purchasesOf, type RowsPage, rowLimits, rowsAt, rowsNow } from './rows.ts';
export { featureMigrations, featurePartsTable, SnapshotStore } from './snapshot-store.ts';
export { Snapshots, snapshotLimits } from './snapshots.ts';
export { type ColumnSummary, summaryOf } from './summary.ts';
