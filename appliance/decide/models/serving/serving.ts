// Scores of everybody by the models that serve. They follow the record: a change of a customer's facts changes their scores at once, time alone once
// a day in one run over everybody in worker threads. Scores are held in memory and nowhere else: they follow from the model, the facts and the
// moment, reading everybody is needed at a start anyway, and what is not stored need not be erased. Until everybody has been read, nobody has one.

import { setImmediate as turn } from 'node:timers/promises';
import { Fault } from '../../../core/errors.ts';
import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { ScoreShown } from '../../../core/model/customer-decisions.ts';
import type { CustomerChange, CustomerListener } from '../../../core/model/customer-feed.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Store } from '../../../core/store/store.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import type { ColumnWords } from '../explain/reasons.ts';
import type { Stability } from '../monitoring/stability.ts';
import type { Registry } from '../registry/registry.ts';
import type { Seals } from '../registry/store.ts';
import type { Model } from '../registry/version.ts';
import { type ScoringThreads, startScoringThreads } from '../scoring/threads.ts';
import { highest, ScoreColumn } from './columns.ts';
import { keepDay, readDays, type ScoreDay, spreadOf } from './days.ts';
import { baselineFile, driftOfDay, stabilityNow, standing } from './drift.ts';
import { openServed, type RowExplanation, type Served } from './served.ts';

export const servingLimits = {
  /** After so long everybody is scored anew, as time alone moves scores. */
  refreshMs: 86_400_000,
  /** Between two looks at whether that is due. */
  lookMs: 600_000,
  /** Rows written into a column before others have their turn. */
  rowsATurn: 65_536,
  /** Changed customers wait so long to be asked of a model that was brought, together. */
  gatherMs: 50,
  top: 1_000,
} as const;

/** What scores need of the customers' matrix and its feed. */
export type ScoredCustomers = {
  listen(listener: CustomerListener<PersonFacts>): () => void;
  /** Resolves when everybody has been read; `settled` when all that was told has been, too. */
  ready(): Promise<void>;
  settled(): Promise<void>;
  tellAgain(persons?: Iterable<number>): void;
  rowOf(personId: number): number | undefined;
  /** -1 where there is none. */
  personOf(row: number): number;
  /** As it stands; cells go on changing. */
  features(nowMs: number): Matrix;
};
export type ServingParts = Seals & {
  readonly store: Store;
  readonly clock: Clock;
  readonly registry: Registry;
  readonly customers: ScoredCustomers;
  /** The consent gate, from facts at hand. */
  mayScore(facts: PersonFacts, purpose: string, nowMs: number): { allowed: boolean; untilMs?: number };
  /** Is told each time everybody was scored. */
  drifted?(drift: Drifted): void;
  readonly columns: { readonly [column: string]: ColumnWords };
};

export type ServingState = {
  readonly state: 'reading' | 'serving' | 'failed';
  readonly code?: string;
  readonly where?: string;
  readonly customers: number;
  readonly refreshedAtMs?: number;
  /** Population stability index of its scores. */
  readonly drift?: number;
};
type Slot = {
  readonly model: Model;
  /** Of the version that serves. */
  readonly purpose: string;
  served?: Served;
  readonly column: ScoreColumn;
  fault?: Fault;
  refreshedAtMs?: number;
  drift?: Drifted;
  /** Rows that wait for a model that was brought. */
  readonly waiting: Set<number>;
  timer?: ReturnType<typeof setTimeout>;
};
/** How far the scores of everybody are from those of the newest rows it learned from: the population stability index. */
export type Drifted = { readonly model: string; readonly version: number; readonly atMs: number; readonly index: number };
export type Explained = {
  readonly score: string;
  readonly version: string;
  readonly value: number;
  readonly atMs: number;
  readonly isProbability: boolean;
  /** Share of those who have this score whose is lower. */
  readonly higherThan: number;
  readonly customers: number;
  readonly explanation?: RowExplanation;
};
export type ScoresChanged = (persons: readonly number[], scores: readonly string[]) => void;

