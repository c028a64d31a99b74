// The sources in memory, found by the hash of their key: every request asks, so the answer must not cost a query. It reads the
// table again when an unknown key comes or some time has passed, so that another process's changes are seen.

import type { SourceId } from '../../core/model/event.ts';
import type { Clock } from '../../core/ports.ts';
import type { Store } from '../../core/store/store.ts';
import { readSources, type SourceRow } from './store.ts';

export const directoryLimits = {
  sources: 10_000,
  /** Changes made by another process are seen after this long at most; a key that is unknown is looked for at most this often. */
  reloadMs: 30_000,
  reloadUnknownMs: 1_000,
} as const;

export type Directory = {
  load(): Promise<void>;
  rows(): ReadonlyMap<SourceId, SourceRow>;
  /** Takes a row that has just been written. */
  put(row: SourceRow): void;
  /** Whose key it is; undefined for nobody's, a disabled source's, and one that was replaced. */
  find(keyHash: Uint8Array): Promise<SourceId | undefined>;
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export function createDirectory(store: Store, clock: Clock): Directory {
  let rows: ReadonlyMap<SourceId, SourceRow> = new Map();
  let byKey: ReadonlyMap<string, SourceRow> = new Map();
  let loadedAtMs = Number.NEGATIVE_INFINITY;
  let loading: Promise<void> | undefined;
  let puts = 0;

  function remember(all: readonly SourceRow[]): void {
    const keys = new Map<string, SourceRow>();
    for (const row of all) if (row.previous_key_hash !== null) keys.set(hex(row.previous_key_hash), row);
    for (const row of all) keys.set(hex(row.key_hash), row);
    rows = new Map(all.map((row) => [row.source_id, row]));
    byKey = keys;
  }

  /** What was read before a change was put is older than the change: then it is read again. */
  async function read(): Promise<void> {
    for (let seen = -1; seen !== puts; ) {
      seen = puts;
      const all = await readSources(store, directoryLimits.sources);
      if (seen === puts) remember(all);
    }
    loadedAtMs = clock.nowMs();
  }

  /** Requests that come at the same moment share one reading. */
  function load(): Promise<void> {
    loading ??= read().finally(() => {
      loading = undefined;
    });
    return loading;
  }

  function find(hash: string, nowMs: number): SourceId | undefined {
    const row = byKey.get(hash);
    if (row === undefined || row.disabled_at_ms !== null) return undefined;
    return hex(row.key_hash) === hash || nowMs < (row.previous_key_until_ms ?? 0) ? row.source_id : undefined;
  }

  return {
    load,
    rows: () => rows,
    put(row) {
      puts += 1;
      remember([...[...rows.values()].filter(({ source_id }) => source_id !== row.source_id), row].sort(byId));
    },
    async find(keyHash) {
      const nowMs = clock.nowMs();
      const hash = hex(keyHash);
      const found = find(hash, nowMs);
      if (nowMs - loadedAtMs < (found === undefined ? directoryLimits.reloadUnknownMs : directoryLimits.reloadMs)) return found;
      await load();
      return find(hash, nowMs);
    },
  };
}

const byId = (left: SourceRow, right: SourceRow) => left.source_id - right.source_id;
