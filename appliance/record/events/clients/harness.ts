// The harness for real client packages: a target to send to, a proxy that breaks connections on purpose, and the comparison of what
// was sent with what arrived. The clients know only a URL and a write key, so the same code can be pointed at a whole node.

import assert from 'node:assert/strict';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../../core/errors.ts';
import { createHttp } from '../../../core/http/http.ts';
import type { Event, EventKind, Outcome } from '../../../core/model/event.ts';
import { systemPorts } from '../../../core/ports.ts';
import { eventRoutes } from '../routes.ts';

/** Where a client sends: a URL without a trailing slash, and the key of a source there. */
export type Target = { url: string; writeKey: string };

/** What one call of a client must have become. `marker` is unique in a delivery and stands in the content. */
export type Expected = {
  kind: EventKind;
  marker: string;
  userId?: string;
  anonymousId?: string;
  previousId?: string;
  groupId?: string;
  name?: string;
  /** Properties, or traits of identify and group, that must be there with these values. */
  content?: { [key: string]: unknown };
};

/** Sends `rounds` times every kind of call that the client has, waits until it has done what it can, and says what must arrive. */
export type Deliver = (target: Target, rounds: number) => Promise<Expected[]>;

/** Content that a lossy path would spoil: Chinese, an emoji outside the basic plane, nesting, numbers, null. */
export const sampleContent = {
  title: '青花瓷碗 🍚',
  price: 129.5,
  tags: ['a', 'b'],
  nested: { deep: { value: true } },
  nothing: null,
};

export type MemoryTarget = Target & {
  /** Distinct by messageId, in the order of arrival. */
  events: Event[];
  /** How often a messageId came again and was not counted. */
  duplicates(): number;
  close(): Promise<void>;
};

/**
 * A node without a disk: the real HTTP base and tracking routes, with a record in memory that keeps one event per messageId.
 * @param busy the fault to answer the n-th batch with (0 is the first), or undefined to record it
 */
export async function openMemoryTarget(busy: (batch: number) => Fault | undefined = () => undefined): Promise<MemoryTarget> {
  const writeKey = 'ctestkeytestkeytestkey234';
  const seen = new Map<string, Event>();
  const events: Event[] = [];
  let duplicates = 0;
  let batches = 0;
  const recordBatch = async (_source: number, batch: readonly Event[]): Promise<Outcome[]> => {
    const fault = busy(batches++);
    if (fault !== undefined) throw fault;
    return batch.map((event) => {
      if (seen.has(event.messageId)) {
        duplicates += 1;
        return { messageId: event.messageId, outcome: 'duplicate' };
      }
      seen.set(event.messageId, event);
      events.push(event);
      return { messageId: event.messageId, outcome: 'recorded' };
    });
  };
  const http = createHttp({ ports: systemPorts, version: 'test', isSealed: () => false, loopDelayMs: () => 0 });
  const sourceByKey = async (key: string) => (key === writeKey ? 1 : undefined);
  http.register(eventRoutes({ recordBatch, sourceByKey, ports: systemPorts }));
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  return { url, writeKey, events, duplicates: () => duplicates, close: () => http.close() };
}

/** What happens to the n-th POST that comes through the proxy. */
export type Mishap = 'none' | 'lost before it arrives' | 'answer lost after it was recorded' | 'broken off in the middle' | 503;

export type FaultyProxy = Target & { mishaps(): number; close(): Promise<void> };

/** A proxy in front of any target that hangs up, as networks do, and passes everything else on unchanged. */
export async function openFaultyProxy(target: Target, plan: (post: number) => Mishap): Promise<FaultyProxy> {
  let posts = 0;
  let mishaps = 0;
  const server = createServer((request, response) => {
    const mishap = request.method === 'POST' ? plan(posts++) : 'none';
    if (mishap !== 'none') mishaps += 1;
    pass(target, request, response, mishap);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    writeKey: target.writeKey,
    mishaps: () => mishaps,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pass(target: Target, request: IncomingMessage, response: ServerResponse, mishap: Mishap): void {
  const hangUp = () => void request.socket.destroy();
  if (mishap === 'lost before it arrives') {
    hangUp();
    return;
  }
  if (mishap === 503) {
    request.resume();
    const origin = request.headers.origin ?? '*';
    response.writeHead(503, { 'retry-after': '1', 'access-control-allow-origin': origin, 'content-type': 'text/plain' });
    response.end('a load balancer has no node to send this to');
    return;
  }
  const onward = httpRequest(`${target.url}${request.url}`, { method: request.method, headers: request.headers }, (answer) => {
    if (mishap === 'answer lost after it was recorded') {
      answer.resume();
      answer.once('end', hangUp);
      return;
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.once('error', hangUp);
  if (mishap === 'broken off in the middle') {
    request.once('data', (chunk: Buffer) => {
      onward.write(chunk.subarray(0, Math.ceil(chunk.length / 2)));
      onward.destroy();
      hangUp();
    });
    return;
  }
  request.pipe(onward);
}

/** Waits until `done`, at most `limitMs`; then the caller's own comparison says what is missing. */
export async function waitFor(done: () => boolean, limitMs: number): Promise<void> {
  for (let waitedMs = 0; !done() && waitedMs < limitMs; waitedMs += 20) await sleep(20);
}

/** Fails unless exactly the expected calls arrived, each once, with its content. */
export function assertDelivered(arrived: readonly Event[], expected: readonly Expected[]): void {
  const byMarker = new Map<string, Event[]>();
  for (const event of arrived) {
    const marker = markerOf(event);
    byMarker.set(marker, [...(byMarker.get(marker) ?? []), event]);
  }
  const missing = expected.filter(({ marker }) => !byMarker.has(marker)).map(({ kind, marker }) => `${kind} ${marker}`);
  assert.deepEqual(missing, [], 'calls that never arrived');
  for (const one of expected) {
    const events = byMarker.get(one.marker) ?? [];
    assert.equal(events.length, 1, `${one.kind} ${one.marker} arrived ${events.length} times`);
    assertSame(events[0]!, one);
  }
  assert.equal(arrived.length, expected.length, 'events that nobody sent');
}

function assertSame(event: Event, { marker, content, ...plain }: Expected): void {
  for (const [key, value] of Object.entries(plain)) assert.equal(event[key as keyof Event], value, `${key} of ${marker}`);
  const held = event.properties ?? event.traits ?? {};
  for (const [key, value] of Object.entries(content ?? {})) assert.deepEqual(held[key], value, `${key} of ${marker}`);
  assert.ok(event.occurredAtMs <= event.receivedAtMs, `time of ${marker}`);
  assert.equal(event.context?.ip, undefined, `an address was kept of ${marker}`);
}

function markerOf(event: Event): string {
  const held = event.properties?.marker ?? event.traits?.marker ?? event.previousId;
  return typeof held === 'string' ? held : `${event.kind} without a marker`;
}
