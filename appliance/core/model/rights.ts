// Rights of the person per law: which requests it knows, by which article, and how long the organisation has. A declared table like the
// law packs, so that a compliance officer can check each line against the law's text.

import type { Words } from '../errors.ts';
import type { Law } from './law-packs.ts';

export const requestKinds = [
  'access',
  'portability',
  'rectification',
  'restriction',
  'objection',
  'erasure',
  'explanation',
] as const;
export type RequestKind = (typeof requestKinds)[number];

/** `months` by the calendar, `workingDays` Monday to Friday. */
export type Term = { readonly months: number } | { readonly workingDays: number };

export type Rights = {
  readonly law: Law;
  /** For the answer to a request. The PIPL says "in time"; 15 working days is what GB/T 35273 8.7 and practice make of it (30 days at most). */
  readonly term: Term;
  /** Once, with a reason that the person is told within the first term. */
  readonly extension: Term | undefined;
  readonly termArticle: string;
  readonly articles: { readonly [kind in RequestKind]: string };
  /** Years for which an impact assessment is kept at least. */
  readonly assessmentYears: number;
  readonly assessment: { readonly name: Words; readonly article: string };
};

export const requestNames: { readonly [kind in RequestKind]: Words } = {
  access: { en: 'access', zh: '查阅、复制' },
  portability: { en: 'portability', zh: '转移' },
  rectification: { en: 'rectification', zh: '更正、补充' },
  restriction: { en: 'restriction of processing', zh: '限制处理' },
  objection: { en: 'objection', zh: '拒绝处理' },
  erasure: { en: 'erasure', zh: '删除' },
  explanation: { en: 'explanation', zh: '解释说明' },
};

const rights: { readonly [law in Law]: Rights } = {
  gdpr: {
    law: 'gdpr',
    term: { months: 1 },
    extension: { months: 2 },
    termArticle: 'GDPR art. 12(3)',
    articles: {
      access: 'GDPR art. 15',
      portability: 'GDPR art. 20',
      rectification: 'GDPR art. 16',
      restriction: 'GDPR art. 18',
      objection: 'GDPR art. 21',
      erasure: 'GDPR art. 17',
      explanation: 'GDPR art. 15(1)(h), 22(3)',
    },
    assessmentYears: 3,
    assessment: { name: { en: 'data protection impact assessment', zh: '数据保护影响评估' }, article: 'GDPR art. 35' },
  },
  pipl: {
    law: 'pipl',
    term: { workingDays: 15 },
    extension: undefined,
    termArticle: 'PIPL art. 50',
    articles: {
      access: 'PIPL art. 45',
      portability: 'PIPL art. 45',
      rectification: 'PIPL art. 46',
      restriction: 'PIPL art. 44',
      objection: 'PIPL art. 44',
      erasure: 'PIPL art. 47',
      explanation: 'PIPL art. 24, 48',
    },
    assessmentYears: 3,
    assessment: {
      name: { en: 'personal information protection impact assessment', zh: '个人信息保护影响评估' },
      article: 'PIPL art. 55, 56',
    },
  },
};

export function rightsOf(law: Law): Rights {
  return rights[law];
}

const dayMs = 86_400_000;

/**
 * The end of a term that begins at a moment: the same day of a later month, or its last day where that month is shorter; working days
 * are counted from the next day on. Public holidays are not known here: where they matter, the term ends later than this says.
 */
export function endOfTerm(fromMs: number, term: Term): number {
  if ('months' in term) {
    const from = new Date(fromMs);
    const day = from.getUTCDate();
    const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + term.months;
    const [year, inYear] = [Math.floor(month / 12), month % 12];
    const lastDay = new Date(Date.UTC(year, inYear + 1, 0)).getUTCDate();
    return Date.UTC(year, inYear, Math.min(day, lastDay)) + (fromMs % dayMs);
  }
  let at = fromMs;
  for (let left = term.workingDays; left > 0; ) {
    at += dayMs;
    const weekday = new Date(at).getUTCDay();
    if (weekday !== 0 && weekday !== 6) left -= 1;
  }
  return at;
}
