// Matching everybody: persons laid out as a table for the matcher, sure pairs merged, likely ones put in the queue. The
// matcher itself is passed in: it knows tables, not customers.

import { Fault } from '../../core/errors.ts';
import type { Json } from '../../core/model/event.ts';
import { isBlocked, standardIdentifierKinds } from '../../core/model/identifier.ts';
import type { Held } from './cache.ts';
import { merge } from './identity/decide.ts';
import type { ReviewQueue, Suggestion } from './identity/reviews.ts';
import type { FieldWeight, Memory } from './memory.ts';
import type { PersonRecords } from './scan.ts';

export const matchingLimits = { records: 4_000_000 } as const;

/** Merging customers wants more than what makes the best F1 of a file: below this a person is asked. */
const sureProbability = 0.95;

/** Traits the matcher looks at, by its own field names; several traits of one field are tried in order. */
const fieldTraits = {
  fullName: ['name', 'fullName'],
  givenName: ['firstName'],
  surname: ['lastName'],
  birthDate: ['birthday', 'birthDate'],
  phone: ['phone', 'mobile'],
  email: ['email'],
  nationalId: ['nationalId', 'national_id'],
  address: ['address'],
  city: ['city'],
  postcode: ['postalCode', 'postcode'],
  gender: ['gender'],
  company: ['company'],
} as const;
export type MatchField = keyof typeof fieldTraits;

export type MatchTable = { rowCount: number; columns: { field: MatchField; values: (string | null)[] }[] };
export type MatchResult = {
  /** A cluster per row: rows the matcher holds to be one person, after it has weighed chains of likely pairs. */
  clusters: ArrayLike<number>;
  pairs: readonly { left: number; right: number; probability: number }[];
  thresholds: { merge: number; review: number };
  weightsOf(left: number, right: number): readonly FieldWeight[];
};
/** Compares the rows of a table; left < right in every pair. */
export type Matcher = (table: MatchTable) => Promise<MatchResult>;

export type MatchOutcome = { compared: number; merged: number; queued: number };

export async function matchPersons(
  memory: Memory,
  persons: AsyncIterable<PersonRecords>,
  exclusive: <T>(work: () => Promise<T>) => Promise<T>,
  reviews: ReviewQueue,
  matcher: Matcher,
): Promise<MatchOutcome> {
  const { table, recordIds } = await tableOf(persons);
  if (table.rowCount < 2) return { compared: table.rowCount, merged: 0, queued: 0 };
  const result = await matcher(table);
  const suggestions: Suggestion[] = [];
  const sure = Math.max(result.thresholds.merge, sureProbability);
  let merged = 0;
  for (const pair of [...result.pairs].sort((a, b) => b.probability - a.probability)) {
    if (pair.probability < result.thresholds.review) break;
    const weights = result.weightsOf(pair.left, pair.right).map(({ field, level, weightBits }) => ({ field, level, weightBits }));
    const [leftRecord, rightRecord] = [recordIds[pair.left]!, recordIds[pair.right]!];
    if (pair.probability < sure || result.clusters[pair.left] !== result.clusters[pair.right]) {
      suggestions.push({ leftRecord, rightRecord, probability: pair.probability, weights });
    } else if (await exclusive(() => mergeSure(memory, leftRecord, rightRecord, pair.probability, weights))) {
      merged += 1;
    }
  }
  return { compared: table.rowCount, merged, queued: await reviews.add(await onePerPair(memory, suggestions)) };
}

/** The surest suggestion for each pair of persons as they are now, after the merges. */
async function onePerPair(memory: Memory, suggestions: readonly Suggestion[]): Promise<Suggestion[]> {
  const held = await memory.peek(suggestions.flatMap((one) => [one.leftRecord, one.rightRecord]));
  const personOf = new Map(held.map((record) => [record.recordId, record.personId]));
  const best = new Map<string, Suggestion>();
  for (const one of suggestions) {
    const persons = [personOf.get(one.leftRecord), personOf.get(one.rightRecord)];
    const name = persons.sort().join(' ');
    if (persons[0] !== persons[1] && (best.get(name)?.probability ?? 0) < one.probability) best.set(name, one);
  }
  return [...best.values()];
}

/** @returns false when the pair is one person already, or someone has decided otherwise */
async function mergeSure(
  memory: Memory,
  left: number,
  right: number,
  probability: number,
  weights: FieldWeight[],
): Promise<boolean> {
  const decided = await memory.decisionsAbout([left, right]);
  const apart = decided.some(
    (one) =>
      one.verdict === 'different' && [...one.left, ...one.right].includes(left) && [...one.left, ...one.right].includes(right),
  );
  if (apart) return false;
  try {
    const { persons } = await merge(memory, left, right, { actor: 'matcher' }, { probability, weights });
    return persons.length === 1;
  } catch (error) {
    if (error instanceof Fault && (error.code === 'conflict' || error.code === 'not_found' || error.code === 'limit_reached'))
      return false;
    throw error;
  }
}

/** One row per known record: what each source says by itself, so that an old phone in one can meet it in another. */
async function tableOf(persons: AsyncIterable<PersonRecords>): Promise<{ table: MatchTable; recordIds: number[] }> {
  const fields = Object.keys(fieldTraits) as MatchField[];
  const columns = fields.map((field) => ({ field, values: [] as (string | null)[] }));
  const recordIds: number[] = [];
  for await (const { records } of persons) {
    for (const record of records) {
      if (!record.known) continue;
      const values = fields.map((field) => latestText(record, fieldTraits[field]));
      // One lonely word about somebody is nothing to compare.
      if (values.filter((value) => value !== null).length < 2) continue;
      if (recordIds.length >= matchingLimits.records)
        throw new Fault('limit_reached', `matching takes at most ${matchingLimits.records} records`);
      recordIds.push(record.recordId);
      columns.forEach((column, at) => {
        column.values.push(values[at]!);
      });
    }
  }
  return {
    table: { rowCount: recordIds.length, columns: columns.filter((column) => column.values.some((value) => value !== null)) },
    recordIds,
  };
}

/** The latest value of the first trait that the record has; placeholders say nothing. */
function latestText(record: Held, traits: readonly string[]): string | null {
  for (const trait of traits) {
    let best: { atMs: number; text: string } | undefined;
    for (const value of Object.values(record.state.traits[trait] ?? {})) {
      const text = textOf(value.value);
      if (text !== null && !isPlaceholder(text) && (best === undefined || value.atMs > best.atMs))
        best = { atMs: value.atMs, text };
    }
    if (best) return best.text;
  }
  return null;
}

function isPlaceholder(text: string): boolean {
  return (
    isBlocked(standardIdentifierKinds.get('phone')!, text) ||
    isBlocked(standardIdentifierKinds.get('email')!, text) ||
    /^[0\-/.]+$/.test(text)
  );
}

function textOf(value: Json): string | null {
  if (typeof value === 'string') return value.trim() === '' ? null : value;
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const parts = [value.country, value.province ?? value.state, value.city, value.district, value.street].filter(
    (part) => typeof part === 'string',
  );
  return parts.length > 0 ? parts.join(' ') : null;
}
