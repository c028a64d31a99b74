// Sources: the systems that events come from, each with a write key of its own. A key is shown once, when it is made; afterwards the
// node knows it only by its keyed hash. All sources are held in memory, so that looking a key up costs one hash and no query.

import { Fault } from '../../core/errors.ts';
import type { SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Migration, Store } from '../../core/store/store.ts';
import type { TextSeal } from '../../core/vault/vault.ts';
import { dictionaryMigrations } from './dictionary-store.ts';
import { createDirectory, directoryLimits } from './directory.ts';
import { quarantineMigrations } from './quarantine-store.ts';
import { insertSource, sourceMigrations as ownMigrations, replaceSource, type SourceRow, sourcesTable } from './store.ts';

export { type Arrivals, type Arrived, createArrivals } from './arrivals.ts';
export { Dictionaries, type StoredDictionary } from './dictionaries.ts';
export type { Applied, CompiledDictionary, DictionaryDocument } from './dictionary.ts';
export { dictionaryLimits } from './dictionary-document.ts';
export type { DictionaryVersion } from './dictionary-store.ts';
export { Quarantine, type QuarantinedEvent, quarantineLimits, type Replayed } from './quarantine.ts';
export { quarantineSealedColumn } from './quarantine-store.ts';
export { sourcesTable } from './store.ts';

/** Of the whole slice: sources, their dictionaries, and quarantine. */
export const sourceMigrations: readonly Migration[] = [...ownMigrations, ...dictionaryMigrations, ...quarantineMigrations];

export const sourceKinds = ['website', 'app', 'server', 'file', 'connector'] as const;
export type SourceKind = (typeof sourceKinds)[number];

export type Source = {
  id: SourceId;
  name: string;
  kind: SourceKind;
  createdAtMs: number;
  keyMadeAtMs: number;
  /** Until when the key before the last rotation is still taken. */
  previousKeyUntilMs?: number;
  disabledAtMs?: number;
};

export type SourceWithKey = { source: Source; writeKey: string };

export const sourceLimits = {
  /** Sources in one node. Beyond: `limit_reached`. */
  sources: directoryLimits.sources,
  nameLength: 128,
  /** How long an old key may be taken after a rotation: 90 days. */
  keepPreviousMs: 90 * 86_400_000,
} as const;

export type SourcesParts = TextSeal & {
  store: Store;
  ports: Ports;
  /** A keyed hash (BLAKE2b, HMAC) under a key that never leaves the vault. */
  hashKey(writeKey: string): Uint8Array;
};

export type Sources = {
  /** @throws {Fault} `bad_request` for a bad name or kind, `conflict` when the name is taken, `limit_reached` */
  add(wanted: { name: string; kind: SourceKind }): Promise<SourceWithKey>;
  list(): Promise<Source[]>;
  /** A new key. The old one is taken for `keepPreviousMs` more, 0 by default. @throws {Fault} `not_found` */
  rotate(id: SourceId, keepPreviousMs?: number): Promise<SourceWithKey>;
  /** Events of a disabled source are refused like those of an unknown key; its data stays. @throws {Fault} `not_found` */
  setEnabled(id: SourceId, enabled: boolean): Promise<Source>;
  sourceByKey(writeKey: string): Promise<SourceId | undefined>;
};

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * 120 random bits as "c" and 24 characters: the shape of a CUID, which is the only single-part key that Jitsu's client takes.
 */
export function makeWriteKey(random: Ports['random']): string {
  // 256 is a multiple of 32, so the low five bits of a random byte are uniform.
  return `c${Array.from(random.bytes(24), (byte) => alphabet[byte & 31]).join('')}`;
}

