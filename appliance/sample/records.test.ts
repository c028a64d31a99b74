// The promised mess is there, at the promised rates, and whatever is not spoilt is right.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { parseNationalId } from '../core/values/national-id.ts';
import { birthAsWritten, type MessKind, messRates, nameStyles, placeholders } from './mess.ts';
import { fullName, givenName } from './names.ts';
import { peopleOf } from './people.ts';
import { recordOf, recordsOf, type SampleRecord } from './records.ts';
import { type SampleSource, sampleSourceNames } from './sources.ts';

const seed = 20261101;
const people = peopleOf(seed, 6000);
const records = people.flatMap((person) => [...recordsOf(seed, person), recordOf(seed, person, 'desk', person.joinedAtMs, 0)]);
const of = (source: SampleSource) => records.filter((record) => record.source === source);
const traitsOf = (record: SampleRecord) => record.versions[0]!.traits;
const spoilt = (record: SampleRecord, ...kinds: MessKind[]) => kinds.some((kind) => record.mess.includes(kind));

/** Which records a kind of mess could have struck. */
const eligible: Readonly<Record<keyof typeof messRates, (record: SampleRecord) => boolean>> = {
  nameTypo: (record) => 'name' in traitsOf(record) && spoilt(record, 'name:full', 'name:pinyin', 'name:upper'),
  placeholderName: (record) => 'name' in traitsOf(record),
  phoneFormat: (record) => hasOwnPhone(record) && !spoilt(record, 'phoneTypo', 'fullWidthPhone'),
  fullWidthPhone: (record) => hasOwnPhone(record) && !spoilt(record, 'phoneTypo'),
  phoneTypo: (record) => hasOwnPhone(record),
  familyPhone: (record) => hasOwnPhone(record) && record.person.household.members.length > 1,
  placeholderPhone: (record) => 'phone' in traitsOf(record) && record.versions.length === 1,
  emailTypo: (record) => hasOwnEmail(record),
  emailCase: (record) => hasOwnEmail(record) && !spoilt(record, 'emailTypo'),
  familyEmail: (record) => hasOwnEmail(record) && record.person.household.members.length > 1,
  placeholderEmail: (record) => 'email' in traitsOf(record) && record.versions.length === 1,
  birthTransposed: (record) => 'birthday' in traitsOf(record) && !spoilt(record, 'placeholderBirth'),
  birthTypo: (record) => 'birthday' in traitsOf(record) && !spoilt(record, 'placeholderBirth', 'birthTransposed'),
  placeholderBirth: (record) => 'birthday' in traitsOf(record),
  nationalIdTypo: (record) => 'national_id' in traitsOf(record),
  staleContact: (record) => {
    const { phones, emails, addresses } = record.person;
    const changed = (at: number | undefined) => at !== undefined && at > record.createdAtMs;
    const changes = (
      [
        ['phone', phones],
        ['email', emails],
        ['address', addresses],
      ] as const
    ).filter(([trait, dated]) => trait in traitsOf(record) && changed(dated[1]?.fromMs));
    return changes.length === 1 && !spoilt(record, 'familyPhone', 'familyEmail');
  },
  secondRecord: () => true,
};

function hasOwnPhone(record: SampleRecord): boolean {
  return 'phone' in traitsOf(record) && record.versions.length === 1 && !spoilt(record, 'placeholderPhone');
}

function hasOwnEmail(record: SampleRecord): boolean {
  return 'email' in traitsOf(record) && record.versions.length === 1 && !spoilt(record, 'placeholderEmail');
}

for (const kind of Object.keys(messRates) as (keyof typeof messRates)[]) {
  test(`${kind} comes at the promised rate in each system (seed ${seed})`, () => {
    for (const source of sampleSourceNames) {
      const rate = messRates[kind][source];
      const candidates = of(source).filter(eligible[kind]);
      const struck = candidates.filter((record) => spoilt(record, kind)).length;
      const found = struck / Math.max(1, candidates.length);
      // Four standard errors and a little: second records and names too short to misspell move the rate somewhat.
      const allowed = 4 * Math.sqrt((rate * (1 - rate)) / Math.max(1, candidates.length)) + 0.12 * rate;
      if (rate === 0) assert.equal(struck, 0, `${source}: ${struck} of ${candidates.length}`);
      else
        assert.ok(
          Math.abs(found - rate) <= allowed,
          `${source}: ${struck} of ${candidates.length} is ${found}, promised ${rate} within ${allowed}`,
        );
    }
  });
}

