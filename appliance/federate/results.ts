// What matches gave, for use: which of our customers the partner has too, by which value each was found, sealed and for as long as the match is kept.
// Lists for people and files, and look-ups by person for whoever must not address somebody, or asks who is known elsewhere.

import type { Book, Spool } from '../../federation/protocol/durable.ts';
import type { MatchKind, MatchTerms } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import type { Clock } from '../core/ports.ts';
import { csvCell, harmlessCell } from '../core/tables/tables.ts';
import { parsePersonId } from '../record/profiles/profiles.ts';
import { HeldNumbers, kindOf, type Numbers, numbersOf } from './held-numbers.ts';
import { type PersonRow, PersonRows } from './person-rows.ts';
import { type Found, readPart, writePart } from './result-parts.ts';
import { sessionOf } from './session-of.ts';

export type { Found } from './result-parts.ts';

export const resultLimits = {
  /** Customers in one sealed part. */
  part: 10_000,
  /** As many customers as are written to the audit log together. */
  page: 500,
  /** Results whose customers are held in memory for look-ups. */
  held: 16,
  /** Times a list is read when it changes underneath. */
  attempts: 3,
} as const;

export type MatchUse = MatchTerms['use'];
export type MatchResult = {
  readonly match: string;
  /** The other member. */
  readonly partner: string;
  readonly use: MatchUse;
  readonly purpose: string;
  readonly mode: MatchTerms['mode'];
  /** Whose ids: the node's persons, or a file's own. */
  readonly from: 'customers' | 'file';
  /** The file's column of ids. */
  readonly idColumn?: string;
  /** Absent where only how many was learned. */
  readonly matched?: number;
  readonly kinds: { readonly [kind in MatchKind]?: number };
  /** Where the mode counts or sums. */
  readonly count?: number;
  readonly sum?: number;
  /** Customers taken out since, as they were erased. */
  readonly erased: number;
  readonly atMs: number;
};
export type NewResult = Omit<MatchResult, 'matched' | 'kinds' | 'erased' | 'atMs'> & {
  /** Persons by the shared items of a match that tells both sides, in the order that both have: what lines their rows up later. */
  readonly pairs?: Iterable<{ readonly pair: number; readonly id: string }>;
  /** In the order in which they are shown; each once. */
  readonly found?: Iterable<Found> | AsyncIterable<Found>;
};
/** A result in which somebody stands. */
export type Standing = Pick<MatchResult, 'match' | 'partner' | 'purpose' | 'atMs'> & { readonly kind: MatchKind };

type Stored = MatchResult & {
  readonly state: 'writing' | 'kept';
  /** Sealed parts in their order: each is written once, so a changed one has a new number. */
  readonly parts: readonly { readonly index: number; readonly count: number }[];
};

const collection = 'match-results';
const listName = 'found';

export class MatchResults {
  readonly #book: Book;
  readonly #spool: Spool;
  readonly #clock: Clock;
  readonly #held = new HeldNumbers(resultLimits.held);
  readonly #pairs: PersonRows<{ readonly partner: string; readonly items: number }>;
  #working: Promise<unknown> = Promise.resolve();

  constructor(parts: { book: Book; spool: Spool; clock: Clock }) {
    this.#book = parts.book;
    this.#spool = parts.spool;
    this.#clock = parts.clock;
    this.#pairs = new PersonRows(parts, 'match-pairs');
  }

