// Two organisations on one machine, each with its own node and people, and a coordinator between them: they become members, match through the API
// with approvals by different people, are killed and go on, and a third party verifies what both signed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyTranscript } from '../../federation/protocol/verify-transcript.ts';
import { type Member, openTwo, type Two } from './testing-two.ts';
import type { MatchShown } from './views.ts';

let two: Two;
before(async () => {
  two = await openTwo();
  await two.one.node.send(people(10, 60));
  await two.two.node.send(people(40, 90));
});
after(() => two.close());

function people(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, at) => ({
    type: 'identify',
    messageId: `i${from + at}`,
    userId: `u${from + at}`,
    traits: { phone: `138${String(from + at).padStart(8, '0')}`, email: `u${from + at}@example.com` },
    timestamp: new Date().toISOString(),
  }));
}
const wanted = (more: object = {}) => ({
  federation: two.federation,
  responder: two.ids.two,
  learns: 'both',
  use: 'overlap',
  purpose: 'customer_service',
  reason: 'whom we both serve',
  kinds: ['phone', 'email'],
  source: { from: 'customers' },
  ...more,
});
const look = async ({ as }: Member, match: string) => (await as<MatchShown>('auditor', 'GET', `/api/matches/${match}`)).body;

async function until(member: Member, match: string, holds: (view: MatchShown) => boolean, what: string): Promise<MatchShown> {
  for (let turn = 0; turn < 600; turn += 1) {
    const view = await look(member, match);
    if (view.phase !== undefined && holds(view)) return view;
    await sleep(100);
  }
  throw new Error(`${what}: ${JSON.stringify(await look(member, match))}`);
}
const ended = (member: Member, match: string) => until(member, match, ({ phase }) => phase === 'ended', 'has not ended');
const propose = async (more?: object) =>
  (await two.one.together<{ match: string }>('scientist', 'officer', 'match.propose', wanted(more))).match;
const accept = async (match: string) => {
  await until(two.two, match, ({ phase }) => phase === 'asked', 'was not asked');
  await two.two.together('scientist', 'officer', 'match.accept', { match, source: { from: 'customers' } });
};

test('they match with approvals by two people on each side; both hold the same transcript, and it verifies', async () => {
  const match = await propose();
  await accept(match);
  const [first, second] = await Promise.all([ended(two.one, match), ended(two.two, match)]);
  assert.deepEqual([first.outcome?.result, second.outcome?.result], ['done', 'done']);
  assert.deepEqual([first.learned?.customers, second.learned?.customers], [20, 20]);
  assert.deepEqual(
    first.officers.theirs.map(({ officer }) => officer),
    ['person 3', 'person 4'],
  );
  const texts = await Promise.all(
    [two.one, two.two].map(async ({ as }) => (await as<string>('auditor', 'GET', `/api/matches/${match}/transcript`)).body),
  );
  assert.equal(texts[0], texts[1]);
  const [{ founderFingerprint }] = (
    await two.two.as<{ federations: [{ founderFingerprint: string }] }>('auditor', 'GET', '/api/federations')
  ).body.federations;
  assert.deepEqual(verifyTranscript(texts[0]!, founderFingerprint).findings, []);
  const checked = async (text: string, founder?: string) => {
    const answer = await two.two.node.app.http.inject({
      method: 'POST',
      url: `/api/federations/verify${founder === undefined ? '' : `?founder=${encodeURIComponent(founder)}`}`,
      headers: { 'x-test-person': 'auditor', 'content-type': 'application/x-ndjson' },
      payload: text,
    });
    const { of, holds, findings } = answer.json<{ of: string; holds: boolean; findings: { code: string }[] }>();
    return { status: answer.statusCode, of, holds, codes: findings?.map(({ code }) => code) };
  };
  assert.deepEqual(await checked(texts[0]!, founderFingerprint), { status: 200, of: 'match', holds: true, codes: [] });
  assert.equal((await checked(texts[0]!.replace('whom we both serve', 'whom we both know!'))).holds, false);
  assert.equal((await checked(texts[0]!, '11111 '.repeat(8))).holds, false, 'another founder');
  assert.equal((await checked(texts[0]!, '12345')).status, 400);
  const result = await two.one.as<{ found: { id: string; kind: string }[]; matched: number }>(
    'marketer',
    'GET',
    `/api/matches/${match}/result?limit=50`,
  );
  assert.deepEqual([result.body.matched, result.body.found.length], [20, 20]);
  const audit = await two.one.node.app.node().audit.check();
  assert.deepEqual(
    audit.filter(({ severity }) => severity === 'error'),
    [],
  );
});

test('what is wrong with a federation is dismissed by who looks after it alone', async () => {
  const path = `/api/federations/${two.federation}/problems`;
  assert.equal((await two.one.as('marketer', 'DELETE', path)).status, 403);
  const seen = await two.one.as<{ federation: string; problems: object[] }>('admin', 'DELETE', path);
  assert.deepEqual([seen.status, seen.body.federation, seen.body.problems], [200, two.federation, []]);
  const actions = (
    await two.one.as<{ actions: { [action: string]: { may: string } } }>('scientist', 'GET', '/api/session/actions')
  ).body.actions;
  // What two people do together is among what somebody may do, though it has no route of its own.
  assert.deepEqual([actions['match.propose']?.may, actions['federation.admit']], ['two', undefined]);
});

