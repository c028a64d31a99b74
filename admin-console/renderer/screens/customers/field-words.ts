// What fields of customers are called. A field that an organisation made of its own is shown by its own name.

import type { Words } from '../../words/words.ts';

const fields: { readonly [name: string]: Words } = {
  name: { en: 'Name', zh: '姓名' },
  phone: { en: 'Phone', zh: '电话' },
  email: { en: 'E-mail', zh: '邮箱' },
  address: { en: 'Address', zh: '地址' },
  birthday: { en: 'Birthday', zh: '生日' },
  gender: { en: 'Gender', zh: '性别' },
  language: { en: 'Language', zh: '语言' },
  national_id: { en: 'National id', zh: '身份证号' },
  loyalty_card: { en: 'Loyalty card', zh: '会员卡' },
  createdAt: { en: 'Customer since', zh: '注册时间' },
  user_id: { en: 'Customer id', zh: '客户编号' },
  anonymous_id: { en: 'Device', zh: '设备标识' },
  bank_card: { en: 'Bank card', zh: '银行卡' },
};
const rules: { readonly [name: string]: Words } = {
  mostRecent: { en: 'most recent', zh: '取最新' },
  sourcePriority: { en: 'source comes first', zh: '来源优先' },
  onlyOne: { en: 'only one', zh: '唯一来源' },
  byHand: { en: 'set by hand', zh: '人工设定' },
};

const wordsIn = (table: { readonly [name: string]: Words }, name: string): Words => table[name] ?? { en: name, zh: name };
export const fieldWords = (name: string): Words => wordsIn(fields, name);
export const ruleWords = (name: string): Words => wordsIn(rules, name);
