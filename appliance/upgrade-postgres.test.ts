// An upgrade of a node over PostgreSQL: a failure at a step that has changed the database brings its dump back, so that the older program opens what was there.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { argon2CostForTests } from '../crypto/kdf.ts';
import { App } from './app.ts';
import { defaultConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { systemPorts } from './core/ports.ts';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import { bothEngines } from './core/store/store.ts';
import { initFolder } from './lifecycle.ts';
import { migrations } from './node.ts';
import { readJournal } from './oversee/operations/upgrade/upgrade.ts';
import type { UpgradeOptions } from './upgrading.ts';

const passphrase = 'a passphrase for upgrades';
const next = [
  ...migrations,
  bothEngines(9001, 'next things', 'CREATE TABLE next_things (thing_id INTEGER PRIMARY KEY, body BLOB) STRICT;'),
  bothEngines(9002, 'more of them', 'ALTER TABLE next_things ADD COLUMN more INTEGER;'),
];

test('PostgreSQL: back to the dump after a failure at each step, then through', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const home = mkdtempSync(join(tmpdir(), 'holdfast-upgrade-pg-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  const folder = join(home, 'data');
  const store = await server.createDatabase();
  const { accessToken } = await initFolder(folder, { passphrase }, systemPorts);
  const open = async (upgrade?: UpgradeOptions): Promise<App> => {
    const app = await App.create({
      ...{ folder, ports: systemPorts, accessToken, loopDelayMs: () => 0, passwordCost: argon2CostForTests },
      config: { ...defaultConfig, store },
      ...(upgrade && { upgrade }),
    });
    await app.unseal({ passphrase }).catch(async (error: unknown) => {
      await app.close();
      throw error;
    });
    return app;
  };
  /** All that the database says: definitions and rows, in an order of their own. */
  const said = (): string[] => {
    const { hostname, port, username, pathname, searchParams } = new URL(store);
    const env = {
      ...process.env,
      PGHOST: searchParams.get('host') ?? hostname,
      PGPORT: searchParams.get('port') ?? port,
      PGUSER: decodeURIComponent(username),
      PGDATABASE: pathname.slice(1),
    };
    const text = execFileSync('pg_dump', ['--no-owner', '--no-privileges'], { env, encoding: 'utf8', maxBuffer: 2 ** 28 });
    return text
      .split('\n')
      .filter((line) => !/^\\(un)?restrict /.test(line))
      .sort();
  };
  const app = await open();
  await app.node().sources.add({ name: 'shop', kind: 'server' });
  await app.close();

  for (const step of ['snapshot', 'migrate', 'check', 'open'] as const) {
    const before = said();
    const onStep = (at: string) => {
      if (at === step) throw new Fault('disk_full', 'planted');
    };
    const code = step === 'snapshot' ? 'disk_full' : 'upgrade_failed';
    await assert.rejects(
      open({ migrations: next, onStep, again: true }),
      (error) => error instanceof Fault && error.code === code,
      step,
    );
    assert.deepEqual(said(), before, step);
    const older = await open();
    assert.deepEqual((await older.node().sources.list()).map(({ name }) => name).includes('shop'), true);
    await older.close();
  }
  const newer = await open({ migrations: next, again: true });
  assert.equal(readJournal(folder).last?.outcome, 'done');
  assert.equal((await newer.node().store.select('SELECT * FROM next_things')).length, 0);
  await newer.close();
  await assert.rejects(open(), (error) => error instanceof Fault && error.code === 'store_from_future');
});
