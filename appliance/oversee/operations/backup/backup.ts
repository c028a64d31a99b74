// The node's backups: made on a schedule and when asked, verified, pruned; one piece of work at a time, in a thread of its own. What a restore needs is
// here too.

import { setInterval } from 'node:timers';
import type { Key } from '../../../../crypto/keys.ts';
import { zeroBytes } from '../../../../crypto/keys.ts';
import { Fault } from '../../../core/errors.ts';
import type { BackupDeclaration } from '../../../core/model/backup-config.ts';
import { type Pool, startPool } from '../../../core/pool/pool.ts';
import type { Ports } from '../../../core/ports.ts';
import { databaseDescriptor } from '../../../core/store/snapshot/snapshot.ts';
import type { Finding, Store } from '../../../core/store/store.ts';
import { type Background, currentRequestId } from '../../../core/telemetry/telemetry.ts';
import { type Place, Turns } from '../../../core/turns/turns.ts';
import type { Database, Progress } from './backup.task.ts';
import { backupFindings } from './finding.ts';
import { defaultKeep, type KeepRules } from './keep.ts';
import { backupKeys, masterBytes } from './keys.ts';
import { claimTarget, type Manifest, readManifest, snapshotIds } from './manifest.ts';
import type { Pruned } from './prune.ts';
import { whyUnreachable } from './reach.ts';
import { type Environment, openTarget, targetLabel, targetSettings } from './settings.ts';
import {
  type BackupState,
  type Failed,
  isKeyExported,
  type Made,
  type RestoreTest,
  readRestoreTest,
  readState,
  writeState,
} from './state.ts';
import type { TargetSettings } from './target.ts';
import type { Verified } from './verify.ts';

export { databaseEntry } from './backup.task.ts';
export { type BackupKeys, backupKeys, backupMaster } from './keys.ts';
export { claimTarget, type FileEntry, type Manifest } from './manifest.ts';
export { dumpSource, restoreDump } from './postgres.ts';
export { chooseSnapshot, readFileTo, readWhole } from './read.ts';
export { openTarget, targetLabel, targetSettings } from './settings.ts';
export { keyExported, type RestoreTest, writeRestoreTest } from './state.ts';
export type { Target, TargetSettings } from './target.ts';
export { type Verified, verifyTarget } from './verify.ts';

export const backupLimits = {
  /** How often it is looked whether a backup is due. */
  lookEveryMs: 10_000,
  pruneEveryMs: 24 * 3_600_000,
  /** By how much the thread gives way to the node. */
  niceness: 5,
  /** A backup waits for other heavy work no longer than this: what is not copied could be lost. */
  patienceMs: 10 * 60_000,
} as const;

export const jobKinds = ['backup', 'verify', 'prune'] as const;
export type JobKind = (typeof jobKinds)[number];
export type BackupJob = {
  kind: JobKind;
  /** `waiting`: for other heavy work of the node. */
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
  by: string;
  startedAtMs: number;
  endedAtMs?: number;
  doneBytes: number;
  totalBytes?: number;
  addedBytes?: number;
  /** Of a backup. */
  snapshot?: string;
  verified?: Verified;
  pruned?: Pruned;
  code?: string;
  where?: string;
};
export type SnapshotView =
  | Pick<Manifest, 'id' | 'atMs' | 'engine' | 'software' | 'sizeBytes' | 'addedBytes'>
  | { id: string; damaged: true };
export type BackupsView = {
  target?: string;
  everyMinutes?: number;
  keep: KeepRules;
  nextAtMs?: number;
  job?: BackupJob;
  last?: Made;
  failed?: Failed;
  verified?: BackupState['verified'];
  test?: RestoreTest;
};

