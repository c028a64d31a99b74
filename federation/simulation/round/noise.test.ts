// Rounds with noise over faults of every kind: what each sum holds is the noise of those who stayed, drawn once, also over kills; and a node that forgets
// what it has masked, and draws anew, is found.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rounds, summary } from '../../../appliance/simulation/testing/rounds.ts';
import { MemoryBook } from '../../protocol/durable.ts';
import { decodeSum } from '../../protocol/round/blobs.ts';
import { patched } from '../planted.ts';
import { faulty } from '../world.ts';
import { boardOf, checkEnding, checkMaskedOnce, checkOneBoard, checkOneSecret, checkOneSet, linesOf } from './invariants.ts';
import type { Plan } from './plan.ts';
import type { RoundRun } from './run.ts';
import { planOf, prepared, stepLimit } from './stories.ts';

const words = 256;
const sensitivity2 = 2500n;

/** Values are all 0, so that sums are noise and nothing else. */
function noisyPlan(seed: number): Plan {
  const plan = planOf(seed);
  const vectors = Array.from({ length: 3 }, () => Array.from({ length: plan.members }, () => new Int32Array(words)));
  return { ...plan, gone: plan.gone.filter(({ party }) => party >= 0), vectors, noise: sensitivity2 };
}

async function run(seed: number, look: (run: RoundRun, ended: boolean) => Promise<void>): Promise<void> {
  const made = await prepared(seed, faulty, noisyPlan(seed));
  try {
    const ended = await made.run(stepLimit);
    if (ended) await made.world.calmDown();
    await look(made, ended);
  } finally {
    await made.world.close();
  }
}

/** Squares of what was opened, over what all shares of the survivors promise; and how many words that was. */
async function openedNoise({ world, round }: RoundRun): Promise<{ ratio: number; words: number; deaths: number }> {
  let [squares, promised, count] = [0, 0, 0];
  const node = world.members.find(({ gone }) => !gone)!;
  const { sums, terms } = boardOf(world, round, await linesOf(node));
  const { noise, honest } = terms.privacy!;
  for (const { sum, survivors, values } of sums) {
    const bytes = await node.spool.get(round, 'sum', sum);
    if (!bytes) continue;
    assert.ok(survivors!.length > honest, 'fewer than are counted on');
    const share = ((noise.numerator / noise.denominator) * Number(sensitivity2)) / honest;
    for (const value of decodeSum(bytes, values, 'sum')) squares += value ** 2;
    promised += values * survivors!.length * share;
    count += values;
  }
  return { ratio: squares / promised, words: count, deaths: world.nodes.reduce((all, one) => all + one.deaths, 0) };
}

test('every sum has the noise of all who stayed, drawn once, whatever is killed', async () => {
  let [deaths, count, weighted] = [0, 0, 0];
  for (let seed = 50; seed < 50 + rounds(4, 400); seed += 1) {
    await run(seed, async (made, ended) => {
      assert.ok(ended, `seed ${seed} did not end`);
      checkMaskedOnce(made);
      await checkOneBoard(made);
      await checkOneSecret(made);
      await checkOneSet(made);
      if (made.here.every(({ session }) => session?.board.begun)) checkEnding(made);
      const found = await openedNoise(made);
      deaths += found.deaths;
      count += found.words;
      if (found.words > 0) weighted += found.ratio * found.words;
    });
  }
  assert.ok(deaths > 3 && count >= 1000, `${deaths} deaths, ${count} words`);
  // Four deviations of a sample variance.
  assert.ok(Math.abs(weighted / count - 1) < 4 * Math.sqrt(2 / count), `${weighted / count} of what is promised`);
  summary('noise in rounds', { deaths, words: count, 'variance over that of the shares': (weighted / count).toFixed(3) });
});

type Change = { put: readonly [collection: string, ...rest: unknown[]] } | { remove: unknown };

test('found: what was masked is not kept, and noise is drawn anew after a kill', async () => {
  const forgets = (change: Change) => 'put' in change && change.put[0] === 'round-out';
  for (let seed = 1; seed <= 40; seed += 1) {
    const remove = patched(MemoryBook.prototype, 'write', (before) => {
      return function (this: MemoryBook, changes: readonly Change[]) {
        return Reflect.apply(before, this, [changes.filter((change) => !forgets(change))]) as unknown;
      };
    });
    try {
      await run(seed, async (made) => checkMaskedOnce(made));
    } catch (error) {
      assert.match(String(error), /another (vector|ciphertext) under the same masks/);
      return;
    } finally {
      remove();
    }
  }
  assert.fail('no seed shows it');
});
