// What the node's segments stand on, as node.ts passes it in: the customers' matrix and its feed, facts of persons, the gate, scores and names.

import type { Matrix } from '../../../core/matrix/matrix.ts';
import type { CustomerListener } from '../../../core/model/customer-feed.ts';
import type { Event } from '../../../core/model/event.ts';
import type { PurposeTable } from '../../../core/model/purposes.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Store } from '../../../core/store/store.ts';
import type { TextSeal, Vault } from '../../../core/vault/vault.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import type { KnownEvent, KnownName } from '../rules/vocabulary.ts';
import type { Gate } from './person.ts';

export const segmentLimits = {
  sample: 5,
  overlaps: 20,
  page: 500,
  namesKeptMs: 5_000,
  pruneEveryMs: 3_600_000,
  threads: 2,
} as const;

/** Everybody as features, and the feed that follows the record. */
export type CustomersPort = {
  listen(listener: CustomerListener<PersonFacts>): () => void;
  /** Resolves when everybody has been read once. */
  ready(): Promise<void>;
  settled(): Promise<void>;
  /** A row is looked at again at that moment, if not before. */
  hold(row: number, untilMs: number): void;
  /** Whose a record is. */
  personOf(recordId: number): number | undefined;
  readonly state: { readonly state: 'idle' | 'reading' | 'following'; readonly customers: number };
  readonly matrix: {
    readonly rows: number;
    readonly size: number;
    rowOf(personId: number): number | undefined;
    personOf(row: number): number;
    persons(): Iterable<number>;
    view(nowMs: number): Matrix;
  };
};

export type PeoplePort = {
  factsOf(persons: readonly number[]): Promise<Map<number, PersonFacts>>;
  historyOf(persons: readonly number[], names: ReadonlySet<string>): Promise<Map<number, Event[]>>;
};

export type ComputedDeclared = {
  readonly name: string;
  readonly event: string;
  readonly operation: string;
  readonly windowDays?: number;
};

export type SegmentsParts = TextSeal & {
  store: Store;
  vault: Vault;
  clock: Clock;
  purposes: PurposeTable;
  timeZone: string;
  computed: readonly ComputedDeclared[];
  /** How long entering and leaving are kept. */
  keptDays: number;
  customers: CustomersPort;
  people: PeoplePort;
  gate: Gate;
  /** The gate for everybody: a byte at each person's number. */
  mayUseAll(purpose: string, channel: string): Promise<{ allowed: Uint8Array }>;
  score(name: string, personId: number): number | undefined;
  scoreNames(): readonly string[];
  /** False while a model serves that has not scored anybody yet. */
  isScored(name: string): boolean;
  /** What sources have told so far. */
  names(): Promise<{ traits: readonly KnownName[]; events: readonly KnownEvent[] }>;
};
