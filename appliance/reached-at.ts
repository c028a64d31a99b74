// Where the node is: the address on which it listens, and how the world outside reaches it.

import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Config } from './core/config.ts';
import type { ServerTls } from './core/tls/tls.ts';

/** As declared, else where it listens; undefined while it does not. */
export function addressOf(http: FastifyInstance, { publicUrl }: Config, tls: ServerTls | undefined): string | undefined {
  const [bound] = http.addresses();
  if (publicUrl !== undefined || !bound || typeof bound === 'string') return publicUrl?.replace(/\/+$/, '');
  const host = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address;
  return `${tls ? 'https' : 'http'}://${host}:${bound.port}`;
}

/** What is declared, and the certificate that it answers with there: a proxy's where one is named, else the node's own. */
export function outsideOf(
  folder: string,
  { publicUrl, publicCertificate: given }: Config,
  tls: ServerTls | undefined,
): { publicUrl?: string; publicCertificate?: string } {
  const file = given === undefined ? tls?.certificate.file : resolve(folder, given);
  return { ...(publicUrl !== undefined && { publicUrl }), ...(file !== undefined && { publicCertificate: file }) };
}
