// Words of quality: kinds of rules, rules that every source has, comparisons, and why a score is an alarm.

import type { Tone } from '../../design/design.ts';
import type { Words } from '../../words/words.ts';
import type { QualityRule } from './ask.ts';

export const qualityKinds: { readonly [kind in QualityRule['kind']]: Words } = {
  completeness: { en: 'Completeness', zh: '完整性' },
  validity: { en: 'Validity', zh: '有效性' },
  uniqueness: { en: 'Uniqueness', zh: '唯一性' },
  consistency: { en: 'Consistency', zh: '一致性' },
  timeliness: { en: 'Timeliness', zh: '及时性' },
};

export const comparisonWords: { readonly [is in NonNullable<QualityRule['is']>]: Words } = {
  equals: { en: 'equals', zh: '等于' },
  differs: { en: 'differs from', zh: '不等于' },
  below: { en: 'is below', zh: '小于' },
  at_most: { en: 'is at most', zh: '不大于' },
  above: { en: 'is above', zh: '大于' },
  at_least: { en: 'is at least', zh: '不小于' },
  agrees: { en: 'agrees with', zh: '与之相符' },
  requires: { en: 'requires', zh: '要求同时存在' },
};

export const alarmReasons = {
  below_threshold: { en: 'below its threshold', zh: '低于阈值' },
  fell: { en: 'fell from what it was', zh: '较以往明显下降' },
} as const satisfies { readonly [reason: string]: Words };

const ruleNames: { readonly [id: string]: Words } = {
  accepted: { en: 'Events that pass the dictionary', zh: '通过字典的事件' },
  duplicates: { en: 'Events that were not sent before', zh: '非重复事件' },
  arrival: { en: 'Events that arrive within a day', zh: '一天内到达的事件' },
  'birthday-agrees': { en: 'Identity number and birthday agree', zh: '身份证号与生日相符' },
};

/** What a rule asks, in a few words; those that people wrote go by their id. */
export function ruleWords({ id, kind, field }: Pick<QualityRule, 'id' | 'kind' | 'field'>): Words {
  const own = ruleNames[id];
  if (own) return own;
  if (field !== undefined && id.startsWith('valid.')) return { en: `${field} is readable`, zh: `${field} 可读取` };
  if (field !== undefined && id.startsWith('filled.')) return { en: `${field} is there`, zh: `${field} 已填写` };
  return field === undefined ? { en: id, zh: id } : { en: `${id} · ${field}`, zh: `${id} · ${qualityKinds[kind].zh} · ${field}` };
}

/** Of a score beside what is asked for. */
export const toneOf = (score: number | undefined, threshold: number): Tone | undefined =>
  score === undefined ? undefined : score >= threshold ? 'good' : score >= threshold - 0.1 ? 'wait' : 'bad';
