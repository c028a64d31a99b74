// The steps of the mode 'salted-hash': the side that does not learn sends its hashed list, and the one that learns compares. When neither
// learns, both lists go to a coordinator who has no key, and who counts.

import { type Intersection, intersect, refuseRepeats } from './intersect.ts';
import type { Learns, Role } from './leakage.ts';

/** Whether a side's list leaves it, and where to. */
function destination(role: Role, learns: Learns): 'partner' | 'coordinator' | 'nobody' {
  if (learns === 'neither') return 'coordinator';
  return learns === role ? 'nobody' : 'partner';
}

export const saltedHashSteps = {
  /** Either side: what leaves it. @param tokens hashItems() of the prepared items */
  send(role: Role, tokens: Uint8Array, learns: Learns): { sent?: Uint8Array; toCoordinator?: Uint8Array } {
    const to = destination(role, learns);
    if (to === 'nobody') return {};
    return to === 'partner' ? { sent: tokens } : { toCoordinator: tokens };
  },

  /** A side that learns. @returns places in our own tokens @throws {PointRefused} when the partner's list holds a token twice */
  compare(tokens: Uint8Array, received: Uint8Array): Intersection {
    refuseRepeats(received);
    return intersect(tokens, received);
  },

  /** The coordinator, when neither learns: how many tokens two lists share. */
  countShared(fromInitiator: Uint8Array, fromResponder: Uint8Array): number {
    refuseRepeats(fromInitiator);
    return saltedHashSteps.compare(fromInitiator, fromResponder).own.length;
  },
};
