import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { plainExpand, plainExtract } from '../reference/hkdf.ts';
import { labelled, pairSign } from './labels.ts';
import { openMaster, type SumPlace } from './masks.ts';
import { seededRandom } from './testing.ts';
import { nobleX25519 } from './x25519.ts';

test('two lists of fields never have one label, wherever the fields are cut', () => {
  const fields = fc.array(fc.oneof(fc.string({ maxLength: 3 }), fc.uint8Array({ maxLength: 3 })), { maxLength: 4 });
  const asBytes = (list: readonly (string | Uint8Array)[]) =>
    JSON.stringify(list.map((field) => Buffer.from(field).toString('hex')));
  fc.assert(
    fc.property(fields, fields, (one, other) => {
      assert.equal(labelled('test', ...one).equals(labelled('test', ...other)), asBytes(one) === asBytes(other));
    }),
    { seed: 11, numRuns: 500 },
  );
  assert.ok(!labelled('test', 'ab', 'c').equals(labelled('test', 'a', 'bc')));
  assert.ok(!labelled('test', 'a').equals(labelled('test', 'a', '')));
  assert.ok(!labelled('pair', 1, 23).equals(labelled('pair', 12, 3)));
});

test('the lower id adds: ids are in the order of their texts', () => {
  assert.deepEqual([pairSign('0a', '0b'), pairSign('0b', '0a'), pairSign('9', 'a'), pairSign('a', 'a0')], [1, -1, 1, 1]);
});

/** Written out once more, so that what is derived changes with its version alone: members of two versions would spoil each other's sums. */
function plainDerive(secret: Uint8Array, purpose: string, fields: readonly (string | Uint8Array)[]): Uint8Array {
  const parts = [`holdfast/masks/${purpose}/v1`, ...fields].map((field) => Buffer.from(field));
  const label = Buffer.concat(parts.flatMap((part) => [Buffer.from([0, 0, part.length >> 8, part.length & 255]), part]));
  const info = new Uint8Array(createHash('sha256').update(label).digest());
  return plainExpand(plainExtract(new Uint8Array(0), secret), info, 32);
}

test('the plain twin derives the same x25519 seed from both maskMasters', () => {
  const random = seededRandom('twin');
  const place: SumPlace = { session: 'spring', index: 41 };
  const masters = { '0a': random.bytes(32), b1: random.bytes(32) };
  const [lower, higher] = [openMaster('x25519', masters['0a'], place, '0a'), openMaster('x25519', masters.b1, place, 'b1')];
  const secrets = (['0a', 'b1'] as const).map((id) => plainDerive(masters[id], 'x25519 secret', ['spring', '41', id]));
  const base = Uint8Array.from({ length: 32 }, (_, at) => (at === 0 ? 9 : 0));
  const keys = secrets.map((secret) => nobleX25519(secret, base)!);
  const agreed = nobleX25519(secrets[0]!, keys[1]!)!;
  const seed = plainDerive(agreed, 'pair', ['x25519', 'spring', '41', '0a', 'b1', ...keys]);
  assert.deepEqual(Buffer.from(lower.offer('b1', higher.publicKey).seed), Buffer.from(seed));
});
