// `holdfast match` as whole commands between two organisations and a coordinator on this machine: by customers, by a segment and by files, with approvals
// by people who sign in, waiting over a restart, and everything that comes after.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MatchShown } from '../federate/views.ts';
import { type Organisation, openPair, type Pair } from './testing-organisation.ts';

let pair: Pair;
let one: Organisation;
let two: Organisation;
before(async () => {
  pair = await openPair();
  ({ one, two } = pair);
  for (const organisation of [one, two]) {
    await organisation.enlist('wang.min', 'data-scientist');
    await organisation.enlist('chen.li', 'compliance');
    await organisation.enlist('zhao.lin', 'marketer');
  }
  await one.node.send(people(10, 60));
  await two.node.send(people(40, 90));
});
after(() => pair.close());

const phone = (n: number) => `138${String(n).padStart(8, '0')}`;
function people(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, at) => ({
    type: 'identify',
    messageId: `i${from + at}`,
    userId: `u${from + at}`,
    traits: { phone: phone(from + at), email: `u${from + at}@example.com` },
    timestamp: new Date().toISOString(),
  }));
}
const terms = ['--use', 'overlap', '--purpose', 'customer_service', '--reason', 'whom we both serve', '--expect', '50'];
const ask = ['match', 'serve', '--partner', 'South Bank', ...terms];
type Proposed = { id: number; state: string };
const lastLine = <T>(out: string): T => JSON.parse(out.trim().split('\n').at(-1)!) as T;

const newest = async (of: Organisation) => (await of.json<{ matches: MatchShown[] }>('match', 'list')).matches[0]!;
async function approveNewest(of: Organisation): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const { approvals } = await of.json<{ approvals: Proposed[] }>('approvals', 'list', '--state', 'waiting');
    if (approvals[0]) {
      const approved = await of.as('chen.li', 'approvals', 'approve', `${approvals[0].id}`, '--remark', 'looked at it');
      assert.equal(approved.code, 0, approved.err);
      return;
    }
    await sleep(50);
  }
  throw new Error('nothing waits for an approval');
}
async function phase(of: Organisation, match: string, wanted: MatchShown['phase']): Promise<MatchShown> {
  for (let turn = 0; turn < 300; turn += 1) {
    const found = (await of.json<{ matches: MatchShown[] }>('match', 'list')).matches.find(({ session }) => session === match);
    if (found?.phase === wanted) return found;
    await sleep(50);
  }
  throw new Error(`match ${match} is not ${wanted}`);
}

test('check says what each side would learn and what it costs, in both languages, and begins nothing', async () => {
  const english = await one.ok('match', 'check', '--partner', 'South Bank', ...terms);
  for (const says of [
    /Who: North Retail asks South Bank/,
    /The responder\n {2}Receives/,
    /Not protected from\n/,
    /Cost, for 50 items of each side/,
    /in 30 days: 0 of 6/,
  ])
    assert.match(english, says);
  const chinese = await one.ok('match', 'check', '--partner', '南方银行', ...terms, '--lang', 'zh', '--mode', 'salted-hash');
  assert.match(chinese, /不能防止\n/);
  assert.match(chinese, /7,000,000,000/, 'how long it takes to try every number');
  const refused = await one.run(['match', 'check', '--partner', 'South Bank', ...terms, '--min-size', '1']);
  assert.equal(refused.code, 1);
  assert.match(refused.out, /! The smallest size is below what this node asks for\. 1 \(5\)/);
  assert.deepEqual((await one.json<{ matches: unknown[] }>('match', 'list')).matches, []);
});