  /** Clears away what a kill left half written: the match gives it again. */
  async begin(): Promise<void> {
    for (const { match, state } of await this.#all()) if (state === 'writing') await this.forget(match);
  }

  /** Keeps what a match gave; in place of what it gave before, if it did. */
  keep({ found, pairs, ...said }: NewResult): Promise<MatchResult> {
    return this.#alone(async () => {
      const { match, partner } = said;
      if (pairs && said.from === 'customers') await this.#keepPairs(match, partner, pairs);
      await this.#drop(match);
      const base: Stored = { ...said, kinds: {}, erased: 0, atMs: this.#clock.nowMs(), parts: [], state: 'writing' };
      await this.#put(base);
      const kept: Stored = { ...base, ...(found && (await this.#write(match, found))), state: 'kept' };
      await this.#put(kept);
      return shown(kept);
    });
  }

  async #keepPairs(match: string, partner: string, pairs: NewResult['pairs'] & object): Promise<void> {
    let items = 0;
    const rows = function* (): Generator<PersonRow> {
      for (const { pair, id } of pairs) {
        items = Math.max(items, pair + 1);
        yield [parsePersonId(id) ?? -1, pair];
      }
    };
    await this.#pairs.keep(match, rows(), { partner, items: 0 });
    await this.#pairs.tell(match, { partner, items });
  }

  /**
   * Whom each shared item of a match leads to, in the order that both sides have: -1 for several, and for who was erased since.
   * @throws {Fault} `not_found` where the match kept none: of files, and where one side alone learned
   */
  async pairsOf(match: string, partner: string): Promise<Int32Array> {
    const about = await this.#pairs.about(match);
    if (about?.partner !== partner || about.items === 0)
      throw new Fault('not_found', 'the shared customers of this match with that member, as both sides have learned them');
    const persons = new Int32Array(about.items).fill(-1);
    const several = new Set<number>();
    for (const [person, pair] of await this.#pairs.rows(match)) {
      if (persons[pair] !== -1 && persons[pair] !== person) several.add(pair);
      persons[pair] = person;
    }
    for (const pair of several) persons[pair] = -1;
    return persons;
  }

  /** Newest first. */
  async list(): Promise<MatchResult[]> {
    return (await this.#kept()).sort((a, b) => b.atMs - a.atMs).map(shown);
  }

  /** @throws {Fault} `not_found` */
  async get(match: string): Promise<MatchResult> {
    return shown(await this.#stored(match));
  }

  /** @param after as the page before gave it in `next` @throws {Fault} `not_found` */
  async page(match: string, after = 0, limit: number = resultLimits.page): Promise<{ found: Found[]; next?: number }> {
    const wanted = Math.min(limit, resultLimits.page);
    return this.#steady(match, async ({ parts }) => {
      const found: Found[] = [];
      let begin = 0;
      for (const part of parts) {
        const from = Math.max(0, after + found.length - begin);
        if (from < part.count && found.length < wanted)
          found.push(...(await this.#part(match, part.index)).slice(from, from + wanted - found.length));
        begin += part.count;
      }
      const next = after + found.length;
      return { found, ...(next < begin && found.length > 0 && { next }) };
    });
  }

  /**
   * As lines of a CSV: the id and the kind by which each was found.
   * @param show each row as its reader may see it @throws {Fault} `not_found`
   */
  async *csv(match: string, show: (row: Found) => Found = (row) => row): AsyncGenerator<string> {
    const { idColumn = 'id', parts } = await this.#stored(match);
    yield `${csvCell(harmlessCell(idColumn))},found_by\n`;
    for (const { index } of parts) {
      let lines = '';
      for (const row of await this.#part(match, index)) {
        const { id, kind } = show(row);
        lines += `${csvCell(harmlessCell(id))},${kind}\n`;
      }
      yield lines;
    }
  }

  /**
   * Results of a use in which a person stands. Files' own ids are nobody's here.
   * @param recordIds all records of the person: who was matched may have become one with another since
   */
  async standing(use: MatchUse, recordIds: readonly number[]): Promise<Standing[]> {
    const found: Standing[] = [];
    for (const result of await this.#kept()) {
      if (result.use !== use || result.from !== 'customers' || result.parts.length === 0) continue;
      const { match, partner, purpose, atMs } = result;
      const numbers = await this.#numbers(match).catch(unlessForgotten);
      const kind = numbers && recordIds.map((id) => kindOf(numbers, id)).find((one) => one !== undefined);
      if (kind !== undefined) found.push({ match, partner, purpose, atMs, kind });
    }
    return found;
  }

  /** Whether a person is not to be addressed, as a match for suppression found them. @param recordIds as of `standing` */
  async isSuppressed(recordIds: readonly number[], partner?: string): Promise<boolean> {
    const standing = await this.standing('suppression', recordIds);
    return standing.some((one) => partner === undefined || one.partner === partner);
  }

  /** Partners who know a person too. @param recordIds as of `standing` */
  async knownElsewhere(recordIds: readonly number[]): Promise<Standing[]> {
    return this.standing('known-elsewhere', recordIds);
  }

  /** All results in which a person stands, of whatever use. For their package. */
  async everythingOf(recordIds: readonly number[]): Promise<(Standing & { use: MatchUse })[]> {
    const uses = ['overlap', 'suppression', 'known-elsewhere'] as const;
    const all = await Promise.all(uses.map(async (use) => (await this.standing(use, recordIds)).map((one) => ({ ...one, use }))));
    return all.flat();
  }

  /** Removes a result beyond recovery; nothing happens where there is none. */
  async forget(match: string): Promise<void> {
    await this.#pairs.forget(match);
    await this.#alone(() => this.#drop(match));
  }

  /** Takes customers out of every list of persons. @returns how many rows */
  async erasePersons(recordIds: readonly number[]): Promise<number> {
    const gone = new Set(recordIds);
    await this.#pairs.erasePersons(recordIds);
    return this.#without('customers', ({ id }) => gone.has(parsePersonId(id) ?? -1));
  }

  /** Takes rows out of every list with a file's own ids. @returns how many */
  eraseRows(concerns: (row: Found) => boolean): Promise<number> {
    return this.#without('file', concerns);
  }

  async #write(match: string, found: NewResult['found'] & object): Promise<Pick<Stored, 'parts' | 'kinds' | 'matched'>> {
    const parts: Stored['parts'][number][] = [];
    const kinds: { [kind in MatchKind]?: number } = {};
    let matched = 0;
    let rows: Found[] = [];
    const flush = async () => {
      await this.#spool.put(sessionOf('result', match), listName, parts.length, writePart(rows));
      parts.push({ index: parts.length, count: rows.length });
      rows = [];
    };
    for await (const row of found) {
      rows.push(row);
      kinds[row.kind] = (kinds[row.kind] ?? 0) + 1;
      matched += 1;
      if (rows.length === resultLimits.part) await flush();
    }
    if (rows.length > 0) await flush();
    return { parts, kinds, matched };
  }

  #without(from: MatchResult['from'], isGone: (row: Found) => boolean): Promise<number> {
    return this.#alone(async () => {
      let erased = 0;
      for (const result of await this.#kept()) if (result.from === from) erased += await this.#rewrite(result, isGone);
      return erased;
    });
  }

  async #rewrite(result: Stored, isGone: (row: Found) => boolean): Promise<number> {
    const session = sessionOf('result', result.match);
    const kinds = { ...result.kinds };
    const parts: Stored['parts'][number][] = [];
    const old: number[] = [];
    let free = Math.max(-1, ...(await this.#spool.parts(session, listName))) + 1;
    let erased = 0;
    for (const part of result.parts) {
      const rows = await this.#part(result.match, part.index);
      const left = rows.filter((row) => !isGone(row));
      if (left.length === rows.length) parts.push(part);
      else {
        for (const row of rows) if (isGone(row)) kinds[row.kind] = kinds[row.kind]! - 1;
        erased += rows.length - left.length;
        old.push(part.index);
        if (left.length > 0) {
          await this.#spool.put(session, listName, free, writePart(left));
          parts.push({ index: free, count: left.length });
          free += 1;
        }
      }
    }
    if (erased > 0) {
      const matched = (result.matched ?? 0) - erased;
      await this.#put({ ...result, kinds, matched, parts, erased: result.erased + erased });
      this.#held.changed(result.match);
    }
    // Also what a kill left between the two steps the last time.
    const standing = new Set(parts.map(({ index }) => index));
    for (const index of await this.#spool.parts(session, listName))
      if (!standing.has(index)) await this.#spool.remove(session, listName, index);
    return erased;
  }

  /** @throws {Fault} `not_found` */
  #numbers(match: string): Promise<Numbers> {
    return this.#held.of(match, () =>
      this.#steady(match, async ({ parts }) => {
        const rows: { person: number; kind: MatchKind }[] = [];
        for (const { index } of parts)
          for (const { id, kind } of await this.#part(match, index)) rows.push({ person: parsePersonId(id) ?? -1, kind });
        return numbersOf(rows);
      }),
    );
  }

