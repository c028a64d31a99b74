// Makes a round's model ready to serve, in a thread: read, brought into the node's form, calibrated on rows that this node kept out, and written as
// ONNX that was held against the scorer.

import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import type { StandardModel } from '../../../federation/protocol/round/standard-model.ts';
import type { RoundModel } from '../../../federation/protocol/round/trees-model.ts';
import { Fault } from '../../core/errors.ts';
import { categoryColumn, type Matrix, numberColumn } from '../../core/matrix/matrix.ts';
import { checkedOnnx, type Prepared, prepareTogether } from '../../decide/models/models.ts';
import { scoringOf } from './adopted-scoring.ts';
import { partedRows, type RoundTable, rowsOf } from './round-table.ts';

export type AdoptedOrder = {
  /** As the members have it, JSON. */
  readonly model: string;
  readonly name: string;
  readonly label: string;
  /** All rows of this node in the round. */
  readonly table: RoundTable;
};
export type AdoptedTold =
  | { readonly prepared: Prepared; readonly onnx: Uint8Array | undefined }
  | { readonly kept: 'neural' | 'model_invalid'; readonly where?: string };

export async function prepareAdopted({ model: text, name, label, table }: AdoptedOrder): Promise<AdoptedTold> {
  const given = JSON.parse(text) as RoundModel | StandardModel;
  const scoring = scoringOf(given);
  if (!scoring) return { kept: 'neural' };
  const held = rowsOf(table, partedRows(table).held);
  try {
    const matrix = matrixOf(given.schema, held);
    const prepared = prepareTogether({ model: scoring, matrix, labels: held.labels });
    const about = { name: label, version: '1', description: `${label}, learned together: ${name}` };
    return { prepared, onnx: held.rows > 0 ? await checkedOnnx(prepared.model, matrix, about, 1) : undefined };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'model_invalid') throw error;
    return { kept: 'model_invalid', ...(error.where !== undefined && { where: error.where }) };
  }
}

/** The columns that rows of a round were made of, as far as a round sees them. */
export function matrixOf({ features }: RoundSchema, { rows, columns }: RoundTable): Matrix {
  let at = 0;
  return {
    rows,
    columns: features.map(({ name, levels }) => {
      const own = columns.slice(at, at + (levels?.length ?? 1));
      at += own.length;
      if (!levels) return numberColumn(name, Array.from(own[0]!), 'f32');
      const levelOf = (row: number) => levels[own.findIndex((column) => column[row] === 1)];
      return categoryColumn(
        name,
        Array.from({ length: rows }, (_, row) => levelOf(row)),
      );
    }),
  };
}
