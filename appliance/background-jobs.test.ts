// Work in the background as one list: everybody sees what their rights on the parts let them see, nobody gets round a part's own action or a second person by
// coming this way, and heavy work waits for its turn and can be taken out while it waits.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Principal, type Role, roles } from './core/model/principal.ts';
import { backupStateFile } from './oversee/operations/backup/state.ts';
import type { JobView } from './oversee/operations/jobs/jobs.ts';
import { openTestNode, type TestNode } from './testing.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-background-'));
const rule = { name: 'old', events: { olderThanDays: 3_000 } };
let node: TestNode;

const people = new Map<string, Principal>(
  roles.map((role, at) => [role, { actor: `person ${at + 1}`, kind: 'person', id: at + 1, roles: [role] }]),
);

before(async () => {
  node = await openTestNode({
    config: { backup: { to: join(home, 'target') }, jobs: { atOnce: 1 }, retention: [rule] },
    signedIn: (name) => people.get(name),
    holders: async () => [...people.values()],
  });
});
after(async () => {
  await node.close();
  rmSync(home, { recursive: true, force: true });
});

type Answer<T> = { status: number; body: T & { error?: { code: string } } };
async function as<T = JobView>(who: Role | 'operator', method: 'GET' | 'POST', url: string): Promise<Answer<T>> {
  const headers = who === 'operator' ? { authorization: `Bearer ${node.accessToken}` } : { 'x-test-person': who };
  const answer = await node.app.http.inject({ method, url, headers });
  return { status: answer.statusCode, body: answer.json() };
}
type Listed = { jobs: JobView[]; places: { atOnce: number; running: number; waiting: number } };
const listed = async (who: Role | 'operator' = 'operator') => (await as<Listed>(who, 'GET', '/api/jobs')).body.jobs;
const jobOf = async (id: string, who: Role | 'operator' = 'operator') => (await listed(who)).find((one) => one.id === id)!;
const train = async () =>
  String((await node.ask<{ id: number }>('POST', '/api/models/train', { question: 'churn', budget: 'small' })).body.id);

describe('heavy work', () => {
  test('waits behind a slow job, and runs after it', async () => {
    const slow = node.app.turns.want();
    await node.ask('POST', '/api/backups/work', { kind: 'backup' });
    const training = await train();
    assert.deepEqual([(await jobOf('backup')).state, (await jobOf(training)).state], ['waiting', 'waiting']);
    assert.deepEqual((await as<Listed>('operator', 'GET', '/api/jobs')).body.places, { atOnce: 1, running: 1, waiting: 2 });
    assert.ok(!existsSync(join(home, 'target')), 'nothing was copied while it waited');
    assert.equal((await node.ask('POST', '/api/backups/work', { kind: 'verify' })).status, 409);
    slow.leave();
    await node.app.node().backups.settled();
    await node.app.node().models.jobs.settled();
    assert.equal((await jobOf('backup')).state, 'done');
    // Nobody is a customer of this node, so that there is nothing to learn from: it had its turn.
    assert.equal((await jobOf(training)).state, 'failed');
    assert.deepEqual(node.app.turns.counts, { atOnce: 1, running: 0, waiting: 0 });
  });

  test('that waits is taken out when it is cancelled, and the one behind it goes on', async () => {
    const slow = node.app.turns.want();
    const training = await train();
    await node.ask('POST', '/api/backups/work', { kind: 'verify' });
    const second = await train();
    for (const id of [training, 'backup', second])
      assert.equal((await as('operator', 'POST', `/api/jobs/${id}/cancel`)).body.state, 'cancelled', id);
    await node.app.node().models.jobs.settled();
    assert.deepEqual(node.app.turns.counts, { atOnce: 1, running: 1, waiting: 0 });
    const again = (await as('operator', 'POST', '/api/jobs/backup/retry')).body;
    assert.deepEqual([again.state, again.what.en], ['waiting', 'Verifying of backups']);
    slow.leave();
    await node.app.node().backups.settled();
    assert.equal((await jobOf('backup')).state, 'done');
  });

  test('a rotation waits for nothing, and others wait for it', async () => {
    const { profiles } = node.app.node();
    const slow = node.app.turns.want();
    const held = Promise.withResolvers<void>();
    const { promise: inside, resolve: enter } = Promise.withResolvers<void>();
    profiles.settled = () => {
      enter();
      return held.promise;
    };
    await node.send([{ type: 'identify', userId: 'u1', traits: { email: 'u1@jobs.example' } }]);
    await node.ask('POST', '/api/keys/rotate', { kind: 'data' });
    await inside;
    slow.leave();
    await node.ask('POST', '/api/backups/work', { kind: 'backup' });
    assert.deepEqual([(await jobOf('rotation')).state, (await jobOf('backup')).state], ['running', 'waiting']);
    Reflect.deleteProperty(profiles, 'settled');
    held.resolve();
    await node.app.node().backups.settled();
    assert.deepEqual([(await jobOf('rotation')).state, (await jobOf('backup')).state], ['done', 'done']);
  });
});

