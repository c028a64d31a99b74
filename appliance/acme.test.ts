// A certificate from an authority of the organisation, by ACME: given by Pebble, which asks the node itself; taken up without a restart, renewed while connections
// go on, asked for again later where it fails; told of by doctor and by figures. And no other host is called than that of the directory.

import assert from 'node:assert/strict';
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { connectNode } from './cli/http-client.ts';
import { fakeIo } from './cli/testing.ts';
import { type Config, defaultConfig, parseConfig, readConfig } from './core/config.ts';
import type { AcmeDeclaration } from './core/model/tls-config.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import { TlsProver } from './core/tls/acme/provers.ts';
import { freePort, type Pebble, startPebble, whyNoPebble } from './core/tls/acme/testing-pebble.ts';
import { newAuthority, newServerCertificate, newServerKey } from './core/tls/own-authority.ts';
import { initFolder, type Serving, serve } from './lifecycle.ts';
import { main } from './main.ts';

const reason = whyNoPebble();
if (reason !== undefined) console.log(`NOT TESTED: certificates from an authority by ACME: ${reason}`);

const passphrase = 'a passphrase for tests';
const name = 'cdp.example.test';
const root = mkdtempSync(join(tmpdir(), 'holdfast-acme-'));
after(() => rmSync(root, { recursive: true }));

let laterMs = 0;
const ports: Ports = { ...systemPorts, clock: { nowMs: () => systemPorts.clock.nowMs() + laterMs } };

type Node = Serving & { folder: string };
async function serveWith(folderName: string, acme: AcmeDeclaration, more: Partial<Config> = {}): Promise<Node> {
  const folder = join(root, folderName);
  await initFolder(folder, { passphrase }, ports);
  const config = parseConfig({ ...defaultConfig, port: 0, publicUrl: `https://${name}`, tls: { acme }, ...more });
  return Object.assign(await serve({ folder, ports, secret: { passphrase }, config }), { folder });
}

function handshake(url: string, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((settle, fail) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), servername: name, ...options });
    socket.once('secureConnect', () => settle(socket)).once('error', fail);
  });
}

async function shown(url: string, options: ConnectionOptions = { rejectUnauthorized: false }): Promise<X509Certificate> {
  const socket = await handshake(url, options);
  const leaf = socket.getPeerX509Certificate()!;
  socket.destroy();
  return leaf;
}

async function findings(folder: string): Promise<[string, string][]> {
  const answer = (await connectNode(folder).request('GET', '/api/doctor')) as { findings: Finding[] };
  return answer.findings.filter(({ check }) => check === 'certificate').map(({ severity, message }) => [severity, message.en]);
}

async function failures(node: Node): Promise<string> {
  const answer = await node.app.http.inject({ url: '/metrics', headers: { authorization: `Bearer ${node.accessToken}` } });
  return /^holdfast_certificate_renewal_failures (\d+)$/m.exec(answer.body)![1]!;
}

