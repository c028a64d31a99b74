// Trainings as jobs of a whole node: they go on after a stop, are cancelled, and come by a schedule.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { TestNode } from './testing.ts';
import { asked, dayMs, type Job, type ModelNode, openModelNode } from './testing-models.ts';

let made: ModelNode;
let node: TestNode;
before(async () => {
  made = await openModelNode();
  ({ node } = made);
});
after(() => node.close());
const models = () => made.models();

describe('trainings', () => {
  test('a training goes on after a stop in the middle of it, on the same rows', async () => {
    const { body: job } = await node.ask<Job>('POST', '/api/models/train', asked);
    while ((await node.ask<Job>('GET', `/api/model-jobs/${job.id}`)).body.stage !== 'training') await wait(5);
    await node.restart();
    const whole = await made.ended(job.id);
    assert.deepEqual([whole.state, whole.version], ['done', 1], JSON.stringify(whole));
  });

  test('a training is cancelled, waiting or running', async () => {
    const first = (await node.ask<Job>('POST', '/api/models/train', asked)).body;
    const second = (await node.ask<Job>('POST', '/api/models/train', asked)).body;
    assert.equal((await node.ask<Job>('POST', `/api/model-jobs/${second.id}/cancel`)).body.state, 'cancelled');
    while ((await node.ask<Job>('GET', `/api/model-jobs/${first.id}`)).body.state !== 'running') await wait(5);
    assert.equal((await node.ask<Job>('POST', `/api/model-jobs/${first.id}/cancel`)).body.state, 'cancelled');
    assert.equal((await node.ask('POST', `/api/model-jobs/${first.id}/cancel`)).status, 409);
    assert.equal((await node.ask<{ versions: unknown[] }>('GET', '/api/models/churn')).body.versions.length, 1);
  });

  test('a schedule trains again when it is due, and promotes nothing by itself', async () => {
    assert.equal((await node.ask('PUT', '/api/models/churn/schedule', { everyDays: 7 })).status, 200);
    const { jobs } = models();
    await jobs.checkSchedules();
    const count = jobs.list().length;
    made.clock.nowMs += 8 * dayMs;
    await jobs.checkSchedules();
    assert.equal(jobs.list().length, count + 1);
    assert.deepEqual([jobs.list()[0]!.by, jobs.list()[0]!.scheduled], ['system', true]);
    await jobs.settled();
    assert.equal(jobs.list()[0]!.state, 'done', JSON.stringify(jobs.list()[0]));
    assert.equal((await node.ask<{ champion?: number }>('GET', '/api/models/churn')).body.champion, undefined);
    assert.equal((await node.ask('PUT', '/api/models/churn/schedule', {})).status, 200);
  });
});
