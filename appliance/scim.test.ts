// SCIM against what the RFCs say: provisioning, finding, paging, changing, deactivating, groups and the roles that follow from them, and what a key of
// the directory cannot do.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tidyPatch } from './core/access/scim.ts';
import { group, type Listing, open, patch, person, user } from './testing-scim.ts';

test('the service tells what it is', async (t) => {
  const { call } = await open(t);
  const about = await call<Record<string, { supported: boolean }>>('GET', '/ServiceProviderConfig');
  assert.equal(about.body.patch!.supported, true);
  assert.equal(about.body.bulk!.supported, false);
  assert.equal(about.body.changePassword!.supported, false);
  const types = await call<Listing>('GET', '/ResourceTypes');
  assert.deepEqual(types.body.Resources.map(({ name }) => name).sort(), ['Group', 'User']);
  assert.equal((await call('GET', '/ResourceTypes/User')).body.endpoint, '/Users');
  const schemas = await call<Listing>('GET', '/Schemas');
  const ids = schemas.body.Resources.map(({ id }) => id);
  assert.ok(ids.includes('urn:ietf:params:scim:schemas:core:2.0:User'));
  assert.ok(ids.includes('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'));
  assert.equal((await call('GET', '/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group')).body.name, 'Group');
  assert.equal((await call('GET', '/Schemas/urn:nothing')).status, 404);
});

test('the life of a person, as RFC 7644 tells it', async (t) => {
  const { node, call } = await open(t);
  // Section 3.3.
  const made = await call('POST', '/Users', {
    ...user('bjensen', {
      externalId: 'bjensen',
      name: { formatted: 'Ms. Barbara J Jensen III', familyName: 'Jensen', givenName: 'Barbara' },
    }),
    password: 'a password that nobody keeps',
  });
  assert.equal(made.status, 201);
  const { id } = made.body;
  const meta = made.body.meta as { location: string; resourceType: string };
  assert.equal(meta.location, `http://cdp.example.com/scim/v2/Users/${id}`);
  assert.equal(made.headers.location, meta.location);
  assert.equal(meta.resourceType, 'User');
  assert.equal('password' in made.body, false);
  assert.deepEqual(person(node, id)!.roles, []);
  assert.equal(person(node, id)!.name, 'Ms. Barbara J Jensen III');
  // The same name again, in other letters; section 3.3, 409 and uniqueness.
  const twin = await call('POST', '/Users', user('BJensen'));
  assert.equal(twin.status, 409);
  assert.equal(twin.body.scimType, 'uniqueness');
  assert.deepEqual(twin.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error']);
  // Section 3.4.
  assert.equal((await call('GET', `/Users/${id}`)).body.userName, 'bjensen');
  assert.equal((await call('GET', '/Users/999')).status, 404);
  assert.equal((await call('GET', '/Users/2819c223-7f76-453a-919d-413861904646')).status, 404);
  const picked = await call('GET', `/Users/${id}?attributes=userName`);
  assert.equal('name' in picked.body, false);
  // Section 3.5.1.
  const put = await call(
    'PUT',
    `/Users/${id}`,
    user('babs', { id, name: { givenName: 'Babs', familyName: 'Jensen' }, preferredLanguage: 'zh-CN' }),
  );
  assert.equal(put.status, 200);
  assert.equal('externalId' in put.body, false);
  assert.equal(person(node, id)!.login, 'babs');
  assert.equal(person(node, id)!.name, 'Babs Jensen');
  assert.equal(person(node, id)!.language, 'zh');
  assert.equal(node.app.node().access.people.byLogin('bjensen'), undefined);
  // Section 3.6.
  assert.equal((await call('DELETE', `/Users/${id}`)).status, 204);
  assert.equal((await call('GET', `/Users/${id}`)).status, 404);
  assert.equal((await call('DELETE', `/Users/${id}`)).status, 404);
  assert.equal(person(node, id), undefined);
  const again = await call('POST', '/Users', user('babs'));
  assert.equal(again.status, 201);
  assert.notEqual(again.body.id, id, 'a number is not given twice');
});

test('finding and paging', async (t) => {
  const { call } = await open(t);
  for (let at = 1; at <= 25; at += 1)
    await call('POST', '/Users', user(`user${String(at).padStart(2, '0')}@example.com`, { externalId: `ext ${at}`, title: 'x' }));
  const find = async (query: string) => (await call<Listing>('GET', `/Users?${query}`)).body;
  const filter = (text: string) => find(`filter=${encodeURIComponent(text)}`);
  assert.equal((await filter('userName eq "USER07@example.com"')).totalResults, 1);
  assert.equal((await filter('externalId eq "ext 7"')).Resources[0]!.userName, 'user07@example.com');
  assert.equal((await filter('userName eq "nobody"')).totalResults, 0);
  assert.equal((await filter('userName sw "user1" and active eq true')).totalResults, 10);
  assert.equal((await filter('urn:ietf:params:scim:schemas:core:2.0:User:userName eq "user07@example.com"')).totalResults, 1);
  assert.equal((await filter('externalId eq "EXT 7"')).totalResults, 0);
  assert.equal((await filter('emails.value eq "a@b"')).totalResults, 0);
  const odd = await call('GET', `/Users?filter=${encodeURIComponent('userName co "\\"; DROP TABLE people; --"')}`);
  assert.equal(odd.body.scimType, 'invalidFilter');
  const whole = await find('');
  assert.equal(whole.totalResults, 25);
  assert.equal(whole.itemsPerPage, 25);
  const seen: string[] = [];
  for (let startIndex = 1; ; startIndex += 10) {
    const page = await find(`startIndex=${startIndex}&count=10&sortBy=userName`);
    assert.equal(page.totalResults, 25);
    if (page.Resources.length === 0) break;
    seen.push(...page.Resources.map(({ userName }) => String(userName)));
  }
  assert.equal(seen.length, 25);
  assert.deepEqual(seen, [...seen].sort());
  assert.equal((await find('count=0')).Resources.length, 0);
  assert.equal((await find('startIndex=-5&count=3')).Resources.length, 3);
  const bad = await call('GET', `/Users?filter=${encodeURIComponent('userName qq "x"')}`);
  assert.equal(bad.status, 400);
  assert.equal(bad.body.scimType, 'invalidFilter');
});

const search = (more: object = {}) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], ...more });

