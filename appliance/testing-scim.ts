// A node with a directory that provisions its people, and the messages of RFC 7643 and 7644 that a directory sends.

import assert from 'node:assert/strict';
import type { Config } from './core/config.ts';
import { systemPorts } from './core/ports.ts';
import { openTestNode, type TestNode } from './testing.ts';

export type Resource = { id: string; [attribute: string]: unknown };
export type Listing = {
  schemas: string[];
  totalResults: number;
  startIndex: number;
  itemsPerPage: number;
  Resources: Resource[];
};

export const groups = { Marketing: ['marketer'], Everything: ['marketer', 'supervisor'], 'b2c3-guid': ['auditor'] } as const;
export const config = { directory: { groups } } as unknown as Partial<Config>;

export async function open(t: { after(work: () => Promise<void>): void }) {
  const node = await openTestNode({ config });
  t.after(() => node.close());
  const { apiKeys } = node.app.node().entrances;
  const expiresAtMs = systemPorts.clock.nowMs() + 86_400_000;
  const { token } = await apiKeys.add({ name: 'directory', scope: 'directory', roles: [], expiresAtMs }, 'operator');
  const call = async <T = Resource>(method: string, path: string, body?: unknown) => {
    const answer = await node.app.http.inject({
      method: method as 'GET',
      url: `/scim/v2${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        host: 'cdp.example.com',
        ...(body !== undefined && { 'content-type': 'application/scim+json' }),
      },
      ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    if (answer.statusCode !== 204) assert.match(String(answer.headers['content-type']), /^application\/scim\+json/);
    return { status: answer.statusCode, body: (answer.body === '' ? undefined : answer.json()) as T, headers: answer.headers };
  };
  return { node, call };
}

export const patch = (...Operations: object[]) => ({ schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations });
export const user = (userName: string, more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  userName,
  active: true,
  ...more,
});
export const group = (displayName: string, members: readonly string[] = [], more: object = {}) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
  displayName,
  members: members.map((value) => ({ value })),
  ...more,
});
export const person = (node: TestNode, id: string) => node.app.node().access.people.find(Number(id));

/** Somebody signed in, without the password that is not the subject here. */
export async function session(node: TestNode, id: string) {
  const { desk } = node.app.node().access;
  const started = await desk.sessions.start(Number(id), 'full', {});
  await desk.store.transact(started.changes);
  started.keep();
  return started.token;
}
