// A node that is killed in the middle of reads: whoever was answered has an entry in the log, and the log verifies, round after round.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { readHeadFile } from '../core/audit/audit.ts';
import { cli, makePlace, startNode } from './testing/process.ts';
import { rounds } from './testing/rounds.ts';

const killings = rounds(3, 40);
const readers = 6;

type Listed = { entries: { correlationId?: string; action: string }[]; next?: number };

test('a kill between entry and answer loses no entry of an answer', async () => {
  const place = await makePlace({ auditSink: 'audit-heads.log' });
  after(() => place.remove());
  const answered = new Set<string>();
  for (let round = 0; round < killings; round += 1) {
    const node = await startNode(place);
    const reading = Array.from({ length: readers }, async () => {
      for (;;) {
        const reply = await node.client.send('GET', '/api/sources').catch(() => undefined);
        if (reply === undefined) return;
        // A busy machine turns readers away for a moment.
        if (reply.status === 429) continue;
        assert.equal(reply.status, 200);
        answered.add(String(reply.headers['x-correlation-id']));
      }
    });
    const before = answered.size;
    while (answered.size === before) await sleep(10);
    await sleep(30 + ((round * 37) % 90));
    await node.kill();
    await Promise.all(reading);
  }
  const node = await startNode(place);
  const logged = new Set<string>();
  for (let before: number | undefined; ; ) {
    const page = await node.client.ask<Listed>('GET', `/api/audit?limit=500${before === undefined ? '' : `&before=${before}`}`);
    for (const { correlationId } of page.entries) if (correlationId !== undefined) logged.add(correlationId);
    before = page.next;
    if (before === undefined) break;
  }
  assert.ok(answered.size > killings);
  assert.deepEqual(
    [...answered].filter((id) => !logged.has(id)),
    [],
  );
  const verified = await cli(['--data', place.folder, '--json', 'audit', 'verify']);
  assert.equal(verified.code, 0, verified.out + verified.err);
  await node.stop();
  const sink = await readHeadFile(join(place.folder, 'audit-heads.log'));
  assert.ok(sink!.length > 0);
});
