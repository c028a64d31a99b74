// Files that people bring for a match: checked while they arrive, kept sealed until the match is over or two weeks have gone, read again when the
// match begins. What is told of a row that cannot be used is its line and a code, never what stands in it.

import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { NormalisationReport } from '../../federation/participant/ports.ts';
import type { Book, Spool } from '../../federation/protocol/durable.ts';
import type { MatchKind } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import type { Ports } from '../core/ports.ts';
import { tableRows } from '../record/imports/imports.ts';
import { FileCheck } from './file-check.ts';
import { type FileColumns, type FileRow, readColumns, rowReader } from './file-rows.ts';
import type { Normaliser } from './normalise.ts';

export const fileLimits = {
  sizeBytes: 2 ** 31,
  /** Kept at a time. */
  files: 50,
  keptMs: 14 * 86_400_000,
  partBytes: 1 << 20,
  /** A part that is sent by itself. */
  sentBytes: 8 << 20,
  /** A file that is sent in parts and never finished. */
  arrivingMs: 86_400_000,
  /** Bytes looked at before others have their turn. */
  pieceBytes: 1 << 16,
  nameLength: 200,
} as const;

export type MatchFile = {
  readonly id: string;
  readonly name: string;
  /** Who brought it. */
  readonly by: string;
  readonly columns: FileColumns;
  /** Until it is ready it is nobody's to use; what a kill leaves so is cleared away. */
  readonly state: 'arriving' | 'checking' | 'ready';
  readonly sizeBytes: number;
  readonly parts: number;
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
  /** Behind the header. */
  readonly rows: number;
  readonly taken: number;
  readonly rejected: { readonly [code: string]: number };
  readonly rejects: readonly { readonly line: number; readonly code: string }[];
  /** What became of the values; repeats are counted when a match takes them. */
  readonly kinds: { readonly [kind in MatchKind]?: NormalisationReport };
  readonly atMs: number;
  /** Until when it is kept, unless a match holds it. */
  readonly untilMs: number;
  readonly match?: string;
};

/** Who brings which columns. `columns` is read and checked. */
export type WantedFile = { readonly columns: unknown; readonly by: string; readonly name?: string };

export type MatchFilesParts = {
  readonly book: Book;
  readonly spool: Spool;
  readonly ports: Pick<Ports, 'clock' | 'random'>;
  readonly normalise: Normaliser;
};

const collection = 'match-files';
const listName = 'file';

export class MatchFiles {
  readonly #parts: MatchFilesParts;
  #working: Promise<unknown> = Promise.resolve();

  constructor(parts: MatchFilesParts) {
    this.#parts = parts;
  }

  /** Clears away what a kill left half arrived, and what is too old. */
  async begin(): Promise<void> {
    for (const file of await this.#all()) if (file.state !== 'ready') await this.drop(file.id);
    await this.sweep();
  }

  /**
   * Takes a CSV as it arrives, in one piece.
   * @throws {Fault} `bad_request` for columns that are not there, `unreadable_file`, `limit_reached`; nothing is kept then
   */
  async take(chunks: AsyncIterable<Uint8Array>, wanted: WantedFile): Promise<MatchFile> {
    const arriving = await this.open(wanted);
    return this.#orNothing(arriving.id, async () => {
      const keeping = new Keeping(this.#parts.spool, arriving.id);
      const checked = await this.#check(arriving, keeping.through(chunks));
      return this.#ready({ ...arriving, ...(await keeping.done()), ...checked });
    });
  }

