// The ring: which keys are open in this process, and how a wrapped key becomes an open one. It reads no tables.
//
//   root -> node wrapping key (HKDF) -> wrapping keys by epoch -> a data key per record and epoch
//                                    -> index master -> an index key per identifier kind (HKDF)
//                                    -> the derived-data key, the audit log's data key and its signing key
//           wrapping keys by epoch   -> an audit key per record, and its log keys by generation

import { place, SealBroken } from '../../../crypto/envelope.ts';
import { deriveKey } from '../../../crypto/kdf.ts';
import { generateKey, type Key, KeyArena, type KeyUse, unwrapKey, wrapKey } from '../../../crypto/keys.ts';
import { Fault } from '../errors.ts';
import type { Ports } from '../ports.ts';
import type { Row } from '../store/store.ts';
import { KeyCache, type RecordKeys } from './cache.ts';

const nodeKeyPlace = place('node_keys', 'wrapped');
const wrappingKeyPlace = place('wrapping_keys', 'wrapped');
const recordKeyPlace = place('record_keys', 'wrapped');
const auditKeyPlace = place('audit_keys', 'wrapped');
const logKeyPlace = place('log_keys', 'wrapped');
const nodeWrappingContext = 'holdfast/node-keys/v1';
/** The node wrapping key has one generation; its envelopes say so. */
const nodeWrappingEpoch = 1;

/** Turns a seal that does not open into the fault an operator can act on. `where` is a table and a row, never a value. */
export function openOrFault<T>(where: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    if (error instanceof SealBroken) throw new Fault('seal_broken', where, { cause: error });
    throw error;
  }
}

export type Epoch<Use extends KeyUse> = { readonly key: Key<Use>; readonly epoch: number };

/** The node's own keys and what each is for. Those of the audit log never change: what they sealed and signed is hashed for good. */
export const nodeKeyUses = { index: 'index', derived: 'data', audit: 'data', signing: 'signing' } as const;
export type NodeKeyName = keyof typeof nodeKeyUses;
type NodeKeys = { [Name in NodeKeyName]?: Epoch<(typeof nodeKeyUses)[Name]> };

/** Audit keys kept open: those of the customers somebody looked at lately. */
const cachedAuditKeys = 8_192;

export class Ring {
  readonly ports: Ports;
  readonly cache: KeyCache;
  readonly auditCache = new KeyCache<Key<'data'>>(cachedAuditKeys);
  /** What seals entries of the log; whoever opens them reads the rows. */
  readonly logCache = new KeyCache<Epoch<'data'>>(cachedAuditKeys);
  /** The memory of every record key; overwritten whole when the node is sealed. */
  readonly #arena = new KeyArena();
  readonly #node: Key<'wrapping'>;
  readonly #wrapping = new Map<number, Key<'wrapping'>>();
  #wrapEpoch = 0;
  readonly #nodeKeys: NodeKeys = {};
  readonly #indexByKind = new Map<string, Key<'index'>>();
  #closed = false;

  constructor(root: Key<'root'>, ports: Ports, cachedRecords: number) {
    this.ports = ports;
    this.cache = new KeyCache(cachedRecords);
    this.#node = deriveKey(root, 'wrapping', nodeWrappingContext);
  }

