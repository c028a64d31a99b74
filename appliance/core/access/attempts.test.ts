// Counts of tries against a slow twin that keeps the whole history: any order of tries, successes, waits and restarts gives the same answers,
// and no wait is ever longer than the longest.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { blindIndex } from '../../../crypto/blind-index.ts';
import { keyFrom } from '../../../crypto/keys.ts';
import { Fault } from '../errors.ts';
import { openTestStore } from '../store/testing.ts';
import { accessMigrations } from './access.ts';
import { type AttemptKey, type AttemptKind, Attempts, attemptLimits } from './attempts.ts';

const key = keyFrom('index', new Uint8Array(32).fill(7));
const hash = (kind: string, value: string) => blindIndex(key, kind, value);
const { free, firstWaitMs, longestWaitMs, forgetMs } = attemptLimits;

/** Seconds to wait by the history alone; 0 to go on. */
function waitByHistory(history: readonly number[], kind: AttemptKind, nowMs: number): number {
  let failures = 0;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  for (const atMs of history) {
    failures = atMs - lastAtMs >= forgetMs ? 1 : failures + 1;
    lastAtMs = atMs;
  }
  if (failures < free[kind] || nowMs - lastAtMs >= forgetMs) return 0;
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** (failures - free[kind]));
  return Math.max(0, Math.ceil((lastAtMs + waitMs - nowMs) / 1000));
}

const kinds = Object.keys(free) as AttemptKind[];
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ do: fc.constant('fail' as const), kind: fc.constantFrom(...kinds), who: fc.nat(1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('succeed' as const), kind: fc.constantFrom(...kinds), who: fc.nat(1) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 999, 1000, 60_000, longestWaitMs, forgetMs - 1, forgetMs),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

test('the same answers as the whole history gives, over restarts', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  const run = async (steps: readonly Step[]) => {
    await store.transact([{ op: 'run', sql: 'DELETE FROM sign_in_attempts' }]);
    let nowMs = 1_790_000_000_000;
    const clock = { nowMs: () => nowMs };
    let attempts = await Attempts.open({ store, clock, hash });
    const histories = new Map<string, number[]>();
    for (const one of steps) {
      if (one.do === 'wait') nowMs += one.ms;
      if (one.do === 'restart') attempts = await Attempts.open({ store, clock, hash });
      if (one.do !== 'fail' && one.do !== 'succeed') continue;
      const who: AttemptKey = { kind: one.kind, value: `${one.who}` };
      const name = `${one.kind} ${one.who}`;
      const history = histories.get(name) ?? [];
      const expected = waitByHistory(history, one.kind, nowMs);
      assert.ok(expected <= longestWaitMs / 1000);
      const waited = await attempts.begin([who]).then(
        () => 0,
        (error: unknown) => (error instanceof Fault && error.code === 'too_many_attempts' ? error.retryAfterS : Number.NaN),
      );
      assert.equal(waited, expected, name);
      if (waited !== 0) continue;
      if (one.do === 'fail') histories.set(name, [...history, nowMs]);
      else {
        const counted = attempts.succeeded([who]);
        await store.transact(counted.changes);
        counted.keep();
        // An address is not forgiven what others of it did.
        if (one.kind !== 'address') histories.delete(name);
        else histories.set(name, countsAsBefore(history, nowMs));
      }
    }
  };
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), run), { numRuns: 60 });
});

/** A good try of an address is taken back, but it was the latest: the count stays as it was and its day begins anew. */
function countsAsBefore(history: readonly number[], nowMs: number): number[] {
  const last = history.at(-1);
  if (last === undefined || nowMs - last >= forgetMs) return [];
  return [...history.slice(0, -1), nowMs];
}

test('counts are bounded: the oldest are dropped, also from the store', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  let nowMs = 1_790_000_000_000;
  const attempts = await Attempts.open({ store, clock: { nowMs: () => nowMs }, hash });
  const rows = async () => Number((await store.select('SELECT COUNT(*) AS n FROM sign_in_attempts'))[0]!.n);
  const keys = Array.from({ length: attemptLimits.counts + 10 }, (_, at): AttemptKey => ({ kind: 'login', value: `${at}` }));
  await attempts.begin(keys);
  assert.equal(await rows(), attemptLimits.counts);
  await attempts.begin([{ kind: 'login', value: 'one more' }]);
  assert.equal(await rows(), attemptLimits.counts);
  nowMs += forgetMs + 1;
  await Attempts.open({ store, clock: { nowMs: () => nowMs }, hash });
  assert.equal(await rows(), 0);
});
