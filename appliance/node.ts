// The node while it is open: the store, the keys, and every slice built on them. Opened by a root key, gone when it seals.

import { resolve } from 'node:path';
import { blindIndex } from '../crypto/blind-index.ts';
import type { Argon2Cost } from '../crypto/kdf.ts';
import type { Key } from '../crypto/keys.ts';
import { findingChanged, openAlarms, qualityAlarmed } from './alarms.ts';
import { Access, accessMigrations } from './core/access/access.ts';
import { Entrances, entranceMigrations } from './core/access/entrances.ts';
import { policyMigrations } from './core/access/policy-store.ts';
import { AuditLog, auditMigrations } from './core/audit/audit.ts';
import type { Config } from './core/config.ts';
import { Fault } from './core/errors.ts';
import { accessReviewSettings } from './core/model/access-review.ts';
import type { Event, Outcome, RecordBatch, SourceId } from './core/model/event.ts';
import { nodeUses, purposeTable } from './core/model/purposes.ts';
import type { Ports } from './core/ports.ts';
import type { Migration, Store } from './core/store/store.ts';
import type { Metrics } from './core/telemetry/metrics.ts';
import type { Background } from './core/telemetry/tracing.ts';
import { Turns } from './core/turns/turns.ts';
import { openVault, textSeal, type Vault, vaultMigrations } from './core/vault/vault.ts';
import { followRecord, newCustomers } from './customers.ts';
import { type Customers, featureMigrations } from './decide/features/features.ts';
import { adoptTogether, modelMigrations } from './decide/models/models.ts';
import { type Segments, segmentMigrations, segmentSealedColumns } from './decide/segments/segments.ts';
import { Decisions } from './decisions.ts';
import { federationMigrations } from './federate/book.ts';
import type { Federate } from './federate/federate.ts';
import { holderOf, openFederate } from './federate/open.ts';
import { openGovernance } from './governance.ts';
import { personMatcher } from './matcher.ts';
import { openBackups } from './node-backups.ts';
import { type Models, openModels, scoresHolder, usesOfModels } from './node-models.ts';
import { openSegments } from './node-segments.ts';
import { openDictionaries, openQuarantine, openSources, SourceDirectory } from './node-sources.ts';
import { AccessReview, accessReviewMigrations, type Customer, familyNameIn } from './oversee/access-review/access-review.ts';
import { type Alarms, alarmMigrations } from './oversee/alarms/alarms.ts';
import { figureMigrations } from './oversee/figures/figures.ts';
import { type Alarm, type Governance, governanceMigrations } from './oversee/governance/governance.ts';
import type { Backups } from './oversee/operations/backup/backup.ts';
import { erasureLogFile, Subjects, subjectMigrations } from './oversee/subjects/subjects.ts';
import { Consent, consentMigrations, Preferences, signReceipt } from './record/consent/consent.ts';
import {
  type MatchOutcome,
  Profiles,
  type RecordDeclaration,
  recordMigrations,
  sealedColumns,
} from './record/profiles/profiles.ts';
import {
  type Arrivals,
  createArrivals,
  type Dictionaries,
  type Quarantine,
  quarantineSealedColumn,
  type Sources,
  sourceMigrations,
} from './record/sources/sources.ts';
import { holdersBeside } from './subject-holders.ts';

/** Every slice's migrations, in the order of their numbers. */
export const migrations: readonly Migration[] = [
  ...vaultMigrations,
  ...auditMigrations,
  ...accessReviewMigrations,
  ...accessMigrations,
  ...policyMigrations,
  ...entranceMigrations,
  ...recordMigrations,
  ...consentMigrations,
  ...sourceMigrations,
  ...governanceMigrations,
  ...featureMigrations,
  ...subjectMigrations,
  ...alarmMigrations,
  ...figureMigrations,
  ...segmentMigrations,
  ...modelMigrations,
  ...federationMigrations,
].sort((a, b) => a.version - b.version);

