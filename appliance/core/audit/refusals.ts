// Tries to get in that were refused: a wrong token, a wrong passphrase. Each kind gets at most one entry a minute, with the number of tries,
// so that an attacker cannot fill the disk. While the node is sealed there is no log: then counts and times wait in a small file.

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { Fault } from '../errors.ts';
import type { Clock } from '../ports.ts';
import type { AuditEntry } from './entry.ts';

export const refusalLimits = {
  /** One entry of a kind at most this often. */
  entryEveryMs: 60_000,
  /** The file is written at most this often, and when the node stops. */
  fileEveryMs: 1_000,
  fileBytes: 4_096,
} as const;

const entryOf = {
  token: { action: 'token.refused', outcome: 'refused' },
  passphrase: { action: 'unseal', outcome: 'failed:wrong_passphrase' },
} as const;
export type RefusalKind = keyof typeof entryOf;
const kinds = Object.keys(entryOf) as RefusalKind[];

/** Who tried is not known: that is what was refused. */
export const nobody = 'unknown';

type Tries = { times: number; firstAtMs: number; lastAtMs: number };
type Append = (entry: AuditEntry) => Promise<unknown>;

export class Refusals {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #waiting: Map<RefusalKind, Tries>;
  readonly #lastEntryAtMs = new Map<RefusalKind, number>();
  #append: Append | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param file where tries wait for a log; it need not exist */
  constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
    this.#waiting = readTries(file);
  }

  note(kind: RefusalKind): void {
    const nowMs = this.#clock.nowMs();
    const tries = this.#waiting.get(kind);
    if (tries) Object.assign(tries, { times: tries.times + 1, lastAtMs: nowMs });
    else this.#waiting.set(kind, { times: 1, firstAtMs: nowMs, lastAtMs: nowMs });
    if (this.#append) this.#writeSoon(nowMs);
    else this.#keepSoon();
  }

  /** The log is open: what waits is written, and what comes from now on. */
  async open(append: Append): Promise<void> {
    this.#append = append;
    this.#stopTimer();
    this.#lastEntryAtMs.clear();
    await this.flush();
  }

  /** The log closes: what waits is written to it first. */
  async close(): Promise<void> {
    this.#stopTimer();
    await this.flush();
    this.#append = undefined;
    this.#keep();
  }

  /** Writes what waits without waiting for the minute to end. Never rejects: what could not be written waits on. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (const kind of kinds) await this.#write(kind);
      this.#keep();
    });
    return this.#writing;
  }

  async #write(kind: RefusalKind): Promise<void> {
    const tries = this.#waiting.get(kind);
    if (!tries || !this.#append) return;
    this.#waiting.delete(kind);
    this.#lastEntryAtMs.set(kind, this.#clock.nowMs());
    try {
      await this.#append({ actor: nobody, ...entryOf[kind], times: tries.times, sinceMs: tries.firstAtMs });
    } catch (error) {
      const later = this.#waiting.get(kind);
      this.#waiting.set(kind, later ? { ...later, times: later.times + tries.times, firstAtMs: tries.firstAtMs } : tries);
      if (!(error instanceof Fault)) throw error;
    }
  }

  /** The first of a minute at once, the others when it is over. */
  #writeSoon(nowMs: number): void {
    const due = Math.min(
      ...[...this.#waiting.keys()].map((kind) => (this.#lastEntryAtMs.get(kind) ?? 0) + refusalLimits.entryEveryMs),
    );
    this.#in(Math.max(0, Math.min(refusalLimits.entryEveryMs, due - nowMs)), () => this.flush());
  }

  #keepSoon(): void {
    this.#in(refusalLimits.fileEveryMs, () => this.#keep());
  }

  #in(ms: number, work: () => void): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      work();
    }, ms).unref();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Numbers and times only. A disk that cannot be written is told by doctor; the tries then wait in memory alone. */
  #keep(): void {
    try {
      if (this.#waiting.size === 0) rmSync(this.#file, { force: true });
      else {
        const text = JSON.stringify(Object.fromEntries(this.#waiting));
        writeFileSync(`${this.#file}.new`, text, { mode: 0o600 });
        renameSync(`${this.#file}.new`, this.#file);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    }
  }
}

/** What a process before left; nothing where the file says something else. */
function readTries(file: string): Map<RefusalKind, Tries> {
  const found = new Map<RefusalKind, Tries>();
  try {
    const bytes = readFileSync(file);
    if (bytes.length > refusalLimits.fileBytes) return found;
    const value = JSON.parse(bytes.toString('utf8')) as { [kind: string]: Partial<Tries> | undefined };
    for (const kind of kinds) {
      const { times, firstAtMs, lastAtMs } = value[kind] ?? {};
      const all = [times, firstAtMs, lastAtMs];
      if (all.every((number) => Number.isSafeInteger(number) && (number as number) > 0))
        found.set(kind, { times, firstAtMs, lastAtMs } as Tries);
    }
  } catch {
    // None, or not ours.
  }
  return found;
}
