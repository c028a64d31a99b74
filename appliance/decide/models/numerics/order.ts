// The order of rows by a number, as indexes: what every rank statistic starts with. A radix sort over the bits of the doubles,
// because a comparison sort with a callback takes several times as long for a million rows and has the same result.

const radixFrom = 4096;
const digitValues = 0x10000;

/**
 * Row numbers by rising value; equal values (0 and -0 are equal) stay in their order.
 * O(n) from 4,096 rows on, about 0.1 s for 1,000,000.
 * @throws {RangeError} for NaN, which has no place in an order
 */
export function ascending(values: ArrayLike<number>): Uint32Array {
  const { length } = values;
  const copy = new Float64Array(length);
  const order = new Uint32Array(length);
  for (let row = 0; row < length; row += 1) {
    const value = values[row]! + 0;
    if (Number.isNaN(value)) throw new RangeError(`values: expected numbers, got NaN in row ${row}`);
    copy[row] = value;
    order[row] = row;
  }
  if (length >= radixFrom) return radix(copy, order);
  return order.sort((a, b) => copy[a]! - copy[b]! || a - b);
}

/** Least significant digit first, 16 bits a digit; a digit that all rows share costs no pass. */
function radix(values: Float64Array<ArrayBuffer>, order: Uint32Array): Uint32Array {
  const words = new Uint32Array(values.buffer);
  makeSortable(words);
  const counts = countDigits(words, values.length);
  let from: Uint32Array = order;
  let to: Uint32Array = new Uint32Array(order.length);
  for (let digit = 0; digit < 4; digit += 1) {
    const starts = counts.subarray(digit * digitValues, (digit + 1) * digitValues);
    if (!startsOf(starts, values.length)) continue;
    const word = digit >> 1;
    const shift = (digit & 1) * 16;
    for (let place = 0; place < from.length; place += 1) {
      const row = from[place]!;
      const value = (words[row * 2 + word]! >>> shift) & 0xffff;
      to[starts[value]!++] = row;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Flips bits so that unsigned order is the order of the doubles. Little-endian, as every machine that Node runs on here. */
function makeSortable(words: Uint32Array): void {
  for (let low = 0; low < words.length; low += 2) {
    const high = words[low + 1]!;
    const negative = high >>> 31 === 1;
    words[low + 1] = negative ? ~high : high ^ 0x80000000;
    if (negative) words[low] = ~words[low]!;
  }
}

function countDigits(words: Uint32Array, rows: number): Uint32Array {
  const counts = new Uint32Array(4 * digitValues);
  for (let row = 0; row < rows; row += 1) {
    const low = words[row * 2]!;
    const high = words[row * 2 + 1]!;
    counts[low & 0xffff]! += 1;
    counts[digitValues + (low >>> 16)]! += 1;
    counts[2 * digitValues + (high & 0xffff)]! += 1;
    counts[3 * digitValues + (high >>> 16)]! += 1;
  }
  return counts;
}

/** Counts become first places, in place. @returns whether there is more than one value */
function startsOf(counts: Uint32Array, rows: number): boolean {
  let sum = 0;
  for (let value = 0; value < counts.length; value += 1) {
    const count = counts[value]!;
    if (count === rows) return false;
    counts[value] = sum;
    sum += count;
  }
  return true;
}

/** Values at row numbers. */
export function gather(values: ArrayLike<number>, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let place = 0; place < rows.length; place += 1) picked[place] = values[rows[place]!]!;
  return picked;
}
