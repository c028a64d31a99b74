// One customer as a page of text: who, why one, what they agreed to, what they did. Times are those of this machine's clock.

import type { Json } from '../core/model/event.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import type { CliContext } from './context.ts';
import { formatTable, printable } from './table.ts';

export type TimelineEntry = {
  kind: string;
  name?: string;
  source: string;
  occurredAtMs: number;
  properties?: { [name: string]: Json };
};

/** Rows shown of each part, and losing values of a trait. */
const rowsShown = 12;
const othersShown = 3;

export function printProfile(context: CliContext, profile: ProfileView, timeline: readonly TimelineEntry[]): void {
  const { words, print } = context;
  const known = profile.records.filter((record) => record.known);
  const sources = [...new Set(known.map((record) => record.source))];
  const devices = profile.records.length - known.length;
  print(`${profile.id}  ${nameOf(profile)}`);
  print(
    words({
      en: `${known.length} records in ${sources.join(', ') || 'no source'}, ${devices} anonymous devices`,
      zh: `${known.length} 条来源记录（${sources.join('、') || '无'}），${devices} 个匿名设备`,
    }),
  );
  print(
    words({
      en: `${profile.events.count} events, ${date(profile.events.firstAtMs)} to ${date(profile.events.lastAtMs)}`,
      zh: `${profile.events.count} 个事件，${date(profile.events.firstAtMs)} 至 ${date(profile.events.lastAtMs)}`,
    }),
  );
  printTraits(context, profile);
  printDecided(context, profile);
  printDealings(context, profile);
  section(
    context,
    { en: 'Latest', zh: '最近动态' },
    timeline.map((event) => [
      time(event.occurredAtMs),
      event.source,
      `${event.kind === 'track' ? '' : `${event.kind} `}${event.name ?? ''}`,
      detail(event),
    ]),
  );
}

/** Several people at once: enough of each to choose the one meant. */
export function printPeople(context: CliContext, profiles: readonly ProfileView[]): void {
  const { words } = context;
  context.printTable(
    [
      { title: words({ en: 'profile', zh: '档案' }) },
      { title: words({ en: 'name', zh: '姓名' }) },
      { title: words({ en: 'phone', zh: '手机' }) },
      { title: words({ en: 'birthday', zh: '生日' }) },
      { title: words({ en: 'records', zh: '记录' }), align: 'right' },
      { title: words({ en: 'events', zh: '事件' }), align: 'right' },
      { title: words({ en: 'last seen', zh: '最近' }) },
    ],
    profiles.map((profile) => [
      profile.id,
      nameOf(profile),
      textOf(profile.traits.phone?.value ?? ''),
      textOf(profile.traits.birthday?.value ?? ''),
      String(profile.records.length),
      String(profile.events.count),
      date(profile.events.lastAtMs),
    ]),
  );
}

export function nameOf(profile: ProfileView): string {
  return textOf(profile.traits.name?.value ?? '');
}

function section(context: CliContext, title: { en: string; zh: string }, rows: readonly (readonly string[])[]): void {
  if (rows.length === 0) return;
  context.print(`\n${context.words(title)}`);
  const columns = rows[0]!.map(() => ({ title: '' }));
  for (const line of formatTable(columns, rows).slice(1)) context.print(`  ${line}`);
}

function more(context: CliContext, shown: readonly unknown[], all: number): void {
  const rest = all - shown.length;
  if (rest > 0) context.print(context.words({ en: `  and ${rest} more`, zh: `  另有 ${rest} 项` }));
}

const criteria: { readonly [criterion: string]: { en: string; zh: string } } = {
  onlyOne: { en: 'the only one', zh: '唯一' },
  setByHand: { en: 'by hand', zh: '人工设定' },
  sourcePriority: { en: 'source first', zh: '来源优先' },
  mostRecent: { en: 'most recent', zh: '最新' },
  mostFrequent: { en: 'most frequent', zh: '最常见' },
  mostComplete: { en: 'most complete', zh: '最完整' },
};