export type OpenNode = {
  store: Store;
  vault: Vault;
  audit: AuditLog;
  access: Access;
  entrances: Entrances;
  sources: Sources;
  directory: SourceDirectory;
  dictionaries: Dictionaries;
  quarantine: Quarantine;
  arrivals: Arrivals;
  profiles: Profiles;
  consent: Consent;
  /** Everybody as features; segments and scores follow the record through it. */
  customers: Customers;
  segments: Segments;
  /** Trained models, trainings, and scores of everybody. */
  models: Models;
  preferences: Preferences;
  accessReview: AccessReview;
  governance: Governance;
  subjects: Subjects;
  alarms: Alarms;
  /** Membership in federations, and matches. */
  federate: Federate;
  backups: Backups;
  /** Through the source's dictionary: what every arrival takes. */
  recordBatch: RecordBatch;
  /** Compares everybody whose data may be used for that. */
  matchPersons(): Promise<MatchOutcome>;
  rotateDataKeys(progress: (at: { done: number; total: number }) => void): Promise<void>;
  close(): Promise<void>;
};

export type NodeParts = {
  store: Store;
  root: Key<'root'>;
  ports: Ports;
  config: Config;
  /** Where the second sink of the audit log is, as a path to a file. */
  auditSink?: string;
  /** How customers reach the node, where that is known only once it listens. */
  baseUrl?(): string | undefined;
  /** Where the list of erasures is, as a path to a file. */
  erasureLog?: string;
  /** Where the paths in the configuration begin. */
  folder?: string;
  /** What a password of a person costs to try; today's when absent. Tests take less. */
  passwordCost?: Argon2Cost;
  /** A copy that is opened to be looked at: it dials nobody and does nothing by itself. */
  apart?: boolean;
  /** Whether it listens: only then is there a schedule. */
  isServing?(): boolean;
  /** Where heavy work in the background waits. */
  turns?: Turns;
  /** For work that outlives the request that asked for it. */
  background?: Background;
  /** Counts what arrives. */
  arrived?: Metrics['arrived'];
  /** Told of what fails behind the answers. */
  failed?(what: string, error: unknown): void;
};

/** @param parts.store with the schema up to date */
export async function openNode(parts: NodeParts): Promise<OpenNode> {
  const { store, ports, config, turns = new Turns() } = parts;
  const vault = await openVault({ store, root: parts.root, ports });
  const audit = await openAudit(parts, vault);
  const access = await Access.open({
    store,
    ports,
    ...textSeal(vault),
    hash: (kind, value) => blindIndex(vault.indexKey(kind), kind, value),
    ...(parts.passwordCost && { passwordCost: parts.passwordCost }),
  });
  const sources = await openSources(store, vault, ports);
  const directory = new SourceDirectory(sources);
  await directory.refresh();
  const entrances = await openEntrances(parts, { vault, access, directory });
  const dictionaries = await openDictionaries(parts, vault, directory);
  const quarantine = openQuarantine(store, vault, ports);
  const consent = new Consent(purposeTable(config.consent ?? {}, config.region), ports.clock);
  const customers = newCustomers(config, ports.clock);
  const decisions = new Decisions();
  const profiles = await openProfiles(parts, { vault, directory, consent, customers, decisions });
  const snapshots = followRecord(customers, profiles, { store, vault, clock: ports.clock });
  const alarms = openAlarms(parts, { vault, directory });
  const models = await openModels(parts, { vault, audit, profiles, consent, customers, decisions, alarms });
  const accessReview = await openAccessReview(parts, { vault, audit, access, profiles, alarms });
  const preferences = await openPreferences(parts, { vault, consent, profiles });
  const below = { vault, directory, dictionaries, quarantine };
  const alarmed = (alarm: Alarm) => qualityAlarmed(alarms, alarm);
  const governance = await openGovernance({ ...parts, ...below, purposes: consent.table, alarmed });
  const segments = await openSegments(decisions, { ...parts, vault, customers, profiles, consent, governance, models });
  governance.registerUse(() => usesOfModels(models, config));
  const subjects = openSubjects(parts, { vault, audit, profiles, consent, quarantine, sources });
  const beside = holdersBeside({
    folder: parts.folder ?? '.',
    store,
    preferences,
    governance,
    accessReview,
    snapshots,
    segments,
  });
  const federate = await openFederate({
    ...{ ...parts, vault, audit, alarms, consent, profiles, segments, rows: models.rows },
    serve: (order) => adoptTogether(models.registry, order),
  });
  const matches = holderOf(federate, () => directory.ids());
  for (const holder of [...beside, scoresHolder(models), matches]) subjects.registry.register(holder);
  await subjects.begin();
  const arrivals = createArrivals({
    dictionaries,
    quarantine,
    record: profiles.record,
    recorded: (source, messageIds) => profiles.recorded(source, messageIds),
    observer: governance,
  });
  governance.begin(arrivals.replay);
  profiles.watchByHand((source, event, outcome) => void observeTyped(dictionaries, governance, source, event, outcome));
  const backups = openBackups(parts, { audit });
  if (!parts.apart) {
    await models.begin();
    federate.begin();
    backups.begin();
  }
  const settled = async () => {
    await turns.breathe();
    await Promise.all([profiles.settled(), quarantine.settled(), segments.settled()]);
  };
  return {
    store,
    vault,
    audit,
    access,
    entrances,
    sources: directory.watched,
    directory,
    dictionaries,
    quarantine,
    arrivals,
    profiles,
    consent,
    customers,
    segments,
    models,
    preferences,
    accessReview,
    governance,
    subjects,
    alarms,
    federate,
    backups,
    recordBatch: parts.arrived ? countedArrivals(arrivals.recordBatch, parts.arrived) : arrivals.recordBatch,
    matchPersons: async () => profiles.matchPersons(personMatcher, await consent.allowing(nodeUses.matching, '*')),
    rotateDataKeys: (progress) =>
      vault.rotateDataKeys([...sealedColumns, ...segmentSealedColumns, quarantineSealedColumn], progress, { settled }),
    async close() {
      await backups.close();
      await federate.close();
      await accessReview.close();
      await subjects.close();
      await models.close();
      await snapshots.close();
      await customers.close();
      await segments.close();
      await consent.stop();
      await governance.close();
      await alarms.close();
      await quarantine.settled();
      await profiles.close();
      await entrances.close();
      await access.close();
      await audit.close();
      vault.close();
    },
  };
}

