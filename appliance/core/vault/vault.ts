// The vault: which keys are open in this process. Unlocking (unlock.ts) gives the root; openVault gives everything under it
// until close() seals the node again. All slices get their keys here.

import type { Key } from '../../../crypto/keys.ts';
import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Change, Row, Store } from '../store/store.ts';
import { cachedRecordsDefault, type RecordKeys } from './cache.ts';
import { type DataRotation, resealRecords, type SealedColumn } from './reseal.ts';
import { rewrapRecordKeys, type WrappingRotation } from './rewrap.ts';
import { type NodeKeyName, nodeKeyUses, Ring } from './ring.ts';
import {
  addAuditKey,
  addLogKeys,
  deleteRecordKeys,
  firstLogGeneration,
  lastRecordId,
  nodeKeys,
  type Progress,
  type RotationKind,
  readAuditKeys,
  readEpochs,
  readLogKeys,
  readNodeKeys,
  readRecordKeys,
  readRotations,
  wrappingKeys,
} from './store.ts';

// The front door: what others may call, wherever it lives in this folder.
export type { RecordKeys } from './cache.ts';
export { vaultMigrations } from './migrations.ts';
export type { SealedColumn } from './reseal.ts';
export { openOrFault } from './ring.ts';
export { offerShares, type ShareOffer, sharesOf, takeShares } from './share-offer.ts';
export { type Progress, recordKeys, vaultTables } from './store.ts';
export { type ByteSeal, byteSeal, type TextSeal, textSeal } from './text-seal.ts';
export { changePassphrase, createKeyFile, keyFileExists, newShares, unlock } from './unlock.ts';

export interface Vault {
  /** One key per identifier kind, the same in every process of this node. @throws {Fault} `sealed` */
  indexKey(kind: string): Key<'index'>;
  /** For derived data: what can be rebuilt from records. */
  derivedKey(): Key<'data'>;
  readonly derivedEpoch: number;
  /** Seals what the audit log says that is about no single customer. Stays for good: what it sealed is hashed. */
  auditKey(): Key<'data'>;
  readonly auditEpoch: number;
  /** Signs the audit log's heads. Made once. */
  signingKey(): Key<'signing'>;
  /**
   * The keys that seal what entries of the audit log say about these records; nothing is read for them. Absent: no record has had this number.
   * Of an erased one the row is not written, so what was sealed for it never opens.
   * @param wanted with the number of the entry, which is written in the same transaction; a key that is made is known by it
   * @returns `changes` to be written in the transaction that first uses a new key; `keep` once they are on disk
   */
  logKeys(wanted: readonly { recordId: number; entry: number }[]): {
    keys: Map<number, SealingKey>;
    changes: Change[];
    keep(): void;
  };
  /** Opens those. @param named which record's, and the generation that the envelope names */
  openLogKeys(
    named: readonly { recordId: number; generation: number }[],
  ): Promise<(recordId: number, generation: number) => Key<'data'> | undefined>;
  /**
   * The keys that seal what else is said about these records outside their own rows, made for those that have none. Absent: unknown or erased.
   * @returns `changes` to be written in the transaction that first uses a new key; `keep` once they are on disk
   */
  auditKeys(recordIds: readonly number[]): Promise<{ keys: Map<number, Key<'data'>>; changes: Change[]; keep(): void }>;
  /** Those that exist. */
  openAuditKeys(recordIds: readonly number[]): Promise<Map<number, Key<'data'>>>;
  /** The caller writes `row` to `recordKeys` in the transaction that first uses the key; never the key without the row. */
  newRecordKey(recordId: number): { key: Key<'data'>; epoch: number; row: Row };
  /**
   * Unwraps rows of record_keys: all epochs of each record named, in any order. An envelope of an epoch that is not in
   * `byEpoch` was re-sealed since the rows were read: read them again.
   * @throws {Fault} `seal_broken`, `sealed`
   */
  openRecordKeys(rows: readonly Row[]): Map<number, RecordKeys>;
  /** Records without keys (unknown or erased) are absent from the map. Reads those only that are not open yet. */
  loadRecordKeys(recordIds: readonly number[]): Promise<Map<number, RecordKeys>>;
  /** Erasure: the changes that destroy all keys of these records. After they are on disk: forgetRecordKeys, then store.scrub. */
  destroyRecordKeys(recordIds: readonly number[]): Change[];
  /** Drops keys from memory; they are overwritten as soon as nobody holds them. */
  forgetRecordKeys(recordIds: readonly number[]): void;
  /** A new wrapping key; every record key re-wrapped under it; the old one removed. Resumes where a kill left it. */
  rotateWrappingKey(progress?: Progress, options?: WrappingRotation): Promise<void>;
  /** A new data key for every record, its rows re-sealed; the old ones removed. Resumes where a kill left it. */
  rotateDataKeys(columns: readonly SealedColumn[], progress: Progress | undefined, options: DataRotation): Promise<void>;
  /** Rotations begun and not finished: call them again to go on. */
  unfinishedRotations(): Promise<RotationKind[]>;
  /** Wrapping keys that exist, and when each was made. */
  epochs(): Promise<{ epoch: number; madeAtMs: number }[]>;
  /** Seals: overwrites every key in memory. All calls after it throw `sealed`. */
  close(): void;
}

