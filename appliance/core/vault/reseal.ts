// Rotating data keys: record by record a new key, the record's rows sealed anew in chunks, the old key removed. Both epochs are
// open until a record is done, and a cursor row moves in the same transaction that drops the old keys, so a kill at any point
// leaves every row readable and the work resumable.

import { envelopeEpoch, openEnvelope, place, type RowId, sealEnvelope } from '../../../crypto/envelope.ts';
import { zeroBytes } from '../../../crypto/keys.ts';
import { Fault } from '../errors.ts';
import type { Change, Params, Row, Store, Table } from '../store/store.ts';
import type { RecordKeys } from './cache.ts';
import { openOrFault, type Ring } from './ring.ts';
import {
  addRecordEpoch,
  advanceRotation,
  beginRotation,
  countRecords,
  dropOldEpochs,
  endRotation,
  lastRecordId,
  type Progress,
  type RotationRow,
  readRecordIds,
  readRecordKeys,
  readRotations,
  recordKeys,
} from './store.ts';

/**
 * A column sealed under record keys, at place(table.name, column). NULL is left alone. `rowOf` gets the key columns and the
 * record column, and gives the row id the slice seals with.
 */
export type SealedColumn = {
  readonly table: Table;
  readonly column: string;
  /** Names the column that holds the record id; indexed, or the beginning of the key. */
  readonly recordColumn: string;
  /** Where a table of its own says which rows are a record's: its name; it has the record column and the table's one key column. */
  readonly index?: string;
  rowOf(row: Row): RowId;
};

export type DataRotation = {
  /**
   * Resolves once every transaction prepared before the call has ended. Not optional: a row sealed under the old key that
   * arrives after the key is gone would be lost.
   */
  settled: () => Promise<void>;
};

const recordsPerStep = 32;
const rowsPerPage = 100;
/** Pages of one read and one transaction: at most 3,200 rows, of 32 KB at the worst. */
const pagesPerBatch = 32;
const queriesPerRead = 256;
/** Passes over one step's rows. One is enough when `settled` keeps its word. */
const passesMax = 5;

type Step = { readonly ids: readonly number[]; readonly keys: ReadonlyMap<number, RecordKeys> };

export async function resealRecords(
  store: Store,
  ring: Ring,
  columns: readonly SealedColumn[],
  progress: Progress,
  options: DataRotation,
): Promise<void> {
  const rotation = await begin(store, ring);
  const total = await countRecords(store, rotation.doneRecordId, rotation.lastRecordId);
  let done = 0;
  let after = rotation.doneRecordId;
  progress({ done, total });
  for (;;) {
    const ids = await readRecordIds(store, after, rotation.lastRecordId, recordsPerStep);
    if (ids.length === 0) break;
    const step = await addEpochs(store, ring, ids);
    await options.settled();
    await resealStep(store, columns, step);
    after = ids[ids.length - 1] as number;
    const drops = [...step.keys].map(([id, keys]) => dropOldEpochs(id, keys.current.epoch));
    await store.transact([...drops, advanceRotation('data', after)]);
    ring.cache.forget(ids);
    done += ids.length;
    progress({ done, total: Math.max(total, done) });
  }
  await store.scrub([recordKeys, ...new Set(columns.map((column) => column.table))]);
  await store.emptyLog();
  await store.transact([endRotation('data')]);
}

async function begin(store: Store, ring: Ring): Promise<RotationRow> {
  const begun = (await readRotations(store)).find((rotation) => rotation.kind === 'data');
  if (begun) return begun;
  // Records made from now on have fresh keys already.
  const last = await lastRecordId(store);
  await store.transact([beginRotation('data', ring.ports.clock.nowMs(), last)]);
  return { kind: 'data', doneRecordId: 0, lastRecordId: last };
}

/** Gives each record a second epoch, unless a step that was cut short has; an erased record gets none. */
async function addEpochs(store: Store, ring: Ring, ids: readonly number[]): Promise<Step> {
  const changes: Change[] = [];
  for (const [id, rows] of byRecord(await readRecordKeys(store, ids))) {
    if (rows.length > 1) continue;
    const epoch = Number(rows[0]?.epoch) + 1;
    const { row } = ring.makeRecordKey(id, epoch);
    changes.push(addRecordEpoch(id, epoch, Number(row.wrap_epoch), row.wrapped as Uint8Array));
  }
  if (changes.length > 0) await store.transact(changes);
  ring.cache.forget(ids);
  const keys = new Map<number, RecordKeys>();
  for (const [id, rows] of byRecord(await readRecordKeys(store, ids))) keys.set(id, ring.openRecord(id, rows));
  return { ids, keys };
}

function byRecord(rows: readonly Row[]): Map<number, Row[]> {
  return Map.groupBy(rows, (row) => Number(row.record_id));
}

/** One column of one record, read page by page. */
type Work = { readonly column: SealedColumn; readonly id: number; readonly keys: RecordKeys; after?: Row };

