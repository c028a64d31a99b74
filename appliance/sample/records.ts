// What each system knows of a person: one record, sometimes two, with the fields that system asks for, spoilt at the
// rates of mess.ts, and with the updates that reached it. The person's truth stays in people.ts.

import type { JsonObject } from '../core/model/event.ts';
import { dayMs, localDate, sampleEndMs, sampleStartMs } from './calendar.ts';
import { bankAccountOf, loyaltyCardOf } from './contacts.ts';
import {
  birthAsWritten,
  birthSlip,
  birthTransposed,
  digitSlip,
  drawStyle,
  emailInOtherCase,
  emailSlip,
  fullWidth,
  type MessKind,
  messRates,
  nameInStyle,
  nameWithSlip,
  phoneAsWritten,
  phonePlain,
  placeholders,
} from './mess.ts';
import { type Dated, type Person, valueAt } from './people.ts';
import { type Address, addressLine } from './places.ts';
import { type Rng, scattered, seeded } from './random.ts';
import type { SampleSource } from './sources.ts';

export type RecordVersion = { readonly atMs: number; readonly traits: JsonObject };

export type SampleRecord = {
  readonly source: SampleSource;
  readonly userId: string;
  readonly person: Person;
  /** Before the sample's start for old customers. */
  readonly createdAtMs: number;
  /** The first holds all fields, later ones what changed. In order of time. */
  readonly versions: readonly RecordVersion[];
  /** In which ways it is spoilt; for tests and for who wants to know why a match was missed. */
  readonly mess: readonly MessKind[];
};

type Field = 'name' | 'gender' | 'birthday' | 'phone' | 'email' | 'nationalId' | 'address' | 'loyaltyCard' | 'language';

/** Share of a system's records that hold a field. */
const fields: Readonly<Record<SampleSource, Partial<Record<Field, number>>>> = {
  shop: { name: 0.88, phone: 0.85, email: 0.62, gender: 0.4, birthday: 0.35, address: 0.6, language: 1 },
  crm: { name: 1, phone: 0.95, email: 0.5, gender: 0.9, birthday: 0.88, nationalId: 0.6, address: 0.8, loyaltyCard: 0.4 },
  till: { name: 0.8, phone: 0.92, gender: 0.35, birthday: 0.3, loyaltyCard: 0.97 },
  desk: { name: 0.96, phone: 0.93, email: 0.3, address: 0.25 },
  newsletter: { email: 1, name: 0.62, phone: 0.15, language: 0.8 },
};
const memberOf: Readonly<Record<Exclude<SampleSource, 'desk'>, number>> = { shop: 0.72, crm: 0.6, till: 0.6, newsletter: 0.42 };
const idOffsets: Readonly<Record<SampleSource, number>> = {
  shop: 11_003,
  crm: 550_007,
  till: 90_001,
  desk: 70_019,
  newsletter: 123_457,
};

/** A person's records in the systems that know them from the start or will; the desk's exists once they call. */
export function recordsOf(seed: number, person: Person): SampleRecord[] {
  const rng = seeded(seed, 'membership', person.index);
  const sources = (Object.keys(memberOf) as (keyof typeof memberOf)[]).filter((source) => rng.chance(memberOf[source]));
  if (!sources.some((source) => source !== 'newsletter')) sources.push(rng.pick(['shop', 'till', 'crm']));
  const records: SampleRecord[] = [];
  for (const source of sources) {
    // Not all systems from the first day: the others follow within months.
    const createdAtMs = Math.min(
      person.joinedAtMs + (records.length === 0 ? 0 : rng.below(200)) * dayMs,
      sampleEndMs - 8 * dayMs,
    );
    records.push(recordOf(seed, person, source, createdAtMs, 0));
    if (rng.chance(messRates.secondRecord[source])) {
      const laterMs = Math.min(Math.max(createdAtMs, sampleStartMs) + rng.between(20, 300) * dayMs, sampleEndMs - 3 * dayMs);
      records.push(recordOf(seed, person, source, laterMs, 1));
    }
  }
  return records;
}

