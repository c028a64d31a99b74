// Two nodes and a coordinator as processes of their own, members of one federation, run by the real command line: for tests that kill them and for
// the bench. One officer is enough on each side: the operator, who has no second one here.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Welcome, writeWelcome } from '../../../federation/protocol/files.ts';
import { systemPorts } from '../../core/ports.ts';
import { initCoordinator, welcomeCoordinator } from '../../federate/coordinator-folder.ts';
import { freePort } from '../../federate/rehearsal/free-port.ts';
import type { MatchShown } from '../../federate/views.ts';
import { makePlace, type NodeProcess, type Place, passphrase, startNode, temporaryFolder } from './process.ts';

const main = new URL('../../main.ts', import.meta.url).pathname;

export class Side {
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

  /** @param seconds at most, as a test that hangs has to fail */
  async until(match: string, holds: (view: MatchShown) => boolean, seconds = 120): Promise<MatchShown> {
    const endMs = performance.now() + seconds * 1000;
    while (performance.now() < endMs) {
      const { matches } = await this.ask<{ matches: MatchShown[] }>('GET', '/api/matches');
      const view = matches.find(({ session }) => session === match);
      if (view && holds(view)) return view;
      await sleep(20);
    }
    throw new Error(`${JSON.stringify((await this.ask<object>('GET', '/api/matches')) ?? {})} ${this.process.complaints()}`);
  }
}

export type Members = {
  readonly one: Side;
  readonly two: Side;
  readonly federation: string;
  /** The second side's member id. */
  readonly responder: string;
  /** The founder's fingerprint, as officers compare it. */
  readonly founder: string;
  readonly home: string;
  killCoordinator(): void;
  startCoordinator(): Promise<void>;
  /** Ends all of them, and removes what they kept. */
  close(): void;
};

/** @param match what the nodes allow of matches */
export async function startMembers(match: { minSize: number; minIntersection: number; maxSize?: number }): Promise<Members> {
  const home = temporaryFolder();
  writeFileSync(join(home, 'passphrase'), passphrase, { mode: 0o600 });
  const places = [await makePlace({ federation: { match: { ...match, officers: 1 } } })];
  places.push(await makePlace({ federation: { match: { ...match, officers: 1 } } }));
  const [one, two] = places.map((place) => new Side(place)) as [Side, Side];
  await Promise.all([one.start(), two.start()]);
  const port = await freePort();
  let coordinator: ChildProcess | undefined;
  const startCoordinator = async () => {
    const words = ['--data', home, '--json', 'coordinate', 'serve', '--address', '127.0.0.1', '--port', `${port}`];
    const env = { ...process.env, HOLDFAST_PASSPHRASE_FILE: join(home, 'passphrase') };
    coordinator = spawn(process.execPath, [main, ...words], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    await once(coordinator.stdout!, 'data');
  };
  process.once('exit', () => coordinator?.kill('SIGKILL'));
  const belonging = await federate(one, two, { home, port, startCoordinator });
  return {
    one,
    two,
    home,
    ...belonging,
    startCoordinator,
    killCoordinator: () => void coordinator?.kill('SIGKILL'),
    close() {
      coordinator?.kill('SIGKILL');
      for (const place of [...places, { remove: () => rmSync(home, { recursive: true, force: true }) }]) place.remove();
    },
  };
}

type Setting = { home: string; port: number; startCoordinator(): Promise<void> };

async function federate(
  one: Side,
  two: Side,
  { home, port, startCoordinator }: Setting,
): Promise<{ federation: string; responder: string; founder: string }> {
  const found = await one.ask<{ federation: string; fingerprint: string }>('POST', '/api/federations', {
    name: { en: 'North Retail', zh: '北方零售' },
    address: `127.0.0.1:${port}`,
    coordinator: 'separate',
  });
  const at = `/api/federations/${found.federation}`;
  const invited = await one.ask<{ code: string }>('POST', `${at}/invitations`, { role: 'coordinator' });
  const made = await initCoordinator(home, { passphrase, code: invited.code, name: { en: 'Trust', zh: '信托' } }, systemPorts);
  const { welcome } = await one.ask<{ welcome: Welcome }>('POST', `${at}/coordinator`, {
    request: JSON.parse(made.joinFile),
    fingerprint: made.fingerprint,
  });
  await welcomeCoordinator(home, { passphrase, text: writeWelcome(welcome) }, systemPorts);
  await startCoordinator();
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