export class Serving {
  readonly #parts: ServingParts;
  readonly #slots = new Map<string, Slot>();
  /** By purpose: rows of those who may be scored. */
  readonly #allowed = new Map<string, Set<number>>();
  readonly #listeners = new Set<ScoresChanged>();
  #threads: ScoringThreads | undefined;
  #unlisten: (() => void) | undefined;
  #caughtUp = false;
  #working: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(parts: ServingParts) {
    this.#parts = parts;
  }

  /** Serves what is promoted, and follows what will be. */
  begin(): void {
    const { registry } = this.#parts;
    registry.watch((model) => void this.#soon(() => this.#load(model)));
    for (const model of registry.models) if (registry.champion(model)) void this.#soon(() => this.#load(model));
    this.#timer = setInterval(() => this.checkTime(), servingLimits.lookMs);
    this.#timer.unref();
  }

  /** Calls back when scores of these persons are others than before. @returns what ends it */
  onChange(changed: ScoresChanged): () => void {
    this.#listeners.add(changed);
    return () => void this.#listeners.delete(changed);
  }

  /** @returns undefined where there is none: no such score, nobody like that, or they do not agree */
  score(name: string, personId: number): number | undefined {
    const row = this.#parts.customers.rowOf(personId);
    return row === undefined ? undefined : this.#slots.get(name)?.column.at(row)?.value;
  }

  /** False while a version serves and not everybody has been scored by it since the start. */
  isScored(name: string): boolean {
    const { registry } = this.#parts;
    const model = registry.find(name);
    if (!model || !registry.champion(model)) return true;
    const slot = this.#slots.get(name);
    return slot !== undefined && (slot.refreshedAtMs !== undefined || slot.fault !== undefined);
  }

  /** With the reasons, which are worked out now. */
  scoresOf(personId: number): ScoreShown[] {
    const row = this.#parts.customers.rowOf(personId);
    if (row === undefined) return [];
    return [...this.#slots].flatMap(([name, slot]) => this.#shown(name, slot, row) ?? []);
  }

  /** Those with the highest scores. @throws {Fault} `not_found` for a score that is not served */
  top(name: string, count: number): (ScoreShown & { id: string })[] {
    const slot = this.#slots.get(name);
    if (!slot?.served) throw new Fault('not_found', 'a model of this name that serves');
    const { personOf } = this.#parts.customers;
    const rows = highest(slot.column.values, Math.min(count, servingLimits.top), (row) => personOf(row) >= 0);
    return rows.flatMap((row) => {
      const shown = this.#shown(name, slot, row);
      return shown ? [{ id: `p${personOf(row)}`, ...shown }] : [];
    });
  }

  /** Why each of their scores is what it is, and how many score lower. Of models that were brought, only the latter. */
  explained(personId: number): Explained[] {
    const { customers, columns, clock } = this.#parts;
    const row = customers.rowOf(personId);
    if (row === undefined) return [];
    const nowMs = clock.nowMs();
    return [...this.#slots].flatMap(([name, { served, column }]): Explained[] => {
      const found = column.at(row);
      if (!found || !served) return [];
      const explanation = served.explain?.(served.read(customers.features(nowMs), row, nowMs), nowMs, columns);
      const { isProbability, name: version } = served;
      const shown = { score: name, version, ...found, isProbability, ...standing(column.values, found.value) };
      return [{ ...shown, ...(explanation && { explanation }) }];
    });
  }

  /**
   * Whether whom a model scores now still looks like those it learned from.
   * @throws {Fault} `not_found` where nothing serves or it was brought, `too_little_data`
   */
  async stability(name: string): Promise<{ atMs: number; version: number; stability: Stability }> {
    await this.ready();
    const slot = this.#slots.get(name);
    if (!slot?.served) throw new Fault('not_found', 'a model of this name that serves');
    const { version } = slot.served;
    const { registry, customers, clock } = this.#parts;
    const baseline = await baselineFile(registry, version);
    if (!baseline) throw new Fault('not_found', 'what this version learned from, in bins');
    const atMs = clock.nowMs();
    const stability = stabilityNow(baseline, customers.features(atMs), slot.column.values, atMs);
    return { atMs, version: version.number, stability };
  }

  /** Undefined where nothing of the model serves. */
  state(name: string): ServingState | undefined {
    const slot = this.#slots.get(name);
    if (!slot) return undefined;
    const { fault, refreshedAtMs, column, drift } = slot;
    const customers = column.values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : 1), 0);
    const state = fault ? 'failed' : refreshedAtMs === undefined ? 'reading' : 'serving';
    return {
      state,
      customers,
      ...(fault && { code: fault.code, ...(fault.where !== undefined && { where: fault.where }) }),
      ...(refreshedAtMs !== undefined && { refreshedAtMs }),
      ...(drift && { drift: drift.index }),
    };
  }

  /** Of those that serve, as far as it was looked at. */
  get drifts(): Drifted[] {
    return [...this.#slots.values()].flatMap(({ drift }) => drift ?? []);
  }

  /** Resolves when everybody has been scored once by all that serves; at once where nothing does. */
  async ready(): Promise<void> {
    const waits = () => [...this.#slots.values()].some(({ refreshedAtMs, fault }) => refreshedAtMs === undefined && !fault);
    await this.#working;
    while (waits() && !this.#closed) {
      await this.#parts.customers.ready();
      await this.#working;
      await turn();
    }
  }

  /** How scores of a version were spread, the latest day first. */
  days(version: number, limit: number): Promise<ScoreDay[]> {
    return readDays(this.#parts.store, this.#parts, version, limit);
  }

  /** Forgets at once; the record's own word comes a little later. @returns how many scores there were */
  forget(persons: Iterable<number>): number {
    let count = 0;
    for (const person of persons) {
      const row = this.#parts.customers.rowOf(person);
      if (row === undefined) continue;
      for (const { column } of this.#slots.values()) if (column.set(row, Number.NaN, 0)) count += 1;
      for (const rows of this.#allowed.values()) rows.delete(row);
    }
    return count;
  }

  /** Scores everybody anew where the last time is a day ago. */
  checkTime(): void {
    const nowMs = this.#parts.clock.nowMs();
    for (const slot of this.#slots.values())
      if (slot.refreshedAtMs !== undefined && nowMs - slot.refreshedAtMs >= servingLimits.refreshMs)
        void this.#soon(() => this.#refresh(slot));
  }

  /** Resolves when what was asked so far is done: models loaded, everybody read and scored. */
  async settled(): Promise<void> {
    for (let seen: unknown; seen !== this.#working; ) {
      seen = this.#working;
      await seen;
      if (this.#unlisten && !this.#closed) await this.#parts.customers.settled();
    }
    for (const slot of this.#slots.values()) if (slot.waiting.size > 0) await this.#scoreWaiting(slot);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#unlisten?.();
    await this.#working;
    for (const slot of this.#slots.values()) {
      clearTimeout(slot.timer);
      slot.served?.close();
    }
    await this.#threads?.close();
  }

  readonly #listener: CustomerListener<PersonFacts> = {
    changed: (change) => this.#changed(change),
    gone: (personId, row) => {
      const names: string[] = [];
      for (const [name, slot] of this.#slots) {
        slot.waiting.delete(row);
        if (slot.column.set(row, Number.NaN, 0)) names.push(name);
      }
      for (const rows of this.#allowed.values()) rows.delete(row);
      if (names.length > 0) this.#tell([personId], names);
    },
    caughtUp: () => {
      this.#caughtUp = true;
      for (const slot of this.#slots.values()) void this.#soon(() => this.#refresh(slot));
    },
  };

  #changed({ personId, row, facts, nowMs, cause }: CustomerChange<PersonFacts>): number {
    let until = Number.POSITIVE_INFINITY;
    for (const [purpose, rows] of this.#allowed) {
      const { allowed, untilMs } = this.#parts.mayScore(facts, purpose, nowMs);
      if (allowed) rows.add(row);
      else rows.delete(row);
      until = Math.min(until, untilMs ?? until);
    }
    // While everybody is read, all are scored together at the end.
    if (!this.#caughtUp) return until;
    const names: string[] = [];
    let matrix: Matrix | undefined;
    for (const [name, slot] of this.#slots) {
      const { served, column, model, purpose } = slot;
      if (!served) continue;
      matrix ??= this.#parts.customers.features(nowMs);
      const asksUntil = served.asksUntil(matrix, row);
      if (!this.#mayScoreRow(purpose, row) || asksUntil <= nowMs) {
        if (column.set(row, Number.NaN, nowMs)) names.push(name);
        continue;
      }
      until = Math.min(until, asksUntil);
      if (!model.live && cause !== 'all' && column.at(row)) continue;
      if (!served.scoreRow) {
        this.#await(slot, row);
        continue;
      }
      if (column.set(row, served.scoreRow(served.read(matrix, row, nowMs)), nowMs)) names.push(name);
    }
    if (names.length > 0) this.#tell([personId], names);
    return until;
  }

  #mayScoreRow(purpose: string, row: number): boolean {
    return this.#allowed.get(purpose)?.has(row) === true;
  }

  #shown(name: string, { served, column }: Slot, row: number): ScoreShown | undefined {
    const found = column.at(row);
    if (!found || !served) return undefined;
    const nowMs = this.#parts.clock.nowMs();
    const values = served.read(this.#parts.customers.features(nowMs), row, nowMs);
    const reasons = served.reasons(values, nowMs, this.#parts.columns);
    return { score: name, value: found.value, version: served.name, atMs: found.atMs, reasons };
  }

  /** Another version serves, or none any more. */
  async #load(model: Model): Promise<void> {
    if (this.#closed) return;
    const { registry, customers, clock } = this.#parts;
    const before = this.#slots.get(model.name);
    const champion = registry.champion(model);
    if (!champion) {
      this.#slots.delete(model.name);
      before?.served?.close();
      this.#tell(this.#personsOf(before), [model.name]);
      return;
    }
    const { scoringPurpose: purpose } = champion;
    const slot: Slot = { model, purpose, column: new ScoreColumn(), waiting: new Set() };
    try {
      slot.served = await openServed(registry, model, champion, customers.features(clock.nowMs()).columns);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      slot.fault = error;
    }
    clearTimeout(before?.timer);
    before?.served?.close();
    this.#slots.set(model.name, slot);
    const isNew = !this.#allowed.has(purpose);
    if (isNew) this.#allowed.set(purpose, new Set());
    if (!this.#unlisten) this.#unlisten = customers.listen(this.#listener);
    // Nobody has been asked about for this purpose yet; everybody is told again, and then scored.
    else if (isNew) customers.tellAgain();
    else if (this.#caughtUp) await this.#refresh(slot);
  }

  #personsOf(slot: Slot | undefined): number[] {
    const persons: number[] = [];
    slot?.column.values.forEach((value, row) => {
      const person = Number.isNaN(value) ? -1 : this.#parts.customers.personOf(row);
      if (person >= 0) persons.push(person);
    });
    return persons;
  }

  /** Everybody anew, in worker threads. Whoever changes meanwhile has been scored by that change. */
  async #refresh(slot: Slot): Promise<void> {
    const { served, column, model, purpose } = slot;
    if (this.#closed || !served || this.#slots.get(model.name) !== slot) return;
    const { customers, clock, store } = this.#parts;
    this.#threads ??= startScoringThreads();
    const atMs = clock.nowMs();
    const matrix = customers.features(atMs);
    const take = column.begin();
    let scores: ArrayLike<number>;
    try {
      scores = await served.scoreAll(matrix, atMs, this.#threads);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      slot.fault = error;
      return;
    }
    const persons: number[] = [];
    // Who has no score hears of it too, once: nothing was known of theirs until now.
    const first = slot.refreshedAtMs === undefined;
    for (let row = 0; row < scores.length; row += 1) {
      const person = customers.personOf(row);
      const asked = person >= 0 && this.#mayScoreRow(purpose, row) && served.asksUntil(matrix, row) > atMs;
      const value = asked ? scores[row]! : Number.NaN;
      if ((take(row, value, atMs) || first) && person >= 0) persons.push(person);
      if (row % servingLimits.rowsATurn === servingLimits.rowsATurn - 1) await turn();
    }
    slot.refreshedAtMs = atMs;
    delete slot.fault;
    if (persons.length > 0) this.#tell(persons, [model.name]);
    const dayAtMs = Math.floor(atMs / 86_400_000) * 86_400_000;
    const spread = spreadOf(column.values, served.isProbability);
    const drift = await this.#lookAtDrift(slot, served, atMs);
    await keepDay(store, this.#parts, served.version.id, { dayAtMs, ...spread, ...(drift && { drift }) });
  }

  async #lookAtDrift(slot: Slot, { version }: Served, atMs: number): Promise<ScoreDay['drift']> {
    const { registry, customers, drifted } = this.#parts;
    const baseline = await baselineFile(registry, version);
    const drift = baseline && driftOfDay(baseline, customers.features(atMs), slot.column.values, atMs);
    if (!drift) return undefined;
    slot.drift = { model: slot.model.name, version: version.id, atMs, index: drift.score };
    drifted?.(slot.drift);
    return drift;
  }

  #await(slot: Slot, row: number): void {
    slot.waiting.add(row);
    slot.timer ??= setTimeout(() => void this.#soon(() => this.#scoreWaiting(slot)), servingLimits.gatherMs);
    slot.timer.unref();
  }

  async #scoreWaiting(slot: Slot): Promise<void> {
    clearTimeout(slot.timer);
    delete slot.timer;
    const { served, column, model, purpose, waiting } = slot;
    if (this.#closed || !served || waiting.size === 0 || this.#slots.get(model.name) !== slot) return;
    const { customers, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const matrix = customers.features(nowMs);
    const asked = [...waiting].map((row) => ({ row, person: customers.personOf(row) }));
    waiting.clear();
    try {
      const scores = await served.scoreRows(asked.map(({ row }) => served.read(matrix, row, nowMs)));
      const persons: number[] = [];
      asked.forEach(({ row, person }, at) => {
        // The row may be another's by now, and their word may have changed.
        if (person < 0 || customers.personOf(row) !== person || waiting.has(row) || !this.#mayScoreRow(purpose, row)) return;
        if (column.set(row, scores[at]!, nowMs)) persons.push(person);
      });
      if (persons.length > 0) this.#tell(persons, [model.name]);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      slot.fault = error;
    }
  }

  #tell(persons: readonly number[], names: readonly string[]): void {
    for (const changed of this.#listeners) changed(persons, names);
  }

  /** In its turn. A fault of the store leaves the next run to do what this one could not. */
  #soon(work: () => Promise<void>): Promise<void> {
    const next = this.#working.then(work).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
    });
    this.#working = next;
    return next;
  }
}
