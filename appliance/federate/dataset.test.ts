// Datasets out of a real node: who may be used, by what they are found, what is summed; and out of a file.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { identifierKinds } from '../core/model/identifier.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { type DatasetParts, readSource, takeDataset } from './dataset.ts';
import { chunksOf, termsFor, testTerms, testWorld } from './testing.ts';

let node: TestNode;
let parts: DatasetParts;
const { files } = testWorld();

const atMs = Date.UTC(2026, 0, 1);
const said = (userId: string, traits: object) => ({ type: 'identify', userId, traits, timestamp: new Date(atMs).toISOString() });
const consent = (userId: string, status: 'Given' | 'Withdrawn') => ({
  type: 'track',
  userId,
  event: `Consent ${status}`,
  properties: { purpose: 'partner_matching', separate: true },
});
const bought = (userId: string, total: number) => ({ type: 'track', userId, event: 'Bought', properties: { total } });

before(async () => {
  node = await openTestNode({
    config: { computedTraits: [{ name: 'spent', event: 'Bought', operation: 'sum', property: 'total' }] },
  });
  const crm = await node.addSource('crm');
  const sent = await node.send([
    said('1', { phone: '138 1234 5670', email: 'Li.Lei@QQ.com', membercard: 'vip-0012' }),
    said('2', { phone: '13812345671' }),
    said('3', { name: 'nobody knows' }),
    said('4', { email: 'wang@qq.com' }),
    said('5', { email: 'zhao@qq.com', owed: -5 }),
    ...['1', '2', '3', '5'].map((id) => consent(id, 'Given')),
    consent('2', 'Given'),
    bought('1', 19.99),
    bought('1', 0.02),
  ]);
  assert.equal(sent.status, 200);
  // The same person by another system, with a second number.
  await node.send([said('77', { email: 'li.lei@qq.com', phone: '010-62345670' }), consent('77', 'Given')], crm.writeKey);
  const { profiles, consent: gate, segments } = node.app.node();
  await profiles.flush();
  parts = {
    profiles,
    consent: gate,
    membersOf: (segment) => segments.personsOf(segment),
    files,
    region: 'CN',
    kinds: identifierKinds(),
    clock: { nowMs: () => Date.now() },
  };
});
after(() => node.close());

test('customers whose use is allowed, with all their values, normalised', async () => {
  const set = await takeDataset(parts, { from: 'customers' }, testTerms);
  const found = new Map(set.ids.map((id, at) => [id, itemsOf(set, at)]));
  assert.equal(set.ids.length, 3);
  assert.deepEqual(found.get(set.ids[0]!), [
    'phone:+8613812345670',
    'phone:+861062345670',
    'email:li.lei@qq.com',
    'card:VIP0012',
  ]);
  assert.deepEqual(found.get(set.ids[1]!), ['phone:+8613812345671']);
  assert.match(set.ids[0]!, /^p\d+$/);
  assert.equal(set.values, undefined);
  // Customer 4 said nothing; customer 3 has nothing to be found by.
  assert.deepEqual(set.taken, { customers: 3, withoutConsent: 1, leftOut: { no_identifier: 1 } });
  const [profile] = await node.find('li.lei@qq.com');
  assert.equal(set.ids[0], profile!.id);
});

function itemsOf(set: { lists: readonly { items: readonly string[]; owners: Uint32Array }[] }, place: number): string[] {
  return set.lists.flatMap(({ items, owners }) => items.filter((_, at) => owners[at] === place));
}

test('only the kinds that the terms name', async () => {
  const set = await takeDataset(parts, { from: 'customers' }, termsFor('card'));
  assert.deepEqual(
    set.lists.map(({ kind, items }) => [kind, items]),
    [['card', ['card:VIP0012']]],
  );
  assert.deepEqual(set.taken.leftOut, { no_identifier: 3 });
});

test('a sum is a computed trait or one of the golden record, in its smallest unit', async () => {
  const sum = await takeDataset(parts, { from: 'customers', sum: { trait: 'spent', decimals: 2 } }, testTerms);
  assert.deepEqual(sum.values, [2001, 0, 0]);
  assert.equal(sum.taken.withoutValue, 0);
  const owed = await takeDataset(parts, { from: 'customers', sum: { trait: 'owed', decimals: 0 } }, testTerms);
  assert.equal(owed.ids.length, 2);
  assert.equal(owed.taken.withoutValue, 2);
  assert.deepEqual(owed.taken.leftOut, { no_identifier: 1, value_range: 1 });
});

