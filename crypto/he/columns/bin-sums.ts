// What the partner does who has the columns: it opens the owner's encrypted numbers once for a tree, keeps them in SEAL's memory as values at roots, where a product is
// one multiplication for each, and answers for each node with sums over the rows of each bin.

import type { Ciphertext, Encryptor } from 'node-seal';
import { HeError } from '../errors.ts';
import { calling, type Random } from '../seal.ts';
import { type BinColumn, checkColumns, groupsOf, putIndicator } from './indicators.ts';
import { protectedAnswer } from './protection.ts';
import { unpackSeeded } from './row-bytes.ts';
import { type PlainBuffer, plainBuffer, type RowContext, rowContext, toSeal } from './row-context.ts';
import { checkRows, ciphertextCount, listsMax } from './row-parameters.ts';

/** Dispose of it, or its memory is lost: 256 KiB for each ciphertext, of which every list has ciphertextCount(rows). */
export type OpenRows = {
  readonly rows: number;
  /**
   * Takes a second for some thousand pairs of ciphertext and answer: to be called in a worker thread.
   * @param columns of this node; their bins lie one behind the other, binsPerAnswer(rows) in each answer
   * @param random the node's port; without it, the system's. Two answers under the same bytes show what differs between them
   * @returns for each list that was opened its answers, which decryptSums() reads
   * @throws {RangeError} for columns that do not fit the rows  @throws {HeError} 'disposed'
   */
  sums(columns: readonly BinColumn[], random?: Random): Uint8Array[][];
  [Symbol.dispose](): void;
};

/**
 * @param publicKey of the owner, signed by him as the caller has checked: whoever swaps it reads the bin of every row
 * @param lists ciphertexts of encryptRows(), that anybody may have written: of the gradients, and of the hessians
 * @throws {RangeError} @throws {HeError} 'wrong-length' for another number of ciphertexts, 'other-key' for those of another key, and what unpackSeeded() refuses
 */
export async function openRows(
  publicKey: Uint8Array,
  lists: readonly (readonly Uint8Array[])[],
  rows: number,
): Promise<OpenRows> {
  checkRows(rows);
  if (lists.length < 1 || lists.length > listsMax) throw new RangeError(`lists: expected 1 to ${listsMax}, got ${lists.length}`);
  const expected = ciphertextCount(rows);
  lists.forEach(({ length }, at) => {
    if (length !== expected) throw new HeError('wrong-length', `lists[${at}]: expected ${expected} ciphertexts, got ${length}`);
  });
  const context = await rowContext();
  const { seal } = context;
  const parts = unpackSeeded('public key', publicKey);
  let disposed = false;
  const held: Ciphertext[][] = [];
  let encryptor: Encryptor | undefined;
  const dispose = () => {
    disposed = true;
    for (const ciphertext of held.flat()) ciphertext.delete();
    held.length = 0;
    encryptor?.delete();
    encryptor = undefined;
  };
  try {
    using key = toSeal(context, 'public key', parts);
    encryptor = calling(seal, 'public key', () => new seal.module.Encryptor(context.context, key));
    for (const list of lists) {
      const into: Ciphertext[] = [];
      held.push(into);
      for (const bytes of list) into.push(opened(context, bytes, parts.keyName));
    }
  } catch (error) {
    dispose();
    throw error;
  }
  const buffer = plainBuffer(context);
  return {
    rows,
    sums(columns, random) {
      if (disposed) throw new HeError('disposed', 'rows: expected open ones, got those that were disposed of');
      const groups = groupsOf(checkColumns(columns, rows), rows);
      const out: Uint8Array[][] = lists.map(() => []);
      groups.forEach((asked, group) => {
        const products = productsOf(context, held, buffer, columns, { rows, group });
        try {
          products.forEach((product, list) => {
            out[list]!.push(protectedAnswer(context, encryptor!, parts.keyName, product, asked, random));
          });
        } finally {
          for (const product of products) product?.delete();
        }
      });
      return out;
    },
    [Symbol.dispose]: dispose,
  };
}

/** A ciphertext of rows, as values at roots. */
export function opened(context: RowContext, bytes: Uint8Array, keyName: Uint8Array): Ciphertext {
  const parts = unpackSeeded('ciphertext', bytes);
  if (Buffer.compare(parts.keyName, keyName) !== 0) throw new HeError('other-key', 'ciphertext: made for another key');
  const ciphertext = toSeal(context, 'ciphertext', parts);
  try {
    calling(context.seal, 'ciphertext', () => context.evaluator.cipherTransformToNttInplace(ciphertext));
    return ciphertext;
  } catch (error) {
    ciphertext.delete();
    throw error;
  }
}

/**
 * The sums of one group over all chunks, as coefficients and without any protection: they show every row to the owner.
 * @param lists as opened() gave them
 * @returns for each list; nothing when no row is in any bin of the group. The caller disposes of them
 */
export function productsOf(
  context: RowContext,
  lists: readonly (readonly Ciphertext[])[],
  buffer: PlainBuffer,
  columns: readonly BinColumn[],
  { rows, group }: { readonly rows: number; readonly group: number },
): (Ciphertext | undefined)[] {
  const { seal, context: sealContext, evaluator } = context;
  const { Ciphertext, Plaintext } = seal.module;
  const sums: (Ciphertext | undefined)[] = lists.map(() => undefined);
  using plaintext = new Plaintext();
  using transformed = new Plaintext();
  using product = new Ciphertext();
  using level = sealContext.firstParmsId();
  try {
    for (let chunk = 0; chunk < lists[0]!.length; chunk += 1) {
      const places = putIndicator(buffer.words, columns, { rows, chunk, group });
      if (places.length === 0) continue;
      try {
        buffer.into(plaintext);
      } finally {
        for (const place of places) buffer.words[2 * place] = 0;
      }
      calling(seal, 'sums', () => {
        evaluator.plainTransformToNtt(plaintext, level, transformed);
        lists.forEach((list, at) => {
          const sum = sums[at];
          if (!sum) sums[at] = new Ciphertext();
          evaluator.multiplyPlain(list[chunk]!, transformed, sum ? product : sums[at]!);
          if (sum) evaluator.addInplace(sum, product);
        });
      });
    }
    calling(seal, 'sums', () => {
      for (const sum of sums) if (sum) evaluator.cipherTransformFromNttInplace(sum);
    });
    return sums;
  } catch (error) {
    for (const sum of sums) sum?.delete();
    throw error;
  }
}