/** A key and the generation that its envelopes name. */
export type SealingKey = { readonly key: Key<'data'>; readonly epoch: number };

/** Records whose keys one statement reads. */
const recordsPerRead = 1000;

/**
 * Opens the node's keys, making them on first use in one transaction. The schema is up to date (vaultMigrations).
 * @param root may be destroyed by the caller after this returns
 * @throws {Fault} `seal_broken` when the root is not the one of this database
 */
export async function openVault(parts: {
  store: Store;
  root: Key<'root'>;
  ports: Ports;
  /** How many records' keys stay open. */
  cachedRecords?: number;
}): Promise<Vault> {
  const { store, root, ports } = parts;
  const ring = new Ring(root, ports, parts.cachedRecords ?? cachedRecordsDefault);
  try {
    let rows = await readNodeKeys(store);
    if (rows.node.length === 0 && rows.wrapping.length === 0) {
      // Two processes may do this at once: the first to write wins, and both read what was written.
      await store.transact([
        {
          op: 'insert',
          table: nodeKeys,
          rows: (Object.keys(nodeKeyUses) as NodeKeyName[]).map((name) => ring.makeNodeKey(name, 1)),
          onConflict: 'ignore',
        },
        { op: 'insert', table: wrappingKeys, rows: [ring.makeWrappingKey(1)], onConflict: 'ignore' },
      ]);
      rows = await readNodeKeys(store);
    }
    // A database from before the audit log has no keys for it yet.
    const later = auditLogKeys.filter((name) => !rows.node.some((row) => row.name === name));
    if (later.length > 0 && rows.node.length > 0) {
      const made = later.map((name) => ring.makeNodeKey(name, 1));
      await store.transact([{ op: 'insert', table: nodeKeys, rows: made, onConflict: 'ignore' }]);
      rows = await readNodeKeys(store);
    }
    ring.openNodeKeys(rows.node);
    ring.openWrappingKeys(rows.wrapping);
    return new OpenVault(store, ring, await lastRecordId(store));
  } catch (error) {
    ring.close();
    throw error;
  }
}

const auditLogKeys: readonly NodeKeyName[] = ['audit', 'signing'];

class OpenVault implements Vault {
  readonly #store: Store;
  readonly #ring: Ring;
  #rotating = false;
  #lastRecord: number;

  /** @param lastRecord the highest number of a record that has keys */
  constructor(store: Store, ring: Ring, lastRecord: number) {
    this.#store = store;
    this.#ring = ring;
    this.#lastRecord = lastRecord;
  }

  indexKey(kind: string): Key<'index'> {
    return this.#ring.indexKey(kind);
  }

  derivedKey(): Key<'data'> {
    return this.#ring.derived.key;
  }

  get derivedEpoch(): number {
    return this.#ring.derived.epoch;
  }

  auditKey(): Key<'data'> {
    return this.#ring.nodeKey('audit').key;
  }

  get auditEpoch(): number {
    return this.#ring.nodeKey('audit').epoch;
  }

  signingKey(): Key<'signing'> {
    return this.#ring.nodeKey('signing').key;
  }

