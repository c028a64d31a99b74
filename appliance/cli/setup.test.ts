// `holdfast setup` by whole processes: answers from a file end in a node that answers over HTTPS and lets its first administrator in; killed at each step and
// run again it finishes with the keys that it has; what is wrong in the answers is refused before anything is written.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { Fault } from '../core/errors.ts';
import { unlock } from '../core/vault/vault.ts';
import { readNodeAddress } from './node-file.ts';
import { fetchFrom } from './pinned-fetch.ts';
import { parseAnswers } from './setup-answers.ts';
import { fakeIo } from './testing.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-setup-'));
after(() => rmSync(root, { recursive: true }));

const main = join(import.meta.dirname, '..', 'main.ts');
const password = 'nine white cranes by the lake';
const passphraseFile = join(root, 'secret');
writeFileSync(passphraseFile, 'a passphrase for tests\n', { mode: 0o600 });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

const answersOf = (port: number, more: object = {}) => ({
  name: 'localhost',
  address: '127.0.0.1',
  port,
  tls: 'own',
  unseal: 'shares',
  shares: { k: 2, n: 3 },
  administrators: [{ login: 'li.hua', name: '李华', language: 'zh' }],
  ...more,
});

/** A machine that is small or full is not what these tests are about. */
function start(folder: string, answers: object, ...more: string[]): ChildProcess & { said: { out: string; err: string } } {
  const file = `${folder}.answers.json`;
  writeFileSync(file, JSON.stringify(answers));
  const args = [main, 'setup', '--answers', file, '--data', folder, '--lang', 'en', '--ignore-preflight', ...more];
  const child = spawn(process.execPath, args, { env: { ...process.env, HOLDFAST_PASSPHRASE_FILE: passphraseFile } });
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  return Object.assign(child, { said });
}

async function finished(folder: string, answers: object, ...more: string[]) {
  const child = start(folder, answers, ...more);
  const [code] = await once(child, 'close');
  return { code: code as number, ...child.said };
}

