// Restoring a backup into a folder, and looking at what was restored: everything is read, opened and verified, and whoever was erased since is
// erased again. What is restored only to be tried out dials nobody and does nothing by itself.

import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { apartConfig } from './apart-config.ts';
import { App, type Secret } from './app.ts';
import { readAccessToken, writeAccessToken } from './cli/node-file.ts';
import { verifyLog } from './core/audit/audit.ts';
import { type Config, configFile, parseConfig, readConfig } from './core/config.ts';
import { Fault } from './core/errors.ts';
import type { Ports } from './core/ports.ts';
import { lockFolder } from './core/store/sqlite/lock.ts';
import type { Finding } from './core/store/store.ts';
import { keyFileExists, unlock } from './core/vault/vault.ts';
import { databaseFile, postgresUrl } from './open-store.ts';
import {
  type BackupKeys,
  backupKeys,
  backupMaster,
  chooseSnapshot,
  claimTarget,
  databaseEntry,
  type FileEntry,
  type Manifest,
  openTarget,
  readFileTo,
  readWhole,
  restoreDump,
  type Target,
  type TargetSettings,
} from './oversee/operations/backup/backup.ts';
import { discardUpgrades } from './oversee/operations/upgrade/upgrade.ts';
import { erasureLogFile } from './oversee/subjects/subjects.ts';

const keyFileName = 'keys.json';
/** There until a restore has ended well: what lies beside it may be half of one. */
const markerFile = 'restoring.json';

export type RestoreOptions = {
  from: TargetSettings;
  /** Made when it is not there. */
  folder: string;
  secret: Secret;
  ports: Ports;
  /** The key file, where it is not in the folder yet. */
  keyFile?: string;
  /** The newest snapshot of this moment or before; the newest of all when absent. */
  atMs?: number;
  /** Of a PostgreSQL database that is there and empty; as the configuration says when absent. */
  store?: string;
  /** Lists of erasures of now, beside the one in the folder. */
  erasures?: readonly string[];
  /** Only to be tried out. */
  trial?: boolean;
  signal?: AbortSignal;
  progress?(doneBytes: number, totalBytes: number): void;
};

export type Restored = { manifest: Manifest; fetchedBytes: number; findings: Finding[]; entries: number; records: number };

/**
 * Again with the same folder it goes on where it was cut short.
 * @throws {Fault} `restore_refused`, `store_in_use`, `key_file_missing`, `wrong_passphrase`, `backup_foreign`, `backup_damaged`, `not_found`,
 * `unhealthy` when what was restored does not pass all checks
 */
export async function restoreBackup(options: RestoreOptions): Promise<Restored> {
  const { folder, from, secret } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const lock = lockFolder(join(folder, databaseFile));
  let manifest: Manifest;
  let fetchedBytes: number;
  try {
    refuseUsed(folder);
    await bringKey(options);
    const root = await unlock(folder, secret);
    const master = backupMaster(root);
    root.destroy();
    const keys = backupKeys(master);
    master.destroy();
    const target = openTarget(from);
    try {
      await claimTarget(target, keys, false);
      manifest = await chooseSnapshot(target, keys, options.atMs);
      fetchedBytes = await bringFiles(options, target, keys, manifest);
    } finally {
      target.close();
      keys.destroy();
    }
  } finally {
    lock.release();
  }
  const looked = await lookAtRestored(options);
  await discardUpgrades(folder);
  rmSync(join(folder, markerFile), { force: true });
  return { manifest, fetchedBytes, ...looked };
}

/** A database that no restore left here is somebody's. */
function refuseUsed(folder: string): void {
  const [database, marker] = [join(folder, databaseFile), join(folder, markerFile)];
  if (existsSync(marker)) {
    // Ours, of a restore that was cut short after it had its name.
    if (existsSync(database)) renameSync(database, `${database}.restoring`);
    for (const end of ['-wal', '-shm']) rmSync(`${database}${end}`, { force: true });
    return;
  }
  if (existsSync(database)) throw new Fault('restore_refused', folder);
  // The log of a database that was moved aside must not be taken for the restored one's.
  for (const end of ['-wal', '-shm'])
    if (existsSync(`${database}${end}`)) renameSync(`${database}${end}`, `${database}${end}.before-restore`);
  writeFileSync(marker, '{}\n', { mode: 0o600 });
}

async function bringKey({ folder, keyFile }: RestoreOptions): Promise<void> {
  if (await keyFileExists(folder)) return;
  if (keyFile === undefined) throw new Fault('key_file_missing', folder);
  try {
    await copyFile(keyFile, join(folder, keyFileName));
  } catch (error) {
    throw new Fault('unreadable_file', keyFile, { cause: error });
  }
}

