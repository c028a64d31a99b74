// How the node was, hour by hour: what it holds, what waits, and how it feels, as numbers of the whole node and of nobody in it. Measured every few
// minutes, kept by hour over restarts, for the charts of the console.

import { setInterval } from 'node:timers';
import { type AlarmKind, alarmKinds } from '../../core/model/alarm-kinds.ts';
import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { countAlarms, countStore, type FigureRow, oldFigures, putFigures, readFigures } from './store.ts';

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

/** Beside the sum of them, each kind of alarm is counted: who may not see one is not told of it in a sum either. */
type KeptName = FigureName | `alarms ${AlarmKind}`;
const alarmsOf = (kind: AlarmKind): KeptName => `alarms ${kind}`;
const keptNames: ReadonlySet<string> = new Set([...figureNames, ...alarmKinds.map(alarmsOf)]);

type Hour = { hourMs: number; values: Map<KeptName, number> };

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
    const known = kept.filter((row): row is FigureRow & { name: KeptName } => keptNames.has(row.name));
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
    const [counted, alarms, measured] = await Promise.all([countStore(store), countAlarms(store), this.#parts.measure()]);
    const nowMs = clock.nowMs();
    const began = nowMs - (nowMs % hourMs);
    const isNew = began !== this.#hour.hourMs;
    if (isNew) this.#hour = { hourMs: began, values: new Map() };
    const { values } = this.#hour;
    const now = { ...counted, ...measured, alarms: sumOf(alarms, alarmKinds) } as Record<FigureName, number>;
    for (const [name, value] of Object.entries(now) as [FigureName, number][]) {
      const before = values.get(name);
      values.set(name, figureKinds[name] === 'most' && before !== undefined ? Math.max(before, value) : value);
    }
    for (const kind of alarmKinds) values.set(alarmsOf(kind), alarms.get(kind) ?? 0);
    await store.transact([putFigures([...values].map(([name, value]) => ({ hourMs: began, name, value })))]);
    if (isNew) await this.#forget(nowMs - figureLimits.keptMs);
  }

  /** One figure alone, by step, oldest first. */
  async points(name: FigureName, fromMs: number, stepMs: number): Promise<Series['points']> {
    const rows = await readFigures(this.#parts.store, fromMs, this.#parts.clock.nowMs() + 1, name);
    return stepped(rows, figureKinds[name], stepMs);
  }

  /**
   * By step, oldest first; a step without a measurement has no point. Alarms are counted anew: they are what the inbox says now.
   * @param kinds of alarms that the reader may see
   */
  async read(fromMs: number, stepMs: number, kinds: readonly AlarmKind[] = alarmKinds): Promise<Series[]> {
    const { store, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const kept = await readFigures(store, fromMs - (fromMs % stepMs), nowMs + 1);
    const began = nowMs - (nowMs % hourMs);
    const seen = alarmsSeen(kept, kinds).filter((row) => row.hourMs !== began);
    if (kinds.length > 0) seen.push({ hourMs: began, name: 'alarms', value: sumOf(await countAlarms(store), kinds) });
    const rows = [...kept.filter(({ name }) => name !== 'alarms'), ...seen];
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

const sumOf = (alarms: ReadonlyMap<string, number>, kinds: readonly AlarmKind[]): number =>
  kinds.reduce((sum, kind) => sum + (alarms.get(kind) ?? 0), 0);

/** Hour by hour, of these kinds alone; an hour that was counted as a sum is there for who may see every kind. */
function alarmsSeen(rows: readonly FigureRow[], kinds: readonly AlarmKind[]): FigureRow[] {
  if (alarmKinds.every((kind) => kinds.includes(kind))) return rows.filter(({ name }) => name === 'alarms');
  if (kinds.length === 0) return [];
  const names = new Set<string>(kinds.map(alarmsOf));
  const hours = new Map<number, number>();
  for (const row of rows) if (names.has(row.name)) hours.set(row.hourMs, (hours.get(row.hourMs) ?? 0) + row.value);
  return [...hours].map(([at, value]) => ({ hourMs: at, name: 'alarms', value }));
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
