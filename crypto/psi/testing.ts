// For tests: a whole run of a mode between two sides and a counter in one place, through nothing but the steps, with every byte that each of
// the three receives recorded; and the leaks that a mistake in a caller would make, to see that the tests would notice them.

import { randomBytes } from 'node:crypto';
import {
  countSteps,
  ecdhSteps,
  encode,
  encryptValues,
  hashItems,
  type Learns,
  mask,
  newScalar,
  newSumsKey,
  type Party,
  type Prepared,
  prepare,
  type Role,
  saltedHashSteps,
  sumsSteps,
  type Terms,
  totalOf,
} from './psi.ts';

/** What a side knows at the end; places are those of the list it was given. */
export type Side = { learned?: number[]; count?: number; sum?: bigint };
export type Outcome = { initiator: Side; responder: Side; coordinatorCount?: number };

/** Mistakes: of a responder who gives the initiator of 'count' its list in order; one who gives it so to the counter; an initiator who also
 * gives the responder its list back; one who sends the total as it was added up. */
export type Leak = 'unshuffled' | 'counter-in-order' | 'given-back' | 'stale-total';

type Route = 'initiatorToResponder' | 'responderToInitiator' | 'initiatorToCoordinator' | 'responderToCoordinator';
const receiverOf = {
  initiatorToResponder: 'responder',
  responderToInitiator: 'initiator',
  initiatorToCoordinator: 'coordinator',
  responderToCoordinator: 'coordinator',
} as const;
export const senderOf = {
  initiatorToResponder: 'initiator',
  responderToInitiator: 'responder',
  initiatorToCoordinator: 'initiator',
  responderToCoordinator: 'responder',
} as const;

/** `of`: whose items it is about. A list is of tokens; values are ciphertexts, and what else there is of a sum. */
export type Received = {
  readonly route: Route;
  readonly of: Role;
  readonly what: 'list' | 'values' | 'total' | 'sum';
  readonly bytes: Buffer;
};
/** What a side has of its own, in the order in which it is sent. */
export type Secrets = {
  prepared: Prepared;
  points?: Uint8Array;
  scalar?: Uint8Array;
  tokens?: Uint8Array;
  key?: Uint8Array;
  ciphertexts?: Uint8Array;
};

export class Recorder {
  readonly multiplications = { initiator: 0, responder: 0 };
  readonly encodings = { initiator: 0, responder: 0 };
  readonly hashes = { initiator: 0, responder: 0 };
  readonly ciphertexts = { initiator: 0, responder: 0 };
  readonly bytes = { initiatorToResponder: 0, responderToInitiator: 0, initiatorToCoordinator: 0, responderToCoordinator: 0 };
  readonly received: { readonly [party in Party]: Received[] } = { initiator: [], responder: [], coordinator: [] };
  readonly secrets: { [role in Role]?: Secrets } = {};

  masking(role: Role) {
    return (points: Uint8Array, scalar: Uint8Array) => {
      this.multiplications[role] += points.length / 32;
      return mask(points, scalar);
    };
  }

  /** A copy is what arrives, as over a network. */
  pass(route: Route, of: Role, bytes: Uint8Array, what: Received['what'] = 'list'): Buffer {
    this.bytes[route] += bytes.length;
    const arrived = Buffer.from(bytes);
    this.received[receiverOf[route]].push({ route, of, what, bytes: arrived });
    return arrived;
  }
}

export type RunOptions = {
  readonly recorder?: Recorder;
  /** The counter, or the initiator of 'sums', goes on with no fewer. */
  readonly minimum?: number;
  readonly leak?: Leak | undefined;
  /** Of the responder's list, item by item; by default its places. */
  readonly values?: readonly number[];
};
type Run = Required<Pick<RunOptions, 'recorder' | 'minimum'>> & { leak: Leak | undefined; values: readonly number[] };

const tag = () => Buffer.concat([Buffer.from('holdfast/psi/test/v1 '), randomBytes(16)]);
const learnsTo = (learns: Learns, role: Role) => learns === role || learns === 'both';

export async function run(
  terms: Terms,
  ours: readonly string[],
  theirs: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const { recorder = new Recorder(), minimum = 0, leak, values = theirs.map((_, place) => place) } = options;
  const sides = {
    initiator: { prepared: prepare(ours, randomBytes(32)) },
    responder: { prepared: prepare(theirs, randomBytes(32)) },
  };
  Object.assign(recorder.secrets, sides);
  const of: Run = { recorder, minimum, leak, values };
  const outcome = terms.mode === 'salted-hash' ? runSaltedHash(terms, sides, of) : await runMasked(terms, sides, of);
  const { coordinatorCount } = outcome;
  if (terms.countTold && coordinatorCount !== undefined && coordinatorCount >= minimum) {
    for (const side of [outcome.initiator, outcome.responder]) if (!side.learned) side.count = coordinatorCount;
  }
  return outcome;
}

type Sides = { readonly [role in Role]: Secrets };
const counted = (terms: Terms) => terms.counter || ('learns' in terms && terms.learns === 'neither');
const placesOf = (side: Secrets, found: Uint32Array) => Array.from(found, (place) => side.prepared.places[place]!);