/** @param turn 0 for the first record of that system, 1 for a second one of the same person */
export function recordOf(seed: number, person: Person, source: SampleSource, createdAtMs: number, turn: 0 | 1): SampleRecord {
  const rng = seeded(seed, 'record', person.index, source, turn);
  const mess: MessKind[] = turn === 1 ? ['secondRecord'] : [];
  const write = fieldWriters(rng, person, source, turn, mess);
  const traits: JsonObject = {};
  for (const [field, share] of Object.entries(fields[source]) as [Field, number][]) {
    if (rng.chance(share)) Object.assign(traits, write[field](createdAtMs));
  }
  // A record that says nothing at all helps nobody, not even as mess.
  if (Object.keys(traits).length <= (traits.language === undefined ? 0 : 1)) Object.assign(traits, write.phone(createdAtMs));
  if (source === 'crm' && banks(person)) traits.bank_account = bankAccount(rng, person);
  if (source === 'crm' || source === 'shop') traits.createdAt = localDate(createdAtMs);
  const versions: RecordVersion[] = [{ atMs: createdAtMs, traits }];
  const update = (changes: Dated<unknown>, present: boolean, again: (atMs: number) => JsonObject) => {
    const changedAtMs = changes[1]?.fromMs;
    if (changedAtMs === undefined || !present || changedAtMs <= createdAtMs) return;
    const atMs = changedAtMs + rng.between(1, 40) * dayMs + rng.below(dayMs);
    if (rng.chance(messRates.staleContact[source])) mess.push('staleContact');
    else if (atMs < sampleEndMs) versions.push({ atMs, traits: again(atMs) });
  };
  // The family's number stays whatever happens to one's own.
  update(person.phones, traits.phone !== undefined && !mess.includes('familyPhone'), write.phone);
  update(person.emails, traits.email !== undefined && !mess.includes('familyEmail'), write.email);
  update(person.addresses, traits.address !== undefined, write.address);
  versions.sort((a, b) => a.atMs - b.atMs);
  return { source, userId: userIdOf(source, person.index * 2 + turn), person, createdAtMs, versions, mess: [...new Set(mess)] };
}

/** Whether the person banks here too; a record of the CRM is needed besides. */
export function banks(person: Person): boolean {
  return person.index % 20 < 11;
}

function bankAccount(rng: Rng, person: Person): string {
  const [first] = person.household.members;
  const joint = first !== undefined && first !== person && banks(first) && rng.chance(0.25);
  return joint ? first.bankAccount : bankAccountOf(person.index);
}

function userIdOf(source: SampleSource, serial: number): string {
  const offset = idOffsets[source];
  switch (source) {
    case 'shop':
      return `u_${String(scattered(serial, 10_000_000_000, offset)).padStart(10, '0')}`;
    case 'crm':
      return `C${String(scattered(serial, 100_000_000, offset)).padStart(8, '0')}`;
    case 'till':
      return `M${String(scattered(serial, 1_000_000_000, offset)).padStart(9, '0')}`;
    case 'desk':
      return `D${String(scattered(serial, 10_000_000, offset)).padStart(7, '0')}`;
    case 'newsletter':
      return `n${String(scattered(serial, 100_000_000, offset)).padStart(8, '0')}`;
  }
}

type FieldWriters = Record<Field, (atMs: number) => JsonObject>;

function fieldWriters(rng: Rng, person: Person, source: SampleSource, turn: 0 | 1, mess: MessKind[]): FieldWriters {
  const traditional = person.culture === 'hongkong' || person.culture === 'taiwan';
  const spoilt = (kind: keyof typeof messRates): boolean => {
    const struck = rng.chance(messRates[kind][source]);
    if (struck) mess.push(kind);
    return struck;
  };
  return {
    name: () => ({ name: writtenName(rng, person, source, traditional, mess, spoilt) }),
    gender: () => ({ gender: writtenGender(rng, source, person.name.gender) }),
    birthday: () => ({ birthday: writtenBirth(rng, person, source, spoilt) }),
    phone: (atMs) => ({ phone: writtenPhone(rng, person, atMs, spoilt) }),
    email: (atMs) => ({ email: writtenEmail(rng, person, atMs, spoilt) }),
    nationalId: (): JsonObject => {
      if (person.nationalId === undefined) return {};
      return {
        national_id: spoilt('nationalIdTypo')
          ? `${digitSlip(rng, person.nationalId.slice(0, 17))}${person.nationalId[17]}`
          : person.nationalId,
      };
    },
    address: (atMs) => ({ address: writtenAddress(source, valueAt(person.addresses, atMs)) }),
    loyaltyCard: () => ({
      loyalty_card: turn === 1 && source === 'till' ? loyaltyCardOf(person.index * 2 + 1) : person.loyaltyCard,
    }),
    language: () => ({
      language: traditional
        ? 'zh-TW'
        : person.culture === 'western'
          ? 'en'
          : person.culture === 'overseas'
            ? rng.pick(['en', 'zh-CN'])
            : 'zh-CN',
    }),
  };
}

