// Everything that ever left a node of a round, whether it arrived or not: what it said, what it put down, and which masked vectors it made. What
// has to hold about secrets is looked up here, not in what the product says of itself.

import { blobDigest } from '../../protocol/round/round-api.ts';
import type { Saying, SignedEntry } from '../../protocol/round/sayings.ts';

export type Said = { readonly party: string; readonly signed: SignedEntry };

export class Ledger {
  readonly said: Said[] = [];
  /** By digest. */
  readonly given = new Map<string, Uint8Array>();
  /** Of what stands in for ciphertexts, as members made them, by digest: whose, of which sum, at which place. */
  readonly #ciphertexts = new Map<string, string>();
  /** By member and sum: masked vectors that left, each as its digests in a row. */
  readonly contributed = new Map<string, Set<string>>();
  /** By member, sum and place: single ciphertexts that left, said or not. */
  readonly parts = new Map<string, Set<string>>();

  encrypted(party: string, sum: number, ciphertexts: readonly Uint8Array[]): void {
    for (const [at, bytes] of ciphertexts.entries()) this.#ciphertexts.set(blobDigest(bytes), `${party} ${sum} ${at}`);
  }

  gave(bytes: Uint8Array): void {
    const digest = blobDigest(bytes);
    this.given.set(digest, Uint8Array.from(bytes));
    const known = this.#ciphertexts.get(digest);
    if (known) add(this.parts, known, digest);
  }

  posted(party: string, signed: SignedEntry): void {
    this.said.push({ party, signed: structuredClone(signed) });
    const { says } = signed.entry;
    if (says.kind === 'contribution') add(this.contributed, `${party} ${says.sum}`, says.ciphertexts.join(' '));
  }

  ofKind<Kind extends Saying['kind']>(kind: Kind): { party: string; says: Extract<Saying, { kind: Kind }> }[] {
    return this.said.flatMap(({ party, signed }) => {
      const { says } = signed.entry;
      return says.kind === kind ? [{ party, says: says as Extract<Saying, { kind: Kind }> }] : [];
    });
  }
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const held = sets.get(key) ?? new Set();
  sets.set(key, held.add(value));
}
