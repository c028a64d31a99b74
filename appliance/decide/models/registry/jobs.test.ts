// Trainings killed at each of their writes: whenever it comes, the next start brings the training to its end once, with one version. The training
// itself is stood in for: what is looked at is what is on disk.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { keyFrom } from '../../../../crypto/keys.ts';
import { Fault } from '../../../core/errors.ts';
import { numberColumn } from '../../../core/matrix/matrix.ts';
import type { Store } from '../../../core/store/store.ts';
import { openTestStore } from '../../../core/store/testing.ts';
import { mortal } from '../../../core/vault/testing.ts';
import { byteSeal, textSeal } from '../../../core/vault/vault.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import { telcoReport } from '../card/testing-report.ts';
import { Jobs } from './jobs.ts';
import { Registry } from './registry.ts';
import type { TrainFunction } from './run.ts';
import { modelMigrations } from './store.ts';

const stores: Store[] = [];
after(() => Promise.all(stores.map((store) => store.close())));
async function emptyStore(): Promise<Store> {
  const store = await openTestStore({ migrations: modelMigrations });
  stores.push(store);
  return store;
}

const vault = { derivedKey: () => keyFrom('data', new Uint8Array(32).fill(3)), derivedEpoch: 1 };
const seals = { ...textSeal(vault), ...byteSeal(vault) };
const persons = Array.from({ length: 300 }, (_, at) => at);
const factsOf = (personId: number) => ({ personId, trait: () => (personId % 3 === 0 ? 'yes' : 'no') }) as unknown as PersonFacts;
const checkpoint = Uint8Array.from({ length: 3_000_000 }, (_, at) => at % 251);

type Seen = { rows: number; resumed: number | undefined }[];

async function open(store: Store, seen: Seen) {
  const clock = { nowMs: () => 1_790_000_000_000 };
  const registry = await Registry.open({ store, clock, ...seals });
  const train: TrainFunction = async (order) => {
    seen.push({ rows: order.matrix.rows, resumed: order.resumeFrom?.length });
    order.progress(0.5);
    order.checkpoint(checkpoint);
    return {
      report: telcoReport(),
      model: {
        format: 1,
        inputs: [{ name: 'orders', kind: 'number' }],
        features: [{ name: 'orders', input: 'orders', how: 'number' }],
        margin: { kind: 'linear', base: 0, weights: [1], centers: [0], scales: [1] },
        calibration: { kind: 'platt', a: 1, b: 0 },
      },
      onnx: new Uint8Array([1, 2, 3]),
    };
  };
  const jobs = await Jobs.open({
    store,
    clock,
    ...seals,
    registry,
    mayUse: async () => () => true,
    isDeclared: () => true,
    train,
    titles: new Map(),
    table: {
      source: {
        persons: async function* () {
          yield persons;
        },
        factsOf: async (asked) => new Map(asked.map((person) => [person, factsOf(person)])),
        factsThrough: async function* () {},
      },
      doings: () => [],
      isLeftOut: () => false,
      rowMaker: () => {
        let rows = 0;
        return {
          put: () => rows++,
          matrix: () => ({
            rows,
            columns: [
              numberColumn(
                'orders',
                Float64Array.from({ length: rows }, (_, at) => at),
                'f32',
              ),
            ],
          }),
        };
      },
    },
  });
  return { registry, jobs };
}

async function settle(jobs: Jobs): Promise<void> {
  jobs.begin();
  await jobs.settled();
  await jobs.close();
}

test('killed before and after each write: one version comes of it', async () => {
  const ask = { label: 'vip', positive: 'yes', serveFirst: true };
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; ; at += 1) {
      const store = await emptyStore();
      const seen: Seen = [];
      const dying = mortal(store, at, when, (words) => new Fault('store_unavailable', words));
      const first = await open(dying, seen);
      const asked = await first.jobs.ask(ask, 'person 3').then(
        () => true,
        (error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          return false;
        },
      );
      await settle(first.jobs);

      const next = await open(store, seen);
      await settle(next.jobs);
      const where = `${when} write ${at}`;
      const [job] = next.jobs.list();
      if (!job) assert.equal(asked, false, where);
      else {
        assert.deepEqual([job.state, job.version], ['done', 1], `${where}: ${JSON.stringify(job)}`);
        const model = next.registry.model('vip');
        assert.deepEqual(
          next.registry.versions(model).map(({ number, state }) => ({ number, state })),
          [{ number: 1, state: 'champion' }],
          where,
        );
        assert.equal((await next.registry.file(next.registry.champion(model)!, 'onnx')).length, 3);
        const [left] = await store.select('SELECT count(*) AS n FROM model_checkpoints');
        assert.equal(Number(left!.n), 0, where);
        for (const { rows, resumed } of seen)
          assert.ok(rows === 300 && (resumed === undefined || resumed === checkpoint.length), where);
      }
      if (asked && seen.length === 1) break;
      assert.ok(at < 40);
    }
  }
});

test('a job that never comes to an end is given up', async () => {
  const store = await emptyStore();
  for (let round = 1; round <= 5; round += 1) {
    const { jobs } = await open(store, []);
    if (round === 1) await jobs.ask({ label: 'vip', positive: 'yes' }, 'person 3');
    // Killed once the beginning is on disk: the very next write is the last.
    const dying = mortal(store, 2, 'before', (words) => new Fault('store_unavailable', words));
    await jobs.close();
    const killed = await open(dying, []);
    await settle(killed.jobs);
  }
  const { jobs } = await open(store, []);
  await settle(jobs);
  assert.equal(jobs.list()[0]!.state, 'failed', JSON.stringify(jobs.list()[0]));
  assert.equal(jobs.list()[0]!.code, 'model_failed');
});

test('steps back lead to what served before, and not to what was taken back', async () => {
  const store = await emptyStore();
  const { registry } = await open(store, []);
  const outcome = { en: 'x', zh: 'x' };
  const model = await registry.put({
    name: '价值',
    kind: 'own',
    title: outcome,
    outcome,
    ask: {},
    scoringPurpose: 'profiling',
    live: true,
  });
  for (let number = 1; number <= 3; number += 1) {
    await registry.add(model, {}, { onnx: new Uint8Array([number]) }, 'person 3');
    await registry.promote('价值', number, { by: 'person 3' });
  }
  const serving = () => registry.champion(model)?.number;
  await registry.rollback('价值', { by: 'person 4', reason: 'odd' });
  assert.equal(serving(), 2);
  await registry.rollback('价值', { by: 'person 4' });
  assert.equal(serving(), 1);
  await assert.rejects(registry.rollback('价值', { by: 'person 4' }), { code: 'conflict' });
  const again = await open(store, []);
  assert.deepEqual(
    again.registry.versions(model).map(({ state, history }) => [state, history.at(-1)!.by]),
    [
      ['retired', 'person 4'],
      ['retired', 'person 4'],
      ['champion', 'person 4'],
    ],
  );
  await assert.rejects(registry.put({ ...model, kind: 'question' }), { code: 'conflict' });
  await assert.rejects(registry.put({ ...model, name: '../x' }), { code: 'bad_request' });
  for (let number = 4; number < 30; number += 1) await registry.add(model, {}, {}, 'person 3');
  assert.equal(registry.versions(model).length, 20);
  assert.equal(serving(), 1, 'what serves stays, however old');
});
