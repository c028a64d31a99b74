// Sums of one side's secret numbers over the bins of another side's columns, by BFV with plaintext products: the owner of numbers (gradients
// and hessians of rows that both have in the same order) encrypts them once for a tree, the partner multiplies by which rows are in which bin, the owner decrypts
// the sums. The partner learns nothing of the numbers, the owner nothing of the rows but the sums. docs/decisions/homomorphic-columns.md says why
// this way, and what it costs.
//
// Known ways to misuse it:
// - The owner reads sums over rows with numbers of his own choice. An owner who lies encrypts 1 for one row and 0 for all others, and reads that row's
//   bin of every column; with powers of two, those of thirty rows at once. Nothing in the ciphertexts shows it, and the partner sees nothing.
// - A bin of one row shows that row's bin to an owner whose numbers differ from row to row. How few rows a bin may have is for the caller to bound.
// - Privacy of columns is proved against an owner whose key and ciphertexts are well-formed. One who makes noise of his own choice reads some further
//   linear combinations of the indicators, as by lying numbers. Random parts are hashes of seeds, so that he cannot choose those.
// - The public key must be signed by the owner: whoever swaps it together with the ciphertexts is the owner. The key's name in the bytes is no signature.
// - What the owner does after decrypting (the split he takes, a refusal) tells the partner about numbers, and in the end the key, if answers are
//   made on purpose. One key pair for one round; after a refusal no further answer is decrypted.
// - Nobody proves that answers are of the columns that were agreed.

export { type OpenRows, openRows } from './bin-sums.ts';
export type { BinColumn } from './indicators.ts';
export { decryptSums } from './open-sums.ts';
export { type RowKind, rowBytes } from './row-bytes.ts';
export { encryptRows, newRowKeys, type RowKeys } from './row-keys.ts';
export {
  binsAtOnceMax,
  binsMax,
  binsPerAnswer,
  ciphertextCount,
  listsMax,
  noBin,
  rowParameters,
  rowsMax,
  rowsPerCiphertext,
  sumMax,
} from './row-parameters.ts';
