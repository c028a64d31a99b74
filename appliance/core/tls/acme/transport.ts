// How an authority is asked by ACME: HTTPS to the host of its directory and to no other, numbers that are used once, requests that are signed, and its
// refusals as faults that a person can act on.

import type { KeyObject } from 'node:crypto';
import { request } from 'node:https';
import { getCACertificates } from 'node:tls';
import { Fault } from '../../errors.ts';
import { type Jwk, signed } from './jws.ts';

const patienceMs = 30_000;
const longestBody = 1_000_000;
/** A number that is used once may have got too old; the answer brings another. */
const tries = 10;

export type Answer = { status: number; text: string; location: string | undefined; retryAfterS: number | undefined };
export type Directory = {
  newNonce: string;
  newAccount: string;
  newOrder: string;
  meta?: { externalAccountRequired?: boolean };
};
type Raw = Answer & { nonce: string | undefined };
type Problem = { type?: string; detail?: string; subproblems?: { detail?: string }[] };

export const refused = (step: string, said: string, retryAfterS?: number): Fault =>
  new Fault('acme_failed', `${step}: ${said}`.slice(0, 500), retryAfterS === undefined ? {} : { retryAfterS });

/** What an authority says is wrong, in its own words. */
export function wordsOf(problem: Problem | undefined): string {
  const { type = '', detail = '', subproblems = [] } = problem ?? {};
  const more = subproblems.map((one) => one.detail ?? '').filter((text) => text !== '');
  return [type.replace('urn:ietf:params:acme:error:', ''), detail, ...more].filter((text) => text !== '').join(': ');
}

export function parsed<T>(step: string, text: string): T {
  try {
    return JSON.parse(text) as T;
  } catch {
    throw refused(step, 'the answer is not JSON');
  }
}

export type TransportParts = {
  directory: string;
  /** PEM that its certificate is checked by; what Node and the system trust when absent. */
  certificates: string | undefined;
  key: KeyObject;
  jwk: Jwk;
  signal: AbortSignal;
};

export class Transport {
  readonly #parts: TransportParts;
  readonly #origin: string;
  readonly #trusted: string[];
  #nonce: string | undefined;
  #account: string | undefined;
  #directory: Directory | undefined;

  constructor(parts: TransportParts) {
    this.#parts = parts;
    this.#origin = new URL(parts.directory).origin;
    this.#trusted =
      parts.certificates === undefined ? [...getCACertificates('default'), ...getCACertificates('system')] : [parts.certificates];
  }

  /** From then on requests are signed by its name instead of its key. */
  useAccount(url: string): void {
    this.#account = url;
  }

  async directory(): Promise<Directory> {
    if (this.#directory) return this.#directory;
    const { directory: url } = this.#parts;
    const { status, text } = await this.#send('directory', 'GET', url);
    if (status !== 200) throw refused('directory', `HTTP ${status} from ${url}`);
    const found = parsed<Partial<Directory>>('directory', text);
    const { newNonce, newAccount, newOrder, meta } = found;
    if (!newNonce || !newAccount || !newOrder) throw refused('directory', `${url} is no directory of ACME`);
    this.#directory = { newNonce, newAccount, newOrder, ...(meta && { meta }) };
    return this.#directory;
  }

  /** @param payload absent for a question that changes nothing. @throws {Fault} `acme_failed` with what the authority says */
  async post(step: string, url: string, payload?: object): Promise<Answer> {
    const { key, jwk } = this.#parts;
    for (let turn = 1; ; turn += 1) {
      const nonce = this.#nonce ?? (await this.#freshNonce());
      this.#nonce = undefined;
      const header = { nonce, url, ...(this.#account === undefined ? { jwk } : { kid: this.#account }) };
      const answer = await this.#send(step, 'POST', url, JSON.stringify(signed(key, header, payload)));
      this.#nonce = answer.nonce;
      if (answer.status < 300) return answer;
      const problem = problemIn(answer.text);
      if (problem?.type?.endsWith(':badNonce') && turn < tries) continue;
      throw refused(step, wordsOf(problem) || `HTTP ${answer.status}`, answer.retryAfterS);
    }
  }

  async #freshNonce(): Promise<string> {
    const { newNonce } = await this.directory();
    const { nonce, status } = await this.#send('nonce', 'HEAD', newNonce);
    if (nonce === undefined) throw refused('nonce', `HTTP ${status} without one`);
    return nonce;
  }

  #send(step: string, method: 'GET' | 'HEAD' | 'POST', url: string, body?: string): Promise<Raw> {
    // Whoever answers for the directory may not send the node elsewhere.
    if (!URL.canParse(url) || new URL(url).origin !== this.#origin)
      throw refused(step, `the authority names an address that is not under ${this.#origin}`);
    const headers = body === undefined ? {} : { 'content-type': 'application/jose+json' };
    const signal = AbortSignal.any([this.#parts.signal, AbortSignal.timeout(patienceMs)]);
    return new Promise((settle, fail) => {
      const failed = (error: Error) => fail(unreachable(step, this.#origin, error));
      const options = { method, headers: { ...headers, 'user-agent': 'holdfast' }, ca: this.#trusted, signal, agent: false };
      request(url, options, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > longestBody) answer.destroy(new Error('the answer is too long'));
        });
        answer.on('error', failed);
        answer.on('end', () => {
          const { 'replay-nonce': nonce, location, 'retry-after': retryAfter = '' } = answer.headers;
          const retryAfterS = /^\d{1,6}$/.test(retryAfter) ? Number(retryAfter) : undefined;
          settle({ status: answer.statusCode ?? 0, text, location, retryAfterS, nonce: nonce?.toString() });
        });
      })
        .on('error', failed)
        .end(body);
    });
  }
}

function problemIn(text: string): Problem | undefined {
  try {
    return JSON.parse(text) as Problem;
  } catch {
    return undefined;
  }
}

function unreachable(step: string, origin: string, error: Error): Fault {
  const code = (error as NodeJS.ErrnoException).code ?? error.name;
  const isTimeout = error.name === 'TimeoutError' || (error.cause as Error | undefined)?.name === 'TimeoutError';
  return refused(step, `${origin} ${isTimeout ? 'does not answer' : `cannot be reached (${code})`}`);
}
