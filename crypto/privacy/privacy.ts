// Differential privacy: exact noise on integers, and the accountant of what was told in all. Pure functions; randomness by a port.
//
//   noise         the discrete Gaussian by an exact sampler (Canonne, Kamath, Steinke 2020), whole or in shares of several members
//   accountant    zCDP and Renyi divergences, sampled or not, added up and converted to epsilon and delta; and back, to how much noise
//   sensitivity   clipping, and how far one row or one member can move a result
//   ledger        one budget for each dataset and partner, over matches, statistics and rounds
//
// Known ways to misuse it:
// - A noise multiplier is sigma over the sensitivity. With a sensitivity that is wrong everything after it is right about something else.
// - Sampling helps only where each row is taken by a secret coin of its own. Shuffled batches, or who happened to be there, is no sampling.
// - Row-level promises protect a row. A person with ten rows, or a member with a million, has grouped() or member-level noise.
// - Figures are computed in doubles, within about 1e-9 of the formulas; noise is not.

export { calibrationLimits, type Plan, sigmaFor } from './calibrate.ts';
export {
  analyticGaussian,
  deltaOf,
  deltaOfRho,
  discreteGaussianDelta,
  epsilonOf,
  epsilonOfRho,
  gaussianDelta,
  gaussianEpsilon,
  type Promised,
  rhoOf,
} from './convert.ts';
export { discreteGaussian, discreteGaussians, noiseLimits } from './discrete-gaussian.ts';
export {
  type DistributedGaussian,
  distributedCurve,
  distributedDivergence,
  distributedRho,
  shareOfNoise,
  tau,
} from './distributed.ts';
export type { Random } from './draws.ts';
export {
  type Budget,
  type Charged,
  type Cost,
  charge,
  type Entry,
  type EntryKind,
  type Ledger,
  type Left,
  ledgerLimits,
  left,
  newLedger,
  opened,
  readLedger,
  refund,
  type Spent,
  spent,
} from './ledger.ts';
export { entryText, ledgerText, refusalText, type Text } from './ledger-texts.ts';
export { positiveRational, type Rational } from './rational.ts';
export {
  amplifiedCurve,
  type Curve,
  composed,
  gaussianRho,
  orders,
  repeated,
  type SampledGaussian,
  sampledGaussianCurve,
  zcdpCurve,
} from './rdp.ts';
export {
  clipped,
  clippedToIntegers,
  grouped,
  histogramSensitivity,
  normOf,
  replaced,
  type Sensitivity,
  updateSensitivity,
} from './sensitivity.ts';
