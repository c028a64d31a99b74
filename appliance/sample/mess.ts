// What happens to a true value on its way into a system: slips of the finger and the ear, habits of writing, placeholders.
// Each function spoils one value in one way; how often, and in which system, is the table of rates.

import { type BirthDate, compactDate } from './contacts.ts';
import { alikeInSound, capital, fullName, givenName, type Han, type PersonName, westernShort } from './names.ts';
import type { Rng } from './random.ts';
import type { SampleSource } from './sources.ts';

/**
 * The promised rates: of the records of a source that hold the field, the share spoilt that way. `nameStyle` is apart: each
 * record writes its name in one of the styles below.
 */
export const messRates = {
  nameTypo: { shop: 0.03, crm: 0.05, till: 0.06, desk: 0.09, newsletter: 0.03 },
  placeholderName: { shop: 0.015, crm: 0.004, till: 0.04, desk: 0.02, newsletter: 0.02 },
  phoneFormat: { shop: 0.25, crm: 0.35, till: 0.3, desk: 0.35, newsletter: 0.2 },
  fullWidthPhone: { shop: 0.02, crm: 0.03, till: 0.02, desk: 0.02, newsletter: 0 },
  phoneTypo: { shop: 0.01, crm: 0.02, till: 0.03, desk: 0.02, newsletter: 0.02 },
  familyPhone: { shop: 0.06, crm: 0.1, till: 0.15, desk: 0.12, newsletter: 0.03 },
  placeholderPhone: { shop: 0.01, crm: 0.015, till: 0.03, desk: 0.01, newsletter: 0.02 },
  emailTypo: { shop: 0.01, crm: 0.03, till: 0, desk: 0.04, newsletter: 0.02 },
  emailCase: { shop: 0.05, crm: 0.1, till: 0, desk: 0.06, newsletter: 0.06 },
  familyEmail: { shop: 0.03, crm: 0.06, till: 0, desk: 0.03, newsletter: 0.02 },
  placeholderEmail: { shop: 0.005, crm: 0.03, till: 0, desk: 0.02, newsletter: 0 },
  birthTransposed: { shop: 0.02, crm: 0.03, till: 0.04, desk: 0, newsletter: 0 },
  birthTypo: { shop: 0.02, crm: 0.02, till: 0.04, desk: 0, newsletter: 0 },
  placeholderBirth: { shop: 0.05, crm: 0.01, till: 0.05, desk: 0, newsletter: 0 },
  nationalIdTypo: { shop: 0, crm: 0.01, till: 0, desk: 0, newsletter: 0 },
  /** The person's newer phone, e-mail or address never reaches this system. */
  staleContact: { shop: 0.4, crm: 0.5, till: 0.8, desk: 0.5, newsletter: 0.85 },
  /** A second record of the same person in the same system: another branch, a lost card, a forgotten password. */
  secondRecord: { shop: 0.02, crm: 0.03, till: 0.03, desk: 0, newsletter: 0.02 },
} as const satisfies Record<string, Record<SampleSource, number>>;

export type MessKind = keyof typeof messRates | `name:${NameStyle}`;

export type NameStyle =
  | 'full'
  | 'pinyin'
  | 'pinyinGivenFirst'
  | 'upper'
  | 'traditional'
  | 'noSurname'
  | 'little'
  | 'titled'
  | 'english'
  | 'initials';

type Shares = readonly (readonly [NameStyle, number])[];
/** How each system's people write a Chinese name. */
export const nameStyles: Readonly<Record<SampleSource, Shares>> = {
  shop: [
    ['full', 62],
    ['pinyin', 9],
    ['pinyinGivenFirst', 8],
    ['noSurname', 7],
    ['little', 5],
    ['traditional', 3],
    ['english', 6],
  ],
  crm: [
    ['full', 91],
    ['upper', 4],
    ['traditional', 3],
    ['pinyin', 2],
  ],
  till: [
    ['full', 60],
    ['titled', 22],
    ['noSurname', 6],
    ['little', 4],
    ['traditional', 2],
    ['upper', 6],
  ],
  desk: [
    ['full', 55],
    ['titled', 25],
    ['noSurname', 6],
    ['little', 4],
    ['pinyinGivenFirst', 6],
    ['traditional', 4],
  ],
  newsletter: [
    ['full', 35],
    ['noSurname', 20],
    ['pinyinGivenFirst', 18],
    ['pinyin', 8],
    ['english', 12],
    ['little', 7],
  ],
};
const westernStyles: Shares = [
  ['full', 70],
  ['english', 14],
  ['noSurname', 6],
  ['upper', 5],
  ['initials', 5],
];

