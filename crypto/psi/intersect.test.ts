import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { PointRefused } from './ecdh.ts';
import { firstRepeat, intersect, refuseRepeats } from './intersect.ts';

const token = (text: string) => createHash('sha256').update(text).digest();
const pack = (tokens: readonly Buffer[]) => Buffer.concat(tokens);

/** The same by a Set of texts. */
function plain(own: readonly Buffer[], theirs: readonly Buffer[]) {
  const texts = theirs.map((bytes) => bytes.toString('hex'));
  const places = own.flatMap((bytes, index) => (texts.includes(bytes.toString('hex')) ? [index] : []));
  return { own: places, theirs: places.map((index) => texts.indexOf(own[index]!.toString('hex'))) };
}

const hashed = fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 80 }).map((all) => all.map((n) => token(String(n))));
/** Equal but for one byte, which may be any: what a comparison of prefixes would take for the same. */
const alike = fc
  .array(fc.tuple(fc.nat(31), fc.nat(3)), { maxLength: 40 })
  .map((all) => all.map(([at, value]) => Buffer.alloc(32).fill(value, at, at + 1)));

test('exactly the plain intersection, repeats on either side included', () => {
  fc.assert(
    fc.property(fc.oneof(fc.tuple(hashed, hashed), fc.tuple(alike, alike)), ([own, theirs]) => {
      const found = intersect(pack(own), pack(theirs));
      assert.deepEqual({ own: [...found.own], theirs: [...found.theirs] }, plain(own, theirs));
    }),
  );
});

test('lists that do not begin at a multiple of four bytes', () => {
  const own = [token('a'), token('b'), token('c')];
  const shifted = Buffer.concat([Buffer.alloc(1), pack([token('c'), token('a')])]);
  const list = new Uint8Array(shifted.buffer, shifted.byteOffset + 1, 64);
  assert.deepEqual([...intersect(pack(own), list).own], [0, 2]);
  assert.deepEqual([...intersect(list, pack(own)).theirs], [2, 0]);
});

test('none, one, and wrong lengths', () => {
  assert.equal(intersect(Buffer.alloc(0), Buffer.alloc(0)).own.length, 0);
  assert.equal(intersect(token('a'), Buffer.alloc(0)).own.length, 0);
  assert.deepEqual([...intersect(token('a'), token('a')).own], [0]);
  assert.throws(() => intersect(Buffer.alloc(31), Buffer.alloc(0)), /own: expected a multiple of 32 bytes, got 31/);
  assert.throws(() => intersect(Buffer.alloc(0), Buffer.alloc(33)), /theirs/);
});

test('the first repeat is found, and refused by its place', () => {
  fc.assert(
    fc.property(hashed, (list) => {
      const texts = list.map((bytes) => bytes.toString('hex'));
      const expected = texts.findIndex((text, index) => texts.indexOf(text) < index);
      assert.equal(firstRepeat(pack(list)), expected);
      if (expected < 0) refuseRepeats(pack(list));
      else
        assert.throws(
          () => refuseRepeats(pack(list)),
          (error: PointRefused) => error instanceof PointRefused && error.index === expected,
        );
    }),
  );
});

test('tokens that differ in their last bytes only are told apart, as fast as others', () => {
  // So many that some ten pairs have the same 32-bit hash, whatever its key, and only the whole comparison parts them.
  const count = 300_000;
  const crafted = Buffer.alloc(count * 32, 7);
  for (let index = 0; index < count; index += 1) crafted.writeUInt32LE(index * 8192, index * 32 + 28);
  assert.equal(firstRepeat(crafted), -1);
  const { own, theirs } = intersect(crafted, crafted);
  assert.equal(own.length, count);
  assert.deepEqual(theirs, own);
});
