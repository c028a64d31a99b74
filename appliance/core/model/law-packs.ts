// Law packs: what a law allows as the reason to process, when consent must be asked apart, and from which age on children speak
// for themselves. A declared, versioned table, so that a compliance officer can check each line against the law's text.

import type { Words } from '../errors.ts';

export type Law = 'gdpr' | 'pipl';

export const legalBases = [
  'consent',
  'contract',
  'legal_obligation',
  'vital_interests',
  'public_task',
  'legitimate_interests',
  'public_interest_reporting',
  'disclosed_data',
  'otherwise_by_law',
] as const;
export type LegalBasis = (typeof legalBases)[number];

/**
 * What holds when nothing was said, and whether a no counts. `optIn`: denied until a yes. `optOut`: allowed until a no.
 * `always`: allowed whatever was said, since the customer's word is not what the use rests on.
 */
export type Mode = 'optIn' | 'optOut' | 'always';

export type BasisRule = {
  readonly mode: Mode;
  readonly article: string;
  /** Terms of the W3C Data Privacy Vocabulary. */
  readonly dpv: string;
  readonly name: Words;
};

/** Why a purpose needs a consent of its own, given apart from any other. */
export const apartReasons = ['sensitive', 'shared', 'abroad'] as const;
export type ApartReason = (typeof apartReasons)[number];

export type LawPack = {
  readonly law: Law;
  /** Raised whenever a line of the pack changes. */
  readonly version: number;
  readonly name: Words;
  /** DPV's term for where it holds. */
  readonly jurisdiction: string;
  readonly bases: { readonly [basis in LegalBasis]?: BasisRule };
  /** For which purposes consent must be given apart, with the article that says so. */
  readonly apart: { readonly [reason in ApartReason]?: { readonly article: string; readonly name: Words } };
  readonly children: {
    /** Younger ones need the guardian's consent. */
    readonly age: number;
    /** Ages that `minorsAge` may set instead. */
    readonly ageFrom: number;
    readonly ageTo: number;
    readonly article: string;
    /** Their data is sensitive by itself, so that the guardian's consent must be given apart as well. */
    readonly apart: boolean;
  };
  readonly articles: {
    /** What makes a consent one. */
    readonly conditions: string;
    readonly withdrawal: string;
    readonly objection: string;
  };
};

const gdpr: LawPack = {
  law: 'gdpr',
  version: 1,
  name: { en: 'General Data Protection Regulation (EU) 2016/679', zh: '欧盟《通用数据保护条例》（2016/679）' },
  jurisdiction: 'loc:EU',
  bases: {
    consent: { mode: 'optIn', article: 'GDPR art. 6(1)(a)', dpv: 'eu-gdpr:A6-1-a', name: { en: 'consent', zh: '同意' } },
    contract: {
      mode: 'always',
      article: 'GDPR art. 6(1)(b)',
      dpv: 'eu-gdpr:A6-1-b',
      name: { en: 'contract with the customer', zh: '订立或履行合同' },
    },
    legal_obligation: {
      mode: 'always',
      article: 'GDPR art. 6(1)(c)',
      dpv: 'eu-gdpr:A6-1-c',
      name: { en: 'legal obligation', zh: '法定义务' },
    },
    vital_interests: {
      mode: 'always',
      article: 'GDPR art. 6(1)(d)',
      dpv: 'eu-gdpr:A6-1-d',
      name: { en: 'vital interests', zh: '重大利益' },
    },
    // Article 21(1): the customer may object to these two, and 21(2) and (3): to direct marketing without giving a reason.
    public_task: {
      mode: 'optOut',
      article: 'GDPR art. 6(1)(e)',
      dpv: 'eu-gdpr:A6-1-e',
      name: { en: 'public task', zh: '公共任务' },
    },
    legitimate_interests: {
      mode: 'optOut',
      article: 'GDPR art. 6(1)(f)',
      dpv: 'eu-gdpr:A6-1-f',
      name: { en: 'legitimate interests', zh: '正当利益' },
    },
  },
  apart: {
    sensitive: {
      article: 'GDPR art. 9(2)(a)',
      name: { en: 'explicit consent for special categories of data', zh: '特殊类别数据的明示同意' },
    },
  },
  children: { age: 16, ageFrom: 13, ageTo: 16, article: 'GDPR art. 8(1)', apart: false },
  articles: { conditions: 'GDPR art. 7', withdrawal: 'GDPR art. 7(3)', objection: 'GDPR art. 21' },
};

const pipl: LawPack = {
  law: 'pipl',
  version: 1,
  name: { en: 'Personal Information Protection Law of the PRC', zh: '《中华人民共和国个人信息保护法》' },
  jurisdiction: 'loc:CN',
  bases: {
    consent: { mode: 'optIn', article: 'PIPL art. 13(1)(1)', dpv: 'dpv:Consent', name: { en: 'consent', zh: '个人同意' } },
    contract: {
      mode: 'always',
      article: 'PIPL art. 13(1)(2)',
      dpv: 'dpv:Contract',
      name: { en: 'contract with the customer, or staff management', zh: '订立、履行合同或者人力资源管理所必需' },
    },
    legal_obligation: {
      mode: 'always',
      article: 'PIPL art. 13(1)(3)',
      dpv: 'dpv:LegalObligation',
      name: { en: 'statutory duty or obligation', zh: '履行法定职责或者法定义务所必需' },
    },
    vital_interests: {
      mode: 'always',
      article: 'PIPL art. 13(1)(4)',
      dpv: 'dpv:VitalInterest',
      name: {
        en: 'public health emergency, or protecting life, health and property in an emergency',
        zh: '应对突发公共卫生事件，或者紧急情况下保护生命健康和财产安全所必需',
      },
    },
    public_interest_reporting: {
      mode: 'always',
      article: 'PIPL art. 13(1)(5)',
      dpv: 'dpv:PublicInterest',
      name: { en: 'news reporting in the public interest', zh: '为公共利益实施新闻报道、舆论监督' },
    },
    // Article 27: not once the customer has expressly refused.
    disclosed_data: {
      mode: 'optOut',
      article: 'PIPL art. 13(1)(6)',
      dpv: 'dpv:LegalBasis',
      name: { en: 'data already lawfully disclosed', zh: '合理范围内处理已合法公开的个人信息' },
    },
    otherwise_by_law: {
      mode: 'always',
      article: 'PIPL art. 13(1)(7)',
      dpv: 'dpv:LegalBasis',
      name: { en: 'other cases set by laws and regulations', zh: '法律、行政法规规定的其他情形' },
    },
  },
  apart: {
    sensitive: { article: 'PIPL art. 29', name: { en: 'separate consent for sensitive data', zh: '处理敏感个人信息的单独同意' } },
    shared: {
      article: 'PIPL art. 23',
      name: { en: 'separate consent for giving data to others', zh: '向其他个人信息处理者提供的单独同意' },
    },
    abroad: { article: 'PIPL art. 39', name: { en: 'separate consent for sending data abroad', zh: '向境外提供的单独同意' } },
  },
  // Article 28 counts data of children under 14 as sensitive, article 29 wants consent apart for that, article 31 the guardian's.
  children: { age: 14, ageFrom: 14, ageTo: 14, article: 'PIPL art. 31', apart: true },
  articles: { conditions: 'PIPL art. 14', withdrawal: 'PIPL art. 15', objection: 'PIPL art. 27' },
};

export const lawPacks: { readonly [law in Law]: LawPack } = { gdpr, pipl };