test('searching by a body, among people, among groups, and among all', async (t) => {
  const { node, call } = await open(t);
  const ids = new Map<string, string>();
  for (const name of ['anna', 'bert', 'carl']) {
    const { body } = await call('POST', '/Users', user(name, { displayName: name.toUpperCase(), externalId: `ext-${name}` }));
    ids.set(name, body.id);
  }
  const { id: team } = (await call('POST', '/Groups', group('Marketing', [ids.get('anna')!]))).body;
  const find = async (path: string, more: object = {}) => {
    const { status, body } = await call<Listing>('POST', `${path}/.search`, search(more));
    assert.equal(status, 200, JSON.stringify(body));
    assert.deepEqual(body.schemas, ['urn:ietf:params:scim:api:messages:2.0:ListResponse']);
    return body;
  };
  // RFC 7644, section 3.4.3: the same answer as the same question in an address has.
  for (const [more, address] of [
    [{ filter: 'userName sw "b" or userName eq "CARL"' }, 'filter=userName%20sw%20%22b%22%20or%20userName%20eq%20%22CARL%22'],
    [
      { sortBy: 'userName', sortOrder: 'descending', startIndex: 2, count: 1 },
      'sortBy=userName&sortOrder=descending&startIndex=2&count=1',
    ],
    [{ attributes: ['userName', 'meta.created'] }, 'attributes=userName,meta.created'],
    [{ excludedAttributes: ['meta', 'groups'] }, 'excludedAttributes=meta,groups'],
    [{ count: 0 }, 'count=0'],
    [{ filter: null, attributes: null, excludedAttributes: [], count: null }, ''],
  ] as const)
    assert.deepEqual(await find('/Users', more), (await call('GET', `/Users?${address}`)).body);
  const names = ({ Resources }: Listing) => Resources.map(({ userName, displayName }) => userName ?? displayName);
  assert.deepEqual(names(await find('/Users', { sortBy: 'userName', sortOrder: 'descending' })), ['carl', 'bert', 'anna']);
  // The attribute to sort by need not be among those that are answered with.
  const sorted = await find('/Users', { sortBy: 'externalId', sortOrder: 'descending', attributes: ['displayName'] });
  assert.deepEqual(names(sorted), ['CARL', 'BERT', 'ANNA']);
  assert.equal('externalId' in sorted.Resources[0]!, false);
  assert.deepEqual(names(await find('/Groups', { filter: `members.value eq "${ids.get('anna')}"` })), ['Marketing']);
  // Section 3.4.2.1: one list of both kinds, told apart by their type; an attribute that one of them has not is as without a value.
  assert.equal((await find('')).totalResults, 4);
  assert.deepEqual(names(await find('', { filter: 'meta.resourceType eq "Group"' })), ['Marketing']);
  assert.equal((await find('', { filter: 'meta.resourceType eq "User"' })).totalResults, 3);
  assert.deepEqual(names(await find('', { filter: 'userName eq "anna"' })), ['anna']);
  const page = await find('', { sortBy: 'displayName', startIndex: 3, count: 2, attributes: ['displayName'] });
  assert.deepEqual(names(page), ['CARL', 'Marketing']);
  assert.deepEqual([page.totalResults, page.itemsPerPage], [4, 2]);
  const { location, resourceType } = (await find('', { filter: `id eq "${team}"` })).Resources[0]!.meta as Record<string, string>;
  assert.deepEqual([location, resourceType], [`http://cdp.example.com/scim/v2/Groups/${team}`, 'Group']);

  for (const [body, scimType] of [
    [{}, 'invalidSyntax'],
    [{ filter: 'userName eq "anna"' }, 'invalidSyntax'],
    [{ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }, 'invalidSyntax'],
    [search({ attributes: 'userName' }), 'invalidSyntax'],
    [search({ count: '10' }), 'invalidSyntax'],
    [search({ fitler: 'userName eq "anna"' }), 'invalidSyntax'],
    [search({ filter: '' }), 'invalidFilter'],
    [search({ filter: 'userName qq "x"' }), 'invalidFilter'],
    ['no json', 'invalidSyntax'],
  ] as const)
    for (const path of ['/Users', '/Groups', '']) {
      const refused = await call('POST', `${path}/.search`, body);
      assert.equal(refused.status, 400, JSON.stringify([body, refused.body]));
      assert.equal(refused.body.scimType, scimType, JSON.stringify([body, refused.body]));
    }
  // To policies and the log, a search is the act that finding by an address is; nothing of it is a change.
  const { body: log } = await node.ask<{ entries: { action: string; outcome: string }[] }>('GET', '/api/audit?limit=100');
  const actions = new Set(
    log.entries.filter(({ action }) => /search|list$/.test(action)).map(({ action, outcome }) => `${action} ${outcome}`),
  );
  assert.deepEqual([...actions].sort(), [
    'directory.group.list allowed',
    'directory.search allowed',
    'directory.user.list allowed',
  ]);
});

