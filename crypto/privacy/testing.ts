// What the tests of this folder share: a seeded stream of random bytes, and comparisons with their tolerance.

import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import type { Random } from './draws.ts';

/** AES-256 in counter mode under a key from the seed: the same bytes on every machine. */
export function seeded(seed: string | number): Random {
  const key = createHash('sha256').update(`privacy ${seed}`).digest();
  const stream = createCipheriv('aes-256-ctr', key, Buffer.alloc(16));
  return { bytes: (length) => new Uint8Array(stream.update(Buffer.alloc(length))) };
}

/** Within so much, relative to the larger of 1 and the expected value. */
export function near(actual: number, expected: number, within: number, what = ''): void {
  assert.ok(
    Math.abs(actual - expected) <= within * Math.max(1, Math.abs(expected)),
    `${what} expected ${expected} within ${within}, got ${actual}`,
  );
}

/** Probabilities of the discrete Gaussian on -reach to reach, by their definition. */
export function probabilities(sigma2: number, reach: number): Float64Array {
  const weights = Float64Array.from({ length: 2 * reach + 1 }, (_, index) => Math.exp(-((index - reach) ** 2) / (2 * sigma2)));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Pearson's statistic as standard deviations above its mean, by Wilson and Hilferty's cube root; cells of few are put together. */
export function chiSquareScore(counts: readonly number[], expected: readonly number[]): number {
  let [count, mean, statistic, cells] = [0, 0, 0, 0];
  for (const [index, one] of expected.entries()) {
    count += counts[index]!;
    mean += one;
    if (mean < 10) continue;
    statistic += (count - mean) ** 2 / mean;
    cells += 1;
    [count, mean] = [0, 0];
  }
  const freedom = cells - 1;
  const spread = 2 / (9 * freedom);
  return (Math.cbrt(statistic / freedom) - (1 - spread)) / Math.sqrt(spread);
}

/** These bytes, one after the other. */
export function playing(stream: Uint8Array): Random {
  let at = 0;
  return {
    bytes: (length) => {
      at += length;
      return stream.slice(at - length, at);
    },
  };
}
