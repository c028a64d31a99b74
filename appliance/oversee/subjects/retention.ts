// Retention: what is kept how long, by rules in holdfast.json. What they would remove can be seen before; once a day they run, each run
// with its counts in the audit log. Events go and their record is folded anew from what is left; records nobody heard of are erased. A run
// that was cut short goes on as of the moment at which it began, and counts nothing twice: counts go with what they count.

import type { AuditEntry } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import type { Event } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Change, Row, Store } from '../../core/store/store.ts';
import { type Place, Turns } from '../../core/turns/turns.ts';
import type { OldEvent, Profiles } from '../../record/profiles/profiles.ts';
import type { AlongBegun } from './erasure.ts';
import { LastHeard } from './last-heard.ts';
import { retentionRunsTable } from './migrations.ts';
import type { SubjectHolder } from './registry.ts';
import type { BodySeal } from './sealed-row.ts';

export const retentionLimits = {
  rules: 100,
  /** Records of one erasure. */
  recordsPerErasure: 100,
  /** Erasures whose traces leave the disk together: it costs the same for one and for many. */
  erasuresTogether: 20,
  /** Between two pages, so that serving goes on. */
  pauseMs: 2,
  everyMs: 86_400_000,
  /** How often it looks whether a day has passed. */
  lookMs: 3_600_000,
  /** The daily run waits for other heavy work no longer than this. */
  patienceMs: 3_600_000,
  /** Runs among which the one of an approval is looked for: an approval waits for seven days at most. */
  runsLookedAt: 100,
} as const;

export type RetentionRule = {
  name: string;
  /** Events of these names or kinds that are older; of all when neither is named. */
  events?: { names?: readonly string[]; kinds?: readonly string[]; olderThanDays: number };
  /** Records of which nothing has been heard for so many days. */
  records?: { inactiveDays: number };
  /** For the register: which class of data it is, and for which purpose it was kept. */
  dataClass?: string;
  purpose?: string;
};
export type Counts = { rule: string; events: number; records: number; held: number };
export type Preview = { atMs: number; rules: Counts[] };
export type RetentionRun = { run: number; beganAtMs: number; endedAtMs?: number; rules: Counts[] };

/** A run at work; its counts go on. `order`: the approval that it is the run of. */
type Run = { id: number; beganAtMs: number; by: string; order?: number; rules: Counts[] };
/** Without who asked in those of older versions. */
type RunBody = { rules: Counts[]; unsettled: readonly number[]; by?: string; order?: number };

export type RetentionParts = {
  store: Store;
  seal: BodySeal;
  ports: Ports;
  rules: readonly RetentionRule[];
  profiles: Pick<Profiles, 'eventsBefore' | 'removeEvents' | 'settleAfterErasing' | 'inactiveSince'>;
  /** Keys and rows; the rest with `finishErasures`. */
  erase(recordIds: readonly number[], inactiveSinceMs: number, along: AlongBegun): Promise<unknown>;
  /** @throws {Fault} where one cannot be finished now */
  finishErasures(): Promise<void>;
  /** @throws {Fault} `conflict` under a legal hold */
  held(recordIds: readonly number[]): Promise<void>;
  note(entry: AuditEntry): Promise<unknown>;
  turns?: Turns;
};

const dayMs = 86_400_000;
/** Who asks for the daily run. */
const system = 'system';

