// Organisations of a round, with their keys and the log that has admitted them: made once for all worlds, as their keys take long.

import { newWrapKeyPair } from '../../../crypto/hpke.ts';
import { generateKey, type Key } from '../../../crypto/keys.ts';
import { describeMember, type SignedDescriptor } from '../../protocol/identity.ts';
import { foldMembership, type Membership } from '../../protocol/membership.ts';
import { newId } from '../../protocol/signed.ts';
import { foundingStatement, nextStatement, type SignedStatement } from '../../protocol/statements.ts';
import { federationId, seededRandom, startMs } from '../../protocol/testing.ts';
import { knownPair } from './quick-wrap.ts';

export type Organisation = {
  readonly id: string;
  readonly key: Key<'signing'>;
  readonly wrapPrivateKey: Uint8Array;
  readonly descriptor: SignedDescriptor;
};
export type Founded = {
  readonly coordinator: Organisation;
  readonly custodian: Organisation;
  /** In the order of their ids. */
  readonly members: readonly Organisation[];
  readonly log: readonly SignedStatement[];
  readonly membership: Membership;
};

export const organisationsMax = 7;

async function organisation(seed: string, role: 'coordinator' | 'both'): Promise<Organisation> {
  const random = seededRandom(`round ${seed}`);
  const id = newId(random);
  const key = generateKey('signing', random);
  const { publicKey, privateKey } = await newWrapKeyPair(random);
  knownPair(privateKey, publicKey);
  const name = { en: `Organisation ${seed}`, zh: '机构' };
  const fields = { federation: federationId, member: id, name, role, wrapKey: publicKey, createdAtMs: startMs, version: 1 };
  return { id, key, wrapPrivateKey: privateKey, descriptor: describeMember(key, fields) };
}

async function found(): Promise<Founded> {
  const [founder, coordinator] = [await organisation('founder', 'both'), await organisation('coordinator', 'coordinator')];
  const custodian = await organisation('custodian', 'both');
  const members: Organisation[] = [];
  for (let at = 0; at < organisationsMax; at += 1) members.push(await organisation(`member ${at}`, 'both'));
  members.sort((a, b) => (a.id < b.id ? -1 : 1));
  const random = seededRandom('round log');
  const log: SignedStatement[] = [foundingStatement(founder.key, founder.descriptor, random.bytes(64), startMs)];
  for (const { descriptor } of [coordinator, custodian, ...members]) {
    const act = { kind: 'admit', descriptor, invitation: Buffer.from(random.bytes(32)).toString('hex') } as const;
    log.push(nextStatement(founder.key, federationId, founder.id, foldMembership(log), act, startMs));
  }
  return { coordinator, custodian, members, log, membership: foldMembership(log) };
}

let made: Promise<Founded> | undefined;

export function foundedOnce(): Promise<Founded> {
  made ??= found();
  return made;
}
