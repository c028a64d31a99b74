// A sample of rows that depends on the rows' values and a seed, never on their order: k-means is started and k is chosen on it. Rows that
// are equal are told apart by counting them, so that a value held by half of the rows is half of the sample too.

import { mixWord } from '../seeded.ts';

/**
 * @param cells rows x width, by rows
 * @returns up to `size` rows in an order drawn by the seed, by rows
 */
export function sampleRows(cells: Float32Array, width: number, seed: number, size: number): Float32Array<SharedArrayBuffer> {
  const rows = cells.length / width;
  const { keys, ties } = rowKeys(cells, width, seed);
  const wanted = Math.min(size, rows);
  const sorted = keys.slice().sort();
  const last = sorted[wanted - 1]!;
  const chosen: number[] = [];
  for (let row = 0; row < rows; row += 1) if (keys[row]! <= last) chosen.push(row);
  chosen.sort((a, b) => keys[a]! - keys[b]! || ties[a]! - ties[b]!);
  const sample = new Float32Array(new SharedArrayBuffer(wanted * width * 4));
  for (let at = 0; at < wanted; at += 1) sample.set(cells.subarray(chosen[at]! * width, (chosen[at]! + 1) * width), at * width);
  return sample;
}

function rowKeys(cells: Float32Array, width: number, seed: number): { keys: Uint32Array; ties: Int32Array } {
  const rows = cells.length / width;
  const words = new Int32Array(cells.buffer, cells.byteOffset, cells.length);
  const size = 2 ** Math.ceil(Math.log2(Math.max(16, rows * 1.5)));
  const [firsts, seconds, counts] = [new Int32Array(size), new Int32Array(size), new Int32Array(size)];
  const keys = new Uint32Array(rows);
  const ties = new Int32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    let first = 0x2545f491;
    let second = 0x1b873593;
    for (let at = row * width; at < (row + 1) * width; at += 1) {
      first = Math.imul(first ^ words[at]!, 0x9e3779b1);
      first ^= first >>> 15;
      second = (Math.imul(second, 31) + first) | 0;
    }
    first = mixWord(first, second);
    let slot = first & (size - 1);
    while (counts[slot]! > 0 && (firsts[slot] !== first || seconds[slot] !== second)) slot = (slot + 1) & (size - 1);
    firsts[slot] = first;
    seconds[slot] = second;
    const occurrence = counts[slot]!;
    counts[slot] = occurrence + 1;
    const mixed = mixWord(mixWord(mixWord(seed, first), second), occurrence);
    keys[row] = mixed;
    ties[row] = second;
  }
  return { keys, ties };
}
