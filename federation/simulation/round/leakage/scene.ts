// Rounds of five whose every byte is recorded: one member may be gone for good when it would say something of a kind, also with its vector on the
// way and nothing after it.

import assert from 'node:assert/strict';
import { Unreachable } from '../../../protocol/coordinator-api.ts';
import type { Saying } from '../../../protocol/round/sayings.ts';
import { drawsOf } from '../../draws.ts';
import { nothing } from '../../world.ts';
import type { RoundNode } from '../node.ts';
import { type Plan, quietPlan } from '../plan.ts';
import type { RoundRun } from '../run.ts';
import { prepared } from '../stories.ts';
import type { Learning } from '../world.ts';
import { Together } from './coalition.ts';
import { type View, Views } from './views.ts';

export const members = 5;
/** Which member is gone, by its place. */
export const victim = 3;
/** What it would have said when it went; or nobody goes. */
export const points = ['nobody', 'keys', 'shares', 'contribution', 'confirmation', 'reveal', 'model'] as const;
export type Point = (typeof points)[number];

export type Scene = {
  readonly seed: number;
  readonly point?: Point;
  readonly plan?: Partial<Plan>;
  readonly learning?: Learning;
  /** Changes nodes before anything happens. */
  readonly plant?: (run: RoundRun, views: Views) => void;
};
export type Seen = { readonly run: RoundRun; readonly views: Views; readonly coordinator: View; readonly together: Together };

export const planFor = (seed: number): Plan => ({
  ...quietPlan(drawsOf(seed, 'seen'), members, 2),
  ...{ wrapping: 'stand-in', officers: 1 },
});

/** Its first word of that kind is lost with it; a vector arrives all the same, too late. */
function goes(run: RoundRun, node: RoundNode, kind: Saying['kind']): void {
  node.crook = (api) => ({
    ...api,
    post: async (signed) => {
      if (signed.entry.says.kind !== kind) return api.post(signed);
      if (kind === 'contribution') run.world.ledger.posted(node.id, signed);
      node.gone = true;
      node.life.end();
      throw new Unreachable('gone');
    },
  });
}

/** @returns a round that is over, closed, with what was seen of it */
export async function seenIn({ seed, point = 'nobody', plan, learning, plant }: Scene): Promise<Seen> {
  const run = await prepared(seed, nothing, { ...planFor(seed), ...plan });
  const views = new Views(run);
  run.world.learning = learning;
  plant?.(run, views);
  if (point !== 'nobody') goes(run, run.world.members[victim]!, point);
  try {
    const ended = await run.run(4000);
    assert.ok(plant || ended, `it does not end where ${point} is not said`);
    return { run, views, coordinator: await views.atCoordinator(), together: await Together.of(run, views) };
  } finally {
    views.close();
    await run.world.close();
  }
}
