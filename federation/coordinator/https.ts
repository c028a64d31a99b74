// The coordinator over HTTPS. Members prove who they are by their certificates, asked again with every call, so that one revoked, expired or
// removed is refused over a connection that is open already; who has only an invitation knocks at the door, slowly.
//
// OpenSSL is not given the list of revoked certificates: it would refuse everybody once the list has run out, the founder with a new one too.
// checkLeaf holds every call to the list instead.

import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { checkLeaf, mutualTls } from '../protocol/check-leaf.ts';
import { type CoordinatorApi, Unreachable } from '../protocol/coordinator-api.ts';
import type { JoinRequest } from '../protocol/invitation.ts';
import { activeMember } from '../protocol/membership.ts';
import { protocolVersion, refusalOf } from '../protocol/message.ts';
import type { RoundApi } from '../protocol/round/round-api.ts';
import type { SignedStatement } from '../protocol/statements.ts';
import {
  checkWireVersion,
  codeOfTls,
  type DoorCall,
  doorCalls,
  encodeDeliveries,
  type LogPage,
  type MemberCall,
  memberCalls,
  messageType,
  versionHeader,
  wireLimits,
  wirePaths,
} from '../protocol/wire.ts';
import { type ProtocolCode, ProtocolFault } from '../protocol/words.ts';
import type { Coordinator } from './coordinator.ts';
import { DoorLimit } from './door-limit.ts';

export const httpsLimits = {
  /** Open connections; beyond, a new one is closed at once. */
  connections: 1000,
  /** Of these, connections without a certificate: whoever fills them keeps no member out. */
  strangers: 100,
  handshakeMs: 10_000,
  /** Messages that are taken in at once, each up to 16 MiB in memory; of one member, and together. Beyond: 503, and the member tries again. */
  sendsOfMember: 4,
  sends: 16,
  /** A whole request, from its first byte to the last of its body. */
  requestMs: 120_000,
  /** An idle connection is kept open: a member asks about every minute. */
  keepAliveMs: 90_000,
} as const;

export type Leaf = { readonly certificate: string; readonly privateKey: string };
export type HttpsOptions = {
  readonly coordinator: Coordinator;
  readonly clock: { nowMs(): number };
  /** PEM. */
  readonly leaf: Leaf;
  /** Such as `0.0.0.0`. @param port 0 for any that is free */
  readonly address: string;
  readonly port: number;
  /** Told of what is nobody's fault but the coordinator's own. */
  failed?(error: unknown): void;
};
export type Listening = {
  readonly port: number;
  /** For connections from now on. */
  setLeaf(leaf: Leaf): void;
  close(): Promise<void>;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set for calls of members. */
    federationMember: string;
  }
}

export async function listenHttps(options: HttpsOptions): Promise<Listening> {
  const { coordinator } = options;
  const http = fastify({
    https: {
      ...tls(options.leaf, coordinator),
      keepAliveTimeout: httpsLimits.keepAliveMs,
      handshakeTimeout: httpsLimits.handshakeMs,
    },
    requestTimeout: httpsLimits.requestMs,
    bodyLimit: wireLimits.callBytes,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  });
  const server = http.server as HttpsServer;
  server.maxConnections = httpsLimits.connections;
  const sockets = watch(server);
  answerFaults(http, options);
  http.decorateRequest('federationMember', '');
  http.addContentTypeParser(messageType, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  await http.register(async (members) => mountMembers(members, coordinator), { prefix: wirePaths.member });
  await http.register(async (door) => mountDoor(door, options), { prefix: wirePaths.door });
  const unsubscribe = coordinator.onChange((change) => {
    if (change !== 'leaf') closeRefused(sockets, coordinator);
  });
  await http.listen({ host: options.address, port: options.port });
  return {
    port: (server.address() as AddressInfo).port,
    setLeaf: (leaf) => server.setSecureContext(tls(leaf, coordinator)),
    close: async () => {
      unsubscribe();
      await http.close();
    },
  };
}

/** A certificate is asked for, and connections without one are taken all the same: a newcomer has none. */
function tls({ certificate, privateKey }: Leaf, coordinator: Coordinator) {
  const { crl: _, ...options } = mutualTls({ certificate, privateKey, authority: coordinator.authority, revocationList: '' });
  return { ...options, rejectUnauthorized: false };
}

function watch(server: HttpsServer): Set<TLSSocket> {
  const sockets = new Set<TLSSocket>();
  let strangers = 0;
  server.on('secureConnection', (socket) => {
    const strange = !socket.authorized;
    if (strange && strangers >= httpsLimits.strangers) {
      socket.destroy();
      return;
    }
    if (strange) strangers += 1;
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      if (strange) strangers -= 1;
    });
  });
  // What a client does wrong before it is a connection.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return sockets;
}