test('members that come at the same moment are all there afterwards', async (t) => {
  const { call } = await open(t);
  const ids: string[] = [];
  for (let at = 0; at < 8; at += 1) ids.push((await call('POST', '/Users', user(`user.${at}`))).body.id);
  const { id } = (await call('POST', '/Groups', group('Marketing'))).body;
  await Promise.all(
    ids.map((value) => call('PATCH', `/Groups/${id}`, patch({ op: 'add', path: 'members', value: [{ value }] }))),
  );
  const members = (await call('GET', `/Groups/${id}`)).body.members as { value: string }[];
  assert.deepEqual(members.map(({ value }) => value).sort(), ids.sort());
});

test('the directory neither sees nor touches people who were made here by hand', async (t) => {
  const { node, call } = await open(t);
  const { person: byHand } = await node.app.node().access.administration.invite({
    login: 'root@example.com',
    name: 'Root',
    roles: ['administrator'],
    language: 'en',
  });
  assert.equal((await call<Listing>('GET', '/Users')).body.totalResults, 0);
  assert.equal((await call('POST', '/Users', user('Root@Example.com'))).status, 409);
  assert.equal((await call('PATCH', `/Users/${byHand.id}`, patch({ op: 'replace', value: { active: false } }))).status, 404);
  assert.equal((await call('DELETE', `/Users/${byHand.id}`)).status, 404);
  assert.equal((await call('PUT', `/Users/${byHand.id}`, user('somebody'))).status, 404);
  const { id } = (await call('POST', '/Users', user('other'))).body;
  assert.equal((await call('PUT', `/Users/${id}`, user('root@example.com'))).status, 409);
  const team = await call('POST', '/Groups', group('Everything', [String(byHand.id)]));
  assert.equal('members' in team.body, false);
  assert.deepEqual(person(node, String(byHand.id))!.roles, ['administrator']);
});

