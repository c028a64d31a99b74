// What clients hear while the node is upgraded: it lives, and they come again in some seconds. A server of its own, as the node's stands on a store that
// is not open yet.

import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { answerFor, chooseLanguage } from './core/http/answer.ts';
import type { NotReady } from './core/http/health.ts';
import type { Ports } from './core/ports.ts';
import { ServerTls } from './core/tls/tls.ts';

export type UpgradeAnswers = { end(): Promise<void> };

/** @throws {Fault} `port_in_use`, `tls_unusable` */
export async function answerWhileUpgrading(options: { folder: string; config: Config; ports: Ports }): Promise<UpgradeAnswers> {
  const { address, port } = options.config;
  const tls = await ServerTls.of({ ...options, serving: true }, () => undefined);
  const server = tls ? createSecureServer(tls.options, answer) : createServer(answer);
  tls?.close();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(new Fault('port_in_use', `${address}:${port}`, { cause })));
    server.listen({ host: address, port }, resolve);
  });
  return {
    end: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  // A body that is not read would leave the client without an answer.
  request.resume();
  const { url } = request;
  const send = (status: number, body: object, headers = {}) =>
    response
      .writeHead(status, {
        'content-type': 'application/json; charset=utf-8',
        'cache-control': 'no-store',
        connection: 'close',
        ...headers,
      })
      .end(JSON.stringify(body));
  request.once('end', () => {
    if (url === '/health/live') return send(200, { status: 'live' });
    if (url === '/health/ready') return send(503, { status: 'not ready', reason: 'migrating' satisfies NotReady });
    const language = chooseLanguage(request.headers['accept-language']);
    const { status, body, retryAfterS } = answerFor(new Fault('upgrading'), language, randomBytes(8).toString('hex'));
    send(status, body, { 'retry-after': String(retryAfterS) });
  });
}
