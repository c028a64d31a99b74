// A masked ("secure") sum of vectors, the mathematics of it: who adds up learns the sum and no member's vector, and the sum still comes out when
// members drop. After Bonawitz et al. 2017 (CCS, protocol for malicious parties) and Bell et al. 2020. Bytes in, bytes out: no network, no state
// but what Reveals writes down. docs/decisions/masks.md says why it is as it is.
//
// One sum, number k of a session:
//   ahead     each member draws newSumSecrets(), publishes commitments and public key (openMaster), shareSecret()s both to all (sealShares)
//   pairs     of two members the lower id offer()s to the higher one, which accept()s
//   input     toResidues(), maskVector(); who collects adds up by sumVectors()
//   opening   members decide (Reveals) and give their shares: of selfSeed for those whose vectors came, of maskMaster for the others
//   sum       reconstruct(), recoverPairs(), unmask(), fromResidues()
//
// What it does not do, and the caller has to: sign public keys, ciphertexts and the list of survivors; keep a sum from being asked about few
// members, or twice about almost the same ones; keep values within their bound. Any member can spoil a sum by a false vector, unseen.

export {
  type Agreement,
  AgreementRefused,
  agreementSizes,
  type MaskKeys,
  MasterMismatch,
  openMaster,
  type Pair,
  type Published,
  recoverPairs,
} from './agreement.ts';
export { clip, type FixedPoint, fixedPoint, fromResidues, toResidues } from './fixed-point.ts';
export { maskLimits, pairSign, type SumPlace } from './labels.ts';
export { maskVector, sumVectors, unmask } from './mask.ts';
export {
  decidedSumsMax,
  type Reveal,
  RevealRefused,
  type RevealRules,
  Reveals,
  type RevealsRecord,
  survivorsDigest,
} from './reveals.ts';
export {
  type Batch,
  batchSumsMax,
  openShares,
  SealedSharesBroken,
  type SumShares,
  sealedOverheadBytes,
  sealShares,
} from './sealed-shares.ts';
export { commitmentOf, newSumSecrets, type SecretKind, type SumSecrets, secretBytes } from './secrets.ts';
export {
  attemptsMax,
  type Committed,
  type GivenShare,
  type Reconstructed,
  reconstruct,
  type Setting,
  SharesRefused,
  shareBytes,
  shareHashOf,
  shareSecret,
  thresholdOf,
} from './shares.ts';
export { modulusLimits } from './stream.ts';
