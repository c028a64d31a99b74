// Alarms, the front door: one inbox of what somebody must know of now (a falling quality score, a broken glass, a finding of high severity). Each is
// on disk and stays until a person acknowledges it. Those who raise alarms are never held up: what could not be kept is asked for again.

import { Fault } from '../../core/errors.ts';
import { type AlarmKind, alarmKinds } from '../../core/model/alarm-kinds.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { Ports } from '../../core/ports.ts';
import type { Finding, Store } from '../../core/store/store.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import { type Alarm, causeOf, openAlarm, type Raised, sealAlarm } from './alarm.ts';
import { type AlarmRow, type AlarmState, countOpen, putAlarm, readAlarm, readAlarms, readByCause } from './store.ts';
import { Teller, type TellLine } from './teller.ts';

export type { Alarm, AlarmSeverity, Raised } from './alarm.ts';
export { alarmMigrations } from './store.ts';
export type { TellLine } from './teller.ts';

export const alarmLimits = {
  /** Open alarms. Beyond, new ones wait where they come from and are asked for again when some are acknowledged; doctor says so. */
  open: 1_000,
  page: 200,
  noteLength: 2_000,
  /** Causes remembered in memory, so that a finding that grows is not looked up each time. */
  remembered: 5_000,
  /** Until origins are asked again after the store refused. */
  retryMs: 10_000,
} as const;

/** Where one kind of alarm comes from: asked at the opening and whenever something could not be kept. */
export type Origin = {
  kind: AlarmKind;
  /** What stands there now and deserves an alarm. */
  standing(): Promise<readonly Raised[]>;
  /** Which of these numbers are not settled there. */
  unsettled(numbers: readonly number[]): Promise<ReadonlySet<number>>;
};

export type AlarmsParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock'>;
  /** A keyed hash: causes are found by it. */
  hash(cause: string): Uint8Array;
  sourceName(source: number): string;
  /** Sends a line for each alarm to a syslog server. */
  tell?: { send: TellLine; close(): Promise<void> };
};

export type AlarmFilter = { state?: AlarmState; before?: number; limit?: number };
export type AlarmPage = { alarms: Alarm[]; open: number; next?: number };

/** Who acknowledged what was settled where it came from, while the node did not see by whom. */
const system = 'system';

export class Alarms {
  readonly #parts: AlarmsParts;
  readonly #listeners = new Map<(alarm: Alarm) => void, () => void>();
  readonly #known = new Set<string>();
  readonly #teller: Teller | undefined;
  #origins: readonly Origin[] = [];
  #working: Promise<unknown> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #full = false;
  #closed = false;