type Spoilt = (kind: keyof typeof messRates) => boolean;

function writtenName(
  rng: Rng,
  person: Person,
  source: SampleSource,
  traditional: boolean,
  mess: MessKind[],
  spoilt: Spoilt,
): string {
  if (spoilt('placeholderName')) return rng.pick(placeholders.name);
  const style = drawStyle(rng, source, person.name, traditional);
  mess.push(`name:${style}`);
  const plain = nameInStyle(person.name, style, traditional);
  if (!rng.chance(messRates.nameTypo[source])) return plain;
  const slipped = nameWithSlip(rng, person.name, style, traditional);
  if (slipped !== plain) mess.push('nameTypo');
  return slipped;
}

function writtenGender(rng: Rng, source: SampleSource, gender: 'male' | 'female'): string {
  const male = gender === 'male';
  if (source === 'shop') return male ? 'M' : 'F';
  return source === 'crm' && rng.chance(0.9) ? (male ? '男' : '女') : male ? '1' : '2';
}

function writtenBirth(rng: Rng, person: Person, source: SampleSource, spoilt: Spoilt): string {
  if (spoilt('placeholderBirth')) return rng.pick(placeholders.birthday);
  if (spoilt('birthTransposed')) return birthAsWritten(source, birthTransposed(person.birth));
  if (spoilt('birthTypo')) return birthAsWritten(source, birthSlip(rng, person.birth));
  return birthAsWritten(source, person.birth);
}

function writtenPhone(rng: Rng, person: Person, atMs: number, spoilt: Spoilt): string {
  if (spoilt('placeholderPhone')) return rng.pick(placeholders.phone);
  const relative = relativeOf(rng, person);
  const number = valueAt(relative && spoilt('familyPhone') ? relative.phones : person.phones, atMs);
  if (spoilt('phoneTypo')) return phonePlain(digitSlip(rng, number));
  if (spoilt('fullWidthPhone')) return fullWidth(phonePlain(number));
  return spoilt('phoneFormat') ? phoneAsWritten(rng, number) : phonePlain(number);
}

function writtenEmail(rng: Rng, person: Person, atMs: number, spoilt: Spoilt): string {
  if (spoilt('placeholderEmail')) return rng.pick(placeholders.email);
  const relative = relativeOf(rng, person);
  const address = valueAt(relative && spoilt('familyEmail') ? relative.emails : person.emails, atMs);
  if (spoilt('emailTypo')) return emailSlip(rng, address);
  return spoilt('emailCase') ? emailInOtherCase(rng, address) : address;
}

/** Whose phone or mailbox stands in for one's own: another of the same home. */
function relativeOf(rng: Rng, person: Person): Person | undefined {
  const others = person.household.members.filter((member) => member !== person);
  return others.length === 0 ? undefined : rng.pick(others);
}

/** The shop and the CRM ask for the parts, the desk writes down a line. */
function writtenAddress(source: SampleSource, address: Address): string | JsonObject {
  if (source === 'desk') return addressLine(address);
  const { street, city, district, province, postalCode, country } = address;
  const line = source === 'shop' ? `${district}${street}` : street;
  return {
    street: line,
    city,
    ...(province !== '' && { state: province }),
    ...(source === 'crm' && district !== '' && { district }),
    ...(postalCode !== '' && { postalCode }),
    country,
  };
}
