// The audit log on PostgreSQL: the same entries, proofs and verification, and the same refusal of what was changed.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { verifyConsistency } from '../crypto/merkle-log.ts';
import { itemsOf, type Verdict, verifyLog } from './core/audit/audit.ts';
import { startTestPostgres } from './core/store/postgres/test-server.ts';
import { openTestNode } from './testing.ts';

test('PostgreSQL: entries, proofs, verification, tampering', async () => {
  const server = await startTestPostgres();
  after(() => server.stop());
  const node = await openTestNode({ config: { store: await server.createDatabase() } });
  after(() => node.close());
  const verify = (): Promise<Verdict> => verifyLog(itemsOf(node.app.node().audit.lines()));
  await node.send([{ type: 'identify', userId: 'u-1', traits: { name: 'Wang Fang' } }]);
  const [found] = await node.find('u-1');
  await Promise.all(Array.from({ length: 30 }, () => node.ask('GET', `/api/profiles/${found!.id}`)));
  const { body } = await node.ask<{ entries: { fields: string[] }[] }>('GET', `/api/audit/who-read/${found!.id}`);
  assert.ok(body.entries.length >= 30);
  assert.deepEqual(body.entries.at(-1)!.fields, ['profile']);
  await node.restart();
  assert.deepEqual((await verify()).flaw, undefined);
  type Grown = { from: number; to: number; fromRoot: string; toRoot: string; proof: string[] };
  const { body: grown } = await node.ask<Grown>('GET', '/api/audit/consistency?from=7');
  const bytes = (text: string) => Buffer.from(text, 'hex');
  assert.ok(verifyConsistency(7, grown.to, bytes(grown.fromRoot), bytes(grown.toRoot), grown.proof.map(bytes)));
  const { store } = node.app.node();
  await store.transact([{ op: 'run', sql: 'UPDATE audit_entries SET at_ms = at_ms + 1 WHERE seq = 5' }]);
  const { flaw } = await verify();
  assert.deepEqual([flaw?.kind, flaw?.entry], ['changed', 5]);
});