describe('a certificate from an authority by ACME', { skip: reason ?? false }, () => {
  let pebble: Pebble;
  let nodePort: number;
  let httpPort: number;
  before(async () => {
    [nodePort, httpPort] = [await freePort(), await freePort()];
    pebble = await startPebble({ folder: root, tlsPort: nodePort, httpPort, refusedNumbers: 20 });
  });
  after(() => pebble?.stop());
  const acme = (): AcmeDeclaration => ({ directory: pebble.directory, certificates: pebble.certificates });

  test('is given to a node that serves already, by a proof on its own port, and renewed while a connection goes on', async () => {
    const node = await serveWith('alpn', acme(), { port: nodePort });
    try {
      await node.app.tls!.order();
      const ca = await pebble.root();
      const first = await shown(node.url, { ca });
      assert.ok(first.checkHost(name), first.subjectAltName);
      assert.deepEqual(await findings(node.folder), [['ok', `Good until ${first.validToDate.toISOString().slice(0, 10)}.`]]);
      assert.equal(await failures(node), '0');
      for (const file of readdirSync(join(node.folder, 'tls')))
        assert.equal(statSync(join(node.folder, 'tls', file)).mode & 0o777, 0o600, file);

      const agent = new Agent({ keepAlive: true, maxSockets: 1, ca, servername: name });
      const before = await get(node.url, agent);
      laterMs = first.validToDate.getTime() - ports.clock.nowMs() - 86_400_000;
      await node.app.tls!.order();
      const again = await get(node.url, agent);
      agent.destroy();
      assert.equal(again, before, 'the same connection');
      const second = await shown(node.url, { ca });
      assert.notEqual(second.serialNumber, first.serialNumber);
      assert.deepEqual(second.publicKey.export({ format: 'jwk' }), first.publicKey.export({ format: 'jwk' }), 'by the same key');
      // It too is in the last third of its life by this clock, and yet the authority is not asked without end.
      await node.app.tls!.order();
      assert.equal((await shown(node.url)).serialNumber, second.serialNumber);
    } finally {
      laterMs = 0;
      await node.stop();
    }
  });

  test('by plain HTTP where a port is named, which is open only while the authority may ask', async () => {
    const node = await serveWith('http', { ...acme(), httpPort, contact: 'it@example.com' });
    try {
      await node.app.tls!.order();
      assert.ok((await shown(node.url, { ca: await pebble.root() })).checkHost(name));
      await assert.rejects(fetch(`http://127.0.0.1:${httpPort}/`), /fetch failed/);
    } finally {
      await node.stop();
    }
  });

  test('is what setup ends with, by answers from a file', async () => {
    const folder = join(root, 'setup');
    const [answers, secret] = [join(root, 'answers.json'), join(root, 'secret')];
    const administrators = [{ login: 'li.hua', name: '李华', language: 'zh' }];
    const { directory } = pebble;
    // A path in the answers begins where the command is given.
    const tls = { acme: { directory, certificates: 'pebble-authority.pem' } };
    writeFileSync(answers, JSON.stringify({ name, port: nodePort, tls, unseal: 'shares', administrators }));
    writeFileSync(secret, `${passphrase}\n`, { mode: 0o600 });
    const io = fakeIo({ cwd: root, env: { HOLDFAST_PASSPHRASE_FILE: secret } });
    const code = await main(['setup', '--answers', answers, '--data', folder, '--lang', 'en', '--ignore-preflight'], io);
    assert.equal(code, 0, `${io.out()}${io.err()}`);
    assert.match(io.err(), /- Certificate from the authority/);
    const leaf = new X509Certificate(readFileSync(join(folder, 'tls', 'acme.pem')));
    assert.match(leaf.issuer, /Pebble Intermediate/);
    assert.ok(leaf.checkHost(name));
    assert.equal(readConfig(folder).tls!.acme!.certificates, pebble.certificates);
  });

  test('that does not come is told of with the words of the authority, and asked for again later', async () => {
    // The authority asks a port where nobody listens: the node has another.
    const node = await serveWith('refused', acme());
    const orders = async () => (await failures(node)).toString();
    try {
      await node.app.tls!.order();
      const [[severity, message] = []] = await findings(node.folder);
      assert.equal(severity, 'error');
      assert.match(message!, /authorization: cdp\.example\.test \(tls-alpn-01\): .*Failed to connect/);
      assert.equal((await shown(node.url)).subject, 'CN=Holdfast without a certificate');
      await node.app.tls!.order();
      assert.equal(await orders(), '1', 'not at once');
      laterMs = 61_000;
      await node.app.tls!.order();
      assert.equal(await orders(), '2');
      laterMs += 61_000;
      await node.app.tls!.order();
      assert.equal(await orders(), '2', 'later and later');
    } finally {
      laterMs = 0;
      await node.stop();
    }
  });

  test('whose renewal fails stays in use, and doctor says so', async () => {
    const node = await serveWith('stays', acme(), { port: nodePort });
    try {
      await node.app.tls!.order();
      const leaf = await shown(node.url);
      laterMs = leaf.validToDate.getTime() - ports.clock.nowMs() - 90 * 86_400_000;
      await pebble.stop();
      await node.app.tls!.order();
      const [[severity, message] = [], [second] = []] = await findings(node.folder);
      assert.deepEqual([severity, second], ['warning', 'ok']);
      assert.match(message!, /could not be renewed: directory: https:\/\/localhost:\d+ cannot be reached \(ECONNREFUSED\)/);
      assert.equal((await shown(node.url)).serialNumber, leaf.serialNumber);
    } finally {
      laterMs = 0;
      await node.stop();
    }
  });
});

describe('an authority that wants an account that it knows', { skip: reason ?? false }, () => {
  test('gives by the right secret, and says what is missing or wrong', async () => {
    const folder = mkdtempSync(join(root, 'bound-'));
    const secret = Buffer.alloc(32, 7).toString('base64url');
    const port = await freePort();
    const options = { folder, tlsPort: port, httpPort: await freePort(), externalAccount: { id: 'kid-1', secret } };
    const pebble = await startPebble(options);
    const said = async (folderName: string, key: string | undefined) => {
      const file = join(folder, 'secret');
      writeFileSync(file, `${key}\n`, { mode: 0o600 });
      const { directory, certificates } = pebble;
      const externalAccount = key === undefined ? {} : { externalAccount: { id: 'kid-1', key: { file } } };
      const node = await serveWith(folderName, { directory, certificates, ...externalAccount }, { port });
      try {
        await node.app.tls!.order();
        return (await findings(node.folder))[0]!.join(' ');
      } finally {
        await node.stop();
      }
    };
    try {
      assert.match(await said('unbound', undefined), /^error .*"externalAccount" is missing/);
      assert.match(await said('misbound', Buffer.alloc(32, 8).toString('base64url')), /^error .*account: /);
      assert.match(await said('bound', secret), /^ok Good until/);
    } finally {
      await pebble.stop();
    }
  });
});

