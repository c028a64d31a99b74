// The pool: answers in their order, cancelling between steps and by force, threads that die replaced and told, faults with their codes.

import assert from 'node:assert/strict';
import { getPriority } from 'node:os';
import { after, test } from 'node:test';
import type { Fault } from '../errors.ts';
import { within } from '../telemetry/context.ts';
import { type Died, startPool, withPool } from './pool.ts';
import type * as tasks from './testing-tasks.ts';

const file = new URL('./testing-tasks.ts', import.meta.url);
const deaths: Died[] = [];
const pool = startPool<typeof tasks>(file, { threads: 2, onRestart: (died) => deaths.push(died) });
after(() => pool.close());
const counter = (value = 0) => new Int32Array(new SharedArrayBuffer(4)).fill(value);
const code = (wanted: string) => (error: Fault) => error.code === wanted;

test('stretches cover all numbers once, answer in their order and tell how far they are', async () => {
  for (const size of [undefined, 7, 100, 1000]) {
    const heard: number[] = [];
    const seen: number[] = [];
    const answers = await pool.stretches(
      'sum',
      100,
      (stretch) => {
        seen.push(stretch.to - stretch.from);
        return stretch;
      },
      { ...(size && { size }), onProgress: (done) => heard.push(done) },
    );
    assert.equal(
      answers.reduce((total, one) => total + one, 0),
      4950,
    );
    assert.deepEqual([heard.at(-1), seen.reduce((total, one) => total + one, 0)], [100, 100]);
    assert.ok(answers.every((one, at) => at === 0 || one >= answers[at - 1]! || size === 7));
  }
  assert.deepEqual(await pool.stretches('sum', 0, (stretch) => stretch), []);
});

test('a task knows the request that it works for, and one without knows none', async () => {
  const ids = ['a', 'b', 'c', 'd', undefined];
  const asked = ids.map((id) => within(id === undefined ? undefined : { requestId: id }, () => pool.run('requestId', undefined)));
  assert.deepEqual(await Promise.all(asked), ids);
});

test('what a task throws arrives: faults with their code, other errors by their class', async () => {
  await assert.rejects(pool.run('fail', 'fault'), { code: 'cannot_train', where: 'column "x"' });
  await assert.rejects(pool.run('fail', 'error'), { name: 'RangeError', message: 'rows: none' });
  await assert.rejects(
    pool.stretches('fail', 10, () => 'error' as const),
    RangeError,
  );
});

test('cancelling ends what looks at it and what waits, and by force what does neither', async () => {
  for (const begin of [
    (signal: AbortSignal) => pool.run('spin', { looks: true }, { signal }),
    (signal: AbortSignal) => pool.run('wait', undefined, { signal }),
    (signal: AbortSignal) => pool.run('spin', { looks: false }, { signal }),
    (signal: AbortSignal) => pool.together('spin', () => ({ looks: true }), { signal }),
  ]) {
    const controller = new AbortController();
    const running = begin(controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await assert.rejects(running, /enough/);
  }
  await assert.rejects(pool.run('sum', { from: 0, to: 1 }, { signal: AbortSignal.abort() }), { name: 'AbortError' });
  assert.equal(await pool.run('sum', { from: 0, to: 3 }), 3);
  assert.deepEqual(deaths.splice(0), []);
});

test('the work of a thread that dies is done once more by another, and it is told; a second death is a fault', async () => {
  const heard: unknown[] = [];
  const onMessage = (message: unknown) => heard.push(message);
  assert.equal(await pool.run('die', { lives: 1, count: counter() }, { onMessage }), 1);
  // What a thread told last before it died may go with it.
  assert.deepEqual(heard.slice(-1), ['life 2']);
  assert.ok(heard.length === 1 || heard[0] === 'life 1', String(heard));
  await assert.rejects(pool.run('die', { lives: 2, count: counter() }), code('worker_failed'));
  await assert.rejects(pool.run('die', { lives: 1, count: counter() }, { again: false }), code('worker_failed'));
  assert.deepEqual(
    deaths.splice(0).map(({ task }) => task),
    ['testing-tasks.ts: die', 'testing-tasks.ts: die'],
  );
});

test('a thread that is ended from outside or has no memory left is one that died', async () => {
  const count = counter(1);
  const running = pool.run('spin', { looks: true }, { signal: AbortSignal.timeout(2000) });
  setTimeout(() => pool.workers.forEach((worker) => void worker.terminate()), 300);
  await assert.rejects(running, { name: 'TimeoutError' });
  assert.equal(deaths.splice(0).length, 1);
  assert.equal(await pool.run('die', { lives: 1, count }), 1);
  await withPool<typeof tasks, void>(file, { threads: 1, heapMB: 32 }, async (small) => {
    await assert.rejects(small.run('hoard', undefined), code('worker_failed'));
    assert.equal(await small.run('sum', { from: 0, to: 3 }), 3);
  });
});

test('work that waits for a thread is done though the thread before it died', async () => {
  await withPool<typeof tasks, void>(file, { threads: 1 }, async (one) => {
    const dying = one.run('die', { lives: 1, count: counter() }, { again: false });
    const waiting = one.run('sum', { from: 0, to: 4 });
    await assert.rejects(dying, code('worker_failed'));
    assert.equal(await waiting, 6);
  });
});

test('work that threads share begins anew with a fresh order when one dies', async () => {
  const fatal = counter(1);
  let orders = 0;
  const { order, answers } = await pool.together('claim', () => {
    orders += 1;
    return { next: counter(), done: new Int32Array(new SharedArrayBuffer(400)), fatal };
  });
  assert.ok(order.done.every((times) => times === 1));
  assert.deepEqual([orders, answers.reduce((total, one) => total + one, 0), deaths.splice(0).length], [2, 100, 1]);
});

test('a closed pool refuses, and tells what ran', async () => {
  const closing = startPool<typeof tasks>(file, { threads: 1 });
  const running = closing.run('spin', { looks: false });
  setTimeout(() => closing.close(), 200);
  await assert.rejects(running, code('cancelled'));
  await assert.rejects(closing.run('sum', { from: 0, to: 1 }), code('cancelled'));
});

test('threads give way when they are told to', {
  skip: process.platform !== 'linux' && 'priorities of threads are Linux',
}, async () => {
  await withPool<typeof tasks, void>(file, { threads: 1, niceness: 3 }, async (polite) => {
    assert.equal(await polite.run('niceness', undefined), Math.min(19, getPriority() + 3));
  });
  assert.equal(await pool.run('niceness', undefined), getPriority());
});