describe('rights', () => {
  before(async () => {
    await node.ask('POST', '/api/retention/run');
    Object.defineProperty(node.app.node().profiles, 'reindexing', {
      configurable: true,
      value: { state: 'failed', done: 1, total: 4, code: 'internal' },
    });
    Object.assign(node.app.rotation, { state: 'failed', code: 'store_unavailable' });
    await train();
    await node.app.node().models.jobs.settled();
  });

  const kindsFor = async (who: Role | 'operator') => [...new Set((await listed(who)).map(({ kind }) => kind))].sort();

  test('each role is shown what its rights on the parts let it see', async () => {
    const all = ['backup', 'index', 'retention', 'rotation', 'training'];
    assert.deepEqual(await kindsFor('operator'), all);
    assert.deepEqual(await kindsFor('administrator'), all);
    assert.deepEqual(await kindsFor('auditor'), all);
    assert.deepEqual(await kindsFor('compliance'), all);
    assert.deepEqual(await kindsFor('data-scientist'), ['training']);
    for (const who of ['agent', 'marketer', 'supervisor'] as const) {
      assert.equal((await as(who, 'GET', '/api/jobs')).status, 403, who);
      assert.equal((await as(who, 'POST', '/api/jobs/backup/retry')).status, 403, who);
    }
    assert.equal((await as('data-scientist', 'GET', '/api/jobs/backup')).status, 404);
    assert.equal((await as('data-scientist', 'POST', '/api/jobs/backup/retry')).status, 404);
  });

  test('what may be done about one follows from the rights of its part', async () => {
    const retries = async (who: Role | 'operator') =>
      Object.fromEntries((await listed(who)).flatMap(({ id, retry }) => (/^\d+$/.test(id) || !retry ? [] : [[id, retry]])));
    assert.deepEqual(await retries('operator'), { rotation: 'yes', index: 'yes' });
    assert.deepEqual(await retries('administrator'), { rotation: 'approval', index: 'yes' });
    assert.deepEqual(await retries('auditor'), { rotation: 'no', index: 'no' });
    const training = (await listed()).find(({ kind, state }) => kind === 'training' && state === 'failed')!.id;
    assert.equal((await jobOf(training, 'data-scientist')).retry, 'yes');
    assert.equal((await jobOf(training, 'administrator')).retry, 'no');
  });

  test('nobody gets round a second person, a second look or an action that they lack', async () => {
    const code = async (who: Role, id: string, act = 'retry') => {
      const { status, body } = await as(who, 'POST', `/api/jobs/${id}/${act}`);
      return [status, body.error?.code];
    };
    assert.deepEqual(await code('administrator', 'rotation'), [403, 'step_up_needed']);
    people.set('administrator', { ...people.get('administrator')!, steppedUpUntilMs: Number.MAX_SAFE_INTEGER });
    assert.deepEqual(await code('administrator', 'rotation'), [403, 'approval_needed']);
    assert.equal(node.app.rotation.state, 'failed');
    const training = (await listed()).find(({ kind, state }) => kind === 'training' && state === 'failed')!.id;
    assert.deepEqual(await code('administrator', training), [403, 'forbidden']);
    assert.deepEqual(await code('auditor', 'index'), [403, 'forbidden']);
    assert.deepEqual(await code('administrator', 'backup'), [409, 'conflict'], 'it has ended well');
  });

  test('serving a first version at once is asked for again too', async () => {
    const asked = { question: 'churn', budget: 'small', serveFirst: true };
    const { id } = (await node.ask<{ id: number }>('POST', '/api/models/train', asked)).body;
    await node.app.node().models.jobs.settled();
    const { status, body } = await as('data-scientist', 'POST', `/api/jobs/${id}/retry`);
    assert.deepEqual([status, body.error?.code], [403, 'step_up_needed']);
  });

  test('what was done stands in the audit log with the job that it was about', async () => {
    const training = await train();
    await node.app.node().models.jobs.settled();
    const { body } = await as('data-scientist', 'POST', `/api/jobs/${training}/retry`);
    await node.app.node().models.jobs.settled();
    assert.notEqual(body.id, training);
    type Entry = { action: string; actor: string; outcome: string; target?: string };
    const { entries } = (await node.ask<{ entries: Entry[] }>('GET', '/api/audit?action=job.retry&limit=20')).body;
    const mine = entries.find(({ target, outcome }) => target === `training ${training}` && outcome === 'done');
    assert.equal(mine?.actor, people.get('data-scientist')!.actor);
    Reflect.deleteProperty(node.app.node().profiles, 'reindexing');
    Object.assign(node.app.rotation, { state: 'done' });
  });
});

describe('what a stop or a kill broke off', () => {
  test('a backup is listed as failed, and begun again', async () => {
    const state = { owner: 'a', unended: { kind: 'backup', by: 'person 3', atMs: 1_790_000_000_000 } };
    await node.app.node().backups.settled();
    writeFileSync(join(node.folder, backupStateFile), JSON.stringify(state));
    await node.restart();
    const broken = await jobOf('backup');
    assert.deepEqual([broken.state, broken.code, broken.by, broken.retry], ['failed', 'job_broken_off', 'person 3', 'yes']);
    assert.equal((await as('administrator', 'POST', '/api/jobs/backup/retry')).status, 200);
    await node.app.node().backups.settled();
    assert.equal((await jobOf('backup')).state, 'done');
    await node.restart();
    assert.equal(await jobOf('backup'), undefined);
  });
});
