// Who keeps something about customers. A slice that does registers how it gives that out and how it forgets it; a test reads the tables of
// all migrations and fails for one that nobody answers for.

import type { Event, SourceId } from '../../core/model/event.ts';

/** Whom an export is about. */
export type Subject = { readonly person: number; readonly recordIds: readonly number[] };

/** Records that were erased, for whoever keeps something beside the record. */
export type Gone = {
  readonly erasure: string;
  readonly recordIds: readonly number[];
  readonly erasedAtMs: number;
  /** Whether an event speaks of one of them, by its ids or by a value that only they claimed. */
  concerns(source: SourceId, event: Event): boolean;
};

export type SubjectHolder = {
  /** As the parts of an export are named. */
  readonly name: string;
  /** Tables of the migrations that it answers for. */
  readonly tables: readonly string[];
  /** All that is kept, as people and programs read it; undefined where there is nothing. */
  export(subject: Subject): Promise<unknown>;
  /** Removes what is kept. Called again after a kill and when a backup was restored: the second time there is nothing left. @returns how many rows */
  erase(gone: Gone): Promise<number>;
};

/** Tables that say nothing of customers, with the reason; a new one is looked at by whoever adds it. */
export const nothingAboutSubjects: { readonly [table: string]: string } = {
  figures: 'numbers of the whole node by hour',
  node_keys: "the node's own keys",
  wrapping_keys: 'keys that wrap those of records; they go with a rotation',
  key_rotations: 'how far a rotation came, as a number of a record',
  audit_nodes: 'hashes of sealed entries',
  audit_heads: 'signed roots over hashes',
  fold_marks: 'a number of an event',
  index_rules: 'a keyed hash of what is declared',
  messages:
    'keyed hashes of message ids without a link to anybody; they stay so that an erased message sent again is not taken for a new one',
  sources: 'systems of the organisation and their keys',
  source_dictionaries: 'rules that the organisation declared',
  erasures: 'keyed hashes of records that are gone, numbers and times: the list that keeps a backup from bringing them back',
  people: 'staff who sign in, no customers',
  sessions: 'of staff, no customers',
  sign_in_links: 'for staff, no customers',
  sign_in_attempts: 'keyed hashes of who tried to sign in as staff',
  retention_runs: 'counts per rule',
  oversight_documents: 'registers and assessments of processing; they speak of purposes',
  api_keys: 'of programs, no customers',
  passkeys: 'of staff, no customers',
  directory_users: 'staff as the directory names them, no customers',
  directory_groups: 'of staff, no customers',
  outside_identities: 'of staff at their provider, no customers',
  policy_versions: 'texts of policies',
  approvals: 'acts that staff proposed, sealed; of customers they hold numbers alone',
  break_glass: 'who of the staff broke the glass and why; customers looked at stand in the audit log',
  audit_cosignatures: 'signatures of other nodes over roots of the log',
  audit_witnessed: 'heads of other nodes',
  access_marks: 'how far the log was looked at',
  consent_texts: 'texts that the organisation shows',
  catalogue_entries: 'sketches of fields over many customers; no value of a single one',
  catalogue_words: 'what people said of fields',
  quality_rules: 'rules that the organisation declared',
  quality_alarms: 'scores of sources',
  models: 'what was asked of trainings; no customer',
  model_versions: 'figures over many customers, and who of the staff decided',
  model_parts: 'trained models, reports without single customers, and files that staff brought',
  model_jobs: 'trainings that staff asked for',
  model_checkpoints: 'half-trained models',
  model_days: 'counts of customers by score',
  alarms: 'numbers of findings, glasses and quality alarms, and who of the staff they are about; no customer',
  alarms_told: 'which alarms were sent',
  segments: 'rules that staff wrote',
  segment_versions: 'rules that staff wrote',
  segment_marks: 'a number of a change',
  // Both need a holder as soon as a node takes part in matches: until a match ends, its side of the lists names the node's own customers, and
  // what a member learned stays in its book. A coordinator's tables hold sealed messages of others and points that nobody can lead back.
  segment_snapshots: 'names and counts of snapshots; who is in one stands in its pages',
};

export class SubjectRegistry {
  readonly #holders = new Map<string, SubjectHolder>();

  register(holder: SubjectHolder): void {
    if (this.#holders.has(holder.name)) throw new TypeError(`${holder.name} is registered twice`);
    this.#holders.set(holder.name, holder);
  }

  get holders(): readonly SubjectHolder[] {
    return [...this.#holders.values()];
  }

  /** Names of tables for which nobody answers, or more than one. */
  unanswered(tables: readonly string[]): string[] {
    const answered = this.holders.flatMap(({ tables: own }) => own);
    const times = (table: string) =>
      answered.filter((one) => one === table).length + (Object.hasOwn(nothingAboutSubjects, table) ? 1 : 0);
    return tables.filter((table) => times(table) !== 1);
  }
}