export type BackupParts = {
  /** The data folder. */
  folder: string;
  declared: BackupDeclaration | undefined;
  database: { engine: 'sqlite'; file: string } | { engine: 'postgres'; url: string };
  /** Beside the database: name in the backup, and where it is. */
  files: readonly { name: string; path: string }[];
  store: Pick<Store, 'onScrub'>;
  ports: Ports;
  env: Environment;
  /** Taken over. */
  master: Key<'index'>;
  software: string;
  /** Whether the node serves; a folder that a command opened has no schedule. */
  isServing(): boolean;
  /** Into the audit log. */
  note(entry: { actor: string; action: string; outcome: string; target: string }): Promise<unknown>;
  failed(error: unknown): void;
  /** For work that outlives the request that asked for it. */
  background?: Background;
  turns?: Turns | undefined;
};

type Tasks = typeof import('./backup.task.ts');

export class Backups {
  readonly #parts: BackupParts;
  readonly #pool: Pool<Tasks>;
  readonly #turns: Turns;
  readonly #leave = new Int32Array(new SharedArrayBuffer(4));
  readonly #endScrubs: () => void;
  #timer: ReturnType<typeof setInterval> | undefined;
  #state: BackupState;
  #job: BackupJob | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopping: AbortController | undefined;
  #closed = false;

