// A federation as it begins in the field: founded, with a coordinator on a machine of its own that was admitted from a file, and members who
// joined by invitation over the real coordinator. It takes a second, so it is done once, and every world begins with a copy of its disks.

import type { Key } from '../../crypto/keys.ts';
import { Coordinator } from '../coordinator/coordinator.ts';
import type { Timer } from '../coordinator/exclusive.ts';
import { Belonging } from '../participant/belonging/belonging.ts';
import type { Welcome } from '../participant/belonging/founding.ts';
import { newKeys } from '../participant/belonging/founding.ts';
import type { ParticipantPorts } from '../participant/ports.ts';
import { newCertificateKey, requestLeaf } from '../protocol/certificates.ts';
import type { CoordinatorApi } from '../protocol/coordinator-api.ts';
import { describeMember, fingerprintOf } from '../protocol/identity.ts';
import { readInvitation, requestToJoin } from '../protocol/invitation.ts';
import { newId } from '../protocol/signed.ts';
import { seededRandom, startMs } from '../protocol/testing.ts';
import { DiskBook, DiskSpool } from './disk.ts';

export const address = 'federation.example.org:7443';
const dayMs = 86_400_000;
const name = (en: string) => ({ en, zh: '机构' });

/** No wait of the coordinator ends by time: nobody here waits. */
export const noTimer: Timer = { after: () => () => undefined };

export type CoordinatorIdentity = { readonly member: string; readonly signingKey: Key<'signing'>; readonly welcome: Welcome };
export type Founded = {
  readonly federation: string;
  readonly atMs: number;
  readonly coordinator: CoordinatorIdentity & { readonly book: DiskBook; readonly spool: DiskSpool };
  /** The founder first. */
  readonly members: readonly { readonly id: string; readonly book: DiskBook }[];
};

type Founding = { atMs: number; coordinator: Coordinator | undefined };

function portsOf(founding: Founding, seed: string): ParticipantPorts & { readonly book: DiskBook } {
  const live = () => founding.coordinator!;
  return {
    clock: { nowMs: () => founding.atMs },
    random: seededRandom(seed),
    book: new DiskBook(),
    spool: new DiskSpool(),
    connect: (identity): CoordinatorApi => live().forMember(identity.member),
    knock: () => live().door(),
  };
}

/** The coordinator's machine: it writes a request into a file, and is admitted by it. */
async function coordinatorOf(founder: Belonging, federation: string, atMs: number): Promise<CoordinatorIdentity> {
  const random = seededRandom('simulated coordinator');
  const { code } = await founder.invite(federation, { role: 'coordinator', expiresInMs: dayMs });
  const invitation = readInvitation(code);
  const member = newId(random);
  const { signingKey, wrapKey } = await newKeys(random);
  const fields = { federation, member, name: name('Neutral'), role: 'coordinator' as const, wrapKey };
  const descriptor = describeMember(signingKey, { ...fields, createdAtMs: atMs, version: 1 });
  const leafRequest = await requestLeaf({ federation, member }, await newCertificateKey());
  const request = requestToJoin(invitation, signingKey, descriptor, leafRequest, atMs);
  const welcome = await founder.admitFromFile(federation, request, fingerprintOf(descriptor.descriptor));
  return { member, signingKey, welcome };
}

async function joined(founding: Founding, founder: Belonging, federation: string, seed: string) {
  const ports = portsOf(founding, seed);
  const it = await Belonging.open(ports);
  const { code } = await founder.invite(federation, { role: 'participant', expiresInMs: dayMs });
  const { fingerprint } = await it.join({ code, name: name(`The ${seed}`) });
  await founder.chores();
  const request = (await founder.joinRequests(federation)).find((one) => one.fingerprint === fingerprint)!;
  await founder.admit(federation, request.invitation, fingerprint);
  await it.chores();
  return { ports, it };
}

async function found(count: number): Promise<Founded> {
  const founding: Founding = { atMs: startMs, coordinator: undefined };
  const ports = portsOf(founding, 'founder');
  const founder = await Belonging.open(ports);
  const { federation } = await founder.found({ name: name('The founder'), address, coordinator: 'separate' });
  const identity = await coordinatorOf(founder, federation, founding.atMs);
  const [book, spool] = [new DiskBook(), new DiskSpool()];
  founding.coordinator = await Coordinator.open({
    clock: { nowMs: () => founding.atMs },
    timer: noTimer,
    book,
    spool,
    federation,
    member: identity.member,
    signingKey: identity.signingKey,
    log: identity.welcome.log,
  });
  await founder.chores();
  const members = [{ ports, it: founder }];
  for (let at = 1; at < count; at += 1) members.push(await joined(founding, founder, federation, `member ${at}`));
  for (const { it } of members) await it.chores();
  for (const { it } of members) {
    const seen = it.federations()[0];
    if (seen?.state !== 'member' || seen.problems.length > 0) throw new Error(`joining: ${JSON.stringify(seen)}`);
  }
  const ids = members.map(({ ports: of, it }) => ({ id: it.identity(federation).member, book: of.book }));
  for (const { it } of members) it.close();
  await founding.coordinator.close();
  return { federation, atMs: founding.atMs, coordinator: { ...identity, book, spool }, members: ids };
}

const made = new Map<number, Promise<Founded>>();

/** The same federation each time it is asked for. */
export function foundedOnce(count: number): Promise<Founded> {
  const held = made.get(count) ?? found(count);
  made.set(count, held);
  return held;
}