/** Draws the style in which a record writes a name. People of Hong Kong and Taiwan write traditional characters, mostly. */
export function drawStyle(rng: Rng, source: SampleSource, name: PersonName, traditional: boolean): NameStyle {
  const style = rng.weighted(name.han ? nameStyles[source] : westernStyles);
  return style === 'full' && traditional && rng.chance(source === 'crm' ? 0.6 : 0.9) ? 'traditional' : style;
}

export function nameInStyle(name: PersonName, style: NameStyle, traditional: boolean): string {
  const { family, given, english } = name.latin;
  const suffix = name.suffix ? ` ${name.suffix}` : '';
  switch (style) {
    case 'full':
      return fullName(name);
    case 'traditional':
      return fullName(name, true);
    case 'pinyin':
      return `${family} ${given}`;
    case 'pinyinGivenFirst':
      return `${given} ${family}`;
    case 'upper':
      return name.han ? `${family} ${given}`.toUpperCase() : `${given} ${family}${suffix}`.toUpperCase();
    case 'noSurname':
      return givenName(name, traditional);
    case 'little':
      return littleName(name, traditional);
    case 'titled':
      return `${traditional ? (name.han?.surname.traditional ?? family) : (name.han?.surname.simple ?? family)}${name.gender === 'male' ? '先生' : '女士'}`;
    case 'english':
      return `${english ?? westernShort[given] ?? given} ${family}${suffix}`;
    case 'initials':
      return `${given.charAt(0)}. ${family}${suffix}`;
  }
}

/** 王小明 is 小明 among friends, 张伟 is 小伟. */
function littleName(name: PersonName, traditional: boolean): string {
  const last = name.han?.given[name.han.given.length - 1];
  if (!last) return westernShort[name.latin.given] ?? name.latin.given;
  return `小${traditional ? last.traditional : last.simple}`;
}

/** A name misheard or mistyped: a character of the same sound, two swapped; a Latin letter doubled, dropped or swapped. */
export function nameWithSlip(rng: Rng, name: PersonName, style: NameStyle, traditional: boolean): string {
  if (name.han && (style === 'full' || style === 'traditional' || style === 'noSurname')) {
    const { surname, given } = name.han;
    if (given.length === 2 && rng.chance(0.2) && given[0] !== given[1]) {
      return nameInStyle({ ...name, han: { surname, given: [given[1]!, given[0]!] } }, style, traditional);
    }
    const at = rng.below(given.length);
    const others = alikeInSound(given[at]!);
    if (others.length > 0) {
      const heard: Han[] = given.map((han, i) => (i === at ? rng.pick(others) : han));
      return nameInStyle({ ...name, han: { surname, given: heard } }, style, traditional);
    }
  }
  const written = nameInStyle(name, style, traditional);
  return /^[A-Za-z]/.test(written) ? latinSlip(rng, written) : written;
}

/** One slip in a Latin word of at least three letters, not at its first letter. */
export function latinSlip(rng: Rng, text: string): string {
  const places = [...text.matchAll(/\p{L}(?=\p{L})/gu)].map((match) => match.index).filter((at) => at > 0);
  if (places.length === 0) return text;
  const at = rng.pick(places);
  const kind = rng.below(3);
  if (kind === 0) return text.slice(0, at) + text.slice(at + 1);
  if (kind === 1) return text.slice(0, at) + text[at] + text.slice(at);
  const swapped = text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
  return swapped === text ? text.slice(0, at) + text.slice(at + 1) : swapped;
}

export const placeholders = {
  name: ['无', '匿名', '测试', '未知', '散客', '先生'],
  phone: ['13800138000', '13800000000', '11111111111', '无', '00000000000', '13888888888'],
  email: ['test@test.com', 'a@a.com', '无', 'noemail@example.com', 'none@none.com'],
  birthday: ['1900-01-01', '1970-01-01', '0000-00-00', '1990-01-01'],
} as const;

