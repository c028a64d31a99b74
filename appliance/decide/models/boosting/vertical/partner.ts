// A partner's side of a training over columns of several organisations, plain and without threads: which rows lie in which node, which bin each of its
// columns has there, and the splits it was asked for, whose thresholds it alone knows. It never has a label or a gradient.

import { Fault } from '../../../../core/errors.ts';
import type { BinnedTable } from '../settings.ts';
import { largest } from '../tree.ts';
import { Exposure } from './exposure.ts';
import type { PartnerPart } from './parts.ts';
import { areBits, bitBytes, verticalLimits } from './ports.ts';

/** In place of a bin: the row is not in the node. */
export const notInNode = 0xffff;

type Split = PartnerPart['splits'][number];

export class VerticalPartner {
  readonly #table: BinnedTable;
  /** Rows of the table, by row of the training. */
  readonly #rows: Uint32Array;
  /** Rows of the training in nodes that nobody has divided yet, rising. */
  readonly #nodes = new Map<number, Uint32Array>();
  /** Bits of this tree's splits, by node. */
  readonly #answers = new Map<number, Uint8Array>();
  /** By node its sibling, and of this tree the nodes that the owner has sums of. */
  readonly #siblings = new Map<number, number>();
  readonly #summed = new Set<number>();
  readonly #exposure: Exposure;
  #splits: Split[] = [];
  #tree = -1;

  /**
   * @param table in bins of this partner's own, its rows in the order of the owner's
   * @param rows of the table to train on, as the owner's `rows`
   */
  constructor(table: BinnedTable, rows?: Uint32Array) {
    this.#table = table;
    this.#rows = rows ?? Uint32Array.from({ length: table.rows }, (_, row) => row);
    if (this.#rows.length < 1 || this.#rows.length > verticalLimits.rows)
      throw new Fault('bad_request', `rows: expected 1 to ${verticalLimits.rows}, got ${this.#rows.length}`);
    const beyond = this.#rows.find((row) => row >= table.rows);
    if (beyond !== undefined) throw new Fault('bad_request', `rows: row ${beyond} of ${table.rows}`);
    this.#exposure = new Exposure(table, this.#rows);
  }

  /** What the owner is told of each column. */
  get bins(): number[] {
    return this.#table.edges.map((edges) => edges.length + 2);
  }

  /** How many rows are trained on. */
  get rows(): number {
    return this.#rows.length;
  }

  /** Share of its rows and columns, 0 to 1, whose bins lay in sums over so few rows that the owner can tell which (exposure.ts). */
  get exposed(): number {
    return this.#exposure.share;
  }

  /** A tree begins. Splits of it and of later ones, of a run that was broken off, are forgotten. */
  tree(index: number): void {
    if (!Number.isInteger(index) || index < 0) throw new Fault('bad_request', `tree: ${index}`);
    this.#splits = this.#splits.filter(({ tree }) => tree < index);
    this.#answers.clear();
    this.#siblings.clear();
    this.#summed.clear();
    this.#tree = index;
    this.#nodes.clear();
    this.#nodes.set(
      0,
      Uint32Array.from({ length: this.rows }, (_, row) => row),
    );
  }

  /** How many of them are in a node. @throws {Fault} `bad_request` for a node that is not */
  rowsOf(node: number): number {
    return this.#rowsIn(node).length;
  }

