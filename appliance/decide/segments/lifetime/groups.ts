// Customers that bought alike are one term of a likelihood. Groups come in an order that depends on their values alone, so that neither the
// order of rows nor the number of threads changes a bit of any sum.

import type { Groups } from './bgnbd.ts';

export type Grouped = {
  readonly groups: Groups;
  /** The group of each row; -1 for rows left out. */
  readonly groupOf: Int32Array<SharedArrayBuffer>;
};

const sharedDoubles = (length: number) => new Float64Array(new SharedArrayBuffer(length * 8));

/**
 * @param columns three of one length: frequency, recency, age, or what stands in their places. NaN in the first leaves a row out.
 */
export function groupEqual(columns: readonly [Float64Array, Float64Array, Float64Array]): Grouped {
  const [first, second, third] = columns;
  const rows = first.length;
  const groupOf = new Int32Array(new SharedArrayBuffer(rows * 4)).fill(-1);
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, rows * 2)));
  const slots = new Int32Array(size).fill(-1);
  const firstRow = new Int32Array(rows);
  const count = new Float64Array(rows);
  const pair = new Float64Array(3);
  const words = new Int32Array(pair.buffer);
  let groups = 0;
  for (let row = 0; row < rows; row += 1) {
    if (Number.isNaN(first[row]!)) continue;
    pair[0] = first[row]! + 0;
    pair[1] = second[row]! + 0;
    pair[2] = third[row]! + 0;
    let hash = 0x9e3779b9;
    for (let word = 0; word < 6; word += 1) {
      hash = Math.imul(hash ^ words[word]!, 0x85ebca6b);
      hash ^= hash >>> 13;
    }
    let slot = (hash ^ (hash >>> 16)) & (size - 1);
    let group = slots[slot]!;
    while (group >= 0) {
      const like = firstRow[group]!;
      if (first[like] === pair[0] && second[like] === pair[1] && third[like] === pair[2]) break;
      slot = (slot + 1) & (size - 1);
      group = slots[slot]!;
    }
    if (group < 0) {
      group = groups;
      groups += 1;
      slots[slot] = group;
      firstRow[group] = row;
    }
    count[group]! += 1;
    groupOf[row] = group;
  }
  return inOrder(columns, firstRow.subarray(0, groups), count, groupOf);
}

function inOrder(
  [first, second, third]: readonly [Float64Array, Float64Array, Float64Array],
  firstRow: Int32Array,
  count: Float64Array,
  groupOf: Int32Array<SharedArrayBuffer>,
): Grouped {
  const length = firstRow.length;
  const order = Uint32Array.from({ length }, (_, group) => group).sort((a, b) => {
    const [left, right] = [firstRow[a]!, firstRow[b]!];
    return first[left]! - first[right]! || second[left]! - second[right]! || third[left]! - third[right]!;
  });
  const groups = {
    frequency: sharedDoubles(length),
    recency: sharedDoubles(length),
    age: sharedDoubles(length),
    weight: sharedDoubles(length),
  };
  const placeOf = new Int32Array(length);
  order.forEach((group, place) => {
    const row = firstRow[group]!;
    placeOf[group] = place;
    groups.frequency[place] = first[row]!;
    groups.recency[place] = second[row]!;
    groups.age[place] = third[row]!;
    groups.weight[place] = count[group]!;
  });
  for (let row = 0; row < groupOf.length; row += 1) if (groupOf[row]! >= 0) groupOf[row] = placeOf[groupOf[row]!]!;
  return { groups, groupOf };
}
