// The steps of the mode 'salted-hash': the side that does not learn sends its hashed list, and the one that learns compares. Where a counter
// counts first, both sides send it their lists, and it has no key; once there are enough, the lists go to the sides that learn as they would
// have without it. When neither learns there is nothing but the counter.

import { type Intersection, intersect, refuseRepeats } from './intersect.ts';
import { includes, type Learns, type Role } from './leakage.ts';

const other = { initiator: 'responder', responder: 'initiator' } as const;

export const saltedHashSteps = {
  /**
   * Either side: whether its list goes to the partner, who then compares. It is hashItems() of the prepared items, as it stands; the same
   * goes to the counter, where there is one.
   */
  sends(role: Role, learns: Learns): boolean {
    return includes(learns, other[role]);
  },

  /** A side that learns. @returns places in our own tokens @throws {PointRefused} when the partner's list holds a token twice */
  compare(tokens: Uint8Array, received: Uint8Array): Intersection {
    refuseRepeats(received);
    return intersect(tokens, received);
  },

  /** The counter: how many tokens two lists share. */
  countShared(fromInitiator: Uint8Array, fromResponder: Uint8Array): number {
    refuseRepeats(fromInitiator);
    return saltedHashSteps.compare(fromInitiator, fromResponder).own.length;
  },
};