  logKeys(wanted: readonly { recordId: number; entry: number }[]) {
    this.#ring.assertOpen();
    const keys = new Map<number, SealingKey>();
    const rows: Row[] = [];
    const made = new Map<number, SealingKey>();
    for (const { recordId, entry } of wanted) {
      if (recordId > this.#lastRecord || keys.has(recordId)) continue;
      const held = this.#ring.logCache.get(recordId);
      if (held) keys.set(recordId, held);
      else {
        const { row, ...fresh } = this.#ring.makeLogKey(recordId, firstLogGeneration + entry);
        keys.set(recordId, fresh);
        made.set(recordId, fresh);
        rows.push(row);
      }
    }
    const keep = () => {
      for (const [id, key] of made) this.#ring.logCache.set(id, key);
    };
    return { keys, changes: addLogKeys(rows), keep };
  }

  async openLogKeys(named: readonly { recordId: number; generation: number }[]) {
    this.#ring.assertOpen();
    const old = await this.openAuditKeys(
      named.flatMap(({ recordId, generation }) => (generation < firstLogGeneration ? [recordId] : [])),
    );
    const generations = [...new Set(named.map(({ generation }) => generation))].filter((one) => one >= firstLogGeneration);
    const opened = new Map<number, { recordId: number; key: Key<'data'> }>();
    for (let at = 0; at < generations.length; at += recordsPerRead) {
      for (const row of await readLogKeys(this.#store, generations.slice(at, at + recordsPerRead)))
        opened.set(Number(row.generation), { recordId: Number(row.record_id), key: this.#ring.unwrapLogKey(row) });
    }
    return (recordId: number, generation: number) => {
      if (generation < firstLogGeneration) return old.get(recordId);
      const found = opened.get(generation);
      return found?.recordId === recordId ? found.key : undefined;
    };
  }

  async auditKeys(recordIds: readonly number[]): Promise<{ keys: Map<number, Key<'data'>>; changes: Change[]; keep(): void }> {
    const { keys, known } = await this.#heldAuditKeys(recordIds);
    const changes: Change[] = [];
    const made = new Map<number, Key<'data'>>();
    for (const id of known) {
      if (keys.has(id)) continue;
      const { key, row } = this.#ring.makeAuditKey(id);
      made.set(id, key);
      changes.push(addAuditKey(row));
    }
    for (const [id, key] of made) keys.set(id, key);
    const keep = () => {
      for (const [id, key] of made) this.#ring.auditCache.set(id, key);
    };
    return { keys, changes, keep };
  }

  async openAuditKeys(recordIds: readonly number[]): Promise<Map<number, Key<'data'>>> {
    return (await this.#heldAuditKeys(recordIds)).keys;
  }

  async #heldAuditKeys(recordIds: readonly number[]): Promise<{ keys: Map<number, Key<'data'>>; known: Set<number> }> {
    this.#ring.assertOpen();
    const keys = new Map<number, Key<'data'>>();
    const missing: number[] = [];
    for (const id of new Set(recordIds)) {
      const held = this.#ring.auditCache.get(id);
      if (held) keys.set(id, held);
      else missing.push(id);
    }
    const known = new Set<number>();
    for (let at = 0; at < missing.length; at += recordsPerRead) {
      const found = await readAuditKeys(this.#store, missing.slice(at, at + recordsPerRead));
      for (const id of found.known) known.add(id);
      for (const row of found.rows) {
        const key = this.#ring.unwrapAuditKey(row);
        keys.set(Number(row.record_id), key);
        this.#ring.auditCache.set(Number(row.record_id), key);
      }
    }
    return { keys, known };
  }

  newRecordKey(recordId: number): { key: Key<'data'>; epoch: number; row: Row } {
    this.#lastRecord = Math.max(this.#lastRecord, recordId);
    return this.#ring.makeRecordKey(recordId, 1);
  }

  openRecordKeys(rows: readonly Row[]): Map<number, RecordKeys> {
    this.#ring.assertOpen();
    const byRecord = new Map<number, Row[]>();
    for (const row of rows) {
      const id = Number(row.record_id);
      const known = byRecord.get(id);
      if (known) known.push(row);
      else byRecord.set(id, [row]);
    }
    const opened = new Map<number, RecordKeys>();
    for (const [id, own] of byRecord) opened.set(id, this.#ring.openRecord(id, own));
    return opened;
  }

  async loadRecordKeys(recordIds: readonly number[]): Promise<Map<number, RecordKeys>> {
    this.#ring.assertOpen();
    const loaded = new Map<number, RecordKeys>();
    const missing: number[] = [];
    for (const id of new Set(recordIds)) {
      const known = this.#ring.cache.get(id);
      if (known) loaded.set(id, known);
      else missing.push(id);
    }
    for (let at = 0; at < missing.length; at += recordsPerRead) {
      const rows = await readRecordKeys(this.#store, missing.slice(at, at + recordsPerRead));
      for (const [id, keys] of this.openRecordKeys(rows)) loaded.set(id, keys);
    }
    return loaded;
  }

  destroyRecordKeys(recordIds: readonly number[]): Change[] {
    this.#ring.assertOpen();
    this.forgetRecordKeys(recordIds);
    const changes: Change[] = [];
    for (let at = 0; at < recordIds.length; at += recordsPerRead) {
      changes.push(...deleteRecordKeys(recordIds.slice(at, at + recordsPerRead)));
    }
    return changes;
  }

  forgetRecordKeys(recordIds: readonly number[]): void {
    this.#ring.cache.forget(recordIds);
    this.#ring.auditCache.forget(recordIds);
    this.#ring.logCache.forget(recordIds);
  }

  rotateWrappingKey(progress?: Progress, options: WrappingRotation = {}): Promise<void> {
    return this.#alone(() => rewrapRecordKeys(this.#store, this.#ring, progress ?? (() => {}), options));
  }

  rotateDataKeys(columns: readonly SealedColumn[], progress: Progress | undefined, options: DataRotation): Promise<void> {
    return this.#alone(() => resealRecords(this.#store, this.#ring, columns, progress ?? (() => {}), options));
  }

  epochs(): Promise<{ epoch: number; madeAtMs: number }[]> {
    return readEpochs(this.#store);
  }

  async unfinishedRotations(): Promise<RotationKind[]> {
    return (await readRotations(this.#store)).map((rotation) => rotation.kind);
  }

  close(): void {
    this.#ring.close();
  }

  async #alone(rotate: () => Promise<void>): Promise<void> {
    this.#ring.assertOpen();
    if (this.#rotating) throw new Fault('conflict', 'a key rotation is already running');
    this.#rotating = true;
    try {
      await rotate();
    } finally {
      this.#rotating = false;
    }
  }
}
