// Two nodes and a coordinator of its own between them, over TLS on this machine, with people of different roles on each side: for tests from
// outside. Everything goes through the HTTP API.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Welcome, writeWelcome } from '../../federation/protocol/files.ts';
import type { Config } from '../core/config.ts';
import type { Principal, Role } from '../core/model/principal.ts';
import { systemPorts } from '../core/ports.ts';
import { type Answered, openTestNode, type TestNode } from '../testing.ts';
import type { OpenedCoordinator } from './coordinate.ts';
import { initCoordinator, serveCoordinator, welcomeCoordinator } from './coordinator-folder.ts';
import { freePort } from './rehearsal/free-port.ts';

const passphrase = 'a passphrase for a coordinator';
const person = (id: number, role: Role): Principal => ({
  actor: `person ${id}`,
  kind: 'person',
  id,
  roles: [role],
  steppedUpUntilMs: Number.MAX_SAFE_INTEGER,
});
/** On each side. */
export const staff: { readonly [name: string]: Principal } = {
  admin: person(1, 'administrator'),
  marketer: person(2, 'marketer'),
  scientist: person(3, 'data-scientist'),
  officer: person(4, 'compliance'),
  auditor: person(5, 'auditor'),
};

export type Member = {
  readonly node: TestNode;
  as<T = Record<string, unknown>>(
    name: string,
    method: 'GET' | 'POST' | 'DELETE',
    url: string,
    body?: unknown,
  ): Promise<Answered<T>>;
  /** Proposes as one and approves as another. @returns what came of it */
  together<T = Record<string, unknown>>(proposer: string, approver: string, kind: string, payload: object): Promise<T>;
};

export async function openMember(config: Partial<Config> = {}): Promise<Member> {
  const node = await openTestNode({
    config: { federation: { match: { minSize: 5, minIntersection: 3 } }, ...config },
    holders: async () => Object.values(staff),
    signedIn: (name) => staff[name],
  });
  const as: Member['as'] = async (name, method, url, body) => {
    const answer = await node.app.http.inject({
      method,
      url,
      headers: { 'x-test-person': name },
      ...(body !== undefined && { payload: body as object }),
    });
    const json =
      answer.headers['content-type']?.toString().includes('json') &&
      !answer.headers['content-type'].toString().includes('x-ndjson');
    return { status: answer.statusCode, body: (json ? answer.json() : answer.body) as never };
  };
  return {
    node,
    as,
    async together(proposer, approver, kind, payload) {
      const proposed = await as<{ id: number }>(proposer, 'POST', '/api/approvals', {
        kind,
        payload,
        reason: 'agreed in writing',
      });
      if (proposed.status >= 400) throw new Error(`propose ${kind}: ${JSON.stringify(proposed.body)}`);
      const approved = await as<{ state: string; result?: unknown }>(
        approver,
        'POST',
        `/api/approvals/${proposed.body.id}/approve`,
        { remark: 'looked at it' },
      );
      if (approved.body.state !== 'done') throw new Error(`approve ${kind}: ${JSON.stringify(approved.body)}`);
      return approved.body.result as never;
    },
  };
}

export type Two = {
  readonly one: Member;
  readonly two: Member;
  readonly federation: string;
  /** Member ids. */
  readonly ids: { readonly one: string; readonly two: string };
  /** Stops the coordinator, and starts it over what it kept. */
  restartCoordinator(): Promise<void>;
  close(): Promise<void>;
};

/** Any number of nodes, members of one federation; the first founded it. */
export type Together = {
  readonly members: readonly Member[];
  readonly federation: string;
  readonly ids: readonly string[];
  restartCoordinator(): Promise<void>;
  close(): Promise<void>;
};

type Name = { readonly en: string; readonly zh: string };
const names: readonly Name[] = [
  { en: 'North Retail', zh: '北方零售' },
  { en: 'South Bank', zh: '南方银行' },
  { en: 'East Telecom', zh: '东方电信' },
];

/** @param called what each is called in the federation, three names where nothing is said */
export async function openTogether(configs: readonly Partial<Config>[], called: readonly Name[] = names): Promise<Together> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-coordinator-'));
  const members: Member[] = [];
  for (const config of configs) members.push(await openMember(config));
  const [one, ...others] = members as [Member, ...Member[]];
  const port = await freePort();
  const found = await one.as<{ federation: string; fingerprint: string }>('admin', 'POST', '/api/federations', {
    name: called[0],
    address: `127.0.0.1:${port}`,
    coordinator: 'separate',
  });
  const { federation } = found.body;
  const invited = await one.as<{ code: string }>('admin', 'POST', `/api/federations/${federation}/invitations`, {
    role: 'coordinator',
  });
  const made = await initCoordinator(
    folder,
    { passphrase, code: invited.body.code, name: { en: 'Trust', zh: '信托' } },
    systemPorts,
  );
  const welcomed = await one.as<{ welcome: Welcome }>('admin', 'POST', `/api/federations/${federation}/coordinator`, {
    request: JSON.parse(made.joinFile),
    fingerprint: made.fingerprint,
  });
  await welcomeCoordinator(folder, { passphrase, text: writeWelcome(welcomed.body.welcome) }, systemPorts);
  const serve = () => serveCoordinator(folder, { passphrase, address: '127.0.0.1', port }, systemPorts);
  let coordinator: OpenedCoordinator = await serve();
  await one.as('admin', 'POST', `/api/federations/${federation}/refresh`);
  for (const [at, other] of others.entries()) await joined(one, other, federation, called[at + 1]!);
  const idOf = async ({ as }: Member) =>
    (await as<{ federations: { member: string }[] }>('admin', 'GET', '/api/federations')).body.federations[0]!.member;
  return {
    members,
    federation,
    ids: await Promise.all(members.map(idOf)),
    async restartCoordinator() {
      await coordinator.close();
      coordinator = await serve();
    },
    async close() {
      for (const { node } of members) await node.close();
      await coordinator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function joined(one: Member, other: Member, federation: string, name: Name): Promise<void> {
  const invitation = await one.as<{ code: string; invitation: string }>(
    'admin',
    'POST',
    `/api/federations/${federation}/invitations`,
    {},
  );
  const asked = await other.as<{ fingerprint: string }>('admin', 'POST', '/api/federations/join', {
    name,
    code: invitation.body.code,
  });
  const waiting = await one.as<{ requests: { invitation: string; fingerprint: string }[] }>(
    'admin',
    'GET',
    `/api/federations/${federation}/requests`,
  );
  await one.together('admin', 'officer', 'federation.admit', {
    federation,
    invitation: waiting.body.requests.find(({ fingerprint }) => fingerprint === asked.body.fingerprint)?.invitation,
    fingerprint: asked.body.fingerprint,
  });
  await other.as('admin', 'POST', `/api/federations/${federation}/refresh`);
}

export async function openTwo(configs: { one?: Partial<Config>; two?: Partial<Config> } = {}): Promise<Two> {
  const { members, ids, ...together } = await openTogether([configs.one ?? {}, configs.two ?? {}]);
  const [one, two] = members as [Member, Member];
  return { ...together, one, two, ids: { one: ids[0]!, two: ids[1]! } };
}
