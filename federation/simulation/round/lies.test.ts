// Coordinators, members and custodians who lie in rounds, in every way that the lists have: honest parties name the lie, give nobody both
// secrets of anybody, and end. What cannot be told from the truth is in the lists too: sums come out wrong, and nobody's values with them.

import { test } from 'node:test';
import { firstSeed, rounds } from '../../../appliance/simulation/testing/rounds.ts';
import { coordinatorLies } from './coordinator-lies.ts';
import { toldTo } from './lying.ts';
import { memberLies } from './member-lies.ts';

const runs = rounds(1, 40);
const all = [...coordinatorLies.map((one) => ({ ...one, name: `the coordinator: ${one.name}` })), ...memberLies];

for (const lie of all) {
  test(lie.name, async () => {
    const seed = firstSeed();
    for (let at = 0; at < runs; at += 1) await toldTo(lie, seed + at);
  });
}
