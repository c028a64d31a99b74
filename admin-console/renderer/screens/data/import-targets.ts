// What a column may mean, by names in both languages: an identifier, something about the customer, something of an event, or one's own.

import type { Words } from '../../words/words.ts';

export type Target = { readonly to: string; readonly name: Words };
export type TargetGroup = {
  readonly key: 'identifiers' | 'customer' | 'event';
  readonly name: Words;
  readonly targets: readonly Target[];
};

const one = (to: string, en: string, zh: string): Target => ({ to, name: { en, zh } });

export const groups: readonly TargetGroup[] = [
  {
    key: 'identifiers',
    name: { en: 'Who it is', zh: '身份标识' },
    targets: [
      one('userId', 'Customer id', '客户编号'),
      one('traits.phone', 'Phone', '手机号'),
      one('traits.email', 'E-mail', '邮箱'),
      one('traits.nationalId', 'Identity number', '身份证号'),
      one('traits.unionId', 'WeChat UnionID', '微信 UnionID'),
      one('traits.openId', 'WeChat OpenID', '微信 OpenID'),
      one('traits.loyaltyCard', 'Loyalty card', '会员卡号'),
      one('traits.deviceId', 'Device', '设备号'),
      one('anonymousId', 'Anonymous id', '匿名标识'),
    ],
  },
  {
    key: 'customer',
    name: { en: 'About the customer', zh: '客户信息' },
    targets: [
      one('traits.name', 'Name', '姓名'),
      one('traits.gender', 'Gender', '性别'),
      one('traits.birthday', 'Birthday', '生日'),
      one('traits.age', 'Age', '年龄'),
      one('traits.address', 'Address', '地址'),
      one('traits.province', 'Province', '省份'),
      one('traits.city', 'City', '城市'),
      one('traits.district', 'District', '区县'),
      one('traits.postalCode', 'Postcode', '邮编'),
      one('traits.country', 'Country', '国家'),
      one('traits.language', 'Language', '语言'),
      one('traits.company', 'Company', '公司'),
      one('traits.title', 'Job title', '职位'),
      one('traits.username', 'User name', '用户名'),
      one('traits.memberLevel', 'Member level', '会员等级'),
      one('traits.points', 'Points', '积分'),
      one('traits.createdAt', 'Customer since', '注册时间'),
      one('traits.description', 'Note', '备注'),
      one('traits.firstName', 'First name', '名'),
      one('traits.lastName', 'Last name', '姓'),
      one('traits.website', 'Website', '网站'),
      one('traits.avatar', 'Avatar', '头像'),
    ],
  },
  {
    key: 'event',
    name: { en: 'What happened', zh: '事件' },
    targets: [
      one('name', 'Name of the event', '事件名称'),
      one('timestamp', 'When it happened', '发生时间'),
      one('messageId', 'Number of the event', '事件编号'),
      one('properties.order_id', 'Order number', '订单号'),
      one('properties.total', 'Amount', '金额'),
      one('properties.currency', 'Currency', '币种'),
      one('properties.sku', 'Article', '商品编码'),
      one('properties.quantity', 'Quantity', '数量'),
    ],
  },
];

const byTarget = new Map(groups.flatMap(({ targets }) => targets).map((target) => [target.to, target]));
const section = { traits: { en: 'own field', zh: '自定义字段' }, properties: { en: 'own property', zh: '自定义属性' } } as const;

/** What a target is called; one of somebody's own by its own name. */
export function targetWords(to: string): Words {
  const known = byTarget.get(to);
  if (known) return known.name;
  const [first = '', ...rest] = to.split('.');
  const name = rest.join('.') || first;
  const kind = first === 'traits' || first === 'properties' ? section[first] : undefined;
  return kind ? { en: `${name} (${kind.en})`, zh: `${name}（${kind.zh}）` } : { en: to, zh: to };
}
export const isKnownTarget = (to: string): boolean => byTarget.has(to);

/** Dots part the path of a target, so a column's own become underscores. */
export const ownName = (column: string): string => column.replaceAll('.', '_').slice(0, 128);

/** Of columns that are numbers in events: how they are read. */
const readAs: { readonly [to: string]: string } = { 'properties.total': 'number', 'properties.quantity': 'number' };

/** What each column means, and of what kind the rows are. */
export type Mapping = {
  readonly columns: { readonly [column: string]: string | undefined };
  /** Facts about customers, or events of them. */
  readonly rows: 'identify' | 'track';
  /** What all rows are called where no column says it. */
  readonly eventName: string;
};

/** As the node takes it: docs/imports.md. The same choices give the same text, by which rows are known again. */
export function mapOf({ columns, rows, eventName }: Mapping): { [name: string]: unknown } {
  const chosen = Object.entries(columns).filter(([, to]) => to !== undefined) as [string, string][];
  const named = chosen.some(([, to]) => to === 'name');
  return {
    columns: Object.fromEntries(chosen.map(([column, to]) => [column, readAs[to] ? { to, as: readAs[to] } : to])),
    constants: { kind: rows, ...(rows === 'track' && !named && { name: eventName.trim() }) },
  };
}

export type Lack = 'nothing' | 'who' | 'name';

/** What is still to be said before rows can be looked at. */
export function lackOf({ columns, rows, eventName }: Mapping): Lack | undefined {
  const chosen = Object.values(columns).filter((to): to is string => to !== undefined);
  if (chosen.length === 0) return 'nothing';
  const who = new Set(groups[0]!.targets.map(({ to }) => to));
  if (!chosen.some((to) => who.has(to))) return 'who';
  return rows === 'track' && !chosen.includes('name') && eventName.trim() === '' ? 'name' : undefined;
}

/** One column takes a target: whichever had it lets it go. */
export function assign(mapping: Mapping, column: string, to: string | undefined): Mapping {
  const columns: { [column: string]: string | undefined } = { ...mapping.columns };
  for (const [other, held] of Object.entries(columns)) if (to !== undefined && held === to) columns[other] = undefined;
  columns[column] = to;
  // A name or a time of an event makes rows events.
  const rows = to === 'name' ? 'track' : mapping.rows;
  return { ...mapping, columns, rows };
}

type Document = { readonly [name: string]: unknown };
const isObject = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What a source's dictionary says of columns of these names, as another file with the same columns was mapped before. */
export function fromDictionary(dictionary: Document, header: readonly string[]): { readonly [column: string]: string } {
  const fields = isObject(dictionary.fields) ? dictionary.fields : {};
  const found: { [column: string]: string } = {};
  for (const column of header) {
    for (const section of ['traits', 'properties']) {
      const rule = fields[`${section}.${ownName(column)}`];
      const to = isObject(rule) ? rule.to : rule;
      if (typeof to === 'string') found[column] = to;
    }
  }
  return found;
}

/** The dictionary with the mapping in it: what stood there of other fields stays. */
export function intoDictionary(dictionary: Document, mapping: Mapping): Document {
  const section = mapping.rows === 'track' ? 'properties' : 'traits';
  const fields: { [path: string]: unknown } = { ...(isObject(dictionary.fields) ? dictionary.fields : {}) };
  for (const [column, to] of Object.entries(mapping.columns)) {
    const path = `${section}.${ownName(column)}`;
    // messageId, timestamp and the name of an event are no targets of a dictionary: they are said of rows, not of values.
    const fits = to !== undefined && !['messageId', 'timestamp', 'name'].includes(to);
    if (fits && to !== path) fields[path] = to;
  }
  return { version: 1, ...dictionary, fields };
}