  /** Begins a file that is sent in parts, for one that takes longer than a request may. @throws {Fault} `bad_request`, `limit_reached` */
  async open(wanted: WantedFile): Promise<MatchFile> {
    const columns = readColumns(wanted.columns);
    await this.sweep();
    if ((await this.#all()).length >= fileLimits.files)
      throw new Fault('limit_reached', `at most ${fileLimits.files} files are kept for matches: remove one`);
    const { clock, random } = this.#parts.ports;
    const atMs = clock.nowMs();
    const arriving: MatchFile = {
      id: Buffer.from(random.bytes(16)).toString('hex'),
      name: (wanted.name ?? '').slice(0, fileLimits.nameLength),
      by: wanted.by,
      columns,
      state: 'arriving',
      ...{ sizeBytes: 0, parts: 0, sha256: '', rows: 0, taken: 0, rejected: {}, rejects: [], kinds: {} },
      atMs,
      untilMs: atMs + fileLimits.arrivingMs,
    };
    await this.#put(arriving);
    return arriving;
  }

  /**
   * Adds the next part of a file that was opened; the last one may be sent again. Parts are cut anywhere.
   * @param index from 0 @throws {Fault} `not_found`, `conflict` naming the part that comes next, `limit_reached`
   */
  append(id: string, index: number, bytes: Uint8Array): Promise<MatchFile> {
    return this.#alone(async () => {
      const file = await this.#arriving(id);
      if (index === file.parts - 1) return file;
      if (index !== file.parts) throw new Fault('conflict', `part ${file.parts} comes next`);
      const sizeBytes = file.sizeBytes + bytes.length;
      if (bytes.length > fileLimits.sentBytes)
        throw new Fault('limit_reached', `a part has at most ${fileLimits.sentBytes} bytes`);
      if (sizeBytes > fileLimits.sizeBytes)
        throw new Fault('limit_reached', `a file for a match has at most ${fileLimits.sizeBytes} bytes`);
      await this.#parts.spool.put(id, listName, index, bytes);
      const longer = { ...file, sizeBytes, parts: index + 1 };
      await this.#put(longer);
      return longer;
    });
  }

