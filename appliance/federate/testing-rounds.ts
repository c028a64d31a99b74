// Whole rounds of nodes for tests from outside: nodes with customers of their own, a round that is agreed to, and votes. Everything through the HTTP API.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { history } from '../testing-models.ts';
import type { Served } from './rounds/adopted.ts';
import type { roundView } from './rounds/round-views.ts';
import type { Member, Together } from './testing-two.ts';

export type Shown = ReturnType<typeof roundView> & { served?: Served };

/** A small organisation's customers into a node. @param of another organisation's by another number */
export async function withCustomers({ node }: Member, of: number): Promise<void> {
  let made = 0;
  const track = (userId: string, event: string, atMs: number, properties: object) => {
    made += 1;
    return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
  };
  const events = history(track, Date.now(), of);
  for (let from = 0; from < events.length; from += 400)
    assert.equal((await node.send(events.slice(from, from + 400))).status, 200);
}

export async function untilShown(member: Member, round: string, holds: (view: Shown) => boolean, what: string): Promise<Shown> {
  for (let turn = 0; turn < 900; turn += 1) {
    const { body } = await member.as<Shown>('auditor', 'GET', `/api/rounds/${round}`);
    if (body.phase !== undefined && holds(body)) return body;
    await sleep(100);
  }
  throw new Error(`${what}: ${JSON.stringify((await member.as('auditor', 'GET', `/api/rounds/${round}`)).body)}`);
}

/** Proposed by the first, agreed to by all; the last keeps the key. @param sources of each member @returns the round */
export async function agreedRound(together: Together, wanted: object, sources: readonly object[]): Promise<string> {
  const [first, ...others] = together.members as [Member, ...Member[]];
  const whole = {
    ...{ federation: together.federation, members: together.ids, custodian: together.ids.at(-1) },
    ...{ purpose: 'profiling', reason: 'one model for all', agreement: 'x25519', source: sources[0] },
    ...wanted,
  };
  const { round } = await first.together<{ round: string }>('scientist', 'officer', 'round.propose', whole);
  for (const [at, other] of others.entries()) {
    await untilShown(other, round, ({ phase }) => phase === 'asked', 'was not asked');
    await other.together('scientist', 'officer', 'round.accept', { round, source: sources[at + 1] });
  }
  await others.at(-1)!.together('scientist', 'officer', 'round.custody', { round });
  return round;
}

/** All vote alike. @returns how it stands at each */
export async function votedRound(together: Together, round: string, adopt: boolean): Promise<Shown[]> {
  for (const member of together.members) {
    await untilShown(member, round, ({ decide }) => decide.includes('vote'), 'no vote is asked for');
    const voted = await member.as('scientist', 'POST', `/api/rounds/${round}/vote`, { adopt, reason: 'as we agreed' });
    assert.equal(voted.status, 200, JSON.stringify(voted.body));
  }
  const ended = ({ phase, served }: Shown) => phase === 'ended' && (!adopt || served !== undefined);
  return Promise.all(together.members.map((member) => untilShown(member, round, ended, 'has not ended')));
}
