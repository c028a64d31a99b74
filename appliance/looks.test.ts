// What people look at beside single profiles, on a whole node: previews come to what the decision then does and write nothing, the list of who was heard of
// last names everybody once, and what is taken back waits in the queue again.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Quality } from './record/profiles/identity/quality.ts';
import type { ProfileView } from './record/profiles/profiles.ts';
import { openTestNode, type TestNode } from './testing.ts';

type Previewed = { before: ProfileView[]; after: ProfileView[]; conflicts: { field: string }[]; recordCount: number };
type Listed = { profiles: ProfileView[]; next?: number; read: number };

let node: TestNode;
before(async () => {
  node = await openTestNode();
});
after(() => node?.close());

const identify = (userId: string, traits: object, messageId = `${userId} ${Object.keys(traits).length}`) => ({
  ...{ type: 'identify', userId, messageId, traits },
});
const idOf = async (identifier: string) => (await node.find(identifier))[0]!.id;
const preview = async (wish: object) => (await node.ask<Previewed>('POST', '/api/identity/preview', wish)).body;
/** What says which records are whose and what they show: not what follows later, as scores do. */
const told = (profiles: readonly ProfileView[]) =>
  profiles.map(({ id, records, traits, identifiers, totals }) => ({ id, records, traits, identifiers, totals }));

describe('a preview', () => {
  test('shows what merging then does, says what differs, and writes nothing', async () => {
    await node.send([
      identify('a1', { name: 'Ann Lee', phone: '+8613900000001', city: '上海' }),
      identify('a2', { name: 'Anne Lee', phone: '+8613900000002', email: 'anne@example.com' }),
    ]);
    const [left, right] = [await idOf('+8613900000001'), await idOf('anne@example.com')];
    const seen = await preview({ act: 'merge', left, right });
    assert.deepEqual(
      told(seen.before)
        .map(({ id }) => id)
        .sort(),
      [left, right].sort(),
    );
    assert.equal(seen.after.length, 1);
    assert.deepEqual(seen.conflicts.map(({ field }) => field).sort(), ['name', 'phone']);
    assert.equal(seen.recordCount, 2);
    // Nothing was decided by looking.
    assert.notEqual(await idOf('+8613900000001'), await idOf('anne@example.com'));
    const explained = await node.ask<{ decisions: object[] }>('GET', `/api/profiles/${left}/identity`);
    assert.deepEqual(explained.body.decisions, []);
    const { body: merged } = await node.ask<{ decisionId: number }>('POST', '/api/identity/merge', { left, right });
    const now = (await node.ask<ProfileView>('GET', `/api/profiles/${left}`)).body;
    assert.deepEqual(told(seen.after), told([now]));
    const back = await preview({ act: 'retract', decisionId: merged.decisionId });
    assert.deepEqual(told(back.after), told(seen.before));
    assert.equal((await node.ask('POST', '/api/identity/preview', { act: 'merge', left, right })).status, 409);
    const split = await preview({ act: 'unmerge', person: left, records: [now.records[0]!.recordId] });
    assert.equal(split.after.length, 2);
    assert.equal(await idOf('anne@example.com'), left);
    await node.ask('POST', `/api/identity/decisions/${merged.decisionId}/retract`, {});
  });

  test('refuses a wish without its parts, and what is not there', async () => {
    const status = async (wish: object) => (await node.ask('POST', '/api/identity/preview', wish)).status;
    assert.equal(await status({ act: 'retract' }), 400);
    assert.equal(await status({ act: 'merge', left: 'p999999', right: 'p999998' }), 404);
    assert.equal(await status({ act: 'retract', decisionId: 99_999 }), 404);
    assert.equal(await status({ act: 'divorce' }), 400);
  });
});

