// Where rows of a round come from on this node, whichever it is: its own customers, or a file that somebody brought. One reading for the draft, the dry run
// and the training, so that what officers approved is what is brought.

import type { RoundSchema, RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { Fault } from '../../core/errors.ts';
import { type DryRun, draftSchema, dryRun, idsOf, questionRows, type RowParts, readRowSource } from './question-rows.ts';
import type { RoundModelName } from './round-defaults.ts';
import type { RoundFiles } from './round-files.ts';
import type { RoundTable } from './round-table.ts';

export type SourceParts = { readonly rows: RowParts; readonly files: Pick<RoundFiles, 'draft' | 'bring'> };
export type DraftAsked = {
  readonly question?: string;
  readonly horizonDays?: number;
  readonly activeDays?: number;
  readonly model?: RoundModelName;
  /** Of a file: the column that is to be learned, and the value to find. */
  readonly label?: string;
  readonly positive?: string;
};
export type Brought = { readonly table: RoundTable; readonly run: DryRun; readonly persons: readonly string[] };

/** @throws {Fault} `bad_request`, `cannot_train`, `not_found` */
export async function draftOf(
  { rows, files }: SourceParts,
  { model, question, label, positive, ...days }: DraftAsked,
  given: unknown,
): Promise<{ schema: RoundSchema; dryRun: DryRun }> {
  const source = readRowSource(given);
  if (source.from === 'customers') {
    if (question === undefined || label !== undefined || positive !== undefined)
      throw new Fault('bad_request', 'question: of the own customers; label and positive: of a file');
    const made = await questionRows(rows, { question, ...days }, source);
    const schema = await draftSchema(made, model);
    return { schema, dryRun: (await dryRun(made, schema)).run };
  }
  if (question !== undefined || Object.keys(days).length > 0)
    throw new Fault('bad_request', 'question, horizonDays and activeDays: of the own customers, not of a file');
  return files.draft(source.file, {
    ...(label !== undefined && { label }),
    ...(positive !== undefined && { positive }),
    ...(model && { model }),
  });
}

/**
 * What this node brings by these terms.
 * @throws {ProtocolFault} schema_differs, value_out_of_range: naming the column and why, never a value
 * @throws {Fault} `bad_request` for a round of other rows, `cannot_train`, `not_found`
 */
export async function broughtBy(
  { rows, files }: SourceParts,
  { schema }: Pick<RoundTerms, 'schema'>,
  given: unknown,
  signal?: AbortSignal,
): Promise<Brought> {
  const source = readRowSource(given);
  if (source.from === 'file') {
    return { ...(await files.bring(source.file, schema, signal)), persons: [] };
  }
  const { question } = schema;
  if (!question) throw new Fault('bad_request', 'this round is not about a question that a node makes rows for: bring a file');
  const made = await questionRows(rows, { question: question.name, ...question }, source, signal);
  return { ...(await dryRun(made, schema)), persons: idsOf(made.persons) };
}