test('nobody matches alone, and roles that may not are refused', async () => {
  const alone = await two.one.as<{ id: number }>('scientist', 'POST', '/api/approvals', {
    kind: 'match.propose',
    payload: wanted(),
    reason: 'alone',
  });
  const own = await two.one.as('scientist', 'POST', `/api/approvals/${alone.body.id}/approve`, {});
  assert.equal(own.status, 403);
  await two.one.as('officer', 'POST', `/api/approvals/${alone.body.id}/reject`, {});
  for (const name of ['auditor', 'admin']) {
    const refused = await two.one.as(name, 'POST', '/api/approvals', { kind: 'match.propose', payload: wanted(), reason: 'x' });
    assert.equal(refused.status, 403, name);
  }
  // The operator needs no second person for the node's own acts; for a match the other side counts on two.
  const operator = await two.one.node.ask<{ id: number; state: string }>('POST', '/api/approvals', {
    kind: 'match.propose',
    payload: wanted(),
    reason: 'one person',
  });
  assert.equal(operator.body.state, 'waiting');
  assert.equal((await two.one.node.ask('POST', `/api/approvals/${operator.body.id}/approve`, {})).status, 403);
  await two.one.node.ask('POST', `/api/approvals/${operator.body.id}/reject`, {});
});

test('terms that this node does not allow are named before anybody is asked', async () => {
  const refused = await two.one.as<{ error: { code: string; where: string } }>('scientist', 'POST', '/api/approvals', {
    kind: 'match.propose',
    payload: wanted({ minSize: 1, minIntersection: 1 }),
    reason: 'too small',
  });
  assert.equal(refused.body.error.code, 'match_refused');
  assert.match(refused.body.error.where, /min_size_low 1 \(5\), min_intersection_low 1 \(3\)/);
  for (const [more, where] of [
    [{ mode: 'sums' }, /payload\.(learns|sumOf)/],
    [{ kinds: [] }, /payload\.kinds/],
    [{ purpose: 'Not A Purpose' }, /payload\.purpose/],
    [{ source: { from: 'nowhere' } }, /source\.from/],
    [{ responder: 'f'.repeat(32) }, /./],
  ] as const) {
    const answer = await two.one.as<{ error: { where?: string } }>('scientist', 'POST', '/api/matches/check', wanted(more));
    if (answer.status < 400) continue;
    assert.match(answer.body.error.where ?? '', where);
  }
});

test('one node is closed in the middle, and the coordinator too; both go on', async () => {
  // Another list than before: the same one would be a repeated question.
  await two.one.node.send(people(100, 160));
  await two.two.node.send(people(130, 190));
  const match = await propose({ learns: 'responder' });
  await until(two.two, match, ({ phase }) => phase === 'asked', 'was not asked');
  await two.one.node.restart();
  await two.restartCoordinator();
  await accept(match);
  await two.two.node.restart();
  await two.one.node.restart();
  const [first, second] = await Promise.all([ended(two.one, match), ended(two.two, match)]);
  assert.deepEqual([first.outcome?.result, second.outcome?.result], ['done', 'done']);
  assert.deepEqual([first.learned, second.learned?.customers], [undefined, 50]);
  const texts = await Promise.all(
    [two.one, two.two].map(async ({ as }) => (await as<string>('auditor', 'GET', `/api/matches/${match}/transcript`)).body),
  );
  assert.equal(texts[0], texts[1]);
  assert.deepEqual(verifyTranscript(texts[0]!).findings, []);
});

test('a set that is asked about again is held until an officer has looked', async () => {
  const match = await propose({ learns: 'initiator' });
  await accept(match);
  const held = await until(two.two, match, ({ alarms }) => (alarms ?? []).length > 0, 'no alarm');
  assert.equal((held.alarms as { reason: string }[])[0]?.reason, 'repeated_set');
  assert.equal((await look(two.one, match)).outcome, undefined);
  for (const member of [two.one, two.two]) {
    await until(member, match, ({ alarms }) => member === two.one || (alarms ?? []).length > 0, 'no alarm');
    await member.as('officer', 'POST', `/api/matches/${match}/override`, { note: 'asked again on purpose' });
  }
  // Ours is read once theirs has accepted, so its alarm comes later.
  await until(two.one, match, ({ alarms, phase }) => phase === 'ended' || (alarms ?? []).length > 0, 'no alarm');
  await two.one.as('officer', 'POST', `/api/matches/${match}/override`, { note: 'asked again on purpose' });
  assert.equal((await ended(two.one, match)).outcome?.result, 'done');
});

test('an officer who declines is quoted on the other side', async () => {
  const match = await propose();
  await until(two.two, match, ({ phase }) => phase === 'asked', 'was not asked');
  await two.two.as('officer', 'POST', `/api/matches/${match}/stop`, { reason: 'no contract covers this' });
  const view = await ended(two.one, match);
  assert.deepEqual([view.outcome?.result, view.outcome?.code], ['stopped', 'declined']);
  assert.match(view.outcome?.reason ?? '', /no contract covers this/);
  assert.ok(view.why?.message.zh);
});
