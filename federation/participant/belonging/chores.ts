// What goes on by itself, every minute or so: the log, certificates, lists and requests of one federation. Each part fails on its own and is
// told as a problem; what others did never stops the rest.

import { Unreachable } from '../../protocol/coordinator-api.ts';
import { type ProtocolCode, ProtocolFault } from '../../protocol/words.ts';
import type { Events } from './events.ts';
import type { Held } from './held.ts';
import { collectRequests, sweepInvitations, tellInvitations } from './invitations.ts';
import { issueAdmitted, issueRequested, renewRevocations, tellLeaves, tellRevocations } from './issuing.ts';
import { sendRequest, takeOutcome } from './joining.ts';
import type { Part } from './kept.ts';
import { adoptRevocations, renewOwnLeaf } from './leaves.ts';
import { syncLog } from './log-keeping.ts';

/** Nothing that comes later makes these good: somebody showed another past, or goes by our name. */
const lasting: ReadonlySet<string> = new Set<ProtocolCode>(['log_forked', 'log_rolled_back', 'member_known']);

/** @returns false when the coordinator cannot be reached, so that nobody waits for it once more */
export async function attempt(held: Held, part: Part, events: Events, work: () => Promise<void>): Promise<boolean> {
  let failed: { part: Part; code: ProtocolCode | 'unreachable'; where?: string | undefined };
  try {
    await work();
    await held.solved(part);
    return true;
  } catch (error) {
    if (error instanceof Unreachable) failed = { part: 'contact', code: 'unreachable' };
    else if (error instanceof ProtocolFault) failed = { part, code: error.code, where: error.where };
    else throw error;
  }
  const { code, where } = failed;
  if (await held.note(failed.part, code, where, failed.part === 'log' && lasting.has(code))) {
    events.push({ kind: 'problem', federation: held.federation, ...failed });
  }
  return code !== 'unreachable';
}

/** Whoever asks by an invitation: has the request arrived, and what became of it? */
export async function joiningChores(held: Held, events: Events): Promise<void> {
  const reached = await attempt(held, 'joining', events, async () => {
    await sendRequest(held, events);
    await takeOutcome(held, events);
  });
  if (!reached) return;
  await held.solved('contact');
  if (held.kept.phase === 'joined') await memberChores(held, events);
}

async function memberChores(held: Held, events: Events): Promise<void> {
  await inOrder(held, events, [
    ['log', () => syncLog(held, events)],
    ['revocations', () => adoptRevocations(held)],
    ['leaf', () => renewOwnLeaf(held, events)],
  ]);
}

async function founderChores(held: Held, events: Events): Promise<void> {
  await attempt(held, 'leaf', events, () => renewOwnLeaf(held, events));
  await attempt(held, 'keeping', events, () => sweepInvitations(held));
  // A list that is due does not wait for a coordinator that is away.
  await attempt(held, 'revocations', events, () => renewRevocations(held, events));
  await inOrder(held, events, [
    ['log', () => syncLog(held, events)],
    ['revocations', () => publishRevocations(held, events)],
    ['invitations', () => tellInvitations(held)],
    ['requests', () => collectRequests(held, events)],
    ['leaves', () => publishLeaves(held, events)],
  ]);
}

async function publishRevocations(held: Held, events: Events): Promise<void> {
  await renewRevocations(held, events);
  await tellRevocations(held);
}

async function publishLeaves(held: Held, events: Events): Promise<void> {
  await issueAdmitted(held, events);
  await tellLeaves(held);
  await issueRequested(held, events);
  await tellLeaves(held);
}

async function inOrder(held: Held, events: Events, parts: readonly (readonly [Part, () => Promise<void>])[]): Promise<void> {
  let answered = false;
  for (const [part, work] of parts) {
    if (!(await attempt(held, part, events, work))) return;
    answered ||= !held.kept.problems.some((one) => one.part === part);
  }
  if (!answered || held.coordinator === undefined) return;
  await held.solved('contact');
  await held.reached();
}

export async function chores(held: Held, events: Events): Promise<void> {
  const { phase } = held.kept;
  if (phase === 'asking' || phase === 'waiting') await joiningChores(held, events);
  else if (phase === 'joined' && !held.membership.members.get(held.member)?.ended) {
    if (held.isFounder) await founderChores(held, events);
    else await memberChores(held, events);
  }
}

/** After an officer's act: what it takes to publish it, as far as the coordinator is there. */
export async function publish(held: Held, events: Events): Promise<void> {
  await inOrder(held, events, [
    ['revocations', () => publishRevocations(held, events)],
    ['invitations', () => tellInvitations(held)],
    ['leaves', () => publishLeaves(held, events)],
  ]);
}
