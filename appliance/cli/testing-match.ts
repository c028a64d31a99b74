// What the tests of `holdfast match` share: people on both sides, customers, and waiting for approvals and phases as commands show them.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MatchShown } from '../federate/views.ts';
import { type Organisation, openPair, type Pair } from './testing-organisation.ts';

/** Two organisations with a scientist, an officer and a marketer each, that share 20 of 50 customers. */
export async function openMatchingPair(): Promise<Pair> {
  const pair = await openPair();
  for (const organisation of [pair.one, pair.two]) {
    await organisation.enlist('wang.min', 'data-scientist');
    await organisation.enlist('chen.li', 'compliance');
    await organisation.enlist('zhao.lin', 'marketer');
  }
  await pair.one.node.send(people(10, 60));
  await pair.two.node.send(people(40, 90));
  return pair;
}

export const phone = (n: number) => `138${String(n).padStart(8, '0')}`;
export function people(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, at) => ({
    type: 'identify',
    messageId: `i${from + at}`,
    userId: `u${from + at}`,
    traits: { phone: phone(from + at), email: `u${from + at}@example.com` },
    timestamp: new Date().toISOString(),
  }));
}
export const terms = ['--use', 'overlap', '--purpose', 'customer_service', '--reason', 'whom we both serve', '--expect', '50'];
export const ask = ['match', 'serve', '--partner', 'South Bank', ...terms];
export type Proposed = { id: number; state: string };

export const newest = async (of: Organisation) => (await of.json<{ matches: MatchShown[] }>('match', 'list')).matches[0]!;
export async function approveNewest(of: Organisation): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const { approvals } = await of.json<{ approvals: Proposed[] }>('approvals', 'list', '--state', 'waiting');
    if (approvals[0]) {
      const approved = await of.as('chen.li', 'approvals', 'approve', `${approvals[0].id}`, '--remark', 'looked at it');
      assert.equal(approved.code, 0, approved.err);
      return;
    }
    await sleep(50);
  }
  throw new Error('nothing waits for an approval');
}
export async function phase(of: Organisation, match: string, wanted: MatchShown['phase']): Promise<MatchShown> {
  for (let turn = 0; turn < 300; turn += 1) {
    const found = (await of.json<{ matches: MatchShown[] }>('match', 'list')).matches.find(({ session }) => session === match);
    if (found?.phase === wanted) return found;
    await sleep(50);
  }
  throw new Error(`match ${match} is not ${wanted}`);
}
