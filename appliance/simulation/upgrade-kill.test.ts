// kill -9 and a planted failure at each step of an upgrade, while a client sends all along and tries again what was not acknowledged: afterwards every
// acknowledged event is there exactly once, whether the newer program finished or the older one took the folder back.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { logicalDigest } from '../core/store/sqlite/testing-digest.ts';
import { databaseFile } from '../open-store.ts';
import { readJournal, snapshotFolder, type UpgradeStep, upgradeSteps } from '../oversee/operations/upgrade/upgrade.ts';
import { layOutFixture, readFixture } from './testing/database-fixtures.ts';
import { Client, type Place, spawnNode } from './testing/process.ts';

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

const startNext = (place: Place, port: number, ...how: string[]) => {
  const child = spawn(process.execPath, [program, place.folder, String(port), ...how], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOLDFAST_PASSPHRASE_FILE: place.passphraseFile },
  });
  return { child, ...follow(child) };
};
const startPresent = (place: Place, port: number) => {
  const { child } = spawnNode(place, ['--port', String(port)]);
  return { child, ...follow(child) };
};

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

  async stop(): Promise<void> {
    this.#ended = true;
    await this.done;
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

const stop = async ({ child, gone }: { child: ChildProcess; gone: Promise<Run> }) => {
  child.kill('SIGTERM');
  await gone;
};

const steps: UpgradeStep[] = upgradeSteps.filter((step) => step !== 'roll_back');

test('killed and failing at each step, with events sent all along', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'holdfast-upgrade-kill-'));
  const fixture = readFixture('0.1.0');
  const laid = layOutFixture(fixture, home);
  const accessToken = Buffer.from(fixture.files['access-token']!, 'base64').toString('utf8').trim();
  const place: Place = { ...laid, accessToken, remove: () => rmSync(home, { recursive: true, force: true }) };
  after(() => place.remove());
  const port = await freePort();
  const file = join(place.folder, databaseFile);
  const client = new Client(`http://127.0.0.1:${port}`, accessToken);
  let node = startPresent(place, port);
  await node.serves;
  const sender = new Sender(client, fixture.writeKey);
  await sender.more(3);

  for (const step of steps) {
    await stop(node);
    const cut = startNext(place, port, 'kill', step);
    assert.equal((await cut.gone).signal, 'SIGKILL', `${step}: ${cut.said()}`);
    if (step === 'commit') break;
    // The older program takes the folder back by itself: what it opens is what was there.
    node = startPresent(place, port);
    await node.serves;
    assert.equal(existsSync(join(place.folder, snapshotFolder)), false, step);
    assert.equal(readJournal(place.folder).running, undefined, step);
    await sender.more(3);
    await stop(node);
    if (['migrate', 'check', 'open'].includes(step)) {
      // And where it fails, by the newer program itself.
      const undone = logicalDigest(file);
      const again = startNext(place, port, 'fail', step);
      assert.equal((await again.gone).code, 1, `${step}: ${again.said()}`);
      assert.match(again.said(), new RegExp(`upgrade_failed ${step}`));
      assert.equal(logicalDigest(file), undone, step);
    }
    node = startPresent(place, port);
    await node.serves;
    await sender.more(3);
  }
  // Killed when it was decided: the newer program finishes.
  node = startNext(place, port);
  await node.serves;
  assert.equal(readJournal(place.folder).last?.outcome, 'done');
  await sender.more(3);
  await sender.stop();
  const found = await sentEvents(client);
  assert.equal(new Set(found).size, found.length, 'none twice');
  const there = new Set(found);
  assert.deepEqual(
    sender.acknowledged.filter((id) => !there.has(id)),
    [],
    'none lost',
  );
  t.diagnostic(`${sender.acknowledged.length} acknowledged; answers ${JSON.stringify([...sender.answers])}`);
  client.close();
  await stop(node);
});
