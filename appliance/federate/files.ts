// Files that people bring for a match: checked while they arrive, kept sealed until the match is over or two weeks have gone, read again when the
// match begins. What is told of a row that cannot be used is its line and a code, never what stands in it.

import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { NormalisationReport } from '../../federation/participant/ports.ts';
import type { Book, Spool } from '../../federation/protocol/durable.ts';
import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';
import { Fault } from '../core/errors.ts';
import type { Ports } from '../core/ports.ts';
import { type TableRow, tableRows } from '../record/imports/imports.ts';
import { type FileColumns, type FileRow, readColumns, rowReader } from './file-rows.ts';
import { Normalised, type Normaliser } from './normalise.ts';

export const fileLimits = {
  rows: 5_000_000,
  sizeBytes: 2 ** 31,
  /** Kept at a time. */
  files: 50,
  keptMs: 14 * 86_400_000,
  partBytes: 1 << 20,
  /** Bytes looked at before others have their turn. */
  pieceBytes: 1 << 16,
  /** Rejected rows that are listed; all are counted. */
  rejects: 1_000,
  nameLength: 200,
} as const;

export type MatchFile = {
  readonly id: string;
  readonly name: string;
  /** Who brought it. */
  readonly by: string;
  readonly columns: FileColumns;
  /** `arriving` while it does, and after a kill until it is swept away. */
  readonly state: 'arriving' | 'ready';
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

  constructor(parts: MatchFilesParts) {
    this.#parts = parts;
  }

  /** Clears away what a kill left half arrived, and what is too old. */
  async begin(): Promise<void> {
    for (const file of await this.#all()) if (file.state === 'arriving') await this.drop(file.id);
    await this.sweep();
  }

  /**
   * Takes a CSV as it arrives.
   * @throws {Fault} `bad_request` for columns that are not there, `unreadable_file`, `limit_reached`; nothing is kept then
   */
  async take(
    chunks: AsyncIterable<Uint8Array>,
    wanted: { readonly columns: unknown; readonly by: string; readonly name?: string },
  ): Promise<MatchFile> {
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
      untilMs: atMs + fileLimits.keptMs,
    };
    await this.#put(arriving);
    try {
      const ready = await this.#arrive(arriving, chunks);
      await this.#put(ready);
      return ready;
    } catch (error) {
      await this.drop(arriving.id);
      throw error;
    }
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

  async #arrive(arriving: MatchFile, chunks: AsyncIterable<Uint8Array>): Promise<MatchFile> {
    const { id, columns } = arriving;
    const keeping = new Keeping(this.#parts.spool, id);
    const check = new Check(columns, this.#parts.normalise);
    for await (const batch of tableRows(keeping.through(chunks))) {
      check.take(batch);
      await turn();
    }
    return { ...arriving, ...(await keeping.done()), ...check.done(), state: 'ready' };
  }

  async *#bytes({ id, parts, sha256 }: MatchFile): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for (let index = 0; index < parts; index += 1) {
      const bytes = await this.#parts.spool.get(id, listName, index);
      if (!bytes) throw new Fault('unreadable_file', 'a part of the file is missing');
      hash.update(bytes);
      for (let from = 0; from < bytes.length; from += fileLimits.pieceBytes)
        yield bytes.subarray(from, from + fileLimits.pieceBytes);
    }
    if (hash.digest('hex') !== sha256) throw new Fault('unreadable_file', 'the file is not as it was taken');
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

/** Looks at rows as a match would, and keeps nothing of them but counts. */
class Check {
  readonly #columns: FileColumns;
  readonly #normalise: Normaliser;
  readonly #counts = new Map<MatchKind, Normalised>();
  readonly #rejected = new Map<string, number>();
  readonly #rejects: { line: number; code: string }[] = [];
  #read: ReturnType<typeof rowReader> | undefined;
  #rows = 0;
  #taken = 0;

  constructor(columns: FileColumns, normalise: Normaliser) {
    this.#columns = columns;
    this.#normalise = normalise;
    for (const kind of matchKinds) if (columns.kinds[kind]) this.#counts.set(kind, new Normalised());
  }

  take(batch: readonly TableRow[]): void {
    for (const row of batch) {
      if (this.#read) this.#row(row);
      else if ('cells' in row) this.#read = rowReader(this.#columns, row.cells);
      else throw new Fault('unreadable_file', `line ${row.line}, where the columns are named: ${row.reason}`);
    }
  }

  done(): Pick<MatchFile, 'rows' | 'taken' | 'rejected' | 'rejects' | 'kinds'> {
    const rejected = Object.fromEntries([...this.#rejected].sort(([a], [b]) => (a < b ? -1 : 1)));
    if (this.#taken === 0) {
      const why = Object.entries(rejected).map(([code, times]) => `${code} ${times}`);
      throw new Fault('unreadable_file', `no row can be used${why.length > 0 ? `: ${why.join(', ')}` : ''}`);
    }
    const kinds = Object.fromEntries([...this.#counts].map(([kind, counts]) => [kind, counts.report()]));
    return { rows: this.#rows, taken: this.#taken, rejected, rejects: this.#rejects, kinds };
  }

  #row(row: TableRow): void {
    this.#rows += 1;
    if (this.#rows > fileLimits.rows) throw new Fault('limit_reached', `a file for a match has at most ${fileLimits.rows} rows`);
    const said = this.#read!(row);
    const code = said.ok ? (this.#usable(said.value) ? undefined : 'no_identifier') : said.reason;
    if (code === undefined) {
      this.#taken += 1;
      return;
    }
    this.#rejected.set(code, (this.#rejected.get(code) ?? 0) + 1);
    if (this.#rejects.length < fileLimits.rejects) this.#rejects.push({ line: row.line, code });
  }

  #usable({ values }: FileRow): boolean {
    let usable = false;
    for (const { kind, raw } of values) {
      const counts = this.#counts.get(kind)!;
      const item = this.#normalise(kind, raw);
      counts.given += 1;
      if (item.ok) counts.taken += 1;
      else counts.refuse(item.reason);
      usable ||= item.ok;
    }
    return usable;
  }
}
