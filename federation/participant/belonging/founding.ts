// How a federation begins: the founder's keys, its authority, the first statement, its own certificate and the first list of revoked ones,
// all in one write, so that it is there or not.

import { newWrapKeyPair } from '../../../crypto/hpke.ts';
import { generateKey } from '../../../crypto/keys.ts';
import {
  issueLeaf,
  issueRevocationList,
  newAuthority,
  newCertificateKey,
  privateKeyPem,
  requestLeaf,
} from '../../protocol/certificates.ts';
import { describeMember, fingerprintOf } from '../../protocol/identity.ts';
import { foldMembership } from '../../protocol/membership.ts';
import { newId, toBase64 } from '../../protocol/signed.ts';
import { foundingStatement, type SignedStatement } from '../../protocol/statements.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { ParticipantPorts } from '../ports.ts';
import type { Events } from './events.ts';
import { Held } from './held.ts';
import { type KeptKeys, listLifeMs } from './kept.ts';

export type Name = { readonly en: string; readonly zh: string };

/** What a coordinator begins with. */
export type Welcome = {
  readonly log: readonly SignedStatement[];
  /** Of the coordinator, PEM. */
  readonly leaf: string;
  readonly revocations: string;
};

/** Signing key and wrap key, new. @returns `wrapKey` is the public half */
export async function newKeys(random: ParticipantPorts['random']) {
  const signingKey = generateKey('signing', random);
  const { publicKey: wrapKey, privateKey } = await newWrapKeyPair(random);
  const keys: KeptKeys = { signing: toBase64(signingKey.reveal()), wrap: toBase64(privateKey) };
  return { signingKey, wrapKey, keys };
}

/** `host:port`, as an invitation can carry it. @throws {ProtocolFault} malformed */
export function checkAddress(address: string): void {
  if (!/^[!-~]{1,190}:[0-9]{1,5}$/.test(address)) throw new ProtocolFault('malformed', 'address');
}

export async function found(
  ports: ParticipantPorts,
  given: { readonly name: Name; readonly address: string; readonly coordinator: 'own' | 'separate' },
  events: Events,
): Promise<Held> {
  checkAddress(given.address);
  const { random } = ports;
  const nowMs = ports.clock.nowMs();
  const name = { federation: newId(random), member: newId(random) };
  const { signingKey, wrapKey, keys } = await newKeys(random);
  const fields = { ...name, name: given.name, role: 'both' as const, wrapKey, createdAtMs: nowMs, version: 1 };
  const descriptor = describeMember(signingKey, fields);
  const authorityKeys = await newCertificateKey();
  const authority = await newAuthority(name.federation, authorityKeys, nowMs, random);
  const der = Buffer.from(authority.certificate.replaceAll(/-----.*?-----|\s/g, ''), 'base64');
  const statements = [foundingStatement(signingKey, descriptor, der, nowMs)];
  signingKey.destroy();
  const pair = await newCertificateKey();
  const leaf = await issueLeaf(authority, await requestLeaf(name, pair), name, nowMs, random);
  const held = await Held.begin(
    ports,
    {
      v: 1,
      ...name,
      phase: 'joined',
      address: given.address,
      keys,
      certificateKey: await privateKeyPem(pair.privateKey),
      leaf,
      revocations: await issueRevocationList(authority, [], nowMs, listLifeMs),
      founded: {
        coordinator: given.coordinator,
        authorityKey: await privateKeyPem(authority.privateKey),
        listIssuedAtMs: nowMs,
        listTold: false,
      },
      problems: [],
    },
    { statements, membership: foldMembership(statements) },
  );
  events.push({ kind: 'founded', federation: name.federation, fingerprint: fingerprintOf(descriptor.descriptor) });
  return held;
}

/** For the coordinator in the founder's own node. @throws {ProtocolFault} not_allowed where it is another's */
export function ownWelcome(held: Held): Welcome {
  const { leaf, revocations } = held.kept;
  if (!held.isFounder || held.coordinator !== held.member || leaf === undefined || revocations === undefined) {
    throw new ProtocolFault('not_allowed', 'coordinator');
  }
  return { log: held.log.statements, leaf, revocations };
}
