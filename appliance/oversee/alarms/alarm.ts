// One alarm: what it says, how it is kept, and the line of it that goes to a syslog server. It holds numbers and names of the organisation's own
// things (a source, a rule, who of the staff), and no value of a customer.

import type { AlarmKind } from '../../core/model/alarm-kinds.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import { type AlarmRow, alarmsTable } from './store.ts';

export const alarmSeverities = ['medium', 'high'] as const;
export type AlarmSeverity = (typeof alarmSeverities)[number];

export const alarmReasons = ['below_threshold', 'fell', 'repeated_set', 'near_set', 'near_sizes'] as const;
export type AlarmReason = (typeof alarmReasons)[number];

/** What is raised: by composition, from what the kinds tell. */
export type Raised = {
  kind: AlarmKind;
  /** Its number where it is looked after: of a quality alarm, a broken glass, a finding. */
  number: number;
  severity: AlarmSeverity;
  atMs: number;
  /** Whose access it is about, as in the audit log: they cannot acknowledge it. */
  actor?: string;
  source?: number;
  rule?: string;
  /** Of a score: why. Of a match: what is so alike that the difference would tell of single customers. */
  reason?: AlarmReason;
  /** The other member of the match, by its id. */
  partner?: string;
};

export type Acknowledgement = { by: string; atMs: number; note?: string };
export type Alarm = Omit<Raised, 'atMs'> & {
  id: number;
  state: 'open' | 'acknowledged';
  sourceName?: string;
  raisedAtMs: number;
  /** Later than `raisedAtMs` when it came again while nobody had acknowledged it. */
  lastAtMs: number;
  times: number;
  /** What it is about is well again. */
  endedAtMs?: number;
  acknowledgement?: Acknowledgement;
};

type Body = Omit<Alarm, 'id' | 'kind' | 'state' | 'sourceName' | 'raisedAtMs' | 'acknowledgement'> & {
  acknowledgement?: Omit<Acknowledgement, 'atMs'>;
};

/** Alarms of one cause are one while it is open: a rule that falls again and again, a glass, a finding. */
export function causeOf({ kind, number, source, rule }: Pick<Raised, 'kind' | 'number' | 'source' | 'rule'>): string {
  // The node has one upgrade at a time.
  if (kind === 'upgrade') return kind;
  return kind === 'quality' ? `${kind} ${source} ${rule}` : `${kind} ${number}`;
}

export function sealAlarm(seal: TextSeal, alarm: Alarm, causeHash: Uint8Array): AlarmRow {
  const { id, kind, state: _state, sourceName: _name, raisedAtMs, acknowledgement, ...rest } = alarm;
  const { atMs, ...said } = acknowledgement ?? { atMs: null };
  const body: Body = { ...rest, ...(acknowledgement && { acknowledgement: said as Body['acknowledgement'] & object }) };
  return {
    alarm_id: id,
    kind,
    raised_at_ms: raisedAtMs,
    acknowledged_at_ms: atMs,
    cause_hash: causeHash,
    body: seal.sealText(alarmsTable.name, 'body', id, JSON.stringify(body)),
  };
}

export function openAlarm(seal: TextSeal, row: AlarmRow, sourceName: (source: number) => string): Alarm {
  const body = JSON.parse(seal.openText(alarmsTable.name, 'body', row.alarm_id, row.body)) as Body;
  const { acknowledgement, ...rest } = body;
  return {
    id: row.alarm_id,
    kind: row.kind as AlarmKind,
    state: row.acknowledged_at_ms === null ? 'open' : 'acknowledged',
    raisedAtMs: row.raised_at_ms,
    ...rest,
    ...(rest.source !== undefined && { sourceName: sourceName(rest.source) }),
    ...(acknowledgement && { acknowledgement: { ...acknowledgement, atMs: row.acknowledged_at_ms ?? 0 } }),
  };
}

/** For a syslog server: numbers alone; names of sources stay sealed in the node. */
export function alarmLine({ id, kind, severity, number, raisedAtMs, source, rule }: Alarm) {
  return {
    atMs: raisedAtMs,
    severity: severity === 'high' ? ('alert' as const) : ('warning' as const),
    kind: 'alarm',
    said: { alarm: id, kind, severity, number, ...(source !== undefined && { source }), ...(rule !== undefined && { rule }) },
  };
}
