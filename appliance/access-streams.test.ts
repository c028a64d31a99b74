// A stream is opened once and goes on: it ends with the session that opened it.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sessionAuthenticator } from './core/access/authenticate.ts';
import { mountAccess } from './core/http/access.ts';
import { mountAudited } from './core/http/audited.ts';
import { createHttp } from './core/http/http.ts';
import { systemPorts } from './core/ports.ts';
import { openDoor } from './door.ts';
import { openPeopleNode } from './testing-access.ts';

test('an open stream is cut off when its session ends', async () => {
  const world = await openPeopleNode();
  after(() => world.node.close());
  const { access } = world.node.app.node();
  // A server of its own, where policies let people have a stream.
  const http = createHttp({ ports: systemPorts, version: 't', isSealed: () => false, loopDelayMs: () => 0 });
  after(() => http.close());
  mountAccess(
    http,
    openDoor([sessionAuthenticator({ access: () => access })], systemPorts.clock, () => ({ allowed: true, policy: 'test' })),
  );
  mountAudited(http, { isOpen: () => true, append: async () => undefined });
  const config = { ungated: true, access: { action: 'stream' }, audit: { exempt: 'a test' } };
  http.get('/api/stream', { config }, async (_request, reply) => {
    reply.hijack();
    reply.raw.writeHead(200);
    reply.raw.write('one\n');
  });
  const url = await http.listen({ host: '127.0.0.1', port: 0 });
  const { person } = await world.invite('streaming', ['agent']);
  const { token } = await access.signIn.byPassword('streaming', 'seven brown owls at dusk', { address: '192.0.2.1' });
  const answer = await fetch(`${url}/api/stream`, { headers: { authorization: `Bearer ${token}` } });
  const reader = answer.body!.getReader();
  assert.equal(Buffer.from((await reader.read()).value!).toString(), 'one\n');
  const rest = reader.read().then(
    ({ done }) => (done ? 'ended' : 'more'),
    () => 'cut off',
  );
  await access.administration.setRoles(person.id, ['auditor'], 0);
  assert.equal(await rest, 'cut off');
});
