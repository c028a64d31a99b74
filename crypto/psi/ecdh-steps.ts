// The steps of the modes 'ecdh' and 'count'. With X and Y the encoded lists of initiator and responder, a and b their scalars, each side
// does the same, in this order:
//
//   1  open         sends its own list masked: aX goes to the responder, bY to the initiator
//   2  double       masks what it received with its own scalar: b(aX), a(bY)
//   3  forCounter   gives the other's list, doubly masked and shuffled, to the counter, who compares the two: countShared
//   4  forPartner   once there are enough, gives the other's list, doubly masked, back to a side that learns
//   5  compare      a side that learns compares its own list, given back, with the other's
//
// Without a counter there is no step 3. Where neither learns there is nothing but a counter, and no step 4 or 5. Steps 3 and 4 are given the
// same doubled list: nothing is multiplied again.
//
// In 'ecdh' a doubly masked list goes back in the order in which it came, so that its owner, and nobody else, knows which place is which item.
// In 'count' the responder shuffles b(aX): the initiator sees that some are the same, and not which of its own they are. The counter gets each
// list from the side that does not own it, shuffled: it can count, and even together with one of the two it can say no more than how many.
//
// A list with repeats is refused: an initiator of 'count' who sent one item twice and another three times would read from the numbers
// which is which. It remains that one who masks each item with a scalar of its own can do the same unseen; leakage.ts says so.

import { mask } from './ecdh.ts';
import { type Intersection, intersect, refuseRepeats } from './intersect.ts';
import { shuffled } from './shuffle.ts';
import { tokenCount } from './tokens.ts';

/** mask(), or the caller's own way to spread it over threads; a refused point is then to be named by its place in the whole list. */
export type Masking = (points: Uint8Array, scalar: Uint8Array) => Uint8Array | Promise<Uint8Array>;

/** refuseRepeats(), or the same elsewhere: over a million tokens it holds up whoever waits for it. */
export type Refusing = (list: Uint8Array) => void | Promise<void>;

/** `points`: the encoded list, n x 32 bytes. `scalar`: newScalar() of this run. */
export type Own = { readonly points: Uint8Array; readonly scalar: Uint8Array };
/** What a side that learns keeps of its first step: how many it sent. */
export type OwnKept = { readonly count: number };

/** @returns `sent`: our own list, masked */
async function open(own: Own, masking: Masking = mask): Promise<{ sent: Uint8Array; kept: OwnKept }> {
  return { sent: await masking(own.points, own.scalar), kept: { count: tokenCount(own.points, 'points') } };
}

/**
 * The other's list times our scalar, in the order in which it came.
 * @param received what the other's open() sent  @throws {PointRefused} for repeats and for what mask() refuses
 */
async function double(
  scalar: Uint8Array,
  received: Uint8Array,
  masking: Masking = mask,
  refusing: Refusing = refuseRepeats,
): Promise<Uint8Array> {
  const doubled = await masking(received, scalar);
  // Looked for afterwards: P and P with a point of small order added look different until the clamped scalar has made them the same.
  await refusing(doubled);
  return doubled;
}

/** @param doubled the other's list  @param seed 32 secret bytes of this run and side; those of prepare() may serve */
const forCounter = (doubled: Uint8Array, seed: Uint8Array): Uint8Array => shuffled(doubled, seed, 'for the counter');

/** The counter: how many tokens two lists share. @throws {PointRefused} for repeats */
function countShared(fromInitiator: Uint8Array, fromResponder: Uint8Array): number {
  refuseRepeats(fromInitiator);
  refuseRepeats(fromResponder);
  return intersect(fromInitiator, fromResponder).own.length;
}

/** @throws {RangeError} unless our own list comes back as long as it was, {PointRefused} unless all in it are different */
function checkReturned(returned: Uint8Array, { count }: OwnKept): void {
  const came = tokenCount(returned, 'returned');
  if (came !== count) throw new RangeError(`returned: expected ${count} tokens, got ${came}`);
  refuseRepeats(returned);
}

/** @param doubled the other's list  @param returned our own, as the other's forPartner() gave it */
function compare(kept: OwnKept, doubled: Uint8Array, returned: Uint8Array): Intersection {
  checkReturned(returned, kept);
  return intersect(returned, doubled);
}

export const ecdhSteps = {
  open,
  double,
  forCounter,
  /** As it is: its owner knows which place is which. */
  forPartner: (doubled: Uint8Array): Uint8Array => doubled,
  /** @returns places in our encoded list, and for each the place in the list that the other sent */
  compare,
  countShared,
};

export const countSteps = {
  open,
  double,
  forCounter,
  /** The responder, to the initiator, who is the only one that learns. In another order than the counter's. */
  forPartner: (doubled: Uint8Array, seed: Uint8Array): Uint8Array => shuffled(doubled, seed, 'for the partner'),
  /** The initiator. @returns how many items both have */
  compare: (kept: OwnKept, doubled: Uint8Array, returned: Uint8Array): number => compare(kept, doubled, returned).own.length,
  countShared,
};
