// Upgrades of a data folder in this process: a failure planted at each step leaves the data as they were and is told; what the snapshot holds does not
// outlive an erasure; a program that is older than the data refuses.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { argon2CostForTests } from '../crypto/kdf.ts';
import { App } from './app.ts';
import { type Config, defaultConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import { logicalDigest } from './core/store/sqlite/testing-digest.ts';
import { bothEngines, type Finding, type Migration } from './core/store/store.ts';
import { initFolder, serve } from './lifecycle.ts';
import { migrations } from './node.ts';
import { databaseFile } from './open-store.ts';
import { planUpgrade, readJournal, snapshotFolder, type UpgradeStep } from './oversee/operations/upgrade/upgrade.ts';
import { restoreBackup } from './restoring.ts';
import { type UpgradeOptions, upgradeParts } from './upgrading.ts';

const passphrase = 'a passphrase for upgrades';
/** The program of the next version. */
const next: Migration[] = [
  ...migrations,
  bothEngines(9001, 'next things', 'CREATE TABLE next_things (thing_id INTEGER PRIMARY KEY, body BLOB) STRICT;'),
  bothEngines(9002, 'more of them', 'ALTER TABLE next_things ADD COLUMN more INTEGER;'),
];
const broken: Migration[] = [
  ...next,
  bothEngines(9003, 'broken', 'CREATE TABLE half (a INTEGER) STRICT; INSERT INTO nowhere VALUES (1);'),
];

type Site = { folder: string; file: string; snapshot: string; accessToken: string; open(options?: Opening): Promise<App> };
type Opening = { upgrade?: UpgradeOptions; config?: Partial<Config>; ports?: Ports; sealed?: true };

async function makeSite(t: TestContext): Promise<Site> {
  const opened: App[] = [];
  const home = mkdtempSync(join(tmpdir(), 'holdfast-upgrade-'));
  const folder = join(home, 'data');
  const { accessToken } = await initFolder(folder, { passphrase }, systemPorts);
  t.after(async () => {
    for (const app of opened) await app.close();
    rmSync(home, { recursive: true, force: true });
  });
  return {
    folder,
    file: join(folder, databaseFile),
    snapshot: join(folder, snapshotFolder),
    accessToken,
    async open({ upgrade, config, ports = systemPorts, sealed } = {}) {
      const app = await App.create({
        ...{ folder, ports, accessToken, loopDelayMs: () => 0, passwordCost: argon2CostForTests },
        config: { ...defaultConfig, ...config },
        ...(upgrade && { upgrade }),
      });
      opened.push(app);
      if (!sealed)
        await app.unseal({ passphrase }).catch(async (error: unknown) => {
          await app.close();
          throw error;
        });
      return app;
    },
  };
}

/** With a source and customers. */
async function filledSite(t: TestContext): Promise<Site> {
  const site = await makeSite(t);
  const app = await site.open();
  const { writeKey } = await app.node().sources.add({ name: 'shop', kind: 'server' });
  const batch = Array.from({ length: 5 }, (_, at) => ({
    type: 'identify',
    userId: `u${at}`,
    messageId: `m${at}`,
    traits: { email: `u${at}@example.com` },
  }));
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
  const sent = await app.http.inject({ method: 'POST', url: '/v1/batch', headers, payload: { batch } });
  assert.equal(sent.statusCode, 200, sent.body);
  await app.close();
  return site;
}

async function ask<T>(app: App, method: 'GET' | 'POST', url: string, payload?: object): Promise<T> {
  const headers = { authorization: `Bearer ${app.accessToken}` };
  const answer = await app.http.inject({ method, url, headers, ...(payload && { payload }) });
  assert.ok(answer.statusCode < 300, `${method} ${url}: ${answer.body}`);
  return answer.json<T>();
}

const isFault = (code: string, where?: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === code && (where === undefined || where.test(error.where ?? ''));

const planted = (at: UpgradeStep): UpgradeOptions => ({
  migrations: next,
  onStep(step) {
    if (step === at) throw new Fault('store_unavailable', 'planted');
  },
});

async function assertWorks(app: App): Promise<void> {
  const { profiles } = await ask<{ profiles: unknown[] }>(app, 'POST', '/api/profiles/search', { identifier: 'u3' });
  assert.equal(profiles.length, 1);
}

type Told = { audit: string[]; alarms: string[]; doctor: Finding[] };

async function told(app: App): Promise<Told> {
  const { entries } = await ask<{ entries: { action: string; outcome: string }[] }>(app, 'GET', '/api/audit?limit=100');
  const { alarms } = await ask<{ alarms: { kind: string }[] }>(app, 'GET', '/api/alarms');
  const { findings } = await ask<{ findings: Finding[] }>(app, 'GET', '/api/doctor');
  return {
    audit: entries.filter(({ action }) => action === 'upgrade').map(({ outcome }) => outcome),
    alarms: alarms.map(({ kind }) => kind).filter((kind) => kind === 'upgrade'),
    doctor: findings.filter(({ check }) => check === 'upgrade'),
  };
}

test('an upgrade goes through, is told once, and keeps the state of before without its key file', async (t) => {
  const site = await filledSite(t);
  const steps: UpgradeStep[] = [];
  const before = logicalDigest(site.file);
  const app = await site.open({ upgrade: { migrations: next, onStep: (step) => void steps.push(step) } });
  assert.deepEqual(steps, ['preflight', 'drain', 'snapshot', 'migrate', 'check', 'open', 'commit']);
  await assertWorks(app);
  const said = await told(app);
  assert.deepEqual(said.audit, ['done']);
  assert.deepEqual(said.alarms, []);
  assert.deepEqual(
    said.doctor.map(({ severity }) => severity),
    ['ok'],
  );
  await app.close();
  assert.deepEqual(readdirSync(site.snapshot).sort(), ['database']);
  assert.equal(logicalDigest(join(site.snapshot, 'database')), before);
  const again = await site.open({ upgrade: { migrations: next } });
  assert.deepEqual((await told(again)).audit, ['done'], 'and not a second time');
  await again.close();
});

test('a failure at each step leaves the data as they were; told, not tried again by itself, and tried again when asked', async (t) => {
  const site = await filledSite(t);
  // Before the database is changed: as if nothing had been.
  for (const step of ['preflight', 'drain', 'snapshot'] as const) {
    const before = logicalDigest(site.file);
    await assert.rejects(site.open({ upgrade: planted(step) }), isFault('store_unavailable'), step);
    assert.equal(logicalDigest(site.file), before, step);
    assert.ok(!existsSync(site.snapshot), step);
    assert.deepEqual(readJournal(site.folder), {}, step);
  }
  for (const step of ['migrate', 'check', 'open'] as const) {
    const before = logicalDigest(site.file);
    await assert.rejects(
      site.open({ upgrade: { ...planted(step), again: true } }),
      isFault('upgrade_failed', new RegExp(step)),
      step,
    );
    assert.equal(logicalDigest(site.file), before, step);
    assert.ok(!existsSync(site.snapshot), step);
    assert.ok(!existsSync(`${site.file}-wal`), step);
    await assert.rejects(
      site.open({ upgrade: { migrations: next } }),
      isFault('upgrade_failed', new RegExp(step)),
      'not by itself',
    );
    assert.equal(logicalDigest(site.file), before, step);
    const app = await site.open();
    await assertWorks(app);
    const said = await told(app);
    assert.equal(said.audit[0], 'rolled_back:store_unavailable', step);
    assert.equal(said.alarms.length, 1, step);
    assert.deepEqual(
      said.doctor.map(({ severity }) => severity),
      ['warning'],
      step,
    );
    assert.match(said.doctor[0]!.message.en, new RegExp(step));
    assert.notEqual(said.doctor[0]!.message.zh, said.doctor[0]!.message.en);
    await app.close();
  }
  const app = await site.open({ upgrade: { migrations: next, again: true } });
  await assertWorks(app);
  assert.equal((await told(app)).audit[0], 'done');
  await app.close();
});

test('a failure when the decision is written down: the next start finishes it', async (t) => {
  const site = await filledSite(t);
  await assert.rejects(site.open({ upgrade: planted('commit') }), isFault('store_unavailable'));
  assert.equal(readJournal(site.folder).running?.step, 'commit');
  const app = await site.open({ upgrade: { migrations: next } });
  await assertWorks(app);
  assert.deepEqual((await told(app)).audit, ['done']);
  await app.close();
});

test('a migration that throws in its middle, and a look that fails', async (t) => {
  const site = await filledSite(t);
  const before = logicalDigest(site.file);
  await assert.rejects(site.open({ upgrade: { migrations: broken } }), isFault('upgrade_failed', /^migrate: internal/));
  assert.equal(logicalDigest(site.file), before);
  const look = async () => {
    throw new Fault('unhealthy', 'planted');
  };
  await assert.rejects(
    site.open({ upgrade: { migrations: next, look } }),
    isFault('upgrade_failed', /^open: unhealthy \(planted\)/),
  );
  assert.equal(logicalDigest(site.file), before);
  // A node that is unsealed later, by somebody, is rolled back then.
  const sealed = await site.open({ upgrade: { migrations: next, look, again: true }, sealed: true });
  assert.equal(readJournal(site.folder).running?.step, 'check');
  await assert.rejects(sealed.unseal({ passphrase: 'a wrong one' }), isFault('wrong_passphrase'));
  assert.equal(readJournal(site.folder).running?.step, 'check', 'which is no failure of the upgrade');
  await assert.rejects(sealed.unseal({ passphrase }), isFault('upgrade_failed'));
  await sealed.close();
  assert.equal(logicalDigest(site.file), before);
});

test('sealed for days, restarted meanwhile, the upgrade waits for whoever unseals it', async (t) => {
  const site = await filledSite(t);
  const sealed = await site.open({ upgrade: { migrations: next }, sealed: true });
  await sealed.close();
  const app = await site.open({ upgrade: { migrations: next } });
  assert.deepEqual((await told(app)).audit, ['done']);
  await app.close();
  // The older program, in its place, goes back first.
  const other = await filledSite(t);
  const before = logicalDigest(other.file);
  await (await other.open({ upgrade: { migrations: next }, sealed: true })).close();
  await (await other.open({ sealed: true })).close();
  assert.equal(logicalDigest(other.file), before);
  assert.deepEqual(readJournal(other.folder).last?.cause, { step: 'check', code: 'killed' });
});

test('too little room is said before anything is done', async (t) => {
  const site = await filledSite(t);
  const before = logicalDigest(site.file);
  const upgrade = { migrations: next, freeBytes: () => 1_000_000 };
  await assert.rejects(site.open({ upgrade }), isFault('disk_full', /needs \d+ MB, 1 MB are free/));
  assert.equal(logicalDigest(site.file), before);
  const plan = await planUpgrade(upgradeParts({ folder: site.folder, config: defaultConfig, ports: systemPorts, upgrade }));
  assert.deepEqual(plan.due, [9001, 9002]);
  assert.ok(plan.neededBytes > plan.freeBytes);
});

test('a snapshot that was changed is not put back', async (t) => {
  const site = await filledSite(t);
  await (await site.open({ upgrade: { migrations: next }, sealed: true })).close();
  const bytes = readFileSync(join(site.snapshot, 'database'));
  bytes[5000]! ^= 1;
  writeFileSync(join(site.snapshot, 'database'), bytes);
  const upgraded = logicalDigest(site.file);
  await assert.rejects(site.open(), isFault('upgrade_stuck'));
  rmSync(site.snapshot, { recursive: true });
  await assert.rejects(site.open(), isFault('upgrade_stuck'));
  assert.equal(logicalDigest(site.file), upgraded, 'nothing is touched');
});

test('the snapshot goes when somebody is erased, when keys are rotated, after its time, or at once', async (t) => {
  const site = await filledSite(t);
  let app = await site.open({ upgrade: { migrations: next } });
  assert.ok(existsSync(site.snapshot));
  const { profiles } = await ask<{ profiles: { id: string }[] }>(app, 'POST', '/api/profiles/search', { identifier: 'u1' });
  await ask(app, 'POST', `/api/subjects/${profiles[0]!.id}/erase`, { reason: 'request' });
  assert.ok(!existsSync(site.snapshot), 'before the answer');
  assert.equal(readJournal(site.folder).kept, undefined);
  await app.close();

  const more = (version: number) => [...next, bothEngines(version, 'more', `CREATE TABLE more_${version} (a INTEGER) STRICT;`)];
  app = await site.open({ upgrade: { migrations: more(9010) } });
  assert.ok(existsSync(site.snapshot));
  app.rotate('wrapping');
  while (app.rotation.state === 'running' || existsSync(site.snapshot)) await new Promise((resolve) => setImmediate(resolve));
  await app.close();

  const later = [...more(9010), bothEngines(9011, 'later', 'CREATE TABLE later (a INTEGER) STRICT;')];
  await (await site.open({ upgrade: { migrations: later } })).close();
  assert.ok(existsSync(site.snapshot));
  const clock = { ...systemPorts.clock, nowMs: () => systemPorts.clock.nowMs() + 25 * 3_600_000 };
  await (await site.open({ upgrade: { migrations: later }, ports: { ...systemPorts, clock }, sealed: true })).close();
  assert.ok(!existsSync(site.snapshot), 'after a day, sealed or not');

  const last = [...later, bothEngines(9012, 'last', 'CREATE TABLE last_one (a INTEGER) STRICT;')];
  await (await site.open({ upgrade: { migrations: last }, config: { upgrade: { keepDays: 0 } } })).close();
  assert.ok(!existsSync(site.snapshot));
});

test('while it is upgraded clients are told to come again in seconds', async (t) => {
  const site = await filledSite(t);
  const port = 20_000 + (process.pid % 20_000);
  const heard: [string, number, string | null, string | undefined][] = [];
  const look = async () => {
    for (const path of ['/v1/batch', '/health/live', '/health/ready', '/api/doctor']) {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        ...(path === '/v1/batch' && { method: 'POST', body: 'x'.repeat(200_000) }),
        headers: { 'accept-language': 'zh' },
      });
      const { error } = (await answer.json()) as { error?: { code: string; message: string } };
      heard.push([path, answer.status, answer.headers.get('retry-after'), error && `${error.code} ${error.message}`]);
    }
  };
  const serving = await serve({
    ...{ folder: site.folder, ports: systemPorts, secret: { passphrase }, config: { port } },
    upgrade: { migrations: next, look },
  });
  await serving.stop();
  assert.deepEqual(heard, [
    ['/v1/batch', 503, '5', 'upgrading 节点正在升级。'],
    ['/health/live', 200, null, undefined],
    ['/health/ready', 503, null, undefined],
    ['/api/doctor', 503, '5', 'upgrading 节点正在升级。'],
  ]);
  assert.ok(existsSync(site.snapshot));
});

