// Pieces of data in a target: named by a keyed hash of what they hold, so that the same piece is kept once and nobody learns what it is, compressed,
// then sealed to their name. Reading one checks all of that again.

import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { contentName, contentNameBytes } from '../../../../crypto/content-name.ts';
import { openEnvelope, place, SealBroken, sealEnvelope } from '../../../../crypto/envelope.ts';
import { Fault } from '../../../core/errors.ts';
import type { BackupKeys } from './keys.ts';
import type { Target } from './target.ts';

/**
 * Bytes of a piece of a file. Smaller ones make more objects; larger ones make more of a file be written again for one changed page.
 */
export const chunkBytes = 128 * 1024;
/** Names in one piece of an index: 2,048 pieces of a file, 256 MB. */
export const indexNames = 2_048;

/** What a piece is of: a file, or a list of names of pieces. */
export type ChunkKind = 'data' | 'index';

const chunkPlace = place('backup', 'chunk');
const epoch = 1;
const [plain, zstd] = [0, 1];

export const chunkPrefix = 'chunks/';
export const chunkObject = (name: string) => `${chunkPrefix}${name.slice(0, 2)}/${name}`;
export const chunkOfObject = (object: string) => object.slice(object.lastIndexOf('/') + 1);

export class Chunks {
  readonly #target: Target;
  readonly #keys: BackupKeys;

  constructor(target: Target, keys: BackupKeys) {
    this.#target = target;
    this.#keys = keys;
  }

  nameOf(kind: ChunkKind, bytes: Uint8Array): string {
    return contentName(this.#keys.names, kind, bytes);
  }

  /** @returns the bytes that it takes in the target */
  async put(name: string, bytes: Uint8Array): Promise<number> {
    const sealed = sealEnvelope(this.#keys.seal, epoch, chunkPlace, name, packed(bytes));
    await this.#target.put(chunkObject(name), sealed);
    return sealed.length;
  }

  /** @throws {Fault} `backup_damaged` where it is missing or is not what was put */
  async get(kind: ChunkKind, name: string): Promise<Buffer> {
    const object = chunkObject(name);
    const sealed = await this.#target.get(object);
    if (!sealed) throw new Fault('backup_damaged', `${object}: missing`);
    let bytes: Buffer;
    try {
      bytes = unpacked(openEnvelope(this.#keys.seal, chunkPlace, name, sealed));
    } catch (error) {
      if (error instanceof SealBroken) throw new Fault('backup_damaged', object, { cause: error });
      throw error;
    }
    if (this.nameOf(kind, bytes) !== name) throw new Fault('backup_damaged', object);
    return bytes;
  }
}

/** Sealed columns do not get smaller, and most of a database is those: then it stays as it is. */
function packed(bytes: Uint8Array): Buffer {
  const smaller = zstdCompressSync(bytes);
  const chosen = smaller.length < bytes.length ? smaller : bytes;
  const out = Buffer.allocUnsafe(1 + chosen.length);
  out[0] = chosen === smaller ? zstd : plain;
  out.set(chosen, 1);
  return out;
}

function unpacked(bytes: Buffer): Buffer {
  const body = bytes.subarray(1);
  if (bytes[0] === plain) return body;
  if (bytes[0] === zstd)
    return zstdDecompressSync(body, { maxOutputLength: Math.max(chunkBytes, indexNames * contentNameBytes) });
  throw new SealBroken('a piece of an unknown kind');
}

export const packNames = (names: readonly string[]): Buffer => Buffer.from(names.join(''), 'hex');

export function unpackNames(bytes: Buffer): string[] {
  return Array.from({ length: bytes.length / contentNameBytes }, (_, at) =>
    bytes.toString('hex', at * contentNameBytes, (at + 1) * contentNameBytes),
  );
}
