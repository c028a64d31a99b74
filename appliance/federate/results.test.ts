// Results: kept and shown in their order, looked up by person, exported, and without whom was erased.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type MatchKind, matchKinds } from '../../federation/protocol/match-terms.ts';
import { type Found, MatchResults, type NewResult, resultLimits } from './results.ts';
import { sessionOf } from './session-of.ts';
import { testWorld } from './testing.ts';

const partner = 'b'.repeat(32);
const said = (match: string, use: NewResult['use'], found?: Iterable<Found>): NewResult => ({
  ...{ match, partner, use, purpose: 'partner_matching', mode: 'ecdh', from: 'customers' },
  ...(found && { found }),
});
const persons = (from: number, count: number, kind: MatchKind = 'phone'): Found[] =>
  Array.from({ length: count }, (_, at) => ({ id: `p${from + at}`, kind }));

function open() {
  const { book, spool, clock } = testWorld();
  return { book, spool, clock, results: new MatchResults({ book, spool, clock }) };
}

async function allOf(results: MatchResults, match: string, limit: number): Promise<Found[]> {
  const all: Found[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const page: Awaited<ReturnType<MatchResults['page']>> = await results.page(match, after, limit);
    all.push(...page.found);
    after = page.next;
  }
  return all;
}

const someIds = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 60 });
const foundOf = (ids: readonly number[]) => ids.map((id) => ({ id: `p${id}`, kind: matchKinds[id % 3]! }));

test('pages of any size give the whole list in its order, before and after erasing', async () => {
  await fc.assert(
    fc.asyncProperty(someIds, someIds, fc.integer({ min: 1, max: 70 }), async (ids, gone, limit) => {
      const { results, spool } = open();
      await results.keep(said('m', 'overlap', foundOf(ids)));
      assert.deepEqual(await allOf(results, 'm', limit), foundOf(ids));
      const erased = await results.erasePersons(gone);
      const left = ids.filter((id) => !gone.includes(id));
      assert.equal(erased, ids.length - left.length);
      assert.deepEqual(await allOf(results, 'm', limit), foundOf(left));
      const { matched, kinds, erased: told } = await results.get('m');
      assert.equal(matched, left.length);
      assert.equal(told, erased);
      for (const kind of matchKinds) assert.equal(kinds[kind] ?? 0, foundOf(left).filter((one) => one.kind === kind).length);
      // Nothing is left of the parts that named them.
      const session = sessionOf('result', 'm');
      for (const index of await spool.parts(session, 'found')) {
        const text = Buffer.from((await spool.get(session, 'found', index))!).toString();
        for (const id of gone) assert.ok(!text.includes(`"p${id}"`));
      }
      for (const id of [...ids, ...gone])
        assert.equal((await results.everythingOf([id])).length, left.includes(id) ? 1 : 0, String(id));
      assert.equal(await results.erasePersons(gone), 0);
    }),
    { numRuns: 60 },
  );
});

test('lists of several parts', async () => {
  const { results } = open();
  const count = resultLimits.part * 2 + 5;
  await results.keep(said('m', 'suppression', persons(1, count)));
  assert.equal((await results.page('m', resultLimits.part - 1, 3)).found[2]!.id, `p${resultLimits.part + 2}`);
  assert.equal((await results.page('m', count - 2)).next, undefined);
  assert.equal((await results.page('m', count)).found.length, 0);
  assert.equal(await results.isSuppressed([count]), true);
  assert.equal(await results.isSuppressed([count + 1]), false);
  assert.equal(await results.erasePersons([1, resultLimits.part + 1]), 2);
  assert.equal(await results.isSuppressed([1]), false);
  assert.equal((await allOf(results, 'm', 500)).length, count - 2);
});

test('suppression and knowing are looked up by all records of a person, each by its use', async () => {
  const { results } = open();
  await results.keep(said('m1', 'suppression', persons(10, 2, 'email')));
  await results.keep(said('m2', 'known-elsewhere', persons(11, 1)));
  await results.keep(said('m3', 'overlap', persons(12, 1)));
  assert.equal(await results.isSuppressed([10]), true);
  // The person that was p11 has become one with p3 since.
  assert.equal(await results.isSuppressed([3, 11]), true);
  assert.equal(await results.isSuppressed([3]), false);
  assert.equal(await results.isSuppressed([10], 'somebody else'), false);
  assert.equal(await results.isSuppressed([10], partner), true);
  assert.equal(await results.isSuppressed([12]), false);
  assert.deepEqual(
    (await results.knownElsewhere([11])).map(({ match, kind }) => [match, kind]),
    [['m2', 'phone']],
  );
  assert.deepEqual((await results.everythingOf([11])).map(({ match }) => match).sort(), ['m1', 'm2']);
  await results.forget('m1');
  assert.equal(await results.isSuppressed([10]), false);
  await assert.rejects(results.get('m1'), { code: 'not_found' });
});

