// The second factor of a person: codes of an authenticator app (RFC 6238), and ten recovery codes for the day the phone is gone. Pure: each
// function gives the credentials as they are afterwards, or undefined where the proof is not right.

import { matchTotp, totpSecretBytes, totpSecretText, totpUri } from '../../../crypto/totp.ts';
import type { Random } from '../ports.ts';
import type { Credentials } from './people.ts';
import { hexOf, makeRecoveryCode, normalRecoveryCode } from './tokens.ts';

export const secondFactorLimits = {
  recoveryCodes: 10,
  /** How long a secret that was shown waits for its first code. */
  offerMs: 10 * 60_000,
} as const;

export type Proof = { readonly code: string } | { readonly recoveryCode: string };
export type Hash = (kind: string, value: string) => Uint8Array;
export type Offer = { readonly secret: string; readonly uri: string; readonly untilMs: number };

/** A code counts once, a recovery code is gone. */
export function useProof(
  credentials: Credentials,
  proof: Proof,
  of: { personId: number; nowMs: number; hash: Hash },
): Credentials | undefined {
  return 'code' in proof
    ? useCode(credentials, proof.code, of.nowMs)
    : useRecoveryCode(credentials, proof.recoveryCode, of.personId, of.hash);
}

function useCode(credentials: Credentials, code: string, nowMs: number): Credentials | undefined {
  const { totp } = credentials;
  if (!totp) return undefined;
  const lastStep = matchTotp(Buffer.from(totp.secret, 'hex'), code, nowMs, totp.lastStep);
  return lastStep === undefined ? undefined : { ...credentials, totp: { ...totp, lastStep } };
}

function useRecoveryCode(credentials: Credentials, code: string, personId: number, hash: Hash): Credentials | undefined {
  const { recovery = [] } = credentials;
  const given = recoveryHash(personId, code, hash);
  // Keyed hashes: how long comparing them takes tells nothing that helps.
  if (given === undefined || !recovery.includes(given)) return undefined;
  return { ...credentials, recovery: recovery.filter((one) => one !== given) };
}

/** A new secret, which counts from its first code on; until then the old one does. */
export function offerTotp(
  credentials: Credentials,
  of: { issuer: string; login: string; nowMs: number; random: Random },
): { credentials: Credentials; offer: Offer } {
  const secret = of.random.bytes(totpSecretBytes);
  const untilMs = of.nowMs + secondFactorLimits.offerMs;
  return {
    credentials: { ...credentials, offered: { secret: hexOf(secret), untilMs } },
    offer: { secret: totpSecretText(secret), uri: totpUri(secret, of.issuer, of.login), untilMs },
  };
}

/** The first code of the secret that was offered. It counts once, like any other. */
export function confirmTotp(credentials: Credentials, code: string, nowMs: number): Credentials | undefined {
  const { offered, ...rest } = credentials;
  if (!offered || nowMs >= offered.untilMs) return undefined;
  const lastStep = matchTotp(Buffer.from(offered.secret, 'hex'), code, nowMs, -1);
  return lastStep === undefined ? undefined : { ...rest, totp: { secret: offered.secret, lastStep } };
}

/** Ten new ones; those before are worth nothing any more. */
export function renewRecoveryCodes(
  credentials: Credentials,
  of: { personId: number; random: Random; hash: Hash },
): { credentials: Credentials; codes: string[] } {
  const codes = Array.from({ length: secondFactorLimits.recoveryCodes }, () => makeRecoveryCode(of.random));
  return { codes, credentials: { ...credentials, recovery: codes.map((code) => recoveryHash(of.personId, code, of.hash)!) } };
}

export function withoutSecondFactor({ totp: _, offered: __, recovery: ___, ...rest }: Credentials): Credentials {
  return rest;
}

function recoveryHash(personId: number, code: string, hash: Hash): string | undefined {
  const normal = normalRecoveryCode(code);
  return normal && hexOf(hash('recovery code', `${personId}/${normal}`));
}