/** Waits until the process has said it, on either stream. */
function saying(child: ReturnType<typeof start>, text: string): Promise<void> {
  return new Promise((settle, fail) => {
    const look = () => {
      if (`${child.said.out}${child.said.err}`.includes(text)) settle();
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    child.once('close', (code) => fail(new Error(`ended with ${code}: ${child.said.err}`)));
  });
}

const sharesIn = (out: string) =>
  [...out.matchAll(/^ {2}(\S{20,})$/gm)].map(([, share]) => share!).filter((share) => !share.startsWith('http'));
const linkIn = (out: string) => /#link=(\S+)/.exec(out)?.[1];

describe('setup with answers', () => {
  test('for a program: shares and links that a failed run made and never told are made anew, and told once', async () => {
    const folder = join(root, 'program');
    const port = await freePort();
    const administrators = [
      { login: 'li.hua', name: '李华', language: 'zh' },
      { login: 'no login at all', name: 'Wrong', language: 'en' },
    ];
    const failed = await finished(folder, answersOf(port, { administrators }), '--json');
    assert.notEqual(failed.code, 0);
    assert.equal(failed.out, '');
    type Told = { shares?: string[]; invitations: { login: string; link: string }[] };
    const good = await finished(folder, answersOf(port), '--json');
    assert.equal(good.code, 0, good.err);
    const told = JSON.parse(good.out) as Told;
    assert.equal(told.shares?.length, 3);
    (await unlock(folder, { shares: told.shares!.slice(1) })).destroy();
    assert.deepEqual(
      told.invitations.map(({ login }) => login),
      ['li.hua'],
    );
    const again = JSON.parse((await finished(folder, answersOf(port), '--json')).out) as Told;
    assert.deepEqual([again.shares, again.invitations], [undefined, []]);
  });

  test('ends in a node that answers over HTTPS, whose first administrator signs in by the link', async () => {
    const folder = join(root, 'whole');
    const port = await freePort();
    const child = start(folder, answersOf(port), '--serve');
    try {
      await saying(child, 'Next:');
      const { out } = child.said;
      assert.equal(sharesIn(out).length, 3, out);
      (await unlock(folder, { shares: sharesIn(out).slice(1) })).destroy();
      const config = JSON.parse(readFileSync(join(folder, 'holdfast.json'), 'utf8'));
      assert.deepEqual(config, { address: '127.0.0.1', port, publicUrl: `https://localhost:${port}`, tls: { authority: 'own' } });
      const { url, pin } = readNodeAddress(folder)!;
      assert.equal(url, `https://127.0.0.1:${port}`);
      const ask = fetchFrom(pin);
      const page = await ask(new URL('/console/', url));
      assert.equal(page.status, 200);
      assert.match(await page.text(), /<title>/);
      const body = JSON.stringify({ link: linkIn(out), password, bearer: true });
      const headers = { 'content-type': 'application/json' };
      const entered = await ask(new URL('/api/session/link', url), { method: 'POST', headers, body });
      assert.equal(entered.status, 200, await entered.text());
    } finally {
      child.kill('SIGTERM');
      const [code] = await once(child, 'close');
      assert.equal(code, 0, child.said.err);
    }
    const again = await finished(folder, answersOf(port));
    assert.equal(again.code, 0, again.err);
    assert.deepEqual([sharesIn(again.out), linkIn(again.out)], [[], undefined], 'nothing is made a second time');
  });

  const steps = ['- Configuration', '- Keys', 'Recovery shares', '- Node', '- Administrators', 'One-time link', '- First answer'];
  // Every one takes seconds: two of them each time, all of them in the long rounds.
  const tried = process.env.HOLDFAST_LONG === '1' ? steps : ['Recovery shares', '- Administrators'];
  for (const step of tried)
    test(`killed at "${step}" and run again, it finishes with one set of keys`, async () => {
      const folder = join(root, `killed-${steps.indexOf(step)}`);
      const answers = answersOf(await freePort());
      const child = start(folder, answers);
      await saying(child, step);
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
      const keysBefore = existsSync(join(folder, 'keys.json')) ? nodeIdOf(folder) : undefined;
      const again = await finished(folder, answers);
      assert.equal(again.code, 0, again.err);
      if (keysBefore !== undefined) assert.equal(nodeIdOf(folder), keysBefore, 'the same keys');
      const shares = [...sharesIn(child.said.out).slice(0, 3), ...sharesIn(again.out)].slice(-3);
      assert.equal(shares.length, 3);
      (await unlock(folder, { shares: shares.slice(0, 2) })).destroy();
      assert.ok(linkIn(again.out) ?? linkIn(child.said.out), 'a link was shown');
    });

  test('a link that stands for the configuration is written through, and settings of others stay', async () => {
    const folder = join(root, 'linked');
    mkdirSync(folder, { mode: 0o700 });
    const elsewhere = join(root, 'etc.json');
    writeFileSync(elsewhere, '{"region": "DE", "tls": {"authority": "own"}}');
    symlinkSync(elsewhere, join(folder, 'holdfast.json'));
    const port = await freePort();
    const { code, out, err } = await finished(
      folder,
      answersOf(port, { tls: 'proxy', unseal: 'file', backup: join(root, 'backups') }),
      '--json',
    );
    const config = JSON.parse(readFileSync(elsewhere, 'utf8'));
    assert.deepEqual([config.region, config.tls, config.publicUrl], ['DE', undefined, 'https://localhost']);
    const told = JSON.parse(out) as { shares: string[]; invitations: { link: string }[]; backup: string };
    assert.deepEqual([told.shares.length, told.invitations.length], [3, 1]);
    assert.equal(told.backup, 'done', err);
    assert.equal(config.backup.to, join(root, 'backups'));
    assert.ok(readdirSync(join(root, 'backups')).length > 0);
    assert.equal(code, 0, err);
  });

  test('by a file for trying out: the passphrase is made once, for its owner', async () => {
    const folder = join(root, 'file');
    const answers = answersOf(await freePort(), { unseal: 'file' });
    const file = `${folder}.answers.json`;
    writeFileSync(file, JSON.stringify(answers));
    const { HOLDFAST_PASSPHRASE_FILE: _, ...env } = process.env;
    const child = spawn(process.execPath, [main, 'setup', '--answers', file, '--data', folder, '--ignore-preflight'], {
      env,
      stdio: 'ignore',
    });
    assert.deepEqual(await once(child, 'close'), [0, null]);
    assert.equal(statSync(join(folder, 'passphrase')).mode & 0o077, 0);
    (await unlock(folder, { passphrase: readFileSync(join(folder, 'passphrase'), 'utf8').trim() })).destroy();
  });
});

const nodeIdOf = (folder: string) => (JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as { nodeId: string }).nodeId;

describe('what setup refuses', () => {
  const wrong: [object, RegExp][] = [
    [{ nmae: 'x' }, /\/nmae|\/name/],
    [{ ...answersOf(1), colour: 'red' }, /\/colour/],
    [{ ...answersOf(1), unseal: 'never' }, /\/unseal/],
    [{ ...answersOf(1), name: '*.example.com' }, /\/name/],
    [{ ...answersOf(1), tls: { certificate: 'a' } }, /\/tls/],
    [{ ...answersOf(1), tls: { acme: { directory: 'http://ca.internal/directory' } } }, /\/tls/],
    [{ ...answersOf(1), administrators: [] }, /\/administrators/],
    [{ ...answersOf(1), administrators: [{ login: 'a', name: 'b', role: 'c' }] }, /\/administrators\/0\/role/],
    [{ ...answersOf(1), shares: { k: 4, n: 3 } }, /\/shares/],
  ];
  for (const [answers, place] of wrong)
    test(`${place.source}`, () => {
      assert.throws(
        () => parseAnswers(answers),
        (error) => error instanceof Fault && error.code === 'bad_request' && place.test(error.where ?? ''),
      );
    });

  test('nothing is written where the answers are wrong, and where preflight finds an error', async () => {
    const folder = join(root, 'nothing');
    const { code, err } = await finished(folder, { ...answersOf(1), colour: 'red' });
    assert.deepEqual([code, existsSync(folder)], [1, false]);
    assert.match(err, /\/colour/);
    const file = join(root, 'nothing.json');
    writeFileSync(file, JSON.stringify(answersOf(7700, { address: '192.0.2.1' })));
    const { main: run } = await import('../main.ts');
    const io = fakeIo({ env: { HOLDFAST_PASSPHRASE_FILE: passphraseFile } });
    assert.equal(await run(['setup', '--answers', file, '--data', folder, '--lang', 'zh'], io), 2);
    assert.match(io.err(), /192\.0\.2\.1 不是本机地址/);
    assert.equal(existsSync(folder), false);
  });

  test('the questions are asked where there is a terminal, in either language', async () => {
    const { askAnswers } = await import('./setup-answers.ts');
    const { createContext } = await import('./context.ts');
    const io = fakeIo({ typed: 'cdp.example.com\r\r2\r/etc/a.pem\r/etc/a-key.pem\r9\r1\rli.hua\r李华\r\r' });
    assert.deepEqual(await askAnswers(createContext(io, { lang: 'zh' })), {
      name: 'cdp.example.com',
      port: 7700,
      tls: { certificate: '/etc/a.pem', key: '/etc/a-key.pem' },
      unseal: 'shares',
      administrators: [{ login: 'li.hua', name: '李华', language: 'zh' }],
    });
    assert.match(io.err(), /用户访问节点的域名/);
    const directory = 'https://ca.internal/acme/acme/directory';
    const acme = fakeIo({ typed: `cdp.example.com\r443\r4\r${directory}\r/etc/root.pem\r1\rli.hua\r李华\r\r` });
    const { tls } = await askAnswers(createContext(acme, { lang: 'en' }));
    assert.deepEqual(tls, { acme: { directory, certificates: '/etc/root.pem' } });
  });
});
