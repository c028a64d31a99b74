// What stands before a node's SCIM in an organisation whose programs provision people by Gluu's client, played on loopback: an UMA 2.0
// authorization server that hands out tokens, and a gateway that puts the node's directory key in their place. What it does of the node's
// work is nothing: bodies, answers and statuses of people and groups pass as they came.
//
// Two things are for that client alone, and both touch what the service says of itself, no person and no group. It asks for ResourceTypes
// without a token, so the gateway asks the node for them with the key. And it ends with a TypeError unless Gluu's own FidoDevice and
// Fido2Device are among them, so the gateway adds these two.

import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export type ScimGatewayOptions = {
  /** The node's own address. */
  node: string;
  /** The node's directory key. It can be changed later, as when it is rotated. */
  directoryKey: string;
  client: { id: string; keyId: string /** PEM. */; publicKey: string };
};
export type ScimGateway = {
  url: string;
  tokenEndpoint: string;
  directoryKey: string;
  /** What came in with a token, as the node answered it. */
  passed: { method: string; path: string; status: number }[];
  /** The last form that a client sent for a token. */
  lastForm: string;
  /** Why a client got no token. */
  refusals: string[];
  close(): Promise<void>;
};

const tokenPath = '/oxauth/restv1/token';
const umaPath = '/.well-known/uma2-configuration';
/** The client puts this before what it knows by name, and before the endpoints that ResourceTypes tells (RFC 7643, section 6: from the base on). */
const clientPath = /^\/identity\/restv1(?:\/scim\/v2)?(?=\/)/;
const nodePath = '/scim/v2';
const aboutPaths = ['/ServiceProviderConfig', '/ResourceTypes', '/Schemas'];
/** How long a ticket and a token are good, and the longest life of an assertion. */
const lifeMs = 60_000;
const grantType = 'urn:ietf:params:oauth:grant-type:uma-ticket';
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** `Users` or `Groups`: what a ticket was given for, and what the token for it opens. */
type Permission = { resource: string; untilMs: number };

