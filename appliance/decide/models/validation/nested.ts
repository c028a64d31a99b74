// Nested cross-validation: choose settings inside each training part, judge the choice outside (Varma and Simon 2006). Here only the plan,
// as data, so that whoever trains can run its parts in any order and any thread.

import { type Rows, type Split, sharedRows } from './folds.ts';

export type NestedSplit = Split & {
  /** Splits of this one's training rows, in row numbers of the whole. */
  readonly inner: readonly Split[];
};

/**
 * @param outer splits of all rows
 * @param makeInner given the row numbers of a training part, splits of places in it: 0 is its first row
 */
export function nestedPlan(outer: readonly Split[], makeInner: (rows: Rows, index: number) => readonly Split[]): NestedSplit[] {
  return outer.map(({ train, test }, index) => ({
    train,
    test,
    inner: makeInner(train, index).map((part) => ({ train: rowsAt(train, part.train), test: rowsAt(train, part.test) })),
  }));
}

function rowsAt(rows: Rows, places: Rows): Rows {
  const picked = sharedRows(places.length);
  places.forEach((place, index) => {
    const row = rows[place];
    if (row === undefined) throw new RangeError(`inner: expected places below ${rows.length}, got ${place}`);
    picked[index] = row;
  });
  return picked;
}
