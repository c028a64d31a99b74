// Whole rounds for the tests of what comes after them: everybody agrees, learns, votes, and it is over.

import type { RoundProposal } from '../participant/round/rounds.ts';
import type { BudgetSpent } from '../participant/round/state.ts';
import { until } from './round-stories.ts';
import type { Learn, RoundMember } from './round-world.ts';
import { officers, proposalOf, type RoundWorld } from './round-world.ts';

/** Of a kind whose model nobody computes again, so that a test's own learning passes for it. */
const anyLearning: RoundProposal['learn'] = {
  ...{
    kind: 'averaging',
    model: 'neural',
    hidden: [4],
    activation: 'relu',
    optimiser: 'fedavg',
    rounds: 5,
    patience: 5,
    epochs: 1,
    batch: 100,
  },
  ...{ learningRate: 0.1, l2: 0, serverLearningRate: 1, mu: 0, clip: 1, weighting: { by: 'equal' }, fewest: 0, seed: 1 },
};

export type WholeRound = {
  readonly learn: (member: number) => Learn;
  readonly proposal?: Partial<RoundProposal>;
  readonly budget?: (member: number) => BudgetSpent | undefined;
  readonly adopt?: (member: number) => boolean;
};

/** All agree; from there it goes on by itself. @returns its id */
export async function agreedRound(world: RoundWorld, { learn, proposal, budget }: Omit<WholeRound, 'adopt'>): Promise<string> {
  for (const [at, member] of world.members.entries()) member.learn = learn(at);
  const [first, ...others] = world.members as [RoundMember, ...RoundMember[]];
  const wanted: RoundProposal = { ...proposalOf(world), agreement: 'x25519', learn: anyLearning, ...proposal };
  const round = await first.rounds.propose(wanted, world.coordinator.id, {}, officers('first'), budget?.(0));
  for (const [at, member] of others.entries()) {
    await until(() => member.rounds.list().some((one) => one.board.begun));
    await member.rounds.accept(round, {}, officers(`other ${at}`), budget?.(at + 1));
  }
  await until(() => world.custodian.rounds.list().some((one) => one.board.begun));
  await world.custodian.rounds.keepKey(round, officers('custodian'));
  return round;
}

/** Where all stay to the end. @returns its id, once it is over for every member */
export async function wholeRound(world: RoundWorld, { adopt, ...of }: WholeRound): Promise<string> {
  const round = await agreedRound(world, of);
  await until(() => world.members.every(({ events }) => events.some(({ kind }) => kind === 'vote')), 60_000);
  for (const [at, member] of world.members.entries())
    await member.rounds.vote(round, adopt?.(at) ?? true, { officer: 'wang', reason: 'good' });
  await until(() => world.all.every((member) => member.rounds.get(round).state.over === true));
  return round;
}
