// Pebble, the ACME server of the people who run Let's Encrypt, as the authority in tests: a program of its own that checks signatures, numbers and proofs, and
// that asks the node itself. Debian has it (apt-get install pebble). Names lead to this machine by the server of names that comes with it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemPorts } from '../../ports.ts';
import { newAuthority, newServerCertificate, newServerKey } from '../own-authority.ts';

const has = (program: string) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** Why it cannot be had; undefined when it can. */
export const whyNoPebble = (): string | undefined =>
  has('pebble') && has('pebble-challtestsrv') ? undefined : 'pebble is not installed (apt-get install pebble)';

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

export type Pebble = {
  directory: string;
  /** The file by which its own HTTPS is checked. */
  certificates: string;
  /** The root of what it gives, PEM. */
  root(): Promise<string>;
  stop(): Promise<void>;
};

export type PebbleOptions = {
  folder: string;
  /** Where it asks for tls-alpn-01, in place of 443, and for http-01, in place of 80. */
  tlsPort: number;
  httpPort: number;
  externalAccount?: { id: string; secret: string };
  /** Of a hundred good numbers it refuses so many, to see whether the client goes on. */
  refusedNumbers?: number;
};

export async function startPebble({
  folder,
  tlsPort,
  httpPort,
  externalAccount,
  refusedNumbers = 0,
}: PebbleOptions): Promise<Pebble> {
  const [port, management, dns, dnsManagement] = [await freePort(), await freePort(), await freePort(), await freePort()];
  const making = { nowMs: systemPorts.clock.nowMs(), random: systemPorts.random };
  const authority = await newAuthority(['localhost', '127.0.0.1'], making);
  const key = await newServerKey();
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const config = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${management}`,
    certificate: write('pebble.pem', await newServerCertificate(authority, key, ['localhost', '127.0.0.1'], making)),
    privateKey: write('pebble-key.pem', key),
    httpPort,
    tlsPort,
    ocspResponderURL: '',
    externalAccountBindingRequired: externalAccount !== undefined,
    externalAccountMACKeys: externalAccount ? { [externalAccount.id]: externalAccount.secret } : {},
  };
  const certificates = write('pebble-authority.pem', authority.certificate);
  const none = ['-http01', '', '-https01', '', '-tlsalpn01', '', '-defaultIPv6', ''];
  const names = spawn(
    'pebble-challtestsrv',
    ['-dns01', `127.0.0.1:${dns}`, '-management', `127.0.0.1:${dnsManagement}`, '-defaultIPv4', '127.0.0.1', ...none],
    { stdio: 'ignore' },
  );
  const server = spawn(
    'pebble',
    ['-config', write('pebble.json', JSON.stringify({ pebble: config })), '-dnsserver', `127.0.0.1:${dns}`, '-strict'],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0', PEBBLE_WFE_NONCEREJECT: String(refusedNumbers) },
    },
  );
  const ca = readFileSync(certificates, 'utf8');
  const ask = (url: string) =>
    new Promise<string>((settle, fail) => {
      get(url, { ca }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => settle(text));
      }).on('error', fail);
    });
  const directory = `https://localhost:${port}/dir`;
  while ((await ask(directory).catch(() => '')) === '') {
    if (server.exitCode !== null) throw new Error(`pebble ended with ${server.exitCode}`);
    await sleep(50);
  }
  return {
    directory,
    certificates,
    root: () => ask(`https://localhost:${management}/roots/0`),
    async stop() {
      await Promise.all([ended(server), ended(names)]);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
}
