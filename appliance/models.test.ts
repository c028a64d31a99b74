// Models of a whole node, end to end on a small organisation: train, explain, serve, follow an event, survive a restart, forget who is erased.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { columnOf, numberAt } from './core/matrix/matrix.ts';
import type { ScoreShown } from './core/model/customer-decisions.ts';
import { createScorer, openOnnxScorer, parseScoringModel } from './decide/models/models.ts';
import { rowReader } from './decide/models/questions/relative.ts';
import type { TestNode } from './testing.ts';
import { asked, customers, dayMs, type Job, type ModelNode, openModelNode, silent } from './testing-models.ts';
import { featuresOf } from './training-rows.ts';

let made: ModelNode;
let node: TestNode;
before(async () => {
  made = await openModelNode();
  ({ node } = made);
});
after(() => node.close());
const models = () => made.models();
const personOf = (userId: string) => made.personOf(userId);
const scoresOf = (id: string) => made.scoresOf(id);

describe('on a node', () => {
  test('questions are told in plain words', async () => {
    const { body } = await node.ask<{ questions: { name: string; label: { zh: string } }[] }>('GET', '/api/model-questions');
    assert.deepEqual(
      body.questions.map(({ name }) => name),
      ['churn', 'purchase_7d', 'purchase_14d'],
    );
    assert.match(body.questions[0]!.label.zh, /没有下单/);
  });

  test('what cannot be trained is refused with the reason', async () => {
    const train = (body: object) => node.ask<{ error: { code: string } }>('POST', '/api/models/train', body);
    assert.equal((await train({ question: 'weather' })).body.error.code, 'not_found');
    assert.equal((await train({})).body.error.code, 'bad_request');
    assert.equal((await train({ question: 'churn', label: 'gender' })).body.error.code, 'bad_request');
    assert.equal((await train({ question: 'churn', purpose: 'weather' })).body.error.code, 'bad_request');
    // Nobody said yes to this one, and silence is no consent.
    const job = await made.trained({ purpose: 'model_training' });
    assert.equal(job.code, 'cannot_train');
    assert.match(job.where!, /^0 of 300 customers may be used/);
    const short = await made.trained({ horizonDays: 400 });
    assert.match(short.where!, /days of history; at least/);
    const few = await made.trained({ horizonDays: 7, activeDays: 7 });
    assert.deepEqual([few.state, few.code], ['failed', 'cannot_train']);
  });

  test('a training tells its stage, ends in a version, and the first may serve at once', async () => {
    const { body: job } = await node.ask<Job>('POST', '/api/models/train', { ...asked, serveFirst: true });
    const stages = new Set<string>();
    let share = 0;
    for (;;) {
      const { body } = await node.ask<Job>('GET', `/api/model-jobs/${job.id}`);
      if (body.stage) stages.add(body.stage);
      assert.ok((body.share ?? share) >= share, 'progress never goes back');
      share = body.share ?? share;
      if (body.state !== 'waiting' && body.state !== 'running') {
        assert.deepEqual([body.state, body.version], ['done', 1], JSON.stringify(body));
        break;
      }
      await wait(20);
    }
    assert.ok(stages.has('training'), [...stages].join());
    await models().serving.settled();
    const { body } = await node.ask<{
      champion: number;
      serving: { state: string; customers: number };
      versions: { rows: { allowed: number; persons: number }; figures: { rocAuc: number; newest: { rocAuc: number } } }[];
    }>('GET', '/api/models/churn');
    assert.equal(body.champion, 1);
    assert.equal(body.serving.state, 'serving');
    assert.ok(body.serving.customers > 100 && body.serving.customers < customers - silent, `${body.serving.customers}`);
    const [version] = body.versions;
    assert.deepEqual([version!.rows.persons, version!.rows.allowed], [customers, customers - silent]);
    assert.ok(version!.figures.rocAuc > 0.6, JSON.stringify(version!.figures));
  });

  test('report, card and ONNX are there, without a single customer', async () => {
    const at = '/api/models/churn/versions/1';
    const report = await node.ask<{ examples: unknown[]; split: { kind: string } }>('GET', `${at}/report`);
    assert.deepEqual([report.body.examples, report.body.split.kind], [[], 'given']);
    const headers = { authorization: `Bearer ${node.accessToken}` };
    const card = await node.app.http.inject({ method: 'GET', url: `${at}/card`, headers });
    assert.match(card.headers['content-type'] as string, /text\/html/);
    assert.match(card.body, /客户流失/);
    // Whom it is asked of and what is to be found, in plain words and both languages.
    assert.match(card.body, /截止时点后 \d+ 天内没有下单/);
    assert.match(card.body, /whoever placed an order in the \d+ days before the cut-off/);
    const onnx = await node.app.http.inject({ method: 'GET', url: `${at}/onnx`, headers });
    assert.equal(onnx.statusCode, 200);
    assert.ok(onnx.rawPayload.length > 1000);
    assert.equal((await node.ask('GET', '/api/models/churn/versions/9/report')).status, 404);
  });

  test('a score has its version, its time and reasons in words, and stands on the profile', async () => {
    const id = await personOf('u40');
    const [score] = await scoresOf(id);
    assert.equal(score!.version, 'churn-1');
    assert.ok(score!.value > 0 && score!.value < 1);
    assert.equal(score!.reasons.length, 3);
    for (const { en, zh } of score!.reasons) {
      assert.match(en, /the risk of leaving$/);
      assert.match(zh, /流失风险(升高|降低)$/);
    }
    const { body } = await node.ask<{ scores: ScoreShown[] }>('GET', `/api/profiles/${id}`);
    assert.deepEqual(body.scores, [score]);
    assert.deepEqual(await scoresOf(await personOf('u5')), [], 'who did not agree has none');
    const { customers: followed } = node.app.node();
    const lastOrder = columnOf(followed.matrix.view(made.clock.nowMs), 'last_order')!;
    let gone = 0;
    for (const person of followed.matrix.persons()) {
      const isGone = numberAt(lastOrder, followed.matrix.rowOf(person)!) <= made.clock.nowMs - asked.activeDays * dayMs;
      if (isGone) assert.equal(models().serving.score('churn', person), undefined, 'who is gone already is not asked about');
      gone += isGone ? 1 : 0;
    }
    assert.ok(gone > 20);
  });

  test('an event that changes a feature changes the score, and the ONNX file says the same', async () => {
    const heard: string[] = [];
    const stop = models().serving.onChange((persons, names) => void heard.push(`${persons} ${names}`));
    const id = await personOf('u31');
    const before = models().serving.score('churn', Number(id.slice(1)))!;
    await made.sendAll([made.track('u31', 'Order Completed', made.clock.nowMs, { order_id: 'new', total: 90 })]);
    const sentMs = performance.now();
    while (models().serving.score('churn', Number(id.slice(1))) === before) {
      assert.ok(performance.now() - sentMs < 90_000, 'waited too long');
      await wait(5);
    }
    stop();
    assert.ok(heard.includes(`${id.slice(1)} churn`), heard.join('; '));
    const { registry, serving } = models();
    const champion = registry.champion(registry.model('churn'))!;
    const model = parseScoringModel(JSON.parse((await registry.file(champion, 'model')).toString('utf8')));
    const onnx = await openOnnxScorer(await registry.file(champion, 'onnx'), model);
    const { matrix } = node.app.node().customers;
    const features = featuresOf(matrix, made.clock.nowMs);
    const read = rowReader(model.inputs, features.columns);
    assert.ok(typeof read === 'function');
    const scorer = createScorer(model);
    const persons = [...matrix.persons()].slice(0, 100);
    const values = persons.map((person) => read(features, matrix.rowOf(person)!, made.clock.nowMs));
    for (const [at, person] of persons.entries()) {
      const served = (await onnx.row(values[at]!)).probability;
      assert.ok(Math.abs(served - scorer.row(values[at]!).probability) <= 1e-5);
      const score = serving.score('churn', person);
      if (score !== undefined) assert.ok(Math.abs(score - served) <= 1e-5, `${person}: ${score} ${served}`);
    }
    await onnx.close();
  });

  test('a withdrawn consent takes the score away at once, a new one brings it back', async () => {
    const id = Number((await personOf('u32')).slice(1));
    const score = () => models().serving.score('churn', id);
    assert.ok(score() !== undefined);
    await made.sendAll([made.track('u32', 'Consent Withdrawn', made.clock.nowMs, { purpose: 'profiling' })]);
    await node.app.node().customers.settled();
    assert.equal(score(), undefined);
    await made.sendAll([made.track('u32', 'Consent Given', made.clock.nowMs + 1, { purpose: 'profiling' })]);
    await node.app.node().customers.settled();
    assert.ok(score() !== undefined);
  });

  test('the highest scores come first, and the days are counted', async () => {
    const { body } = await node.ask<{ scores: (ScoreShown & { id: string })[] }>('GET', '/api/models/churn/top?limit=10');
    assert.equal(body.scores.length, 10);
    const values = body.scores.map(({ value }) => value);
    assert.deepEqual(
      values,
      [...values].sort((a, b) => b - a),
    );
    made.clock.nowMs += dayMs + 1;
    models().serving.checkTime();
    await models().serving.settled();
    const { body: model } = await node.ask<{ days: { customers: number; counts: number[] }[] }>('GET', '/api/models/churn');
    assert.equal(model.days.length, 2);
    assert.equal(
      model.days[0]!.counts.reduce((sum, count) => sum + count, 0),
      model.days[0]!.customers,
    );
    const [drift] = models().serving.drifts;
    assert.ok(drift && Number.isFinite(drift.index), 'everybody was compared with what it learned from');
    // As the day before, or not: the alarm stands exactly while the shift is much.
    const alarms = async () => {
      const { body: inbox } = await node.ask<{ alarms: { kind: string; number: number }[] }>('GET', '/api/alarms?state=open');
      return inbox.alarms.filter(({ kind }) => kind === 'model_drift').map(({ number }) => number);
    };
    const expected = drift.index >= 0.25 ? [drift.version] : [];
    for (let tries = 0; tries < 1_500 && JSON.stringify(await alarms()) !== JSON.stringify(expected); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(await alarms(), expected);
  });

  test('what a training would be made of is told before it, and who did not agree is counted out', async () => {
    type Checked = {
      persons: number;
      allowed: number;
      rows: number;
      positives: number;
      sampled: boolean;
      features: { column: string; state: string; reason?: string }[];
    };
    const { status, body } = await node.ask<Checked>('POST', '/api/models/train/check', asked);
    assert.equal(status, 200);
    assert.deepEqual([body.persons, body.allowed, body.sampled], [customers, customers - silent, false]);
    const report = await node.ask<{ data: { rows: number; positives: number }; columns: { used: string[] } }>(
      'GET',
      '/api/models/churn/versions/1/report',
    );
    assert.deepEqual([body.rows, body.positives], [report.body.data.rows, report.body.data.positives]);
    const used = body.features.filter(({ state }) => state !== 'left_out').map(({ column }) => column);
    assert.deepEqual(used, report.body.columns.used);
    const refused = await node.ask<{ error: { code: string } }>('POST', '/api/models/train/check', {
      ...asked,
      horizonDays: 400,
    });
    assert.equal(refused.body.error.code, 'cannot_train');
  });

  test('why a score is what it is adds up, and drift is told by feature with the days', async () => {
    type Told = { baseValue: number; margin: number; probability: number; rest: number; contributions: { value: number }[] };
    type Explained = { explanations: { value: number; higherThan: number; explanation: Told }[] };
    const id = await personOf('u40');
    const { body } = await node.ask<Explained>('GET', `/api/scores/${id}/explanations`);
    const [{ value, higherThan, explanation }] = body.explanations as [Explained['explanations'][number]];
    const sum = explanation.contributions.reduce((all, one) => all + one.value, explanation.baseValue + explanation.rest);
    assert.ok(Math.abs(sum - explanation.margin) < 1e-9);
    assert.ok(Math.abs(explanation.probability - value) < 1e-6 && higherThan >= 0 && higherThan <= 1);
    type Drift = {
      version: number;
      score: { index: number };
      columns: { column: string; title: { zh: string } }[];
      days: { score?: number }[];
    };
    const drift = await node.ask<Drift>('GET', '/api/models/churn/drift');
    assert.equal(drift.status, 200, JSON.stringify(drift.body));
    assert.ok(drift.body.columns.length > 5 && drift.body.columns.every(({ title }) => title.zh.length > 0));
    assert.ok(drift.body.days.some(({ score }) => score !== undefined));
    assert.equal((await node.ask('GET', '/api/models/weather/drift')).status, 404);
  });

  test('a second version waits as challenger, is compared, promoted and rolled back', async () => {
    const job = await made.trained();
    assert.equal(job.version, 2);
    type Versions = {
      champion: number;
      versions: { number: number; state: string; comparison?: { verdict: string; championHadSeen: boolean } }[];
    };
    const look = async () => (await node.ask<Versions>('GET', '/api/models/churn')).body;
    const [second] = (await look()).versions;
    assert.equal(second!.state, 'challenger');
    assert.ok(['better', 'worse', 'alike'].includes(second!.comparison!.verdict));
    assert.equal(second!.comparison!.championHadSeen, true, 'trained a day ago on the same cut-offs');
    const promoted = await node.ask('POST', '/api/models/churn/promote', { version: 2, reason: 'as good, and newer' });
    assert.equal(promoted.status, 200);
    assert.equal((await node.ask('POST', '/api/models/churn/promote', { version: 2 })).status, 409);
    await models().serving.settled();
    assert.equal((await scoresOf(await personOf('u31')))[0]!.version, 'churn-2');
    assert.equal((await node.ask('POST', '/api/models/churn/rollback', { reason: 'looks odd' })).status, 200);
    assert.deepEqual([(await look()).champion, (await look()).versions.map(({ state }) => state)], [1, ['retired', 'champion']]);
    assert.equal(
      (await node.ask('POST', '/api/models/churn/rollback', {})).status,
      409,
      'what was taken back is not gone back to',
    );
  });

  test('after a restart the same scores are there, though none is stored', async () => {
    const id = await personOf('u43');
    const before = await scoresOf(id);
    assert.equal(before.length, 1);
    await node.restart();
    await models().serving.settled();
    assert.deepEqual(
      (await scoresOf(id)).map(({ value, version }) => ({ value, version })),
      before.map(({ value, version }) => ({ value, version })),
    );
  });

  test('who is erased has no score any more', async () => {
    const id = await personOf('u34');
    const number = Number(id.slice(1));
    assert.ok(models().serving.score('churn', number) !== undefined);
    await node.app.node().subjects.eraseSubject(number, { actor: 'test', reason: 'request' });
    assert.equal(models().serving.score('churn', number), undefined);
    await node.app.node().customers.settled();
    assert.ok(
      !models()
        .serving.top('churn', 1000)
        .some((one) => one.id === id),
    );
  });

  test('a model that nothing serves any more gives no score', async () => {
    assert.equal((await node.ask('POST', '/api/models/churn/retire', { reason: 'over' })).status, 200);
    await models().serving.settled();
    assert.deepEqual(await scoresOf(await personOf('u43')), []);
    assert.equal((await node.ask('GET', '/api/models/churn/top')).status, 404);
  });
});
