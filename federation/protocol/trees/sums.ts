// The sums of a shared training as they come, one after the other: read with their place, looked at whether they can be, and turned into what they
// mean. A sum that cannot be is refused with its number.

import { ProtocolFault } from '../words.ts';
import { mendBase, mendCells, scaleSums } from './noisy.ts';
import { cellLimit as mostSum, type Total } from './tree.ts';

const mostRows = 2 ** 26;
const scaleSteps = 2 ** 24;
const lossSteps = 2 ** 20;
const wordSteps = 2 ** 24;
const wordsPerSum = 3;

export type Everywhere = { readonly rows: number; readonly positives: number; readonly validationRows: number };

/** What the steps of a tree's fixed point mean, and what a child must have at least, in steps. */
export type FixedPoint = { readonly gradientStep: number; readonly hessianStep: number; readonly leastHessian: number };

/** Cells of a node: for each column of the tree, for each bin, gradient and hessian. */
export type Cells = { readonly cells: Int32Array; readonly total: Total };

export class Sums {
  readonly #left: Iterator<Int32Array>;
  /** Rows' worth of room that sums with noise have; undefined of exact ones. */
  readonly #headroom: number | undefined;
  #read = 0;

  constructor(sums: Iterable<Int32Array>, headroom?: number) {
    this.#left = sums[Symbol.iterator]();
    this.#headroom = headroom;
  }

  /** @throws {ProtocolFault} `malformed` */
  refuse(why: string): never {
    throw new ProtocolFault('malformed', `sums[${this.#read - 1}]: ${why}`);
  }

  next(length: number): Int32Array {
    const { done, value } = this.#left.next();
    this.#read += 1;
    if (done) this.refuse('wanting');
    if (value.length !== length) this.refuse(`expected ${length} numbers, got ${value.length}`);
    return value;
  }

  /** @throws {ProtocolFault} `malformed` when there are more */
  end(): void {
    this.#read += 1;
    if (!this.#left.next().done) this.refuse('one too many');
  }

  base(): Everywhere {
    const sums = this.next(3);
    const mended = this.#headroom === undefined ? sums : mendBase(sums);
    const [rows, positives, validationRows] = mended as unknown as [number, number, number];
    if (!(positives > 0 && positives < rows && rows <= mostRows && validationRows >= 0 && validationRows <= mostRows))
      this.refuse('not rows with both labels');
    return { rows, positives, validationRows };
  }

  /** @param minChildHessian what a child has at least, as the settings say */
  scales(rows: number, minChildHessian: number): FixedPoint {
    const { gradient, hessian } = this.#headroom === undefined ? this.#sizes(rows) : scaleSums(rows, this.#headroom);
    const scale = (sum: number) => Math.min((mostSum - rows) / Math.max(sum, 1e-30), 1e30);
    const exact = scale(hessian);
    const hessianScale = exact >= 64 ? Math.floor(exact) : exact;
    const least = Math.ceil(minChildHessian * hessianScale * (1 - 1e-6));
    return {
      gradientStep: 1 / scale(gradient),
      hessianStep: 1 / hessianScale,
      leastHessian: Math.min(0xffffffff, Math.max(1, least)),
    };
  }

  #sizes(rows: number): Total {
    const words = this.next(2 * wordsPerSum);
    const gradient = wholeOf(words.subarray(0, wordsPerSum)) / scaleSteps;
    const hessian = wholeOf(words.subarray(wordsPerSum)) / scaleSteps;
    if (!(gradient >= 0 && gradient <= rows && hessian > 0 && hessian <= rows)) this.refuse('not sums of gradients and hessians');
    return { gradient, hessian };
  }

  /** The mean loss of validation rows. */
  loss(validationRows: number): number {
    return wholeOf(this.next(wordsPerSum)) / lossSteps / validationRows;
  }

  /** @param bins of each column of the tree, that of missing included */
  root(bins: readonly number[]): Cells {
    const sums = this.next(2 * bins.reduce((sum, one) => sum + one, 0));
    const cells = this.#headroom === undefined ? sums : mendCells(sums, bins);
    return { cells, total: this.#totalOf(cells, bins, undefined) };
  }

  /** @param children parents and what is known of the children asked for @returns cells of these and of their siblings */
  children(
    children: readonly { readonly parent: Int32Array; readonly total: Total }[],
    bins: readonly number[],
  ): [Int32Array, Int32Array][] {
    const each = 2 * bins.reduce((sum, one) => sum + one, 0);
    const sums = this.next(each * children.length);
    return children.map(({ parent, total }, which) => {
      const given = sums.slice(which * each, (which + 1) * each);
      const cells = this.#headroom === undefined ? given : mendCells(given, bins, { parent, total });
      const sibling = parent.map((sum, at) => {
        const less = sum - cells[at]!;
        if (Math.abs(less) > mostSum) this.refuse('larger than the fixed point has');
        return less;
      });
      this.#totalOf(cells, bins, total);
      this.#totalOf(sibling, bins, undefined);
      return [cells, sibling];
    });
  }

  /** Every column sums to the same, no hessian is below 0, and all sizes together are within the fixed point. */
  #totalOf(cells: Int32Array, bins: readonly number[], known: Total | undefined): Total {
    let total = known;
    let at = 0;
    for (const count of bins) {
      let [gradient, hessian, size] = [0, 0, 0];
      for (const end = at + 2 * count; at < end; at += 2) {
        if (cells[at + 1]! < 0) this.refuse('a sum of hessians below 0');
        gradient += cells[at]!;
        hessian += cells[at + 1]!;
        size += Math.abs(cells[at]!);
      }
      if (Math.max(hessian, size) > mostSum) this.refuse('larger than the fixed point has');
      total ??= { gradient, hessian };
      if (gradient !== total.gradient || hessian !== total.hessian) this.refuse('columns of a node have different totals');
    }
    return total!;
  }
}

function wholeOf(words: Int32Array): number {
  return words[0]! + words[1]! * wordSteps + words[2]! * wordSteps ** 2;
}