const making = () => ({ nowMs: systemPorts.clock.nowMs(), random: systemPorts.random });

describe('the proof on the own port', () => {
  test('is shown to whoever asks as an authority does, for that name; everybody else sees the usual certificate', async () => {
    const prover = new TlsProver(making());
    const authority = await newAuthority([name], making());
    const key = await newServerKey();
    const cert = await newServerCertificate(authority, key, [name], making());
    const server = createServer({ key, cert, minVersion: 'TLSv1.3', ALPNCallback: prover.choose }, (_, answer) =>
      answer.end('served'),
    );
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const asked = (servername: string) => shown(url, { rejectUnauthorized: false, servername, ALPNProtocols: ['acme-tls/1'] });
    const usual = new X509Certificate(cert).serialNumber;
    try {
      await assert.rejects(asked(name), /no application protocol/);
      const withdraw = await prover.offer({ name, token: 'token', keyAuthorization: 'token.thumbprint' });
      const withdrawAddress = await prover.offer({ name: '192.0.2.7', token: 'a', keyAuthorization: 'a.b' });
      const leaf = await asked(name);
      assert.equal(leaf.subjectAltName, `DNS:${name}`);
      // id-pe-acmeIdentifier, critical, an OCTET STRING in an OCTET STRING (RFC 8737, section 3).
      const digest = createHash('sha256').update('token.thumbprint').digest();
      const extension = Buffer.concat([Buffer.from('06082b0601050507011f0101ff04220420', 'hex'), digest]);
      assert.ok(leaf.raw.includes(extension));
      assert.equal((await asked('7.2.0.192.in-addr.arpa')).subjectAltName, 'IP Address:192.0.2.7');
      await assert.rejects(asked('other.example.test'), /no application protocol/);
      for (const ALPNProtocols of [['http/1.1'], ['h2', 'http/1.1'], undefined])
        assert.equal(
          (await shown(url, { rejectUnauthorized: false, ...(ALPNProtocols && { ALPNProtocols }) })).serialNumber,
          usual,
        );
      await withdraw();
      await withdrawAddress();
      await assert.rejects(asked(name), /no application protocol/);
    } finally {
      server.close();
    }
  });
});

describe('an authority that sends the node elsewhere', () => {
  test('is refused, and nothing but its directory is called', async () => {
    const authority = await newAuthority(['localhost'], making());
    const key = await newServerKey();
    const cert = await newServerCertificate(authority, key, ['localhost'], making());
    const certificates = join(root, 'elsewhere.pem');
    writeFileSync(certificates, authority.certificate);
    const asked: string[] = [];
    const server = createServer({ key, cert }, (incoming, answer) => {
      asked.push(incoming.url!);
      const elsewhere = `https://elsewhere.localhost:${(server.address() as { port: number }).port}/new`;
      answer.end(JSON.stringify({ newNonce: elsewhere, newAccount: elsewhere, newOrder: elsewhere }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const directory = `https://localhost:${(server.address() as { port: number }).port}/dir`;
    const node = await serveWith('elsewhere', { directory, certificates });
    try {
      await node.app.tls!.order();
      assert.match((await findings(node.folder))[0]!.join(' '), /^error .*an address that is not under https:\/\/localhost/);
      assert.deepEqual(asked, ['/dir']);
    } finally {
      await node.stop();
      server.close();
    }
  });

  test('the configuration is checked', () => {
    const acme = { directory: 'https://ca.internal/directory' };
    const publicUrl = 'https://cdp.internal';
    assert.ok(parseConfig({ publicUrl, tls: { acme } }));
    for (const config of [
      { tls: { acme } },
      { publicUrl, tls: { acme: { directory: 'http://ca.internal/directory' } } },
      { publicUrl, tls: { acme: {} } },
      { publicUrl, tls: { acme, authority: 'own' } },
      { publicUrl, tls: { acme, certificate: 'a', key: 'b' } },
      { publicUrl, tls: { acme: { ...acme, externalAccount: { id: 'a', key: 'secret' } } } },
    ])
      assert.throws(() => parseConfig(config), /\/tls/);
  });
});

/** @returns the connection that it came by */
function get(url: string, agent: Agent): Promise<unknown> {
  return new Promise((settle, fail) => {
    request(new URL('/health/ready', url), { agent }, (answer) => {
      const { socket } = answer;
      answer.resume().on('end', () => settle(socket));
      assert.equal(answer.statusCode, 200);
    })
      .once('error', fail)
      .end();
  });
}
