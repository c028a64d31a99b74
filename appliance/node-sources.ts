// The node's sources: those that exist, one for people who type values in, their dictionaries and what was set aside of their events.

import { blindIndex } from '../crypto/blind-index.ts';
import type { Ports } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import { textSeal, type Vault } from './core/vault/vault.ts';
import type { NodeParts } from './node.ts';
import { createSources, Dictionaries, Quarantine, type Sources } from './record/sources/sources.ts';

/** The source that stands for people typing values in. */
const byHandSource = 'by hand';

export function sourcesOf(store: Store, vault: Vault, ports: Ports): Sources {
  return createSources({
    store,
    ports,
    ...textSeal(vault),
    hashKey: (writeKey) => blindIndex(vault.indexKey('write key'), 'write key', writeKey),
  });
}

export async function openSources(store: Store, vault: Vault, ports: Ports): Promise<Sources> {
  const sources = sourcesOf(store, vault, ports);
  if (!(await sources.list()).some((source) => source.name === byHandSource))
    await sources.add({ name: byHandSource, kind: 'connector' });
  return sources;
}

export function openDictionaries(
  { store, ports, config }: NodeParts,
  vault: Vault,
  directory: SourceDirectory,
): Promise<Dictionaries> {
  return Dictionaries.open({
    store,
    ports,
    ...textSeal(vault),
    defaults: { region: config.region },
    isSource: (id) => directory.has(id),
  });
}

export function openQuarantine(store: Store, vault: Vault, ports: Ports): Quarantine {
  return new Quarantine({
    store,
    ports,
    vault,
    hash: (messageId) => blindIndex(vault.indexKey('quarantined message'), 'quarantined message', messageId),
  });
}

/** Names of sources by id, held so that reading a person asks nobody. */
export class SourceDirectory {
  readonly #sources: Sources;
  #names = new Map<number, string>();
  /** The same sources; what they change is seen here at once. */
  readonly watched: Sources;

  constructor(sources: Sources) {
    this.#sources = sources;
    this.watched = {
      ...sources,
      add: async (wanted) => {
        const added = await sources.add(wanted);
        await this.refresh();
        return added;
      },
    };
  }

  async refresh(): Promise<void> {
    this.#names = new Map((await this.#sources.list()).map((source) => [source.id, source.name]));
  }

  ids(): readonly number[] {
    return [...this.#names.keys()];
  }

  has(id: number): boolean {
    return this.#names.has(id);
  }

  nameOf(id: number): string {
    return this.#names.get(id) ?? `source ${id}`;
  }

  idOf(name: string): number | undefined {
    for (const [id, known] of this.#names) if (known === name) return id;
    return undefined;
  }

  isByHand(id: number): boolean {
    return this.nameOf(id) === byHandSource;
  }

  byHandId(): number {
    return this.idOf(byHandSource)!;
  }
}
