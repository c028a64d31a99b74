// The features of a customer, declared in this one file: what each is in words, its column, and how it is read from facts as of a moment.
// Whatever trains, segments or scores sees customers through these. `npm run docs:features` writes the catalogue people read.

import type { Words } from '../../core/errors.ts';
import type { ColumnKind, Storage } from '../../core/matrix/matrix.ts';
import type { Json } from '../../core/model/event.ts';
import { parseAddress } from '../../core/values/address.ts';
import type { PersonFacts } from '../../record/profiles/profiles.ts';
import { dayMs, type Moment } from './moment.ts';

export type Feature = {
  readonly name: string;
  readonly label: Words;
  readonly group: FeatureGroup;
  readonly kind: ColumnKind;
  readonly storage: Storage;
  /** Why a value is missing, where it can be. */
  readonly missing?: Words;
  /** Numbers and times as numbers, categories as text; undefined where nothing is known. Amounts are in the node's one currency. */
  of(facts: PersonFacts, moment: Moment): number | string | undefined;
};

export const featureGroups = {
  orders: { en: 'Orders and spending', zh: '订单与消费' },
  returns: { en: 'Returns', zh: '退货退款' },
  activity: { en: 'Activity', zh: '活跃度' },
  shopping: { en: 'Shopping', zh: '选购行为' },
  service: { en: 'Service and complaints', zh: '服务与投诉' },
  messages: { en: 'Messages', zh: '消息触达' },
  channels: { en: 'Channels and devices', zh: '渠道与设备' },
  person: { en: 'The person', zh: '个人属性' },
  computed: { en: 'Computed traits of this node', zh: '本节点声明的计算特征' },
} as const satisfies { [group: string]: Words };
export type FeatureGroup = keyof typeof featureGroups;

type Of = Feature['of'];
const sum = (numbers: readonly number[]) => numbers.reduce((all, one) => all + one, 0);

function column(kind: ColumnKind, storage: Storage) {
  return (group: FeatureGroup, name: string, en: string, zh: string, of: Of, missing?: Words): Feature => ({
    name,
    label: { en, zh },
    group,
    kind,
    storage,
    ...(missing && { missing }),
    of,
  });
}
const number = column('number', 'f32');
const amount = column('number', 'f64');
const time = column('time', 'f64');
const category = column('category', 'u16');

/** Times of what they did themselves, the earliest first. */
export const doingsOf = (facts: PersonFacts) => facts.doings();

function remembered<T>(of: (facts: PersonFacts) => T): (facts: PersonFacts) => T {
  const known = new WeakMap<PersonFacts, T>();
  return (facts) => {
    let value = known.get(facts);
    if (value === undefined) {
      value = of(facts);
      known.set(facts, value);
    }
    return value;
  };
}

const times = (facts: PersonFacts, name: string): readonly number[] => facts.did(name)?.times ?? [];
const count = (facts: PersonFacts, name: string) => facts.did(name)?.count ?? 0;
const orderTimes = remembered((facts: PersonFacts) => facts.orders().map(({ atMs }) => atMs));
const ordered = (facts: PersonFacts, moment: Moment, days: number) =>
  facts.orders().filter(({ atMs }) => moment.within(atMs, days));
const spend = (orders: readonly { total: number }[]) => sum(orders.map(({ total }) => total));
const ticketTimes = (facts: PersonFacts) => facts.tickets().flatMap(({ openedAtMs }) => openedAtMs ?? []);
const complaintTimes = (facts: PersonFacts) => times(facts, 'Complaint Filed');
/** Times come in their order, so that each day is met once. */
function activeDays(facts: PersonFacts, moment: Moment, days: number): number {
  const all = doingsOf(facts);
  let count = 0;
  let latest = Number.NaN;
  for (let at = all.length - 1; at >= 0; at -= 1) {
    const atMs = all[at]!;
    if (!moment.within(atMs, days)) {
      if (atMs <= moment.nowMs) break;
      continue;
    }
    const day = Math.floor(atMs / dayMs);
    if (day !== latest) count += 1;
    latest = day;
  }
  return count;
}
/** Mean days between orders that followed each other. */
function meanGapDays(at: readonly number[]): number | undefined {
  return at.length < 2 ? undefined : (at.at(-1)! - at[0]!) / (at.length - 1) / dayMs;
}

