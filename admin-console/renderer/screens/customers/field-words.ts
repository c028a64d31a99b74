// What fields, events and sources of decisions of customers are called. What an organisation made of its own is shown by its own name.

import type { Words } from '../../words/words.ts';

type Table = { readonly [name: string]: Words };

const fields: Table = {
  name: { en: 'Name', zh: '姓名' },
  firstName: { en: 'First name', zh: '名' },
  lastName: { en: 'Last name', zh: '姓' },
  fullName: { en: 'Name', zh: '姓名' },
  givenName: { en: 'First name', zh: '名' },
  surname: { en: 'Last name', zh: '姓' },
  phone: { en: 'Phone', zh: '电话' },
  email: { en: 'E-mail', zh: '邮箱' },
  address: { en: 'Address', zh: '地址' },
  city: { en: 'City', zh: '城市' },
  province: { en: 'Province', zh: '省份' },
  district: { en: 'District', zh: '区县' },
  country: { en: 'Country', zh: '国家' },
  postcode: { en: 'Postcode', zh: '邮编' },
  postalCode: { en: 'Postcode', zh: '邮编' },
  birthday: { en: 'Birthday', zh: '生日' },
  birthDate: { en: 'Birthday', zh: '生日' },
  age: { en: 'Age', zh: '年龄' },
  gender: { en: 'Gender', zh: '性别' },
  language: { en: 'Language', zh: '语言' },
  company: { en: 'Company', zh: '单位' },
  memberLevel: { en: 'Member level', zh: '会员等级' },
  points: { en: 'Points', zh: '积分' },
  national_id: { en: 'National id', zh: '身份证号' },
  nationalId: { en: 'National id', zh: '身份证号' },
  loyalty_card: { en: 'Loyalty card', zh: '会员卡' },
  loyaltyCard: { en: 'Loyalty card', zh: '会员卡' },
  createdAt: { en: 'Customer since', zh: '注册时间' },
  user_id: { en: 'Customer id', zh: '客户编号' },
  anonymous_id: { en: 'Visitor id', zh: '访客标识' },
  device: { en: 'Device', zh: '设备标识' },
  cookie: { en: 'Browser mark', zh: '浏览器标识' },
  open_id: { en: 'Open id', zh: '开放标识' },
  union_id: { en: 'Union id', zh: '联合标识' },
  bank_card: { en: 'Bank card', zh: '银行卡' },
  bank_account: { en: 'Bank account', zh: '银行账号' },
  'other records': { en: 'Their other records', zh: '其余记录' },
};
const rules: Table = {
  mostRecent: { en: 'the most recent', zh: '取最新' },
  mostFrequent: { en: 'the most frequent', zh: '取最常见' },
  mostComplete: { en: 'the most complete', zh: '取最完整' },
  sourcePriority: { en: 'the source comes first', zh: '来源优先' },
  onlyOne: { en: 'the only one', zh: '唯一取值' },
  setByHand: { en: 'set by hand', zh: '人工设定' },
};
const kinds: Table = {
  track: { en: 'Act', zh: '行为' },
  page: { en: 'Page', zh: '页面' },
  screen: { en: 'Screen', zh: '屏幕' },
  identify: { en: 'Who it is', zh: '身份' },
  group: { en: 'Group', zh: '群组' },
  alias: { en: 'Other name', zh: '别名' },
};
const statuses: Table = {
  given: { en: 'given', zh: '已同意' },
  denied: { en: 'refused', zh: '已拒绝' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
};
const makers: Table = {
  person: { en: 'decided by a person', zh: '人工判定' },
  model: { en: 'sure to the matcher', zh: '匹配器判定' },
  alias: { en: 'told by the source', zh: '来源声明' },
};

/** The node's own source, for what people put right; every other is called what the organisation calls it. */
const sources: Table = { 'by hand': { en: 'by hand', zh: '人工登记' } };

const wordsIn = (table: Table, name: string): Words => (Object.hasOwn(table, name) ? table[name]! : { en: name, zh: name });
/** Of an identifier of a kind that the organisation declared, its name alone. */
export const fieldWords = (name: string): Words => wordsIn(fields, name.replace(/^custom:/, ''));
export const sourceWords = (name: string): Words => wordsIn(sources, name);
export const ruleWords = (name: string): Words => wordsIn(rules, name);
export const kindWords = (name: string): Words => wordsIn(kinds, name);
export const statusWords = (name: string): Words => wordsIn(statuses, name);
export const makerWords = (name: string): Words => wordsIn(makers, name);
export const eventKinds = Object.keys(kinds);