  /** A part may have been rewritten between reading where it is and reading it. */
  async #steady<T>(match: string, read: (stored: Stored) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await read(await this.#stored(match));
      } catch (error) {
        if (attempt >= resultLimits.attempts || !(error instanceof Fault) || error.code !== 'conflict') throw error;
      }
    }
  }

  async #part(match: string, index: number): Promise<Found[]> {
    const bytes = await this.#spool.get(sessionOf('result', match), listName, index);
    // Rewritten or forgotten between two reads.
    if (!bytes) throw new Fault('conflict', 'the result has just changed: ask again');
    return readPart(bytes);
  }

  async #drop(match: string): Promise<void> {
    const stored = (await this.#book.read(collection, match)) as Stored | undefined;
    // Until all of it is gone it is there to be cleared away, and no result any more.
    if (stored) await this.#put({ ...stored, state: 'writing' });
    this.#held.changed(match);
    await this.#spool.drop(sessionOf('result', match));
    await this.#book.write([{ remove: [collection, match] }]);
  }

  async #stored(match: string): Promise<Stored> {
    const stored = (await this.#book.read(collection, match)) as Stored | undefined;
    if (stored?.state !== 'kept') throw new Fault('not_found', 'a result of this match');
    return stored;
  }

  async #kept(): Promise<Stored[]> {
    return (await this.#all()).filter(({ state }) => state === 'kept');
  }

  async #all(): Promise<Stored[]> {
    return (await this.#book.list(collection)).map(({ value }) => value as Stored);
  }

  #put(stored: Stored): Promise<void> {
    return this.#book.write([{ put: [collection, stored.match, stored] }]);
  }

  /** What changes results, one after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }
}

function shown({ state: _state, parts: _parts, ...result }: Stored): MatchResult {
  return result;
}

function unlessForgotten(error: unknown): undefined {
  if (!(error instanceof Fault) || error.code !== 'not_found') throw error;
}
