// Rows of a file in a thread: millions of them are checked, drafted from and brought into a round while the node's event loop goes on. What a round refuses
// comes back as its code, as an error loses its class between threads.

import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { type ProtocolCode, ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import { type ColumnKind, columnOf } from '../../core/matrix/matrix.ts';
import { labelOf } from '../../decide/models/models.ts';
import { type DryRun, draftFeatures, dryRunOf } from './question-rows.ts';
import type { RoundModelName } from './round-defaults.ts';
import { numbersFit } from './round-file.ts';
import { type Rejects, readFileTable } from './round-file-table.ts';
import { type RoundTable, roundTable } from './round-table.ts';

export type FileOrder = {
  /** The whole file, in shared memory, so that there is one of it. */
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  readonly label: string;
  readonly kinds: ReadonlyMap<string, ColumnKind>;
};
export type FileColumn = { readonly name: string; readonly kind: ColumnKind; readonly missing: number };
export type Brought = { readonly table: RoundTable; readonly run: DryRun };
export type Told = { readonly done: Brought } | { readonly refused: ProtocolCode; readonly where: string | undefined };

const pieceBytes = 1 << 16;

const tableOf = ({ bytes, label, kinds }: FileOrder) =>
  readFileTable(
    async function* () {
      for (let from = 0; from < bytes.length; from += pieceBytes) yield Uint8Array.from(bytes.subarray(from, from + pieceBytes));
    },
    { label, kinds },
  );

export async function checkFile(order: FileOrder): Promise<Rejects & { readonly columns: readonly FileColumn[] }> {
  const { matrix, notes, rejects } = await tableOf(order);
  const columns = matrix.columns.map(({ name, kind }) => ({ name, kind, missing: notes.get(name)!.missing }));
  return { ...rejects, columns };
}

export type DraftOrder = FileOrder & { readonly positive?: string; readonly model: RoundModelName };

export async function draftFile(order: DraftOrder): Promise<{ schema: RoundSchema; dryRun: DryRun }> {
  const { label, positive, model } = order;
  const { matrix } = await tableOf(order);
  const found = labelOf(matrix, columnOf(matrix, label)!, positive);
  const features = await draftFeatures(matrix, label, model);
  if (features.length === 0) throw new Fault('cannot_train', 'no column but the label can be learned from');
  const schema: RoundSchema = { label: { name: label, positive: found.positive }, features };
  return { schema, dryRun: await dryRunOf(roundTable(matrix, schema), schema) };
}

export async function bringFile({ schema, ...order }: FileOrder & { readonly schema: RoundSchema }): Promise<Told> {
  try {
    const { matrix, notes } = await tableOf(order);
    numbersFit(schema.features, matrix.rows, notes);
    const table = roundTable(matrix, schema);
    return { done: { table, run: await dryRunOf(table, schema) } };
  } catch (error) {
    if (!(error instanceof ProtocolFault)) throw error;
    return { refused: error.code, where: error.where };
  }
}
