// The database of every released version, and of two from before the first, opens with this program: the same customers, consents and log as the program
// said that made it.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { migrations } from '../node.ts';
import { readJournal } from '../oversee/operations/upgrade/upgrade.ts';
import { version } from '../version.ts';
import { fixturesFolder, layOutFixture, pictureOf, readFixture, readFixtureLock } from './testing/database-fixtures.ts';
import { cli, startNode } from './testing/process.ts';

const lock = readFixtureLock();

test('there is a fixture of this version, and a file for each that is locked', () => {
  assert.ok(version in lock, `no database of ${version}: npm run fixtures:database`);
  const files = readdirSync(fixturesFolder).filter((name) => name.endsWith('.br'));
  assert.deepEqual(files.map((name) => name.slice(0, -3)).sort(), Object.keys(lock).sort());
});

for (const [name, { migrations: landed }] of Object.entries(lock))
  test(`the database of ${name} is upgraded and says what it said`, async () => {
    const fixture = readFixture(name);
    const home = mkdtempSync(join(tmpdir(), 'holdfast-fixture-'));
    after(() => rmSync(home, { recursive: true, force: true }));
    const laid = layOutFixture(fixture, home);
    const accessToken = Buffer.from(fixture.files['access-token']!, 'base64').toString('utf8').trim();
    const node = await startNode({ ...laid, accessToken, remove: () => undefined });
    const { said } = fixture;
    if (said.audit) {
      // The log goes on from the one of then.
      const { fromRoot } = await node.client.ask<{ fromRoot: string }>('GET', `/api/audit/consistency?from=${said.audit.size}`);
      assert.equal(fromRoot, said.audit.root);
    }
    const now = await pictureOf(node.client);
    for (const [userId, expected] of Object.entries(said.customers)) {
      const { consents, ...rest } = now.customers[userId]!;
      const { consents: before, ...expectedRest } = expected;
      assert.deepEqual(rest, expectedRest, userId);
      if (before) assert.deepEqual(consents, before, userId);
    }
    // Who has said no is known as such, also by a program that had no ledger then.
    assert.equal(Object.values(now.customers).filter(({ consents }) => consents!.length > 0).length > 0, true);
    const { writeKey } = fixture;
    assert.equal(
      (await node.client.track(writeKey, [{ type: 'track', userId: 'customer-1', messageId: 'o-1-0', event: 'Order Completed' }]))
        .status,
      200,
    );
    assert.deepEqual(
      (await pictureOf(node.client)).customers['customer-1'],
      now.customers['customer-1'],
      'an event of then is known',
    );
    const due = migrations.length - landed;
    assert.equal(readJournal(laid.folder).last?.due.length ?? 0, due);
    const verified = await cli(['--data', laid.folder, '--json', 'audit', 'verify']);
    assert.equal(verified.code, 0, verified.err);
    assert.equal(await node.stop(), 0);
  });
