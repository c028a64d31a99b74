// Whole vertical rounds of a seed, with what has to hold at their end: the parts put together are the trees of the one table, nothing that was
// exchanged can be read on its way, and nothing of it stays.

import assert from 'node:assert/strict';
import { blobDigest } from '../../protocol/round/round-api.ts';
import { verticalModelBytes } from '../../protocol/round/vertical-model.ts';
import { checkOneBoard, checkTidy } from '../round/invariants.ts';
import type { RoundNode } from '../round/node.ts';
import { RoundRun } from '../round/run.ts';
import { stepLimit } from '../round/stories.ts';
import { type Encryption, RoundWorld } from '../round/world.ts';
import { named } from '../stories.ts';
import type { Hazards } from '../world.ts';
import { drawVertical, joined, joinedTrees, partnerIds, rowsOf, type VerticalPlan, verticalOf } from './plan.ts';
import type { Grown, ToyPart } from './toy-trees.ts';

export type More = { readonly plan?: VerticalPlan; readonly encryption?: Encryption; readonly node?: (node: RoundNode) => void };

/** Runs it until it is over for all who are there. */
export async function verticalRun(
  seed: number,
  hazards: Hazards,
  more: More,
  check: (run: RoundRun) => Promise<void>,
): Promise<RoundRun> {
  return named(seed, async () => {
    const plan = more.plan ?? drawVertical(seed);
    const run = new RoundRun(await RoundWorld.open(seed, hazards, plan, more.encryption ?? verticalOf(plan)));
    if (more.node) run.world.nodes.forEach(more.node);
    try {
      const ended = await run.run(stepLimit);
      if (ended) await run.world.calmDown();
      await checkOneBoard(run);
      assert.ok(ended, `it did not end in ${stepLimit} steps`);
      await check(run);
      return run;
    } finally {
      await run.world.close();
    }
  });
}

/** Nobody lies: it ends, and rightly; also where some are gone for good. */
export function honestVertical(
  seed: number,
  hazards: Hazards,
  plan = drawVertical(seed),
  encryption?: Encryption,
): Promise<RoundRun> {
  return verticalRun(seed, hazards, { plan, ...(encryption && { encryption }) }, async (run) => {
    if (run.here.every(({ session }) => session === undefined)) return;
    checkEnding(run, plan);
    await checkModel(run, plan);
    for (const node of run.here) await checkTidy(run, node);
    checkSealed(run);
  });
}

/** Also of a world that is closed. */
export const boardOf = (run: RoundRun) => run.here.map(({ rounds }) => rounds?.list()[0]?.board).find((board) => board?.ended);
export const endingOf = (run: RoundRun) => boardOf(run)?.ended;

function checkEnding(run: RoundRun, plan: VerticalPlan): void {
  const ended = endingOf(run)!;
  const heads = new Set(run.here.map(({ session }) => session!.board.head));
  assert.equal(heads.size, 1, 'it ended at different heads');
  if (ended.result === 'stopped') {
    const lost = run.world.members.some(({ gone }) => gone);
    const few = rowsOf(plan).rows.length < 5;
    const codes = [...(lost ? ['member_lost', 'round_expired'] : []), ...(few ? ['rows_few'] : [])];
    assert.ok(codes.includes(ended.code!), `it was stopped as ${ended.code} ${ended.reason}`);
    return;
  }
  const yes = plan.votes.filter(Boolean).length;
  assert.equal(ended.result, 2 * yes > plan.votes.length ? 'adopted' : 'rejected');
}

async function checkModel({ world, round, here }: RoundRun, plan: VerticalPlan): Promise<void> {
  const parts = new Map<string, string>();
  for (const { id, adopted } of world.members) {
    for (const { part, model } of adopted) {
      if (part === undefined) continue;
      assert.equal(parts.get(id) ?? part, part, 'two parts of one round');
      parts.set(id, part);
      assert.ok(model.includes(blobDigest(Buffer.from(part))), 'a part is not the one whose hash is in the model');
    }
  }
  if (here.length < world.members.length || parts.size < world.members.length) return;
  const owner = JSON.parse(parts.get(world.custodian.id)!) as { grown: Grown };
  const partners = partnerIds(world).map((id) => JSON.parse(parts.get(id)!) as ToyPart);
  assert.deepEqual(joined(plan, owner.grown, partners), await joinedTrees(plan), 'the parts are not the trees of the one table');
  const hashes = Object.fromEntries([...parts].map(([id, part]) => [id, blobDigest(Buffer.from(part))]));
  assert.equal(world.members[0]!.adopted[0]!.model, verticalModelBytes(round, hashes).toString());
}

/** Of what left the nodes nothing can be read: neither heads of messages nor bits of rows. */
export function checkSealed({ world }: RoundRun): void {
  for (const bytes of world.ledger.given.values()) {
    assert.ok(!Buffer.from(bytes).includes('"lengths":['), 'a message left without a seal');
  }
}
