// Leave that lasts a while and is over: a step-up, a broken glass, an export that somebody approved. Every route that needs the first or
// the second, by the document and the policies, is asked by people who are signed in still and whose leave has run out.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Approval } from '../core/access/approvals.ts';
import { sessionLimits } from '../core/access/sessions.ts';
import { actionsOf, whoMayWhat } from '../core/access/who-may-what.ts';
import type { AccessTable } from '../core/access/who-may-what-words.ts';
import { type Role, roles } from '../core/model/principal.ts';
import { type App, type Browser, host, openPeopleNode, type PeopleNode, signIn } from '../testing-access.ts';
import { standardPurposesShown } from '../who-may-what-purposes.ts';
import { askRoute, changedSince, entriesSince, type GuardedRoute, guardedRoutes, isStream, standOf } from './testing-walk.ts';

const minuteMs = 60_000;
type Person = { login: string; browser: Browser; app: App };

let world: PeopleNode;
let routes: GuardedRoute[];
let cells: Map<string, AccessTable['actions'][number]['cells']>;
before(async () => {
  world = await openPeopleNode();
  routes = guardedRoutes(world.node);
  const { app } = world.node;
  const table = await whoMayWhat(app.policies.engine, actionsOf(app.http.swagger()), standardPurposesShown);
  cells = new Map(table.actions.map(({ action, cells: row }) => [action, row]));
});
after(() => world?.node.close());

async function enrolled(login: string, held: readonly Role[]): Promise<Person> {
  const { browser } = await world.invite(login, held);
  const { app } = await world.enrol(browser);
  return { login, browser, app };
}
async function stepUp({ browser, app }: Person): Promise<void> {
  const stepped = await browser.ask('POST', '/api/session/step-up', { code: app.code() });
  assert.equal(stepped.status, 200, JSON.stringify(stepped.body));
  // A code counts once.
  world.pass(30_000);
}
const headersOf = ({ browser }: Person) => ({
  host,
  origin: `https://${host}`,
  'sec-fetch-site': 'same-origin',
  'x-holdfast': '1',
  cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
});
/** The last use of a session is written whatever becomes of the request. */
const leaving = ['sessions'];
const secondLook = 'acts that want a second look';

test('every route that wants a second look refuses a step-up that ran out', async () => {
  const { engine } = world.node.app.policies;
  const wanting = routes.filter(({ action }) => engine.isIn(action, secondLook));
  /** Whoever may do it once they have proved who they are. */
  const roleFor = (action: string) => roles.find((role) => cells.get(action)![role].again)!;
  const people = new Map<Role, Person>();
  for (const role of new Set(wanting.map(({ action }) => roleFor(action))))
    people.set(role, await enrolled(`second.${role}`, [role]));
  const officer = await enrolled('second.officer', ['compliance']);
  const looksAtOutbox = () => officer.browser.ask('GET', '/api/consent/outbox');
  for (const person of [officer, ...people.values()]) await stepUp(person);
  assert.equal((await looksAtOutbox()).status, 200, 'it was good');
  world.pass(sessionLimits.stepUpMs);
  assert.equal((await looksAtOutbox()).code, 'step_up_needed');

  const stand = await standOf(world.node, leaving);
  let asked = 0;
  for (const route of wanting) {
    const role = roleFor(route.action);
    assert.ok(role !== undefined, `${route.name}: no role may do it, whatever they prove`);
    const { status, code } = await askRoute(world.node, route, headersOf(people.get(role)!));
    assert.deepEqual([status, code], [403, 'step_up_needed'], `${route.name} as ${role}`);
    asked += 1;
  }
  assert.ok(asked > 22, `${asked}`);
  const entries = await entriesSince(world.node, stand);
  assert.equal(entries.length, asked);
  assert.deepEqual([...new Set(entries.map(({ outcome }) => outcome))], ['refused']);
  assert.deepEqual(await changedSince(world.node, stand, leaving), []);
});

test('so do those of the own account, the replacement of an app among them', async () => {
  const { engine } = world.node.app.policies;
  const person = await enrolled('own.account', ['agent']);
  await stepUp(person);
  assert.equal((await person.browser.ask('POST', '/api/people/me/totp')).status, 200, 'it was good');
  world.pass(sessionLimits.stepUpMs);
  const stand = await standOf(world.node, leaving);
  // Signing out and what changes the session last, as the others need it.
  const own = routes.filter(({ action }) => engine.isIn(action, 'own account') && action !== 'session.sign-out');
  const refused: string[] = [];
  for (const route of own) {
    const before = await standOf(world.node, leaving);
    const { code } = await askRoute(world.node, route, headersOf(person));
    if (code !== 'step_up_needed') continue;
    refused.push(route.name);
    const entries = await entriesSince(world.node, before);
    assert.deepEqual(
      entries.map(({ outcome }) => outcome),
      ['refused'],
      `${route.name} was never attempted`,
    );
  }
  assert.deepEqual(refused.sort(), [
    'DELETE /api/account/passkeys/{id}',
    'DELETE /api/people/me/totp',
    'POST /api/account/passkeys',
    'POST /api/account/passkeys/challenge',
    'POST /api/people/me/recovery-codes',
    'POST /api/people/me/totp',
    'POST /api/people/me/totp/confirm',
    'POST /api/session/desktop',
  ]);
  // Wrong proofs were counted, by the routes that look at one.
  assert.deepEqual(await changedSince(world.node, stand, leaving), ['sign_in_attempts']);
});

