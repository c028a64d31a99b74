// Files whose rows an organisation brings into rounds, in place of rows of the node's own customers: kept sealed under a name, checked while they are
// taken, and read as a table when a round needs them. What is told of a row that cannot be used is its line and a code, never what stands in it.

import { createHash } from 'node:crypto';
import type { Book, Spool } from '../../../federation/protocol/durable.ts';
import type { RoundSchema } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { Fault } from '../../core/errors.ts';
import type { ColumnKind } from '../../core/matrix/matrix.ts';
import { type Pool, startPool } from '../../core/pool/pool.ts';
import { sessionOf } from '../session-of.ts';
import type { DryRun } from './question-rows.ts';
import type { RoundModelName } from './round-defaults.ts';
import type * as tasks from './round-file.task.ts';
import type { Brought, FileColumn, FileOrder } from './round-file.task.ts';
import type { Rejects } from './round-file-table.ts';

export const roundFileLimits = {
  sizeBytes: 2 ** 31,
  /** Kept at a time. */
  files: 20,
  partBytes: 1 << 20,
  /** Bytes looked at before others have their turn. */
  pieceBytes: 1 << 16,
  keptMs: 30 * 86_400_000,
} as const;

export type RoundFile = {
  readonly name: string;
  /** Who brought it. */
  readonly by: string;
  /** The column that says what is to be learned. */
  readonly label: string;
  /** Until it is ready it is nobody's to use; what a kill leaves so is cleared away. */
  readonly state: 'arriving' | 'ready';
  readonly sizeBytes: number;
  readonly parts: number;
  /** Of the bytes, in hexadecimal. */
  readonly sha256: string;
  readonly columns: readonly FileColumn[];
  readonly atMs: number;
  /** Until when it is kept, unless a round needs it. */
  readonly untilMs: number;
} & Rejects;

export type RoundFilesParts = {
  readonly book: Book;
  readonly spool: Spool;
  readonly clock: { nowMs(): number };
  /** Names of files that rounds have still to read. */
  needed(): Promise<ReadonlySet<string>>;
};

const collection = 'round-files';
const listName = 'file';
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,63}$/u;
const spoolOf = (name: string) => sessionOf('round file', name);

export class RoundFiles {
  readonly #parts: RoundFilesParts;

  constructor(parts: RoundFilesParts) {
    this.#parts = parts;
  }

  /** Clears away what a kill left half arrived, and what is too old. To be called now and then. */
  async sweep(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    const files = await this.#all();
    if (files.length === 0) return;
    const needed = await this.#parts.needed();
    for (const { name, untilMs } of files) if (untilMs <= nowMs && !needed.has(name)) await this.#drop(name);
  }

