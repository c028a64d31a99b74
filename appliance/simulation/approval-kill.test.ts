// A node that is killed while policies change: whatever the moment, a change that was answered holds, each happened once, and none is left
// in the middle.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Approval } from '../core/access/approvals.ts';
import { defaultFiles } from '../core/access/policies.ts';
import { makePlace, startNode } from './testing/process.ts';
import { rounds } from './testing/rounds.ts';

const killings = rounds(3, 40);

test('killed between proposal, approval, execution and its end, every change of policies is whole', async () => {
  const place = await makePlace();
  after(() => place.remove());
  let answered = 0;
  let tried = 0;
  for (let round = 0; round <= killings; round += 1) {
    const node = await startNode(place);
    const approvals: Approval[] = [];
    for (let before = Number.MAX_SAFE_INTEGER; ; before = approvals.at(-1)!.id) {
      const page = await node.client.ask<{ approvals: Approval[] }>('GET', `/api/approvals?limit=200&before=${before}`);
      approvals.push(...page.approvals);
      if (page.approvals.length < 200) break;
    }
    const done = approvals.filter(({ state }) => state === 'done');
    // What was taken up may follow a version that another change has made meanwhile.
    assert.ok(approvals.every(({ state, failure }) => state === 'done' || (state === 'failed' && failure === 'conflict')));
    const { version, hash } = await node.client.ask<{ version: number; hash: string }>('GET', '/api/policies');
    assert.equal(done.length, version, 'as many changes as versions');
    if (version > 0) assert.deepEqual(done[0]!.result, { version, hash });
    assert.ok(version >= answered && version <= tried, `${answered} answered, ${version} versions, ${tried} tried`);
    if (round === killings) {
      await node.stop();
      break;
    }
    const changing = (async () => {
      for (;;) {
        tried += 1;
        const files = defaultFiles().map((file) => ({ ...file, text: `${file.text}// change ${tried}\n` }));
        const body = { kind: 'policy.change', payload: { files }, reason: 'a kill is near' };
        const reply = await node.client.send('POST', '/api/approvals', body).catch(() => undefined);
        if (reply === undefined) return;
        // A machine that is busy with other tests turns requests away.
        if (reply.status === 429) await sleep(50);
        else {
          assert.equal(reply.status, 201, JSON.stringify(reply.body));
          answered += 1;
        }
      }
    })();
    const before = answered;
    const gone = changing.then(() => true);
    while (answered === before && !(await Promise.race([sleep(5), gone])));
    assert.ok(answered > before, 'no change got through');
    await sleep((round * 131) % 300);
    await node.kill();
    await changing;
  }
});
