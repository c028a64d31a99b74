// The inbox by itself: one alarm for a cause while it is open, nothing lost or doubled by a kill at any write, what was settled elsewhere is settled
// here, and a line for each to a syslog server that comes and goes.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fault } from '../../core/errors.ts';
import { alarmKinds } from '../../core/model/alarm-kinds.ts';
import type { Principal } from '../../core/model/principal.ts';
import type { Store } from '../../core/store/store.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { mortal } from '../../core/vault/testing.ts';
import { type Alarm, Alarms, type AlarmsParts, alarmLimits, alarmMigrations, type Origin, type Raised } from './alarms.ts';

const officer: Principal = { actor: 'person 5', kind: 'person', id: 5, roles: ['compliance'] };
const glass = (number: number, actor = 'person 3'): Raised => ({
  kind: 'break_glass',
  number,
  severity: 'high',
  atMs: 1_000 + number,
  actor,
});
const fall = (number: number): Raised => ({
  kind: 'quality',
  number,
  severity: 'medium',
  atMs: 1_000 + number,
  source: 2,
  rule: 'r',
  reason: 'fell',
});

const stores: Store[] = [];
after(() => Promise.all(stores.map((store) => store.close())));
async function emptyStore(): Promise<Store> {
  const store = await openTestStore({ migrations: alarmMigrations });
  stores.push(store);
  return store;
}
let nowMs = 2_000_000;
function open(store: Store, tell?: AlarmsParts['tell']): Alarms {
  return new Alarms({
    store,
    ports: { clock: { nowMs: () => nowMs } },
    sealText: (_table, _column, _row, text) => Buffer.from(text),
    openText: (_table, _column, _row, sealed) => Buffer.from(sealed).toString(),
    hash: (cause) => Buffer.from(cause),
    sourceName: (source) => `source ${source}`,
    ...(tell && { tell }),
  });
}
const all = async (alarms: Alarms): Promise<Alarm[]> => (await alarms.list({ state: 'all' }, alarmKinds)).alarms;
const fault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code;

test('one alarm for a cause while it is open; after it is acknowledged the next fall is another', async () => {
  const alarms = open(await emptyStore());
  const told: string[] = [];
  alarms.subscribe(
    ({ id, state, times }) => told.push(`${id} ${state} ${times}`),
    () => told.push('ended'),
  );
  for (const raised of [glass(1), glass(1), fall(4), fall(4), glass(2)]) alarms.raise(raised);
  await alarms.settled();
  assert.equal((await all(alarms)).length, 3);
  alarms.end(fall(4), 5_000);
  alarms.raise(fall(6));
  await alarms.settled();
  const [, again] = await all(alarms);
  assert.deepEqual([again!.number, again!.times, again!.endedAtMs, again!.sourceName], [6, 2, undefined, 'source 2']);
  const seen = await alarms.acknowledge(again!.id, ' looked at ', officer, alarmKinds);
  assert.deepEqual(seen.acknowledgement, { by: 'person 5', atMs: nowMs, note: 'looked at' });
  alarms.raise(fall(6));
  alarms.raise(fall(9));
  await alarms.settled();
  assert.deepEqual(
    (await all(alarms)).map(({ number, state }) => `${number} ${state}`),
    ['9 open', '2 open', '6 acknowledged', '1 open'],
  );
  await alarms.close();
  assert.deepEqual(told.slice(-3), ['2 acknowledged 2', '4 open 1', 'ended']);
});

test('pages, and kinds that the caller may see', async () => {
  const alarms = open(await emptyStore());
  for (let number = 1; number <= 5; number += 1) alarms.raise(number === 3 ? fall(number) : glass(number));
  await alarms.settled();
  const first = await alarms.list({ limit: 2 }, ['break_glass']);
  assert.deepEqual([first.alarms.map(({ number }) => number), first.open], [[5, 4], 4]);
  const second = await alarms.list({ limit: 2, before: first.next! }, ['break_glass']);
  assert.deepEqual(
    second.alarms.map(({ number }) => number),
    [2, 1],
  );
  assert.deepEqual(await alarms.list({}, []), { alarms: [], open: 0 });
});

