// The purposes for which an organisation uses personal data: standard ones per law, the organisation's own from holdfast.json, and
// what each needs by law before a customer's data may be used for it. Checked once, so that the gate need not doubt it.

import type { Words } from '../errors.ts';
import { type ApartReason, type Law, type LawPack, type LegalBasis, lawPacks, type Mode } from './law-packs.ts';

export type PurposeDeclaration = {
  /** As events name it, in lower case. */
  purpose: string;
  basis: LegalBasis;
  name?: Words;
  /** What customers are told and agree to, on the preference page and when they are asked. */
  text?: Words;
  /** The purpose's term of the W3C Data Privacy Vocabulary, such as `dpv:DirectMarketing`. */
  dpv?: string;
  /** Ways to reach the customer that are asked about one by one; none when the purpose reaches nobody. */
  channels?: readonly string[];
  /** A broader purpose: who refuses that one refuses this one. A yes to it is none to this. */
  under?: string;
  sensitive?: boolean;
  shared?: boolean;
  abroad?: boolean;
  /** `denied` where the basis would allow: then it waits for a yes. */
  byDefault?: 'allowed' | 'denied';
};
export type ConsentDeclaration = {
  law?: Law;
  /** Who answers for the processing: stands in receipts. */
  controller?: string;
  /** Where the policy text is published: stands in receipts. */
  privacyNotice?: string;
  /** The version of the policy that the texts are of: stands in what customers say on the preference page. */
  policyVersion?: string;
  /** GDPR only: the age from which children consent themselves, 13 to 16 as the member state has set it. */
  minorsAge?: number;
  purposes?: readonly PurposeDeclaration[];
};

export type Purpose = {
  readonly purpose: string;
  readonly name: Words;
  readonly text: Words;
  readonly dpv: string;
  readonly basis: LegalBasis;
  readonly mode: Mode;
  readonly channels: readonly string[];
  readonly under?: string;
  /** Why consent must be given apart; empty when it need not. */
  readonly apart: readonly ApartReason[];
};
export type PurposeTable = {
  readonly pack: LawPack;
  readonly minorsAge: number;
  readonly controller: string;
  readonly privacyNotice?: string;
  readonly policyVersion?: string;
  readonly purposes: ReadonlyMap<string, Purpose>;
};

export const purposeLimits = { purposes: 64, channels: 16 } as const;

/** What the node itself does with customers' data under a purpose; these are declared in every table. */
export const nodeUses = {
  matching: 'identity_matching',
  /** Both are about what somebody is like. `model_training` is for what is learned for others' use. */
  training: 'profiling',
  scoring: 'profiling',
} as const;

const standard = (law: Law): readonly PurposeDeclaration[] => [
  {
    purpose: 'customer_service',
    basis: 'contract',
    name: { en: 'serving customers', zh: '客户服务' },
    dpv: 'dpv:CustomerCare',
  },
  {
    purpose: nodeUses.matching,
    // Keeping one file for one customer; where the law knows no legitimate interests it belongs to serving the contract.
    basis: law === 'gdpr' ? 'legitimate_interests' : 'contract',
    name: { en: 'recognising a customer across systems', zh: '跨系统识别客户' },
    dpv: 'dpv:CustomerManagement',
  },
  {
    purpose: 'marketing',
    basis: 'consent',
    name: { en: 'advertising messages', zh: '营销信息推送' },
    dpv: 'dpv:DirectMarketing',
    channels: ['email', 'sms', 'phone', 'push', 'wechat', 'post'],
  },
  { purpose: 'profiling', basis: 'consent', name: { en: 'profiling', zh: '用户画像' }, dpv: 'dpv:Personalisation' },
  { purpose: 'analytics', basis: 'consent', name: { en: 'usage analytics', zh: '使用分析' }, dpv: 'dpv:ServiceUsageAnalytics' },
  {
    purpose: 'model_training',
    basis: 'consent',
    name: { en: 'training models', zh: '模型训练' },
    dpv: 'dpv:ResearchAndDevelopment',
  },
  {
    purpose: 'partner_matching',
    basis: 'consent',
    shared: true,
    name: { en: 'matching with partners', zh: '与合作方比对' },
  },
];

/** @param region the country of the node, which chooses the law when none is named @throws {Error} naming the purpose */
export function purposeTable(declaration: ConsentDeclaration, region: string): PurposeTable {
  const law = declaration.law ?? (region === 'CN' ? 'pipl' : 'gdpr');
  const pack = lawPacks[law];
  const minorsAge = declaration.minorsAge ?? pack.children.age;
  const { ageFrom, ageTo, article } = pack.children;
  if (minorsAge < ageFrom || minorsAge > ageTo)
    throw new Error(`minorsAge ${minorsAge}: ${article} sets ${ageFrom === ageTo ? ageTo : `${ageFrom} to ${ageTo}`}`);
  const declared = declaration.purposes ?? [];
  const names = declared.map(({ purpose }) => purpose);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`purposes ${twice} is declared twice`);
  const all = new Map(standard(law).map((one) => [one.purpose, one]));
  for (const one of declared) all.set(one.purpose, one);
  if (all.size > purposeLimits.purposes) throw new Error(`purposes: more than ${purposeLimits.purposes}`);
  return {
    pack,
    minorsAge,
    controller: declaration.controller ?? '',
    ...(declaration.privacyNotice !== undefined && { privacyNotice: declaration.privacyNotice }),
    ...(declaration.policyVersion !== undefined && { policyVersion: declaration.policyVersion }),
    purposes: new Map([...all.values()].map((one) => [one.purpose, purposeOf(one, pack)])),
  };
}

function purposeOf(declared: PurposeDeclaration, pack: LawPack): Purpose {
  const { purpose, basis, byDefault } = declared;
  const rule = pack.bases[basis];
  if (!rule) {
    const known = Object.keys(pack.bases).join(', ');
    throw new Error(`purposes ${purpose}: ${basis} is no legal basis of ${pack.law}; it has ${known}`);
  }
  if (declared.under === purpose) throw new Error(`purposes ${purpose} is declared under itself`);
  if (byDefault === 'allowed' && rule.mode === 'optIn')
    throw new Error(`purposes ${purpose}: silence is no consent (${pack.articles.conditions}), so byDefault cannot be allowed`);
  if (byDefault === 'denied' && rule.mode === 'always')
    throw new Error(`purposes ${purpose}: ${basis} does not rest on the customer's word, so byDefault cannot be denied`);
  const apart = (['sensitive', 'shared', 'abroad'] as const).filter((reason) => declared[reason] && pack.apart[reason]);
  const name = declared.name ?? { en: purpose, zh: purpose };
  return {
    purpose,
    name,
    text: declared.text ?? { en: `We use your data for: ${name.en}.`, zh: `我们将您的个人信息用于：${name.zh}。` },
    dpv: declared.dpv ?? 'dpv:Purpose',
    basis,
    mode: byDefault === 'denied' ? 'optIn' : rule.mode,
    channels: declared.channels ?? [],
    ...(declared.under !== undefined && { under: declared.under }),
    // The law's other grounds stand in place of consent, the separate one included.
    apart: basis === 'consent' ? apart : [],
  };
}
