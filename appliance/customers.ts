// Everybody as features while the node is open: what follows the record, and what of it is kept on disk.

import type { Config } from './core/config.ts';
import type { Clock } from './core/ports.ts';
import type { Store } from './core/store/store.ts';
import type { Vault } from './core/vault/vault.ts';
import { Customers, computedFeatures, features, SnapshotStore, Snapshots } from './decide/features/features.ts';
import type { Profiles } from './record/profiles/profiles.ts';

export function newCustomers({ computedTraits }: Config, clock: Clock): Customers {
  return new Customers([...features, ...computedFeatures(computedTraits)], clock);
}

/** From here on they follow the record, once somebody asks for them. */
export function followRecord(
  customers: Customers,
  profiles: Profiles,
  parts: { store: Store; vault: Vault; clock: Clock },
): Snapshots {
  const snapshots = new Snapshots(new SnapshotStore(parts.store, parts.vault), customers, parts.clock);
  const people = profiles.people;
  customers.begin({
    factsOf: (persons, records) => people.factsOf(persons, records),
    historyOf: (persons, names, records) => people.historyOf(persons, names, records),
    personMap: () => people.personMap(),
    quiet: () => people.quiet(),
    recordsSince: (seq) => people.recordsSince(seq),
    committedSeq: () => people.committedSeq(),
    // Numbers of events say nothing of what other nodes have in hand, so that several read everybody anew.
    kept: async () => (parts.store.cluster ? undefined : snapshots.read()),
  });
  return snapshots;
}
