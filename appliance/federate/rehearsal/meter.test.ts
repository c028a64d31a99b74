// The meter counts each byte once, by what a line of the board says that it is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoordinatorApi } from '../../../federation/protocol/coordinator-api.ts';
import { blobDigest, type RoundApi } from '../../../federation/protocol/round/round-api.ts';
import type { Saying, SignedEntry } from '../../../federation/protocol/round/sayings.ts';
import { cryptographyOf, Meter, totalOf } from './meter.ts';

const entry = (says: Saying) => ({ entry: { says }, signature: '' }) as unknown as SignedEntry;

test('bytes are of the kind of the entry that names them', async () => {
  const blobs = new Map<string, Uint8Array>();
  let news: SignedEntry[] = [];
  const rounds: RoundApi = {
    news: async () => [{ round: 'r', from: 0, entries: news }],
    post: async () => undefined,
    close: async () => undefined,
    give: async (_round, bytes) => void blobs.set(blobDigest(bytes), bytes),
    fetch: async (_round, digest) => blobs.get(digest)!,
  };
  const meter = new Meter();
  const api = meter.around({ rounds } as CoordinatorApi).rounds;
  const ciphertext = new Uint8Array(1000).fill(1);
  const reveal = new Uint8Array(70).fill(2);
  await api.give('r', ciphertext);
  await api.give('r', reveal);
  const contribution = entry({ kind: 'contribution', sum: 0, about: 'a', values: 5, ciphertexts: [blobDigest(ciphertext)] });
  const revealing = entry({ kind: 'reveal', sum: 0, sealed: blobDigest(reveal) });
  await api.post(contribution);
  await api.post(revealing);
  const opened = new Uint8Array(52).fill(3);
  blobs.set(blobDigest(opened), opened);
  news = [entry({ kind: 'opened', sum: 0, salted: '0'.repeat(64), sealed: [blobDigest(opened)] })];
  await api.news({}, 0);
  await api.fetch('r', blobDigest(opened));
  await meter.asking(async () => new Int32Array(5))('a', new Int32Array(5));
  const read = meter.read();
  const lines = JSON.stringify(contribution).length + JSON.stringify(revealing).length;
  assert.deepEqual(read.sent, { ciphertexts: 1000, keys: 0, shares: 0, reveals: 70, sums: 0, exchanges: 0, entries: lines });
  assert.equal(read.received.sums, 52);
  assert.equal(totalOf(read.sent), 1070 + lines);
  assert.equal(cryptographyOf(read), 1000 + 70 - 20);
});

test('work is timed whether it comes at once or later, and what it throws comes out', async () => {
  const meter = new Meter();
  assert.equal(
    meter.timed('masks', () => 5),
    5,
  );
  assert.equal(await meter.timed('shares', async () => 6), 6);
  await assert.rejects(
    meter.timed('seals', () => Promise.reject(new RangeError('no'))),
    RangeError,
  );
  assert.throws(
    () =>
      meter.timed('masks', () => {
        throw new RangeError('no');
      }),
    RangeError,
  );
  const { masksS, sharesS, sealsS } = meter.read();
  for (const seconds of [masksS, sharesS, sealsS]) assert.ok(seconds >= 0);
});
