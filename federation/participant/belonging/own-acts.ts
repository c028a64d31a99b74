// What a member says in the log of itself, and the founder of others: new names, new keys, and that somebody is no member any more.

import { canonicalJson } from '../../../crypto/canonical-json.ts';
import { describeMember } from '../../protocol/identity.ts';
import type { Act } from '../../protocol/statements.ts';
import type { Events } from './events.ts';
import { type Name, newKeys } from './founding.ts';
import type { Held } from './held.ts';
import { say } from './log-keeping.ts';

export async function end(
  held: Held,
  member: string,
  how: 'left' | 'removed' | 'revoked',
  reason: string,
  events: Events,
): Promise<void> {
  const make = (): Act => ({ kind: 'remove', member, how, reason });
  await say(held, { make, begun: (act) => act.kind === 'remove' && act.member === member }, events);
}

export async function rename(held: Held, name: Name, events: Events): Promise<void> {
  const make = (): Act => {
    const { v: _v, signingKey: _key, wrapKey, ...rest } = held.descriptor;
    const fields = { ...rest, name, version: rest.version + 1, wrapKey: Buffer.from(wrapKey, 'base64url') };
    return { kind: 'rename', descriptor: describeMember(held.signingKey(), fields) };
  };
  const begun = (act: Act) => act.kind === 'rename' && canonicalJson(act.descriptor.descriptor.name) === canonicalJson(name);
  await say(held, { make, begun }, events);
}

export async function renewKeys(held: Held, events: Events): Promise<void> {
  const { signingKey, wrapKey, keys } = await newKeys(held.ports.random);
  const make = (): Act => {
    const { v: _v, signingKey: _key, ...rest } = held.descriptor;
    const fields = { ...rest, version: rest.version + 1, wrapKey, createdAtMs: held.nowMs };
    return { kind: 'renew', descriptor: describeMember(signingKey, fields) };
  };
  try {
    await say(held, { make, begun: (act) => act.kind === 'renew', keys }, events);
  } finally {
    signingKey.destroy();
  }
}