async function runMasked(terms: Terms, sides: Sides, of: Run): Promise<Outcome> {
  const { recorder, minimum, leak } = of;
  const ourTag = tag();
  const own = (role: Role) => {
    const side = sides[role];
    recorder.encodings[role] += side.prepared.items.length;
    return Object.assign(side, { points: encode(side.prepared.items, ourTag), scalar: newScalar(), seed: randomBytes(32) });
  };
  const [a, b] = [own('initiator'), own('responder')];
  const [byA, byB] = [recorder.masking('initiator'), recorder.masking('responder')];
  const [openedA, openedB] = [await ecdhSteps.open(a, byA), await ecdhSteps.open(b, byB)];
  const aX = recorder.pass('initiatorToResponder', 'initiator', openedA.sent);
  const bY = recorder.pass('responderToInitiator', 'responder', openedB.sent);
  const [baX, abY] = [await ecdhSteps.double(b.scalar, aX, byB), await ecdhSteps.double(a.scalar, bY, byA)];
  const outcome: Outcome = { initiator: {}, responder: {} };
  if (counted(terms)) {
    const inOrder = leak === 'counter-in-order';
    const fromB = recorder.pass('responderToCoordinator', 'initiator', inOrder ? baX : ecdhSteps.forCounter(baX, b.seed));
    const fromA = recorder.pass('initiatorToCoordinator', 'responder', ecdhSteps.forCounter(abY, a.seed));
    outcome.coordinatorCount = ecdhSteps.countShared(fromA, fromB);
    if (outcome.coordinatorCount < minimum) return outcome;
  }
  if (leak === 'given-back') recorder.pass('initiatorToResponder', 'responder', abY);
  if (terms.mode === 'count' || terms.mode === 'sums') {
    const given = leak === 'unshuffled' ? baX : countSteps.forPartner(baX, b.seed);
    const returned = recorder.pass('responderToInitiator', 'initiator', given);
    if (terms.mode === 'sums') await runSums({ kept: openedA.kept, abY, returned }, sides, of, outcome);
    else outcome.initiator.count = countSteps.compare(openedA.kept, abY, returned);
    return outcome;
  }
  const { learns } = terms as { learns: Learns };
  if (learnsTo(learns, 'initiator')) {
    const returned = recorder.pass('responderToInitiator', 'initiator', ecdhSteps.forPartner(baX));
    outcome.initiator.learned = placesOf(a, ecdhSteps.compare(openedA.kept, abY, returned).own);
  }
  if (learnsTo(learns, 'responder')) {
    const returned = recorder.pass('initiatorToResponder', 'responder', ecdhSteps.forPartner(abY));
    outcome.responder.learned = placesOf(b, ecdhSteps.compare(openedB.kept, baX, returned).own);
  }
  return outcome;
}

type Matched = { kept: { count: number }; abY: Uint8Array; returned: Uint8Array };

async function runSums({ kept, abY, returned }: Matched, sides: Sides, of: Run, outcome: Outcome): Promise<void> {
  const { recorder, minimum, leak, values } = of;
  const key = newSumsKey();
  const own = {
    values: placesOf(sides.responder, indices(sides.responder)).map((place) => values[place]!),
    key,
    seed: randomBytes(32),
  };
  const encrypted = await sumsSteps.encrypt(own, (list, ...how) => {
    recorder.ciphertexts.responder += list.length;
    return encryptValues(list, ...how);
  });
  Object.assign(sides.responder, { key, ciphertexts: encrypted.ciphertexts });
  const arrived = {
    publicKey: recorder.pass('responderToInitiator', 'responder', encrypted.publicKey, 'values'),
    ciphertexts: recorder.pass('responderToInitiator', 'responder', encrypted.ciphertexts, 'values'),
  };
  let stale: Uint8Array | undefined;
  const closed = await sumsSteps.close(kept, abY, returned, arrived, (ciphertexts, chosen) => {
    recorder.ciphertexts.initiator += ciphertexts.length / 128;
    stale = totalOf(ciphertexts, chosen);
    return stale;
  });
  outcome.initiator.count = closed.count;
  if (closed.count < minimum) return;
  const total = recorder.pass('initiatorToResponder', 'responder', leak === 'stale-total' ? stale! : closed.total, 'total');
  const sizes = { initiator: sides.initiator.prepared.items.length, responder: own.values.length };
  const revealed = sumsSteps.reveal(key, total, sizes);
  outcome.responder.sum = revealed.sum;
  outcome.initiator.sum = sumsSteps.read(recorder.pass('responderToInitiator', 'responder', revealed.sent, 'sum'), closed.count);
}

const indices = ({ prepared }: Secrets) => Uint32Array.from(prepared.items, (_, at) => at);

function runSaltedHash(terms: Terms, sides: Sides, { recorder, minimum }: Run): Outcome {
  const { learns } = terms as { learns: Learns };
  const key = randomBytes(32);
  for (const role of ['initiator', 'responder'] as const) {
    recorder.hashes[role] += sides[role].prepared.items.length;
    Object.assign(sides[role], { tokens: hashItems(sides[role].prepared.items, key) });
  }
  const { initiator: a, responder: b } = sides;
  const outcome: Outcome = { initiator: {}, responder: {} };
  if (counted(terms)) {
    const fromA = recorder.pass('initiatorToCoordinator', 'initiator', a.tokens!);
    const fromB = recorder.pass('responderToCoordinator', 'responder', b.tokens!);
    outcome.coordinatorCount = saltedHashSteps.countShared(fromA, fromB);
    if (outcome.coordinatorCount < minimum) return outcome;
  }
  if (saltedHashSteps.sends('initiator', learns)) {
    const received = recorder.pass('initiatorToResponder', 'initiator', a.tokens!);
    outcome.responder.learned = placesOf(b, saltedHashSteps.compare(b.tokens!, received).own);
  }
  if (saltedHashSteps.sends('responder', learns)) {
    const received = recorder.pass('responderToInitiator', 'responder', b.tokens!);
    outcome.initiator.learned = placesOf(a, saltedHashSteps.compare(a.tokens!, received).own);
  }
  return outcome;
}
