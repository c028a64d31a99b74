// Partners' columns in a training's memory: sums come from their owners and go into the cells where the kernel would have summed, and which rows go
// left at a partner's split comes back as bins on either side of it. So the kernel parts, scans and adds leaves as if the columns were here.

import { Fault } from '../../../../core/errors.ts';
import type { Work } from '../../../../core/pool/pool.ts';
import type { Crew } from '../crew.ts';
import { columnHistogramBytes } from '../kernel/layout.ts';
import type { Plan } from '../memory.ts';
import { type Part, putColumn, type Total } from '../shared-histograms.ts';
import { Asker, type Divided, type Dividing, type VerticalOrder } from './asking.ts';
import { bitBytes } from './ports.ts';

/** A node whose histogram is wanted. */
export type Wanted = Part & { readonly node: number; readonly total: Total };

/** A node that is split: where its rows lie in bytes, how many they are, and what its left side must sum to. */
export type Parted = {
  readonly node: number;
  readonly index: number;
  readonly rows: number;
  readonly split: {
    readonly column: number;
    readonly bin: number;
    readonly missingLeft: 0 | 1;
    readonly leftGradient: number;
    readonly leftHessian: number;
  };
};

/** Whose column of the joined table: `place` within its partner's. */
type Owned = { readonly partner: number; readonly place: number; readonly bins: number };

export class PartnerColumns {
  readonly #crew: Crew;
  readonly #plan: Plan;
  readonly #own: number;
  /** Of the joined table from `#own` on. */
  readonly #columns: readonly Owned[];
  readonly #partners: number;
  readonly #asker: Asker;
  readonly #bytes: Uint8Array;
  #tree = 0;
  #told = false;

  constructor(crew: Crew, plan: Plan, order: VerticalOrder, work: Work) {
    this.#crew = crew;
    this.#plan = plan;
    this.#own = order.own;
    this.#columns = order.partners.flatMap((of, partner) => of.map((bins, place) => ({ partner, place, bins })));
    this.#partners = order.partners.length;
    this.#asker = new Asker(order, work);
    this.#bytes = new Uint8Array(crew.u32.buffer);
  }

  /** A tree is next, whose gradients are in fixed point. Partners hear of it when their sums are wanted. */
  begin(tree: number): void {
    this.#tree = tree;
    this.#told = false;
  }

