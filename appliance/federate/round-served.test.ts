// What a round brings to a node: a version of its own model of the question, that serves once a person says so and gives a customer what the round's own
// evaluation gives; nothing where it was voted down; and a report for compliance at every moment of it.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { RoundSchema } from '../../federation/protocol/round/round-terms.ts';
import { featureNames, type RoundModel } from '../../federation/protocol/round/trees-model.ts';
import { verifyRound } from '../../federation/protocol/round/verify-round.ts';
import { categoryColumn, type Matrix } from '../core/matrix/matrix.ts';
import type { ScoringModel } from '../core/model/scoring.ts';
import { Boosting } from '../decide/models/boosting/boosting.ts';
import { calibrate } from '../decide/models/calibration/calibrate.ts';
import { adoptTogether, type Lineage, relativeMatrix } from '../decide/models/models.ts';
import { seededNumbers } from '../decide/segments/seeded.ts';
import { featuresOf } from '../training-rows.ts';
import { serveAdopted } from './rounds/adopted.ts';
import { roundTable } from './rounds/round-table.ts';
import { agreedRound, type Shown, untilShown, votedRound, withCustomers } from './testing-rounds.ts';
import { type Member, openTogether, type Together } from './testing-two.ts';

type VersionShown = { name: string; number: number; state: string; lineage?: Lineage; figures?: object; scoringPurpose: string };
const source = { from: 'customers' };
const boosting = new Boosting({ threads: 1 });
let three: Together;
let round: string;
let transcript: string;
const reports: { [phase: string]: { title: { en: string }; findings: object[] } } = {};
let shown: Shown[];

async function proposal(): Promise<object> {
  const asked = { question: 'churn', horizonDays: 80, activeDays: 80, source };
  const drafted = await three.members[0]!.as<{ schema: object }>('scientist', 'POST', '/api/rounds/draft', asked);
  return { schema: drafted.body.schema, learn: { trees: 3, maxDepth: 3 } };
}
const reportOf = async (member: Member, of = round) =>
  (await member.as<(typeof reports)[string]>('auditor', 'GET', `/api/rounds/${of}/report`)).body;
const modelOf = async ({ node }: Member) => (await node.ask<{ versions: VersionShown[] }>('GET', '/api/models/churn')).body;

before(async () => {
  three = await openTogether([{}, {}, {}]);
  for (const [at, member] of three.members.entries()) await withCustomers(member, 100 + at);
  round = await agreedRound(three, await proposal(), [source, source, source]);
  reports.running = await reportOf(three.members[0]!);
  shown = await votedRound(three, round, true);
  reports.ended = await reportOf(three.members[1]!);
  transcript = (await three.members[0]!.as<string>('auditor', 'GET', `/api/rounds/${round}/transcript`)).body;
});
after(async () => {
  await three.close();
  await boosting.close();
});

test('at each member it is a version that serves nobody yet, with a card and where it comes from', async () => {
  for (const [at, member] of three.members.entries()) {
    assert.deepEqual(shown[at]!.served, { model: 'churn', version: 1 });
    const { versions } = await modelOf(member);
    assert.equal(versions.length, 1);
    const { lineage, state, figures, scoringPurpose } = versions[0]!;
    assert.equal(state, 'trained');
    // Of few rows that were kept out there are no figures of its own.
    assert.ok(figures || lineage!.calibration === 'none');
    assert.equal(scoringPurpose, 'profiling');
    assert.equal(lineage!.round, round);
    assert.equal(lineage!.transcriptHead, verifyRound(transcript).head);
    assert.deepEqual(
      lineage!.members.map(({ member: id }) => id),
      [...three.ids].sort(),
    );
    assert.ok(lineage!.members.every(({ metrics, holdout }) => metrics.auc! > 0.6 && holdout > 20));
    assert.equal(lineage!.settings.trees, 3);
    const card = await member.as<string>('scientist', 'GET', '/api/models/churn/versions/1/card');
    assert.match(card.body, /South Bank/);
    assert.match(card.body, new RegExp(round));
    const entries = await member.as<{ entries: { action: string; target?: string }[] }>('auditor', 'GET', '/api/audit?limit=200');
    assert.ok(entries.body.entries.some(({ action, target }) => action === 'round.served' && target?.includes('churn')));
  }
});

test('once promoted a customer has the score of the round’s own evaluation, calibrated; and it is taken back', async () => {
  const { node } = three.members[0]!;
  const promoted = await node.ask('POST', '/api/models/churn/promote', { version: 1, reason: 'better on our rows' });
  assert.equal(promoted.status, 200, JSON.stringify(promoted.body));
  const { customers, models } = node.app.node();
  await models.serving.settled();
  const { body: model } = await three.members[0]!.as<RoundModel>('scientist', 'GET', `/api/rounds/${round}/model`);
  const version = models.registry.versions(models.registry.model('churn'))[0]!;
  const file = JSON.parse((await models.registry.file(version, 'model')).toString('utf8')) as ScoringModel;
  let scored = 0;
  for (const user of ['u25', 'u26', 'u27', 'u60', 'u61', 'u62', 'u100', 'u200']) {
    const { id } = (await node.find(user))[0]!;
    const { scores } = (await node.ask<{ scores: { value: number; atMs: number }[] }>('GET', `/api/scores/${id}`)).body;
    if (scores.length === 0) continue;
    scored += 1;
    const [{ value, atMs }] = scores as [{ value: number; atMs: number }];
    const features: Matrix = relativeMatrix(featuresOf(customers.matrix, atMs), atMs);
    const label = categoryColumn('churn', Array<string>(features.rows).fill('no'));
    const table = roundTable({ rows: features.rows, columns: [...features.columns, label] }, model.schema);
    const margins = await boosting.predictMargins(model.trees, table, { threads: 1 });
    const row = customers.matrix.rowOf(Number(id.slice(1)))!;
    assert.equal(value, calibrate(file.calibration, margins[row]!));
  }
  assert.ok(scored >= 3, `${scored} customers have a score`);
  const retired = await node.ask('POST', '/api/models/churn/retire', { reason: 'we wait for the works council' });
  assert.equal(retired.status, 200, JSON.stringify(retired.body));
});

