// A node's backup made under load, its data folder wrecked, and the node restored: nothing acknowledged before the backup is missing, who was erased
// stays erased, the audit log verifies, and the target knows neither a customer nor a key.

import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { App } from './app.ts';
import { command as backupCommand } from './cli/backup.ts';
import { createContext } from './cli/context.ts';
import { command as restoreCommand } from './cli/restore.ts';
import { fakeIo } from './cli/testing.ts';
import { verifyLog } from './core/audit/audit.ts';
import { readConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { systemPorts } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import type { BackupJob, BackupsView, SnapshotView } from './oversee/operations/backup/backup.ts';
import { startS3 } from './oversee/operations/backup/testing-s3.ts';
import { type RestoreOptions, restoreBackup } from './restoring.ts';
import { Needles, searchFolder } from './simulation/testing/search.ts';
import { openTestNode, type TestNode, testPassphrase } from './testing.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-backup-'));
const place = join(home, 'target');
const secret = { passphrase: testPassphrase };
let node: TestNode;
before(async () => {
  node = await openTestNode({ config: { backup: { to: place, keep: { last: 3, daily: 0, weekly: 0, monthly: 0 } } } });
  writeFileSync(join(node.folder, 'holdfast.json'), JSON.stringify({ backup: { to: place }, region: 'DE' }));
});
after(async () => {
  await node?.close();
  rmSync(home, { recursive: true, force: true });
});

const nameOf = (n: number) => `Zsófia Quibblewick-${n} of Xylophone Passage`;
const mailOf = (n: number) => `quibble-${n}@canary-backup.example`;
const customer = (n: number) => ({ type: 'identify', userId: `canary-user-${n}`, traits: { email: mailOf(n), name: nameOf(n) } });

async function work(kind: 'backup' | 'verify' | 'prune'): Promise<BackupJob> {
  const begun = await node.ask('POST', '/api/backups/work', { kind });
  assert.equal(begun.status, 202, JSON.stringify(begun.body));
  await node.app.node().backups.settled();
  return (await node.ask<BackupsView>('GET', '/api/backups')).body.job!;
}

const restored = (folder: string, more: Partial<RestoreOptions> = {}) =>
  restoreBackup({
    from: { kind: 'folder', path: place },
    folder,
    secret,
    ports: systemPorts,
    keyFile: join(node.folder, 'keys.json'),
    ...more,
  });

/** Opens what was restored, and asks it. */
async function opened<T>(
  folder: string,
  use: (app: App, find: (identifier: string) => Promise<number>) => Promise<T>,
): Promise<T> {
  const accessToken = readFileSync(join(folder, 'access-token'), 'utf8').trim();
  const app = await App.create({
    folder,
    config: readConfig(folder),
    ports: systemPorts,
    accessToken,
    apart: true,
    loopDelayMs: () => 0,
  });
  try {
    await app.unseal(secret);
    return await use(app, async (identifier) => {
      const headers = { authorization: `Bearer ${accessToken}` };
      const answer = await app.http.inject({ method: 'POST', url: '/api/profiles/search', headers, payload: { identifier } });
      return answer.json<{ profiles: unknown[] }>().profiles.length;
    });
  } finally {
    await app.close();
  }
}

