// Time-based one-time codes (RFC 6238 over RFC 4226): what an authenticator app on a phone shows. SHA-1, six digits, thirty seconds,
// since that is all that every app understands; HMAC with SHA-1 is not touched by SHA-1's collisions.
//
// Known ways to misuse it: a code is good for a minute and a half here. Keep the step that matched and take only later ones, or whoever
// looks over a shoulder can use the code again.

import { createHmac, timingSafeEqual } from 'node:crypto';

export const totpStepMs = 30_000;
export const totpDigits = 6;
/** RFC 4226, section 4: at least 128 bits, 160 recommended. */
export const totpSecretBytes = 20;
/** Steps before and after now that count: clocks of phones, and the time it takes to type. */
const windowSteps = 1;

export type TotpHash = 'sha1' | 'sha256' | 'sha512';

/** RFC 4226, section 5.3, with the counter of RFC 6238. */
export function totpCode(secret: Uint8Array, step: number, digits = totpDigits, hash: TotpHash = 'sha1'): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac(hash, secret).update(counter).digest();
  const at = mac[mac.length - 1]! & 15;
  const number = mac.readUInt32BE(at) & 0x7fffffff;
  return String(number % 10 ** digits).padStart(digits, '0');
}

export const totpStepAt = (nowMs: number): number => Math.floor(nowMs / totpStepMs);

/**
 * The step whose code it is, near now; undefined for a wrong code and for one that was used.
 * @param lastStep the step of the last code that counted; only later ones do
 */
export function matchTotp(secret: Uint8Array, code: string, nowMs: number, lastStep: number): number | undefined {
  const given = Buffer.from(code);
  const now = totpStepAt(nowMs);
  let matched: number | undefined;
  for (let step = Math.max(0, now - windowSteps); step <= now + windowSteps; step += 1) {
    const right = Buffer.from(totpCode(secret, step));
    if (given.length === right.length && timingSafeEqual(given, right) && step > lastStep) matched ??= step;
  }
  return matched;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, section 6, without padding: how apps take a secret that is typed. (crypto/base32.ts has Crockford's alphabet.) */
export function totpSecretText(secret: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of secret) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(held >>> (bits - 5)) & 31];
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}

/** What a QR code for the app holds. */
export function totpUri(secret: Uint8Array, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const query = new URLSearchParams({
    secret: totpSecretText(secret),
    issuer,
    algorithm: 'SHA1',
    digits: String(totpDigits),
    period: String(totpStepMs / 1000),
  });
  // Apps read "+" as a plus.
  return `otpauth://totp/${label}?${query.toString().replaceAll('+', '%20')}`;
}
