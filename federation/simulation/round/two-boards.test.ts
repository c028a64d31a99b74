// A coordinator with two boards, from any point on one half of the parties each: both halves go on as far as their numbers carry them, nobody
// opens anything about two sets of members, and where one board is shown to the other half, it is named and nothing more is said.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeed, rounds } from '../../../appliance/simulation/testing/rounds.ts';
import type { Saying } from '../../protocol/round/sayings.ts';
import { drawsOf } from '../draws.ts';
import { named } from '../stories.ts';
import { nothing } from '../world.ts';
import { checkAdopted, checkMaskedOnce, checkOneSecret, checkOneSet, checkSums, linesOf } from './invariants.ts';
import { codesOf } from './lying.ts';
import { quietPlan } from './plan.ts';
import { prepared } from './stories.ts';

const points = ['keys', 'keyed', 'shares', 'batched', 'contribution', 'closed', 'confirmation', 'reveal'] as const;
const naming = ['board_forked', 'sequence_gap', 'survivors_wrong', 'round_phase'];

/** @param point the boards are two from after the n-th line of that kind on */
function split(seed: number, point: Saying['kind'], against: 'malicious' | 'semi-honest'): Promise<void> {
  return named(seed, async () => {
    const draws = drawsOf(seed, `two boards ${point}`);
    const run = await prepared(seed, nothing, { ...quietPlan(draws, 5), against });
    const { world } = run;
    const count = ['keyed', 'batched', 'closed'].includes(point) ? 1 : 1 + draws.next(4);
    const reached = async () => (await linesOf(world.desk)).filter(({ entry }) => entry.says.kind === point).length >= count;
    for (let step = 0; step < 2000 && !(await reached()); step += 1) await run.step();
    const other = await world.desk.copy();
    world.desks.push(other);
    const half = new Set(draws.shuffle(world.members).slice(0, 2 + draws.next(2)));
    if (draws.next(2) === 0) half.add(world.custodian);
    world.connect = (node, api) => (half.has(node) ? other.for(node.id) : api);
    const apart = await run.run(1200);
    // And then the halves are put together again.
    world.connect = (_node, api) => api;
    for (let step = 0; step < 300; step += 1) await run.step();
    checkMaskedOnce(run);
    await checkOneSecret(run);
    await checkOneSet(run);
    for (const node of world.nodes) {
      await checkSums(run, node);
      await checkAdopted(run, node);
    }
    const [one, two] = [await linesOf(world.desk), await linesOf(other)].map((lines) =>
      lines.map((line) => JSON.stringify(line)),
    );
    const same = one!.every((line, at) => two![at] === undefined || line === two![at]);
    const codes = world.nodes.flatMap(codesOf);
    // Halves that have ended before they met differ in their transcripts, which only people compare.
    assert.ok(apart || same || codes.some((code) => naming.includes(code)), `two boards, found as ${codes}`);
    await world.close();
  });
}

const runs = rounds(1, 100);
for (const [at, point] of points.entries()) {
  test(`two boards from a line of ${point} on`, async () => {
    const seed = firstSeed();
    for (let n = 0; n < runs; n += 1) await split(seed + n, point, (at + n) % 3 === 0 ? 'semi-honest' : 'malicious');
  });
}
