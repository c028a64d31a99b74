// fetch to the node of a data folder over TLS. The folder says which key that node answers with, so this is held to the key and to nothing else:
// nothing is sent to another one, and a certificate that ran out does not lock out who has to renew it.

import { createHash } from 'node:crypto';
import { request } from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { connect, type TLSSocket } from 'node:tls';

export type Asking = {
  method?: string;
  headers?: { readonly [name: string]: string };
  body?: string | Uint8Array;
  signal?: AbortSignal;
  redirect?: 'error';
};
export type Ask = (url: URL, options?: Asking) => Promise<Response>;

const usual: Ask = (url, options = {}) => fetch(url, options as RequestInit);

/** @param pin SHA-256 over the key; the usual fetch without it */
export function fetchFrom(pin: string | undefined): Ask {
  return pin === undefined
    ? usual
    : (url, options = {}) => (url.protocol === 'https:' ? send(url, options, pin) : usual(url, options));
}

/** Errors come as those of fetch, with the socket's as their cause. */
async function send(url: URL, options: Asking, pin: string): Promise<Response> {
  const { signal } = options;
  signal?.throwIfAborted();
  let socket: TLSSocket | undefined;
  const abort = () => socket?.destroy(signal?.reason as Error);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    socket = await open(url, pin, (made) => {
      socket = made;
    });
    return await exchange(url, options, socket);
  } catch (error) {
    socket?.destroy();
    if (signal?.aborted) throw signal.reason;
    throw new TypeError('fetch failed', { cause: error });
  }
}

function open(url: URL, pin: string, made: (socket: TLSSocket) => void): Promise<TLSSocket> {
  return new Promise((settle, fail) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const socket = connect({
      host,
      port: Number(url.port || 443),
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['http/1.1'],
    });
    made(socket);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const key = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
      if (key !== undefined && createHash('sha256').update(key).digest('hex') === pin) return settle(socket);
      socket.destroy();
      fail(new Error('another key answers there than the data folder says'));
    });
  });
}

function exchange(url: URL, { method = 'GET', headers = {}, body, redirect }: Asking, socket: TLSSocket): Promise<Response> {
  return new Promise((settle, fail) => {
    const sent = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const asked = request(
      url,
      { method, headers: { ...headers, ...sent, connection: 'close' }, createConnection: () => socket },
      (answer) => {
        const status = answer.statusCode ?? 500;
        if (redirect === 'error' && status >= 300 && status < 400) return fail(new Error('a redirect'));
        const taken = new Headers();
        for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) taken.set(name, String(value));
        const isEmpty = method === 'HEAD' || status === 204 || status === 304;
        if (isEmpty) answer.resume();
        settle(
          new Response(isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), {
            status,
            headers: taken,
          }),
        );
      },
    );
    asked.once('error', fail);
    asked.end(body);
  });
}
