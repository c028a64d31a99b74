// The one row of parameters of sums over another's columns, as a fixed table, and the bounds that follow from it. Kept apart from those of
// parameters.ts, whose ciphertexts have one data prime and add only. Every number is written down; row-context.ts checks that SEAL makes the same.
//
// Security: the HomomorphicEncryption.org standard (Albrecht et al. 2018, table 1, ternary secrets) allows 152 bits in all for N = 8192 at 192
// bits, and the three primes have 152. Public keys stand modulo their product, ciphertexts modulo q = q1 q2, answers modulo q1.
//
// Noise, at worst, in every coefficient (docs/decisions/homomorphic-columns.md derives it):
// - a fresh symmetric ciphertext is off by at most 21 (centred binomial) + 1/2 (q v / t rounded), so less than 22;
// - a product with an indicator of z coefficients +-1 by at most 22 z, and the sum over all chunks by at most 22 z with z over all rows: each
//   row stands at most once in each of the N/m bins of a group, so z <= rows N/m (`productNoiseMax`, the largest over the tiers);
// - the encryption of zero by 21 (2 N + 1) / p + 1/2 + N/2 < N/2 + 1;
// - the flood is uniform from -2^73 to 2^73 - 1;
// - switching to q1 divides all that by q2 and rounds: + 1/2 + N/2, as the key has coefficients -1, 0, 1.
// So an answer is off by at most 2^73 / q2 + (productNoiseMax + N/2 + 1) / q2 + N/2 + 1/2 < 12,290 (`noiseMax`), and decryption is exact while
// t noiseMax < q1 / 2: three eighths of that.

/** Names the row in bytes, after the two of parameters.ts. */
export const rowParameters = {
  name: 'columns-8192',
  /** Goes up when any number changes. */
  version: 1,
  code: 3,
  /** N, the degree. */
  slots: 8192,
  /** q1, which answers stand modulo: 48 bits. */
  answerPrime: 281_474_976_694_273n,
  /** q2, 60 bits: divided away with the products' noise before an answer leaves. */
  switchedPrime: 1_152_921_504_606_830_593n,
  /** p, 44 bits: of keys and fresh encryptions by public key only. */
  specialPrime: 17_592_186_028_033n,
  /** t, which sums stand modulo: the largest prime below 2^32 that is 1 modulo 2 N. */
  plainModulus: 4_294_475_777,
  securityBits: 192,
  /** The flood is uniform from -2^73 to 2^73 - 1. */
  floodBits: 73,
  /** Largest noise of products before the flood: 22 x 200,000 rows x 8 bins of a group. */
  productNoiseMax: 35_200_000,
  /** Noise of an answer beyond which it is refused: no honest one has more. */
  noiseMax: 12_290,
} as const;

/** Sums lie from minus this to this. */
export const sumMax = (rowParameters.plainModulus - 1) / 2;
export const rowsMax = 200_000;
/** Bins of one column. */
export const binsMax = 256;
/** Bins of all columns that are asked for at once: 6.5 MB of answers for each vector where rows are few. */
export const binsAtOnceMax = 4096;
/** Lists of numbers that are open together; 51 MB each with the most rows. */
export const listsMax = 4;
/** In place of a bin: the row is not to be counted. */
export const noBin = 65_535;

/**
 * m, a power of two: so many rows lie in one ciphertext, and N/m bins in one answer. Few rows cost many ciphertexts once in a tree, many
 * rows cost many answers in every node; what both cost together is least at about 2.7 sqrt(rows).
 */
export const rowsPerCiphertext = (rows: number): 256 | 512 | 1024 => (rows <= 20_000 ? 256 : rows <= 80_000 ? 512 : 1024);

export const ciphertextCount = (rows: number): number => Math.ceil(rows / rowsPerCiphertext(rows));
/** N/m: bins in one answer. */
export const binsPerAnswer = (rows: number): number => rowParameters.slots / rowsPerCiphertext(rows);

/** @throws {RangeError} */
export function checkRows(rows: number): void {
  if (!Number.isInteger(rows) || rows < 1 || rows > rowsMax) throw new RangeError(`rows: expected 1 to ${rowsMax}, got ${rows}`);
}
