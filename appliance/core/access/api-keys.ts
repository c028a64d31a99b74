// Keys for programs. Each has roles, or speaks for the directory of people alone; may be held to some sources; runs out; and is shown
// once: afterwards the node knows it only by a keyed hash. All are held in memory, so that a request costs one hash and no query.

import { Fault } from '../errors.ts';
import { type Principal, type Role, roles } from '../model/principal.ts';
import type { Ports } from '../ports.ts';
import type { Change, Store } from '../store/store.ts';
import type { TextSeal } from '../vault/vault.ts';
import {
  type ApiKeyRow,
  apiKeysTable,
  deleteApiKey,
  insertApiKey,
  noteUse,
  readApiKeys,
  replaceApiKey,
} from './api-key-store.ts';
import { makeToken, readToken } from './api-key-token.ts';

export { apiKeyMigrations } from './api-key-store.ts';

/** `api` for programs that use the API; `directory` for the system that provisions people over SCIM, `metrics` for monitoring, and nothing else. */
export const keyScopes = ['api', 'directory', 'metrics'] as const;
export type KeyScope = (typeof keyScopes)[number];

export const apiKeyLimits = {
  /** Keys that are not revoked. Beyond: `limit_reached`. */
  keys: 1_000,
  /** Revoked and expired ones that are kept to be looked at; beyond it the oldest of them go. */
  ended: 1_000,
  nameLength: 128,
  sources: 100,
  /** The longest a key may live: two years. */
  lifeMs: 731 * 86_400_000,
  /** How long an old key may be taken after a rotation: 30 days. */
  keepPreviousMs: 30 * 86_400_000,
  /** When a key was last used is stored this often at most. */
  noteUseMs: 60_000,
} as const;

export type ApiKey = {
  id: number;
  name: string;
  scope: KeyScope;
  roles: Role[];
  /** The only sources it may touch; all when absent. */
  sources?: number[];
  madeBy: string;
  createdAtMs: number;
  keyMadeAtMs: number;
  previousKeyUntilMs?: number;
  expiresAtMs: number;
  revokedAtMs?: number;
  lastUsedAtMs?: number;
  state: 'valid' | 'expired' | 'revoked';
};

export type WantedKey = {
  name: string;
  scope?: KeyScope;
  roles: readonly Role[];
  sources?: readonly number[];
  expiresAtMs: number;
};
export type KeyWithToken = { key: ApiKey; token: string };

