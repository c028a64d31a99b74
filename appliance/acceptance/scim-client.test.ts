// An unmodified SCIM client, npm's `scim-node`, against a whole node in a process of its own: people and groups come, are found, change and
// go, and each time the node itself is asked, by its own API, who is there and with which roles. The client is Gluu's and gets its token by
// UMA, so a gateway stands between (testing-scim-gateway.ts), which says what it passes and what it does itself.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import type { DirectoryDeclaration } from '../core/model/directory-config.ts';
import { makePlace, type NodeProcess, type Place, startNode } from '../simulation/testing/process.ts';
import { type ScimGateway, startScimGateway } from './testing-scim-gateway.ts';

/** The client's calls, which answer with the body as text. Its own types know half of them. */
type Text = Promise<string>;
type Client = {
  getUsersCount(): Text;
  getUsers(startIndex: number, count: number, filter?: string): Text;
  getUser(id: string): Text;
  addUser(user: object): Text;
  editUser(id: string, user: object): Text;
  removeUser(id: string): Text;
  searchUsers(filter: string | null, startIndex?: number, count?: number): Text;
  getGroupCount(callback: (error: unknown, answered: string) => void): void;
  getGroups(startIndex: number, count: number, filter?: string): Text;
  getGroup(id: string): Text;
  addGroup(group: object): Text;
  editGroup(id: string, group: object): Text;
  removeGroup(id: string): Text;
};
type ClientConfig = { domain: string; keyAlg: string; keyId: string; clientId: string; privateKey: string };
const openClient = createRequire(import.meta.url)('scim-node') as (config: ClientConfig) => { scim2: Client };

type Resource = { id: string; meta: { location: string; resourceType: string }; [attribute: string]: unknown };
type Listing = { totalResults: number; startIndex: number; itemsPerPage: number; Resources: Resource[] };
type Person = { id: number; login: string; name: string; email?: string; roles: string[]; state: string; language: string };

const groups: DirectoryDeclaration['groups'] = {
  'CDP Marketing': ['marketer'],
  'CDP Audit': ['auditor'],
  'guid-of-supervisors': ['supervisor'],
  'CDP Leavers': ['marketer'],
  'CDP Goners': ['agent'],
};
const clientId = '@!1111!0008!scim-rp';
const keyId = 'key-of-tests';
const password = 'three words and a lamp';

let place: Place;
let node: NodeProcess;
let gateway: ScimGateway;
let client: Client;
let key: { id: number; token: string };

before(async () => {
  place = await makePlace({ directory: { groups } });
  node = await startNode(place);
  const made = await node.client.ask<{ key: { id: number }; token: string }>('POST', '/api/api-keys', {
    name: 'company directory',
    scope: 'directory',
    roles: [],
    expiresAtMs: Date.now() + 86_400_000,
  });
  key = { id: made.key.id, token: made.token };
  const { publicKey, file } = keyPair('client.pem');
  gateway = await startScimGateway({ node: node.url, directoryKey: key.token, client: { id: clientId, keyId, publicKey } });
  client = clientWith(file);
});
after(async () => {
  await gateway?.close();
  await node?.stop();
  place?.remove();
});

function keyPair(name: string): { publicKey: string; file: string } {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const file = join(dirname(place.folder), name);
  writeFileSync(file, privateKey, { mode: 0o600 });
  return { publicKey, file };
}

const clientWith = (privateKey: string) =>
  openClient({ domain: gateway.url, keyAlg: 'RS256', keyId, clientId, privateKey }).scim2;

const read = async <T = Resource>(answer: Text): Promise<T> => JSON.parse(await answer) as T;
const listed = (answer: Text) => read<Listing>(answer);
const names = ({ Resources }: Listing) => Resources.map(({ userName }) => userName);

/** What the node itself says of its people, to the operator. */
async function people(): Promise<Person[]> {
  return (await node.client.ask<{ people: Person[] }>('GET', '/api/people')).people;
}
const person = async (id: string) => (await people()).find((one) => one.id === Number(id));
const rolesOf = async (id: string) => (await person(id))?.roles;

