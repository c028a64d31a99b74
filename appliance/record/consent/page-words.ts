// What the preference page says, in both languages.

import type { Words } from '../../core/errors.ts';
import type { Rule } from './judge.ts';

export const pageWords = {
  title: { en: 'Your data, your choice', zh: '您的个人信息，由您决定' },
  intro: {
    en: 'Here you see what your data may be used for, and change it at any time. A change holds from the moment you save it.',
    zh: '您可在此查看个人信息的使用目的，并随时更改。更改自保存时起生效。',
  },
  choices: { en: 'What you decide', zh: '由您决定的事项' },
  apartTitle: { en: 'What needs your separate consent', zh: '须单独同意的事项' },
  apartIntro: {
    en: 'The law asks for a consent of its own for each of these.',
    zh: '依法，以下每一项均须取得您的单独同意。',
  },
  alwaysTitle: { en: 'What does not depend on your consent', zh: '不以同意为前提的事项' },
  alwaysIntro: {
    en: 'These rest on another legal ground, which stands beside each.',
    zh: '以下处理基于其他合法性基础，依据列于各项之后。',
  },
  save: { en: 'Save my choices', zh: '保存我的选择' },
  none: { en: 'Withdraw everything', zh: '全部撤回' },
  agreeApart: { en: 'I agree to this separately', zh: '我单独同意此项' },
  withdrawApart: { en: 'Withdraw', zh: '撤回' },
  objectable: {
    en: 'We do this unless you object. Take the tick away to object.',
    zh: '除非您拒绝，我们会进行此项处理。取消勾选即为拒绝。',
  },
  said: { en: 'since', zh: '自' },
  textVersion: { en: 'text', zh: '文本版本' },
  saved: { en: 'Saved. Your choice holds from now on.', zh: '已保存，您的选择即刻生效。' },
  unchanged: { en: 'Nothing was changed.', zh: '未作更改。' },
  changed: {
    en: 'The texts on this page have changed since you opened it, so nothing was saved. Please read them and choose again.',
    zh: '您打开页面后文本已更新，因此未保存。请阅读新文本后重新选择。',
  },
  held: {
    en: 'Your yes was recorded, and is not enough yet, because an earlier no stands elsewhere in our systems or a guardian must agree:',
    zh: '您的同意已登记，但尚未生效：我们的其他系统中仍有您此前的拒绝，或须监护人同意：',
  },
  contact: { en: 'Please contact us about it.', zh: '请与我们联系处理。' },
  child: {
    en: 'Our records say that this is a child. A guardian must consent; you can say no to anything here.',
    zh: '我们的记录显示您未成年，须由监护人同意；您可在此拒绝任何事项。',
  },
  receipt: { en: 'Download a receipt', zh: '下载回执' },
  receiptAbout: {
    en: 'a file with all you told us about your data, in a standard form',
    zh: '包含您全部表态的标准格式文件',
  },
  notice: { en: 'Privacy notice', zh: '隐私政策' },
  until: { en: 'This link is yours alone: do not pass it on. It holds until', zh: '此链接仅供您本人使用，请勿转发。有效期至' },
  law: { en: 'Law', zh: '适用法律' },
  otherLanguage: { en: '中文', zh: 'English' },
  goneTitle: { en: 'This link does not open anything', zh: '此链接无效' },
  gone: {
    en: 'It may have run out, been revoked, or not been copied whole. Please ask for a new one.',
    zh: '链接可能已过期、被撤销或不完整。请索取新的链接。',
  },
  confirmTitle: { en: 'Please confirm', zh: '请确认' },
  confirmIntro: {
    en: 'Nothing of this happens until you press the button. If it was not you who asked, close this page.',
    zh: '您点击确认之前，我们不会进行此项处理。如非本人申请，请直接关闭本页。',
  },
  confirm: { en: 'Yes, I agree', zh: '是的，我同意' },
  confirmed: {
    en: 'Thank you, your consent is recorded. You can withdraw it at any time.',
    zh: '谢谢，您的同意已登记，可随时撤回。',
  },
  superseded: {
    en: 'You have said no to this since, so this request cannot be confirmed any more.',
    zh: '您其后已表示拒绝，此申请不能再确认。',
  },
  trouble: { en: 'That did not work', zh: '操作未成功' },
} as const satisfies { readonly [name: string]: Words };

/** Channels that everybody knows; others are called as they are declared. */
export const channelWords: { readonly [channel: string]: Words } = {
  '*': { en: 'I agree', zh: '我同意' },
  email: { en: 'by e-mail', zh: '电子邮件' },
  sms: { en: 'by text message', zh: '短信' },
  phone: { en: 'by phone', zh: '电话' },
  push: { en: 'by notification in the app', zh: '应用推送' },
  wechat: { en: 'by WeChat', zh: '微信' },
  post: { en: 'by post', zh: '邮寄' },
};

/** The gate's rules as they are told to the customer. */
export const ruleWords: { readonly [rule in Rule]: Words } = {
  basis_allows: { en: 'Allowed on another legal ground', zh: '允许：基于其他合法性基础' },
  not_objected: { en: 'Allowed: you have not objected', zh: '允许：您未拒绝' },
  objected: { en: 'Not allowed: you objected', zh: '不允许：您已拒绝' },
  restricted: { en: 'Not allowed: you had the use restricted', zh: '不允许：您已要求限制处理' },
  consent_given: { en: 'Allowed: you agreed', zh: '允许：您已同意' },
  consent_missing: { en: 'Not allowed: you have not agreed', zh: '不允许：您尚未同意' },
  consent_refused: { en: 'Not allowed: you said no', zh: '不允许：您已拒绝或撤回' },
  consent_expired: { en: 'Not allowed: your consent has run out', zh: '不允许：您的同意已过期' },
  separate_consent_missing: { en: 'Not allowed: it needs your separate consent', zh: '不允许：须取得您的单独同意' },
  guardian_consent_missing: { en: 'Not allowed: a guardian must agree', zh: '不允许：须监护人同意' },
  ledger_overflow: { en: 'Not allowed: please contact us', zh: '不允许：请与我们联系' },
  unknown_purpose: { en: 'Not allowed', zh: '不允许' },
  unknown_channel: { en: 'Not allowed', zh: '不允许' },
};
