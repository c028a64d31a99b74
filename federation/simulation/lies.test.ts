// Partners who lie, in every way that lies.ts lists: the honest side names the lie, learns nothing that is not so, and ends.

import { test } from 'node:test';
import { firstSeed, rounds } from '../../appliance/simulation/testing/rounds.ts';
import { lies } from './lies.ts';
import { toldTo } from './lying.ts';

const runs = rounds(2, 60);

for (const lie of lies) {
  test(`${lie.by}: ${lie.name}`, async () => {
    const seed = firstSeed();
    for (let at = 0; at < runs; at += 1) await toldTo(lie, seed + at);
  });
}
