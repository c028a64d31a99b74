// Makes a snapshot: cuts files into pieces, puts those that the newest snapshot does not have, and writes down at last what it consists of. Until
// then nothing in the target refers to it, so that a kill leaves no half of one.

import { Chunks, chunkBytes, indexNames, packNames } from './chunks.ts';
import type { BackupKeys } from './keys.ts';
import { type FileEntry, type Manifest, namesOf, putManifest, readManifest, snapshotId, snapshotIds } from './manifest.ts';
import type { Target } from './target.ts';

/** Writes to the target under way at a time. */
const width = 8;

/** A file as pieces of `chunkBytes`, the last one shorter. */
export type Source = { readonly name: string; pieces(): AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

export type SnapshotOrder = {
  readonly target: Target;
  readonly keys: BackupKeys;
  /** Opened one after the other, so that a later one is read later. */
  readonly sources: readonly Source[];
  readonly atMs: number;
  readonly random: Uint8Array;
  readonly engine: Manifest['engine'];
  readonly software: string;
  /** Called after each piece; it may throw. */
  step(readBytes: number, addedBytes: number): void;
};

/**
 * What is surely in the target: the pieces of the newest snapshot. Others may be there, but a power cut can have left them empty, so they are put again.
 * @throws {Fault} `backup_damaged`
 */
export async function knownNames(target: Target, keys: BackupKeys): Promise<Set<string>> {
  const known = new Set<string>();
  const newest = (await snapshotIds(target)).at(-1);
  if (newest === undefined) return known;
  const chunks = new Chunks(target, keys);
  for (const file of (await readManifest(target, keys, newest)).files) {
    for (const index of file.indexes) known.add(index);
    for await (const names of namesOf(chunks, file)) for (const name of names) known.add(name);
  }
  return known;
}

/** @param known of knownNames(); what is put is added to it, so that one that begins again puts nothing twice */
export async function writeSnapshot(order: SnapshotOrder, known: Set<string>): Promise<Manifest> {
  const { target, keys } = order;
  const putting = new Putting(new Chunks(target, keys), known);
  const files: FileEntry[] = [];
  let readBytes = 0;
  try {
    for (const source of order.sources) {
      const indexes: string[] = [];
      let names: string[] = [];
      let sizeBytes = 0;
      for await (const piece of source.pieces()) {
        sizeBytes += piece.length;
        readBytes += piece.length;
        names.push(await putting.put('data', piece));
        if (names.length === indexNames) {
          indexes.push(await putting.put('index', packNames(names)));
          names = [];
        }
        order.step(readBytes, putting.addedBytes);
      }
      if (names.length > 0) indexes.push(await putting.put('index', packNames(names)));
      files.push({ name: source.name, sizeBytes, indexes });
    }
  } finally {
    await putting.settled();
  }
  putting.throwFailure();
  await target.settle();
  const manifest: Manifest = {
    format: 1,
    id: snapshotId(order.atMs, order.random),
    atMs: order.atMs,
    engine: order.engine,
    software: order.software,
    files,
    sizeBytes: readBytes,
    addedBytes: putting.addedBytes,
  };
  await putManifest(target, keys, manifest);
  await target.settle();
  return manifest;
}

/** Some at a time; the first failure is thrown by whoever puts next. */
class Putting {
  addedBytes = 0;
  readonly #chunks: Chunks;
  readonly #known: Set<string>;
  readonly #running = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(chunks: Chunks, known: Set<string>) {
    this.#chunks = chunks;
    this.#known = known;
  }

  async put(kind: 'data' | 'index', bytes: Uint8Array): Promise<string> {
    this.throwFailure();
    const name = this.#chunks.nameOf(kind, bytes);
    if (this.#known.has(name)) return name;
    this.#known.add(name);
    if (this.#running.size >= width) await Promise.race(this.#running);
    const running = this.#chunks.put(name, bytes).then(
      (sizeBytes) => {
        this.addedBytes += sizeBytes;
      },
      (error: unknown) => {
        this.#known.delete(name);
        this.#failure ??= { error };
      },
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
    return name;
  }

  throwFailure(): void {
    if (this.#failure) throw this.#failure.error;
  }

  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }
}

/** Cuts whatever comes into pieces of one size. */
export async function* inPieces(stream: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of stream) {
    waiting.push(part);
    sizeBytes += part.length;
    if (sizeBytes < chunkBytes) continue;
    const all = Buffer.concat(waiting);
    let at = 0;
    for (; all.length - at >= chunkBytes; at += chunkBytes) yield all.subarray(at, at + chunkBytes);
    waiting = [all.subarray(at)];
    sizeBytes = all.length - at;
  }
  if (sizeBytes > 0) yield Buffer.concat(waiting);
}