describe('backup and restore', () => {
  let acknowledged = 0;
  let first: BackupJob;

  test('under load, a folder wrecked, and everything acknowledged is back', async () => {
    let next = 0;
    let going = true;
    const load = (async () => {
      while (going) {
        const batch = Array.from({ length: 20 }, () => customer(next++));
        assert.equal((await node.send(batch)).status, 200);
      }
    })();
    while (next < 400) await sleep(5);
    acknowledged = next - 20;
    first = await work('backup');
    going = false;
    await load;
    assert.equal(first.state, 'done', JSON.stringify(first));
    assert.equal(first.snapshot, (await node.ask<BackupsView>('GET', '/api/backups')).body.last!.id);

    const folder = join(home, 'first');
    const { records, entries } = await restored(folder);
    assert.ok(records >= acknowledged, `${records} of ${acknowledged}`);
    assert.ok(entries > 0);
    assert.equal(readConfig(folder).region, 'DE');
    await opened(folder, async (app, find) => {
      for (const n of [0, 7, acknowledged - 1]) assert.equal(await find(mailOf(n)), 1, `customer ${n}`);
      assert.equal((await verifyLog(app.node().audit.items(), [])).flaw, undefined);
    });
  });

  test('who was erased since stays erased, by the list of now', async () => {
    const [gone] = await node.find(mailOf(3));
    const { status } = await node.ask('POST', `/api/subjects/${gone!.id}/erase`, { reason: 'request' });
    assert.equal(status, 200);
    const folder = join(home, 'erased');
    mkdirSync(folder);
    // As after a crash of the database: its list and key file are still there.
    for (const file of ['erasures.log', 'keys.json']) copyFileSync(join(node.folder, file), join(folder, file));
    await restored(folder, { atMs: systemPorts.clock.nowMs() });
    await opened(folder, async (_, find) => {
      assert.equal(await find(mailOf(3)), 0);
      assert.equal(await find(mailOf(4)), 1);
    });
    // Without it they would come back: that the list is what keeps them away.
    const without = join(home, 'without');
    await restored(without);
    await opened(without, async (_, find) => assert.equal(await find(mailOf(3)), 1));
  });

  test('an erasure while a backup runs finishes, and so does the backup', async () => {
    const started = node.ask<BackupJob>('POST', '/api/backups/work', { kind: 'backup' });
    const [gone] = await node.find(mailOf(5));
    const { status, body } = await node.ask<{ state: string }>('POST', `/api/subjects/${gone!.id}/erase`, { reason: 'request' });
    assert.equal(status, 200);
    assert.equal(body.state, 'done');
    assert.equal((await started).status, 202);
    await node.app.node().backups.settled();
    assert.equal((await node.ask<BackupsView>('GET', '/api/backups')).body.job!.state, 'done');
  });

  test('the next one adds little; a second at once is refused; it can be broken off', async () => {
    // The erasure above may have come after the last page of its backup was read: what it changed is taken up here.
    await work('backup');
    const second = await work('backup');
    assert.ok(second.doneBytes > first.doneBytes);
    assert.ok(second.addedBytes! < first.addedBytes!, `${second.addedBytes} of ${first.addedBytes}`);
    const { backups } = node.app.node();
    backups.start('backup', 'operator');
    const busy = await node.ask<{ error: { code: string } }>('POST', '/api/backups/work', { kind: 'verify' });
    assert.deepEqual([busy.status, busy.body.error.code], [409, 'backup_busy']);
    const cancelled = await node.ask<BackupJob>('POST', '/api/backups/cancel');
    assert.equal(cancelled.status, 200);
    assert.ok(['cancelled', 'done'].includes(cancelled.body.state));
    assert.equal((await node.ask('POST', '/api/backups/cancel')).status, 404);
  });

  test('the rules prune, and what stays verifies', async () => {
    await work('backup');
    await work('backup');
    const pruned = await work('prune');
    assert.equal(pruned.state, 'done', JSON.stringify(pruned));
    const { snapshots } = (await node.ask<{ snapshots: SnapshotView[] }>('GET', '/api/backups/snapshots')).body;
    assert.equal(snapshots.length, 3);
    const verified = await work('verify');
    assert.equal(verified.state, 'done', JSON.stringify(verified));
    assert.equal(verified.verified!.snapshots, 3);
    await restored(join(home, 'pruned'));
  });

  test('the audit log tells who began what, and how it ended', async () => {
    const { entries } = (
      await node.ask<{ entries: { action: string; actor: string; outcome: string }[] }>('GET', '/api/audit?limit=200')
    ).body;
    const said = new Set(
      entries
        .filter(({ action }) => action.startsWith('backup.'))
        .map(({ actor, action, outcome }) => `${actor} ${action} ${outcome}`),
    );
    for (const one of [
      'operator backup.start done',
      'operator backup.backup done',
      'operator backup.verify done',
      'operator backup.prune done',
      'operator backup.cancel done',
    ])
      assert.ok(said.has(one), `${one}: ${[...said].join('; ')}`);
  });

  test('the target holds nothing of a customer and no key', async () => {
    const needles = new Needles();
    for (let n = 0; n < 30; n++)
      for (const text of [nameOf(n), mailOf(n), `canary-user-${n}`])
        for (const encoding of ['utf8', 'utf16le', 'hex', 'base64'] as const)
          needles.add(
            encoding === 'utf8' || encoding === 'utf16le'
              ? Buffer.from(text, encoding)
              : Buffer.from(Buffer.from(text).toString(encoding)),
            text,
          );
    const keyFile = JSON.parse(readFileSync(join(node.folder, 'keys.json'), 'utf8')).body as Record<string, string>;
    for (const part of ['byPassphrase', 'check', 'nodeId'])
      for (const bytes of [Buffer.from(keyFile[part]!), Buffer.from(keyFile[part]!, part === 'nodeId' ? 'hex' : 'base64')])
        needles.add(bytes, `keys.json ${part}`);
    needles.add(Buffer.from(node.accessToken), 'access token');
    needles.add(Buffer.from('SQLite format 3'), 'the database');
    // Wrapped keys lie in the database, which is sealed as a whole.
    for (const row of await node.app.node().store.select('SELECT wrapped FROM record_keys LIMIT 50'))
      needles.add(Buffer.from(row.wrapped as Uint8Array), 'a wrapped key');
    const searched = searchFolder(place, needles);
    assert.ok(searched.bytes > 500_000, `${searched.bytes} bytes searched`);
    assert.deepEqual(
      [...searched.hits.values()].map(({ needle, file }) => `${needle.what} in ${file}`),
      [],
    );
    // The search would find them: the same needles in the database itself.
    assert.ok(searchFolder(node.folder, needles).hits.size > 0);
  });

  test('doctor says how old it is and that no restore was tried; the tried restore is written down', async () => {
    const found = async () => (await node.ask<{ findings: Finding[] }>('GET', '/api/doctor')).body.findings;
    const of = (findings: Finding[], check: string) => findings.find((one) => one.check === check);
    const before = await found();
    assert.equal(of(before, 'backup')?.severity, 'ok');
    assert.match(of(before, 'restore-tested')!.message.en, /Never/);
    const passphraseFile = join(home, 'passphrase');
    writeFileSync(passphraseFile, testPassphrase);
    const io = { ...fakeIo({ env: { HOLDFAST_PASSPHRASE_FILE: passphraseFile } }), clock: systemPorts.clock };
    await restoreCommand(createContext(io, { data: node.folder, lang: 'en' })).parseAsync(['--test'], { from: 'user' });
    assert.match(io.out(), /passes all checks/);
    assert.match(of(await found(), 'restore-tested')!.message.en, /^Last on 2/);
    assert.equal(of(await found(), 'restore-tested')!.severity, 'ok');
    const { test } = (await node.ask<BackupsView>('GET', '/api/backups')).body;
    assert.equal(test?.ok, true);
    assert.ok(test!.records! >= acknowledged - 2);
  });

  test('a damaged piece: verify finds it, a tried restore fails and doctor says so', async () => {
    const chunks = readdirSync(join(place, 'chunks'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    const largest = chunks
      .map((one) => join(one.parentPath, one.name))
      .sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0]!;
    const bytes = readFileSync(largest);
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(largest, bytes);
    const job = await work('verify');
    assert.equal(job.state, 'failed');
    assert.equal(job.code, 'backup_damaged');
    assert.equal(job.verified!.damaged.length, 1);
    await assert.rejects(restored(join(home, 'damaged')), (error) => error instanceof Fault && error.code === 'backup_damaged');
    const { findings } = (await node.ask<{ findings: Finding[] }>('GET', '/api/doctor')).body;
    assert.equal(findings.find(({ check }) => check === 'backup-contents')?.severity, 'error');
    bytes[bytes.length >> 1]! ^= 4;
    writeFileSync(largest, bytes);
    // It goes on where it stopped.
    await restored(join(home, 'damaged'));
    assert.equal((await work('verify')).state, 'done');
  });

  test('a newest snapshot that was taken away is missed', async () => {
    const { last } = (await node.ask<BackupsView>('GET', '/api/backups')).body;
    const file = join(place, 'snapshots', last!.id);
    const bytes = readFileSync(file);
    rmSync(file);
    const job = await work('verify');
    assert.deepEqual([job.state, job.code], ['failed', 'backup_damaged']);
    assert.deepEqual(job.verified!.damaged, [{ object: `snapshots/${last!.id}: missing`, snapshots: [last!.id] }]);
    writeFileSync(file, bytes);
    assert.equal((await work('verify')).state, 'done');
  });

  test('the commands: now, list, verify, prune, status, key', async () => {
    await node.listen();
    const run = async (language: 'en' | 'zh', ...args: string[]) => {
      const io = { ...fakeIo(), clock: systemPorts.clock };
      await backupCommand(createContext(io, { data: node.folder, lang: language })).parseAsync(args, { from: 'user' });
      return io.out();
    };
    assert.match(await run('en', 'now'), /^Snapshot \d+-[0-9a-f]{8}: [\d.]+ (KB|MB), /);
    assert.match(await run('zh', 'verify'), /均与写入时一致/);
    assert.match(await run('en', 'prune'), /3 snapshots kept/);
    const listed = (await run('en', 'list')).trim().split('\n');
    assert.equal(listed.length, 4, listed.join('\n'));
    assert.match(await run('en', 'status'), new RegExp(`place: ${place}\n[^]*restore tested: 2`));
    const file = join(home, 'safe', 'key.json');
    assert.match(await run('en', 'key', file), /Written to/);
    assert.deepEqual(readFileSync(file), readFileSync(join(node.folder, 'keys.json')));
    await assert.rejects(run('en', 'key', file), (error) => error instanceof Fault && error.code === 'conflict');
    const { findings } = (await node.ask<{ findings: Finding[] }>('GET', '/api/doctor')).body;
    assert.equal(
      findings.some(({ check }) => check === 'backup-key'),
      false,
    );
  });

  test('a folder in use, one with a database, a wrong passphrase and a missing key file are refused', async () => {
    const refused = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;
    await assert.rejects(restored(node.folder), refused('store_in_use'));
    await assert.rejects(restored(join(home, 'first')), refused('restore_refused'));
    await assert.rejects(restored(join(home, 'wrong'), { secret: { passphrase: 'another' } }), refused('wrong_passphrase'));
    const { keyFile: _, ...without } = {
      from: { kind: 'folder' as const, path: place },
      folder: join(home, 'no-key'),
      secret,
      ports: systemPorts,
      keyFile: '',
    };
    await assert.rejects(restoreBackup(without), refused('key_file_missing'));
    assert.ok(!existsSync(join(home, 'no-key', 'holdfast.db')));
    await assert.rejects(restored(join(home, 'early'), { atMs: 1000 }), refused('not_found'));
  });
});

test('a schedule makes them by itself, once the node serves, and a failure is told', async () => {
  const folder = join(home, 'scheduled');
  const scheduled = await openTestNode({ config: { backup: { to: folder, everyMinutes: 1 } } });
  try {
    await scheduled.listen();
    const { backups } = scheduled.app.node();
    // It looks every ten seconds; here somebody looks now.
    backups.begin();
    await backups.settled();
    const { body } = await scheduled.ask<BackupsView>('GET', '/api/backups');
    assert.equal(body.last!.atMs > 0, true, JSON.stringify(body));
    assert.equal(body.job!.by, 'system');
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    backups.start('backup', 'operator');
    await backups.settled();
    const failed = (await scheduled.ask<BackupsView>('GET', '/api/backups')).body.failed;
    assert.equal(failed?.code, 'backup_target_failed');
    const { findings } = (await scheduled.ask<{ findings: Finding[] }>('GET', '/api/doctor')).body;
    assert.match(
      findings.find(({ check, severity }) => check === 'backup' && severity === 'error')!.message.en,
      /The latest failed/,
    );
  } finally {
    await scheduled.close();
  }
});

test('into a store over S3: somebody is erased while the store is slow, and the node comes back from there', async () => {
  const key = { accessKeyId: 'ID', secretAccessKey: 'a-secret' };
  const store = await startS3('backups', key);
  const credentials = join(home, 'credentials');
  writeFileSync(credentials, `aws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`);
  const slow = await openTestNode({
    config: { backup: { to: 's3://backups/node1', s3: { endpoint: store.url, credentials } } },
  });
  try {
    // More pieces than are under way at a time.
    for (let at = 0; at < 1_500; at += 100)
      await slow.send(
        Array.from({ length: 100 }, (_, n) => ({
          ...customer(at + n),
          traits: { ...customer(at + n).traits, note: 'n'.repeat(900) },
        })),
      );
    const { promise, resolve } = Promise.withResolvers<void>();
    store.gate = promise;
    const { backups } = slow.app.node();
    backups.start('backup', 'operator');
    while (store.held < 8) await sleep(5);
    const [gone] = await slow.find(mailOf(1));
    const erased = await slow.ask<{ state: string }>('POST', `/api/subjects/${gone!.id}/erase`, { reason: 'request' });
    assert.deepEqual([erased.status, erased.body.state], [200, 'done']);
    assert.equal(store.held, 8, 'the store has not answered yet');
    store.gate = undefined;
    resolve();
    await backups.settled();
    assert.equal(backups.view().job?.state, 'done', JSON.stringify(backups.view().job));
    assert.deepEqual(
      store.refused.filter((code) => code !== 'NoSuchKey'),
      [],
    );
    const folder = join(home, 'from-s3');
    await restoreBackup({
      from: { kind: 's3', endpoint: store.url, region: 'us-east-1', bucket: 'backups', prefix: 'node1/', ...key },
      folder,
      secret,
      ports: systemPorts,
      keyFile: join(slow.folder, 'keys.json'),
    });
    await opened(folder, async (_, find) => {
      assert.equal(await find(mailOf(1)), 0);
      assert.equal(await find(mailOf(2)), 1);
    });
  } finally {
    await slow.close();
    await store.close();
  }
});
