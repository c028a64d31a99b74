// What the record is made of: the functions of the node that it calls, and which of its columns are sealed.

import type { ConsentWatcher } from '../../core/model/consent.ts';
import type { CustomerDecisions } from '../../core/model/customer-decisions.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import type { SealedColumn, Vault } from '../../core/vault/vault.ts';
import type { RecordDeclaration } from './config.ts';
import type { Sources } from './golden.ts';
import { consentsTable, decisionsTable, eventsTable, statesTable, timelineTable } from './migrations.ts';
import type { PersonWatcher } from './person-watch.ts';
import type { RecorderLimits } from './recorder.ts';
import type { ReindexLimits } from './reindex.ts';

export type ProfilesParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  declaration: RecordDeclaration;
  sources: Sources & {
    ids(): readonly number[];
    /** The source that stands for people typing values in. */
    byHandId(): number;
  };
  /** Is told of every change in consents and in whose records are whose, once it is on disk. */
  consentWatcher?: ConsentWatcher;
  /** Whether answers are late: what goes on in the background gives way. */
  isLate?(): boolean;
  /** Is told of everybody whose facts changed, once it is on disk. */
  personWatcher?: PersonWatcher;
  /** What is decided about a person, for their profile. */
  decided?(personId: number): CustomerDecisions | Promise<CustomerDecisions>;
  /** Records beside a lead and does nothing by itself. @returns the version of the lead's settings that it has loaded */
  beside?(): number;
  /** Smaller ones for small machines and tests. */
  limits?: Partial<RecorderLimits & ReindexLimits & { cachedRecords: number }>;
};

/** Columns sealed under record keys, for rotation and erasure. `settled` belongs to the rotation: see `Profiles.settled`. */
export const sealedColumns: readonly SealedColumn[] = [
  {
    table: eventsTable,
    column: 'body',
    recordColumn: 'record_id',
    index: timelineTable.name,
    rowOf: (row) => row.event_seq as number,
  },
  { table: statesTable, column: 'body', recordColumn: 'record_id', rowOf: (row) => row.record_id as number },
  { table: consentsTable, column: 'body', recordColumn: 'record_id', rowOf: (row) => row.record_id as number },
  { table: decisionsTable, column: 'body', recordColumn: 'anchor_id', rowOf: (row) => row.decision_id as number },
];
