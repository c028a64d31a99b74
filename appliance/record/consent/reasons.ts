// What the gate's rules say to people, in both languages.

import type { Words } from '../../core/errors.ts';
import type { Rule } from './judge.ts';

export const reasons: { readonly [rule in Rule]: Words } = {
  basis_allows: { en: 'rests on another ground than consent', zh: '依据同意以外的合法性基础' },
  not_objected: { en: 'nobody objected', zh: '未提出拒绝' },
  objected: { en: 'the customer objected', zh: '客户已拒绝' },
  restricted: { en: 'the customer had the use restricted', zh: '客户已要求限制处理' },
  consent_given: { en: 'the customer consented', zh: '客户已同意' },
  consent_missing: { en: 'no consent was given', zh: '未取得同意' },
  consent_refused: { en: 'consent was refused or withdrawn', zh: '已拒绝或撤回同意' },
  consent_expired: { en: 'the consent has run out', zh: '同意已过期' },
  separate_consent_missing: { en: 'consent was given, but not apart', zh: '已同意，但缺少单独同意' },
  guardian_consent_missing: { en: "a child, without the guardian's consent", zh: '未成年人，缺少监护人同意' },
  ledger_overflow: {
    en: 'more purposes were named than are kept, so a no may be among them',
    zh: '记录的处理目的超出上限，可能包含拒绝',
  },
  unknown_purpose: { en: 'no such purpose is declared', zh: '未声明该处理目的' },
  unknown_channel: { en: 'no such channel is declared for the purpose', zh: '该目的未声明此渠道' },
};
