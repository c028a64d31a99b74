// What a node is that is not the lead of several: it takes events and writes them down. No one is looked at, decided about or
// overseen here, so that nothing has to be kept in step with the lead but sources, dictionaries and keys.

import type { Key } from '../crypto/keys.ts';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { RecordBatch } from './core/model/event.ts';
import type { Ports } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import { openVault } from './core/vault/vault.ts';
import { recordDeclaration } from './node.ts';
import { openDictionaries, openQuarantine, SourceDirectory, sourcesOf } from './node-sources.ts';
import { Profiles } from './record/profiles/profiles.ts';
import { createArrivals, type Sources } from './record/sources/sources.ts';

export type RecordingNode = {
  /** The version of the lead's settings that it has loaded. */
  readonly settings: number;
  readonly sources: Sources;
  readonly recordBatch: RecordBatch;
  close(): Promise<void>;
};

export async function openRecordingNode(parts: {
  store: Store;
  root: Key<'root'>;
  ports: Ports;
  config: Config;
}): Promise<RecordingNode> {
  const { store, ports, config } = parts;
  // Before anything is read: what changes from here on makes it load anew.
  const settings = await store.cluster!.settings();
  const vault = await openVault(parts);
  const sources = sourcesOf(store, vault, ports);
  const directory = new SourceDirectory(sources);
  await directory.refresh();
  const dictionaries = await openDictionaries(parts, vault, directory);
  const quarantine = openQuarantine(store, vault, ports);
  const profiles = await Profiles.open({
    store,
    vault,
    ports,
    declaration: recordDeclaration(config),
    sources: directory,
    beside: () => settings,
  });
  const arrivals = createArrivals({
    dictionaries,
    quarantine,
    record: profiles.record,
    recorded: (source, messageIds) => profiles.recorded(source, messageIds),
    observer: {
      // Which fields are classified is known to the lead, and changes there with every event.
      unclassified: () => {
        throw new Fault('not_the_lead', 'a source whose dictionary holds what nobody has classified');
      },
      observed: () => undefined,
    },
  });
  return {
    settings,
    sources,
    recordBatch: arrivals.recordBatch,
    async close() {
      await quarantine.settled();
      await profiles.close();
      vault.close();
    },
  };
}
