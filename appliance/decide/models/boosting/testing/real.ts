// Real sets as tables of numbers, from the folder that HOLDFAST_DATA names: categories by the order of their levels, what is empty as missing.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { sharedFloats } from './tables.ts';

export const realFolder = process.env.HOLDFAST_DATA;
export const needsReal = realFolder === undefined ? 'HOLDFAST_DATA names no folder of real sets' : false;

export const realSets = [
  { name: 'telco', file: 'Telco-Customer-Churn.csv', label: 'Churn', yes: 'Yes', leave: ['customerID'] },
  { name: 'online_shoppers', file: 'online_shoppers_intention.csv', label: 'Revenue', yes: '1', leave: [] as string[] },
] as const;

/** Columns, labels and the fold of each row. */
export function readReal({ name, file, label, yes, leave }: (typeof realSets)[number]) {
  const read = (path: string) =>
    parse(readFileSync(join(realFolder!, name, path)), { columns: true, trim: true }) as { [name: string]: string }[];
  const rows = read(file);
  const folds = read('folds_seed7.csv').map(({ fold }) => Number(fold));
  const names = Object.keys(rows[0]!).filter((one) => one !== label && !(leave as readonly string[]).includes(one));
  const columns = names.map((one) => {
    const cells = sharedFloats(rows.length);
    const texts = rows.map((row) => row[one]!);
    const numbers = texts.every((text) => text === '' || Number.isFinite(Number(text)));
    const levels = [...new Set(texts)].sort();
    cells.set(texts.map((text) => (text === '' ? Number.NaN : numbers ? Number(text) : levels.indexOf(text))));
    return cells;
  });
  const labels = sharedFloats(rows.length);
  labels.set(rows.map((row) => Number(row[label] === yes)));
  return { features: { rows: rows.length, columns }, labels, folds };
}
