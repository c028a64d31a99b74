// What every browser package is put through: everything it sends arrives once, also when the node is busy or the network hangs up.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Fault } from '../../../core/errors.ts';
import { type BrowserWait, browserProblem } from './browser-clients.ts';
import {
  assertDelivered,
  type Deliver,
  type MemoryTarget,
  type Mishap,
  openFaultyProxy,
  openMemoryTarget,
  waitFor,
} from './harness.ts';

const problem = browserProblem();
const arrivalLimitMs = 30_000;
export const rounds = 10;

export const until =
  (target: MemoryTarget): BrowserWait =>
  (count) =>
    waitFor(() => target.events.length >= count, arrivalLimitMs);

/** Declares a test that needs Chromium. Without one it says so loudly, and fails where CI is set: nothing is skipped in silence. */
export function browserTest(name: string, run: (t: TestContext) => Promise<void>): void {
  if (problem === undefined) {
    test(name, run);
    return;
  }
  process.stderr.write(`\n*** ${name}: ${problem} ***\n\n`);
  test(name, { skip: process.env.CI === 'true' ? false : problem }, () => assert.fail(problem));
}

export function testBrowserClient(name: string, by: (arrived: BrowserWait) => Deliver): void {
  browserTest(`${name} delivers everything once`, async (t) => {
    const target = await openMemoryTarget();
    t.after(() => target.close());
    const expected = await by(until(target))(target, rounds * 4);
    assert.ok(expected.length >= 200);
    assertDelivered(target.events, expected);
  });

  browserTest(`${name} delivers everything once to a node that is busy and over a network that hangs up`, async (t) => {
    const target = await openMemoryTarget((batch) =>
      batch < 3 ? new Fault('too_busy', undefined, { retryAfterS: 1 }) : undefined,
    );
    const plan: { [post: number]: Mishap } = { 4: 'answer lost after it was recorded', 5: 'lost before it arrives', 7: 503 };
    const proxy = await openFaultyProxy(target, (post) => plan[post] ?? 'none');
    t.after(async () => {
      await proxy.close();
      await target.close();
    });
    const expected = await by(until(target))(proxy, rounds);
    assertDelivered(target.events, expected);
    assert.equal(proxy.mishaps(), 3);
  });
}
