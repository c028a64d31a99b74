// HTTPS of the node itself: which versions and suites it takes, that the command line finds it by its key alone, and that certificates are taken up and renewed
// while connections are open.

import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { Agent, type RequestOptions, request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { connectNode } from './cli/http-client.ts';
import { readNodeAddress } from './cli/node-file.ts';
import { type Config, defaultConfig, parseConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import { isFor } from './core/tls/own-authority.ts';
import { initFolder, type Serving, serve } from './lifecycle.ts';

const passphrase = 'a passphrase for tests';
const root = mkdtempSync(join(tmpdir(), 'holdfast-tls-'));
after(() => rmSync(root, { recursive: true }));

/** The first node was made two months ago: its certificate holds still, and its last third has begun today. */
const monthsMs = 61 * 86_400_000;
let clockMs = systemPorts.clock.nowMs() - monthsMs;
const ports: Ports = { ...systemPorts, clock: { nowMs: () => clockMs } };

async function serveWith(name: string, config: Partial<Config>): Promise<Serving & { folder: string }> {
  const folder = join(root, name);
  await initFolder(folder, { passphrase }, ports);
  const whole = parseConfig({ ...defaultConfig, port: 0, ...config });
  return Object.assign(await serve({ folder, ports, secret: { passphrase }, config: whole }), { folder });
}

/** Shakes hands, trusting nobody but who is named. */
function handshake(url: string, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((settle, fail) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), servername: 'localhost', ...options });
    socket.once('secureConnect', () => settle(socket)).once('error', fail);
  });
}

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; socket: TLSSocket; body: string };
function get(url: string, path: string, options: RequestOptions): Promise<Answer> {
  return new Promise((settle, fail) => {
    request(new URL(path, url), options, (answer) => {
      let body = '';
      const socket = answer.socket as TLSSocket;
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => settle({ status: answer.statusCode!, headers: answer.headers, socket, body }));
    })
      .once('error', fail)
      .end();
  });
}

function selfSigned(folder: string, name: string): { certificate: string; key: string } {
  const [certificate, key] = [join(folder, `${name}.pem`), join(folder, `${name}-key.pem`)];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-nodes',
      '-days',
      '60',
      '-subj',
      `/CN=${name}`,
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-out',
      certificate,
      '-keyout',
      key,
    ],
    { stdio: 'pipe' },
  );
  return { certificate, key };
}

/** Beside this process, which has to answer meanwhile. */
async function openssl({ url, folder }: { url: string; folder: string }, args: string[]): Promise<{ code: number; out: string }> {
  const trusted = ['-CAfile', join(folder, 'tls', 'authority.pem'), '-verify_return_error'];
  const child = spawn('openssl', ['s_client', '-connect', new URL(url).host, ...trusted, ...args]);
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      out += chunk;
    });
  child.stdin.end();
  const [code] = (await once(child, 'close')) as [number];
  return { code, out };
}

