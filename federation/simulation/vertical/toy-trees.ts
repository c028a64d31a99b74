// Small trees for simulated vertical rounds: whole-number gradients, a few splits, level by level. The same code over the joined table, with nobody to
// ask, is what they are held against. What real trees do with the same ports is tested where they are (appliance/federate/rounds).

import type { BinnedRows, PartnerTrees, TreePorts } from '../../participant/round/vertical/ports.ts';
import { bitAt, encodeBits } from '../../protocol/round/vertical-messages.ts';

/** Bins by column and row; the last bin of a column is that of missing values. */
export type Columns = readonly { readonly bins: Uint16Array; readonly count: number }[];

type Best = { readonly gain: number; readonly column: number; readonly bin: number; readonly missingLeft: 0 | 1 };
/** `split`: the how manyth of its partner; columns of the owner by number. */
export type Split =
  | { readonly node: number; readonly column: number; readonly bin: number; readonly missingLeft: 0 | 1 }
  | { readonly node: number; readonly partner: number; readonly split: number };
export type Grown = { readonly trees: readonly { readonly splits: readonly Split[]; readonly leaves: readonly number[] }[] };

const score = (gradient: number, hessian: number) => (gradient * gradient) / (hessian + 1);

function sumsOf(
  { bins, count }: Columns[number],
  rows: readonly number[],
  gradients: Int32Array,
  hessians: Int32Array,
): Int32Array {
  const sums = new Int32Array(2 * count);
  for (const row of rows) {
    const at = 2 * bins[row]!;
    sums[at]! += gradients[row]!;
    sums[at + 1]! += hessians[row]!;
  }
  return sums;
}

function bestOf(columns: readonly Int32Array[]): Best | undefined {
  let best: Best | undefined;
  for (const [column, sums] of columns.entries()) {
    const last = sums.length / 2 - 1;
    let [all, allHessian] = [0, 0];
    for (let bin = 0; bin <= last; bin += 1) [all, allHessian] = [all + sums[2 * bin]!, allHessian + sums[2 * bin + 1]!];
    for (const missingLeft of [0, 1] as const) {
      let [left, leftHessian] = missingLeft === 1 ? [sums[2 * last]!, sums[2 * last + 1]!] : [0, 0];
      for (let bin = 0; bin < last - 1; bin += 1) {
        [left, leftHessian] = [left + sums[2 * bin]!, leftHessian + sums[2 * bin + 1]!];
        if (leftHessian === 0 || leftHessian === allHessian) continue;
        const gain = score(left, leftHessian) + score(all - left, allHessian - leftHessian) - score(all, allHessian);
        if (gain > 0 && (!best || gain > best.gain)) best = { gain, column, bin, missingLeft };
      }
    }
  }
  return best;
}

const goesLeft = (bin: number, split: { bin: number; missingLeft: 0 | 1 }, count: number) =>
  bin === count - 1 ? split.missingLeft === 1 : bin <= split.bin;

