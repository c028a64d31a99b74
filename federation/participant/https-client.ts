// The coordinator as a member reaches it over HTTPS: each call checks who answers, has an end, and comes back as what the coordinator said, a
// ProtocolFault, or Unreachable for everything that says nothing about the call. Every call may be made again.
//
// OpenSSL is not given the list of revoked certificates, as it would not let us fetch a new one once ours has run out: memberIdentity holds
// the coordinator to the list that we have.

import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import { authorityPem, readRevocationList } from '../protocol/certificates.ts';
import { checkLeaf, memberIdentity, mutualTls } from '../protocol/check-leaf.ts';
import { type CoordinatorApi, type DoorApi, Unreachable } from '../protocol/coordinator-api.ts';
import { clockSkewLimitMs } from '../protocol/inbox.ts';
import { activeMember, foldMembership, type Membership } from '../protocol/membership.ts';
import { protocolVersion } from '../protocol/message.ts';
import type { SignedStatement } from '../protocol/statements.ts';
import {
  codeOfTls,
  type DoorCall,
  decodeDeliveries,
  doorAnswers,
  faultOf,
  type LogPage,
  type MemberCall,
  memberAnswers,
  messageType,
  versionHeader,
  wireLimits,
  wirePaths,
} from '../protocol/wire.ts';
import { ProtocolFault } from '../protocol/words.ts';
import type { Identity } from './ports.ts';

export const clientLimits = {
  /** Connections to the coordinator: a wait for messages holds one, and a wait for news of rounds. */
  connections: 8,
  /** A call from its first byte to the answer's last; receive() waits so much longer than asked. */
  callMs: 30_000,
  /** 16 MiB over a slow line. */
  messageMs: 180_000,
} as const;

type Clock = { nowMs(): number };
type Answer = { readonly status: number; readonly bytes: Buffer };

/** Ends its connections; calls under way become Unreachable. */
export type Closing = { close(): void };

/** As a member, once it has its certificate. A new certificate or list is a new one of these. */
export function httpsCoordinator(identity: Identity, clock: Clock): CoordinatorApi & Closing {
  const { federation, coordinator, authority } = identity;
  let revoked: Promise<ReadonlySet<string>> | undefined;
  let serials: ReadonlySet<string> = new Set();
  const trust = () => ({ federation, ca: authority, revoked: serials, nowMs: clock.nowMs(), skewMs: clockSkewLimitMs });
  const { crl: _, requestCert: __, ...tls } = mutualTls(identity);
  const line = new Line(identity.address, {
    ...tls,
    checkServerIdentity: memberIdentity({ federation, member: coordinator }, trust),
  });
  const post = async (name: MemberCall | 'send' | `roundGive/${string}`, body: unknown, ms: number = clientLimits.callMs) => {
    revoked ??= readRevocationList(identity.revocationList, authority).then((list) => list.serials);
    serials = await revoked;
    return line.post(`${wirePaths.member}${name}`, body, ms);
  };
  const call = async <Name extends keyof typeof memberAnswers>(name: Name, given: object) =>
    valueIn<ReturnType<(typeof memberAnswers)[Name]>>(await post(name, given), memberAnswers[name] as never);
  return {
    log: (from) => wholeLog((at) => call('log', { from: at }), from),
    append: (statement) => call('append', { statement }),
    revocations: () => call('revocations', {}),
    leaf: () => call('leaf', {}),
    requestLeaf: (request) => call('requestLeaf', { request }),
    send: async (message) => {
      // The coordinator would close the connection before we had read why.
      if (message.length > wireLimits.messageBytes) throw new ProtocolFault('too_large', `${wireLimits.messageBytes}`);
      await post('send', message, clientLimits.messageMs);
    },
    receive: async (after, waitMs) =>
      decodeDeliveries((await post('receive', { after, waitMs }, waitMs + clientLimits.messageMs)).bytes),
    acknowledge: (upTo) => call('acknowledge', { upTo }),
    publishInvitation: (invitation) => call('publishInvitation', { invitation }),
    withdrawInvitation: (id) => call('withdrawInvitation', { id }),
    joinRequests: () => call('joinRequests', {}),
    refuseJoin: (invitation) => call('refuseJoin', { invitation }),
    leafRequests: () => call('leafRequests', {}),
    publishLeaf: (member, leaf) => call('publishLeaf', { member, leaf }),
    publishRevocations: (list) => call('publishRevocations', { list }),
    rounds: {
      news: async (seen, waitMs) =>
        valueIn(await post('roundNews', { seen, waitMs }, waitMs + clientLimits.messageMs), memberAnswers.roundNews),
      post: (entry) => call('roundPost', { entry }),
      close: (closing) => call('roundClose', { closing }),
      give: async (round, bytes) => {
        await post(`roundGive/${round}`, bytes, clientLimits.messageMs);
      },
      fetch: async (round, digest) => (await post('roundFetch', { round, digest }, clientLimits.messageMs)).bytes,
    },
    close: () => line.close(),
  };
}

