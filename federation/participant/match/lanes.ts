// From whom messages of a match can come, and what of them was taken: the inbox is made anew from the items of the matches that are open.

import { Inbox, type InboxState } from '../../protocol/inbox.ts';
import type { MatchTerms } from '../../protocol/match-terms.ts';
import { decodeMessage, type Message, messageDigest } from '../../protocol/message.ts';
import type { Standing } from '../ports.ts';
import type { MatchSession } from './session.ts';

/** Of a frame that may be anything. */
export function headerOf(bytes: Uint8Array): Message['header'] | undefined {
  try {
    return decodeMessage(bytes).header;
  } catch {
    return undefined;
  }
}

/** The partner, and whoever may count: the terms name one of them. */
export function sendersOf(standing: Standing, partner: string): string[] {
  const counters = [...standing.membership().members].filter(([, { descriptor }]) => descriptor.role !== 'participant');
  return [...new Set([partner, ...counters.map(([id]) => id)])].filter((id) => id !== standing.me);
}

/** Of lists in the spool that a partner can have sent. */
export function receivedNames({ kinds }: MatchTerms): string[] {
  const lists = ['masked', 'doubled', 'hashed', 'values'];
  return ['in-total', 'in-key', ...kinds.flatMap((kind) => lists.map((list) => `in-${list}-${kind}`))];
}

/** As it was when the node closed: what was taken is in the items of each match. */
export function inboxOf(standing: Standing, sessions: readonly MatchSession[]): Inbox {
  const open = sessions.filter(({ state }) => state.phase !== 'ended');
  const state: InboxState = {
    v: 1,
    federation: standing.federation,
    me: standing.me,
    sessions: Object.fromEntries(
      open.map((session) => [
        session.session,
        Object.fromEntries(
          sendersOf(standing, session.state.partner).map((sender) => [
            sender,
            { taken: session.lane(sender, standing.me).map(({ header }) => messageDigest(header)), answers: [] },
          ]),
        ),
      ]),
    ),
  };
  return Inbox.fromState(state);
}
