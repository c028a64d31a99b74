// Gathering against a slow twin: every value is taken, refused or a repeat, what too many share is gone, and the digest tells sets apart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';
import { normal, refuse } from '../core/values/normal.ts';
import { amountLimits, amountOf } from './amounts.ts';
import { Gathered, gatherLimits, type Raw } from './gathered.ts';

/** Refuses what is odd, so that there is something refused. */
const plain = (kind: MatchKind, raw: unknown) => ((raw as number) % 7 === 3 ? refuse('odd') : normal(`${kind}:${raw as number}`));

type Customer = { id: string; values: Raw[] };
const customers = fc.array(
  fc.record({
    id: fc.integer({ min: 0, max: 40 }).map((id) => `c${id}`),
    values: fc.array(
      fc.record({ kind: fc.constantFrom(...matchKinds), raw: fc.oneof(fc.constant(1), fc.integer({ min: 0, max: 60 })) }),
      { maxLength: 5 },
    ),
  }),
  { maxLength: 60 },
);

async function gather(given: readonly Customer[], kinds: readonly MatchKind[] = matchKinds) {
  const gathered = new Gathered(kinds, plain, { repeated: true });
  for (const { id, values } of given) gathered.add(id, values);
  return gathered.done();
}

/** Who has which value, put together in maps. */
function twin(given: readonly Customer[], kind: MatchKind): Map<string, Set<string>> {
  const holders = new Map<string, Set<string>>();
  for (const { id, values } of given)
    for (const { kind: of, raw } of values) {
      const item = plain(of, raw);
      if (of !== kind || !item.ok) continue;
      holders.set(item.value, (holders.get(item.value) ?? new Set()).add(id));
    }
  for (const [item, ids] of holders) if (ids.size > gatherLimits.shared) holders.delete(item);
  return holders;
}

test('lists hold who has which value, as a slow twin finds it', async () => {
  await fc.assert(
    fc.asyncProperty(customers, async (given) => {
      const set = await gather(given);
      for (const { kind, items, owners, report } of set.lists) {
        const found = new Map<string, Set<string>>();
        items.forEach((item, at) => void found.set(item, (found.get(item) ?? new Set()).add(set.ids[owners[at]!]!)));
        assert.deepEqual(found, twin(given, kind));
        assert.equal(items.length, owners.length);
        assert.equal(new Set(items.map((item, at) => `${item} ${owners[at]}`)).size, items.length);
        assert.equal(report.taken, new Set(items).size);
        const refused = Object.values(report.refused).reduce((sum, times) => sum + times, 0);
        assert.equal(report.given, report.taken + report.repeats + refused);
        assert.equal(report.given, given.flatMap(({ values }) => values.filter((value) => value.kind === kind)).length);
      }
    }),
    { numRuns: 200 },
  );
});

test('a customer who comes again is the same one', async () => {
  const set = await gather([
    { id: 'a', values: [{ kind: 'phone', raw: 1 }] },
    { id: 'b', values: [{ kind: 'phone', raw: 1 }] },
    { id: 'a', values: [{ kind: 'phone', raw: 2 }] },
  ]);
  assert.deepEqual(set.ids, ['a', 'b']);
  assert.deepEqual(set.lists[0]!.items, ['phone:1', 'phone:1', 'phone:2']);
  assert.deepEqual([...set.lists[0]!.owners], [0, 1, 0]);
  assert.deepEqual(set.lists[0]!.report, { given: 3, taken: 2, repeats: 1, refused: {} });
});

test('what more than ten share is a placeholder, what ten share is not', async () => {
  const sharing = (count: number) =>
    gather(
      Array.from({ length: count }, (_, at) => ({ id: `c${at}`, values: [{ kind: 'card' as const, raw: 5 }] })),
      ['card'],
    );
  assert.equal((await sharing(10)).lists[0]!.items.length, 10);
  const twice = Array.from({ length: 10 }, (_, at) => ({
    id: `c${at}`,
    values: [1, 1].map((raw) => ({ kind: 'card' as const, raw })),
  }));
  assert.equal((await gather(twice, ['card'])).lists[0]!.items.length, 10);
  // A family's telephone in a file of purchases, the two of them in turn.
  const turns = Array.from({ length: 40 }, (_, at) => ({ id: `c${at % 2}`, values: [{ kind: 'card' as const, raw: 5 }] }));
  const family = (await gather(turns, ['card'])).lists[0]!;
  assert.deepEqual([family.items.length, family.report], [2, { given: 40, taken: 1, repeats: 39, refused: {} }]);
  const many = await sharing(11);
  assert.deepEqual(many.lists[0]!.report, { given: 11, taken: 0, repeats: 0, refused: { placeholder: 11 } });
});

test('kinds that the terms do not name are not looked at', async () => {
  const gathered = new Gathered(['email'], plain);
  assert.equal(gathered.add('a', [{ kind: 'phone', raw: 1 }]), 'no_identifier');
  assert.deepEqual((await gathered.done()).lists, [
    { kind: 'email', items: [], owners: new Uint32Array(0), report: { given: 0, taken: 0, repeats: 0, refused: {} } },
  ]);
});

test('the digest tells sets apart, by ids, values, owners and amounts', async () => {
  const digest = async (id: string, raw: number, amount: number) => {
    const gathered = new Gathered(['phone'], plain, { values: true });
    gathered.add(id, [{ kind: 'phone', raw }], amount);
    return (await gathered.done()).digest;
  };
  const all = [await digest('a', 1, 5), await digest('b', 1, 5), await digest('a', 2, 5), await digest('a', 1, 6)];
  assert.equal(new Set(all).size, 4);
  assert.equal(await digest('a', 1, 5), all[0]);
  assert.match(all[0]!, /^[0-9a-f]{64}$/);
});

test('amounts of one customer add up, and stay within 2^40', async () => {
  const gathered = new Gathered(['phone'], plain, { values: true, repeated: true });
  assert.equal(gathered.add('a', [{ kind: 'phone', raw: 1 }], 3), undefined);
  assert.equal(gathered.add('a', [{ kind: 'phone', raw: 1 }], 4), undefined);
  assert.equal(gathered.add('a', [{ kind: 'phone', raw: 1 }], amountLimits.most), 'value_range');
  assert.deepEqual((await gathered.done()).values, [7]);
});

test('an amount is read as a whole number of its smallest unit', () => {
  const read = (value: unknown, decimals: number) => {
    const amount = amountOf(value as never, decimals);
    return amount.ok ? amount.value : amount.reason;
  };
  assert.equal(read('19.99', 2), 1999);
  assert.equal(read(19.99, 2), 1999);
  assert.equal(read(0.1 + 0.2, 2), 30);
  assert.equal(read(' 7 ', 0), 7);
  assert.equal(read('1.005', 2), 100);
  assert.equal(read('0', 6), 0);
  assert.equal(read('-0.01', 2), 'value_range');
  assert.equal(read(2 ** 40 + 1, 0), 'value_range');
  assert.equal(read(2 ** 40, 0), 2 ** 40);
  assert.equal(read(Number.NaN, 0), 'value_range');
  assert.equal(read('1,000', 0), 'value_form');
  assert.equal(read('1e9', 0), 'value_form');
  assert.equal(read(true, 0), 'value_form');
  assert.equal(read('', 0), 'value_missing');
  assert.equal(read(undefined, 0), 'value_missing');
});
