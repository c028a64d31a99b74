import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayMs } from '../testing.ts';
import { codesOf, joinAs, name, newFederation, view } from './testing.ts';
import { acts, everywhere, settled } from './testing-kills.ts';

test('new keys: a member is killed', async () => {
  await everywhere(5, async (die) => {
    const { net, founder, federation } = await newFederation();
    const node = await joinAs(net, founder, federation, 'one');
    await die(node, async ({ it }) => {
      const { member } = it.identity(federation);
      if (it.membership(federation).members.get(member)!.descriptor.version === 1) await it.renewKeys(federation, () => true);
      await it.chores();
    });
    await settled(net, federation, [founder, node]);
    assert.deepEqual(acts(net), ['found', 'admit', 'renew']);
  });
});

test('new keys: a member is killed, and another statement comes first', async () => {
  await everywhere(5, async (die) => {
    const { net, founder, federation } = await newFederation();
    const node = await joinAs(net, founder, federation, 'one');
    let first = true;
    await die(node, async ({ it }) => {
      if (!first) await founder.it.rename(federation, name('New'));
      first = false;
      const { member } = it.identity(federation);
      if (it.membership(federation).members.get(member)!.descriptor.version === 1) await it.renewKeys(federation, () => true);
      await it.chores();
    });
    await settled(net, federation, [founder, node]);
    assert.deepEqual(acts(net).sort(), ['admit', 'found', 'rename', 'renew']);
  });
});

test('a certificate is renewed: the member is killed, or the founder', async () => {
  for (const who of [0, 1]) {
    await everywhere(8, async (die) => {
      const { net, founder, federation } = await newFederation();
      const node = await joinAs(net, founder, federation, 'one');
      const before = node.it.identity(federation).certificate;
      net.clock.ms += 21 * dayMs;
      await die([founder, node][who]!, async () => {
        for (const one of [node, founder, node]) await one.it.chores();
      });
      await settled(net, federation, [founder, node]);
      assert.notEqual(node.it.identity(federation).certificate, before);
      assert.ok(view(founder, federation).certificateEndsAtMs! > net.clock.ms + 29 * dayMs);
    });
  }
});

test('removing: the founder is killed', async () => {
  await everywhere(8, async (die) => {
    const { net, founder, federation, coordinator } = await newFederation();
    const node = await joinAs(net, founder, federation, 'one');
    const { member } = node.it.identity(federation);
    const before = coordinator.list;
    await die(founder, async ({ it }) => {
      if (it.membership(federation).members.get(member)!.status === 'member') {
        await it.remove(federation, member, 'revoked', 'Stolen');
      }
      await it.chores();
    });
    await settled(net, federation, [founder]);
    assert.deepEqual(acts(net), ['found', 'admit', 'remove']);
    assert.notEqual(coordinator.list, before);
    await node.it.chores();
    assert.ok(codesOf(node, federation).includes('log certificate_revoked'));
  });
});

test('leaving: the member is killed', async () => {
  await everywhere(4, async (die) => {
    const { net, founder, federation } = await newFederation();
    const node = await joinAs(net, founder, federation, 'one');
    await die(node, async ({ it }) => {
      if (view({ ...node, it }, federation).state === 'member') await it.leave(federation, 'Merged');
      await it.chores();
    });
    assert.equal(view(node, federation).state, 'left');
    await settled(net, federation, [founder]);
    assert.deepEqual(acts(net), ['found', 'admit', 'remove']);
  });
});
