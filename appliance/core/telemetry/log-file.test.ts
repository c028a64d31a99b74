import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLogFile } from './log-file.ts';

test('a log stays within its size and number of files, and every line is whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  const beside: string[] = [];
  const sink = openLogFile(join(folder, 'node.log'), { megabytes: 1, keep: 2 }, { write: (line) => void beside.push(line) });
  const line = `${JSON.stringify({ level: 30, msg: 'x'.repeat(1_000) })}\n`;
  for (let at = 0; at < 5_000; at += 1) {
    sink.write(line);
    if (at % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await sink.close();
  const files = readdirSync(folder).filter((name) => name.startsWith('node.log'));
  assert.ok(files.length >= 2 && files.length <= 3, files.join());
  for (const name of files) {
    const path = join(folder, name);
    assert.equal(statSync(path).mode & 0o077, 0, name);
    for (const one of readFileSync(path, 'utf8').split('\n').slice(0, -1)) JSON.parse(one);
  }
  assert.deepEqual(beside, []);
  rmSync(folder, { recursive: true });
});

test('where a file cannot be written, lines go beside it and the reason with them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-log-'));
  writeFileSync(join(folder, 'no-folder'), '');
  const beside: string[] = [];
  const sink = openLogFile(join(folder, 'no-folder', 'node.log'), {}, { write: (line) => void beside.push(line) });
  sink.write('{"level":40}\n');
  await sink.close();
  assert.equal(beside.length, 2);
  assert.match(beside[0]!, /"code":"(ENOTDIR|EEXIST)","msg":"the log file cannot be written"/);
  assert.equal(beside[1], '{"level":40}\n');
  rmSync(folder, { recursive: true });
});
