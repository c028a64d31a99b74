// Upgrades of the stored data: snapshot, migrations, a look at the result, and back to the snapshot by itself where anything fails or a kill cut it
// short. What is accepted is never in question: from the first step to the last one nothing is accepted.

import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import {
  type Applied,
  appliedTo,
  dueMigrations,
  type FolderLock,
  lockFolder,
  OfflineDatabase,
  settleFile,
} from '../../../core/store/offline/offline.ts';
import type { Finding, Migration } from '../../../core/store/store.ts';
import {
  type Cause,
  type Journal,
  journalFile,
  type Outcome,
  type Running,
  readJournal,
  type Schema,
  type UpgradeStep,
  writeJournal,
} from './journal.ts';
import {
  canReflink,
  type DatabasePlace,
  dropKeyFile,
  dropSnapshot,
  freeBytes,
  makeSnapshot,
  putBack,
  type SmallFile,
} from './snapshot.ts';

export { upgradeFindings } from './finding.ts';
export {
  type Journal,
  journalFile,
  type Outcome,
  readJournal,
  snapshotFolder,
  type UpgradeStep,
  upgradeSteps,
} from './journal.ts';
export type { DatabasePlace, SmallFile } from './snapshot.ts';

export const upgradeLimits = {
  /** Starts that work on one upgrade; it is rolled back for good when each of them was killed. */
  starts: 3,
  /** Beside the snapshot: what migrations may write, as a part of the database, and at least. */
  headroom: 0.1,
  headroomBytes: 32 * 1024 ** 2,
} as const;

const dayMs = 24 * 3_600_000;

export type UpgradeParts = {
  /** The data folder. */
  folder: string;
  database: DatabasePlace;
  /** Where the folder's lock is, of a database that is elsewhere too. */
  lockedFile: string;
  /** The key file first. */
  files: readonly SmallFile[];
  migrations: readonly Migration[];
  software: string;
  clock: Clock;
  keepDays: number;
  /** Tries again what has failed before. */
  again?: boolean;
  /** Before the first step: from here on clients are told to come again. */
  onDue?(): Promise<void>;
  /** Each step, once it is written down and before it begins. */
  onStep?(step: UpgradeStep): void;
  freeBytes?(folder: string): number;
};

/** What would be done, and whether it can. */
export type UpgradePlan = {
  from: Schema;
  to: Schema;
  due: number[];
  sizeBytes: number;
  neededBytes: number;
  freeBytes: number;
  journal: Journal;
};

/** @throws {Fault} `store_in_use` while a node runs, `store_from_future`, `migration_changed` */
export async function planUpgrade(parts: UpgradeParts): Promise<UpgradePlan> {
  const lock = lockFolder(parts.lockedFile);
  try {
    return await withDatabase(parts.database, async (open) => {
      const applied = await open.applied();
      const due = applied.length === 0 ? [] : dueMigrations(parts.database.engine, parts.migrations, applied);
      return {
        from: schemaOf(applied),
        to: schemaOf(parts.migrations),
        due: due.map(({ version }) => version),
        ...(await roomOf(parts, await open.sizeBytes())),
        journal: readJournal(parts.folder),
      };
    });
  } finally {
    lock.release();
  }
}

/**
 * First at every opening of a data folder: finishes or takes back what a kill cut short, then prepares what is due.
 * @returns the folder's lock, still held, and the upgrade that goes on with the opened store
 * @throws {Fault} `upgrade_failed` where the same upgrade failed before, `upgrade_stuck`, `store_in_use`, `store_from_future`, `disk_full`
 */
