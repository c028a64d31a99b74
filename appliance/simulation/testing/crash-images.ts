// What a disk may hold after the power went: the files as they were at the last fsync, and any part of what was written since. Pure
// functions over the bytes of files, so that a seed gives the same image again.

import type { Chance } from './rounds.ts';

/** The smallest unit that a disk writes whole, and the unit of today's disks and of SQLite's pages. */
export const sectorSizes = [512, 4096] as const;
/** The header of a WAL; SQLite syncs it before it writes the first frame of a new round through the file. */
export const walHeaderBytes = 32;
const saltAt = 16;

/** Two states of one file: `synced` is on disk for sure, `written` is what the program wrote after that. */
export type Written = { synced: Buffer; written: Buffer };

export const imageKinds = ['cut', 'sectors', 'reordered', 'garbage', 'none'] as const;
export type ImageKind = (typeof imageKinds)[number];

/** One state in which the power may leave the file. */
export function fileImage({ synced, written }: Written, kind: ImageKind, random: Chance): Buffer {
  if (kind === 'none') return Buffer.from(synced);
  const first = firstDifference(synced, written);
  const end = Math.max(synced.length, written.length);
  if (first === end) return Buffer.from(synced);
  // Written in order up to some byte: what a disk without a cache of its own would do.
  if (kind === 'cut') {
    const cut = first + random.next(end - first + 1);
    return Buffer.concat([written.subarray(0, cut), synced.subarray(Math.min(cut, synced.length))]);
  }
  const sector = random.pick(sectorSizes);
  const image = Buffer.alloc(end);
  synced.copy(image);
  const from = Math.floor(first / sector);
  const sectors = Math.ceil(end / sector) - from;
  const lateOnly = Math.floor(sectors / 2);
  for (let at = 0; at < sectors; at += 1) {
    const start = Math.max(first, (from + at) * sector);
    const stop = Math.min(end, (from + at + 1) * sector);
    // What was not written anew stays as it was.
    if (synced.subarray(start, stop).equals(written.subarray(start, stop))) continue;
    const fate =
      kind === 'reordered' ? (at >= lateOnly ? 'new' : 'old') : random.pick(['new', 'old', 'new', 'zero', 'torn'] as const);
    if (fate === 'new') written.copy(image, start, start, stop);
    if (fate === 'zero') image.fill(0, start, stop);
    if (fate === 'torn') written.copy(image, start, start, start + random.next(stop - start + 1));
    if (kind === 'garbage' && random.next(3) === 0) for (let byte = start; byte < stop; byte += 1) image[byte] = random.next(256);
  }
  // The length of a file that grew is written by itself, too.
  const grown = Math.max(0, written.length - synced.length);
  return image.subarray(0, end - (random.next(3) === 0 ? random.next(grown + 1) : 0));
}

function firstDifference(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  for (let at = 0; at < shorter; at += 1) if (a[at] !== b[at]) return at;
  return shorter;
}

/** Whether a WAL was begun anew between two moments: its salts have changed. */
export function begunAnew(before: Buffer, after: Buffer): boolean {
  if (before.length < walHeaderBytes || after.length < walHeaderBytes) return before.length !== after.length;
  return before.compare(after, saltAt, walHeaderBytes, saltAt, walHeaderBytes) !== 0;
}

/**
 * The WAL after the power went. Where it was begun anew meanwhile, either its new header was torn and no frame of the new round was written
 * yet, or the header is there and of the frames any part.
 */
export function walImage(wal: Written, kind: ImageKind, random: Chance): Buffer {
  if (!begunAnew(wal.synced, wal.written)) return fileImage(wal, kind, random);
  if (random.next(3) === 0) {
    const image = Buffer.alloc(Math.max(wal.synced.length, walHeaderBytes));
    wal.synced.copy(image);
    wal.written.copy(image, 0, 0, random.next(walHeaderBytes + 1));
    return image;
  }
  const headed = Buffer.alloc(Math.max(wal.synced.length, walHeaderBytes));
  wal.synced.copy(headed);
  wal.written.copy(headed, 0, 0, walHeaderBytes);
  return fileImage({ synced: headed, written: wal.written }, kind, random);
}
