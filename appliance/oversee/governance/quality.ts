// Quality: each source's rules, the account of the hour that runs, the history of hours that are over, and alarms. The account is kept
// in memory, written behind with the catalogue, and taken up again after a restart; an hour is judged once, when it is over.

import { Fault } from '../../core/errors.ts';
import type { Event, Outcome, SourceId } from '../../core/model/event.ts';
import { oneByOne } from '../../core/one-by-one.ts';
import type { Clock } from '../../core/ports.ts';
import type { Change, Store } from '../../core/store/store.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import type { CompiledDictionary, DictionaryDocument } from '../../record/sources/sources.ts';
import { alarmLimits, judgeScore } from './alarms.ts';
import { type CompiledRule, compileRule } from './checks.ts';
import type { Hash } from './hash.ts';
import { Hour, type HourText, hourMs, type Offender, type OffendersText } from './hour.ts';
import { type QualityRule, type RulesDocument, readRulesDocument, ruleDefaults, rulesOf } from './rules.ts';
import { type Alarm, alarmOf, type HourView, hourView, type RuleScore, type Score, scoreOf } from './scores.ts';
import * as table from './store.ts';

export const qualityLimits = {
  /** Versions of a source's rules that are kept. */
  versions: 50,
  historyMs: 90 * 24 * hourMs,
  offendersMs: 7 * 24 * hourMs,
  historyRows: 24 * 90,
  alarmRows: 200,
} as const;

