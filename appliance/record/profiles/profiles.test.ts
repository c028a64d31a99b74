import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../core/model/event.ts';
import { openTestStore } from '../../core/store/testing.ts';
import type { ProfilesParts } from './profiles.ts';
import { claimLimits } from './state/claims.ts';
import { rounds } from './testing.ts';
import { countOf, identify, isFault, personBy, recordCases, track, within } from './testing-cases.ts';
import { converges } from './testing-converge.ts';
import { actor, nowMs, type World } from './testing-world.ts';

recordCases('sqlite', openTestStore);

test('arrivals, merges, unmerges, restarts, kills and faults in any order show what the facts say', async () => {
  for (let round = 0; round < rounds(5); round += 1) await converges(await openTestStore(), 100 + round);
});

const check = (name: string, body: (world: World) => Promise<void>, limits: ProfilesParts['limits'] = {}) =>
  test(name, async () => within(await openTestStore(), body, limits));

check(
  'a full queue refuses at once, records nothing of the batch, and takes it later',
  async (world) => {
    const batch = (at: number): Event[] => Array.from({ length: 5 }, (_, one) => track(`u${at}`, `${one}`));
    const [first, second, third] = [batch(1), batch(2), batch(3)];
    const taken = [world.profiles.record(1, first), world.profiles.record(1, second)];
    await assert.rejects(world.profiles.record(1, third), isFault('too_busy'));
    await Promise.all(taken);
    assert.equal(await countOf(world, 'events'), 10);
    assert.ok((await world.profiles.record(1, third)).every((one) => one.outcome === 'recorded'));
    const large = Array.from({ length: 50 }, () => track('u4', 'large'));
    assert.equal((await world.profiles.record(1, large)).length, 50, 'a batch larger than the queue goes alone');
  },
  { waitingEvents: 10 },
);

check('stopping finishes what was accepted and takes no more', async (world) => {
  const accepted = Array.from({ length: 40 }, (_, at) => world.profiles.record(1, [track(`u${at}`, 'x')]));
  const closed = world.profiles.close();
  await assert.rejects(world.profiles.record(1, [track('late', 'x')]), isFault('stopping'));
  await closed;
  await Promise.all(accepted);
  assert.equal(await countOf(world, 'events'), 40);
  assert.equal(await countOf(world, 'states'), 40);
});

check(
  'states that wait to be written stay few, however many new customers come',
  async (world) => {
    for (let group = 0; group < 20; group += 1)
      await world.profiles.record(
        1,
        Array.from({ length: 40 }, (_, at) => track(`u${group}-${at}`, 'x')),
      );
    assert.ok((await countOf(world, 'states')) >= 800 - 50 - 2 * 40);
  },
  { dirtyStates: 50, statesPerWrite: 5, groupEvents: 40 },
);

check('placeholder ids join nobody, in identify and in alias', async (world) => {
  for (let at = 0; at < 8; at += 1) {
    await world.profiles.record(2, [identify(`c${at}`, { email: `c${at}@x.cn` })]);
    await world.profiles.record(1, [
      identify('undefined', { email: `c${at}@x.cn` }, { anonymousId: `visit ${at}` }),
      { ...track(`c${at}`, ''), kind: 'alias', previousId: 'null' },
      { ...track('null', 'lonely') },
    ]);
  }
  const persons = await Promise.all(Array.from({ length: 8 }, (_, at) => personBy(world, `c${at}@x.cn`)));
  assert.equal(new Set(persons).size, 8);
  assert.equal((await world.profiles.profile(persons[3]!)).records.length, 2, 'the visit and the customer it tells of');
  assert.equal(await countOf(world, 'decisions'), 0);
});

check('an alias joins two ids of a source, and said a hundred times it is one decision', async (world) => {
  const alias = (): Event => ({ ...track('new', ''), kind: 'alias', previousId: 'old' });
  await world.profiles.record(1, [identify('old', { email: 'old@x.cn' })]);
  await world.profiles.record(1, [identify('new', { phone: '13811112201' }), alias(), alias()]);
  for (let at = 0; at < 100; at += 1) await world.profiles.record(1, [alias()]);
  assert.equal(await personBy(world, 'old@x.cn'), await personBy(world, '13811112201'));
  assert.equal(await countOf(world, 'decisions'), 1);
  await world.profiles.unmerge(await personBy(world, 'old@x.cn'), actor);
  assert.notEqual(await personBy(world, 'old@x.cn'), await personBy(world, '13811112201'));
});

check('a value that joins nobody any more stays so when only some who hold it are looked at', async (world) => {
  const email = 'family@x.cn';
  await world.profiles.record(1, [identify('a', { email }), identify('b', { email }), identify('c', { email })]);
  await world.profiles.record(2, [identify('d', { email })]);
  // One batch touches a and d by other values; of the holders of the address only these two are in sight.
  await Promise.all([
    world.profiles.record(1, [identify('a', { phone: '13811112201' })]),
    world.profiles.record(2, [identify('d', { phone: '13811112202' })]),
  ]);
  assert.notEqual(await personBy(world, '13811112201'), await personBy(world, '13811112202'));
});

