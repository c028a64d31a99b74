// The session of somebody who was let in by something other than a password: the organisation's provider, or a passkey.

import { commit, type Desk } from './desk.ts';
import { sessionLimits } from './sessions.ts';
import type { Client, SignedIn } from './sign-in.ts';
import type { Step } from './store.ts';

/**
 * Call it within `desk.alone`. A session that the browser had ends with it.
 * @param steps what else has to be written in the same transaction
 */
export async function enter(
  desk: Desk,
  personId: number,
  { token, address, agent }: Client,
  { stepUp }: { stepUp: boolean },
  ...steps: readonly Step[]
): Promise<SignedIn> {
  const { people, sessions } = desk;
  const old = token === undefined ? undefined : sessions.find(token);
  const about = { address, ...(agent !== undefined && { agent }) };
  const started = await sessions.start(personId, 'full', about);
  await commit(desk, ...steps, old && sessions.end([old.id]), started);
  if (!stepUp) return { person: people.person(personId), session: started.session, token: started.token };
  const fresh = sessions.rotate(started.session, { steppedUpUntilMs: desk.ports.clock.nowMs() + sessionLimits.stepUpMs });
  await commit(desk, fresh);
  return { person: people.person(personId), session: fresh.session, token: fresh.token };
}
