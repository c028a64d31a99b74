// The state before an upgrade, in a folder inside the data folder: the database, and copies of the small files beside it. It is put back by a rename, so
// that a full disk does not stand in the way, and it is overwritten when it goes, as it holds keys of whoever is erased later.

import { createHash } from 'node:crypto';
import { constants, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { copyFile, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../../../core/errors.ts';
import { OfflineDatabase } from '../../../core/store/offline/offline.ts';
import { dumpSource, restoreDump } from '../backup/backup.ts';
import { type Snapshot, snapshotFolder, syncFolder } from './journal.ts';

export type DatabasePlace = { engine: 'sqlite'; file: string } | { engine: 'postgres'; url: string };
/** Beside the database: the name in the snapshot, and where it is. */
export type SmallFile = { name: string; path: string };

/** The database's name in the snapshot. */
const entryOf = { sqlite: 'database', postgres: 'dump' } as const;
const chunkBytes = 4 * 1024 ** 2;

export const snapshotPath = (folder: string): string => join(folder, snapshotFolder);
export const freeBytes = (folder: string): number => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** Whether files of this folder can share their blocks with a copy (Btrfs, XFS). */
export async function canReflink(folder: string): Promise<boolean> {
  const [from, to] = [join(folder, `${snapshotFolder}.try`), join(folder, `${snapshotFolder}.try-copy`)];
  try {
    await writeFile(from, Buffer.alloc(8192), { mode: 0o600 });
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    await Promise.all([rm(from, { force: true }), rm(to, { force: true })]);
  }
}

/** Nobody has the database open. @throws {Fault} `disk_full`, `store_unavailable` */
export async function makeSnapshot(folder: string, database: DatabasePlace, files: readonly SmallFile[]): Promise<Snapshot> {
  const place = snapshotPath(folder);
  try {
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place, { mode: 0o700 });
    for (const { name, path } of files) if (existsSync(path)) await copyWhole(path, join(place, name));
    const entry = join(place, entryOf[database.engine]);
    const isReflink = database.engine === 'sqlite' && (await copyDatabase(database.file, entry));
    if (database.engine === 'postgres') await dump(database.url, entry);
    syncFolder(place);
    syncFolder(folder);
    return { sizeBytes: statSync(entry).size, digest: await digestOf(entry), isReflink };
  } catch (error) {
    throw fileFault(error, place);
  }
}

async function copyDatabase(from: string, to: string): Promise<boolean> {
  let isReflink = true;
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    isReflink = false;
    await copyFile(from, to);
  }
  await syncFile(to);
  return isReflink;
}

async function dump(url: string, to: string): Promise<void> {
  const file = await open(to, 'w', 0o600);
  try {
    for await (const piece of dumpSource('dump', url, new AbortController().signal).pieces()) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await syncFile(to);
}

async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  const file = await open(path, 'r');
  try {
    for await (const chunk of file.createReadStream({ highWaterMark: chunkBytes, autoClose: false }))
      hash.update(chunk as Buffer);
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/**
 * Again after a kill it goes on: what was moved is not there to be moved twice. Nobody has the database open.
 * @throws {Fault} `upgrade_stuck` when the snapshot is not what was written; then nothing is touched
 */
export async function putBack(
  folder: string,
  database: DatabasePlace,
  files: readonly SmallFile[],
  snapshot: Snapshot,
): Promise<void> {
  const place = snapshotPath(folder);
  const entry = join(place, entryOf[database.engine]);
  const isThere = existsSync(entry);
  if (isThere && (await digestOf(entry)) !== snapshot.digest) throw new Fault('upgrade_stuck', place);
  if (!isThere && !(await isBack(database, snapshot))) throw new Fault('upgrade_stuck', place);
  // What lies there now counts, as nothing of an upgrade changes it; what is gone comes back.
  for (const { name, path } of files)
    if (!existsSync(path) && existsSync(join(place, name))) await copyWhole(join(place, name), path);
  if (database.engine === 'sqlite' && isThere) {
    // The log of the newer database must not be taken for the older one's.
    for (const end of ['-wal', '-shm']) rmSync(`${database.file}${end}`, { force: true });
    syncFolder(folder);
    renameSync(entry, database.file);
    syncFolder(folder);
  }
  if (database.engine === 'postgres') await putBackDump(database.url, entry);
}

/** An earlier try has moved it, and nobody has opened it since. */
async function isBack(database: DatabasePlace, { digest }: Snapshot): Promise<boolean> {
  return database.engine === 'sqlite' && existsSync(database.file) && (await digestOf(database.file)) === digest;
}

async function putBackDump(url: string, entry: string): Promise<void> {
  const offline = await OfflineDatabase.open(url);
  try {
    await offline.dropTables();
    await restoreDump(entry, url);
  } finally {
    // Until here no node could open what is half back.
    await offline.close();
  }
}

/** The key file goes as soon as the snapshot is only kept: it would open by a passphrase that is changed later. */
export async function dropKeyFile(folder: string, name: string): Promise<void> {
  await overwrite(join(snapshotPath(folder), name), false);
}

/** Overwritten where that reaches the disk, then removed. Nothing when there is none. */
export async function dropSnapshot(folder: string, isReflink = false): Promise<void> {
  const place = snapshotPath(folder);
  if (!existsSync(place)) return;
  for (const name of readdirSync(place)) await overwrite(join(place, name), isReflink && name === entryOf.sqlite);
  rmSync(place, { recursive: true, force: true });
  syncFolder(folder);
}

async function overwrite(path: string, isShared: boolean): Promise<void> {
  if (!existsSync(path)) return;
  if (!isShared) {
    const file = await open(path, 'r+');
    try {
      const zeros = Buffer.alloc(chunkBytes);
      const { size } = await file.stat();
      for (let at = 0; at < size; at += chunkBytes) await file.write(zeros, 0, Math.min(chunkBytes, size - at), at);
      await file.sync();
    } finally {
      await file.close();
    }
  }
  await rm(path, { force: true });
}

function fileFault(error: unknown, place: string): unknown {
  if (error instanceof Fault) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return new Fault('disk_full', place, { cause: error });
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return new Fault('store_read_only', place, { cause: error });
  return error;
}
