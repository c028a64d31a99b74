// What the two sides of a match seal their messages with, so that whoever carries them sees sizes and times alone. Each side gives 32 bytes,
// wrapped for the other's X-Wing key: neither alone decides the keys, and what is recorded today stays closed to a quantum computer.
//
// The nonce follows from key, message and place (as SIV has it, RFC 5297 section 3), so that a side which a kill or an old backup sets back
// sends the same bytes for the same message, and never two messages under one nonce.

import { createHmac, hkdfSync } from 'node:crypto';
import { aeadNonceBytes, aeadOpen, aeadSeal, aeadTagBytes, SealBroken } from '../../../crypto/aead.ts';
import { unwrap, WrapBroken, wrap, wrapOverheadBytes } from '../../../crypto/hpke.ts';
import type { MatchRole } from '../../protocol/match-terms.ts';
import { ProtocolFault } from '../../protocol/words.ts';

export const shareBytes = 32;
export const wrappedShareBytes = wrapOverheadBytes + shareBytes;
const shareWords = Buffer.from('holdfast match share 1');

type Place = { readonly session: string; readonly from: MatchRole; readonly kind: string; readonly seq: number };
type Keys = { readonly seal: Uint8Array; readonly nonce: Uint8Array };

/** @param publicKey the recipient's wrap key  @param session binds the share to its match */
export function wrapShare(publicKey: Uint8Array, session: string, share: Uint8Array): Promise<Uint8Array> {
  return wrap(publicKey, shareWords, Buffer.from(session, 'hex'), share);
}

/** @throws {ProtocolFault} seal_broken */
export async function unwrapShare(privateKey: Uint8Array, session: string, wrapped: Uint8Array): Promise<Uint8Array> {
  try {
    return await unwrap(privateKey, shareWords, Buffer.from(session, 'hex'), wrapped);
  } catch (error) {
    if (error instanceof WrapBroken) throw new ProtocolFault('seal_broken', 'share');
    throw error;
  }
}

/** With the initiator's share alone until the responder has given its own; what was sealed so says so in its first byte. */
export class Channel {
  readonly #session: string;
  readonly #early: { readonly [role in MatchRole]: Keys };
  #whole: { readonly [role in MatchRole]: Keys } | undefined;
  #secret: Uint8Array;

  constructor(session: string, initiatorShare: Uint8Array, responderShare?: Uint8Array) {
    this.#session = session;
    this.#secret = Uint8Array.from(initiatorShare);
    this.#early = keysOf(session, this.#secret, 'early');
    if (responderShare) this.complete(responderShare);
  }

  /** Once: what comes again, after a write that failed, changes nothing. */
  complete(responderShare: Uint8Array): void {
    if (this.#whole) return;
    this.#secret = Buffer.concat([this.#secret, responderShare]);
    this.#whole = keysOf(this.#session, this.#secret, 'whole');
  }

  get isComplete(): boolean {
    return this.#whole !== undefined;
  }

  /** The key of salted hashes, which both sides have and agreed on together. 32 bytes. */
  hashKey(): Uint8Array {
    if (!this.#whole) throw new RangeError('channel: expected both shares');
    return derive(this.#session, this.#secret, 'salted hash');
  }

  /** @param early with the initiator's share alone  @returns first byte 0 (early) or 1, nonce, ciphertext with its tag */
  seal(place: Omit<Place, 'session'>, plaintext: Uint8Array, early = false): Buffer {
    const whole = early ? undefined : this.#whole;
    const { seal, nonce: nonceKey } = (whole ?? this.#early)[place.from];
    const bound = aadOf({ ...place, session: this.#session });
    const nonce = createHmac('sha256', nonceKey).update(bound).update(plaintext).digest().subarray(0, aeadNonceBytes);
    return Buffer.concat([Buffer.of(whole ? 1 : 0), nonce, aeadSeal(seal, nonce, plaintext, bound)]);
  }

  /** @throws {ProtocolFault} seal_broken */
  open(place: Omit<Place, 'session'>, sealed: Uint8Array): Buffer {
    const keys = sealed[0] === 0 ? this.#early : this.#whole;
    if (!keys || sealed.length < 1 + aeadNonceBytes + aeadTagBytes) throw new ProtocolFault('seal_broken', place.kind);
    const [nonce, ciphertext] = [sealed.subarray(1, 1 + aeadNonceBytes), sealed.subarray(1 + aeadNonceBytes)];
    try {
      return aeadOpen(keys[place.from].seal, nonce, ciphertext, aadOf({ ...place, session: this.#session }));
    } catch (error) {
      if (error instanceof SealBroken) throw new ProtocolFault('seal_broken', place.kind);
      throw error;
    }
  }
}

function aadOf({ session, from, kind, seq }: Place): Buffer {
  return Buffer.from(`holdfast match message 1\n${session}\n${from}\n${kind}\n${seq}\n`);
}

function derive(session: string, secret: Uint8Array, what: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, Buffer.from(session, 'hex'), `holdfast match ${what} 1`, 32));
}

function keysOf(session: string, secret: Uint8Array, stage: 'early' | 'whole'): { readonly [role in MatchRole]: Keys } {
  const of = (role: MatchRole): Keys => ({
    seal: derive(session, secret, `${stage} ${role} seal`),
    nonce: derive(session, secret, `${stage} ${role} nonce`),
  });
  return { initiator: of('initiator'), responder: of('responder') };
}