/** The sources of a node that is unsealed; make it anew after each unsealing. */
export function createSources(parts: SourcesParts): Sources {
  const { store, ports, hashKey } = parts;
  const directory = createDirectory(store, ports.clock);
  let changing: Promise<unknown> = Promise.resolve();

  /** Changes go one after the other, each on the newest state, so that two cannot undo each other. */
  function change<T>(make: () => Promise<T>): Promise<T> {
    const next = changing.then(directory.load).then(make);
    changing = next.catch(() => undefined);
    return next;
  }

  const view = (row: SourceRow): Source => toSource(row, parts.openText(sourcesTable.name, 'name', row.source_id, row.name));

  function held(id: SourceId): SourceRow {
    const row = directory.rows().get(id);
    if (row === undefined) throw new Fault('not_found', 'source');
    return row;
  }

  async function replace(row: SourceRow): Promise<Source> {
    await store.transact([replaceSource(row)]);
    directory.put(row);
    return view(row);
  }

  async function insert(name: string, kind: SourceKind): Promise<SourceWithKey> {
    const nowMs = ports.clock.nowMs();
    const writeKey = makeWriteKey(ports.random);
    const id = await store.allocate('sources', 1);
    const row: SourceRow = {
      source_id: id,
      kind,
      name: parts.sealText(sourcesTable.name, 'name', id, name),
      key_hash: hashKey(writeKey),
      previous_key_hash: null,
      previous_key_until_ms: null,
      created_at_ms: nowMs,
      key_made_at_ms: nowMs,
      disabled_at_ms: null,
    };
    await store.transact([insertSource(row)]);
    directory.put(row);
    return { source: view(row), writeKey };
  }

  return {
    add: ({ name, kind }) =>
      change(async () => {
        const tidy = checkName(name);
        if (!sourceKinds.includes(kind)) throw new Fault('bad_request', 'kind');
        const rows = [...directory.rows().values()];
        if (rows.length >= sourceLimits.sources) throw new Fault('limit_reached', 'sources');
        if (rows.some((row) => view(row).name === tidy)) throw new Fault('conflict', 'name');
        return insert(tidy, kind);
      }),
    async list() {
      await directory.load();
      return [...directory.rows().values()].map(view);
    },
    rotate: (id, keepPreviousMs = 0) =>
      change(async () => {
        const writeKey = makeWriteKey(ports.random);
        const row = rotated(held(id), hashKey(writeKey), ports.clock.nowMs(), keepPreviousMs);
        return { source: await replace(row), writeKey };
      }),
    setEnabled: (id, enabled) =>
      change(async () => {
        const row = held(id);
        if ((row.disabled_at_ms === null) === enabled) return view(row);
        return replace({ ...row, disabled_at_ms: enabled ? null : ports.clock.nowMs() });
      }),
    sourceByKey: (writeKey) => directory.find(hashKey(writeKey)),
  };
}

function rotated(row: SourceRow, keyHash: Uint8Array, nowMs: number, keepPreviousMs: number): SourceRow {
  const keeps = keepPreviousMs > 0;
  return {
    ...row,
    key_hash: keyHash,
    previous_key_hash: keeps ? row.key_hash : null,
    previous_key_until_ms: keeps ? nowMs + Math.min(keepPreviousMs, sourceLimits.keepPreviousMs) : null,
    key_made_at_ms: nowMs,
  };
}

function checkName(name: string): string {
  const tidy = name.trim().normalize('NFC');
  if (tidy === '' || tidy.length > sourceLimits.nameLength || !tidy.isWellFormed() || /\p{Cc}/u.test(tidy)) {
    throw new Fault('bad_request', 'name');
  }
  return tidy;
}

function toSource(row: SourceRow, name: string): Source {
  return {
    id: row.source_id,
    name,
    kind: row.kind as SourceKind,
    createdAtMs: row.created_at_ms,
    keyMadeAtMs: row.key_made_at_ms,
    ...(row.previous_key_until_ms === null ? {} : { previousKeyUntilMs: row.previous_key_until_ms }),
    ...(row.disabled_at_ms === null ? {} : { disabledAtMs: row.disabled_at_ms }),
  };
}
