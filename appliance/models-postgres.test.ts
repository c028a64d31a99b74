// Models on PostgreSQL: versions with files, who serves, spreads by day and jobs are there after a restart.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import { bytesOf } from './decide/models/onnx/testing.ts';
import { openTestNode } from './testing.ts';

test('PostgreSQL: a model that was brought serves, is replaced and taken back; a training that fails says why', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const node = await openTestNode({ config: { store: await server.createDatabase() } });
  after(() => node.close());
  const timestamp = new Date(Date.now() - 1000).toISOString();
  const said = (event: string, properties: object) => ({ type: 'track', userId: 'u1', event, timestamp, properties });
  await node.send([
    { ...said('Consent Given', { purpose: 'profiling' }), messageId: 'm1' },
    { ...said('Order Completed', { order_id: 'o1', total: 10 }), messageId: 'm2' },
  ]);
  const body = {
    name: '价值',
    onnx: Buffer.from(bytesOf()).toString('base64'),
    signature: {
      inputs: [{ name: 'X', type: 'float', columns: ['orders', 'returns', 'events'] }],
      output: { name: 'probabilities', at: 1, meaning: 'probability' },
    },
    examples: [{ row: { orders: 1, returns: 0, events: 2 } }],
  };
  const at = `/api/models/${encodeURIComponent('价值')}`;
  for (const version of [1, 2]) {
    assert.equal((await node.ask('POST', '/api/models/import', body)).status, 200);
    assert.equal((await node.ask('POST', `${at}/promote`, { version, reason: 'newer' })).status, 200);
  }
  const person = (await node.find('u1'))[0]!.id;
  const scores = async () =>
    (await node.ask<{ scores: { version: string; value: number }[] }>('GET', `/api/scores/${person}`)).body.scores;
  const [before] = await scores();
  assert.equal(before!.version, '价值-2');
  const { body: job } = await node.ask<{ id: number }>('POST', '/api/models/train', { question: 'churn' });
  await node.app.node().models.jobs.settled();
  await node.restart();
  const ended = await node.ask<{ state: string; code: string }>('GET', `/api/model-jobs/${job.id}`);
  assert.deepEqual([ended.body.state, ended.body.code], ['failed', 'cannot_train']);
  assert.deepEqual(
    (await scores()).map(({ value }) => value),
    [before!.value],
  );
  assert.equal((await node.ask('POST', `${at}/rollback`, {})).status, 200);
  await node.app.node().models.serving.settled();
  assert.equal((await scores())[0]!.version, '价值-1');
  const { body: model } = await node.ask<{ days: { customers: number }[] }>('GET', at);
  assert.equal(model.days[0]!.customers, 1);
});
