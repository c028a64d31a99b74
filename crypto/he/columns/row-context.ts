// The parameters of rows as SEAL's objects, made once in each thread and kept, and the way of keys, plaintexts and ciphertexts between our bytes and
// SEAL's memory.

import type { Ciphertext, Evaluator, Plaintext, PublicKey, SEALContext, SecretKey } from 'node-seal';
import { HeError } from '../errors.ts';
import { wordsOf } from '../packing.ts';
import { calling, loadSeal, type Seal } from '../seal.ts';
import { type Numbers, sealContext } from '../seal-context.ts';
import { packSeeded, type SeededParts, seedBytes } from './row-bytes.ts';
import { rowParameters } from './row-parameters.ts';

const { slots, plainModulus, answerPrime, switchedPrime, specialPrime } = rowParameters;
const polynomialWords = 2 * slots;

/** What SEAL writes before coefficients, and between them and a seed: the same for all objects of a kind. */
type Frame = { readonly head: Uint8Array; readonly beforeSeed: Uint8Array };

export type RowContext = {
  readonly seal: Seal;
  readonly context: SEALContext;
  readonly evaluator: Evaluator;
  readonly plainHead: Uint8Array;
  /** Of a ciphertext with both parts written out, modulo q1 and q2; and modulo q1 alone. */
  readonly ciphertextHead: Uint8Array;
  readonly answerHead: Uint8Array;
  readonly frames: { readonly 'public key': Frame; readonly ciphertext: Frame };
};

let made: Promise<RowContext> | undefined;

/** The one of this thread. @throws {HeError} 'parameters-differ' */
export function rowContext(): Promise<RowContext> {
  made ??= loadSeal()
    .then((seal) => makeRowContext(seal))
    .catch((error: unknown) => {
      made = undefined;
      throw error;
    });
  return made;
}

/** @param different numbers for tests only, which ask it for wrong ones */
export function makeRowContext(seal: Seal, different: Partial<Numbers> = {}): RowContext {
  return calling(seal, rowParameters.name, () => {
    const primes = [answerPrime, switchedPrime, specialPrime];
    const context = sealContext(seal, { ...rowParameters, primes, ...different }, true);
    return { seal, context, evaluator: new seal.module.Evaluator(context), ...framesOf(seal, context) };
  });
}

const primeCounts = { 'public key': 3, ciphertext: 2 } as const;

/** From a key that is thrown away, and ciphertexts of no value. */
function framesOf(seal: Seal, context: SEALContext) {
  const { Ciphertext, ComprModeType, Encryptor, KeyGenerator, Plaintext } = seal.module;
  const headOf = (object: Savable, coefficients: number) => {
    const saved = object.saveToArray(ComprModeType.none);
    return saved.slice(0, saved.length - 8 * coefficients);
  };
  const frameOf = (object: Savable, primes: number): Frame => {
    const saved = object.saveToArray(ComprModeType.none);
    // Behind the coefficients: 16 bytes of SEAL's head, one that names the generator, the seed.
    const to = saved.length - seedBytes - 17;
    return { head: saved.slice(0, to - 8 * slots * primes), beforeSeed: saved.slice(to, to + 17) };
  };
  using generator = new KeyGenerator(context);
  using publicKey = generator.createPublicKeySerializable();
  using secretKey = generator.secretKey();
  using opened = generator.createPublicKey();
  using encryptor = new Encryptor(context, opened, secretKey);
  using plaintext = new Plaintext(slots);
  using seeded = encryptor.encryptSymmetricSerializable(plaintext);
  using first = context.firstParmsId();
  using last = context.lastParmsId();
  using whole = new Ciphertext(context, first, 2);
  whole.resize(2);
  using answer = new Ciphertext(context, last, 2);
  answer.resize(2);
  return {
    plainHead: headOf(plaintext, slots),
    ciphertextHead: headOf(whole, 4 * slots),
    answerHead: headOf(answer, 2 * slots),
    frames: {
      'public key': frameOf(publicKey, primeCounts['public key']),
      ciphertext: frameOf(seeded, primeCounts.ciphertext),
    },
  };
}

type Savable = { saveToArray(mode: RowContext['seal']['module']['ComprModeType']['none']): Uint8Array };
type Loadable = { loadFromArray(context: SEALContext, bytes: Uint8Array): void; delete(): void };

function loaded<T extends Loadable>({ seal, context }: RowContext, object: T, what: string, bytes: Uint8Array): T {
  try {
    calling(seal, what, () => object.loadFromArray(context, bytes));
    return object;
  } catch (error) {
    object.delete();
    throw error;
  }
}

