// A data folder that may have to be upgraded is opened here: what oversee/operations/upgrade needs of the node, the look at the opened result, and what
// is told of the outcome. Whoever opens a folder goes through it, the service as well as a command.

import { join, resolve } from 'node:path';
import { leafHash, verifyInclusion } from '../crypto/merkle-log.ts';
import { apartConfig } from './apart-config.ts';
import { type Config, configFile } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { Ports } from './core/ports.ts';
import type { Migration, Store } from './core/store/store.ts';
import { migrations, type NodeParts, type OpenNode, openNode } from './node.ts';
import { databaseFile, openStore, postgresUrl } from './open-store.ts';
import {
  beginUpgrade,
  expireSnapshot,
  refuseUpgrade,
  told,
  type Upgrade,
  type UpgradeParts,
  type UpgradeStep,
  untold,
} from './oversee/operations/upgrade/upgrade.ts';
import { erasureLogFile } from './oversee/subjects/subjects.ts';
import { version } from './version.ts';

/** How upgrades go where somebody asks for one, or tests one. */
export type UpgradeOptions = {
  /** Tries again what has failed before. */
  again?: boolean;
  /** Before the first step. */
  onDue?(): Promise<void>;
  onStep?(step: UpgradeStep): void;
  freeBytes?(folder: string): number;
  /** Of the program; today's when absent. */
  migrations?: readonly Migration[];
  /** A finding of the look with keys that stops the upgrade. */
  look?(node: OpenNode): Promise<void>;
};

type Opening = { folder: string; config: Config; ports: Ports; apart?: boolean; upgrade?: UpgradeOptions };

const keyFile = 'keys.json';
const keepDaysUnset = 1;

export function upgradeParts({ folder, config, ports, upgrade = {} }: Opening): UpgradeParts {
  const file = join(folder, databaseFile);
  const url = postgresUrl(folder, config);
  const { look: _, ...options } = upgrade;
  return {
    migrations,
    ...options,
    folder,
    database: url === undefined ? { engine: 'sqlite', file } : { engine: 'postgres', url },
    lockedFile: file,
    files: [
      { name: keyFile, path: join(folder, keyFile) },
      { name: configFile, path: join(folder, configFile) },
      { name: erasureLogFile, path: resolve(folder, config.erasureLog ?? erasureLogFile) },
    ],
    software: version,
    clock: ports.clock,
    keepDays: config.upgrade?.keepDays ?? keepDaysUnset,
  };
}

export type OpenedStore = {
  store: Store;
  /** Committed once the node was opened and looked at. */
  upgrade?: Upgrade;
};

/** With the schema up to date. A copy that is only looked at needs no way back: what it was made from is still there. */
export async function openUpgradedStore(opening: Opening): Promise<OpenedStore> {
  const { folder, config, ports, apart } = opening;
  const wanted = opening.upgrade?.migrations ?? migrations;
  if (apart) {
    const store = await openStore(folder, config, ports);
    await closingOnFault(store, () => store.migrate(wanted));
    return { store };
  }
  if (config.cluster) {
    await refuseUpgrade(upgradeParts(opening));
    const store = await openStore(folder, config, ports);
    await closingOnFault(store, () => store.migrate(wanted));
    return { store };
  }
  const { lock, upgrade } = await beginUpgrade(upgradeParts(opening));
  const store = await openStore(folder, config, ports, lock);
  if (!upgrade) {
    await closingOnFault(store, () => store.migrate(wanted));
    return { store };
  }
  try {
    await upgrade.migrate(() => store.migrate(wanted));
    await upgrade.check(() => store.checkStructure(false));
  } catch (error) {
    await store.close();
    return upgrade.rollBack(error);
  }
  return { store, upgrade };
}

async function closingOnFault(store: Store, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await store.close();
    throw error;
  }
}

/**
 * Opens the node apart, looks at it, and decides. The store is closed where it goes back.
 * @throws {Fault} `upgrade_failed`
 */
