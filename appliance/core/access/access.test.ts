// Access on a store of its own: a process that dies before or after each of its writes, and the parts that need no node.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { blindIndex } from '../../../crypto/blind-index.ts';
import { argon2CostForTests, argon2Costs } from '../../../crypto/kdf.ts';
import { keyFrom } from '../../../crypto/keys.ts';
import { totpCode, totpStepAt } from '../../../crypto/totp.ts';
import { Fault } from '../errors.ts';
import { type Ports, systemPorts } from '../ports.ts';
import type { Change, Store } from '../store/store.ts';
import { openTestStore } from '../store/testing.ts';
import { Access, type AccessParts, accessMigrations } from './access.ts';
import { attemptLimits } from './attempts.ts';
import { Hashing, hashingLimits } from './hashing.ts';
import { checkPassword } from './password-rules.ts';
import { networkOf } from './sign-in.ts';

const key = keyFrom('index', new Uint8Array(32).fill(7));
const password = 'seven brown owls at dusk';
const client = { address: '192.0.2.1' };
class Killed extends Error {}

/** Sealing is the vault's and tested there; here text stands for it. */
function partsOn(store: Store, clock = { nowMs: 1_790_000_000_000 }): AccessParts & { clock: { nowMs: number } } {
  const ports: Ports = { ...systemPorts, clock: { nowMs: () => clock.nowMs } };
  return {
    store,
    ports,
    clock,
    sealText: (_table, _column, _row, text) => Buffer.from(text),
    openText: (_table, _column, _row, sealed) => Buffer.from(sealed).toString(),
    hash: (kind, value) => blindIndex(key, kind, value),
    passwordCost: argon2CostForTests,
  };
}

/** A store whose process dies at its `at`-th transaction: before it is on disk, or just after. */
function mortal(store: Store, at: number, when: 'before' | 'after'): Store {
  let calls = 0;
  return new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name !== 'transact') return typeof value === 'function' ? value.bind(target) : value;
      return async (changes: readonly Change[]) => {
        calls += 1;
        if (calls > at || (calls === at && when === 'before')) throw new Killed();
        await target.transact(changes);
        if (calls === at) throw new Killed();
      };
    },
  });
}

/** @returns what the work gave, or undefined where the process died in it */
async function untilKilled<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Killed) return undefined;
    throw error;
  }
}

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );

