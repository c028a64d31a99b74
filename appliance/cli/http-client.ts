// Asks the node that runs on a data folder. What goes wrong is said as it is: no node there, no token, no sensible answer, or the
// fault that the node itself answered with.

import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { catalogue, Fault, type FaultCode } from '../core/errors.ts';
import { accessTokenFile, readAccessToken, readNodeAddress } from './node-file.ts';
import { type Ask, fetchFrom } from './pinned-fetch.ts';

const defaultTimeoutMs = 60_000;
const answerBytesLimit = 256 * 1024 * 1024;

export type Query = { readonly [name: string]: string | number | boolean | undefined };
/** Bytes as they are, in place of a JSON body. */
export type RawBody = { readonly type: string; readonly bytes: Uint8Array };
export type RequestOptions = {
  query?: Query;
  body?: unknown;
  raw?: RawBody;
  purpose?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
};

export type NodeClient = {
  readonly url: string;
  /**
   * One request to the API; the answer's JSON, or undefined for an empty one.
   * @throws {Fault} the node's own fault by its code; `node_not_running`, `node_not_answering`
   */
  request(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options?: RequestOptions): Promise<unknown>;
  /** A file as it is. @throws {Fault} as `request` */
  bytes(path: string, timeoutMs: number, method?: 'GET' | 'POST'): Promise<Buffer>;
  /** The lines of a long answer, as they come, until it ends or the signal ends it. @throws {Fault} as `request` */
  lines(path: string, timeoutMs: number, signal?: AbortSignal): AsyncIterable<string>;
};

/**
 * @param folder the data folder that the node runs on
 * @param language of the node's messages
 * @param held asked for with each request, in place of the folder's token; undefined while nobody is signed in
 * @throws {Fault} `node_not_running` when none is announced, `unauthenticated` when the folder holds no token,
 * `node_not_answering` when the announced address is neither on this machine nor https
 */
export function connectNode(folder: string, language: 'en' | 'zh' = 'en', held?: () => string | undefined): NodeClient {
  const address = readNodeAddress(folder);
  if (address === undefined) throw new Fault('node_not_running', folder);
  const base = new URL(address.url);
  // The token opens everything; it does not leave this machine in the clear.
  if (base.protocol !== 'https:' && !(isOwnAddress(base.hostname) && base.protocol === 'http:'))
    throw new Fault('node_not_answering', base.origin);
  const operator = held === undefined ? readAccessToken(folder) : undefined;
  if (held === undefined && operator === undefined) throw new Fault('unauthenticated', accessTokenFile);
  const ask = fetchFrom(address.pin);
  const headers = () => callerHeaders(held === undefined ? operator : held(), language);
  return {
    url: base.origin,
    request: (method, path, options = {}) => send(ask, new URL(path, base), method, headers(), options),
    bytes: (path, timeoutMs, method = 'GET') =>
      receiveBytes(ask, new URL(path, base), method, headers(), AbortSignal.timeout(timeoutMs)),
    lines: (path, timeoutMs, signal) => receiveLines(ask, new URL(path, base), headers(), withTimeout(timeoutMs, signal)),
  };
}

type Headers = { readonly [header: string]: string };
const callerHeaders = (token: string | undefined, language: string): Headers => ({
  ...(token !== undefined && { authorization: `Bearer ${token}` }),
  'accept-language': language,
});

/** What personal data is asked for. */
export function purposed(purpose: string | undefined): { [header: string]: string } {
  return purpose === undefined ? {} : { 'x-purpose': purpose };
}

/** Loopback, or an address of one of this machine's own interfaces: what is sent there goes over no wire. */
function isOwnAddress(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'))) return true;
  return Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address));
}

async function send(ask: Ask, url: URL, method: string, caller: Headers, options: RequestOptions): Promise<unknown> {
  for (const [name, value] of Object.entries(options.query ?? {}))
    if (value !== undefined) url.searchParams.set(name, String(value));
  const json = options.body === undefined ? undefined : { type: 'application/json', bytes: JSON.stringify(options.body) };
  const sent = options.raw ?? json;
  try {
    const response = await ask(url, {
      method,
      redirect: 'error',
      headers: {
        ...caller,
        accept: 'application/json',
        ...purposed(options.purpose),
        ...(sent && { 'content-type': sent.type }),
      },
      ...(sent && { body: sent.bytes }),
      signal: withTimeout(options.timeoutMs ?? defaultTimeoutMs, options.signal),
    });
    const text = await readText(response);
    const answer: unknown = text === '' ? undefined : JSON.parse(text);
    if (response.ok) return answer;
    throw faultOf(answer, response) ?? new Fault('node_not_answering', `HTTP ${response.status}`);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (options.signal?.aborted) throw options.signal.reason;
    throw new Fault(isRefusal(error) ? 'node_not_running' : 'node_not_answering', url.origin, { cause: error });
  }
}

function withTimeout(timeoutMs: number, signal: AbortSignal | undefined): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs);
  return signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
}

async function* receiveLines(ask: Ask, url: URL, headers: Headers, signal: AbortSignal): AsyncGenerator<string> {
  try {
    const response = await ask(url, { redirect: 'error', headers, signal });
    if (!response.ok || !response.body) {
      const answer: unknown = JSON.parse(await readText(response));
      throw faultOf(answer, response) ?? new Fault('node_not_answering', `HTTP ${response.status}`);
    }
    yield* linesOf(response.body);
  } catch (error) {
    if (error instanceof Fault) throw error;
    if (signal.aborted && signal.reason instanceof Error && signal.reason.name !== 'TimeoutError') throw signal.reason;
    throw new Fault(isRefusal(error) ? 'node_not_running' : 'node_not_answering', url.origin, { cause: error });
  }
}

async function receiveBytes(ask: Ask, url: URL, method: string, headers: Headers, signal: AbortSignal): Promise<Buffer> {
  try {
    const response = await ask(url, { method, redirect: 'error', headers, signal });
    const bytes = await readBytes(response);
    if (response.ok) return bytes;
    throw faultOf(JSON.parse(bytes.toString('utf8')), response) ?? new Fault('node_not_answering', `HTTP ${response.status}`);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault(isRefusal(error) ? 'node_not_running' : 'node_not_answering', url.origin, { cause: error });
  }
}

/** Without their ends; a line that no end follows is the last. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > answerBytesLimit) throw new Fault('limit_reached', `a line over ${answerBytesLimit} bytes`);
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function readText(response: Response): Promise<string> {
  return (await readBytes(response)).toString('utf8');
}

async function readBytes(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > answerBytesLimit) throw new Fault('limit_reached', `answer over ${answerBytesLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The fault that an error answer of the API carries, when it carries one this version knows. */
function faultOf(answer: unknown, response: Response): Fault | undefined {
  const error = (answer as { error?: { code?: unknown; where?: unknown } } | undefined)?.error;
  if (typeof error?.code !== 'string' || !Object.hasOwn(catalogue, error.code)) return undefined;
  const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Fault(error.code as FaultCode, typeof error.where === 'string' ? error.where : undefined, {
    ...(Number.isFinite(retryAfterS) ? { retryAfterS } : {}),
  });
}

/** fetch wraps the socket's error, which tells whether anybody listens. */
function isRefusal(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && (cause as NodeJS.ErrnoException).code === 'ECONNREFUSED';
}