test('what is not right is told as RFC 7644, section 3.12, has it, and changes nothing', async (t) => {
  const { call } = await open(t);
  const { id } = (await call('POST', '/Users', user('one'))).body;
  for (const [method, path, body, status] of [
    ['POST', '/Users', {}, 400],
    ['POST', '/Users', user(''), 400],
    ['POST', '/Users', user('a b'), 400],
    ['POST', '/Users', user('x'.repeat(300)), 400],
    ['POST', '/Users', { ...user('two'), emails: 'no list' }, 400],
    ['POST', '/Users', { ...user('two'), active: 'perhaps' }, 400],
    ['POST', '/Users', 'no json', 400],
    ['POST', '/Users', `${'['.repeat(40)}${']'.repeat(40)}`, 400],
    ['POST', '/Users', '{"__proto__":{"active":true},"userName":"two"}', 400],
    ['POST', '/Groups', group(''), 400],
    ['PATCH', `/Users/${id}`, { Operations: [] }, 400],
    ['PATCH', `/Users/${id}`, patch({ op: 'explode' }), 400],
    ['PATCH', `/Users/${id}`, patch({ op: 'replace', path: 'nothing.of.it', value: 1 }), 400],
    ['PATCH', `/Users/${id}`, patch({ op: 'remove' }), 400],
    [
      'PATCH',
      `/Users/${id}`,
      patch(...Array.from({ length: 300 }, () => ({ op: 'replace', path: 'active', value: false }))),
      413,
    ],
    ['PATCH', '/Users/77', patch({ op: 'replace', value: { active: false } }), 404],
    ['PUT', '/Groups/77', group('x'), 404],
  ] as const) {
    const answer = await call(method, path, body);
    const label = `${method} ${path} ${JSON.stringify(body).slice(0, 100)}: ${JSON.stringify(answer.body)}`;
    assert.equal(answer.status, status, label);
    assert.deepEqual(answer.body.schemas, ['urn:ietf:params:scim:api:messages:2.0:Error'], label);
    assert.equal(answer.body.status, String(status), label);
  }
  const all = await call<Listing>('GET', '/Users');
  assert.deepEqual(
    all.body.Resources.map(({ userName, active }) => [userName, active]),
    [['one', true]],
  );
});

test('a store that fails is no "not found", and leaves memory as the disk is', async (t) => {
  const { node, call } = await open(t);
  const { id } = (await call('POST', '/Users', user('one'))).body;
  const { store } = node.app.node();
  const transact = store.transact.bind(store);
  t.after(async () => {
    store.transact = transact;
  });
  store.transact = async (changes, chain) => {
    if (changes.some((change) => 'table' in change && change.table.name === 'people')) {
      const { Fault } = await import('./core/errors.ts');
      throw new Fault('store_unavailable');
    }
    return transact(changes, chain);
  };
  for (const [method, path, body] of [
    ['POST', '/Users', user('two')],
    ['PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } })],
    ['DELETE', `/Users/${id}`, undefined],
  ] as const) {
    const answer = await call(method, path, body);
    assert.equal(answer.status, 503, `${method} ${JSON.stringify(answer.body)}`);
    assert.ok(answer.headers['retry-after']);
  }
  store.transact = transact;
  assert.notEqual(person(node, id)!.state, 'disabled');
  assert.deepEqual((await call<Listing>('GET', '/Users')).body.totalResults, 1);
  assert.equal((await call('POST', '/Users', user('two'))).status, 201);
});

test('it outlives a restart, follows a changed configuration, and nothing of it is in the clear on disk', async (t) => {
  const { node, call } = await open(t);
  const { id } = (await call('POST', '/Users', user('rosebud@example.com', { displayName: 'Rosebud', externalId: 'sled-1941' })))
    .body;
  await call('POST', '/Groups', group('Marketing', [id]));
  // Roles that somebody gave by hand give way to what the directory says, at the latest when the node opens again.
  await node.app.node().access.administration.setRoles(Number(id), ['auditor'], 0);
  await node.restart();
  assert.deepEqual(person(node, id)!.roles, ['marketer']);
  assert.equal((await call<Listing>('GET', '/Groups')).body.Resources[0]!.displayName, 'Marketing');
  for (const file of readdirSync(node.folder)) {
    const bytes = readFileSync(join(node.folder, file));
    for (const word of ['osebud', 'sled-1941', 'Marketing']) assert.equal(bytes.includes(word), false, `${word} in ${file}`);
  }
});

test('a patch that needs no tidying is left as it came', () => {
  const message = patch({ op: 'add', path: 'displayName', value: 'True' }, { op: 'add', value: { displayName: 'False' } });
  assert.deepEqual(tidyPatch(message, {}), message);
  const tidy = tidyPatch(patch({ op: 'Add', path: 'emails[type eq "work"].primary', value: 'True' }), {
    emails: [{ type: 'work' }],
  });
  assert.equal(tidy.Operations![0]!.value, true);
});