/** A connection's certificate stays the same (TLS 1.3), and asking for it takes most of a short call. */
const certificates = new WeakMap<TLSSocket, Buffer>();

function certificateOf(socket: TLSSocket): Buffer | undefined {
  const raw = certificates.get(socket) ?? (socket.getPeerCertificate().raw as Buffer | undefined);
  if (raw) certificates.set(socket, raw);
  return raw;
}

/** Connections of who is not let in any more end, long waits with them. */
function closeRefused(sockets: Iterable<TLSSocket>, coordinator: Coordinator): void {
  for (const socket of sockets) {
    const raw = certificateOf(socket);
    if (raw === undefined) continue;
    const check = checkLeaf(raw, coordinator.trust);
    const member = check.ok ? coordinator.membership.members.get(check.member) : undefined;
    if (!check.ok || member?.ended) socket.destroy();
  }
}

/** @returns the member that is at the other end  @throws {ProtocolFault} what is wrong with its certificate or the list */
function memberOf(socket: TLSSocket, coordinator: Coordinator): string {
  const raw = certificateOf(socket);
  if (raw === undefined) throw new ProtocolFault('certificate_malformed', 'none');
  const { trust, membership } = coordinator;
  const check = checkLeaf(raw, trust);
  if (!check.ok) throw new ProtocolFault(check.code);
  if (!socket.authorized) {
    throw new ProtocolFault(codeOfTls(String(socket.authorizationError)) ?? 'certificate_issuer_unknown');
  }
  activeMember(membership, check.member);
  const untilMs = coordinator.revokedUntilMs;
  const listStands = untilMs !== undefined && trust.nowMs <= untilMs + trust.skewMs;
  if (!listStands && check.member !== membership.founder) throw new ProtocolFault('revocation_list_old');
  return check.member;
}

const statuses: { readonly [code in ProtocolCode]?: number } = {
  too_large: 413,
  version_newer: 426,
  version_older: 426,
  not_allowed: 403,
  member_unknown: 403,
  member_ended: 403,
  revocation_list_old: 403,
  log_forked: 409,
  log_gap: 409,
  sequence_conflict: 409,
  mailbox_full: 507,
  session_full: 507,
};
const statusOf = (code: ProtocolCode) => statuses[code] ?? (code.startsWith('certificate_') ? 401 : 400);

/** Refusals as every version reads them; of what failed here no word, but that it may be tried again. */
function answerFaults(http: FastifyInstance, options: HttpsOptions): void {
  http.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const fault = error instanceof ProtocolFault ? error : faultOfRequest(error);
    if (fault) return reply.status(statusOf(fault.code)).send(refusalOf(fault));
    if (!(error instanceof Unreachable)) options.failed?.(error);
    return reply.status(503).send({});
  });
  http.setNotFoundHandler((_request, reply) => reply.status(404).send(refusalOf(new ProtocolFault('malformed', 'call'))));
  http.addHook('onRequest', async (request, reply) => {
    reply.header(versionHeader, `${protocolVersion}`);
    checkWireVersion(request.headers[versionHeader]);
  });
}

/** What the library refuses: bodies that are too long, no JSON, of another type. */
function faultOfRequest({ statusCode }: { statusCode?: number }): ProtocolFault | undefined {
  if (statusCode === 413) return new ProtocolFault('too_large');
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
    ? new ProtocolFault('malformed', 'request')
    : undefined;
}

function answer(reply: FastifyReply, value: unknown): FastifyReply {
  if (value instanceof Uint8Array) return reply.type(messageType).send(value);
  return reply.type('application/json').send(JSON.stringify({ value }));
}

type Call<Api> = (api: Api, given: never) => Promise<unknown>;

const page = (all: SignedStatement[]): LogPage => ({
  statements: all.slice(0, wireLimits.logPage),
  more: all.length > wireLimits.logPage,
});