test('nobody acknowledges what they are about, twice, without a word, beyond their kinds, or as a program', async () => {
  const alarms = open(await emptyStore());
  alarms.raise(glass(1, 'person 5'));
  alarms.raise(glass(2));
  await alarms.settled();
  await assert.rejects(alarms.acknowledge(1, 'mine', officer, alarmKinds), fault('forbidden'));
  await assert.rejects(alarms.acknowledge(2, ' ', officer, alarmKinds), fault('bad_request'));
  await assert.rejects(alarms.acknowledge(2, 'x', officer, ['quality']), fault('forbidden'));
  await assert.rejects(alarms.acknowledge(2, 'x', { ...officer, kind: 'key', actor: 'key 1' }, alarmKinds), fault('forbidden'));
  await assert.rejects(alarms.acknowledge(99, 'x', officer, alarmKinds), fault('not_found'));
  await alarms.acknowledge(2, 'x', officer, alarmKinds);
  await assert.rejects(alarms.acknowledge(2, 'x', officer, alarmKinds), fault('conflict'));
  alarms.settle('break_glass', 1, 'person 6');
  await alarms.settled();
  assert.equal((await all(alarms))[1]!.acknowledgement?.by, 'person 6', 'reviewed by another where it came from');
});

test('a kill at any write, before or after it, loses no alarm and makes none twice', async () => {
  const origin: Origin = {
    kind: 'break_glass',
    standing: async () => [glass(1), glass(2)],
    unsettled: async (numbers) => new Set(numbers),
  };
  for (let writes = 1; writes < 4; writes += 1) {
    for (const when of ['before', 'after'] as const) {
      const store = await emptyStore();
      const doomed = open(mortal(store, writes, when, (words) => new Fault('store_unavailable', words)));
      doomed.raise(glass(1));
      doomed.raise(glass(2));
      await doomed.settled();
      await doomed.close();
      const next = open(store);
      next.begin([origin]);
      await next.settled();
      assert.deepEqual(
        (await all(next)).map(({ number, times }) => [number, times]),
        [
          [2, 1],
          [1, 1],
        ],
        `${writes} ${when}`,
      );
      await next.close();
    }
  }
});

test('what was settled while the node was down is settled at the start; a score that is well again still wants a look', async () => {
  const store = await emptyStore();
  const before = open(store);
  for (const raised of [glass(1), glass(2), fall(3)]) before.raise(raised);
  await before.settled();
  await before.close();
  const next = open(store);
  const origin = (kind: Origin['kind'], left: number[]): Origin => ({
    kind,
    standing: async () => [],
    unsettled: async () => new Set(left),
  });
  next.begin([origin('break_glass', [2]), origin('quality', [])]);
  await next.settled();
  const found = (await all(next)).map(({ number, state, endedAtMs, acknowledgement }) => [
    number,
    state,
    endedAtMs,
    acknowledgement?.by,
  ]);
  assert.deepEqual(found, [
    [3, 'open', nowMs, undefined],
    [2, 'open', undefined, undefined],
    [1, 'acknowledged', undefined, 'system'],
  ]);
});

test('beyond the most open ones doctor says so, and what waits comes in when there is room', async () => {
  const alarms = open(await emptyStore());
  const standing = Array.from({ length: alarmLimits.open + 2 }, (_, at) => glass(at + 1));
  alarms.begin([{ kind: 'break_glass', standing: async () => standing, unsettled: async (numbers) => new Set(numbers) }]);
  await alarms.settled();
  assert.deepEqual(
    (await alarms.check()).map(({ severity }) => severity),
    ['warning', 'error'],
  );
  const [newest] = await all(alarms);
  await alarms.acknowledge(newest!.id, 'x', officer, alarmKinds);
  await alarms.settled();
  assert.equal((await all(alarms))[0]!.number, alarmLimits.open + 1);
});

test('a line for each alarm, once, also when the server was away; none for what was acknowledged meanwhile', async () => {
  const store = await emptyStore();
  const lines: { severity: string; said: object }[] = [];
  let away = true;
  const tell: AlarmsParts['tell'] = {
    async send(line) {
      if (away) throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
      lines.push(line);
    },
    close: async () => undefined,
  };
  const first = open(store, tell);
  for (const raised of [glass(1), glass(2), fall(3)]) first.raise(raised);
  await first.settled();
  assert.match((await first.check()).map(({ message }) => message.en).join(), /3 open.*ECONNREFUSED/);
  await first.acknowledge(2, 'seen', officer, alarmKinds);
  await first.close();
  away = false;
  for (let round = 0; round < 2; round += 1) {
    const next = open(store, tell);
    next.begin([]);
    await next.settled();
    await next.close();
  }
  nowMs += 1;
  assert.deepEqual(
    lines.map(({ severity, said }) => [severity, said]),
    [
      ['alert', { alarm: 1, kind: 'break_glass', severity: 'high', number: 1 }],
      ['warning', { alarm: 3, kind: 'quality', severity: 'medium', number: 3, source: 2, rule: 'r' }],
    ],
  );
});
