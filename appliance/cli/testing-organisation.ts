// Organisations for tests of the command line: each a node on a port with people of its own who sign in by password and second factor, and a coordinator
// between two of them; everything by whole commands.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Config } from '../core/config.ts';
import type { Role } from '../core/model/principal.ts';
import { systemPorts } from '../core/ports.ts';
import type { OpenedCoordinator } from '../federate/coordinate.ts';
import { serveCoordinator } from '../federate/coordinator-folder.ts';
import { freePort } from '../federate/rehearsal/free-port.ts';
import { main } from '../main.ts';
import { openTestNode, type TestNode, testPassphrase } from '../testing.ts';
import { fakeIo } from './testing.ts';

export const goodPassword = 'seven brown owls at dusk';

export type Ran = { readonly code: number; readonly out: string; readonly err: string };
export type Organisation = {
  readonly node: TestNode;
  /** A command. @param typed line by line, each at a terminal of its own */
  run(words: readonly string[], typed?: readonly string[]): Promise<Ran>;
  /** A command that has to end well. @returns what it printed */
  ok(...words: string[]): Promise<string>;
  /** The same with --json, parsed. */
  json<T>(...words: string[]): Promise<T>;
  /** Somebody with a password and, where roles ask for it, a second factor. */
  enlist(login: string, role: Role): Promise<void>;
  /** A command in somebody's name, who signs in for it. */
  as(login: string, ...words: string[]): Promise<Ran>;
  /** In the folder of the organisation. @returns its path */
  write(name: string, text: string): string;
};

export async function openOrganisation(config: Partial<Config> = {}): Promise<Organisation> {
  const node = await openTestNode({ config: { federation: { match: { minSize: 5, minIntersection: 3 } }, ...config } });
  await node.listen();
  const cwd = mkdtempSync(join(tmpdir(), 'holdfast-organisation-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(cwd, name), text, { mode: 0o600 });
    return join(cwd, name);
  };
  const env = { HOLDFAST_PASSPHRASE_FILE: write('passphrase', testPassphrase) };
  const passwordFile = write('password', goodPassword);
  const recovery = new Map<string, string[]>();
  const run: Organisation['run'] = async (words, typed = []) => {
    const lines = [...typed];
    const io = fakeIo({ cwd, env });
    const asked = { ...io, openTerminal: () => fakeIo({ typed: lines.shift() ?? '' }).openTerminal() };
    const code = await main([...words, '--data', node.folder], asked);
    return { code, out: io.out(), err: io.err() };
  };
  const ok = async (...words: string[]) => {
    const { code, out, err } = await run(words);
    assert.equal(code, 0, `${words.join(' ')}: ${err}${out}`);
    return out;
  };
  return {
    node,
    run,
    ok,
    json: async (...words) => JSON.parse(await ok(...words, '--json')),
    async enlist(login, role) {
      recovery.set(login, await signUp(node, login, role));
    },
    as: (login, ...words) => {
      const code = recovery.get(login)?.shift();
      return run([...words, '--as', login, '--password-file', passwordFile, ...(code === undefined ? [] : ['--code', code])]);
    },
    write,
  };
}

/** @returns recovery codes, where the role asks for a second factor: a code of the app is good once in half a minute */
async function signUp(node: TestNode, login: string, role: Role): Promise<string[]> {
  const invited = await node.ask<{ link: { token: string } }>('POST', '/api/people', { login, name: login, roles: [role] });
  const call = async <T>(url: string, payload: object, token?: string): Promise<T> => {
    const answer = await node.app.http.inject({
      method: 'POST',
      url,
      payload,
      ...(token !== undefined && { headers: { authorization: `Bearer ${token}` } }),
    });
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.json();
  };
  const body = { link: invited.body.link.token, password: goodPassword, bearer: true };
  const entered = await call<{ token: string; state: string }>('/api/session/link', body);
  if (entered.state === 'signed_in') return [];
  const offer = await call<{ secret: string }>('/api/people/me/totp', {}, entered.token);
  const code = new TOTP({ secret: Secret.fromBase32(offer.secret) }).generate();
  const confirmed = await call<{ recoveryCodes: string[] }>('/api/people/me/totp/confirm', { code }, entered.token);
  return confirmed.recoveryCodes;
}

export type Pair = {
  readonly one: Organisation;
  readonly two: Organisation;
  close(): Promise<void>;
};

/** Two that belong to one federation, with a coordinator that is neither of them. */
export async function openPair(): Promise<Pair> {
  const [one, two] = [await openOrganisation(), await openOrganisation()];
  const port = await freePort();
  const { coordinator, folder } = await foundWithCoordinator(one, port);
  const code = (await one.ok('federation', 'invite')).trim();
  const asked = await two.json<{ fingerprint: string }>(
    ...['federation', 'join', '--code-file', two.write('invitation', code)],
    ...['--name-en', 'South Bank', '--name-zh', '南方银行'],
  );
  await one.ok('federation', 'admit', 'South Bank', '--fingerprint', asked.fingerprint, '--reason', 'contract of 3 May');
  await two.ok('federation', 'refresh');
  return {
    one,
    two,
    async close() {
      await one.node.close();
      await two.node.close();
      await coordinator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Step by step as docs/federation.md has it. */
export async function foundWithCoordinator(
  one: Organisation,
  port: number,
): Promise<{ coordinator: OpenedCoordinator; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-coordinator-'));
  const name = ['--name-en', 'North Retail', '--name-zh', '北方零售'];
  await one.ok('federation', 'found', ...name, '--address', `127.0.0.1:${port}`, '--coordinator', 'separate');
  const code = (await one.ok('federation', 'invite', '--coordinator')).trim();
  const secret = one.write('coordinator-secret', 'a passphrase for a coordinator');
  const coordinate = async (...words: string[]) => {
    const io = fakeIo({ cwd: folder, env: { HOLDFAST_PASSPHRASE_FILE: secret } });
    assert.equal(await main(['coordinate', ...words, '--json', '--data', folder], io), 0, io.err());
    return JSON.parse(io.out()) as { fingerprint: string; file: string };
  };
  const invitation = one.write('invitation', code);
  const made = await coordinate('init', '--code-file', invitation, '--name-en', 'Data Trust', '--name-zh', '数据信托');
  await one.ok('federation', 'coordinator', made.file, '--fingerprint', made.fingerprint, '--out', join(folder, 'welcome.json'));
  await coordinate('welcome', 'welcome.json');
  const passphrase = 'a passphrase for a coordinator';
  const coordinator = await serveCoordinator(folder, { passphrase, address: '127.0.0.1', port }, systemPorts);
  await one.ok('federation', 'refresh');
  return { coordinator, folder };
}
