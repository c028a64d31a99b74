// Masked sums in plain code, for tests only: integers without limit, one value after the other, as Bonawitz et al. 2017 write them.

import { chacha20 } from '@noble/ciphers/chacha.js';

/** The first values of a key's stream. `fair: false` keeps the words that a correct stream passes over, for tests that have to notice it. */
export function plainStream(key: Uint8Array, nonce: Uint8Array, modulus: number, length: number, fair = true): bigint[] {
  const t = BigInt(modulus);
  const limit = fair ? (2n ** 32n / t) * t : 2n ** 32n;
  const bytes = Buffer.from(chacha20(Uint8Array.from(key), Uint8Array.from(nonce), new Uint8Array(4 * (4 * length + 64))));
  const values: bigint[] = [];
  for (let at = 0; values.length < length; at += 4) {
    const word = BigInt(bytes.readUInt32LE(at));
    if (word < limit) values.push(word % t);
  }
  return values;
}

type PlainMask = { readonly key: Uint8Array; readonly nonce: Uint8Array; readonly sign: 1 | -1 };

export function plainMask(values: Uint32Array, masks: readonly PlainMask[], modulus: number): Uint32Array {
  const t = BigInt(modulus);
  const sums = Array.from(values, BigInt);
  for (const { key, nonce, sign } of masks) {
    for (const [at, value] of plainStream(key, nonce, modulus, values.length).entries()) sums[at]! += BigInt(sign) * value;
  }
  return Uint32Array.from(sums, (sum) => Number(((sum % t) + t) % t));
}

export function plainSum(vectors: readonly Uint32Array[], modulus: number): Uint32Array {
  return Uint32Array.from(vectors[0]!, (_, at) =>
    Number(vectors.reduce((sum, vector) => sum + BigInt(vector[at]!), 0n) % BigInt(modulus)),
  );
}

/** Pearson's statistic of values below the modulus over equal cells; with 256 cells and uniform values it is over 330 once in a thousand times. */
export function chiSquare(values: ArrayLike<number>, modulus: number, cells = 256): number {
  const counts = new Float64Array(cells);
  for (let at = 0; at < values.length; at += 1) counts[Math.floor((values[at]! * cells) / modulus)]! += 1;
  return counts.reduce((sum, count, cell) => {
    // How many of the modulus's values fall into this cell.
    const width = Math.ceil(((cell + 1) * modulus) / cells) - Math.ceil((cell * modulus) / cells);
    const expected = (values.length * width) / modulus;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}