describe('HTTPS by an own authority', () => {
  let node: Serving & { folder: string };
  let ca: string;
  before(async () => {
    node = await serveWith('own', { tls: { authority: 'own', names: ['cdp.example.com'] } });
    ca = readFileSync(join(node.folder, 'tls', 'authority.pem'), 'utf8');
  });
  after(() => node.stop());

  test('a client that trusts the authority is answered, with HSTS; one that does not is not', async () => {
    assert.match(node.url, /^https:/);
    const { status, headers } = await get(node.url, '/health/ready', { ca, headers: { host: 'localhost' } });
    assert.equal(status, 200);
    assert.equal(headers['strict-transport-security'], 'max-age=31536000');
    assert.equal(headers['x-content-type-options'], 'nosniff');
    await assert.rejects(get(node.url, '/health/ready', {}), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    (await handshake(node.url, { ca, servername: 'cdp.example.com' })).destroy();
    await assert.rejects(handshake(node.url, { ca, servername: 'other.example.com' }), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  test('only TLS 1.3, and its suites', async () => {
    const socket = await handshake(node.url, { ca });
    assert.equal(socket.getProtocol(), 'TLSv1.3');
    assert.equal(socket.getCipher().name, 'TLS_AES_256_GCM_SHA384');
    socket.destroy();
    await assert.rejects(handshake(node.url, { ca, maxVersion: 'TLSv1.2' }), /protocol version|alert/);
  });

  test('openssl says the same', async () => {
    const fine = await openssl(node, ['-servername', 'localhost', '-verify_hostname', 'localhost']);
    assert.equal(fine.code, 0, fine.out);
    assert.match(fine.out, /TLSv1\.3/);
    assert.match(fine.out, /Verification: OK/);
    assert.match(fine.out, /Compression: NONE/);
    assert.notEqual((await openssl(node, ['-tls1_2'])).code, 0);
    assert.notEqual((await openssl(node, ['-tls1_1'])).code, 0);
  });

  test('the authority certifies its names and no others, and keys are for their owner', async () => {
    const { newServerCertificate, newServerKey } = await import('./core/tls/own-authority.ts');
    const key = readFileSync(join(node.folder, 'tls', 'authority-key.pem'), 'utf8');
    const making = { nowMs: clockMs, random: systemPorts.random };
    const stray = await newServerCertificate({ certificate: ca, key }, await newServerKey(), ['bank.example'], making);
    writeFileSync(join(root, 'stray.pem'), stray);
    const verify = (file: string) =>
      spawnSync('openssl', ['verify', '-CAfile', join(node.folder, 'tls', 'authority.pem'), file], { encoding: 'utf8' });
    assert.equal(verify(join(node.folder, 'tls', 'server.pem')).status, 0);
    assert.match(verify(join(root, 'stray.pem')).stderr, /permitted subtree violation/);
    for (const file of ['authority-key.pem', 'server-key.pem'])
      assert.equal(statSync(join(node.folder, 'tls', file)).mode & 0o077, 0, file);
  });

  test('the command line asks the node by its key, and no other node', async () => {
    const { pin, url, pid } = readNodeAddress(node.folder)!;
    assert.match(pin!, /^[0-9a-f]{64}$/);
    const answer = (await connectNode(node.folder).request('GET', '/api/doctor')) as { findings: Finding[] };
    assert.deepEqual(
      answer.findings.filter(({ check }) => check === 'certificate').map(({ severity }) => severity),
      ['ok'],
    );
    const elsewhere = join(root, 'elsewhere');
    cpSync(join(node.folder, 'access-token'), join(elsewhere, 'access-token'));
    writeFileSync(join(elsewhere, 'node.json'), JSON.stringify({ url, pid, pin: '0'.repeat(64) }));
    await assert.rejects(
      connectNode(elsewhere).request('GET', '/api/doctor'),
      (error) => error instanceof Fault && error.code === 'node_not_answering',
    );
  });

  test('an enrolment code holds the fingerprint of the own key', async () => {
    const enrolment = (await connectNode(node.folder).request('POST', '/api/console/enrolment', { body: {} })) as {
      fingerprint: string;
      plain: boolean;
    };
    assert.equal(enrolment.plain, false);
    assert.equal(enrolment.fingerprint, readNodeAddress(node.folder)!.pin);
  });

  test('it is renewed with the same key while a connection is open, which goes on', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, servername: 'localhost' });
    const old = await get(node.url, '/health/ready', { agent });
    const first = old.socket.getPeerX509Certificate()!;
    clockMs += monthsMs + 600_000;
    await node.app.tls!.look();
    const again = await get(node.url, '/health/ready', { agent });
    assert.equal(again.status, 200);
    assert.equal(again.socket, old.socket, 'the same connection');
    const fresh = await handshake(node.url, { ca });
    const second = fresh.getPeerX509Certificate()!;
    fresh.destroy();
    agent.destroy();
    assert.notEqual(second.serialNumber, first.serialNumber);
    assert.ok(second.validToDate > first.validToDate);
    assert.deepEqual(
      second.publicKey.export({ type: 'spki', format: 'der' }),
      first.publicKey.export({ type: 'spki', format: 'der' }),
    );
    assert.equal(readFileSync(join(node.folder, 'tls', 'authority.pem'), 'utf8'), ca, 'by the same authority');
  });
});

describe('HTTPS by files', () => {
  test('1.2 where it is configured, with forward secrecy alone', async () => {
    const files = selfSigned(root, 'older');
    const node = await serveWith('older-node', { tls: { ...files, minVersion: '1.2' } });
    const ca = readFileSync(files.certificate, 'utf8');
    try {
      const socket = await handshake(node.url, { ca, maxVersion: 'TLSv1.2' });
      assert.equal(socket.getProtocol(), 'TLSv1.2');
      assert.match(socket.getCipher().name, /^ECDHE-ECDSA-(AES|CHACHA)/);
      socket.destroy();
      await assert.rejects(handshake(node.url, { ca, maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA:ECDHE-ECDSA-AES128-SHA' }));
      await assert.rejects(handshake(node.url, { ca, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1' }));
    } finally {
      await node.stop();
    }
  });

  test('new files are taken up without a restart; what does not fit is refused, told of, and the old one stays', async () => {
    const [one, other] = [selfSigned(root, 'one'), selfSigned(root, 'other')];
    const used = { certificate: join(root, 'used.pem'), key: join(root, 'used-key.pem') };
    cpSync(one.certificate, used.certificate);
    cpSync(one.key, used.key);
    const node = await serveWith('files', { tls: used });
    const seen = async () => {
      const socket = await handshake(node.url, { rejectUnauthorized: false });
      const { subject } = socket.getPeerX509Certificate()!;
      socket.destroy();
      return subject;
    };
    const found = async () => {
      const { findings } = (await connectNode(node.folder).request('GET', '/api/doctor')) as { findings: Finding[] };
      return findings.filter(({ check }) => check === 'certificate').map(({ severity }) => severity);
    };
    try {
      assert.equal(await seen(), 'CN=one');
      cpSync(other.certificate, used.certificate);
      utimesSync(used.certificate, new Date(), new Date(clockMs + 5_000));
      await node.app.tls!.look();
      assert.equal(await seen(), 'CN=one', 'a certificate without its key');
      assert.deepEqual(await found(), ['warning', 'ok']);
      cpSync(other.key, used.key);
      await node.app.tls!.look();
      assert.equal(await seen(), 'CN=other');
      assert.deepEqual(await found(), ['ok'], 'asked by the new key');
    } finally {
      await node.stop();
    }
  });

  test('doctor tells what ends, what ended, and what is for somebody else', async () => {
    const { checkCertificate } = await import('./oversee/doctor/doctor.ts');
    const file = selfSigned(root, 'dated').certificate;
    const leaf = new X509Certificate(readFileSync(file));
    const end = leaf.validToDate.getTime();
    const told = (daysBefore: number, publicUrl?: string) =>
      checkCertificate({ nowMs: end - daysBefore * 86_400_000, file, leaf, own: false, publicUrl }).map(
        ({ severity }) => severity,
      );
    assert.deepEqual(told(40), ['ok']);
    assert.deepEqual(told(15), ['warning']);
    assert.deepEqual(told(1.5), ['error']);
    assert.deepEqual(told(-1), ['error']);
    assert.deepEqual(told(90), ['error'], 'not good yet');
    assert.deepEqual(told(40, 'https://cdp.example.com'), ['error', 'ok']);
    assert.deepEqual(told(40, 'https://localhost:7700'), ['ok']);
    assert.ok(isFor(leaf, ['localhost', '127.0.0.1']));
  });

  test('a node does not start with a key of another certificate, and the configuration is checked', async () => {
    const [one, other] = [selfSigned(root, 'mine'), selfSigned(root, 'yours')];
    const isUnusable = (error: unknown) => error instanceof Fault && error.code === 'tls_unusable';
    await assert.rejects(serveWith('mismatch', { tls: { certificate: one.certificate, key: other.key } }), isUnusable);
    await assert.rejects(serveWith('absent', { tls: { certificate: 'nowhere.pem', key: 'nowhere-key.pem' } }), isUnusable);
    for (const tls of [
      {},
      { certificate: 'a' },
      { authority: 'own', key: 'a' },
      { certificate: 'a', key: 'b', names: ['c'] },
      { authority: 'own', names: ['*.example.com'] },
    ])
      assert.throws(() => parseConfig({ tls }), /\/tls/);
  });
});

describe('an own authority that was cut short', () => {
  test('is finished: whatever is missing is made, and what is there stays', async () => {
    const { keepOwn, loadPair } = await import('./core/tls/files.ts');
    const folder = join(root, 'cut');
    const at = (file: string) => join(folder, 'tls', file);
    const names = ['cdp.example.com', 'localhost', '127.0.0.1'];
    const keep = (wanted = names) => keepOwn(folder, wanted, { nowMs: clockMs, random: systemPorts.random });
    const read = (file: string) => readFileSync(at(file), 'utf8');
    assert.equal(await keep(), true);
    assert.equal(await keep(), false, 'nothing to do');
    const [authority, key, server] = [read('authority.pem'), read('server-key.pem'), read('server.pem')];
    rmSync(at('server.pem'));
    assert.equal(await keep(), true);
    assert.deepEqual([read('authority.pem'), read('server-key.pem')], [authority, key]);
    assert.notEqual(read('server.pem'), server);
    rmSync(at('server-key.pem'));
    assert.equal(await keep(), true, 'a certificate without its key is of no use');
    loadPair(at('server.pem'), at('server-key.pem'));
    rmSync(at('authority.pem'));
    await keep();
    loadPair(at('authority.pem'), at('authority-key.pem'));
    assert.ok(loadPair(at('server.pem'), at('server-key.pem')).leaf.checkIssued(new X509Certificate(read('authority.pem'))));
    const before = read('authority.pem');
    await keep([...names, '10.1.2.3']);
    assert.notEqual(read('authority.pem'), before, 'one that is bound to fewer names');
    assert.ok(isFor(loadPair(at('server.pem'), at('server-key.pem')).leaf, ['10.1.2.3', 'cdp.example.com']));
  });
});
