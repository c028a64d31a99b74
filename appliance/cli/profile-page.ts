// One customer as a page of text: who, why one, what they agreed to, what they did.

import type { Json } from '../core/model/event.ts';
import type { ProfileView } from '../record/profiles/profiles.ts';
import type { CliContext } from './context.ts';
import { printable } from './table.ts';

export type TimelineEntry = {
  kind: string;
  name?: string;
  source: string;
  occurredAtMs: number;
  properties?: { [name: string]: Json };
};

/** Rows shown of each part. */
const rowsShown = 12;

export function printProfile(context: CliContext, profile: ProfileView, timeline: readonly TimelineEntry[]): void {
  const { words, print } = context;
  const title = (en: string, zh: string) => print(`\n${words({ en, zh })}`);
  const name = textOf(profile.traits.name?.value ?? '');
  print(`${profile.id}  ${name}`);
  print(
    words({
      en: `${profile.records.length} records, ${profile.events.count} events, ${date(profile.events.firstAtMs)} to ${date(profile.events.lastAtMs)}`,
      zh: `${profile.records.length} 条来源记录，${profile.events.count} 个事件，${date(profile.events.firstAtMs)} 至 ${date(profile.events.lastAtMs)}`,
    }),
  );
  title('Golden record', '黄金档案');
  context.printTable(
    [
      { title: '' },
      { title: '' },
      { title: words({ en: 'from', zh: '来源' }) },
      { title: words({ en: 'seen', zh: '时间' }) },
      { title: words({ en: 'instead of', zh: '未采用' }) },
    ],
    Object.entries(profile.traits).map(([trait, lineage]) => [
      trait,
      textOf(lineage.value),
      `${lineage.source} (${lineage.decidedBy})`,
      date(lineage.observedAtMs),
      lineage.others
        .filter((other) => textOf(other.value) !== textOf(lineage.value))
        .slice(0, 3)
        .map((other) => `${textOf(other.value)} ← ${other.source}`)
        .join('; '),
    ]),
  );
  title('Identifiers', '标识');
  const shown = profile.identifiers.filter((one) => one.kind !== 'anonymous_id');
  for (const one of shown.slice(0, rowsShown * 2))
    print(`  ${one.kind.padEnd(14)} ${printable(one.value)}${one.source === undefined ? '' : `  (${one.source})`}`);
  const devices = profile.identifiers.length - shown.length;
  if (devices > 0) print(words({ en: `  and ${devices} anonymous devices`, zh: `  以及 ${devices} 个匿名设备` }));
  if (Object.keys(profile.computed).length > 0) {
    title('Computed', '计算特征');
    for (const [trait, { value, atLeast }] of Object.entries(profile.computed))
      print(`  ${trait.padEnd(22)} ${textOf(value)}${atLeast ? '+' : ''}`);
  }
  printDealings(context, profile, title);
  title('Latest', '最近动态');
  for (const event of timeline) {
    print(
      `  ${time(event.occurredAtMs)}  ${event.source.padEnd(11)} ${event.kind === 'track' ? '' : `${event.kind} `}${printable(event.name ?? '')}${detail(event)}`,
    );
  }
}

function printDealings(context: CliContext, profile: ProfileView, title: (en: string, zh: string) => void): void {
  const { words, print } = context;
  if (profile.consents.length > 0) {
    title('Consent', '授权同意');
    for (const one of profile.consents)
      print(`  ${one.purpose} / ${one.channel}: ${words(status[one.status])}  ${date(one.atMs)}`);
  }
  if (profile.orders.length > 0) {
    title(
      `Orders (${profile.totals.orders}, ${money(profile.totals.revenue)})`,
      `订单（${profile.totals.orders} 笔，${money(profile.totals.revenue)}）`,
    );
    for (const order of profile.orders.slice(0, rowsShown)) {
      const back =
        order.refunded > 0 ? words({ en: `, ${money(order.refunded)} back`, zh: `，退款 ${money(order.refunded)}` }) : '';
      print(`  ${date(order.placedAtMs)}  ${printable(order.orderId)}  ${money(order.total)} ${order.currency ?? ''}${back}`);
    }
  }
  if (profile.cart.length > 0) {
    title('Open cart', '购物车');
    for (const line of profile.cart) print(`  ${line.quantity} × ${printable(line.name ?? line.product)}`);
  }
  if (profile.tickets.length > 0) {
    title('Tickets', '工单');
    for (const ticket of profile.tickets.slice(0, rowsShown)) {
      const state = ticket.open ? words({ en: 'open', zh: '处理中' }) : words({ en: 'resolved', zh: '已解决' });
      print(
        `  ${date(ticket.openedAtMs)}  ${printable(ticket.ticketId)}  ${state}  ${printable(ticket.subject ?? ticket.category ?? '')}`,
      );
    }
  }
  if (profile.households.length > 0) {
    title('Household', '同住或共用');
    for (const other of profile.households)
      print(`  ${other.personId}  ${other.via.map((one) => `${one.kind} ${printable(one.value)}`).join(', ')}`);
  }
}

const status = {
  given: { en: 'given', zh: '已同意' },
  denied: { en: 'denied', zh: '已拒绝' },
  withdrawn: { en: 'withdrawn', zh: '已撤回' },
} as const;

function detail(event: TimelineEntry): string {
  const properties = event.properties ?? {};
  const told = ['order_id', 'total', 'name', 'product', 'amount', 'subject', 'purpose', 'channel', 'path']
    .flatMap((key) => (properties[key] === undefined ? [] : [textOf(properties[key])]))
    .slice(0, 3);
  return told.length > 0 ? `  ${told.join(' · ')}` : '';
}

function textOf(value: Json): string {
  if (typeof value === 'string') return printable(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
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

function date(ms: number | null): string {
  return ms === null ? '–' : new Date(ms).toISOString().slice(0, 10);
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}
