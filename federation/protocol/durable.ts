// Where a coordinator or participant keeps what has to survive a kill: small values that change together (Book), and lists too long for
// memory twice (Spool). Ports: the node seals what it keeps, a coordinator keeps what is sealed or public already, a simulation keeps maps.

export type BookChange =
  /** Inserts or replaces. `value` is JSON. */
  | { readonly put: readonly [collection: string, key: string, value: unknown] }
  | { readonly remove: readonly [collection: string, key: string] };

/**
 * Values by collection and key. Keys are opaque ids and numbers (at most 200 signs of ASCII) and may stand in the clear; values may not.
 */
export interface Book {
  /** All of them or none; durable when it resolves. */
  write(changes: readonly BookChange[]): Promise<void>;
  read(collection: string, key: string): Promise<unknown>;
  /** In the order of the keys, as bytes. @param prefix of the key */
  list(collection: string, prefix?: string): Promise<{ key: string; value: unknown }[]>;
}

/** Bytes by session, name and number, each written once or over with the same; up to 16 MiB each. */
export interface Spool {
  /** Durable when it resolves. */
  put(session: string, name: string, index: number, bytes: Uint8Array): Promise<void>;
  get(session: string, name: string, index: number): Promise<Uint8Array | undefined>;
  /** Numbers of the parts that are there, ascending. */
  parts(session: string, name: string): Promise<number[]>;
  remove(session: string, name: string, index: number): Promise<void>;
  /** Everything of a session, beyond recovery. */
  drop(session: string): Promise<void>;
}

type Entries = Map<string, Map<string, string>>;

/** In memory, for tests and simulations: what was written is read as it would be after a restart. */
export class MemoryBook implements Book {
  readonly #collections: Entries = new Map();

  async write(changes: readonly BookChange[]): Promise<void> {
    for (const change of changes) {
      if ('put' in change) {
        const [collection, key, value] = change.put;
        const held = this.#collections.get(collection) ?? new Map<string, string>();
        this.#collections.set(collection, held.set(key, JSON.stringify(value)));
      } else this.#collections.get(change.remove[0])?.delete(change.remove[1]);
    }
  }

  async read(collection: string, key: string): Promise<unknown> {
    const text = this.#collections.get(collection)?.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async list(collection: string, prefix = ''): Promise<{ key: string; value: unknown }[]> {
    const held = [...(this.#collections.get(collection) ?? [])].filter(([key]) => key.startsWith(prefix));
    return held.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, text]) => ({ key, value: JSON.parse(text) as unknown }));
  }
}

export class MemorySpool implements Spool {
  readonly #lists = new Map<string, Map<number, Uint8Array>>();

  async put(session: string, name: string, index: number, bytes: Uint8Array): Promise<void> {
    const at = `${session}/${name}`;
    const list = this.#lists.get(at) ?? new Map<number, Uint8Array>();
    this.#lists.set(at, list.set(index, Uint8Array.from(bytes)));
  }

  async get(session: string, name: string, index: number): Promise<Uint8Array | undefined> {
    return this.#lists.get(`${session}/${name}`)?.get(index);
  }

  async parts(session: string, name: string): Promise<number[]> {
    return [...(this.#lists.get(`${session}/${name}`)?.keys() ?? [])].sort((a, b) => a - b);
  }

  async remove(session: string, name: string, index: number): Promise<void> {
    this.#lists.get(`${session}/${name}`)?.delete(index);
  }

  async drop(session: string): Promise<void> {
    for (const at of this.#lists.keys()) if (at.startsWith(`${session}/`)) this.#lists.delete(at);
  }
}
