// A round as a seed draws it: who takes part, under which terms, with which vectors; and who is gone for good at some step.

import type { KeySplit } from '../../participant/round/state.ts';
import { roundLimits, sumBound } from '../../protocol/round/round-terms.ts';
import type { Chance } from '../draws.ts';

export type Plan = {
  readonly members: number;
  /** A place among the members, or -1: an organisation of its own. */
  readonly custodian: number;
  readonly proposer: number;
  readonly against: 'malicious' | 'semi-honest';
  readonly agreement: 'x-wing' | 'x25519';
  /** What shares, reveals and secrets are wrapped by for a party. */
  readonly wrapping: 'x-wing' | 'stand-in';
  readonly patienceMs: number;
  readonly officers: number;
  /** By sum, by member. */
  readonly vectors: readonly (readonly Int32Array[])[];
  /** Noise is added by every member, for a sensitivity whose square is this. */
  readonly noise?: bigint;
  readonly votes: readonly boolean[];
  /** The custodian's key is split among so many people. */
  readonly split: KeySplit | undefined;
  /** Which party is gone for good, and in which step of the world; -1 is the custodian. */
  readonly gone: readonly { readonly party: number; readonly atStep: number }[];
};

const splits: readonly KeySplit[] = [
  { shares: 2, needed: 2 },
  { shares: 3, needed: 2 },
  { shares: 5, needed: 3 },
];

/** One value: small ones, and such as bring the sum to its bounds. */
function drawValue(draws: Chance, members: number): number {
  const most = Math.floor(sumBound / members);
  return draws.pick([0, 1, -1, draws.next(1000) - 500, most, -most, draws.next(2 * most) - most]);
}

function drawVectors(draws: Chance, members: number, sums: number): Int32Array[][] {
  return Array.from({ length: sums }, () => {
    const values = draws.next(12) === 0 ? 500 + draws.next(700) : 1 + draws.next(6);
    return Array.from({ length: members }, () => Int32Array.from({ length: values }, () => drawValue(draws, members)));
  });
}

function drawGone(draws: Chance, members: number, custodian: number, spare: number): Plan['gone'] {
  const kind = draws.next(10);
  if (kind < 4) return [];
  const atStep = () => 5 + draws.next(400);
  const party = custodian === -1 ? -1 : custodian;
  if (kind === 4) return [{ party, atStep: atStep() }];
  const others = draws.shuffle(Array.from({ length: members }, (_, at) => at).filter((at) => at !== custodian));
  const count = kind === 5 ? spare + 1 : Math.min(spare, 1 + draws.next(2));
  return others.slice(0, count).map((at) => ({ party: at, atStep: atStep() }));
}

export function drawPlan(draws: Chance): Plan {
  const members = 3 + draws.next(4);
  const against = draws.pick(['malicious', 'malicious', 'semi-honest'] as const);
  const least = Math.floor(against === 'malicious' ? (2 * members) / 3 : members / 2) + 1;
  const spare = members - Math.max(roundLimits.membersMin, least);
  const custodian = draws.next(2) === 0 ? -1 : draws.next(members);
  // Now and then into a second batch of secrets.
  const sums = draws.next(8) === 0 ? roundLimits.batchSums + 1 : 1 + draws.next(4);
  return {
    members,
    custodian,
    proposer: draws.next(members),
    against,
    agreement: draws.next(16) === 0 ? 'x-wing' : 'x25519',
    wrapping: draws.next(20) === 0 ? 'x-wing' : 'stand-in',
    patienceMs: draws.pick([30_000, 60_000, 300_000]),
    officers: 1 + draws.next(2),
    vectors: drawVectors(draws, members, sums),
    votes: Array.from({ length: members }, () => draws.next(6) > 0),
    gone: drawGone(draws, members, custodian, spare),
    split: draws.next(3) === 0 ? draws.pick(splits) : undefined,
  };
}

/** A quiet round of so many members, with a custodian that is none of them. */
export function quietPlan(draws: Chance, members: number, sums = 2): Plan {
  const plan = drawPlan(draws);
  return {
    ...plan,
    ...{
      members,
      custodian: -1,
      proposer: 0,
      against: 'malicious',
      agreement: 'x25519',
      patienceMs: 60_000,
      gone: [],
      split: undefined,
    },
    vectors: drawVectors(draws, members, sums),
    votes: Array.from({ length: members }, () => true),
  };
}
