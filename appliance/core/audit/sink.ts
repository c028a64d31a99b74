// The second sink: signed heads, one JSON line each, appended and fsynced to a file that should lie on another disk or a mount that only
// takes appends; or sent to a syslog server (syslog.ts). A database put back to an older copy then disagrees with it.

import { open, readFile } from 'node:fs/promises';
import { Fault } from '../errors.ts';
import { type HeadText, parseHead, type SignedHead } from './head.ts';

export type SinkState = { state: 'off' | 'ok' | 'failing'; atMs?: number; size?: number; code?: string };

export const sinkLimits = {
  /** Heads that are written at most this often, and when the node seals or stops. */
  everyMs: 1_000,
  /** Bytes of a file of heads that verification reads. Beyond: limit_reached; keep the latest part of it. */
  fileBytes: 256 * 1024 * 1024,
} as const;

/** Where heads go. */
export type HeadWriter = { write(head: HeadText): Promise<void>; close(): Promise<void> };

export class HeadSink {
  readonly #writer: HeadWriter;
  #writing: Promise<void> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #newest: HeadText | undefined;
  #written = -1;
  #state: SinkState = { state: 'ok' };

  constructor(writer: HeadWriter) {
    this.#writer = writer;
  }

  get state(): SinkState {
    return this.#state;
  }

  /** Remembers the newest head; it is written within a second. */
  offer(head: HeadText): void {
    this.#newest = head;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, sinkLimits.everyMs).unref();
  }

  /** Writes what was offered and is not written. Never rejects: a sink that fails is told by `state`, and tried again with the next head. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.flush();
    await this.#writer.close();
  }

  async #write(): Promise<void> {
    const head = this.#newest;
    if (!head || head.size === this.#written) return;
    try {
      await this.#writer.write(head);
      this.#written = head.size;
      this.#state = { state: 'ok', atMs: head.atMs, size: head.size };
    } catch (error) {
      this.#state = { state: 'failing', code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
    }
  }
}

export function fileWriter(path: string): HeadWriter {
  let begun = false;
  return {
    async write(head) {
      const file = await open(path, 'a', 0o600);
      try {
        // A crash may have cut the last line of the process before short; ours begins a line of its own.
        await file.appendFile(`${begun ? '' : '\n'}${JSON.stringify(head)}\n`);
        await file.sync();
        begun = true;
      } finally {
        await file.close();
      }
    },
    close: async () => undefined,
  };
}

export type WitnessHead = SignedHead & { publicKey: Uint8Array };

/**
 * Heads from a file: the second sink, or one saved from `holdfast audit head --json`. Lines that a crash cut short are left out; whoever
 * could damage one on purpose could as well remove it.
 * @throws {Fault} `unreadable_file`, `limit_reached`; ENOENT is undefined
 */
export async function readHeadFile(path: string): Promise<WitnessHead[] | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Fault('unreadable_file', path, { cause: error });
  }
  if (bytes.length > sinkLimits.fileBytes) throw new Fault('limit_reached', 'sinkLimits.fileBytes');
  const heads = bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line) => headIn(line) ?? []);
  if (heads.length === 0 && bytes.length > 0) throw new Fault('unreadable_file', `${path}: no head of an audit log is in it`);
  return heads;
}

function headIn(line: string): WitnessHead | undefined {
  try {
    // Syslog servers put their own words before it.
    return parseHead(JSON.parse(line.slice(Math.max(0, line.indexOf('{')))));
  } catch {
    return undefined;
  }
}
