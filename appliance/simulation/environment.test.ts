// A world that is not as it should be: full and read-only disks, damaged pages and key files, foreign keys, newer databases, taken ports and
// folders. Each time a clear fault, the exit code of a fault, nothing changed; and with the cause gone everything is there and the node goes on.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { exitCodes } from '../cli/faults.ts';
import { doctorExit } from '../cli/findings.ts';
import { Ledger, readCustomer } from './testing/ledger.ts';
import { Client, cli, makePlace, type Place, passphrase, spawnNode, startNode, temporaryFolder } from './testing/process.ts';
import { chance, long, rounds, summary } from './testing/rounds.ts';

const random = chance();
const ledger = new Ledger('environment');
let place: Place;
let writeKey: string;
/** The folder as it was left by the node that made it. */
let copy: string;
let refusals = 0;

before(async () => {
  place = await makePlace();
  const node = await startNode(place);
  writeKey = await node.client.addSource('environment');
  for (let batch = 0; batch < 6; batch += 1) {
    await ledger.deliver(node.client, writeKey, ledger.make(random, 100, 12));
  }
  assert.equal(await node.stop(), 0);
  copy = join(place.folder, '..', 'copy');
  cpSync(place.folder, copy, { recursive: true });
});

after(() => {
  place.remove();
  summary('environment', { 'refusals with a clear fault': refusals, 'damaged or lost': 0, seed: random.seed });
});

const file = (name: string) => join(place.folder, name);
const restore = (name: string) => copyFileSync(join(copy, name), file(name));
const hashOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
const kept = ['holdfast.db', 'keys.json', 'access-token'];
const fingerprint = (folder = place.folder) => Object.fromEntries(kept.map((name) => [name, hashOf(join(folder, name))]));

/** Runs a command that must refuse, with this code and exit code 1, saying what to do, and changing nothing. */
async function refuses(code: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const folder = args[0] === '--data' ? args[1]! : place.folder;
  const present = kept.every((name) => existsSync(join(folder, name)));
  const was = present ? fingerprint(folder) : undefined;
  const words = args[0] === '--data' ? args : ['--data', place.folder, ...args];
  const { code: exit, err } = await cli(['--json', ...words], { HOLDFAST_PASSPHRASE_FILE: place.passphraseFile, ...env });
  assert.equal(exit, code === 'unhealthy' ? doctorExit.errors : exitCodes.fault, `${args.join(' ')}: ${err}`);
  const line = err.split('\n').find((text) => text.startsWith('{'));
  assert.ok(line, `no fault was said: ${err}`);
  const { error } = JSON.parse(line) as { error: { code: string; message: string; next: string; where?: string } };
  assert.equal(error.code, code, line);
  assert.ok(error.message.length > 10 && error.next.length > 10);
  assert.ok(!err.includes(passphrase) && !err.includes(place.accessToken), 'a secret was said');
  if (was) assert.deepEqual(fingerprint(folder), was, 'something changed');
  refusals += 1;
  return error.where ?? '';
}

const serve = ['serve', '--port', '0'];

/** The node starts, has everything, and takes more. */
async function intact(): Promise<void> {
  const node = await startNode(place);
  await ledger.compare(node.client);
  await ledger.deliver(node.client, writeKey, ledger.make(random, 5, 12));
  await ledger.compare(node.client);
  assert.equal(await node.stop(), 0);
  rmSync(copy, { recursive: true });
  cpSync(place.folder, copy, { recursive: true });
}

test('a wrong passphrase, on the command line and over the API', async () => {
  const wrong = file('../wrong');
  writeFileSync(wrong, 'not the passphrase', { mode: 0o600 });
  await refuses('wrong_passphrase', serve, { HOLDFAST_PASSPHRASE_FILE: wrong });

  const { child, read } = spawnNode(place, [], { HOLDFAST_PASSPHRASE_FILE: '' });
  await new Promise<void>((resolve) => child.stdout!.once('data', () => resolve()));
  const { url, sealed } = JSON.parse(read().out) as { url: string; sealed: boolean };
  assert.ok(sealed);
  const client = new Client(url, place.accessToken);
  assert.equal((await client.send('GET', '/health/live')).status, 200);
  assert.equal((await client.send('GET', '/api/sources')).status, 503);
  assert.equal(await ledger.send(client, writeKey, ledger.make(random, 3, 12)), 'refused');
  const denied = await client.send('POST', '/api/unseal', { passphrase: 'not the passphrase' });
  assert.equal(denied.status, 403);
  assert.equal((denied.body as { error: { code: string } }).error.code, 'wrong_passphrase');
  await client.ask('POST', '/api/unseal', { passphrase });
  await ledger.compare(client);
  client.close();
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
});

