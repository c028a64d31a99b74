import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  AEAD_ChaCha20Poly1305,
  CipherSuite,
  KDF_HKDF_SHA256,
  KEM_DHKEM_X25519_HKDF_SHA256,
  KEM_MLKEM768_X25519,
  type KEMFactory,
} from 'hpke';
import { newWrapKeyPair, unwrap, WrapBroken, wrap, wrapOverheadBytes, wrapPublicKeyBytes } from './hpke.ts';

type Vectors = {
  rfc9180: {
    [name: string]: unknown;
    ikmE: string;
    skRm: string;
    pkRm: string;
    enc: string;
    info: string;
    pt: string;
    encryptions: { aad: string; ct: string }[];
    exports: { context: string; length: number; value: string }[];
  };
  xWing: { seed: string; ss: string; ct: string }[];
};
const vectors: Vectors = JSON.parse(readFileSync(new URL('./vectors/hpke.json', import.meta.url), 'utf8'));
const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));
const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const words = (text: string) => new TextEncoder().encode(text);

/** A KEM whose ephemeral pair comes from the vector. */
const ephemeral =
  (kem: KEMFactory, ikm: Uint8Array): KEMFactory =>
  () => {
    const made = kem();
    return { ...made, GenerateKeyPair: (extractable: boolean) => made.DeriveKeyPair(ikm, extractable) };
  };

test('RFC 9180, appendix A.2.1: X25519, HKDF-SHA256, ChaCha20-Poly1305 in base mode, sealed and opened', async () => {
  const vector = vectors.rfc9180;
  const kem = ephemeral(KEM_DHKEM_X25519_HKDF_SHA256, hex(vector.ikmE));
  const suite = new CipherSuite(kem, KDF_HKDF_SHA256, AEAD_ChaCha20Poly1305);
  const info = hex(vector.info);
  const sender = await suite.SetupSender(await suite.DeserializePublicKey(hex(vector.pkRm)), { info });
  assert.equal(toHex(sender.encapsulatedSecret), vector.enc);
  const key = await suite.DeserializePrivateKey(hex(vector.skRm));
  const recipient = await suite.SetupRecipient(key, hex(vector.enc), { info });
  for (const { aad, ct } of vector.encryptions) {
    assert.equal(toHex(await sender.ctx.Seal(hex(vector.pt), hex(aad))), ct);
    assert.equal(toHex(await recipient.Open(hex(ct), hex(aad))), vector.pt);
  }
  for (const { context, length, value } of vector.exports) {
    assert.equal(toHex(await recipient.Export(hex(context), length)), value);
  }
});

test("X-Wing's published vectors: the shared secret comes out of seed and ciphertext", async () => {
  for (const { seed, ss, ct } of vectors.xWing) {
    const kem = KEM_MLKEM768_X25519();
    const key = await kem.DeserializePrivateKey(hex(seed), false);
    assert.equal(toHex(await kem.Decap(hex(ct), key, undefined)), ss);
  }
});

const seeded = (byte: number) => ({ bytes: (length: number) => new Uint8Array(length).fill(byte) });

test('the same randomness gives the same pair; what is wrapped opens, and never looks the same twice', async () => {
  const pair = await newWrapKeyPair(seeded(7));
  assert.deepEqual(await newWrapKeyPair(seeded(7)), pair);
  assert.equal(pair.publicKey.length, wrapPublicKeyBytes);
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.uint8Array({ maxLength: 40 }),
      async (secret, info, aad) => {
        const wrapped = await wrap(pair.publicKey, info, aad, secret);
        assert.equal(wrapped.length, secret.length + wrapOverheadBytes);
        assert.deepEqual(new Uint8Array(await unwrap(pair.privateKey, info, aad, wrapped)), secret);
        assert.notDeepEqual(await wrap(pair.publicKey, info, aad, secret), wrapped);
      },
    ),
    { numRuns: 25 },
  );
});

test('another key, purpose, binding or byte: it does not open, and does not say why', async () => {
  const pair = await newWrapKeyPair(seeded(1));
  const other = await newWrapKeyPair(seeded(2));
  const wrapped = await wrap(pair.publicKey, words('info'), words('aad'), words('secret'));
  const broken = (error: unknown) => error instanceof WrapBroken && error.message === 'wrapped secret: does not open';
  await assert.rejects(unwrap(other.privateKey, words('info'), words('aad'), wrapped), broken);
  await assert.rejects(unwrap(pair.privateKey, words('Info'), words('aad'), wrapped), broken);
  await assert.rejects(unwrap(pair.privateKey, words('info'), words('aad2'), wrapped), broken);
  for (const length of [0, 31, 1120, wrapOverheadBytes, wrapped.length - 1]) {
    await assert.rejects(unwrap(pair.privateKey, words('info'), words('aad'), wrapped.subarray(0, length)), broken);
  }
  await fc.assert(
    fc.asyncProperty(fc.nat(wrapped.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
      const changed = Uint8Array.from(wrapped);
      changed[at]! ^= change;
      await assert.rejects(unwrap(pair.privateKey, words('info'), words('aad'), changed), broken);
    }),
    { numRuns: 60 },
  );
});

test('lengths: keys and secrets of other sizes are refused before anything is done', async () => {
  const pair = await newWrapKeyPair(seeded(3));
  const none = new Uint8Array();
  await assert.rejects(wrap(pair.publicKey.subarray(1), none, none, words('x')), RangeError);
  await assert.rejects(wrap(pair.publicKey, none, none, none), RangeError);
  await assert.rejects(wrap(pair.publicKey, none, none, new Uint8Array(4097)), RangeError);
  await assert.rejects(unwrap(pair.privateKey.subarray(1), none, none, new Uint8Array(1200)), RangeError);
  await assert.rejects(wrap(new Uint8Array(wrapPublicKeyBytes).fill(255), none, none, words('x')), WrapBroken);
});
