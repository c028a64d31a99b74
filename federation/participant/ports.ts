// What a member's side of the federation is given: the node behind it, in functions. Nothing here is a customer but by ids and identifiers
// that a match was approved for.

import type { Key } from '../../crypto/keys.ts';
import type { Intersection, Stretch } from '../../crypto/psi/psi.ts';
import type { CoordinatorApi, DoorApi } from '../protocol/coordinator-api.ts';
import type { Book, Spool } from '../protocol/durable.ts';
import type { MatchKind, MatchTerms } from '../protocol/match-terms.ts';
import type { Membership } from '../protocol/membership.ts';
import type { SignedStatement } from '../protocol/statements.ts';

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

/** What one side of a match has learned, in its own ids. */
export type MatchResult = {
  /** Customers found, each once, by the first kind of the waterfall that found them. */
  readonly found: readonly { readonly id: string; readonly kind: MatchKind }[];
  /**
   * Shared items in an order that both sides have, where both learn: the n-th pair of the one is the n-th of the other. An item that several of
   * our customers have is there once for each.
   */
  readonly pairs: readonly { readonly pair: number; readonly id: string; readonly kind: MatchKind }[];
};

/** A member's place in one federation, as far as a match needs it (belonging.ts). */
export type Standing = {
  readonly federation: string;
  readonly me: string;
  membership(): Membership;
  /** Fetches what the log has got meanwhile. */
  refresh(): Promise<void>;
  /** The whole log, for transcripts. */
  log(): readonly SignedStatement[];
  signingKey(): Key<'signing'>;
  wrapPrivateKey(): Uint8Array;
  api(): CoordinatorApi;
};

export type MatchPorts = ParticipantPorts & {
  /** Comes back after a while, for what has to be tried again; rejects once the side closes. */
  pause(ms: number): Promise<void>;
  /** Keeps what was learned; called again with the same after a kill. */
  keep(session: string, result: MatchResult): Promise<void>;
  /** What officers, alarms and the audit log are told. */
  tell(event: MatchEvent): Promise<void>;
  /** Reads the customers of a source that was approved for a match, once: what comes out is kept, sealed, until the match is over. */
  dataset(source: unknown, terms: MatchTerms, session: string): Promise<Dataset>;
  /** X25519 of a packed list, in threads in the node (crypto/psi mask). */
  mask(points: Uint8Array, scalar: Uint8Array): Promise<Uint8Array>;
  /** Keyed hashes of normalised items, in threads in the node (crypto/psi hashItems). */
  hash(items: readonly string[], key: Uint8Array, stretch?: Stretch): Promise<Uint8Array>;
  /** Encrypts the values of a whole list for a sum, in threads in the node (crypto/psi encryptValues). */
  encrypt(values: ArrayLike<number>, key: Uint8Array, seed: Uint8Array): Promise<Uint8Array>;
  /** Of whole lists, in a thread in the node (crypto/psi): @throws {PointRefused} for repeats, and as they do */
  refuseRepeats(list: Uint8Array): Promise<void>;
  compare(kept: { readonly count: number }, doubled: Uint8Array, returned: Uint8Array): Promise<Intersection>;
  compareHashed(tokens: Uint8Array, received: Uint8Array): Promise<Intersection>;
  total(ciphertexts: Uint8Array, chosen: Uint32Array): Promise<Uint8Array>;
  reveal(key: Uint8Array, total: Uint8Array, sizes: { initiator: number; responder: number }): Promise<{ readonly sum: bigint }>;
  /** Maps normalised items to points, in threads in the node (crypto/psi encode). */
  encode(items: readonly string[], tag: string): Promise<Uint8Array>;
};

export type MatchEvent = {
  readonly kind: 'asked' | 'proposed' | 'begun' | 'counted' | 'ended' | 'refused-message';
  readonly session: string;
  readonly partner: string;
  /** A code of the protocol, where something went wrong. */
  readonly code?: string;
  /** For the node's own log, never for the partner. */
  readonly cause?: unknown;
};
