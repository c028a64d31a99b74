// Removes snapshots that the rules do not keep, then the pieces that no snapshot refers to. In this order: whenever it is cut short, everything that
// is referred to is there. Where one snapshot cannot be read it removes nothing, since nobody knows what that one refers to.

import { Chunks, chunkOfObject, chunkPrefix } from './chunks.ts';
import { type KeepRules, kept } from './keep.ts';
import type { BackupKeys } from './keys.ts';
import { type Manifest, namesOf, readManifest, removeManifest, snapshotIds } from './manifest.ts';
import type { Target } from './target.ts';

export type Pruned = { snapshots: number; chunks: number; bytes: number; kept: number };

/** @param step called after each removal; it may throw  @throws {Fault} `backup_damaged` */
export async function pruneTarget(target: Target, keys: BackupKeys, rules: KeepRules, step = () => {}): Promise<Pruned> {
  const manifests: Manifest[] = [];
  for (const id of await snapshotIds(target)) manifests.push(await readManifest(target, keys, id));
  const stay = kept(manifests, rules);
  const [staying, going] = [manifests.filter(({ id }) => stay.has(id)), manifests.filter(({ id }) => !stay.has(id))];
  const live = await referred(target, keys, staying);
  for (const { id } of going) {
    await removeManifest(target, id);
    step();
  }
  await target.settle();
  const pruned: Pruned = { snapshots: going.length, chunks: 0, bytes: 0, kept: staying.length };
  for await (const { name, sizeBytes } of target.list(chunkPrefix)) {
    if (live.has(chunkOfObject(name))) continue;
    await target.remove(name);
    pruned.chunks += 1;
    pruned.bytes += sizeBytes;
    step();
  }
  await target.sweep();
  await target.settle();
  return pruned;
}

async function referred(target: Target, keys: BackupKeys, manifests: readonly Manifest[]): Promise<Set<string>> {
  const chunks = new Chunks(target, keys);
  const live = new Set<string>();
  for (const file of manifests.flatMap(({ files }) => files)) {
    const unread = file.indexes.filter((index) => !live.has(index));
    for await (const names of namesOf(chunks, { ...file, indexes: unread })) for (const name of names) live.add(name);
    for (const index of unread) live.add(index);
  }
  return live;
}