export async function startScimGateway({ node, directoryKey, client }: ScimGatewayOptions): Promise<ScimGateway> {
  const server = createServer((incoming, response) => {
    serve(incoming, response).catch((error: unknown) => {
      response.writeHead(502).end(String(error));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const authorization = new AuthorizationServer(`${url}${tokenPath}`, client);
  const gateway: ScimGateway = {
    url,
    tokenEndpoint: `${url}${tokenPath}`,
    directoryKey,
    passed: [],
    lastForm: '',
    refusals: [],
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };

  async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(incoming.url ?? '', url);
    if (pathname === umaPath) return answer(response, 200, { issuer: url, token_endpoint: gateway.tokenEndpoint });
    if (pathname === tokenPath) return giveToken(incoming, response);
    if (!clientPath.test(pathname)) return answer(response, 404, {});
    const path = pathname.replace(clientPath, '');
    if (aboutPaths.includes(path)) return tellAbout(path, response);
    const [, resource = ''] = path.split('/');
    if (!authorization.opens(incoming.headers.authorization, resource)) {
      const ticket = authorization.ticketFor(resource);
      response.setHeader('www-authenticate', `UMA realm="holdfast", as_uri="${url}", ticket="${ticket}"`);
      return answer(response, 401, {});
    }
    pass(incoming, response, `${nodePath}${path}${search}`);
  }

  async function giveToken(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    gateway.lastForm = await text(incoming);
    const given = authorization.tokenFor(new URLSearchParams(gateway.lastForm));
    if ('token' in given) return answer(response, 200, { access_token: given.token, token_type: 'Bearer' });
    gateway.refusals.push(given.why);
    answer(response, given.error === 'invalid_client' ? 401 : 400, { error: given.error });
  }

  async function tellAbout(path: string, response: ServerResponse): Promise<void> {
    const told = await fetch(`${node}${nodePath}${path}`, { headers: { authorization: `Bearer ${gateway.directoryKey}` } });
    const about = (await told.json()) as { Resources?: object[] };
    const gluu = ['FidoDevice', 'Fido2Device'].map((id) => ({ id, name: id, endpoint: `/${id}s` }));
    if (path === '/ResourceTypes') about.Resources?.push(...gluu);
    answer(response, told.status, about);
  }

  /** Only the address, the host and the authorization are other than they came. */
  function pass(incoming: IncomingMessage, response: ServerResponse, path: string): void {
    const { method = 'GET' } = incoming;
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const outgoing = request(new URL(path, node), {
      method,
      headers: { ...headers, authorization: `Bearer ${gateway.directoryKey}` },
    });
    outgoing.once('response', (answered) => {
      gateway.passed.push({ method, path, status: answered.statusCode ?? 0 });
      const { connection: _hop, 'keep-alive': _alive, ...kept } = answered.headers;
      response.writeHead(answered.statusCode ?? 502, kept);
      answered.pipe(response);
    });
    outgoing.once('error', (error) => response.destroy(error));
    incoming.pipe(outgoing);
  }

  return gateway;
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

type Refused = { error: 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type'; why: string };
type Claims = { iss?: unknown; sub?: unknown; aud?: unknown; exp?: unknown; jti?: unknown };

/** UMA 2.0 Grant, as far as a program asks for itself: tickets, tokens, and the client's own proof (RFC 7523, section 2.2). */
class AuthorizationServer {
  readonly #tokenEndpoint: string;
  readonly #client: ScimGatewayOptions['client'];
  readonly #tickets = new Map<string, Permission>();
  readonly #tokens = new Map<string, Permission>();
  readonly #assertions = new Set<string>();

  constructor(tokenEndpoint: string, client: ScimGatewayOptions['client']) {
    this.#tokenEndpoint = tokenEndpoint;
    this.#client = client;
  }

  ticketFor(resource: string): string {
    return keep(this.#tickets, resource);
  }

  opens(header: string | undefined, resource: string): boolean {
    const held = this.#tokens.get(/^Bearer (.+)$/.exec(header ?? '')?.[1] ?? '');
    return held !== undefined && held.resource === resource && held.untilMs > Date.now();
  }

  tokenFor(form: URLSearchParams): { token: string } | Refused {
    if (form.get('grant_type') !== grantType) return { error: 'unsupported_grant_type', why: 'grant_type' };
    // A ticket is worth one try, whatever becomes of it.
    const ticket = form.get('ticket') ?? '';
    const held = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (!held || held.untilMs <= Date.now()) return { error: 'invalid_grant', why: 'ticket' };
    const flaw = this.#flawOf(form);
    if (flaw !== undefined) return { error: 'invalid_client', why: flaw };
    return { token: keep(this.#tokens, held.resource) };
  }

  /** What is wrong with the proof of who the client is. Its `iat` is not looked at: this client gives it in milliseconds. */
  #flawOf(form: URLSearchParams): string | undefined {
    const { id, keyId, publicKey } = this.#client;
    if (form.get('client_id') !== id || form.get('client_assertion_type') !== assertionType) return 'client_id';
    const [head = '', payload = '', signature = ''] = (form.get('client_assertion') ?? '').split('.');
    const header = decoded(head) as { alg?: unknown; kid?: unknown };
    if (header.alg !== 'RS256' || header.kid !== keyId) return 'key';
    const signed = Buffer.from(`${head}.${payload}`);
    if (!verify('sha256', signed, createPublicKey(publicKey), Buffer.from(signature, 'base64url'))) return 'signature';
    const { iss, sub, aud, exp, jti } = decoded(payload) as Claims;
    if (iss !== id || sub !== id) return 'issuer';
    if (aud !== this.#tokenEndpoint) return 'audience';
    const leftMs = Number(exp) * 1000 - Date.now();
    if (!(leftMs > 0 && leftMs <= lifeMs)) return 'expiry';
    if (typeof jti !== 'string' || this.#assertions.has(jti)) return 'replay';
    this.#assertions.add(jti);
    return undefined;
  }
}

function keep(permissions: Map<string, Permission>, resource: string): string {
  const made = randomBytes(32).toString('base64url');
  permissions.set(made, { resource, untilMs: Date.now() + lifeMs });
  return made;
}

function decoded(part: string): object {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