export type ApiKeyParts = TextSeal & {
  store: Store;
  ports: Pick<Ports, 'clock' | 'random'>;
  /** A keyed hash under a key that never leaves the vault. */
  hashKey(token: string): Uint8Array;
  isSource(id: number): boolean;
  /** A write failed and may be on disk all the same: `load` is called before long. */
  distrust(): void;
};

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class ApiKeys {
  readonly #parts: ApiKeyParts;
  readonly #rows = new Map<number, ApiKeyRow>();
  readonly #byHash = new Map<string, number>();
  /** Uses that are not stored yet, by key. */
  #used = new Map<number, number>();
  #storing: Promise<unknown> = Promise.resolve();
  #storedAtMs = 0;
  #changing: Promise<unknown> = Promise.resolve();

  private constructor(parts: ApiKeyParts) {
    this.#parts = parts;
  }

  static async open(parts: ApiKeyParts): Promise<ApiKeys> {
    const keys = new ApiKeys(parts);
    await keys.load();
    return keys;
  }

  /** Takes what is stored for what is so. */
  async load(): Promise<void> {
    const rows = await readApiKeys(this.#parts.store, apiKeyLimits.keys + apiKeyLimits.ended);
    this.#rows.clear();
    this.#byHash.clear();
    for (const row of rows) this.#put(row);
  }

  /** @throws {Fault} `bad_request` that names the field, `conflict` when the name is taken, `limit_reached` */
  add(wanted: WantedKey, madeBy: string): Promise<KeyWithToken> {
    return this.#change(async () => {
      const { store, ports, sealText, hashKey } = this.#parts;
      const nowMs = ports.clock.nowMs();
      const name = this.#checkName(wanted.name);
      const scope = wanted.scope ?? 'api';
      const held = this.#checkRoles(scope, wanted.roles);
      const sources = this.#checkSources(scope, wanted.sources);
      checkExpiry(wanted.expiresAtMs, nowMs);
      const ended = this.#makeRoom(nowMs);
      const token = makeToken(ports.random);
      const id = await store.allocate('api_keys', 1);
      const row: ApiKeyRow = {
        key_id: id,
        name: sealText(apiKeysTable.name, 'name', id, name),
        scope,
        roles: JSON.stringify(held),
        sources: sources === undefined ? null : JSON.stringify(sources),
        made_by: madeBy,
        key_hash: hashKey(token),
        previous_key_hash: null,
        previous_key_until_ms: null,
        created_at_ms: nowMs,
        key_made_at_ms: nowMs,
        expires_at_ms: wanted.expiresAtMs,
        revoked_at_ms: null,
        last_used_at_ms: null,
      };
      await this.#write([...ended.map(deleteApiKey), insertApiKey(row)]);
      for (const gone of ended) this.#drop(gone);
      this.#put(row);
      return { key: this.#view(row), token };
    });
  }

  /** Oldest first. */
  list(): ApiKey[] {
    return [...this.#rows.values()].map((row) => this.#view(row));
  }

  /**
   * A new token for the same key. The old one is taken for `keepPreviousMs` more, never beyond the old date of expiry.
   * @param expiresAtMs a new date; the old one stays when absent
   * @throws {Fault} `not_found`, `conflict` for a revoked key, `bad_request` for a date
   */
  rotate(id: number, options: { keepPreviousMs?: number; expiresAtMs?: number } = {}): Promise<KeyWithToken> {
    return this.#change(async () => {
      const { ports, hashKey } = this.#parts;
      const row = this.#held(id);
      const nowMs = ports.clock.nowMs();
      if (row.revoked_at_ms !== null) throw new Fault('conflict', 'the key is revoked');
      const expiresAtMs = options.expiresAtMs ?? row.expires_at_ms;
      checkExpiry(expiresAtMs, nowMs);
      const keepMs = Math.min(options.keepPreviousMs ?? 0, apiKeyLimits.keepPreviousMs);
      const untilMs = Math.min(nowMs + keepMs, row.expires_at_ms);
      const token = makeToken(ports.random);
      const rotated: ApiKeyRow = {
        ...row,
        key_hash: hashKey(token),
        previous_key_hash: untilMs > nowMs ? row.key_hash : null,
        previous_key_until_ms: untilMs > nowMs ? untilMs : null,
        key_made_at_ms: nowMs,
        expires_at_ms: expiresAtMs,
      };
      await this.#write([replaceApiKey(rotated)]);
      this.#put(rotated);
      return { key: this.#view(rotated), token };
    });
  }

  /** For good, and from now on: the old token of a rotation too. @throws {Fault} `not_found` */
  revoke(id: number): Promise<ApiKey> {
    return this.#change(async () => {
      const row = this.#held(id);
      if (row.revoked_at_ms !== null) return this.#view(row);
      const revoked = { ...row, revoked_at_ms: this.#parts.ports.clock.nowMs() };
      await this.#write([replaceApiKey(revoked)]);
      this.#put(revoked);
      return this.#view(revoked);
    });
  }

  /** Who a token stands for; undefined for nobody, whether it is unknown, mistyped, run out, replaced or revoked. */
  principalOf(token: string): Principal | undefined {
    if (readToken(token) !== 'token') return undefined;
    const hash = hex(this.#parts.hashKey(token));
    const row = this.#rows.get(this.#byHash.get(hash) ?? 0);
    const nowMs = this.#parts.ports.clock.nowMs();
    if (!row || row.revoked_at_ms !== null || nowMs >= row.expires_at_ms) return undefined;
    if (hex(row.key_hash) !== hash && nowMs >= (row.previous_key_until_ms ?? 0)) return undefined;
    this.#noteUse(row, nowMs);
    return {
      actor: `key ${row.key_id}`,
      kind: 'key',
      id: row.key_id,
      roles: JSON.parse(row.roles) as Role[],
      ...(row.sources !== null && { sources: JSON.parse(row.sources) as number[] }),
      ...((row.scope === 'directory' || row.scope === 'metrics') && { scope: row.scope }),
    };
  }

  /** What is not stored yet is stored. */
  async close(): Promise<void> {
    await this.#changing;
    await this.#storing;
    await this.#storeUses().catch(() => undefined);
  }

  /** Behind the request. A use that a kill or a full disk loses is of the last minute. */
  #noteUse(row: ApiKeyRow, nowMs: number): void {
    row.last_used_at_ms = Math.max(row.last_used_at_ms ?? 0, nowMs);
    this.#used.set(row.key_id, nowMs);
    if (nowMs - this.#storedAtMs < apiKeyLimits.noteUseMs) return;
    this.#storedAtMs = nowMs;
    this.#storing = this.#storing.then(() => this.#storeUses()).catch(() => undefined);
  }

  async #storeUses(): Promise<void> {
    const used = this.#used;
    this.#used = new Map();
    if (used.size === 0) return;
    try {
      await this.#parts.store.transact([...used].map(([id, atMs]) => noteUse(id, atMs)));
    } catch (error) {
      for (const [id, atMs] of used) this.#used.set(id, Math.max(atMs, this.#used.get(id) ?? 0));
      throw error;
    }
  }

  async #write(changes: readonly Change[]): Promise<void> {
    try {
      await this.#parts.store.transact(changes);
    } catch (error) {
      this.#parts.distrust();
      throw error;
    }
  }

  #held(id: number): ApiKeyRow {
    const row = this.#rows.get(id);
    if (!row) throw new Fault('not_found', 'api key');
    return row;
  }

  #put(row: ApiKeyRow): void {
    this.#forget(row.key_id);
    this.#rows.set(row.key_id, row);
    this.#byHash.set(hex(row.key_hash), row.key_id);
    if (row.previous_key_hash) this.#byHash.set(hex(row.previous_key_hash), row.key_id);
  }

  #drop(id: number): void {
    this.#forget(id);
    this.#rows.delete(id);
  }

  #forget(id: number): void {
    const row = this.#rows.get(id);
    if (!row) return;
    this.#byHash.delete(hex(row.key_hash));
    if (row.previous_key_hash) this.#byHash.delete(hex(row.previous_key_hash));
  }

  /** Changes go one after the other, each on the newest state. */
  #change<T>(make: () => Promise<T>): Promise<T> {
    const next = this.#changing.then(make);
    this.#changing = next.catch(() => undefined);
    return next;
  }

  /** Ended keys that have to go for one more. */
  #makeRoom(nowMs: number): number[] {
    const rows = [...this.#rows.values()];
    const ended = rows.filter((row) => stateOf(row, nowMs) !== 'valid');
    if (rows.length - ended.length >= apiKeyLimits.keys) throw new Fault('limit_reached', 'apiKeyLimits.keys');
    return ended.slice(0, Math.max(0, ended.length - apiKeyLimits.ended)).map((row) => row.key_id);
  }

  #checkName(name: string): string {
    const tidy = name.trim().normalize('NFC');
    if (tidy === '' || tidy.length > apiKeyLimits.nameLength || !tidy.isWellFormed() || /\p{Cc}/u.test(tidy))
      throw new Fault('bad_request', 'name');
    const taken = [...this.#rows.values()].some((row) => row.revoked_at_ms === null && this.#nameOf(row) === tidy);
    if (taken) throw new Fault('conflict', 'name');
    return tidy;
  }

  #checkRoles(scope: KeyScope, wanted: readonly Role[]): Role[] {
    if (!keyScopes.includes(scope)) throw new Fault('bad_request', 'scope');
    const held = roles.filter((role) => wanted.includes(role));
    if (held.length !== new Set(wanted).size) throw new Fault('bad_request', 'roles');
    // A key of the directory or of monitoring has no role beside it: whoever steals it reads no customer.
    if ((held.length === 0) === (scope === 'api')) throw new Fault('bad_request', 'roles');
    return held;
  }

  #checkSources(scope: KeyScope, wanted: readonly number[] | undefined): number[] | undefined {
    if (wanted === undefined) return undefined;
    const sources = [...new Set(wanted)];
    const known = sources.every((id) => this.#parts.isSource(id));
    if (scope !== 'api' || sources.length === 0 || sources.length > apiKeyLimits.sources || !known)
      throw new Fault('bad_request', 'sources');
    return sources;
  }

  #nameOf(row: ApiKeyRow): string {
    return this.#parts.openText(apiKeysTable.name, 'name', row.key_id, row.name);
  }

  #view(row: ApiKeyRow): ApiKey {
    const nowMs = this.#parts.ports.clock.nowMs();
    return {
      id: row.key_id,
      name: this.#nameOf(row),
      scope: row.scope as KeyScope,
      roles: JSON.parse(row.roles) as Role[],
      ...(row.sources !== null && { sources: JSON.parse(row.sources) as number[] }),
      madeBy: row.made_by,
      createdAtMs: row.created_at_ms,
      keyMadeAtMs: row.key_made_at_ms,
      ...((row.previous_key_until_ms ?? 0) > nowMs && { previousKeyUntilMs: row.previous_key_until_ms! }),
      expiresAtMs: row.expires_at_ms,
      ...(row.revoked_at_ms !== null && { revokedAtMs: row.revoked_at_ms }),
      ...(row.last_used_at_ms !== null && { lastUsedAtMs: row.last_used_at_ms }),
      state: stateOf(row, nowMs),
    };
  }
}

function stateOf(row: ApiKeyRow, nowMs: number): ApiKey['state'] {
  if (row.revoked_at_ms !== null) return 'revoked';
  return nowMs >= row.expires_at_ms ? 'expired' : 'valid';
}

function checkExpiry(expiresAtMs: number, nowMs: number): void {
  if (!Number.isSafeInteger(expiresAtMs) || expiresAtMs <= nowMs || expiresAtMs - nowMs > apiKeyLimits.lifeMs)
    throw new Fault('bad_request', 'expiresAtMs');
}
