import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestStore } from '../../core/store/testing.ts';
import { rounds } from './testing.ts';
import { converges } from './testing-converge.ts';

test('arrivals, merges, unmerges, restarts, kills and faults in any order show what the facts say', async () => {
  for (let round = 0; round < rounds(6); round += 1) await converges(await openTestStore(), 100 + round);
});