/** How uneven the gaps between orders are: their standard deviation by their mean. */
function gapSpread(at: readonly number[]): number | undefined {
  const mean = meanGapDays(at);
  if (at.length < 3 || mean === undefined || mean === 0) return undefined;
  const gaps = at.slice(1).map((ms, index) => (ms - at[index]!) / dayMs);
  return Math.sqrt(sum(gaps.map((gap) => (gap - mean) ** 2)) / gaps.length) / mean;
}

const share = (part: number, whole: number) => (whole === 0 ? undefined : part / whole);
const text = (value: Json | undefined) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Which of the channels of orders is the most frequent; of two, the first by the alphabet. */
function mainChannel(facts: PersonFacts): string | undefined {
  const counts = new Map<string, number>();
  for (const { channel = 'online' } of facts.orders()) counts.set(channel, (counts.get(channel) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0];
}

function bornAtMs(facts: PersonFacts): number | undefined {
  const birthday = facts.trait('birthday');
  const ms =
    typeof birthday === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(birthday) ? Date.parse(`${birthday}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** The province or state, without the word for what it is: 四川 and 四川省 are one; else the city. */
function regionOf(facts: PersonFacts): string | undefined {
  const said = text(facts.trait('province'));
  const address = facts.trait('address');
  const parts = said === undefined && address !== undefined ? parseAddress(address) : undefined;
  const parsed = parts?.ok ? parts.value : undefined;
  const province = said ?? parsed?.province;
  if (province !== undefined)
    return province.replace(/(?<=..)(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市)$/u, '');
  return text(facts.trait('city')) ?? parsed?.city;
}

/** Mean hours from opening to resolving of the tickets that were resolved. */
function resolutionHours(facts: PersonFacts): number | undefined {
  const hours = facts
    .tickets()
    .flatMap(({ openedAtMs, resolvedAtMs }) =>
      openedAtMs !== null && resolvedAtMs !== null && resolvedAtMs >= openedAtMs ? (resolvedAtMs - openedAtMs) / 3_600_000 : [],
    );
  return hours.length === 0 ? undefined : sum(hours) / hours.length;
}

const never = (en: string, zh: string): Words => ({ en, zh });
const noOrder = never('no order', '没有订单');
const windows = [30, 90, 365] as const;

export const features: readonly Feature[] = [
  // Recency, frequency, monetary value.
  time('orders', 'first_order', 'First order', '首次下单时间', (f, m) => orderTimes(f).find((at) => at <= m.nowMs), noOrder),
  time('orders', 'last_order', 'Last order', '最近下单时间', (f, m) => m.latest(orderTimes(f)), noOrder),
  number('orders', 'orders', 'Orders', '订单数', (f) => f.orders().length),
  ...windows.map((days) =>
    number('orders', `orders_${days}d`, `Orders in ${days} days`, `${days} 天内订单数`, (f, m) => ordered(f, m, days).length),
  ),
  amount('orders', 'spend', 'Spend', '累计消费', (f) => spend(f.orders())),
  ...windows.map((days) =>
    amount('orders', `spend_${days}d`, `Spend in ${days} days`, `${days} 天内消费`, (f, m) => spend(ordered(f, m, days))),
  ),
  amount('orders', 'average_order', 'Average order', '平均订单金额', (f) => share(spend(f.orders()), f.orders().length), noOrder),
  amount(
    'orders',
    'largest_order',
    'Largest order',
    '最大订单金额',
    (f) => (f.orders().length === 0 ? undefined : Math.max(...f.orders().map(({ total }) => total))),
    noOrder,
  ),
  number('orders', 'order_gap_days', 'Mean days between orders', '平均下单间隔（天）', (f) => meanGapDays(orderTimes(f)), {
    en: 'fewer than two orders',
    zh: '订单少于两笔',
  }),
  number(
    'orders',
    'order_gap_spread',
    'Unevenness of the gaps between orders',
    '下单间隔离散度',
    (f) => gapSpread(orderTimes(f)),
    {
      en: 'fewer than three orders',
      zh: '订单少于三笔',
    },
  ),
  number(
    'orders',
    'items_per_order',
    'Items per order',
    '平均每单件数',
    (f) => share(sum(f.orders().map(({ items }) => items)), f.orders().length),
    noOrder,
  ),
  // Returns.
  number('returns', 'returns', 'Returns', '退货次数', (f) => f.returns().length),
  number('returns', 'returns_90d', 'Returns in 90 days', '90 天内退货次数', (f, m) => m.count(f.returns(), 90)),
  amount('returns', 'refunded', 'Refunded', '累计退款金额', (f) => sum(f.orders().map(({ refunded }) => refunded))),
  number(
    'returns',
    'refund_share',
    'Share of the spend refunded',
    '退款占消费比例',
    (f) =>
      share(
        sum(f.orders().map(({ refunded }) => refunded)),
        f.orders().reduce((all, { total }) => all + total, 0),
      ),
    noOrder,
  ),
  // Activity: what they did themselves.
  time('activity', 'first_seen', 'First event', '首次出现时间', (f) => f.seenBetween()?.firstAtMs),
  time('activity', 'last_active', 'Last active', '最近活跃时间', (f, m) => m.latest(doingsOf(f)), {
    en: 'never did anything themselves',
    zh: '从未主动活跃',
  }),
  number('activity', 'events', 'Events', '事件数', (f) => f.seenBetween()?.events ?? 0),
  ...([7, 30, 90] as const).flatMap((days) => [
    number('activity', `actions_${days}d`, `Actions in ${days} days`, `${days} 天内行为数`, (f, m) => m.count(doingsOf(f), days)),
    number('activity', `active_days_${days}d`, `Active days of ${days}`, `${days} 天内活跃天数`, (f, m) =>
      activeDays(f, m, days),
    ),
  ]),
  number(
    'activity',
    'activity_trend',
    'Actions of the last 30 days by a third of those of 90',
    '近 30 天行为数与 90 天月均之比',
    (f, m) => share(m.count(doingsOf(f), 30) * 3, m.count(doingsOf(f), 90)),
    { en: 'no action in 90 days', zh: '90 天内无行为' },
  ),
  // Shopping.
  number('shopping', 'page_views', 'Page views', '页面浏览数', (f) => f.pageViews),
  number('shopping', 'products_viewed_30d', 'Product views in 30 days', '30 天内商品浏览数', (f, m) =>
    m.count(times(f, 'Product Viewed'), 30),
  ),
  number('shopping', 'carts_30d', 'Products put into the cart in 30 days', '30 天内加购数', (f, m) =>
    m.count(times(f, 'Product Added'), 30),
  ),
  number('shopping', 'checkouts_30d', 'Checkouts begun in 30 days', '30 天内发起结算数', (f, m) =>
    m.count(times(f, 'Checkout Started'), 30),
  ),
  number('shopping', 'searches_90d', 'Searches in 90 days', '90 天内搜索数', (f, m) =>
    m.count(times(f, 'Products Searched'), 90),
  ),
  time('shopping', 'last_viewed', 'Last product view', '最近浏览商品时间', (f, m) => m.latest(times(f, 'Product Viewed')), {
    en: 'viewed no product',
    zh: '未浏览过商品',
  }),
  // Service.
  number('service', 'tickets', 'Tickets', '工单数', (f) => f.tickets().length),
  number('service', 'tickets_90d', 'Tickets in 90 days', '90 天内工单数', (f, m) => m.count(ticketTimes(f), 90)),
  number('service', 'open_tickets', 'Open tickets', '未结工单数', (f) => f.tickets().filter(({ open }) => open).length),
  number('service', 'complaints', 'Complaints', '投诉数', (f) => count(f, 'Complaint Filed')),
  number('service', 'complaints_90d', 'Complaints in 90 days', '90 天内投诉数', (f, m) => m.count(complaintTimes(f), 90)),
  time('service', 'last_complaint', 'Last complaint', '最近投诉时间', (f, m) => m.latest(complaintTimes(f)), {
    en: 'no complaint',
    zh: '没有投诉',
  }),
  number('service', 'resolution_hours', 'Mean hours until a ticket is resolved', '工单平均解决时长（小时）', resolutionHours, {
    en: 'no ticket resolved',
    zh: '没有已解决的工单',
  }),
  // Messages.
  number('messages', 'emails_delivered', 'E-mails delivered', '邮件送达数', (f) => f.messages('email delivered')),
  number(
    'messages',
    'email_open_rate',
    'Share of e-mails opened',
    '邮件打开率',
    (f) => share(f.messages('email opened'), f.messages('email delivered')),
    { en: 'no e-mail delivered', zh: '没有送达的邮件' },
  ),
  number('messages', 'message_clicks_90d', 'Links in e-mails clicked in 90 days', '90 天内点击邮件链接数', (f, m) =>
    m.count(times(f, 'Email Link Clicked'), 90),
  ),
  // Channels and devices.
  category('channels', 'main_channel', 'Channel of most orders', '主要下单渠道', mainChannel, noOrder),
  number(
    'channels',
    'store_share',
    'Share of orders in stores',
    '门店订单占比',
    (f) => share(f.orders().filter(({ channel }) => channel === 'store').length, f.orders().length),
    noOrder,
  ),
  number('channels', 'channels', 'Channels used', '使用渠道数', (f) => f.channels().length),
  number('channels', 'sources', 'Sources that know them', '来源系统数', (f) => f.sources().length),
  category('channels', 'device', 'Devices', '设备类型', (f) => f.devices().join('+') || undefined, {
    en: 'no device seen',
    zh: '未识别设备',
  }),
  // The person.
  category('person', 'region', 'Region', '地区', regionOf, {
    en: 'no address',
    zh: '没有地址',
  }),
  category('person', 'gender', 'Gender', '性别', (f) => text(f.trait('gender')), { en: 'not told', zh: '未填写' }),
  time('person', 'birthday', 'Birthday', '生日', bornAtMs, { en: 'not told', zh: '未填写' }),
];

/**
 * The groups whose features an event of this name can change; of an unknown one those that every event can. Traits change `person` and `computed`.
 */
export function groupsChangedBy(event: string): readonly FeatureGroup[] {
  return changedBy.find(([shape]) => shape.test(event))?.[1] ?? always;
}
const always: readonly FeatureGroup[] = ['activity', 'channels', 'computed'];
const changedBy: readonly [RegExp, readonly FeatureGroup[]][] = [
  [/^(page|screen|Products? .*|Checkout Started)$/, [...always, 'shopping']],
  [/^Order /, [...always, 'orders', 'returns']],
  [/^(Ticket|Complaint) /, [...always, 'service']],
  [/^(Email|SMS|Push Notification|WeChat Message|Message|In-App Message) /, [...always, 'messages']],
  [/^(identify|group|alias)$/, [...always, 'person']],
];

/** Those of the computed traits that an organisation declares: numbers as numbers, words as categories. */
export function computedFeatures(declared: readonly { readonly name: string; readonly operation: string }[]): Feature[] {
  return declared.map(({ name, operation }) => {
    const isNumber = ['count', 'sum', 'average', 'min', 'max', 'distinct'].includes(operation);
    const make = isNumber ? amount : category;
    return make('computed', `computed_${name}`, name, name, (facts, moment) => {
      const { value, untilMs } = facts.computed(name, moment.nowMs);
      if (untilMs !== undefined) moment.holdsUntil(untilMs);
      if (isNumber) return typeof value === 'number' ? value : undefined;
      return value === undefined || value === null || value === ''
        ? undefined
        : typeof value === 'string'
          ? value
          : JSON.stringify(value);
    });
  });
}
