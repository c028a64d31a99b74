// Retention: what is kept how long, by rules in holdfast.json. What they would remove can be seen before; once a day they run, each run
// with its counts in the audit log. Events go and their record is folded anew from what is left; records nobody heard of are erased.

import type { AuditEntry } from '../../core/audit/audit.ts';
import { Fault } from '../../core/errors.ts';
import type { Event } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Change, Row, Store } from '../../core/store/store.ts';
import type { Profiles } from '../../record/profiles/profiles.ts';
import { retentionRunsTable } from './migrations.ts';
import type { BodySeal } from './sealed-row.ts';

export const retentionLimits = {
  rules: 100,
  /** Records of one erasure. */
  recordsPerErasure: 100,
  /** Between two pages, so that serving goes on. */
  pauseMs: 2,
  everyMs: 86_400_000,
  /** How often it looks whether a day has passed. */
  lookMs: 3_600_000,
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

/** A run at work; its counts go on. */
type Run = { id: number; beganAtMs: number; rules: Counts[] };
type RunBody = { rules: Counts[]; unsettled: readonly number[] };

export type RetentionParts = {
  store: Store;
  seal: BodySeal;
  ports: Ports;
  rules: readonly RetentionRule[];
  profiles: Pick<Profiles, 'eventsBefore' | 'removeEvents' | 'settleAfterErasing' | 'inactiveSince'>;
  erase(recordIds: readonly number[], inactiveSinceMs: number): Promise<unknown>;
  /** @throws {Fault} `conflict` under a legal hold */
  held(recordIds: readonly number[]): Promise<void>;
  note(entry: AuditEntry): Promise<unknown>;
};

const dayMs = 86_400_000;

export class Retention {
  readonly #parts: RetentionParts;
  #timer: ReturnType<typeof setInterval> | undefined;
  #running: Promise<unknown> | undefined;
  #stopped = false;

  constructor(parts: RetentionParts) {
    this.#parts = parts;
  }

  get rules(): readonly RetentionRule[] {
    return this.#parts.rules;
  }

  /** Looks every hour whether the last run is a day ago. */
  start(): void {
    if (this.rules.length === 0) return;
    this.#timer = setInterval(() => void this.#runIfDue().catch(() => undefined), retentionLimits.lookMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  /** What a run would remove now. Nothing is changed. */
  async preview(): Promise<Preview> {
    const atMs = this.#parts.ports.clock.nowMs();
    const counts = this.#none();
    await this.#eachEvents(atMs, async (byRule) => {
      for (const [rule, seqs] of byRule) counts.get(rule)!.events += seqs.length;
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

  /** @param by who asked; the daily run is the node's own  @throws {Fault} `conflict` while one runs */
  run(by: string): Promise<RetentionRun> {
    if (this.#running) return Promise.reject(new Fault('conflict', 'retention is running already'));
    const run = this.#run(by).finally(() => {
      this.#running = undefined;
    });
    this.#running = run;
    return run;
  }

  /** Newest first. */
  async runs(limit = 30): Promise<RetentionRun[]> {
    const rows = await this.#parts.store.select(
      'SELECT run_id, began_at_ms, ended_at_ms, body FROM retention_runs ORDER BY run_id DESC LIMIT :limit',
      { limit },
    );
    return rows.map((row) => ({
      run: Number(row.run_id),
      beganAtMs: Number(row.began_at_ms),
      ...(row.ended_at_ms !== null && { endedAtMs: Number(row.ended_at_ms) }),
      rules: this.#bodyOf(row).rules,
    }));
  }

  async #runIfDue(): Promise<void> {
    const [last] = await this.runs(1);
    const nowMs = this.#parts.ports.clock.nowMs();
    if (this.#running || (last?.endedAtMs !== undefined && nowMs - last.beganAtMs < retentionLimits.everyMs)) return;
    await this.run('system');
  }

  async #run(by: string): Promise<RetentionRun> {
    const { store, ports, note } = this.#parts;
    const beganAtMs = ports.clock.nowMs();
    const counts = this.#none();
    const run: Run = { id: await store.allocate('retention_runs', 1), beganAtMs, rules: [...counts.values()] };
    await store.transact([this.#rowOf(run, null, [])]);
    await note({ actor: by, action: 'retention.run', outcome: 'attempted', target: `run ${run.id}` });
    await this.#removeEvents(run, beganAtMs, counts);
    for (const rule of this.rules) await this.#eraseInactive(rule, beganAtMs, counts.get(rule)!);
    const endedAtMs = ports.clock.nowMs();
    await store.transact([this.#rowOf(run, endedAtMs, [])]);
    const sum = (name: 'events' | 'records') => [...counts.values()].reduce((all, one) => all + one[name], 0);
    const target = `run ${run.id}: ${sum('events')} events, ${sum('records')} records`;
    await note({ actor: by, action: 'retention.run', outcome: 'done', target });
    return { run: run.id, beganAtMs, endedAtMs, rules: run.rules };
  }

  /** What a run that was cut short has left half done. Before the node serves. */
  async begin(): Promise<void> {
    const rows = await this.#parts.store.select(
      'SELECT run_id, began_at_ms, ended_at_ms, body FROM retention_runs WHERE ended_at_ms IS NULL ORDER BY run_id',
    );
    for (const row of rows) {
      const { unsettled, rules } = this.#bodyOf(row);
      if (unsettled.length === 0) continue;
      const run: Run = { id: Number(row.run_id), beganAtMs: Number(row.began_at_ms), rules };
      await this.#parts.profiles.settleAfterErasing(unsettled, [this.#rowOf(run, null, [])]);
    }
  }

  /** Who shared something with what goes is written down with its going, and made anew after it. */
  async #remove(run: Run, recordId: number, seqs: readonly number[]): Promise<number> {
    const { profiles } = this.#parts;
    const { removed, neighbours } = await profiles.removeEvents(recordId, seqs, (found) => [this.#rowOf(run, null, found)]);
    if (neighbours.length > 0) await profiles.settleAfterErasing(neighbours, [this.#rowOf(run, null, [])]);
    return removed;
  }

  #rowOf(run: Run, endedAtMs: number | null, unsettled: readonly number[]): Change {
    const body: RunBody = { rules: run.rules, unsettled };
    const sealed = this.#parts.seal.seal('retention_runs', run.id, body);
    const row = { run_id: run.id, began_at_ms: run.beganAtMs, ended_at_ms: endedAtMs, body: sealed };
    return { op: 'upsert', table: retentionRunsTable, rows: [row] };
  }

  #bodyOf(row: Row): RunBody {
    return this.#parts.seal.open<RunBody>('retention_runs', Number(row.run_id), row.body);
  }

  async #removeEvents(run: Run, nowMs: number, counts: Map<RetentionRule, Counts>): Promise<void> {
    await this.#eachEvents(nowMs, async (byRule, recordOf) => {
      for (const [rule, seqs] of byRule) {
        for (const [recordId, own] of Map.groupBy(seqs, (seq) => recordOf.get(seq)!)) {
          if ((await this.#withoutHeld([recordId])).length === 0) counts.get(rule)!.held += 1;
          else counts.get(rule)!.events += await this.#remove(run, recordId, own);
        }
      }
    });
  }

  async #eraseInactive(rule: RetentionRule, nowMs: number, count: Counts): Promise<void> {
    for await (const records of this.#inactive(rule, nowMs)) {
      const free = await this.#withoutHeld(records);
      count.held += records.length - free.length;
      for (let at = 0; at < free.length && !this.#stopped; at += retentionLimits.recordsPerErasure) {
        const some = free.slice(at, at + retentionLimits.recordsPerErasure);
        await this.#parts.erase(some, nowMs - rule.records!.inactiveDays * dayMs).catch((error: unknown) => {
          // Somebody was heard of meanwhile: then nothing was erased of these.
          if (!(error instanceof Fault) || error.code !== 'not_found') throw error;
        });
        count.records += some.length;
      }
    }
  }

  /** Each old event once, for the first rule that it falls under. */
  async #eachEvents(
    nowMs: number,
    visit: (byRule: Map<RetentionRule, number[]>, recordOf: Map<number, number>) => Promise<void>,
  ): Promise<void> {
    const rules = this.rules.filter(({ events }) => events !== undefined);
    if (rules.length === 0) return;
    const youngest = nowMs - Math.min(...rules.map(({ events }) => events!.olderThanDays)) * dayMs;
    for (let after = -1; !this.#stopped; ) {
      const page = await this.#parts.profiles.eventsBefore(youngest, after);
      const last = page.at(-1);
      if (!last) return;
      const byRule = new Map<RetentionRule, number[]>();
      for (const { seq, event } of page) {
        const rule = rules.find((one) => fallsUnder(one, event, nowMs));
        if (rule) byRule.set(rule, [...(byRule.get(rule) ?? []), seq]);
      }
      await visit(byRule, new Map(page.map(({ seq, recordId }) => [seq, recordId])));
      after = last.seq;
      await new Promise((resolve) => void setTimeout(resolve, retentionLimits.pauseMs));
    }
  }

  async *#inactive({ records }: RetentionRule, nowMs: number): AsyncGenerator<number[]> {
    if (!records) return;
    for (let after = -1; !this.#stopped; ) {
      const page = await this.#parts.profiles.inactiveSince(nowMs - records.inactiveDays * dayMs, after);
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
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
