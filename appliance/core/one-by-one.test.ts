// One piece of work at a time, in the order in which they came, also after one that failed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oneByOne } from './one-by-one.ts';

test('each begins when the one before it has ended, and a failure is told to its own caller alone', async () => {
  const alone = oneByOne();
  const said: string[] = [];
  const piece = (name: string, fails = false) =>
    alone(async () => {
      said.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      said.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const outcomes = await Promise.allSettled([piece('a'), piece('b', true), piece('c')]);
  assert.deepEqual(said, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
  assert.deepEqual(
    outcomes.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message)),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});
