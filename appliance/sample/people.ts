// The two thousand who are really there: who they are, whom they live with, how they can be reached and when that changed,
// and what moves them. What the five systems know of them is another matter (records.ts).

import { dayMs, sampleEndMs, sampleStartMs, sampleWeeks, weekMs } from './calendar.ts';
import { type BirthDate, bankAccountOf, emailOf, loyaltyCardOf, nationalIdOf, phoneOf } from './contacts.ts';
import { type Culture, drawName, type Gender, type Han, nameOf, type PersonName } from './names.ts';
import { type Address, drawAddress } from './places.ts';
import { type Rng, seeded, uuidFrom } from './random.ts';

/** Values one after the other, each from a moment on; the first holds from the beginning. */
export type Dated<T> = readonly { readonly fromMs: number; readonly value: T }[];

export type Household = {
  readonly id: string;
  readonly members: Person[];
  /** A tablet on the sofa that all of them use, often without signing in or out. */
  readonly tablet?: { readonly anonymousId: string; readonly deviceId: string };
};

/** What moves a person; the later issues' models try to learn it back. */
export type Drives = {
  /** Sessions in the shop and trips to a store in an ordinary week. */
  readonly shopPerWeek: number;
  readonly storePerWeek: number;
  /** Chance to buy in an ordinary session. */
  readonly buying: number;
  /** 1 is the median purse; scales baskets and the taste for dear categories. */
  readonly purse: number;
  /** Favourite categories, numbers of the catalogue's. */
  readonly tastes: readonly number[];
  /** Share of campaigns that are opened. */
  readonly opensMail: number;
  /** How loudly they complain, 0 to 1. */
  readonly voice: number;
  readonly consents: boolean;
};

export type Person = {
  readonly id: string;
  readonly index: number;
  readonly household: Household;
  readonly culture: Culture;
  readonly name: PersonName;
  readonly birth: BirthDate;
  readonly phones: Dated<string>;
  readonly emails: Dated<string>;
  readonly addresses: Dated<Address>;
  readonly nationalId?: string;
  readonly loyaltyCard: string;
  readonly bankAccount: string;
  /** First dealing with Morninglight; before the sample's start for most. */
  readonly joinedAtMs: number;
  readonly drives: Drives;
};

type Plan = { gender: Gender; birth: BirthDate; name: PersonName };

export function valueAt<T>(dated: Dated<T>, atMs: number): T {
  let found = dated[0]!.value;
  for (const one of dated) if (one.fromMs <= atMs) found = one.value;
  return found;
}

export function latest<T>(dated: Dated<T>): T {
  return dated[dated.length - 1]!.value;
}

/** Everybody, household by household. Pure: the same seed and count give the same people. */
export function peopleOf(seed: number, count: number): Person[] {
  const people: Person[] = [];
  const taken = new Set<string>();
  for (let number = 1; people.length < count; number++) {
    const rng = seeded(seed, 'household', number);
    const culture = rng.weighted(cultures);
    const plans = planHousehold(rng, culture).slice(0, count - people.length);
    const home = drawAddress(rng, culture);
    const household: Household = {
      id: `H${String(number).padStart(5, '0')}`,
      members: [],
      ...(plans.length > 1 && rng.chance(0.35) && { tablet: { anonymousId: uuidFrom(rng), deviceId: `tab-${rng.hex(16)}` } }),
    };
    for (const plan of plans) {
      const person = personOf(seeded(seed, 'person', people.length), people.length, household, culture, home, plan, taken);
      household.members.push(person);
      people.push(person);
    }
  }
  return people;
}

const cultures: readonly (readonly [Culture, number])[] = [
  ['mainland', 0.85],
  ['hongkong', 0.03],
  ['taiwan', 0.025],
  ['overseas', 0.035],
  ['western', 0.06],
];

/** Who lives together, and which names and birth dates their kinship gives them. */
function planHousehold(rng: Rng, culture: Culture): Plan[] {
  const kind = rng.weighted([
    ['alone', 0.55],
    ['couple', 0.2],
    ['parentAndChild', 0.13],
    ['family', 0.08],
    ['twins', 0.04],
  ] as const);
  const first = drawPlan(
    rng,
    culture,
    rng.chance(0.5) ? 'male' : 'female',
    rng.weighted(birthDecades) + rng.below(10),
    kind === 'alone',
  );
  switch (kind) {
    case 'alone':
      return [first];
    case 'couple':
      return [first, partnerOf(rng, culture, first)];
    case 'parentAndChild':
      return parentAndChild(rng, culture);
    case 'family': {
      const [parent, child] = parentAndChild(rng, culture);
      return [parent, partnerOf(rng, culture, parent), child];
    }
    case 'twins':
      return twins(rng, culture, first);
  }
}

const birthDecades: readonly (readonly [number, number])[] = [
  [1950, 8],
  [1960, 13],
  [1970, 19],
  [1980, 27],
  [1990, 24],
  [1998, 9],
];

function drawPlan(rng: Rng, culture: Culture, gender: Gender, year: number, mayBeCommon = false): Plan {
  const birth = { year, month: rng.between(1, 12), day: rng.between(1, 28) };
  const common = mayBeCommon && culture === 'mainland' && rng.chance(0.09);
  return { gender, birth, name: drawName(rng, { culture, gender, birthYear: year, common }) };
}