test('brought again, as after a kill, it is the same version', async () => {
  const { rounds, book, belonging } = three.members[1]!.node.app.node().federate;
  const { federation, session } = await rounds.find(round);
  const { registry } = three.members[1]!.node.app.node().models;
  await book.write([{ remove: ['round-served', round] }]);
  const names = featureNames(session.board.terms.schema);
  const columns = names.map(() => new Float32Array(new SharedArrayBuffer(0)));
  const table = { rows: 0, names, columns, labels: new Float32Array(0) };
  const model = Buffer.from((await rounds.modelOf(round))!);
  const again = await serveAdopted(
    { book, serve: (order) => adoptTogether(registry, order), isDeclared: () => true },
    { federation, session, membership: belonging.membership(federation), model, table, persons: 0 },
  );
  assert.deepEqual(again, { model: 'churn', version: 1 });
  assert.equal(registry.versions(registry.model('churn')).length, 1);
});

describe('the report', () => {
  test('of a round that goes on, and of one that has ended, in both languages', async () => {
    assert.match(reports.running!.title.en, /^Learning together/);
    assert.deepEqual(reports.ended!.findings, []);
    const url = `/api/rounds/${round}/report?format=markdown&zone=Asia/Shanghai`;
    const zh = await three.members[2]!.as<string>('officer', 'GET', `${url}&language=zh`);
    assert.match(zh.body, /^# 共同训练/);
    assert.match(zh.body, /已采用该模型/);
    assert.match((await three.members[2]!.as<string>('officer', 'GET', `${url}&language=en`)).body, /The model was adopted/);
    assert.equal((await three.members[2]!.as('officer', 'GET', `/api/rounds/${round}/report?zone=Mars`)).status, 400);
    assert.equal((await three.members[2]!.as('marketer', 'GET', `/api/rounds/${round}/report`)).status, 403);
    assert.equal((await three.members[2]!.as('officer', 'GET', '/api/rounds/nobody/report')).status, 404);
  });
});

/** A file of its own at each member, under the same name. */
async function bring({ node }: Member, seed: number): Promise<void> {
  const draw = seededNumbers(seed);
  const lines = Array.from({ length: 600 }, () => {
    const [orders, city] = [Math.floor(10 * draw()), draw() < 0.5 ? 'beijing' : 'shanghai'];
    return `${draw() < 1 / (1 + orders) ? 'yes' : 'no'},${orders},${(100 * draw()).toFixed(2)},${city}`;
  });
  const answer = await node.app.http.inject({
    method: 'POST',
    url: '/api/rounds/files?name=members&label=left',
    headers: { 'x-test-person': 'scientist', 'content-type': 'text/csv' },
    payload: `left,orders,spent,city\n${lines.join('\n')}\n`,
  });
  assert.equal(answer.statusCode, 200, answer.body);
  assert.equal(answer.json<{ taken: number }>().taken, 600);
}

test('a round by files that was voted down serves nothing, and its report says so', async () => {
  const files = { from: 'file', file: 'members' };
  const [first, second] = three.members as [Member, Member, Member];
  for (const [at, member] of three.members.entries()) await bring(member, 40 + at);
  const asked = { model: 'logistic', positive: 'yes', source: files };
  const drafted = await first.as<{ schema: RoundSchema; dryRun: object }>('scientist', 'POST', '/api/rounds/draft', asked);
  assert.deepEqual(
    drafted.body.schema.features.map(({ limit }) => limit),
    [16, 128, undefined],
  );
  const learn = { kind: 'logistic' };
  const other = await agreedRound(three, { schema: drafted.body.schema, learn }, [files, files, files]);
  assert.equal(
    (await second.as('scientist', 'DELETE', '/api/rounds/files/members')).status,
    409,
    'a round that goes on needs it',
  );
  await votedRound(three, other, false);
  for (const member of three.members) {
    const view = await untilShown(member, other, ({ ended }) => ended?.result === 'rejected', 'is not rejected');
    assert.equal(view.served, undefined);
    assert.equal((await modelOf(member)).versions.length, 1);
    assert.equal((await member.as('scientist', 'GET', `/api/rounds/${other}/model`)).status, 404);
    assert.match(JSON.stringify(await reportOf(member, other)), /The model was not adopted/);
    assert.equal((await member.as('scientist', 'DELETE', '/api/rounds/files/members')).status, 200);
  }
});
