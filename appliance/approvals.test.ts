// Approvals against kills, faults and clocks: an act runs once, whatever happens between the steps.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Approval, Approvals, approvalLimits } from './core/access/approvals.ts';
import { BreakGlass, glassLimits } from './core/access/break-glass.ts';
import { Fault } from './core/errors.ts';
import type { Act, ActOrder } from './core/model/act.ts';
import type { Principal } from './core/model/principal.ts';
import { textSeal } from './core/vault/vault.ts';
import { openTestNode, type TestNode } from './testing.ts';

const first: Principal = { actor: 'person 1', kind: 'person', id: 1, roles: [] };
const second: Principal = { actor: 'person 2', kind: 'person', id: 2, roles: [] };

let node: TestNode;
let nowMs = 1_790_000_000_000;
const ran: { kind: string; payload: unknown; order: ActOrder }[] = [];
let failing: Error | undefined;

const act = (kind: string, more: Partial<Act<{ n: number }>> = {}): Act<{ n: number }> => ({
  kind,
  name: { en: kind, zh: kind },
  read: (payload) => payload as { n: number },
  describe: ({ n }) => ({ en: `number ${n}`, zh: `编号 ${n}` }),
  run: async (payload, order) => {
    if (failing) throw failing;
    ran.push({ kind, payload, order });
    return { counted: ran.length };
  },
  ...more,
});
const inTransaction = act('counted', {
  run: async (payload, order) => {
    ran.push({ kind: 'counted', payload, order });
    await node.app.node().store.transact([order.done({ settled: true })]);
    if (failing) throw failing;
    return undefined;
  },
});

/** As a process has it that has just started. */
function started(): Approvals {
  const { store, vault } = node.app.node();
  return new Approvals({
    store,
    ports: { clock: { nowMs: () => nowMs } },
    ...textSeal(vault),
    acts: new Map(
      [act('once'), act('again', { repeatable: true }), inTransaction].map((one) => [one.kind, one as unknown as Act<never>]),
    ),
    mayPropose: () => 'with another',
    mayApprove: () => true,
    note: async () => undefined,
  });
}
const setState = (id: number, state: string) =>
  node.app
    .node()
    .store.transact([{ op: 'run', sql: 'UPDATE approvals SET state = :state WHERE approval_id = :id', params: { state, id } }]);
const isFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

before(async () => {
  node = await openTestNode();
});
after(() => node.close());

async function proposed(kind: string): Promise<Approval> {
  ran.length = 0;
  failing = undefined;
  return started().propose(first, kind, { n: 7 }, 'because');
}

test('killed between approval and execution, it runs at the next start, once', async () => {
  const { id } = await proposed('once');
  await setState(id, 'approved');
  await started().open();
  await started().open();
  assert.deepEqual(
    ran.map(({ payload, order }) => [payload, order.approvalId, order.proposedBy]),
    [[{ n: 7 }, id, 'person 1']],
  );
  const now = await started().get(id);
  assert.deepEqual([now.state, now.result], ['done', { counted: 1 }]);
});

test('killed while it ran, it is not run again unless that is as good as once, and is told', async () => {
  const { id } = await proposed('once');
  await setState(id, 'running');
  const approvals = started();
  await approvals.open();
  assert.deepEqual(ran, []);
  assert.equal((await approvals.get(id)).state, 'interrupted');
  assert.match((await approvals.check())[0]!.message.en, /may have happened/);
  const again = await proposed('again');
  await setState(again.id, 'running');
  await started().open();
  assert.equal(ran.length, 1);
  assert.equal((await started().get(again.id)).state, 'done');
});

test('an act that settles in its own transaction is done with it, even where what follows fails', async () => {
  const { id } = await proposed('counted');
  failing = new Fault('store_unavailable');
  await assert.rejects(started().approve(second, id), isFault('store_unavailable'));
  await started().open();
  assert.equal(ran.length, 1);
  const now = await started().get(id);
  assert.deepEqual([now.state, now.result], ['done', { settled: true }]);
});

test('an act that fails is recorded as failed with its code, and not tried again', async () => {
  const { id } = await proposed('once');
  failing = new Fault('disk_full');
  const failed = await started().approve(second, id);
  assert.deepEqual([failed.state, failed.failure], ['failed', 'disk_full']);
  failing = undefined;
  await started().open();
  await assert.rejects(started().approve(second, id), isFault('conflict'));
  assert.deepEqual(ran, []);
});

test('nobody approves their own, a decision stands, and what nobody decided lapses', async () => {
  const { id } = await proposed('once');
  await assert.rejects(started().approve(first, id), isFault('forbidden'));
  assert.equal((await started().reject(second, id, 'no need')).remark, 'no need');
  await assert.rejects(started().approve(second, id), isFault('conflict'));
  const late = await proposed('once');
  nowMs += approvalLimits.lapseMs;
  await assert.rejects(started().approve(second, late.id), isFault('conflict'));
  assert.equal((await started().list({ state: 'lapsed' }))[0]?.id, late.id);
  assert.deepEqual(ran, []);
});

test('what somebody wrote is sealed on its way to the disk', async () => {
  await started().propose(first, 'once', { n: 1 }, 'needle-in-the-reason');
  const rows = await node.app.node().store.select('SELECT body FROM approvals');
  assert.ok(rows.length > 0);
  for (const { body } of rows) assert.ok(!Buffer.from(body as Uint8Array).includes('needle'));
});

test('a broken glass holds for its minutes, over a restart, and two of one person are told apart', async () => {
  const { store, vault } = node.app.node();
  const open = () => BreakGlass.open({ store, ports: { clock: { nowMs: () => nowMs } }, ...textSeal(vault) });
  const glass = await open();
  const short = await glass.begin(first, 'a', 5);
  const long = await glass.begin(first, 'b', 30);
  assert.equal(glass.isBroken('person 1'), true);
  assert.equal(glass.isBroken('person 2'), false);
  await glass.review('person 2', long.id, 'justified');
  assert.equal(glass.isBroken('person 1'), true, 'the other one still holds');
  nowMs += 5 * 60_000;
  assert.equal(glass.isBroken('person 1'), false);
  assert.equal((await open()).isBroken('person 1'), false);
  assert.deepEqual(
    (await glass.list({ open: true })).map(({ id }) => id),
    [short.id],
  );
  for (let at = 1; at < glassLimits.unreviewed; at += 1) await glass.begin(second, 'flood', 1);
  await assert.rejects(glass.begin(second, 'flood', 1), isFault('limit_reached'));
});
