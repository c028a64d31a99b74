// The dependency check against planted violations: a small checkout in a temporary folder where every rule is broken once, and
// one where none is.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { checkDependencies } from './dependencies.ts';
import { forbidden } from './dependency-rules.ts';

const fixtures: string[] = [];
after(() => {
  for (const folder of fixtures) rmSync(folder, { recursive: true });
});

/** Writes a checkout: each file imports what it names, and `main.ts` imports every file, so that none is an orphan. */
function checkout(
  imports: { [path: string]: readonly string[] },
  { orphans = [] as string[], typesOnly = [] as string[] } = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-imports-'));
  fixtures.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const toPath = (from: string, target: string) =>
    /^(crypto|appliance|federation|admin-console|scripts)\//.test(target) ? relative(from, target) : target;
  for (const [path, targets] of Object.entries(imports)) {
    const keyword = typesOnly.includes(path) ? 'import type' : 'import';
    const lines = targets.map((target, index) => `${keyword} { x as y${index} } from '${toPath(path, target)}';\n`);
    write(path, `${lines.join('')}export const x = 1;\n`);
  }
  const entries = Object.keys(imports).filter((path) => !orphans.includes(path));
  write('scripts/all.ts', entries.map((path) => `import '${relative('scripts/all.ts', path)}';\n`).join(''));
  for (const name of ['pg', 'piscina', 'onnxruntime-node', 'node-seal', '@noble/hashes', 'fast-check', 'undeclared']) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'exports.x = 1;\n');
  }
  write(
    'package.json',
    JSON.stringify({
      dependencies: { pg: '1', piscina: '1', 'onnxruntime-node': '1', 'node-seal': '1', '@noble/hashes': '1' },
      devDependencies: { 'fast-check': '1' },
    }),
  );
  return folder;
}

function relative(from: string, target: string): string {
  return `${'../'.repeat(from.split('/').length - 1)}${target}`;
}

test('a house in order has no violation, and every file is looked at', async () => {
  const imports = {
    'crypto/aead.ts': ['@noble/hashes'],
    'appliance/core/store/store.ts': ['pg', 'crypto/aead.ts'],
    'appliance/core/model/event.ts': [],
    'appliance/record/profiles/profiles.ts': ['appliance/core/store/store.ts', 'appliance/record/profiles/fold.ts'],
    'appliance/record/profiles/fold.ts': ['appliance/core/model/event.ts'],
    'appliance/record/profiles/fold.test.ts': ['appliance/record/profiles/fold.ts', 'fast-check'],
    'appliance/decide/segments/segments.ts': ['appliance/record/profiles/profiles.ts'],
    'appliance/app.ts': ['appliance/decide/segments/segments.ts', 'federation/protocol/round.ts'],
    'federation/protocol/round.ts': ['crypto/aead.ts'],
  };
  const verdict = await checkDependencies(checkout(imports));
  assert.deepEqual(verdict.violations, []);
  assert.deepEqual(verdict.unseen, []);
  assert.equal(verdict.seen, Object.keys(imports).length + 1);
});

