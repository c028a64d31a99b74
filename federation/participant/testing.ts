// A coordinator in memory and nodes around it, for the participant's tests: it holds callers to their certificates and requests to their
// invitations as the real one does, so that a member that gets something wrong is refused here too. It can be away, and it can lie.

import 'reflect-metadata';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { readRevocationList } from '../protocol/certificates.ts';
import { checkLeaf, type LeafCheck } from '../protocol/check-leaf.ts';
import { type CoordinatorApi, type Delivery, type DoorApi, type JoinOutcome, Unreachable } from '../protocol/coordinator-api.ts';
import { type Book, MemoryBook, MemorySpool } from '../protocol/durable.ts';
import { type JoinRequest, type KeptInvitation, takeJoinRequest } from '../protocol/invitation.ts';
import { activeMember, adoptLog, foldMembership, type Membership } from '../protocol/membership.ts';
import { decodeMessage } from '../protocol/message.ts';
import { noRounds } from '../protocol/round/round-api.ts';
import { type SignedStatement, statementHash } from '../protocol/statements.ts';
import { seededRandom, startMs } from '../protocol/testing.ts';
import { ProtocolFault } from '../protocol/words.ts';
import type { Identity, ParticipantPorts } from './ports.ts';

const skewMs = 5 * 60_000;
export const dayMs = 86_400_000;

export class TestClock {
  ms = startMs;
  nowMs(): number {
    return this.ms;
  }
}

/** What a coordinator says instead of the truth. Each gets what would be said, and who asks. */
export type Lies = {
  log?: (log: SignedStatement[], caller: string) => SignedStatement[];
  joinRequests?: (requests: JoinRequest[]) => JoinRequest[];
  doorLog?: (log: SignedStatement[]) => SignedStatement[];
  revocations?: (list: string | undefined) => string | undefined;
  leaf?: (leaf: string | undefined, caller: string) => string | undefined;
};

export class TestCoordinator {
  readonly #clock: TestClock;
  readonly member: string;
  statements: SignedStatement[];
  lies: Lies = {};
  away = false;
  list: string | undefined;
  readonly invitations = new Map<string, KeptInvitation>();
  readonly joins = new Map<string, { request: JoinRequest; refused?: true }>();
  readonly leaves = new Map<string, string>();
  readonly leafRequests = new Map<string, string>();
  /** Serial numbers of all leaves that came, by their keys. */
  readonly serials = new Map<string, Set<string>>();
  readonly #mail = new Map<string, { next: number; held: Delivery[] }>();

  constructor(clock: TestClock, member: string, welcome: { log: readonly SignedStatement[]; revocations: string }) {
    this.#clock = clock;
    this.member = member;
    this.statements = structuredClone([...welcome.log]);
    this.list = welcome.revocations;
  }

  #folded: { of: SignedStatement[]; membership: Membership } | undefined;

  get membership(): Membership {
    if (this.#folded?.of !== this.statements) {
      this.#folded = { of: this.statements, membership: foldMembership(this.statements) };
    }
    return this.#folded.membership;
  }

  /** What TLS and checkLeaf make sure of, both ways. */
  async admitCaller(identity: Identity): Promise<string> {
    if (this.away) throw new Unreachable();
    const { membership } = this;
    const ca = Buffer.from(membership.authority, 'base64url');
    const nowMs = this.#clock.nowMs();
    const revoked = this.list === undefined ? new Set<string>() : (await readRevocationList(this.list, pem(ca))).serials;
    const check: LeafCheck = checkLeaf(identity.certificate, { federation: membership.federation, ca, revoked, nowMs, skewMs });
    if (!check.ok) throw new ProtocolFault(check.code);
    if (!new X509Certificate(identity.certificate).checkPrivateKey(createPrivateKey(identity.privateKey))) {
      throw new Unreachable('handshake');
    }
    if (identity.coordinator !== this.member) throw new ProtocolFault('certificate_other_member');
    const own = await readRevocationList(identity.revocationList, identity.authority);
    // TLS takes no connection by a list that has run out.
    if (nowMs > own.nextUpdateMs) throw new Unreachable('list');
    activeMember(membership, check.member);
    return check.member;
  }

  async append(caller: string, statement: SignedStatement): Promise<void> {
    const { seq, by } = statement.statement;
    const held = this.statements[seq];
    if (held && statementHash(held) === statementHash(statement)) return;
    if (caller !== by && caller !== this.membership.founder) throw new ProtocolFault('not_allowed');
    if (seq !== this.statements.length)
      throw new ProtocolFault(seq < this.statements.length ? 'log_forked' : 'log_gap', `${seq}`);
    const next = [...this.statements, structuredClone(statement)];
    adoptLog(this.membership, next);
    this.statements = next;
  }

