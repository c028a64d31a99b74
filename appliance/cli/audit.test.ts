// `holdfast audit` as whole commands: against a node that runs, on its folder alone, and of an exported file without any node.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Verdict } from '../core/audit/audit.ts';
import { main } from '../main.ts';
import { openTestNode, type TestNode, testPassphrase } from '../testing.ts';
import { fakeIo } from './testing.ts';

let node: TestNode;
let person: string;
before(async () => {
  node = await openTestNode({ config: { auditSink: 'audit-heads.log' } });
  await node.listen();
  writeFileSync(join(node.folder, 'passphrase.txt'), testPassphrase);
  writeFileSync(join(node.folder, 'holdfast.json'), JSON.stringify({ auditSink: 'audit-heads.log' }));
  await node.send([{ type: 'identify', userId: 'C1', traits: { name: '王小明' } }]);
  person = (await node.find('C1'))[0]!.id;
});
after(() => node.close());

async function run(...args: string[]) {
  const env = { HOLDFAST_PASSPHRASE_FILE: join(node.folder, 'passphrase.txt') };
  const io = fakeIo({ cwd: node.folder, env });
  const code = await main([...args, '--data', node.folder], io);
  return { code, out: io.out(), err: io.err() };
}

test('list and who show entries for people and programs, in both languages', async () => {
  await node.ask('GET', `/api/profiles/${person}`);
  const listed = await run('audit', 'list', '--action', 'profile.read');
  assert.equal(listed.code, 0, listed.err);
  assert.match(listed.out, new RegExp(`operator +profile\\.read +${person} +profile +allowed`));
  assert.match((await run('audit', 'list', '--limit', '1')).err, /More: --before \d+/);
  const who = await run('audit', 'who', person, '--lang', 'zh');
  assert.equal(who.code, 0, who.err);
  assert.match(who.out, /操作者 +条数[\s\S]*operator +\d+/);
  const json = JSON.parse((await run('audit', 'who', person, '--json')).out) as { actors: { actor: string }[] };
  assert.deepEqual(
    json.actors.map(({ actor }) => actor),
    ['operator'],
  );
  assert.match((await run('audit', 'who', 'p99999')).err, /\[not_found\]/);
});

test('verify: the running node, the folder alone, and an exported file with a head from before', async () => {
  const running = await run('audit', 'verify');
  assert.equal(running.code, 0, running.err);
  assert.match(running.out, /is what the node signed: \d+ entries/);
  const head = await run('audit', 'head', '--json');
  writeFileSync(join(node.folder, 'head.json'), head.out);
  await node.ask('GET', `/api/profiles/${person}`);
  assert.match((await run('audit', 'export', 'log.ndjson', '--lang', 'zh')).out, /行写入/);
  const offline = await run('audit', 'verify', '--offline', 'log.ndjson', '--head', 'head.json', '--json');
  assert.equal(offline.code, 0, offline.err);
  const verdict = JSON.parse(offline.out) as Verdict;
  assert.deepEqual([verdict.ok, verdict.witnesses], [true, 1]);
  await node.restart();
  const alone = await run('audit', 'verify', '--head', 'head.json', '--lang', 'zh');
  assert.equal(alone.code, 1, 'the folder is in use by this process');
  await node.app.close();
  const opened = await run('audit', 'verify', '--head', 'head.json', '--lang', 'zh');
  assert.equal(opened.code, 0, opened.err);
  assert.match(opened.out, /一致/);
  await node.restart();
});

test('verify names what is wrong with a file, and ends with 1', async () => {
  const lines = readFileSync(join(node.folder, 'log.ndjson'), 'utf8').split('\n');
  const at = lines.findIndex((line) => line.includes('"seq":3,'));
  const attempt = async (changed: string[], ...more: string[]) => {
    writeFileSync(join(node.folder, 'changed.ndjson'), changed.join('\n'));
    const { code, out, err } = await run('audit', 'verify', '--offline', 'changed.ndjson', '--json', ...more);
    return { code, flaw: out === '' ? undefined : (JSON.parse(out) as Verdict).flaw, err };
  };
  const changed = await attempt(lines.with(at, lines[at]!.replace(/"atMs":\d+/, '"atMs":7')));
  assert.deepEqual([changed.code, changed.flaw?.kind, changed.flaw?.entry], [1, 'changed', 3]);
  assert.match(changed.err, /audit_broken/);
  assert.equal((await attempt(lines.toSpliced(at, 1))).flaw?.kind, 'removed');
  assert.equal((await attempt(lines.toSpliced(at, 0, lines[at - 1]!))).flaw?.kind, 'reordered');
  assert.equal((await attempt(lines.slice(0, at), '--head', 'head.json')).flaw?.kind, 'forged');
  const otherKey = lines.with(0, lines[0]!.replace(/"publicKey":"../, '"publicKey":"00'));
  assert.equal((await attempt(otherKey, '--head', 'head.json')).flaw?.kind, 'wrong_key');
  assert.match((await attempt(['{"type":"log"'])).err, /unreadable_file/);
  assert.equal((await attempt([''])).flaw?.kind, 'removed');
  assert.match((await run('audit', 'verify', '--offline', 'none.ndjson')).err, /\[unreadable_file\]/);
  assert.match((await run('audit', 'verify', '--head', 'none.json')).err, /\[unreadable_file\]/);
  const shown = await run('audit', 'verify', '--offline', 'changed.ndjson', '--lang', 'zh');
  assert.match(shown.out, /记录 0缺失|缺失/);
});
