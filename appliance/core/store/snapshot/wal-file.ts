// Reads SQLite's write-ahead log as a file (https://www.sqlite.org/fileformat2.html#walformat): which frame has the newest version of each page
// as of the last commit in it. For copying a database while it is written.

import { readSync } from 'node:fs';
import { endianness } from 'node:os';

const headerBytes = 32;
const frameHeaderBytes = 24;
/** The checksums are sums of words of this order; SQLite writes the one of its machine. */
const littleMagic = 0x377f0682;
const bigMagic = 0x377f0683;
const framesPerRead = 256;

export type WalContent = {
  /** Of this filling of the log: another one has another. */
  readonly salt: string;
  /** Where in the file the newest version of a page begins. */
  readonly pageAt: ReadonlyMap<number, number>;
  /** How many pages the database has as of the last commit. */
  readonly pages: number;
};

/** The salt in the file's header; undefined where there is none. */
export function walSalt(fd: number): string | undefined {
  const header = Buffer.alloc(headerBytes);
  return readSync(fd, header, 0, headerBytes, 0) < headerBytes ? undefined : header.toString('hex', 16, 24);
}

/** What was committed; undefined when that is nothing. What is only half written is not taken: its checksum does not fit. */
export function readWal(fd: number, pageSizeBytes: number): WalContent | undefined {
  for (;;) {
    const before = walSalt(fd);
    if (before === undefined) return undefined;
    const content = readFrames(fd, pageSizeBytes);
    // The writer began the log anew meanwhile: it writes the header first, so that all frames read were of one filling if this is the same.
    if (walSalt(fd) === before) return content;
  }
}

function readFrames(fd: number, pageSizeBytes: number): WalContent | undefined {
  const header = Buffer.alloc(headerBytes);
  if (readSync(fd, header, 0, headerBytes, 0) < headerBytes) return undefined;
  const magic = header.readUInt32BE(0);
  if ((magic !== littleMagic && magic !== bigMagic) || header.readUInt32BE(8) !== pageSizeBytes) return undefined;
  const sum = new Sum(magic === littleMagic);
  sum.add(header, 0, 24);
  if (!sum.is(header.readUInt32BE(24), header.readUInt32BE(28))) return undefined;
  const salt = header.toString('hex', 16, 24);
  const frameBytes = frameHeaderBytes + pageSizeBytes;
  const buffer = Buffer.alloc(framesPerRead * frameBytes);
  const pageAt = new Map<number, number>();
  /** Of a transaction whose last frame has not come yet. */
  let open: [number, number][] = [];
  let pages = 0;
  for (let position = headerBytes; ; position += buffer.length) {
    const frames = Math.floor(readSync(fd, buffer, 0, buffer.length, position) / frameBytes);
    for (let at = 0; at < frames; at++) {
      const start = at * frameBytes;
      if (buffer.toString('hex', start + 8, start + 16) !== salt) return done();
      sum.add(buffer, start, 8);
      sum.add(buffer, start + frameHeaderBytes, pageSizeBytes);
      if (!sum.is(buffer.readUInt32BE(start + 16), buffer.readUInt32BE(start + 20))) return done();
      open.push([buffer.readUInt32BE(start), position + start + frameHeaderBytes]);
      const size = buffer.readUInt32BE(start + 4);
      if (size === 0) continue;
      for (const [page, offset] of open) pageAt.set(page, offset);
      open = [];
      pages = size;
    }
    if (frames < framesPerRead) return done();
  }

  function done(): WalContent | undefined {
    return pages === 0 ? undefined : { salt, pageAt, pages };
  }
}

/** The log's own running checksum. */
class Sum {
  readonly #swap: boolean;
  #first = 0;
  #second = 0;

  constructor(little: boolean) {
    this.#swap = little !== (endianness() === 'LE');
  }

  /** @param from and `length` are multiples of eight, and the buffer is a memory of its own */
  add(buffer: Buffer, from: number, length: number): void {
    const words = new Uint32Array(buffer.buffer, buffer.byteOffset + from, length / 4);
    let first = this.#first;
    let second = this.#second;
    for (let at = 0; at < words.length; at += 2) {
      first = (first + this.#word(words[at]!) + second) | 0;
      second = (second + this.#word(words[at + 1]!) + first) | 0;
    }
    this.#first = first;
    this.#second = second;
  }

  is(first: number, second: number): boolean {
    return this.#first >>> 0 === first && this.#second >>> 0 === second;
  }

  #word(word: number): number {
    if (!this.#swap) return word;
    return ((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
  }
}