test('two people on each side, --wait over a restart of the node, the result, and what proves it', async () => {
  const waiting = one.as('wang.min', ...ask, '--learns', 'both', '--wait');
  await approveNewest(one);
  const { session } = await newest(one);
  await one.node.restart();
  await sleep(700);
  await one.node.listen();
  await phase(two, session, 'asked');
  const joined = two.as('wang.min', 'match', 'join', session.slice(0, 8), '--reason', 'agreed', '--wait', '--json');
  await approveNewest(two);
  const [first, second] = await Promise.all([waiting, joined]);
  assert.equal(first.code, 0, first.err);
  assert.match(first.err, /holdfast approvals approve \d+/);
  assert.match(first.err, /The node does not answer \(node_not_running\); waiting/);
  assert.match(first.out, /Shared customers: 20/);
  assert.equal(lastLine<MatchShown>(second.out).outcome?.result, 'done', second.err);

  const shown = await one.ok('match', 'show', session);
  assert.match(shown, /Approved by them: person \d+ .* agreed/);
  assert.match(shown, /We bring: 50 customers/);
  assert.match(await one.ok('match', 'list', '--lang', 'zh'), /南方银行 .*完成 +20/);
  const page = await one.run(['match', 'result', session, '--limit', '15']);
  assert.match(page.err, /20 in all\nmore with --after 15/);
  assert.equal(page.out.trim().split('\n').length, 16);

  const { file, rows } = await one.json<{ file: string; rows: number }>('match', 'export', session, '--out', 'shared.csv');
  assert.equal(rows, 20);
  assert.match(readFileSync(file, 'utf8'), /^id,found_by\np\d+,phone\n/);
  assert.equal(statSync(file).mode & 0o077, 0);
  const transcript = await two.json<{ file: string }>('match', 'transcript', session, '--out', 'match.ndjson');
  const [{ founderFingerprint }] = (await two.json<{ federations: [{ founderFingerprint: string }] }>('federation', 'list'))
    .federations;
  assert.match(await one.ok('federation', 'verify', transcript.file, '--founder', founderFingerprint), /South Bank/);
  assert.match(await one.ok('match', 'report', session), /^# Match with South Bank/);
  const report = await one.json<{ file: string }>('match', 'report', session, '--out', 'report.md', '--lang', 'zh');
  assert.match(readFileSync(report.file, 'utf8'), /^# 与南方银行的匹配/);
});

test('who may not export alone has it proposed, and gets the file once it is approved', async () => {
  const { session } = await newest(one);
  const line = ['match', 'export', session, '--out', 'theirs.csv', '--reason', 'the campaign of May'];
  const proposed = await one.as('zhao.lin', ...line);
  assert.equal(proposed.code, 0, proposed.err);
  assert.match(proposed.err, /within a day/);
  await approveNewest(one);
  const fetched = await one.as('zhao.lin', ...line);
  assert.match(fetched.out, /20 customers in/, fetched.err);
});

test('a set that was brought before is held, told with the next step, and goes on by an override', async () => {
  assert.equal((await one.as('wang.min', ...ask)).code, 0);
  await approveNewest(one);
  const { session } = await newest(one);
  await phase(two, session, 'asked');
  assert.equal((await two.as('wang.min', 'match', 'join', session, '--reason', 'agreed')).code, 0);
  await approveNewest(two);
  for (const organisation of [two, one]) {
    let shown = '';
    for (let turn = 0; turn < 200 && !/match override/.test(shown); turn += 1) {
      shown = await organisation.ok('match', 'show', session);
      await sleep(50);
    }
    assert.match(shown, /! These customers were brought to this partner before/);
    const overridden = await organisation.as('chen.li', 'match', 'override', session, '--note', 'asked again on purpose');
    assert.equal(overridden.code, 0, overridden.err);
  }
  assert.match(await one.ok('match', 'wait', session), /Shared customers: 20/);
});

test('terms that ask for one person leave it at two on our side', async () => {
  const [{ federation, members }] = (
    await one.json<{ federations: [{ federation: string; members: { member: string; name: { en: string } }[] }] }>(
      ...['federation', 'list'],
    )
  ).federations;
  const responder = members.find(({ name }) => name.en === 'South Bank')!.member;
  const payload = { federation, responder, officers: 1, use: 'overlap', purpose: 'customer_service', reason: 'alone' };
  const body = { kind: 'match.propose', payload: { ...payload, source: { from: 'customers' } }, reason: 'alone' };
  const proposed = await one.node.ask<Proposed>('POST', '/api/approvals', body);
  assert.equal(proposed.body.state, 'waiting');
  assert.match(await one.ok('approvals', 'reject', `${proposed.body.id}`), /rejected/);
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

test('wrong usage is told by its option, before anything is sent', async () => {
  const cases: [words: string[], says: RegExp][] = [
    [['--file', 'x.csv'], /--id-column/],
    [['--file', 'x.csv', '--id-column', 'no'], /at least one/],
    [['--phone-column', 'x'], /--file/],
    [['--segment', '1', '--customers'], /one of them/],
    [['--kinds', 'shoe'], /--kinds/],
    [['--partner', 'Nobody'], /member Nobody/],
    [['--file', 'nowhere.csv', '--id-column', 'no', '--phone-column', 'x'], /nowhere\.csv: ENOENT/],
    [['--mode', 'sums'], /payload\.(learns|sumOf|kinds)/],
    [['--as', 'nobody', '--password-file', 'password'], /\[sign_in_failed\]|\[unauthenticated\]|\[not_proven\]/],
  ];
  for (const [words, says] of cases) {
    const ran = await one.run([...ask, ...words]);
    assert.equal(ran.code, 1, words.join(' '));
    assert.match(ran.err, says, words.join(' '));
  }
  assert.match((await one.run(['match', 'show', 'ffff'])).err, /\[not_found\]/);
});
