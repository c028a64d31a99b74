// A member's place in one federation, as matches and rounds are given it: read anew from belonging each time, as keys and members change.

import type { Standing } from '../ports.ts';
import type { Belonging } from './belonging.ts';

/** @throws {ProtocolFault} federation_unknown */
export function standingOf(belonging: Belonging, federation: string): Standing {
  return {
    federation,
    me: belonging.identity(federation).member,
    membership: () => belonging.membership(federation),
    refresh: () => belonging.refresh(federation),
    log: () => belonging.log(federation),
    signingKey: () => belonging.signingKey(federation),
    wrapPrivateKey: () => belonging.wrapPrivateKey(federation),
    api: () => belonging.api(federation),
  };
}
