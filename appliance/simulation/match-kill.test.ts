// Two nodes and a coordinator as processes of their own: each of them is killed with SIGKILL in the middle of a match of thousands, and the match
// goes on to the exact answer. What proves it is then checked as on a third machine: by files alone.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Welcome, writeWelcome } from '../../federation/protocol/files.ts';
import { verifyTranscript } from '../../federation/protocol/verify-transcript.ts';
import type { Config } from '../core/config.ts';
import { systemPorts } from '../core/ports.ts';
import { initCoordinator, welcomeCoordinator } from '../federate/coordinator-folder.ts';
import type { MatchShown } from '../federate/views.ts';
import { cli, makePlace, type NodeProcess, type Place, passphrase, startNode, temporaryFolder } from './testing/process.ts';

const main = new URL('../main.ts', import.meta.url).pathname;
const size = 12_000;
const shared = 5_000;
const settings: Partial<Config> = { federation: { match: { officers: 1, minSize: 100, minIntersection: 50 } } };

const home = temporaryFolder();
const children: ChildProcess[] = [];
const places: Place[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const place of places) place.remove();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

async function serveCoordinator(port: number): Promise<ChildProcess> {
  const words = ['--data', home, '--json', 'coordinate', 'serve', '--address', '127.0.0.1', '--port', `${port}`];
  const env = { ...process.env, HOLDFAST_PASSPHRASE_FILE: join(home, 'passphrase') };
  const child = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
}

class Side {
  readonly place: Place;
  process!: NodeProcess;

  constructor(place: Place) {
    this.place = place;
  }

  async start(): Promise<void> {
    this.process = await startNode(this.place);
  }

  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.process.client.ask<T>(method, path, body);
  }

  async act<T>(kind: string, payload: object): Promise<T> {
    const done = await this.ask<{ state: string; result: T; failure?: string }>('POST', '/api/approvals', {
      kind,
      payload,
      reason: 'agreed in writing',
    });
    assert.equal(done.state, 'done', JSON.stringify(done));
    return done.result;
  }

  async until(match: string, holds: (view: MatchShown) => boolean): Promise<MatchShown> {
    for (let turn = 0; turn < 2_000; turn += 1) {
      const { matches } = await this.ask<{ matches: MatchShown[] }>('GET', '/api/matches');
      const view = matches.find(({ session }) => session === match);
      if (view && holds(view)) return view;
      await sleep(20);
    }
    throw new Error(`${JSON.stringify((await this.ask<object>('GET', '/api/matches')) ?? {})} ${this.process.complaints()}`);
  }
}

async function fill(side: Side, from: number): Promise<void> {
  const writeKey = await side.process.client.addSource('shop');
  for (let at = 0; at < size; at += 500) {
    const batch = Array.from({ length: 500 }, (_, n) => ({
      type: 'identify',
      messageId: `m${from + at + n}`,
      userId: `u${from + at + n}`,
      traits: { phone: `138${String(from + at + n).padStart(8, '0')}` },
      timestamp: '2026-01-05T08:00:00Z',
    }));
    const sent = await side.process.client.track(writeKey, batch);
    assert.ok(sent.status === 200 || sent.status === 429, `${sent.status}`);
    if (sent.status === 429) {
      await sleep(500);
      at -= 500;
    }
  }
}

async function federate(one: Side, two: Side, port: number): Promise<{ federation: string; responder: string; founder: string }> {
  const found = await one.ask<{ federation: string; fingerprint: string }>('POST', '/api/federations', {
    name: { en: 'North Retail', zh: '北方零售' },
    address: `127.0.0.1:${port}`,
    coordinator: 'separate',
  });
  const at = `/api/federations/${found.federation}`;
  const invited = await one.ask<{ code: string }>('POST', `${at}/invitations`, { role: 'coordinator' });
  writeFileSync(join(home, 'passphrase'), passphrase, { mode: 0o600 });
  const made = await initCoordinator(home, { passphrase, code: invited.code, name: { en: 'Trust', zh: '信托' } }, systemPorts);
  const { welcome } = await one.ask<{ welcome: Welcome }>('POST', `${at}/coordinator`, {
    request: JSON.parse(made.joinFile),
    fingerprint: made.fingerprint,
  });
  await welcomeCoordinator(home, { passphrase, text: writeWelcome(welcome) }, systemPorts);
  await serveCoordinator(port);
  await one.ask('POST', `${at}/refresh`);
  const invitation = await one.ask<{ code: string; invitation: string }>('POST', `${at}/invitations`, {});
  const asked = await two.ask<{ fingerprint: string }>('POST', '/api/federations/join', {
    name: { en: 'South Bank', zh: '南方银行' },
    code: invitation.code,
  });
  const { requests } = await one.ask<{ requests: { invitation: string }[] }>('GET', `${at}/requests`);
  await one.act('federation.admit', {
    federation: found.federation,
    invitation: requests[0]!.invitation,
    fingerprint: asked.fingerprint,
  });
  await two.ask('POST', `${at}/refresh`);
  const { federations } = await two.ask<{ federations: { member: string }[] }>('GET', '/api/federations');
  return { federation: found.federation, responder: federations[0]!.member, founder: found.fingerprint };
}

test('each of the three is killed in the middle of a match, and it comes to the exact answer', async () => {
  for (let n = 0; n < 2; n += 1) places.push(await makePlace(settings));
  const [one, two] = places.map((place) => new Side(place)) as [Side, Side];
  await Promise.all([one.start(), two.start()]);
  const port = await freePort();
  const { federation, responder, founder } = await federate(one, two, port);
  await Promise.all([fill(one, 0), fill(two, size - shared)]);
  const { match } = await one.act<{ match: string }>('match.propose', {
    federation,
    responder,
    learns: 'both',
    use: 'overlap',
    purpose: 'customer_service',
    reason: 'whom we both serve',
    kinds: ['phone'],
    source: { from: 'customers' },
  });
  await two.until(match, ({ phase }) => phase === 'asked');
  await two.act('match.accept', { match, source: { from: 'customers' } });
  // In the middle: lists are prepared, and multiplying has begun.
  await two.until(match, ({ phase, progress }) => phase !== 'running' || progress.done > 0);
  await two.process.kill();
  children.at(-1)!.kill('SIGKILL');
  await two.start();
  await one.process.kill();
  await serveCoordinator(port);
  await one.start();
  const ended = await Promise.all([one, two].map((side) => side.until(match, ({ phase }) => phase === 'ended')));
  for (const view of ended) {
    assert.deepEqual([view.outcome?.result, view.learned?.customers], ['done', shared], JSON.stringify(view.outcome));
  }
  const transcripts = await Promise.all([one, two].map((side) => side.ask<string>('GET', `/api/matches/${match}/transcript`)));
  assert.equal(transcripts[0], transcripts[1]);
  const verdict = verifyTranscript(transcripts[0]!, founder);
  assert.deepEqual(verdict.findings, []);
  // As on a third machine: the logs of both nodes by their exported files.
  for (const [n, side] of [one, two].entries()) {
    const log = join(home, `log-${n}.ndjson`);
    const env = { HOLDFAST_PASSPHRASE_FILE: side.place.passphraseFile };
    const exported = await cli(['--data', side.place.folder, 'audit', 'export', log], env);
    assert.equal(exported.code, 0, exported.err);
    const verified = await cli(['audit', 'verify', '--offline', log]);
    assert.equal(verified.code, 0, verified.out + verified.err);
  }
  await Promise.all([one.process.stop(), two.process.stop()]);
});
