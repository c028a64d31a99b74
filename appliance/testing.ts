// A whole node for tests: made in a temporary folder, unsealed, with one source and its write key, asked without a socket.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argon2CostForTests } from '../crypto/kdf.ts';
import { App } from './app.ts';
import { announceNode, withdrawNode } from './cli/node-file.ts';
import { type Config, defaultConfig } from './core/config.ts';
import type { SourceId } from './core/model/event.ts';
import type { Principal } from './core/model/principal.ts';
import { type Ports, systemPorts } from './core/ports.ts';
import { initFolder } from './lifecycle.ts';
import type { ProfileView } from './record/profiles/profiles.ts';
import type { SourceKind } from './record/sources/sources.ts';
import { AnswerWatch } from './testing-answers.ts';

export const testPassphrase = 'a passphrase for tests';

export type Answered<T = Record<string, unknown>> = { status: number; body: T };
/** What /v1/batch answers. */
export type Tracked = {
  success: true;
  rejected?: { index: number; reason: string }[];
  quarantined?: { index: number; messageId: string; reason: string }[];
};
export type TestSource = { id: SourceId; writeKey: string };

export type TestNode = {
  /** The one that runs now: a restart replaces it. */
  readonly app: App;
  /** The data folder. */
  readonly folder: string;
  readonly source: TestSource;
  readonly accessToken: string;
  /** Messages of the tracking protocol in one batch, as a client would send them. */
  send(messages: readonly object[], writeKey?: string): Promise<Answered<Tracked>>;
  /** A call of the API with the access token. */
  ask<T = Record<string, unknown>>(method: Method, url: string, body?: unknown): Promise<Answered<T>>;
  /** Everybody who has the identifier. */
  find(identifier: string): Promise<ProfileView[]>;
  addSource(name: string, kind?: SourceKind): Promise<TestSource>;
  /** Serves on a free port and announces it in the folder, so that commands find it. @returns the address */
  listen(): Promise<string>;
  /** Closes the node and opens it again on the same folder, without a port. */
  restart(): Promise<void>;
  /** Answers whose text says something else than what they were given to say. */
  readonly answers: AnswerWatch;
  /** Closes it and removes the folder. @throws when an answer said something else than it was given to say */
  close(): Promise<void>;
};
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type TestNodeOptions = {
  config?: Partial<Config>;
  ports?: Ports;
  /** Who may act on it beside the operator. */
  holders?(): Promise<readonly Principal[]>;
  /** Somebody who signed in, by the header `x-test-person`. */
  signedIn?(name: string): Principal | undefined;
};

export async function openTestNode(options: TestNodeOptions = {}): Promise<TestNode> {
  const { ports = systemPorts } = options;
  const config: Config = { ...defaultConfig, ...options.config };
  const root = mkdtempSync(join(tmpdir(), 'holdfast-node-'));
  const folder = join(root, 'data');
  const { accessToken } = await initFolder(folder, { passphrase: testPassphrase }, ports);
  const answers = new AnswerWatch();
  const open = async () => {
    // A machine that is busy with other tests must not turn this one's requests away.
    const { holders, signedIn } = options;
    const opened = await App.create({
      folder,
      config,
      ports,
      accessToken,
      loopDelayMs: () => 0,
      ...(holders && { holders }),
      ...(signedIn && { ways: [(request) => signedIn(String(request.headers['x-test-person']))] }),
      passwordCost: argon2CostForTests,
      watchAnswers: answers.watch,
    });
    await opened.unseal({ passphrase: testPassphrase });
    return opened;
  };
  let app = await open();

  const ask = async <T>(method: Method, url: string, body?: unknown): Promise<Answered<T>> => {
    const headers = { authorization: `Bearer ${accessToken}` };
    const answer = await app.http.inject({ method, url, headers, ...(body !== undefined && { payload: body as object }) });
    return { status: answer.statusCode, body: answer.json<T>() };
  };
  const addSource = async (name: string, kind: SourceKind = 'server'): Promise<TestSource> => {
    const made = await app.node().sources.add({ name, kind });
    return { id: made.source.id, writeKey: made.writeKey };
  };
  const source = await addSource('test');
  return {
    get app() {
      return app;
    },
    folder,
    source,
    accessToken,
    answers,
    ask,
    addSource,
    async send(messages, writeKey = source.writeKey) {
      const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
      const answer = await app.http.inject({ method: 'POST', url: '/v1/batch', headers, payload: { batch: messages } });
      return { status: answer.statusCode, body: answer.json<Tracked>() };
    },
    async find(identifier) {
      const { body } = await ask<{ profiles: ProfileView[] }>('POST', '/api/profiles/search', { identifier });
      return body.profiles;
    },
    async listen() {
      const url = await app.http.listen({ host: '127.0.0.1', port: 0 });
      announceNode(folder, { url, pid: process.pid });
      return url;
    },
    async restart() {
      withdrawNode(folder, process.pid);
      await app.close();
      app = await open();
    },
    async close() {
      await app.close();
      rmSync(root, { recursive: true, force: true });
      assert.deepEqual(answers.take(), [], 'answers say something else than what they were given to say');
    },
  };
}
