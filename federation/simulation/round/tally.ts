// What became of many simulated rounds, counted: which faults they met, how they ended, and what was looked at in them. A claim about ten thousand
// seeds is one line of it.

import type { Board } from '../../protocol/round/board.ts';
import type { RoundRun } from './run.ts';

export type Tally = { readonly [what: string]: number };

const codes = ({ ended, begun }: Board): string => {
  if (!begun || !ended) return 'never agreed on';
  return ended.result === 'stopped' ? `stopped: ${ended.code}` : ended.result;
};

/** Of one round that is over. */
export function tallyOf({ world, here }: RoundRun): Tally {
  const { network, nodes, desk, plan, founded } = world;
  const board = here.map(({ session, rounds }) => (session ?? rounds?.list()[0])?.board).find((one) => one !== undefined);
  const gone = nodes.filter((node) => node.gone).length;
  const { lostRequest, lostAnswer, delayed, doubled, repeatedLater } = network.happened;
  const opened = board?.sums.filter((sum) => sum.opened) ?? [];
  return {
    rounds: 1,
    steps: world.steps,
    calls: network.trace.length,
    'lost requests': lostRequest,
    'lost answers': lostAnswer,
    'delayed calls': delayed,
    'doubled calls': doubled,
    'calls repeated much later': repeatedLater,
    'slow computations': world.slowed,
    'kills of members and custodians': nodes.reduce((sum, node) => sum + node.deaths, 0),
    'kills of coordinators': desk.deaths,
    'parties gone for good': gone,
    'rounds whose custodian is a member': Number(world.custodian.id !== founded.custodian.id),
    [`rounds against ${plan.against}`]: 1,
    [`rounds with ${plan.agreement} masks`]: 1,
    [`rounds with ${plan.wrapping} wrapping`]: 1,
    'sums opened': opened.length,
    'sums over fewer than all': opened.filter(({ survivors }) => survivors!.length < plan.members).length,
    'sums with shares put together': opened.filter(
      ({ missing, survivors, members }) => missing !== undefined || survivors!.length < members.length,
    ).length,
    'batches of secrets': board?.batches.length ?? 0,
    'members left out': board?.begun ? plan.members - board.active.length : 0,
    [`ended ${board ? codes(board) : 'before anybody proposed'}`]: 1,
  };
}

export function added(one: Tally, other: Tally): Tally {
  const sum: { [what: string]: number } = { ...one };
  for (const [what, count] of Object.entries(other)) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}

/** One line for people. */
export const inWords = (tally: Tally): string =>
  Object.entries(tally)
    .map(([what, count]) => `${count.toLocaleString('en')} ${what}`)
    .join(', ');
