// What coordinator and custodian see together, with nobody and with any three of five members: uniform, in itself and in every combination of it,
// under all ways of learning and with a member gone at each step. What is not hidden any more is what the sums tell. Each test of uniformity is
// wrong once in a million (statistics.ts), and there are some thousand of them, over fixed seeds.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { summary } from '../../../../appliance/simulation/testing/rounds.ts';
import { addStream, streamNonces } from '../../../../crypto/masks/stream.ts';
import { seededRandom } from '../../../protocol/testing.ts';
import { modulus } from '../plain-sums.ts';
import { subsetsOf } from './coalition.ts';
import { learningOf, openThreads, rowsFor, type Threads, type Way, ways } from './learned.ts';
import { joined, type Looks, looksAtLeft, looksAtRaw } from './looks.ts';
import { planted, plants } from './plants.ts';
import { members, points, type Seen, seenIn } from './scene.ts';
import { alarm, bytesMin } from './statistics.ts';

let threads: Threads;
before(() => {
  threads = openThreads(members);
});
after(() => threads.close());

/** Vectors that anybody could guess. */
const guessable = (values: number) =>
  [0, 1].map((sum) => Array.from({ length: members }, (_, at) => new Int32Array(values).fill(at + sum)));

/** By what is seen: how far beyond its limit it is. */
function alarms(looks: Looks): [look: string, alarm: number][] {
  return Object.entries(looks)
    .map(([look, vectors]): [string, Uint8Array] => [look, joined(vectors)])
    .filter(([, bytes]) => bytes.length >= bytesMin)
    .map(([look, bytes]) => [look, alarm(bytes)]);
}

/** Of all that any coalition sees. */
function worst({ run, together }: Seen): { found: [look: string, alarm: number]; looks: number } {
  const ids = run.world.members.map(({ id }) => id);
  const all = [
    ...alarms(looksAtRaw(together, ids)),
    ...subsetsOf(ids, members - 2).flatMap((coalition) => alarms(looksAtLeft(together, coalition).looks)),
  ];
  return { found: all.reduce((one, other) => (other[1] > one[1] ? other : one)), looks: all.length };
}

/** What is open to a coalition is the vector of the one beside it who is in a sum: what that sum tells anybody who knows the others. */
function checkOpen({ run, together }: Seen): number {
  const ids = run.world.members.map(({ id }) => id);
  let count = 0;
  for (const coalition of subsetsOf(ids, members - 2)) {
    for (const { member, sum, survived } of looksAtLeft(together, coalition).open) {
      const { survivors } = together.sums[sum]!;
      const others = survivors.filter((id) => !coalition.includes(id));
      assert.ok(survived, `${member} is open and is not in the sum`);
      assert.deepEqual(others, [member], 'one is open, and there are two');
      count += 1;
    }
  }
  return count;
}

for (const point of points) {
  test(`uniform where ${point === 'nobody' ? 'nobody goes' : `a member goes with its ${point}`}`, async () => {
    const seen = await seenIn({ seed: 11, point, plan: { vectors: guessable(400) } });
    const { found, looks } = worst(seen);
    assert.ok(looks > 20);
    assert.ok(found[1] < 1, `${found[0]} leans: ${found[1]}`);
    const open = checkOpen(seen);
    assert.equal(open > 0, !['nobody', 'model'].includes(point), 'whoever is left alone in a sum is its sum');
    summary(`seen, ${point}`, { looks, 'of the limit at most': found[1].toFixed(2) });
  });
}

for (const way of Object.keys(ways) as Way[]) {
  test(`uniform in rounds of ${way}`, async () => {
    const tables = Array.from({ length: members }, (_, at) => rowsFor(at + 1));
    for (const point of ['nobody', 'contribution', 'reveal'] as const) {
      const seen = await seenIn({ seed: 12, point, learning: learningOf(way, tables, threads) });
      assert.ok(seen.together.sums.length >= (point === 'nobody' ? 3 : 1), `${seen.together.sums.length} sums`);
      const { found } = worst(seen);
      assert.ok(found[1] < 1, `${found[0]} leans: ${found[1]}`);
      checkOpen(seen);
    }
  });
}

test('of seven: one fewer than the threshold see nothing, as the statement says; as many as that put all together', async () => {
  const count = 7;
  const plan = { members: count, vectors: [Array.from({ length: count }, () => new Int32Array(400).fill(1))] };
  const seen = await seenIn({ seed: 13, plan });
  const { together, run } = seen;
  const ids = run.world.members.map(({ id }) => id);
  assert.equal(together.threshold, 5);
  for (const coalition of [ids.slice(0, 4), ids.slice(3), [ids[0]!, ids[2]!, ids[4]!, ids[6]!]]) {
    const { looks, open } = looksAtLeft(together, coalition);
    assert.deepEqual(open, []);
    for (const [look, found] of alarms(looks)) assert.ok(found < 1, `${look} leans: ${found}`);
  }
  const { open } = looksAtLeft(together, ids.slice(0, 5));
  assert.deepEqual(
    open.map(({ vector }) => new Set(vector)),
    [new Set([1]), new Set([1])],
  );
});

for (const plant of plants) {
  test(`it would be seen if ${plant.name}`, async () => {
    const seen = await seenIn({ seed: 11, point: plant.point, plan: { vectors: guessable(400) }, plant: planted(plant) });
    assert.ok(worst(seen).found[1] > 10);
  });
}

/** How many of so many streams begin alike. */
function alike(count: number, seedOf: (drawn: Uint8Array) => Uint8Array): number {
  const random = seededRandom('streams');
  const drawn = random.bytes(32 * count);
  const seen = new Set<bigint>();
  for (let at = 0; at < count; at += 1) {
    const words = new Uint32Array(2);
    addStream(words, seedOf(drawn.subarray(32 * at, 32 * at + 32)), streamNonces.pair, modulus, 1);
    seen.add((BigInt(words[0]!) << 32n) | BigInt(words[1]!));
  }
  return count - seen.size;
}

test('streams do not repeat, and would if their seeds were squeezed into 32 bits', () => {
  const squeezed = (seed: Uint8Array) => {
    const words = new Uint32Array(Uint8Array.from(seed).buffer);
    return new Uint8Array(
      Uint32Array.from({ length: 8 }, (_, at) => (at === 0 ? words.reduce((all, word) => all ^ word, 0) : 0)).buffer,
    );
  };
  // Of n seeds n^2 / 2^33 pairs are the same: of these two, and none in an e^2th of all such tests; it is one that finds some.
  assert.equal(
    alike(2 ** 15, (seed) => seed),
    0,
  );
  assert.ok(alike(2 ** 17, squeezed) > 0);
});
