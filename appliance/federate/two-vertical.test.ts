// Two organisations that know the same people by telephone: a match lines them up, and they train a churn model over the columns of both through
// the API, with approvals by different people on each side. The labels and the scores are the first one's alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyRound } from '../../federation/protocol/round/verify-round.ts';
import type { VerticalModel } from '../../federation/protocol/round/vertical-model.ts';
import { history } from '../testing-models.ts';
import type { roundView } from './rounds/round-views.ts';
import { type Member, openTwo, type Two } from './testing-two.ts';
import type { MatchShown } from './views.ts';

type Shown = ReturnType<typeof roundView>;
type Columns = {
  columns: { asOfMs: number; label?: object; question?: object; features: { name: string }[] };
  dryRun: { rows: number; positives: number };
};
const dayMs = 86_400_000;
const source = { from: 'customers' };
const profiling = { from: 'customers', purpose: 'profiling' };
const question = { name: 'churn', horizonDays: 25, activeDays: 80 };
const startMs = Date.now();
const asOfMs = startMs - 60 * dayMs;

let two: Two;
let match: string;
let round: string;
before(async () => {
  two = await openTwo();
  for (const [at, { node }] of [two.one, two.two].entries()) {
    let made = 0;
    const track = (userId: string, event: string, atMs: number, properties: object) => {
      made += 1;
      return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
    };
    const events = history(track, startMs, 100 + at);
    const users = [...new Set(events.map((event) => (event as { userId: string }).userId))];
    const known = users.map((userId) => ({
      type: 'identify',
      messageId: `i${userId}`,
      userId,
      timestamp: new Date(startMs - 301 * dayMs).toISOString(),
      traits: { phone: `138${userId.slice(1).padStart(8, '0')}` },
    }));
    const all = [...known, ...events];
    for (let from = 0; from < all.length; from += 400) {
      assert.equal((await node.send(all.slice(from, from + 400))).status, 200);
    }
  }
  ({ match } = await two.one.together<{ match: string }>('scientist', 'officer', 'match.propose', {
    ...{ federation: two.federation, responder: two.ids.two, learns: 'both', use: 'overlap', purpose: 'customer_service' },
    ...{ reason: 'whom we both serve', kinds: ['phone'], source },
  }));
  await untilMatch(two.two, ({ phase }) => phase === 'asked');
  await two.two.together('scientist', 'officer', 'match.accept', { match, source });
  for (const side of [two.one, two.two]) await untilMatch(side, ({ phase }) => phase === 'ended');
});
after(() => two.close());

async function untilMatch(member: Member, holds: (view: MatchShown) => boolean): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const { body } = await member.as<MatchShown>('auditor', 'GET', `/api/matches/${match}`);
    if (body.phase !== undefined && holds(body)) return;
    await sleep(100);
  }
  throw new Error('the match does not go on');
}

async function until(member: Member, round: string, holds: (view: Shown) => boolean, what: string): Promise<Shown> {
  for (let turn = 0; turn < 900; turn += 1) {
    const { body } = await member.as<Shown>('auditor', 'GET', `/api/rounds/${round}`);
    if (body.phase !== undefined && holds(body)) return body;
    if (body.ended?.result === 'stopped') break;
    await sleep(100);
  }
  throw new Error(`${what}: ${JSON.stringify((await member.as('auditor', 'GET', `/api/rounds/${round}`)).body)}`);
}

/** For a purpose, without which a role sees no scores. */
async function scoresOf<T>({ node }: Member, name: string, query = '') {
  const answer = await node.app.http.inject({
    method: 'GET',
    url: `/api/rounds/${round}/scores${query}`,
    headers: { 'x-test-person': name, 'x-purpose': 'profiling' },
  });
  return { status: answer.statusCode, body: answer.json() as T };
}

const columnsOf = (member: Member, other: string, more: object) =>
  member.as<Columns>('scientist', 'POST', '/api/rounds/draft/columns', {
    ...{ matches: { [other]: match }, asOfMs, purpose: 'profiling', source },
    ...more,
  });

