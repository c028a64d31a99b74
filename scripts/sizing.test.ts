// The model of sizes gives back what was measured, at the size at which it was measured, and says where it ends.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from './files.ts';
import { sizeOf, usual, verdictsOf, type Wanted } from './sizing-model.ts';

/** So many customers with so many events each, whatever their rate. */
function stored(customers: number, events: number): Wanted {
  return { customers, eventsPerS: events / 86_400, retentionDays: 1, peakOfMean: 1 };
}
const near = (value: number, low: number, high: number, what: string) =>
  assert.ok(value >= low && value <= high, `${what}: ${value} is not within ${low} and ${high}`);

test('it gives back what was measured apart from it', () => {
  // npm run bench:read: a million customers with ten million events are 15 GB of SQLite.
  near(sizeOf(stored(1_000_000, 10_000_000)).diskBytes.sqlite, 12e9, 18e9, 'disk of a million customers');
  // npm run bench:console: a node of a million customers takes 1.4 to 1.7 GB.
  near(sizeOf(stored(1_000_000, 5_500_000)).leadBytes, 1.2e9, 1.9e9, 'memory of a million customers');
  // npm run bench:resolve: 52 s for a million, a 6.6th of it for a tenth.
  near(sizeOf(stored(1_000_000, 1)).resolveS, 51, 53, 'matching a million');
  near(sizeOf(stored(100_000, 1)).resolveS, 7, 9, 'matching a hundred thousand');
});

test('more of anything never takes less', () => {
  const base: Wanted = { customers: 1_000_000, eventsPerS: 1_000, ...usual };
  const flat = (wanted: Wanted) =>
    JSON.stringify(sizeOf(wanted))
      .match(/-?[\d.]+(e[+-]?\d+)?/g)!
      .map(Number);
  for (const more of [{ customers: 2_000_000 }, { eventsPerS: 2_000 }, { retentionDays: 180 }]) {
    const [before, after] = [flat(base), flat({ ...base, ...more })];
    assert.ok(
      before.every((value, at) => after[at]! >= value),
      JSON.stringify(more),
    );
  }
});

test('it says outright what this design does not do', () => {
  const verdict = (wanted: Wanted, limit: string) => verdictsOf(wanted).find((one) => one.limit === limit)!.verdict;
  const small = { customers: 1_000_000, eventsPerS: 1_000, ...usual };
  assert.ok(verdictsOf(small).every(({ limit, verdict: found }) => found !== 'no' || limit.includes('backup')));
  const large = { customers: 100_000_000, eventsPerS: 50_000, ...usual };
  assert.equal(verdict(large, 'one node on SQLite'), 'no');
  assert.equal(verdict(large, 'one node on PostgreSQL'), 'no');
  assert.equal(verdict(large, 'disk of one database'), 'no');
  assert.notEqual(verdict(large, "the lead's memory"), 'ok');
});

test('the table in docs/sizing.md is what the model says', () => {
  const text = readFileSync(join(projectRoot, 'docs', 'sizing.md'), 'utf8');
  for (const customers of [1_000_000, 10_000_000, 100_000_000]) {
    const memory = `${(sizeOf(stored(customers, 1)).leadBytes / 1e9).toFixed(1)} GB`;
    assert.ok(text.includes(memory), `memory of ${customers} customers: ${memory}`);
  }
});