export async function beginUpgrade(parts: UpgradeParts): Promise<{ lock: FolderLock; upgrade?: Upgrade }> {
  const lock = lockFolder(parts.lockedFile);
  try {
    await expireSnapshot(parts.folder, parts.clock.nowMs());
    const upgrade = await settle(parts);
    return { lock, ...(upgrade && { upgrade }) };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Of several nodes none upgrades what the others work with.
 * @throws {Fault} `not_with_several_nodes` where an upgrade is due, or one was cut short
 */
export async function refuseUpgrade({ folder, database, migrations }: UpgradeParts): Promise<void> {
  if (database.engine !== 'postgres') return;
  const open = await OfflineDatabase.beside(database.url);
  try {
    const applied = await open.applied();
    const due = applied.length === 0 ? [] : dueMigrations(database.engine, migrations, applied);
    if (due.length > 0 || readJournal(folder).running) throw new Fault('not_with_several_nodes', 'an upgrade of the stored data');
  } finally {
    await open.close();
  }
}

async function settle(parts: UpgradeParts): Promise<Upgrade | undefined> {
  const { folder, database, migrations } = parts;
  const upgrade = new Upgrade(parts);
  let starts = 0;
  const { running, kept } = readJournal(folder);
  // Of one that was put back, or removed in half.
  if (!running && !kept) await dropSnapshot(folder);
  if (running) {
    if (running.step === 'commit') await upgrade.finish();
    else if (!touches(running.step)) await upgrade.forget();
    else if (await upgrade.canGoOn(running)) return upgrade;
    else await upgrade.putBack(running.cause ?? { step: running.step, code: killed });
    starts = running.starts;
  }
  return withDatabase(database, async (open) => {
    const applied = await open.applied();
    const due = applied.length === 0 ? [] : dueMigrations(database.engine, migrations, applied);
    if (due.length === 0) return undefined;
    const versions = due.map(({ version }) => version);
    refuseFailed(parts, versions);
    await parts.onDue?.();
    await upgrade.prepare({ from: schemaOf(applied), due: versions, starts: starts + 1 }, open);
    return upgrade;
  });
}

const killed = 'killed';
/** Steps that change the database, or stand on one that is changed. */
const touches = (step: UpgradeStep): boolean => !['preflight', 'drain', 'snapshot'].includes(step);

/** What failed is not tried again by each start: a service would go round in circles. A kill is no failure, until it comes again and again. */
function refuseFailed({ folder, again }: UpgradeParts, due: readonly number[]): void {
  const { last } = readJournal(folder);
  if (again || last?.outcome !== 'rolled_back' || !last.cause || String(last.due) !== String(due)) return;
  if (last.cause.code === killed && last.starts < upgradeLimits.starts) return;
  throw failure(last.cause);
}

const failure = ({ step, code, where }: Cause, cause?: unknown): Fault =>
  new Fault('upgrade_failed', `${step}: ${code}${where === undefined ? '' : ` (${where})`}`, { cause });

export class Upgrade {
  readonly #parts: UpgradeParts;

  constructor(parts: UpgradeParts) {
    this.#parts = parts;
  }

  /** @returns whether this program made what lies there, and may look at it once more */
  async canGoOn(running: Running): Promise<boolean> {
    const { software, database, migrations } = this.#parts;
    if (!['check', 'open'].includes(running.step) || running.software !== software) return false;
    // A node that waits sealed may be restarted as often as one likes; one that dies while it looks may not.
    const isCutShort = running.step === 'open';
    if (isCutShort && running.starts >= upgradeLimits.starts) return false;
    const applied = await withDatabase(database, (open) => open.applied()).catch(() => []);
    const known = new Set(migrations.map(({ version }) => version));
    if (applied.length !== known.size || !applied.every(({ version }) => known.has(version))) return false;
    this.#update((journal) => ({ ...journal, running: { ...running, starts: running.starts + (isCutShort ? 1 : 0) } }));
    return true;
  }

  /** Up to the snapshot: a failure here has changed nothing. */
  async prepare(found: Pick<Running, 'from' | 'due' | 'starts'>, open: OpenDatabase): Promise<void> {
    const { folder, database, software, clock, migrations } = this.#parts;
    const startedAtMs = clock.nowMs();
    const running: Running = {
      id: String(startedAtMs),
      step: 'preflight',
      engine: database.engine,
      software,
      to: schemaOf(migrations),
      startedAtMs,
      ...found,
    };
    this.#update(({ running: _, ...journal }) => ({ ...journal, running }));
    try {
      this.#parts.onStep?.('preflight');
      const room = await roomOf(this.#parts, await open.sizeBytes());
      if (room.freeBytes < room.neededBytes) throw new Fault('disk_full', noRoom(folder, room));
      this.#step('drain');
      // What was accepted is committed, if only in the log of a process that was killed.
      if (database.engine === 'sqlite') settleFile(database.file);
      this.#step('snapshot');
      // The one of the upgrade before.
      await dropSnapshot(folder);
      this.#update(({ kept: _, ...journal }) => journal);
      const snapshot = await makeSnapshot(folder, database, this.#parts.files);
      this.#update((journal) => ({ ...journal, running: { ...journal.running!, snapshot } }));
    } catch (error) {
      await this.forget();
      throw error;
    }
  }

  /** @param work of the store, which is open from here on */
  async migrate(work: () => Promise<void>): Promise<void> {
    if (this.#running().step !== 'snapshot') return;
    this.#step('migrate');
    await work();
  }

  /** What can be looked at without keys. */
  async check(look: () => Promise<Finding[]>): Promise<void> {
    this.#step('check');
    const wrong = (await look()).find(({ severity }) => severity === 'error');
    if (wrong) throw new Fault('unhealthy', `${wrong.check}: ${wrong.message.en}`);
  }

  /** What needs the keys: at the first unsealing. */
  async open(look: () => Promise<void>): Promise<void> {
    this.#step('open');
    await look();
  }

  async commit(): Promise<void> {
    this.#step('commit');
    await this.finish();
  }

  /** What follows once it is decided; again after a kill. */
  async finish(): Promise<void> {
    const { folder, files, clock, keepDays } = this.#parts;
    const running = this.#running();
    const endedAtMs = clock.nowMs();
    const stays = keepDays > 0 && !running.mayNotStay && running.snapshot !== undefined;
    if (stays) await dropKeyFile(folder, files[0]!.name);
    else await dropSnapshot(folder, running.snapshot?.isReflink);
    const { engine, from, to } = running;
    const kept = stays && {
      kept: { ...running.snapshot!, engine, from, to, madeAtMs: running.startedAtMs, untilMs: endedAtMs + keepDays * dayMs },
    };
    writeJournal(folder, { last: outcomeOf(running, endedAtMs, 'done'), ...kept });
  }

  /** Nothing was changed: as if it had not begun. */
  async forget(): Promise<void> {
    await dropSnapshot(this.#parts.folder);
    this.#update(({ running: _, kept: __, ...journal }) => journal);
  }

  /**
   * The store is closed. Takes the folder's lock itself.
   * @throws {Fault} `upgrade_failed` always, or why that cannot be done
   */
  async rollBack(error: unknown): Promise<never> {
    const cause = causeOf(this.#running().step, error);
    const lock = lockFolder(this.#parts.lockedFile);
    try {
      await this.putBack(cause);
    } finally {
      lock.release();
    }
    throw failure(cause, error);
  }

  async putBack(cause: Cause): Promise<void> {
    const { folder, database, files, clock } = this.#parts;
    this.#update((journal) => ({ ...journal, running: { ...journal.running!, step: 'roll_back', cause } }));
    this.#parts.onStep?.('roll_back');
    const running = this.#running();
    await putBack(folder, database, files, running.snapshot!);
    writeJournal(folder, { last: { ...outcomeOf(running, clock.nowMs(), 'rolled_back'), cause } });
    await dropSnapshot(folder);
  }

  #running(): Running {
    return readJournal(this.#parts.folder).running!;
  }

  #step(step: UpgradeStep): void {
    this.#update((journal) => ({ ...journal, running: { ...journal.running!, step } }));
    this.#parts.onStep?.(step);
  }

  #update(change: (journal: Journal) => Journal): void {
    writeJournal(this.#parts.folder, change(readJournal(this.#parts.folder)));
  }
}

function causeOf(step: UpgradeStep, error: unknown): Cause {
  if (error instanceof Fault) return { step, code: error.code, ...(error.where !== undefined && { where: error.where }) };
  return { step, code: 'internal' };
}

function outcomeOf(
  { id, software, from, to, due, startedAtMs, starts }: Running,
  endedAtMs: number,
  outcome: Outcome['outcome'],
): Outcome {
  return { id, software, from, to, due, startedAtMs, starts, outcome, endedAtMs, isTold: false };
}

const schemaOf = (migrations: readonly { version: number }[]): Schema => ({
  migrations: migrations.length,
  newest: Math.max(0, ...migrations.map(({ version }) => version)),
});

type Room = Pick<UpgradePlan, 'sizeBytes' | 'neededBytes' | 'freeBytes'>;

async function roomOf({ folder, database, freeBytes: free = freeBytes }: UpgradeParts, sizeBytes: number): Promise<Room> {
  const copied = database.engine === 'sqlite' && (await canReflink(folder)) ? 0 : sizeBytes;
  const neededBytes = Math.ceil(copied + Math.max(upgradeLimits.headroomBytes, sizeBytes * upgradeLimits.headroom));
  return { sizeBytes, neededBytes, freeBytes: free(folder) };
}

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1024 ** 2)} MB`;
const noRoom = (folder: string, { neededBytes, freeBytes: free }: Room) =>
  `${folder}: the upgrade needs ${megabytes(neededBytes)}, ${megabytes(free)} are free`;

type OpenDatabase = { applied(): Promise<Applied[]>; sizeBytes(): Promise<number> };

async function withDatabase<T>(database: DatabasePlace, use: (open: OpenDatabase) => Promise<T>): Promise<T> {
  if (database.engine === 'sqlite') {
    const { file } = database;
    const sizeOf = (path: string) => (existsSync(path) ? statSync(path).size : 0);
    return use({ applied: async () => appliedTo(file), sizeBytes: async () => sizeOf(file) + sizeOf(`${file}-wal`) });
  }
  const offline = await OfflineDatabase.open(database.url);
  try {
    return await use(offline);
  } finally {
    await offline.close();
  }
}

/** Somebody was erased, or keys were changed: what holds the keys of before goes now, or as soon as the upgrade that runs has ended. */
export async function forgetSnapshot(folder: string): Promise<void> {
  const { running, kept, ...journal } = readJournal(folder);
  if (running) writeJournal(folder, { ...journal, ...(kept && { kept }), running: { ...running, mayNotStay: true } });
  else if (kept) {
    await dropSnapshot(folder, kept.isReflink);
    writeJournal(folder, journal);
  }
}

/** Another database has taken the place of the one that was upgraded: nothing that is known of it holds any more. */
export async function discardUpgrades(folder: string): Promise<void> {
  await dropSnapshot(folder);
  rmSync(join(folder, journalFile), { force: true });
}

/** What was kept long enough goes. */
export async function expireSnapshot(folder: string, nowMs: number): Promise<void> {
  const { kept, running } = readJournal(folder);
  if (kept && !running && kept.untilMs <= nowMs) await forgetSnapshot(folder);
}

/** The latest outcome, until it stands in the audit log. */
export function untold(folder: string): Outcome | undefined {
  const { last } = readJournal(folder);
  return last && !last.isTold ? last : undefined;
}

export function told(folder: string): void {
  const journal = readJournal(folder);
  if (journal.last) writeJournal(folder, { ...journal, last: { ...journal.last, isTold: true } });
}
