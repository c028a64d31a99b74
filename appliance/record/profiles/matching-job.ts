// Matching everybody: persons laid out as a table for the matcher, sure pairs merged, likely ones put in the queue. The
// matcher itself is passed in: it knows tables, not customers.

import { Fault } from '../../core/errors.ts';
import type { Json } from '../../core/model/event.ts';
import { isBlocked, standardIdentifierKinds } from '../../core/model/identifier.ts';
import { isNobody } from '../../core/values/name.ts';
import type { Held } from './cache.ts';
import { merge } from './identity/decide.ts';
import type { PolicyOf } from './identity/partition.ts';
import type { ReviewQueue, Suggestion } from './identity/reviews.ts';
import { type Candidate, type LikelyPair, type MatchedPerson, MergePlan, probabilityOf } from './matching-merges.ts';
import type { FieldWeight, Memory } from './memory.ts';
import type { PersonRecords } from './scan.ts';
import { claimList } from './state/claims.ts';

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

/** `sources` numbers the system of each row: few systems know a person twice, and how few is estimated. */
export type MatchTable = {
  rowCount: number;
  columns: { field: MatchField; values: (string | null)[] }[];
  sources: Int32Array;
};

export type MatchResult = {
  /** A cluster per row: rows the matcher holds to be one person, after it has weighed chains of likely pairs. */
  clusters: ArrayLike<number>;
  pairs: readonly LikelyPair[];
  thresholds: { merge: number; review: number };
  weightsOf(left: number, right: number): readonly FieldWeight[];
  /** Log-odds in bits that two groups of rows, each known to be one person, are the same one. */
  groupBits(left: readonly number[], right: readonly number[]): number;
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
  const { table, recordIds, matched } = await tableOf(persons, memory.config.policyOf);
  if (table.rowCount < 2) return { compared: table.rowCount, merged: 0, queued: 0 };
  const result = await matcher(table);
  const { clusters, pairs, thresholds } = result;
  const plan = new MergePlan(matched, result.groupBits);
  const told = (candidate: Candidate): Suggestion => ({
    leftRecord: recordIds[candidate.pair.left]!,
    rightRecord: recordIds[candidate.pair.right]!,
    probability: probabilityOf(candidate.bits),
    weights: weightsOf(candidate, result),
  });
  const refused = new Set<string>();
  let merged = 0;
  plan.consider(pairs.filter(({ left, right }) => clusters[left] === clusters[right]));
  const sure = Math.max(thresholds.merge, sureProbability);
  for (let candidate = plan.next(sure); candidate; candidate = plan.next(sure)) {
    const suggestion = told(candidate);
    if (await exclusive(() => mergeSure(memory, suggestion))) {
      plan.unite(candidate);
      merged += 1;
    } else refused.add(nameOf(suggestion));
  }
  const suggestions: Suggestion[] = [];
  plan.consider(pairs);
  for (let candidate = plan.next(thresholds.review); candidate; candidate = plan.next(thresholds.review)) {
    const suggestion = told(candidate);
    if (!refused.has(nameOf(suggestion))) suggestions.push(suggestion);
  }
  return { compared: table.rowCount, merged, queued: await reviews.add(await stillOpen(memory, suggestions)) };
}

const nameOf = ({ leftRecord, rightRecord }: Suggestion): string => `${leftRecord} ${rightRecord}`;

/** The weights of the likeliest pair, and what the persons' other records change, so that all together give the probability. */
function weightsOf({ pair, bits }: Candidate, result: MatchResult): FieldWeight[] {
  const weights = result.weightsOf(pair.left, pair.right).map(({ field, level, weightBits }) => ({ field, level, weightBits }));
  const others = bits - weights.reduce((sum, { weightBits }) => sum + weightBits, 0);
  // Odds without an end leave nothing that the other records could change.
  if (!Number.isFinite(others) || Math.abs(others) < 0.05) return weights;
  return [...weights, { field: 'other records', level: 'both persons as wholes', weightBits: others }];
}