test('they draft their columns, propose, look, accept, train, vote and adopt', async () => {
  const own = await columnsOf(two.one, two.ids.two, { question });
  assert.equal(own.status, 200, JSON.stringify(own.body));
  assert.ok(own.body.dryRun.rows > 60 && own.body.dryRun.positives > 10, JSON.stringify(own.body.dryRun));
  const theirs = await columnsOf(two.two, two.ids.one, {});
  assert.equal(theirs.status, 200, JSON.stringify(theirs.body));
  assert.equal(theirs.body.columns.label, undefined);
  const few = (columns: Columns['columns'], of: string) => columns.features.slice(0, 6).map((feature) => ({ ...feature, of }));
  const { label, question: asked } = own.body.columns;
  const wanted = {
    federation: two.federation,
    members: [two.ids.two],
    purpose: 'profiling',
    reason: 'columns of both',
    schema: {
      label,
      question: asked,
      features: [...few(own.body.columns, two.ids.one), ...few(theirs.body.columns, two.ids.two)],
    },
    learn: {
      ...{ kind: 'vertical-trees', rows: { by: 'match', matches: { [two.ids.two]: match }, asOfMs } },
      ...{ trees: 2, maxDepth: 2, bins: 8, minChildHessian: 1, exposedMost: 1 },
    },
    minRows: 50,
    source,
  };
  ({ round } = await two.one.together<{ round: string }>('scientist', 'officer', 'round.propose', wanted));
  const view = await until(two.two, round, ({ phase }) => phase === 'asked', 'was not asked');
  assert.deepEqual(view.decide, ['acceptance']);
  const checked = await two.two.as<{ dryRun: { rows: number } }>('scientist', 'POST', `/api/rounds/${round}/check`, {
    source: profiling,
  });
  assert.ok(checked.body.dryRun.rows > 60, JSON.stringify(checked.body));
  await two.two.together('scientist', 'officer', 'round.accept', { round, source: profiling });
  for (const member of [two.one, two.two]) {
    await until(member, round, ({ decide }) => decide.includes('vote'), 'no vote is asked for');
    const early = await scoresOf(member, 'scientist');
    assert.equal(early.status, 404);
    const voted = await member.as('scientist', 'POST', `/api/rounds/${round}/vote`, { adopt: true, reason: 'better than ours' });
    assert.equal(voted.status, 200, JSON.stringify(voted.body));
  }
  const transcripts: string[] = [];
  for (const member of [two.one, two.two]) {
    const ended = await until(member, round, ({ phase }) => phase === 'ended', 'has not ended');
    assert.equal(ended.ended?.result, 'adopted');
    assert.equal('exposed' in ended, member === two.two);
    transcripts.push((await member.as<string>('auditor', 'GET', `/api/rounds/${round}/transcript`)).body);
  }
  // But for signatures under the end, which come by and by.
  const [ours, others] = transcripts.map((text) => text.split('\n').filter((line) => !line.includes('"entry":"closing"')));
  assert.deepEqual(ours, others);
  const { findings, record } = verifyRound(transcripts[0]!);
  assert.deepEqual(findings, []);
  assert.deepEqual(Object.keys(record!.members.find(({ member }) => member === two.ids.two)!.model!.metrics), []);
  assert.equal(typeof record!.members.find(({ member }) => member === two.ids.one)!.model!.metrics.auc, 'number');
});

test('scores are of the side that has the labels, and every one who is read is in the audit log', async () => {
  let got: { scores: { id: string; score: number }[]; scored: number; next?: number } | undefined;
  for (let turn = 0; turn < 600 && !got; turn += 1) {
    const answer = await scoresOf<NonNullable<typeof got>>(two.one, 'scientist', '?limit=20');
    if (answer.status === 200) got = answer.body;
    else await sleep(100);
  }
  assert.ok(got && got.scored > 60 && got.scores.length === 20 && got.next === 20, JSON.stringify(got));
  assert.ok(got.scores.every(({ score }) => score > 0 && score < 1));
  assert.equal((await scoresOf(two.two, 'scientist')).status, 404);
  assert.equal((await scoresOf(two.one, 'admin')).status, 403);
  const model = await two.two.as<VerticalModel>('scientist', 'GET', `/api/rounds/${round}/model`);
  assert.deepEqual(Object.keys(model.body.parts).sort(), [two.ids.one, two.ids.two].sort());
  // Whoever is erased is in no scores and in no pairs.
  const { id } = got.scores[0]!;
  const erased = await two.one.node.ask('POST', `/api/subjects/${id}/erase`, { reason: 'request' });
  assert.ok(erased.status < 300, JSON.stringify(erased.body));
  const left = await scoresOf<NonNullable<typeof got>>(two.one, 'marketer');
  assert.equal(left.body.scored, got.scored - 1);
  assert.ok(!left.body.scores.some((one) => one.id === id));
  const kept = () => two.one.node.app.node().federate.rounds.tables.rounds();
  for (let turn = 0; turn < 600 && (await kept()).length > 0; turn += 1) await sleep(100);
  assert.deepEqual(await kept(), [], 'rows are kept after the end');
});