/** How people write a number they know by heart. @param e164 `+8613812345678` */
export function phoneAsWritten(rng: Rng, e164: string): string {
  const chinese = /^\+86(\d{3})(\d{4})(\d{4})$/.exec(e164);
  if (!chinese)
    return e164.startsWith('+1')
      ? northAmerican(rng, e164)
      : rng.pick([e164, `${e164.slice(0, -4)} ${e164.slice(-4)}`, e164.replace('+', '00')]);
  const [, a = '', b = '', c = ''] = chinese;
  return rng.pick([
    `${a} ${b} ${c}`,
    `${a}-${b}-${c}`,
    `+86${a}${b}${c}`,
    `+86 ${a} ${b} ${c}`,
    `+86-${a}${b}${c}`,
    `0086${a}${b}${c}`,
    ` ${a}${b}${c}`,
    `86${a}${b}${c}`,
  ]);
}

function northAmerican(rng: Rng, e164: string): string {
  const [area, office, line] = [e164.slice(2, 5), e164.slice(5, 8), e164.slice(8)];
  return rng.pick([`+1 (${area}) ${office}-${line}`, `+1-${area}-${office}-${line}`, `+1 ${area} ${office} ${line}`]);
}

/** The plain way: national in China, E.164 abroad. */
export function phonePlain(e164: string): string {
  return e164.startsWith('+86') ? e164.slice(3) : e164;
}

/** １３８…: what an input method in full-width mode leaves behind. */
export function fullWidth(text: string): string {
  return text.replace(/[!-~]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0));
}

/** Two neighbouring digits swapped, or one replaced, among the last seven. */
export function digitSlip(rng: Rng, text: string): string {
  const at = text.length - 2 - rng.below(Math.min(6, text.length - 2));
  const [left, right] = [text[at]!, text[at + 1]!];
  if (left !== right && rng.chance(0.5)) return text.slice(0, at) + right + left + text.slice(at + 2);
  return text.slice(0, at) + ((Number(left) + rng.between(1, 9)) % 10) + text.slice(at + 1);
}

/** A letter lost, doubled or swapped before the @. */
export function emailSlip(rng: Rng, address: string): string {
  const [local = '', domain = ''] = address.split('@');
  const slipped = latinSlip(rng, local);
  return `${slipped === local ? digitSlip(rng, `00${local}`).slice(2) : slipped}@${domain}`;
}

export function emailInOtherCase(rng: Rng, address: string): string {
  const [local = '', domain = ''] = address.split('@');
  return rng.pick([address.toUpperCase(), `${capital(local)}@${domain}`, `${local}@${capital(domain)}`]);
}

/** Day and month changed places where that is still a date; else the last two digits of the year. */
export function birthTransposed(birth: BirthDate): BirthDate {
  if (birth.day <= 12 && birth.day !== birth.month) return { ...birth, month: birth.day, day: birth.month };
  const [tens, ones] = [Math.floor((birth.year % 100) / 10), birth.year % 10];
  const year = Math.floor(birth.year / 100) * 100 + ones * 10 + tens;
  return year !== birth.year && year <= 2010 && year >= 1920 ? { ...birth, year } : { ...birth, day: (birth.day % 28) + 1 };
}

export function birthSlip(rng: Rng, birth: BirthDate): BirthDate {
  const kind = rng.below(3);
  if (kind === 0) return { ...birth, day: ((birth.day + rng.between(0, 26)) % 28) + 1 };
  if (kind === 1) return { ...birth, month: (birth.month % 12) + 1 };
  return { ...birth, year: birth.year + rng.pick([-10, -1, 1]) };
}

/** How each system writes a date of birth. */
export function birthAsWritten(source: SampleSource, birth: BirthDate): string {
  const [month, day] = [String(birth.month).padStart(2, '0'), String(birth.day).padStart(2, '0')];
  switch (source) {
    case 'shop':
      return `${birth.year}/${month}/${day}`;
    case 'till':
      return compactDate(birth);
    default:
      return `${birth.year}-${month}-${day}`;
  }
}
