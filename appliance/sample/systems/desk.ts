// The service desk: calls and chats become tickets with answers and an end, some of them complaints. The desk makes its own
// record of a caller at the first contact.

import type { JsonObject } from '../../core/model/event.ts';
import { dayMs, hourMs, localDate } from '../calendar.ts';
import { churn } from '../churn.ts';
import { type Life, later, recordIn } from '../life.ts';
import { recordOf } from '../records.ts';
import { identify, track } from '../scribe.ts';

export type Reason = 'delivery' | 'refund' | 'product' | 'account' | 'loyalty' | 'bank';

const subjects: Readonly<Record<Reason, readonly string[]>> = {
  delivery: ['包裹迟迟未到', '物流信息不更新', '配送延误要求说法'],
  refund: ['退款未到账', '退货进度查询', '退款金额不对'],
  product: ['商品有破损', '商品少件', '使用方法咨询'],
  account: ['无法登录', '修改手机号', '收货地址变更'],
  loyalty: ['积分没有到账', '会员卡补办'],
  bank: ['信用卡账单疑问', '贷款进度查询', '网银无法转账'],
};
const annoying: Readonly<Record<Reason, number>> = {
  delivery: 0.45,
  refund: 0.35,
  product: 0.3,
  account: 0.06,
  loyalty: 0.08,
  bank: 0.2,
};
const resolutions = ['已补偿优惠券', '已退款', '已重新发货', '已解释', '已更新资料'] as const;

export const deskRates = {
  /** Contacts a week without any cause of ours. */
  idlePerWeek: 0.009,
  resolved: 0.86,
} as const;

/** A customer turns to the desk, who opens a ticket and mostly closes it. */
export function contact(life: Life, atMs: number, reason: Reason, orderId?: string): void {
  const { rng } = life.scribe;
  const record = recordIn(life, 'desk', atMs) ?? openRecord(life, atMs);
  const who = { userId: record.userId };
  const ticketId = `TK${localDate(atMs).replaceAll('-', '').slice(2)}${rng.digits(7)}`;
  const say = (name: string, properties: JsonObject, whenMs: number) =>
    track(life.scribe, 'desk', who, name, { ticket_id: ticketId, ...properties }, whenMs, 'server');
  const complains = rng.chance(annoying[reason] * (0.5 + life.person.drives.voice));
  say(
    'Ticket Created',
    {
      channel: rng.pick(['phone', 'chat', 'wechat', 'email']),
      category: reason,
      subject: rng.pick(subjects[reason]),
      priority: complains ? 'high' : rng.pick(['normal', 'low']),
      ...(orderId !== undefined && { order_id: orderId }),
    },
    atMs,
  );
  if (complains) {
    say(
      'Complaint Filed',
      { category: reason, severity: rng.between(1, 3), ...(orderId !== undefined && { order_id: orderId }) },
      atMs + rng.between(60, 7200) * 1000,
    );
    life.grief += churn.grief.complaint;
  }
  answer(life, say, atMs, complains);
}

function answer(
  life: Life,
  say: (name: string, properties: JsonObject, whenMs: number) => void,
  atMs: number,
  complains: boolean,
): void {
  const { rng } = life.scribe;
  const hours = rng.logNormal(complains ? 30 : 12, 0.9);
  const replies = 1 + rng.poisson(complains ? 1.2 : 0.4);
  for (let i = 1; i <= replies; i++) {
    say('Ticket Replied', { by: i % 2 === 1 ? 'agent' : 'customer' }, atMs + (hours * hourMs * i) / (replies + 1));
  }
  if (hours > 72) life.grief += churn.grief.slowAnswer;
  if (!rng.chance(deskRates.resolved)) {
    later(life, atMs + 14 * dayMs, () => {
      life.grief += churn.grief.unresolved;
    });
    return;
  }
  const satisfaction = Math.max(
    1,
    Math.min(5, Math.round(4.4 - (complains ? 1.1 : 0) - Math.min(2, hours / 60) + rng.normal() * 0.7)),
  );
  const whenMs = atMs + hours * hourMs;
  say(
    'Ticket Resolved',
    { resolution: rng.pick(resolutions), hours_to_resolve: Math.round(hours * 10) / 10, satisfaction },
    whenMs,
  );
  if (satisfaction >= 4) later(life, whenMs, () => soothe(life));
}

function soothe(life: Life): void {
  life.grief = Math.max(0, life.grief + churn.grief.solved);
}

function openRecord(life: Life, atMs: number): Life['records'][number] {
  const record = recordOf(life.seed, life.person, 'desk', atMs, 0);
  life.records.push(record);
  life.announced.add(record.userId);
  identify(life.scribe, 'desk', { userId: record.userId }, record.versions[0]!.traits, atMs, 'server');
  return record;
}
