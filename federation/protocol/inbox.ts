// What a member takes in: each message of a session once, in order, from who takes part, signed by who is a member now. What was taken
// survives a restart as plain data, so that a message sent twice over a fault of the network is answered twice and done once.

import Type, { type Static } from 'typebox';
import { activeMember, type Membership } from './membership.ts';
import { checkBody, checkSignature, decodeMessage, type Message, messageDigest, sessionMessageLimit } from './message.ts';
import { closed, hashSchema, idSchema, readerOf } from './signed.ts';
import { ProtocolFault } from './words.ts';

/**
 * How far ahead of ours a sender's clock may be. How far behind does not matter: members ask for their messages when they can, and what is sent
 * again after a fault keeps its first date.
 */
export const clockSkewLimitMs = 5 * 60_000;
export const openSessionLimit = 1000;
/** The latest answers of each sender and session; older doubles are known as such and get no answer. */
const keptAnswers = 100;
const answerLimit = 4096;

const senderSchema = Type.Object(
  {
    /** messageDigest of all that was taken, in order: the next number is its length. */
    taken: Type.Array(hashSchema, { maxItems: sessionMessageLimit }),
    answers: Type.Array(
      Type.Object({ seq: Type.Integer({ minimum: 0 }), answer: Type.String({ maxLength: answerLimit }) }, closed),
      {
        maxItems: keptAnswers,
      },
    ),
  },
  closed,
);
const stateSchema = Type.Object(
  {
    v: Type.Literal(1),
    federation: idSchema,
    me: idSchema,
    /** By session, by sender. */
    sessions: Type.Record(Type.String(), Type.Record(Type.String(), senderSchema)),
  },
  closed,
);
export type InboxState = Static<typeof stateSchema>;
type Sender = Static<typeof senderSchema>;

export type Receipt =
  | { readonly outcome: 'taken'; readonly message: Message }
  /** It was taken before; `answer` is what was answered then, where it is still kept. Do nothing, and answer the same. */
  | { readonly outcome: 'double'; readonly message: Message; readonly answer?: string }
  | { readonly outcome: 'refused'; readonly fault: ProtocolFault };

const readState = readerOf('inbox', stateSchema);

export class Inbox {
  readonly federation: string;
  readonly me: string;
  readonly #sessions = new Map<string, Map<string, Sender>>();

  constructor(federation: string, me: string) {
    this.federation = federation;
    this.me = me;
  }

  /** As toState gave it, also through JSON. @throws {ProtocolFault} malformed */
  static fromState(value: unknown): Inbox {
    const state = structuredClone(readState(value));
    const inbox = new Inbox(state.federation, state.me);
    for (const [session, senders] of Object.entries(state.sessions))
      inbox.#sessions.set(session, new Map(Object.entries(senders)));
    return inbox;
  }

  toState(): InboxState {
    const sessions = [...this.#sessions].map(([session, senders]) => [session, Object.fromEntries(senders)] as const);
    return structuredClone({ v: 1, federation: this.federation, me: this.me, sessions: Object.fromEntries(sessions) });
  }

  /** Messages of a session are taken from these members from now on. @throws {ProtocolFault} session_full */
  openSession(session: string, senders: readonly string[]): void {
    if (this.#sessions.has(session)) throw new RangeError('session: expected a new id, got one that is open');
    if (this.#sessions.size >= openSessionLimit) throw new ProtocolFault('session_full', `${openSessionLimit}`);
    this.#sessions.set(session, new Map(senders.map((sender) => [sender, { taken: [], answers: [] }])));
  }

  /** From now on its messages are those of an unknown session: none is taken again. The caller never opens the same id anew. */
  closeSession(session: string): void {
    this.#sessions.delete(session);
  }

  /** Never throws for what a sender can send. @param membership as it is now, since a member may just have been removed */
  receive(bytes: Uint8Array, membership: Membership, nowMs: number): Receipt {
    try {
      return this.#take(decodeMessage(bytes), membership, nowMs);
    } catch (fault) {
      if (fault instanceof ProtocolFault) return { outcome: 'refused', fault };
      throw fault;
    }
  }

  /** Keeps what was answered, for doubles. @param answer up to 4096 signs, such as a name of the answer in the outbox */
  answered(header: { session: string; from: string; seq: number }, answer: string): void {
    const sender = this.#sessions.get(header.session)?.get(header.from);
    if (sender === undefined || header.seq >= sender.taken.length)
      throw new RangeError('header: expected a message that was taken');
    if (answer.length > answerLimit) throw new RangeError(`answer: expected up to ${answerLimit} signs, got ${answer.length}`);
    sender.answers = [...sender.answers.filter(({ seq }) => seq !== header.seq), { seq: header.seq, answer }].slice(-keptAnswers);
  }

  #take(message: Message, membership: Membership, nowMs: number): Receipt {
    const { header } = message;
    if (header.federation !== this.federation || membership.federation !== this.federation) {
      throw new ProtocolFault('federation_other');
    }
    if (header.to !== this.me) throw new ProtocolFault('recipient_other');
    // Who is no member learns nothing of the sessions here.
    checkSignature(message, activeMember(membership, header.from).signingKey);
    checkBody(message);
    const senders = this.#sessions.get(header.session);
    if (senders === undefined) throw new ProtocolFault('session_unknown');
    const sender = senders.get(header.from);
    if (sender === undefined) throw new ProtocolFault('session_stranger');
    const digest = messageDigest(header);
    const next = sender.taken.length;
    if (header.seq < next) {
      if (sender.taken[header.seq] !== digest) throw new ProtocolFault('sequence_conflict', `${header.seq}`);
      const kept = sender.answers.find(({ seq }) => seq === header.seq);
      return { outcome: 'double', message, ...(kept ? { answer: kept.answer } : {}) };
    }
    if (header.seq > next) throw new ProtocolFault('sequence_gap', `${next}`);
    if (header.sentAtMs - nowMs > clockSkewLimitMs) throw new ProtocolFault('clock_skew', `${clockSkewLimitMs} ms`);
    sender.taken.push(digest);
    return { outcome: 'taken', message };
  }
}