/** @param partners bins of each column of each */
export async function growToy(
  own: Columns,
  labels: readonly number[],
  settings: { readonly trees: number; readonly depth: number },
  partners: readonly { readonly bins: readonly number[] }[] = [],
  ports?: TreePorts,
): Promise<Grown> {
  const margins = new Int32Array(labels.length);
  const trees: { splits: Split[]; leaves: number[] }[] = [];
  const counts = partners.map(() => 0);
  for (let tree = 0; tree < settings.trees; tree += 1) {
    const gradients = Int32Array.from(labels, (label, row) => 1000 * (label === 1 ? -1 : 1) + margins[row]!);
    const hessians = Int32Array.from(labels, (_, row) => 10 + (row % 3));
    await ports?.tree(
      tree,
      gradients,
      hessians,
      partners.map(({ bins }) => [...bins.keys()]),
    );
    const grown = { splits: [] as Split[], leaves: [] as number[] };
    let level: { node: number; rows: number[] }[] = [{ node: 0, rows: [...labels.keys()] }];
    const leaves: number[][] = [];
    let next = 1;
    for (let depth = 0; depth <= settings.depth && level.length > 0; depth += 1) {
      if (depth === settings.depth) {
        leaves.push(...level.map(({ rows }) => rows));
        break;
      }
      const theirs = (await ports?.sums(level.map(({ node }) => node))) ?? level.map(() => []);
      const bests = level.map(({ rows }, at) => {
        const sums = own.map((column) => sumsOf(column, rows, gradients, hessians));
        const cut = theirs[at]!.flatMap((all, partner) => {
          let from = 0;
          return partners[partner]!.bins.map((count) => {
            const part = all.slice(from, from + 2 * count);
            from += 2 * count;
            return part;
          });
        });
        return bestOf([...sums, ...cut]);
      });
      const placed = bests.map((best) => {
        if (!best || best.column < own.length) return undefined;
        let place = best.column - own.length;
        let partner = 0;
        while (place >= partners[partner]!.bins.length) {
          place -= partners[partner]!.bins.length;
          partner += 1;
        }
        return { partner, place };
      });
      const bits = await Promise.all(
        level.map(({ node, rows }, at) => {
          const [best, where] = [bests[at], placed[at]];
          if (!best) return undefined;
          if (where) return ports!.divide(where.partner, node, where.place, best.bin, best.missingLeft);
          const { bins, count } = own[best.column]!;
          return encodeBits((place) => goesLeft(bins[rows[place]!]!, best, count), rows.length);
        }),
      );
      const below: typeof level = [];
      const told: Promise<void>[] = [];
      for (const [at, { node, rows }] of level.entries()) {
        const [best, where, left] = [bests[at], placed[at], bits[at]];
        if (!best || !left) {
          leaves.push(rows);
          continue;
        }
        if (where) {
          grown.splits.push({ node, partner: where.partner, split: counts[where.partner]! });
          counts[where.partner]! += 1;
        } else grown.splits.push({ node, column: best.column, bin: best.bin, missingLeft: best.missingLeft });
        below.push(
          { node: next, rows: rows.filter((_, place) => bitAt(left, place)) },
          { node: next + 1, rows: rows.filter((_, place) => !bitAt(left, place)) },
        );
        if (ports && depth + 1 < settings.depth) told.push(ports.divided(node, next, next + 1, left));
        next += 2;
      }
      await Promise.all(told);
      level = below;
    }
    for (const rows of leaves) {
      const value = Math.round(rows.reduce((sum, row) => sum - gradients[row]!, 0) / (rows.length + 1));
      grown.leaves.push(value);
      for (const row of rows) margins[row]! += Math.round(value / 2) * -1;
    }
    trees.push(grown);
  }
  return { trees };
}

export type ToyPart = { readonly salt: string; readonly splits: readonly { column: number; bin: number; missingLeft: 0 | 1 }[] };

/** @param columns of all rows, those to learn from first */
export class ToyPartner implements PartnerTrees {
  readonly #columns: Columns;
  readonly #training: number;
  #nodes = new Map<number, number[]>();
  readonly #splits: { column: number; bin: number; missingLeft: 0 | 1 }[] = [];

  constructor(columns: Columns, training: number) {
    this.#columns = columns;
    this.#training = training;
  }

  get bins(): number[] {
    return this.#columns.map(({ count }) => count);
  }
  /** Not counted here. */
  readonly exposed: number = 0;
  tree(): void {
    this.#nodes = new Map([[0, Array.from({ length: this.#training }, (_, row) => row)]]);
  }
  #node(node: number): number[] {
    const rows = this.#nodes.get(node);
    if (!rows) throw new RangeError(`node ${node}`);
    return rows;
  }
  rowsOf(node: number): number {
    return this.#node(node).length;
  }
  columns(node: number, wanted: readonly number[]): BinnedRows[] {
    const rows = this.#node(node);
    return wanted.map((column) => {
      const { bins, count } = this.#columns[column]!;
      const chosen = new Uint16Array(this.#training).fill(65_535);
      for (const row of rows) chosen[row] = bins[row]!;
      return { bins: chosen, count };
    });
  }
  divide(node: number, column: number, bin: number, missingLeft: 0 | 1): Uint8Array {
    const rows = this.#node(node);
    const from = this.#columns[column];
    if (!from || bin >= from.count - 1) throw new RangeError(`column ${column}`);
    this.#splits.push({ column, bin, missingLeft });
    return encodeBits((place) => goesLeft(from.bins[rows[place]!]!, { bin, missingLeft }, from.count), rows.length);
  }
  divided(node: number, left: number, right: number, bits: Uint8Array): void {
    const rows = this.#node(node);
    if (this.#nodes.has(left) || this.#nodes.has(right) || left === right) throw new RangeError(`node ${left}`);
    this.#nodes.set(
      left,
      rows.filter((_, place) => bitAt(bits, place)),
    );
    this.#nodes.set(
      right,
      rows.filter((_, place) => !bitAt(bits, place)),
    );
  }
  async finish(salt: string): Promise<{ splits: Uint8Array[]; part: Uint8Array }> {
    const splits = this.#splits.map(({ column, bin, missingLeft }) => {
      const { bins, count } = this.#columns[column]!;
      return encodeBits((row) => goesLeft(bins[row]!, { bin, missingLeft }, count), bins.length);
    });
    const part: ToyPart = { salt, splits: this.#splits };
    return { splits, part: Buffer.from(JSON.stringify(part)) };
  }
}
