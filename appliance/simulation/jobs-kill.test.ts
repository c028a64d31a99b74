// kill -9 in the middle of a rotation of keys, of the index of identifiers made anew, of a backup and of a training: after the next start each is gone on with by
// itself, or listed as failed and begun again from the list of jobs, and all come to their end.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Config } from '../core/config.ts';
import { systemPorts } from '../core/ports.ts';
import type { JobView } from '../oversee/operations/jobs/jobs.ts';
import { custom } from '../record/profiles/testing-reindex.ts';
import { history } from '../testing-models.ts';
import { type Client, makePlace, type NodeProcess, startNode, temporaryFolder } from './testing/process.ts';

/** Beside those who order, so that the index takes some seconds. */
const others = 3_000;

const home = temporaryFolder();
const target = join(home, 'target');
const config: Partial<Config> = { backup: { to: target }, jobs: { atOnce: 4 } };
const place = await makePlace(config, home);
after(() => rmSync(home, { recursive: true, force: true }));

async function load(client: Client): Promise<void> {
  const key = await client.addSource('shop');
  let made = 0;
  const track = (userId: string, event: string, atMs: number, properties: object) => {
    made += 1;
    return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
  };
  const identify = (at: number) => ({
    type: 'identify',
    messageId: `i${at}`,
    userId: `other-${at}`,
    traits: { meter: `M-${at}`, email: `o${at}@kill.example`, note: `${at} `.repeat(100) },
  });
  const events = [...history(track, systemPorts.clock.nowMs()), ...Array.from({ length: others }, (_, at) => identify(at))];
  for (let from = 0; from < events.length; from += 400)
    assert.equal((await client.track(key, events.slice(from, from + 400))).status, 200);
}

const jobsOf = async ({ client }: NodeProcess) => (await client.ask<{ jobs: JobView[] }>('GET', '/api/jobs')).jobs;
const isOpen = ({ state }: JobView) => state === 'running' || state === 'waiting';

/** Retries what failed, once each, until nothing is under way. @returns how each stood first, and what was begun again */
async function toTheirEnd(node: NodeProcess): Promise<{ first: Map<string, string>; retried: string[] }> {
  const found = await jobsOf(node);
  const first = new Map(found.map(({ id, state }) => [id, state]));
  const retried: string[] = [];
  for (const { id, state, retry } of found) {
    if (state !== 'failed') continue;
    assert.equal(retry, 'yes', `${id} failed and cannot be begun again`);
    await node.client.ask('POST', `/api/jobs/${id}/retry`);
    retried.push(id);
  }
  while ((await jobsOf(node)).some(isOpen)) await sleep(50);
  for (const job of await jobsOf(node)) assert.equal(job.state, 'done', JSON.stringify(job));
  return { first, retried };
}

/** Kinds that are under way when it is killed. */
async function killedWhen(node: NodeProcess, wanted: (job: JobView) => boolean): Promise<string[]> {
  for (;;) {
    const open = (await jobsOf(node)).filter(isOpen);
    if (open.some(wanted)) {
      await node.kill();
      return open.map(({ kind }) => kind).sort();
    }
    assert.ok(open.length > 0, 'it ended before it could be killed');
    await sleep(2);
  }
}

function left(): { rotations: number; unindexed: number } {
  const db = new Database(join(place.folder, 'holdfast.db'), { readonly: true });
  try {
    const count = (sql: string) => (db.prepare(sql).get() as { n: number }).n;
    return {
      rotations: count('SELECT count(*) AS n FROM key_rotations'),
      unindexed: count('SELECT count(*) AS n FROM index_rules WHERE phase <> 3'),
    };
  } finally {
    db.close();
  }
}

test('each is taken up by itself, or begun again from the list', async (t) => {
  let node = await startNode(place);
  await load(node.client);
  assert.equal(await node.stop(), 0);

  const file = join(place.folder, 'holdfast.json');
  const written = JSON.parse(readFileSync(file, 'utf8')) as Config;
  writeFileSync(file, JSON.stringify({ ...written, identifiers: [custom('custom:meter')] }));
  node = await startNode(place);
  await node.client.ask('POST', '/api/keys/rotate', { kind: 'data' });
  await node.client.ask('POST', '/api/backups/work', { kind: 'backup' });
  const killed = await killedWhen(node, ({ kind, state }) => kind === 'rotation' && state === 'running');
  assert.ok(killed.includes('index') && killed.includes('rotation'), `killed in ${killed.join(', ')}`);
  assert.ok(left().rotations > 0, 'the rotation was cut short');

  node = await startNode(place);
  const { first, retried } = await toTheirEnd(node);
  assert.ok(first.has('rotation') && first.has('index'), 'both are taken up by themselves');
  assert.deepEqual(retried, killed.includes('backup') ? ['backup'] : []);
  const [found] = await node.client
    .ask<{ profiles: { id: string }[] }>('POST', '/api/profiles/search', { identifier: 'M-7', kind: 'custom:meter' })
    .then(({ profiles }) => profiles);
  assert.ok(found, 'the index is whole');

  const asked = { question: 'churn', budget: 'small', horizonDays: 80, activeDays: 80 };
  const { id } = await node.client.ask<{ id: number }>('POST', '/api/models/train', asked);
  const again = await killedWhen(node, ({ kind, state, done = 0 }) => kind === 'training' && state === 'running' && done > 0.2);
  node = await startNode(place);
  const second = await toTheirEnd(node);
  assert.match(second.first.get(String(id)) ?? '', /^(waiting|running)$/);
  assert.deepEqual(second.retried, []);
  assert.equal(await node.stop(), 0);
  assert.deepEqual(left(), { rotations: 0, unindexed: 0 });
  t.diagnostic(`killed in ${killed.join(', ')}; then in ${again.join(', ')}`);
});
