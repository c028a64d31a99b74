// The neutral counter of a match: two members send it lists of points that both have masked, so that it knows no item and no owner, and it
// says to both at once whether they share enough. What is counted is tokens: the largest count over the kinds is taken as the lower bound
// of shared customers, since one customer may be found by several kinds. It is one where each customer has one item of a kind; two numbers
// of one customer count as two, which the members' own counts after the match show.

import { ecdhSteps, PointRefused } from '../../crypto/psi/psi.ts';
import { tallyKinds } from '../protocol/coordinator-api.ts';
import type { Book, BookChange, Spool } from '../protocol/durable.ts';
import { type MatchKind, matchLimits } from '../protocol/match-terms.ts';
import type { Message } from '../protocol/message.ts';
import { readTallyPart, type TallyPart, type TallyVerdict, tallyPartsOf, writeTallyVerdict } from '../protocol/tally.ts';
import { ProtocolFault } from '../protocol/words.ts';

export const tallyLimits = {
  /** Lists of so many matches lie here at once; a further match has to wait. */
  open: 4,
  /** Of these, matches that one member spoke of first: nobody takes all places. */
  openOfMember: 2,
  /** A tally ends when no part has come for so long. */
  idleMs: 3 * 86_400_000,
} as const;

type Side = Pick<TallyPart, 'terms' | 'partner' | 'kinds' | 'least' | 'tell'>;
type Kept = {
  /** `decided`: the verdict is written, and the lists go. */
  readonly state: 'open' | 'decided' | 'over';
  readonly sides: { readonly [member: string]: Side };
  readonly lastMs: number;
};
type Open = { kept: Kept; readonly parts: Set<string> };
export type CountShared = (one: Uint8Array, other: Uint8Array) => number | Promise<number>;
export type Decision = { readonly session: string; readonly sides: readonly string[]; readonly body: Buffer };

const collections = { tallies: 'tally', parts: 'tally-part' } as const;
const listsOf = (session: string) => `tally-${session}`;
const listName = (member: string, kind: MatchKind) => `${member}-${kind}`;
const partName = (member: string, kind: MatchKind, part: number) => `${member}/${kind}/${`${part}`.padStart(5, '0')}`;

export class Tally {
  readonly #book: Book;
  readonly #spool: Spool;
  readonly #nowMs: () => number;
  readonly #open = new Map<string, Open>();
  /** Sessions whose lists still have to go. */
  readonly #decided = new Set<string>();

  private constructor(book: Book, spool: Spool, nowMs: () => number) {
    this.#book = book;
    this.#spool = spool;
    this.#nowMs = nowMs;
  }

  static async load(book: Book, spool: Spool, nowMs: () => number): Promise<Tally> {
    const tally = new Tally(book, spool, nowMs);
    for (const { key, value } of await book.list(collections.tallies)) {
      const kept = value as Kept;
      if (kept.state === 'open') tally.#open.set(key, { kept, parts: new Set() });
      if (kept.state === 'decided') tally.#decided.add(key);
    }
    for (const [session, { parts }] of tally.#open) {
      const prefix = `${session}/`;
      for (const { key } of await book.list(collections.parts, prefix)) parts.add(key.slice(prefix.length));
    }
    return tally;
  }

  /** @throws {ProtocolFault} malformed */
  partnerOf({ body }: Message): string {
    return readTallyPart(body).part.partner;
  }

