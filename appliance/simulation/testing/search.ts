// Looks for many byte strings in many files at once: a window of four bytes goes over every byte, a bitmap says whether any needle
// begins so, and only then are needles compared. About 300 MB a second, whatever their number.

import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';

/** `what` it is and how it was written, for the report. */
export type Needle = { bytes: Buffer; what: string };
/**
 * `count` of places that are not copies of one another: a database's log holds a page once for each time it was written, and a string that stands in the
 * page's ciphertext by chance stands in every copy. `around` are the bytes on both sides, by which copies are known.
 */
export type Hits = { needle: Needle; count: number; file: string; offset: number; around: Set<string> };

export const shortestNeedle = 4;
/** Longer values are looked for by their beginning: whoever finds the whole finds that. */
export const longestNeedle = 64;
const bitmapBits = 24;
const chunkBytes = 8 * 1024 * 1024;
const aroundBytes = 12;
const golden = 0x9e3779b1;

export class Needles {
  readonly #byStart = new Map<number, Needle[]>();
  readonly #bitmap = new Int32Array(1 << (bitmapBits - 5));
  readonly #seen = new Set<string>();
  readonly counts = new Map<number, number>();

  /** Needles of fewer than four bytes are not taken; the same bytes count once. */
  add(bytes: Buffer, what: string): void {
    if (bytes.length < shortestNeedle) return;
    const kept = bytes.subarray(0, longestNeedle);
    const name = kept.toString('latin1');
    if (this.#seen.has(name)) return;
    this.#seen.add(name);
    const start = kept.readUInt32BE(0);
    const hash = Math.imul(start, golden) >>> (32 - bitmapBits);
    this.#bitmap[hash >>> 5]! |= 1 << (hash & 31);
    const same = this.#byStart.get(start);
    if (same) same.push({ bytes: kept, what });
    else this.#byStart.set(start, [{ bytes: kept, what }]);
    this.counts.set(kept.length, (this.counts.get(kept.length) ?? 0) + 1);
  }

  get size(): number {
    return this.#seen.size;
  }

  /** Calls `found` for every place in the first `bytes` bytes at which a needle begins and ends within the buffer. */
  scan(buffer: Buffer, bytes: number, found: (needle: Needle, offset: number) => void): void {
    const bitmap = this.#bitmap;
    let window = 0;
    for (let at = 0; at < buffer.length; at += 1) {
      window = (window << 8) | buffer[at]!;
      const hash = Math.imul(window, golden) >>> (32 - bitmapBits);
      if ((bitmap[hash >>> 5]! & (1 << (hash & 31))) === 0) continue;
      const start = at - 3;
      if (start < 0) continue;
      if (start >= bytes) return;
      for (const needle of this.#byStart.get(window >>> 0) ?? []) {
        const end = start + needle.bytes.length;
        if (end <= buffer.length && buffer.compare(needle.bytes, 0, needle.bytes.length, start, end) === 0) found(needle, start);
      }
    }
  }
}

export type Searched = { hits: Map<string, Hits>; bytes: number; files: number };

/** Every regular file under a folder. Hits are kept by file group and needle, see `groupOf`. */
export function searchFolder(folder: string, needles: Needles): Searched {
  const searched: Searched = { hits: new Map(), bytes: 0, files: 0 };
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    searched.files += 1;
    searched.bytes += searchFile(path, relative(folder, path), needles, searched.hits);
  }
  return searched;
}

/** One for all files: PostgreSQL has more than a thousand. */
const buffer = Buffer.allocUnsafe(chunkBytes + longestNeedle);

/** A file that vanishes meanwhile (a WAL that was recycled) is read as far as it goes. */
function searchFile(path: string, name: string, needles: Needles, hits: Map<string, Hits>): number {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
  let position = 0;
  try {
    for (;;) {
      const length = fill(file, position);
      const bytes = Math.min(length, chunkBytes);
      needles.scan(buffer.subarray(0, length), bytes, (needle, offset) => {
        const key = `${groupOf(name)} ${needle.bytes.toString('latin1')}`;
        const end = offset + needle.bytes.length + aroundBytes;
        const around = buffer.toString('latin1', Math.max(0, offset - aroundBytes), Math.min(length, end));
        const known = hits.get(key);
        if (!known) hits.set(key, { needle, count: 1, file: name, offset: position + offset, around: new Set([around]) });
        else known.count = known.around.add(around).size;
      });
      position += bytes;
      if (length <= chunkBytes) return position;
    }
  } finally {
    closeSync(file);
  }
}

function fill(file: number, position: number): number {
  let length = 0;
  while (length < buffer.length) {
    const read = readSync(file, buffer, length, buffer.length - length, position + length);
    if (read === 0) break;
    length += read;
  }
  return length;
}

/** The database with its log and index, or PostgreSQL's folders, move bytes among themselves and so count as one file. */
export function groupOf(name: string): string {
  if (name.startsWith('holdfast.db')) return 'holdfast.db';
  return /^(base|global|pg_)/.test(name) ? 'postgres' : name;
}