test('a purpose of its own is asked for, and has to be declared', async () => {
  const served = await takeDataset(parts, { from: 'customers', purpose: 'customer_service' }, testTerms);
  assert.equal(served.ids.length, 4);
  assert.equal(served.taken.withoutConsent, 0);
  await assert.rejects(takeDataset(parts, { from: 'customers', purpose: 'selling_data' }, testTerms), { code: 'bad_request' });
  await assert.rejects(takeDataset(parts, { from: 'customers' }, { ...testTerms, purpose: 'selling_data' }), {
    code: 'bad_request',
  });
  const marketing = await takeDataset(parts, { from: 'customers', purpose: 'marketing' }, testTerms);
  assert.equal(marketing.ids.length, 0);
});

test('the members of a segment, as far as the gate lets them', async () => {
  const all = await takeDataset(parts, { from: 'customers', purpose: 'customer_service' }, testTerms);
  const [first, second, third] = all.ids.map((id) => Number(id.slice(1)));
  const members = { ...parts, membersOf: () => Int32Array.from([first!, third!]) };
  const set = await takeDataset(members, { from: 'customers', segment: 1 }, testTerms);
  assert.ok(set.ids.includes(`p${first}`) && !set.ids.includes(`p${second}`));
  await assert.rejects(takeDataset(parts, { from: 'customers', segment: 99 }, testTerms), { code: 'not_found' });
});

test('a card that is each source its own means nothing outside of it', async () => {
  const facts = {
    personId: 7,
    identifiers: () => [
      { kind: 'loyalty_card', value: 'A0001', source: 3 },
      { kind: 'loyalty_card', value: 'B0002' },
    ],
  };
  const people = {
    async *everybody(wanted: (person: number) => boolean) {
      if (wanted(7)) yield [facts];
    },
  };
  const stub = {
    ...parts,
    profiles: { people },
    consent: { ...parts.consent, table: parts.consent.table, allowing: async () => () => true },
  };
  const set = await takeDataset(stub as unknown as DatasetParts, { from: 'customers' }, termsFor('card'));
  assert.deepEqual(set.lists[0]!.items, ['card:B0002']);
});

test('who withdraws is not taken the next time', async () => {
  await node.send([consent('2', 'Withdrawn')]);
  await node.app.node().profiles.flush();
  const set = await takeDataset(parts, { from: 'customers' }, testTerms);
  assert.equal(set.ids.length, 2);
  assert.equal(set.taken.withoutConsent, 2);
});

test('a file gives its own ids, and one customer on two rows is one', async () => {
  const columns = { id: 'no', kinds: { phone: 'tel', email: 'mail' }, value: { column: 'sum', decimals: 2 } };
  const text = 'no,tel,mail,sum\nA,13812345670,,1.50\nB,,li@qq.com,2\nA,13812345671,,0.25\nC,bad,,1\n';
  const { id } = await files.take(chunksOf(text), { columns, by: 'person 1' });
  const set = await takeDataset(parts, { from: 'file', file: id }, testTerms);
  assert.deepEqual(set.ids, ['A', 'B']);
  assert.deepEqual(set.values, [175, 200]);
  assert.deepEqual(set.lists[0]!.items, ['phone:+8613812345670', 'phone:+8613812345671']);
  assert.deepEqual([...set.lists[0]!.owners], [0, 0]);
  assert.deepEqual(set.taken, { customers: 2, leftOut: { no_identifier: 1 } });
  await assert.rejects(takeDataset(parts, { from: 'file', file: id }, termsFor('card')), {
    code: 'bad_request',
  });
  await assert.rejects(takeDataset(parts, { from: 'file', file: 'f'.repeat(32) }, testTerms), { code: 'not_found' });
});

test('a source that is misspelt is refused', () => {
  const wrong = [
    undefined,
    {},
    { from: 'customer' },
    { from: 'customers', segments: 1 },
    { from: 'customers', segment: 1.5 },
    { from: 'customers', card: 'fax' },
    { from: 'customers', sum: { trait: '' } },
    { from: 'customers', sum: { trait: 'x', decimals: 9 } },
    { from: 'file', file: 'x' },
    { from: 'file', file: 'f'.repeat(32), segment: 1 },
  ];
  for (const source of wrong) assert.throws(() => readSource(source), { code: 'bad_request' }, JSON.stringify(source));
});
