import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aeadOpen } from './aead.ts';
import {
  envelopeEpoch,
  envelopeOverheadBytes,
  envelopePrefixBytes,
  openEnvelope,
  place,
  SealBroken,
  sealEnvelope,
  sealInPlace,
} from './envelope.ts';
import { generateKey, keyFrom } from './keys.ts';

const key = keyFrom('data', new Uint8Array(32).fill(7));
const traits = place('profiles', 'traits');

test('what is sealed opens, at its place, with its epoch', () => {
  const row = fc.oneof(fc.maxSafeInteger(), fc.string(), fc.constant('王'.repeat(700)));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat(0xffffffff), row, (plaintext, epoch, id) => {
      const envelope = sealEnvelope(key, epoch, traits, id, plaintext);
      assert.equal(envelope.length, plaintext.length + envelopeOverheadBytes);
      assert.equal(envelopeEpoch(envelope), epoch);
      assert.deepEqual(new Uint8Array(openEnvelope(key, traits, id, envelope)), plaintext);
    }),
  );
});

test('what is sealed where it stands is an envelope like any other, and nothing beside it is touched', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 2000 }),
      fc.nat(0xffffffff),
      fc.maxSafeInteger(),
      fc.nat(40),
      (plaintext, epoch, id, at) => {
        const sizeBytes = plaintext.length + envelopeOverheadBytes;
        const memory = Buffer.alloc(at + sizeBytes + 9, 0xee);
        memory.set(plaintext, at + envelopePrefixBytes);
        sealInPlace(memory, at, plaintext.length, key.reveal(), epoch, traits, id);
        const envelope = memory.subarray(at, at + sizeBytes);
        assert.equal(envelopeEpoch(envelope), epoch);
        assert.deepEqual(new Uint8Array(openEnvelope(key, traits, id, envelope)), plaintext);
        assert.ok(
          memory.subarray(0, at).every((byte) => byte === 0xee) && memory.subarray(at + sizeBytes).every((byte) => byte === 0xee),
        );
      },
    ),
  );
  assert.throws(() => sealInPlace(Buffer.alloc(50), 6, 0, key.reveal(), 1, traits, 1), /memory: expected 51 bytes, got 50/);
  assert.throws(() => sealInPlace(Buffer.alloc(99), -1, 0, key.reveal(), 1, traits, 1), /memory: expected/);
  assert.throws(() => sealInPlace(Buffer.alloc(99), 0, 0, key.reveal(), 0.5, traits, 1), /epoch: expected an integer/);
});

test('the layout is the one written down', () => {
  const envelope = sealEnvelope(key, 0x01020304, traits, 12, Buffer.from('hello'));
  assert.equal(envelope.subarray(0, 5).toString('hex'), '0101020304');
  const aad = Buffer.concat([
    Buffer.from('0101020304', 'hex'),
    Buffer.from([8]),
    Buffer.from('profiles'),
    Buffer.from([6]),
    Buffer.from('traits'),
    Buffer.from([1, 0, 0, 0, 8]),
    (() => {
      const row = Buffer.alloc(8);
      row.writeDoubleBE(12);
      return row;
    })(),
  ]);
  assert.equal(aeadOpen(key.reveal(), envelope.subarray(5, 29), envelope.subarray(29), aad).toString(), 'hello');
});

test('every flipped bit is noticed', () => {
  const envelope = sealEnvelope(key, 3, traits, 12, Buffer.from('张三'));
  for (let bit = 0; bit < envelope.length * 8; bit += 1) {
    const changed = Buffer.from(envelope);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => openEnvelope(key, traits, 12, changed), SealBroken, `bit ${bit}`);
  }
});

test('every truncation and every extension is noticed', () => {
  const envelope = sealEnvelope(key, 3, traits, 12, Buffer.from('张三'));
  for (let length = 0; length < envelope.length; length += 1) {
    assert.throws(() => openEnvelope(key, traits, 12, envelope.subarray(0, length)), SealBroken, `length ${length}`);
  }
  assert.throws(() => openEnvelope(key, traits, 12, Buffer.concat([envelope, Buffer.alloc(1)])), SealBroken);
});

test('another row, column, table, epoch or key does not open it', () => {
  const envelope = sealEnvelope(key, 3, traits, 12, Buffer.from('x'));
  const refused = (why: string, open: () => unknown) => assert.throws(open, SealBroken, why);
  refused('row', () => openEnvelope(key, traits, 13, envelope));
  refused('row as text', () => openEnvelope(key, traits, '12', envelope));
  refused('column', () => openEnvelope(key, place('profiles', 'name'), 12, envelope));
  refused('table', () => openEnvelope(key, place('events', 'traits'), 12, envelope));
  refused('moved boundary', () => openEnvelope(key, place('profilest', 'raits'), 12, envelope));
  refused('key', () => openEnvelope(generateKey('data'), traits, 12, envelope));
  const other = Buffer.from(envelope);
  other.writeUInt32BE(4, 1);
  refused('epoch', () => openEnvelope(key, traits, 12, other));
});

test('rows that differ bind differently', () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.string()), fc.oneof(fc.integer(), fc.string()), (a, b) => {
      fc.pre(a !== b && !lone(a) && !lone(b));
      const envelope = sealEnvelope(key, 1, traits, a, Buffer.from('x'));
      assert.throws(() => openEnvelope(key, traits, b, envelope), SealBroken);
    }),
  );
});
const lone = (row: number | string) => typeof row === 'string' && !row.isWellFormed();

test('nonces do not repeat and envelopes share no memory', () => {
  const nonces = new Set<string>();
  for (let i = 0; i < 2000; i += 1) {
    const envelope = sealEnvelope(key, 1, traits, 1, Buffer.from('x'));
    nonces.add(envelope.subarray(5, 29).toString('hex'));
    assert.equal(envelope.buffer.byteLength, envelope.length);
    assert.equal(openEnvelope(key, traits, 1, envelope).buffer.byteLength, 1);
  }
  assert.equal(nonces.size, 2000);
});

test('an envelope kept is not touched by later seals', () => {
  const first = sealEnvelope(key, 1, traits, 1, Buffer.from('first'));
  for (let i = 0; i < 1000; i += 1) sealEnvelope(key, 1, traits, i, Buffer.from('other'));
  assert.equal(openEnvelope(key, traits, 1, first).toString(), 'first');
});

test('misuse is refused with argument, expected and got', () => {
  assert.throws(() => place('', 'x'), new RangeError('table: expected 1 to 255 bytes, got 0'));
  assert.throws(() => place('x', 'y'.repeat(256)), new RangeError('column: expected 1 to 255 bytes, got 256'));
  assert.throws(
    () => sealEnvelope(key, -1, traits, 1, Buffer.alloc(0)),
    /epoch: expected an integer from 0 to 4294967295, got -1/,
  );
  assert.throws(() => sealEnvelope(key, 1, traits, 1.5, Buffer.alloc(0)), /row: expected a safe integer or a string/);
});