const forMembers: { readonly [name in MemberCall]: Call<CoordinatorApi> } = {
  log: async (api, { from }: { from: number }) => page(await api.log(from)),
  append: (api, { statement }: { statement: SignedStatement }) => api.append(statement),
  revocations: (api) => api.revocations(),
  leaf: (api) => api.leaf(),
  requestLeaf: (api, { request }: { request: string }) => api.requestLeaf(request),
  receive: async (api, { after, waitMs }: { after: number; waitMs: number }) =>
    encodeDeliveries(await api.receive(after, waitMs)),
  acknowledge: (api, { upTo }: { upTo: number }) => api.acknowledge(upTo),
  publishInvitation: (api, { invitation }: { invitation: Parameters<CoordinatorApi['publishInvitation']>[0] }) =>
    api.publishInvitation(invitation),
  withdrawInvitation: (api, { id }: { id: string }) => api.withdrawInvitation(id),
  joinRequests: (api) => api.joinRequests(),
  refuseJoin: (api, { invitation }: { invitation: string }) => api.refuseJoin(invitation),
  leafRequests: (api) => api.leafRequests(),
  publishLeaf: (api, { member, leaf }: { member: string; leaf: string }) => api.publishLeaf(member, leaf),
  publishRevocations: (api, { list }: { list: string }) => api.publishRevocations(list),
  roundNews: (api, { seen, waitMs }: { seen: { [round: string]: number }; waitMs: number }) => api.rounds.news(seen, waitMs),
  roundPost: (api, { entry }: { entry: Parameters<RoundApi['post']>[0] }) => api.rounds.post(entry),
  roundClose: (api, { closing }: { closing: Parameters<RoundApi['close']>[0] }) => api.rounds.close(closing),
  roundFetch: (api, { round, digest }: { round: string; digest: string }) => api.rounds.fetch(round, digest),
};

function mountMembers(http: FastifyInstance, coordinator: Coordinator): void {
  http.addHook('onRequest', async (request) => {
    request.federationMember = memberOf(request.raw.socket as TLSSocket, coordinator);
  });
  for (const [name, read] of Object.entries(memberCalls)) {
    http.post(name, async (request, reply) => {
      const api = coordinator.forMember(request.federationMember);
      return answer(reply, await forMembers[name as MemberCall](api, read(request.body) as never));
    });
  }
  mountSend(http, coordinator);
}

function mountSend(http: FastifyInstance, coordinator: Coordinator): void {
  const sending = new Map<string, number>();
  let all = 0;
  const begin = async (request: FastifyRequest, reply: FastifyReply) => {
    const member = request.federationMember;
    const own = sending.get(member) ?? 0;
    if (own >= httpsLimits.sendsOfMember || all >= httpsLimits.sends) throw new Unreachable('too many at once');
    sending.set(member, own + 1);
    all += 1;
    // However it ends, also when the connection breaks before the body is whole.
    reply.raw.once('close', () => {
      sending.set(member, sending.get(member)! - 1);
      all -= 1;
    });
  };
  http.post('send', { bodyLimit: wireLimits.messageBytes, onRequest: begin }, async (request, reply) => {
    if (!Buffer.isBuffer(request.body)) throw new ProtocolFault('malformed', 'send');
    await coordinator.forMember(request.federationMember).send(request.body);
    return answer(reply, undefined);
  });
  http.post<{ Params: { round: string } }>(
    'roundGive/:round',
    { bodyLimit: wireLimits.messageBytes, onRequest: begin },
    async (request, reply) => {
      if (!Buffer.isBuffer(request.body)) throw new ProtocolFault('malformed', 'roundGive');
      await coordinator.forMember(request.federationMember).rounds.give(request.params.round, request.body);
      return answer(reply, undefined);
    },
  );
}

function mountDoor(http: FastifyInstance, { coordinator, clock }: HttpsOptions): void {
  const door = coordinator.door();
  const limit = new DoorLimit(clock);
  const forDoor: { readonly [name in DoorCall]: Call<typeof door> } = {
    log: async (api, { invitation, from }: { invitation: string; from: number }) => page((await api.log(invitation)).slice(from)),
    join: (api, { request }: { request: JoinRequest }) => api.join(request),
    outcome: (api, { invitation }: { invitation: string }) => api.outcome(invitation),
  };
  http.addHook('onRequest', async ({ ip }, reply) => {
    if (limit.take(ip)) return undefined;
    return reply.status(429).send({});
  });
  for (const [name, read] of Object.entries(doorCalls)) {
    http.post(name, { bodyLimit: doorBytes }, async (request, reply) =>
      answer(reply, await forDoor[name as DoorCall](door, read(request.body) as never)),
    );
  }
}

/** A request to join with its description and its certificate request. */
const doorBytes = 64 * 1024;
