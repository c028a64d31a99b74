// What is asked about segments and answered at once: why somebody is in one, how many a rule would find, and what segments have in common.

import { Fault, type Words } from '../../../core/errors.ts';
import type { Calendar } from '../rules/calendar.ts';
import { evaluate } from '../rules/evaluate.ts';
import { type Explained, explain } from '../rules/explain.ts';
import type { Bitmap } from '../rules/members.ts';
import type { Condition } from '../rules/rule.ts';
import type { Finding } from '../rules/validate.ts';
import type { Vocabulary } from '../rules/vocabulary.ts';
import { gated, type StoredSegment } from './book.ts';
import { bitCount, type Everybody, spread } from './everybody.ts';
import { type Memberships, propertyNames } from './memberships.ts';
import type { CustomersPort, SegmentsParts } from './surroundings.ts';

/** Customers shown of a preview. */
export const answerLimits = { sample: 5 } as const;

export type Preview = {
  text: Words;
  when: Condition;
  findings: Finding[];
  /** Who would be in it, and how many of all customers there are. */
  count: number;
  of: number;
  /** Who fits the rule, and may not be used for the purpose. */
  withheld: number;
  estimated: boolean;
  /** Numbers of a few of them. */
  sample: number[];
};
export type Why = {
  segment: number;
  name: string;
  member: boolean;
  untilMs?: number;
  lines: { en: Explained[]; zh: Explained[] };
};
export type Overlap = { a: number; b: number; both: number; share: number };

type Parts = Pick<SegmentsParts, 'customers' | 'people' | 'clock' | 'timeZone' | 'mayUseAll'> & {
  memberships: Memberships;
  calendar: Calendar;
  everybody: Everybody;
};

export class Answers {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** @throws {Fault} `not_found` */
  async why(segment: StoredSegment, person: number, words: Vocabulary): Promise<Why> {
    const when = gated(segment);
    const properties = new Set(propertyNames(when));
    const { people, customers, clock, timeZone, memberships, calendar } = this.#parts;
    const history = properties.size > 0 ? await people.historyOf([person], properties) : undefined;
    const facts = (await people.factsOf([person])).get(person);
    if (!facts) throw new Fault('not_found', 'the person');
    const row = customers.matrix.rowOf(person) ?? customers.matrix.rows;
    const subject = memberships.subjectOf(row, facts, history?.get(person) ?? []);
    const { member, untilMs, because } = evaluate({ when }, subject, clock.nowMs(), calendar);
    const lines = (language: 'en' | 'zh') => explain(because, { vocabulary: words, language, timeZone });
    return {
      segment: segment.id,
      name: segment.name,
      member,
      ...(untilMs !== undefined && { untilMs }),
      lines: { en: lines('en'), zh: lines('zh') },
    };
  }

  /** How many fit and may be used for the purpose, and a few of them. */
  async count(when: Condition, purpose: string): Promise<Omit<Preview, 'text' | 'when' | 'findings'>> {
    const { customers, mayUseAll, everybody } = this.#parts;
    const fits = await everybody.count(when);
    const { allowed } = await mayUseAll(purpose, '*');
    const persons = personsIn(fits.members, customers);
    const may = persons.filter((person) => allowed[person] === 1);
    // Of those who were not asked as many may be used as of those who were.
    const share = persons.length === 0 ? 0 : may.length / persons.length;
    const count = fits.estimated ? Math.round(fits.count * share) : may.length;
    return {
      count,
      of: customers.matrix.size,
      withheld: fits.count - count,
      estimated: fits.estimated,
      sample: [...spread([...may], answerLimits.sample)],
    };
  }
}

/** Each pair, and each with itself. */
export function overlapsOf(all: readonly { id: number; bits: Bitmap }[]): Overlap[] {
  const common = (a: Bitmap, b: Bitmap) => {
    let both = 0;
    for (let word = 0; word < Math.min(a.length, b.length); word += 1) both += bitCount(a[word]! & b[word]!);
    return both;
  };
  const own = all.map(({ bits }) => common(bits, bits));
  return all.flatMap((a, i) =>
    all.slice(i).map((b, offset) => {
      const both = common(a.bits, b.bits);
      const either = own[i]! + own[i + offset]! - both;
      return { a: a.id, b: b.id, both, share: either === 0 ? 0 : both / either };
    }),
  );
}

/** Numbers of the persons whose rows are set, in order. */
export function personsIn(bits: Bitmap, { matrix }: CustomersPort): Int32Array {
  const found: number[] = [];
  for (let word = 0; word < bits.length; word += 1)
    for (let left = bits[word]!; left !== 0; left &= left - 1) {
      const person = matrix.personOf(word * 32 + 31 - Math.clz32(left & -left));
      if (person >= 0) found.push(person);
    }
  return Int32Array.from(found).sort();
}
