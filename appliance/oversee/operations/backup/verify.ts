// Reads everything that snapshots refer to and checks that each piece is what was put: opens by the key, under its own name, with the content that the
// name is made of.

import { Fault } from '../../../core/errors.ts';
import { Chunks } from './chunks.ts';
import type { BackupKeys } from './keys.ts';
import { type FileEntry, namesOf, readManifest, snapshotIds, snapshotPrefix } from './manifest.ts';
import type { Target } from './target.ts';

/** What is wrong, by object, and which snapshots cannot be restored for it. */
export type Damage = { object: string; snapshots: string[] };
export type Verified = { snapshots: number; chunks: number; bytes: number; damaged: Damage[] };

const readAtOnce = 8;

/**
 * @param step called after each piece; it may throw
 * @param newest the snapshot that the node knows to be the newest: one that is gone altogether leaves nothing else to be seen by
 */
export async function verifyTarget(
  target: Target,
  keys: BackupKeys,
  step: (chunks: number, bytes: number) => void = () => {},
  newest?: string,
): Promise<Verified> {
  const chunks = new Chunks(target, keys);
  const verified: Verified = { snapshots: 0, chunks: 0, bytes: 0, damaged: [] };
  const sound = new Map<string, string | undefined>();

  const check = async (name: string, snapshot: string): Promise<void> => {
    if (!sound.has(name)) {
      sound.set(name, undefined);
      try {
        verified.bytes += (await chunks.get('data', name)).length;
        verified.chunks += 1;
      } catch (error) {
        sound.set(name, objectOf(error));
      }
      step(verified.chunks, verified.bytes);
    }
    const object = sound.get(name);
    if (object !== undefined) note(object, snapshot);
  };
  const note = (object: string, snapshot: string) => {
    const known = verified.damaged.find((one) => one.object === object);
    if (!known) verified.damaged.push({ object, snapshots: [snapshot] });
    else if (!known.snapshots.includes(snapshot)) known.snapshots.push(snapshot);
  };
  const checkFile = async (file: FileEntry, snapshot: string): Promise<void> => {
    for (const index of file.indexes) {
      try {
        for await (const names of namesOf(chunks, { ...file, indexes: [index] }))
          for (let at = 0; at < names.length; at += readAtOnce)
            await Promise.all(names.slice(at, at + readAtOnce).map((name) => check(name, snapshot)));
      } catch (error) {
        note(objectOf(error), snapshot);
      }
    }
  };

  const ids = await snapshotIds(target);
  if (newest !== undefined && !ids.includes(newest)) note(`${snapshotPrefix}${newest}: missing`, newest);
  for (const id of ids) {
    try {
      for (const file of (await readManifest(target, keys, id)).files) await checkFile(file, id);
      verified.snapshots += 1;
    } catch (error) {
      note(objectOf(error), id);
    }
  }
  return verified;
}

/** Of what is damaged; what else went wrong ends the verifying. */
function objectOf(error: unknown): string {
  if (error instanceof Fault && error.code === 'backup_damaged') return error.where ?? '';
  throw error;
}