export class Retention {
  readonly #parts: RetentionParts;
  readonly #heard: LastHeard;
  readonly #turns: Turns;
  readonly #leaving = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;
  #running: Promise<unknown> | undefined;
  #stopped = false;
  /** The daily run for its turn. */
  #waits = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#heard = new LastHeard(parts.store);
    this.#turns = parts.turns ?? new Turns();
  }

  get rules(): readonly RetentionRule[] {
    return this.#parts.rules;
  }

  get holder(): SubjectHolder {
    return this.#heard.holder;
  }

  /** Goes on with what was cut short, and looks every hour whether the last run is a day ago. */
  start(): void {
    const look = () => void this.#runIfDue().catch(() => undefined);
    this.#timer = setInterval(look, retentionLimits.lookMs);
    this.#timer.unref();
    void this.#goOn().catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#leaving.abort();
    await this.#running?.catch(() => undefined);
  }

  /** What a run would remove now. Nothing is changed. */
  async preview(): Promise<Preview> {
    const atMs = this.#parts.ports.clock.nowMs();
    const counts = this.#none();
    await this.#eachEvents(atMs, async (byRule) => {
      for (const [rule, events] of byRule) counts.get(rule)!.events += events.length;
    });
    for (const rule of this.rules) {
      for await (const records of this.#inactive(rule, atMs)) {
        const free = await this.#withoutHeld(records);
        counts.get(rule)!.records += free.length;
        counts.get(rule)!.held += records.length - free.length;
      }
    }
    return { atMs, rules: [...counts.values()] };
  }

  /**
   * @param by who asked; the daily run is the node's own
   * @param order the approval that it is the run of: asked for again after a kill, it is the same run, gone on with or over
   * @throws {Fault} `conflict` while one runs, `stopping` where the node stopped before its end: then it goes on at the next start
   */
  async run(by: string, order?: number): Promise<RetentionRun> {
    const known = order === undefined ? undefined : await this.#ofOrder(order);
    if (known?.endedAtMs !== undefined) return known;
    if (this.#running) {
      if (!known) throw new Fault('conflict', 'retention is running already');
      await this.#running.catch(() => undefined);
      return this.run(by, order);
    }
    return this.#alone(async () => {
      const left = await this.#finishUnfinished();
      return left.find(({ run }) => run === known?.run) ?? this.#begin(by, order);
    });
  }

  /** Newest first. */
  async runs(limit = 30): Promise<RetentionRun[]> {
    const rows = await this.#parts.store.select(
      'SELECT run_id, began_at_ms, ended_at_ms, body FROM retention_runs ORDER BY run_id DESC LIMIT :limit',
      { limit },
    );
    return rows.map((row) => this.#viewOf(row));
  }

  /** As background work, newest first. A run that is begun and does not run goes on at the next look or start. */
  async work(limit: number): Promise<{ waits: boolean; runs: (RetentionRun & { by: string; running: boolean })[] }> {
    const rows = await this.#parts.store.select(
      'SELECT run_id, began_at_ms, ended_at_ms, body FROM retention_runs ORDER BY run_id DESC LIMIT :limit',
      { limit },
    );
    const runs = rows.map((row) => {
      const run = this.#viewOf(row);
      return { ...run, by: this.#bodyOf(row).by ?? system, running: run.endedAtMs === undefined && this.#running !== undefined };
    });
    return { waits: this.#waits, runs };
  }

  /** Goes on with what was begun and has not ended, now. @throws {Fault} `conflict` where there is none, or it runs */
  async goOn(): Promise<void> {
    if (this.#running || (await this.#unfinished()).length === 0) throw new Fault('conflict', 'no run of retention waits');
    void this.#goOn().catch(() => undefined);
  }

  async #runIfDue(): Promise<void> {
    await this.#goOn();
    const [last] = await this.runs(1);
    const nowMs = this.#parts.ports.clock.nowMs();
    if (this.rules.length === 0 || (last && nowMs - last.beganAtMs < retentionLimits.everyMs)) return;
    if (this.#running || this.#waits) return;
    const place = this.#turns.want({ patienceMs: retentionLimits.patienceMs, signal: this.#leaving.signal });
    try {
      this.#waits = place.waits;
      if (place.waits) await place.begun;
      this.#waits = false;
      if (!this.#running && !this.#stopped) await this.#alone(() => this.#begin(system, undefined), place);
    } finally {
      this.#waits = false;
      place.leave();
    }
  }

  /** Runs that were cut short, by a kill, a stop or a fault, to their end. */
  async #goOn(): Promise<void> {
    if ((await this.#unfinished()).length === 0 || this.#running) return;
    await this.#alone(() => this.#finishUnfinished());
  }

  async #finishUnfinished(): Promise<RetentionRun[]> {
    const finished: RetentionRun[] = [];
    for (const { unsettled, ...run } of await this.#unfinished()) {
      await this.#settle(run, unsettled);
      // Whoever is held is counted as the run comes by.
      for (const count of run.rules) count.held = 0;
      finished.push(await this.#work(run, `run ${run.id}, cut short before`));
    }
    return finished;
  }

  /** What somebody asked for waits for nothing: other heavy work waits for it. */
  #alone<T>(work: () => Promise<T>, place: Place = this.#turns.want({ patienceMs: 0 })): Promise<T> {
    const done = work().finally(() => {
      this.#running = undefined;
      place.leave();
    });
    this.#running = done;
    return done;
  }

  async #begin(by: string, order: number | undefined): Promise<RetentionRun> {
    const { store, ports } = this.#parts;
    const beganAtMs = ports.clock.nowMs();
    const run: Run = {
      id: await store.allocate('retention_runs', 1),
      beganAtMs,
      by,
      ...(order !== undefined && { order }),
      rules: [...this.#none().values()],
    };
    await store.transact([this.#rowOf(run, null, [])]);
    return this.#work(run, `run ${run.id}`);
  }

  async #work(run: Run, target: string): Promise<RetentionRun> {
    const { store, ports, note, finishErasures } = this.#parts;
    const { beganAtMs, by } = run;
    // Records of an erasure that a fault held up are there still, and would be erased and counted a second time.
    await finishErasures();
    await note({ actor: by, action: 'retention.run', outcome: 'attempted', target });
    const counts = this.#countsOf(run);
    await this.#removeEvents(run, counts);
    for (const [rule, count] of counts) await this.#eraseInactive(run, rule, count);
    // Also where it stops half way.
    await finishErasures();
    if (this.#stopped) throw new Fault('stopping', target);
    const sum = (name: 'events' | 'records') => run.rules.reduce((all, one) => all + one[name], 0);
    const endedAtMs = ports.clock.nowMs();
    // Before its end is written: a kill between them says it twice, never not at all.
    const about = `run ${run.id}: ${sum('events')} events, ${sum('records')} records`;
    await note({ actor: by, action: 'retention.run', outcome: 'done', target: about });
    await store.transact([this.#rowOf(run, endedAtMs, [])]);
    return { run: run.id, beganAtMs, endedAtMs, rules: run.rules };
  }

  /** Rules that the run began with and that are declared still, with its counts; one that came since waits for the next run. */
  #countsOf({ rules }: Run): Map<RetentionRule, Counts> {
    return new Map(
      this.rules.flatMap((rule) => {
        const count = rules.find((one) => one.rule === rule.name);
        return count ? [[rule, count] as const] : [];
      }),
    );
  }

  /** What a run that was cut short has left half done. Before the node serves. */
  async begin(): Promise<void> {
    for (const { unsettled, ...run } of await this.#unfinished()) await this.#settle(run, unsettled);
  }

  async #settle(run: Run, unsettled: readonly number[]): Promise<void> {
    if (unsettled.length > 0) await this.#parts.profiles.settleAfterErasing(unsettled, [this.#rowOf(run, null, [])]);
  }

  /** Oldest first, as they are stored: what a fault left in memory may be more or less than what was done. */
  async #unfinished(): Promise<(Run & { unsettled: readonly number[] })[]> {
    const rows = await this.#parts.store.select(
      'SELECT run_id, began_at_ms, ended_at_ms, body FROM retention_runs WHERE ended_at_ms IS NULL ORDER BY run_id',
    );
    return rows.map((row) => {
      const { by = system, ...body } = this.#bodyOf(row);
      return { id: Number(row.run_id), beganAtMs: Number(row.began_at_ms), by, ...body };
    });
  }

  async #ofOrder(order: number): Promise<RetentionRun | undefined> {
    const rows = await this.#parts.store.select(
      `SELECT run_id, began_at_ms, ended_at_ms, body FROM retention_runs ORDER BY run_id DESC LIMIT ${retentionLimits.runsLookedAt}`,
    );
    const row = rows.find((one) => this.#bodyOf(one).order === order);
    return row && this.#viewOf(row);
  }

  /** Who shared something with what goes is written down with its going, and made anew after it; so are the counts. */
  async #remove(run: Run, count: Counts, recordId: number, events: readonly OldEvent[]): Promise<void> {
    const { profiles } = this.#parts;
    const latest = await this.#heard.after(recordId, Math.max(...events.map(({ event }) => event.occurredAtMs)));
    const { removed, neighbours } = await profiles.removeEvents(
      recordId,
      events.map(({ seq }) => seq),
      (found, going) => [latest, this.#rowOf(this.#with(run, count, { events: going }), null, found)],
    );
    count.events += removed;
    await this.#settle(run, neighbours);
  }

  /** The run as it will be. */
  #with(run: Run, count: Counts, more: { events?: number; records?: number }): Run {
    const { events = 0, records = 0 } = more;
    const next = { ...count, events: count.events + events, records: count.records + records };
    return { ...run, rules: run.rules.map((one) => (one === count ? next : one)) };
  }

  #rowOf({ id, beganAtMs, by, order, rules }: Run, endedAtMs: number | null, unsettled: readonly number[]): Change {
    const body: RunBody = { rules, unsettled, by, ...(order !== undefined && { order }) };
    const sealed = this.#parts.seal.seal('retention_runs', id, body);
    const row = { run_id: id, began_at_ms: beganAtMs, ended_at_ms: endedAtMs, body: sealed };
    return { op: 'upsert', table: retentionRunsTable, rows: [row] };
  }

  #bodyOf(row: Row): RunBody {
    return this.#parts.seal.open<RunBody>('retention_runs', Number(row.run_id), row.body);
  }

  #viewOf(row: Row): RetentionRun {
    return {
      run: Number(row.run_id),
      beganAtMs: Number(row.began_at_ms),
      ...(row.ended_at_ms !== null && { endedAtMs: Number(row.ended_at_ms) }),
      rules: this.#bodyOf(row).rules,
    };
  }

  async #removeEvents(run: Run, counts: Map<RetentionRule, Counts>): Promise<void> {
    await this.#eachEvents(run.beganAtMs, async (byRule) => {
      for (const [rule, events] of byRule) {
        const count = counts.get(rule);
        if (!count) continue;
        for (const [recordId, own] of Map.groupBy(events, (one) => one.recordId)) {
          if (this.#stopped) return;
          if ((await this.#withoutHeld([recordId])).length === 0) count.held += 1;
          else await this.#remove(run, count, recordId, own);
        }
      }
    });
  }

  async #eraseInactive(run: Run, rule: RetentionRule, count: Counts): Promise<void> {
    let erasures = 0;
    for await (const records of this.#inactive(rule, run.beganAtMs)) {
      const free = await this.#withoutHeld(records);
      count.held += records.length - free.length;
      for (let at = 0; at < free.length && !this.#stopped; at += retentionLimits.recordsPerErasure) {
        const some = free.slice(at, at + retentionLimits.recordsPerErasure);
        let going = 0;
        const along = (n: number) => {
          going = n;
          return [this.#rowOf(this.#with(run, count, { records: n }), null, [])];
        };
        await this.#parts.erase(some, run.beganAtMs - rule.records!.inactiveDays * dayMs, along).catch((error: unknown) => {
          // Somebody was heard of meanwhile, or held: then nothing was erased of these.
          if (!(error instanceof Fault) || (error.code !== 'not_found' && error.code !== 'conflict')) throw error;
          going = 0;
        });
        count.records += going;
        erasures += 1;
        if (erasures % retentionLimits.erasuresTogether === 0) await this.#parts.finishErasures();
      }
    }
  }

  /** Each old event once, for the first rule that it falls under. */
  async #eachEvents(nowMs: number, visit: (byRule: Map<RetentionRule, OldEvent[]>) => Promise<void>): Promise<void> {
    const rules = this.rules.filter(({ events }) => events !== undefined);
    if (rules.length === 0) return;
    const youngest = nowMs - Math.min(...rules.map(({ events }) => events!.olderThanDays)) * dayMs;
    for (let after = -1; !this.#stopped; ) {
      const page = await this.#parts.profiles.eventsBefore(youngest, after);
      const last = page.at(-1);
      if (!last) return;
      const byRule = new Map<RetentionRule, OldEvent[]>();
      for (const one of page) {
        const rule = rules.find((each) => fallsUnder(each, one.event, nowMs));
        if (rule) byRule.set(rule, [...(byRule.get(rule) ?? []), one]);
      }
      await visit(byRule);
      after = last.seq;
      await new Promise((resolve) => void setTimeout(resolve, retentionLimits.pauseMs));
      await this.#turns.breathe();
    }
  }

  async *#inactive({ records }: RetentionRule, nowMs: number): AsyncGenerator<number[]> {
    if (!records) return;
    const sinceMs = nowMs - records.inactiveDays * dayMs;
    for (let after = -1; !this.#stopped; ) {
      const page = await this.#parts.profiles.inactiveSince(sinceMs, after);
      const last = page.at(-1);
      if (last === undefined) return;
      // What was heard of them later may have gone by another rule.
      yield await this.#heard.without(page, sinceMs);
      after = last;
    }
  }

  async #withoutHeld(recordIds: readonly number[]): Promise<number[]> {
    const isFree = (ids: readonly number[]) =>
      this.#parts.held(ids).then(
        () => true,
        () => false,
      );
    if (await isFree(recordIds)) return [...recordIds];
    const free: number[] = [];
    for (const id of recordIds) if (await isFree([id])) free.push(id);
    return free;
  }

  #none(): Map<RetentionRule, Counts> {
    return new Map(this.rules.map((rule) => [rule, { rule: rule.name, events: 0, records: 0, held: 0 }]));
  }
}

function fallsUnder({ events }: RetentionRule, event: Event, nowMs: number): boolean {
  const { names, kinds, olderThanDays } = events!;
  if (event.occurredAtMs >= nowMs - olderThanDays * dayMs) return false;
  if (!names && !kinds) return true;
  return (kinds?.includes(event.kind) ?? false) || (event.name !== undefined && (names?.includes(event.name) ?? false));
}
