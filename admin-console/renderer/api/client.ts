// The console's only way to the node: its HTTP API, typed from the document that the node writes about itself. The session is a cookie that no
// script can read; nothing of an answer is kept but in memory.

import createClient from 'openapi-fetch';
import { takeEarly } from '../parts/early.ts';
import type { paths } from './schema.d.ts';

/** An answer that says no, as the node words it; `unreachable` where there was none. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault';
  readonly code: string;
  readonly status: number;
  readonly next: string | undefined;
  readonly where: string | undefined;
  readonly correlationId: string | undefined;

  constructor(status: number, said: { code: string; message: string; next?: string; where?: string; correlationId?: string }) {
    super(said.message);
    this.status = status;
    this.code = said.code;
    this.next = said.next;
    this.where = said.where;
    this.correlationId = said.correlationId;
  }
}

let spoken = 'en';
/** What the node's own words are asked for in. */
export function speak(language: string): void {
  spoken = language;
}

let purpose = '';
const streams = new Set<() => void>();
/** What customers are read for from now on; '' for no purpose. Streams that are open begin anew for it. */
export function readFor(next: string): void {
  if (next === purpose) return;
  purpose = next;
  for (const again of streams) again();
}

export const api = createClient<paths>({
  // Where a page is served from is where it asks.
  baseUrl: globalThis.location?.origin ?? '',
  fetch: async (request) => {
    request.headers.set('x-holdfast', 'console');
    request.headers.set('accept-language', spoken);
    if (purpose) request.headers.set('x-purpose', purpose);
    try {
      // Before anything is waited for: a screen that is being drawn asks now, and no promise goes on until it is drawn.
      return (await (takeEarly(request) ?? fetch(request))) ?? (await fetch(request));
    } catch (error) {
      if ((error as Error).name === 'AbortError') throw error;
      throw new ApiFault(0, { code: 'unreachable', message: 'The node does not answer.' });
    }
  },
});

/**
 * The bytes of a stream, asked for with all that a question is asked with: what an `EventSource` cannot send.
 * @throws {ApiFault}
 */
export async function openStream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const other = new AbortController();
  const again = () => other.abort();
  streams.add(again);
  signal.addEventListener('abort', () => streams.delete(again));
  const response = await fetch(path, {
    headers: { 'x-holdfast': 'console', 'accept-language': spoken, ...(purpose && { 'x-purpose': purpose }) },
    signal: AbortSignal.any([signal, other.signal]),
  });
  if (response.ok && response.body) return response.body;
  const said = ((await response.json().catch(() => ({}))) as { error?: { code: string; message: string; next?: string } }).error;
  throw new ApiFault(response.status, { code: 'unreachable', message: response.statusText, ...said });
}

type Answer<Data> = { data?: Data; error?: unknown; response: Response };

/** @throws {ApiFault} */
export async function unwrap<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (response.ok) return data as Data;
  const said = (error as { error?: { code?: string; message?: string; next?: string } } | undefined)?.error;
  throw new ApiFault(response.status, { code: 'unreachable', message: response.statusText, ...said });
}

export const isFault = (error: unknown, code: string): boolean => error instanceof ApiFault && error.code === code;
