// Phones, e-mail addresses, identity and card numbers for people who do not exist. Numbers have the shape the real ones have,
// because a node must normalise and match them; each is drawn, none looked up, and where a plan keeps numbers for fiction we use those.

import type { PersonName } from './names.ts';
import { type Rng, scattered } from './random.ts';

// Prefixes that the Chinese operators hand out (MIIT numbering plan); all are valid for libphonenumber.
const chinesePrefixes =
  '134,135,136,137,138,139,150,151,152,157,158,159,178,182,183,187,188,130,131,132,155,156,176,185,186,133,153,177,180,181,189,199'.split(
    ',',
  );
// The rest: country code, prefixes, digits that follow the prefix. North America's are 555-01XX, kept for fiction (NANPA).
const elsewhere: Readonly<Record<string, readonly [code: string, prefixes: readonly string[], more: number]>> = {
  HK: ['852', ['61', '63', '64', '65', '69', '94', '96', '97'], 6],
  TW: ['886', ['910', '912', '920', '928', '933', '939', '972', '988'], 6],
  SG: ['65', ['81', '83', '85', '87', '90', '91', '94', '96'], 6],
  MY: ['60', ['12', '16', '19'], 7],
  AU: ['61', ['412', '423', '434', '401'], 6],
  GB: ['44', ['7400', '7500', '7712', '7800', '7912'], 6],
};
const areaCodes: Readonly<Record<string, readonly string[]>> = {
  US: ['212', '415', '213', '617', '312', '206', '702', '305', '503', '512'],
  CA: ['416', '604', '514', '778', '403', '613'],
};
/** Numbers for fiction of one country that are tried before an ordinary one is made up. */
const fictionAttempts = 2000;

/** An E.164 number that is not in `taken` yet; adds it. Valid by libphonenumber. @param serial spreads the numbers, any from 0 */
export function phoneOf(rng: Rng, country: string, serial: number, taken: Set<string>): string {
  for (let attempt = 0; ; attempt++) {
    const number = areaCodes[country]
      ? northAmerican(rng, areaCodes[country], serial + attempt, attempt)
      : elsewherePhone(rng, country, serial + attempt);
    if (taken.has(number)) continue;
    taken.add(number);
    return number;
  }
}

function northAmerican(rng: Rng, areas: readonly string[], serial: number, attempt: number): string {
  const area = areas[serial % areas.length]!;
  if (attempt >= fictionAttempts) return `+1${area}${rng.between(220, 989)}${rng.digits(4)}`;
  return `+1${area}55501${String(scattered(Math.floor(serial / areas.length), 100, 7)).padStart(2, '0')}`;
}

function elsewherePhone(rng: Rng, country: string, serial: number): string {
  const [code, prefixes, more] = elsewhere[country] ?? ['86', chinesePrefixes, 8];
  return `+${code}${rng.pick(prefixes)}${String(scattered(serial, 10 ** more, 40_417)).padStart(more, '0')}`;
}

// RFC 2606 keeps example.com, .net, .org and the top level .example; example.cn is kept likewise by its registry.
const domains = [
  ['example.com', 40],
  ['example.cn', 25],
  ['mail.example', 20],
  ['example.net', 10],
  ['example.org', 5],
] as const;

/** An address in one of the reserved domains that is not in `taken` yet; adds it. */
export function emailOf(rng: Rng, name: PersonName, birthYear: number, taken: Set<string>): string {
  const plain = (text: string) =>
    text
      .normalize('NFD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase();
  const family = plain(name.latin.family);
  const given = plain(name.latin.given);
  const local = rng.weighted([
    [`${family}${given}`, 3],
    [`${given}.${family}`, name.han ? 1 : 4],
    [`${family}${given}${birthYear}`, 3],
    [`${given.charAt(0)}${family}${rng.digits(3)}`, 1],
    [`${family}_${given}`, 1],
    [`${name.latin.english ? plain(name.latin.english) : given}${family}${String(birthYear).slice(2)}`, 2],
    [`${rng.between(1, 9)}${rng.digits(8)}`, name.han ? 3 : 0],
  ]);
  const domain = rng.weighted(domains);
  for (let attempt = 0; ; attempt++) {
    const address = `${local}${attempt === 0 ? '' : rng.digits(1 + attempt)}@${domain}`;
    if (taken.has(address)) continue;
    taken.add(address);
    return address;
  }
}

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/**
 * An identity number with a right check character (GB 11643-1999, ISO 7064 MOD 11-2) and a region that was never given out:
 * the province's digits followed by 0099, a county that GB/T 2260 does not have.
 */
export function nationalIdOf(
  rng: Rng,
  birth: BirthDate,
  gender: PersonName['gender'],
  provinceCode: string,
  taken: Set<string>,
): string {
  for (;;) {
    const order = rng.below(500) * 2 + (gender === 'male' ? 1 : 0);
    const digits = `${provinceCode}0099${compactDate(birth)}${String(order).padStart(3, '0')}`;
    let sum = 0;
    for (let i = 0; i < 17; i++) sum += Number(digits[i]) * weights[i]!;
    const number = digits + '10X98765432'[sum % 11];
    if (taken.has(number)) continue;
    taken.add(number);
    return number;
  }
}

export type BirthDate = { readonly year: number; readonly month: number; readonly day: number };

export function compactDate(date: BirthDate): string {
  return `${date.year}${String(date.month).padStart(2, '0')}${String(date.day).padStart(2, '0')}`;
}

/** A loyalty card number. */
export function loyaltyCardOf(serial: number): string {
  return `ML${String(scattered(serial, 10_000_000_000, 5_550_001)).padStart(10, '0')}`;
}

/** A bank account number that can be nobody's: letters no bank uses in front. */
export function bankAccountOf(serial: number): string {
  return `MLTEST${String(scattered(serial, 1_000_000_000_000, 77_001)).padStart(12, '0')}`;
}

/**
 * A card number that is none: it starts with 9999, which ISO/IEC 7812 gives to no network, and its check digit is wrong by Luhn.
 */
export function fakeCardOf(serial: number): string {
  const digits = `9999${String(scattered(serial, 100_000_000_000, 31)).padStart(11, '0')}`;
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const digit = Number(digits[14 - i]) * (i % 2 === 0 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  const right = (10 - (sum % 10)) % 10;
  return digits + ((right + 5) % 10);
}
