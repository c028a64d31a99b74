// The peer of `npm run bench:sum`: the same sum by CKKS as NVFlare sets it up (nvflare/lighter, HEBuilder: polynomials of degree 8192, primes
// of 60, 40 and 40 bits, scale 2^40), in the same SEAL, written with zstd as SEAL does by itself. One key for all who add, and no masks.

import type { Ciphertext, SEALContext } from 'node-seal';
import { calling, loadSeal } from './seal.ts';

const degree = 8192;
const primeBits = [60, 40, 40];
const scale = 2 ** 40;

export type Ckks = {
  /** Reals in one ciphertext. */
  readonly slots: number;
  /** By the public key. */
  encrypt(values: Float64Array): Uint8Array[];
  /** @param lists of ciphertexts, of each member */
  add(lists: readonly (readonly Uint8Array[])[]): Uint8Array[];
  decrypt(chunks: readonly Uint8Array[], length: number): Float64Array;
  [Symbol.dispose](): void;
};

export async function newCkks(): Promise<Ckks> {
  const seal = await loadSeal();
  const { module } = seal;
  return calling(seal, 'ckks', () => {
    const context = contextOf();
    using generator = new module.KeyGenerator(context);
    const publicKey = generator.createPublicKey();
    const secretKey = generator.secretKey();
    const encoder = new module.CKKSEncoder(context);
    const evaluator = new module.Evaluator(context);
    const encryptor = new module.Encryptor(context, publicKey);
    const decryptor = new module.Decryptor(context, secretKey);
    const slots = encoder.slotCount();
    const read = (bytes: Uint8Array): Ciphertext => {
      const ciphertext = new module.Ciphertext();
      ciphertext.loadFromArray(context, bytes);
      return ciphertext;
    };
    const written = (ciphertext: Ciphertext) => ciphertext.saveToArray(module.ComprModeType.zstd) as Uint8Array;
    return {
      slots,
      encrypt: (values) =>
        calling(seal, 'encrypt', () => {
          using plaintext = new module.Plaintext();
          using ciphertext = new module.Ciphertext();
          return Array.from({ length: Math.ceil(values.length / slots) }, (_, chunk) => {
            encoder.encode(values.slice(chunk * slots, (chunk + 1) * slots), scale, plaintext);
            encryptor.encrypt(plaintext, ciphertext);
            return written(ciphertext);
          });
        }),
      add: (lists) =>
        calling(seal, 'add', () =>
          lists[0]!.map((first, chunk) => {
            using sum = read(first);
            for (const list of lists.slice(1)) {
              using next = read(list[chunk]!);
              evaluator.addInplace(sum, next);
            }
            return written(sum);
          }),
        ),
      decrypt: (chunks, length) =>
        calling(seal, 'decrypt', () => {
          using plaintext = new module.Plaintext();
          const values = new Float64Array(chunks.length * slots);
          for (const [chunk, bytes] of chunks.entries()) {
            using ciphertext = read(bytes);
            decryptor.decrypt(ciphertext, plaintext);
            values.set(encoder.decodeFloat64(plaintext) as Float64Array, chunk * slots);
          }
          return values.slice(0, length);
        }),
      [Symbol.dispose]() {
        for (const held of [decryptor, encryptor, evaluator, encoder, secretKey, publicKey, context]) held.delete();
      },
    };

    function contextOf(): SEALContext {
      using primes = module.CoeffModulus.Create(degree, Int32Array.from(primeBits));
      using settings = new module.EncryptionParameters(module.SchemeType.ckks);
      settings.setPolyModulusDegree(degree);
      settings.setCoeffModulus(primes);
      const made = new module.SEALContext(settings, true, module.SecLevelType.tc128);
      if (!made.parametersSet()) throw new Error('ckks: SEAL does not take the parameters');
      return made;
    }
  });
}
