// The two secrets that a member has for each sum, and what it publishes of them: a hash that a secret put together from shares is held to.
//
//   maskMaster   everything that it has with other members is derived from it (agreement.ts); opened when the member dropped before its input
//   selfSeed     the mask that it has alone (mask.ts); opened when its input came
//
// Known ways to misuse it: both of one member for one sum give away its input (reveals.ts keeps members from that).

import { createHash } from 'node:crypto';
import { checkBytes, checkMember, checkPlace, labelled, type SumPlace } from './labels.ts';

export const secretBytes = 32;

export type SecretKind = 'maskMaster' | 'selfSeed';
export type SumSecrets = { readonly [kind in SecretKind]: Uint8Array };

/** Drawn anew for each sum. The caller seals them at rest, and overwrites them when the sum is done. */
export function newSumSecrets(random: { bytes(length: number): Uint8Array }): SumSecrets {
  return { maskMaster: random.bytes(secretBytes), selfSeed: random.bytes(secretBytes) };
}

/**
 * SHA-256 over what the secret is, of whom and for which sum, and the secret: it binds by the hash, and hides as the secret has 256 bits.
 * @returns 32 bytes, to be published before the sum
 */
export function commitmentOf(kind: SecretKind, secret: Uint8Array, place: SumPlace, member: string): Buffer {
  checkBytes('secret', secret, secretBytes);
  checkPlace(place);
  checkMember('member', member);
  return createHash('sha256')
    .update(labelled('commitment', kind, place.session, place.index, member, secret))
    .digest();
}
