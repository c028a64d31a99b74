// Which rows are in which bins, as polynomials: row i of a chunk in bin b of a group gives x^(b m - i) modulo x^N + 1, so +1 or, where the exponent is
// below zero, -1 at N more. Times a polynomial with the numbers of the chunk as its first m coefficients, the coefficient at b m is the sum over the rows of bin b:
// row i' and the term of (b', i) meet at (b' - b) m + i' - i = 0 only for b' = b and i' = i, as i' - i lies between -m and m.

import { binsAtOnceMax, binsMax, binsPerAnswer, noBin, rowParameters, rowsPerCiphertext } from './row-parameters.ts';

/** One column: of each row the bin, 0 to count - 1, or 65,535 for a row that is not to be counted; 1 to 256 bins. */
export type BinColumn = { readonly bins: Uint16Array; readonly count: number };

const { slots, plainModulus } = rowParameters;

/** Columns lie one behind the other, whatever group they fall into. @throws {RangeError} */
export function checkColumns(columns: readonly BinColumn[], rows: number): number {
  const total = checkCounts(columns.map(({ count }) => count));
  columns.forEach(({ bins, count }, at) => {
    if (bins.length !== rows) throw new RangeError(`columns[${at}].bins: expected ${rows} rows, got ${bins.length}`);
    const row = bins.findIndex((bin) => bin >= count && bin !== noBin);
    if (row >= 0) throw new RangeError(`columns[${at}].bins[${row}]: expected a bin below ${count}, or ${noBin} for none`);
  });
  return total;
}

/** @returns how many bins there are in all  @throws {RangeError} */
export function checkCounts(counts: readonly number[]): number {
  const at = counts.findIndex((count) => !Number.isInteger(count) || count < 1 || count > binsMax);
  if (at >= 0) throw new RangeError(`columns[${at}].count: expected 1 to ${binsMax} bins, got ${counts[at]}`);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total < 1 || total > binsAtOnceMax)
    throw new RangeError(`columns: expected 1 to ${binsAtOnceMax} bins in all, got ${total}`);
  return total;
}

/** The groups of `total` bins: the coefficients that are asked for in each. */
export function groupsOf(total: number, rows: number): number[][] {
  const [perAnswer, perCiphertext] = [binsPerAnswer(rows), rowsPerCiphertext(rows)];
  return Array.from({ length: Math.ceil(total / perAnswer) }, (_, group) =>
    Array.from({ length: Math.min(perAnswer, total - group * perAnswer) }, (_, bin) => bin * perCiphertext),
  );
}

/**
 * Puts the indicator of one chunk and group in; `words` is zero before.
 * @param words coefficients as a PlainBuffer has them
 * @returns the places that are not zero, for those who clear them
 */
export function putIndicator(
  words: Uint32Array,
  columns: readonly BinColumn[],
  { rows, chunk, group }: { readonly rows: number; readonly chunk: number; readonly group: number },
): number[] {
  const perCiphertext = rowsPerCiphertext(rows);
  const firstBin = group * binsPerAnswer(rows);
  const endBin = firstBin + binsPerAnswer(rows);
  const from = chunk * perCiphertext;
  const to = Math.min(rows, from + perCiphertext);
  const places: number[] = [];
  let offset = -firstBin;
  for (const { bins, count } of columns) {
    if (offset + count > 0 && offset < endBin - firstBin) {
      for (let row = from; row < to; row += 1) {
        const bin = bins[row]!;
        const at = offset + bin;
        if (bin === noBin || at < 0 || at >= endBin - firstBin) continue;
        const exponent = at * perCiphertext - (row - from);
        const place = exponent < 0 ? exponent + slots : exponent;
        words[2 * place] = exponent < 0 ? plainModulus - 1 : 1;
        places.push(place);
      }
    }
    offset += count;
  }
  return places;
}