  /** Fills partners' cells of nodes. @throws {Fault} `bad_request` names partner and column; `cancelled` */
  sum(wanted: readonly Wanted[]): void {
    if (!this.#told) this.#tell();
    const { i32 } = this.#crew;
    const each = 2 * this.#columns.reduce((sum, { bins }) => sum + bins, 0);
    const sums = new Int32Array(new SharedArrayBuffer(wanted.length * each * 4));
    this.#asker.ask({ kind: 'sums', nodes: wanted.map(({ node }) => node), sums });
    let from = 0;
    for (const { cells, parentCells, total } of wanted) {
      for (const [which, { bins }] of this.#columns.entries()) {
        const column = this.#own + which;
        const given = sums.subarray(from, from + 2 * bins);
        from += 2 * bins;
        if (!this.#isUsed(column)) continue;
        const place = column * columnHistogramBytes;
        const above = parentCells === undefined ? undefined : (parentCells + place) / 4;
        const refuse = (why: string) => this.#refuse(column, why);
        const found = putColumn(i32, given, (cells + place) / 4, above, refuse);
        if (found.gradient !== total.gradient || found.hessian !== total.hessian) refuse('another total than its node has');
      }
    }
  }

  #tell(): void {
    const { rows } = this.#plan;
    const { i32 } = this.#crew;
    const first = this.#plan.gradients / 4;
    const gradients = new Int32Array(new SharedArrayBuffer(rows * 4));
    const hessians = new Int32Array(new SharedArrayBuffer(rows * 4));
    for (let row = 0; row < rows; row += 1) {
      hessians[row] = i32[first + 2 * row]!;
      gradients[row] = i32[first + 2 * row + 1]!;
    }
    const columns: number[][] = Array.from({ length: this.#partners }, () => []);
    for (const [which, { partner, place }] of this.#columns.entries())
      if (this.#isUsed(this.#own + which)) columns[partner]!.push(place);
    this.#asker.ask({ kind: 'tree', index: this.#tree, gradients, hessians, columns });
    this.#told = true;
  }

  /**
   * Has partners part the nodes that they split, so that afterwards bins of all nodes say which rows go left.
   * @param children of each node, where partners are to be told: of nodes whose children's sums nobody wants they are not
   * @throws {Fault} `bad_request` names a partner and column whose bits contradict its sums; `cancelled`
   */
  part(parted: readonly Parted[], children?: readonly (readonly [left: number, right: number])[]): void {
    this.#divide(parted.filter(({ split }) => split.column >= this.#own));
    if (!children) return;
    const bits = bitsOf(parted);
    let from = 0;
    const told = parted.map((one, at): Divided => {
      this.#read(one, bits.subarray(from, from + bitBytes(one.rows)));
      from += bitBytes(one.rows);
      const [left, right] = children[at]!;
      return { node: one.node, left, right, rows: one.rows };
    });
    this.#asker.ask({ kind: 'divided', nodes: told, bits });
  }

  #divide(parted: readonly Parted[]): void {
    if (parted.length === 0) return;
    const bits = bitsOf(parted);
    const nodes = parted.map(({ node, rows, split: { column, bin, missingLeft } }): Dividing => {
      const { partner, place } = this.#ownerOf(column);
      return { partner, node, column: place, bin, missingLeft, rows };
    });
    this.#asker.ask({ kind: 'divide', nodes, bits });
    let from = 0;
    for (const one of parted) {
      this.#write(one, bits.subarray(from, from + bitBytes(one.rows)));
      from += bitBytes(one.rows);
    }
  }

  /** Bins on either side of a split: 0 is left of every one; the one after it is right, and never that of missing where that goes left. */
  #write({ index, rows, split }: Parted, bits: Uint8Array): void {
    const { u32, i32 } = this.#crew;
    const { column, bin, leftGradient, leftHessian } = split;
    const cells = this.#plan.columnBins + column * this.#plan.columnBytes;
    const gradients = this.#plan.gradients / 4;
    let gradient = 0;
    let hessian = 0;
    for (let at = 0; at < rows; at += 1) {
      const row = u32[index / 4 + at]!;
      const left = ((bits[at >>> 3]! >>> (at & 7)) & 1) === 1;
      this.#bytes[cells + row] = left ? 0 : bin + 1;
      if (!left) continue;
      hessian += i32[gradients + 2 * row]!;
      gradient += i32[gradients + 2 * row + 1]!;
    }
    if (gradient !== leftGradient || hessian !== leftHessian) this.#refuse(column, 'bits that contradict its sums');
  }

  /** As the kernel parts. */
  #read({ index, rows, split }: Parted, bits: Uint8Array): void {
    const { u32 } = this.#crew;
    const { column, bin, missingLeft } = split;
    const cells = this.#plan.columnBins + column * this.#plan.columnBytes;
    const missing = missingLeft === 1 ? u32[this.#plan.binCounts / 4 + column]! : -1;
    for (let at = 0; at < rows; at += 1) {
      const value = this.#bytes[cells + u32[index / 4 + at]!]!;
      if (value <= bin || value === missing) bits[at >>> 3]! |= 1 << (at & 7);
    }
  }

  /** Whether the tree's sample of columns has it. */
  #isUsed(column: number): boolean {
    return this.#bytes[this.#plan.mask + column] === 1;
  }

  #ownerOf(column: number): Owned {
    return this.#columns[column - this.#own]!;
  }

  #refuse(column: number, why: string): never {
    const { partner, place } = this.#ownerOf(column);
    throw new Fault('bad_request', `partners[${partner}].columns[${place}]: ${why}`);
  }
}

function bitsOf(nodes: readonly { readonly rows: number }[]): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(nodes.reduce((sum, { rows }) => sum + bitBytes(rows), 0)));
}
