// kill -9 at each step of an upgrade, while a client sends all along and tries again what was not acknowledged: the older program finds the data as they
// were, the newer one finishes what was decided, and every acknowledged event is there exactly once. Planted failures are in upgrade.test.ts.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { App } from '../app.ts';
import { readConfig } from '../core/config.ts';
import { systemPorts } from '../core/ports.ts';
import { logicalDigest } from '../core/store/sqlite/testing-digest.ts';
import { type Serving, serve } from '../lifecycle.ts';
import { databaseFile } from '../open-store.ts';
import {
  readJournal,
  snapshotFolder,
  type UpgradeStep,
  upgradeLimits,
  upgradeSteps,
} from '../oversee/operations/upgrade/upgrade.ts';
import { layOutFixture, readFixture } from './testing/database-fixtures.ts';
import { Client, type Place } from './testing/process.ts';

const { passphrase } = readFixture('0.1.0');
const program = new URL('./testing/upgrade.child.ts', import.meta.url).pathname;
/** Longest that the client waits before it asks again, whatever it is told. */
const patienceMs = 100;

type Run = { code: number | null; signal: NodeJS.Signals | null };
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

function follow(child: ChildProcess): { serves: Promise<void>; gone: Promise<Run>; said(): string } {
  running.add(child);
  let out = '';
  const hear = (chunk: Buffer) => {
    out += chunk.toString('utf8');
  };
  child.stdout!.on('data', hear);
  child.stderr!.on('data', hear);
  const gone = new Promise<Run>((resolve) =>
    child.once('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal });
    }),
  );
  const serves = new Promise<void>((resolve, reject) => {
    child.stdout!.on('data', () => /"url":/.test(out) && resolve());
    void gone.then(() => reject(new Error(`it ended before it served: ${out}`)));
  });
  serves.catch(() => undefined);
  return { serves, gone, said: () => out };
}

/** @param killedAt where it kills itself */
const startNext = (place: Place, port: number, killedAt = 'nowhere') => {
  const child = spawn(process.execPath, [program, place.folder, String(port), killedAt], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOLDFAST_PASSPHRASE_FILE: place.passphraseFile },
  });
  return { child, ...follow(child) };
};
/** The program of today, in this process. */
const startPresent = ({ folder }: Place, port: number): Promise<Serving> =>
  serve({ folder, ports: systemPorts, secret: { passphrase }, config: { port }, loopDelayMs: () => 0 });

/** What the older program finds when it has put things in order, and before it opens anything. */
async function digestOnceSettled({ folder, accessToken }: Place): Promise<string> {
  const app = await App.create({ folder, accessToken, config: readConfig(folder), ports: systemPorts });
  await app.close();
  return logicalDigest(join(folder, databaseFile));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** One that sends an event, and again the same one until it is acknowledged. */
class Sender {
  readonly acknowledged: string[] = [];
  readonly answers = new Map<string, number>();
  readonly #client: Client;
  readonly #writeKey: string;
  #ended = false;
  readonly done: Promise<void>;

  constructor(client: Client, writeKey: string) {
    this.#client = client;
    this.#writeKey = writeKey;
    this.done = this.#send();
  }

  end(): void {
    this.#ended = true;
  }

  /** Resolves when so many more are acknowledged. */
  async more(count: number): Promise<void> {
    const wanted = this.acknowledged.length + count;
    while (this.acknowledged.length < wanted) await sleep(10);
  }

  async #send(): Promise<void> {
    for (let at = 0; !this.#ended; ) {
      const messageId = `sent-${at}`;
      const event = { type: 'track', userId: 'sender', messageId, event: 'Sent', properties: { at } };
      const status = await this.#client.track(this.#writeKey, [event]).then(
        (reply) => String(reply.status),
        () => 'none',
      );
      this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
      if (status === '200') {
        this.acknowledged.push(messageId);
        at += 1;
      } else await sleep(patienceMs);
    }
  }
}

async function sentEvents(client: Client): Promise<string[]> {
  const { profiles } = await client.ask<{ profiles: { id: string }[] }>('POST', '/api/profiles/search', { identifier: 'sender' });
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`;
    const page = await client.ask<{ events: { messageId: string }[]; next?: string }>(
      'GET',
      `/api/profiles/${profiles[0]!.id}/timeline${query}`,
    );
    found.push(...page.events.map(({ messageId }) => messageId));
    cursor = page.next;
  } while (cursor !== undefined);
  return found.filter((id) => id.startsWith('sent-'));
}

const steps: UpgradeStep[] = upgradeSteps.filter((step) => step !== 'roll_back');

test('killed at each step, with events sent all along', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-upgrade-kill-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  const fixture = readFixture('0.1.0');
  const laid = layOutFixture(fixture, home);
  const accessToken = Buffer.from(fixture.files['access-token']!, 'base64').toString('utf8').trim();
  const place: Place = { ...laid, accessToken, remove: () => undefined };
  const port = await freePort();
  const client = new Client(`http://127.0.0.1:${port}`, accessToken);
  let node: Serving | undefined = await startPresent(place, port);
  const sender = new Sender(client, fixture.writeKey);
  after(async () => {
    sender.end();
    client.close();
    await node?.stop();
  });
  await sender.more(3);

  for (const step of steps) {
    await node?.stop();
    node = undefined;
    const before = logicalDigest(join(place.folder, databaseFile));
    const cut = startNext(place, port, step);
    assert.equal((await cut.gone).signal, 'SIGKILL', `${step}: ${cut.said()}`);
    if (step === 'commit') break;
    // The older program takes the folder back by itself: what it opens is what was there.
    assert.equal(await digestOnceSettled(place), before, step);
    assert.equal(existsSync(join(place.folder, snapshotFolder)), false, step);
    assert.equal(readJournal(place.folder).running, undefined, step);
    node = await startPresent(place, port);
    await sender.more(3);
  }
  // Killed when it was decided: the newer program finishes.
  const newer = startNext(place, port);
  await newer.serves;
  assert.equal(readJournal(place.folder).last?.outcome, 'done');
  await sender.more(3);
  sender.end();
  await sender.done;
  const found = await sentEvents(client);
  assert.equal(new Set(found).size, found.length, 'none twice');
  const there = new Set(found);
  assert.deepEqual(
    sender.acknowledged.filter((id) => !there.has(id)),
    [],
    'none lost',
  );
  t.diagnostic(`${sender.acknowledged.length} acknowledged; answers ${JSON.stringify([...sender.answers])}`);
  newer.child.kill('SIGTERM');
  assert.equal((await newer.gone).code, 0, newer.said());
});

test('killed again and again by the newer program itself: it goes back for good', async () => {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-upgrade-kill-'));
  after(() => rmSync(home, { recursive: true, force: true }));
  const fixture = readFixture('0.1.0');
  const place: Place = { ...layOutFixture(fixture, home), accessToken: '', remove: () => undefined };
  const file = join(place.folder, databaseFile);
  const port = await freePort();
  const before = logicalDigest(file);
  // Each start but the last takes the data back and tries again.
  for (let starts = 0; starts < upgradeLimits.starts; starts += 1)
    assert.equal((await startNext(place, port, 'migrate').gone).signal, 'SIGKILL');
  const refused = startNext(place, port);
  assert.equal((await refused.gone).code, 1, refused.said());
  assert.match(refused.said(), /upgrade_failed migrate: killed/);
  assert.equal(logicalDigest(file), before);
});
