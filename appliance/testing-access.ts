// A node with people, for tests: a clock that the test moves, browsers with cookies of their own, and authenticator apps.

import assert from 'node:assert/strict';
import { Secret, TOTP } from 'otpauth';
import type { Person } from './core/access/access.ts';
import type { Config } from './core/config.ts';
import type { Role } from './core/model/principal.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import { openTestNode, type TestNode } from './testing.ts';

export type Answer = {
  status: number;
  /** Of the error; undefined on success. */
  code: string | undefined;
  body: { [name: string]: unknown };
  headers: { [name: string]: unknown };
};
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Asking = { headers?: { [name: string]: string }; address?: string };

export const host = 'cdp.example.com';
export const goodPassword = 'seven brown owls at dusk';

export type Browser = {
  cookies: Map<string, string>;
  /** As the node's own page would: same origin, with the header of its scripts. */
  ask(method: Method, url: string, body?: object, asking?: Asking): Promise<Answer>;
  /** Exactly these headers and the cookies. */
  askBare(method: Method, url: string, body: object | undefined, headers: { [name: string]: string }): Promise<Answer>;
};

export type PeopleNode = {
  node: TestNode;
  /** Moves the clock. */
  pass(ms: number): void;
  nowMs(): number;
  browser(address?: string): Browser;
  /** The whole way: invited by the operator, the link used. */
  invite(login: string, roles: readonly Role[], browser?: Browser): Promise<{ person: Person; browser: Browser }>;
  /** Sets up an app in a browser that is signed in. @returns the app and the recovery codes */
  enrol(browser: Browser): Promise<{ app: App; recoveryCodes: string[] }>;
  /** The latest hundred entries of the audit log of this action, oldest first. */
  audit(action: string): Promise<Entry[]>;
};
type Entry = { seq: number; actor: string; action: string; outcome: string; target?: string };
export type App = { code(): string };

export async function openPeopleNode(config: Partial<Config> = {}): Promise<PeopleNode> {
  let nowMs = 1_790_000_000_000;
  const ports: Ports = { ...systemPorts, clock: { nowMs: () => nowMs } };
  const node = await openTestNode({ ports, config });
  const browser = (address = '192.0.2.1') => browserOf(node, address);
  const operator = async (method: Method, url: string, body?: object) => {
    const answer = await node.ask(method, url, body);
    assert.ok(answer.status < 300, JSON.stringify(answer.body));
    return answer.body;
  };
  return {
    node,
    browser,
    pass(ms) {
      nowMs += ms;
    },
    nowMs: () => nowMs,
    async invite(login, roles, given = browser()) {
      const { link } = (await operator('POST', '/api/people', { login, name: '李华', roles })) as { link: { token: string } };
      const answer = await given.ask('POST', '/api/session/link', { link: link.token, password: goodPassword });
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      return { person: answer.body.person as Person, browser: given };
    },
    async enrol(given) {
      const offer = await given.ask('POST', '/api/people/me/totp');
      assert.equal(offer.status, 200, JSON.stringify(offer.body));
      const totp = new TOTP({ secret: Secret.fromBase32(String(offer.body.secret)) });
      const app = { code: () => totp.generate({ timestamp: nowMs }) };
      const confirmed = await given.ask('POST', '/api/people/me/totp/confirm', { code: app.code() });
      assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
      // The code that confirmed is used; the next one comes with the next step.
      nowMs += 30_000;
      return { app, recoveryCodes: confirmed.body.recoveryCodes as string[] };
    },
    async audit(action) {
      const { entries } = (await operator('GET', `/api/audit?action=${action}&limit=100`)) as {
        entries: Entry[];
      };
      return entries.reverse();
    },
  };
}

/** What a browser with cookies of its own asks of a node, without a browser. */
export function browserOf(node: TestNode, address: string): Browser {
  const cookies = new Map<string, string>();
  const send = async (
    method: Method,
    url: string,
    body: object | undefined,
    headers: { [name: string]: string },
    from: string,
  ): Promise<Answer> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await node.app.http.inject({
      method,
      url,
      remoteAddress: from,
      headers: { host, ...(cookie !== '' && { cookie }), ...headers },
      ...(body !== undefined && { payload: body }),
    });
    for (const line of [answer.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0/i.test(line)) cookies.delete(name);
      else cookies.set(name, value);
    }
    const answered = answer.body === '' ? {} : answer.json<Answer['body'] & { error?: { code: string } }>();
    return { status: answer.statusCode, code: answered.error?.code, body: answered, headers: answer.headers };
  };
  return {
    cookies,
    ask: (method, url, body, asking = {}) =>
      send(
        method,
        url,
        body,
        { origin: `https://${host}`, 'sec-fetch-site': 'same-origin', 'x-holdfast': '1', ...asking.headers },
        asking.address ?? address,
      ),
    askBare: (method, url, body, headers) => send(method, url, body, headers, address),
  };
}

export const signIn = (browser: Browser, login: string, password = goodPassword, asking: Asking = {}): Promise<Answer> =>
  browser.ask('POST', '/api/session', { login, password }, asking);
