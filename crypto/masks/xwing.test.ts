import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ml_kem768_x25519 as nobleXWing } from '@noble/post-quantum/hybrid.js';
import { KEM_MLKEM768_X25519 } from 'hpke';
import { seededRandom } from './testing.ts';
import { nobleX25519, sodiumX25519, x25519, x25519PublicKey } from './x25519.ts';
import { xWingCiphertextBytes, xWingDecapsulate, xWingEncapsulate, xWingKeyPair, xWingPublicKeyBytes } from './xwing.ts';

type Vectors = { xWing: { seed: string; eseed: string; ss: string; ct: string }[] };
const { xWing: vectors }: Vectors = JSON.parse(readFileSync(new URL('../vectors/hpke.json', import.meta.url), 'utf8'));
const curves = JSON.parse(readFileSync(new URL('../vectors/curve25519.json', import.meta.url), 'utf8'));
const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array | undefined) => Buffer.from(bytes!).toString('hex');

test("X-Wing's published vectors: ciphertext and secret come out of seed and randomness, and the secret out of the ciphertext", () => {
  for (const { seed, eseed, ss, ct } of vectors) {
    const pair = xWingKeyPair(hex(seed));
    const made = xWingEncapsulate(pair.publicKey, hex(eseed))!;
    assert.equal(toHex(made.ciphertext), ct);
    assert.equal(toHex(made.secret), ss);
    assert.equal(toHex(xWingDecapsulate(pair, hex(ct))), ss);
  }
});

test('two other X-Wings, of @noble/post-quantum and of hpke, give the same bytes', async () => {
  const random = seededRandom('x-wing');
  for (let run = 0; run < 10; run += 1) {
    const [seed, randomness] = [random.bytes(32), random.bytes(64)];
    const pair = xWingKeyPair(seed);
    const twin = nobleXWing.keygen(seed);
    assert.equal(toHex(pair.publicKey), toHex(twin.publicKey));
    const made = xWingEncapsulate(pair.publicKey, randomness)!;
    const twins = nobleXWing.encapsulate(twin.publicKey, randomness);
    assert.deepEqual([toHex(made.ciphertext), toHex(made.secret)], [toHex(twins.cipherText), toHex(twins.sharedSecret)]);
    assert.equal(toHex(xWingDecapsulate(pair, made.ciphertext)), toHex(nobleXWing.decapsulate(made.ciphertext, twin.secretKey)));
    const kem = KEM_MLKEM768_X25519();
    const key = await kem.DeserializePrivateKey(seed, false);
    assert.equal(toHex(await kem.Decap(made.ciphertext, key, undefined)), toHex(made.secret));
  }
});

test('a changed ciphertext gives another secret, the same as in the twin: what ML-KEM refuses, it refuses silently', () => {
  const random = seededRandom('changed');
  const seed = random.bytes(32);
  const pair = xWingKeyPair(seed);
  const { ciphertext, secret } = xWingEncapsulate(pair.publicKey, random.bytes(64))!;
  for (const at of [0, 500, 1087, 1088, 1119]) {
    const changed = Uint8Array.from(ciphertext);
    changed[at]! ^= 1;
    const got = xWingDecapsulate(pair, changed);
    assert.notEqual(toHex(got), toHex(secret));
    assert.equal(toHex(got), toHex(nobleXWing.decapsulate(changed, seed)));
  }
});

test('malformed public keys and ciphertexts are refused', () => {
  const random = seededRandom('malformed');
  const pair = xWingKeyPair(random.bytes(32));
  const randomness = random.bytes(64);
  for (const length of [0, 32, xWingPublicKeyBytes - 1, xWingPublicKeyBytes + 1]) {
    assert.equal(xWingEncapsulate(Buffer.alloc(length, 1), randomness), undefined);
  }
  // A coefficient of 4,095, where ML-KEM's are below 3,329 (FIPS 203 section 7.2).
  const unreduced = Uint8Array.from(pair.publicKey);
  unreduced.set([255, 255], 0);
  assert.equal(xWingEncapsulate(unreduced, randomness), undefined);
  for (const length of [0, xWingCiphertextBytes - 1, xWingCiphertextBytes + 1]) {
    assert.equal(xWingDecapsulate(pair, Buffer.alloc(length, 1)), undefined);
  }
  assert.throws(() => xWingKeyPair(new Uint8Array(31)), /seed: expected 32 bytes, got 31/);
  assert.throws(() => xWingEncapsulate(pair.publicKey, new Uint8Array(32)), /randomness: expected 64 bytes, got 32/);
});

test('RFC 7748, sections 5.2 and 6.1, by both engines; the public key of a secret', () => {
  for (const engine of [sodiumX25519, nobleX25519]) {
    assert.ok(engine);
    for (const { scalar, u, out } of curves.x25519) assert.equal(toHex(engine(hex(scalar), hex(u))), out);
    const { a, bPublic, shared } = curves.x25519Agreement;
    assert.equal(toHex(engine(hex(a), hex(bPublic))), shared);
  }
  assert.equal(toHex(x25519PublicKey(hex(curves.x25519Agreement.a))), curves.x25519Agreement.aPublic);
});

test('points of small order are refused, by both engines and within X-Wing', () => {
  const pair = xWingKeyPair(new Uint8Array(32).fill(3));
  const { ciphertext } = xWingEncapsulate(pair.publicKey, new Uint8Array(64).fill(4))!;
  for (const point of smallOrderPoints) {
    for (const engine of [sodiumX25519!, nobleX25519, x25519]) assert.equal(engine(new Uint8Array(32).fill(5), point), undefined);
    const key = Uint8Array.from(pair.publicKey);
    key.set(point, 1184);
    assert.equal(xWingEncapsulate(key, new Uint8Array(64)), undefined);
    const sent = Uint8Array.from(ciphertext);
    sent.set(point, 1088);
    assert.equal(xWingDecapsulate(pair, sent), undefined);
  }
});

/** D. J. Bernstein, https://cr.yp.to/ecdh.html#validate: 0, 1, two of order 8, and -1, as 32 bytes. */
const smallOrderPoints = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map(hex);
