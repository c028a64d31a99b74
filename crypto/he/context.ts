// A row of the parameter table as SEAL's objects, made once in each thread and kept: the check that SEAL computes with the numbers that are
// written there, and the way of keys and ciphertexts between our bytes and SEAL's memory.

import type { BatchEncoder, Ciphertext, ComprModeType, Evaluator, PublicKey, SEALContext, SecretKey } from 'node-seal';
import { HeError } from './errors.ts';
import { type HeParameters, type ParametersName, parametersOf } from './parameters.ts';
import { type Kind, pack, rawBytes, unpack } from './residues.ts';
import { calling, loadSeal, type Seal } from './seal.ts';
import { sealContext } from './seal-context.ts';

/** What SEAL writes before the coefficients. It is the same for all objects of a kind, which toBytes() checks. */
type Heads = { readonly [kind in Kind]: Uint8Array };

export type Context = {
  readonly parameters: HeParameters;
  readonly seal: Seal;
  readonly context: SEALContext;
  readonly encoder: BatchEncoder;
  readonly evaluator: Evaluator;
  readonly heads: Heads;
};

const made = new Map<ParametersName, Promise<Context>>();

/** @throws {HeError} 'unknown-parameters', 'parameters-differ' */
export function contextOf(name: ParametersName): Promise<Context> {
  let context = made.get(name);
  if (!context) {
    const parameters = parametersOf(name);
    context = loadSeal().then((seal) => makeContext(seal, parameters));
    // Kept only if it was made: what failed for want of memory may be tried again.
    context.catch(() => made.delete(name));
    made.set(name, context);
  }
  return context;
}

/** @throws {HeError} 'parameters-differ'. For tests too, which ask it for numbers that are wrong. */
export function makeContext(seal: Seal, parameters: HeParameters): Context {
  return calling(seal, parameters.name, () => {
    const { dataPrime, specialPrime } = parameters;
    const context = sealContext(seal, { ...parameters, primes: [dataPrime, specialPrime] }, false);
    const { BatchEncoder, Evaluator } = seal.module;
    const heads = headsOf(seal, context, parameters);
    return { parameters, seal, context, heads, encoder: new BatchEncoder(context), evaluator: new Evaluator(context) };
  });
}

/** From a key pair that is thrown away, and a ciphertext of no value. */
function headsOf(seal: Seal, context: SEALContext, parameters: HeParameters): Heads {
  const { Ciphertext, ComprModeType, KeyGenerator } = seal.module;
  using generator = new KeyGenerator(context);
  using publicKey = generator.createPublicKey();
  using secretKey = generator.secretKey();
  using level = context.firstParmsId();
  using ciphertext = new Ciphertext(context, level, 2);
  ciphertext.resize(2);
  const head = (kind: Kind, object: Savable) => {
    const saved = object.saveToArray(ComprModeType.none);
    return saved.slice(0, saved.length - rawBytes(parameters, kind));
  };
  return {
    'public key': head('public key', publicKey),
    'secret key': head('secret key', secretKey),
    ciphertext: head('ciphertext', ciphertext),
  };
}

type Savable = { saveToArray(mode: ComprModeType): Uint8Array };

/** @throws {HeError} 'seal' when it is not of the shape that our bytes can hold */
export function toBytes({ seal, heads, parameters }: Context, kind: Kind, object: Savable): Uint8Array {
  const saved = object.saveToArray(seal.module.ComprModeType.none);
  const head = heads[kind];
  const fits = saved.length === head.length + rawBytes(parameters, kind) && !Buffer.compare(saved.subarray(0, head.length), head);
  if (!fits) throw new HeError('seal', `${kind}: expected the shape that all have, got another`);
  const bytes = pack(parameters, kind, saved.subarray(head.length));
  saved.fill(0);
  return bytes;
}

type Loaded<K extends Kind> = K extends 'public key' ? PublicKey : K extends 'secret key' ? SecretKey : Ciphertext;

/**
 * SEAL's object of bytes that anybody may have written; the caller disposes of it.
 * @throws {HeError} what unpack() finds wrong with them; 'seal' for what SEAL does
 */
export function fromBytes<K extends Kind>({ seal, heads, parameters, context }: Context, kind: K, bytes: Uint8Array): Loaded<K> {
  const raw = unpack(parameters, kind, bytes);
  const { Ciphertext, PublicKey, SecretKey } = seal.module;
  const saved = new Uint8Array(heads[kind].length + raw.length);
  saved.set(heads[kind]);
  saved.set(raw, heads[kind].length);
  const object = kind === 'public key' ? new PublicKey() : kind === 'secret key' ? new SecretKey() : new Ciphertext();
  try {
    calling(seal, kind, () => object.loadFromArray(context, saved));
  } catch (error) {
    object.delete();
    throw error;
  } finally {
    raw.fill(0);
    saved.fill(0);
  }
  return object as Loaded<K>;
}
