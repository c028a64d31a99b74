// Refused tries: counted, one entry a minute, kept over a stop while there is no log, and never lost to a log that cannot be written.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from '../errors.ts';
import type { AuditEntry } from './entry.ts';
import { Refusals } from './refusals.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-refusals-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let nowMs = 1_790_000_000_000;
const clock = { nowMs: () => nowMs };
const file = join(folder, 'refused.json');

test('a flood is one entry with its number, written when the minute is over or the log closes', async () => {
  const entries: AuditEntry[] = [];
  const refusals = new Refusals(file, clock);
  await refusals.open(async (entry) => entries.push(entry));
  for (let at = 0; at < 100_000; at += 1) refusals.note('token');
  nowMs += 1_000;
  refusals.note('passphrase');
  await refusals.close();
  assert.deepEqual(entries, [
    { actor: 'unknown', action: 'token.refused', outcome: 'refused', times: 100_000, sinceMs: nowMs - 1_000 },
    { actor: 'unknown', action: 'unseal', outcome: 'failed:wrong_passphrase', times: 1, sinceMs: nowMs },
  ]);
  assert.equal(existsSync(file), false);
});

test('without a log they wait in a small file of numbers, which the next process finds', async () => {
  const sealed = new Refusals(file, clock);
  for (let at = 0; at < 7; at += 1) sealed.note('passphrase');
  await sealed.close();
  assert.ok(statSync(file).size < 300);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const next = new Refusals(file, clock);
  next.note('passphrase');
  const entries: AuditEntry[] = [];
  await next.open(async (entry) => entries.push(entry));
  assert.deepEqual(
    entries.map(({ action, times }) => [action, times]),
    [['unseal', 8]],
  );
  assert.equal(existsSync(file), false, 'they stand in the log now');
});

test('what the log does not take waits on, together with what comes meanwhile', async () => {
  const refusals = new Refusals(file, clock);
  refusals.note('token');
  await refusals.open(async () => {
    throw new Fault('store_unavailable');
  });
  refusals.note('token');
  await refusals.close();
  assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { token: { times: number } }).token.times, 2);
  const entries: AuditEntry[] = [];
  await new Refusals(file, clock).open(async (entry) => entries.push(entry));
  assert.equal(entries[0]?.times, 2);
});

test('a file that is damaged, too large or a folder tells nothing and stops nothing', async () => {
  for (const text of [
    '',
    '{',
    '[]',
    'null',
    '{"token":{"times":-1}}',
    `{"token":{"times":1e99,"firstAtMs":1,"lastAtMs":1}}`,
    'x'.repeat(5_000),
  ]) {
    writeFileSync(file, text);
    const entries: AuditEntry[] = [];
    await new Refusals(file, clock).open(async (entry) => entries.push(entry));
    assert.deepEqual(entries, [], text.slice(0, 20));
  }
  const nowhere = new Refusals(join(folder, 'no', 'such', 'folder'), clock);
  nowhere.note('token');
  await nowhere.close();
});