describe('a kill between two writes', () => {
  // Opening writes once (old counts are dropped); a try is counted in a write of its own, and taken back in another where a link is good.
  for (const when of ['before', 'after'] as const) {
    for (const at of [2, 3, 4]) {
      test(`a link is used wholly or not at all: dead ${when} write ${at}`, async (t) => {
        const store = await openTestStore({ migrations: accessMigrations });
        t.after(() => store.close());
        const parts = partsOn(store);
        const before = await Access.open(parts);
        const profile = { login: 'li.hua', name: '李华', roles: ['agent' as const], language: 'zh' as const };
        const { link, person } = await before.administration.invite(profile);
        const dying = await Access.open({ ...parts, store: mortal(store, at, when) });
        assert.equal(await untilKilled(dying.signIn.byLink(link.token, { password }, client)), undefined);
        const reopened = await Access.open(parts);
        const used = reopened.people.person(person.id).state === 'active';
        assert.equal(used, at === 4 && when === 'after');
        assert.equal(await codeOf(reopened.signIn.byLink(link.token, { password }, client)), used ? 'link_invalid' : 'done');
        assert.equal(await codeOf(reopened.signIn.byPassword('li.hua', password, client)), 'done');
      });
    }
    for (const at of [2, 3]) {
      test(`a code is used together with the session it opens: dead ${when} write ${at}`, async (t) => {
        const { parts, store, access, secret, id } = await withSecondFactor();
        t.after(() => store.close());
        const entered = await access.signIn.byPassword('li.hua', password, client);
        const code = totpCode(secret, totpStepAt(parts.clock.nowMs));
        const dying = await Access.open({ ...parts, store: mortal(store, at, when) });
        assert.equal(await untilKilled(dying.signIn.byProof(entered.token, { code }, client)), undefined);
        const reopened = await Access.open(parts);
        const full = reopened.sessions.of(id).filter(({ stage }) => stage === 'full').length;
        const used = at === 3 && when === 'after';
        assert.equal(full, used ? 2 : 1, 'beside the one that set it up');
        const again = await reopened.signIn.byPassword('li.hua', password, client);
        assert.equal(await codeOf(reopened.signIn.byProof(again.token, { code }, client)), used ? 'sign_in_failed' : 'done');
      });
    }

    test(`a change of the password ends the sessions or has not happened: dead ${when} it`, async (t) => {
      const store = await openTestStore({ migrations: accessMigrations });
      t.after(() => store.close());
      const parts = partsOn(store);
      const access = await Access.open(parts);
      const { session } = await first(access);
      const { token } = await access.signIn.byPassword('li.hua', password, client);
      const dying = await Access.open({ ...parts, store: mortal(store, 3, when) });
      const fresh = 'nine white cranes by the lake';
      assert.equal(await untilKilled(dying.own.changePassword(session, password, fresh)), undefined);
      const reopened = await Access.open(parts);
      const changed = when === 'after';
      assert.equal(reopened.sessions.find(token) === undefined, changed);
      assert.equal(await codeOf(reopened.signIn.byPassword('li.hua', password, client)), changed ? 'sign_in_failed' : 'done');
      assert.equal(await codeOf(reopened.signIn.byPassword('li.hua', fresh, client)), changed ? 'done' : 'sign_in_failed');
    });
  }

  test('a wrong try that a kill cut short was counted', async (t) => {
    const store = await openTestStore({ migrations: accessMigrations });
    t.after(() => store.close());
    const parts = partsOn(store);
    await first(await Access.open(parts));
    const free = attemptLimits.free.login;
    for (let guess = 0; guess < free; guess += 1) {
      const dying = await Access.open({ ...parts, store: mortal(store, 2, 'after') });
      assert.equal(await untilKilled(dying.signIn.byPassword('li.hua', `guess ${guess}`, client)), undefined);
    }
    assert.equal(await codeOf((await Access.open(parts)).signIn.byPassword('li.hua', password, client)), 'too_many_attempts');
  });

  test('a try that cannot be counted is not looked at', async (t) => {
    const store = await openTestStore({ migrations: accessMigrations });
    t.after(() => store.close());
    const parts = partsOn(store);
    await first(await Access.open(parts));
    let isFull = false;
    const filling = new Proxy(store, {
      get(target, name) {
        const value = Reflect.get(target, name, target);
        if (name === 'transact' && isFull) return async () => Promise.reject(new Fault('disk_full'));
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const access = await Access.open({ ...parts, store: filling });
    isFull = true;
    assert.equal(await codeOf(access.signIn.byPassword('li.hua', password, client)), 'disk_full');
    isFull = false;
    assert.equal(await codeOf(access.signIn.byPassword('li.hua', password, client)), 'done');
  });
});

/** The first administrator, in their first session. */
async function first(access: Access) {
  const { token } = await access.administration.firstLink();
  return access.signIn.byLink(token, { password, profile: { login: 'li.hua', name: '李华' } }, client);
}

async function withSecondFactor() {
  const store = await openTestStore({ migrations: accessMigrations });
  const parts = partsOn(store);
  const access = await Access.open(parts);
  const { session, person } = await first(access);
  await access.own.offerTotp(session);
  const secret = Buffer.from(access.people.credentials(person.id).offered!.secret, 'hex');
  await access.own.confirmTotp(session, totpCode(secret, totpStepAt(parts.clock.nowMs)));
  parts.clock.nowMs += 60_000;
  return { store, parts, access, secret, id: person.id };
}

test('whoever watches a session is told once when it ends, however it ends', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  const parts = partsOn(store);
  const access = await Access.open(parts);
  const { person } = await first(access);
  const told: string[] = [];
  const begin = async (name: string) => {
    const { session } = await access.signIn.byPassword('li.hua', password, client);
    return { session, stop: access.sessions.watch(session, () => told.push(name)) };
  };
  const { session } = await begin('signed out');
  await access.own.stepUp(session, { password });
  assert.deepEqual(told, [], 'a new token is the same session');
  await access.own.signOut(session, false);
  const stopped = await begin('stopped watching');
  stopped.stop();
  await access.own.signOut(stopped.session, false);
  await begin('run out');
  parts.clock.nowMs += 30 * 60_000;
  access.sessions.tellEnded();
  await begin('other roles');
  await access.administration.setRoles(person.id, ['agent'], 0);
  await begin('disabled');
  await access.administration.setDisabled(person.id, true, 0);
  access.sessions.tellEnded();
  assert.deepEqual(told, ['signed out', 'run out', 'other roles', 'disabled']);
});

test('a password of an older cost is hashed anew when it is next at hand', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  const parts = partsOn(store);
  const { person } = await first(await Access.open(parts));
  const dearer = { passes: 2, memoryBytes: 16 * 1024 };
  const access = await Access.open({ ...parts, passwordCost: dearer });
  await access.signIn.byPassword('li.hua', password, client);
  assert.match(access.people.credentials(person.id).password ?? '', /m=16,t=2,/);
  assert.equal(await codeOf(access.signIn.byPassword('li.hua', password, client)), 'done');
  assert.ok(argon2Costs.standard.memoryBytes > dearer.memoryBytes);
});

test('the last administrator stays, nobody changes themselves, and the operator may do both', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  const access = await Access.open(partsOn(store));
  const { person } = await first(access);
  const { administration } = access;
  const other = await administration.invite({ login: 'wang.min', name: '王敏', roles: ['administrator'], language: 'zh' });
  assert.equal(await codeOf(administration.setRoles(person.id, ['agent'], person.id)), 'conflict');
  assert.equal(await codeOf(administration.setDisabled(person.id, true, person.id)), 'conflict');
  assert.equal(
    await codeOf(administration.setRoles(person.id, ['agent'], other.person.id)),
    'conflict',
    'the last who can sign in',
  );
  assert.equal(await codeOf(administration.setDisabled(person.id, true, 0)), 'done');
  assert.equal(await codeOf(administration.invite({ login: 'ＷＡＮＧ.min ', name: 'W', roles: [], language: 'en' })), 'conflict');
  for (const login of ['', ' ', 'a', 'two words', 'semi;colon', 'x'.repeat(101), 'a\u0000b'])
    assert.equal(await codeOf(administration.invite({ login, name: 'W', roles: [], language: 'en' })), 'bad_request', login);
});

