// For tests: a whole run of a mode between two sides in one place, through nothing but the steps, with every byte that passes recorded.

import { randomBytes } from 'node:crypto';
import {
  countSteps,
  type EcdhKept,
  ecdhSteps,
  encode,
  hashItems,
  type Intersection,
  intersect,
  type Learns,
  mask,
  newScalar,
  prepare,
  saltedHashSteps,
  type Terms,
} from './psi.ts';

/** What a side knows at the end; places are those of the list it was given. */
export type Side = { learned?: number[]; count?: number };
export type Outcome = { initiator: Side; responder: Side; coordinatorCount?: number };

type Role = 'initiator' | 'responder';
type Route = 'initiatorToResponder' | 'responderToInitiator' | 'initiatorToCoordinator' | 'responderToCoordinator';

export class Recorder {
  readonly multiplications = { initiator: 0, responder: 0 };
  readonly encodings = { initiator: 0, responder: 0 };
  readonly hashes = { initiator: 0, responder: 0 };
  readonly bytes = { initiatorToResponder: 0, responderToInitiator: 0, initiatorToCoordinator: 0, responderToCoordinator: 0 };
  readonly #between: Uint8Array[] = [];

  masking(role: Role) {
    return (points: Uint8Array, scalar: Uint8Array) => {
      this.multiplications[role] += points.length / 32;
      return mask(points, scalar);
    };
  }

  /** A copy is what arrives, as over a network. */
  pass<Bytes extends Uint8Array | undefined>(route: Route, bytes: Bytes): Bytes {
    if (!bytes) return bytes;
    this.bytes[route] += bytes.length;
    if (!route.endsWith('Coordinator')) this.#between.push(bytes);
    return Buffer.from(bytes) as Uint8Array as Bytes;
  }

  /** The most tokens that any two of the lists between the sides share: what whoever carries them could count. */
  sharedByMessages(): number {
    const lists = this.#between;
    const counts = lists.flatMap((a, at) => lists.slice(at + 1).map((b) => intersect(a, b).own.length));
    return Math.max(0, ...counts);
  }
}

const tag = () => Buffer.concat([Buffer.from('holdfast/psi/test/v1 '), randomBytes(16)]);

export async function run(
  terms: Terms,
  ours: readonly string[],
  theirs: readonly string[],
  recorder: Recorder = new Recorder(),
): Promise<Outcome> {
  const prepared = { initiator: prepare(ours, randomBytes(32)), responder: prepare(theirs, randomBytes(32)) };
  const home = (role: Role, found: Intersection) => ({
    learned: Array.from(found.own, (place) => prepared[role].places[place]!),
  });
  if (terms.mode === 'salted-hash') return runSaltedHash(terms.learns, prepared, home, recorder);
  const ourTag = tag();
  const own = (role: Role) => {
    recorder.encodings[role] += prepared[role].items.length;
    return { points: encode(prepared[role].items, ourTag), scalar: newScalar(), seed: randomBytes(32) };
  };
  const [a, b] = [own('initiator'), own('responder')];
  const [byA, byB] = [recorder.masking('initiator'), recorder.masking('responder')];
  const opened = await ecdhSteps.open(a, byA);
  const masked = recorder.pass('initiatorToResponder', opened.sent);
  const arrived = (sent: { masked: Uint8Array; doubled?: Uint8Array }) => {
    const doubled = recorder.pass('responderToInitiator', sent.doubled);
    return { masked: recorder.pass('responderToInitiator', sent.masked), ...(doubled ? { doubled } : {}) };
  };
  if (terms.mode === 'count') {
    const { sent } = await countSteps.answer(b, masked, byB);
    return { initiator: { count: await countSteps.close(a, opened.kept, arrived(sent), byA) }, responder: {} };
  }
  const answered = await ecdhSteps.answer(b, masked, terms.learns, byB);
  const closed = await ecdhSteps.close(a, opened.kept, arrived(answered.sent), terms.learns, byA);
  const last = recorder.pass('initiatorToResponder', closed.sent);
  const toCount = [
    recorder.pass('initiatorToCoordinator', closed.toCoordinator),
    recorder.pass('responderToCoordinator', answered.toCoordinator),
  ];
  return {
    initiator: closed.learned ? home('initiator', closed.learned) : {},
    responder: last ? home('responder', ecdhSteps.finish(answered.kept as EcdhKept, last)) : {},
    ...counted(toCount, ecdhSteps.countShared),
  };
}

function runSaltedHash(
  learns: Learns,
  prepared: { [role in Role]: { items: readonly string[] } },
  home: (role: Role, found: Intersection) => Side,
  recorder: Recorder,
): Outcome {
  const key = randomBytes(32);
  const hashed = (role: Role) => {
    recorder.hashes[role] += prepared[role].items.length;
    return hashItems(prepared[role].items, key);
  };
  const tokens = { initiator: hashed('initiator'), responder: hashed('responder') };
  const fromA = saltedHashSteps.send('initiator', tokens.initiator, learns);
  const fromB = saltedHashSteps.send('responder', tokens.responder, learns);
  const toB = recorder.pass('initiatorToResponder', fromA.sent);
  const toA = recorder.pass('responderToInitiator', fromB.sent);
  const toCount = [
    recorder.pass('initiatorToCoordinator', fromA.toCoordinator),
    recorder.pass('responderToCoordinator', fromB.toCoordinator),
  ];
  return {
    initiator: toA ? home('initiator', saltedHashSteps.compare(tokens.initiator, toA)) : {},
    responder: toB ? home('responder', saltedHashSteps.compare(tokens.responder, toB)) : {},
    ...counted(toCount, (x, y) => saltedHashSteps.countShared(x, y)),
  };
}

function counted(lists: readonly (Uint8Array | undefined)[], count: (a: Uint8Array, b: Uint8Array) => number) {
  const [a, b] = lists;
  return a && b ? { coordinatorCount: count(a, b) } : {};
}