const sameHead = (saved: Uint8Array, head: Uint8Array) => !Buffer.compare(saved.subarray(0, head.length), head);

/** What SEAL made with a seed, as our bytes. @throws {HeError} 'seal' when it is not of the shape that they can hold */
export function fromSeal(
  { seal, frames }: RowContext,
  kind: 'public key' | 'ciphertext',
  object: Savable,
  keyName?: Uint8Array,
): Uint8Array {
  const saved = object.saveToArray(seal.module.ComprModeType.none);
  const { head, beforeSeed } = frames[kind];
  const end = head.length + 8 * slots * primeCounts[kind];
  const seedAt = end + beforeSeed.length;
  const fits = saved.length === seedAt + seedBytes && sameHead(saved, head) && sameHead(saved.subarray(end), beforeSeed);
  if (!fits) throw new HeError('seal', `${kind}: expected the shape that all have, got another`);
  return packSeeded(kind, saved.subarray(head.length, end), saved.subarray(seedAt), keyName);
}

/** SEAL's object of parts that anybody may have chosen; the caller disposes of it. */
export function toSeal(of: RowContext, kind: 'public key', parts: SeededParts): PublicKey;
export function toSeal(of: RowContext, kind: 'ciphertext', parts: SeededParts): Ciphertext;
export function toSeal(of: RowContext, kind: 'public key' | 'ciphertext', { raw, seed }: SeededParts): PublicKey | Ciphertext {
  const { PublicKey, Ciphertext } = of.seal.module;
  const { head, beforeSeed } = of.frames[kind];
  const saved = joined(head, raw, beforeSeed, seed);
  return loaded<PublicKey | Ciphertext>(of, kind === 'public key' ? new PublicKey() : new Ciphertext(), kind, saved);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A plaintext that is filled again and again: coefficients as words, low and high half of each, below t. */
export type PlainBuffer = { readonly words: Uint32Array; into(plaintext: Plaintext): void };

export function plainBuffer({ seal, context, plainHead }: RowContext): PlainBuffer {
  const saved = joined(plainHead, new Uint8Array(4 * polynomialWords));
  // SEAL's head has 88 bytes, so that words lie where they may.
  return {
    words: new Uint32Array(saved.buffer, plainHead.length, polynomialWords),
    into: (plaintext) => calling(seal, 'plaintext', () => plaintext.loadFromArray(context, saved)),
  };
}

/** SEAL's form of a key: values of the polynomial at roots of all three primes. @param coefficients -1, 0, 1 */
export function sealSecretKey(of: RowContext, coefficients: Int8Array): SecretKey {
  const { seal, context, evaluator } = of;
  const { ComprModeType, Plaintext, SecretKey } = seal.module;
  using plaintext = new Plaintext();
  const buffer = plainBuffer(of);
  coefficients.forEach((value, i) => {
    buffer.words[2 * i] = value < 0 ? plainModulus - 1 : value;
  });
  buffer.into(plaintext);
  buffer.words.fill(0);
  using level = context.keyParmsId();
  calling(seal, 'secret key', () => evaluator.plainTransformToNttInplace(plaintext, level));
  const saved = plaintext.saveToArray(ComprModeType.none) as Uint8Array;
  const key = loaded(of, new SecretKey(), 'secret key', saved);
  saved.fill(0);
  return key;
}

/** A ciphertext modulo q1 and q2 of which c0 is given and c1 is zero: to be added to another. @param c0 numbers below q1 q2, by place */
export function bareCiphertext(of: RowContext, c0: ReadonlyMap<number, bigint>): Ciphertext {
  const values = new BigUint64Array(4 * slots);
  for (const [place, value] of c0) {
    values[place] = value % answerPrime;
    values[slots + place] = value % switchedPrime;
  }
  const saved = joined(of.ciphertextHead, new Uint8Array(values.buffer));
  return loaded(of, new of.seal.module.Ciphertext(), 'ciphertext', saved);
}

/** Coefficients of c0 and c1 as words, each polynomial modulo q1. @throws {HeError} 'seal' for one that is not modulo q1 alone */
export function switchedWords({ seal, answerHead }: RowContext, ciphertext: Ciphertext): { c0: Uint32Array; c1: Uint32Array } {
  const saved = ciphertext.saveToArray(seal.module.ComprModeType.none) as Uint8Array;
  if (saved.length !== answerHead.length + 16 * slots || !sameHead(saved, answerHead)) {
    throw new HeError('seal', 'answer: expected the shape that all have, got another');
  }
  const words = wordsOf(saved.subarray(answerHead.length));
  return { c0: words.subarray(0, polynomialWords), c1: words.subarray(polynomialWords) };
}
