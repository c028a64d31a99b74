// Persons weighed as wholes: what one pair of records leaves open, the others answer, and a slip that every record repeats is none.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type PersonTable, type Resolution, resolveTable } from './matching.ts';
import { customerManner, makePeople } from './synthetic.ts';

const home = { Street: 'Rowan Close', No: '12', Town: 'Leeds', ZIP: '4417', Mobile: '07555123456' };
const added: { [column: string]: string }[] = [
  { ...home, 'First Name': 'Marcella', 'Last Name': 'Quennell', Birthday: '1984-03-09' },
  { ...home, 'First Name': 'Marcella', 'Last Name': 'Quennell' },
  { ...home, 'First Name': 'Marcelle', 'Last Name': 'Quennell', Birthday: '1984-03-09' },
  { ...home, 'First Name': 'Marcelle', 'Last Name': 'Quennell' },
  { ...home, 'Last Name': 'Quennell' },
  { 'First Name': 'Gordon', 'Last Name': 'Quennell', Birthday: '1950-11-21', Mobile: '07555123456' },
];
const [oneA, oneB, otherA, otherB, surnameOnly, father] = [0, 1, 2, 3, 4, 5];

let first = 0;
let resolution: Resolution;
before(async () => {
  const { table } = makePeople({ rows: 1500, seed: 61, manner: customerManner, repeats: 0.25, mostRepeats: 2, families: 0.4 });
  first = table.rowCount;
  const columns = table.columns.map((column) => ({
    ...column,
    values: [...column.values, ...added.map((row) => row[column.name!] ?? null)],
  }));
  const whole: PersonTable = { rowCount: first + added.length, columns };
  resolution = await resolveTable(whole, { threads: 1 });
});

const bits = (left: number[], right: number[]): number =>
  resolution.groupBits(
    left.map((at) => first + at),
    right.map((at) => first + at),
  );

test('one record each is the pair itself, in either order', () => {
  const sum = resolution.reasons(first, first + 2).reduce((total, { weightBits }) => total + weightBits, 0);
  assert.ok(Math.abs(bits([oneA!], [otherA!]) - sum) < 1e-6);
  assert.equal(bits([oneA!, oneB!], [otherA!]), bits([otherA!], [oneA!, oneB!]));
});

test('a spelling that all records of both sides keep to is no slip', () => {
  assert.ok(bits([oneA!, oneB!], [otherA!, otherB!]) < bits([oneA!], [otherA!]) - 2);
  assert.ok(Math.abs(bits([oneA!, oneB!], [otherA!]) - bits([oneA!], [otherA!])) < 1, 'once is a slip');
});

test('a record without a given name does not join whom another record of the person tells apart', () => {
  assert.ok(bits([oneA!], [surnameOnly!, father!]) < bits([oneA!], [surnameOnly!]) - 3);
});