test('a login that nobody has is as much work as one that somebody has: it takes a place among those that are hashed', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  const access = await Access.open({ ...partsOn(store), passwordCost: argon2Costs.standard });
  const room = hashingLimits.running + hashingLimits.waiting;
  const tries = Array.from({ length: room + 1 }, (_, at) =>
    codeOf(access.signIn.byPassword(`nobody.${at}`, 'not the right one', { address: `192.0.2.${at}` })),
  );
  const outcomes = await Promise.all(tries);
  assert.deepEqual(new Set(outcomes), new Set(['sign_in_failed', 'too_busy']));
});

test('a write whose answer was lost is found out, in both directions', async (t) => {
  const store = await openTestStore({ migrations: accessMigrations });
  t.after(() => store.close());
  let lost: 'no' | 'applied' | 'not applied' = 'no';
  const losing = new Proxy(store, {
    get(target, name) {
      const value = Reflect.get(target, name, target);
      if (name !== 'transact') return typeof value === 'function' ? value.bind(target) : value;
      return async (changes: readonly Change[]) => {
        if (lost !== 'not applied') await target.transact(changes);
        if (lost !== 'no') throw new Fault('store_unavailable');
      };
    },
  });
  const access = await Access.open({ ...partsOn(store), store: losing });
  const { session, token } = await first(access);
  lost = 'not applied';
  assert.equal(await codeOf(access.own.signOut(session, false)), 'store_unavailable');
  lost = 'no';
  await access.close();
  assert.ok(access.sessions.find(token), 'signing out has not happened, and was not said to have');
  lost = 'applied';
  assert.equal(await codeOf(access.own.signOut(session, false)), 'store_unavailable');
  lost = 'no';
  await access.close();
  assert.equal(access.sessions.find(token), undefined, 'it has happened, and holds');
});

test('passwords are hashed a few at a time, in turn, and the rest is refused', async () => {
  const hashing = new Hashing(systemPorts.random, argon2CostForTests);
  const room = hashingLimits.running + hashingLimits.waiting;
  const outcomes = await Promise.all(Array.from({ length: room + 5 }, () => codeOf(hashing.hash(password))));
  assert.equal(outcomes.filter((outcome) => outcome === 'done').length, room);
  assert.equal(outcomes.filter((outcome) => outcome === 'too_busy').length, 5);
  assert.equal(await codeOf(hashing.hash(password)), 'done', 'the places are given back');
  const own = await hashing.hash('no password');
  // Some signs become eighteen when they are normalised.
  for (const odd of ['', '\ufdfa'.repeat(512)]) assert.equal(await hashing.verify(odd, own), false);
  assert.equal(await hashing.verify(password, undefined), false);
  assert.equal(await hashing.verify(password, await hashing.hash(password)), true);
});

test('random passwords are taken, and whatever is made of common words, names and runs is refused', () => {
  const names = ['li.hua', '李小华', 'li.hua@bank.example'];
  const sign = fc.constantFrom(...'abcdefghijkmnpqrstuvwxyz23456789 -');
  fc.assert(
    fc.property(fc.array(sign, { minLength: 20, maxLength: 128 }), (signs) => {
      fc.pre(new Set(signs).size > 10);
      checkPassword(signs.join(''), names);
    }),
    { numRuns: 500 },
  );
  const common = fc.constantFrom(
    'password',
    'qwerty',
    'li.hua',
    '李小华',
    '1234567',
    'aaaaaaa',
    'iloveyou',
    'Holdfast',
    'ADMIN',
    '密码',
  );
  fc.assert(
    fc.property(fc.array(common, { minLength: 3, maxLength: 6 }), (words) => {
      const text = words.join('').padEnd(15, '9');
      assert.throws(
        () => checkPassword(text, names),
        (error) => error instanceof Fault && error.code === 'weak_password',
        text,
      );
    }),
  );
});

test('addresses are counted by network: an IPv4 address, or the first half of an IPv6 one', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ] as const)
    assert.equal(networkOf(address), network, address);
});
