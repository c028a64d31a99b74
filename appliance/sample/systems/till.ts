// The tills of twelve stores: purchases with the loyalty card, now and then brought back.

import { dayMs, localDate } from '../calendar.ts';
import { churn } from '../churn.ts';
import { type Life, later, recordIn } from '../life.ts';
import { valueAt } from '../people.ts';
import { track } from '../scribe.ts';
import { drawBasket, orderedOf, subtotalOf, yuan } from './baskets.ts';
import { contact } from './desk.ts';

type Store = { readonly id: string; readonly zh: string; readonly city: string };

export const stores: readonly Store[] =
  '上海徐汇店,上海浦东店,北京朝阳店,北京海淀店,杭州西湖店,苏州姑苏店,南京鼓楼店,广州天河店,深圳南山店,成都武侯店,武汉武昌店,西安雁塔店'
    .split(',')
    .map((zh, index) => ({ id: `ML${String(index + 1).padStart(2, '0')}`, zh, city: zh.slice(0, 2) }));

const payments = [
  ['wechat_pay', 45],
  ['alipay', 30],
  ['morninglight_card', 12],
  ['cash', 9],
  ['union_pay', 4],
] as const;

/** A purchase in a store: where one lives, if there is one, or anywhere on a journey. */
export function buyInStore(life: Life, atMs: number): void {
  const { rng } = life.scribe;
  const record = recordIn(life, 'till', atMs);
  if (!record) return;
  const near = stores.filter((store) => store.city === valueAt(life.person.addresses, atMs).city);
  // Each home has its usual store.
  const store = near.length > 0 && rng.chance(0.93) ? near[life.person.index % near.length]! : rng.pick(stores);
  const lines = drawBasket(rng, life.person.drives);
  const subtotal = subtotalOf(lines);
  const total = rng.chance(0.15) ? yuan(subtotal * 0.95) : subtotal;
  const orderId = `T${store.id}${localDate(atMs).replaceAll('-', '')}${rng.digits(7)}`;
  const order = { order_id: orderId, channel: 'store', store_id: store.id, store_name: store.zh };
  const products = lines.map(orderedOf);
  const properties = {
    ...order,
    subtotal,
    discount: yuan(subtotal - total),
    total,
    currency: 'CNY',
    payment_method: rng.weighted(payments),
    products,
  };
  const who = { userId: record.userId };
  track(life.scribe, 'till', who, 'Order Completed', properties, atMs, 'till');
  if (!rng.chance(0.04)) return;
  const backAtMs = atMs + rng.between(1, 12) * dayMs;
  later(life, backAtMs, () => {
    track(life.scribe, 'till', who, 'Order Refunded', { ...order, total, currency: 'CNY', reason: '门店退货' }, backAtMs, 'till');
    life.grief += churn.grief.refund;
    if (rng.chance(0.2)) later(life, backAtMs + dayMs, () => contact(life, backAtMs + dayMs, 'product', orderId));
  });
}
