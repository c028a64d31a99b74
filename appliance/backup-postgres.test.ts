// A node over PostgreSQL: backed up by pg_dump while events arrive, by the same commands, and restored into an empty database with all checks; one that
// is not empty is left as it is.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Fault } from './core/errors.ts';
import { systemPorts } from './core/ports.ts';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import type { BackupsView } from './oversee/operations/backup/backup.ts';
import { restoreBackup } from './restoring.ts';
import { openTestNode, testPassphrase } from './testing.ts';

test('PostgreSQL: a backup under load, restored into an empty database', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const home = mkdtempSync(join(tmpdir(), 'holdfast-backup-pg-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  const place = join(home, 'target');
  const node = await openTestNode({ config: { store: await server.createDatabase(), backup: { to: place } } });
  after(() => node.close());
  let next = 0;
  const arrive = async () => {
    const batch = Array.from({ length: 20 }, () => ({ type: 'identify', userId: `u${next++}`, traits: { city: 'Changsha' } }));
    assert.equal((await node.send(batch)).status, 200);
  };
  for (let n = 0; n < 10; n++) await arrive();
  const acknowledged = next;
  const { backups } = node.app.node();
  backups.start('backup', 'operator');
  const working = backups.settled();
  await Promise.all([working, arrive(), arrive()]);
  const { job } = (await node.ask<BackupsView>('GET', '/api/backups')).body;
  assert.equal(job?.state, 'done', JSON.stringify(job));
  backups.start('verify', 'operator');
  await backups.settled();
  assert.equal(backups.view().verified?.damaged, 0);

  const store = await server.createDatabase();
  const order = {
    from: { kind: 'folder' as const, path: place },
    secret: { passphrase: testPassphrase },
    ports: systemPorts,
    keyFile: join(node.folder, 'keys.json'),
    store,
  };
  const { records, entries, manifest } = await restoreBackup({ ...order, folder: join(home, 'restored') });
  assert.equal(manifest.engine, 'postgres');
  assert.ok(records >= acknowledged && entries > 0, `${records} records, ${entries} entries`);
  // It has a node's tables now.
  await assert.rejects(
    restoreBackup({ ...order, folder: join(home, 'again') }),
    (error) => error instanceof Fault && error.code === 'store_unavailable' && /already exists/.test(error.where!),
  );
  // What could not be dumped is told, and no snapshot of it is made.
  await server.kill();
  backups.start('backup', 'operator');
  await backups.settled();
  assert.match(backups.view().failed?.where ?? '', /^pg_dump: /);
  assert.equal((await backups.list()).length, 1);
  await server.restart();
});
