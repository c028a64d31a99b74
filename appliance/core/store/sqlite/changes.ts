// Packs a change set for the writer thread: this is the hot path of ingest on the main thread, about a microsecond a row.

import { Fault } from '../../errors.ts';
import { storeLimits } from '../limits.ts';
import { checkCells, type Sealing, textOf } from '../sealing.ts';
import type { Change, ColumnType, Row, Table } from '../store.ts';
import { checkColumns } from '../values.ts';
import type { PackedChange } from './messages.ts';
import { measureColumn, measureSealed, PackWriter, type SealedColumn } from './pack.ts';
import { measurePrepared, type Prepared, packPrepared, prepare } from './params.ts';
import { changeColumns, type RowOp } from './statements.ts';

/** Tables go to the writer once and are then known by number; a new writer must be told again, and so must one that was not sent a set. */
export type TableNumbers = { numberOf(table: Table, newTables: [number, Table][]): number; forget(): void };

/** Different declarations that a program uses; they are constants of its modules. */
const maxTables = 10_000;

export function tableNumbers(): TableNumbers {
  let numbers = new Map<Table, number>();
  let next = 0;
  return {
    numberOf(table, newTables) {
      const known = numbers.get(table);
      if (known !== undefined) return known;
      if (numbers.size >= maxTables) throw new Error('a Table is declared once per module, not made anew for each call');
      // Never used again: what is under way may still go by an older number.
      const number = next++;
      numbers.set(table, number);
      newTables.push([number, { name: table.name, columns: { ...table.columns }, key: [...table.key] }]);
      return number;
    },
    forget() {
      numbers = new Map();
    },
  };
}

type RowChange = {
  table: Table;
  op: RowOp;
  rows: readonly Row[];
  seal: Sealing | undefined;
  /** What is to be sealed, row by row. */
  texts: readonly string[];
  columns: readonly string[];
  types: ColumnType[];
  places: string[];
};

/** Columns, types and error places by table and kind of change, worked out once. */
const layouts = new WeakMap<Table, Map<RowOp, Pick<RowChange, 'columns' | 'types' | 'places'>>>();

function layoutOf(table: Table, op: RowOp): Pick<RowChange, 'columns' | 'types' | 'places'> {
  let byOp = layouts.get(table);
  if (!byOp) {
    byOp = new Map();
    layouts.set(table, byOp);
  }
  const known = byOp.get(op);
  if (known) return known;
  const columns = changeColumns(table, op);
  const types = columns.map((column) => table.columns[column]!);
  if (table.key.length === 0 || types.includes(undefined as never))
    throw new TypeError(`table ${table.name}: its key is not among its columns`);
  const layout = { columns, types, places: columns.map((column) => `${table.name}.${column}`) };
  byOp.set(op, layout);
  return layout;
}

function describe(change: Exclude<Change, { op: 'run' }>): RowChange {
  const op = change.op === 'insert' && change.onConflict === 'ignore' ? 'ignore' : change.op;
  const rows = change.op === 'delete' ? change.keys : change.rows;
  const layout = layoutOf(change.table, op);
  checkColumns(change.table, layout.columns, rows);
  const seal = 'seal' in change ? change.seal : undefined;
  if (seal) checkCells(seal, rows);
  return { table: change.table, op, rows, seal, texts: seal?.cells.map(textOf) ?? [], ...layout };
}

function measure(step: RowChange): number {
  let sizeBytes = 0;
  for (let c = 0; c < step.columns.length; c++) {
    const [column, place] = [step.columns[c]!, step.places[c]!];
    if (column === step.seal?.column) sizeBytes += measureSealed(step.texts, place);
    else sizeBytes += measureColumn(step.rows, column, step.types[c]!, place);
  }
  return sizeBytes;
}

type ToSeal = ReturnType<PackWriter['toSeal']>;

/** @returns where its texts to seal stand */
function writeColumns(step: RowChange, writer: PackWriter): ToSeal | undefined {
  let texts: ToSeal | undefined;
  for (let c = 0; c < step.columns.length; c++) {
    const column = step.columns[c]!;
    if (column === step.seal?.column) texts = writer.toSeal(step.texts);
    else writer.column(step.rows, column, step.types[c]!, step.places[c]!);
  }
  return texts;
}

export type Packed = { changes: PackedChange[]; newTables: [number, Table][]; seals: SealedColumn[]; body: ArrayBuffer };

/**
 * @param memoryOf memory of at least so many bytes to pack into; else new memory is used
 * @throws {TypeError} or {Fault} `limit_reached`, before anything is sent
 */
export function packChanges(
  changes: readonly Change[],
  numbers: TableNumbers,
  memoryOf?: (sizeBytes: number) => ArrayBuffer | undefined,
): Packed {
  const steps: (RowChange | Prepared)[] = [];
  let sizeBytes = 0;
  let rowCount = 0;
  for (const change of changes) {
    if (change.op === 'run') {
      const query = prepare(change.sql, change.params);
      sizeBytes += measurePrepared(query);
      steps.push(query);
    } else {
      const step = describe(change);
      rowCount += step.rows.length;
      sizeBytes += measure(step);
      steps.push(step);
    }
  }
  if (rowCount > storeLimits.transactRows) throw new Fault('limit_reached', 'rows of one change set');
  if (sizeBytes > storeLimits.transactBytes) throw new Fault('limit_reached', 'bytes of one change set');
  const writer = new PackWriter(sizeBytes, memoryOf?.(sizeBytes));
  const packed: Packed = { changes: [], newTables: [], seals: [], body: writer.buffer };
  const toSeal: { step: RowChange; seal: Sealing; texts: ToSeal }[] = [];
  for (const step of steps) {
    if ('shape' in step) packed.changes.push({ op: 'run', ...packPrepared(step, writer) });
    else {
      const texts = writeColumns(step, writer);
      if (texts) toSeal.push({ step, seal: step.seal!, texts });
      packed.changes.push({ op: step.op, table: numbers.numberOf(step.table, packed.newTables), rows: step.rows.length });
    }
  }
  for (const { step, seal, texts } of toSeal) {
    const how = writer.sealing(seal, step.rows, `${step.table.name}.${seal.rowId}`);
    packed.seals.push({ table: seal.where.table, column: seal.where.column, rows: step.rows.length, ...texts, ...how });
  }
  return packed;
}