function printTraits(context: CliContext, profile: ProfileView): void {
  const { words } = context;
  context.print(`\n${words({ en: 'Golden record', zh: '黄金档案' })}`);
  const rows = Object.entries(profile.traits).map(([trait, { value, source, decidedBy, observedAtMs, others }]) => {
    const shown = textOf(value);
    const lost = new Map<string, string>();
    for (const other of others) if (textOf(other.value) !== shown) lost.set(textOf(other.value), other.source);
    const rest = lost.size - othersShown;
    const losers = [...lost].slice(0, othersShown).map(([text, from]) => `${text} ← ${from}`);
    if (rest > 0) losers.push(words({ en: `${rest} more`, zh: `另 ${rest} 项` }));
    return [
      trait,
      shown,
      source,
      words(criteria[decidedBy] ?? { en: decidedBy, zh: decidedBy }),
      date(observedAtMs),
      losers.join('; '),
    ];
  });
  const titles = words({
    en: 'trait,value,from,because,seen,instead of',
    zh: '特征,取值,来源,依据,时间,未采用',
  }).split(',');
  for (const line of formatTable(
    titles.map((title) => ({ title })),
    rows,
  ))
    context.print(`  ${line}`);
  const shown = profile.identifiers.filter(({ kind }) => kind !== 'anonymous_id').slice(0, rowsShown * 2);
  section(
    context,
    { en: 'Identifiers', zh: '标识' },
    shown.map(({ kind, value, source }) => [kind, value, source ?? '']),
  );
  more(context, shown, profile.identifiers.filter(({ kind }) => kind !== 'anonymous_id').length);
  section(
    context,
    { en: 'Computed', zh: '计算特征' },
    Object.entries(profile.computed).map(([trait, { value, atLeast }]) => [trait, `${textOf(value)}${atLeast ? '+' : ''}`]),
  );
}

const status = {
  given: { en: 'given', zh: '已同意' },
  denied: { en: 'denied', zh: '已拒绝' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
  expired: { en: 'expired', zh: '已过期' },
} as const;

function printDecided(context: CliContext, { scores, segments }: ProfileView): void {
  section(
    context,
    { en: 'Scores', zh: '模型评分' },
    scores.map(({ score, value, version, reasons }) => [
      score,
      value >= 0 && value <= 1 ? `${(100 * value).toFixed(1)}%` : String(value),
      version,
      reasons[0] ? context.words(reasons[0]) : '',
    ]),
  );
  section(
    context,
    { en: 'In segments', zh: '所属人群' },
    segments.map(({ segment, sinceMs }) => [segment, date(sinceMs)]),
  );
}

function printDealings(context: CliContext, profile: ProfileView): void {
  const { words } = context;
  const { totals } = profile;
  section(
    context,
    { en: 'Consent', zh: '授权同意' },
    profile.consents.map((one) => [one.purpose, one.channel, words(status[one.status]), date(one.atMs)]),
  );
  const orders = profile.orders.slice(0, rowsShown);
  section(
    context,
    { en: `Orders (${totals.orders}, ${money(totals.revenue)})`, zh: `订单（${totals.orders} 笔，${money(totals.revenue)}）` },
    orders.map((order) => [
      date(order.placedAtMs),
      order.orderId,
      `${money(order.total)} ${order.currency ?? ''}`,
      order.refunded > 0 ? words({ en: `${money(order.refunded)} back`, zh: `退款 ${money(order.refunded)}` }) : '',
    ]),
  );
  more(context, orders, totals.orders);
  section(
    context,
    { en: 'Open cart', zh: '购物车' },
    profile.cart.map((line) => [`${line.quantity} × ${line.name ?? line.product}`]),
  );
  const tickets = profile.tickets.slice(0, rowsShown);
  section(
    context,
    { en: 'Tickets', zh: '工单' },
    tickets.map((ticket) => [
      date(ticket.openedAtMs),
      ticket.ticketId,
      ticket.open ? words({ en: 'open', zh: '处理中' }) : words({ en: 'resolved', zh: '已解决' }),
      ticket.subject ?? ticket.category ?? '',
    ]),
  );
  more(context, tickets, profile.tickets.length);
  section(
    context,
    { en: 'Household', zh: '同住或共用' },
    profile.households
      .slice(0, rowsShown)
      .map((other) => [other.personId, other.via.map((one) => `${one.kind} ${one.value}`).join(', ')]),
  );
}

const telling = ['order_id', 'total', 'name', 'product', 'amount', 'subject', 'purpose', 'channel', 'path'];

function detail(event: TimelineEntry): string {
  const properties = event.properties ?? {};
  return telling
    .flatMap((key) => (properties[key] === undefined ? [] : [textOf(properties[key])]))
    .filter((text) => text !== event.name)
    .slice(0, 3)
    .join(' · ');
}

/** A value in a cell: an object's values one after the other, numbers to two places. */
export function textOf(value: Json): string {
  if (typeof value === 'string') return printable(value);
  if (typeof value === 'number') return String(Number.isInteger(value) ? value : Number(value.toFixed(2)));
  if (typeof value === 'boolean') return String(value);
  if (value === null) return '';
  return printable(
    Object.values(value)
      .map((part) => textOf(part as Json))
      .filter((part) => part !== '')
      .join(' '),
  );
}

function money(amount: number): string {
  return amount.toFixed(2);
}

// The Swedish way to write a date is ISO 8601.
const dates = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short' });
const times = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short' });
/** Years beyond those of a calendar come from broken clocks and cannot be formatted. */
const formattable = (ms: number) => Math.abs(ms) <= 8.64e15;

function date(ms: number | null): string {
  return ms === null || !formattable(ms) ? '–' : dates.format(ms);
}

function time(ms: number): string {
  return formattable(ms) ? times.format(ms) : '–';
}