test('what a step-up is asked for only once it is known what it is about: proposals, and a request to erase', async () => {
  const { engine } = world.node.app.policies;
  const officer = await enrolled('proposes', ['administrator', 'compliance']);
  await world.node.send([{ type: 'identify', userId: 'wants.out', traits: { email: 'wants.out@example.org' } }]);
  const person = (await world.node.find('wants.out'))[0]!.id;
  const { browser } = officer;
  const { body } = await browser.ask('POST', '/api/subject-requests', { person, kind: 'erasure' });
  assert.equal((await browser.ask('POST', `/api/subject-requests/${body.request}/verify`, { how: 'in_person' })).status, 200);
  await stepUp(officer);
  const propose = (kind: string) => browser.ask('POST', '/api/approvals', { kind, payload: { person }, reason: 'a test' });
  assert.equal((await propose('retention.run')).status, 201, 'it was good');
  world.pass(sessionLimits.stepUpMs);
  const stand = await standOf(world.node, leaving);
  const kinds = ['policy.change', 'keys.rotate', 'subject.erase', 'subject.export', 'retention.run'];
  for (const kind of kinds) {
    assert.ok(engine.isIn(kind, 'acts for two') && engine.isIn(kind, secondLook), kind);
    assert.equal((await propose(kind)).code, 'step_up_needed', kind);
  }
  assert.equal((await browser.ask('POST', `/api/subject-requests/${body.request}/complete`, {})).code, 'step_up_needed');
  const outcomes = (await entriesSince(world.node, stand)).map(({ outcome }) => outcome);
  assert.deepEqual(new Set(outcomes), new Set(['attempted', 'failed:step_up_needed']), 'tried, and nothing came of it');
  assert.deepEqual(await changedSince(world.node, stand, leaving), []);
});

test('what only a broken glass opens is closed again when its minutes are over', async () => {
  const behind = routes.filter(({ action }) => cells.get(action)!.administrator.may === 'glass');
  const person = await enrolled('breaks.glass', ['administrator']);
  await stepUp(person);
  const breaking = await person.browser.ask('POST', '/api/break-glass', { reason: 'a test', minutes: 5 });
  assert.equal(breaking.status, 201, JSON.stringify(breaking.body));
  for (const route of behind.filter((one) => one.method === 'get' && !isStream(one))) {
    const { status, body } = await askRoute(world.node, route, headersOf(person));
    assert.ok(status === 200 || status === 404, `${route.name}: ${status} ${body}`);
  }
  world.pass(5 * minuteMs);
  const stand = await standOf(world.node, leaving);
  for (const route of behind) {
    const { status, code } = await askRoute(world.node, route, headersOf(person));
    assert.deepEqual([status, code], [403, 'forbidden'], route.name);
  }
  assert.ok(behind.length > 8, `${behind.length}`);
  const entries = await entriesSince(world.node, stand);
  assert.equal(entries.length, behind.length);
  assert.ok(entries.every(({ outcome }) => outcome === 'refused'));
  assert.deepEqual(await changedSince(world.node, stand, leaving), []);
});

test('an export that was approved is fetched for a day, and not after it', async () => {
  const [first, second] = [await enrolled('wants.export', ['compliance']), await enrolled('lets.export', ['compliance'])];
  await world.node.send([{ type: 'identify', userId: 'exported', traits: { email: 'exported@example.org' } }]);
  const person = (await world.node.find('exported'))[0]!.id;
  for (const one of [first, second]) await stepUp(one);
  const proposal = { kind: 'subject.export', payload: { person }, reason: 'a request' };
  const proposed = (await first.browser.ask('POST', '/api/approvals', proposal)).body as Partial<Approval>;
  assert.equal((await second.browser.ask('POST', `/api/approvals/${proposed.id}/approve`, {})).body.state, 'done');
  const url = `/api/subjects/${person}/export`;
  assert.equal((await first.browser.ask('GET', url)).status, 200, 'it was good');
  world.pass(24 * 60 * minuteMs);
  await signIn(first.browser, first.login);
  const code = first.app.code();
  assert.equal((await first.browser.ask('POST', '/api/session/second-factor', { code })).status, 200);
  world.pass(30_000);
  await stepUp(first);
  const late = await first.browser.ask('GET', url);
  assert.deepEqual([late.status, late.code], [403, 'approval_needed']);
  assert.ok(!JSON.stringify(late.body).includes('exported@'));
});
