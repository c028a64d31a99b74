// The console's own pages (enrolment, sign-in, what went wrong), served from the package under a scheme of their own with a policy that lets in their
// own files and nothing else. Not from file://, where every file of the disk would be of one origin.

import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Session } from './electron-api.ts';
import { isOwn, ownScheme } from './ipc.ts';

export const ownPage = `${ownScheme}://console/desktop.html`;

const types: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Of the scheme, said before the application is ready. */
export const schemePrivileges = { standard: true, secure: true, supportFetchAPI: false, corsEnabled: false, stream: false };

const policyOf = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

/** @param folder of the built pages  @param random for the number of each answer */
export function servePages(session: Session, folder: string, random: (bytes: number) => Uint8Array): void {
  session.protocol.handle(ownScheme, async (request) => answer(request, folder, random));
}

async function answer({ url, method }: { url: string; method: string }, folder: string, random: (bytes: number) => Uint8Array) {
  const nonce = Buffer.from(random(16)).toString('base64');
  const headers = {
    'content-security-policy': policyOf(nonce),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control': 'no-store',
  };
  const name = nameOf(url);
  const type = name === undefined ? undefined : types[extname(name)];
  if (method !== 'GET' || name === undefined || type === undefined) return new Response(null, { status: 404, headers });
  try {
    const bytes = await readFile(join(folder, name));
    const body = type.startsWith('text/html') ? bytes.toString('utf8').replaceAll('__NONCE__', nonce) : bytes;
    return new Response(body, { headers: { ...headers, 'content-type': type } });
  } catch {
    return new Response(null, { status: 404, headers });
  }
}

/** A file of the folder or of its `assets`; undefined for whatever else an address may say. */
function nameOf(url: string): string | undefined {
  if (!URL.canParse(url) || !isOwn(new URL(url))) return undefined;
  return /^\/((?:assets\/)?[\w-]+(?:\.[\w-]+)+)$/.exec(new URL(url).pathname)?.[1];
}
