// How telling a shared value is: agreeing on Zhukovsky says more than agreeing on Wang. Counts persons rather than records
// once a first round has found who is who, so that a customer with five records does not make his own name look common.

import { bandBits, bandCount, bandMiddle, cellOf } from './em.ts';
import type { EncodedTable } from './encode.ts';
import { sharedInt32 } from './encode.ts';
import { kinds, missingLevel } from './kinds.ts';

export type FieldFrequency = {
  /** Whether agreement is weighed by value at all. */
  weighed: boolean;
  /** Persons (records before the first round) that hold each value. */
  holders: Int32Array;
  /** All persons with a value. */
  total: number;
  /** What a value that nobody else is known to hold counts as: Good and Turing's estimate for those seen once. */
  unseen: number;
  /** Chance that two of them hold the same value. */
  agreement: number;
};
export type Frequencies = { fields: FieldFrequency[]; personOf: Int32Array };

const weighedBeforeRounds = new Set(['name', 'family', 'place', 'home', 'work']);
const strength = 3000;

/** @param personOf a person per encoded row from the last round, empty before it */
export function countFrequencies(table: Pick<EncodedTable, 'fields' | 'rowCount'>, personOf: Int32Array): Frequencies {
  const order = personOf.length > 0 ? groupRows(personOf) : undefined;
  const fields = table.fields.map((field) => {
    const spec = kinds[field.kind];
    const holders = order ? countHolders(field.codes, field.valueCount, personOf, order) : field.counts;
    let total = 0;
    let agreeing = 0;
    let once = 0;
    let twice = 0;
    for (const count of holders) {
      total += count;
      agreeing += count * (count - 1);
      if (count === 1) once++;
      if (count === 2) twice++;
    }
    const agreement = (agreeing + strength * spec.levels[0]!.u) / (total * (total - 1) + strength);
    const unseen = Math.min(1, Math.max(0.02, (2 * twice + 0.5) / (once + 1)));
    return { weighed: order !== undefined || weighedBeforeRounds.has(spec.sphere), holders, total, unseen, agreement };
  });
  return { fields, personOf };
}

function groupRows(personOf: Int32Array): Int32Array {
  const room = 2 ** 21;
  const keyed = Float64Array.from(personOf, (person, row) => person * room + row).sort();
  return Int32Array.from(keyed, (key) => key % room);
}

function countHolders(codes: Int32Array, valueCount: number, personOf: Int32Array, order: Int32Array): Int32Array {
  const holders = sharedInt32(valueCount);
  const last = new Int32Array(valueCount).fill(-1);
  for (const row of order) {
    const code = codes[row]!;
    if (code < 0 || last[code] === personOf[row]) continue;
    last[code] = personOf[row]!;
    holders[code]!++;
  }
  return holders;
}

/** Chance of a stranger holding a value that `others` further persons hold. */
const chance = (field: FieldFrequency, others: number): number => (Math.max(0, others) + field.unseen) / Math.max(2, field.total);

/** Turns levels at `out[at...]` into cells: adds to each the band of how common the agreeing value is. */
export function createBander(table: Pick<EncodedTable, 'fields'>, frequencies: Frequencies) {
  const { personOf } = frequencies;
  const comparators = table.fields.map((field) => kinds[field.kind].comparator);
  return (left: number, right: number, out: Uint8Array, at: number): void => {
    const selves = personOf.length > 0 && personOf[left] === personOf[right] ? 1 : 2;
    for (let f = 0; f < comparators.length; f++) {
      const level = out[at + f]!;
      if (level === missingLevel) continue;
      out[at + f] = cellOf(level, bandFor(f, level, left, right, selves));
    }
  };

  function bandFor(f: number, level: number, left: number, right: number, selves: number): number {
    const frequency = frequencies.fields[f]!;
    if (!frequency.weighed) return bandMiddle;
    const { codes } = table.fields[f]!;
    if (level === 0) return band(chance(frequency, frequency.holders[codes[left]!]! - selves) / frequency.agreement, 1);
    const near =
      comparators[f] === 'name' || comparators[f] === 'street'
        ? level <= 3 && !(comparators[f] === 'street' && level === 3)
        : false;
    if (!near || codes[left]! < 0 || codes[right]! < 0) return bandMiddle;
    const most = Math.max(frequency.holders[codes[left]!]!, frequency.holders[codes[right]!]!) - 1;
    return band(chance(frequency, most) / frequency.agreement, 0.5);
  }
}

function band(ratio: number, power: number): number {
  const steps = Math.round((Math.log2(ratio) * power) / bandBits);
  return Math.max(0, Math.min(bandCount - 1, bandMiddle + steps));
}
