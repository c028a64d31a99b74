// How the node was, hour by hour: what it holds, what waits, and how it feels, as numbers of the whole node and of nobody in it. Measured every few
// minutes, kept by hour over restarts, for the charts of the console.

import { setInterval } from 'node:timers';
import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { countStore, type FigureRow, oldFigures, putFigures, readFigures } from './store.ts';

export { figureMigrations } from './store.ts';

/**
 * How an hour's figure is made of its measurements: `last` of what is there now, `most` of what hurts at its worst, `total` of what only grows,
 * whose growth is what a chart shows.
 */
export type FigureKind = 'last' | 'most' | 'total';
export const figureKinds = {
  events: 'total',
  records: 'last',
  customers: 'last',
  reviews: 'last',
  quarantined: 'last',
  segments: 'last',
  models: 'last',
  federations: 'last',
  matches: 'last',
  rounds: 'last',
  alarms: 'last',
  memoryMb: 'most',
  loopDelayMs: 'most',
  diskFreeMb: 'last',
} as const satisfies { readonly [name: string]: FigureKind };
export type FigureName = keyof typeof figureKinds;
export const figureNames = Object.keys(figureKinds) as readonly FigureName[];

export const hourMs = 3_600_000;
export const figureLimits = { everyMs: 5 * 60_000, keptMs: 400 * 24 * hourMs, removedAtOnce: 5_000, pointsMost: 1_000 } as const;

export type Measured = Partial<Record<FigureName, number>>;

export type FiguresParts = {
  store: Store;
  clock: Clock;
  /** What is not counted in the store. */
  measure(): Promise<Measured> | Measured;
  failed(error: unknown): void;
};

export type Series = { name: FigureName; kind: FigureKind; points: { atMs: number; value: number }[] };

type Hour = { hourMs: number; values: Map<FigureName, number> };

export class Figures {
  readonly #parts: FiguresParts;
  readonly #timer: ReturnType<typeof setInterval>;
  /** Of the hour that is under way. */
  #hour: Hour;
  #measuring: Promise<void> = Promise.resolve();

  private constructor(parts: FiguresParts, hour: Hour) {
    this.#parts = parts;
    this.#hour = hour;
    this.#timer = setInterval(() => void this.#soon(), figureLimits.everyMs).unref();
  }

  /** Goes on with the hour that a stop cut short. */
  static async open(parts: FiguresParts): Promise<Figures> {
    const nowMs = parts.clock.nowMs();
    const began = nowMs - (nowMs % hourMs);
    const kept = await readFigures(parts.store, began, began + hourMs);
    const known = kept.filter((row): row is FigureRow & { name: FigureName } => Object.hasOwn(figureKinds, row.name));
    const figures = new Figures(parts, { hourMs: began, values: new Map(known.map(({ name, value }) => [name, value])) });
    return figures;
  }

  /** Measures at once, for whoever has just started. Not part of opening: a start that comes to nothing leaves everything as it was. */
  begin(): void {
    void this.#soon();
  }

  /** Measures now, after what is being measured. */
  measure(): Promise<void> {
    const measured = this.#measuring.then(() => this.#measure());
    this.#measuring = measured.catch(() => undefined);
    return measured;
  }

  async #measure(): Promise<void> {
    const { store, clock } = this.#parts;
    const [counted, measured] = await Promise.all([countStore(store), this.#parts.measure()]);
    const nowMs = clock.nowMs();
    const began = nowMs - (nowMs % hourMs);
    const isNew = began !== this.#hour.hourMs;
    if (isNew) this.#hour = { hourMs: began, values: new Map() };
    const { values } = this.#hour;
    for (const [name, value] of Object.entries({ ...counted, ...measured } as Record<FigureName, number>) as [
      FigureName,
      number,
    ][]) {
      const before = values.get(name);
      values.set(name, figureKinds[name] === 'most' && before !== undefined ? Math.max(before, value) : value);
    }
    await store.transact([putFigures([...values].map(([name, value]) => ({ hourMs: began, name, value })))]);
    if (isNew) await this.#forget(nowMs - figureLimits.keptMs);
  }

  /** One figure alone, by step, oldest first. */
  async points(name: FigureName, fromMs: number, stepMs: number): Promise<Series['points']> {
    const rows = await readFigures(this.#parts.store, fromMs, this.#parts.clock.nowMs() + 1, name);
    return stepped(rows, figureKinds[name], stepMs);
  }

  /** By step, oldest first; a step without a measurement has no point. */
  async read(fromMs: number, stepMs: number): Promise<Series[]> {
    const rows = await readFigures(this.#parts.store, fromMs - (fromMs % stepMs), this.#parts.clock.nowMs() + 1);
    return figureNames.flatMap((name) => {
      const own = rows.filter((row) => row.name === name);
      return own.length === 0 ? [] : [{ name, kind: figureKinds[name], points: stepped(own, figureKinds[name], stepMs) }];
    });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#measuring;
  }

  /** What could not be measured is missing, and nothing else. */
  async #soon(): Promise<void> {
    await this.measure().catch((error: unknown) => this.#parts.failed(error));
  }

  async #forget(beforeMs: number): Promise<void> {
    const change = await oldFigures(this.#parts.store, beforeMs, figureLimits.removedAtOnce);
    if (change) await this.#parts.store.transact([change]);
  }
}

function stepped(rows: readonly FigureRow[], kind: FigureKind, stepMs: number): { atMs: number; value: number }[] {
  const points: { atMs: number; value: number }[] = [];
  for (const row of rows) {
    const atMs = row.hourMs - (row.hourMs % stepMs);
    const latest = points.at(-1);
    if (latest?.atMs !== atMs) points.push({ atMs, value: row.value });
    else latest.value = kind === 'most' ? Math.max(latest.value, row.value) : row.value;
  }
  return points;
}
