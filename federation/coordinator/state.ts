// All that a coordinator holds in memory of its book, read anew at each start and after each write that failed.

import type { Book, Spool } from '../protocol/durable.ts';
import type { Membership } from '../protocol/membership.ts';
import type { SignedStatement } from '../protocol/statements.ts';
import { Mailboxes } from './mailboxes.ts';
import { Registry } from './registry.ts';
import { Sessions } from './sessions.ts';
import { Tally } from './tally.ts';

export type State = {
  readonly registry: Registry;
  readonly mailboxes: Mailboxes;
  readonly sessions: Sessions;
  readonly tally: Tally;
};

type Kept = {
  readonly clock: { nowMs(): number };
  readonly book: Book;
  readonly spool: Spool;
  readonly log: readonly SignedStatement[];
};

export async function loadState({ book, spool, clock, log }: Kept): Promise<State> {
  const registry = await Registry.load(book, clock, log);
  const mailboxes = await Mailboxes.load(book, spool, registry.membership.members.keys());
  await dropEnded(registry.membership, mailboxes);
  const nowMs = () => clock.nowMs();
  const tally = await Tally.load(book, spool, nowMs);
  return { registry, mailboxes, tally, sessions: await Sessions.load(book, nowMs) };
}

/** Who is no member any more fetches nothing: its mail goes. */
export async function dropEnded({ members }: Membership, mailboxes: Mailboxes): Promise<void> {
  for (const [member, { ended }] of members) if (ended) await mailboxes.drop(member);
}