export type QualityParts = TextSeal & {
  store: Store;
  clock: Clock;
  region: string;
  hashOf(text: string): Hash;
  sourceIds(): readonly SourceId[];
  sourceName(source: SourceId): string;
  dictionaryOf(source: SourceId): Promise<DictionaryDocument>;
  /** The numbers under which these messages are in quarantine. */
  quarantined(source: SourceId, messageIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** Told of each alarm that is raised, and of each that ends, once it is on disk. */
  alarmed?(alarm: Alarm): void;
};

export type StoredRules = { source: SourceId; version: number; savedAtMs?: number; document: RulesDocument };
export type RuleSet = { dictionary: DictionaryDocument; compiled: readonly CompiledRule[] };
export type Offenders = { hourMs: number; failed: number; offenders: OffenderView[] };
export type OffenderView = {
  rule: string;
  messageId: string;
  atMs: number;
  person?: string;
  quarantine?: number;
  /** Where it is read, through the audit log. */
  open?: string;
};

export class Quality {
  readonly #parts: QualityParts;
  readonly #rules = new Map<SourceId, StoredRules>();
  readonly #sets = new Map<SourceId, RuleSet>();
  readonly #hours = new Map<SourceId, Hour>();
  readonly #lastSeen = new Map<SourceId, number>();
  readonly #standing = new Map<string, Alarm>();
  #rolledMs: number;
  readonly #alone = oneByOne();

  private constructor(parts: QualityParts) {
    this.#parts = parts;
    this.#rolledMs = startOfHour(parts.clock.nowMs());
  }

  static async open(parts: QualityParts): Promise<Quality> {
    const quality = new Quality(parts);
    await quality.#load();
    return quality;
  }

  /** The compiled rules of a source, made anew when the rules or the dictionary have changed. */
  setOf(source: SourceId, { document }: Pick<CompiledDictionary, 'document'>): RuleSet {
    const known = this.#sets.get(source);
    if (known?.dictionary === document) return known;
    const { region } = this.#parts;
    const set = {
      dictionary: document,
      compiled: rulesOf(this.#rules.get(source)?.document, document).map((rule) => compileRule(rule, document, { region })),
    };
    this.#sets.set(source, set);
    return set;
  }

  /** The account that events of now go into. An hour that is over waits in the line to be judged. */
  hourOf(source: SourceId, nowMs: number): Hour {
    this.#lastSeen.set(source, nowMs);
    const startMs = startOfHour(nowMs);
    const running = this.#hours.get(source);
    if (running && running.startMs >= startMs) return running;
    if (running) this.#over.push(running);
    const hour = new Hour(source, startMs);
    this.#hours.set(source, hour);
    return hour;
  }
  #over: Hour[] = [];

  /** What the rules say of one event. @param close whether it is one of those that are looked at closely */
  check(set: RuleSet, hour: Hour, event: Event, { outcome, person }: Outcome, close: boolean): void {
    hour.events += 1;
    hour.dirty = true;
    const checked = { event, outcome };
    for (const compiled of set.compiled) {
      if (!(compiled.always || (close && outcome !== 'duplicate')) || !compiled.applies(event)) continue;
      const said = compiled.single ? this.#once(compiled, hour, event, outcome) : compiled.check(checked);
      if (said === undefined) continue;
      const account = hour.accountOf(compiled.rule.id);
      account.checked += 1;
      if (said) continue;
      account.failed += 1;
      account.offend({ messageId: event.messageId, atMs: event.occurredAtMs, ...(person !== undefined && { person }) });
    }
  }

  /** @throws {Fault} `not_found`, `bad_request` that names the place in the document */
  setRules(source: SourceId, given: unknown): Promise<StoredRules> {
    this.#checkSource(source);
    const document = readRulesDocument(given);
    return this.#alone(async () => {
      const { store, clock, sealText } = this.#parts;
      const version = (this.#rules.get(source)?.version ?? 0) + 1;
      const text = JSON.stringify(document);
      const savedAtMs = clock.nowMs();
      const body = sealText('quality_rules', 'body', `${source}:${version}`, text);
      const row = { source_id: source, version, saved_at_ms: savedAtMs, size_bytes: Buffer.byteLength(text), body };
      await store.transact(table.insertRules(row, qualityLimits.versions));
      const stored = { source, version, savedAtMs, document };
      this.#rules.set(source, stored);
      this.#sets.delete(source);
      return stored;
    });
  }

  /** Version 0 is what follows from the dictionary alone. `holding` are all that hold, derived ones included. @throws {Fault} `not_found` */
  async rules(source: SourceId, version?: number): Promise<StoredRules & { holding: readonly QualityRule[] }> {
    this.#checkSource(source);
    const stored = await this.#rulesAt(source, version);
    return { ...stored, holding: rulesOf(stored.document, await this.#parts.dictionaryOf(source)) };
  }

  async versions(source: SourceId): Promise<{ version: number; savedAtMs: number; sizeBytes: number }[]> {
    this.#checkSource(source);
    const rows = await table.readRulesVersions(this.#parts.store, source);
    return rows.map((row) => ({
      version: Number(row.version),
      savedAtMs: Number(row.saved_at_ms),
      sizeBytes: Number(row.size_bytes),
    }));
  }

  /** The hour that runs, and the last one that is over. @throws {Fault} `not_found` */
  async score(source: SourceId): Promise<Score> {
    const { holding, version } = await this.rules(source);
    await this.tick();
    const hour = this.#hours.get(source);
    const [last] = await this.history(source, 1);
    return {
      source,
      sourceName: this.#parts.sourceName(source),
      rulesVersion: version,
      ...(hour && { running: { ...scoreOf(hour, holding), hourMs: hour.startMs } }),
      ...(last && { last }),
      rules: holding.map((rule): RuleScore => ruleScore(rule, hour, last)),
      alarms: [...this.#standing.values()].filter((alarm) => alarm.source === source),
    };
  }

  /** Hours that are over, the newest first. @throws {Fault} `not_found` */
  async history(source: SourceId, hours: number = qualityLimits.historyRows): Promise<HourView[]> {
    this.#checkSource(source);
    const sinceMs = this.#parts.clock.nowMs() - qualityLimits.historyMs;
    const rows = await table.readHours(this.#parts.store, source, sinceMs, Math.min(hours + 1, qualityLimits.historyRows));
    return rows
      .filter((row) => row.closed === 1)
      .slice(0, hours)
      .map((row) => hourView(row.hour_ms, this.#openBody(row)));
  }

  /**
   * What broke a rule in an hour: numbers to open the events by, no values.
   * @param rule every rule when absent  @param atMs any time within the hour; the one that runs when absent
   * @throws {Fault} `not_found`
   */
  async offenders(source: SourceId, rule?: string, atMs?: number): Promise<Offenders> {
    this.#checkSource(source);
    const startMs = startOfHour(atMs ?? this.#parts.clock.nowMs());
    const running = this.#hours.get(source);
    const hour = running?.startMs === startMs ? running : await this.#hourAt(source, startMs);
    const accounts = [...(hour?.accounts ?? [])].filter(([id]) => rule === undefined || id === rule);
    const found = accounts.flatMap(([id, { offenders }]) => offenders.map((one) => ({ rule: id, ...one })));
    const held = await this.#parts.quarantined(source, [...new Set(found.map(({ messageId }) => messageId))]);
    const failed = accounts.reduce((sum, [, account]) => sum + account.failed, 0);
    return { hourMs: startMs, failed, offenders: found.map((one) => offenderView(one, held)) };
  }

  /** Alarms that have not ended. */
  get standing(): Alarm[] {
    return [...this.#standing.values()];
  }

  /** Standing ones and those that ended, the newest first. */
  async alarms(before: number = Number.MAX_SAFE_INTEGER, limit: number = qualityLimits.alarmRows): Promise<Alarm[]> {
    const rows = await table.readAlarms(this.#parts.store, before, Math.min(limit, qualityLimits.alarmRows));
    return rows.map((row) => this.#openAlarm(row));
  }

  /** Takes the events of persons who are erased off every list of what broke a rule. @returns how many were on one */
  forget(persons: ReadonlySet<number>): Promise<number> {
    return this.#alone(async () => {
      const rows: table.HourRow[] = [];
      let count = [...this.#hours.values(), ...this.#over].reduce((sum, hour) => sum + hour.forget(persons), 0);
      const sinceMs = this.#parts.clock.nowMs() - qualityLimits.offendersMs;
      for (const row of await table.readOffended(this.#parts.store, sinceMs - hourMs)) {
        const hour = this.#openHour(row);
        const gone = hour.forget(persons);
        // The hour that runs is in memory, and written from there.
        const runs = this.#hours.get(row.source_id)?.startMs === row.hour_ms;
        if (gone > 0) rows.push(runs ? this.#rowOf(this.#hours.get(row.source_id)!, false) : this.#rowOf(hour, row.closed === 1));
        if (gone > 0 && !runs) count += gone;
      }
      if (rows.length > 0) await this.#parts.store.transact([table.writeHours(rows)]);
      return count;
    });
  }

  /** Writes the accounts of hours that run, and judges those that are over. */
  tick(): Promise<void> {
    return this.#alone(async () => {
      this.#roll(startOfHour(this.#parts.clock.nowMs()));
      while (this.#over.length > 0) {
        await this.#judge(this.#over[0]!);
        this.#over.shift();
      }
      const dirty = [...this.#hours.values()].filter((hour) => hour.dirty);
      for (const hour of dirty) hour.dirty = false;
      if (dirty.length === 0) return;
      try {
        await this.#parts.store.transact([table.writeHours(dirty.map((hour) => this.#rowOf(hour, false)))]);
      } catch (error) {
        for (const hour of dirty) hour.dirty = true;
        throw error;
      }
    });
  }

  /** Ends hours that are over, also of sources that have gone silent. */
  #roll(startMs: number): void {
    if (startMs <= this.#rolledMs) return;
    for (const [source, hour] of this.#hours) {
      if (hour.startMs >= startMs) continue;
      this.#hours.delete(source);
      this.#over.push(hour);
    }
    const ended = startMs - hourMs;
    for (const source of this.#parts.sourceIds())
      if (this.#silence(source).length > 0 && !this.#over.some((hour) => hour.source === source && hour.startMs === ended))
        this.#over.push(new Hour(source, ended));
    this.#rolledMs = startMs;
  }

  async #judge(hour: Hour): Promise<void> {
    const { source } = hour;
    const endMs = hour.startMs + hourMs;
    for (const rule of this.#silence(source)) {
      const lastMs = this.#lastSeen.get(source) ?? Number.NEGATIVE_INFINITY;
      const account = hour.accountOf(rule.id);
      // One hour is one check; it counts in full.
      account.checked = alarmLimits.checked;
      account.failed = endMs - lastMs > rule.silentHours! * hourMs ? alarmLimits.checked : 0;
    }
    const rules = rulesOf(this.#rules.get(source)?.document, await this.#parts.dictionaryOf(source));
    hour.score = scoreOf(hour, rules);
    const past = await this.history(source, alarmLimits.history);
    const changes: Change[] = [table.writeHours([this.#rowOf(hour, true)])];
    const after: (() => void)[] = [];
    const changed: Alarm[] = [];
    for (const rule of rules) {
      const account = hour.accounts.get(rule.id);
      if (!account || account.checked < alarmLimits.checked) continue;
      const history = past.flatMap((one) =>
        one.hourMs < hour.startMs && one.rules[rule.id]?.checked ? [one.rules[rule.id]!.score!] : [],
      );
      const judged = judgeScore(1 - account.failed / account.checked, account.checked, { ...ruleDefaults, ...rule }, history);
      const name = `${source} ${rule.id}`;
      const standing = this.#standing.get(name);
      if (judged && !standing) {
        const id = await this.#parts.store.allocate('quality_alarms', 1);
        const alarm: Alarm = {
          id,
          source,
          sourceName: this.#parts.sourceName(source),
          rule: rule.id,
          kind: rule.kind,
          hourMs: hour.startMs,
          raisedAtMs: endMs,
          ...judged,
        };
        changed.push(alarm);
        after.push(() => {
          this.#standing.set(name, alarm);
          this.#parts.alarmed?.(alarm);
        });
      } else if (!judged && standing) {
        const ended = { ...standing, endedAtMs: endMs };
        changed.push(ended);
        after.push(() => {
          this.#standing.delete(name);
          this.#parts.alarmed?.(ended);
        });
      }
    }
    if (changed.length > 0) changes.push(table.writeAlarms(changed.map((alarm) => this.#alarmRow(alarm))));
    const nowMs = this.#parts.clock.nowMs();
    changes.push(...table.pruneHours(nowMs - qualityLimits.historyMs, nowMs - qualityLimits.offendersMs));
    await this.#parts.store.transact(changes);
    for (const done of after) done();
  }

  #silence(source: SourceId): QualityRule[] {
    return (this.#rules.get(source)?.document.rules ?? []).filter((rule) => rule.silentHours !== undefined && rule.off !== true);
  }

  #once(compiled: CompiledRule, hour: Hour, event: Event, outcome: Outcome['outcome']): boolean | undefined {
    if (outcome === 'duplicate') return undefined;
    const value = compiled.single!(event);
    if (value === undefined) return undefined;
    const owner = compiled.rule.per === 'event' ? event.messageId : (event.userId ?? event.anonymousId ?? '');
    return hour.onceOf(compiled.rule.id).add(this.#parts.hashOf(value), this.#parts.hashOf(owner).low);
  }

  async #rulesAt(source: SourceId, version?: number): Promise<StoredRules> {
    const newest = this.#rules.get(source) ?? { source, version: 0, document: { version: 1, rules: [] } };
    if (version === undefined || version === newest.version) return newest;
    if (version === 0) return { source, version: 0, document: { version: 1, rules: [] } };
    const row = await table.readRules(this.#parts.store, source, version);
    if (!row) throw new Fault('not_found', `version ${version}`);
    return this.#openRules(row);
  }

  async #hourAt(source: SourceId, startMs: number): Promise<Hour | undefined> {
    const row = await table.readHour(this.#parts.store, source, startMs);
    return row && this.#openHour(row);
  }

  async #load(): Promise<void> {
    const { store } = this.#parts;
    for (const row of await table.readNewestRules(store)) this.#rules.set(row.source_id, this.#openRules(row));
    for (const row of await table.readStandingAlarms(store)) {
      const alarm = this.#openAlarm(row);
      this.#standing.set(`${alarm.source} ${alarm.rule}`, alarm);
    }
    for (const row of await table.readOpenHours(store)) {
      const hour = this.#openHour(row);
      this.#lastSeen.set(hour.source, Math.max(this.#lastSeen.get(hour.source) ?? 0, hour.startMs));
      if (hour.startMs < this.#rolledMs) this.#over.push(hour);
      else this.#hours.set(hour.source, hour);
    }
    // A silence is counted from the last hour with events; a source never heard of, from now.
    for (const source of this.#parts.sourceIds()) {
      if (this.#silence(source).length === 0 || this.#lastSeen.has(source)) continue;
      const heard = (await this.history(source)).find(({ events }) => events > 0);
      this.#lastSeen.set(source, heard ? heard.hourMs + hourMs : this.#parts.clock.nowMs());
    }
  }

  #rowOf(hour: Hour, closed: boolean): table.HourRow {
    const { source, startMs } = hour;
    const name = `${source}:${startMs}`;
    return {
      source_id: source,
      hour_ms: startMs,
      closed: closed ? 1 : 0,
      body: this.#parts.sealText('quality_hours', 'body', name, JSON.stringify(hour.toJson())),
      offenders: this.#parts.sealText('quality_hours', 'offenders', name, JSON.stringify(hour.offendersJson())),
    };
  }

  #openHour(row: table.HourRow): Hour {
    const name = `${row.source_id}:${row.hour_ms}`;
    const offenders =
      row.offenders === null
        ? {}
        : (JSON.parse(this.#parts.openText('quality_hours', 'offenders', name, row.offenders)) as OffendersText);
    return Hour.fromJson(row.source_id, row.hour_ms, this.#openBody(row), offenders);
  }

  #openBody(row: { source_id: number; hour_ms: number; body: Uint8Array }): HourText {
    return JSON.parse(this.#parts.openText('quality_hours', 'body', `${row.source_id}:${row.hour_ms}`, row.body)) as HourText;
  }

  #openRules(row: table.RulesRow): StoredRules {
    const text = this.#parts.openText('quality_rules', 'body', `${row.source_id}:${row.version}`, row.body);
    return {
      source: row.source_id,
      version: row.version,
      savedAtMs: row.saved_at_ms,
      document: JSON.parse(text) as RulesDocument,
    };
  }

  #alarmRow(alarm: Alarm): table.AlarmRow {
    const { id, source, sourceName: _name, raisedAtMs, endedAtMs, ...rest } = alarm;
    const body = this.#parts.sealText('quality_alarms', 'body', id, JSON.stringify(rest));
    return { alarm_id: id, source_id: source, raised_at_ms: raisedAtMs, ended_at_ms: endedAtMs ?? null, body };
  }

  #openAlarm(row: table.AlarmRow): Alarm {
    const text = this.#parts.openText('quality_alarms', 'body', row.alarm_id, row.body);
    return alarmOf(row, JSON.parse(text) as never, this.#parts.sourceName(row.source_id));
  }

  #checkSource(source: SourceId): void {
    if (!this.#parts.sourceIds().includes(source)) throw new Fault('not_found', 'source');
  }
}

export function startOfHour(ms: number): number {
  return ms - (ms % hourMs);
}

function ruleScore(rule: QualityRule, hour: Hour | undefined, last: HourView | undefined): RuleScore {
  const account = hour?.accounts.get(rule.id);
  const before = last?.rules[rule.id];
  return {
    ...rule,
    threshold: rule.threshold ?? ruleDefaults.threshold,
    checked: account?.checked ?? 0,
    failed: account?.failed ?? 0,
    ...(account && account.checked > 0 && { score: 1 - account.failed / account.checked }),
    ...(before?.score !== undefined && { lastScore: before.score }),
  };
}

function offenderView(
  { rule, messageId, atMs, person }: Offender & { rule: string },
  held: ReadonlyMap<string, number>,
): OffenderView {
  const quarantine = held.get(messageId);
  const view = { rule, messageId, atMs };
  if (quarantine !== undefined) return { ...view, quarantine, open: `/api/quarantine/${quarantine}` };
  if (person === undefined) return view;
  // What happened in that millisecond: the event, and seldom another.
  const moment = new Date(atMs).toISOString();
  return { ...view, person: `p${person}`, open: `/api/profiles/p${person}/timeline?since=${moment}&until=${moment}&limit=200` };
}
