// A whole node in a process of its own, run by the real command line, so that it can be killed, starved and started again.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../../core/config.ts';
import { systemPorts } from '../../core/ports.ts';
import { initFolder } from '../../lifecycle.ts';

export const passphrase = 'a passphrase for tests of faults';
const main = new URL('../../main.ts', import.meta.url).pathname;
/** Longest wait for one answer; a node that never answers fails the test. */
const answerMs = 120_000;
/** On a machine that is busy with other things the node may say that it is at capacity, and means it. */
const busyTries = 300;
const busyWaitMs = 200;

export type Place = { folder: string; passphraseFile: string; accessToken: string; remove(): void };

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-faults-'));
}

/** A fresh data folder with its passphrase beside it. @param home where to make it */
export async function makePlace(config: Partial<Config> = {}, home = temporaryFolder()): Promise<Place> {
  const folder = join(home, 'data');
  const passphraseFile = join(home, 'passphrase');
  writeFileSync(passphraseFile, passphrase, { mode: 0o600 });
  const { accessToken } = await initFolder(folder, { passphrase, config }, systemPorts);
  return { folder, passphraseFile, accessToken, remove: () => rmSync(home, { recursive: true, force: true }) };
}

/** Children of this test file. One left over by a test that failed would keep the file from ending. */
const running = new Set<ChildProcess>();
const killAll = () => {
  for (const child of running) child.kill('SIGKILL');
};
// Not in a bench, which is no test and says so nowhere.
if (process.env.NODE_TEST_CONTEXT !== undefined) (await import('node:test')).after(killAll);
process.once('exit', killAll);

function follow(child: ChildProcess): () => { out: string; err: string } {
  running.add(child);
  child.once('exit', () => running.delete(child));
  return outputOf(child);
}

export type Answered = { code: number | null; out: string; err: string };

/** Longest run of one command; one that goes on serving where it should refuse is ended by it. */
const commandMs = 90_000;

/** Runs one command to its end. @param limitMs for commands that read a whole database */
export async function cli(args: readonly string[], env: NodeJS.ProcessEnv = {}, limitMs = commandMs): Promise<Answered> {
  const child = spawn(process.execPath, [main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
    timeout: limitMs,
  });
  const read = follow(child);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...read() };
}

function outputOf(child: ChildProcess): () => { out: string; err: string } {
  let out = '';
  let err = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    out += chunk;
  });
  child.stderr!.on('data', (chunk: Buffer) => {
    err = (err + chunk).slice(-8_000);
  });
  return () => ({ out, err });
}

export type Reply = { status: number; headers: IncomingHttpHeaders; body: unknown };

/** One client of a node, with connections of its own. */
export class Client {
  readonly url: string;
  readonly #token: string;
  readonly #agent: Agent;

  constructor(url: string, accessToken: string, connections = 64) {
    this.url = url;
    this.#token = accessToken;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** @throws when the connection breaks before the whole answer is there */
  send(method: string, path: string, body?: unknown, headers: { [name: string]: string } = {}): Promise<Reply> {
    const payload = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const sending = request(new URL(path, this.url), {
        method,
        agent: this.#agent,
        timeout: answerMs,
        headers: {
          authorization: `Bearer ${this.#token}`,
          ...(payload && { 'content-type': 'application/json', 'content-length': payload.length }),
          ...headers,
        },
      });
      sending.once('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          if (!response.complete) return reject(new Error('the answer was cut off'));
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed(text) });
        });
      });
      sending.once('timeout', () => sending.destroy(new Error(`no answer to ${method} ${path}`)));
      sending.once('error', reject);
      sending.end(payload);
    });
  }

  /** An answer that is a success, else an error that says what came. Waits where the node says that it is busy. */
  async ask<T>(method: string, path: string, body?: unknown, headers: { [name: string]: string } = {}): Promise<T> {
    let reply = await this.send(method, path, body, headers);
    for (let tries = 1; reply.status === 429 && tries < busyTries; tries += 1) {
      await sleep(busyWaitMs);
      reply = await this.send(method, path, body, headers);
    }
    if (reply.status > 202) throw new Error(`${method} ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body as T;
  }

  track(writeKey: string, batch: readonly object[]): Promise<Reply> {
    const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
    return this.send('POST', '/v1/batch', { batch }, { authorization });
  }

  async addSource(name: string): Promise<string> {
    const { writeKey } = await this.ask<{ writeKey: string }>('POST', '/api/sources', { name, kind: 'server' });
    return writeKey;
  }

  close(): void {
    this.#agent.destroy();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export type NodeProcess = {
  url: string;
  pid: number;
  client: Client;
  /** SIGKILL; resolves when the process is gone. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** The last that it has said: its log, and standard error. */
  complaints(): string;
  /** Highest resident memory so far in bytes (Linux), else NaN. */
  peakMemoryBytes(): number;
};

/** Starts the node of a folder and waits until it serves. @throws with what it said when it ends instead */
export async function startNode(place: Place, args: readonly string[] = []): Promise<NodeProcess> {
  const { child, read } = spawnNode(place, args);
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout!.on('data', () => {
      const line = /^\{.*"url":"([^"]+)".*\}$/m.exec(read().out);
      if (line) resolve(line[1]!);
    });
    child.once('close', (code) => reject(new Error(`the node ended with ${code} before it served: ${read().err}`)));
  });
  const client = new Client(url, place.accessToken);
  const end = (signal: NodeJS.Signals) =>
    new Promise<number | null>((resolve) => {
      client.close();
      if (child.exitCode !== null || child.signalCode !== null) return resolve(child.exitCode);
      child.once('exit', (code) => resolve(code));
      child.kill(signal);
    });
  return {
    url,
    pid: child.pid!,
    client,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    complaints: () => read().out.slice(-2_000) + read().err,
    peakMemoryBytes: () => peakMemoryBytes(child.pid!),
  };
}

/** Starts it and does not wait, for killing it before it serves. */
export function spawnNode(
  place: Place,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; read: () => { out: string; err: string } } {
  const child = spawn(process.execPath, [main, '--data', place.folder, '--json', 'serve', '--port', '0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOLDFAST_PASSPHRASE_FILE: place.passphraseFile, ...env },
  });
  return { child, read: follow(child) };
}

function peakMemoryBytes(pid: number): number {
  try {
    const line = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) * 1024 : Number.NaN;
  } catch {
    return Number.NaN;
  }
}