  /** Of each column the bin of every row of the training that is in the node, else `notInNode`: for sums, and so it counts as summed. @throws {Fault} `bad_request` for a node that is not */
  binsOf(node: number): Uint16Array[] {
    const rows = this.#toSum(node);
    const { bins, stride, edges } = this.#table;
    return edges.map((_, column) => {
      const here = new Uint16Array(this.rows).fill(notInNode);
      for (const row of rows) here[row] = bins[this.#rows[row]! * stride + column]!;
      return here;
    });
  }

  /** Sums of a node as `VerticalPorts.sums` wants them, where gradients are no secret: in tests and rehearsals. */
  plainSums(node: number, gradients: Int32Array, hessians: Int32Array): Int32Array {
    const rows = this.#toSum(node);
    const { bins, stride, edges } = this.#table;
    const firsts: number[] = [];
    let end = 0;
    for (const { length } of edges) {
      firsts.push(end);
      end += 2 * (length + 2);
    }
    const sums = new Int32Array(end);
    for (const row of rows) {
      const place = this.#rows[row]! * stride;
      for (const [column, first] of firsts.entries()) {
        const cell = first + 2 * bins[place + column]!;
        sums[cell]! += gradients[row]!;
        sums[cell + 1]! += hessians[row]!;
      }
    }
    return sums;
  }

  /**
   * Splits a node and keeps the split; the same once more gives the same.
   * @returns bits as `VerticalPorts.divide`
   * @throws {Fault} `bad_request` for a node, column or bin that is not, or a node that was split otherwise
   */
  divide(node: number, column: number, bin: number, missingLeft: 0 | 1): Uint8Array {
    const rows = this.#rowsIn(node);
    const { bins, stride } = this.#table;
    const edges = this.#table.edges[column];
    if (!edges) throw new Fault('bad_request', `column: ${column} of ${this.#table.edges.length}`);
    if (!Number.isInteger(bin) || bin < 0 || bin > edges.length)
      throw new Fault('bad_request', `bin: ${bin} of column ${column}`);
    if (missingLeft !== 0 && missingLeft !== 1) throw new Fault('bad_request', 'missingLeft: expected 0 or 1');
    const missing = missingLeft === 1 ? edges.length + 1 : -1;
    const bits = new Uint8Array(bitBytes(rows.length));
    for (let at = 0; at < rows.length; at += 1) {
      const value = bins[this.#rows[rows[at]!]! * stride + column]!;
      if (value <= bin || value === missing) bits[at >>> 3]! |= 1 << (at & 7);
    }
    const threshold = bin < edges.length ? edges[bin]! : largest;
    const split = { tree: this.#tree, node, column, threshold, missingLeft };
    const before = this.#answers.has(node) && this.#splits.find((one) => one.tree === this.#tree && one.node === node);
    if (before && (before.column !== column || before.threshold !== threshold || before.missingLeft !== missingLeft))
      throw new Fault('bad_request', `node ${node}: was split otherwise`);
    if (!before) this.#splits.push(split);
    this.#answers.set(node, bits.slice());
    return bits;
  }

  /** Which rows of a node are its left child's. @throws {Fault} `bad_request` for what cannot be, or is not what this partner said of its own split */
  divided(node: number, left: number, right: number, bits: Uint8Array): void {
    const rows = this.#rowsIn(node);
    if (!areBits(bits, rows.length)) throw new Fault('bad_request', `node ${node}: expected ${rows.length} bits`);
    const fresh = (child: number) => Number.isInteger(child) && child > node && !this.#nodes.has(child);
    if (!fresh(left) || !fresh(right) || left === right)
      throw new Fault('bad_request', `node ${node}: children ${left}, ${right}`);
    const own = this.#answers.get(node);
    if (own && Buffer.compare(own, bits) !== 0) throw new Fault('bad_request', `node ${node}: not the bits it was split by`);
    const goes = (at: number) => ((bits[at >>> 3]! >>> (at & 7)) & 1) === 1;
    this.#siblings.set(left, right).set(right, left);
    this.#nodes.delete(node);
    this.#nodes.set(
      left,
      rows.filter((_, at) => goes(at)),
    );
    this.#nodes.set(
      right,
      rows.filter((_, at) => !goes(at)),
    );
  }

  /** Its part of the model, once the training is over. @param salt goes into the part, so that its hash tells nothing of it */
  part(salt?: string): PartnerPart {
    const splits = this.#splits.toSorted((a, b) => a.tree - b.tree || a.node - b.node);
    return {
      format: 1,
      kind: 'vertical-partner',
      columns: this.#table.edges.length,
      ...(salt !== undefined && { salt }),
      splits,
    };
  }

  /** A node's rows; the owner takes its sums from the parent's and has the sibling's. */
  #toSum(node: number): Uint32Array {
    const rows = this.#rowsIn(node);
    for (const one of [node, this.#siblings.get(node)]) {
      const there = one === undefined ? undefined : this.#nodes.get(one);
      if (there && !this.#summed.has(one!)) this.#exposure.take(there);
      if (one !== undefined) this.#summed.add(one);
    }
    return rows;
  }

  #rowsIn(node: number): Uint32Array {
    const rows = this.#nodes.get(node);
    if (!rows) throw new Fault('bad_request', `node ${node}: not in this tree`);
    return rows;
  }
}
