// Nodes and federations for the tests of belonging: founded, joined and looked at in one line each.

import assert from 'node:assert/strict';
import { newCertificateKey, requestLeaf } from '../../protocol/certificates.ts';
import { describeMember, fingerprintOf } from '../../protocol/identity.ts';
import { readInvitation, requestToJoin } from '../../protocol/invitation.ts';
import { newId } from '../../protocol/signed.ts';
import { seededRandom } from '../../protocol/testing.ts';
import type { ParticipantPorts } from '../ports.ts';
import { dayMs, TestNet, testPorts } from '../testing.ts';
import { Belonging } from './belonging.ts';
import { newKeys } from './founding.ts';

export const address = 'federation.example.org:7443';
export const kinds = (events: readonly { kind: string }[]) => events.map(({ kind }) => kind);
export const name = (en: string) => ({ en, zh: '机构' });

export type Node = { ports: ParticipantPorts; it: Belonging };

export async function newNode(net: TestNet, seed: string): Promise<Node> {
  const ports = testPorts(net, seed);
  return { ports, it: await Belonging.open(ports) };
}

/** A founder with a coordinator of its own. */
export async function newFederation(net = new TestNet(), seed = 'founder', at = address) {
  const founder = await newNode(net, seed);
  const { federation } = await founder.it.found({ name: name(`The ${seed}`), address: at, coordinator: 'own' });
  const coordinator = net.begin(at, founder.it.identity(federation).member, founder.it.welcome(federation));
  await founder.it.chores();
  return { net, founder, federation, coordinator };
}

export const view = (node: Node, federation: string) => node.it.federations().find((one) => one.federation === federation)!;

export const codesOf = (node: Node, federation: string) =>
  view(node, federation).problems.map(({ part, code }) => `${part} ${code}`);

/** Invited, asked, compared, admitted. */
export async function joinAs(net: TestNet, founder: Node, federation: string, seed: string): Promise<Node> {
  const node = await newNode(net, seed);
  const { code } = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
  const { fingerprint } = await node.it.join({ code, name: name(`The ${seed}`) });
  await founder.it.chores();
  const request = (await founder.it.joinRequests(federation)).find((one) => one.fingerprint === fingerprint)!;
  await founder.it.admit(federation, request.invitation, fingerprint);
  await node.it.chores();
  assert.equal(view(node, federation).state, 'member');
  return node;
}

/** The request that a coordinator's machine writes into a file. */
export async function separateCoordinator(net: TestNet, code: string) {
  const random = seededRandom('coordinator');
  const invitation = readInvitation(code);
  const { federation } = invitation;
  const member = newId(random);
  const { signingKey, wrapKey } = await newKeys(random);
  const createdAtMs = net.clock.ms;
  const fields = { federation, member, name: name('C'), role: 'coordinator' as const, wrapKey, createdAtMs, version: 1 };
  const descriptor = describeMember(signingKey, fields);
  const leafRequest = await requestLeaf({ federation, member }, await newCertificateKey());
  const request = requestToJoin(invitation, signingKey, descriptor, leafRequest, createdAtMs);
  return { request, member, fingerprint: fingerprintOf(descriptor.descriptor) };
}
