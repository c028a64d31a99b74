// The gate when writes fail: its columns hold what is on disk and nothing else, whichever write of several under way failed, and whether
// or not it was applied before it did.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from './core/errors.ts';
import type { Event } from './core/model/event.ts';
import { openTestStore } from './core/store/testing.ts';
import { Consent } from './record/consent/consent.ts';
import { columnsOf } from './record/consent/judge.ts';
import { anyFact, seeded, tables } from './record/consent/testing.ts';
import { actor, declaration, nowMs, openWorld, sources, type World } from './record/profiles/testing-world.ts';

const rounds = process.env.HOLDFAST_LONG === '1' ? 40 : 6;
const names = { given: 'Consent Given', denied: 'Consent Denied', withdrawn: 'Consent Withdrawn', expired: 'Consent Expired' };
const limits = { groupEvents: 3, statesPerWrite: 2, dirtyStates: 3, cachedRecords: 4 };

async function compare(world: World, consent: Consent, hint: string): Promise<void> {
  await consent.ready();
  const persons: number[] = [];
  for await (const { personId } of world.profiles.persons()) persons.push(personId);
  for (const purpose of consent.table.purposes.values()) {
    for (const channel of columnsOf(purpose)) {
      const set = await consent.mayUseAll(purpose.purpose, channel, nowMs);
      assert.equal(set.subjects, persons.length, hint);
      const { allowedCount, subjects } = set;
      assert.deepEqual(await consent.countAll(purpose.purpose, channel, nowMs), { allowedCount, subjects }, hint);
      for (const person of persons) {
        const single = await consent.mayUse(person, purpose.purpose, channel, nowMs);
        assert.equal(
          set.allowed[person] === 1,
          single.allowed,
          `${hint}: p${person} ${purpose.purpose} ${channel} ${single.rule}`,
        );
      }
    }
  }
}

test('after failed writes, kills and decisions both forms agree', async () => {
  for (let round = 0; round < rounds; round += 1) {
    const random = seeded(round);
    const table = tables[round % tables.length]!;
    const consent = new Consent(table, { nowMs: () => nowMs });
    const world = await openWorld(await openTestStore(), limits, declaration, consent.watcher);
    const begin = () =>
      consent.begin({
        recordsOf: (id) => world.profiles.consentsOf(id),
        pages: (visit) => world.profiles.consentPages(visit),
        tellByHand: (id, name, properties, by) => world.profiles.tellByHand(id, name, properties, by),
        sourceName: sources.nameOf,
        signReceipt: () => assert.fail('no receipt is asked for'),
      });
    begin();
    let message = 0;
    const anyEvent = (source: number): Event => {
      message += 1;
      const userId = `u${random(6)}`;
      const common = { messageId: `m${message}`, userId, receivedAtMs: nowMs };
      if (random(4) === 0) return { ...common, kind: 'identify', traits: { email: `e${random(8)}@x.cn` }, occurredAtMs: nowMs };
      const { status, atMs, by: _by, expiresAtMs, ...rest } = anyFact(random, source, message);
      const properties = { ...rest, ...(expiresAtMs !== undefined && { expiresAt: expiresAtMs }) };
      return { ...common, kind: 'track', name: names[status], properties, occurredAtMs: atMs };
    };
    try {
      for (let step = 0; step < 6; step += 1) {
        if (random(2) === 0)
          world.store.failures.push({ skip: random(4), when: random(2) === 0 ? 'before' : 'after', code: 'disk_full' });
        const batches = Array.from({ length: 6 }, () => {
          const source = 1 + random(2);
          return world.profiles.record(
            source,
            Array.from({ length: 2 }, () => anyEvent(source)),
          );
        });
        for (const result of await Promise.allSettled(batches))
          if (result.status === 'rejected') assert.ok(result.reason instanceof Fault, String(result.reason));
        const merged = world.profiles.merge(1 + random(8), 1 + random(8), actor);
        await merged.catch((fault: unknown) => assert.ok(fault instanceof Fault, String(fault)));
        world.store.failures = [];
        await compare(world, consent, `seed ${round}, step ${step}`);
      }
    } finally {
      await consent.stop();
      await world.end();
    }
  }
});

test('while the store is away at the start the set form waits, and a node that closes tells who waits', async () => {
  const consent = new Consent(tables[0]!, { nowMs: () => nowMs });
  const world = await openWorld(await openTestStore(), {}, declaration, consent.watcher);
  world.store.down = true;
  consent.begin({
    recordsOf: (id) => world.profiles.consentsOf(id),
    pages: (visit) => world.profiles.consentPages(visit),
    tellByHand: () => Promise.reject(new Fault('sealed')),
    sourceName: sources.nameOf,
    signReceipt: () => assert.fail('no receipt is asked for'),
  });
  const waiting = consent.mayUseAll('books', '*', nowMs);
  const told = assert.rejects(waiting, (fault) => fault instanceof Fault && fault.code === 'stopping');
  await consent.stop();
  await told;
  world.store.down = false;
  await world.end();
});
