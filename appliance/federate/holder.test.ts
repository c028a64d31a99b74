// Erasing a customer reaches results, sealed lists of running matches, and uploaded files, in a real node.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openTestNode } from '../testing.ts';
import { matchHolder } from './holder.ts';
import { MatchResults } from './results.ts';
import { RoundScores } from './rounds/round-scores.ts';
import { chunksOf, testWorld } from './testing.ts';

const node = await openTestNode();
after(() => node.close());

test('who is erased is in no result, no file and no running match', async () => {
  const { book, spool, clock, files } = testWorld();
  const results = new MatchResults({ book, spool, clock });
  await node.send([
    { type: 'identify', userId: 'C-1', traits: { phone: '13812345670', email: 'li@qq.com' } },
    { type: 'identify', userId: 'C-2', traits: { phone: '13812345671' } },
  ]);
  const [gone] = await node.find('13812345670');
  const [stays] = await node.find('13812345671');
  const ended: string[] = [];
  const lists = new Map([
    ['running with', [gone!.id, stays!.id]],
    ['running without', [stays!.id]],
  ]);
  const holder = matchHolder({
    tables: [],
    results,
    files,
    snapshots: {
      ofCustomers: async () => [...lists.keys()],
      contains: async (match, ids) => lists.get(match)!.some((id) => ids.has(id)),
      end: async (match) => void ended.push(match),
    },
    scores: new RoundScores({ book, spool }),
    sources: () => node.app.node().directory.ids(),
  });
  // The node has one of its own for what it keeps.
  node.app.node().subjects.registry.register({ ...holder, name: 'matches of the test' });
  const base = { partner: 'b', purpose: 'partner_matching', mode: 'ecdh' as const, use: 'overlap' as const };
  const found = [gone!, stays!].map(({ id }) => ({ id, kind: 'phone' as const }));
  await results.keep({ ...base, match: 'm1', from: 'customers', found });
  await results.keep({
    ...{ ...base, match: 'm2', from: 'file' },
    found: [
      { id: 'C-1', kind: 'phone' },
      { id: 'C-2', kind: 'phone' },
    ],
  });
  const columns = { id: 'no', kinds: { phone: 'tel', email: 'mail' } };
  const byValue = await files.take(chunksOf('no,tel,mail\nX9,+86 138-1234-5670,\n'), { columns, by: 'p' });
  const byId = await files.take(chunksOf('no,tel,mail\nC-1,13912345679,\n'), { columns, by: 'p' });
  const bound = await files.take(chunksOf('no,tel,mail\nX1,,LI@qq.com\n'), { columns, by: 'p' });
  const other = await files.take(chunksOf('no,tel,mail\nX9,13812345671,\nC-2,13812345672,\n'), { columns, by: 'p' });
  await files.bind(bound.id, 'running with a file');

  const subject = await node.ask<{ state: string }>('POST', `/api/subjects/${gone!.id}/erase`, { reason: 'request' });
  assert.ok(subject.status < 300, JSON.stringify(subject));
  assert.equal(subject.body.state, 'done');

  assert.deepEqual((await results.page('m1')).found, [{ id: stays!.id, kind: 'phone' }]);
  assert.deepEqual((await results.page('m2')).found, [{ id: 'C-2', kind: 'phone' }]);
  assert.deepEqual(ended.sort(), ['running with', 'running with a file']);
  assert.deepEqual(
    (await files.list()).map(({ id }) => id),
    [other.id],
  );
  assert.ok(byValue.id !== byId.id);
  assert.deepEqual(await holder.export({ person: Number(stays!.id.slice(1)), recordIds: [Number(stays!.id.slice(1))] }), {
    foundWithPartners: [
      { match: 'm1', partner: 'b', purpose: 'partner_matching', atMs: clock.ms, kind: 'phone', use: 'overlap' },
    ],
  });
});
