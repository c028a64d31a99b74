// What the owner of the numbers does before a tree: a key pair, and the numbers of all rows as ciphertexts. Pure functions of plain data, so that
// a caller runs them in a worker thread.
//
// Numbers stand in the coefficients of a polynomial, m of N of them, and not in slots: a partner's product then shifts and adds them without any
// rotation. Ciphertexts are symmetric, with a random part that follows from a seed: only the owner makes them, half as long, and with a noise of 22
// where the public key would give 4,097.

import { randomBytes } from 'node:crypto';
import { calling, type Random } from '../seal.ts';
import { packSecretKey, unpackSecretKey, unpackSeeded } from './row-bytes.ts';
import { fromSeal, plainBuffer, rowContext, sealSecretKey } from './row-context.ts';
import { checkRows, rowParameters, rowsPerCiphertext, sumMax } from './row-parameters.ts';

/** 159,832 and 2,072 bytes. The secret key is the caller's to overwrite (zeroBytes() in keys.ts). One pair for one round and no other. */
export type RowKeys = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

/** @param random the node's port; without it, the system's. The same bytes give the same keys. */
export async function newRowKeys(random?: Random): Promise<RowKeys> {
  const context = await rowContext();
  const { seal } = context;
  const coefficients = ternary(random ?? { bytes: randomBytes });
  try {
    using secretKey = sealSecretKey(context, coefficients);
    const publicKey = calling(seal, 'keys', () =>
      seal.drawing(random, () => {
        using generator = new seal.module.KeyGenerator(context.context, secretKey);
        using made = generator.createPublicKeySerializable();
        return fromSeal(context, 'public key', made);
      }),
    );
    return { publicKey, secretKey: packSecretKey(unpackSeeded('public key', publicKey).keyName, coefficients) };
  } finally {
    coefficients.fill(0);
  }
}

/** As SEAL's own keys: -1, 0 and 1 alike. Kept as coefficients, where SEAL keeps values of the polynomial, 64 times as long. */
function ternary(random: Random): Int8Array {
  const out = new Int8Array(rowParameters.slots);
  for (let filled = 0; filled < out.length; ) {
    const drawn = random.bytes(out.length);
    for (const byte of drawn) {
      // 255 is three times 85.
      if (byte === 255 || filled === out.length) continue;
      out[filled] = (byte % 3) - 1;
      filled += 1;
    }
    drawn.fill(0);
  }
  return out;
}

/**
 * @param values one for each row, 1 to 200,000 of them. Those above zero together, and those below, may come to 2,147,237,888: no sum of any rows
 *   then wraps around
 * @param random as for newRowKeys(). Two lists under the same bytes show their difference to everybody: a seed is for simulations
 * @returns one ciphertext of 110,680 bytes for every rowsPerCiphertext() rows
 * @throws {RangeError} for too many rows, or sums that are too large  @throws {HeError} for bytes that are no secret key
 */
export async function encryptRows(secretKey: Uint8Array, values: Int32Array, random?: Random): Promise<Uint8Array[]> {
  checkRows(values.length);
  checkSums(values);
  const context = await rowContext();
  const { seal } = context;
  const { keyName, coefficients } = unpackSecretKey(secretKey);
  using key = sealSecretKey(context, coefficients);
  coefficients.fill(0);
  const { Encryptor, KeyGenerator, Plaintext } = seal.module;
  const perCiphertext = rowsPerCiphertext(values.length);
  const buffer = plainBuffer(context);
  return calling(seal, 'encrypt rows', () => {
    // SEAL wants a public key to make an encryptor, and does not use it here.
    using generator = new KeyGenerator(context.context, key);
    using unused = generator.createPublicKey();
    using encryptor = new Encryptor(context.context, unused, key);
    using plaintext = new Plaintext();
    const out: Uint8Array[] = [];
    for (let from = 0; from < values.length; from += perCiphertext) {
      buffer.words.fill(0);
      values.subarray(from, from + perCiphertext).forEach((value, i) => {
        buffer.words[2 * i] = value < 0 ? value + rowParameters.plainModulus : value;
      });
      buffer.into(plaintext);
      using made = seal.drawing(random, () => encryptor.encryptSymmetricSerializable(plaintext));
      out.push(fromSeal(context, 'ciphertext', made, keyName));
    }
    buffer.words.fill(0);
    return out;
  });
}

function checkSums(values: Int32Array): void {
  let [above, below] = [0, 0];
  for (const value of values) {
    if (value > 0) above += value;
    else below -= value;
  }
  if (above > sumMax || below > sumMax) {
    throw new RangeError(`values: expected those of one sign to come to ${sumMax} at most, so that no sum of rows is ambiguous`);
  }
}
