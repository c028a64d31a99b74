// When a checkout needs an install: never when npm's record agrees with the lock, always when it does not. And that programs
// started through run.mjs keep their exit codes and get their signals.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { findRuntime } from './runtime.mjs';
import { whyInstall } from './setup.mjs';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

type Packages = { [path: string]: { version?: string; integrity?: string; optional?: boolean; link?: boolean } };
function checkout(wanted: Packages, installed: Packages | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-setup-'));
  folders.push(folder);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write('package-lock.json', JSON.stringify({ packages: { '': {}, ...wanted } }));
  if (installed !== undefined) {
    write('node_modules/.package-lock.json', JSON.stringify({ packages: installed }));
    for (const path of Object.keys(installed)) write(`${path}/package.json`, '{}');
  }
  return folder;
}

const a = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };

test('nothing to do when what is installed is what is locked', () => {
  const linked = { 'node_modules/ours': { link: true }, 'scripts/ours': { version: '0.1.0' } };
  const elsewhere = { 'node_modules/mac': { version: '1.0.0', optional: true } };
  assert.equal(whyInstall(checkout({ ...a, ...linked, ...elsewhere }, a)), undefined);
});

test('a missing, older, altered or half-deleted package calls for an install, and is named', () => {
  assert.equal(whyInstall(checkout(a, undefined)), 'node_modules');
  assert.equal(whyInstall(checkout(a, {})), 'node_modules/a');
  assert.equal(whyInstall(checkout(a, { 'node_modules/a': { version: '0.9.0', integrity: 'sha512-a' } })), 'node_modules/a');
  assert.equal(whyInstall(checkout(a, { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } })), 'node_modules/a');
  const folder = checkout(a, a);
  rmSync(join(folder, 'node_modules/a/package.json'));
  assert.equal(whyInstall(folder), 'node_modules/a');
  writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{"pack');
  assert.match(String(whyInstall(folder)), /\.package-lock\.json$/);
});

const runner = join(import.meta.dirname, 'run.mjs');
/** A program that says when it is ready, and ends with 7 when it is asked to stop. */
const program = `process.on('SIGTERM', () => process.exit(7)); console.log('ready'); setInterval(() => {}, 1000);`;

test('a program keeps its exit code', () => {
  assert.equal(spawnSync(process.execPath, [runner, '-e', 'process.exit(5)']).status, 5);
  assert.equal(
    spawnSync(process.execPath, [runner, '-e', 'process.kill(process.pid, "SIGKILL"); setInterval(() => {}, 1000)']).status,
    137,
  );
  assert.equal(spawnSync(process.execPath, [runner]).status, 2);
});

test('a program gets the signal that reaches the script around it', async () => {
  const child = spawn(process.execPath, [runner, '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  assert.equal(code, 7);
});

test('the runtime found is one that can run TypeScript', () => {
  const runtime = findRuntime();
  assert.ok(runtime !== undefined);
  const { stdout } = spawnSync(runtime, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  assert.ok(Number.parseInt(stdout, 10) >= 24, stdout);
});