  assertOpen(): void {
    if (this.#closed) throw new Fault('sealed');
  }

  get wrapEpoch(): number {
    this.assertOpen();
    return this.#wrapEpoch;
  }

  get derived(): Epoch<'data'> {
    return this.nodeKey('derived') as Epoch<'data'>;
  }

  nodeKey<Name extends NodeKeyName>(name: Name): NonNullable<NodeKeys[Name]> {
    this.assertOpen();
    return this.#nodeKeys[name] as NonNullable<NodeKeys[Name]>;
  }

  /** A fresh key for the node and its row, wrapped under the root. */
  makeNodeKey(name: NodeKeyName, epoch: number): Row {
    const key = generateKey(nodeKeyUses[name], this.ports.random);
    const wrapped = wrapKey(this.#node, nodeWrappingEpoch, nodeKeyPlace, `${name}:${epoch}`, key);
    key.destroy();
    return { name, epoch, wrapped, created_at_ms: this.ports.clock.nowMs() };
  }

  makeWrappingKey(epoch: number): Row {
    const key = generateKey('wrapping', this.ports.random);
    const wrapped = wrapKey(this.#node, nodeWrappingEpoch, wrappingKeyPlace, epoch, key);
    key.destroy();
    return { epoch, wrapped, created_at_ms: this.ports.clock.nowMs() };
  }

  /** Opens rows of node_keys in ascending epochs: the last of each name is the current one. */
  openNodeKeys(rows: readonly Row[]): void {
    for (const row of rows) {
      const name = String(row.name);
      if (!Object.hasOwn(nodeKeyUses, name)) continue;
      this.#openNodeKey(name as NodeKeyName, Number(row.epoch), row.wrapped as Uint8Array);
    }
    const missing = Object.keys(nodeKeyUses).find((name) => !this.#nodeKeys[name as NodeKeyName]);
    if (missing !== undefined) throw new Fault('store_corrupt', 'node_keys: a key of the node is missing');
  }

  #openNodeKey(name: NodeKeyName, epoch: number, wrapped: Uint8Array): void {
    const id = `${name}:${epoch}`;
    const key = openOrFault(`node_keys ${id}; is this the keys.json of this database?`, () =>
      unwrapKey(this.#node, nodeKeyUses[name], nodeKeyPlace, id, wrapped),
    );
    this.#nodeKeys[name]?.key.destroy();
    Object.assign(this.#nodeKeys, { [name]: { key, epoch } });
  }

  /** Opens rows of wrapping_keys; the highest epoch wraps from now on. */
  openWrappingKeys(rows: readonly Row[]): void {
    for (const row of rows) {
      const epoch = Number(row.epoch);
      if (this.#wrapping.has(epoch)) continue;
      const key = openOrFault(`wrapping_keys ${epoch}; is this the keys.json of this database?`, () =>
        unwrapKey(this.#node, 'wrapping', wrappingKeyPlace, epoch, row.wrapped as Uint8Array),
      );
      this.#wrapping.set(epoch, key);
      this.#wrapEpoch = Math.max(this.#wrapEpoch, epoch);
    }
    if (this.#wrapEpoch === 0) throw new Fault('store_corrupt', 'wrapping_keys: there is none');
  }

  dropWrappingKeysBefore(epoch: number): void {
    for (const [old, key] of this.#wrapping) {
      if (old >= epoch) continue;
      key.destroy();
      this.#wrapping.delete(old);
    }
  }

  indexKey(kind: string): Key<'index'> {
    this.assertOpen();
    let key = this.#indexByKind.get(kind);
    if (!key) {
      if (kind.length === 0) throw new RangeError('kind: expected a name, got an empty string');
      if (this.#indexByKind.size >= indexKindsMax) throw new Fault('limit_reached', `${indexKindsMax} identifier kinds`);
      key = deriveKey(this.nodeKey('index').key, 'index', `holdfast/blind-index/v1/${kind}`);
      this.#indexByKind.set(kind, key);
    }
    return key;
  }

  /** A new data key of a record, with its record_keys row. Not cached: only what has been read from the store is. */
  makeRecordKey(recordId: number, epoch: number): { key: Key<'data'>; epoch: number; row: Row } {
    this.assertOpen();
    const key = generateKey('data', this.ports.random, this.#arena);
    return { key, epoch, row: this.wrapRecordKey(recordId, epoch, key) };
  }

  wrapRecordKey(recordId: number, epoch: number, key: Key<'data'>): Row {
    const wrapping = this.#wrapping.get(this.#wrapEpoch) as Key<'wrapping'>;
    const wrapped = wrapKey(wrapping, this.#wrapEpoch, recordKeyPlace, `${recordId}:${epoch}`, key);
    return { record_id: recordId, epoch, wrap_epoch: this.#wrapEpoch, wrapped };
  }

  /** Unwraps one row of record_keys, outside the cache. */
  unwrapRecordKey(row: Row): Key<'data'> {
    this.assertOpen();
    const where = `record_keys ${row.record_id}:${row.epoch}`;
    const wrapping = this.#wrapping.get(Number(row.wrap_epoch));
    if (!wrapping) throw new Fault('seal_broken', `${where} names wrapping key ${row.wrap_epoch}, which is not open here`);
    return openOrFault(where, () =>
      unwrapKey(wrapping, 'data', recordKeyPlace, `${row.record_id}:${row.epoch}`, row.wrapped as Uint8Array, this.#arena),
    );
  }

  /** A new key for what the audit log says about a record, and its audit_keys row. */
  makeAuditKey(recordId: number): { key: Key<'data'>; row: Row } {
    this.assertOpen();
    const key = generateKey('data', this.ports.random, this.#arena);
    return { key, row: this.wrapAuditKey(recordId, key) };
  }

  wrapAuditKey(recordId: number, key: Key<'data'>): Row {
    const wrapping = this.#wrapping.get(this.#wrapEpoch) as Key<'wrapping'>;
    const wrapped = wrapKey(wrapping, this.#wrapEpoch, auditKeyPlace, recordId, key);
    return { record_id: recordId, wrap_epoch: this.#wrapEpoch, wrapped };
  }

  /** Unwraps one row of audit_keys, outside the cache. */
  unwrapAuditKey(row: Row): Key<'data'> {
    this.assertOpen();
    const where = `audit_keys ${row.record_id}`;
    const wrapping = this.#wrapping.get(Number(row.wrap_epoch));
    if (!wrapping) throw new Fault('seal_broken', `${where} names wrapping key ${row.wrap_epoch}, which is not open here`);
    return openOrFault(where, () =>
      unwrapKey(wrapping, 'data', auditKeyPlace, Number(row.record_id), row.wrapped as Uint8Array, this.#arena),
    );
  }

  /** A new key for entries of the audit log about a record, and its log_keys row. */
  makeLogKey(recordId: number, generation: number): Epoch<'data'> & { row: Row } {
    this.assertOpen();
    const key = generateKey('data', this.ports.random, this.#arena);
    return { key, epoch: generation, row: this.wrapLogKey(recordId, generation, key) };
  }

  wrapLogKey(recordId: number, generation: number, key: Key<'data'>): Row {
    const wrapping = this.#wrapping.get(this.#wrapEpoch) as Key<'wrapping'>;
    const wrapped = wrapKey(wrapping, this.#wrapEpoch, logKeyPlace, `${recordId}:${generation}`, key);
    return { record_id: recordId, generation, wrap_epoch: this.#wrapEpoch, wrapped };
  }

  /** Unwraps one row of log_keys. */
  unwrapLogKey(row: Row): Key<'data'> {
    this.assertOpen();
    const id = `${row.record_id}:${row.generation}`;
    const wrapping = this.#wrapping.get(Number(row.wrap_epoch));
    if (!wrapping) throw new Fault('seal_broken', `log_keys ${id} names wrapping key ${row.wrap_epoch}, which is not open here`);
    return openOrFault(`log_keys ${id}`, () =>
      unwrapKey(wrapping, 'data', logKeyPlace, id, row.wrapped as Uint8Array, this.#arena),
    );
  }

  /** Rows of one record, all of its epochs, in any order. */
  openRecord(recordId: number, rows: readonly Row[]): RecordKeys {
    const known = this.cache.get(recordId);
    if (known && known.byEpoch.size === rows.length && rows.every((row) => known.byEpoch.has(Number(row.epoch)))) return known;
    const byEpoch = new Map<number, Key<'data'>>();
    let current: Epoch<'data'> | undefined;
    for (const row of rows) {
      const epoch = Number(row.epoch);
      const key = known?.byEpoch.get(epoch) ?? this.unwrapRecordKey(row);
      byEpoch.set(epoch, key);
      if (!current || epoch > current.epoch) current = { key, epoch };
    }
    const keys: RecordKeys = { current: current as Epoch<'data'>, byEpoch };
    this.cache.set(recordId, keys);
    return keys;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.cache.clear();
    this.auditCache.clear();
    this.logCache.clear();
    this.#arena.destroyAll();
    for (const key of this.#wrapping.values()) key.destroy();
    for (const key of this.#indexByKind.values()) key.destroy();
    this.#wrapping.clear();
    this.#indexByKind.clear();
    for (const held of Object.values(this.#nodeKeys)) held.key.destroy();
    this.#node.destroy();
  }
}

/** Kinds come from configuration, not from clients; this only bounds a mistake. */
const indexKindsMax = 4096;
