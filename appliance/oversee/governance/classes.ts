// Classes of data: what kind of thing a field holds, which of them tell of a person, and the names that fields of each class go by in
// both languages.

import type { Words } from '../../core/errors.ts';
import { standardTraitFor, traitNameKey } from '../../core/values/standard-traits.ts';

export const dataClasses = [
  'phone',
  'national_id',
  'bank_card',
  'email',
  'address',
  'person_name',
  'birth_date',
  'ip_address',
  'device_id',
  'identifier',
  'free_text',
  'sensitive',
  'none',
] as const;
export type DataClass = (typeof dataClasses)[number];

export const classWords: { readonly [name in DataClass]: Words } = {
  phone: { en: 'phone number', zh: '电话号码' },
  national_id: { en: 'identity number', zh: '身份证号' },
  bank_card: { en: 'bank card', zh: '银行卡号' },
  email: { en: 'e-mail', zh: '电子邮箱' },
  address: { en: 'address', zh: '地址' },
  person_name: { en: "person's name", zh: '姓名' },
  birth_date: { en: 'birth date', zh: '出生日期' },
  ip_address: { en: 'IP address', zh: 'IP 地址' },
  device_id: { en: 'device', zh: '设备标识' },
  identifier: { en: 'opaque id', zh: '标识符' },
  free_text: { en: 'free text', zh: '自由文本' },
  sensitive: { en: 'sensitive', zh: '敏感信息' },
  none: { en: 'not personal', zh: '非个人信息' },
};

/** Everything but `none` may tell of one person: free text may hold anything, an opaque id stands for somebody or something of theirs. */
export function isPersonal(dataClass: DataClass): boolean {
  return dataClass !== 'none';
}

const byTrait: { readonly [trait: string]: DataClass } = {
  name: 'person_name',
  firstName: 'person_name',
  lastName: 'person_name',
  email: 'email',
  phone: 'phone',
  birthday: 'birth_date',
  address: 'address',
  nationalId: 'national_id',
  deviceId: 'device_id',
  unionId: 'identifier',
  openId: 'identifier',
  username: 'identifier',
  loyaltyCard: 'identifier',
  description: 'free_text',
};

const otherNames: readonly (readonly [DataClass, string])[] = [
  ['phone', 'fax fax_number contact_phone receiver_phone 传真 收货电话 手机 固话 联系手机'],
  ['national_id', 'ssn identity_number citizen_id id_number 公民身份号码 身份号码'],
  [
    'bank_card',
    'bank_card bankcard credit_card debit_card pan bank_account account_no 银行卡 银行卡号 信用卡 信用卡号 储蓄卡 卡号 银行账号',
  ],
  ['email', 'contact_email user_email 联系邮箱'],
  ['address', 'shipping_address billing_address delivery_address receiver_address street 收件地址 配送地址 街道地址 通信地址'],
  [
    'person_name',
    'contact_name receiver receiver_name recipient recipient_name first_name last_name 收货人 收件人 联系人姓名 持卡人 cardholder',
  ],
  ['birth_date', 'born birth 生年月日'],
  ['ip_address', 'ip ip_address client_ip remote_addr remote_ip user_ip IP地址 客户端IP'],
  ['device_id', 'device_id idfa idfv gaid oaid imei android_id mac mac_address advertising_id 设备标识 设备编号'],
  [
    'identifier',
    'user_id anonymous_id customer_id member_id order_id order_no session_id uuid guid token sku product_id 用户编号 客户编号 会员编号 订单号 订单编号 商品编号 流水号',
  ],
  [
    'free_text',
    'comment comments message content body feedback review reason query search_term 备注 留言 评论 反馈 内容 投诉内容',
  ],
];
const byName = new Map<string, DataClass>();
for (const [dataClass, names] of otherNames) for (const name of names.split(' ')) byName.set(traitNameKey(name), dataClass);

/**
 * The class that a field's name speaks for.
 * @param path such as `properties.customer.phone`; its last name counts, and `name` alone tells of a person only among traits
 */
export function classOfName(path: readonly string[]): DataClass | undefined {
  const names = path.filter((name) => name !== '[]');
  const last = names.at(-1) ?? '';
  const own = byName.get(traitNameKey(last));
  // `device.id` and `customer.name` are told by both words.
  const joined =
    names.length > 2
      ? (byName.get(traitNameKey(`${names.at(-2)}_${last}`)) ?? standardClass(`${names.at(-2)}_${last}`))
      : undefined;
  if (own ?? joined) return own ?? joined;
  const trait = standardTraitFor(last)?.name;
  if (trait === 'name' && traitNameKey(last) === 'name' && !names.includes('traits')) return undefined;
  return trait === undefined ? undefined : byTrait[trait];
}

function standardClass(name: string): DataClass | undefined {
  const trait = standardTraitFor(name)?.name;
  return trait === undefined ? undefined : byTrait[trait];
}

const contrary =
  /(?:^|[_.\-\s])(?:id|no|num|number|code|sku|order|amount|total|price|count|qty|quantity|version|time|date|at|ts)$|(?:Id|No|Num|Code|Sku|At|Time|Date|Count|Total)$|(?:编号|单号|流水|金额|数量|价格|版本|时间|日期)$/;

/** Whether a name speaks for a number or moment that is about no person, so that values must be all the surer. */
export function speaksAgainst(path: readonly string[]): boolean {
  const last = path.filter((name) => name !== '[]').at(-1) ?? '';
  return classOfName(path) === undefined && contrary.test(last);
}
