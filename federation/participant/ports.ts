// What a member's side of the federation is given: the node behind it, in functions. Nothing here is a customer but by ids and identifiers
// that a match was approved for.

import type { CoordinatorApi, DoorApi } from '../protocol/coordinator-api.ts';
import type { Book, Spool } from '../protocol/durable.ts';
import type { MatchKind, MatchTerms } from '../protocol/match-terms.ts';

/** PEM: how a member's connections prove who it is, and whom they believe. */
export type Identity = {
  readonly federation: string;
  readonly member: string;
  /** `host:port` of the coordinator. */
  readonly address: string;
  /** The coordinator's member id. */
  readonly coordinator: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly authority: string;
  readonly revocationList: string;
};

export type ParticipantPorts = {
  readonly clock: { nowMs(): number };
  readonly random: { bytes(length: number): Uint8Array };
  /** Holds the member's private keys too: what stands behind it seals them. */
  readonly book: Book;
  readonly spool: Spool;
  connect(identity: Identity): CoordinatorApi;
  /** Before there is a certificate. @param address as in the invitation */
  knock(address: string): DoorApi;
};

/** The customers that a side brings into a match. */
export type Dataset = {
  /** One a customer, opaque: results name customers by them. */
  readonly ids: readonly string[];
  readonly lists: readonly DatasetList[];
  /** One a customer, integers of at most 2^40, for the side whose values are summed. */
  readonly values?: readonly number[];
  /** SHA-256 in hexadecimal over what was taken, for the side's own books. */
  readonly digest: string;
};

export type DatasetList = {
  readonly kind: MatchKind;
  /** Normalised texts; may repeat, as two customers may share a telephone. */
  readonly items: readonly string[];
  /** For each item its customer, a place in `ids`. */
  readonly owners: Uint32Array;
  readonly report: NormalisationReport;
};

/** What became of what stood in the records, for the officers; no values. */
export type NormalisationReport = {
  readonly given: number;
  readonly taken: number;
  /** By the reason's code, such as `phone_length`. */
  readonly refused: { readonly [reason: string]: number };
  /** Items that stood there before: each is sent once. */
  readonly repeats: number;
};

export type MatchPorts = ParticipantPorts & {
  /** Reads the customers of a source that was approved for a match, once: what comes out is kept, sealed, until the match is over. */
  dataset(source: unknown, terms: MatchTerms): Promise<Dataset>;
  /** X25519 of a packed list, in threads in the node (crypto/psi mask). */
  mask(points: Uint8Array, scalar: Uint8Array): Promise<Uint8Array>;
  /** Maps normalised items to points, in threads in the node (crypto/psi encode). */
  encode(items: readonly string[], tag: string): Promise<Uint8Array>;
};