export async function finishUpgrade(
  upgrade: Upgrade,
  parts: NodeParts,
  look: UpgradeOptions['look'] = async () => undefined,
): Promise<void> {
  try {
    await upgrade.open(async () => {
      const node = await openNode(apartFrom(parts));
      try {
        await lookAtUpgraded(node);
        await look(node);
      } finally {
        await node.close();
      }
    });
  } catch (error) {
    await parts.store.close();
    await upgrade.rollBack(error);
  }
  await upgrade.commit();
}

const apartFrom = ({ auditSink: _sink, ...parts }: NodeParts): NodeParts => ({
  ...parts,
  config: apartConfig(parts.config),
  apart: true,
});

/** Of the newest: entries of the log and customers. */
const looked = { entries: 100, customers: 50 } as const;
const probe = 'upgrade probe';

async function lookAtUpgraded({ audit, profiles, store }: OpenNode): Promise<void> {
  const wrong = (await audit.check()).find(({ severity, check }) => severity === 'error' && check === 'audit-log');
  if (wrong) throw new Fault('audit_broken', wrong.message.en);
  for (let seq = Math.max(0, audit.size - looked.entries); seq < audit.size; seq += 1) {
    const { leafHash: hash, size, root, proof } = await audit.inclusion(seq);
    const bytes = (hexadecimal: string) => Buffer.from(hexadecimal, 'hex');
    const leaf = leafHash(bytes(await audit.leaf(seq)));
    if (!leaf.equals(bytes(hash)) || !verifyInclusion(leaf, seq, size, proof.map(bytes), bytes(root)))
      throw new Fault('audit_broken', `entry ${seq}`);
  }
  const some = await store.select('SELECT record_id FROM records ORDER BY record_id DESC LIMIT :most', {
    most: looked.customers,
  });
  for (const { record_id } of some) await profiles.profile(Number(record_id));
  await writeAndRead(store);
}

/** A row that is written, read and gone again. */
async function writeAndRead(store: Store): Promise<void> {
  const read = async () => (await store.select('SELECT next FROM sequences WHERE name = :probe', { probe })).length;
  await store.transact([
    { op: 'run', sql: 'DELETE FROM sequences WHERE name = :probe', params: { probe } },
    { op: 'run', sql: 'INSERT INTO sequences (name, next) VALUES (:probe, 1)', params: { probe } },
  ]);
  const written = await read();
  await store.transact([{ op: 'run', sql: 'DELETE FROM sequences WHERE name = :probe', params: { probe } }]);
  if (written !== 1 || (await read()) !== 0) throw new Fault('unhealthy', 'what is written is not what is read');
}

/** Once the log is open: how the latest upgrade ended, and an alarm where the data went back. Again after a kill until it stands there. */
export async function tellUpgrade(folder: string, { audit, alarms }: OpenNode, actor: string): Promise<void> {
  const outcome = untold(folder);
  if (!outcome) return;
  const { from, to, cause, startedAtMs, endedAtMs } = outcome;
  await audit.append({
    actor,
    action: 'upgrade',
    outcome: cause ? `rolled_back:${cause.code}` : 'done',
    target: `schema ${from.newest} to ${to.newest}${cause ? `, step ${cause.step}` : ''}`,
  });
  if (cause) {
    alarms.raise({ kind: 'upgrade', number: startedAtMs, severity: 'high', atMs: endedAtMs });
    await alarms.settled();
  }
  told(folder);
}

const hourMs = 3_600_000;

/** Looks now and every hour whether the snapshot was kept long enough. @returns what ends it */
export function watchSnapshot(folder: string, { clock }: Ports, failed: (error: unknown) => void): () => void {
  const look = () => void expireSnapshot(folder, clock.nowMs()).catch(failed);
  const timer = setInterval(look, hourMs).unref();
  look();
  return () => clearInterval(timer);
}
