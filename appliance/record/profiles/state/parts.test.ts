import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event, JsonObject } from '../../../core/model/event.ts';
import { seeded } from '../testing.ts';
import { viewedOf } from './browsing.ts';
import { commerce, openCart, ordersOf } from './commerce.ts';
import { consents } from './consents.ts';
import { combineStates, emptyState, foldEvent, type RecordState } from './state.ts';
import { isOpen, ticketsOf } from './tickets.ts';

type Told = [atMs: number, name: string, properties?: JsonObject];

/** Folds events told in a few words, in an order of the seed's choosing: nothing may depend on it. */
function fold(told: readonly Told[], seed = 1, source = 1): RecordState {
  const state = emptyState('f');
  const events = told.map(
    ([atMs, name, properties = {}], at): Event => ({
      kind: name === 'identify' || name === 'page' ? name : 'track',
      messageId: `m${at}`,
      userId: 'u',
      ...(name === 'identify' ? { traits: properties } : { name, properties }),
      occurredAtMs: atMs,
      receivedAtMs: atMs,
    }),
  );
  for (const event of seeded(seed).shuffle(events)) foldEvent(state, source, event, [], { computed: [], fingerprint: 'f' });
  return state;
}
function always(told: readonly Told[], check: (state: RecordState) => void): void {
  for (let seed = 1; seed <= 20; seed += 1) check(fold(told, seed));
}

test('the cart is what was added and not taken out since the last order or clearing', () => {
  const cart = (told: Told[], expected: [string, number][]) =>
    always(told, (state) =>
      assert.deepEqual(
        openCart(state.commerce).map((line) => [line.product, line.quantity]),
        expected,
      ),
    );
  const add = (atMs: number, product: string, quantity = 1): Told => [atMs, 'Product Added', { product_id: product, quantity }];
  const remove = (atMs: number, product: string, quantity = 1): Told => [
    atMs,
    'Product Removed',
    { product_id: product, quantity },
  ];
  cart(
    [add(1, 'tea', 2), add(2, 'cup')],
    [
      ['tea', 2],
      ['cup', 1],
    ],
  );
  cart([add(1, 'tea', 2), remove(2, 'tea')], [['tea', 1]]);
  cart([add(1, 'tea'), remove(2, 'tea', 5), add(3, 'tea')], [['tea', 1]]);
  cart([add(1, 'tea'), [2, 'Order Completed', { order_id: 'o', total: 9 }], add(3, 'cup')], [['cup', 1]]);
  cart([add(1, 'tea'), [2, 'Order Completed', { order_id: 'o', channel: 'store' }]], [['tea', 1]]);
  cart([add(1, 'tea'), [2, 'Cart Cleared'], add(2, 'cup'), add(3, 'pot')], [['pot', 1]]);
  cart(
    [add(1, '__proto__'), add(2, 'constructor')],
    [
      ['__proto__', 1],
      ['constructor', 1],
    ],
  );
  const shop = fold([add(1, 'tea'), [5, 'Cart Cleared']], 1, 1);
  const app = fold([add(4, 'cup'), add(6, 'pot')], 1, 2);
  assert.deepEqual(
    openCart(commerce.combine(shop.commerce, app.commerce)).map((line) => line.product),
    ['pot'],
    'one person, one cart',
  );
});

test('an order is told by all its events, each word the latest given', () => {
  always(
    [
      [
        10,
        'Order Completed',
        {
          order_id: 'o1',
          total: 30,
          currency: 'CNY',
          channel: 'shop',
          products: [{ product_id: 'tea', quantity: 3, price: 10 }],
        },
      ],
      [20, 'Order Updated', { order_id: 'o1', status: 'shipped' }],
      [30, 'Order Updated', { order_id: 'o1', total: 28.5 }],
      [40, 'Order Refunded', { order_id: 'o1', total: 10 }],
      [50, 'Order Refunded', { order_id: 'o1' }],
      [60, 'Order Cancelled', { order_id: 'o2', total: 5 }],
    ],
    (state) => {
      assert.deepEqual(ordersOf(state.commerce), [
        { orderId: 'o2', lastAtMs: 60, placedAtMs: null, cancelledAtMs: 60, total: '0', lines: [], refunds: [] },
        {
          orderId: 'o1',
          lastAtMs: 50,
          placedAtMs: 10,
          cancelledAtMs: null,
          total: '28500000',
          lines: [{ product: 'tea', quantity: 3, price: 10 }],
          refunds: [
            { atMs: 50, amount: null },
            { atMs: 40, amount: '10000000' },
          ],
          channel: 'shop',
          currency: 'CNY',
        },
      ]);
      assert.deepEqual(state.commerce.totals, { orders: 1, revenue: '30000000', refunds: 2, refunded: '10000000' });
    },
  );
});

test('two sources that number their messages alike lose nothing to each other', () => {
  const shop = fold([[10, 'Order Refunded', { order_id: 'o', total: 1 }]], 1, 1);
  const till = fold([[10, 'Order Refunded', { order_id: 'o', total: 2 }]], 1, 2);
  for (const pair of [
    [shop, till],
    [till, shop],
  ]) {
    const { commerce: both } = combineStates(pair, 'f');
    assert.deepEqual(
      ordersOf(both)[0]
        ?.refunds.map((refund) => refund.amount)
        .sort(),
      ['1000000', '2000000'],
    );
  }
});