const add = (userName: string, more: object = {}) => read(client.addUser({ userName, ...more }));
const addGroup = (displayName: string, members: readonly Resource[] = [], more: object = {}) =>
  read(client.addGroup({ displayName, members: members.map(({ id }) => ({ value: id })), ...more }));

/** A session as people get one: by the link that an administrator gives, and a password. */
async function signIn(id: string): Promise<string> {
  const link = await node.client.ask<{ token: string }>('POST', `/api/people/${id}/reset`, {});
  const opened = { link: link.token, password, bearer: true };
  return (await node.client.ask<{ token: string }>('POST', '/api/session/link', opened)).token;
}
const sessionStatus = async (token: string) =>
  (await node.client.send('GET', '/api/session', undefined, { authorization: `Bearer ${token}` })).status;

/** What a call was refused with, as the client hands it on. */
async function refusal(call: Text): Promise<{ status: number; scimType?: string }> {
  const error = await call.then(
    (answered) => assert.fail(`it was answered: ${answered}`),
    (thrown: { statusCode?: number; error?: string }) => thrown,
  );
  const body = JSON.parse(error.error ?? '{}') as { schemas?: string[]; status?: string; scimType?: string; detail?: string };
  assert.deepEqual(body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'], JSON.stringify(body));
  assert.equal(body.status, String(error.statusCode));
  assert.ok(body.detail);
  return { status: error.statusCode!, ...(body.scimType !== undefined && { scimType: body.scimType }) };
}

test('people are provisioned, and the node knows them', async () => {
  // As full as Gluu's own clients send it; what the node has no use for goes nowhere.
  const made = await add('w.li', {
    externalId: '00u1a2b3c4',
    name: { givenName: 'Wei', familyName: 'Li', formatted: 'Li Wei' },
    displayName: '李伟',
    nickName: 'Wei',
    profileUrl: 'https://example.com/w.li',
    emails: [
      { value: 'w.li@home.example', type: 'home', primary: false },
      { value: 'w.li@example.com', type: 'work', primary: true },
    ],
    addresses: [{ type: 'work', streetAddress: '1 Example Road', locality: 'Shanghai', country: 'CN', primary: true }],
    phoneNumbers: [{ value: '+86 139 0731 2846', type: 'mobile' }],
    title: 'Analyst',
    userType: 'Employee',
    preferredLanguage: 'zh-CN',
    locale: 'zh_CN',
    timezone: 'Asia/Shanghai',
    active: true,
    password: 'a password that nobody keeps',
    roles: [{ value: 'administrator' }],
    entitlements: [{ value: 'everything' }],
    'urn:ietf:params:scim:schemas:extension:gluu:2.0:User': { customFirst: 'x' },
  });
  assert.equal(made.meta.resourceType, 'User');
  const { id: _id, createdAtMs: _at, ...is } = (await person(made.id)) as Person & { createdAtMs: number };
  assert.deepEqual(is, {
    login: 'w.li',
    name: '李伟',
    email: 'w.li@example.com',
    roles: [],
    state: 'invited',
    secondFactor: false,
    recoveryCodesLeft: 0,
    language: 'zh',
  });
  const held = await read(client.getUser(made.id));
  assert.deepEqual(held, made);
  for (const dropped of ['password', 'phoneNumbers', 'addresses', 'title', 'roles', 'entitlements'])
    assert.equal(dropped in held, false, dropped);
  // The place that the node names is where the node has them.
  const there = await node.client.ask('GET', new URL(made.meta.location).pathname, undefined, {
    authorization: `Bearer ${key.token}`,
  });
  assert.deepEqual(there, made);
});

test('they are found by filter, paged through and counted', async (t) => {
  const made: Resource[] = [];
  for (const name of ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'])
    made.push(await add(name, { active: name !== 'page-5' }));
  t.after(async () => {
    for (const { id } of made) await client.removeUser(id);
  });
  assert.deepEqual(names(await listed(client.getUsers(0, 0, 'userName eq "PAGE-3"'))), ['page-3']);
  assert.deepEqual(names(await listed(client.getUsers(0, 0, 'userName sw "page-" and active eq false'))), ['page-5']);
  assert.deepEqual(names(await listed(client.getUsers(0, 0, 'userName eq "nobody"'))), []);
  const seen: unknown[] = [];
  for (let startIndex = 1; startIndex <= 7; startIndex += 2) {
    const page = await listed(client.getUsers(startIndex, 2, 'userName sw "page-"'));
    assert.equal(page.totalResults, 5);
    assert.equal(page.startIndex, startIndex);
    assert.equal(page.itemsPerPage, page.Resources.length);
    seen.push(...names(page));
  }
  assert.deepEqual(seen, ['page-1', 'page-2', 'page-3', 'page-4', 'page-5']);
  // The client prints what it found out about the service whenever it counts.
  t.mock.method(console, 'log', () => undefined);
  const { totalResults } = await listed(client.getUsersCount());
  assert.equal(totalResults, (await people()).length);
});

test('they are searched for by a body', async (t) => {
  const made = [await add('search-b'), await add('search-a'), await add('search-c', { active: false })];
  t.after(async () => {
    for (const { id } of made) await client.removeUser(id);
  });
  const filter = 'userName sw "search-"';
  assert.deepEqual(names(await listed(client.searchUsers(filter, 1, 10))), ['search-b', 'search-a', 'search-c']);
  const page = await listed(client.searchUsers(filter, 2, 1));
  assert.deepEqual([names(page), page.totalResults, page.startIndex, page.itemsPerPage], [['search-a'], 3, 2, 1]);
  assert.deepEqual(names(await listed(client.searchUsers(`${filter} and active eq false`))), ['search-c']);
  assert.equal((await listed(client.searchUsers('userName eq "nobody"', 1, 10))).totalResults, 0);
  assert.equal((await listed(client.searchUsers(null, 1, 10))).totalResults, (await people()).length);
  assert.deepEqual(gateway.passed.at(-1), { method: 'POST', path: '/scim/v2/Users/.search', status: 200 });
});

test('somebody is read, changed, and sent back whole', async () => {
  const made = await add('before@example.com', { externalId: 'change-1', displayName: 'Before', active: true });
  const read1 = await read(client.getUser(made.id));
  const changed = await read(
    client.editUser(made.id, {
      ...read1,
      userName: 'after@example.com',
      displayName: 'After',
      emails: [{ value: 'after@example.com', type: 'work', primary: true }],
    }),
  );
  assert.equal(changed.id, made.id);
  assert.equal(changed.externalId, 'change-1');
  const is = await person(made.id);
  assert.deepEqual([is?.login, is?.name, is?.email], ['after@example.com', 'After', 'after@example.com']);
  assert.equal((await listed(client.searchUsers('userName eq "before@example.com"'))).totalResults, 0);
  assert.deepEqual(await read(client.getUser(made.id)), changed);
  // What is left out of a PUT is gone.
  const bare = await read(client.editUser(made.id, { userName: 'after@example.com' }));
  assert.deepEqual([bare.externalId, bare.displayName, bare.emails], [undefined, undefined, undefined]);
  assert.equal((await person(made.id))?.email, undefined);
});

test('groups are made with members, and roles follow from them as configured', async () => {
  const [li, wang] = [await add('group-li'), await add('group-wang')];
  const marketing = await addGroup('CDP Marketing', [li, wang]);
  assert.equal(marketing.meta.resourceType, 'Group');
  assert.deepEqual(await rolesOf(li.id), ['marketer']);
  assert.deepEqual(await rolesOf(wang.id), ['marketer']);
  // A group is known by the directory's own id of it too; one that is not configured gives nothing.
  const supervisors = await addGroup('Any Name', [li], { externalId: 'guid-of-supervisors' });
  await addGroup('Canteen', [li, wang]);
  assert.deepEqual(await rolesOf(li.id), ['marketer', 'supervisor']);
  assert.deepEqual(await rolesOf(wang.id), ['marketer']);
  const inGroups = (await read(client.getUser(li.id))).groups as { value: string; display: string }[];
  assert.deepEqual(inGroups.map(({ display }) => display).sort(), ['Any Name', 'CDP Marketing', 'Canteen']);

  const found = await listed(client.getGroups(1, 10, 'displayName eq "cdp marketing"'));
  assert.deepEqual(
    found.Resources.map(({ id }) => id),
    [marketing.id],
  );
  const held = await read(client.getGroup(marketing.id));
  assert.deepEqual(
    (held.members as { value: string }[]).map(({ value }) => value),
    [li.id, wang.id],
  );
  const count = await new Promise<string>((resolve, reject) => {
    client.getGroupCount((error, answered) => (error ? reject(error as Error) : resolve(answered)));
  });
  assert.equal((JSON.parse(count) as Listing).totalResults, 3);

  // Somebody leaves the group, the group takes another name, the group goes.
  await client.editGroup(marketing.id, { ...held, members: [{ value: wang.id }] });
  assert.deepEqual(await rolesOf(li.id), ['supervisor']);
  assert.deepEqual(await rolesOf(wang.id), ['marketer']);
  await client.editGroup(marketing.id, { displayName: 'CDP Audit', members: [{ value: wang.id }] });
  assert.deepEqual(await rolesOf(wang.id), ['auditor']);
  assert.equal(await client.removeGroup(marketing.id), '');
  assert.deepEqual(await rolesOf(wang.id), []);
  await client.removeGroup(supervisors.id);
  assert.deepEqual(await rolesOf(li.id), []);
  assert.deepEqual(await refusal(client.getGroup(marketing.id)), { status: 404 });
});

test('who is made inactive by PUT has no session from then on, and comes back by PUT', async () => {
  const made = await add('leaver', { displayName: 'Leaver' });
  const team = await addGroup('CDP Leavers', [made]);
  const token = await signIn(made.id);
  assert.equal(await sessionStatus(token), 200);
  const off = await read(client.editUser(made.id, { ...(await read(client.getUser(made.id))), active: false }));
  assert.equal(off.active, false);
  assert.equal(await sessionStatus(token), 401);
  assert.equal((await person(made.id))?.state, 'disabled');
  const login = { login: 'leaver', password, bearer: true };
  assert.equal((await node.client.send('POST', '/api/session', login)).status, 401);

  await client.editUser(made.id, { ...(await read(client.getUser(made.id))), active: true });
  assert.equal((await person(made.id))?.state, 'active');
  assert.equal(await sessionStatus(token), 401, 'the session does not come back');
  assert.equal((await node.client.send('POST', '/api/session', login)).status, 200);
  assert.deepEqual(await rolesOf(made.id), ['marketer']);
  await client.removeGroup(team.id);
});

test('who is removed is gone, with sessions and out of their groups', async () => {
  const made = await add('goner');
  const team = await addGroup('CDP Goners', [made]);
  assert.deepEqual(await rolesOf(made.id), ['agent']);
  const token = await signIn(made.id);
  assert.equal(await client.removeUser(made.id), '');
  assert.equal(await person(made.id), undefined);
  assert.equal(await sessionStatus(token), 401);
  assert.equal((await read(client.getGroup(team.id))).members, undefined);
  assert.deepEqual(await refusal(client.getUser(made.id)), { status: 404 });
  assert.deepEqual(await refusal(client.removeUser(made.id)), { status: 404 });
  const again = await add('goner');
  assert.notEqual(again.id, made.id, 'a number is not given twice');
  await client.removeGroup(team.id);
});

test('what the node refuses reaches the client as SCIM says it, and changes nothing', async () => {
  const [made, other] = [await add('taken', { externalId: 'taken-1' }), await add('other')];
  const team = await addGroup('Taken');
  const { person: byHand } = await node.client.ask<{ person: { id: number } }>('POST', '/api/people', {
    login: 'by-hand',
    name: 'By Hand',
    roles: ['administrator'],
    language: 'en',
  });
  const before = await people();
  const unknown = { status: 404 };
  const conflict = { status: 409, scimType: 'uniqueness' };
  const invalid = { status: 400, scimType: 'invalidValue' };
  const filter = { status: 400, scimType: 'invalidFilter' };
  for (const [name, call, expected] of [
    ['an unknown number', () => client.getUser('99999'), unknown],
    ['an id of another make', () => client.getUser('2819c223-7f76-453a-919d-413861904646'), unknown],
    ['an id that is a path', () => client.getUser('..%2f..%2fapi%2fpeople'), unknown],
    ['a group as a person', () => client.getUser(team.id), unknown],
    ['a person as a group', () => client.getGroup(made.id), unknown],
    ['changing nobody', () => client.editUser('99999', { userName: 'x-y-z' }), unknown],
    ['removing nobody', () => client.removeUser('99999'), unknown],
    ['changing no group', () => client.editGroup('99999', { displayName: 'x' }), unknown],
    ['removing no group', () => client.removeGroup('99999'), unknown],
    ['somebody made by hand', () => client.getUser(String(byHand.id)), unknown],
    ['making them inactive', () => client.editUser(String(byHand.id), { userName: 'by-hand', active: false }), unknown],
    ['removing them', () => client.removeUser(String(byHand.id)), unknown],
    ['their name', () => client.addUser({ userName: 'By-Hand' }), conflict],
    ['a name twice', () => client.addUser({ userName: 'TAKEN' }), conflict],
    ['an external id twice', () => client.addUser({ userName: 'fresh', externalId: 'taken-1' }), conflict],
    ['the name of another', () => client.editUser(other.id, { userName: 'taken' }), conflict],
    ['a group twice', () => client.addGroup({ displayName: 'taken' }), conflict],
    ['no name', () => client.addUser({ displayName: 'Nameless' }), invalid],
    ['no name of a group', () => client.addGroup({}), invalid],
    ['e-mail addresses that are no list', () => client.addUser({ userName: 'fresh', emails: 'a@b.example' }), invalid],
    ['no filter', () => client.getUsers(1, 10, 'userName resembles "x"'), filter],
    ['no filter in a search', () => client.searchUsers('userName resembles "x"', 1, 10), filter],
    ['an empty filter in a search', () => client.searchUsers('', 1, 10), filter],
  ] as const)
    assert.deepEqual(await refusal(call()), expected, name);
  assert.deepEqual(await people(), before);
});

test('every act is in the log under the key, and searching is in it as reading', async () => {
  type Entry = { action: string; actor: string; outcome: string };
  const outcomes = async (action: string) => {
    const { entries } = await node.client.ask<{ entries: Entry[] }>('GET', `/api/audit?action=directory.${action}&limit=100`);
    for (const { actor } of entries) assert.equal(actor, `key ${key.id}`, action);
    return new Set(entries.map(({ outcome }) => outcome));
  };
  for (const action of ['user.add', 'user.replace', 'user.remove', 'group.add', 'group.replace', 'group.remove'])
    assert.ok((await outcomes(action)).has('done'), action);
  for (const action of ['user.list', 'user.read', 'group.list', 'group.read'])
    assert.deepEqual([...(await outcomes(action))], ['allowed'], action);
  assert.ok((await outcomes('user.add')).has('failed:conflict'));
});

test('the gateway is no open door: who is not the client, or comes twice, reaches nothing', async () => {
  const { length } = gateway.passed;
  const thief = clientWith(keyPair('another.pem').file);
  await assert.rejects(thief.getUsers(1, 10), { statusCode: 401 });
  assert.equal(gateway.refusals.at(-1), 'signature');
  assert.equal(gateway.passed.length, length);
  await client.getUsers(1, 10);
  const again = await fetch(gateway.tokenEndpoint, { method: 'POST', body: new URLSearchParams(gateway.lastForm) });
  assert.deepEqual([again.status, await again.json(), gateway.refusals.at(-1)], [400, { error: 'invalid_grant' }, 'ticket']);
  const madeUp = await fetch(`${gateway.url}/identity/restv1/Users`, { headers: { authorization: 'Bearer made-up' } });
  assert.match(String(madeUp.headers.get('www-authenticate')), /^UMA .*ticket="[\w-]{43}"$/);
  assert.equal(gateway.passed.length, length + 1);
});

test('when the key is rotated, the client is told until the gateway has the new one', async () => {
  const { token } = await node.client.ask<{ token: string }>('POST', `/api/api-keys/${key.id}/rotate`, { keepPreviousHours: 0 });
  assert.deepEqual(await refusal(client.getUsers(1, 10)), { status: 401 });
  gateway.directoryKey = token;
  assert.equal((await listed(client.getUsers(1, 1))).itemsPerPage, 1);
});