test('a program that is older than the data refuses, in both languages, and changes nothing', async (t) => {
  const site = await filledSite(t);
  await (await site.open({ upgrade: { migrations: next } })).close();
  const before = logicalDigest(site.file);
  await assert.rejects(site.open(), (error) => {
    assert.ok(isFault('store_from_future', /9001/)(error));
    const { en, zh } = (error as Fault).words.message;
    assert.match(en, /newer version/);
    assert.match(zh, /更新版本/);
    return true;
  });
  assert.equal(logicalDigest(site.file), before);
});

test('a database that is restored into the folder is not taken for the one that was upgraded', async (t) => {
  const site = await filledSite(t);
  const target = join(site.folder, '..', 'target');
  const config = { backup: { to: target } };
  const app = await site.open({ config });
  app.node().backups.start('backup', 'operator');
  await app.node().backups.settled();
  await app.close();
  await (await site.open({ upgrade: { migrations: next }, sealed: true })).close();
  rmSync(site.file);
  await restoreBackup({
    ...{ from: { kind: 'folder', path: target }, folder: site.folder, secret: { passphrase }, ports: systemPorts },
  });
  assert.deepEqual(readJournal(site.folder), {});
  assert.ok(!existsSync(site.snapshot));
  const restored = await site.open();
  await assertWorks(restored);
  await restored.close();
});
