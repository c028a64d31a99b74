// Detectors: which classes of data one value could be of, as bits. Cheap looks at the shape come first, the normalisers and checksums
// only where the shape lets them. One value decides nothing: verdict.ts asks for shares of many.

import { isIP } from 'node:net';
import { normaliseEmail } from '../../core/values/email.ts';
import { isHanAddress, isWesternAddress } from './detect-addresses.ts';
import { nameBits } from './detect-names.ts';
import { isCreditCode, maskedBits, numberBits, wordDateBits } from './detect-numbers.ts';
import { bitOf } from './marks.ts';

export { isBankCard, luhn } from './detect-numbers.ts';
export { bitOf, type Mark, marks } from './marks.ts';

export const detectorLimits = {
  /** Longer values are free text. */
  length: 512,
} as const;

export type DetectorOptions = { readonly region?: string; readonly nowMs: number };

const wide = /[\u3000\uff01-\uff5e]/;
const uuid = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;
const mac = /^(?:(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}|(?=.*[a-f])[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4})$/i;
const hexadecimal = /^(?=.*\d)(?=.*[a-f])[0-9a-f]{16,64}$/i;
/** Letters and digits, or eight digits and more; no amounts, versions or times. */
const token =
  /^(?=.*\d)(?:[A-Za-z0-9]*[A-Za-z][A-Za-z0-9_.:/+=-]{2,127}|[A-Za-z0-9][A-Za-z0-9_-]*\d{8}[A-Za-z0-9_-]{0,100}|\d{8,128})$/;
const moment = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}|$)|^\d{8}T\d{6}/;

/** @returns bits of `bitOf`; 0 when it looks like nothing in particular */
export function detect(raw: string, { region = 'CN', nowMs }: DetectorOptions): number {
  if (raw.length > detectorLimits.length) return bitOf.free_text;
  const value = (wide.test(raw) ? raw.normalize('NFKC') : raw).trim();
  const { length } = value;
  if (length < 2) return 0;
  let digits = 0;
  let han = 0;
  let spaces = 0;
  for (let at = 0; at < length; at += 1) {
    const unit = value.charCodeAt(at);
    if (unit >= 48 && unit <= 57) digits += 1;
    else if (unit >= 0x4e00 && unit <= 0x9fff) han += 1;
    else if (unit === 32) spaces += 1;
  }
  let found = 0;
  if (value.includes('@')) {
    if (isEmail(value, spaces)) return bitOf.email;
  } else if (digits >= 5) found |= numberBits(value, digits, region, nowMs);
  else if (han >= 5 && value.includes('年')) found |= wordDateBits(value, region, nowMs);
  if (digits > 1 && /[*•]{2}/.test(value)) found |= maskedBits(value);
  if ((value.includes('.') || value.includes(':')) && isAddressOfNet(value)) return found | bitOf.ip_address;
  if (digits > 0 && han === 0 && spaces === 0) {
    if (uuid.test(value) || mac.test(value) || (hexadecimal.test(value) && !isCreditCode(value))) found |= bitOf.device_shape;
    if (token.test(value) && !moment.test(value)) found |= bitOf.token;
  }
  if (
    length >= 6 &&
    digits <= length / 2 &&
    (han > 0 ? isHanAddress(value) : digits > 0 && spaces >= 2 && isWesternAddress(value))
  )
    found |= bitOf.address;
  if (digits === 0 && length <= 40) found |= nameBits(value, han);
  if (found === 0 && isProse(length, han, spaces)) found = bitOf.free_text;
  return found;
}

function isProse(length: number, han: number, spaces: number): boolean {
  return length > 60 || han >= 16 || (spaces >= 5 && length >= 24);
}

/** One, with a name before or a word behind it, or up to five. */
function isEmail(value: string, spaces: number): boolean {
  if (spaces === 0 && normaliseEmail(value).ok) return true;
  const bare = /<([^<>\s]+)>$/.exec(value)?.[1] ?? value.replace(/\s*\([^()]*\)$/, '');
  const parts = bare.split(/\s*[;,、]\s*/).filter((part) => part !== '');
  return parts.length > 0 && parts.length <= 5 && parts.every((part) => !/\s/.test(part) && normaliseEmail(part).ok);
}

/** IPv4 and IPv6, with a port, or several as proxies write them one behind the other. */
function isAddressOfNet(value: string): boolean {
  if (isIP(value) !== 0) return true;
  const bare = /^\[([0-9a-f:.]+)\](?::\d{1,5})?$/i.exec(value)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(value)?.[1];
  if (bare !== undefined) return isIP(bare) !== 0;
  const parts = value.split(/\s*,\s*/);
  return parts.length > 1 && parts.length <= 8 && parts.every((part) => isIP(part) !== 0);
}
