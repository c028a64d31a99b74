// The steps of the modes 'ecdh' and 'count'. With X and Y the encoded lists of initiator and responder, a and b their scalars:
//
//   1  initiator  open     sends aX
//   2  responder  answer   sends bY, and b(aX) to an initiator who learns
//   3  initiator  close    compares b(aX) with a(bY), and sends a(bY) to a responder who learns
//   4  responder  finish   compares a(bY) with b(aX)
//
// Doubly masked lists go back in the order in which they came, so that their owner, and nobody else, knows which place is which item. In
// 'count' the responder shuffles b(aX): the initiator sees that some are the same, and not which of its own they are. When neither learns,
// each hands the other's list, doubly masked and shuffled, to the coordinator, who can count and knows no item.
//
// A list with repeats is refused: an initiator of 'count' who sent one item twice and another three times would read from the numbers
// which is which. It remains that one who masks each item with a scalar of its own can do the same unseen; leakage.ts says so.

import { mask } from './ecdh.ts';
import { type Intersection, intersect, refuseRepeats } from './intersect.ts';
import type { Learns } from './leakage.ts';
import { permutation, reorder } from './shuffle.ts';
import { tokenCount } from './tokens.ts';

/** mask(), or the caller's own way to spread it over threads; a refused point is then to be named by its place in the whole list. */
export type Masking = (points: Uint8Array, scalar: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** `points`: the encoded list, n x 32 bytes. `scalar`: newScalar() of this run. */
export type Own = { readonly points: Uint8Array; readonly scalar: Uint8Array };
/** `seed`: 32 secret bytes of this run for what has to be shuffled, other ones than those of prepare(). */
export type OwnSeeded = Own & { readonly seed: Uint8Array };

export type Answer = { readonly masked: Uint8Array; readonly doubled?: Uint8Array };
/** What the responder keeps for its last step. */
export type EcdhKept = { readonly count: number; readonly doubled: Uint8Array };
/** What the initiator keeps between its steps: how many it sent. */
export type CountKept = { readonly count: number };

const learnsInitiator = (learns: Learns) => learns === 'initiator' || learns === 'both';
const learnsResponder = (learns: Learns) => learns === 'responder' || learns === 'both';
const shuffled = (list: Uint8Array, seed: Uint8Array) => reorder(list, permutation(tokenCount(list, 'list'), seed));

/** A received list times our scalar. @throws {PointRefused} for repeats and for what mask() refuses */
async function maskTheirs(theirs: Uint8Array, scalar: Uint8Array, masking: Masking): Promise<Uint8Array> {
  const doubled = await masking(theirs, scalar);
  // Looked for afterwards: P and P with a point of small order added look different until the clamped scalar has made them the same.
  refuseRepeats(doubled);
  return doubled;
}

/** Our own list as it comes back: as many as we sent, all different. */
function checkReturned(doubled: Uint8Array | undefined, count: number): Uint8Array {
  if (!doubled) throw new RangeError('doubled: expected our list back, got nothing');
  const returned = tokenCount(doubled, 'doubled');
  if (returned !== count) throw new RangeError(`doubled: expected ${count} tokens, got ${returned}`);
  refuseRepeats(doubled);
  return doubled;
}

async function open(own: Own, masking: Masking = mask): Promise<{ sent: Uint8Array; kept: CountKept }> {
  return { sent: await masking(own.points, own.scalar), kept: { count: tokenCount(own.points, 'points') } };
}

export const ecdhSteps = {
  /** Step 1, initiator. */
  open,

  /** Step 2, responder. @param received aX */
  async answer(
    own: OwnSeeded,
    received: Uint8Array,
    learns: Learns,
    masking: Masking = mask,
  ): Promise<{ sent: Answer; kept?: EcdhKept; toCoordinator?: Uint8Array }> {
    const doubled = await maskTheirs(received, own.scalar, masking);
    const masked = await masking(own.points, own.scalar);
    return {
      sent: learnsInitiator(learns) ? { masked, doubled } : { masked },
      ...(learnsResponder(learns) ? { kept: { count: tokenCount(masked, 'masked'), doubled } } : {}),
      ...(learns === 'neither' ? { toCoordinator: shuffled(doubled, own.seed) } : {}),
    };
  },

  /** Step 3, initiator. @returns `learned`: places in our encoded list; `sent`: a(bY) for a responder who learns */
  async close(
    own: Omit<OwnSeeded, 'points'>,
    kept: CountKept,
    received: Answer,
    learns: Learns,
    masking: Masking = mask,
  ): Promise<{ learned?: Intersection; sent?: Uint8Array; toCoordinator?: Uint8Array }> {
    const ours = learnsInitiator(learns) ? checkReturned(received.doubled, kept.count) : undefined;
    const doubled = await maskTheirs(received.masked, own.scalar, masking);
    return {
      ...(ours ? { learned: intersect(ours, doubled) } : {}),
      ...(learnsResponder(learns) ? { sent: doubled } : {}),
      ...(learns === 'neither' ? { toCoordinator: shuffled(doubled, own.seed) } : {}),
    };
  },

  /** Step 4, a responder who learns. @param received a(bY) @returns places in our encoded list */
  finish(kept: EcdhKept, received: Uint8Array): Intersection {
    return intersect(checkReturned(received, kept.count), kept.doubled);
  },

  /** The coordinator, when neither learns: how many tokens two lists share. */
  countShared(fromInitiator: Uint8Array, fromResponder: Uint8Array): number {
    refuseRepeats(fromInitiator);
    refuseRepeats(fromResponder);
    return intersect(fromInitiator, fromResponder).own.length;
  },
};

export const countSteps = {
  /** Step 1, initiator. */
  open,

  /** Step 2, responder, who learns no more than the size of the list. @param received aX */
  async answer(own: OwnSeeded, received: Uint8Array, masking: Masking = mask): Promise<{ sent: Required<Answer> }> {
    const doubled = await maskTheirs(received, own.scalar, masking);
    return { sent: { masked: await masking(own.points, own.scalar), doubled: shuffled(doubled, own.seed) } };
  },

  /** Step 3, initiator. @returns how many items both have */
  async close(own: { scalar: Uint8Array }, kept: CountKept, received: Answer, masking: Masking = mask): Promise<number> {
    const ours = checkReturned(received.doubled, kept.count);
    return intersect(ours, await maskTheirs(received.masked, own.scalar, masking)).own.length;
  },
};
