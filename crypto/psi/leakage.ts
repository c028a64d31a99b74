// What each mode tells whom, as data: to be shown to people before they choose, and held against the bytes of real runs by its test. Each
// statement in English and in Simplified Chinese.

import * as say from './leakage-texts.ts';
import { tokenBytes } from './tokens.ts';

export type Role = 'initiator' | 'responder';
export type Learns = Role | 'both' | 'neither';
export type Terms = { readonly mode: 'salted-hash' | 'ecdh'; readonly learns: Learns } | { readonly mode: 'count' };
export type Text = { readonly en: string; readonly zh: string };
/** Which of its own items the other side has too, how many those are, or nothing of either. */
export type Knowledge = 'items' | 'count' | 'nothing';
export type Party = Role | 'coordinator';

export type Statement = {
  /** What each takes home when all follow the steps. Sizes, which everybody learns, are not counted. */
  readonly knows: { readonly [party in Party]: Knowledge };
  /** What one who carries the messages between the two would learn from them, if they were not sealed for the partner. */
  readonly carrierKnows: 'count' | 'nothing';
  readonly receives: { readonly [party in Party]: Text };
  readonly learns: { readonly [party in Party]: Text };
  readonly collusion: Text;
  /** What the mode does not protect from. */
  readonly limits: readonly Text[];
};

const learnsOf = (terms: Terms): Learns => (terms.mode === 'count' ? 'initiator' : terms.learns);
const includes = (learns: Learns, role: Role) => learns === role || learns === 'both';

export function statementOf(terms: Terms): Statement {
  const learns = learnsOf(terms);
  const gain: Knowledge = terms.mode === 'count' ? 'count' : 'items';
  const knows = {
    initiator: includes(learns, 'initiator') ? gain : 'nothing',
    responder: includes(learns, 'responder') ? gain : 'nothing',
    coordinator: learns === 'neither' ? 'count' : 'nothing',
  } as const;
  return {
    knows,
    carrierKnows: learns === 'both' ? 'count' : 'nothing',
    receives: {
      initiator: say.receives(terms.mode, includes(learns, 'initiator'), 'initiator'),
      responder: say.receives(terms.mode, includes(learns, 'responder'), 'responder'),
      coordinator: learns === 'neither' ? say.coordinatorReceives[terms.mode] : say.coordinatorReceivesNothing,
    },
    learns: {
      initiator: say.learned(terms.mode, knows.initiator),
      responder: say.learned(terms.mode, knows.responder),
      coordinator: knows.coordinator === 'count' ? say.coordinatorCounts : say.coordinatorLearnsNothing,
    },
    collusion: terms.mode === 'ecdh' && learns === 'neither' ? say.collusionOfCounting : say.collusion[terms.mode],
    limits: [
      ...say.limits[terms.mode],
      ...(learns === 'both' ? [say.unfair] : []),
      ...(terms.mode === 'ecdh' && learns === 'neither' ? [say.ownScalars] : []),
      ...say.limitsOfAll,
    ],
  };
}

/** What a run costs, all of it proportional to the sizes. Bytes are the packed lists alone, without any framing. */
export type Cost = {
  /** X25519, each party's own. */
  readonly multiplications: { readonly [role in Role]: number };
  readonly encodings: { readonly [role in Role]: number };
  readonly hashes: { readonly [role in Role]: number };
  readonly bytes: {
    readonly initiatorToResponder: number;
    readonly responderToInitiator: number;
    readonly initiatorToCoordinator: number;
    readonly responderToCoordinator: number;
  };
};

/** @param sizes how many different items each side has */
export function costOf(terms: Terms, sizes: { readonly [role in Role]: number }): Cost {
  const learns = learnsOf(terms);
  const [x, y] = [sizes.initiator * tokenBytes, sizes.responder * tokenBytes];
  const none = { initiator: 0, responder: 0 };
  const own = { initiator: sizes.initiator, responder: sizes.responder };
  if (terms.mode === 'salted-hash') {
    const bytes = {
      initiatorToResponder: includes(learns, 'responder') ? x : 0,
      responderToInitiator: includes(learns, 'initiator') ? y : 0,
      initiatorToCoordinator: learns === 'neither' ? x : 0,
      responderToCoordinator: learns === 'neither' ? y : 0,
    };
    return { multiplications: none, encodings: none, hashes: own, bytes };
  }
  const each = sizes.initiator + sizes.responder;
  return {
    multiplications: { initiator: each, responder: each },
    encodings: own,
    hashes: none,
    bytes: {
      initiatorToResponder: x + (includes(learns, 'responder') ? y : 0),
      responderToInitiator: y + (includes(learns, 'initiator') ? x : 0),
      // Each counts on the other's list, doubly masked.
      initiatorToCoordinator: learns === 'neither' ? y : 0,
      responderToCoordinator: learns === 'neither' ? x : 0,
    },
  };
}