/** Seals the step's rows anew until none is left under an old key. */
async function resealStep(store: Store, columns: readonly SealedColumn[], step: Step): Promise<void> {
  const all = columns.flatMap((column) => [...step.keys].map(([id, keys]): Work => ({ column, id, keys })));
  for (let pass = 0; ; pass += 1) {
    const open = await withOldRows(store, all);
    if (open.length === 0) return;
    if (pass === passesMax) throw new Fault('too_busy', 'rows keep arriving under an old data key');
    let round = open;
    while (round.length > 0) {
      const next: Work[] = [];
      for (let at = 0; at < round.length; at += pagesPerBatch) {
        next.push(...(await resealPages(store, round.slice(at, at + pagesPerBatch))));
      }
      round = next;
    }
  }
}

async function withOldRows(store: Store, all: readonly Work[]): Promise<Work[]> {
  const open: Work[] = [];
  for (let at = 0; at < all.length; at += queriesPerRead) {
    const some = all.slice(at, at + queriesPerRead);
    const found = await store.selectMany(some.map(({ column, id, keys }) => anyOld(column, id, keys.current.epoch)));
    open.push(...some.filter((_, i) => (found[i]?.length ?? 0) > 0));
  }
  return open;
}

/** Reads one page of each, seals anew what is old in one transaction. @returns the work that has more pages */
async function resealPages(store: Store, works: readonly Work[]): Promise<Work[]> {
  const pages = await store.selectMany(works.map(page));
  const changes: Change[] = [];
  const more: Work[] = [];
  works.forEach((work, i) => {
    const rows = pages[i] ?? [];
    for (const row of rows) {
      const change = resealRow(work, row);
      if (change) changes.push(change);
    }
    const last = rows[rows.length - 1];
    if (last && rows.length === rowsPerPage) more.push({ ...work, after: last });
  });
  if (changes.length > 0) await store.transact(changes);
  return more;
}

function resealRow({ column, id, keys }: Work, row: Row): Change | undefined {
  const sealed = row[column.column] as Uint8Array;
  const name = `${column.table.name}.${column.column} of record ${id}`;
  const epoch = openOrFault(name, () => envelopeEpoch(sealed));
  if (epoch === keys.current.epoch) return undefined;
  const old = keys.byEpoch.get(epoch);
  if (!old) throw new Fault('seal_broken', `${name} names key epoch ${epoch}, which the record does not have`);
  const where = place(column.table.name, column.column);
  const rowId = column.rowOf(row);
  const plaintext = openOrFault(name, () => openEnvelope(old, where, rowId, sealed));
  const fresh = sealEnvelope(keys.current.key, keys.current.epoch, where, rowId, plaintext);
  zeroBytes(plaintext);
  return swap(column, row, sealed, fresh);
}

function ofRecord({ table, recordColumn, index }: SealedColumn): string {
  if (index === undefined) return `${recordColumn} = :record`;
  const key = table.key.join(', ');
  return `${key} IN (SELECT ${key} FROM ${index} WHERE ${recordColumn} = :record)`;
}

/** The epoch stands in bytes 2 to 5 of an envelope, so the database itself can tell which are old. */
function anyOld(column: SealedColumn, id: number, epoch: number): { sql: string; params: Params } {
  const current = Buffer.alloc(4);
  current.writeUInt32BE(epoch);
  return {
    sql: `SELECT 1 AS old FROM ${column.table.name} WHERE ${ofRecord(column)}
          AND ${column.column} IS NOT NULL AND substr(${column.column}, 2, 4) <> :current LIMIT 1`,
    params: { record: id, current },
  };
}

/** The next rows of a record in the order of the table's key. */
function page({ column, id, after }: Work): { sql: string; params: Params } {
  const key = column.table.key;
  const params: { [name: string]: Row[string] } = { record: id, limit: rowsPerPage };
  let beyond = '';
  if (after) {
    key.forEach((name, i) => {
      params[`k${i}`] = after[name] ?? null;
    });
    beyond = `AND (${key.join(', ')}) > (${key.map((_, i) => `:k${i}`).join(', ')})`;
  }
  const columns = new Set([...key, column.recordColumn, column.column]);
  const sql = `SELECT ${[...columns].join(', ')} FROM ${column.table.name} WHERE ${ofRecord(column)}
               AND ${column.column} IS NOT NULL ${beyond} ORDER BY ${key.join(', ')} LIMIT :limit`;
  return { sql, params };
}

/** Replaces what we read and nothing else: a row written meanwhile, under the new key, is left as it is. */
function swap(column: SealedColumn, row: Row, sealed: Uint8Array, fresh: Uint8Array): Change {
  const key = column.table.key;
  const params: { [name: string]: Row[string] } = { fresh, sealed };
  key.forEach((name, i) => {
    params[`k${i}`] = row[name] ?? null;
  });
  const sql = `UPDATE ${column.table.name} SET ${column.column} = :fresh
               WHERE ${key.map((name, i) => `${name} = :k${i}`).join(' AND ')} AND ${column.column} = :sealed`;
  return { op: 'run', sql, params };
}