test('a key file that is truncated, empty, of another node, or gone', async () => {
  const whole = readFileSync(file('keys.json')).length;
  for (const bytes of long ? [0, 1, 200, whole - 3] : [200]) {
    truncateSync(file('keys.json'), bytes);
    await refuses('key_file_damaged', serve);
    restore('keys.json');
  }
  const other = await makePlace();
  copyFileSync(join(other.folder, 'keys.json'), file('keys.json'));
  assert.match(await refuses('seal_broken', serve), /keys\.json/);
  other.remove();
  rmSync(file('keys.json'));
  await refuses('key_file_missing', serve);
  // New keys beside old data would look like a node and open nothing.
  await refuses('already_initialised', ['init']);
  assert.ok(!existsSync(file('keys.json')));
  restore('keys.json');
  await intact();
});

test('a database from a newer version, of another program, or no database', async () => {
  const db = new Database(file('holdfast.db'));
  db.exec("INSERT INTO schema_migrations VALUES (999999, 'from the future', '', 0)");
  db.close();
  await refuses('store_from_future', serve);
  restore('holdfast.db');
  rmSync(file('holdfast.db'));
  const foreign = new Database(file('holdfast.db'));
  foreign.exec('CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)');
  foreign.close();
  await refuses('store_corrupt', serve);
  writeFileSync(file('holdfast.db'), 'this is a letter to my aunt, and quite a long one '.repeat(200));
  await refuses('store_corrupt', serve);
  restore('holdfast.db');
  await intact();
});

test('damaged pages are found, told, and never end the process', async (context) => {
  context.diagnostic(`HOLDFAST_SEED=${random.seed}`);
  const whole = readFileSync(file('holdfast.db'));
  const pages = whole.length / 4096;
  for (let round = 0; round < rounds(2, 20); round += 1) {
    const damaged = Buffer.from(whole);
    const first = 1 + random.next(pages - 1);
    for (let page = first; page < Math.min(pages, first + Math.ceil(pages / 4)); page += 1)
      damaged.fill(0x5a, page * 4096, (page + 1) * 4096);
    writeFileSync(file('holdfast.db'), damaged);
    await refuses('unhealthy', ['doctor', '--deep']);
    const node = await startNode(place).catch((error: Error) => {
      assert.match(error.message, /"code":"(store_corrupt|seal_broken)"/);
      return undefined;
    });
    if (node) {
      const statuses = new Set<string>();
      for (const identifier of ledger.customers) {
        const { status, body } = await node.client.send('POST', '/api/profiles/search', { identifier, kind: 'user_id' });
        statuses.add(status === 200 ? '200' : `${status} ${(body as { error: { code: string } }).error.code}`);
      }
      for (const status of statuses) assert.match(status, /^(200|500 (store_corrupt|seal_broken))$/, node.complaints());
      assert.equal((await node.client.send('GET', '/health/live')).status, 200);
      await node.stop();
    }
    for (const name of ['holdfast.db-wal', 'holdfast.db-shm']) rmSync(file(name), { force: true });
    restore('holdfast.db');
  }
  await intact();
});

test('a port and a folder that are taken', async () => {
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, '127.0.0.1', resolve));
  squatter.unref();
  const { port } = squatter.address() as { port: number };
  await refuses('port_in_use', ['serve', '--port', String(port)]);
  await new Promise((resolve) => squatter.close(resolve));

  const node = await startNode(place);
  const { code, err } = await cli(['--data', place.folder, '--json', ...serve], {
    HOLDFAST_PASSPHRASE_FILE: place.passphraseFile,
  });
  assert.equal(code, 1);
  assert.match(err, /"code":"store_in_use"/);
  refusals += 1;
  // The one that was there first goes on, and commands still find it.
  await ledger.deliver(node.client, writeKey, ledger.make(random, 5, 12));
  await ledger.compare(node.client);
  assert.equal((await cli(['--data', place.folder, '--json', 'source', 'list'])).code, 0);
  assert.equal(await node.stop(), 0);
  rmSync(copy, { recursive: true });
  cpSync(place.folder, copy, { recursive: true });
});

