// Scores: of a rule the share of what was checked that is well, of a source the mean of its rules by their weights.

import type { SourceId } from '../../core/model/event.ts';
import type { AlarmReason } from './alarms.ts';
import type { Hour, HourText } from './hour.ts';
import { type QualityKind, type QualityRule, qualityKinds, ruleDefaults } from './rules.ts';

/** `score` is absent where nothing was checked. */
export type ScoreNumbers = { score?: number; kinds: { [kind in QualityKind]?: number }; events: number };
export type HourView = ScoreNumbers & {
  hourMs: number;
  rules: { [id: string]: { checked: number; failed: number; score?: number } };
};
export type RuleScore = QualityRule & { threshold: number; checked: number; failed: number; score?: number; lastScore?: number };
export type Score = {
  source: SourceId;
  sourceName: string;
  rulesVersion: number;
  running?: ScoreNumbers & { hourMs: number };
  last?: HourView;
  rules: RuleScore[];
  alarms: Alarm[];
};
export type Alarm = {
  id: number;
  source: SourceId;
  sourceName: string;
  rule: string;
  kind: QualityKind;
  /** The hour whose score it is about. */
  hourMs: number;
  reason: AlarmReason;
  score: number;
  /** The threshold, or the median of the hours before. */
  expected: number;
  raisedAtMs: number;
  endedAtMs?: number;
};

export function scoreOf(hour: Hour, rules: readonly QualityRule[]): ScoreNumbers {
  const kinds: ScoreNumbers['kinds'] = {};
  for (const kind of qualityKinds) {
    const score = mean(
      hour,
      rules.filter((rule) => rule.kind === kind),
    );
    if (score !== undefined) kinds[kind] = score;
  }
  const score = mean(hour, rules);
  return { ...(score !== undefined && { score }), kinds, events: hour.events };
}

function mean(hour: Hour, rules: readonly QualityRule[]): number | undefined {
  let sum = 0;
  let weights = 0;
  for (const { id, weight = ruleDefaults.weight } of rules) {
    const account = hour.accounts.get(id);
    if (!account || account.checked === 0) continue;
    sum += weight * (1 - account.failed / account.checked);
    weights += weight;
  }
  return weights === 0 ? undefined : sum / weights;
}

export function hourView(hourMs: number, { events, rules, score }: HourText): HourView {
  return {
    hourMs,
    ...(score ?? { kinds: {} }),
    events,
    rules: Object.fromEntries(
      Object.entries(rules).map(([id, [checked, failed]]) => [
        id,
        { checked, failed, ...(checked > 0 && { score: 1 - failed / checked }) },
      ]),
    ),
  };
}

export function alarmOf(
  row: { alarm_id: number; source_id: number; raised_at_ms: number; ended_at_ms: number | null },
  body: Omit<Alarm, 'id' | 'source' | 'sourceName' | 'raisedAtMs' | 'endedAtMs'>,
  sourceName: string,
): Alarm {
  return {
    id: row.alarm_id,
    source: row.source_id,
    sourceName,
    ...body,
    raisedAtMs: row.raised_at_ms,
    ...(row.ended_at_ms !== null && { endedAtMs: row.ended_at_ms }),
  };
}