test('names come in every style that a system has', () => {
  for (const source of sampleSourceNames) {
    for (const [style] of nameStyles[source])
      assert.ok(
        of(source).some((record) => spoilt(record, `name:${style}`)),
        `${source} never writes ${style}`,
      );
  }
});

test('a name that is not misspelt is the person’s own', () => {
  for (const record of records) {
    const { name } = traitsOf(record);
    if (name === undefined || spoilt(record, 'nameTypo', 'placeholderName')) continue;
    if (spoilt(record, 'name:full')) assert.equal(name, fullName(record.person.name));
    if (spoilt(record, 'name:traditional')) assert.equal(name, fullName(record.person.name, true));
    if (spoilt(record, 'name:noSurname'))
      assert.ok([givenName(record.person.name), givenName(record.person.name, true)].includes(String(name)));
    if (spoilt(record, 'name:little') && record.person.name.han) assert.match(String(name), /^小.$/u);
  }
  const typos = records.filter((record) => spoilt(record, 'nameTypo') && spoilt(record, 'name:full'));
  for (const record of typos) assert.notEqual(traitsOf(record).name, fullName(record.person.name));
});

test('a phone that is not mistyped is the person’s or the family’s, however it is written', () => {
  for (const record of records) {
    for (const { traits } of record.versions) {
      if (typeof traits.phone !== 'string') continue;
      if ((placeholders.phone as readonly string[]).includes(traits.phone)) {
        assert.ok(spoilt(record, 'placeholderPhone'));
        continue;
      }
      if (spoilt(record, 'phoneTypo')) continue;
      const plain = traits.phone.normalize('NFKC').replace(/^\s*00/, '+');
      const parsed = parsePhoneNumberFromString(/^86\d{11}$/.test(plain) ? `+${plain}` : plain, 'CN');
      assert.ok(parsed, `${traits.phone} is not valid`);
      assert.ok(parsed.isValid(), `${traits.phone} is not valid`);
      const family = spoilt(record, 'familyPhone') ? record.person.household.members : [record.person];
      assert.ok(
        family.some((person) => person.phones.some(({ value }) => value === parsed.number)),
        `${traits.phone} is nobody’s there`,
      );
    }
  }
});

test('an e-mail address, a birth date, an identity number that is not spoilt is right', () => {
  for (const record of records) {
    const { email, birthday, national_id } = traitsOf(record);
    const family = record.person.household.members;
    if (typeof email === 'string' && !spoilt(record, 'emailTypo', 'placeholderEmail')) {
      assert.ok(
        family.some((person) => person.emails.some(({ value }) => value === email.toLowerCase())),
        email,
      );
    }
    if (birthday !== undefined && !spoilt(record, 'birthTypo', 'birthTransposed', 'placeholderBirth')) {
      assert.equal(birthday, birthAsWritten(record.source, record.person.birth));
    }
    if (birthday !== undefined && spoilt(record, 'birthTypo', 'birthTransposed')) {
      assert.notEqual(birthday, birthAsWritten(record.source, record.person.birth));
    }
    if (typeof national_id === 'string')
      assert.equal(parseNationalId(national_id).ok, !spoilt(record, 'nationalIdTypo'), national_id);
  }
});

test('contacts are shared, accounts are joint, customer numbers are not reused', () => {
  const holders = new Map<string, Set<string>>();
  for (const record of of('crm')) {
    const { bank_account } = traitsOf(record);
    if (typeof bank_account === 'string')
      holders.set(bank_account, (holders.get(bank_account) ?? new Set()).add(record.person.id));
  }
  const joint = [...holders.values()].filter((who) => who.size > 1).length;
  assert.ok(joint >= 20, `${joint} joint accounts`);
  for (const source of sampleSourceNames) {
    const ids = of(source).map((record) => record.userId);
    assert.equal(new Set(ids).size, ids.length, source);
  }
});

test('everybody is known somewhere beside the newsletter, and seen by two systems or three on average', () => {
  const bySource = new Map(people.map((person) => [person.id, new Set<SampleSource>()]));
  for (const record of records) if (record.source !== 'desk') bySource.get(record.person.id)!.add(record.source);
  for (const sources of bySource.values()) assert.ok([...sources].some((source) => source !== 'newsletter'));
  const mean = [...bySource.values()].reduce((sum, sources) => sum + sources.size, 0) / people.length;
  assert.ok(mean > 2 && mean < 3, `${mean} systems besides the desk`);
});
