// Cross-site request forgery: a browser adds cookies to requests that other pages make. So a request that a cookie speaks for has to come
// from this node's own page, by what the browser itself says of it, and carry a header that no form can send.

import type { FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';

/** Any value; another origin would have to ask before it may send it, and is never allowed. */
export const ownHeader = 'x-holdfast';
const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * For a request that a cookie speaks for.
 * @param publicUrl how clients reach the node, where a proxy hides it
 * @throws {Fault} `cross_site`
 */
export function checkSameOrigin(request: FastifyRequest, publicUrl: string | undefined): void {
  const site = request.headers['sec-fetch-site'];
  if (safe.has(request.method)) {
    // `none` is a person who typed the address. A browser that sends nothing is old; its cookie is SameSite all the same.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new Fault('cross_site', 'sec-fetch-site');
    return;
  }
  if (!saysSameOrigin(request, publicUrl)) throw new Fault('cross_site', 'origin');
  if (!request.headers[ownHeader]) throw new Fault('cross_site', ownHeader);
}

/** For a request of somebody signed out: no page of another origin may sign a browser in. Without a browser there is nothing to say. */
export function checkNotCrossSite(request: FastifyRequest, publicUrl: string | undefined): void {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin === undefined && site === undefined) return;
  if (!saysSameOrigin(request, publicUrl)) throw new Fault('cross_site', 'origin');
}

/** By Sec-Fetch-Site, which no page can change, and by Origin; all that is there must agree, and something must be there. */
function saysSameOrigin(request: FastifyRequest, publicUrl: string | undefined): boolean {
  const { origin, 'sec-fetch-site': site, host } = request.headers;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return site === 'same-origin';
  if (!URL.canParse(origin)) return false;
  const from = new URL(origin);
  if (publicUrl !== undefined && from.origin === new URL(publicUrl).origin) return true;
  // The scheme is left out: a proxy that ends TLS does not say it.
  return host !== undefined && from.host === host.toLowerCase();
}
