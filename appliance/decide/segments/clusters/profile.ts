// Names for clusters: the columns in which one differs most from everybody, in words that people of marketing use, in both languages.

import type { Words } from '../../../core/errors.ts';

/** Standardised differences (Cohen's d against everybody) from which a column is worth a word, and a strong one. */
const worthAWord = 0.4;
const strong = 1.5;
const wordsInName = 3;

type Pair = { readonly high: Words; readonly low: Words };
const pair = (highEn: string, highZh: string, lowEn: string, lowZh: string): Pair => ({
  high: { en: highEn, zh: highZh },
  low: { en: lowEn, zh: lowZh },
});

/** What columns of the field are called and how they are said; the first that fits. */
const vocabulary: readonly (readonly [RegExp, Pair])[] = [
  [
    /recency|since_?last|inactive|last_?(order|purchase|seen|visit)_?days|最近|距今|未购/i,
    pair('long silent', '久未购买', 'recent', '近期活跃'),
  ],
  [/ticket|complaint|case|工单|投诉/i, pair('many tickets', '工单多', 'few tickets', '工单少')],
  [/return|refund|退货|退款/i, pair('many returns', '退货多', 'few returns', '退货少')],
  [/discount|coupon|promo|折扣|优惠/i, pair('buys on discount', '偏好折扣', 'pays full price', '少用折扣')],
  [/basket|aov|average_?(order|amount|spend)|mean_?amount|客单/i, pair('large orders', '客单价高', 'small orders', '客单价低')],
  [
    /monetary|spen[dt]|amount|revenue|sales|turnover|消费额|金额|花费|销售额/i,
    pair('high spend', '消费高', 'low spend', '消费低'),
  ],
  [/frequency|orders|purchases|transactions|频次|购买次数|订单/i, pair('buys often', '购买频繁', 'buys seldom', '购买少')],
  [/visits?|sessions?|page|login|访问|浏览|登录/i, pair('visits often', '访问频繁', 'visits seldom', '访问少')],
  [/tenure|customer_?age|member|registered|入会|注册|会龄/i, pair('long-standing', '老客户', 'new', '新客户')],
  [/^age(_?years)?$|年龄/i, pair('older', '年长', 'younger', '年轻')],
];

export type Difference = {
  readonly column: string;
  /** Mean of the cluster less everybody's, in standard deviations of everybody, as k-means saw the column. */
  readonly standardised: number;
  /** Mean of the cluster in the column's own unit (times: days since 1970); NaN where no cell is known. */
  readonly mean: number;
};

export type Profile = {
  /** From 1, by size, the largest first. */
  readonly cluster: number;
  readonly size: number;
  readonly share: number;
  readonly name: Words;
  /** All columns, the most distinguishing first. */
  readonly differences: readonly Difference[];
};

/** @param differences in any order */
export function nameOf(differences: readonly Difference[]): Words {
  const told = bySize(differences)
    .filter(({ standardised }) => Math.abs(standardised) >= worthAWord)
    .slice(0, wordsInName)
    .map(({ column, standardised }) => wordsFor(column, standardised));
  if (told.length === 0) return { en: 'like everybody', zh: '与总体相近' };
  return { en: told.map(({ en }) => en).join(', '), zh: told.map(({ zh }) => zh).join('、') };
}

/** The largest difference first, whichever way; of equals the name that comes first. */
export function bySize(differences: readonly Difference[]): Difference[] {
  return [...differences].sort((a, b) => Math.abs(b.standardised) - Math.abs(a.standardised) || (a.column < b.column ? -1 : 1));
}

function wordsFor(column: string, standardised: number): Words {
  const known = vocabulary.find(([pattern]) => pattern.test(column))?.[1];
  const side = standardised > 0 ? 'high' : 'low';
  const words = known?.[side] ?? { en: `${side} ${column}`, zh: `${column}${side === 'high' ? '高' : '低'}` };
  return Math.abs(standardised) < strong ? words : { en: `${words.en} (strongly)`, zh: `${words.zh}（显著）` };
}
