// Membership in federations opened with what the node has: its store for what must not be lost, its customers as far as the consent gate lets them
// be used, its audit log and its alarms.

import type { AuditLog } from '../core/audit/audit.ts';
import type { Config } from '../core/config.ts';
import { Fault } from '../core/errors.ts';
import { identifierKinds } from '../core/model/identifier.ts';
import type { Ports } from '../core/ports.ts';
import type { Store } from '../core/store/store.ts';
import type { Region } from '../core/values/normal.ts';
import { byteSeal, type Vault } from '../core/vault/vault.ts';
import type { Segments } from '../decide/segments/segments.ts';
import type { Alarms } from '../oversee/alarms/alarms.ts';
import type { SubjectHolder } from '../oversee/subjects/subjects.ts';
import type { Consent } from '../record/consent/consent.ts';
import { type Profiles, parsePersonId } from '../record/profiles/profiles.ts';
import { storeBook, storeSpool } from './book.ts';
import { Federate, type FederateParts } from './federate.ts';
import { matchHolder } from './holder.ts';
import { normaliser } from './normalise.ts';

export type OpenFederateParts = {
  store: Store;
  ports: Ports;
  config: Config;
  vault: Vault;
  audit: AuditLog;
  alarms: Alarms;
  consent: Consent;
  profiles: Profiles;
  segments: Segments;
  rows: FederateParts['rows'];
  /** A model of a round, brought into the registry. */
  serve: FederateParts['serving']['serve'];
  failed?(what: string, error: unknown): void;
};

export function openFederate(parts: OpenFederateParts): Promise<Federate> {
  const { store, ports, config, vault, audit, alarms, consent, profiles, segments, rows, serve } = parts;
  const seals = byteSeal(vault);
  const region = config.region as Region;
  const kinds = identifierKinds(config.identifiers);
  return Federate.open({
    ports,
    settings: config.federation,
    book: (scope) => storeBook(store, seals, scope),
    spool: (scope) => storeSpool(store, seals, scope),
    datasets: {
      profiles,
      consent,
      membersOf: (segment) => segments.personsOf(segment),
      region,
      kinds,
      clock: ports.clock,
    },
    normalise: normaliser({ region, kinds }),
    rows,
    serving: { serve, isDeclared: (purpose) => consent.table.purposes.has(purpose) },
    recordsOf: (id) => {
      const person = parsePersonId(id);
      if (person === undefined) throw new Fault('not_found', 'a customer of this id');
      return profiles.recordsOf(person);
    },
    note: (entry) => audit.append(entry).then(() => undefined),
    raise: (raised) => alarms.raise(raised),
    failed: (what, error) => parts.failed?.(what, error),
  });
}

/** What matches hold of customers, for rights of the person. */
export function holderOf(federate: Federate, sources: () => readonly number[]): SubjectHolder {
  const { results, files, snapshots } = federate;
  const { scores } = federate.rounds;
  return matchHolder({ tables: ['federation_book', 'federation_parts'], results, files, snapshots, scores, sources });
}