  async publishLeaf(member: string, leaf: string): Promise<void> {
    const ca = Buffer.from(this.membership.authority, 'base64url');
    const trust = { federation: this.membership.federation, ca, revoked: new Set<string>(), nowMs: this.#clock.nowMs(), skewMs };
    const check = checkLeaf(leaf, trust);
    if (!check.ok) throw new ProtocolFault(check.code);
    if (check.member !== member) throw new ProtocolFault('certificate_other_member');
    this.leaves.set(member, leaf);
    const key = keyOfLeaf(leaf);
    this.serials.set(key, new Set([...(this.serials.get(key) ?? []), check.serial]));
    const request = this.leafRequests.get(member);
    if (request !== undefined && keyOfRequest(request) === keyOfLeaf(leaf)) this.leafRequests.delete(member);
  }

  requestLeaf(member: string, request: string): void {
    const leaf = this.leaves.get(member);
    if (leaf !== undefined && keyOfLeaf(leaf) === keyOfRequest(request)) return;
    this.leafRequests.set(member, request);
  }

  async publishRevocations(list: string): Promise<void> {
    const authority = pem(Buffer.from(this.membership.authority, 'base64url'));
    const read = await readRevocationList(list, authority);
    const held = this.list === undefined ? undefined : await readRevocationList(this.list, authority);
    if (held && read.thisUpdateMs < held.thisUpdateMs) throw new ProtocolFault('revocation_list_wrong', 'older');
    this.list = list;
  }

  waitingJoins(): JoinRequest[] {
    const { usedInvitations } = this.membership;
    return [...this.joins]
      .filter(([id, { refused }]) => !refused && !usedInvitations.has(id))
      .map(([, { request }]) => structuredClone(request));
  }

  invitation(id: string): KeptInvitation {
    const kept = this.invitations.get(id);
    if (kept === undefined) throw new ProtocolFault('invitation_wrong');
    if (kept.usedBy === undefined && this.#clock.nowMs() >= kept.expiresAtMs) throw new ProtocolFault('invitation_expired');
    return kept;
  }

  join(request: JoinRequest): void {
    const kept = this.invitation(request.invitation);
    const held = this.joins.get(kept.id);
    if (held && JSON.stringify(held.request) === JSON.stringify(request)) return;
    const taken = takeJoinRequest(kept, request, this.#clock.nowMs());
    if (held?.refused || this.membership.usedInvitations.has(kept.id)) throw new ProtocolFault('invitation_used');
    this.invitations.set(kept.id, taken.kept);
    this.joins.set(kept.id, { request: structuredClone(request) });
  }

  outcome(id: string): JoinOutcome {
    const join = this.joins.get(this.invitation(id).id);
    if (join === undefined) throw new ProtocolFault('invitation_wrong');
    if (!this.membership.usedInvitations.has(id)) return { state: join.refused ? 'refused' : 'waiting' };
    const leaf = this.leaves.get(join.request.descriptor.descriptor.member);
    if (leaf === undefined || this.list === undefined) return { state: 'waiting' };
    return { state: 'admitted', leaf, revocations: this.list };
  }

  send(caller: string, message: Uint8Array): void {
    const { header } = decodeMessage(message);
    if (header.from !== caller) throw new ProtocolFault('not_allowed');
    activeMember(this.membership, header.to);
    const box = this.#mail.get(header.to) ?? { next: 1, held: [] };
    if (!box.held.some((one) => Buffer.from(one.message).equals(message))) {
      box.held.push({ number: box.next, message: Uint8Array.from(message) });
      box.next += 1;
    }
    this.#mail.set(header.to, box);
  }

  received(caller: string, after: number): Delivery[] {
    return structuredClone((this.#mail.get(caller)?.held ?? []).filter(({ number }) => number > after));
  }

  acknowledge(caller: string, upTo: number): void {
    const box = this.#mail.get(caller);
    if (box) box.held = box.held.filter(({ number }) => number > upTo);
  }
}

const pem = (der: Uint8Array) => `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----`;
const keyOfRequest = (request: string) =>
  Buffer.from(new x509.Pkcs10CertificateRequest(request).publicKey.rawData).toString('hex');
const keyOfLeaf = (leaf: string) => new X509Certificate(leaf).publicKey.export({ format: 'der', type: 'spki' }).toString('hex');

/** Coordinators by their addresses. */
export class TestNet {
  readonly clock = new TestClock();
  readonly coordinators = new Map<string, TestCoordinator>();

  at(address: string): TestCoordinator {
    const found = this.coordinators.get(address);
    if (found === undefined || found.away) throw new Unreachable();
    return found;
  }

  begin(address: string, member: string, welcome: { log: readonly SignedStatement[]; revocations: string }): TestCoordinator {
    const coordinator = new TestCoordinator(this.clock, member, welcome);
    this.coordinators.set(address, coordinator);
    return coordinator;
  }

  connect(identity: Identity): CoordinatorApi {
    const calling = async () => {
      const coordinator = this.at(identity.address);
      return { coordinator, caller: await coordinator.admitCaller(identity) };
    };
    const founder = async () => {
      const { coordinator, caller } = await calling();
      if (caller !== coordinator.membership.founder) throw new ProtocolFault('not_allowed');
      return coordinator;
    };
    return {
      log: async (from) => {
        const { coordinator, caller } = await calling();
        const log = structuredClone(coordinator.statements);
        return (coordinator.lies.log?.(log, caller) ?? log).slice(from);
      },
      append: async (statement) => {
        const { coordinator, caller } = await calling();
        await coordinator.append(caller, statement);
      },
      revocations: async () => {
        const { coordinator } = await calling();
        return coordinator.lies.revocations ? coordinator.lies.revocations(coordinator.list) : coordinator.list;
      },
      leaf: async () => {
        const { coordinator, caller } = await calling();
        const leaf = coordinator.leaves.get(caller);
        return coordinator.lies.leaf ? coordinator.lies.leaf(leaf, caller) : leaf;
      },
      requestLeaf: async (request) => {
        const { coordinator, caller } = await calling();
        coordinator.requestLeaf(caller, request);
      },
      send: async (message) => {
        const { coordinator, caller } = await calling();
        coordinator.send(caller, message);
      },
      receive: async (after) => {
        const { coordinator, caller } = await calling();
        return coordinator.received(caller, after);
      },
      acknowledge: async (upTo) => {
        const { coordinator, caller } = await calling();
        coordinator.acknowledge(caller, upTo);
      },
      publishInvitation: async ({ id, federation, proofKey, expiresAtMs }) => {
        const { invitations } = await founder();
        if (!invitations.has(id)) invitations.set(id, { id, federation, proofKey, expiresAtMs });
      },
      withdrawInvitation: async (id) => {
        const { invitations, joins } = await founder();
        invitations.delete(id);
        joins.delete(id);
      },
      joinRequests: async () => {
        const coordinator = await founder();
        const requests = coordinator.waitingJoins();
        return coordinator.lies.joinRequests?.(requests) ?? requests;
      },
      refuseJoin: async (id) => {
        const { joins } = await founder();
        const join = joins.get(id);
        if (join === undefined) throw new ProtocolFault('invitation_wrong');
        joins.set(id, { ...join, refused: true });
      },
      leafRequests: async () => {
        const { leafRequests, membership } = await founder();
        const active = [...leafRequests].filter(([member]) => membership.members.get(member)?.status === 'member');
        return active.map(([member, request]) => ({ member, request }));
      },
      publishLeaf: async (member, leaf) => (await founder()).publishLeaf(member, leaf),
      publishRevocations: async (list) => (await founder()).publishRevocations(list),
      rounds: noRounds,
    };
  }

  knock(address: string): DoorApi {
    return {
      log: async (invitation) => {
        const coordinator = this.at(address);
        coordinator.invitation(invitation);
        const log = structuredClone(coordinator.statements);
        return coordinator.lies.doorLog?.(log) ?? log;
      },
      join: async (request) => this.at(address).join(request),
      outcome: async (invitation) => this.at(address).outcome(invitation),
    };
  }
}

/** A node's ports: its Book stays when the node is opened anew. */
export function testPorts(net: TestNet, seed: string): ParticipantPorts & { readonly book: Book } {
  return {
    clock: net.clock,
    random: seededRandom(seed),
    book: new MemoryBook(),
    spool: new MemorySpool(),
    connect: (identity) => net.connect(identity),
    knock: (address) => net.knock(address),
  };
}

/** The process ends here: nothing after it is done, and nothing catches it. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Ports that end the process before the n-th write or call, counted from 1. Reads change nothing and are not counted.
 * @returns `counter` tells how many there were
 */
export function mortalPorts(ports: ParticipantPorts, killAt: number) {
  const counter = { count: 0 };
  const step = <Result>(work: () => Promise<Result>): Promise<Result> => {
    counter.count += 1;
    return counter.count >= killAt ? Promise.reject(new Killed()) : work();
  };
  const mortal = <Target extends object>(target: Target): Target =>
    new Proxy(target, {
      get(object, name) {
        const value: unknown = Reflect.get(object, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => step(() => Promise.resolve(Reflect.apply(value, object, given) as unknown));
      },
    });
  const book: Book = {
    write: (changes) => step(() => ports.book.write(changes)),
    read: (collection, key) => ports.book.read(collection, key),
    list: (collection, prefix) => ports.book.list(collection, prefix),
  };
  const wrapped: ParticipantPorts = {
    ...ports,
    book,
    connect: (identity) => mortal(ports.connect(identity)),
    knock: (address) => mortal(ports.knock(address)),
  };
  return { ports: wrapped, counter };
}
