// Verifying an audit log from what was exported or read of it, with no key and no trust in whoever keeps it: every leaf and root is
// computed anew, and the first entry that is not what was signed is named.

import { timingSafeEqual } from 'node:crypto';
import { Frontier } from '../../../crypto/merkle-log.ts';
import { type Cosignature, isCosigned } from './cosign.ts';
import { hashOf, type StoredEntry } from './entry.ts';
import { hex, isSignedBy, type SignedHead } from './head.ts';
import type { LogItem } from './log-file.ts';
import type { WitnessHead } from './sink.ts';

export type FlawKind =
  /** An entry is not what was hashed. */
  | 'changed'
  /** Entries are missing. */
  | 'removed'
  /** Entries stand in another order, or twice. */
  | 'reordered'
  /** Entries came without the node's signature. */
  | 'forged'
  /** A head is not what the node, or a peer, signed. */
  | 'head_changed'
  /** The log is an older one, or one that went on from an older one. */
  | 'rolled_back'
  /** Another key than the one of the heads that were kept. */
  | 'wrong_key';

/** `entry` is the first that is wrong; with `through` it is known only that one of entry..through is. */
export type Flaw = { kind: FlawKind; entry: number; through?: number; where: string };
export type Verdict = {
  ok: boolean;
  /** Entries looked at. */
  entries: number;
  heads: number;
  /** Heads kept elsewhere that the log was held against. */
  witnesses: number;
  /** Signatures of peers over heads of this log, and whose they are: public keys, hexadecimal. */
  cosignatures: number;
  cosigners: string[];
  root: string;
  publicKey: string;
  flaw?: Flaw;
};

/** How far around its place a moved entry is looked for, to call it moved and not changed. */
const movedWithin = 2_000;

/** @param witnesses heads kept elsewhere, in any order. Whoever wants to notice a rollback needs at least one */
export async function verifyLog(items: AsyncIterable<LogItem>, witnesses: readonly WitnessHead[] = []): Promise<Verdict> {
  const check = new Check(witnesses);
  for await (const item of items) {
    if (item.type === 'log') check.begin(item.publicKey);
    else if (item.type === 'head') check.head(item);
    else if (item.type === 'cosignature') check.cosignature(item);
    else check.entry(item);
    if (check.flaw) break;
  }
  return check.end();
}

class Check {
  flaw: Flaw | undefined;
  readonly #frontier = new Frontier();
  readonly #witnesses: WitnessHead[];
  #publicKey: Uint8Array | undefined;
  #heads = 0;
  #cosignatures = 0;
  readonly #cosigners = new Set<string>();
  /** Up to here a signed head says that all is well; the same for heads kept elsewhere. */
  #signedTo = 0;
  #witnessedTo = 0;
  #nextWitness = 0;

  constructor(witnesses: readonly WitnessHead[]) {
    this.#witnesses = witnesses.toSorted((a, b) => a.size - b.size);
  }

  begin(publicKey: Uint8Array): void {
    this.#publicKey = publicKey;
    for (const witness of this.#witnesses) {
      if (!same(witness.publicKey, publicKey)) this.flaw ??= flawOf('wrong_key', 0, 'a head kept elsewhere is of another key');
      else if (!isSignedBy(publicKey, witness)) this.flaw ??= flawOf('head_changed', witness.size, 'a head kept elsewhere');
    }
    this.#passWitnesses();
  }

  entry(entry: StoredEntry): void {
    const leaf = hashOf(entry);
    this.flaw ??= this.#flawOfEntry(entry, leaf);
    if (this.flaw) return;
    this.#frontier.append(leaf);
    this.#passWitnesses();
  }

  head(head: SignedHead): void {
    this.flaw ??= this.#flawOfHead(head);
    if (this.flaw) return;
    this.#heads += 1;
    this.#signedTo = head.size;
  }

  cosignature(cosignature: Cosignature): void {
    this.flaw ??= this.#flawOfCosignature(cosignature);
    if (this.flaw) return;
    this.#cosignatures += 1;
    this.#cosigners.add(hex(cosignature.publicKey));
  }

