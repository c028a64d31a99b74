// The node while it is open: the store, the keys, and every slice built on them. Opened by a root key, gone when it seals.

import { blindIndex } from '../crypto/blind-index.ts';
import { openEnvelope, place, sealEnvelope } from '../crypto/envelope.ts';
import type { Key } from '../crypto/keys.ts';
import type { Config } from './core/config.ts';
import type { RecordBatch } from './core/model/event.ts';
import type { Ports } from './core/ports.ts';
import type { Migration, Store } from './core/store/store.ts';
import { openVault, type Vault, vaultMigrations } from './core/vault/vault.ts';
import { Profiles, type Recorded, recordMigrations, sealedColumns } from './record/profiles/profiles.ts';
import { createSources, type Sources, sourceMigrations } from './record/sources/sources.ts';

/** Every slice's migrations, in the order of their numbers. */
export const migrations: readonly Migration[] = [...vaultMigrations, ...recordMigrations, ...sourceMigrations].sort(
  (a, b) => a.version - b.version,
);

/** The source that stands for people typing values in. */
export const byHandSource = 'by hand';

export type OpenNode = {
  store: Store;
  vault: Vault;
  sources: Sources;
  directory: SourceDirectory;
  profiles: Profiles;
  recordBatch: RecordBatch;
  rotateDataKeys(progress: (at: { done: number; total: number }) => void): Promise<void>;
  close(): Promise<void>;
};

export type NodeParts = {
  store: Store;
  root: Key<'root'>;
  ports: Ports;
  config: Config;
  onRecorded?(recorded: readonly Recorded[]): void;
};

/** @param parts.store with the schema up to date */
export async function openNode(parts: NodeParts): Promise<OpenNode> {
  const { store, ports, config } = parts;
  const vault = await openVault({ store, root: parts.root, ports });
  const sources = await openSources(store, vault, ports);
  const directory = new SourceDirectory(sources);
  await directory.refresh();
  const profiles = await Profiles.open({
    store,
    vault,
    ports,
    declaration: {
      computedTraits: config.computedTraits,
      survivorship: config.survivorship,
      identifiers: config.identifiers,
      region: config.region as never,
    },
    sources: directory,
    ...(parts.onRecorded && { onRecorded: parts.onRecorded }),
  });
  return {
    store,
    vault,
    sources: directory.watched,
    directory,
    profiles,
    recordBatch: profiles.record,
    rotateDataKeys: (progress) => vault.rotateDataKeys(sealedColumns, progress, { settled: () => profiles.settled() }),
    async close() {
      await profiles.close();
      vault.close();
    },
  };
}

async function openSources(store: Store, vault: Vault, ports: Ports): Promise<Sources> {
  const sources = createSources({
    store,
    ports,
    sealText: (table, column, row, text) =>
      sealEnvelope(vault.derivedKey(), vault.derivedEpoch, place(table, column), row, Buffer.from(text, 'utf8')),
    openText: (table, column, row, sealed) =>
      openEnvelope(vault.derivedKey(), place(table, column), row, sealed).toString('utf8'),
    hashKey: (writeKey) => blindIndex(vault.indexKey('write key'), 'write key', writeKey),
  });
  if (!(await sources.list()).some((source) => source.name === byHandSource))
    await sources.add({ name: byHandSource, kind: 'connector' });
  return sources;
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
