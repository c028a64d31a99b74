// What a side brings into a match: the node's customers, or those of a segment, as far as the consent gate lets them be used for the purpose; or an
// uploaded file. Read once, page by page, beside everything else that the node does.

import type { Dataset } from '../../federation/participant/ports.ts';
import type { MatchKind, MatchTerms } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import { type IdentifierKind, type IdentifierKinds, standardKinds } from '../core/model/identifier.ts';
import type { Clock } from '../core/ports.ts';
import type { Region } from '../core/values/normal.ts';
import type { Consent } from '../record/consent/consent.ts';
import { type PersonFacts, type Profiles, personId } from '../record/profiles/profiles.ts';
import { amountLimits, amountOf } from './amounts.ts';
import type { MatchFiles } from './files.ts';
import { Gathered, type Raw } from './gathered.ts';
import { normaliser } from './normalise.ts';

export type CustomersSource = {
  readonly from: 'customers';
  /** Only its members; everybody when absent. */
  readonly segment?: number;
  /** As the node's own table of purposes calls it; the terms' when absent. */
  readonly purpose?: string;
  /** The kind of identifier that is the card; loyalty cards when absent. */
  readonly card?: IdentifierKind;
  /** A computed trait or a trait of the golden record, and how many of its decimals count. */
  readonly sum?: { readonly trait: string; readonly decimals: number };
};
export type FileSource = { readonly from: 'file'; readonly file: string };
export type MatchSource = CustomersSource | FileSource;

/** What became of the customers, for the officers of this side. */
export type TakenReport = {
  /** In the dataset. */
  readonly customers: number;
  /** Left out since the gate does not allow their use for the purpose. Of a file whoever brought it answers for that. */
  readonly withoutConsent?: number;
  /** Left out, by code: `no_identifier`, `value_range`, `value_form`. */
  readonly leftOut: { readonly [code: string]: number };
  /** Brought with nothing to sum up, as zero. */
  readonly withoutValue?: number;
};
export type TakenDataset = Dataset & { readonly taken: TakenReport };

export type DatasetParts = {
  readonly profiles: Pick<Profiles, 'people'>;
  readonly consent: Pick<Consent, 'table' | 'allowing'>;
  /** Numbers of all members. @throws {Fault} `not_found` */
  membersOf(segment: number): ArrayLike<number>;
  readonly files: Pick<MatchFiles, 'get' | 'rows'>;
  readonly region: Region;
  readonly kinds: IdentifierKinds;
  readonly clock: Clock;
};

/** @throws {Fault} `bad_request` naming what is wrong */
export function readSource(given: unknown): MatchSource {
  if (typeof given !== 'object' || given === null) throw new Fault('bad_request', 'source: an object');
  const { from, ...rest } = given as { [name: string]: unknown };
  if (from === 'file') {
    if (typeof rest.file !== 'string' || !/^[0-9a-f]{32}$/.test(rest.file) || Object.keys(rest).length > 1)
      throw new Fault('bad_request', 'source.file: the id of an uploaded file, and nothing else');
    return { from, file: rest.file };
  }
  if (from !== 'customers') throw new Fault('bad_request', 'source.from: customers or file');
  const { segment, purpose, card, sum, ...others } = rest;
  if (Object.keys(others).length > 0) throw new Fault('bad_request', 'source: segment, purpose, card and sum, nothing else');
  if (segment !== undefined && !Number.isSafeInteger(segment)) throw new Fault('bad_request', 'source.segment: its number');
  if (purpose !== undefined && typeof purpose !== 'string') throw new Fault('bad_request', 'source.purpose: its name');
  if (card !== undefined && !isKind(card)) throw new Fault('bad_request', 'source.card: a kind of identifier');
  return {
    from,
    ...(segment !== undefined && { segment: segment as number }),
    ...(purpose !== undefined && { purpose }),
    ...(card !== undefined && { card }),
    ...(sum !== undefined && { sum: readSum(sum) }),
  };
}

function isKind(given: unknown): given is IdentifierKind {
  return typeof given === 'string' && ((standardKinds as readonly string[]).includes(given) || given.startsWith('custom:'));
}

function readSum(given: unknown): { trait: string; decimals: number } {
  const { trait, decimals = 0 } = (given ?? {}) as { trait?: unknown; decimals?: unknown };
  if (typeof trait !== 'string' || trait === '') throw new Fault('bad_request', 'source.sum.trait: the name of a trait');
  if (!Number.isInteger(decimals) || (decimals as number) < 0 || (decimals as number) > amountLimits.decimals)
    throw new Fault('bad_request', `source.sum.decimals: 0 to ${amountLimits.decimals}`);
  return { trait, decimals: decimals as number };
}