test('a decision of the queue that is taken back puts the pair into the queue again, and quality counts both', async () => {
  await node.send([
    identify('q1', { name: '周杰', email: 'q1@example.com' }),
    identify('q2', { name: '周洁', email: 'q2@example.com' }),
  ]);
  const [left, right] = [await idOf('q1@example.com'), await idOf('q2@example.com')];
  const records = { leftRecord: Number(left.slice(1)), rightRecord: Number(right.slice(1)) };
  await node.app.node().profiles.reviews.add([{ ...records, probability: 0.72, weights: [] }]);
  const waiting = async () => (await node.ask<{ reviews: { reviewId: number }[] }>('GET', '/api/identity/reviews')).body.reviews;
  const [review] = await waiting();
  const decided = await node.ask<{ decisionId: number }>('POST', `/api/identity/reviews/${review!.reviewId}`, {
    verdict: 'same',
  });
  assert.deepEqual(await waiting(), []);
  const quality = async () => (await node.ask<Quality>('GET', '/api/identity/quality?days=7')).body;
  const then = await quality();
  assert.deepEqual(then.bands, [{ from: 0.7, to: 0.8, expected: 0.72, same: 1, different: 0 }]);
  assert.equal(then.waiting, 0);
  assert.equal(then.recall, 1);
  await node.ask('POST', `/api/identity/decisions/${decided.body.decisionId}/retract`, { reason: 'not him' });
  assert.deepEqual(
    (await waiting()).map(({ reviewId }) => reviewId),
    [review!.reviewId],
  );
  const later = await quality();
  assert.equal(later.waiting, 1);
  assert.equal(
    later.days.reduce((sum, { retracted }) => sum + retracted, 0) - then.days.reduce((sum, { retracted }) => sum + retracted, 0),
    1,
  );
  assert.deepEqual(later.bands, []);
  assert.equal(later.whole, true);
});

test('who was heard of last comes first, each once over all pages; source and consent narrow it', async () => {
  const shop = await node.addSource('kiosk');
  const ids: string[] = [];
  for (let at = 0; at < 7; at += 1) {
    await node.send([identify(`k${at}`, { email: `k${at}@example.com` })], shop.writeKey);
    ids.unshift(await idOf(`k${at}@example.com`));
  }
  // Heard of again: first now, and nowhere else.
  await node.send([{ type: 'page', name: 'Home', userId: 'k0', messageId: 'again' }], shop.writeKey);
  const expected = [ids.at(-1)!, ...ids.slice(0, -1)];
  const seen: string[] = [];
  let before: number | undefined;
  for (let pages = 0; pages < 10; pages += 1) {
    const query = `source=kiosk&limit=3${before === undefined ? '' : `&before=${before}`}`;
    const { body } = await node.ask<Listed>('GET', `/api/profiles/recent?${query}`);
    assert.ok(body.profiles.length <= 3);
    seen.push(...body.profiles.map(({ id }) => id));
    before = body.next;
    if (before === undefined) break;
  }
  assert.deepEqual(seen, expected);
  const agreeing = async () =>
    (await node.ask<Listed>('GET', '/api/profiles/recent?source=kiosk&consent=marketing')).body.profiles.map(({ id }) => id);
  assert.deepEqual(await agreeing(), []);
  await node.ask('POST', `/api/profiles/${ids[0]}/consents`, { purpose: 'marketing', status: 'given', separate: true });
  assert.deepEqual(await agreeing(), [ids[0]]);
  assert.equal((await node.ask<Listed>('GET', '/api/profiles/recent?source=nowhere')).body.profiles.length, 0);
});

test('a version is another one once something of the person is, and the same until then', async () => {
  await node.send([identify('v1', { email: 'v1@example.com' })]);
  const id = await idOf('v1@example.com');
  const version = async () => (await node.ask<{ version: string }>('GET', `/api/profiles/${id}/version`)).body.version;
  const first = await version();
  assert.equal(await version(), first);
  await node.send([{ type: 'page', name: 'Home', userId: 'v1', messageId: 'v page' }]);
  const second = await version();
  assert.notEqual(second, first);
  await node.send([identify('v2', { email: 'v2@example.com' })]);
  assert.equal(await version(), second);
  await node.ask('POST', '/api/identity/merge', { left: id, right: await idOf('v2@example.com') });
  assert.notEqual(await version(), second);
});

test('rules are those of the configuration', async () => {
  const { body } = await node.ask<{ kinds: { kind: string; unique: boolean; form: string }[]; survivorship: object[] }>(
    'GET',
    '/api/identity/rules',
  );
  const phone = body.kinds.find(({ kind }) => kind === 'phone');
  assert.deepEqual([phone?.unique, phone?.form], [false, 'e164']);
  assert.equal(body.kinds.find(({ kind }) => kind === 'national_id')?.unique, true);
});
