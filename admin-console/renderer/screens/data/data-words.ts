// Words of data that several screens say: classes of fields, kinds of events, what became of them, and why an event waits. The node gives its
// reasons in English sentences of a known form; what is not known here is shown as the node says it.

import type { Tone } from '../../design/design.ts';
import type { Words } from '../../words/words.ts';

export const classWords: { readonly [name: string]: Words } = {
  phone: { en: 'Phone number', zh: '电话号码' },
  national_id: { en: 'Identity number', zh: '身份证号' },
  bank_card: { en: 'Bank card', zh: '银行卡号' },
  email: { en: 'E-mail', zh: '电子邮箱' },
  address: { en: 'Address', zh: '地址' },
  person_name: { en: 'Person’s name', zh: '姓名' },
  birth_date: { en: 'Birth date', zh: '出生日期' },
  ip_address: { en: 'IP address', zh: 'IP 地址' },
  device_id: { en: 'Device', zh: '设备标识' },
  identifier: { en: 'Opaque id', zh: '标识符' },
  free_text: { en: 'Free text', zh: '自由文本' },
  sensitive: { en: 'Sensitive', zh: '敏感信息' },
  none: { en: 'Not personal', zh: '非个人信息' },
};

export const kindWords: { readonly [kind: string]: Words } = {
  identify: { en: 'Identify', zh: '识别' },
  track: { en: 'Event', zh: '事件' },
  page: { en: 'Page', zh: '页面浏览' },
  screen: { en: 'Screen', zh: '应用界面' },
  group: { en: 'Group', zh: '群组' },
  alias: { en: 'Alias', zh: '别名' },
  any: { en: 'Every event', zh: '所有事件' },
};

export const outcomeWords: { readonly [outcome: string]: readonly [Words, Tone] } = {
  recorded: [{ en: 'Recorded', zh: '已记录' }, 'good'],
  duplicate: [{ en: 'Sent before', zh: '重复' }, 'note'],
  quarantined: [{ en: 'Quarantined', zh: '已隔离' }, 'wait'],
  rejected: [{ en: 'Refused', zh: '已拒收' }, 'bad'],
};

const reasons: { readonly [reason: string]: string } = {
  'required and missing': '必填项缺失',
  'a field that nobody has classified yet': '字段尚无人分类',
  'a field that the catalogue has no room for': '数据目录已满，无法登记该字段',
  'a field that the dictionary does not know': '字典中没有该字段',
  'an event that the dictionary does not know': '字典中没有该事件',
  'a property that the schema does not allow': '结构不允许该属性',
  'longer than 512 characters': '超过 512 个字符',
  'not text': '不是文本',
  'not yes or no': '不是“是/否”',
  'not a number': '不是数字',
  empty: '为空',
};
const starts: readonly (readonly [string, string])[] = [
  ['not a phone number', '不是有效的电话号码'],
  ['not an email', '不是有效的电子邮箱'],
  ['not an identity number', '不是有效的身份证号'],
  ['not a date', '不是有效的日期'],
  ['not a time', '不是有效的时间'],
  ['not a gender', '不是可识别的性别'],
  ['not a name', '不是有效的姓名'],
  ['not an address', '不是有效的地址'],
  ['not an amount', '不是有效的数值'],
  ['text longer than', '文本过长'],
  ['must be', '不符合结构约束'],
  ['must have required', '缺少必填属性'],
  ['must match', '不符合结构约束'],
  ['must NOT', '不符合结构约束'],
];

/** @param reason as the node says it, such as `not a date: no such month` */
export function reasonWords(reason: string): Words {
  const known = reasons[reason] ?? starts.find(([start]) => reason.startsWith(start))?.[1];
  if (known !== undefined) return { en: reason, zh: known };
  // To who sends events it is told with its place before it.
  const [, where, rest] = /^([\w.$*[\]-]+): (.+)$/.exec(reason) ?? [];
  if (where === undefined || rest === undefined) return { en: reason, zh: reason };
  return { en: reason, zh: `${where}：${reasonWords(rest).zh}` };
}

export const normaliserWords: { readonly [name: string]: Words } = {
  as_given: { en: 'As given', zh: '原样' },
  text: { en: 'Text', zh: '文本' },
  name: { en: 'Name', zh: '姓名' },
  phone: { en: 'Phone number', zh: '电话号码' },
  email: { en: 'E-mail', zh: '电子邮箱' },
  date: { en: 'Date', zh: '日期' },
  time: { en: 'Moment', zh: '时间' },
  gender: { en: 'Gender', zh: '性别' },
  national_id: { en: 'Identity number', zh: '身份证号' },
  address: { en: 'Address', zh: '地址' },
  number: { en: 'Number', zh: '数值' },
  boolean: { en: 'Yes or no', zh: '是否' },
  list: { en: 'List', zh: '列表' },
};
