// An OpenID Connect provider on loopback for tests: the unmodified oidc-provider, its login page filled in as a browser would, and a hand
// on its token endpoint for answers that no honest provider gives.

import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Account = { [claim: string]: unknown };
export type Claims = { [claim: string]: unknown };
/** What becomes of a token before it is answered with. */
export type Forgery = { claims?: (claims: Claims) => Claims; key?: KeyObject; header?: { [name: string]: unknown } };
type Provider = { callback(): (request: IncomingMessage, response: ServerResponse) => void };

export type TestProvider = {
  issuer: string;
  clientId: string;
  secret: string;
  accounts: Map<string, Account>;
  forgery: Forgery | undefined;
  /** Answers with this status instead of what was asked for. */
  down: number | undefined;
  /** Paths that were asked for, by the node or the browser. */
  asked: string[];
  /** Where the browser is sent back to once somebody has signed in at `url`. */
  signIn(url: string, account: string): Promise<string>;
  close(): Promise<void>;
};

const redirectHosts = ['127.0.0.1:7700'];

export async function startProvider(options: { claimsInToken?: boolean } = {}): Promise<TestProvider> {
  // It brings no types of its own.
  const name: string = 'oidc-provider';
  const { default: Made } = (await import(name)) as { default: new (issuer: string, configuration: object) => Provider };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const accounts = new Map<string, Account>();
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, secret] = ['holdfast', 'a secret of a client that only tests know'];
  const provider = new Made(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: secret,
        application_type: 'native',
        redirect_uris: redirectHosts.map((host) => `http://${host}/api/session/oidc/callback`),
        grant_types: ['authorization_code'],
        response_types: ['code'],
      },
    ],
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'tests', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: ['cookies of tests'] },
    claims: { email: ['email', 'email_verified'], profile: ['name', 'preferred_username', 'locale', 'groups'] },
    conformIdTokenClaims: options.claimsInToken !== true,
    findAccount: async (_context: unknown, id: string) => ({
      accountId: id,
      claims: async () => ({ sub: id, ...accounts.get(id) }),
    }),
  });
  const handle = provider.callback();
  const made: TestProvider = {
    issuer,
    clientId,
    secret,
    accounts,
    forgery: undefined,
    down: undefined,
    asked: [],
    signIn: (url, account) => browse(url, account),
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    made.asked.push(request.url ?? '');
    if (made.down !== undefined) {
      response.writeHead(made.down).end();
      return;
    }
    if (request.url === '/token' && made.forgery) forge(response, made.forgery, privateKey);
    handle(request, response);
  });
  return made;
}

/** Signs the token of the answer anew, with other claims. */
function forge(response: ServerResponse, forgery: Forgery, ownKey: KeyObject): void {
  const end = response.end.bind(response) as (text: string) => ServerResponse;
  response.end = ((chunk: Buffer | string) => {
    const answer = JSON.parse(String(chunk)) as { id_token: string };
    const [, payload = ''] = answer.id_token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    const text = JSON.stringify({
      ...answer,
      id_token: sign(forgery.claims?.(claims) ?? claims, forgery.key ?? ownKey, forgery.header),
    });
    response.setHeader('content-length', Buffer.byteLength(text));
    return end(text);
  }) as ServerResponse['end'];
}

function sign(claims: Claims, key: KeyObject, header: object = {}): string {
  const whole = { alg: 'RS256', typ: 'JWT', kid: 'tests', ...header };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part(whole)}.${part(claims)}`;
  return `${signed}.${whole.alg === 'none' ? '' : createSign('sha256').update(signed).sign(key, 'base64url')}`;
}

/** A browser as far as it takes one: cookies, redirects, and the two forms of the provider's pages. */
async function browse(start: string, account: string): Promise<string> {
  const cookies = new Map<string, string>();
  let url = start;
  let body: URLSearchParams | undefined;
  for (let steps = 0; steps < 20; steps += 1) {
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(body && { method: 'POST', body }),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    body = undefined;
    const location = answer.headers.get('location');
    if (location !== null) {
      await answer.body?.cancel();
      url = new URL(location, url).href;
      if (redirectHosts.includes(new URL(url).host)) return url;
      continue;
    }
    const page = await answer.text();
    const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
    if (action === undefined) throw new Error(`${answer.status} ${page.slice(0, 500)}`);
    url = new URL(action.replaceAll('&amp;', '&'), url).href;
    const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1] ?? 'login';
    body = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: account, password: 'any' }) });
  }
  throw new Error('the provider sends the browser round in circles');
}
