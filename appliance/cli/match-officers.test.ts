// What officers do to a match from the command line: alarms and overrides, the count first, declining; and what a side brings as a file.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { approveNewest, ask, newest, openMatchingPair, people, phase, phone } from './testing-match.ts';
import type { Organisation, Pair } from './testing-organisation.ts';

let pair: Pair;
let one: Organisation;
let two: Organisation;
before(async () => {
  pair = await openMatchingPair();
  ({ one, two } = pair);
});
after(() => pair.close());

async function begin(): Promise<string> {
  assert.equal((await one.as('wang.min', ...ask)).code, 0);
  await approveNewest(one);
  const { session } = await newest(one);
  await phase(two, session, 'asked');
  assert.equal((await two.as('wang.min', 'match', 'join', session, '--reason', 'agreed')).code, 0);
  await approveNewest(two);
  return session;
}

test('a set that was brought before is held, told with the next step, and goes on by an override', async () => {
  assert.match(await one.ok('match', 'wait', await begin()), /Shared customers: 20/);
  const session = await begin();
  for (const organisation of [two, one]) {
    let shown = '';
    for (let turn = 0; turn < 1_200 && !/match override/.test(shown); turn += 1) {
      shown = await organisation.ok('match', 'show', session);
      await sleep(50);
    }
    assert.match(shown, /! These customers were brought to this partner before/);
    const overridden = await organisation.as('chen.li', 'match', 'override', session, '--note', 'asked again on purpose');
    assert.equal(overridden.code, 0, overridden.err);
  }
  assert.match(await one.ok('match', 'wait', session), /Shared customers: 20/);
});

test('terms that ask for one person are refused by a node that asks for two', async () => {
  const [{ federation, members }] = (
    await one.json<{ federations: [{ federation: string; members: { member: string; name: { en: string } }[] }] }>(
      ...['federation', 'list'],
    )
  ).federations;
  const responder = members.find(({ name }) => name.en === 'South Bank')!.member;
  const payload = { federation, responder, officers: 1, use: 'overlap', purpose: 'customer_service', reason: 'alone' };
  const body = { kind: 'match.propose', payload: { ...payload, source: { from: 'customers' } }, reason: 'alone' };
  const proposed = await one.node.ask<{ error: { code: string; where: string } }>('POST', '/api/approvals', body);
  assert.deepEqual([proposed.body.error.code, proposed.body.error.where], ['match_refused', 'officers_low 1 (2)']);
});

test('by files, with a segment refused where there is none; rows that were not taken are told by line', async () => {
  const rows = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => `m${from + at},${phone(from + at)},,${from + at}.50`);
  const csv = (lines: string[]) => ['no,mobile,spare,spent', ...lines].join('\n');
  const columns = ['--id-column', 'no', '--phone-column', 'mobile', '--phone-column', 'spare'];
  one.write('members.csv', csv([...rows(200, 260), ',13800000001,,1']));
  two.write('clients.csv', csv(rows(240, 300)));
  const added = await one.ok('match', 'files', 'add', 'members.csv', ...columns);
  assert.match(added, /members\.csv: 60 of 61 rows taken/);
  assert.match(added, /line 62: id_missing/);
  assert.match(await one.ok('match', 'files', 'remove', 'members.csv'), /Removed/);

  const sums = ['--mode', 'sums', '--sum-of', 'spent in May', '--kinds', 'phone'];
  const asked = await one.as('wang.min', ...ask, ...sums, '--file', 'members.csv', ...columns);
  assert.match(asked.out, /members\.csv: 60 of 61 rows taken/, asked.err);
  await approveNewest(one);
  const { session } = await newest(one);
  await phase(two, session, 'asked');
  const value = ['--value-column', 'spent', '--decimals', '2'];
  const join = ['match', 'join', session, '--reason', 'agreed'];
  assert.match((await two.as('wang.min', ...join, '--segment', 'nobody')).err, /segment nobody.* \[not_found\]/);
  assert.equal((await two.as('wang.min', ...join, '--file', 'clients.csv', ...columns, ...value)).code, 0);
  await approveNewest(two);
  const ended = await one.ok('match', 'wait', session);
  // 240 to 259, each with .50, in hundredths.
  assert.match(ended, new RegExp(`Sum: ${Array.from({ length: 20 }, (_, at) => (240 + at) * 100 + 50).reduce((a, b) => a + b)}`));
  assert.deepEqual(await one.json('match', 'files', 'list'), { files: [] }, 'gone with the match');
});

test('officers see the count first; a decline is quoted to who waits, who ends with 1', async () => {
  await one.node.send(people(300, 360));
  await two.node.send(people(330, 390));
  assert.equal((await one.as('wang.min', ...ask, '--count-first')).code, 0);
  await approveNewest(one);
  const { session } = await newest(one);
  await phase(two, session, 'asked');
  assert.equal((await two.as('wang.min', 'match', 'join', session, '--reason', 'agreed')).code, 0);
  await approveNewest(two);
  await phase(one, session, 'counted');
  assert.match(await one.ok('match', 'show', session), /Counted: phone 50/);
  assert.match(await one.ok('match', 'show', session), new RegExp(`Next: holdfast match release ${session}`));
  const released = await one.as('wang.min', 'match', 'release', session, '--reason', 'as many as expected');
  assert.equal(released.code, 0, released.err);
  await approveNewest(one);
  const waiting = one.run(['match', 'wait', session]);
  const stopped = await two.as('chen.li', 'match', 'stop', session, '--reason', 'no contract covers this');
  assert.equal(stopped.code, 0, stopped.err);
  const waited = await waiting;
  assert.equal(waited.code, 1);
  assert.match(waited.out, /no contract covers this/);
  assert.match(waited.err, /\[federation_refused\]/);
});