  /** All parts are there: they are checked. @throws {Fault} `not_found`, and as `take` */
  async finish(id: string): Promise<MatchFile> {
    const file = await this.#alone(async () => {
      const arrived = await this.#arriving(id);
      await this.#put({ ...arrived, state: 'checking' });
      return arrived;
    });
    return this.#orNothing(id, async () => {
      const hash = createHash('sha256');
      const checked = await this.#check(file, this.#bytes(file, hash));
      return this.#ready({ ...file, ...checked, sha256: hash.digest('hex') });
    });
  }

  /** Newest first. */
  async list(): Promise<MatchFile[]> {
    return (await this.#all()).filter(({ state }) => state === 'ready').sort((a, b) => b.atMs - a.atMs);
  }

  /** @throws {Fault} `not_found` */
  async get(id: string): Promise<MatchFile> {
    const file = (await this.#parts.book.read(collection, id)) as MatchFile | undefined;
    if (file?.state !== 'ready') throw new Fault('not_found', 'a file of this id; files are kept for 14 days');
    return file;
  }

  /** Its rows that can be read, in batches. @throws {Fault} `not_found`, `unreadable_file` where it is not as it was taken */
  async *rows(id: string): AsyncGenerator<FileRow[]> {
    const file = await this.get(id);
    let read: ReturnType<typeof rowReader> | undefined;
    for await (const batch of tableRows(this.#bytes(file))) {
      const rows: FileRow[] = [];
      for (const row of batch) {
        if (!read) {
          if ('cells' in row) read = rowReader(file.columns, row.cells);
          continue;
        }
        const said = read(row);
        if (said.ok) rows.push(said.value);
      }
      if (rows.length > 0) yield rows;
      await turn();
    }
  }

  /** From now on it is kept for that match, however long it takes. @throws {Fault} `not_found`, `conflict` when another has it */
  async bind(id: string, match: string): Promise<void> {
    const file = await this.get(id);
    if (file.match !== undefined && file.match !== match) throw new Fault('conflict', 'the file is brought into another match');
    await this.#put({ ...file, match });
  }

  /** The match is over, however it ended: its files go. */
  async over(match: string): Promise<void> {
    for (const file of await this.#all()) if (file.match === match) await this.drop(file.id);
  }

  async drop(id: string): Promise<void> {
    await this.#parts.spool.drop(id);
    await this.#parts.book.write([{ remove: [collection, id] }]);
  }

  /** Removes what has been kept long enough. To be called now and then. */
  async sweep(): Promise<void> {
    const nowMs = this.#parts.ports.clock.nowMs();
    for (const { id, match, untilMs } of await this.#all()) if (match === undefined && untilMs <= nowMs) await this.drop(id);
  }

  async #check(file: MatchFile, bytes: AsyncIterable<Uint8Array>): Promise<ReturnType<FileCheck['done']>> {
    const check = new FileCheck(file.columns, this.#parts.normalise);
    for await (const batch of tableRows(bytes)) {
      check.take(batch);
      await turn();
    }
    return check.done();
  }

  async #ready(file: MatchFile): Promise<MatchFile> {
    const ready: MatchFile = { ...file, state: 'ready', untilMs: this.#parts.ports.clock.nowMs() + fileLimits.keptMs };
    await this.#put(ready);
    return ready;
  }

  async #orNothing<T>(id: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      // The fault that is told is this one; what cannot be dropped now goes with the next sweep.
      await this.drop(id).catch(() => undefined);
      throw error;
    }
  }

  async #arriving(id: string): Promise<MatchFile> {
    const file = (await this.#parts.book.read(collection, id)) as MatchFile | undefined;
    if (file?.state !== 'arriving') throw new Fault('not_found', 'a file of this id that is being sent');
    return file;
  }

  /** Parts of files one after the other: two at once must not be the same one. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }

  async *#bytes({ id, parts, sha256 }: MatchFile, hash = createHash('sha256')): AsyncGenerator<Uint8Array> {
    for (let index = 0; index < parts; index += 1) {
      const bytes = await this.#parts.spool.get(id, listName, index);
      if (!bytes) throw new Fault('unreadable_file', 'a part of the file is missing');
      hash.update(bytes);
      for (let from = 0; from < bytes.length; from += fileLimits.pieceBytes)
        yield bytes.subarray(from, from + fileLimits.pieceBytes);
    }
    if (sha256 !== '' && hash.digest('hex') !== sha256) throw new Fault('unreadable_file', 'the file is not as it was taken');
  }

  async #all(): Promise<MatchFile[]> {
    return (await this.#parts.book.list(collection)).map(({ value }) => value as MatchFile);
  }

  #put(file: MatchFile): Promise<void> {
    return this.#parts.book.write([{ put: [collection, file.id, file] }]);
  }
}

/** Puts what passes through it aside, in parts. */
class Keeping {
  readonly #spool: Spool;
  readonly #id: string;
  readonly #hash = createHash('sha256');
  #pieces: Uint8Array[] = [];
  #held = 0;
  #parts = 0;
  #sizeBytes = 0;

  constructor(spool: Spool, id: string) {
    this.#spool = spool;
    this.#id = id;
  }

  async *through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      for (let from = 0; from < chunk.length; from += fileLimits.pieceBytes) {
        const piece = chunk.subarray(from, from + fileLimits.pieceBytes);
        this.#sizeBytes += piece.length;
        if (this.#sizeBytes > fileLimits.sizeBytes)
          throw new Fault('limit_reached', `a file for a match has at most ${fileLimits.sizeBytes} bytes`);
        this.#hash.update(piece);
        this.#pieces.push(piece);
        this.#held += piece.length;
        if (this.#held >= fileLimits.partBytes) await this.#put();
        yield piece;
      }
    }
  }

  async done(): Promise<Pick<MatchFile, 'sizeBytes' | 'parts' | 'sha256'>> {
    if (this.#held > 0) await this.#put();
    return { sizeBytes: this.#sizeBytes, parts: this.#parts, sha256: this.#hash.digest('hex') };
  }

  async #put(): Promise<void> {
    await this.#spool.put(this.#id, listName, this.#parts, Buffer.concat(this.#pieces));
    this.#parts += 1;
    this.#pieces = [];
    this.#held = 0;
  }
}
