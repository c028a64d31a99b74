import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Aead, aead, aeadOpen, aeadSeal, nobleAead, SealBroken, sodiumAead } from './aead.ts';
import { hchacha20, plainSeal } from './reference/xchacha20-poly1305.ts';

type Vector = {
  tcId: number;
  flags: string[];
  key: string;
  iv: string;
  aad: string;
  msg: string;
  ct: string;
  tag: string;
  result: string;
};
const load = (name: string) => JSON.parse(readFileSync(new URL(`./vectors/${name}`, import.meta.url), 'utf8'));
const wycheproof: Vector[] = load('wycheproof-xchacha20-poly1305.json').tests;
const rfc = load('rfc.json');
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

assert.ok(sodiumAead, 'sodium-native did not load: the fast engine cannot be tested here');
const engines: Aead[] = [sodiumAead, nobleAead];

test('libsodium is the engine in use', () => assert.equal(aead, sodiumAead));

test('HChaCha20 of the plain twin gives the draft’s value', () => {
  for (const v of rfc.hchacha20) assert.equal(Buffer.from(hchacha20(hex(v.key), hex(v.input))).toString('hex'), v.out);
});

for (const engine of engines) {
  test(`${engine.name}: draft-irtf-cfrg-xchacha-03 A.3.1`, () => {
    for (const v of rfc.xchacha20Poly1305) {
      const sealed = aeadSeal(hex(v.key), hex(v.iv), hex(v.msg), hex(v.aad), engine);
      assert.equal(sealed.toString('hex'), v.ct + v.tag);
      assert.equal(aeadOpen(hex(v.key), hex(v.iv), sealed, hex(v.aad), engine).toString('hex'), v.msg);
    }
  });

  test(`${engine.name}: Wycheproof, ${wycheproof.length} tests`, () => {
    assert.equal(wycheproof.length, 71);
    for (const v of wycheproof) {
      const open = () => aeadOpen(hex(v.key), hex(v.iv), hex(v.ct + v.tag), hex(v.aad), engine);
      const name = `tcId ${v.tcId}`;
      if (v.result === 'valid') {
        assert.equal(open().toString('hex'), v.msg, name);
        assert.equal(aeadSeal(hex(v.key), hex(v.iv), hex(v.msg), hex(v.aad), engine).toString('hex'), v.ct + v.tag, name);
      } else if (v.flags.includes('InvalidNonceSize')) {
        assert.throws(open, new RangeError(`nonce: expected 24 bytes, got ${v.iv.length / 2}`), name);
      } else {
        assert.throws(open, SealBroken, name);
      }
    }
  });

  test(`${engine.name}: an empty message is authenticated too`, () => {
    const key = new Uint8Array(32).fill(1);
    const nonce = new Uint8Array(24).fill(2);
    const none = new Uint8Array(0);
    const sealed = aeadSeal(key, nonce, none, none, engine);
    assert.equal(sealed.length, 16);
    assert.equal(aeadOpen(key, nonce, sealed, none, engine).length, 0);
    sealed[0]! ^= 1;
    assert.throws(() => aeadOpen(key, nonce, sealed, none, engine), SealBroken);
    assert.throws(() => aeadOpen(key, nonce, sealed.subarray(0, 15), none, engine), SealBroken);
  });
}

test('the plain twin gives Wycheproof’s bytes', () => {
  for (const v of wycheproof.filter((vector) => vector.result === 'valid')) {
    assert.equal(
      Buffer.from(plainSeal(hex(v.key), hex(v.iv), hex(v.msg), hex(v.aad))).toString('hex'),
      v.ct + v.tag,
      `tcId ${v.tcId}`,
    );
  }
});

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

test('libsodium, noble and the plain twin give the same bytes, and each opens the others’', () => {
  const message = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ minLength: 200, maxLength: 3000, size: 'max' }));
  fc.assert(
    fc.property(bytes(32), bytes(24), message, fc.uint8Array({ maxLength: 100 }), (key, nonce, plaintext, aad) => {
      const sealed = engines.map((engine) => aeadSeal(key, nonce, plaintext, aad, engine).toString('hex'));
      assert.equal(sealed[0], sealed[1]);
      assert.equal(sealed[0], Buffer.from(plainSeal(key, nonce, plaintext, aad)).toString('hex'));
      for (const engine of engines)
        assert.deepEqual(new Uint8Array(aeadOpen(key, nonce, hex(sealed[0]!), aad, engine)), plaintext);
    }),
    { numRuns: process.env.HOLDFAST_LONG ? 2000 : 100 },
  );
});

test('both engines refuse the same changes', () => {
  fc.assert(
    fc.property(
      bytes(32),
      bytes(24),
      fc.uint8Array({ maxLength: 64 }),
      bytes(8),
      fc.nat(),
      (key, nonce, plaintext, aad, where) => {
        const sealed = aeadSeal(key, nonce, plaintext, aad);
        const bit = where % (sealed.length * 8);
        sealed[bit >> 3]! ^= 1 << (bit & 7);
        for (const engine of engines) assert.throws(() => aeadOpen(key, nonce, sealed, aad, engine), SealBroken);
      },
    ),
  );
});

test('a key of the wrong length is refused by its length, never shown', () => {
  assert.throws(() => aeadSeal(new Uint8Array(31), new Uint8Array(24), new Uint8Array(0), new Uint8Array(0)), {
    name: 'RangeError',
    message: 'key: expected 32 bytes, got 31',
  });
});
