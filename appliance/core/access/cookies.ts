// The session's cookie and the mark of a device: how they are written, and read from a request. `__Host-` binds a cookie to this very host,
// to https (browsers take http on loopback for that) and to the whole path; no subdomain can set one.

import type { FastifyReply, FastifyRequest } from 'fastify';

export const sessionCookie = '__Host-holdfast';
export const deviceCookie = '__Host-holdfast-device';
const fixed = 'Path=/; Secure; HttpOnly; SameSite=Strict';
/** The longest that browsers keep one. */
const deviceMaxAgeS = 400 * 86_400;

/** Ends with the browser; how long it is good is decided here, not there. */
export const setSession = (reply: FastifyReply, token: string) => addCookie(reply, `${sessionCookie}=${token}; ${fixed}`);
export const clearSession = (reply: FastifyReply) => addCookie(reply, `${sessionCookie}=; ${fixed}; Max-Age=0`);
export const setDevice = (reply: FastifyReply, mark: string) =>
  addCookie(reply, `${deviceCookie}=${mark}; ${fixed}; Max-Age=${deviceMaxAgeS}`);

function addCookie(reply: FastifyReply, cookie: string): void {
  reply.header('set-cookie', cookie);
}

/** RFC 6265, section 5.4. A name that comes twice is no name: somebody has planted one of them. */
export function readCookie(request: FastifyRequest, name: string): string | undefined {
  const header = request.headers.cookie;
  if (header === undefined) return undefined;
  const found = header.split(';').flatMap((pair) => {
    const at = pair.indexOf('=');
    return at > 0 && pair.slice(0, at).trim() === name ? [pair.slice(at + 1).trim()] : [];
  });
  return found.length === 1 && found[0] !== '' ? found[0] : undefined;
}
