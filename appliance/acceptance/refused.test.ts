// Every route of the OpenAPI document, asked by whom the policies do not let: the wrong role, no purpose, or another one. Worked out from
// the document and the table of who may what, so that a new route is covered by itself.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { actionsOf, whoMayWhat } from '../core/access/who-may-what.ts';
import { type Principal, type Role, roles } from '../core/model/principal.ts';
import { openTestNode, type TestNode } from '../testing.ts';
import { standardPurposesShown } from '../who-may-what-purposes.ts';
import { askRoute, guardedRoutes } from './testing-walk.ts';

const people = new Map<string, Principal>(
  roles.map((role: Role, at) => [
    role,
    { actor: `person ${at + 1}`, kind: 'person', id: at + 1, roles: [role], steppedUpUntilMs: Number.MAX_SAFE_INTEGER },
  ]),
);
let node: TestNode;
before(async () => {
  node = await openTestNode({
    holders: async () => [...people.values()],
    signedIn: (name) => people.get(name),
    // Where this machine too needs a key for figures, every guarded route asks who is there.
    config: { metrics: { open: 'key' } },
  });
});
after(() => node?.close());

test('whoever has no role for it, no purpose or another one, is refused on every route', async () => {
  const all = guardedRoutes(node);
  const table = await whoMayWhat(node.app.policies.engine, actionsOf(node.app.http.swagger()), standardPurposesShown);
  const cells = new Map(table.actions.map(({ action, cells: row }) => [action, row]));
  const asked = { no: 0, purpose: 0 };
  const unclear: string[] = [];
  for (const route of all) {
    for (const role of roles) {
      const cell = cells.get(route.action)![role];
      if (cell.may === 'yes') continue;
      const wrong = standardPurposesShown.find((purpose) => !cell.purposes?.includes(purpose))!;
      const tries = cell.may === 'purpose' ? [{}, { 'x-purpose': wrong }] : [{ 'x-purpose': 'customer_service' }];
      for (const headers of tries) {
        const { status, code } = await askRoute(node, route, { 'x-test-person': role, ...headers });
        const hint = `${route.name} as ${role} ${JSON.stringify(headers)}: ${status} ${code}`;
        assert.ok(status === 403 || status === 400 || status === 415, hint);
        if (status === 403) asked[cell.may === 'purpose' ? 'purpose' : 'no'] += 1;
        else unclear.push(hint);
      }
    }
  }
  assert.ok(asked.no > 400 && asked.purpose > 20, JSON.stringify(asked));
  // Those whose examples do not get as far as the policies: few, and they are refused all the same.
  assert.ok(unclear.length < asked.no / 10, unclear.join('\n'));
});
