// Organisations with columns of the same rows in one process, for tests: a seeded table dealt to parties, and ports that sum and split in clear.

import type { Boosting, OwnerPart, PartnerPart, VerticalOptions, VerticalPorts } from '../boosting.ts';
import type { BinnedTable, FeatureTable, Settings } from '../settings.ts';
import { dealColumns } from '../vertical/deal.ts';
import { VerticalPartner } from '../vertical/partner.ts';
import type { Rows } from './parties.ts';

export type Dealt = {
  /** The owner's columns first, then those of each partner. */
  readonly joined: FeatureTable;
  readonly parties: readonly FeatureTable[];
  readonly labels: Float32Array<SharedArrayBuffer>;
};

export function dealt({ features, labels }: Rows, parties: number, seed: number): Dealt {
  const tables = dealColumns(features.columns, parties, seed).map((columns) => ({ rows: features.rows, columns }));
  const joined = { rows: features.rows, columns: tables.flatMap(({ columns }) => columns) };
  return { joined, parties: tables, labels: labels as Float32Array<SharedArrayBuffer> };
}

/** Answers in clear, and a line for each call. */
export class PlainPorts implements VerticalPorts {
  readonly calls: string[] = [];
  readonly #partners: readonly VerticalPartner[];
  #gradients: Int32Array = new Int32Array(0);
  #hessians: Int32Array = new Int32Array(0);
  #used: readonly (readonly number[])[] = [];

  constructor(partners: readonly VerticalPartner[]) {
    this.#partners = partners;
  }

  async tree(index: number, gradients: Int32Array, hessians: Int32Array, columns: readonly (readonly number[])[]): Promise<void> {
    this.calls.push(`tree ${index} ${gradients.join()} ${hessians.join()} ${JSON.stringify(columns)}`);
    this.#used = columns;
    this.#gradients = gradients;
    this.#hessians = hessians;
    for (const partner of this.#partners) partner.tree(index);
  }

  async sums(nodes: readonly number[]): Promise<Int32Array[][]> {
    this.calls.push(`sums ${nodes.join()}`);
    return nodes.map((node) => this.#partners.map((partner, at) => this.#sumsOf(partner, this.#used[at]!, node)));
  }

  /** Of columns that the tree may not use there is rubbish. */
  #sumsOf(partner: VerticalPartner, used: readonly number[], node: number): Int32Array {
    const sums = partner.plainSums(node, this.#gradients, this.#hessians);
    let from = 0;
    for (const [column, count] of partner.bins.entries()) {
      if (!used.includes(column)) sums.fill(-7, from, from + 2 * count);
      from += 2 * count;
    }
    return sums;
  }

  async divide(partner: number, node: number, column: number, bin: number, missingLeft: 0 | 1): Promise<Uint8Array> {
    this.calls.push(`divide ${partner} ${node} ${column} ${bin} ${missingLeft}`);
    return this.#partners[partner]!.divide(node, column, bin, missingLeft);
  }

  async divided(node: number, left: number, right: number, bits: Uint8Array): Promise<void> {
    this.calls.push(`divided ${node} ${left} ${right} ${bits.join()}`);
    for (const partner of this.#partners) partner.divided(node, left, right, bits);
  }
}

export type Vertical = {
  readonly owner: OwnerPart;
  readonly partners: readonly PartnerPart[];
  readonly calls: readonly string[];
};

/** @param tables in bins, the owner's first */
export async function trainDealt(
  pool: Boosting,
  tables: readonly BinnedTable[],
  labels: Float32Array,
  settings: Partial<Settings>,
  options: Partial<VerticalOptions> = {},
): Promise<Vertical> {
  const partners = tables.slice(1).map((table) => new VerticalPartner(table, options.rows));
  const ports = new PlainPorts(partners);
  const owner = await pool.trainVertical(tables[0]!, labels, settings, { partners, ports, ...options });
  return { owner, partners: partners.map((partner) => partner.part()), calls: ports.calls };
}
