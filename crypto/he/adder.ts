// Adding ciphertexts without a key: what a coordinator does. A sum is held in SEAL's memory and every member's ciphertext is let go of when it is
// in, so that a hundred members take the memory of two.

import type { Ciphertext } from 'node-seal';
import { contextOf, fromBytes, toBytes } from './context.ts';
import { HeError } from './errors.ts';
import type { ParametersName } from './parameters.ts';
import { calling } from './seal.ts';

/** The sum at one place of the vectors: the nth chunk of every member goes into the nth adder. Dispose of it, or its memory is lost. */
export type Adder = {
  /**
   * @param bytes a ciphertext that anybody may have written
   * @param addends how many fresh ciphertexts it is the sum of
   * @throws {HeError} 'too-many-addends', what unpack() refuses, and 'transparent' for one that takes the others' randomness away. The sum is then as before
   */
  add(bytes: Uint8Array, addends?: number): void;
  /** How many fresh ciphertexts are in it. */
  readonly addends: number;
  /** The sum so far, as a ciphertext. @throws {HeError} 'nothing-added' */
  bytes(): Uint8Array;
  [Symbol.dispose](): void;
};

export async function newAdder(name: ParametersName): Promise<Adder> {
  const context = await contextOf(name);
  const { seal, parameters, evaluator } = context;
  let sum: Ciphertext | undefined;
  let count = 0;
  let disposed = false;
  const checkOpen = () => {
    if (disposed) throw new HeError('disposed', 'adder: expected an open one, got one that was disposed of');
  };
  return {
    get addends() {
      return count;
    },
    add(bytes, addends = 1) {
      checkOpen();
      if (!Number.isInteger(addends) || addends < 1) throw new RangeError(`addends: expected 1 or more, got ${addends}`);
      if (count + addends > parameters.addendsMax) {
        const most = `${name} adds at most ${parameters.addendsMax} ciphertexts`;
        throw new HeError('too-many-addends', `adder: ${most}, got ${count + addends}`);
      }
      const next = fromBytes(context, 'ciphertext', bytes);
      if (!sum) {
        sum = next;
      } else {
        const total = new seal.module.Ciphertext();
        try {
          const before = sum;
          calling(seal, 'add', () => evaluator.add(before, next, total));
        } catch (error) {
          total.delete();
          throw error;
        } finally {
          next.delete();
        }
        sum.delete();
        sum = total;
      }
      count += addends;
    },
    bytes() {
      checkOpen();
      if (!sum) throw new HeError('nothing-added', 'adder: expected some ciphertext, got none');
      const whole = sum;
      return calling(seal, 'sum', () => toBytes(context, 'ciphertext', whole));
    },
    [Symbol.dispose]() {
      disposed = true;
      sum?.delete();
      sum = undefined;
    },
  };
}

/**
 * The sum of ciphertexts that are all at hand, of the same place of their vectors.
 * @throws {HeError} as Adder does; 'nothing-added' for an empty list
 */
export async function addCiphertexts(name: ParametersName, ciphertexts: Iterable<Uint8Array>): Promise<Uint8Array> {
  using adder = await newAdder(name);
  for (const bytes of ciphertexts) adder.add(bytes);
  return adder.bytes();
}