  /**
   * Keeps a part. Sides that disagree end the tally, see `due`.
   * @param note what goes into the same write
   * @throws {ProtocolFault} malformed, session_stranger, session_unknown, session_full, parameters_changed
   */
  async take({ header, body }: Message, note: readonly BookChange[]): Promise<void> {
    const { part, tokens } = readTallyPart(body);
    const { session, from } = header;
    if (part.partner === from) throw new ProtocolFault('malformed', 'tally/partner');
    const open = this.#open.get(session) ?? (await this.#begin(session, from));
    const { terms, partner, kinds, least, tell } = part;
    const side: Side = { terms, partner, kinds, least, tell };
    const held = open.kept.sides[from];
    if (held && JSON.stringify(held) !== JSON.stringify(side)) throw new ProtocolFault('parameters_changed', 'tally');
    const others = Object.entries(open.kept.sides).filter(([member]) => member !== from);
    // The first to speak names the second.
    if (others.some(([, { partner: named }]) => named !== from)) throw new ProtocolFault('session_stranger');
    const kept: Kept = { ...open.kept, sides: { ...open.kept.sides, [from]: side }, lastMs: this.#nowMs() };
    // The tally is written before its first list: a list that nothing names would lie here for ever.
    if (!held) await this.#book.write([{ put: [collections.tallies, session, kept] }]);
    this.#open.set(session, open);
    await this.#spool.put(listsOf(session), listName(from, part.kind), part.part, tokens);
    const name = partName(from, part.kind, part.part);
    await this.#book.write([
      { put: [collections.tallies, session, kept] },
      { put: [collections.parts, `${session}/${name}`, 1] },
      ...note,
    ]);
    open.kept = kept;
    open.parts.add(name);
  }

  async #begin(session: string, from: string): Promise<Open> {
    if ((await this.#book.read(collections.tallies, session)) !== undefined) throw new ProtocolFault('session_unknown', 'tally');
    if (this.#open.size >= tallyLimits.open) throw new ProtocolFault('session_full', `${tallyLimits.open} tallies`);
    const begun = [...this.#open.values()].filter(({ kept }) => Object.keys(kept.sides)[0] === from).length;
    if (begun >= tallyLimits.openOfMember) throw new ProtocolFault('session_full', `${tallyLimits.openOfMember} tallies`);
    return { kept: { state: 'open', sides: {}, lastMs: this.#nowMs() }, parts: new Set() };
  }

  /** Sessions that a verdict can be found for now. */
  due(): string[] {
    return [...this.#open].filter(([, open]) => this.#ready(open)).map(([session]) => session);
  }

  #ready(open: Open): boolean {
    return disagree(open.kept) || complete(open) || this.#expired(open.kept);
  }

  #expired({ lastMs }: Kept): boolean {
    return this.#nowMs() - lastMs >= tallyLimits.idleMs;
  }

  /** Counts, which may take a while. @returns undefined where it is not due any more */
  async decide(session: string, count: CountShared = ecdhSteps.countShared): Promise<Decision | undefined> {
    const open = this.#open.get(session);
    if (open === undefined || !this.#ready(open)) return undefined;
    const { kept } = open;
    const named = Object.entries(kept.sides).flatMap(([member, { partner }]) => [member, partner]);
    const sides = [...new Set(named)].slice(0, 2);
    const verdict = await this.#verdict(session, open, sides, count);
    const { terms } = kept.sides[sides[0]!]!;
    return { session, sides, body: writeTallyVerdict({ terms, ...verdict }) };
  }

  async #verdict(
    session: string,
    open: Open,
    sides: readonly string[],
    count: CountShared,
  ): Promise<Pick<TallyVerdict, 'verdict' | 'reason' | 'counts'>> {
    if (disagree(open.kept)) return { verdict: 'disagree' };
    if (!complete(open)) return { verdict: 'refused', reason: 'expired' };
    const { kinds, least, tell } = open.kept.sides[sides[0]!]!;
    const counts: { kind: MatchKind; shared: number }[] = [];
    try {
      // One kind after the other: memory holds two lists at a time.
      for (const { kind } of kinds) {
        const [one, other] = [await this.#list(session, open, sides[0]!, kind), await this.#list(session, open, sides[1]!, kind)];
        counts.push({ kind, shared: await count(one, other) });
      }
    } catch (fault) {
      if (fault instanceof PointRefused) return { verdict: 'refused', reason: 'repeats' };
      throw fault;
    }
    if (Math.max(...counts.map(({ shared }) => shared)) < least) return { verdict: 'too-small' };
    return tell === 'count' ? { verdict: 'enough', counts } : { verdict: 'enough' };
  }

  async #list(session: string, open: Open, member: string, kind: MatchKind): Promise<Uint8Array> {
    const { tokens } = open.kept.sides[member]!.kinds.find((announced) => announced.kind === kind)!;
    const list = new Uint8Array(tokens * 32);
    let at = 0;
    for (let part = 0; part < tallyPartsOf(tokens); part += 1) {
      const bytes = await this.#spool.get(listsOf(session), listName(member, kind), part);
      if (bytes === undefined) throw new Error(`tally ${session}: expected part ${part} of ${kind} in the spool`);
      list.set(bytes, at);
      at += bytes.length;
    }
    return list;
  }

  /** What to write together with the verdicts. */
  decided(session: string): BookChange[] {
    const kept: Kept = { ...this.#open.get(session)!.kept, state: 'decided' };
    return [{ put: [collections.tallies, session, kept] }];
  }

  /** After that write. */
  close(session: string): void {
    this.#open.delete(session);
    this.#decided.add(session);
  }

  /** Lists of decided tallies go, beyond recovery; parts that come again are refused. */
  async dropDecided(): Promise<void> {
    for (const session of [...this.#decided]) {
      await this.#spool.drop(listsOf(session));
      const kept = (await this.#book.read(collections.tallies, session)) as Kept;
      const parts = (await this.#book.list(collections.parts, `${session}/`)).map(({ key }) => key);
      const over: Kept = { ...kept, state: 'over' };
      await this.#book.write([
        ...parts.map((key): BookChange => ({ remove: [collections.parts, key] })),
        { put: [collections.tallies, session, over] },
      ]);
      this.#decided.delete(session);
    }
  }

  /** What goes with a session that is forgotten; undefined while its verdict is to come. */
  forgetChanges(session: string): BookChange[] | undefined {
    const underWay = this.#open.has(session) || this.#decided.has(session);
    return underWay ? undefined : [{ remove: [collections.tallies, session] }];
  }
}

/** Is this message for the counter? */
export const isTally = (header: { to: string; kind: string }, coordinator: string) =>
  header.to === coordinator && header.kind === tallyKinds.list;

function disagree({ sides }: Kept): boolean {
  const [one, other] = Object.entries(sides);
  if (one === undefined || other === undefined) return false;
  const agreed = ({ terms, least, tell, kinds }: Side) => JSON.stringify([terms, least, tell, kinds.map(({ kind }) => kind)]);
  return agreed(one[1]) !== agreed(other[1]) || one[1].partner !== other[0] || other[1].partner !== one[0];
}

function complete({ kept, parts }: Open): boolean {
  const sides = Object.entries(kept.sides);
  if (sides.length < 2) return false;
  const wanted = sides.flatMap(([, { kinds }]) => kinds.map(({ tokens }) => tallyPartsOf(tokens)));
  return parts.size === wanted.reduce((sum, count) => sum + count, 0);
}

/** The most tokens of one kind, for who sizes a machine: two lists of them lie in memory while they are counted. */
export const tallyTokensMax = matchLimits.items;
