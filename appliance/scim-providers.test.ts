// What Okta and Entra ID are documented to send, from the first person to the last patch.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { group, type Listing, open, patch, person, session, user } from './testing-scim.ts';

test('what Okta sends', async (t) => {
  const { node, call } = await open(t);
  // developer.okta.com, SCIM 2.0 protocol reference: looks first, creates, reads, replaces, deactivates by PATCH without a path.
  const looked = await call<Listing>(
    'GET',
    `/Users?filter=${encodeURIComponent('userName eq "test.user@okta.local"')}&startIndex=1&count=100`,
  );
  assert.equal(looked.body.totalResults, 0);
  const made = await call('POST', '/Users', {
    ...user('test.user@okta.local', { name: { givenName: 'Test', familyName: 'User' }, externalId: '00ujl29u0le5T6Aj10h7' }),
    emails: [{ primary: true, value: 'test.user@okta.local', type: 'work' }],
    displayName: 'Test User',
    locale: 'en-US',
    groups: [],
    password: '1mz050nq',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id } = made.body;
  assert.equal(person(node, id)!.email, 'test.user@okta.local');
  const token = await session(node, id);
  assert.ok(node.app.node().access.sessions.find(token));
  const off = await call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } }));
  assert.equal(off.status, 200, JSON.stringify(off.body));
  assert.equal(off.body.active, false);
  assert.equal(person(node, id)!.state, 'disabled');
  assert.equal(node.app.node().access.sessions.find(token), undefined, 'no session outlives it');
  assert.equal((await call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: true } }))).body.active, true);
  assert.notEqual(person(node, id)!.state, 'disabled');
  // Its groups: made with members, renamed with the id in the value, members added and removed.
  const team = await call('POST', '/Groups', group('Marketing', [id]));
  assert.equal(team.status, 201);
  assert.deepEqual(person(node, id)!.roles, ['marketer']);
  const renamed = await call(
    'PATCH',
    `/Groups/${team.body.id}`,
    patch({ op: 'replace', value: { id: team.body.id, displayName: 'Others' } }),
  );
  assert.equal(renamed.status, 200, JSON.stringify(renamed.body));
  assert.deepEqual(person(node, id)!.roles, []);
  await call(
    'PATCH',
    `/Groups/${team.body.id}`,
    patch({ op: 'replace', value: { id: team.body.id, displayName: 'Everything' } }),
  );
  assert.deepEqual(person(node, id)!.roles, ['marketer', 'supervisor']);
  const left = await call('PATCH', `/Groups/${team.body.id}`, patch({ op: 'remove', path: `members[value eq "${id}"]` }));
  assert.equal(left.status, 200, JSON.stringify(left.body));
  assert.deepEqual(person(node, id)!.roles, []);
  const back = await call(
    'PATCH',
    `/Groups/${team.body.id}`,
    patch({ op: 'add', path: 'members', value: [{ value: id, display: 'test.user@okta.local' }] }),
  );
  assert.equal((back.body.members as object[]).length, 1);
  assert.deepEqual(person(node, id)!.roles, ['marketer', 'supervisor']);
  assert.equal(((await call('GET', `/Users/${id}`)).body.groups as { display: string }[])[0]!.display, 'Everything');
  assert.equal((await call('DELETE', `/Groups/${team.body.id}`)).status, 204);
  assert.deepEqual(person(node, id)!.roles, []);
});

test('what Entra ID sends', async (t) => {
  const { node, call } = await open(t);
  // learn.microsoft.com, "Develop and plan provisioning for a SCIM endpoint": the enterprise extension, capital letters in the
  // operations, booleans as text, paths with a filter that matches nothing yet, members one by one.
  const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
  const made = await call('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
    externalId: '0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef',
    userName: 'Test_User_ab6490ee-1e48-479e-a20b-2d77186b5dd1',
    active: true,
    emails: [{ primary: true, type: 'work', value: 'Test_User_fd0ea19b@testuser.com' }],
    meta: { resourceType: 'User' },
    name: { formatted: 'givenName familyName', familyName: 'familyName', givenName: 'givenName' },
    roles: [],
    [enterprise]: { department: 'Sales', employeeNumber: '7' },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const { id } = made.body;
  const changed = await call(
    'PATCH',
    `/Users/${id}`,
    patch(
      { op: 'Replace', path: 'emails[type eq "work"].value', value: 'updatedEmail@microsoft.com' },
      { op: 'Replace', path: 'name.familyName', value: 'updatedFamilyName' },
    ),
  );
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  assert.equal((changed.body.emails as { value: string }[])[0]!.value, 'updatedEmail@microsoft.com');
  assert.equal((changed.body.name as { familyName: string }).familyName, 'updatedFamilyName');
  const more = await call(
    'PATCH',
    `/Users/${id}`,
    patch(
      { op: 'Add', path: 'emails[type eq "home"].value', value: 'at-home@testuser.com' },
      { op: 'Add', path: 'emails[type eq "home"].primary', value: 'False' },
      { op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '555' },
      { op: 'Add', path: `${enterprise}:department`, value: 'Engineering' },
      { op: 'Add', path: 'title', value: 'Engineer' },
    ),
  );
  assert.equal(more.status, 200, JSON.stringify(more.body));
  const emails = more.body.emails as { type: string; value: string }[];
  assert.deepEqual(
    emails.filter(({ type }) => type === 'home'),
    [{ type: 'home', value: 'at-home@testuser.com', primary: false }],
  );
  const off = await call('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'False' }));
  assert.equal(off.body.active, false, JSON.stringify(off.body));
  assert.equal(person(node, id)!.state, 'disabled');
  assert.equal((await call('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'True' }))).body.active, true);

  const team = await call('POST', '/Groups', {
    ...group('displayName', [], { externalId: 'b2c3-guid' }),
    schemas: [
      'urn:ietf:params:scim:schemas:core:2.0:Group',
      'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group',
    ],
  });
  assert.equal(team.status, 201, JSON.stringify(team.body));
  const member = { value: id };
  const added = await call('PATCH', `/Groups/${team.body.id}`, patch({ op: 'Add', path: 'members', value: [member] }));
  assert.ok(added.status === 200 || added.status === 204, JSON.stringify(added.body));
  assert.deepEqual(person(node, id)!.roles, ['auditor'], 'by the number that the directory gives the group');
  const bare = await call('GET', `/Groups/${team.body.id}?excludedAttributes=members`);
  assert.equal('members' in bare.body, false);
  const found = await call<Listing>(
    'GET',
    `/Groups?excludedAttributes=members&filter=${encodeURIComponent('displayName eq "displayName"')}`,
  );
  assert.equal(found.body.totalResults, 1);
  const gone = await call('PATCH', `/Groups/${team.body.id}`, patch({ op: 'Remove', path: 'members', value: [member] }));
  assert.equal(gone.status, 200, JSON.stringify(gone.body));
  assert.deepEqual(person(node, id)!.roles, []);
});
