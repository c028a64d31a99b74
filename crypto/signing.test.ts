import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import fc from 'fast-check';
import { generateKey, keyFrom } from './keys.ts';
import { opensslSigner, publicKeyOf, type Signer, signBytes, sodiumSigner, verifySignature } from './signing.ts';

assert.ok(sodiumSigner, 'sodium-native did not load: the fast engine cannot be tested here');
const engines: Signer[] = [sodiumSigner, opensslSigner];

// RFC 8032, section 7.1, tests 1 to 3.
const vectors = [
  {
    seed: '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60',
    publicKey: 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
    message: '',
    signature:
      'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  },
  {
    seed: '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb',
    publicKey: '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    message: '72',
    signature:
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  },
  {
    seed: 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7',
    publicKey: 'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    message: 'af82',
    signature:
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  },
];

test('RFC 8032, section 7.1', () => {
  for (const vector of vectors) {
    const key = keyFrom('signing', Buffer.from(vector.seed, 'hex'));
    const message = Buffer.from(vector.message, 'hex');
    assert.equal(publicKeyOf(key).toString('hex'), vector.publicKey);
    for (const signer of engines) assert.equal(signer(key.reveal(), message).toString('hex'), vector.signature);
    assert.equal(signBytes(key, message).toString('hex'), vector.signature);
    assert.ok(verifySignature(Buffer.from(vector.publicKey, 'hex'), message, Buffer.from(vector.signature, 'hex')));
  }
});

test('libsodium, OpenSSL and noble agree, and a changed message, signature or key does not verify', () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(bytes, fc.uint8Array({ maxLength: 200 }), fc.nat(511), (seed, message, bit) => {
      const key = keyFrom('signing', seed);
      const signature = signBytes(key, message);
      const publicKey = publicKeyOf(key);
      assert.deepEqual(signature, Buffer.from(ed25519.sign(message, seed)));
      for (const signer of engines) {
        assert.deepEqual(signer(seed, message), signature);
        assert.deepEqual(signer(seed, message, publicKey), signature);
      }
      assert.deepEqual(signBytes(key, message), signature);
      assert.ok(verifySignature(publicKey, message, signature));
      const changed = Buffer.from(signature);
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.ok(!verifySignature(publicKey, message, changed));
      assert.ok(!verifySignature(publicKey, Buffer.concat([message, Buffer.of(0)]), signature));
      assert.ok(!verifySignature(publicKeyOf(generateKey('signing')), message, signature));
    }),
    { numRuns: 30 },
  );
});

test('what is no key or no signature is refused, not thrown about', () => {
  const key = generateKey('signing');
  const signature = signBytes(key, Buffer.from('x'));
  assert.equal(verifySignature(Buffer.alloc(31), Buffer.from('x'), signature), false);
  assert.equal(verifySignature(publicKeyOf(key), Buffer.from('x'), signature.subarray(1)), false);
  assert.equal(verifySignature(Buffer.alloc(32, 0xff), Buffer.from('x'), signature), false);
});