/** Suggestions still open: of two persons as they are now, after the merges, whom nobody has declared different. */
async function stillOpen(memory: Memory, suggestions: readonly Suggestion[]): Promise<Suggestion[]> {
  const recordIds = suggestions.flatMap((one) => [one.leftRecord, one.rightRecord]);
  const personOf = new Map((await memory.peek(recordIds)).map((record) => [record.recordId, record.personId]));
  const apart = new Map<number, Set<number>>();
  for (const { verdict, left, right } of await memory.decisionsAbout(recordIds)) {
    if (verdict !== 'different') continue;
    for (const a of left) apart.set(a, new Set([...(apart.get(a) ?? []), ...right]));
  }
  return suggestions.filter(
    ({ leftRecord, rightRecord }) =>
      personOf.get(leftRecord) !== personOf.get(rightRecord) &&
      !apart.get(leftRecord)?.has(rightRecord) &&
      !apart.get(rightRecord)?.has(leftRecord),
  );
}

/** @returns false when the pair is one person already, or someone has decided otherwise */
async function mergeSure(
  memory: Memory,
  { leftRecord: left, rightRecord: right, probability, weights }: Suggestion,
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

type Laid = { table: MatchTable; recordIds: number[]; matched: Map<number, MatchedPerson> };

/** One row per known record: what each source says by itself, so that an old phone in one can meet it in another. */
async function tableOf(persons: AsyncIterable<PersonRecords>, policyOf: PolicyOf): Promise<Laid> {
  const fields = Object.keys(fieldTraits) as MatchField[];
  const columns = fields.map((field) => ({ field, values: [] as (string | null)[] }));
  const recordIds: number[] = [];
  const sources: number[] = [];
  const matched = new Map<number, MatchedPerson>();
  for await (const { personId, records } of persons) {
    const rows: number[] = [];
    for (const record of records) {
      if (!record.known) continue;
      const values = fields.map((field) => latestText(record, field));
      // One lonely word about somebody is nothing to compare.
      if (values.filter((value) => value !== null).length < 2) continue;
      if (recordIds.length >= matchingLimits.records)
        throw new Fault('limit_reached', `matching takes at most ${matchingLimits.records} records`);
      rows.push(recordIds.length);
      recordIds.push(record.recordId);
      sources.push(record.sourceId);
      columns.forEach((column, at) => {
        column.values.push(values[at]!);
      });
    }
    if (rows.length > 0) matched.set(personId, { rows, unique: uniqueValuesOf(records, policyOf) });
  }
  const telling = columns.filter((column) => column.values.some((value) => value !== null));
  const table: MatchTable = { rowCount: recordIds.length, columns: telling, sources: Int32Array.from(sources) };
  return { table, recordIds, matched };
}

/** What tells these records from everybody else: the partition would refuse to join two persons who differ in it. */
function uniqueValuesOf(records: readonly Held[], policyOf: PolicyOf): MatchedPerson['unique'] {
  const unique: MatchedPerson['unique'] = new Map();
  for (const record of records) {
    for (const { kind, value } of claimList(record.state.claims)) {
      const policy = policyOf(kind);
      if (!policy?.unique || policy.perSource) continue;
      const values = unique.get(kind) ?? new Set();
      unique.set(kind, values.add(value));
    }
  }
  return unique;
}

/** The latest value of the first trait that the record has; placeholders say nothing. */
function latestText(record: Held, field: MatchField): string | null {
  for (const trait of fieldTraits[field]) {
    let best: { atMs: number; text: string } | undefined;
    for (const value of Object.values(record.state.traits[trait] ?? {})) {
      const text = textOf(value.value);
      if (text !== null && !isPlaceholder(text, field) && (best === undefined || value.atMs > best.atMs))
        best = { atMs: value.atMs, text };
    }
    if (best) return best.text;
  }
  return null;
}

const nameFields: ReadonlySet<MatchField> = new Set(['fullName', 'givenName', 'surname']);

function isPlaceholder(text: string, field: MatchField): boolean {
  if (nameFields.has(field)) return isNobody(text);
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
