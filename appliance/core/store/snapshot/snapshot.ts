// A consistent copy of a SQLite database, page by page, while another connection writes: for backups. A read transaction keeps SQLite from
// moving newer pages over what is copied; what was committed by then is taken from the write-ahead log, the rest from the file.

import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { Fault } from '../../errors.ts';
import { readWal, type WalContent, walSalt } from './wal-file.ts';

/**
 * Descriptors of database files, for the life of the process. To close one would drop SQLite's own locks on that file in this process (POSIX), and a
 * thread that ends closes what it opened: so the main thread opens them, threads are given the number, and nobody closes them.
 */
const descriptors = new Map<string, number>();

/** Call it in the main thread. */
export function databaseDescriptor(file: string): number {
  const { dev, ino } = statSync(file);
  const key = `${dev}:${ino}`;
  const known = descriptors.get(key);
  if (known !== undefined) return known;
  const opened = openSync(file, 'r');
  descriptors.set(key, opened);
  return opened;
}

export class DatabaseSnapshot {
  readonly pageSizeBytes: number;
  readonly pages: number;
  readonly #connection: Database.Database;
  readonly #file: number;
  #log: { fd: number; content: WalContent } | undefined;

  /**
   * As of the last commit. Until close() the write-ahead log is not emptied.
   * @param descriptor of the file, by databaseDescriptor()
   */
  constructor(file: string, descriptor: number) {
    this.#connection = new Database(file, { readonly: true, fileMustExist: true, timeout: 10_000 });
    this.#file = descriptor;
    try {
      // From here on no page that was committed later gets into the file, and the log does not begin anew unless all of it is in the file.
      this.#connection.exec('BEGIN');
      this.#connection.prepare('SELECT count(*) FROM sqlite_master').get();
      this.pageSizeBytes = this.#connection.pragma('page_size', { simple: true }) as number;
      const fd = existsSync(`${file}-wal`) ? openSync(`${file}-wal`, 'r') : undefined;
      const content = fd === undefined ? undefined : readWal(fd, this.pageSizeBytes);
      if (fd !== undefined && content) this.#log = { fd, content };
      else if (fd !== undefined) closeSync(fd);
      this.pages = content?.pages ?? Math.floor(fstatSync(descriptor).size / this.pageSizeBytes);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get sizeBytes(): number {
    return this.pages * this.pageSizeBytes;
  }

  /** @param first counted from 0  @returns fewer where the database ends */
  read(first: number, count: number): Buffer {
    const wanted = Math.min(count, this.pages - first);
    const out = Buffer.alloc(wanted * this.pageSizeBytes);
    if (this.#log && this.#readLogged(out, first, wanted)) return out;
    this.#readFile(out, first, 0, wanted);
    return out;
  }

  close(): void {
    if (this.#log) closeSync(this.#log.fd);
    this.#log = undefined;
    this.#connection.close();
  }

  /** @returns false when the log was begun anew, which it only is when all that it had is in the file, where nothing then changes. */
  #readLogged(out: Buffer, first: number, count: number): boolean {
    const { fd, content } = this.#log!;
    const size = this.pageSizeBytes;
    let logged = 0;
    for (let at = 0; at < count; ) {
      const offset = content.pageAt.get(first + at + 1);
      if (offset !== undefined) {
        logged += 1;
        readSync(fd, out, at * size, size, offset);
        at += 1;
        continue;
      }
      let end = at + 1;
      while (end < count && !content.pageAt.has(first + end + 1)) end += 1;
      this.#readFile(out, first, at, end);
      at = end;
    }
    if (logged === 0 || walSalt(fd) === content.salt) return true;
    closeSync(fd);
    this.#log = undefined;
    return false;
  }

  #readFile(out: Buffer, first: number, from: number, to: number): void {
    const size = this.pageSizeBytes;
    let position = (first + from) * size;
    for (let at = from * size; at < to * size; ) {
      const read = readSync(this.#file, out, at, to * size - at, position);
      if (read === 0) throw new Fault('store_corrupt', 'the database is shorter than its log says');
      at += read;
      position += read;
    }
  }
}
