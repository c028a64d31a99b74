// The thread that works on a target: reading, compressing, sealing and sending would hold up the node's answers. One order is one piece of work on the
// whole target, under its lease.

import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { Work } from '../../../core/pool/pool.ts';
import { systemPorts } from '../../../core/ports.ts';
import { DatabaseSnapshot } from '../../../core/store/snapshot/snapshot.ts';
import { chunkBytes } from './chunks.ts';
import { fileSource } from './files.ts';
import type { KeepRules } from './keep.ts';
import { type BackupKeys, keysFromBytes } from './keys.ts';
import { withLease } from './lease.ts';
import { claimTarget, type Manifest } from './manifest.ts';
import { dumpSource } from './postgres.ts';
import { type Pruned, pruneTarget } from './prune.ts';
import { openTarget } from './settings.ts';
import type { Target, TargetSettings } from './target.ts';
import { type Verified, verifyTarget } from './verify.ts';
import { knownNames, type Source, writeSnapshot } from './write.ts';

export type Order = { readonly target: TargetSettings; readonly master: Uint8Array; readonly owner: string };
export type Database =
  | { readonly engine: 'sqlite'; readonly file: string; readonly descriptor: number }
  | { readonly engine: 'postgres'; readonly url: string };
export type BackupOrder = Order & {
  readonly database: Database;
  /** Small files that go along, as they are after the database was read. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
  readonly software: string;
  /** [1: let go of the database, somebody is being erased] */
  readonly leave: Int32Array<SharedArrayBuffer>;
};
/** `newest`: the one that the node knows of. */
export type VerifyOrder = Order & { readonly newest?: string };
export type PruneOrder = Order & { readonly keep: KeepRules };
/** What is told meanwhile. */
export type Progress = { readonly doneBytes: number; readonly totalBytes?: number; readonly addedBytes?: number };

export const databaseEntry = { sqlite: 'holdfast.db', postgres: 'database.dump' } as const;

const tellEveryBytes = 4 * 1024 ** 2;
/** How often it is looked whether the database is to be let go of. */
const leaveEveryMs = 50;
/** Times that a backup begins again because of erasures. */
const leavesMost = 20;

/** The database was let go of. */
class Left extends Error {}

export async function backup(order: BackupOrder, work: Work): Promise<Manifest> {
  return onTarget(order, true, async (target, keys) => {
    const known = await knownNames(target, keys);
    for (let leaves = 0; ; leaves++) {
      while (Atomics.load(order.leave, 0) === 1) {
        work.throwIfCancelled();
        await sleep(leaveEveryMs);
      }
      try {
        return await snapshotOf(order, work, target, keys, known);
      } catch (error) {
        if (!(error instanceof Left)) throw error;
        if (leaves === leavesMost) throw new Fault('too_busy', 'erasures went on all the while');
      }
    }
  });
}

function snapshotOf(order: BackupOrder, work: Work, target: Target, keys: BackupKeys, known: Set<string>): Promise<Manifest> {
  let told = 0;
  let totalBytes: number | undefined;
  const { database } = order;
  const main: Source =
    database.engine === 'sqlite'
      ? pagesOf(database.file, database.descriptor, order.leave, (sizeBytes) => {
          totalBytes = sizeBytes;
        })
      : dumpSource(databaseEntry.postgres, database.url, work.signal);
  return writeSnapshot(
    {
      target,
      keys,
      sources: [main, ...order.files.map(({ name, path }) => fileSource(name, path))],
      // Before the database is looked at: what was acknowledged until now is in it.
      atMs: systemPorts.clock.nowMs(),
      random: systemPorts.random.bytes(4),
      engine: database.engine,
      software: order.software,
      step(doneBytes, addedBytes) {
        work.throwIfCancelled();
        if (doneBytes - told < tellEveryBytes) return;
        told = doneBytes;
        work.tell({ doneBytes, addedBytes, ...(totalBytes !== undefined && { totalBytes }) } satisfies Progress);
      },
    },
    known,
  );
}

/** The database's pages as of one moment. */
function pagesOf(file: string, descriptor: number, leave: Int32Array, opened: (sizeBytes: number) => void): Source {
  return {
    name: databaseEntry.sqlite,
    *pieces() {
      const snapshot = new DatabaseSnapshot(file, descriptor);
      let left = false;
      // Also while it waits for a slow target.
      const watching = setInterval(() => {
        if (Atomics.load(leave, 0) === 0) return;
        left = true;
        snapshot.close();
      }, leaveEveryMs);
      try {
        opened(snapshot.sizeBytes);
        const pages = chunkBytes / snapshot.pageSizeBytes;
        for (let at = 0; at < snapshot.pages; at += pages) {
          if (left || Atomics.load(leave, 0) === 1) throw new Left();
          yield snapshot.read(at, pages);
        }
      } finally {
        clearInterval(watching);
        snapshot.close();
      }
    },
  };
}

export function verify(order: VerifyOrder, work: Work): Promise<Verified> {
  const step = (_: number, doneBytes: number) => {
    work.throwIfCancelled();
    work.tell({ doneBytes } satisfies Progress);
  };
  return onTarget(order, false, (target, keys) => verifyTarget(target, keys, step, order.newest));
}

export function prune(order: PruneOrder, work: Work): Promise<Pruned> {
  return onTarget(order, false, (target, keys) => pruneTarget(target, keys, order.keep, () => work.throwIfCancelled()));
}

async function onTarget<T>(order: Order, making: boolean, use: (target: Target, keys: BackupKeys) => Promise<T>): Promise<T> {
  const keys = keysFromBytes(order.master);
  const target = openTarget(order.target);
  try {
    await claimTarget(target, keys, making);
    return await withLease(target, order.owner, systemPorts, () => use(target, keys));
  } finally {
    target.close();
    keys.destroy();
  }
}
