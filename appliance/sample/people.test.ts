// Everybody is plausible, and nobody is real: every number and address is valid where it should be, and reserved where it can be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { isMadeUpPhone } from '../core/model/placeholders.ts';
import { parseNationalId } from '../core/values/national-id.ts';
import { articles } from './catalogue.ts';
import { fakeCardOf } from './contacts.ts';
import { fullName } from './names.ts';
import { type Person, peopleOf } from './people.ts';

const seed = 20261101;
const people = peopleOf(seed, 2000);
const homes = [...new Set(people.map((person) => person.household))];
const share = (test: (person: Person) => boolean) => people.filter(test).length / people.length;

test('the same seed gives the same people, another seed others', () => {
  const told = (from: Person[]) => JSON.stringify(from.map(({ household, ...rest }) => [rest, household.id]));
  assert.equal(told(peopleOf(seed, 300)), told(peopleOf(seed, 300)));
  assert.notEqual(told(peopleOf(seed, 300)), told(peopleOf(seed + 1, 300)));
});

test('mostly Chinese, some overseas Chinese, some Western', () => {
  const mainland = share((person) => person.culture === 'mainland');
  assert.ok(mainland > 0.8 && mainland < 0.9, `mainland ${mainland}`);
  for (const culture of ['hongkong', 'taiwan', 'overseas', 'western']) {
    const found = share((person) => person.culture === culture);
    assert.ok(found > 0.01 && found < 0.1, `${culture} ${found}`);
  }
});

test('every phone is valid, mobile or fictional, and one person’s alone', () => {
  const seen = new Set<string>();
  for (const { value } of people.flatMap((person) => person.phones)) {
    const parsed = parsePhoneNumberFromString(value);
    assert.ok(parsed, `${value} is not valid`);
    assert.ok(parsed.isValid(), `${value} is not valid`);
    assert.equal(isMadeUpPhone(parsed.nationalNumber), false, `${value} looks made up`);
    if (parsed.countryCallingCode === '1') assert.match(value, /^\+1\d{3}55501\d\d$/);
    else assert.equal(parsed.getType(), 'MOBILE', value);
    assert.equal(seen.has(value), false, `${value} belongs to two people`);
    seen.add(value);
  }
});

test('every e-mail address is in a reserved domain and one person’s alone', () => {
  const seen = new Set<string>();
  for (const { value } of people.flatMap((person) => person.emails)) {
    assert.match(value, /^[a-z0-9._]+@(example\.(com|cn|net|org)|mail\.example)$/);
    assert.equal(seen.has(value), false, `${value} belongs to two people`);
    seen.add(value);
  }
});

test('identity numbers have a right check digit, the right birth date, and a region that does not exist', () => {
  const seen = new Set<string>();
  for (const { nationalId, birth, name } of people) {
    if (nationalId === undefined) continue;
    const parsed = parseNationalId(nationalId);
    assert.ok(parsed.ok, `${nationalId} is not valid`);
    const [year, month, day] = parsed.value.birthDate.split('-').map(Number);
    assert.deepEqual({ year, month, day }, birth);
    assert.equal(parsed.value.gender, name.gender);
    assert.match(parsed.value.regionCode, /^\d\d0099$/);
    assert.equal(seen.has(nationalId), false);
    seen.add(nationalId);
  }
  assert.ok(seen.size > 1500, `${seen.size} identity numbers`);
});

test('card numbers fail Luhn and lie outside every network', () => {
  for (let serial = 0; serial < 2000; serial++) {
    const number = fakeCardOf(serial);
    assert.match(number, /^9999\d{12}$/);
    const sum = [...number].reverse().reduce((total, digit, i) => {
      const value = Number(digit) * (i % 2 === 1 ? 2 : 1);
      return total + (value > 9 ? value - 9 : value);
    }, 0);
    assert.notEqual(sum % 10, 0, `${number} passes Luhn`);
  }
});

test('namesakes: common names belong to several people who do not live together', () => {
  const byName = new Map<string, Person[]>();
  for (const person of people) byName.set(fullName(person.name), [...(byName.get(fullName(person.name)) ?? []), person]);
  const wangWei = byName.get('王伟') ?? [];
  assert.ok(wangWei.length >= 4, `${wangWei.length} people are called 王伟`);
  assert.equal(new Set(wangWei.map((person) => person.household.id)).size, wangWei.length);
  assert.ok([...byName.values()].filter((bearers) => bearers.length >= 3).length >= 8);
});

test('kin: twins, fathers and sons with names alike, tablets on the sofa', () => {
  const pairs = homes.flatMap(({ members: [a, b] }) => (a && b ? [[a, b] as const] : []));
  const surname = (person: Person) => person.name.han?.surname.simple ?? person.name.latin.family;
  const twins = pairs.filter(([a, b]) => JSON.stringify(a.birth) === JSON.stringify(b.birth) && surname(a) === surname(b));
  assert.ok(twins.length >= 20, `${twins.length} twins`);
  for (const [a, b] of twins) assert.notEqual(fullName(a.name), fullName(b.name), 'twins of one name');
  const echoes = pairs.filter(
    ([a, b]) => b.birth.year - a.birth.year > 20 && a.name.han?.given.some((han) => b.name.han?.given.includes(han)),
  );
  assert.ok(echoes.length >= 50, `${echoes.length} children whose name echoes the parent’s`);
  const juniors = peopleOf(seed, 20_000).filter((person) =>
    person.household.members.some(
      (other) => other !== person && fullName(other.name) === fullName(person.name).replace(/ Jr$/, ''),
    ),
  );
  assert.ok(juniors.length >= 10, `${juniors.length} sons with their father’s whole name among 20,000`);
  const tablets = homes.filter((home) => home.tablet !== undefined);
  assert.ok(tablets.length >= 100 && tablets.every((home) => home.members.length > 1), `${tablets.length} tablets`);
});

test('lives change: phones, addresses and mailboxes are given up', () => {
  for (const [what, found, wanted] of [
    ['phones', share((person) => person.phones.length > 1), 0.14],
    ['emails', share((person) => person.emails.length > 1), 0.1],
    ['addresses', share((person) => person.addresses.length > 1), 0.12],
  ] as const) {
    assert.ok(Math.abs(found - wanted) < 0.03, `${what} ${found}, wanted ${wanted}`);
  }
});

test('the catalogue has 200 articles, each with both names, a category and a price', () => {
  assert.equal(articles.length, 200);
  assert.equal(new Set(articles.map((article) => article.productId)).size, 200);
  assert.equal(new Set(articles.map((article) => article.sku)).size, 200);
  for (const article of articles)
    assert.ok(article.zh && article.en && article.category && article.price > 0, JSON.stringify(article));
});
