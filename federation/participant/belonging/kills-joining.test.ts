import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, TestNet } from '../testing.ts';
import { address, joinAs, name, newFederation, newNode, separateCoordinator } from './testing.ts';
import { acts, everywhere, settled } from './testing-kills.ts';

test('founding with a coordinator of its own', async () => {
  await everywhere(3, async (die) => {
    const net = new TestNet();
    const founder = await newNode(net, 'founder');
    await die(founder, async ({ it }) => {
      if (it.federations().length === 0) await it.found({ name: name('Founder'), address, coordinator: 'own' });
      const { federation } = it.federations()[0]!;
      if (!net.coordinators.has(address)) net.begin(address, it.identity(federation).member, it.welcome(federation));
      await it.chores();
    });
    assert.equal(founder.it.federations().length, 1);
    await settled(net, founder.it.federations()[0]!.federation, [founder]);
  });
});

test('founding with a separate coordinator, admitted from a file', async () => {
  await everywhere(12, async (die) => {
    const net = new TestNet();
    const founder = await newNode(net, 'founder');
    let coordinator: Awaited<ReturnType<typeof separateCoordinator>> | undefined;
    await die(founder, async ({ it }) => {
      if (it.federations().length === 0) await it.found({ name: name('Founder'), address, coordinator: 'separate' });
      const { federation } = it.federations()[0]!;
      if (coordinator === undefined) {
        const { code } = await it.invite(federation, { role: 'coordinator', expiresInMs: dayMs });
        coordinator = await separateCoordinator(net, code);
      }
      const { request, fingerprint, member } = coordinator;
      const welcome = await it.admitFromFile(federation, request, fingerprint);
      if (!net.coordinators.has(address)) net.begin(address, member, welcome);
      await it.chores();
    });
    const { federation } = founder.it.federations()[0]!;
    await joinAs(net, founder, federation, 'one');
    await settled(net, federation, [founder]);
    assert.deepEqual(acts(net), ['found', 'admit', 'admit']);
  });
});

test('inviting and admitting: the founder is killed', async () => {
  await everywhere(20, async (die) => {
    const { net, founder, federation } = await newFederation();
    const node = await newNode(net, 'one');
    let asked: { code: string; invitation: string; fingerprint: string } | undefined;
    await die(founder, async ({ it }) => {
      if (asked === undefined) {
        const { code, invitation } = await it.invite(federation, { role: 'participant', expiresInMs: dayMs });
        asked = { code, invitation, fingerprint: (await node.it.join({ code, name: name('One') })).fingerprint };
      }
      await it.chores();
      await it.admit(federation, asked.invitation, asked.fingerprint);
      await it.chores();
    });
    await node.it.chores();
    await settled(net, federation, [founder, node]);
    assert.deepEqual(acts(net), ['found', 'admit']);
    assert.equal((await founder.ports.book.list('belonging-leaf')).length, 1);
  });
});

test('asking and becoming a member: the newcomer is killed', async () => {
  await everywhere(10, async (die) => {
    const { net, founder, federation, coordinator } = await newFederation();
    const node = await newNode(net, 'one');
    const { code, invitation } = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
    await die(node, async ({ it }) => {
      if (it.federations()[0]?.state !== 'member') {
        if (it.federations()[0] === undefined) await it.join({ code, name: name('One') });
        await it.chores();
        await founder.it.chores();
        await founder.it.admit(federation, invitation, it.federations()[0]!.fingerprint);
      }
      await it.chores();
      await it.chores();
    });
    await settled(net, federation, [founder, node]);
    assert.deepEqual(acts(net), ['found', 'admit']);
    assert.equal(coordinator.joins.size, 1);
  });
});