function partnerOf(rng: Rng, culture: Culture, first: Plan): Plan {
  const partner = drawPlan(rng, culture, first.gender === 'male' ? 'female' : 'male', first.birth.year + rng.between(-4, 4));
  // Western partners often share a family name, Chinese ones keep theirs.
  if (culture !== 'western' || rng.chance(0.3)) return partner;
  return { ...partner, name: { ...partner.name, latin: { ...partner.name.latin, family: first.name.latin.family } } };
}

/** Same surname; the child's given name echoes the parent's, a Western son may carry his father's whole name. */
function parentAndChild(rng: Rng, culture: Culture): [Plan, Plan] {
  const gender: Gender = rng.chance(0.7) ? 'male' : 'female';
  const year = rng.between(1950, 1972);
  const parent = drawPlan(rng, culture, gender, year);
  const childYear = year + rng.between(23, 32);
  const child = drawPlan(rng, culture, gender, childYear);
  if (!parent.name.han) {
    const latin = {
      family: parent.name.latin.family,
      given: gender === 'male' && rng.chance(0.6) ? parent.name.latin.given : child.name.latin.given,
    };
    const junior = latin.given === parent.name.latin.given && rng.chance(0.5);
    return [parent, { ...child, name: { gender, latin, ...(junior && { suffix: 'Jr' }) } }];
  }
  const { surname, given } = parent.name.han;
  const echo = rng.chance(0.6) ? given[given.length - 1] : undefined;
  return [parent, { ...child, name: relativeName(rng, culture, gender, childYear, surname, echo) }];
}

function relativeName(
  rng: Rng,
  culture: Culture,
  gender: Gender,
  birthYear: number,
  surname: Han,
  sharedGiven: Han | undefined,
): PersonName {
  return drawName(rng, { culture, gender, birthYear, surname, ...(sharedGiven && { sharedGiven }) });
}

/** Born on one day, one surname, given names that share their first character. */
function twins(rng: Rng, culture: Culture, first: Plan): Plan[] {
  const gender: Gender = rng.chance(0.7) ? first.gender : first.gender === 'male' ? 'female' : 'male';
  if (!first.name.han) {
    const name = drawName(rng, { culture, gender, birthYear: first.birth.year });
    return [first, { ...first, gender, name: { gender, latin: { ...name.latin, family: first.name.latin.family } } }];
  }
  const { surname } = first.name.han;
  const shared = first.name.han.given[0]!;
  const elder = relativeName(rng, culture, first.gender, first.birth.year, surname, shared);
  let younger = relativeName(rng, culture, gender, first.birth.year, surname, shared);
  // Twins may sound alike, but no parents name both the same.
  if (younger.han!.given[1]!.simple === elder.han!.given[1]!.simple) {
    younger = nameOf(rng, culture, gender, surname, [shared, younger.han!.given[1]!, shared].slice(1));
  }
  return [
    { ...first, name: elder },
    { ...first, gender, name: younger },
  ];
}

function personOf(
  rng: Rng,
  index: number,
  household: Household,
  culture: Culture,
  home: Address,
  plan: Plan,
  taken: Set<string>,
): Person {
  const { birth, name, gender } = plan;
  const phones = changing(rng, 0.14, (turn) => phoneOf(rng, home.country, index * 2 + turn, taken));
  const emails = changing(rng, 0.1, () => emailOf(rng, name, birth.year, taken));
  const addresses = changing(rng, 0.12, (turn) => (turn === 0 ? home : drawAddress(rng, culture)));
  const hasId = home.provinceCode !== '' && culture === 'mainland';
  return {
    id: `P${String(index + 1).padStart(5, '0')}`,
    index,
    household,
    culture,
    name,
    birth,
    phones,
    emails,
    addresses,
    ...(hasId && { nationalId: nationalIdOf(rng, birth, gender, home.provinceCode, taken) }),
    loyaltyCard: loyaltyCardOf(index * 2),
    bankAccount: bankAccountOf(index),
    joinedAtMs: rng.chance(0.72)
      ? sampleStartMs - rng.between(10, 1500) * dayMs
      : sampleStartMs + rng.below((sampleWeeks - 8) * weekMs),
    drives: drivesOf(rng, birth),
  };
}

/** One value, or with some probability two, the second from a day inside the history on. */
function changing<T>(rng: Rng, probability: number, make: (turn: number) => T): Dated<T> {
  const first = { fromMs: 0, value: make(0) };
  if (!rng.chance(probability)) return [first];
  return [first, { fromMs: rng.between(sampleStartMs + 30 * dayMs, sampleEndMs - 30 * dayMs), value: make(1) }];
}

function drivesOf(rng: Rng, birth: BirthDate): Drives {
  const old = birth.year < 1966;
  const tastes = [rng.below(20), rng.below(20), rng.below(20)];
  return {
    shopPerWeek: rng.gamma(0.75, old ? 0.035 : 0.08),
    storePerWeek: rng.gamma(0.9, old ? 0.11 : 0.06),
    buying: Math.min(0.7, 0.12 + rng.exponential(0.16)),
    purse: rng.logNormal(1, 0.55),
    tastes,
    opensMail: Math.min(0.9, rng.gamma(1.3, 0.22)),
    voice: rng.unit(),
    consents: rng.chance(0.82),
  };
}
