// Two nodes and a coordinator as processes of their own: each of them is killed with SIGKILL in the middle of a match of thousands, and the match
// goes on to the exact answer. What proves it is then checked as on a third machine: by files alone.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { verifyTranscript } from '../../federation/protocol/verify-transcript.ts';
import { type Members, type Side, startMembers } from './testing/members.ts';
import { cli } from './testing/process.ts';

const size = 12_000;
const shared = 5_000;

let members: Members;
before(async () => {
  members = await startMembers({ minSize: 100, minIntersection: 50 });
});
after(() => members.close());

async function fill(side: Side, from: number): Promise<void> {
  const writeKey = await side.process.client.addSource('shop');
  for (let at = 0; at < size; at += 500) {
    const batch = Array.from({ length: 500 }, (_, n) => ({
      type: 'identify',
      messageId: `m${from + at + n}`,
      userId: `u${from + at + n}`,
      traits: { phone: `138${String(from + at + n).padStart(8, '0')}` },
      timestamp: '2026-01-05T08:00:00Z',
    }));
    const sent = await side.process.client.track(writeKey, batch);
    assert.ok(sent.status === 200 || sent.status === 429, `${sent.status}`);
    if (sent.status === 429) {
      await sleep(500);
      at -= 500;
    }
  }
}

test('each of the three is killed in the middle of a match, and it comes to the exact answer', async () => {
  const { one, two, federation, responder, founder, home } = members;
  await Promise.all([fill(one, 0), fill(two, size - shared)]);
  const { match } = await one.act<{ match: string }>('match.propose', {
    federation,
    responder,
    learns: 'both',
    use: 'overlap',
    purpose: 'customer_service',
    reason: 'whom we both serve',
    kinds: ['phone'],
    source: { from: 'customers' },
  });
  await two.until(match, ({ phase }) => phase === 'asked');
  await two.act('match.accept', { match, source: { from: 'customers' } });
  // In the middle: lists are prepared, and multiplying has begun.
  await two.until(match, ({ phase, progress }) => phase !== 'running' || progress.done > 0);
  await two.process.kill();
  members.killCoordinator();
  await two.start();
  await one.process.kill();
  await members.startCoordinator();
  await one.start();
  const ended = await Promise.all([one, two].map((side) => side.until(match, ({ phase }) => phase === 'ended')));
  for (const view of ended) {
    assert.deepEqual([view.outcome?.result, view.learned?.customers], ['done', shared], JSON.stringify(view.outcome));
  }
  const transcripts = await Promise.all([one, two].map((side) => side.ask<string>('GET', `/api/matches/${match}/transcript`)));
  assert.equal(transcripts[0], transcripts[1]);
  const verdict = verifyTranscript(transcripts[0]!, founder);
  assert.deepEqual(verdict.findings, []);
  // As on a third machine: the logs of both nodes by their exported files.
  for (const [n, side] of [one, two].entries()) {
    const log = join(home, `log-${n}.ndjson`);
    const env = { HOLDFAST_PASSPHRASE_FILE: side.place.passphraseFile };
    const exported = await cli(['--data', side.place.folder, 'audit', 'export', log], env);
    assert.equal(exported.code, 0, exported.err);
    const verified = await cli(['audit', 'verify', '--offline', log]);
    assert.equal(verified.code, 0, verified.out + verified.err);
  }
  await Promise.all([one.process.stop(), two.process.stop()]);
});
