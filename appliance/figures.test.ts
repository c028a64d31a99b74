// Figures by hour: what an hour keeps of its measurements, over restarts, by steps, and what is forgotten.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Clock } from './core/ports.ts';
import { Figures, figureLimits, hourMs, type Measured, type Series } from './oversee/figures/figures.ts';
import { openTestNode } from './testing.ts';

// Later than the node's own figures, which are of the real clock.
const start = Date.UTC(2031, 10, 1);

async function world(t: TestContext) {
  const node = await openTestNode();
  t.after(() => node.close());
  const { store } = node.app.node();
  const clock: Clock & { at: number } = { at: start, nowMs: () => clock.at };
  let measured: Measured = {};
  const faults: unknown[] = [];
  const open = async () => {
    const figures = await Figures.open({ store, clock, measure: () => measured, failed: (error) => faults.push(error) });
    t.after(() => figures.close());
    return figures;
  };
  const at = async (figures: Figures, atMs: number, next: Measured) => {
    clock.at = atMs;
    measured = next;
    await figures.measure();
  };
  return { node, clock, faults, open, at };
}

const pointsOf = (all: readonly Series[], name: string) =>
  all.find((one) => one.name === name)?.points.map(({ atMs, value }) => [(atMs - start) / hourMs, value]);

test('an hour keeps the last of what is there and the worst of what hurts, and goes on after a restart', async (t) => {
  const { open, at } = await world(t);
  const first = await open();
  await at(first, start + 60_000, { segments: 3, memoryMb: 200, events: 10 });
  await at(first, start + 120_000, { segments: 2, memoryMb: 300, events: 15 });
  await first.close();
  const second = await open();
  await at(second, start + 180_000, { segments: 4, memoryMb: 250, events: 20 });
  await at(second, start + hourMs, { segments: 5, memoryMb: 100, events: 20 });
  const all = await second.read(start, hourMs);
  assert.deepEqual(pointsOf(all, 'segments'), [
    [0, 4],
    [1, 5],
  ]);
  assert.deepEqual(pointsOf(all, 'memoryMb'), [
    [0, 300],
    [1, 100],
  ]);
  assert.deepEqual(pointsOf(all, 'events'), [
    [0, 20],
    [1, 20],
  ]);
});

test('days are made of hours, and what is older than asked for stays out', async (t) => {
  const { open, at } = await world(t);
  const figures = await open();
  for (const [hours, segments, memoryMb] of [
    [1, 1, 900],
    [23, 2, 100],
    [25, 3, 100],
  ] as const)
    await at(figures, start + hours * hourMs, { segments, memoryMb });
  const days = await figures.read(start, 24 * hourMs);
  assert.deepEqual(pointsOf(days, 'segments'), [
    [0, 2],
    [24, 3],
  ]);
  assert.deepEqual(pointsOf(days, 'memoryMb'), [
    [0, 900],
    [24, 100],
  ]);
  assert.deepEqual(pointsOf(await figures.read(start + 20 * hourMs, hourMs), 'segments'), [
    [23, 2],
    [25, 3],
  ]);
});

test('what the store holds is counted, and what is too old is forgotten', async (t) => {
  const { node, open, at } = await world(t);
  await node.send([
    { type: 'identify', userId: 'u1', messageId: 'm1', traits: { phone: '+8613907312846' } },
    { type: 'identify', userId: 'u2', messageId: 'm2', traits: { phone: '+8613907312847' } },
    { type: 'identify', userId: 'u3', messageId: 'm3', traits: { phone: '+8613907312848' } },
  ]);
  const [one, other] = await Promise.all(['+8613907312846', '+8613907312847'].map((phone) => node.find(phone)));
  const merged = await node.ask('POST', '/api/identity/merge', { left: one![0]!.id, right: other![0]!.id });
  assert.equal(merged.status, 200, JSON.stringify(merged.body));
  const figures = await open();
  await at(figures, start, {});
  const counted = await figures.read(start, hourMs);
  assert.deepEqual(pointsOf(counted, 'records'), [[0, 3]]);
  assert.deepEqual(pointsOf(counted, 'customers'), [[0, 2]]);
  await at(figures, start + figureLimits.keptMs + 2 * hourMs, { segments: 1 });
  assert.deepEqual(pointsOf(await figures.read(0, hourMs), 'records'), [[figureLimits.keptMs / hourMs + 2, 3]]);
});

test('a measurement that fails is told and ends nothing', async (t) => {
  const { node, clock, faults } = await world(t);
  const figures = await Figures.open({
    store: node.app.node().store,
    clock,
    measure: () => {
      throw new TypeError('planted');
    },
    failed: (error) => faults.push(error),
  });
  figures.begin();
  await figures.close();
  assert.equal((faults[0] as Error).message, 'planted');
});

test('over the API: figures, what the node is, and its log, which names nobody', async (t) => {
  const { node } = await world(t);
  const since = Date.now() - hourMs;
  const { status, body } = await node.ask<{ stepMs: number; figures: Series[] }>('GET', `/api/figures?since=${since}`);
  assert.equal(status, 200);
  assert.equal(body.stepMs, hourMs);
  assert.equal((await node.ask('GET', '/api/figures?since=0')).status, 400);
  assert.equal((await node.ask('GET', '/api/figures?since=0&step=minute')).status, 400);
  const about = await node.ask<{ store: string; signIn: object }>('GET', '/api/about');
  assert.equal(about.body.store, 'sqlite');
  assert.deepEqual(about.body.signIn, {
    ...{ openId: false, passkeys: false, directory: false, groups: [] },
    secondFactorRoles: ['administrator', 'compliance'],
  });
  node.app.http.log.error({ code: 'planted' }, 'a planted line');
  node.app.http.log.warn({ code: 'other' }, 'another line');
  type Lines = { lines: { seq: number; level: string; message: string; about: { code?: string } }[] };
  const all = (await node.ask<Lines>('GET', '/api/logs')).body.lines;
  assert.deepEqual(
    all.slice(0, 2).map(({ level, message, about }) => [level, message, about.code]),
    [
      ['warn', 'another line', 'other'],
      ['error', 'a planted line', 'planted'],
    ],
  );
  const errors = (await node.ask<Lines>('GET', '/api/logs?level=error')).body.lines;
  assert.ok(errors.every(({ level }) => level === 'error' || level === 'fatal'));
  assert.deepEqual((await node.ask<Lines>('GET', `/api/logs?after=${all[0]!.seq}`)).body.lines, []);
});