test('tickets open, close and open again; words stay until told anew', () => {
  const ticket = (name: string, rest: JsonObject = {}): [string, JsonObject] => [name, { ticket_id: 't', ...rest }];
  const created: Told = [10, ...ticket('Ticket Created', { subject: 'late parcel', priority: 'low' })];
  const resolved: Told = [30, ...ticket('Ticket Resolved')];
  const reopened: Told = [40, ...ticket('Ticket Reopened')];
  const updated: Told = [20, ...ticket('Ticket Updated', { priority: 'high' })];
  const replied: Told = [25, ...ticket('Ticket Replied')];
  const open = (told: Told[], expected: boolean) =>
    always(told, (state) => assert.equal(isOpen(ticketsOf(state.tickets)[0]!), expected));
  open([created], true);
  open([created, resolved], false);
  open([created, resolved, reopened], true);
  open([created, resolved, reopened, [50, ...ticket('Ticket Closed')]], false);
  always([created, updated, replied, resolved, [15, ...ticket('Ticket Replied')]], (state) => {
    assert.deepEqual(ticketsOf(state.tickets), [
      {
        ticketId: 't',
        lastAtMs: 30,
        openedAtMs: 10,
        resolvedAtMs: 30,
        reopenedAtMs: null,
        replies: 2,
        complaint: false,
        subject: 'late parcel',
        priority: 'high',
      },
    ]);
  });
  always(
    [
      [5, 'Complaint Filed', { complaint_id: 'c' }],
      [6, 'Complaint Filed'],
    ],
    (state) => {
      assert.equal(state.tickets.complaints, 2);
      assert.equal(ticketsOf(state.tickets)[0]?.complaint, true);
    },
  );
});

test('in one record the latest word on consent counts; over the records of a person the strictest', () => {
  const status = (state: Pick<RecordState, 'consents'>) =>
    Object.values(state.consents.words)
      .map((one) => `${one.purpose} ${one.channel} ${one.status}`)
      .sort();
  const given: Told = [10, 'Consent Given', { purpose: 'marketing', channel: 'sms' }];
  const taken: Told = [20, 'Consent Withdrawn', { purpose: 'marketing', channel: 'sms' }];
  const again: Told = [30, 'Consent Given', { purpose: 'marketing', channel: 'sms' }];
  always([given, taken], (state) => assert.deepEqual(status(state), ['marketing sms withdrawn']));
  always([given, taken, again], (state) => assert.deepEqual(status(state), ['marketing sms given']));
  always([[5, 'Unsubscribed', { channel: 'email' }]], (state) => assert.deepEqual(status(state), ['marketing email withdrawn']));
  always(
    [[5, 'identify', { consents: { marketing: true, profiling: false, ads: { status: 'withdrawn', channel: 'push' }, odd: 7 } }]],
    (state) => assert.deepEqual(status(state), ['ads push withdrawn', 'marketing * given', 'profiling * denied']),
  );
  const [no, yes] = [fold([given, taken], 1, 1), fold([again], 1, 2)];
  for (const pair of [
    [no, yes],
    [yes, no],
  ])
    assert.deepEqual(status(combineStates(pair, 'f')), ['marketing sms withdrawn'], 'a later yes elsewhere does not widen it');
  assert.deepEqual(status({ consents: consents.combine(yes.consents, yes.consents) }), ['marketing sms given']);
});

test('what was looked at: each once, the latest first, with its latest title', () => {
  always(
    [
      [1, 'page', { path: '/a', title: 'A' }],
      [2, 'page', { path: '/b', title: 'B' }],
      [3, 'page', { path: '/a', title: 'A, new' }],
      [4, 'Product Viewed', { product_id: 'tea', name: 'Tea' }],
      [5, 'Product Viewed', { product_id: 'tea' }],
    ],
    (state) => {
      assert.deepEqual(viewedOf(state.browsing.pages), [
        { what: '/a', title: 'A, new', views: 2, lastAtMs: 3 },
        { what: '/b', title: 'B', views: 1, lastAtMs: 2 },
      ]);
      assert.deepEqual(viewedOf(state.browsing.products), [{ what: 'tea', title: 'Tea', views: 2, lastAtMs: 5 }]);
      assert.equal(state.browsing.pageViews, 3);
    },
  );
});

test('messages are counted by channel and step, and the latest are kept', () => {
  always(
    [
      [1, 'Email Opened', { campaign: 'spring' }],
      [2, 'Email Opened'],
      [3, 'SMS Delivered'],
      [4, 'Email Eaten'],
    ],
    (state) => {
      assert.deepEqual({ ...state.messages.counts }, { 'email opened': 2, 'sms delivered': 1 });
      assert.deepEqual(
        state.messages.recent.map((one) => [one.atMs, one.channel, one.step, one.campaign]),
        [
          [3, 'sms', 'delivered', undefined],
          [2, 'email', 'opened', undefined],
          [1, 'email', 'opened', 'spring'],
        ],
      );
    },
  );
});
