// Sources: the systems that events come from, each with a write key of its own. A key is shown once, when it is made; afterwards the
// node knows it only by its keyed hash. All sources are held in memory, so that looking a key up costs one hash and no query.

import { Fault } from '../../core/errors.ts';
import type { SourceId } from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { insertSource, readSources, replaceSource, type SourceRow, sourcesTable } from './store.ts';

export { sourceMigrations, sourcesTable } from './store.ts';

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
  sources: 10_000,
  nameLength: 128,
  /** How long an old key may be taken after a rotation: 90 days. */
  keepPreviousMs: 90 * 86_400_000,
  /** Changes made by another process are seen after this long at most; a key that is unknown is looked for at most this often. */
  reloadMs: 30_000,
  reloadUnknownMs: 1_000,
} as const;

export type SourcesParts = {
  store: Store;
  ports: Ports;
  /** Seals and opens text at its place; the row is the source's id. */
  sealText(table: string, column: string, row: number, text: string): Uint8Array;
  openText(table: string, column: string, row: number, sealed: Uint8Array): string;
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

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The sources of a node that is unsealed; make it anew after each unsealing. */
export function createSources(parts: SourcesParts): Sources {
  const { store, ports, hashKey } = parts;
  let rows = new Map<SourceId, SourceRow>();
  let byKey = new Map<string, SourceRow>();
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  let changing: Promise<unknown> = Promise.resolve();

  function remember(all: Iterable<SourceRow>): void {
    rows = new Map();
    byKey = new Map();
    for (const row of all) {
      rows.set(row.source_id, row);
      if (row.previous_key_hash !== null) byKey.set(hex(row.previous_key_hash), row);
    }
    for (const row of rows.values()) byKey.set(hex(row.key_hash), row);
  }

  async function load(): Promise<void> {
    loading ??= readSources(store, sourceLimits.sources)
      .then((all) => {
        remember(all);
        loadedAtMs = ports.clock.nowMs();
      })
      .finally(() => {
        loading = undefined;
      });
    await loading;
  }

  /** Changes go one after the other, each on the newest state, so that two cannot undo each other. */
  function change<T>(make: () => Promise<T>): Promise<T> {
    const next = changing.then(load).then(make);
    changing = next.catch(() => undefined);
    return next;
  }

  const view = (row: SourceRow): Source => toSource(row, parts.openText(sourcesTable.name, 'name', row.source_id, row.name));

  function held(id: SourceId): SourceRow {
    const row = rows.get(id);
    if (row === undefined) throw new Fault('not_found', 'source');
    return row;
  }

  async function put(row: SourceRow): Promise<void> {
    await store.transact([replaceSource(row)]);
    remember([...rows.values()].map((other) => (other.source_id === row.source_id ? row : other)));
  }

  function find(hash: string, nowMs: number): SourceId | undefined {
    const row = byKey.get(hash);
    if (row === undefined || row.disabled_at_ms !== null) return undefined;
    if (hex(row.key_hash) === hash || nowMs < (row.previous_key_until_ms ?? 0)) return row.source_id;
    return undefined;
  }

  return {
    add: (wanted) => change(() => addSource(wanted)),
    async list() {
      await load();
      return [...rows.values()].map(view);
    },
    rotate: (id, keepPreviousMs = 0) =>
      change(async () => {
        const nowMs = ports.clock.nowMs();
        const row = held(id);
        const writeKey = makeWriteKey(ports.random);
        const keeps = keepPreviousMs > 0;
        const rotated: SourceRow = {
          ...row,
          key_hash: hashKey(writeKey),
          previous_key_hash: keeps ? row.key_hash : null,
          previous_key_until_ms: keeps ? nowMs + Math.min(keepPreviousMs, sourceLimits.keepPreviousMs) : null,
          key_made_at_ms: nowMs,
        };
        await put(rotated);
        return { source: view(rotated), writeKey };
      }),
    setEnabled: (id, enabled) =>
      change(async () => {
        const row = held(id);
        if ((row.disabled_at_ms === null) === enabled) return view(row);
        const changed: SourceRow = { ...row, disabled_at_ms: enabled ? null : ports.clock.nowMs() };
        await put(changed);
        return view(changed);
      }),
    async sourceByKey(writeKey) {
      const nowMs = ports.clock.nowMs();
      const hash = hex(hashKey(writeKey));
      const found = find(hash, nowMs);
      const ageMs = nowMs - loadedAtMs;
      if (ageMs < (found === undefined ? sourceLimits.reloadUnknownMs : sourceLimits.reloadMs)) return found;
      await load();
      return find(hash, nowMs);
    },
  };

  async function addSource({ name, kind }: { name: string; kind: SourceKind }): Promise<SourceWithKey> {
    const tidy = checkName(name);
    if (!sourceKinds.includes(kind)) throw new Fault('bad_request', 'kind');
    if (rows.size >= sourceLimits.sources) throw new Fault('limit_reached', 'sources');
    if ([...rows.values()].some((row) => view(row).name === tidy)) throw new Fault('conflict', 'name');
    const nowMs = ports.clock.nowMs();
    const writeKey = makeWriteKey(ports.random);
    const id = await store.allocate('sources', 1);
    const row: SourceRow = {
      source_id: id,
      kind,
      name: parts.sealText(sourcesTable.name, 'name', id, tidy),
      key_hash: hashKey(writeKey),
      previous_key_hash: null,
      previous_key_until_ms: null,
      created_at_ms: nowMs,
      key_made_at_ms: nowMs,
      disabled_at_ms: null,
    };
    await store.transact([insertSource(row)]);
    remember([...rows.values(), row]);
    return { source: view(row), writeKey };
  }
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
