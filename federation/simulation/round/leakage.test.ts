// What is seen in a round, by whom. The coordinator: entries, sizes, times, and masked vectors under an encryption that it cannot open (here left
// out: even without it they are uniform). The custodian: sums of masked vectors, seeds of members' own masks, and so the sums. Both together with
// all members but two: the sum of those two, and vectors of each under the one mask that the two share, uniform again. Nothing else depends on values.
//
// Not covered, as it does not hold: members of the threshold's number or more who work together with coordinator and custodian put anybody's
// secrets together (with seven or more members all but two are that many); and whoever lies about its own values changes the sum unseen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMaster, unmask } from '../../../crypto/masks/masks.ts';
import type { KeptSecrets } from '../../participant/round/state.ts';
import { MemoryBook } from '../../protocol/durable.ts';
import { drawsOf } from '../draws.ts';
import { patched } from '../planted.ts';
import { nothing } from '../world.ts';
import { checkSums, linesOf, openedSecrets } from './invariants.ts';
import type { RoundNode } from './node.ts';
import { modulus, residuesOf } from './plain-sums.ts';
import { type Plan, quietPlan } from './plan.ts';
import type { RoundRun } from './run.ts';
import { prepared } from './stories.ts';

const values = 2000;
const cells = 16;
/** 15 degrees of freedom: beyond it in one of 10,000. */
const chiSquareMost = 44.3;

function chiSquare(residues: Iterable<number>): number {
  const counts = new Array<number>(cells).fill(0);
  let all = 0;
  for (const residue of residues) {
    counts[Math.floor((residue / modulus) * cells)]! += 1;
    all += 1;
  }
  return counts.reduce((sum, count) => sum + (count - all / cells) ** 2 / (all / cells), 0);
}

/** The last two are honest: what the one has more in the second round, the other has less. */
const planWith = (shift: number): Plan => ({
  ...quietPlan(drawsOf(7, 'leakage'), 4, 1),
  vectors: [[3, 4, 1000, 1000].map((value, at) => new Int32Array(values).fill(value + [0, 0, shift, -shift][at]!))],
});

async function round(shift: number): Promise<{ run: RoundRun; secrets: Map<string, KeptSecrets> }> {
  const run = await prepared(7, nothing, planWith(shift));
  const secrets = new Map<string, KeptSecrets>();
  const remove = patched(MemoryBook.prototype, 'write', (before) => {
    return function (this: MemoryBook, changes: { put?: [string, string, unknown] }[]) {
      const drawn = changes.find(({ put }) => put?.[0] === 'round-secret')?.put?.[2] as KeptSecrets | undefined;
      const node = run.world.nodes.find(({ book }) => book === this);
      if (drawn?.sums[0] && node) secrets.set(node.id, structuredClone(drawn));
      return Reflect.apply(before, this, [changes]) as unknown;
    };
  });
  try {
    assert.ok(await run.run(3000));
    for (const node of run.world.members) assert.equal(await checkSums(run, node), 1);
    return { run, secrets };
  } finally {
    remove();
    await run.world.close();
  }
}

/** The masked vector of a member's first sum as it left. */
function maskedOf({ world }: RoundRun, node: RoundNode): Uint32Array {
  const said = world.ledger.ofKind('contribution').find(({ party }) => party === node.id)!;
  return Uint32Array.from(said.says.ciphertexts.flatMap((digest) => [...residuesOf(world.ledger.given.get(digest)!)]));
}

/** All that is seen of a round but for bytes that are drawn: who says what when, of which size, and which secrets are opened. */
async function seen(run: RoundRun) {
  const blank = (value: unknown) =>
    JSON.stringify(value)
      .replace(/"[0-9a-f]{64}"/g, '""')
      .replace(/"signature":"[^"]*"/g, '""');
  const opened = await openedSecrets(run);
  return {
    entries: (await linesOf(run.world.desk)).map(blank),
    calls: run.world.network.trace,
    given: [...run.world.ledger.given.values()].map(({ length }) => length),
    opened: opened.map(({ sum, of, kind, from }) => `${sum} ${of} ${kind} ${from}`),
    steps: run.world.steps,
  };
}

test('masked vectors are uniform, whatever is in them; and under the masks of all but two still are', async () => {
  for (const shift of [0, 100_000]) {
    const { run, secrets } = await round(shift);
    const { members } = run.world;
    for (const node of members) {
      const found = chiSquare(maskedOf(run, node));
      assert.ok(found < chiSquareMost, `a masked vector leans: ${found}`);
    }
    // What the others, the custodian and the coordinator can take off: own masks, which are opened, and pairs with themselves.
    const place = { session: run.round, index: 0 };
    const masks = (node: RoundNode) => {
      const { master, self } = secrets.get(node.id)!.sums[0]!;
      return { ...openMaster('x25519', Buffer.from(master, 'base64url'), place, node.id), self: Buffer.from(self, 'base64url') };
    };
    const [first, second, ...honest] = members;
    const others = [first!, second!].map((node) => ({ node, publicKey: masks(node).publicKey }));
    const left = honest.map((node) => {
      const { accept, self } = masks(node);
      const leftover = others.map(({ node: other, publicKey }) => accept(other.id, publicKey, new Uint8Array(0)));
      return unmask(maskedOf(run, node), { modulus, selfSeeds: [self], leftover });
    });
    for (const vector of left) {
      assert.ok(chiSquare(vector) < chiSquareMost, 'under the mask of two it leans');
      assert.ok(new Set(vector).size > values * 0.99, 'under the mask of two it repeats');
    }
    const sums = Array.from(left[0]!, (residue, at) => (residue + left[1]![at]!) % modulus);
    assert.deepEqual(new Set(sums), new Set([2000]), 'the sum of the two is what they can know');
  }
});

test('without masks the same look would see it', () => {
  assert.ok(chiSquare(new Int32Array(values).fill(1000)) > 1000);
});

test('two rounds that differ in who of two has how much of their sum look the same: entries, sizes, order, calls, and what is opened', async () => {
  const [one, other] = [await round(0), await round(100_000)];
  const [before, after] = [await seen(one.run), await seen(other.run)];
  assert.deepEqual(after, before);
  assert.ok(before.given.length > 20 && before.opened.length >= 4);
  // Each member's own seed and nothing else, where nobody is gone.
  assert.ok(before.opened.every((what) => /^0 (\S+) selfSeed \1$/.test(what)));
});