async function bringFiles(options: RestoreOptions, target: Target, keys: BackupKeys, manifest: Manifest): Promise<number> {
  const { folder, ports } = options;
  const entry = (name: string) => manifest.files.find((file) => file.name === name);
  const config = entry(configFile);
  // The configuration of now counts: the old one may name what is no longer there.
  if (config && config.sizeBytes > 0 && !existsSync(join(folder, configFile)))
    writeFileSync(join(folder, configFile), await readWhole(target, keys, config), { mode: 0o600 });
  const log = entry(erasureLogFile);
  await mergeErasures(options, log ? await readWhole(target, keys, log) : Buffer.alloc(0));
  if (readAccessToken(folder) === undefined) writeAccessToken(folder, Buffer.from(ports.random.bytes(32)).toString('base64url'));
  const database = entry(databaseEntry[manifest.engine]);
  if (!database) throw new Fault('backup_damaged', manifest.id);
  return bringDatabase(options, target, keys, manifest, database);
}

async function bringDatabase(
  options: RestoreOptions,
  target: Target,
  keys: BackupKeys,
  manifest: Manifest,
  entry: FileEntry,
): Promise<number> {
  const { folder, progress, signal } = options;
  const file = join(folder, databaseFile);
  const partial = manifest.engine === 'sqlite' ? `${file}.restoring` : join(folder, databaseEntry.postgres);
  const fetched = await readFileTo(target, keys, entry, partial, (doneBytes) => {
    signal?.throwIfAborted();
    progress?.(doneBytes, entry.sizeBytes);
  });
  if (manifest.engine === 'sqlite') await rename(partial, file);
  else {
    const url = postgresUrl(folder, restoredConfig(options));
    if (url === undefined) throw new Fault('config_invalid', '/store is missing: name an empty PostgreSQL database by --store');
    await restoreDump(partial, url);
    await rm(partial, { force: true });
  }
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
  return fetched;
}

/** Everybody who is on any of the lists is erased when the node opens. Lines say who signed them: foreign ones are not followed. */
async function mergeErasures(options: RestoreOptions, backedUp: Buffer): Promise<void> {
  const { folder, trial, erasures = [] } = options;
  const configured = readConfig(folder, {}).erasureLog;
  const own = resolve(folder, trial ? erasureLogFile : (configured ?? erasureLogFile));
  const texts = [backedUp.toString('utf8')];
  for (const path of [own, ...erasures]) texts.push(await readFile(path, 'utf8').catch(() => ''));
  const present = new Set(lines(texts[1]!));
  const missing = new Set(texts.flatMap(lines).filter((line) => !present.has(line)));
  if (missing.size === 0) return;
  mkdirSync(dirname(own), { recursive: true });
  const file = await open(own, 'a', 0o600);
  try {
    await file.appendFile(`\n${[...missing].join('\n')}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

function restoredConfig({ folder, store, trial }: RestoreOptions): Config {
  // The environment is that of the node at work: it would lead to its database.
  const { storePassword, ...config } = apartConfig(readConfig(folder, {}));
  return parseConfig({
    ...config,
    ...(store !== undefined ? { store } : storePassword && { storePassword }),
    ...(trial && { erasureLog: erasureLogFile }),
  });
}

/** Customers that are opened, so that keys and what they seal are seen to fit. */
const openedCustomers = 50;

async function lookAtRestored(options: RestoreOptions): Promise<Pick<Restored, 'findings' | 'entries' | 'records'>> {
  const { folder, ports, secret } = options;
  const config = restoredConfig(options);
  const accessToken = readAccessToken(folder)!;
  const app = await App.create({ folder, config, ports, accessToken, apart: true, loopDelayMs: () => 0 });
  try {
    await app.unseal(secret);
    const headers = { authorization: `Bearer ${accessToken}` };
    const { findings } = (await app.http.inject({ url: '/api/doctor?deep=true', headers })).json<{ findings: Finding[] }>();
    const wrong = findings.find(({ severity }) => severity === 'error');
    if (wrong) throw new Fault('unhealthy', `${wrong.check}: ${wrong.message.en}`);
    const { audit, profiles, store } = app.node();
    const verdict = await verifyLog(audit.items(), []);
    if (verdict.flaw) throw new Fault('audit_broken', `${verdict.flaw.kind}: entry ${verdict.flaw.entry}`);
    const [counted] = await store.select('SELECT count(*) AS n FROM records');
    const some = await store.select('SELECT record_id FROM records ORDER BY record_id DESC LIMIT :most', {
      most: openedCustomers,
    });
    for (const { record_id } of some) await profiles.profile(Number(record_id));
    return { findings, entries: audit.size, records: Number(counted!.n) };
  } finally {
    await app.close();
  }
}