  /**
   * Takes a CSV as it arrives.
   * @throws {Fault} `bad_request` for a name or label that is none, `conflict` for a name that is taken, `unreadable_file` where no row can be used,
   * `limit_reached`, `not_enough_memory`; nothing is kept then
   */
  async take(
    chunks: AsyncIterable<Uint8Array>,
    { name, label, by }: Pick<RoundFile, 'name' | 'label' | 'by'>,
  ): Promise<RoundFile> {
    if (!namePattern.test(name)) throw new Fault('bad_request', 'name: letters, digits, . _ and -, at most 64');
    const before = await this.#read(name);
    if (before?.state === 'ready')
      throw new Fault('conflict', `a file is called ${name} already: remove it, or take another name`);
    if (before) await this.#drop(name);
    await this.sweep();
    if ((await this.#all()).length >= roundFileLimits.files)
      throw new Fault('limit_reached', `at most ${roundFileLimits.files} files are kept for rounds: remove one`);
    const atMs = this.#parts.clock.nowMs();
    const nothing = { sizeBytes: 0, parts: 0, sha256: '', columns: [], rows: 0, taken: 0, rejected: {}, rejects: [] };
    const arriving: RoundFile = { name, label, by, state: 'arriving', ...nothing, atMs, untilMs: atMs };
    await this.#put(arriving);
    try {
      const kept = { ...arriving, ...(await this.#keep(name, chunks)) };
      const checked = await this.#run('checkFile', await this.#order(kept));
      const ready: RoundFile = { ...kept, ...checked, state: 'ready', untilMs: atMs + roundFileLimits.keptMs };
      await this.#put(ready);
      return ready;
    } catch (error) {
      // The fault that is told is this one; what cannot be dropped now goes with the next sweep.
      await this.#drop(name).catch(() => undefined);
      throw error;
    }
  }

  /** Newest first. */
  async list(): Promise<RoundFile[]> {
    return (await this.#all()).filter(({ state }) => state === 'ready').sort((a, b) => b.atMs - a.atMs);
  }

  /** @throws {Fault} `not_found` */
  async get(name: string): Promise<RoundFile> {
    const file = await this.#read(name);
    if (file?.state !== 'ready') throw new Fault('not_found', `a file for rounds called ${name}; files are kept for 30 days`);
    return file;
  }

  /** @param label else as it was brought @throws {Fault} `not_found`, `cannot_train`, `bad_request`, `unreadable_file`, `limit_reached`, `not_enough_memory` */
  async draft(
    name: string,
    { label, positive, model = 'trees' }: { label?: string; positive?: string; model?: RoundModelName },
  ): Promise<{ schema: RoundSchema; dryRun: DryRun }> {
    const order = await this.#order(await this.get(name));
    return this.#run('draftFile', {
      ...order,
      model,
      ...(label !== undefined && { label }),
      ...(positive !== undefined && { positive }),
    });
  }

  /** Rows by a round's schema. @throws {ProtocolFault} schema_differs, value_out_of_range @throws {Fault} `not_found`, and as `draft` */
  async bring(name: string, schema: RoundSchema, signal?: AbortSignal): Promise<Brought> {
    const file = await this.get(name);
    const { label, features } = schema;
    const missing = [label, ...features].find((wanted) => !file.columns.some((column) => column.name === wanted.name));
    if (missing) throw new ProtocolFault('schema_differs', missing.name);
    const order = await this.#order(file);
    const kinds = new Map([...order.kinds, ...features.map((one): [string, ColumnKind] => [one.name, one.kind])]);
    const told = await this.#run('bringFile', { ...order, label: label.name, kinds, schema }, signal);
    if ('refused' in told) throw new ProtocolFault(told.refused, told.where);
    return told.done;
  }

  /** @throws {Fault} `not_found`, `conflict` where a round has still to read it */
  async remove(name: string): Promise<void> {
    await this.get(name);
    if ((await this.#parts.needed()).has(name)) throw new Fault('conflict', 'a round that goes on needs this file');
    await this.#drop(name);
  }

  /** In a thread that ends with the work: files are read now and then. */
  async #run<Name extends keyof typeof tasks & string>(
    name: Name,
    order: Parameters<Pool<typeof tasks>['run']>[1],
    signal?: AbortSignal,
  ): Promise<Awaited<ReturnType<(typeof tasks)[Name]>>> {
    const pool = startPool<typeof tasks>(new URL('./round-file.task.ts', import.meta.url), { threads: 1 });
    try {
      return (await pool.run(name, order as never, { signal })) as Awaited<ReturnType<(typeof tasks)[Name]>>;
    } finally {
      await pool.close();
    }
  }

  async #order(file: RoundFile): Promise<FileOrder> {
    const bytes = new Uint8Array(new SharedArrayBuffer(file.sizeBytes));
    let at = 0;
    for await (const part of this.#bytes(file)) {
      bytes.set(part, at);
      at += part.length;
    }
    return { bytes, label: file.label, kinds: new Map(file.columns.map(({ name, kind }) => [name, kind])) };
  }

  async #keep(name: string, chunks: AsyncIterable<Uint8Array>): Promise<Pick<RoundFile, 'sizeBytes' | 'parts' | 'sha256'>> {
    const hash = createHash('sha256');
    let [held, pieces, parts, sizeBytes]: [number, Uint8Array[], number, number] = [0, [], 0, 0];
    const put = async () => {
      await this.#parts.spool.put(spoolOf(name), listName, parts, Buffer.concat(pieces));
      [held, pieces, parts] = [0, [], parts + 1];
    };
    for await (const chunk of chunks) {
      sizeBytes += chunk.length;
      if (sizeBytes > roundFileLimits.sizeBytes)
        throw new Fault('limit_reached', `a file for a round has at most ${roundFileLimits.sizeBytes} bytes`);
      hash.update(chunk);
      pieces.push(chunk);
      held += chunk.length;
      if (held >= roundFileLimits.partBytes) await put();
    }
    if (held > 0) await put();
    return { sizeBytes, parts, sha256: hash.digest('hex') };
  }

  async *#bytes({ name, parts, sha256 }: RoundFile): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for (let index = 0; index < parts; index += 1) {
      const bytes = await this.#parts.spool.get(spoolOf(name), listName, index);
      if (!bytes) throw new Fault('unreadable_file', 'a part of the file is missing');
      hash.update(bytes);
      for (let from = 0; from < bytes.length; from += roundFileLimits.pieceBytes)
        yield bytes.subarray(from, from + roundFileLimits.pieceBytes);
    }
    if (hash.digest('hex') !== sha256) throw new Fault('unreadable_file', 'the file is not as it was taken');
  }

  async #all(): Promise<RoundFile[]> {
    return (await this.#parts.book.list(collection)).map(({ value }) => value as RoundFile);
  }

  async #read(name: string): Promise<RoundFile | undefined> {
    return (await this.#parts.book.read(collection, name)) as RoundFile | undefined;
  }

  async #drop(name: string): Promise<void> {
    await this.#parts.spool.drop(spoolOf(name));
    await this.#parts.book.write([{ remove: [collection, name] }]);
  }

  #put(file: RoundFile): Promise<void> {
    return this.#parts.book.write([{ put: [collection, file.name, file] }]);
  }
}
