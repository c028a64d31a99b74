// A round as a whole, through the front door: a plan, clipped updates in integers, noise in shares, the sum, and what the ledger says of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  charge,
  clippedToIntegers,
  discreteGaussians,
  distributedCurve,
  distributedRho,
  epsilonOfRho,
  left,
  newLedger,
  normOf,
  opened,
  shareOfNoise,
  sigmaFor,
  spent,
} from './privacy.ts';
import { near, seeded } from './testing.ts';

test('twenty rounds of five members, of whom four are counted on, keep the promise that was planned', () => {
  const promise = { epsilon: 3, delta: 1e-6 };
  const rounds = 20;
  const [members, threshold, dimension, bound, unitsPerOne] = [5, 4, 500, 2, 4096];
  const multiplier = sigmaFor({ ...promise, rounds, sampling: 1 });
  const sensitivity = bound * unitsPerOne;
  // A whole number above, so that all agree on it.
  const sigma2 = { numerator: BigInt(Math.ceil((multiplier * sensitivity) ** 2)), denominator: 1n };
  const share = shareOfNoise(sigma2, threshold);
  const memberSigma2 = Number(share.numerator) / Number(share.denominator);
  const mechanism = { memberSigma2, threshold, sensitivity, dimension };
  assert.ok(epsilonOfRho(rounds * distributedRho(mechanism), promise.delta) <= promise.epsilon * (1 + 1e-9));

  // The ledger converts on its grid of orders, which is coarser by less than a thousandth.
  let ledger = newLedger({ dataset: 'customers', partner: 'consortium', budget: { ...promise, epsilon: 3.003, count: 0 } });
  const random = seeded('round');
  let squares = 0;
  for (let round = 1; round <= rounds; round += 1) {
    const charged = charge(ledger, { what: 'round', id: `r${round}`, cost: { rdp: distributedCurve(mechanism) }, atMs: round });
    assert.ok(charged.charged, `round ${round}`);
    ledger = opened(charged.ledger, `r${round}`);
    const updates = Array.from({ length: members }, (_, member) =>
      clippedToIntegers(
        Float64Array.from({ length: dimension }, (__, at) => Math.sin(at * (member + 1)) * member),
        bound,
        unitsPerOne,
      ),
    );
    for (const update of updates) assert.ok(normOf(update) <= sensitivity);
    const noises = updates.map(() => discreteGaussians(dimension, share, random));
    const noise = noises[0]!.map((_, at) => noises.reduce((sum, values) => sum + values[at]!, 0));
    squares += noise.reduce((sum, value) => sum + value ** 2, 0);
  }
  near(squares / (rounds * dimension) / (members * memberSigma2), 1, 0.05, 'five shares of noise where four were counted on');
  assert.ok(spent(ledger).epsilon <= 3.003 && spent(ledger).epsilon > 2.99);
  assert.ok(left(ledger).rho < distributedRho(mechanism) / 10);
  const more = charge(ledger, { what: 'round', id: 'r21', cost: { rdp: distributedCurve(mechanism) }, atMs: 21 });
  assert.ok(!more.charged && more.why === 'epsilon');
});
