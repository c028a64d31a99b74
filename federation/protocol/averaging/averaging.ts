// Learning linear and neural models together by sums alone, the front of this folder: what every member computes alike from an opened sum, so
// that nobody has to be trusted with a step. Pure: no network, no keys, no rows. docs/averaging.md says how the pieces go together.

export { memberLimit, wordHalf } from './digits.ts';
export { fewestInGroup, groupsOf } from './groups.ts';
export { decodeHeldLoss, encodeHeldLoss, type HeldLoss, heldLimits, heldWords, type Watch, watch } from './held-loss.ts';
export {
  decodeMoments,
  encodeMoments,
  type FeatureMoments,
  fewestDefault,
  type Moments,
  momentLimits,
  momentWords,
  type StandardColumn,
  type Standardiser,
  standardiserOf,
} from './moments.ts';
export { type NewtonSettings, type NewtonState, newtonDefaults, nextNewton, startNewton } from './newton.ts';
export { decodeLogisticSums, encodeLogisticSums, type LogisticSums, newtonWords } from './newton-sums.ts';
export { fewestGroups, geometricDefaults, type RobustOutcome, type RobustRule, robustMean } from './robust.ts';
export { adaptiveDefaults, type ServerRule, type ServerState, startServer, stepServer } from './server-step.ts';
export {
  clipToNorm,
  decodeUpdate,
  encodeUpdate,
  honestNorm,
  type MeanUpdate,
  type UpdateScale,
  type UpdateTerms,
  updateLimits,
  updateScale,
  updateSensitivity,
} from './update-codec.ts';
