// The names that marketing gives to customers by their scores, as one table over recency and the mean of frequency and monetary value: the ten
// segments that most tools of the field share.

import type { Words } from '../../../core/errors.ts';

export type RfmSegment = { readonly code: string; readonly name: Words; readonly advice: Words };

const segment = (code: string, en: string, zh: string, adviceEn: string, adviceZh: string): RfmSegment => ({
  code,
  name: { en, zh },
  advice: { en: adviceEn, zh: adviceZh },
});

/** In the order in which tables show them. */
export const rfmSegments: readonly RfmSegment[] = [
  segment('champions', 'champions', '核心客户', 'reward them', '给予奖励'),
  segment('loyal', 'loyal', '忠诚客户', 'offer more of what they like', '推荐更多所好'),
  segment('potential_loyalists', 'potential loyalists', '潜在忠诚客户', 'invite them to stay', '引导入会'),
  segment('new', 'new', '新客户', 'help them begin', '做好首购引导'),
  segment('promising', 'promising', '有潜力客户', 'stay in their mind', '保持联系'),
  segment('need_attention', 'need attention', '需关注客户', 'remind them with an offer', '限时优惠提醒'),
  segment('about_to_sleep', 'about to sleep', '将沉睡客户', 'wake them before they go', '及时唤醒'),
  segment('at_risk', 'at risk', '流失风险客户', 'write to them in person', '个性化挽回'),
  segment('cannot_lose', "can't lose them", '不可流失客户', 'call them', '重点挽留'),
  segment('hibernating', 'hibernating', '沉睡客户', 'spend little on them', '低成本触达'),
];

/** By recency from 1 (row) and the rounded mean of frequency and monetary from 1 (column). */
const table: readonly (readonly string[])[] = [
  ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'cannot_lose'],
  ['hibernating', 'hibernating', 'at_risk', 'at_risk', 'cannot_lose'],
  ['about_to_sleep', 'about_to_sleep', 'need_attention', 'loyal', 'loyal'],
  ['promising', 'potential_loyalists', 'potential_loyalists', 'loyal', 'loyal'],
  ['new', 'potential_loyalists', 'potential_loyalists', 'champions', 'champions'],
];
const places = table.map((row) => row.map((code) => rfmSegments.findIndex((one) => one.code === code)));

/** @param recency, frequency, monetary scores 1 to 5; a half is rounded up @returns which of `rfmSegments` */
export function segmentOf(recency: number, frequency: number, monetary: number): number {
  return places[recency - 1]![((frequency + monetary + 1) >> 1) - 1]!;
}
