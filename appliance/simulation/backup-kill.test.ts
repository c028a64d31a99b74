// kill -9 in the middle of a backup, of pruning and of a restore: afterwards every snapshot that is listed is whole, the next backup goes on at once,
// and a restore that was cut short is finished by the same command.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupJob, BackupsView, SnapshotView } from '../oversee/operations/backup/backup.ts';
import { type Client, cli, makePlace, startNode, temporaryFolder } from './testing/process.ts';
import { rounds } from './testing/rounds.ts';

const killRounds = rounds(2, 40);
const main = new URL('../main.ts', import.meta.url).pathname;
const customers = 2_000;

async function ended(client: Client): Promise<BackupJob> {
  for (;;) {
    const { job } = await client.ask<BackupsView>('GET', '/api/backups');
    if (job && job.state !== 'running' && job.state !== 'waiting') return job;
    await sleep(20);
  }
}

async function work(client: Client, kind: 'backup' | 'verify' | 'prune'): Promise<BackupJob> {
  await client.ask('POST', '/api/backups/work', { kind });
  return ended(client);
}

async function load(client: Client, writeKey: string, from: number, count: number): Promise<void> {
  for (let at = from; at < from + count; at += 100) {
    const batch = Array.from({ length: 100 }, (_, i) => ({
      type: 'identify',
      userId: `user-${at + i}`,
      traits: { email: `user-${at + i}@kill.example`, note: `${at + i} `.repeat(60) },
    }));
    assert.equal((await client.track(writeKey, batch)).status, 200);
  }
}

test('killed while it backs up and while it prunes', async (t) => {
  const home = temporaryFolder();
  after(() => rmSync(home, { recursive: true, force: true }));
  const target = join(home, 'target');
  const place = await makePlace({ backup: { to: target, keep: { last: 2, daily: 0, weekly: 0, monthly: 0 } } });
  after(() => place.remove());
  let node = await startNode(place);
  const writeKey = await node.client.addSource('shop');
  await load(node.client, writeKey, 0, customers);
  const whole = await work(node.client, 'backup');
  assert.equal(whole.state, 'done', JSON.stringify(whole));
  const spanMs = whole.endedAtMs! - whole.startedAtMs;

  const outcomes: string[] = [];
  for (let round = 0; round < killRounds; round++) {
    for (const kind of ['backup', 'prune'] as const) {
      await load(node.client, writeKey, customers + round * 200, 200);
      if (kind === 'prune') await work(node.client, 'backup');
      // Spread over the time that the work takes, from its very beginning on.
      const waitMs = (spanMs * ((round * 7) % (killRounds + 1))) / killRounds;
      await node.client.ask('POST', '/api/backups/work', { kind });
      await sleep(kind === 'backup' ? waitMs : waitMs / 8);
      const { job } = await node.client.ask<BackupsView>('GET', '/api/backups');
      await node.kill();
      outcomes.push(`${kind} ${job?.state} after ${Math.round(waitMs)} ms`);
      node = await startNode(place);
      const verified = await work(node.client, 'verify');
      assert.equal(verified.state, 'done', `${outcomes.at(-1)}: ${JSON.stringify(verified)}`);
      const next = await work(node.client, 'backup');
      assert.equal(next.state, 'done', `${outcomes.at(-1)}: ${JSON.stringify(next)}`);
    }
  }
  t.diagnostic(outcomes.join('; '));
  assert.ok(
    outcomes.some((one) => /running/.test(one)),
    'at least one was cut short',
  );
  assert.equal((await work(node.client, 'prune')).state, 'done');
  const { snapshots } = await node.client.ask<{ snapshots: SnapshotView[] }>('GET', '/api/backups/snapshots');
  assert.equal(snapshots.length, 2);
  assert.equal((await work(node.client, 'verify')).state, 'done');
  // Nothing half written is left either.
  const files = readdirSync(target, { recursive: true }).map(String);
  assert.deepEqual(
    files.filter((name) => name.includes('.new-')),
    [],
  );

  // And a restore, killed at several moments, then let through.
  const folder = join(home, 'restored');
  const args = ['restore', '--from', target, '--key', join(place.folder, 'keys.json'), '--to', folder, '--json'];
  const env = { HOLDFAST_PASSPHRASE_FILE: place.passphraseFile };
  for (let tries = 0; tries < killRounds; tries++) {
    const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...env }, stdio: 'ignore' });
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // From the first piece on, later in each try; some get as far as the database has its name.
    while (
      !existsSync(join(folder, 'holdfast.db.restoring')) &&
      !existsSync(join(folder, 'holdfast.db')) &&
      child.exitCode === null
    )
      await sleep(2);
    await sleep(tries * 60);
    child.kill('SIGKILL');
    await gone;
    if (!existsSync(join(folder, 'restoring.json'))) rmSync(folder, { recursive: true });
  }
  const { code, out, err } = await cli(args, env);
  assert.equal(code, 0, err);
  const { records } = JSON.parse(out) as { records: number };
  assert.ok(records >= customers);
  assert.ok(!existsSync(join(folder, 'restoring.json')) && statSync(join(folder, 'holdfast.db')).size > 1_000_000);
  await node.stop();
});
