// The secrets that two members have with each other for one sum, all derived from each one's maskMaster: a key pair, and toward every higher id
// the randomness of an encapsulation. So whoever puts the maskMaster of a dropped member together has all of its pairs, and nothing else.
//
// Of a pair the lower id encapsulates to the higher one's public key ('x-wing'; a ciphertext of 1,120 bytes each), or both multiply ('x25519';
// no ciphertext, and no protection from a quantum computer later). The seed of a pair is HKDF-SHA256 (RFC 5869) of what they agreed on, over
// both ids and public keys, session and sum: 256 bits, and all of them go into the stream (stream.ts). The usual mistake is here: a seed folded
// into the 32 bits that a statistics library's generator takes is found by trying.
//
// Known ways to misuse it:
// - Public keys and ciphertexts count only as far as it is sure whose they are: what carries them is signed.
// - A member that encapsulates otherwise than from its maskMaster is found out when it drops (recoverPairs), not before. It can spoil a
//   sum, as by a false input; it sees nothing by it.

import { createHash, hkdfSync } from 'node:crypto';
import { zeroBytes } from '../keys.ts';
import { checkBytes, checkMember, checkPlace, labelled, pairSign, type SumPlace, sameBytes } from './labels.ts';
import { secretBytes } from './secrets.ts';
import { x25519, x25519Bytes, x25519PublicKey } from './x25519.ts';
import {
  xWingCiphertextBytes,
  xWingDecapsulate,
  xWingEncapsulate,
  xWingKeyPair,
  xWingPublicKeyBytes,
  xWingRandomnessBytes,
  xWingSeedBytes,
} from './xwing.ts';

/** One for a whole session. */
export type Agreement = 'x-wing' | 'x25519';

export const agreementSizes = {
  'x-wing': { publicKeyBytes: xWingPublicKeyBytes, ciphertextBytes: xWingCiphertextBytes },
  x25519: { publicKeyBytes: x25519Bytes, ciphertextBytes: 0 },
} as const satisfies Record<Agreement, { publicKeyBytes: number; ciphertextBytes: number }>;

/** A mask that two members have with each other, and how one of them takes it. */
export type Pair = { readonly seed: Uint8Array; readonly sign: 1 | -1 };

/** A peer published what no honest member publishes. */
export class AgreementRefused extends Error {
  override readonly name = 'AgreementRefused';
  readonly peer: string;
  readonly what: 'public-key' | 'ciphertext';
  constructor(peer: string, what: AgreementRefused['what']) {
    super(`${what} of ${peer}: refused`);
    this.peer = peer;
    this.what = what;
  }
}

/** A maskMaster that does not give what its member published: another secret, or a member that did not keep to the rules. */
export class MasterMismatch extends Error {
  override readonly name = 'MasterMismatch';
  readonly member: string;
  readonly what: 'public-key' | 'ciphertext';
  /** To whom the ciphertext was. */
  readonly peer: string | undefined;
  constructor(member: string, what: MasterMismatch['what'], peer?: string) {
    super(`maskMaster of ${member}: gives another ${what}${peer === undefined ? '' : ` to ${peer}`} than was published`);
    this.member = member;
    this.what = what;
    this.peer = peer;
  }
}

/** What one maskMaster opens to. */
export type MaskKeys = {
  readonly publicKey: Uint8Array;
  /** Toward a higher id. @returns the pair, and the ciphertext to publish (empty with x25519) @throws {AgreementRefused} */
  offer(peer: string, peerPublicKey: Uint8Array): Pair & { readonly ciphertext: Uint8Array };
  /** From a lower id. @param ciphertext what that one published for us @throws {AgreementRefused} */
  accept(peer: string, peerPublicKey: Uint8Array, ciphertext: Uint8Array): Pair;
  /** Overwrites what can be overwritten. */
  close(): void;
};

/** @param maskMaster 32 secret bytes of this sum @param member whose it is */
export function openMaster(agreement: Agreement, maskMaster: Uint8Array, place: SumPlace, member: string): MaskKeys {
  checkBytes('maskMaster', maskMaster, secretBytes);
  checkPlace(place);
  checkMember('member', member);
  const { publicKey, agreeAsLower, agreeAsHigher, close } = agreements[agreement](Uint8Array.from(maskMaster), place, member);
  let closed = false;
  // Overwritten keys are zeros, which everybody knows.
  const expectOpen = () => {
    if (closed) throw new Error(`keys of ${member}: expected open ones, got closed ones`);
  };
  const toPair = (agreed: Uint8Array, peer: string, peerPublicKey: Uint8Array): Pair => {
    const sign = pairSign(member, peer);
    const ids = sign === 1 ? [member, peer] : [peer, member];
    const keys = sign === 1 ? [publicKey, peerPublicKey] : [peerPublicKey, publicKey];
    const seed = expand(agreed, labelled('pair', agreement, place.session, place.index, ...ids, ...keys), secretBytes);
    zeroBytes(agreed);
    return { seed, sign };
  };
  return {
    publicKey,
    offer(peer, peerPublicKey) {
      expectOpen();
      if (pairSign(member, peer) !== 1) throw new RangeError(`peer: expected a higher id than ${member}, got ${peer}`);
      const lower = agreeAsLower(peer, peerPublicKey);
      if (!lower) throw new AgreementRefused(peer, 'public-key');
      return { ...toPair(lower.agreed, peer, peerPublicKey), ciphertext: lower.ciphertext };
    },
    accept(peer, peerPublicKey, ciphertext) {
      expectOpen();
      if (pairSign(member, peer) !== -1) throw new RangeError(`peer: expected a lower id than ${member}, got ${peer}`);
      // The lower one's key is not used with X-Wing, yet goes into the seed: only its length can be looked at.
      const { publicKeyBytes, ciphertextBytes } = agreementSizes[agreement];
      if (peerPublicKey.length !== publicKeyBytes) throw new AgreementRefused(peer, 'public-key');
      if (ciphertext.length !== ciphertextBytes) throw new AgreementRefused(peer, 'ciphertext');
      const agreed = agreeAsHigher(peerPublicKey, ciphertext);
      if (!agreed) throw new AgreementRefused(peer, agreement === 'x-wing' ? 'ciphertext' : 'public-key');
      return toPair(agreed, peer, peerPublicKey);
    },
    close() {
      closed = true;
      close();
    },
  };
}

