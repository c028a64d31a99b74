// A console that runs, over a fake of Electron and in a folder of its own, and a node to enrol: as little of one as a test needs, with TLS or without.

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startConsole } from './console.ts';
import type { State } from './ipc.ts';
import { FakeElectron } from './testing-electron.ts';

export type World = {
  readonly electron: FakeElectron;
  readonly folder: string;
  readonly files: { pages: string; preload: string };
  start(): Promise<void>;
  state(): Promise<State>;
  /** What the own page says once it is in sight and it is so. */
  reach(isSo: (state: State) => boolean): Promise<State>;
  close(): void;
};

/** @param folder of an earlier start, to begin from what it kept */
export function makeWorld({
  folder = mkdtempSync(join(tmpdir(), 'holdfast-desktop-')),
  platform = 'linux' as NodeJS.Platform,
} = {}): World {
  const files = { pages: join(folder, 'pages'), preload: join(folder, 'preload.cjs') };
  mkdirSync(join(files.pages, 'assets'), { recursive: true });
  writeFileSync(
    join(files.pages, 'desktop.html'),
    '<!doctype html><meta name="style-nonce" content="__NONCE__"><title>Holdfast</title>',
  );
  writeFileSync(join(files.pages, 'assets', 'desktop-1.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not a page');
  const electron = new FakeElectron(folder);
  return {
    electron,
    folder,
    files,
    start: () => startConsole({ electron: electron.api, files, random: (bytes) => randomBytes(bytes), platform }),
    state: () => electron.ask<State>('console:state'),
    async reach(isSo) {
      for (;;) {
        await electron.until(() => electron.window.webContents.getURL().startsWith('app:'));
        const state = await electron.ask<State>('console:state');
        if (isSo(state)) return state;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export type StandIn = {
  readonly url: string;
  readonly server: Server;
  /** Tokens that are signed in. */
  readonly sessions: Set<string>;
  /** By code: the challenge that its secret must be behind. */
  readonly codes: Map<string, string>;
  /** What was asked, method and path. */
  readonly asked: string[];
  close(): Promise<void>;
};

export const tokenOf = (letter: string): string => `hs_${letter.repeat(43)}`;

/** A node as the console meets it: health, the session, the exchange of a code, a page. */
export async function openStandIn(tls?: { cert: string; key: string }): Promise<StandIn> {
  const sessions = new Set<string>();
  const codes = new Map<string, string>();
  const asked: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = new URL(request.url ?? '/', 'http://node').pathname;
    asked.push(`${request.method} ${path}`);
    const token = (request.headers.authorization ?? '').replace('Bearer ', '');
    const json = (status: number, value: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    if (path === '/api/session') return json(sessions.has(token) ? 200 : 401, {});
    if (path !== '/api/session/desktop/exchange') return json(200, {});
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { code, verifier } = JSON.parse(Buffer.concat(chunks).toString()) as { code: string; verifier: string };
      const challenge = codes.get(code);
      codes.delete(code);
      if (challenge !== createHash('sha256').update(verifier).digest('base64url')) return json(410, {});
      sessions.add(tokenOf('n'));
      return json(200, { state: 'signed_in', token: tokenOf('n') });
    });
  };
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, server, sessions, codes, asked, close };
}

/** An enrolment code as a node writes it, for the addresses of 127.0.0.1 alone. @param fingerprint of the key, in hexadecimal */
export function codeFor(urls: readonly string[], fingerprint?: string): string {
  const parts = urls.map((url) => {
    const port = Number(new URL(url).port);
    return Buffer.of(4, port >> 8, port & 255, 127, 0, 0, 1);
  });
  const pin = fingerprint === undefined ? Buffer.alloc(0) : Buffer.from(fingerprint, 'hex').subarray(0, 16);
  return sealCode(Buffer.concat([Buffer.of(0x10 | (fingerprint === undefined ? 0 : 8) | (urls.length - 1)), pin, ...parts]));
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** With the check at its end, as signs. */
export function sealCode(said: Buffer): string {
  const bytes = Buffer.concat([said, createHash('sha256').update(said).digest().subarray(0, 4)]);
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const signs = (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]);
  return (signs.join('').match(/.{1,5}/g) ?? []).join('-');
}
