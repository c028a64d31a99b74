// The worker side of what columns hold: one after the other over everybody who may be looked at, beside serving.

import { type HandedMatrix, takeCells, takeOver } from '../../core/matrix/matrix.ts';
import { type ColumnSummary, summaryOf } from './summary.ts';

export function summarise({ matrix, rows }: { matrix: HandedMatrix; rows: Int32Array }): ColumnSummary[] {
  return takeOver(matrix).columns.flatMap((column) => summaryOf({ rows: rows.length, columns: [takeCells(column, rows)] }));
}
