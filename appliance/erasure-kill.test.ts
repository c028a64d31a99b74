// An erasure that is cut short at each of its writes, before and after it: the next start finishes it, with a receipt, and nothing of the
// customer is left in any table.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keyFrom } from '../crypto/keys.ts';
import { verifyLog } from './core/audit/audit.ts';
import { defaultConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { Event } from './core/model/event.ts';
import { systemPorts } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import { openTestStore } from './core/store/testing.ts';
import { mortal } from './core/vault/testing.ts';
import { migrations, type OpenNode, openNode } from './node.ts';
import { verifyReceipt } from './oversee/subjects/subjects.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-erasure-'));
const stores: Store[] = [];
after(async () => {
  await Promise.all(stores.map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function emptyStore(): Promise<Store> {
  const store = await openTestStore();
  stores.push(store);
  await store.migrate(migrations);
  return store;
}

const open = (store: Store, erasureLog: string): Promise<OpenNode> =>
  openNode({ store, root: keyFrom('root', new Uint8Array(32).fill(9)), ports: systemPorts, config: defaultConfig, erasureLog });

let messages = 0;
const atMs = systemPorts.clock.nowMs();
const said = (userId: string, given: Partial<Event>): Event => {
  messages += 1;
  return { kind: 'identify', userId, messageId: `m${messages}`, occurredAtMs: atMs, receivedAtMs: atMs, ...given };
};

/** Three records of one person, joined by a phone and by hand, and two others who have to do with them. */
async function fill(node: OpenNode): Promise<{ person: number; others: number[] }> {
  const { id } = (await node.sources.add({ name: 'shop', kind: 'server' })).source;
  await node.recordBatch(id, [
    said('a', { traits: { phone: '+8613811112201', unionId: 'oU1', name: '王小明' } }),
    said('b', { traits: { phone: '+8613811112201', unionId: 'oU1' } }),
    said('c', { traits: { email: 'c@x.cn' } }),
    said('d', { traits: { email: 'd@x.cn' } }),
    said('a', { kind: 'track', name: 'Order Completed', properties: { order_id: 'o1', total: 3 } }),
  ]);
  const find = async (identifier: string) => (await node.profiles.find({ identifier }))[0]!;
  const [a, c, d] = [await find('+8613811112201'), await find('c@x.cn'), await find('d@x.cn')];
  await node.profiles.merge(a, c, { actor: 'test' });
  await node.consent.tell(a, { purpose: 'marketing', status: 'given' }, { actor: 'test' });
  const person = await find('c@x.cn');
  await node.audit.append({ actor: 'test', action: 'profile.read', outcome: 'allowed', subject: person, fields: ['phone'] });
  return { person, others: [d] };
}

const tables = [
  'records',
  'record_keys',
  'audit_keys',
  'log_keys',
  'states',
  'consents',
  'events',
  'timeline',
  'identifiers',
  'decision_records',
];

test('killed before and after each write: the next start finishes', async () => {
  for (const when of ['before', 'after'] as const) {
    for (let at = 1; ; at += 1) {
      const store = await emptyStore();
      const log = join(folder, `${when}-${at}.log`);
      const first = await open(store, log);
      const { person, others } = await fill(first);
      const records = await first.profiles.recordsOf(person);
      assert.ok(records.length >= 3);
      await first.close();

      const dying = mortal(store, at, when, (words) => new Fault('store_unavailable', words));
      const killed = await open(dying, log).then(
        async (node) =>
          node.subjects.eraseSubject(person, { actor: 'test', reason: 'request' }).then(
            () => false,
            (error: unknown) => {
              if (!(error instanceof Fault)) throw error;
              return true;
            },
          ),
        (error: unknown) => {
          if (!(error instanceof Fault)) throw error;
          return true;
        },
      );

      const next = await open(store, log);
      const { erasures } = await next.subjects.erasures.list();
      const where = `${when} write ${at}`;
      if (erasures.length === 0) {
        // Nothing was promised yet.
        assert.equal((await next.profiles.recordsOf(person)).length, records.length, where);
      } else {
        assert.equal(erasures[0]!.state, 'done', where);
        for (const table of tables) {
          const [row] = await store.select(`SELECT count(*) AS n FROM ${table} WHERE record_id IN (:records)`, { records });
          assert.equal(Number(row!.n), 0, `${table}, ${where}`);
        }
        const { publicKey } = await next.audit.head();
        const verdict = verifyReceipt(
          JSON.parse(JSON.stringify(await next.subjects.erasures.receipt(erasures[0]!.erasure))),
          publicKey,
        );
        assert.equal(verdict.flaw, undefined, where);
        assert.equal(
          readFileSync(log, 'utf8')
            .split('\n')
            .filter((line) => line !== '').length,
          1,
          where,
        );
      }
      assert.deepEqual(await next.profiles.recordsOf(others[0]!), others, where);
      assert.equal((await verifyLog(next.audit.items())).flaw, undefined, where);
      await next.close();
      if (!killed) break;
      assert.ok(at < 60, 'an erasure is a handful of writes');
    }
  }
});

test('erasures that wait together leave the disk together; one by itself does not wait for others', async () => {
  const store = await emptyStore();
  let emptied = 0;
  const counting = new Proxy(store, {
    get(target, name) {
      if (name === 'emptyLog') emptied += 1;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const node = await open(counting, join(folder, 'together.log'));
  const { id } = (await node.sources.add({ name: 'shop', kind: 'server' })).source;
  const users = Array.from({ length: 9 }, (_, at) => `together-${at}`);
  await node.recordBatch(
    id,
    users.map((user) => said(user, { traits: { email: `${user}@x.cn` } })),
  );
  const persons = await Promise.all(users.map(async (user) => (await node.profiles.personOf(id, true, user))!));
  const erase = (person: number) => node.subjects.eraseSubject(person, { actor: 'test', reason: 'request' });
  assert.deepEqual((await erase(persons[0]!)).leftovers, []);
  assert.equal(emptied, 1);
  const views = await Promise.all(persons.slice(1).map(erase));
  assert.deepEqual([...new Set(views.map(({ state }) => state))], ['done']);
  assert.equal(emptied, 2);
  for (const { erasure } of views) {
    const receipt = await node.subjects.erasures.receipt(erasure);
    assert.deepEqual(receipt.leftovers, []);
    assert.equal(receipt.records, 1);
  }
  await node.close();
});

test('a list cut short by a crash is mended, and lines that the node did not sign are told and not followed', async () => {
  const store = await emptyStore();
  const log = join(folder, 'mended.log');
  const node = await open(store, log);
  const { person } = await fill(node);
  await node.subjects.eraseSubject(person, { actor: 'test', reason: 'request' });
  await node.close();
  const whole = readFileSync(log, 'utf8');
  const forged = whole.trim().replace(/"record":\d+/, '"record":999');
  writeFileSync(log, `${forged}\nno line at all\n${whole.trim().slice(0, 50)}`);
  const next = await open(store, log);
  const content = readFileSync(log, 'utf8');
  assert.ok(content.endsWith(`\n${whole.trim()}\n`), 'the line is there again, after what a crash left');
  const findings = await next.subjects.check();
  assert.equal(findings[0]?.severity, 'error');
  assert.match(findings[0]!.message.en, /^2 lines/);
  await next.close();
});