const isRoot = process.getuid?.() === 0;

function run(...command: [string, ...string[]]): boolean {
  try {
    execFileSync(command[0], command.slice(1), { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('a folder that cannot be written', async (context) => {
  if (!isRoot) {
    for (const name of kept) chmodSync(file(name), 0o400);
    chmodSync(place.folder, 0o500);
    await refuses('store_read_only', serve);
    chmodSync(place.folder, 0o700);
    for (const name of kept) chmodSync(file(name), 0o600);
    return intact();
  }
  const mounted = temporaryFolder();
  const bound = run('mount', '--bind', place.folder, mounted) && run('mount', '-o', 'remount,bind,ro', mounted);
  if (!bound) {
    run('umount', mounted);
    return context.skip('root ignores permissions, and may not mount here');
  }
  try {
    await refuses('store_read_only', ['--data', mounted, ...serve]);
    await refuses('store_read_only', ['--data', join(mounted, 'new'), 'init']);
  } finally {
    run('umount', mounted);
    rmSync(mounted, { recursive: true });
  }
  await intact();
});

test('a full disk: refused by name, reads too when their entry of the audit log finds no room, and the node goes on by itself', async (context) => {
  const disk = temporaryFolder();
  if (!isRoot || !run('mount', '-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', disk)) {
    return context.skip('only root may mount a small disk; the contract suite of the store fills one by maxPages');
  }
  const ballast = join(disk, 'ballast');
  try {
    mkdirSync(join(disk, 'home'));
    const small = await makePlace({}, join(disk, 'home'));
    const node = await startNode(small);
    const key = await node.client.addSource('full');
    const full = new Ledger('full');
    let faults = 0;
    for (let round = 0; round < rounds(3, 20); round += 1) {
      await full.deliver(node.client, key, full.make(random, 50, 10));
      const { bavail, bsize } = statfsSync(disk);
      writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - random.next(300_000))));
      const refused = await fill(node.client, key, full);
      faults += refused.length;
      // No audit, no read: what finds no room for its entry is refused by the same name.
      const [customer] = full.customers;
      await readCustomer(node.client, customer!).catch((error: unknown) => assert.match(String(error), /disk_full/));
      assert.equal((await node.client.send('GET', '/health/live')).status, 200);
      rmSync(ballast);
      for (const batch of refused) await full.deliver(node.client, key, batch);
      await full.compare(node.client);
    }
    assert.equal(await node.stop(), 0);
    const again = await startNode(small);
    const events = await full.compare(again.client);
    assert.equal(await again.stop(), 0);
    refusals += faults;
    summary('disk full', {
      'times full': rounds(3, 20),
      'batches refused': faults,
      'events there afterwards': events,
      'lost or doubled': 0,
    });
  } finally {
    assert.ok(run('umount', '--lazy', disk));
    rmSync(disk, { recursive: true, force: true });
  }
});

/** Sends until the disk is full, and a few times more. @returns the refused batches */
async function fill(client: Client, key: string, full: Ledger): Promise<ReturnType<Ledger['make']>[]> {
  const refused: ReturnType<Ledger['make']>[] = [];
  for (let sent = 0; refused.length < 4; sent += 1) {
    assert.ok(sent < 2_000, 'the disk never filled up');
    const batch = full.make(random, 40, 10);
    const reply = await client.track(key, batch.events);
    if (reply.status === 200) {
      full.settle(batch, 'acknowledged');
      continue;
    }
    const { code } = (reply.body as { error: { code: string } }).error;
    if (code === 'too_busy') {
      // The machine has other things to do.
      full.settle(batch, 'refused');
      await sleep(200);
      continue;
    }
    assert.equal(code, 'disk_full', JSON.stringify(reply.body));
    assert.ok(reply.status === 429 || reply.status === 503);
    assert.ok(Number(reply.headers['retry-after']) > 0);
    full.settle(batch, 'refused');
    refused.push(batch);
  }
  return refused;
}
