// What a store offers where several nodes share it: membership that ends by itself, one lead, turns at the record under locks
// that every node heeds, and word of what the others changed. Only PostgreSQL has it (postgres/cluster.ts).

import type { Change } from './store.ts';

/**
 * One transaction at the record, with the locks it asked for held from before its first read to its end.
 */
export type Turn = {
  /** The version of what the lead has set (sources, dictionaries, keys): whoever loaded another one must load anew first. */
  readonly settings: number;
  /** False until a lead has brought the record into the form that several nodes share. */
  readonly prepared: boolean;
  /** Waits until no other turn resolves identities, until this one has ended. What was read of persons before is to be read again. */
  identities(): Promise<void>;
  /** Writes in the turn's transaction. @param records whose facts changed, for the lead to hear of once it is on disk */
  write(changes: readonly Change[], records: readonly number[]): Promise<void>;
};

export type ClusterEvents = {
  /** This node is the lead from now on. */
  elected(): void;
  /** Its membership is over: nothing that it writes is taken any more. */
  fenced(): void;
  /** A node that was fenced and was not the lead is a member again. */
  rejoined(): void;
  /** Others changed records, or the lead changed what it set. With every heartbeat also without saying what, since word may be lost. */
  word(about?: 'changes' | 'settings'): void;
};

export type Member = { readonly name: string; readonly lead: boolean; readonly self: boolean };

export interface Cluster {
  /** The member's fencing token; undefined while fenced. */
  readonly token: number | undefined;
  readonly lead: boolean;
  /** Longest time in which a node that cannot reach the database may take itself for a member. */
  readonly leaseMs: number;
  /**
   * Begins to take part: from now on this node may become the lead. Resolves once it is known who the lead is.
   * @param declared a keyed hash of the settings that all nodes must share @throws {Fault} `cluster_settings_differ`
   */
  begin(declared: Uint8Array, events: ClusterEvents): Promise<void>;
  /** Is a member no more, until it begins again. */
  leave(): Promise<void>;
  /**
   * @param locks keyed hashes of what is going to be read and changed
   * @throws {Fault} `conflict` when another node came between: the same again may well succeed
   */
  turn<T>(locks: readonly Uint8Array[], work: (turn: Turn) => Promise<T>): Promise<T>;
  /** While it works no node has a turn. Everything it writes goes by transact(). */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** For the lead: records that the others changed; they are forgotten once `take` has resolved. */
  takeChanged(take: (records: readonly number[]) => Promise<void>): Promise<void>;
  /** For the lead, inside exclusively(): the record is as several nodes share it. */
  markPrepared(): Promise<void>;
  settings(): Promise<number>;
  members(): Promise<Member[]>;
}
