// Policies with people who really signed in, on both engines: the purpose an agent gives, a second look, and a change of policies by two
// people that survives a restart.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { defaultFiles } from './core/access/policies.ts';
import type { Config } from './core/config.ts';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import { openPeopleNode } from './testing-access.ts';

async function throughTheDay(config: Partial<Config>): Promise<void> {
  const people = await openPeopleNode(config);
  const { node } = people;
  try {
    await node.send([{ type: 'identify', userId: 'u-1', traits: { phone: '+8613907312846', nationalId: '430104198807123457' } }]);
    const [found] = await node.find('u-1');
    const url = `/api/profiles/${found!.id}`;
    const { browser: agent } = await people.invite('agent', ['agent']);
    const { browser: administrator } = await people.invite('admin', ['administrator']);
    const { browser: officer, person } = await people.invite('officer', ['compliance']);

    const service = { headers: { 'x-purpose': 'customer_service' } };
    assert.equal((await agent.ask('GET', url)).code, 'forbidden');
    const seen = (await agent.ask('GET', url, undefined, service)).body as { traits: { [trait: string]: { value: string } } };
    assert.equal(seen.traits.phone!.value, '+8613907312846');
    assert.equal(seen.traits.nationalId!.value, '43**************57');

    assert.equal((await administrator.ask('GET', '/api/policies')).code, 'second_factor_needed');
    const [own, theirs] = [await people.enrol(administrator), await people.enrol(officer)];
    const files = defaultFiles().map(({ name, text }) => ({
      name,
      text: text.replaceAll('"customer_service"', '"night_shift"'),
    }));
    const proposal = { kind: 'policy.change', payload: { files }, reason: 'nights' };
    people.pass(10 * 60_000);
    assert.equal((await administrator.ask('POST', '/api/approvals', proposal)).code, 'step_up_needed');
    assert.equal((await administrator.ask('POST', '/api/session/step-up', { code: own.app.code() })).status, 200);
    const { body: waiting } = await administrator.ask('POST', '/api/approvals', proposal);
    assert.equal(waiting.state, 'waiting');
    const approve = `/api/approvals/${waiting.id}/approve`;
    assert.equal((await administrator.ask('POST', approve, {})).code, 'forbidden');
    assert.equal((await officer.ask('POST', approve, {})).code, 'step_up_needed');
    assert.equal((await officer.ask('POST', '/api/session/step-up', { code: theirs.app.code() })).status, 200);
    const { body: approved } = await officer.ask('POST', approve, {});
    assert.deepEqual([approved.state, approved.decidedBy], ['done', `person ${person.id}`]);

    await node.restart();
    assert.equal((await agent.ask('GET', url, undefined, service)).code, 'forbidden');
    const nights = await agent.ask('GET', url, undefined, { headers: { 'x-purpose': 'night_shift' } });
    assert.equal(nights.status, 200);
    const both = await people.audit('policy.change');
    assert.deepEqual(
      both.map(({ actor, outcome }) => [actor, outcome]),
      [
        [`person ${person.id}`, 'attempted'],
        [`person ${person.id}`, 'done'],
      ],
    );
    // With both of them there, the operator can be taken out; without an officer nobody could change anything again.
    const without = (...gone: string[]) => ({
      ...proposal,
      payload: { files: files.filter(({ name }) => !gone.includes(name)) },
    });
    const refused = await node.ask<{ error: { code: string } }>(
      'POST',
      '/api/approvals',
      without('operator.cedar', 'compliance.cedar'),
    );
    assert.equal(refused.body.error.code, 'conflict');
    assert.equal((await node.ask('POST', '/api/approvals', without('operator.cedar'))).status, 201);
    assert.equal((await node.ask('GET', url)).status, 403);
  } finally {
    await node.close();
  }
}

test('SQLite: a day of an agent, an administrator and a compliance officer', () => throughTheDay({}));

test('PostgreSQL: the same', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  await throughTheDay({ store: await server.createDatabase() });
});
