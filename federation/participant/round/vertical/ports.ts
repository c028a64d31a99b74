// What a side of a vertical round is given: who its people are, trees over its own columns, and encryption of rows. Nothing of the network: these
// know what to compute, the stories beside this file (owner.ts, partner.ts) know what to say.

import type { RoundTerms } from '../../../protocol/round/round-terms.ts';

/** Encryption of whole numbers by row, of which only sums over another side's columns are opened again; in threads in the node (crypto/he). */
export type RowCrypto = {
  newKeys(): Promise<RowKeys>;
  /** @param values by row */
  encrypt(keys: RowKeys, values: Int32Array): Promise<Uint8Array[]>;
  /** Sums by column. @param counts bins of each column  @throws {ProtocolFault} ciphertext_wrong */
  decrypt(keys: RowKeys, answers: readonly Uint8Array[], counts: readonly number[], rows: number): Promise<Int32Array[]>;
  /** Two vectors over the same rows, held until they are closed. @throws {ProtocolFault} ciphertext_wrong */
  open(publicKey: Uint8Array, gradients: readonly Uint8Array[], hessians: readonly Uint8Array[], rows: number): Promise<OpenRows>;
};
export type RowKeys = { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };
export type OpenRows = {
  sums(
    columns: readonly BinnedRows[],
  ): Promise<{ readonly gradients: readonly Uint8Array[]; readonly hessians: readonly Uint8Array[] }>;
  close(): Promise<void>;
};

/** The bin of each row in one column; 65,535 where the row is not in the node. */
export type BinnedRows = { readonly bins: Uint16Array; readonly count: number };

/** What growing trees asks of partners: the ports of `trainVertical` (appliance, decide/models/boosting), which it keeps the shape of. */
export type TreePorts = {
  tree(index: number, gradients: Int32Array, hessians: Int32Array, columns: readonly (readonly number[])[]): Promise<void>;
  sums(nodes: readonly number[]): Promise<readonly (readonly Int32Array[])[]>;
  divide(partner: number, node: number, column: number, bin: number, missingLeft: 0 | 1): Promise<Uint8Array>;
  divided(node: number, left: number, right: number, bits: Uint8Array): Promise<void>;
};

export type OwnerSide = {
  /** By partner, in the order of ids: at each position that both have, the number of a person of ours; -1 where none may take part. */
  readonly positions: readonly Int32Array[];
  /** Which places of so many rows are learned from, and which are kept out. */
  parted(rows: number): { readonly training: Uint32Array; readonly held: Uint32Array };
  /** @throws {ProtocolFault} label_constant, and what the ports throw */
  learn(work: {
    /** Persons in the order of rows; those to learn from come first. */
    readonly persons: Int32Array;
    readonly training: number;
    readonly partners: readonly { readonly bins: readonly number[] }[];
    readonly ports: TreePorts;
    /** By partner, for each of its splits a bit for each of all rows; asked once, when trees are grown. */
    splits(): Promise<readonly (readonly Uint8Array[])[]>;
    /** To be written into the part, so that its hash tells nothing. */
    readonly salt: string;
    readonly signal: AbortSignal;
  }): Promise<{
    readonly part: Uint8Array;
    readonly metrics: { readonly [name: string]: number };
    readonly rows: number;
  }>;
};

export type PartnerSide = {
  readonly positions: Int32Array;
  /** @param persons in the order of rows; those to learn from come first, `training` of them */
  begin(persons: Int32Array, training: number): Promise<PartnerTrees>;
};

/** A partner's side of growing trees. What it throws as a RangeError is the owner's fault. */
export type PartnerTrees = {
  readonly bins: readonly number[];
  tree(index: number): void;
  /** For each of these columns the bins of rows to learn from, as encryption wants them. */
  columns(node: number, columns: readonly number[]): readonly BinnedRows[];
  rowsOf(node: number): number;
  /** Share of rows and columns, 0 to 1, whose bins `columns` has given into sums over so few rows that the owner can tell which. */
  readonly exposed: number;
  divide(node: number, column: number, bin: number, missingLeft: 0 | 1): Uint8Array;
  divided(node: number, left: number, right: number, bits: Uint8Array): void;
  /** Bits of all rows for each split, in the order that the owner numbers them, and the part with the salt in it. */
  finish(salt: string): Promise<{ readonly splits: readonly Uint8Array[]; readonly part: Uint8Array }>;
};

export type SideWork = {
  readonly round: string;
  readonly me: string;
  readonly terms: RoundTerms;
  readonly source: unknown;
  readonly signal: AbortSignal;
};

/** People and columns are the same at every call for a round: after a kill it begins anew. */
export type VerticalPorts = {
  readonly rows: RowCrypto;
  owner(work: SideWork): Promise<OwnerSide>;
  partner(work: SideWork): Promise<PartnerSide>;
};
