// Writes a file of a snapshot back to a disk, piece by piece, each checked. What is there already and is right is not fetched again, so that one that
// was cut short goes on.

import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../../../core/errors.ts';
import { Chunks, chunkBytes } from './chunks.ts';
import type { BackupKeys } from './keys.ts';
import { type FileEntry, type Manifest, namesOf, readManifest, snapshotIds } from './manifest.ts';
import type { Target } from './target.ts';

const fetchedAtOnce = 8;

/** The newest as of a moment; the newest of all without one. @throws {Fault} `not_found` */
export async function chooseSnapshot(target: Target, keys: BackupKeys, atMs?: number): Promise<Manifest> {
  const ids = await snapshotIds(target);
  const id = ids.filter((one) => atMs === undefined || Number(one.slice(0, 15)) <= atMs).at(-1);
  if (id === undefined) throw new Fault('not_found', atMs === undefined ? 'a snapshot' : 'a snapshot of that moment or before');
  return readManifest(target, keys, id);
}

/** @param step after each piece: how many bytes of the file are done; it may throw  @returns bytes that were fetched */
export async function readFileTo(
  target: Target,
  keys: BackupKeys,
  file: FileEntry,
  path: string,
  step: (doneBytes: number) => void = () => {},
): Promise<number> {
  const chunks = new Chunks(target, keys);
  let fetched = 0;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const out = await open(path, 'a+', 0o600).then(async (made) => {
      await made.close();
      return open(path, 'r+');
    });
    try {
      let position = 0;
      const one = async (name: string, at: number) => {
        const length = Math.min(chunkBytes, file.sizeBytes - at);
        const there = Buffer.alloc(length);
        const { bytesRead } = await out.read(there, 0, length, at);
        if (bytesRead === length && chunks.nameOf('data', there) === name) return;
        const bytes = await chunks.get('data', name);
        if (bytes.length !== length) throw new Fault('backup_damaged', file.name);
        await out.write(bytes, 0, length, at);
        fetched += length;
      };
      for await (const names of namesOf(chunks, file)) {
        for (let at = 0; at < names.length; at += fetchedAtOnce) {
          const some = names.slice(at, at + fetchedAtOnce);
          await Promise.all(some.map((name, i) => one(name, position + i * chunkBytes)));
          position = Math.min(file.sizeBytes, position + some.length * chunkBytes);
          step(position);
        }
      }
      if (position !== file.sizeBytes) throw new Fault('backup_damaged', file.name);
      await out.truncate(file.sizeBytes);
      await out.sync();
    } finally {
      await out.close();
    }
  } catch (error) {
    throw writeFault(error, path);
  }
  return fetched;
}

/** The whole of a small file. */
export async function readWhole(target: Target, keys: BackupKeys, file: FileEntry): Promise<Buffer> {
  const chunks = new Chunks(target, keys);
  const parts: Buffer[] = [];
  for await (const names of namesOf(chunks, file)) for (const name of names) parts.push(await chunks.get('data', name));
  return Buffer.concat(parts);
}

function writeFault(error: unknown, path: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof Fault || typeof code !== 'string') return error;
  return new Fault(code === 'ENOSPC' || code === 'EDQUOT' ? 'disk_full' : 'store_read_only', path, { cause: error });
}
