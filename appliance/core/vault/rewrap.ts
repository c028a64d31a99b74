// Rotating the wrapping key: a new one, every record key, audit key and log key wrapped anew in batches, the old one removed. What is left to do is
// read from the rows themselves (those still under an older wrapping key), so a kill at any point loses nothing and repeats nothing.

import { Fault } from '../errors.ts';
import type { Change, Store } from '../store/store.ts';
import type { Ring } from './ring.ts';
import {
  auditKeys,
  beginRotation,
  countOldWraps,
  dropOldWrappingKeys,
  endRotation,
  logKeys,
  type Progress,
  readNodeKeys,
  readOldAuditWraps,
  readOldLogWraps,
  readOldWraps,
  readRotations,
  recordKeys,
  rewrap,
  rewrapAudit,
  rewrapLog,
  wrappingKeys,
} from './store.ts';

export type WrappingRotation = {
  /** Resolves once every transaction prepared before the call has ended; then no row under the old key can still arrive. */
  settled?: () => Promise<void>;
};

const rowsPerBatch = 500;
/** How often rows may still arrive under the old key before we give up; a new record's transaction takes milliseconds. */
const lateRoundsMax = 100;

export async function rewrapRecordKeys(store: Store, ring: Ring, progress: Progress, options: WrappingRotation): Promise<void> {
  const settled = options.settled ?? (async () => {});
  await begin(store, ring);
  const current = ring.wrapEpoch;
  const total = await countOldWraps(store, current);
  let done = 0;
  progress({ done, total });
  for (let round = 0; ; round += 1) {
    if (round === lateRoundsMax) throw new Fault('too_busy', 'rows keep arriving under the old wrapping key');
    done = await rewrapAll(store, ring, done, total, progress);
    await settled();
    if ((await countOldWraps(store, current)) > 0) continue;
    await store.transact([dropOldWrappingKeys(current)]);
    const left = (await readNodeKeys(store)).wrapping;
    if (left.length === 1) break;
  }
  // Rows read before the re-wrap may still wait to be opened.
  await settled();
  if (options.settled) ring.dropWrappingKeysBefore(current);
  await store.scrub([recordKeys, auditKeys, logKeys, wrappingKeys]);
  await store.emptyLog();
  await store.transact([endRotation('wrapping')]);
}

/** Makes the new wrapping key, unless a rotation that was cut short has. */
async function begin(store: Store, ring: Ring): Promise<void> {
  const begun = (await readRotations(store)).some((rotation) => rotation.kind === 'wrapping');
  if (!begun) {
    await store.transact([
      { op: 'insert', table: wrappingKeys, rows: [ring.makeWrappingKey(ring.wrapEpoch + 1)] },
      beginRotation('wrapping', ring.ports.clock.nowMs(), 0),
    ]);
  }
  ring.openWrappingKeys((await readNodeKeys(store)).wrapping);
}

async function rewrapAll(store: Store, ring: Ring, doneBefore: number, total: number, progress: Progress): Promise<number> {
  let done = doneBefore;
  for (;;) {
    const rows = await readOldWraps(store, ring.wrapEpoch, rowsPerBatch);
    const auditRows = await readOldAuditWraps(store, ring.wrapEpoch, rowsPerBatch);
    const logRows = await readOldLogWraps(store, ring.wrapEpoch, rowsPerBatch);
    const count = rows.length + auditRows.length + logRows.length;
    if (count === 0) return done;
    const changes: Change[] = auditRows.map((row) => {
      const key = ring.unwrapAuditKey(row);
      const fresh = ring.wrapAuditKey(Number(row.record_id), key);
      key.destroy();
      return rewrapAudit(row, fresh);
    });
    for (const row of logRows) {
      const key = ring.unwrapLogKey(row);
      changes.push(rewrapLog(row, ring.wrapLogKey(Number(row.record_id), Number(row.generation), key)));
      key.destroy();
    }
    for (const row of rows) {
      const key = ring.unwrapRecordKey(row);
      const fresh = ring.wrapRecordKey(Number(row.record_id), Number(row.epoch), key);
      key.destroy();
      changes.push(rewrap(row, Number(fresh.wrap_epoch), fresh.wrapped as Uint8Array));
    }
    await store.transact(changes);
    done += count;
    progress({ done, total: Math.max(total, done) });
  }
}