check('a name that comes late speaks against a join as if it had come in time', async (world) => {
  const email = 'shared@x.cn';
  const steps = [
    (at: string) => world.profiles.record(1, [identify(`a${at}`, { email: at + email, name: '王小明' })]),
    (at: string) => world.profiles.record(2, [identify(`b${at}`, { email: at + email })]),
    (at: string) => world.profiles.record(2, [identify(`b${at}`, { name: '李芳' })]),
  ] as const;
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    const at = order.join('');
    for (const step of order) await steps[step]!(at);
    assert.equal((await world.profiles.find({ identifier: at + email })).length, 2, at);
  }
});

check('people have the last word also when the clock is set back', async (world) => {
  await world.profiles.record(1, [identify('a', { email: 'a@x.cn' }), identify('b', { email: 'b@x.cn' })]);
  const ids = [await personBy(world, 'a@x.cn'), await personBy(world, 'b@x.cn')] as const;
  const together = async (): Promise<boolean> => (await personBy(world, 'a@x.cn')) === (await personBy(world, 'b@x.cn'));
  for (const back of [1, 2, 3]) {
    world.setClock(nowMs - back * 100_000);
    await world.profiles.merge(ids[0], ids[1], actor);
    assert.equal(await together(), true);
    world.setClock(nowMs - back * 100_000 - 50_000);
    await world.profiles.unmerge(ids[0], actor, [ids[1]]);
    assert.equal(await together(), false);
  }
});

check('a large batch resolves everyone in it, though together they have many neighbours', async (world) => {
  const people = Array.from({ length: 2500 }, (_, at) => at);
  await world.profiles.record(
    1,
    people.map((at) => identify(`a${at}`, { email: `p${at}@x.cn` })),
  );
  await world.profiles.record(
    2,
    people.map((at) => identify(`b${at}`, { email: `p${at}@x.cn` })),
  );
  const persons = await world.store.select('SELECT count(DISTINCT person_id) AS n FROM records');
  assert.equal(Number(persons[0]!.n), 2500);
});

check('records with very many identifiers are looked up in portions', async (world) => {
  const devices = (user: number, part: number): Event => {
    const externalIds = Array.from({ length: 32 }, (_, at) => ({ type: 'device_id', id: `d${user}-${part}-${at}` }));
    return identify(`u${user}`, { email: `u${user}@x.cn` }, { context: { externalIds } });
  };
  const events = [0, 1, 2, 3].flatMap((user) => Array.from({ length: 13 }, (_, part) => devices(user, part)));
  assert.equal((await world.profiles.record(1, events)).length, events.length);
  assert.equal((await world.profiles.profile(await personBy(world, 'u2@x.cn'))).identifiers.length, 13 * 32 + 2);
});

check('a chain of shared devices is one person, built link by link', async (world) => {
  const links = 45;
  for (let at = 0; at < links; at += 1) {
    const externalIds = [at, at + 1].map((id) => ({ type: 'cookie_id', id: `c${id}` }));
    await world.profiles.record(1, [
      { ...track('', 'x'), userId: undefined, anonymousId: `a${at}`, context: { externalIds } } as unknown as Event,
    ]);
  }
  const id = await personBy(world, 'c0');
  assert.equal((await world.profiles.profile(id)).records.length, links);
  const told: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await world.profiles.timeline(id, { limit: 7, ...(cursor !== undefined && { cursor }) });
    told.push(...page.events.map((event) => event.messageId));
    cursor = page.next;
  } while (cursor !== undefined);
  assert.equal(told.length, links);
  assert.equal(new Set(told).size, links, 'a page of many records at a time, each event once');
});

check('two thousand users of one address stay two thousand people, and each costs a few reads', async (world) => {
  const users = 2000;
  let asked = 0;
  for (let from = 0; from < users; from += 100) {
    const before = world.store.queries;
    await world.profiles.record(
      1,
      Array.from({ length: 100 }, (_, at) => identify(`u${from + at}`, { email: 'info@x.cn' })),
    );
    asked = world.store.queries - before;
    assert.ok(asked <= 400, `${asked} queries for 100 users`);
  }
  const persons = await world.store.select('SELECT count(DISTINCT person_id) AS n FROM records');
  assert.equal(Number(persons[0]!.n), users);
  assert.equal((await world.profiles.find({ identifier: 'info@x.cn' })).length, 10, 'an answer stays small');
});

check('one user id with identifiers without end: bounded, readable, no dearer with every one', async (world) => {
  const total = rounds(5_000);
  const perBatch = 500;
  for (let from = 0; from < total; from += perBatch) {
    const before = world.store.queries;
    const batch = Array.from({ length: perBatch }, (_, at) => identify('wild', { email: `e${from + at}@x.cn` }));
    assert.ok((await world.profiles.record(1, batch)).every((one) => one.outcome === 'recorded'));
    assert.ok(world.store.queries - before <= 2 * claimLimits.perRecord + 20);
  }
  const id = await personBy(world, 'e3@x.cn');
  const view = await world.profiles.profile(id);
  assert.equal(view.events.count, total);
  assert.equal(view.identifiers.length, claimLimits.perRecord);
  assert.equal((await world.profiles.timeline(id, {})).events.length, 50);
  await world.restart('kill');
  assert.deepEqual((await world.profiles.profile(id)).identifiers, view.identifiers);
});
