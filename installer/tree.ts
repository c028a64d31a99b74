// A tree of files as a machine will have it, before it is one: paths, modes and where the bytes come from. Written out in the order of its names
// with the commit's time on everything, so that what is packed from it is the same on every machine.

import { chmodSync, copyFileSync, lutimesSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type Item = { mode: 0o644 | 0o755 | 0o640 } & ({ from: string } | { bytes: Uint8Array | string });
/** By path without a leading slash. */
export type Tree = Map<string, Item>;

export const file = (from: string, mode: Item['mode'] = 0o644): Item => ({ from, mode });
export const text = (bytes: string | Uint8Array, mode: Item['mode'] = 0o644): Item => ({ bytes, mode });

export const bytesOf = (item: Item): Uint8Array =>
  'from' in item ? readFileSync(item.from) : typeof item.bytes === 'string' ? Buffer.from(item.bytes) : item.bytes;

export const inOrder = (tree: Tree): [string, Item][] => [...tree].sort(([a], [b]) => (a < b ? -1 : 1));

/** Paths of the files and links under a folder, relative to it, in order. */
export function filesUnder(folder: string, within = ''): string[] {
  return readdirSync(join(folder, within), { withFileTypes: true })
    .flatMap((entry) => {
      const path = within === '' ? entry.name : `${within}/${entry.name}`;
      return entry.isDirectory() ? filesUnder(folder, path) : [path];
    })
    .sort();
}

/** Makes the tree anew in a folder, everything with one time. */
export function write(tree: Tree, folder: string, epochS: number): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  for (const [path, item] of inOrder(tree)) {
    const at = join(folder, path);
    mkdirSync(dirname(at), { recursive: true, mode: 0o755 });
    if ('from' in item) copyFileSync(item.from, at);
    else writeFileSync(at, item.bytes);
    chmodSync(at, item.mode);
  }
  settle(folder, epochS);
}

/** One time for all that lies in a folder, and for the folder; folders last, since writing into them changes theirs. */
export function settle(folder: string, epochS: number): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) settle(path, epochS);
    else lutimesSync(path, epochS, epochS);
  }
  chmodSync(folder, 0o755);
  lutimesSync(folder, epochS, epochS);
}
