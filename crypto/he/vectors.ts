// Key pairs, and vectors of integers in and out of ciphertexts: what a custodian and a member do. Pure functions of plain data, so that a
// caller runs them in a worker thread (a tenth of a second for SEAL and its tables there, once).

import type { Decryptor } from 'node-seal';
import { contextOf, fromBytes, toBytes } from './context.ts';
import { HeError } from './errors.ts';
import { chunkCount, type HeParameters, type ParametersName, vectorLengthMax } from './parameters.ts';
import { calling, type Random } from './seal.ts';

/** 111,624 and 55,816 bytes under bfv-4096. The secret key is the caller's to overwrite (zeroBytes() in keys.ts). */
export type KeyPair = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** @param random the node's port; without it, the system's. The same bytes give the same keys. */
export async function newKeys(name: ParametersName, random?: Random): Promise<KeyPair> {
  const context = await contextOf(name);
  return calling(context.seal, 'keys', () =>
    context.seal.drawing(random, () => {
      using generator = new context.seal.module.KeyGenerator(context.context);
      using publicKey = generator.createPublicKey();
      using secretKey = generator.secretKey();
      return { publicKey: toBytes(context, 'public key', publicKey), secretKey: toBytes(context, 'secret key', secretKey) };
    }),
  );
}

/**
 * @param values up to 2^20 integers, each below the plain modulus of the parameters
 * @param random as for newKeys(). Two vectors under the same bytes show their difference to everybody: a seed is for simulations
 * @returns one ciphertext for every N values; the last one is filled up with zeros
 * @throws {RangeError} for a value that is too large, by its place  @throws {HeError} for bytes that are no public key of these parameters
 */
export async function encryptVector(
  name: ParametersName,
  publicKey: Uint8Array,
  values: Uint32Array,
  random?: Random,
): Promise<Uint8Array[]> {
  const context = await contextOf(name);
  const { seal, parameters, encoder } = context;
  checkValues(parameters, values);
  using key = fromBytes(context, 'public key', publicKey);
  return calling(seal, 'encrypt', () => {
    const { Ciphertext, Encryptor, Plaintext } = seal.module;
    using encryptor = new Encryptor(context.context, key);
    using plaintext = new Plaintext();
    using ciphertext = new Ciphertext();
    return Array.from({ length: chunkCount(parameters, values.length) }, (_, chunk) => {
      const slots = new BigUint64Array(parameters.slots);
      values.subarray(chunk * slots.length, (chunk + 1) * slots.length).forEach((value, slot) => {
        slots[slot] = BigInt(value);
      });
      encoder.encode(slots, plaintext);
      slots.fill(0n);
      seal.drawing(random, () => encryptor.encrypt(plaintext, ciphertext));
      return toBytes(context, 'ciphertext', ciphertext);
    });
  });
}

function checkValues({ plainModulus }: HeParameters, values: Uint32Array): void {
  checkLength(values.length);
  const at = values.findIndex((value) => value >= plainModulus);
  if (at >= 0) throw new RangeError(`values[${at}]: expected an integer from 0 to ${plainModulus - 1}`);
}

function checkLength(length: number): void {
  if (!Number.isInteger(length) || length < 1 || length > vectorLengthMax) {
    throw new RangeError(`length: expected 1 to ${vectorLengthMax}, got ${length}`);
  }
}

/**
 * By the custodian. Who may have what decrypted is not looked at here: whoever can have ciphertexts of his own choice decrypted, and sees the
 * results, reads single members and in the end the key.
 * @param chunks sums of ciphertexts, in the order that encryptVector() gave them  @param length of the vector
 * @returns the sums modulo the plain modulus
 * @throws {HeError} 'noise-exhausted' instead of garbage, and for what fromBytes() refuses
 */
export async function decryptVector(
  name: ParametersName,
  secretKey: Uint8Array,
  chunks: readonly Uint8Array[],
  length: number,
): Promise<Uint32Array> {
  const context = await contextOf(name);
  checkLength(length);
  const { seal, parameters, encoder } = context;
  const expected = chunkCount(parameters, length);
  if (chunks.length !== expected) throw new HeError('wrong-length', `chunks: expected ${expected}, got ${chunks.length}`);
  using key = fromBytes(context, 'secret key', secretKey);
  const out = new Uint32Array(expected * parameters.slots);
  calling(seal, 'decrypt', () => {
    using decryptor = new seal.module.Decryptor(context.context, key);
    using plaintext = new seal.module.Plaintext();
    chunks.forEach((bytes, chunk) => {
      using ciphertext = fromBytes(context, 'ciphertext', bytes);
      if (decryptor.invariantNoiseBudget(ciphertext) < 1) {
        throw new HeError('noise-exhausted', `chunks[${chunk}]: made for another key, added too often, or spoilt on purpose`);
      }
      decryptor.decrypt(ciphertext, plaintext);
      const slots: BigUint64Array = encoder.decodeBigUint64(plaintext);
      slots.forEach((value, slot) => {
        out[chunk * parameters.slots + slot] = Number(value);
      });
      slots.fill(0n);
    });
  });
  return out.slice(0, length);
}

/** How many times a ciphertext's noise could still double, in whole bits; at 0 decryptVector() refuses. For those who measure. */
export async function noiseBudgetBits(name: ParametersName, secretKey: Uint8Array, ciphertext: Uint8Array): Promise<number> {
  const context = await contextOf(name);
  using key = fromBytes(context, 'secret key', secretKey);
  using read = fromBytes(context, 'ciphertext', ciphertext);
  return calling(context.seal, 'noise budget', () => {
    using decryptor: Decryptor = new context.seal.module.Decryptor(context.context, key);
    return decryptor.invariantNoiseBudget(read);
  });
}