  constructor(parts: BackupParts) {
    this.#parts = parts;
    this.#state = readState(parts.folder);
    this.#turns = parts.turns ?? new Turns();
    this.#job = brokenOff(this.#state);
    this.#pool = startPool<Tasks>(new URL('./backup.task.ts', import.meta.url), { threads: 1, niceness: backupLimits.niceness });
    // An erasure empties the log, which a copy under way keeps: the copy begins again after it.
    this.#endScrubs =
      parts.store.onScrub?.((waiting) => void Atomics.store(this.#leave, 0, waiting ? 1 : 0)) ?? (() => undefined);
  }

  /** The schedule. Not for a node that is opened to be looked at. */
  begin(): void {
    this.#timer = setInterval(() => this.#look(), backupLimits.lookEveryMs).unref();
    this.#look();
  }

  get keep(): KeepRules {
    return { ...defaultKeep, ...this.#parts.declared?.keep };
  }

  view(): BackupsView {
    const { declared, folder } = this.#parts;
    const { last, failed, verified } = this.#state;
    const test = readRestoreTest(folder);
    const nextAtMs = this.#nextAtMs();
    const settings = this.#settings();
    return {
      ...(settings && !('code' in settings) && { target: targetLabel(settings) }),
      ...(declared?.everyMinutes !== undefined && { everyMinutes: declared.everyMinutes }),
      keep: this.keep,
      ...(nextAtMs !== undefined && { nextAtMs }),
      ...(this.#job && { job: { ...this.#job } }),
      ...(last && { last }),
      ...(failed && { failed }),
      ...(verified && { verified }),
      ...(test && { test }),
    };
  }

  /** Oldest first. None where nothing was backed up yet. @throws {Fault} `backup_unset`, `backup_foreign`, `backup_target_failed` */
  async list(): Promise<SnapshotView[]> {
    const keys = backupKeys(this.#parts.master);
    const target = openTarget(this.#target());
    try {
      await claimTarget(target, keys, false);
      const found: SnapshotView[] = [];
      for (const id of await snapshotIds(target)) {
        const manifest = await readManifest(target, keys, id).catch((error: unknown) => {
          if (error instanceof Fault && (error.code === 'backup_damaged' || error.code === 'not_found')) return undefined;
          throw error;
        });
        if (!manifest) found.push({ id, damaged: true });
        else {
          const { atMs, engine, software, sizeBytes, addedBytes } = manifest;
          found.push({ id, atMs, engine, software, sizeBytes, addedBytes });
        }
      }
      return found;
    } catch (error) {
      if (error instanceof Fault && error.code === 'not_found') return [];
      throw error;
    } finally {
      target.close();
      keys.destroy();
    }
  }

  /** Begins it in the background. @throws {Fault} `backup_busy`, `backup_unset`, `stopping` */
  start(kind: JobKind, by: string): BackupJob {
    if (this.#closed) throw new Fault('stopping');
    if (this.#isBusy) throw new Fault('backup_busy', this.#job!.kind);
    const target = this.#target();
    const atMs = this.#parts.ports.clock.nowMs();
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const place = this.#turns.want({ patienceMs: backupLimits.patienceMs, signal });
    const job: BackupJob = { kind, state: place.waits ? 'waiting' : 'running', by, startedAtMs: atMs, doneBytes: 0 };
    this.#job = job;
    // The folder's name to the lease is on disk before there is one: after a kill it takes up its own.
    this.#remember({ unended: { kind, by, atMs } });
    const work = () => this.#run(job, target, signal, place);
    const { background } = this.#parts;
    this.#running = background ? background(`job ${kind}`, { 'holdfast.job': kind }, currentRequestId(), work) : work();
    return { ...job };
  }

  /** @throws {Fault} `not_found` when nothing runs */
  async cancel(): Promise<BackupJob> {
    if (!this.#isBusy) throw new Fault('not_found', 'work on backups');
    this.#stopping?.abort(new Fault('cancelled', this.#job!.kind));
    await this.#running;
    return { ...this.#job! };
  }

  /** Resolves when what was started has ended. */
  async settled(): Promise<void> {
    await this.#running;
  }

  async check(): Promise<Finding[]> {
    const { folder, declared, ports } = this.#parts;
    const target = this.#settings();
    return backupFindings({
      nowMs: ports.clock.nowMs(),
      target,
      unreachable: target && !('code' in target) ? await whyUnreachable(target, this.#state.last !== undefined) : undefined,
      folder,
      everyMinutes: declared?.everyMinutes,
      state: this.#state,
      keyExported: isKeyExported(folder),
      test: readRestoreTest(folder),
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#endScrubs();
    this.#stopping?.abort(new Fault('stopping'));
    await this.#running;
    await this.#pool.close();
    this.#parts.master.destroy();
  }

  get #isBusy(): boolean {
    return this.#job?.state === 'running' || this.#job?.state === 'waiting';
  }

  #target(): TargetSettings {
    const { declared, folder, env } = this.#parts;
    return targetSettings(declared, folder, env);
  }

  #settings(): TargetSettings | undefined | { code: string } {
    try {
      return this.#target();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return error.code === 'backup_unset' ? undefined : { code: error.code };
    }
  }

  #nextAtMs(): number | undefined {
    const everyMinutes = this.#parts.declared?.everyMinutes;
    if (everyMinutes === undefined || this.#parts.declared?.to === undefined) return undefined;
    const { last, failed } = this.#state;
    const from = Math.max(last?.atMs ?? 0, failed?.kind === 'backup' ? failed.atMs : 0);
    return from + everyMinutes * 60_000;
  }

  #look(): void {
    const nextAtMs = this.#parts.isServing() ? this.#nextAtMs() : undefined;
    if (nextAtMs === undefined || nextAtMs > this.#parts.ports.clock.nowMs() || this.#isBusy) return;
    try {
      this.start('backup', 'system');
    } catch (error) {
      // A place that cannot be used: tried again when the next one is due.
      this.#fail('backup', error);
    }
  }

  async #run(job: BackupJob, target: TargetSettings, signal: AbortSignal, place: Place): Promise<void> {
    const { clock } = this.#parts.ports;
    try {
      if (place.waits) await place.begun;
      job.state = 'running';
      if (job.kind === 'backup') await this.#backUp(job, target, signal);
      else if (job.kind === 'verify') await this.#verify(job, target, signal);
      else await this.#prune(job, target, signal);
      job.state = 'done';
    } catch (error) {
      const fault = error instanceof Fault ? error : new Fault('internal', undefined, { cause: error });
      job.state = signal.aborted ? 'cancelled' : 'failed';
      job.code = fault.code;
      if (fault.where !== undefined) job.where = fault.where;
      if (job.state === 'failed') this.#fail(job.kind, fault);
    } finally {
      place.leave();
    }
    job.endedAtMs = clock.nowMs();
    if (job.code !== 'stopping') this.#remember({ unended: undefined });
    const outcome = job.state === 'failed' ? `failed:${job.code}` : job.state;
    await this.#parts
      .note({ actor: job.by, action: `backup.${job.kind}`, outcome, target: job.snapshot ?? 'backups' })
      .catch((error: unknown) => this.#parts.failed(error));
  }

  async #backUp(job: BackupJob, target: TargetSettings, signal: AbortSignal): Promise<void> {
    const { database, files, software, ports } = this.#parts;
    const given: Database =
      database.engine === 'sqlite' ? { ...database, descriptor: databaseDescriptor(database.file) } : database;
    const made = await this.#order(target, (order) =>
      this.#pool.run(
        'backup',
        { ...order, database: given, files, software, leave: this.#leave },
        { signal, onMessage: this.#hear(job) },
      ),
    );
    job.snapshot = made.id;
    job.doneBytes = made.sizeBytes;
    job.totalBytes = made.sizeBytes;
    job.addedBytes = made.addedBytes;
    const { id, atMs, sizeBytes, addedBytes } = made;
    const { failed: _, ...before } = this.#state;
    this.#state = before;
    this.#write({ last: { id, atMs, sizeBytes, addedBytes, tookMs: ports.clock.nowMs() - job.startedAtMs } });
    if (ports.clock.nowMs() - (this.#state.prunedAtMs ?? 0) < backupLimits.pruneEveryMs) return;
    try {
      await this.#prune(job, target, signal);
    } catch (error) {
      // The backup is made all the same.
      if (signal.aborted) throw error;
      this.#fail('prune', error);
    }
  }

  async #verify(job: BackupJob, target: TargetSettings, signal: AbortSignal): Promise<void> {
    const newest = this.#state.last?.id;
    const verified = await this.#order(target, (order) =>
      this.#pool.run('verify', { ...order, ...(newest !== undefined && { newest }) }, { signal, onMessage: this.#hear(job) }),
    );
    job.verified = verified;
    const { snapshots, chunks, damaged } = verified;
    this.#write({ verified: { atMs: this.#parts.ports.clock.nowMs(), snapshots, chunks, damaged: damaged.length } });
    if (damaged.length > 0) throw new Fault('backup_damaged', `${damaged.length}: ${damaged[0]!.object}`);
  }

  async #prune(job: BackupJob, target: TargetSettings, signal: AbortSignal): Promise<void> {
    job.pruned = await this.#order(target, (order) => this.#pool.run('prune', { ...order, keep: this.keep }, { signal }));
    this.#write({ prunedAtMs: this.#parts.ports.clock.nowMs() });
  }

  async #order<T>(
    target: TargetSettings,
    use: (order: { target: TargetSettings; master: Uint8Array; owner: string }) => Promise<T>,
  ): Promise<T> {
    const master = masterBytes(this.#parts.master);
    try {
      return await use({ target, master, owner: this.#state.owner });
    } finally {
      zeroBytes(master);
    }
  }

  #fail(kind: JobKind, error: unknown): void {
    this.#parts.failed(error);
    const { code, where } = error instanceof Fault ? error : new Fault('internal');
    this.#remember({ failed: { atMs: this.#parts.ports.clock.nowMs(), kind, code, ...(where !== undefined && { where }) } });
  }

  #hear(job: BackupJob): (message: unknown) => void {
    return (message) => void Object.assign(job, message as Progress);
  }

  #write(more: Partial<BackupState>): void {
    this.#state = { ...this.#state, ...more };
    writeState(this.#parts.folder, this.#state);
  }

  /** Where that fails too (a full disk), doctor hears of it from memory. */
  #remember(more: { [name in keyof BackupState]?: BackupState[name] | undefined }): void {
    this.#state = { ...this.#state, ...more } as BackupState;
    try {
      writeState(this.#parts.folder, this.#state);
    } catch (error) {
      this.#parts.failed(error);
    }
  }
}

function brokenOff({ unended }: BackupState): BackupJob | undefined {
  if (!unended) return undefined;
  const { kind, by, atMs } = unended;
  return { kind: kind as JobKind, state: 'failed', by, startedAtMs: atMs, doneBytes: 0, code: 'job_broken_off' };
}
