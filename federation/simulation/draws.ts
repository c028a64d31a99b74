// Chance for the simulation: one generator for each thing that draws, all from one seed, so that what one part draws does not depend on
// how often another one did.

import { createHash } from 'node:crypto';
import { type Chance, chance } from '../../appliance/simulation/testing/rounds.ts';

export type { Chance };

export function drawsOf(seed: number, what: string): Chance {
  return chance(createHash('sha256').update(`${seed} ${what}`).digest().readUInt32BE());
}

/** Whether something that happens so many times in a thousand happens now. */
export const happens = (draws: Chance, perThousand: number): boolean => draws.next(1000) < perThousand;
