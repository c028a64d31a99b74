// Signing in by the system's browser (RFC 8252): the console listens on this machine for a moment, the browser comes back with a code, and the code
// is changed for a session by a secret that never left this process (RFC 7636, S256). `state` ties the answer to this very try.

import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Language, type Words, words } from './words.ts';

export const signInLimits = {
  /** How long the browser may take. */
  waitMs: 5 * 60_000,
  exchangeMs: 30_000,
  addressLength: 2_000,
} as const;

export type SignInProblem = 'sign_in_refused' | 'sign_in_timed_out' | 'no_browser' | 'unreachable';

export type SignInParts = {
  /** Of the node. */
  origin: string;
  language: Language;
  random(bytes: number): Uint8Array;
  /** Hands an address to the system's browser. @returns whether it went */
  open(url: string): Promise<boolean>;
  /** Through Electron's session, where the node's key is pinned. */
  fetch(
    url: string,
    init: { method: string; headers: { [name: string]: string }; body: string; signal: AbortSignal },
  ): Promise<Response>;
  waitMs?: number;
};
export type SignIn = {
  /** The session's token; `undefined` for a try that was given up. Never rejects. */
  readonly done: Promise<{ token: string } | { problem: SignInProblem } | undefined>;
  cancel(): void;
};

type Outcome = Awaited<SignIn['done']>;

export function beginSignIn(parts: SignInParts): SignIn {
  const text = (bytes: number) => Buffer.from(parts.random(bytes)).toString('base64url');
  const [verifier, state] = [text(32), text(32)];
  const challenge = createHash('sha256').update(verifier).digest('base64url');
  let settle: (outcome: Outcome) => void = () => undefined;
  const outcome = new Promise<Outcome>((resolve) => {
    settle = resolve;
  });
  // The first right answer is the only one.
  let answered = false;
  const server = createServer((request, response) => {
    const said = readCallback(request, server, state);
    if (!said || answered) return answer(response, 400, words.notFromHere, parts.language);
    answered = true;
    if (said.code === undefined) {
      settle({ problem: 'sign_in_refused' });
      return answer(response, 200, words.notLetIn, parts.language);
    }
    exchange(parts, said.code, verifier).then((got) => {
      settle(got);
      answer(response, 200, 'token' in got ? words.letIn : words.notLetIn, parts.language);
    });
  });
  const timer = setTimeout(() => settle({ problem: 'sign_in_timed_out' }), parts.waitMs ?? signInLimits.waitMs);
  const done = outcome.finally(() => {
    clearTimeout(timer);
    server.close();
    // A browser keeps its connection; the answer it waits for is given first.
    server.closeIdleConnections();
  });
  server.on('error', () => settle({ problem: 'no_browser' }));
  // On this machine alone, and on a port that nobody could have waited on.
  server.listen(0, '127.0.0.1', () => {
    const url = new URL('/console/desktop', parts.origin);
    url.search = new URLSearchParams({ challenge, state, port: String((server.address() as AddressInfo).port) }).toString();
    parts.open(url.href).then(
      (went) => !went && settle({ problem: 'no_browser' }),
      () => settle({ problem: 'no_browser' }),
    );
  });
  return { done, cancel: () => settle(undefined) };
}

/** What the browser came back with; undefined for whatever did not come from our own try. */
function readCallback(request: IncomingMessage, server: Server, state: string): { code: string | undefined } | undefined {
  const { url = '', method, headers } = request;
  const { port } = (server.address() as AddressInfo | null) ?? {};
  // A name that another site has led to this machine is not this address.
  if (method !== 'GET' || headers.host !== `127.0.0.1:${port}` || url.length > signInLimits.addressLength) return undefined;
  if (!URL.canParse(url, 'http://127.0.0.1')) return undefined;
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (pathname !== '/callback' || !isSame(searchParams.get('state') ?? '', state)) return undefined;
  const code = searchParams.get('code') ?? undefined;
  const refused = searchParams.get('error') !== null;
  return code === undefined && !refused ? undefined : { code: refused ? undefined : code };
}

function isSame(given: string, right: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}

async function exchange(
  parts: SignInParts,
  code: string,
  verifier: string,
): Promise<{ token: string } | { problem: SignInProblem }> {
  try {
    const response = await parts.fetch(`${parts.origin}/api/session/desktop/exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ code, verifier }),
      signal: AbortSignal.timeout(signInLimits.exchangeMs),
    });
    if (!response.ok) return { problem: 'sign_in_refused' };
    const { token } = (await response.json()) as { token?: unknown };
    return typeof token === 'string' && /^hs_[A-Za-z0-9_-]{43}$/.test(token) ? { token } : { problem: 'sign_in_refused' };
  } catch {
    return { problem: 'unreachable' };
  }
}

/** A page of two sentences that loads nothing. */
function answer(response: ServerResponse, status: number, said: Words, language: Language): void {
  const other = language === 'en' ? 'zh' : 'en';
  response
    .writeHead(status, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      connection: 'close',
    })
    .end(
      `<!doctype html><html lang="${language}"><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>Holdfast</title><main><h1>Holdfast</h1><p>${said[language]}</p><p lang="${other}">${said[other]}</p></main></html>`,
    );
}
