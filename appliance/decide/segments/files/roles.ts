// Which column is which: by what the options say, by what headers of the field are called in Chinese and English, and without a header by
// what the first row looks like.

import { Fault } from '../../../core/errors.ts';

export const roles = ['customer', 'date', 'amount', 'frequency', 'recency', 'age', 'monetary'] as const;
export type Role = (typeof roles)[number];
/** Names or numbers (from 1) of columns, as options give them. */
export type RoleOptions = { readonly [role in Role]?: string | undefined };
/** Places of columns, from 0. */
export type Places = { readonly [role in Role]?: number };

/** Names as headers write them, without case, spaces and punctuation; the first of a line that is there wins. */
const names: { readonly [role in Role]: readonly string[] } = {
  customer: [
    'customerid',
    'customer',
    'customerno',
    'customernumber',
    'custid',
    'clientid',
    'client',
    'memberid',
    'member',
    'userid',
    'user',
    'buyerid',
    'accountid',
    'profileid',
    'person',
    'id',
    '客户编号',
    '客户号',
    '客户id',
    '客户',
    '会员编号',
    '会员号',
    '会员卡号',
    '会员id',
    '会员',
    '用户编号',
    '用户id',
    '用户',
    '买家',
    '手机号',
    '编号',
  ],
  date: [
    'date',
    'orderdate',
    'purchasedate',
    'transactiondate',
    'invoicedate',
    'paymentdate',
    'timestamp',
    'orderedat',
    'createdat',
    'occurredat',
    'datetime',
    'time',
    '日期',
    '交易日期',
    '订单日期',
    '购买日期',
    '下单日期',
    '消费日期',
    '交易时间',
    '下单时间',
    '订单时间',
    '购买时间',
    '支付时间',
    '消费时间',
    '付款时间',
    '时间',
  ],
  amount: [
    'amount',
    'totalamount',
    'orderamount',
    'ordertotal',
    'total',
    'totalprice',
    'revenue',
    'sales',
    'spend',
    'spent',
    'value',
    'price',
    'paid',
    'dollars',
    'amountcny',
    '金额',
    '交易金额',
    '订单金额',
    '消费金额',
    '实付金额',
    '支付金额',
    '付款金额',
    '实付',
    '成交金额',
    '总金额',
    '销售额',
  ],
  frequency: [
    'frequency',
    'repeatpurchases',
    'repeats',
    'x',
    'orders',
    'purchases',
    '频次',
    '频率',
    '购买次数',
    '复购次数',
    '消费次数',
    '订单数',
  ],
  recency: [
    'recency',
    'recencydays',
    'tx',
    'dayssincelast',
    'dayssincelastorder',
    'lastorder',
    'lastpurchase',
    '最近下单',
    '最近下单时间',
    '最近一次',
    '最近消费',
    '最近购买',
    '未购天数',
    '距今天数',
  ],
  age: ['t', 'age', 'tenure', 'observed', '观察期', '年资', '客户年龄'],
  monetary: [
    'monetary',
    'monetaryvalue',
    'meanamount',
    'averageamount',
    'aov',
    'spend',
    'amount',
    'revenue',
    '平均金额',
    '客单价',
    '消费金额',
    '金额',
    '累计金额',
  ],
};

const folded = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_\-.()（）/:]+/g, '');

/**
 * @throws {Fault} `bad_request` where an option names a column that is not there
 */
export function placeRoles(columns: readonly string[], first: readonly string[], headed: boolean, options: RoleOptions): Places {
  const keys = columns.map(folded);
  const places: { [role in Role]?: number } = {};
  for (const role of roles) {
    const wanted = options[role];
    if (wanted !== undefined) {
      places[role] = placeNamed(columns, keys, wanted, role);
      continue;
    }
    const found = headed ? placeOf(role, keys) : undefined;
    if (found !== undefined) places[role] = found;
  }
  return headed ? places : { ...byLook(first), ...places };
}

/** By a name in full, else for the three of a purchase by one that a header ends in, as in dollar_value. */
function placeOf(role: Role, keys: readonly string[]): number | undefined {
  const whole = names[role].map((name) => keys.indexOf(name)).find((place) => place >= 0);
  if (whole !== undefined || !ofPurchases.has(role)) return whole;
  const ending = (name: string) => keys.findIndex((key) => key.endsWith(name) && !/birth|生日|出生|unit|tax/.test(key));
  return names[role]
    .filter((name) => name.length > 3 || /\p{Script=Han}{2}/u.test(name))
    .map(ending)
    .find((place) => place >= 0);
}
const ofPurchases: ReadonlySet<Role> = new Set(['customer', 'date', 'amount']);

function placeNamed(columns: readonly string[], keys: readonly string[], wanted: string, role: Role): number {
  const exact = columns.indexOf(wanted);
  const place = exact >= 0 ? exact : keys.indexOf(folded(wanted));
  if (place >= 0) return place;
  const number = Number(wanted);
  if (Number.isInteger(number) && number >= 1 && number <= columns.length) return number - 1;
  throw new Fault('bad_request', `--${role}: there is no column ${wanted}; columns are ${columns.join(', ')}`);
}

/** Without a header: the first column is the customer, the first that looks like a day of our times the date, the last of the numbers after it the amount. */
function byLook(first: readonly string[]): Places {
  const date = first.findIndex(
    (cell, place) =>
      place > 0 && /^(19|20)\d{2}([-/.年]?)(0?[1-9]|1[0-2])\2?[-/.月]?(0?[1-9]|[12]\d|3[01])日?($|[T ])/.test(cell.trim()),
  );
  if (date < 0) return {};
  const amount = first.findLastIndex((cell, place) => place > date && /^[-+]?[¥$]?[\d,]*\.?\d+$/.test(cell.trim()));
  return amount > date ? { customer: 0, date, amount } : { customer: 0, date };
}
