// One round under the real encryption: what the simulations leave out fits where the stand-in stands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addPacks, roundCrypto } from '../../../appliance/federate/rounds/round-crypto.ts';
import { drawsOf } from '../draws.ts';
import { nothing } from '../world.ts';
import { quietPlan } from './plan.ts';
import { honestRound } from './stories.ts';

test('members, a coordinator and a custodian add under homomorphic encryption', async () => {
  const plan = quietPlan(drawsOf(5, 'encrypted'), 3, 2);
  const run = await honestRound(5, nothing, { plan, encryption: { sums: roundCrypto, add: addPacks } });
  const [first] = run.world.members;
  assert.equal(first!.adopted.length > 0, true);
});
