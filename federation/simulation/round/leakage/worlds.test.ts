// Two worlds with other values of one member, or of two whose sum is the same: whoever sees one of many rounds of each and learns from half of them
// cannot tell the other half apart, and can where a leak is planted.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rounds, summary } from '../../../../appliance/simulation/testing/rounds.ts';
import { type Looks, looksAtLeft, looksAtRaw } from './looks.ts';
import { type Plant, planted, plants } from './plants.ts';
import { members, type Point, type Seen, seenIn, victim } from './scene.ts';
import { byChance, featuresOf, toldApart } from './statistics.ts';

const values = 96;
/** Of each world; half of them teach. */
const many = rounds(12, 60);
/** Beyond it chance would guess so well once in a thousand times. */
const rare = 1e-3;
const other = members - 1;

/** Values that go up and down by so much, three times as far in the second sum. */
const wave = (height: number, sum: number) => Int32Array.from({ length: values }, (_, at) => (at % 2) * height * (1 + 2 * sum));

/** Where nobody goes the two share a sum; where one goes its vector is in none. */
function vectorsOf(world: 0 | 1, point: Point): Int32Array[][] {
  const [low, high] = [1000, 90_000];
  const height = world === 0 ? low : high;
  return [0, 1].map((sum) =>
    Array.from({ length: members }, (_, at) => {
      if (at === victim) return wave(height, sum);
      if (at === other && point === 'nobody') return wave(low + high - height, sum);
      return wave(at, sum);
    }),
  );
}

/** All that a coalition of the first three, coordinator and custodian looks at, as numbers. */
function features({ run, together }: Seen): number[] {
  const ids = run.world.members.map(({ id }) => id);
  const raw = looksAtRaw(together, [ids[victim]!]);
  const left = looksAtLeft(together, ids.slice(0, members - 2));
  const mean = (rows: readonly number[][]) => rows[0]!.map((_, at) => rows.reduce((sum, row) => sum + row[at]!, 0) / rows.length);
  const of = (looks: Looks) =>
    Object.values(looks).flatMap((vectors) => (vectors.length > 0 ? mean(vectors.map(featuresOf)) : []));
  return [...of(raw), ...of(left.looks)];
}

async function sample(world: 0 | 1, point: Point, count: number, plant?: Plant): Promise<number[][]> {
  const rows: number[][] = [];
  for (let at = 0; at < count; at += 1) {
    // Seeds of the two worlds differ, as otherwise their masks would be the same.
    const seed = 1000 * (1 + world) + at;
    const plan = { vectors: vectorsOf(world, point) };
    rows.push(features(await seenIn({ seed, point, plan, ...(plant && { plant: planted(plant) }) })));
  }
  return rows;
}

for (const point of ['nobody', 'contribution'] as const) {
  test(`two worlds look the same where ${point === 'nobody' ? 'nobody goes' : 'a member goes with its vector on the way'}`, async () => {
    const found = toldApart(await sample(0, point, many), await sample(1, point, many));
    summary(`two worlds, ${point}`, { 'rounds judged': found.of, 'judged rightly': found.right });
    assert.ok(byChance(found) > rare, `told apart: ${found.right} of ${found.of}`);
  });
}

for (const plant of plants) {
  test(`they are told apart if ${plant.name}`, async () => {
    const found = toldApart(await sample(0, plant.point, 10, plant), await sample(1, plant.point, 10, plant));
    assert.ok(byChance(found) < rare, `not told apart: ${found.right} of ${found.of}`);
  });
}
