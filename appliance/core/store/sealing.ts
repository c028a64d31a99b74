// A column that is sealed on its way to the disk: the caller gives texts and keys, the engine seals them where it has the time
// (SQLite in its writer's thread), and what is written is the envelope that `sealEnvelope` would have made.

import { type Place, type SealingKey, sealEnvelope } from '../../../crypto/envelope.ts';
import type { Change, Row } from './store.ts';

export type Sealing = {
  /** A blob column of the table, which the rows leave out. */
  readonly column: string;
  readonly where: Place;
  /** The integer column that gives the row id of the place. */
  readonly rowId: string;
  /** One for each row, in their order. The key is read before the call returns and need not outlive it. */
  readonly cells: readonly SealingCell[];
};
/** `content` is a text, or what its JSON is sealed of: written out only when it is packed, since texts are large and many. */
export type SealingCell = { readonly key: SealingKey; readonly epoch: number; readonly content: string | object };

export function textOf({ content }: SealingCell): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}

type RowChange = Extract<Change, { op: 'insert' | 'upsert' }>;

/** The same change with its column sealed here and now, for an engine without a thread of its own. */
export function sealNow(change: Change): Change {
  const seal = 'seal' in change ? change.seal : undefined;
  if (!seal) return change;
  const { rows } = change as RowChange;
  checkCells(seal, rows);
  const { seal: _done, ...rest } = change as RowChange;
  return { ...rest, rows: rows.map((row, at) => ({ ...row, [seal.column]: envelope(seal, seal.cells[at]!, row) })) };
}

function envelope({ where, rowId }: Sealing, cell: SealingCell, row: Row): Buffer {
  return sealEnvelope(cell.key, cell.epoch, where, row[rowId] as number, Buffer.from(textOf(cell), 'utf8'));
}

/** @throws {TypeError} when cells and rows do not belong together */
export function checkCells({ column, cells }: Sealing, rows: readonly Row[]): void {
  if (cells.length !== rows.length) throw new TypeError(`${column}: expected ${rows.length} cells to seal, got ${cells.length}`);
  if (rows[0] && column in rows[0]) throw new TypeError(`${column}: is to be sealed, and is given`);
}
