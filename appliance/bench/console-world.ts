// What the bench of the console puts into a node beside its customers, so that no screen is empty: segments, a model that scores everybody, events
// in quarantine, requests of customers, acts that wait for approval, and entries of the audit log. Done once for a folder.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bytesOf } from '../decide/models/onnx/testing.ts';
import type { Answered } from '../testing.ts';
import { say } from './bench.ts';
import type { BenchNode } from './node.ts';

type Ask = <T = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answered<T>>;

/** The same, of which nothing but a yes is expected. */
type Sure = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** A call of the API with the node's own access token. */
export const asker =
  ({ url, accessToken }: BenchNode): Ask =>
  async <T>(method: string, path: string, body?: unknown) => {
    const answer = await fetch(new URL(path, url), {
      method,
      headers: {
        authorization: `Bearer ${accessToken}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as T };
  };

const rules: readonly (readonly [name: string, text: string])[] = [
  ['gold', 'tier = gold'],
  ['buyers', 'orders >= 1'],
  ['spenders', 'spend > 1000'],
  ['shanghai', 'address.city = Shanghai'],
  ['readers', 'did "Email Opened" at least 2 times'],
  ['mailable', 'may be used for marketing by email'],
];

/** @param people records' ids of some customers; none for a node without */
export async function furnish(folder: string, node: BenchNode, people: readonly number[]): Promise<void> {
  const mark = join(folder, 'furnished.json');
  if (existsSync(mark)) return;
  const ask = asker(node);
  const sure: Sure = async (method, path, body) => {
    const answer = await ask(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  say('segments and a model');
  // A run that was cut short has made some of them.
  const { body: kept } = await ask<{ segments: { name: string }[] }>('GET', '/api/segments');
  for (const [name, text] of rules)
    if (!kept.segments.some((one) => one.name === name))
      await sure('POST', '/api/segments', { name, text, purpose: 'analytics' });
  const { body: known } = await ask<{ models: object[] }>('GET', '/api/models');
  if (known.models.length === 0) await bringModel(sure);
  say('what breaks a rule, requests, approvals');
  await quarantine(node, sure);
  for (const id of people.slice(0, 30)) await sure('POST', '/api/subject-requests', { person: `p${id}`, kind: 'access' });
  for (let at = 0; at < 5; at += 1)
    await sure('POST', '/api/approvals', { kind: 'retention.run', payload: {}, reason: `the bench, ${at}` });
  say('customers read, for the audit log');
  for (const id of people) await sure('GET', `/api/profiles/p${id}`);
  writeFileSync(mark, '{}', { mode: 0o600 });
}

/** A model that was made elsewhere, which scores everybody from now on. */
async function bringModel(sure: Sure): Promise<void> {
  await sure('POST', '/api/models/import', {
    name: 'worth',
    onnx: Buffer.from(bytesOf()).toString('base64'),
    signature: {
      inputs: [{ name: 'X', type: 'float', columns: ['orders', 'returns', 'events'] }],
      output: { name: 'probabilities', at: 1, meaning: 'probability' },
    },
    examples: [{ row: { orders: 1, returns: 0, events: 2 } }],
  });
  await sure('POST', '/api/models/worth/promote', { version: 1, reason: 'the bench' });
}

/** A source whose dictionary wants a number, and events that bring none. */
async function quarantine(node: BenchNode, sure: Sure): Promise<void> {
  const { sources } = (await sure('GET', '/api/sources')) as { sources: { name: string }[] };
  if (sources.some(({ name }) => name === 'branch')) return;
  const { source, writeKey } = (await sure('POST', '/api/sources', { name: 'branch', kind: 'server' })) as {
    source: { id: number };
    writeKey: string;
  };
  await sure('PUT', `/api/sources/${source.id}/dictionary`, {
    version: 1,
    fields: { 'traits.age': { as: 'number', strict: true } },
  });
  const batch = Array.from({ length: 400 }, (_, at) => ({
    type: 'identify',
    messageId: `broken-${at}`,
    userId: `branch-${at}`,
    traits: { age: 'old' },
  }));
  const answer = await fetch(new URL('/v1/batch', node.url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ batch }),
  });
  if (!answer.ok) throw new Error(`quarantine: ${answer.status}`);
}

/** Waits until every segment is answered, which takes reading everybody; meanwhile a node may say that it is too busy. */
export async function settled(ask: Ask): Promise<void> {
  for (;;) {
    const { status, body } = await ask<{ segments: { state: string }[] }>('GET', '/api/segments');
    if (status === 200 && body.segments.every(({ state }) => state === 'live')) return;
    await wait(500);
  }
}
