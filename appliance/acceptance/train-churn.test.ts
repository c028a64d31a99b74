// The promise to a data scientist on the sample organisation: `holdfast train churn` trains, explains and serves; it has learned why customers leave
// and not who left; and the score of a customer who stays moves after an event.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fakeIo } from '../cli/testing.ts';
import type { ScoreShown } from '../core/model/customer-decisions.ts';
import type { SourceId } from '../core/model/event.ts';
import { CustomerMatrix } from '../decide/features/features.ts';
import { aucInterval } from '../decide/models/metrics/auc-interval.ts';
import { createScorer, parseScoringModel, type Report, relativeMatrix } from '../decide/models/models.ts';
import { main } from '../main.ts';
import { defaultSample, sampleEndMs, sampleLeavers, sampleTruth } from '../sample/sample.ts';
import { loadSample, sampleConfiguration } from '../sample-loading.ts';
import { openTestNode, type TestNode } from '../testing.ts';

const sample = { ...defaultSample, people: 900 };
let node: TestNode;
before(async () => {
  node = await openTestNode({ config: sampleConfiguration });
  await loadSample(node.app.node(), node.folder, { people: sample.people });
  await node.listen();
});
after(() => node.close());

async function holdfast(...args: string[]) {
  const io = fakeIo({ cwd: node.folder, env: { HOLDFAST_HOME: node.folder } });
  const code = await main(args, io);
  return { code, out: io.out(), err: io.err() };
}

/** By person: the sample's own, where one alone is behind it. */
async function truth(): Promise<Map<number, string>> {
  const { sources, profiles } = node.app.node();
  const ids = new Map((await sources.list()).map(({ name, id }) => [name, id as SourceId]));
  const found = new Map<number, string>();
  for (const { source, recordKey, personId } of sampleTruth(sample)) {
    if (!personId.startsWith('P')) continue;
    const person = await profiles.personOf(ids.get(source)!, recordKey.kind === 'user_id', recordKey.value);
    if (person !== undefined) found.set(person, personId);
  }
  return found;
}

test('train churn trains, explains and serves', async () => {
  const { code, out, err } = await holdfast('train', 'churn', '--budget', 'small', '--out', 'churn');
  assert.equal(code, 0, err);
  assert.match(out, /places no order in the \d+ days after the cut-off/);
  assert.match(out, /on the newest \d+ rows, learned from older ones alone: ROC AUC 0\.\d+/);
  assert.match(err, /churn-1 serves/);
  const report = JSON.parse(readFileSync(join(node.folder, 'churn', 'report.json'), 'utf8')) as Report;
  const newest = report.crossValidation.folds.at(-1)!;
  assert.ok(newest.rocAuc > 0.65 && newest.rocAuc < 0.95, `${newest.rocAuc}: neither chance nor a leak`);
  assert.ok(readFileSync(join(node.folder, 'churn', 'card.html'), 'utf8').includes('客户流失'));
  const top = await holdfast('model', 'top', 'churn', '--limit', '5', '--lang', 'zh');
  assert.equal(top.code, 0, top.err);
  assert.match(top.out, /p\d+ +\d+\.\d% .+流失风险/);
  assert.match((await holdfast('model', 'list')).out, /churn +Churn +churn-1/);
  assert.match((await holdfast('job', 'list')).out, /done +version 1/);
});

test('who had decided to leave has a higher score than who had not', async () => {
  const { models, customers, profiles } = node.app.node();
  const { registry } = models;
  const champion = registry.champion(registry.model('churn'))!;
  const scorer = createScorer(parseScoringModel(JSON.parse((await registry.file(champion, 'model')).toString('utf8'))));
  const people = await truth();
  // Everybody of the sample, as of its end: nobody of them exists.
  const matrix = new CustomerMatrix(customers.matrix.features);
  const fromMs = sampleEndMs - champion.rows!.activeDays! * 86_400_000;
  for await (const page of profiles.people.factsAt(sampleEndMs, (person) => people.has(person)))
    for (const facts of page)
      if (facts.orders().some(({ atMs }) => atMs > fromMs)) matrix.put(facts.personId, facts, sampleEndMs);
  const scores = scorer.matrix(relativeMatrix(matrix.view(sampleEndMs), sampleEndMs)).probability;
  const decided = new Set([...sampleLeavers(sample)].flatMap((one) => (one.decidedAtMs <= sampleEndMs ? one.personId : [])));
  const persons = [...matrix.persons()];
  const { value, standardError } = aucInterval(
    persons.map((person) => scores[matrix.rowOf(person)!]!),
    persons.map((person) => (decided.has(people.get(person)!) ? 1 : 0)),
  );
  assert.ok(value > 0.5 + 2 * standardError && value < 0.9, `${value} of ${persons.length}`);
});

test('the score of a customer who stays moves after an event, with reasons of their own', async () => {
  const { serving } = node.app.node().models;
  const { profiles } = node.app.node();
  const [chosen] = serving.top('churn', 1000).slice(20);
  const id = chosen!.id;
  const shop = (await node.app.node().sources.list()).find(({ name }) => name === 'shop')!.id as SourceId;
  const before = (await node.ask<{ scores: ScoreShown[] }>('GET', `/api/profiles/${id}`)).body.scores[0]!;
  assert.equal(before.reasons.length, 3);
  assert.ok(before.reasons.every(({ en, zh }) => /the risk of leaving$/.test(en) && /流失风险/.test(zh)));
  const profile = await profiles.profile(Number(id.slice(1)));
  const known = profile.identifiers.find(({ kind, source }) => kind === 'user_id' && source === 'shop');
  assert.ok(known, 'somebody with an account of the shop');
  const atMs = Date.now();
  const [outcome] = await node.app.node().recordBatch(shop, [
    {
      kind: 'track',
      name: 'Order Completed',
      userId: known.value,
      messageId: 'back-again',
      occurredAtMs: atMs,
      receivedAtMs: atMs,
      properties: { order_id: 'back-again', total: 260, channel: 'web' },
    } as never,
  ]);
  assert.ok(outcome);
  const sentMs = performance.now();
  while (serving.score('churn', Number(id.slice(1))) === before.value) {
    assert.ok(performance.now() - sentMs < 90_000, 'waited too long');
    await wait(5);
  }
  const [after] = (await node.ask<{ scores: ScoreShown[] }>('GET', `/api/scores/${id}`)).body.scores;
  assert.ok(after!.value < before.value, `${before.value} became ${after!.value}`);
  assert.ok(after!.atMs >= before.atMs);
});
