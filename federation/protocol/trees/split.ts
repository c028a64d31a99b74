// The best split of a node from its histogram: the gains of Chen and Guestrin 2016 (https://doi.org/10.1145/2939672.2939785, algorithms 1 and 3), with
// L1 and monotone constraints, in the trainer's order of columns, sides, bins and operations, so that the same one wins to the last bit.

import type { FixedPoint } from './sums.ts';
import { type Bounds, gainOf, shrunk, type Total, type TreeSettings, weightOf } from './tree.ts';

/** `left` is in steps. */
export type Split = {
  readonly column: number;
  readonly bin: number;
  readonly missingLeft: 0 | 1;
  readonly gain: number;
  readonly left: Total;
};

export type ToSplit = { readonly cells: Int32Array; readonly total: Total; readonly bounds: Bounds };

/** A gain below this is noise of the last bits. */
const leastGain = 1e-6;

export class Splitter {
  readonly #settings: TreeSettings;
  readonly #point: FixedPoint;
  readonly #columns: readonly number[];
  readonly #bins: readonly number[];
  readonly #plain: boolean;

  /** @param bins of each of the columns, that of missing included */
  constructor(settings: TreeSettings, point: FixedPoint, columns: readonly number[], bins: readonly number[]) {
    this.#settings = settings;
    this.#point = point;
    this.#columns = columns;
    this.#bins = bins;
    this.#plain = settings.alpha === 0 && !settings.monotone?.some((way) => way !== 0);
  }

  /** Undefined: no split gains enough. */
  best(node: ToSplit): Split | undefined {
    let best: Split | undefined;
    let from = 0;
    for (const [at, column] of this.#columns.entries()) {
      const cells = node.cells.subarray(from, from + 2 * this.#bins[at]!);
      for (const split of this.#splits(node, column, cells)) if (!best || split.gain > best.gain) best = split;
      from += cells.length;
    }
    if (!best) return undefined;
    const { lambda, alpha, gamma } = this.#settings;
    const { gradient, hessian } = this.sumsOf(node.total);
    const weight = weightOf({ gradient, hessian }, this.#settings, node.bounds);
    const gain = best.gain - gainOf(gradient, hessian + lambda, weight, alpha);
    return gain > Math.max(gamma, leastGain) ? { ...best, gain } : undefined;
  }

  /** From steps to what they mean. */
  sumsOf({ gradient, hessian }: Total): Total {
    return { gradient: gradient * this.#point.gradientStep, hessian: hessian * this.#point.hessianStep };
  }

  *#splits(node: ToSplit, column: number, cells: Int32Array): Generator<Split> {
    const { leastHessian } = this.#point;
    const bins = cells.length / 2 - 1;
    const missing: Total = { gradient: cells[2 * bins]!, hessian: cells[2 * bins + 1]! };
    const seen = missing.gradient !== 0 || missing.hessian !== 0;
    for (const side of seen ? ([0, 1] as const) : ([0] as const)) {
      let { gradient, hessian } = side === 1 ? missing : { gradient: 0, hessian: 0 };
      // With missing values on the right, all that is present may be the left side.
      const last = seen && side === 0 ? bins : bins - 1;
      for (let bin = 0; bin < last; bin += 1) {
        if (cells[2 * bin] === 0 && cells[2 * bin + 1] === 0) continue;
        gradient += cells[2 * bin]!;
        hessian += cells[2 * bin + 1]!;
        if (hessian < leastHessian) continue;
        if (node.total.hessian - hessian < leastHessian) break;
        const left = { gradient, hessian };
        const gain = this.#gain(node, column, left);
        // Where nothing was missing, what is missing later goes with the heavier side.
        const heavier = hessian * 2 >= node.total.hessian ? 1 : 0;
        if (gain !== undefined) yield { column, bin, missingLeft: seen ? side : heavier, gain, left };
      }
    }
  }

  /** Undefined: the split turns a constrained column the wrong way. */
  #gain({ total, bounds }: ToSplit, column: number, left: Total): number | undefined {
    const { lambda, alpha, monotone } = this.#settings;
    const { gradientStep, hessianStep } = this.#point;
    const gl = left.gradient * gradientStep;
    const gr = (total.gradient - left.gradient) * gradientStep;
    const hl = left.hessian * hessianStep + lambda;
    const hr = (total.hessian - left.hessian) * hessianStep + lambda;
    if (this.#plain) return (gl * gl * hr + gr * gr * hl) / (hl * hr);
    const wl = Math.min(Math.max(-shrunk(gl, alpha) / hl, bounds.lower), bounds.upper);
    const wr = Math.min(Math.max(-shrunk(gr, alpha) / hr, bounds.lower), bounds.upper);
    const way = monotone?.[column] ?? 0;
    if ((way > 0 && wl > wr) || (way < 0 && wl < wr)) return undefined;
    return gainOf(gl, hl, wl, alpha) + gainOf(gr, hr, wr, alpha);
  }
}
