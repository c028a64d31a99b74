// What was learned together in the registry: the challenger of what serves and never more by itself, promoted and taken back as any other version, kept
// once however often it is brought, beside a model of another kind that has the question's name, and with a card that says where it comes from.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { keyFrom } from '../../../../crypto/keys.ts';
import { Fault } from '../../../core/errors.ts';
import type { Store } from '../../../core/store/store.ts';
import { openTestStore } from '../../../core/store/testing.ts';
import { byteSeal, textSeal } from '../../../core/vault/vault.ts';
import { Registry } from '../registry/registry.ts';
import { modelFile, modelOf } from '../registry/run.ts';
import { modelMigrations } from '../registry/store.ts';
import { adoptTogether, type TogetherOrder } from './adopt.ts';

const stores: Store[] = [];
after(() => Promise.all(stores.map((store) => store.close())));
const vault = { derivedKey: () => keyFrom('data', new Uint8Array(32).fill(3)), derivedEpoch: 1 };
const parts = { clock: { nowMs: () => 1_790_000_000_000 }, ...textSeal(vault), ...byteSeal(vault) };

async function opened(store?: Store): Promise<{ store: Store; registry: Registry }> {
  const own = store ?? (await openTestStore({ migrations: modelMigrations }));
  if (!store) stores.push(own);
  return { store: own, registry: await Registry.open({ store: own, ...parts }) };
}

const orderOf = (round: string, given: Partial<TogetherOrder> = {}): TogetherOrder => ({
  question: { name: 'churn', horizonDays: 28, activeDays: 90 },
  model: {
    format: 1,
    inputs: [{ name: 'orders', kind: 'number' }],
    features: [{ name: 'orders', input: 'orders', how: 'number' }],
    margin: { kind: 'linear', base: 0, weights: [1], centers: [0], scales: [1] },
    calibration: { kind: 'platt', a: 1, b: 0 },
  },
  figures: { rocAuc: 0.7, logLoss: 0.5, calibrationError: 0.02 },
  lineage: {
    ...{ round, federation: 'f', transcriptHead: 'a'.repeat(64), model: 'b'.repeat(64), purpose: 'churn.prevention' },
    members: [
      { member: 'one', name: { en: 'North <b>', zh: '北方' }, metrics: { auc: 0.71, logLoss: 0.5 }, holdout: 900 },
      { member: 'two', name: { en: 'South', zh: '南方' }, metrics: {}, holdout: 0, leftOut: true },
    ],
    ...{ settings: { kind: 'trees', trees: 30 }, features: 12, calibration: 'platt' },
  },
  rows: { persons: 400, rows: 1200, positives: 300, purpose: 'profiling' },
  atMs: 1_790_000_000_000,
  ...given,
});

test('beside what serves it is the challenger; promoted and rolled back as any other', async () => {
  const { registry, store } = await opened();
  const own = await registry.put({
    ...modelOf({ question: 'churn', horizonDays: 56 }, undefined),
    schedule: { everyDays: 7, promote: 'never' },
  });
  const before = await registry.add(own, {}, {}, 'person 3', { serve: 'the first version' });
  const adopted = await adoptTogether(registry, orderOf('r1', { scoringPurpose: 'retention' }));
  assert.deepEqual(adopted, { model: 'churn', version: 2 });
  const version = registry.version(own, 2);
  assert.equal(version.state, 'challenger');
  assert.equal(version.scoringPurpose, 'retention');
  assert.equal(version.rows?.activeDays, 90);
  assert.equal(registry.champion(own)?.id, before.id);
  assert.deepEqual(registry.model('churn'), own, 'what was said of the next training stays');
  await registry.promote('churn', 2, { by: 'person 4', reason: 'better on our rows' });
  assert.equal(registry.champion(own)?.number, 2);
  assert.equal((await registry.rollback('churn', { by: 'person 4' })).number, 1);
  assert.equal(registry.champion(own)?.id, before.id);
  const again = await opened(store);
  assert.deepEqual(await adoptTogether(again.registry, orderOf('r1')), adopted, 'after a kill');
  assert.equal(again.registry.versions(own).length, 2);
  assert.deepEqual(await modelFile(again.registry, version), orderOf('r1').model);
  assert.deepEqual(await adoptTogether(again.registry, orderOf('r2')), { model: 'churn', version: 3 });
});

test('a model of something else that has the name stays what it is', async () => {
  const { registry } = await opened();
  await registry.put({ ...modelOf({ label: 'churn' }, undefined) });
  assert.deepEqual(await adoptTogether(registry, orderOf('r1')), { model: 'churn_together', version: 1 });
  assert.deepEqual(await adoptTogether(registry, orderOf('r2')), { model: 'churn_together', version: 2 });
  assert.equal(registry.model('churn').kind, 'trait');
  assert.equal(registry.champion(registry.model('churn_together')), undefined);
});

test('the card says in both languages who learned it and where it comes from, and names stay text', async () => {
  const { registry } = await opened();
  await adoptTogether(registry, orderOf('r1'));
  const version = registry.versions(registry.model('churn'))[0]!;
  const card = (await registry.file(version, 'card')).toString('utf8');
  for (const words of [
    'North &lt;b&gt;',
    '南方',
    'left on the way',
    '0.710',
    '900',
    'churn.prevention',
    'a'.repeat(64),
    'b'.repeat(64),
  ])
    assert.ok(card.includes(words), words);
  assert.ok(!card.includes('<script') && !card.includes('{days}'));
  assert.match(card, /共同训练/);
  await assert.rejects(registry.file(version, 'onnx'), (error: Fault) => error instanceof Fault && error.code === 'not_found');
});
