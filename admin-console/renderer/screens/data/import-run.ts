// An import under way: part after part goes to the node, which knows every row again, so that it may be stopped, broken off or begun anew and no row
// counts twice. It goes on while its reader looks at other screens, and is forgotten with the page or with who started it.

import { ApiFault, api, unwrap } from '../../api/client.ts';
import type { FileReading } from './import-reader.ts';
import type { Part, Shape } from './import-reading.ts';

export type Refused = {
  readonly line: number;
  readonly outcome: 'quarantined' | 'rejected';
  readonly reason: string;
  readonly raw?: string;
};
export type RunState = 'running' | 'waiting' | 'paused' | 'stopped' | 'failed' | 'done';
export type Progress = {
  readonly state: RunState;
  readonly bytesRead: number;
  readonly recorded: number;
  readonly duplicates: number;
  readonly quarantined: number;
  readonly rejected: number;
  readonly refused: readonly Refused[];
  /** Refused rows beyond those that are kept. */
  readonly beyond: number;
  /** The last line that the node has. */
  readonly line: number;
  readonly fault?: unknown;
};

export const runLimits = {
  /** Refused rows that are kept to be looked at and saved. */
  refused: 20_000,
  /** Between tries while the node is at capacity or away: doubled up to the second. */
  pauseMs: [500, 10_000],
} as const;

const passing = new Set(['too_busy', 'unreachable', 'stopping', 'timed_out', 'store_unavailable']);
const nothing: Progress = {
  state: 'running',
  bytesRead: 0,
  recorded: 0,
  duplicates: 0,
  quarantined: 0,
  rejected: 0,
  refused: [],
  beyond: 0,
  line: 0,
};

export type RunParts = {
  readonly reading: FileReading;
  readonly shape: Shape;
  readonly source: number;
  readonly sourceName: string;
  readonly map: { [name: string]: unknown };
  /** Who started it. */
  readonly person: number;
};

export class ImportRun {
  readonly parts: RunParts;
  #progress: Progress = nothing;
  #listeners = new Set<() => void>();
  #wake: (() => void) | undefined;
  /** Read, and not known to be recorded. */
  #held: Part | undefined;

  constructor(parts: RunParts) {
    this.parts = parts;
    void this.#go();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly progress = (): Progress => this.#progress;

  get over(): boolean {
    return this.#progress.state === 'done' || this.#progress.state === 'stopped';
  }

  pause(): void {
    if (this.#progress.state === 'running' || this.#progress.state === 'waiting') this.#set({ state: 'paused' });
  }

  goOn(): void {
    if (this.over) return;
    const { fault: _gone, ...rest } = this.#progress;
    this.#progress = rest;
    this.#set({ state: 'running' });
    this.#wake?.();
  }

  stop(): void {
    if (this.over) return;
    this.#set({ state: 'stopped' });
    this.parts.reading.close();
    this.#wake?.();
  }

  async #go(): Promise<void> {
    const { reading, shape } = this.parts;
    for (;;) {
      if (this.#progress.state === 'paused' || this.#progress.state === 'failed') await this.#sleep();
      if (this.over) return;
      try {
        this.#held ??= await reading.next();
        if (this.#held === undefined) break;
        await this.#send(this.#held);
        this.#held = undefined;
      } catch (fault) {
        if (this.over) return;
        this.#set({ state: 'failed', fault });
      }
    }
    reading.close();
    this.#set({ state: 'done', bytesRead: shape.sizeBytes });
  }

  async #send(part: Part): Promise<void> {
    const { source, map, shape } = this.parts;
    const { fingerprint, timeMs, format, delimiter, header } = shape;
    const file = { fingerprint, timeMs, format, delimiter, header: [...header] };
    let [waitMs, longestMs] = runLimits.pauseMs as readonly [number, number];
    for (;;) {
      try {
        const told = await unwrap(
          api.POST('/api/imports/rows', { body: { source, map, file, line: part.line, text: part.text } }),
        );
        this.#count(part, told);
        return;
      } catch (error) {
        if (!(error instanceof ApiFault) || !passing.has(error.code) || this.#progress.state === 'paused' || this.over)
          throw error;
        this.#set({ state: 'waiting' });
        await this.#sleep(waitMs);
        if (this.over) return;
        waitMs = Math.min(waitMs * 2, longestMs);
      }
    }
  }

  #count(part: Part, told: Omit<Progress, 'state' | 'bytesRead' | 'beyond' | 'line'>): void {
    const { recorded, duplicates, quarantined, rejected, refused, beyond, state } = this.#progress;
    const kept = [...refused, ...told.refused.slice(0, runLimits.refused - refused.length)];
    this.#set({
      state: state === 'waiting' ? 'running' : state,
      bytesRead: part.bytesRead,
      line: part.line + part.text.split('\n').length - 1,
      recorded: recorded + told.recorded,
      duplicates: duplicates + told.duplicates,
      quarantined: quarantined + told.quarantined,
      rejected: rejected + told.rejected,
      refused: kept,
      beyond: beyond + told.refused.length - (kept.length - refused.length),
    });
  }

  #sleep(ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #set(next: Partial<Progress>): void {
    this.#progress = { ...this.#progress, ...next };
    for (const listener of this.#listeners) listener();
  }
}

let current: ImportRun | undefined;
const watchers = new Set<() => void>();

/** The one import of the page; another person's is ended and forgotten. */
export function currentRun(person: number): ImportRun | undefined {
  if (current && current.parts.person !== person) {
    current.stop();
    current = undefined;
  }
  return current;
}

export function startRun(parts: RunParts): void {
  current = new ImportRun(parts);
  for (const watch of watchers) watch();
}

/** Forgets an import that is over, its refused rows with it. */
export function forgetRun(): void {
  current?.stop();
  current = undefined;
  for (const watch of watchers) watch();
}

export function watchRun(listener: () => void): () => void {
  watchers.add(listener);
  return () => watchers.delete(listener);
}
