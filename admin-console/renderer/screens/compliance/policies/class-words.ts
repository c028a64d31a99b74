// Classes of customers' data and how they are shown, in words.

import type { Words } from '../../../words/words.ts';

export const dataClasses = [
  'name',
  'phone',
  'email',
  'address',
  'national-id',
  'bank-card',
  'birth-date',
  'device',
  'free-text',
  'other',
] as const;
export const classWords: { readonly [dataClass in (typeof dataClasses)[number]]: Words } = {
  name: { en: 'name', zh: '姓名' },
  phone: { en: 'telephone', zh: '电话' },
  email: { en: 'e-mail', zh: '电子邮件' },
  address: { en: 'address', zh: '地址' },
  'national-id': { en: 'national id', zh: '身份证件号' },
  'bank-card': { en: 'bank card', zh: '银行卡号' },
  'birth-date': { en: 'birth date', zh: '出生日期' },
  device: { en: 'device', zh: '设备' },
  'free-text': { en: 'free text', zh: '自由文本' },
  other: { en: 'what identifies nobody', zh: '不识别个人的数据' },
};
/** Of a class that the configuration names; one of its own is shown by its own name. */
export const classNamed = (name: string): Words =>
  Object.hasOwn(classWords, name) ? classWords[name as keyof typeof classWords] : { en: name, zh: name };
export const viewWords: { readonly [view in 'clear' | 'pseudonym' | 'masked' | 'hidden']: Words } = {
  clear: { en: 'clear', zh: '明文' },
  pseudonym: { en: 'pseudonym', zh: '假名' },
  masked: { en: 'masked', zh: '脱敏' },
  hidden: { en: 'hidden', zh: '不可见' },
};