const planted: { rule: string; from: string; to: string; typesOnly?: boolean; orphan?: boolean }[] = [
  { rule: 'downwards-only-crypto', from: 'crypto/aead.ts', to: 'appliance/core/errors.ts' },
  { rule: 'downwards-only-core', from: 'appliance/core/errors.ts', to: 'appliance/record/events/events.ts' },
  { rule: 'downwards-only-record', from: 'appliance/record/events/events.ts', to: 'appliance/app.ts', typesOnly: true },
  { rule: 'downwards-only-decide', from: 'appliance/decide/offers/offers.ts', to: 'appliance/act/content/content.ts' },
  { rule: 'downwards-only-act', from: 'appliance/act/content/content.ts', to: 'appliance/oversee/subjects/subjects.ts' },
  { rule: 'downwards-only-oversee', from: 'appliance/oversee/subjects/subjects.ts', to: 'appliance/cli/init.ts' },
  {
    rule: 'slices-of-one-rank-apart',
    from: 'appliance/record/events/types.ts',
    to: 'appliance/record/profiles/profiles.ts',
    typesOnly: true,
  },
  { rule: 'front-door-of-slices', from: 'appliance/decide/offers/offers.ts', to: 'appliance/record/profiles/store.ts' },
  { rule: 'front-door-of-slices-for-the-process', from: 'appliance/app.ts', to: 'appliance/record/profiles/store.ts' },
  { rule: 'front-door-of-core', from: 'appliance/record/events/events.ts', to: 'appliance/core/store/sqlite.ts' },
  { rule: 'front-door-of-crypto-parts', from: 'appliance/core/errors.ts', to: 'crypto/psi/group.ts' },
  { rule: 'sample-on-core-only', from: 'appliance/sample/sample.ts', to: 'appliance/record/events/events.ts' },
  { rule: 'protocol-on-crypto-only', from: 'federation/protocol/round.ts', to: 'appliance/core/errors.ts' },
  { rule: 'coordinator-alone', from: 'federation/coordinator/serve.ts', to: 'federation/participant/train.ts' },
  { rule: 'participant-alone', from: 'federation/participant/train.ts', to: 'appliance/core/errors.ts' },
  { rule: 'federation-through-the-process', from: 'appliance/oversee/subjects/subjects.ts', to: 'federation/protocol/round.ts' },
  { rule: 'console-is-a-client', from: 'admin-console/renderer/page.ts', to: 'appliance/core/errors.ts' },
  { rule: 'nothing-imports-the-console', from: 'appliance/app.ts', to: 'admin-console/renderer/page.ts' },
  { rule: 'drivers-in-store-only', from: 'appliance/record/events/events.ts', to: 'pg' },
  { rule: 'threads-of-the-pool', from: 'appliance/decide/models/models.ts', to: 'piscina' },
  { rule: 'runtime-of-models-silenced', from: 'appliance/decide/models/onnx/session.ts', to: 'onnxruntime-node' },
  { rule: 'ciphers-in-crypto-only', from: 'appliance/core/errors.ts', to: '@noble/hashes' },
  { rule: 'seal-in-he-only', from: 'crypto/aead.ts', to: 'node-seal' },
  { rule: 'development-packages-in-tests-only', from: 'appliance/app.ts', to: 'fast-check' },
  { rule: 'packages-declared', from: 'appliance/app.ts', to: 'undeclared' },
  { rule: 'resolvable', from: 'appliance/app.ts', to: 'appliance/gone.ts' },
  { rule: 'no-cycles', from: 'appliance/core/store/store.ts', to: 'appliance/core/store/store2.ts' },
  { rule: 'tests-stay-outside', from: 'appliance/app.ts', to: 'appliance/core/store/testing.ts' },
  { rule: 'no-orphans', from: 'appliance/core/dead.ts', to: 'crypto/aead.ts', orphan: true },
];

test('every rule has a planted violation here', () => {
  assert.deepEqual(new Set(planted.map(({ rule }) => rule)), new Set(forbidden.map(({ name }) => name)));
});

for (const { rule, from, to, typesOnly = false, orphan = false } of planted) {
  test(`${rule}: ${from} may not import ${to}`, async () => {
    const imports: { [path: string]: string[] } = { [from]: [to] };
    if (to.includes('/') && to.endsWith('.ts') && rule !== 'resolvable') imports[to] = rule === 'no-cycles' ? [from] : [];
    const options = { orphans: orphan ? [from] : [], typesOnly: typesOnly ? [from] : [] };
    const { violations } = await checkDependencies(checkout(imports, options));
    assert.ok(
      violations.some((violation) => violation.rule === rule && violation.from === from),
      `not caught; found only ${JSON.stringify(violations)}`,
    );
  });
}

test('a type may look back at the file that uses it', async () => {
  const folder = checkout(
    {
      'appliance/core/store/store.ts': ['appliance/core/store/rows.ts'],
      'appliance/core/store/rows.ts': ['appliance/core/store/store.ts'],
    },
    { typesOnly: ['appliance/core/store/rows.ts'] },
  );
  assert.deepEqual((await checkDependencies(folder)).violations, []);
});
