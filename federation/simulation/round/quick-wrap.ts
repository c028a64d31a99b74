// Stands in for wrapping under X-Wing (crypto/hpke.ts) in most simulated rounds, where it would be half of the time: only who holds the private key
// that belongs to a public one opens what was wrapped for it, only under the same words, and only as it left. It hides nothing from who reads
// the wrapped bytes and knows the public key; what has to hold about what is seen is tried with the real one, as is every twentieth seed.

import { hash } from 'node:crypto';
import { CipherSuite } from 'hpke';
import { aeadKeyBytes, aeadNonceBytes, aeadOpen, aeadSeal } from '../../../crypto/aead.ts';
import { wrapPublicKeyBytes } from '../../../crypto/hpke.ts';
import { seededRandom } from '../../protocol/testing.ts';

/** Of what stands before the ciphertext: as X-Wing has it, so that everything has its real length. */
const encapsulatedBytes = 1120;
const hpkeTagBytes = 16;

class QuickKey {
  readonly publicKey: Uint8Array;
  constructor(publicKey: Uint8Array) {
    this.publicKey = Uint8Array.from(publicKey);
  }
}

type Bound = { readonly info?: Uint8Array; readonly aad?: Uint8Array };
type Suite = {
  DeserializePublicKey(bytes: Uint8Array): Promise<unknown>;
  DeserializePrivateKey(bytes: Uint8Array, extractable: boolean): Promise<unknown>;
  Seal(key: unknown, secret: Uint8Array, bound: Bound): Promise<{ encapsulatedSecret: Uint8Array; ciphertext: Uint8Array }>;
  Open(key: unknown, enc: Uint8Array, ciphertext: Uint8Array, bound: Bound): Promise<Uint8Array>;
};

const real = { ...pick(CipherSuite.prototype as unknown as Suite) };
const publicOf = new Map<string, Uint8Array>();
let quick = false;
let random = seededRandom('quick wrap');

function pick({ DeserializePublicKey, DeserializePrivateKey, Seal, Open }: Suite): Suite {
  return { DeserializePublicKey, DeserializePrivateKey, Seal, Open };
}

/** Pairs that the stand-in knows: it draws none. */
export function knownPair(privateKey: Uint8Array, publicKey: Uint8Array): void {
  publicOf.set(Buffer.from(privateKey).toString('hex'), Uint8Array.from(publicKey));
}

/** From here on, in this process. */
export function wrapQuickly(on: boolean, seed: number): void {
  quick = on;
  random = seededRandom(`quick wrap ${seed}`);
}

/** Bound to the whole of what it is: the key of the recipient, what was drawn, and the words. */
function keyOf({ publicKey }: QuickKey, drawn: Uint8Array, { info, aad }: Bound): Buffer {
  const parts = [publicKey, drawn, info ?? new Uint8Array(0), aad ?? new Uint8Array(0)];
  const sized = parts.flatMap((part) => [Buffer.from(`${part.length} `), part]);
  return Buffer.from(hash('sha256', Buffer.concat(sized), 'hex'), 'hex').subarray(0, aeadKeyBytes);
}

const nonce = new Uint8Array(aeadNonceBytes);
const none = new Uint8Array(0);

const standIn: Suite = {
  async DeserializePublicKey(this: unknown, bytes) {
    if (!quick) return Reflect.apply(real.DeserializePublicKey, this, [bytes]);
    if (bytes.length !== wrapPublicKeyBytes) throw new Error('a public key of another length');
    return new QuickKey(bytes);
  },
  async DeserializePrivateKey(this: unknown, bytes, extractable) {
    if (!quick) return Reflect.apply(real.DeserializePrivateKey, this, [bytes, extractable]);
    const publicKey = publicOf.get(Buffer.from(bytes).toString('hex'));
    if (!publicKey) throw new Error('a private key that the stand-in does not know');
    return new QuickKey(publicKey);
  },
  async Seal(this: unknown, key, secret, bound) {
    if (!(key instanceof QuickKey)) return Reflect.apply(real.Seal, this, [key, secret, bound]);
    const encapsulatedSecret = random.bytes(encapsulatedBytes);
    return { encapsulatedSecret, ciphertext: aeadSeal(keyOf(key, encapsulatedSecret, bound), nonce, secret, none) };
  },
  async Open(this: unknown, key, enc, ciphertext, bound) {
    if (!(key instanceof QuickKey)) return Reflect.apply(real.Open, this, [key, enc, ciphertext, bound]);
    if (ciphertext.length < hpkeTagBytes) throw new Error('it is too short');
    return aeadOpen(keyOf(key, enc, bound), nonce, ciphertext, none);
  },
};

Object.assign(CipherSuite.prototype, standIn);
