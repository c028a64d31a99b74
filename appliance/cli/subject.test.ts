// `holdfast subject`, `erasure`, `retention`, `register` and `assessment` as whole commands, against a node that runs.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import type { ErasureView, RequestView } from '../oversee/subjects/subjects.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
before(async () => {
  node = await openTestNode({ config: { retention: [{ name: 'pages', events: { kinds: ['page'], olderThanDays: 30 } }] } });
  await node.listen();
  await node.send([{ type: 'identify', userId: 'C1', traits: { email: 'c1@example.com', city: '上海' } }]);
});
after(() => node.close());

async function run(...args: string[]) {
  const io = fakeIo({ cwd: node.folder });
  const code = await main([...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}
const idOf = async (email: string) => (await node.find(email))[0]?.id ?? '';

test('a request goes its way: received, verified, held, released, done; with letters', async () => {
  const person = await idOf('c1@example.com');
  const opened = await run('subject', 'request', person, 'rectification', '--note', 'a call', '--json');
  assert.equal(opened.code, 0, opened.err);
  const { request } = JSON.parse(opened.out) as RequestView;
  const id = String(request);
  assert.match((await run('subject', 'list', '--lang', 'zh')).out, /更正、补充 +received/);
  assert.equal((await run('subject', 'complete', id, '--set', 'city=杭州')).code, 1, 'not before the identity is checked');
  assert.equal((await run('subject', 'verify', id, 'in_person')).code, 0);
  assert.equal((await run('subject', 'hold', id, '--reason', 'a dispute')).code, 0);
  assert.match((await run('subject', 'list')).out, /✓/);
  assert.equal((await run('subject', 'release', id, '--reason', 'it is settled')).code, 0);
  const done = await run('subject', 'complete', id, '--set', 'city=杭州');
  assert.match(done.out, /completed/, done.err);
  assert.match((await run('subject', 'letter', id, 'completed', '--language', 'en')).out, /has been corrected/);
  assert.match((await run('subject', 'list', '--closed')).out, /completed/);
});

test('the package in a file, as a page and as JSON', async () => {
  const person = await idOf('c1@example.com');
  assert.equal((await run('subject', 'export', person, '--out', 'mine.html', '--lang', 'zh')).code, 0);
  assert.match(readFileSync(join(node.folder, 'mine.html'), 'utf8'), /您的个人信息[\s\S]*杭州/);
  assert.equal((await run('subject', 'export', person, '--out', 'mine.json')).code, 0);
  assert.equal(JSON.parse(readFileSync(join(node.folder, 'mine.json'), 'utf8')).person, person);
});

test('retention, register and assessment', async () => {
  assert.match((await run('retention', 'preview')).out, /pages +0 +0 +0/);
  assert.equal((await run('retention', 'run')).code, 0);
  assert.equal((await run('register', 'export', 'register.md', '--lang', 'zh')).code, 0);
  assert.match(readFileSync(join(node.folder, 'register.md'), 'utf8'), /## 处理目的/);
  const given = {
    title: 'Profiling',
    purposes: ['profiling'],
    necessity: 'Needed.',
    risks: [{ risk: 'misuse', likelihood: 'low', severity: 'high', measure: 'reviewed' }],
    conclusion: 'acceptable',
  };
  writeFileSync(join(node.folder, 'assessment.json'), JSON.stringify(given));
  const made = await run('assessment', 'new', 'assessment.json');
  assert.match(made.out, /# Impact assessment: Profiling/, made.err);
  assert.match((await run('assessment', 'list')).out, /Profiling/);
});

test('erasing asks for a yes; the receipt is checked without the node', async () => {
  const person = await idOf('c1@example.com');
  assert.equal((await run('erasure', 'erase', person, '--reason', 'request')).code, 1);
  assert.equal((await run('erasure', 'erase', person, '--reason', 'since she is ill', '--yes')).code, 2);
  const erased = await run('erasure', 'erase', person, '--reason', 'request', '--yes', '--json');
  assert.equal(erased.code, 0, erased.err);
  const { erasure } = JSON.parse(erased.out) as ErasureView;
  assert.match((await run('erasure', 'list')).out, new RegExp(erasure));
  assert.equal((await run('erasure', 'receipt', erasure, '--out', 'receipt.json')).code, 0);
  const { publicKey } = JSON.parse((await run('audit', 'head', '--json')).out) as { publicKey: string };
  const verified = await run('erasure', 'verify', 'receipt.json', '--key', publicKey);
  assert.match(verified.out, /signed that \d+ records were erased/, verified.err);
  const other = await run('erasure', 'verify', 'receipt.json', '--key', '00'.repeat(32));
  assert.equal(other.code, 1);
  assert.match(other.err, /receipt_broken/);
  assert.equal(await idOf('c1@example.com'), '');
});
