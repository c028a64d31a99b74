// Opening what is imported: a regular file, plain or packed by gzip or zstd, as one stream of unpacked bytes that cannot
// grow beyond the named ratio and size.

import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { constants, createGunzip, createZstdDecompress } from 'node:zlib';
import { Fault } from '../../core/errors.ts';
import { importLimits } from './limits.ts';

/** Something that can be read from any byte on, twice with the same content. */
export type ImportInput = {
  /** Shown to people; no path. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  open(startByte: number): AsyncIterable<Uint8Array>;
};
export type Compression = 'none' | 'gzip' | 'zstd';

/** @throws {Fault} `unreadable_file` */
export async function fileInput(path: string): Promise<ImportInput> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Fault('unreadable_file', `${basename(path)}: not a regular file`);
    const handle = await open(path, 'r');
    await handle.close();
    return {
      name: basename(path),
      sizeBytes: info.size,
      mtimeMs: Math.floor(info.mtimeMs),
      open: (start) => createReadStream(path, { start, highWaterMark: 256 * 1024 }),
    };
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('unreadable_file', `${basename(path)}: ${(error as NodeJS.ErrnoException).code ?? 'cannot be opened'}`, {
      cause: error,
    });
  }
}

/** The first bytes as they lie in the file, packed or not. */
export async function headOf(input: ImportInput, bytes: number): Promise<Buffer> {
  return firstBytes(input.open(0), bytes);
}

export async function firstBytes(chunks: AsyncIterable<Uint8Array>, bytes: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let held = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    held += chunk.length;
    if (held >= bytes) break;
  }
  return Buffer.concat(parts).subarray(0, bytes);
}

const unpackChunkBytes = 256 * 1024;

const archives: readonly (readonly [string, string])[] = [
  ['504b0304', 'a zip archive or an Office document: unpack it, or save it as CSV'],
  ['504b0506', 'an empty zip archive'],
  ['425a68', 'packed by bzip2: unpack it, or use gzip or zstd'],
  ['fd377a585a00', 'packed by xz: unpack it, or use gzip or zstd'],
  ['377abcaf271c', 'a 7z archive: unpack it'],
  ['526172211a07', 'a rar archive: unpack it'],
  ['d0cf11e0a1b11ae1', 'an old Office document: save it as CSV'],
  ['25504446', 'a PDF document'],
  ['53514c69746520666f726d6174', 'an SQLite database'],
  ['50415231', 'a Parquet file'],
];

/** @throws {Fault} `unreadable_file` for archives and documents that are not read */
export function compressionOf(head: Buffer, name: string): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length >= 4 && head.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  const hex = head.subarray(0, 16).toString('hex');
  const archive = archives.find(([magic]) => hex.startsWith(magic));
  if (archive) throw new Fault('unreadable_file', `${name}: ${archive[1]}`);
  return 'none';
}

/** Unpacked bytes from unpacked position `start` on. `onRead` gets the packed bytes read so far. */
export async function* unpacked(
  input: ImportInput,
  compression: Compression,
  start: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  let read = compression === 'none' ? start : 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of input.open(compression === 'none' ? start : 0)) {
      read += chunk.length;
      onRead(read);
      yield chunk;
    }
  };
  if (compression === 'none') {
    for await (const chunk of counted()) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    return;
  }
  let out = 0;
  for await (const chunk of inflate(counted(), compression, input.name)) {
    out += chunk.length;
    if (out > importLimits.unpackedBytes) throw new Fault('limit_reached', `imports.unpackedBytes in ${input.name}`);
    if (out > importLimits.ratioFromBytes && out > read * importLimits.ratio)
      throw new Fault('limit_reached', `imports.ratio in ${input.name}`);
    if (out - chunk.length >= start) yield chunk;
    else if (out > start) yield chunk.subarray(chunk.length - (out - start));
  }
}

async function* inflate(chunks: AsyncIterable<Uint8Array>, compression: Compression, name: string): AsyncGenerator<Buffer> {
  try {
    yield* compression === 'gzip' ? gunzipped(chunks) : zstdFrames(chunks);
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'damaged';
    throw new Fault('unreadable_file', `${name}: the ${compression} data is damaged or ends early (${code})`, { cause: error });
  }
}

async function* gunzipped(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const unpacker = createGunzip({ chunkSize: unpackChunkBytes });
  const source = Readable.from(chunks, { objectMode: false });
  source.on('error', (error) => unpacker.destroy(error));
  source.pipe(unpacker);
  try {
    for await (const chunk of unpacker) yield chunk as Buffer;
  } finally {
    source.destroy();
    unpacker.destroy();
  }
}

/** Frame after frame: Node's decompressor stops at the end of the first one, and files written in parts have many. */
async function* zstdFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  let left: Uint8Array | undefined;
  let ended = false;
  const feed = async (unpacker: ReturnType<typeof createZstdDecompress>): Promise<number> => {
    for (let fed = 0; ; ) {
      const next: IteratorResult<Uint8Array> = left ? { done: false, value: left } : await source.next();
      left = undefined;
      if (next.done) {
        ended = true;
        unpacker.end();
        return fed;
      }
      await new Promise<void>((resolve) => unpacker.write(next.value, () => resolve()));
      fed += next.value.length;
      // What it did not take belongs to the next frame. A frame that ends with its chunk takes nothing of the one after.
      const behind = fed - unpacker.bytesWritten;
      if (behind === 0) continue;
      left = next.value.subarray(next.value.length - behind);
      return fed;
    }
  };
  try {
    while (!ended || left) {
      const unpacker = createZstdDecompress({
        chunkSize: unpackChunkBytes,
        params: { [constants.ZSTD_d_windowLogMax]: importLimits.zstdWindowLog },
      });
      const first = left ? undefined : await source.next();
      if (first?.done) return;
      left ??= first?.value;
      const feeding = feed(unpacker);
      // A source that fails must fail the reader too, and not be left as an unhandled rejection.
      feeding.catch((error: Error) => unpacker.destroy(error));
      for await (const chunk of unpacker) yield chunk as Buffer;
      await feeding;
    }
  } finally {
    await source.return?.();
  }
}
