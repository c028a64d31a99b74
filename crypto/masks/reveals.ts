// What a member has agreed to open, so that it never gives out its shares of both secrets of one peer for one sum: with the mask that a peer has
// alone and those that it has with others, whoever collects them would read that peer's vector. Pure bookkeeping: what is decided for a sum stands
// for good, is plain data, and is kept durably before the shares leave.
//
// For each sum a member decides once, about all at a time: whose vectors came (their selfSeed is opened) and whose did not (their maskMaster). It
// refuses lists with fewer survivors than the threshold, as a sum of few shows them, and a list in which it has dropped itself.
//
// Known ways to misuse it:
// - Saving after answering: after a crash in between, the other question would be answered too.
// - It knows one member's answers. That all of them answer about one list is shown by their signatures over survivorsDigest() (Bonawitz et al.
//   2017, section 6.2, consistency check); without it a coordinator tells each member another story.

import { createHash } from 'node:crypto';
import { checkMember, checkPlace, labelled, maskLimits, type SumPlace } from './labels.ts';
import type { SecretKind } from './secrets.ts';
import { thresholdOf } from './shares.ts';

/** Beyond it a member closes old sums first. */
export const decidedSumsMax = 4096;

export type RevealRules = {
  readonly session: string;
  readonly own: string;
  /** All of the session, each once. */
  readonly members: readonly string[];
  readonly threshold: number;
};

/** Plain JSON. */
export type RevealsRecord = {
  readonly v: 1;
  readonly session: string;
  readonly own: string;
  /** Sums with lower numbers are over: nothing of them is opened any more. */
  readonly closedBelow: number;
  /** By the sum's number: survivorsDigest() of what was decided, in hex. */
  readonly decided: Readonly<Record<string, string>>;
};

export type Reveal = { readonly peer: string; readonly kind: SecretKind };

export class RevealRefused extends Error {
  override readonly name = 'RevealRefused';
  readonly reason:
    | 'other-list'
    | 'closed'
    | 'both-lists'
    | 'unknown-member'
    | 'repeated-member'
    | 'too-few-survivors'
    | 'own-dropped'
    | 'too-many-sums';
  readonly index: number;
  constructor(index: number, reason: RevealRefused['reason']) {
    super(`sum ${index}: refused as ${reason}`);
    this.index = index;
    this.reason = reason;
  }
}

/**
 * What members sign before they open anything, so that all know that they speak of one list.
 * @returns 32 bytes over session, sum, and both lists in the order of ids
 */
export function survivorsDigest(place: SumPlace, survivors: readonly string[], dropped: readonly string[]): Buffer {
  checkPlace(place);
  const lists = [survivors, dropped].flatMap((ids) => [ids.length, ...ids.toSorted(byId)]);
  return createHash('sha256')
    .update(labelled('survivors', place.session, place.index, ...lists))
    .digest();
}

const byId = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

export class Reveals {
  readonly #rules: RevealRules;
  readonly #members: ReadonlySet<string>;
  readonly #decided: Map<number, string>;
  #closedBelow: number;

  /**
   * @param saved what toJSON() gave, undefined for a new session
   * @throws {RangeError} for rules that are none @throws {TypeError} for a record that is none, or of another session or member
   */
  constructor(rules: RevealRules, saved?: RevealsRecord) {
    const { session, own, members, threshold } = rules;
    checkPlace({ session, index: 0 });
    for (const member of members) checkMember('members', member);
    this.#members = new Set(members);
    if (this.#members.size !== members.length) throw new RangeError('members: expected each once');
    if (!this.#members.has(own)) throw new RangeError('own: expected one of the members');
    const least = thresholdOf(members.length, 'semi-honest');
    if (!Number.isInteger(threshold) || threshold < least || threshold > members.length) {
      throw new RangeError(`threshold: expected an integer from ${least} to ${members.length}, got ${threshold}`);
    }
    this.#rules = { session, own, members: [...members], threshold };
    const { closedBelow, decided } = saved ? readRecord(saved, session, own) : { closedBelow: 0, decided: new Map() };
    this.#closedBelow = closedBelow;
    this.#decided = decided;
  }

  /**
   * Whose share of what may be opened for a sum. The same question has the same answer again; any other question about this sum is refused.
   * The caller keeps toJSON() durably before it answers.
   * @param survivors whose vectors are in the sum, our own among them @param dropped who shared secrets for it and sent no vector
   * @throws {RevealRefused}
   */
  decide(index: number, survivors: readonly string[], dropped: readonly string[]): Reveal[] {
    const place = { session: this.#rules.session, index };
    checkPlace(place);
    const refuse = (reason: RevealRefused['reason']) => new RevealRefused(index, reason);
    if (index < this.#closedBelow) throw refuse('closed');
    for (const ids of [survivors, dropped]) {
      if (ids.some((id) => !this.#members.has(id))) throw refuse('unknown-member');
      if (new Set(ids).size !== ids.length) throw refuse('repeated-member');
    }
    const gone = new Set(dropped);
    if (survivors.some((id) => gone.has(id))) throw refuse('both-lists');
    if (!survivors.includes(this.#rules.own)) throw refuse('own-dropped');
    if (survivors.length < this.#rules.threshold) throw refuse('too-few-survivors');
    const digest = survivorsDigest(place, survivors, dropped).toString('hex');
    const before = this.#decided.get(index);
    if (before !== undefined && before !== digest) throw refuse('other-list');
    if (before === undefined && this.#decided.size >= decidedSumsMax) throw refuse('too-many-sums');
    this.#decided.set(index, digest);
    return [
      ...survivors.map((peer): Reveal => ({ peer, kind: 'selfSeed' })),
      ...dropped.map((peer): Reveal => ({ peer, kind: 'maskMaster' })),
    ];
  }

  /** Sums below this number are over, decided or not. Never goes back. */
  closeBelow(index: number): void {
    checkPlace({ session: this.#rules.session, index });
    if (index <= this.#closedBelow) return;
    this.#closedBelow = index;
    for (const decided of this.#decided.keys()) if (decided < index) this.#decided.delete(decided);
  }

  toJSON(): RevealsRecord {
    const { session, own } = this.#rules;
    return { v: 1, session, own, closedBelow: this.#closedBelow, decided: Object.fromEntries(this.#decided) };
  }
}

/** A record that cannot be read is no reason to begin anew: a member that forgot what it opened opens the rest. */
function readRecord(saved: RevealsRecord, session: string, own: string): { closedBelow: number; decided: Map<number, string> } {
  const isIndex = (value: unknown) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= maskLimits.indexMax;
  if (saved.v !== 1 || saved.session !== session || saved.own !== own || !isIndex(saved.closedBelow)) {
    throw new TypeError('saved: expected a record of this session and member');
  }
  if (typeof saved.decided !== 'object' || saved.decided === null) throw new TypeError('saved: expected what was decided');
  const decided = new Map<number, string>();
  for (const [index, digest] of Object.entries(saved.decided)) {
    if (!isIndex(Number(index)) || String(Number(index)) !== index || !/^[0-9a-f]{64}$/.test(digest)) {
      throw new TypeError('saved: expected sums by number, each with a digest');
    }
    decided.set(Number(index), digest);
  }
  return { closedBelow: saved.closedBelow, decided };
}
