// How models see the node's customers: the record's facts, the node's features as rows of a training table, and what people call the columns.

import type { Words } from './core/errors.ts';
import type { Matrix } from './core/matrix/matrix.ts';
import { CustomerMatrix, type Customers, doingsOf, type Feature } from './decide/features/features.ts';
import {
  type ColumnWords,
  isAge,
  type PeopleSource,
  type RowMaker,
  relativeName,
  type TableParts,
} from './decide/models/models.ts';
import type { People } from './record/profiles/profiles.ts';

/** Reads everybody of the record, a few at a time. */
export function peopleSource(people: People): PeopleSource {
  return {
    async *persons() {
      for await (const page of people.personMap()) yield page.map(({ personId }) => personId);
    },
    factsOf: (persons) => people.factsOf(persons),
    factsThrough: (momentsMs, wanted) => people.factsThrough(momentsMs, wanted),
  };
}

export function tableParts(people: People, features: readonly Feature[]): TableParts {
  return { source: peopleSource(people), doings: doingsOf, rowMaker: () => rowMaker(features), isLeftOut: () => false };
}

/** A matrix of customers in which every call is somebody of their own, so that one person has a row for each cut-off. */
function rowMaker(features: readonly Feature[]): RowMaker {
  const rows = new CustomerMatrix(features);
  let made = 0;
  return {
    put: (facts, atMs) => rows.put(made++, facts, atMs).row,
    matrix: () => featuresOf(rows, 0),
  };
}

/** Without the days of activity one by one, which the counts over windows sum up: a model of a few thousand rows finds chance in ninety columns. */
export function featuresOf(matrix: Customers['matrix'], nowMs: number): Matrix {
  const { rows, columns } = matrix.view(nowMs);
  return { rows, columns: columns.slice(0, matrix.features.length) };
}

/** What cards call the columns. */
export function columnTitles(features: readonly Feature[]): Map<string, Words> {
  return new Map(
    features.map(({ name, label, kind }) => {
      if (kind !== 'time') return [name, label];
      const title = isAge(name)
        ? { en: 'Age in years', zh: '年龄' }
        : { en: `${label.en}, days ago`, zh: `${label.zh}（距今天数）` };
      return [relativeName(name), title];
    }),
  );
}

/** Titles and what is said where nothing is known, by the columns of models. */
export function columnWords(features: readonly Feature[]): { [column: string]: ColumnWords } {
  return Object.fromEntries(
    features.map(({ name, label, kind, missing }): [string, ColumnWords] => {
      const said = { ...(missing && { missing: { en: `${label.en}: ${missing.en}`, zh: `${label.zh}：${missing.zh}` } }) };
      if (kind !== 'time') return [name, { title: label, ...said }];
      const title = isAge(name)
        ? { en: 'Age: {value}', zh: '年龄：{value} 岁' }
        : { en: `${label.en}: {value} days ago`, zh: `${label.zh}：{value} 天前` };
      return [relativeName(name), { title, ...said, whole: true }];
    }),
  );
}