  constructor(parts: AlarmsParts) {
    this.#parts = parts;
    const { store, ports, tell } = parts;
    this.#teller =
      tell && new Teller({ store, clock: ports.clock, open: (row) => this.#view(row), send: tell.send, close: tell.close });
  }

  /** Asks where alarms come from for what a kill left unsaid, and sends on what was not sent. In the background. */
  begin(origins: readonly Origin[]): void {
    this.#origins = origins;
    this.#look();
    this.#teller?.wake();
  }

  /** Keeps an alarm, unless its cause has one already. Never throws: what cannot be kept now is asked for again. */
  raise(raised: Raised): void {
    const known = `${raised.kind} ${raised.number}`;
    if (this.#known.has(known)) return;
    this.#soon(() => this.#keep(raised));
  }

  /** What a glass or a finding was about has been looked at by somebody there: no one need do so again here. */
  settle(kind: AlarmKind, number: number, by: string): void {
    this.#soon(async () => {
      const row = await readByCause(this.#parts.store, this.#parts.hash(causeOf({ kind, number })));
      if (row && row.acknowledged_at_ms === null) await this.#acknowledge(row, { by });
    });
  }

  /** A score is well again. The alarm stays until somebody acknowledges it: there was a time when it was not. */
  end({ kind, number, source, rule }: Pick<Raised, 'kind' | 'number' | 'source' | 'rule'>, atMs: number): void {
    const cause = causeOf({ kind, number, ...(source !== undefined && { source }), ...(rule !== undefined && { rule }) });
    this.#soon(async () => {
      const row = await readByCause(this.#parts.store, this.#parts.hash(cause));
      if (row) await this.#end(row, atMs);
    });
  }

  /** Newest first. @param kinds those that the caller may see */
  async list(filter: AlarmFilter, kinds: readonly AlarmKind[]): Promise<AlarmPage> {
    const { store } = this.#parts;
    const limit = Math.min(filter.limit ?? 50, alarmLimits.page);
    const { state = 'open', before = Number.MAX_SAFE_INTEGER } = filter;
    if (kinds.length === 0) return { alarms: [], open: 0 };
    const rows = await readAlarms(store, { state, kinds, before, limit });
    const open = await countOpen(store, kinds);
    return { alarms: rows.map((row) => this.#view(row)), open, ...(rows.length === limit && { next: rows.at(-1)!.alarm_id }) };
  }

  /**
   * Somebody has seen it and says what they make of it.
   * @param kinds those that the caller may acknowledge
   * @throws {Fault} `not_found`, `conflict` when it is acknowledged already, `forbidden` to whom it is about and to programs, `bad_request`
   */
  acknowledge(id: number, note: string, by: Principal, kinds: readonly AlarmKind[]): Promise<Alarm> {
    if (note.trim() === '') return Promise.reject(new Fault('bad_request', 'note'));
    return this.#alone(async () => {
      const row = await readAlarm(this.#parts.store, id);
      if (!row) throw new Fault('not_found', 'an alarm of this number');
      if (!kinds.includes(row.kind as AlarmKind)) throw new Fault('forbidden', `alarms of the kind ${row.kind}`);
      if (by.kind === 'key') throw new Fault('forbidden', 'alarms are acknowledged by people');
      if (row.acknowledged_at_ms !== null) throw new Fault('conflict', `alarm ${id} is acknowledged`);
      if (this.#view(row).actor === by.actor) throw new Fault('forbidden', 'nobody acknowledges what they are themselves about');
      const alarm = await this.#acknowledge(row, { by: by.actor, note: note.trim() });
      if (this.#full) this.#look();
      return alarm;
    });
  }

  /** Is told of each alarm that is new, came again, ended or was acknowledged, once it is on disk; and when there will be no more. @returns what ends it */
  subscribe(listener: (alarm: Alarm) => void, ended: () => void): () => void {
    this.#listeners.set(listener, ended);
    return () => this.#listeners.delete(listener);
  }

  /** For doctor. */
  async check(): Promise<Finding[]> {
    const open = await countOpen(this.#parts.store, alarmKinds);
    const findings: Finding[] = [];
    if (open > 0) {
      findings.push({
        severity: 'warning',
        check: 'alarms',
        name: { en: 'Alarms', zh: '告警' },
        message: { en: `${open} open.`, zh: `${open} 条未确认。` },
        next: {
          en: 'Look at each and acknowledge it: Alarms in the console, or "holdfast alarms list", then "holdfast alarms ack".',
          zh: '请逐条查看并确认：控制台“告警”，或先后执行 "holdfast alarms list" 与 "holdfast alarms ack"。',
        },
      });
    }
    if (this.#full) {
      findings.push({
        severity: 'error',
        check: 'alarms-room',
        name: { en: 'Room for alarms', zh: '告警容量' },
        message: {
          en: `No more than ${alarmLimits.open} may be open; new ones wait.`,
          zh: `未确认告警已达上限 ${alarmLimits.open} 条，新告警等待中。`,
        },
        next: { en: 'Acknowledge some; what waits comes in then.', zh: '请先确认部分告警，等待中的告警随后进入。' },
      });
    }
    const code = this.#teller?.failing;
    if (code !== undefined) {
      findings.push({
        severity: 'error',
        check: 'alarm-syslog',
        name: { en: 'Alarms to syslog', zh: '告警发送（syslog）' },
        message: { en: `Alarms cannot be sent there: ${code}.`, zh: `无法发送告警：${code}。` },
        next: {
          en: 'Look whether the syslog server runs and may be reached from here; lines are sent again every 10 seconds.',
          zh: '请确认 syslog 服务器在运行且本机可达；每 10 秒自动重发。',
        },
      });
    }
    return findings;
  }

  /** Resolves when all that was raised is kept, or known to have failed. */
  async settled(): Promise<void> {
    let seen: unknown;
    while (seen !== this.#working) {
      seen = this.#working;
      await seen;
    }
    await this.#teller?.settled();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const ended of this.#listeners.values()) ended();
    await this.settled();
    await this.#teller?.close();
  }

  async #keep(raised: Raised): Promise<void> {
    const { store, ports, hash } = this.#parts;
    const causeHash = hash(causeOf(raised));
    const latest = await readByCause(store, causeHash);
    const before = latest && this.#view(latest);
    if (before && before.number >= raised.number) return this.#remember(raised);
    const { atMs, ...said } = raised;
    if (before?.state === 'open') {
      const { endedAtMs: _ended, ...standing } = before;
      await this.#write({ ...standing, ...said, lastAtMs: atMs, times: before.times + 1 }, causeHash);
      return this.#remember(raised);
    }
    if ((await countOpen(store, alarmKinds)) >= alarmLimits.open) {
      this.#full = true;
      return;
    }
    const id = await store.allocate('alarms', 1);
    const raisedAtMs = Math.min(atMs, ports.clock.nowMs());
    await this.#write({ id, state: 'open', ...said, raisedAtMs, lastAtMs: atMs, times: 1 }, causeHash);
    this.#remember(raised);
    this.#teller?.wake();
  }

  async #acknowledge(row: AlarmRow, { by, note }: { by: string; note?: string }): Promise<Alarm> {
    const atMs = this.#parts.ports.clock.nowMs();
    const acknowledgement = { by, atMs, ...(note !== undefined && { note }) };
    return this.#write({ ...this.#view(row), state: 'acknowledged', acknowledgement }, row.cause_hash);
  }

  async #end(row: AlarmRow, atMs: number): Promise<void> {
    const alarm = this.#view(row);
    if (alarm.endedAtMs === undefined) await this.#write({ ...alarm, endedAtMs: atMs }, row.cause_hash);
  }

  async #write(alarm: Alarm, causeHash: Uint8Array): Promise<Alarm> {
    const row = sealAlarm(this.#parts, alarm, causeHash);
    await this.#parts.store.transact([putAlarm(row)]);
    const kept = this.#view(row);
    for (const listener of this.#listeners.keys()) listener(kept);
    return kept;
  }

  /** Everything that stands and has no alarm gets one; what was settled where it came from is settled here. */
  #look(): void {
    this.#full = false;
    for (const origin of this.#origins) this.#soon(() => this.#lookAt(origin));
  }

  async #lookAt({ kind, standing, unsettled }: Origin): Promise<void> {
    const { store, ports } = this.#parts;
    const rows = await readAlarms(store, {
      state: 'open',
      kinds: [kind],
      before: Number.MAX_SAFE_INTEGER,
      limit: alarmLimits.open,
    });
    const open = rows.map((row) => ({ row, number: this.#view(row).number }));
    const left = await unsettled(open.map(({ number }) => number));
    for (const { row, number } of open) {
      if (left.has(number)) continue;
      if (kind === 'quality' || kind === 'model_drift') await this.#end(row, ports.clock.nowMs());
      else await this.#acknowledge(row, { by: system });
    }
    for (const raised of await standing()) await this.#keep(raised);
  }

  #remember({ kind, number }: Raised): void {
    if (this.#known.size >= alarmLimits.remembered) this.#known.clear();
    this.#known.add(`${kind} ${number}`);
  }

  #view(row: AlarmRow): Alarm {
    return openAlarm(this.#parts, row, this.#parts.sourceName);
  }

  /** In its turn; after a fault of the store the origins are asked again in a while. */
  #soon(work: () => Promise<void>): void {
    this.#alone(work).catch((error: unknown) => {
      if (!(error instanceof Fault)) throw error;
      if (this.#closed) return;
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        this.#look();
      }, alarmLimits.retryMs).unref();
    });
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#working.then(work);
    this.#working = next.catch(() => undefined);
    return next;
  }
}
