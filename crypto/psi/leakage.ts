// What each mode tells whom, as data: to be shown to people before they choose, and held against the bytes of real runs by its test. Each
// statement in English and in Simplified Chinese.

import { ciphertextBytes, publicKeyBytes, sumBytes } from './elgamal.ts';
import * as say from './leakage-texts.ts';
import { tokenBytes } from './tokens.ts';

export type Role = 'initiator' | 'responder';
export type Learns = Role | 'both' | 'neither';
/**
 * `counter`: whether a third member, the coordinator, counts before anything is shown. Where neither learns there is one in any case.
 * `countTold`: whether it then tells both sides how many, and not only that there are enough.
 */
type Counting = { readonly counter: boolean; readonly countTold?: boolean };
export type Terms = Counting &
  ({ readonly mode: 'salted-hash' | 'ecdh'; readonly learns: Learns } | { readonly mode: 'count' | 'sums' });
export type Text = { readonly en: string; readonly zh: string };
/** Which of its own items the other side has too, how many those are, the sum of the responder's values over them, or nothing of these. */
export type Knowledge = 'items' | 'count' | 'sum' | 'count-and-sum' | 'nothing';
export type Party = Role | 'coordinator';

export type Statement = {
  /** What each takes home when all follow the steps and there are enough. Sizes, which everybody learns, are not counted. */
  readonly knows: { readonly [party in Party]: Knowledge };
  /** The same when the counter finds too few, or a side's own node where there is no counter. */
  readonly knowsTooFew: { readonly [party in Party]: Knowledge };
  /** What a side and the coordinator know together, who tell each other everything, even where there are too few. */
  readonly colluding: { readonly [role in Role]: Knowledge };
  /** What one who carries the messages between the two would learn from them, if they were not sealed for the partner. */
  readonly carrierKnows: 'count' | 'sum' | 'nothing';
  readonly receives: { readonly [party in Party]: Text };
  readonly learns: { readonly [party in Party]: Text };
  /** Who keeps to the smallest number that may be shown, and what is known when there are fewer. */
  readonly minimum: Text;
  readonly collusion: readonly Text[];
  /** What the mode does not protect from. */
  readonly limits: readonly Text[];
};

const learnsOf = (terms: Terms): Learns => ('learns' in terms ? terms.learns : 'initiator');
export const includes = (learns: Learns, role: Role): boolean => learns === role || learns === 'both';
const isCounted = (terms: Terms): boolean => terms.counter || learnsOf(terms) === 'neither';

/** What a side takes home of the steps alone, before what a counter tells. */
function gainOf(terms: Terms, role: Role): Knowledge {
  if (terms.mode === 'sums') return role === 'initiator' ? 'count-and-sum' : 'sum';
  if (!includes(learnsOf(terms), role)) return 'nothing';
  return terms.mode === 'count' ? 'count' : 'items';
}

const withCount: { readonly [knowledge in Knowledge]: Knowledge } = {
  items: 'items',
  count: 'count',
  sum: 'count-and-sum',
  'count-and-sum': 'count-and-sum',
  nothing: 'count',
};

/** Without a counter, who learns has found out by itself that there are too few. */
function knowsTooFewOf(terms: Terms): Statement['knowsTooFew'] {
  if (isCounted(terms)) return { initiator: 'nothing', responder: 'nothing', coordinator: 'count' };
  const found = (role: Role): Knowledge => (terms.mode === 'sums' && role === 'responder' ? 'nothing' : gainOf(terms, role));
  return {
    initiator: terms.mode === 'sums' ? 'count' : found('initiator'),
    responder: found('responder'),
    coordinator: 'nothing',
  };
}

const together = (mode: Terms['mode']): Knowledge => (mode === 'salted-hash' ? 'items' : 'count');

export function statementOf(terms: Terms): Statement {
  const { mode } = terms;
  const learns = learnsOf(terms);
  const counted = isCounted(terms);
  const told = (knowledge: Knowledge) => (counted && terms.countTold ? withCount[knowledge] : knowledge);
  const knows = {
    initiator: told(gainOf(terms, 'initiator')),
    responder: told(gainOf(terms, 'responder')),
    coordinator: counted ? 'count' : 'nothing',
  } as const;
  return {
    knows,
    knowsTooFew: knowsTooFewOf(terms),
    colluding: counted ? { initiator: together(mode), responder: together(mode) } : knowsTooFewOf(terms),
    carrierKnows: mode === 'sums' ? 'sum' : learns === 'both' ? 'count' : 'nothing',
    receives: {
      initiator: say.receives(mode, includes(learns, 'initiator'), 'initiator'),
      responder: say.receives(mode, includes(learns, 'responder'), 'responder'),
      coordinator: counted ? say.counterReceives[mode] : say.coordinatorReceivesNothing,
    },
    learns: {
      initiator: say.learned(mode, knows.initiator),
      responder: say.learned(mode, knows.responder),
      coordinator: counted ? say.counterCounts : say.coordinatorLearnsNothing,
    },
    minimum: say.minimum(counted, terms.countTold ?? false, learns),
    collusion: say.collusion(mode, counted),
    limits: say.limits(mode, learns, counted),
  };
}

/** What a run costs, all of it proportional to the sizes. Bytes are the packed lists alone, without any framing. */
export type Cost = {
  /** X25519, each party's own. */
  readonly multiplications: { readonly [role in Role]: number };
  readonly encodings: { readonly [role in Role]: number };
  readonly hashes: { readonly [role in Role]: number };
  /** Encrypted values: made by the responder, looked at and added up by the initiator. */
  readonly ciphertexts: { readonly [role in Role]: number };
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
  const counted = isCounted(terms);
  const [x, y] = [sizes.initiator * tokenBytes, sizes.responder * tokenBytes];
  const none = { initiator: 0, responder: 0 };
  const own = { initiator: sizes.initiator, responder: sizes.responder };
  if (terms.mode === 'salted-hash') {
    const bytes = {
      initiatorToResponder: includes(learns, 'responder') ? x : 0,
      responderToInitiator: includes(learns, 'initiator') ? y : 0,
      initiatorToCoordinator: counted ? x : 0,
      responderToCoordinator: counted ? y : 0,
    };
    return { multiplications: none, encodings: none, hashes: own, ciphertexts: none, bytes };
  }
  const each = sizes.initiator + sizes.responder;
  const sums = terms.mode === 'sums';
  const values = sums ? publicKeyBytes + sizes.responder * ciphertextBytes + sumBytes : 0;
  return {
    multiplications: { initiator: each, responder: each },
    encodings: own,
    hashes: none,
    ciphertexts: sums ? { initiator: sizes.responder, responder: sizes.responder } : none,
    bytes: {
      initiatorToResponder: x + (includes(learns, 'responder') ? y : 0) + (sums ? ciphertextBytes : 0),
      responderToInitiator: y + (includes(learns, 'initiator') ? x : 0) + values,
      // Each hands over the other's list, doubly masked.
      initiatorToCoordinator: counted ? y : 0,
      responderToCoordinator: counted ? x : 0,
    },
  };
}