/**
 * Reads the customers of a source.
 * @throws {Fault} `bad_request` for a source or purpose that is none, `not_found` for a segment or file, `limit_reached`
 */
export async function takeDataset(parts: DatasetParts, given: unknown, terms: MatchTerms): Promise<TakenDataset> {
  const source = readSource(given);
  return source.from === 'file' ? takeFile(parts, source, terms) : takeCustomers(parts, source, terms);
}

async function takeCustomers(parts: DatasetParts, source: CustomersSource, terms: MatchTerms): Promise<TakenDataset> {
  const { segment, purpose = terms.purpose, card = 'loyalty_card', sum } = source;
  if (!parts.consent.table.purposes.has(purpose))
    throw new Fault('bad_request', `source.purpose: ${purpose} is none that is declared; GET /api/consent/purposes lists them`);
  if (!parts.kinds.has(card)) throw new Fault('bad_request', `source.card: ${card} is no kind of identifier of this node`);
  const members = segment === undefined ? undefined : new Set(Array.from(parts.membersOf(segment)));
  const allowed = await parts.consent.allowing(purpose, '*');
  let withoutConsent = 0;
  const wanted = (person: number) => {
    if (members && !members.has(person)) return false;
    if (allowed(person)) return true;
    withoutConsent += 1;
    return false;
  };
  const normalise = normaliser({ region: parts.region, kinds: parts.kinds, cardKind: card });
  const gathered = new Gathered(terms.kinds, normalise, { values: sum !== undefined });
  const kindOf = new Map<string, MatchKind>(terms.kinds.map((kind) => [kind === 'card' ? card : kind, kind]));
  const asked = new Set(kindOf.keys());
  const leftOut = new Counts();
  let withoutValue = 0;
  for await (const page of parts.profiles.people.everybody(wanted)) {
    for (const facts of page) {
      const amount = sum && amountOf(summedOf(facts, sum.trait, parts.clock.nowMs()), sum.decimals);
      if (amount?.ok === false && amount.reason !== 'value_missing') {
        leftOut.add(amount.reason);
        continue;
      }
      const code = gathered.add(personId(facts.personId), rawOf(facts, asked, kindOf), amount?.ok ? amount.value : 0);
      if (code !== undefined) leftOut.add(code);
      else if (amount?.ok === false) withoutValue += 1;
    }
  }
  const taken: TakenReport = {
    customers: gathered.customers,
    withoutConsent,
    leftOut: leftOut.all(),
    ...(sum && { withoutValue }),
  };
  return { ...(await gathered.done()), taken };
}

function* rawOf(facts: PersonFacts, asked: ReadonlySet<string>, kindOf: ReadonlyMap<string, MatchKind>): Generator<Raw> {
  // A value of a kind that is each source's own means nothing outside of it.
  for (const { kind, value, source } of facts.identifiers(asked))
    if (source === undefined) yield { kind: kindOf.get(kind)!, raw: value };
}

function summedOf(facts: PersonFacts, trait: string, nowMs: number) {
  return facts.computed(trait, nowMs).value ?? facts.trait(trait);
}

async function takeFile(parts: DatasetParts, { file }: FileSource, terms: MatchTerms): Promise<TakenDataset> {
  const { columns } = await parts.files.get(file);
  const missing = terms.kinds.filter((kind) => !columns.kinds[kind]);
  if (missing.length === terms.kinds.length)
    throw new Fault('bad_request', `source.file: it has no column of ${missing.join(', ')}`);
  const normalise = normaliser({ region: parts.region, kinds: parts.kinds });
  const gathered = new Gathered(terms.kinds, normalise, { values: columns.value !== undefined, repeated: true });
  const leftOut = new Counts();
  for await (const batch of parts.files.rows(file)) {
    for (const { id, values, amount } of batch) {
      const code = gathered.add(id, values, amount);
      if (code !== undefined) leftOut.add(code);
    }
  }
  const taken: TakenReport = { customers: gathered.customers, leftOut: leftOut.all() };
  return { ...(await gathered.done()), taken };
}

class Counts {
  readonly #counts = new Map<string, number>();

  add(code: string): void {
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
  }

  all(): { [code: string]: number } {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
