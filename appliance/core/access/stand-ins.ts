// Pseudonyms and tokens: what stands for a value where the value may not. A pseudonym is a keyed hash, the same for one purpose and
// another for the next, and leads back to nobody. A token has the shape of the value, and the node can turn it back.

import { blindIndex } from '../../../crypto/blind-index.ts';
import { type Ff1, ff1 } from '../../../crypto/ff1.ts';
import type { Key } from '../../../crypto/keys.ts';
import { Fault } from '../errors.ts';
import type { DataClass } from './classes.ts';

/** Hexadecimal digits of a pseudonym: 80 bits, so that a million people hardly share one. */
const pseudonymDigits = 20;
/** What FF1 needs. */
const fewestDigits = 6;

export type TokenKeys = { indexKey(kind: string): Key<'index'> };

/** @param purpose its name; two purposes cannot be joined by their pseudonyms */
export function pseudonym(keys: TokenKeys, purpose: string, dataClass: DataClass, value: string): string {
  const hash = blindIndex(keys.indexKey('pseudonym'), `${dataClass} ${purpose}`, value);
  return `${dataClass}-${hash.toString('hex').slice(0, pseudonymDigits)}`;
}

export class Tokens {
  readonly #keys: TokenKeys;

  constructor(keys: TokenKeys) {
    this.#keys = keys;
  }

  /**
   * The value with its digits replaced, all else as it was: a phone stays a phone-shaped number.
   * @param purpose what the export is for; each has tokens of its own
   * @throws {Fault} `bad_request` for a value with fewer than six digits to replace
   */
  tokenOf(purpose: string, dataClass: DataClass, value: string): string {
    return this.#replace(purpose, dataClass, value, (cipher, digits, tweak) => cipher.encrypt(digits, tweak));
  }

  /** Turns a token back. Whoever calls it has had the call written to the audit log. @throws {Fault} `bad_request` */
  valueOf(purpose: string, dataClass: DataClass, token: string): string {
    return this.#replace(purpose, dataClass, token, (cipher, digits, tweak) => cipher.decrypt(digits, tweak));
  }

  #replace(
    purpose: string,
    dataClass: DataClass,
    text: string,
    permute: (cipher: Ff1, digits: readonly number[], tweak: Uint8Array) => number[],
  ): string {
    const kept = keptPrefix(text);
    const head = text.slice(0, kept.length);
    const digits = [...text.slice(kept.length)].flatMap((letter) => (/[0-9]/.test(letter) ? [Number(letter)] : []));
    if (digits.length < fewestDigits || digits.length > 64) throw new Fault('bad_request', `a ${dataClass} of 6 to 64 digits`);
    const cipher = ff1(this.#keys.indexKey('token').reveal(), 10);
    const tweak = Buffer.from(`${dataClass} ${purpose}`, 'utf8').subarray(0, 255);
    // Cycle walking: a token that is no mobile number is replaced again, until it is one. Going back takes the same steps.
    let replaced = permute(cipher, digits, tweak);
    while (kept.mobile && (replaced[0] as number) < 3) replaced = permute(cipher, replaced, tweak);
    let at = 0;
    const put = (letter: string) => (/[0-9]/.test(letter) ? String(replaced[at++]) : letter);
    return head + [...text.slice(kept.length)].map(put).join('');
  }
}

/** The country code and the 1 of a Chinese mobile; of other international numbers, the first two digits. */
function keptPrefix(text: string): { length: number; mobile: boolean } {
  const mobile = /^((?:\+?86)?1)[3-9]\d{9}$/.exec(text);
  if (mobile) return { length: mobile[1]!.length, mobile: true };
  return { length: /^\+\d{2}/.exec(text)?.[0].length ?? 0, mobile: false };
}
