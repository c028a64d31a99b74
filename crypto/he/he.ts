// Sums of vectors that the adder cannot read: BFV (Brakerski 2012; Fan and Vercauteren 2012) by Microsoft SEAL. Members encrypt under a
// custodian's public key, a coordinator adds ciphertexts, the custodian decrypts the sum. Bytes in, bytes out: no messages, no customers.
// docs/decisions/homomorphic-sums.md says why this way, and what it costs.
//
// Known ways to misuse it:
// - The custodian decrypts whatever it is given. A coordinator who shows it one member's ciphertext as a "sum", or ciphertexts of his own
//   making, reads members: BFV is safe against those who choose plaintexts, not against those who have ciphertexts of their choice decrypted.
//   What is decrypted must be settled by a protocol, and coordinator and custodian must be two.
// - A public key that comes over the network must be signed by the custodian: whoever swaps it reads everything.
// - Nothing keeps a member from adding any vector it likes, or another's ciphertext once more, and noise that spoils the sum. Spoilt sums
//   are refused, wrong ones are not noticed.
// - Nothing of the sum is hidden from the custodian, who sees its values and can measure its noise, which is the sum of the members' noises.
// - Sums over another's columns have a list of their own, in columns/columns.ts: a lying owner of numbers reads rows of his choice, and answers of a
//   lying partner, decrypted and reacted to, give the owner's key away.

export { type Adder, addCiphertexts, newAdder } from './adder.ts';
export {
  type BinColumn,
  binsAtOnceMax,
  binsMax,
  binsPerAnswer,
  ciphertextCount,
  decryptSums,
  encryptRows,
  listsMax,
  newRowKeys,
  noBin,
  type OpenRows,
  openRows,
  type RowKeys,
  type RowKind,
  rowBytes,
  rowParameters,
  rowsMax,
  rowsPerCiphertext,
  sumMax,
} from './columns/columns.ts';
export { joinKey, type SplitKey, splitKey } from './custody.ts';
export { HeError, type HeErrorCode } from './errors.ts';
export {
  chunkCount,
  type HeParameters,
  type ParametersName,
  parametersOf,
  parametersTable,
  vectorLengthMax,
} from './parameters.ts';
export { type Kind, packedBytes } from './residues.ts';
export { decryptVector, encryptVector, type KeyPair, newKeys, noiseBudgetBits } from './vectors.ts';
