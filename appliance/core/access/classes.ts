// Classes of customers' data: what a value is, as far as policies and masks tell values apart. A standard trait and an identifier have
// theirs by name; a field that nobody knows counts as free text, which may say anything.

import { standardTraitFor } from '../values/standard-traits.ts';

export const dataClasses = [
  'name',
  'phone',
  'email',
  'address',
  'national-id',
  'bank-card',
  'birth-date',
  /** Devices, cookies, accounts, customer numbers: what a system knows somebody by. */
  'device',
  'free-text',
  /** What identifies nobody by itself: sums, levels, cities, names of events. */
  'other',
] as const;
export type DataClass = (typeof dataClasses)[number];

const ofTraits: { readonly [trait: string]: DataClass } = {
  name: 'name',
  firstName: 'name',
  lastName: 'name',
  username: 'name',
  email: 'email',
  phone: 'phone',
  gender: 'other',
  birthday: 'birth-date',
  age: 'other',
  address: 'address',
  company: 'free-text',
  title: 'free-text',
  avatar: 'free-text',
  description: 'free-text',
  website: 'free-text',
  createdAt: 'other',
  nationalId: 'national-id',
  unionId: 'device',
  openId: 'device',
  loyaltyCard: 'bank-card',
  deviceId: 'device',
  province: 'other',
  city: 'other',
  district: 'address',
  postalCode: 'address',
  country: 'other',
  language: 'other',
  memberLevel: 'other',
  points: 'other',
};

const ofIdentifiers: { readonly [kind: string]: DataClass } = {
  phone: 'phone',
  email: 'email',
  national_id: 'national-id',
  loyalty_card: 'bank-card',
};

/** Names that systems give to fields beside the standard ones. */
const hints: readonly (readonly [RegExp, DataClass])[] = [
  [/phone|mobile|(^|_)tel($|_)|手机|电话/i, 'phone'],
  [/e-?mail|邮箱/i, 'email'],
  [/id_?card|identity|passport|身份证|护照/i, 'national-id'],
  [/bank|iban|card_?(no|number)|银行卡/i, 'bank-card'],
  [/birth|生日/i, 'birth-date'],
  [/address|street|地址/i, 'address'],
  [/(first|last|full|family|given|nick|real|contact)_?name|姓名/i, 'name'],
  [/device|cookie|imei|idfa|oaid|(user|anonymous|customer|account|member|open|union|message|group|previous)_?id$/i, 'device'],
];

/** The class of a trait or a property by its name. */
export function classOfField(name: string): DataClass {
  return knownClassOf(name) ?? 'free-text';
}

/** The same, undefined where the name tells nothing. */
export function knownClassOf(name: string): DataClass | undefined {
  const known = standardTraitFor(name);
  if (known) return ofTraits[known.name] ?? 'free-text';
  return hints.find(([pattern]) => pattern.test(name))?.[1];
}

/** The class of an identifier by its kind. */
export function classOfIdentifier(kind: string): DataClass {
  return ofIdentifiers[kind] ?? 'device';
}

const longNumber = /(?:\d[\s-]?){7,}/;

/** A text in a field that should identify nobody, and yet holds what does: an address of mail, a long number, what a form put into a URL. */
export function looksIdentifying(text: string): boolean {
  if (/@|%40|[?&][\w-]+=/.test(text)) return true;
  // A date is a long number too: only where there is one is it worth taking dates out.
  return longNumber.test(text) && longNumber.test(text.replace(/\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?/g, ''));
}
