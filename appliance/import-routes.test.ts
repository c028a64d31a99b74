// What a page that imports a file asks of the node: what columns mean, what would become of rows, and the rows themselves, each once, also when the
// same file comes by the command line.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { importFile, memoryImportStore } from './record/imports/imports.ts';
import { openTestNode, type TestNode } from './testing.ts';

let node: TestNode;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-parts-'));
before(async () => {
  node = await openTestNode();
});
after(async () => {
  await node?.close();
  rmSync(folder, { recursive: true, force: true });
});

const rows = ['C1,王小明,138 0013 8001', 'C2,李雷,"139 1234\n5678"', 'C3,韩梅梅', ',,', 'C5,"赵""六",13700137000'];
const text = `客户号,姓名,手机号\n${rows.join('\n')}\n`;
const columns = { 客户号: 'userId', 姓名: 'traits.name', 手机号: 'traits.phone' };
const map = { columns, constants: { kind: 'identify' } };
const file = {
  fingerprint: createHash('sha256').update(text).digest('hex'),
  timeMs: 1_790_000_000_000,
  format: 'csv',
  delimiter: ',',
  header: ['客户号', '姓名', '手机号'],
};
const part = (source: number, more: object = {}) => ({ source, map, file, line: 2, text: rows.join('\n'), ...more });

type Told = { line: number; outcome: string; reason?: string; event?: { traits: { [name: string]: string } }; notes?: object[] };
type Recorded = { recorded: number; duplicates: number; quarantined: number; rejected: number; refused: Told[] };

test('columns are recognised by names in both languages and by values', async () => {
  const asked = {
    columns: [
      { name: '手机号', values: ['138 0013 8001'] },
      { name: 'Customer ID', values: ['C1'] },
      { name: 'x', values: ['a@example.com', 'b@example.com', 'c@example.com'] },
    ],
  };
  const { body } = await node.ask<{ columns: object[] }>('POST', '/api/imports/recognise', asked);
  assert.deepEqual(body.columns, [
    { name: '手机号', to: ['traits.phone'] },
    { name: 'Customer ID', to: ['userId'] },
    { name: 'x', to: ['traits.email'] },
  ]);
  const orders = ['事件', '时间', '金额'].map((name, at) => ({ name, values: [['下单', '2024-03-05 10:00', '99'][at]!] }));
  const events = await node.ask<{ kind: string; columns: { to: string[] }[] }>('POST', '/api/imports/recognise', {
    columns: orders,
  });
  assert.equal(events.body.kind, 'track');
  assert.deepEqual(
    events.body.columns.map(({ to }) => to[0]),
    ['name', 'timestamp', 'properties.金额'],
  );
});

test('a preview says what each row would become and which would be refused, and records nothing', async () => {
  const { id } = await node.addSource('preview', 'file');
  const { status, body } = await node.ask<{ rows: Told[] }>('POST', '/api/imports/preview', part(id));
  assert.equal(status, 200);
  assert.deepEqual(
    body.rows.map(({ line, outcome }) => [line, outcome]),
    [
      [2, 'accepted'],
      [3, 'accepted'],
      [5, 'rejected'],
      [6, 'rejected'],
      [7, 'accepted'],
    ],
  );
  assert.equal(body.rows[0]!.event!.traits.phone, '+8613800138001');
  assert.match(body.rows[2]!.reason!, /2 columns where the header has 3/);
  assert.deepEqual(await node.find('+8613800138001'), []);

  const strict = { version: 1, kinds: { identify: { required: ['traits.email'] } } };
  await node.ask('PUT', `/api/sources/${id}/dictionary`, strict);
  const again = await node.ask<{ rows: Told[] }>('POST', '/api/imports/preview', part(id));
  assert.equal(again.body.rows[0]!.outcome, 'quarantined');
});

test('rows are recorded once, however often they are sent and whichever way they come', async () => {
  const { id } = await node.addSource('once', 'file');
  const first = await node.ask<Recorded>('POST', '/api/imports/rows', part(id));
  const { refused, ...counts } = first.body;
  assert.deepEqual(counts, { recorded: 3, duplicates: 0, quarantined: 0, rejected: 2 });
  assert.deepEqual(
    refused.map(({ line }) => line),
    [5, 6],
  );
  assert.equal((await node.find('+8613800138001')).length, 1);
  assert.equal((await node.ask<Recorded>('POST', '/api/imports/rows', part(id))).body.duplicates, 3);

  const path = join(folder, 'customers.csv');
  writeFileSync(path, text);
  const report = await importFile({
    path,
    source: id,
    map: { columns, constants: { kind: 'identify' } },
    recordBatch: (source, events) => node.app.node().recordBatch(source, events),
    ports: { clock: { nowMs: () => 1_790_000_000_000 } },
    checkpoint: memoryImportStore(),
  });
  assert.deepEqual([report.recorded, report.duplicates, report.rejected], [0, 3, 2]);
});

test('lines of JSON are rows too, and a map or a source that cannot be is refused', async () => {
  const { id } = await node.addSource('lines', 'file');
  const lines = ['{"手机号":"13612345678","客户号":"J1"}', '{"手机号":', '[]'].join('\n');
  const json = { file: { ...file, format: 'ndjson', header: [] }, line: 1, text: lines };
  const { body } = await node.ask<Recorded>('POST', '/api/imports/rows', part(id, json));
  assert.deepEqual([body.recorded, body.rejected], [1, 2]);
  assert.equal((await node.ask('POST', '/api/imports/rows', part(id, { map: { columns: { a: 'nowhere' } } }))).status, 400);
  assert.equal((await node.ask('POST', '/api/imports/preview', part(987_654))).status, 404);
});
