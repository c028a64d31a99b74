// Rotating data keys: record by record a new key, the record's rows sealed anew in chunks, the old key removed. Both epochs are
// open until a record is done, and a cursor row moves in the same transaction that drops the old keys, so a kill at any point
// leaves every row readable and the work resumable.

import { envelopeEpoch, openEnvelope, place, type RowId, sealEnvelope } from '../../../crypto/envelope.ts';
import type { Key } from '../../../crypto/keys.ts';
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

/** Seals the step's rows anew until none is left under an old key. */
async function resealStep(store: Store, columns: readonly SealedColumn[], step: Step): Promise<void> {
  const work = columns.flatMap((column) => [...step.keys].map(([id, keys]) => ({ column, id, keys })));
  if (work.length === 0) return;
  for (let pass = 0; ; pass += 1) {
    if (pass === passesMax) throw new Fault('too_busy', 'rows keep arriving under an old data key');
    const left = await store.selectMany(work.map(({ column, id, keys }) => anyOld(column, id, keys.current.epoch)));
    const open = work.filter((_, i) => (left[i]?.length ?? 0) > 0);
    if (open.length === 0) return;
    for (const { column, id, keys } of open) await resealColumn(store, column, id, keys);
  }
}

async function resealColumn(store: Store, column: SealedColumn, id: number, keys: RecordKeys): Promise<void> {
  const where = place(column.table.name, column.column);
  let after: Row | undefined;
  for (;;) {
    const rows = await store.select(...page(column, id, after));
    const changes: Change[] = [];
    for (const row of rows) {
      const sealed = row[column.column] as Uint8Array;
      const name = `${column.table.name}.${column.column} of record ${id}`;
      const epoch = openOrFault(name, () => envelopeEpoch(sealed));
      if (epoch === keys.current.epoch) continue;
      const old: Key<'data'> | undefined = keys.byEpoch.get(epoch);
      if (!old) throw new Fault('seal_broken', `${name} names key epoch ${epoch}, which the record does not have`);
      const rowId = column.rowOf(row);
      const plaintext = openOrFault(name, () => openEnvelope(old, where, rowId, sealed));
      const fresh = sealEnvelope(keys.current.key, keys.current.epoch, where, rowId, plaintext);
      plaintext.fill(0);
      changes.push(swap(column, row, sealed, fresh));
    }
    if (changes.length > 0) await store.transact(changes);
    if (rows.length < rowsPerPage) return;
    after = rows[rows.length - 1];
  }
}

/** The epoch stands in bytes 2 to 5 of an envelope, so the database itself can tell which are old. */
function anyOld(column: SealedColumn, id: number, epoch: number): { sql: string; params: Params } {
  const current = Buffer.alloc(4);
  current.writeUInt32BE(epoch);
  return {
    sql: `SELECT 1 AS old FROM ${column.table.name} WHERE ${column.recordColumn} = :record
          AND ${column.column} IS NOT NULL AND substr(${column.column}, 2, 4) <> :current LIMIT 1`,
    params: { record: id, current },
  };
}

/** The next rows of a record in the order of the table's key. */
function page(column: SealedColumn, id: number, after: Row | undefined): [string, Params] {
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
  const sql = `SELECT ${[...columns].join(', ')} FROM ${column.table.name} WHERE ${column.recordColumn} = :record
               AND ${column.column} IS NOT NULL ${beyond} ORDER BY ${key.join(', ')} LIMIT :limit`;
  return [sql, params];
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
