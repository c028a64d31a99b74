// A secret order for packed lists: a permutation drawn from a seed by Fisher-Yates (Knuth, TAOCP 2, algorithm 3.4.2 P), every order equally
// likely, so that a place in what is sent tells nothing about the place in one's records.
//
// Known ways to misuse it: whoever has the seed, or the order, undoes it. One seed orders one list: two lists of the same length under one
// seed get the same order, and a place in the one tells the place in the other.

import { createCipheriv, createHmac } from 'node:crypto';
import { tokenBytes, tokenCount, tokensMax } from './tokens.ts';

export const seedBytes = 32;
/** AES-256 in counter mode, 16,384 numbers at a time. */
const blockBytes = 65_536;

/**
 * @param count up to 2^26  @param seed 32 secret bytes, which decide everything
 * @returns for each place of the shuffled list the place it comes from
 */
export function permutation(count: number, seed: Uint8Array): Uint32Array {
  if (!Number.isInteger(count) || count < 0 || count > tokensMax) {
    throw new RangeError(`count: expected 0 to ${tokensMax}, got ${count}`);
  }
  if (seed.length !== seedBytes) throw new RangeError(`seed: expected ${seedBytes} bytes, got ${seed.length}`);
  const draw = below(seed);
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last -= 1) {
    const at = draw(last + 1);
    const taken = order[at]!;
    order[at] = order[last]!;
    order[last] = taken;
  }
  return order;
}

/** Draws from 0 to limit - 1, all equally likely: what lies beyond the last whole multiple of the limit is drawn again. */
function below(seed: Uint8Array): (limit: number) => number {
  const stream = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16));
  const zeros = Buffer.alloc(blockBytes);
  let block = Buffer.alloc(0);
  let at = 0;
  const next = () => {
    if (at === block.length) {
      block = stream.update(zeros);
      at = 0;
    }
    at += 4;
    return block.readUInt32LE(at - 4);
  };
  return (limit) => {
    const fair = 2 ** 32 - (2 ** 32 % limit);
    let drawn = next();
    while (drawn >= fair) drawn = next();
    return drawn % limit;
  };
}

/** The permutation that undoes it. */
export function inverse(order: Uint32Array): Uint32Array {
  const back = new Uint32Array(order.length);
  for (const [to, from] of order.entries()) back[from] = to;
  return back;
}

/**
 * A packed list in an order of its own for each purpose, all from one seed: HMAC-SHA-256 of the purpose under the seed is the seed of that
 * order, and has nothing in common with the order of prepare() or of another purpose.
 */
export function shuffled(list: Uint8Array, seed: Uint8Array, purpose: string): Buffer {
  if (seed.length !== seedBytes) throw new RangeError(`seed: expected ${seedBytes} bytes, got ${seed.length}`);
  const derived = createHmac('sha256', seed).update(`holdfast/psi/shuffle/v1 ${purpose}`).digest();
  return reorder(list, permutation(tokenCount(list, 'list'), derived));
}

/** A packed list in another order, in memory of its own. @throws {RangeError} when the lengths differ */
export function reorder(list: Uint8Array, order: Uint32Array): Buffer {
  if (tokenCount(list, 'list') !== order.length) {
    throw new RangeError(`list: expected ${order.length} tokens, got ${tokenCount(list, 'list')}`);
  }
  const out = Buffer.alloc(list.length);
  for (const [to, from] of order.entries()) {
    out.set(list.subarray(from * tokenBytes, (from + 1) * tokenBytes), to * tokenBytes);
  }
  return out;
}