/** Each batch counted by what became of its events, once it is on disk. */
function countedArrivals(record: RecordBatch, arrived: Metrics['arrived']): RecordBatch {
  return async (source, events) => {
    const outcomes = await record(source, events);
    let [duplicate, quarantined] = [0, 0];
    for (const { outcome } of outcomes) {
      if (outcome === 'duplicate') duplicate += 1;
      else if (outcome === 'quarantined') quarantined += 1;
    }
    arrived(source, 'accepted', outcomes.length - duplicate - quarantined);
    arrived(source, 'duplicate', duplicate);
    arrived(source, 'quarantined', quarantined);
    return outcomes;
  };
}

function openAudit({ store, ports, config, auditSink }: NodeParts, vault: Vault): Promise<AuditLog> {
  return AuditLog.open({
    store,
    vault,
    ports,
    ...(auditSink !== undefined && { sink: auditSink }),
    ...(config.auditSyslog !== undefined && { syslog: config.auditSyslog }),
    ...(config.auditPeers && { peers: config.auditPeers }),
  });
}

function openEntrances(
  { config, folder }: NodeParts,
  { vault, access, directory }: { vault: Vault; access: Access; directory: SourceDirectory },
): Promise<Entrances> {
  return Entrances.open({
    desk: access.desk,
    declaration: config.directory ?? {},
    resolvePath: (path) => resolve(folder ?? '.', path),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    isSource: (id) => directory.has(id),
    ...textSeal(vault),
  });
}

