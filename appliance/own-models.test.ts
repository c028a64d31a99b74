// A model that the organisation brings serves like one that was trained here: by the node's features, live, after a restart, and within what its
// customers agreed to. And who may do what with models.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fakeIo } from './cli/testing.ts';
import type { Principal, Role } from './core/model/principal.ts';
import { bytesOf } from './decide/models/onnx/testing.ts';
import { main } from './main.ts';
import { openTestNode, type TestNode } from './testing.ts';

const nowMs = Date.now();
const signature = {
  inputs: [{ name: 'X', type: 'float', columns: ['orders', 'returns', 'last_order_days_ago'] }],
  output: { name: 'probabilities', at: 1, meaning: 'probability' },
};
const examples = [{ row: { orders: 3, returns: 0, last_order_days_ago: 10 } }];
const onnx = Buffer.from(bytesOf()).toString('base64');

let node: TestNode;
let made = 0;
const track = (userId: string, event: string, properties: object) => {
  made += 1;
  return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(nowMs - 1000).toISOString(), properties };
};
const person = (role: Role, at: number): Principal => ({
  actor: `person ${at}`,
  kind: 'person',
  id: at,
  roles: [role],
  steppedUpUntilMs: nowMs + 3_600_000,
});
const staff: { readonly [name: string]: Principal } = {
  scientist: person('data-scientist', 1),
  marketer: person('marketer', 2),
  agent: person('agent', 3),
  auditor: person('auditor', 4),
  administrator: person('administrator', 5),
};

before(async () => {
  node = await openTestNode({ signedIn: (name) => staff[name] });
  await node.send([
    ...[1, 2, 3].map((at) => track(`u${at}`, 'Consent Given', { purpose: 'profiling' })),
    ...[1, 2, 3, 4].map((at) => track(`u${at}`, 'Order Completed', { order_id: `o${at}`, total: 10 * at })),
    track('u2', 'Order Completed', { order_id: 'o22', total: 5 }),
  ]);
});
after(() => node.close());

const serving = () => node.app.node().models.serving;
const idOf = async (userId: string) => Number((await node.find(userId))[0]!.id.slice(1));
const code = (answer: { body: unknown }) => (answer.body as { error?: { code: string } }).error?.code;