  end(): Verdict {
    const { size } = this.#frontier;
    this.flaw ??= this.#flawAtEnd(size);
    return {
      ok: this.flaw === undefined,
      entries: size,
      heads: this.#heads,
      witnesses: this.#witnesses.length,
      cosignatures: this.#cosignatures,
      cosigners: [...this.#cosigners],
      root: hex(this.#frontier.root()),
      publicKey: this.#publicKey ? hex(this.#publicKey) : '',
      ...(this.flaw && { flaw: this.flaw }),
    };
  }

  #flawOfEntry(entry: StoredEntry, leaf: Uint8Array): Flaw | undefined {
    const expected = this.#frontier.size;
    if (entry.seq > expected) return flawOf('removed', expected, `entry ${entry.seq} follows`, entry.seq - 1);
    if (entry.seq < expected) return flawOf('reordered', entry.seq, `it stands behind entry ${expected - 1}`);
    if (same(leaf, entry.leafHash)) return undefined;
    const from = movedFrom(entry);
    if (from !== undefined) return flawOf('reordered', expected, `it is entry ${from}`);
    return flawOf('changed', expected, 'its content and its hash differ');
  }

  #flawOfHead(head: SignedHead): Flaw | undefined {
    const { size } = this.#frontier;
    if (!this.#publicKey || !isSignedBy(this.#publicKey, head)) {
      return flawOf('head_changed', Math.max(0, head.size - 1), `the node did not sign the head of ${head.size} entries`);
    }
    if (head.size > size) return flawOf('removed', size, `the node signed ${head.size} entries`, head.size - 1);
    if (head.size < size) return flawOf('reordered', head.size, `its head stands behind entry ${size - 1}`);
    if (same(head.root, this.#frontier.root())) return undefined;
    return flawOf('changed', this.#signedTo, `the node signed another root for ${size} entries`, size - 1);
  }

  #flawOfCosignature(cosignature: Cosignature): Flaw | undefined {
    const { size } = this.#frontier;
    const peer = `peer ${hex(cosignature.publicKey).slice(0, 16)}`;
    if (cosignature.size > size)
      return flawOf('removed', size, `${peer} signed ${cosignature.size} entries`, cosignature.size - 1);
    if (cosignature.size < size) return flawOf('reordered', cosignature.size, `a co-signature stands behind entry ${size - 1}`);
    if (this.#publicKey && isCosigned(this.#publicKey, this.#frontier.root(), cosignature)) return undefined;
    return flawOf('head_changed', Math.max(0, size - 1), `${peer} did not sign this head of ${size} entries`);
  }

  #flawAtEnd(size: number): Flaw | undefined {
    if (!this.#publicKey) return flawOf('removed', 0, 'there is no log');
    if (this.#signedTo < size) return flawOf('forged', this.#signedTo, 'no signed head covers it', size - 1);
    const last = this.#witnesses.at(-1);
    if (!last || last.size <= size) return undefined;
    return flawOf('rolled_back', size, `a head kept elsewhere has ${last.size} entries`, last.size - 1);
  }

  /** A log that was put back and went on has its own heads in order; only what was kept elsewhere tells. */
  #passWitnesses(): void {
    const { size } = this.#frontier;
    for (; this.#witnesses[this.#nextWitness]?.size === size; this.#nextWitness += 1) {
      const isSame = same(this.#witnesses[this.#nextWitness]!.root, this.#frontier.root());
      if (isSame) this.#witnessedTo = size;
      else this.flaw ??= flawOf('rolled_back', this.#witnessedTo, `another root was kept for ${size} entries`, size - 1);
    }
  }
}

function flawOf(kind: FlawKind, entry: number, where: string, through = entry): Flaw {
  return { kind, entry, where, ...(through > entry && { through }) };
}

/** The number under which the entry would have its hash, when that is another one nearby. */
function movedFrom(entry: StoredEntry): number | undefined {
  for (let distance = 1; distance <= movedWithin; distance += 1) {
    for (const seq of [entry.seq - distance, entry.seq + distance]) {
      if (seq >= 0 && same(hashOf({ ...entry, seq }), entry.leafHash)) return seq;
    }
  }
  return undefined;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
