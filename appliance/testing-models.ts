// A small organisation for tests of models: customers with a rhythm of orders, of whom some complain and stop, and some refuse to be profiled.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import type { ScoreShown } from './core/model/customer-decisions.ts';
import { systemPorts } from './core/ports.ts';
import { seeded } from './record/profiles/testing.ts';
import { openTestNode, type TestNode } from './testing.ts';

export const dayMs = 86_400_000;
export const customers = 300;
/** Of them: those who did not agree. */
export const silent = 20;
const startMs = Date.UTC(2026, 5, 1, 10);
const seed = 20261127;

export type Job = {
  id: number;
  state: string;
  version?: number;
  code?: string;
  where?: string;
  stage?: string;
  share?: number;
};
export const asked = { question: 'churn', budget: 'small', horizonDays: 80, activeDays: 80 };

export type ModelNode = {
  readonly node: TestNode;
  readonly clock: { nowMs: number };
  sendAll(events: readonly object[]): Promise<void>;
  track(userId: string, event: string, atMs: number, properties: object): object;
  /** Waits for its end. */
  ended(id: number): Promise<Job>;
  trained(body?: object): Promise<Job>;
  personOf(userId: string): Promise<string>;
  scoresOf(id: string): Promise<ScoreShown[]>;
  models(): ReturnType<TestNode['app']['node']>['models'];
};

export async function openModelNode(): Promise<ModelNode> {
  const clock = { nowMs: startMs };
  const node = await openTestNode({ ports: { ...systemPorts, clock: { nowMs: () => clock.nowMs } } });
  let made = 0;
  const track = (userId: string, event: string, atMs: number, properties: object) => {
    made += 1;
    return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
  };
  const sendAll = async (events: readonly object[]) => {
    for (let from = 0; from < events.length; from += 400)
      assert.equal((await node.send(events.slice(from, from + 400))).status, 200);
  };
  const ended = async (id: number): Promise<Job> => {
    for (;;) {
      const { body } = await node.ask<Job>('GET', `/api/model-jobs/${id}`);
      if (body.state !== 'waiting' && body.state !== 'running') return body;
      await wait(20);
    }
  };
  await sendAll(history(track));
  return {
    node,
    clock,
    sendAll,
    track,
    ended,
    async trained(body = {}) {
      const { status, body: job } = await node.ask<Job>('POST', '/api/models/train', { ...asked, ...body });
      assert.equal(status, 200, JSON.stringify(job));
      return ended(job.id);
    },
    personOf: async (userId) => (await node.find(userId))[0]!.id,
    scoresOf: async (id) => (await node.ask<{ scores: ScoreShown[] }>('GET', `/api/scores/${id}`)).body.scores,
    models: () => node.app.node().models,
  };
}

/** @param endMs the present  @param of another organisation's customers by another seed */
export function history(track: ModelNode['track'], endMs = startMs, of = seed): object[] {
  const random = seeded(of);
  const events: object[] = [];
  for (let at = 0; at < customers; at += 1) {
    const userId = `u${at}`;
    if (at >= silent) events.push(track(userId, 'Consent Given', endMs - 300 * dayMs, { purpose: 'profiling' }));
    const gap = 10 + random.next(25);
    const complains = at % 3 === 0;
    const leaves = complains && at % 9 !== 0;
    const untilMs = leaves ? endMs - (20 + random.next(200)) * dayMs : endMs - random.next(9) * dayMs;
    for (let ms = endMs - (240 + random.next(60)) * dayMs; ms < untilMs; ms += (gap + random.next(9)) * dayMs) {
      const order = { order_id: `o${at}-${ms}`, total: 20 + random.next(200), channel: at % 2 ? 'web' : 'store' };
      events.push(track(userId, 'Order Completed', ms, order));
    }
    if (complains) events.push(track(userId, 'Complaint Filed', untilMs - 15 * dayMs, { reason: 'late' }));
  }
  return events;
}