test('a count without a list is kept as such', async () => {
  const { results } = open();
  await results.keep({ ...said('m', 'overlap'), mode: 'sums', count: 1200, sum: 99_000 });
  const kept = await results.get('m');
  assert.equal(kept.matched, undefined);
  assert.deepEqual([kept.count, kept.sum], [1200, 99_000]);
  assert.deepEqual(await results.page('m'), { found: [] });
});

test('a file has its own ids and its own column; formulas are made harmless, rows are shown as the reader may see them', async () => {
  const { results } = open();
  const found: Found[] = [
    { id: 'A,1', kind: 'phone' },
    { id: 'p1', kind: 'phone' },
    { id: '=HYPERLINK("x")', kind: 'card' },
    { id: 'line\nbreak', kind: 'email' },
  ];
  await results.keep({ ...said('m', 'suppression', found), from: 'file', idColumn: 'customer no' });
  let text = '';
  for await (const lines of results.csv('m')) text += lines;
  assert.equal(text, 'customer no,found_by\n"A,1",phone\np1,phone\n"\'=HYPERLINK(""x"")",card\n"line\nbreak",email\n');
  let masked = '';
  for await (const lines of results.csv('m', (row) => ({ ...row, id: '***' }))) masked += lines;
  assert.equal(masked, 'customer no,found_by\n***,phone\n***,phone\n***,card\n***,email\n');
  assert.equal(await results.isSuppressed([1]), false);
  assert.equal(await results.eraseRows(({ id }) => id === 'A,1'), 1);
  assert.equal(await results.erasePersons([1]), 0);
  assert.deepEqual(await allOf(results, 'm', 10), found.slice(1));
});

test('a second result of a match takes the place of the first, and looking up follows', async () => {
  const { results } = open();
  await results.keep(said('m', 'suppression', persons(1, 3)));
  assert.equal(await results.isSuppressed([1]), true);
  await results.keep(said('m', 'suppression', persons(7, 1)));
  assert.equal(await results.isSuppressed([1]), false);
  assert.equal(await results.isSuppressed([7]), true);
});

test('what a kill left half written is no result, and is cleared away', async () => {
  const { results, book, spool } = open();
  const broken = async function* () {
    yield* persons(1, resultLimits.part);
    throw new Error('killed');
  };
  await assert.rejects(results.keep({ ...said('m', 'overlap'), found: broken() }), /killed/);
  await assert.rejects(results.get('m'), { code: 'not_found' });
  assert.deepEqual(await results.list(), []);
  await results.begin();
  assert.deepEqual(await book.list('match-results'), []);
  assert.deepEqual(await spool.parts(sessionOf('result', 'm'), 'found'), []);
});

test('somebody erased while they are looked up is not remembered', async () => {
  const { results } = open();
  await results.keep(said('m', 'suppression', persons(1, 5)));
  const [, standing] = await Promise.all([results.erasePersons([2]), results.isSuppressed([2]).catch(() => false)]);
  assert.ok(typeof standing === 'boolean');
  assert.equal(await results.isSuppressed([2]), false);
});

test('pairs of a match line persons up: each by one item, nobody by several, and nobody who is erased', async () => {
  const { results } = open();
  const pairs = [
    { pair: 0, id: 'p7' },
    { pair: 1, id: 'p8' },
    { pair: 1, id: 'p9' },
    { pair: 2, id: 'p10' },
    { pair: 3, id: 'p7' },
  ];
  await results.keep({ ...said('m', 'overlap', persons(7, 4)), pairs });
  const { partner } = await results.get('m');
  assert.deepEqual([...(await results.pairsOf('m', partner))], [7, -1, 10, 7]);
  await assert.rejects(results.pairsOf('m', 'somebody else'), { code: 'not_found' });
  await assert.rejects(results.pairsOf('other', partner), { code: 'not_found' });
  await results.erasePersons([7]);
  assert.deepEqual([...(await results.pairsOf('m', partner))], [-1, -1, 10, -1]);
  await results.forget('m');
  await assert.rejects(results.pairsOf('m', partner), { code: 'not_found' });
});
