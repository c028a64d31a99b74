// `holdfast match` as whole commands between two organisations and a coordinator on this machine, by people who sign in: what is said before anything
// begins, waiting over a restart, and everything that comes after.

import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MatchShown } from '../federate/views.ts';
import { approveNewest, ask, newest, openMatchingPair, phase, terms } from './testing-match.ts';
import type { Organisation, Pair } from './testing-organisation.ts';

let pair: Pair;
let one: Organisation;
let two: Organisation;
before(async () => {
  pair = await openMatchingPair();
  ({ one, two } = pair);
});
after(() => pair.close());

const lastLine = <T>(out: string): T => JSON.parse(out.trim().split('\n').at(-1)!) as T;

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

  const budget = await one.ok('federation', 'budget', 'South Bank');
  assert.match(budget, /South Bank {2}customers\n.* 1 of 200 exact answers/);
  assert.match(budget, new RegExp(`Match ${session} .*1 exact answer, without noise.*counts for good`));
  assert.match(budget, /South Bank: 1 of 6 matches in 30 days/);
  assert.match(await one.ok('federation', 'budget', '--lang', 'zh'), /精确结果 1 个（上限 200 个）/);
  assert.match((await one.run(['federation', 'budget', 'Nobody'])).err, /budget of Nobody/);

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
