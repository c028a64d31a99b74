// What the members of a segment bought, asked of a stand-in for the node: exact for few, and estimated from some of very many.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Matrix, numberColumn } from '../../../core/matrix/matrix.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import type { CustomersPort } from '../live/surroundings.ts';
import { Worth, worthLimits } from './worth.ts';

const nowMs = Date.UTC(2026, 8, 30);

/** Every second customer has ordered once, for 10; `asked` is whose records were read for it. */
function nodeOf(customers: number, mayNot: ReadonlySet<number> = new Set()) {
  const asked: number[] = [];
  const orders = Array.from({ length: customers }, (_, row) => row % 2);
  const matrix: Matrix = { rows: customers, columns: [numberColumn('orders', orders)] };
  const port = {
    ready: async () => {},
    matrix: { rows: customers, size: customers, view: () => matrix, rowOf: (person: number) => person - 1, personOf: () => -1 },
  } as unknown as CustomersPort;
  const worth = new Worth({
    customers: () => port,
    factsOf: async (persons) => {
      asked.push(...persons);
      const factsOf = (person: number) =>
        ({
          orders: () => (orders[person - 1] ? [{ atMs: nowMs - 1, total: 10, refunded: 0, items: 1 }] : []),
        }) as unknown as PersonFacts;
      return new Map(persons.map((person) => [person, factsOf(person)]));
    },
    allowed: async () => Uint8Array.from({ length: customers + 1 }, (_, person) => (mayNot.has(person) ? 0 : 1)),
    nowMs: () => nowMs,
  });
  const people = Array.from({ length: customers }, (_, at) => at + 1);
  return {
    asked,
    spending: (of = people) => worth.spending('analytics', { segment: 3, of, weeks: 2 }, AbortSignal.timeout(60_000)),
  };
}

test('of few members all who ordered are asked, and nobody else', async () => {
  const { asked, spending } = nodeOf(40, new Set([2]));
  const told = await spending();
  assert.equal(asked.length, 19);
  assert.ok(asked.every((person) => person % 2 === 0 && person !== 2));
  assert.deepEqual(told, {
    atMs: nowMs,
    customers: 39,
    buyers: 19,
    asked: 19,
    weeks: [
      { day: '2026-09-17', orders: 0, customers: 0, spend: 0 },
      { day: '2026-09-24', orders: 19, customers: 19, spend: 190 },
    ],
  });
});

test('of very many members some are asked, and the weeks are estimated from theirs', async () => {
  const customers = worthLimits.buyers * 5;
  const { asked, spending } = nodeOf(customers);
  const told = await spending();
  assert.ok(asked.length <= worthLimits.buyers && asked.length > worthLimits.buyers / 2, String(asked.length));
  assert.deepEqual([told.customers, told.buyers, told.asked], [customers, customers / 2, asked.length]);
  assert.deepEqual(told.weeks[1], {
    day: '2026-09-24',
    orders: customers / 2,
    customers: customers / 2,
    spend: (customers / 2) * 10,
  });
});

test('asked again of the same members it is not read again, of one more or fewer it is', async () => {
  const refused = new Set<number>();
  const { asked, spending } = nodeOf(40, refused);
  const first = await spending();
  assert.equal(asked.length, 20);
  assert.deepEqual(await spending(), first);
  assert.equal(asked.length, 20);
  const fewer = await spending(Array.from({ length: 20 }, (_, at) => at + 1));
  assert.deepEqual([asked.length, fewer.buyers], [30, 10]);
  // A consent taken back counts with the next question.
  refused.add(2);
  assert.equal((await spending(Array.from({ length: 20 }, (_, at) => at + 1))).buyers, 9);
});
