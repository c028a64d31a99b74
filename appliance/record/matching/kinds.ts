// What kinds of field a person record may have, the levels of agreement each can reach, and what is believed about them
// before any data is seen. The beliefs weigh as much as a few dozen pairs: they carry a file of ten rows, data overrules them.

export type FieldKind =
  | 'givenName'
  | 'surname'
  | 'fullName'
  | 'birthDate'
  | 'phone'
  | 'email'
  | 'street'
  | 'houseNumber'
  | 'addressLine2'
  | 'address'
  | 'city'
  | 'postcode'
  | 'state'
  | 'nationalId'
  | 'identifier'
  | 'gender'
  | 'company'
  | 'text'
  | 'number'
  /** The system or file that a record comes from: each seldom has a person twice, which says how likely a match within it is. */
  | 'source';

/** How a field is compared; several kinds share one comparator. */
export type Comparator = 'name' | 'date' | 'code' | 'phone' | 'email' | 'street' | 'address' | 'choice' | 'amount';

/** One level of agreement. `m`, `u`: chance of it among records of one person, and of two persons, before data. */
export type Level = { name: string; m: number; u: number };

export type KindSpec = {
  comparator: Comparator;
  levels: readonly Level[];
  /** The part of a life that the field belongs to: what a household, a neighbour or a namesake may share. */
  sphere: 'self' | 'name' | 'family' | 'contact' | 'home' | 'place' | 'work' | 'origin';
  /** The largest believable share of records of one person that disagree outright. */
  differsAtMost: number;
};

const level = (name: string, m: number, u: number): Level => ({ name, m, u });
const nameLevels = (exact: number): Level[] => [
  level('exact', 0.72, exact),
  level('equivalent', 0.03, exact / 4),
  level('typing error', 0.09, exact / 3),
  level('similar', 0.05, 0.02),
  level('part', 0.03, 0.02),
  level('different', 0.07, 0.96 - exact * (1 + 1 / 4 + 1 / 3 + 1 / 100)),
  level('swapped', 0.01, exact / 100),
];
const codeLevels = (exact: number, near: number): Level[] => [
  level('exact', 0.8, exact),
  level('typing error', 0.08, near),
  level('similar', 0.03, near * 10),
  level('different', 0.09, 1 - exact - near * 11),
];
const streetLevels = (exact: number): Level[] => [
  level('exact', 0.65, exact),
  level('typing error', 0.12, exact / 2),
  level('similar', 0.08, exact * 4),
  level('different', 0.13, 1 - exact * 5.6),
  level('swapped', 0.02, exact / 10),
];

export const kinds: Readonly<Record<FieldKind, KindSpec>> = {
  givenName: { comparator: 'name', levels: nameLevels(0.008), sphere: 'name', differsAtMost: 0.35 },
  surname: { comparator: 'name', levels: nameLevels(0.004), sphere: 'family', differsAtMost: 0.4 },
  fullName: { comparator: 'name', levels: nameLevels(0.0005), sphere: 'name', differsAtMost: 0.4 },
  birthDate: {
    comparator: 'date',
    levels: [
      level('exact', 0.8, 0.00006),
      level('day and month swapped', 0.02, 0.00003),
      level('one digit', 0.08, 0.0012),
      level('two parts or weeks apart', 0.03, 0.005),
      level('year or months apart', 0.02, 0.025),
      level('different', 0.05, 0.96871),
    ],
    sphere: 'self',
    differsAtMost: 0.35,
  },
  phone: {
    comparator: 'phone',
    levels: [
      level('exact', 0.62, 0.00001),
      level('same ending', 0.03, 0.00001),
      level('typing error', 0.07, 0.00003),
      level('different', 0.28, 0.99995),
    ],
    sphere: 'contact',
    differsAtMost: 0.85,
  },
  email: {
    comparator: 'email',
    levels: [
      level('exact', 0.62, 0.00001),
      level('same name part', 0.06, 0.0001),
      level('typing error', 0.09, 0.00005),
      level('similar name part', 0.05, 0.003),
      level('different', 0.18, 0.99684),
    ],
    sphere: 'contact',
    differsAtMost: 0.85,
  },
  street: { comparator: 'street', levels: streetLevels(0.001), sphere: 'home', differsAtMost: 0.7 },
  houseNumber: { comparator: 'code', levels: codeLevels(0.012, 0.03), sphere: 'home', differsAtMost: 0.7 },
  addressLine2: { comparator: 'street', levels: streetLevels(0.002), sphere: 'home', differsAtMost: 0.7 },
  address: {
    comparator: 'address',
    levels: [
      level('exact', 0.5, 0.0001),
      level('same numbers, alike', 0.2, 0.0002),
      level('alike', 0.1, 0.001),
      level('partly alike', 0.06, 0.02),
      level('different', 0.14, 0.9787),
    ],
    sphere: 'home',
    differsAtMost: 0.7,
  },
  city: { comparator: 'street', levels: streetLevels(0.02), sphere: 'place', differsAtMost: 0.6 },
  postcode: { comparator: 'code', levels: codeLevels(0.004, 0.008), sphere: 'place', differsAtMost: 0.6 },
  state: { comparator: 'choice', levels: choiceLevels(0.2, 0.88), sphere: 'place', differsAtMost: 0.6 },
  nationalId: { comparator: 'code', levels: codeLevels(0.00001, 0.00001), sphere: 'self', differsAtMost: 0.35 },
  identifier: { comparator: 'code', levels: codeLevels(0.0001, 0.001), sphere: 'self', differsAtMost: 0.95 },
  gender: { comparator: 'choice', levels: choiceLevels(0.5, 0.96), sphere: 'name', differsAtMost: 0.25 },
  company: { comparator: 'street', levels: streetLevels(0.005), sphere: 'work', differsAtMost: 0.9 },
  text: { comparator: 'street', levels: streetLevels(0.03), sphere: 'work', differsAtMost: 0.95 },
  number: {
    comparator: 'amount',
    levels: [level('exact', 0.6, 0.05), level('near', 0.15, 0.1), level('different', 0.25, 0.85)],
    sphere: 'work',
    differsAtMost: 0.95,
  },
  source: { comparator: 'choice', levels: choiceLevels(0.4, 0.3), sphere: 'origin', differsAtMost: 1 },
};

function choiceLevels(exact: number, same: number): Level[] {
  return [level('exact', same, exact), level('different', 1 - same, 1 - exact)];
}

/** A missing value on either side: says nothing either way. */
export const missingLevel = 255;