describe('a model that was brought', () => {
  test('must fit the features of the node', async () => {
    const wrong = { ...signature, inputs: [{ name: 'X', type: 'float', columns: ['orders', 'returns', 'shoe_size'] }] };
    const body = { name: 'value', onnx, signature: wrong, examples: [{ row: { orders: 1, returns: 0, shoe_size: 40 } }] };
    const answer = await node.ask('POST', '/api/models/import', body);
    assert.deepEqual([answer.status, code(answer)], [422, 'model_invalid']);
    const broken = await node.ask('POST', '/api/models/import', { ...body, onnx: 'AAAA', signature });
    assert.equal(code(broken), 'model_invalid');
  });

  test('serves once it is promoted, to those who agreed, live', async () => {
    const body = { name: 'value', onnx, signature, examples };
    const kept = await node.ask<{ name: string; state: string }>('POST', '/api/models/import', body);
    assert.deepEqual([kept.status, kept.body.name, kept.body.state], [200, 'value-1', 'trained']);
    assert.equal((await node.ask('POST', '/api/models/value/promote', { version: 1 })).status, 200);
    await serving().settled();
    const one = await idOf('u1');
    const score = serving().score('value', one)!;
    assert.ok(score > 0 && score < 1);
    assert.equal(serving().score('value', await idOf('u4')), undefined, 'who did not agree');
    await node.send([track('u1', 'Order Completed', { order_id: 'o11', total: 5 })]);
    while (serving().score('value', one) === score) await wait(5);
    const { body: shown } = await node.ask<{ scores: { version: string; reasons: unknown[] }[] }>('GET', `/api/scores/p${one}`);
    assert.deepEqual(
      shown.scores.map(({ version, reasons }) => ({ version, reasons })),
      [{ version: 'value-1', reasons: [] }],
    );
  });

  test('serves after a restart, though the examples were not kept', async () => {
    const one = await idOf('u2');
    const before = serving().score('value', one)!;
    await node.restart();
    await serving().settled();
    assert.ok(Math.abs(serving().score('value', one)! - before) < 1e-3, 'the last order is a moment longer ago');
  });

  test('is no question that could be trained here', async () => {
    assert.equal(code(await node.ask('POST', '/api/models/value/retrain', {})), 'bad_request');
    assert.equal(code(await node.ask('POST', '/api/models/train', { question: 'churn', name: 'value' })), 'conflict');
  });

  test('everybody does what their role is for', async () => {
    const status = async (who: string, method: 'GET' | 'POST', url: string, purpose?: string, payload?: object) => {
      const headers = { 'x-test-person': who, ...(purpose !== undefined && { 'x-purpose': purpose }) };
      const answer = await node.app.http.inject({ method, url, headers, ...(payload && { payload }) });
      return answer.statusCode;
    };
    const id = await idOf('u1');
    assert.equal(await status('scientist', 'GET', '/api/models'), 200);
    assert.equal(await status('scientist', 'GET', `/api/scores/p${id}`, 'profiling'), 200);
    assert.equal(await status('scientist', 'GET', `/api/scores/p${id}`), 403);
    assert.equal(await status('scientist', 'POST', '/api/models/train', undefined, { question: 'weather' }), 404);
    assert.equal(await status('marketer', 'GET', '/api/models/value/top', 'profiling'), 200);
    assert.equal(await status('marketer', 'POST', '/api/models/train', undefined, { question: 'churn' }), 403);
    assert.equal(await status('agent', 'GET', '/api/models/value/top', 'customer_service'), 403);
    assert.equal(await status('agent', 'GET', `/api/profiles/p${id}`, 'customer_service'), 200);
    assert.equal(await status('auditor', 'GET', '/api/models/value'), 200);
    assert.equal(await status('auditor', 'POST', '/api/models/value/promote', undefined, { version: 1 }), 403);
    assert.equal(await status('administrator', 'GET', '/api/models'), 200);
    assert.equal(await status('administrator', 'GET', `/api/scores/p${id}`, 'profiling'), 403);
  });

  test('the commands do the same', async () => {
    await node.listen();
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-own-'));
    try {
      writeFileSync(join(folder, 'value.onnx'), bytesOf());
      writeFileSync(join(folder, 'signature.json'), JSON.stringify(signature));
      writeFileSync(join(folder, 'examples.json'), JSON.stringify(examples));
      const holdfast = async (...args: string[]) => {
        const io = fakeIo({ cwd: folder, env: { HOLDFAST_HOME: node.folder } });
        return { code: await main(args, io), out: io.out(), err: io.err() };
      };
      const files = ['--signature', 'signature.json', '--examples', 'examples.json'];
      const second = await holdfast('model', 'import', 'value.onnx', '--name', 'value', ...files);
      assert.deepEqual([second.code, second.err.includes('model promote value 2')], [0, true], second.err);
      assert.match((await holdfast('model', 'promote', 'value', '2', '--reason', 'newer')).out, /value-2 +serves/);
      assert.match((await holdfast('model', 'rollback', 'value', '--lang', 'zh')).out, /value-1 +启用中/);
      assert.match((await holdfast('model', 'show', 'value')).out, /value-2 +retired/);
      const shown = await holdfast('model', 'score', `p${await idOf('u1')}`);
      assert.match(shown.out, /p\d+ {2}value {2}\d+\.\d%/);
      assert.match((await holdfast('model', 'retrain', 'value', '--every', '30')).err, /trained elsewhere/);
      assert.equal((await holdfast('job', 'cancel', '99')).code, 1);
      const unknown = await holdfast('train', 'weather');
      assert.deepEqual([unknown.code, /question/.test(unknown.err)], [1, true], unknown.err);
      const segment = await holdfast('train', '--segment', 'platinum', '--label', 'vip');
      assert.match(segment.err, /segment/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