type Agreeing = {
  readonly publicKey: Uint8Array;
  agreeAsLower(peer: string, peerPublicKey: Uint8Array): { agreed: Uint8Array; ciphertext: Uint8Array } | undefined;
  agreeAsHigher(peerPublicKey: Uint8Array, ciphertext: Uint8Array): Uint8Array | undefined;
  close(): void;
};

/** Each takes over `master`. */
const agreements: Record<Agreement, (master: Uint8Array, place: SumPlace, member: string) => Agreeing> = {
  'x-wing': (master, { session, index }, member) => {
    const seed = expand(master, labelled('x-wing seed', session, index, member), xWingSeedBytes);
    const pair = xWingKeyPair(seed);
    zeroBytes(seed);
    return {
      publicKey: pair.publicKey,
      agreeAsLower(peer, peerPublicKey) {
        const label = labelled('encapsulation', session, index, member, peer, peerPublicKey);
        const randomness = expand(master, label, xWingRandomnessBytes);
        const made = xWingEncapsulate(peerPublicKey, randomness);
        zeroBytes(randomness);
        return made && { agreed: made.secret, ciphertext: made.ciphertext };
      },
      agreeAsHigher: (_, ciphertext) => xWingDecapsulate(pair, ciphertext),
      close() {
        zeroBytes(master);
        zeroBytes(pair.secret.x25519);
      },
    };
  },
  x25519: (master, { session, index }, member) => {
    const secret = expand(master, labelled('x25519 secret', session, index, member), x25519Bytes);
    zeroBytes(master);
    const multiply = (point: Uint8Array) => (point.length === x25519Bytes ? x25519(secret, point) : undefined);
    return {
      publicKey: x25519PublicKey(secret),
      agreeAsLower(_, peerPublicKey) {
        const agreed = multiply(peerPublicKey);
        return agreed && { agreed, ciphertext: new Uint8Array(0) };
      },
      agreeAsHigher: multiply,
      close: () => zeroBytes(secret),
    };
  },
};

/** HKDF-SHA256 with an empty salt. Its info is the label's SHA-256, as OpenSSL takes no info longer than 1,024 bytes. */
function expand(secret: Uint8Array, label: Uint8Array, length: number): Uint8Array {
  const info = createHash('sha256').update(label).digest();
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), info, length));
}

/** What a survivor published. */
export type Published = {
  readonly member: string;
  readonly publicKey: Uint8Array;
  /** Between it and the dropped member, whichever of the two made it; empty with x25519. */
  readonly ciphertext: Uint8Array;
};

/**
 * The masks that a dropped member left in the inputs of the survivors, from its maskMaster put together again. What it published is made once
 * more and compared, so that a sum is not opened with masks that nobody took.
 * @param publicKey what the dropped member published
 * @returns for each survivor in its order the pair with the survivor's sign, as unmask() (mask.ts) takes them
 * @throws {MasterMismatch} when it is not what was published @throws {AgreementRefused} for what a survivor should not have published
 */
export function recoverPairs(
  agreement: Agreement,
  maskMaster: Uint8Array,
  place: SumPlace,
  dropped: { readonly member: string; readonly publicKey: Uint8Array },
  survivors: readonly Published[],
): Pair[] {
  const keys = openMaster(agreement, maskMaster, place, dropped.member);
  try {
    if (!sameBytes(keys.publicKey, dropped.publicKey)) throw new MasterMismatch(dropped.member, 'public-key');
    return survivors.map(({ member, publicKey, ciphertext }) => {
      const sign = pairSign(member, dropped.member);
      if (sign === 1) return { seed: keys.accept(member, publicKey, ciphertext).seed, sign };
      const offered = keys.offer(member, publicKey);
      if (!sameBytes(offered.ciphertext, ciphertext)) throw new MasterMismatch(dropped.member, 'ciphertext', member);
      return { seed: offered.seed, sign };
    });
  } finally {
    keys.close();
  }
}
