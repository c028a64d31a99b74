// Leaks planted into rounds, to see that the tests of leakage have eyes: masks as other systems made them.

import { unmask } from '../../../../crypto/masks/masks.ts';
import { modulus, plainSums } from '../plain-sums.ts';
import type { RoundRun } from '../run.ts';
import type { Point } from './scene.ts';
import { less, plus } from './statistics.ts';
import type { Views } from './views.ts';

type Made = { readonly values: Uint32Array; readonly mask: Uint32Array; readonly self: Uint8Array; readonly first: Uint32Array };
export type Plant = {
  readonly name: string;
  /** Where it shows: who is gone when. */
  readonly point: Point;
  readonly vector: (made: Made) => Uint32Array;
};

export const plants: readonly Plant[] = [
  {
    name: 'the mask of a vector is one number',
    point: 'nobody',
    vector: ({ values, mask }) => plus(values, new Uint32Array(values.length).fill(mask[0]!)),
  },
  { name: 'two sums have one mask', point: 'nobody', vector: ({ values, first }) => plus(values, first) },
  {
    name: 'there is no mask of its own',
    point: 'contribution',
    vector: ({ values, mask, self }) => unmask(plus(values, mask), { modulus, selfSeeds: [self], leftover: [] }),
  },
];

/** In every member of a round whose vectors are the plan's. */
export function planted({ vector }: Plant): (run: RoundRun, views: Views) => void {
  return ({ world }, views) => {
    for (const [at, node] of world.members.entries()) {
      let first: Uint32Array | undefined;
      node.sums = {
        ...plainSums,
        encrypt: (encryption, key, residues) => {
          const sum = node.asking;
          const values = Uint32Array.from(world.plan.vectors[sum]![at]!, (value) => (value + modulus) % modulus);
          const mask = less(residues, values);
          first ??= mask;
          return plainSums.encrypt(encryption, key, vector({ values, mask, first, self: views.secretsOf(node.id, sum).self }));
        },
      };
    }
  };
}
