// Rows of this node's own customers for a vertical round: of those whom a match with the other side found and whose data may be used for the purpose, as
// they were known to be at one moment. The owner of the labels answers its question from there on; a partner brings features alone.

import type { RoundSchema, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { partnersOf, type VerticalTrees } from '../../../federation/protocol/round/vertical-terms.ts';
import { Fault } from '../../core/errors.ts';
import type { Matrix } from '../../core/matrix/matrix.ts';
import { buildTable, dayMs, featuresAt, questionOf } from '../../decide/models/models.ts';
import { type DryRun, draftFeatures, dryRunOf, type RowParts, readRowSource } from './question-rows.ts';
import { featureTable, type RoundTable, roundTable } from './round-table.ts';
import { ownSchema, verticalOf } from './vertical-side.ts';

export type VerticalRowParts = RowParts & {
  /** Persons at the positions of a match, -1 for nobody. @throws {Fault} `not_found` */
  pairsOf(match: string, partner: string): Promise<Int32Array>;
};
export type Question = NonNullable<RoundSchema['question']>;
/** What a side is asked for: whose matches, when, and which question where it has the labels. */
export type VerticalAsk = {
  readonly matches: { readonly [partner: string]: string };
  readonly asOfMs: number;
  readonly question?: Question;
  /** Where the source names none and there is no question. */
  readonly purpose: string;
};
export type VerticalMade = {
  readonly matrix: Matrix;
  /** Whose row each is. */
  readonly persons: readonly number[];
  /** By match, in the order of the partners' ids: the row at each position, -1 for none. */
  readonly positions: readonly Int32Array[];
};
export type SideRows = Omit<VerticalMade, 'matrix'> & { readonly table: RoundTable };

/** @throws {Fault} `bad_request`, `not_found` for a match that lines nobody up, `cannot_train` for too few answers */
export async function verticalRows(
  parts: VerticalRowParts,
  ask: VerticalAsk,
  source: unknown,
  signal?: AbortSignal,
): Promise<VerticalMade> {
  const { asOfMs, question, matches } = ask;
  const { table, clock } = parts;
  const horizonMs = (question?.horizonDays ?? 0) * dayMs;
  if (asOfMs + horizonMs > clock.nowMs())
    throw new Fault('bad_request', `asOfMs: expected a moment at least ${question?.horizonDays ?? 0} days ago`);
  const allowing = await parts.mayUse(purposeFor(ask, source));
  const partners = Object.keys(matches).sort();
  const paired: Int32Array[] = [];
  for (const partner of partners) paired.push(await parts.pairsOf(matches[partner]!, partner));
  const everybody = new Set(paired.flatMap((some) => [...some]).filter((person) => person >= 0 && allowing(person)));
  const how = signal ? { signal } : {};
  const made = question
    ? await buildTable(table, { question: asked(question), ...question, cutOffsMs: [asOfMs], persons: everybody }, how)
    : await featuresAt(table, { atMs: asOfMs, persons: everybody }, signal);
  const rowOf = new Map(made.persons.map((person, row) => [person, row]));
  const positions = paired.map((some) => some.map((person) => rowOf.get(person) ?? -1));
  return { matrix: made.matrix, persons: made.persons, positions };
}

function asked({ name }: Question) {
  const question = questionOf(name);
  if (question?.kind !== 'event') throw new Fault('bad_request', `question: ${name}`);
  return question;
}

/** Whose consent counts: of the source's own purpose, else of the question's or the terms'. */
export function purposeFor({ question, purpose }: VerticalAsk, source: unknown): string {
  const read = readRowSource(source);
  if (read.from !== 'customers') throw new Fault('bad_request', 'source.from: customers, whom the matches have found');
  return read.purpose ?? (question ? asked(question).purposes.training : purpose);
}

/** What a side is asked for by terms. @throws {Fault} `bad_request` for a round of other rows */
export function askOf(terms: Pick<RoundTerms, 'members' | 'learn' | 'schema' | 'purpose'>, me: string): VerticalAsk {
  const learn: VerticalTrees = verticalOf(terms);
  const { rows, owner } = learn;
  const { question } = terms.schema;
  if (rows.by !== 'match' || !question)
    throw new Fault('bad_request', 'this round is not about customers whom matches have found, and a question of a node');
  const ofOwner = Object.fromEntries(partnersOf({ members: terms.members, learn }).map((one) => [one, rows.matches[one]!]));
  return {
    matches: owner === me ? ofOwner : { [owner]: rows.matches[me]! },
    asOfMs: rows.asOfMs,
    ...(owner === me && { question }),
    purpose: terms.purpose,
  };
}

/** @throws {ProtocolFault} schema_differs */
export function sideRows({ matrix, persons, positions }: VerticalMade, terms: RoundTerms, me: string): SideRows {
  const schema = ownSchema(terms, me);
  const isOwner = verticalOf(terms).owner === me;
  const all = Array.from({ length: matrix.rows }, (_, row) => row);
  const table = isOwner
    ? roundTable(matrix, schema)
    : { ...featureTable(matrix, schema, all), labels: new Float32Array(matrix.rows) };
  return { table, persons, positions };
}

/** Columns that this side can bring, for whoever proposes; and what it would bring of them. Counts alone. */
export async function draftColumns(
  made: VerticalMade,
  label?: string,
): Promise<{ features: RoundSchema['features']; dryRun: DryRun }> {
  const features = await draftFeatures(made.matrix, label ?? '', 'trees');
  return { features, dryRun: await columnsRun(made, features, label) };
}

/** Positives are known to who has the labels. */
export async function columnsRun(
  { matrix, persons }: VerticalMade,
  features: RoundSchema['features'],
  label?: string,
): Promise<DryRun> {
  const rows = Array.from({ length: matrix.rows }, (_, row) => row);
  const schema: RoundSchema = { label: { name: label ?? '', positive: 'yes' }, features };
  const table =
    label === undefined ? { ...featureTable(matrix, schema, rows), labels: new Float32Array(0) } : roundTable(matrix, schema);
  return { ...(await dryRunOf(table, schema)), persons: new Set(persons).size };
}