export type HttpsDoor = DoorApi &
  Closing & {
    /** From now on only a coordinator of this federation is asked. For who has checked the log before, such as before a restart. */
    verifyPeer(membership: Membership): void;
  };

/**
 * With an invitation and no certificate. Whoever answers is believed as far as the log: log() gives it to the caller, who folds it and holds it
 * to the invitation (checkFounder), and from then on the peer has to show a leaf that the log's authority signed, of a member that
 * coordinates. So whoever stands between and shows the true log gets no request, and one who shows a log of his own is found out by the
 * caller. join() and outcome() without a log() or verifyPeer() before fetch the log themselves, which holds the peer to what it shows and not
 * to the founder.
 */
export function httpsDoor(address: string, clock: Clock): HttpsDoor {
  const strange = new Line(address, { ...newcomerTls, rejectUnauthorized: false });
  let known: Line | undefined;
  const call = async <Name extends DoorCall>(line: Line, name: Name, given: object) =>
    valueIn<ReturnType<(typeof doorAnswers)[Name]>>(
      await line.post(`${wirePaths.door}${name}`, given, clientLimits.callMs),
      doorAnswers[name] as never,
    );
  /** The caller has vouched for the log, and the door is held to it from then on. */
  let vouched = false;
  const pin = (membership: Membership) => {
    known?.close();
    known = new Line(address, {
      ...newcomerTls,
      ca: authorityPem(membership.authority),
      rejectUnauthorized: true,
      checkServerIdentity: (_host, { raw }) => faultOfCoordinator(raw, membership, clock.nowMs()),
    });
  };
  const log = async (invitation: string) => {
    const line = vouched && known ? known : strange;
    const statements = await wholeLog((from) => call(line, 'log', { invitation, from }), 0);
    if (!vouched) pin(foldMembership(statements));
    return statements;
  };
  const verified = async (invitation: string): Promise<Line> => {
    if (known === undefined) await log(invitation);
    return known!;
  };
  return {
    log,
    join: async (request) => call(await verified(request.invitation), 'join', { request }),
    outcome: async (invitation) => call(await verified(invitation), 'outcome', { invitation }),
    verifyPeer: (membership) => {
      vouched = true;
      pin(membership);
    },
    close: () => {
      strange.close();
      known?.close();
    },
  };
}

