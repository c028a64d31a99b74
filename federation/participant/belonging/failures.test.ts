import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs, TestNet } from '../testing.ts';
import { address, joinAs, name, newFederation, newNode } from './testing.ts';
import { acts, everywhere, failAt, settled } from './testing-kills.ts';

test('a write that was done and said that it was not: founding', async () => {
  await everywhere(
    3,
    async (fail) => {
      const net = new TestNet();
      const founder = await newNode(net, 'founder');
      await fail(founder, async ({ it }) => {
        // Whoever asks again looks first.
        await it.chores();
        if (it.federations().length === 0) await it.found({ name: name('Founder'), address, coordinator: 'own' });
        const { federation } = it.federations()[0]!;
        if (!net.coordinators.has(address)) net.begin(address, it.identity(federation).member, it.welcome(federation));
        await it.chores();
      });
      assert.equal((await founder.ports.book.list('belonging')).length, 1);
      await settled(net, founder.it.federations()[0]!.federation, [founder]);
    },
    failAt,
  );
});

test('a write that was done and said that it was not: joining, admitting and new keys', async () => {
  for (const who of [0, 1]) {
    await everywhere(
      5,
      async (fail) => {
        const { net, founder, federation } = await newFederation();
        const node = await newNode(net, 'one');
        const { code, invitation } = await founder.it.invite(federation, { role: 'participant', expiresInMs: dayMs });
        await fail([founder, node][who]!, async () => {
          await node.it.chores();
          if (node.it.federations()[0]?.state !== 'member') {
            const { fingerprint } = await node.it.join({ code, name: name('One') });
            await founder.it.chores();
            await founder.it.admit(federation, invitation, fingerprint);
            await node.it.chores();
          }
          for (const { it } of [node, founder]) {
            await it.chores();
            const { member } = it.identity(federation);
            const { version } = it.membership(federation).members.get(member)!.descriptor;
            if (version === 1) await it.renewKeys(federation, () => true);
          }
          await node.it.chores();
        });
        await settled(net, federation, [founder, node]);
        assert.deepEqual(acts(net), ['found', 'admit', 'renew', 'renew']);
        await joinAs(net, founder, federation, 'two');
      },
      failAt,
    );
  }
});