/** What people type in goes into the catalogue like what a source sends. It is recorded already: a fault here is nobody's who typed. */
async function observeTyped(
  dictionaries: Dictionaries,
  governance: Governance,
  source: SourceId,
  event: Event,
  outcome: Outcome,
): Promise<void> {
  try {
    const dictionary = await dictionaries.of(source);
    governance.observed({ source, dictionary, events: [event], made: [event], outcomes: [outcome] });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
}

async function openProfiles(
  { store, ports, config, turns }: NodeParts,
  below: { vault: Vault; directory: SourceDirectory; consent: Consent; customers: Customers; decisions: Decisions },
): Promise<Profiles> {
  const { vault, directory, consent, customers, decisions } = below;
  const declaration = recordDeclaration(config);
  const profiles = await Profiles.open({
    store,
    vault,
    ports,
    declaration,
    sources: directory,
    ...(turns && { isLate: () => turns.isLate }),
    consentWatcher: consent.watcher,
    personWatcher: customers.watcher,
    decided: decisions.of,
  });
  consent.begin({
    recordsOf: (id) => profiles.consentsOf(id),
    pages: (visit) => profiles.consentPages(visit),
    tellByHand: (id, name, properties, by) => profiles.tellByHand(id, name, properties, by),
    sourceName: (id) => directory.nameOf(id),
    signReceipt: (receipt) => signReceipt(vault.signingKey(), ports.random, receipt),
  });
  return profiles;
}

export function recordDeclaration({ computedTraits, survivorship, identifiers, region }: Config): RecordDeclaration {
  return { computedTraits, survivorship, identifiers, region: region as never };
}

function openSubjects(
  { store, ports, config, erasureLog, turns }: NodeParts,
  below: { vault: Vault; audit: AuditLog; profiles: Profiles; consent: Consent; quarantine: Quarantine; sources: Sources },
): Subjects {
  return new Subjects({
    ...below,
    store,
    ports,
    erasureLog: erasureLog ?? erasureLogFile,
    targets: config.erasureTargets ?? [],
    retention: config.retention ?? [],
    ...(turns && { turns }),
    declared: { computedTraits: config.computedTraits.map(({ name }) => name) },
  });
}

async function openAccessReview(
  { store, ports, config }: NodeParts,
  below: { vault: Vault; audit: AuditLog; access: Access; profiles: Profiles; alarms: Alarms },
): Promise<AccessReview> {
  const { vault, audit, access, profiles, alarms } = below;
  const accessReview = await AccessReview.open({
    store,
    vault,
    ports,
    audit,
    settings: accessReviewSettings(config.accessReview),
    familyNameOf: async (actor) => {
      const name = access.people.find(Number(/^person (\d+)$/.exec(actor)?.[1]))?.name;
      return name === undefined ? undefined : familyNameIn(name);
    },
    customerOf: (record) => customerOf(profiles, record),
  });
  accessReview.subscribe(
    (finding) => findingChanged(alarms, finding),
    () => undefined,
  );
  return accessReview;
}

function openPreferences(
  { store, ports, config, baseUrl }: NodeParts,
  { vault, consent, profiles }: { vault: Vault; consent: Consent; profiles: Profiles },
): Promise<Preferences> {
  return Preferences.open({
    consent,
    store,
    vault,
    ports,
    baseUrl: () => baseUrl?.() ?? config.publicUrl ?? `${config.tls ? 'https' : 'http'}://${config.address}:${config.port}`,
    recordsOf: (id) => profiles.recordsOf(id),
    addressOf: (id, channel) => addressOf(profiles, id, channel),
  });
}

/** Where a customer can be asked over a channel: the values of the golden record. */
async function addressOf(profiles: Profiles, id: number, channel: string): Promise<string | undefined> {
  const trait = channel === 'email' ? 'email' : channel === 'sms' || channel === 'phone' ? 'phone' : undefined;
  if (trait === undefined) return undefined;
  const value = (await profiles.profile(id)).traits[trait]?.value;
  return typeof value === 'string' ? value : undefined;
}

/** What access review compares a reader with. Until there is a service desk, a case is a ticket of the record's state. */
async function customerOf(profiles: Profiles, record: number): Promise<Customer | undefined> {
  try {
    const { records, traits, tickets } = await profiles.profile(record);
    const said = (trait: string) => {
      const lineage = traits[trait];
      return lineage
        ? [lineage.value, ...lineage.others.map(({ value }) => value)].filter((value) => typeof value === 'string')
        : [];
    };
    return {
      records: records.map(({ recordId }) => recordId),
      familyNames: [...said('lastName'), ...said('name').flatMap((name) => familyNameIn(name) ?? [])],
      hasOpenCase: tickets.some(({ open }) => open),
    };
  } catch (error) {
    if (error instanceof Fault && error.code === 'not_found') return undefined;
    throw error;
  }
}