const newcomerTls = { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;

function faultOfCoordinator(leaf: Buffer, membership: Membership, nowMs: number): Error | undefined {
  const { federation, authority } = membership;
  const ca = authorityPem(authority);
  const check = checkLeaf(leaf, { federation, ca, revoked: new Set(), nowMs, skewMs: clockSkewLimitMs });
  if (!check.ok) return new ProtocolFault(check.code);
  try {
    if (activeMember(membership, check.member).role !== 'participant') return undefined;
  } catch (fault) {
    return fault as Error;
  }
  return new ProtocolFault('certificate_other_member');
}

/** Page after page. */
async function wholeLog(ask: (from: number) => Promise<LogPage>, from: number): Promise<SignedStatement[]> {
  const statements: SignedStatement[] = [];
  for (;;) {
    const page = await ask(from + statements.length);
    statements.push(...page.statements);
    if (!page.more || page.statements.length === 0) return statements;
  }
}

/** @throws {ProtocolFault} malformed, for what a coordinator of this version does not answer */
function valueIn<Value>({ bytes }: Answer, read: (value: unknown) => Value): Value {
  const answer = parse(bytes);
  const value = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : undefined;
  return read(value);
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ProtocolFault('malformed', 'answer');
  }
}

/** Connections to one address that are all checked the same way. */
class Line {
  readonly #host: string;
  readonly #port: number;
  readonly #agent: Agent;

  constructor(address: string, tls: AgentOptions) {
    const at = /^\[?([^\]]+?)\]?:([0-9]{1,5})$/.exec(address);
    if (at === null) throw new ProtocolFault('malformed', 'address');
    this.#host = at[1]!;
    this.#port = Number(at[2]);
    // No session is kept to be resumed, as that would skip the check of who answers.
    this.#agent = new Agent({ ...tls, keepAlive: true, maxSockets: clientLimits.connections, maxCachedSessions: 0 });
  }

  #closed = false;

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  /** @param body bytes, or a value to be sent as JSON  @throws {ProtocolFault} @throws {Unreachable} */
  async post(path: string, body: unknown, ms: number): Promise<Answer> {
    const answer = await this.#once(path, body, ms).catch((fault) => {
      // The connection had been idle and was closed as we wrote: the coordinator saw nothing, or may see the same again.
      if (fault instanceof BrokenOnReuse && !this.#closed) return this.#once(path, body, ms);
      throw fault;
    });
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 503 || answer.status === 429) throw new Unreachable(`status ${answer.status}`);
    throw refusalIn(answer);
  }

  #once(path: string, body: unknown, ms: number): Promise<Answer> {
    if (this.#closed) return Promise.reject(new Unreachable('closed'));
    const isBytes = body instanceof Uint8Array;
    const bytes = isBytes ? body : Buffer.from(JSON.stringify(body), 'utf8');
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const request = httpsRequest({
      host: this.#host,
      port: this.#port,
      path,
      method: 'POST',
      agent: this.#agent,
      signal: AbortSignal.timeout(ms),
      headers: {
        'content-type': isBytes ? messageType : 'application/json',
        'content-length': bytes.length,
        [versionHeader]: `${protocolVersion}`,
      },
    });
    request.on('error', (error) => reject(meaningOf(error, request.reusedSocket)));
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      let size = 0;
      response.on('error', (error) => reject(new Unreachable(error.message)));
      response.on('data', (part: Buffer) => {
        size += part.length;
        if (size > wireLimits.answerBytes) {
          reject(new ProtocolFault('too_large', `${wireLimits.answerBytes}`));
          response.destroy();
        } else parts.push(part);
      });
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(parts) });
      });
      response.on('close', () => reject(new Unreachable('the answer was cut off')));
    });
    request.end(bytes);
    return promise;
  }
}

/** Somebody else's error page, such as a proxy's, says nothing about the call. */
function refusalIn({ status, bytes }: Answer): Error {
  try {
    return faultOf(parse(bytes));
  } catch {
    return new Unreachable(`status ${status}`);
  }
}

class BrokenOnReuse extends Unreachable {}

/** What a failed connection says: something about who answers, or nothing about the call. */
function meaningOf(error: Error & { code?: string }, reused: boolean): Error {
  if (error instanceof ProtocolFault) return error;
  const code = codeOfTls(error.code);
  if (code) return new ProtocolFault(code);
  if (reused && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) return new BrokenOnReuse(error.message);
  return new Unreachable(error.message);
}
