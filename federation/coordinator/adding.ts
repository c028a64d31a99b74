// Adds the ciphertexts of a sum's survivors, place by place, and finds out whose cannot be added.

import type { Board } from '../protocol/round/board.ts';
import { blobDigest } from '../protocol/round/round-api.ts';
import type { RoundTerms } from '../protocol/round/round-terms.ts';
import type { Saying } from '../protocol/round/sayings.ts';
import { ProtocolFault } from '../protocol/words.ts';

/** Adds ciphertexts of one place, of all survivors, in a thread where there is one. @throws {ProtocolFault} ciphertext_wrong */
export type AddCiphertexts = (encryption: RoundTerms['encryption'], ciphertexts: readonly Uint8Array[]) => Promise<Uint8Array>;

export type Adding = {
  readonly add: AddCiphertexts | undefined;
  fetch(digest: string): Promise<Uint8Array | undefined>;
  /** Puts a sum down. */
  give(sum: Uint8Array): Promise<void>;
};

/** @returns `closed` with the sum of each place of the survivors' vectors, or why the round stops */
export async function addedUp(
  board: Board,
  due: Extract<Saying, { kind: 'closed' }>,
  { add, fetch, give }: Adding,
): Promise<Saying> {
  if (!add) throw new Error('rounds: this coordinator cannot add ciphertexts');
  const { encryption } = board.terms;
  const lists = due.survivors.map((member) => board.sums[due.sum]!.contributions.get(member)!.ciphertexts);
  const ciphertexts: string[] = [];
  for (let place = 0; place < lists[0]!.length; place += 1) {
    const parts: Uint8Array[] = [];
    for (const list of lists) {
      const bytes = await fetch(list[place]!);
      if (!bytes) return { kind: 'stop', code: 'blob_unknown' };
      parts.push(bytes);
    }
    try {
      const sum = await add(encryption, parts);
      await give(sum);
      ciphertexts.push(blobDigest(sum));
    } catch (fault) {
      if (!(fault instanceof ProtocolFault && fault.code === 'ciphertext_wrong')) throw fault;
      const whose = await wrongOf(add, encryption, parts);
      return { kind: 'stop', code: fault.code, ...(whose >= 0 && { reason: due.survivors[whose]! }) };
    }
  }
  return { ...due, ciphertexts };
}

/** @returns the place of the first that cannot be added to itself; -1 where they only do not fit each other */
async function wrongOf(add: AddCiphertexts, encryption: RoundTerms['encryption'], parts: readonly Uint8Array[]): Promise<number> {
  for (const [at, part] of parts.entries()) {
    try {
      await add(encryption, [part, part]);
    } catch {
      return at;
    }
  }
  return -1;
}
