// Trainings as jobs: one at a time, in the order they were asked for, with what stage they are in and how long it will take. A job is on disk before
// anybody is told of it; one that a stop or a kill broke off is taken up again when the node opens.

import { Fault } from '../../../core/errors.ts';
import type { Clock } from '../../../core/ports.ts';
import type { Change, Store } from '../../../core/store/store.ts';
import { apart, type Background, currentRequestId } from '../../../core/telemetry/telemetry.ts';
import { Turns } from '../../../core/turns/turns.ts';
import { checkLimits, checkTraining, type TrainingCheck } from './check.ts';
import type { NewModel, Registry } from './registry.ts';
import { modelOf, type RunParts, run, type Settled, type Stage } from './run.ts';
import { checkpointChanges, jobsTable, readBodies, readCheckpoint, type Seals, sealed } from './store.ts';
import type { Ask, Model, Schedule, Version } from './version.ts';

export const jobLimits = {
  /** Waiting at once. Beyond: too_busy. */
  waiting: 20,
  /** Ended ones that are remembered. */
  remembered: 200,
  /** Times that a job which never comes to an end is begun. */
  attempts: 3,
  /** After the store refused to keep how a job ended. */
  retryMs: 10_000,
  /** Between two looks at what is due by schedule. */
  scheduleMs: 60_000,
} as const;

export type JobState = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';
export type Job = {
  readonly id: number;
  readonly model: string;
  readonly ask: Ask;
  /** `system` for what was due by schedule. */
  readonly by: string;
  readonly scheduled?: true;
  /** Of the request that asked for it. */
  readonly requestId?: string;
  readonly createdAtMs: number;
  readonly state: JobState;
  readonly attempts: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly settled?: Settled;
  /** The number of the version that came of it. */
  readonly version?: number;
  /** Of the fault that it ended in. */
  readonly code?: string;
  readonly where?: string;
};
export type JobView = Omit<Job, 'settled' | 'requestId'> & {
  readonly stage?: Stage;
  readonly share?: number;
  readonly etaMs?: number;
};

export type JobParts = Seals &
  RunParts & {
    readonly store: Store;
    readonly clock: Clock;
    /** For work that outlives the request that asked for it. */
    readonly background?: Background | undefined;
    /** Where it waits for other heavy work of the node. */
    readonly turns?: Turns | undefined;
    /** Whether a purpose is declared. */
    isDeclared(purpose: string): boolean;
    /** What the configuration says of a model. */
    scheduleOf?(model: string): Schedule | undefined;
    /** A version serves since a job said so. */
    promoted?(job: Job, version: Version): Promise<void>;
  };

/** How much of the whole each stage is, about. */
const weights: { readonly [stage in Stage]: number } = { choosing: 0.02, reading: 0.18, training: 0.78, keeping: 0.02 };
const stages = Object.keys(weights) as Stage[];
const system = 'system';

export class Jobs {
  readonly #parts: JobParts;
  readonly #registry: Registry;
  readonly #turns: Turns;
  readonly #jobs = new Map<number, Job>();
  #progress: { id: number; stage: Stage; share: number; sinceMs: number; from: number } | undefined;
  #abort: { id: number; controller: AbortController; why?: 'cancelled' | 'stopping' } | undefined;
  /** Checkpoints are written one after the other, beside the training. */
  #saving: Promise<void> = Promise.resolve();
  #running: Promise<void> | undefined;
  /** Takes the next one out of the row of heavy work. */
  #leaving: AbortController | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;
  #stopping = false;
  #pauseMs = 0;
  #checking = 0;

  private constructor(parts: JobParts) {
    this.#parts = parts;
    this.#registry = parts.registry;
    this.#turns = parts.turns ?? new Turns();
  }

  static async open(parts: JobParts): Promise<Jobs> {
    const jobs = new Jobs(parts);
    for (const job of await readBodies<Job>(parts.store, parts, jobsTable)) jobs.#jobs.set(job.id, job);
    return jobs;
  }

  /** Takes up what was broken off, and from now on what is due. */
  begin(): void {
    this.#next();
    this.#timer = setInterval(() => void this.checkSchedules(), jobLimits.scheduleMs);
    this.#timer.unref();
    void this.checkSchedules();
  }

  /** Trainings that wait, and the most that may. */
  get queue(): { waiting: number; most: number; oldestAtMs?: number } {
    const waiting = [...this.#jobs.values()].filter(({ state }) => state === 'waiting');
    const oldestAtMs = waiting.reduce((least, { createdAtMs }) => Math.min(least, createdAtMs), Number.POSITIVE_INFINITY);
    return { waiting: waiting.length, most: jobLimits.waiting, ...(waiting.length > 0 && { oldestAtMs }) };
  }

  /** Since when the first of them waits. */
  get waitingSinceMs(): number | undefined {
    return [...this.#jobs.values()].find(({ state }) => state === 'waiting')?.createdAtMs;
  }

  /** How many there are in each state. */
  get counts(): { readonly [state in JobState]?: number } {
    const counts: { [state in JobState]?: number } = {};
    for (const { state } of this.#jobs.values()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  }

  /** The newest first. */
  list(): JobView[] {
    return [...this.#jobs.values()].sort((a, b) => b.id - a.id).map((job) => this.#view(job));
  }

  /** @throws {Fault} `not_found` */
  get(id: number): JobView {
    return this.#view(this.#job(id));
  }

  /**
   * Asks for a training; it waits for its turn.
   * @param name of the model; that of the question or label when absent
   * @throws {Fault} `bad_request`, `not_found` for an unknown question, `too_busy`, `conflict`
   */
  async ask(ask: Ask, by: string, name?: string, scheduled?: true): Promise<JobView> {
    if (this.queue.waiting >= jobLimits.waiting) throw new Fault('too_busy', `${jobLimits.waiting} trainings wait already`);
    const wanted = modelOf(ask, name);
    this.#checkPurpose(ask);
    this.#registry.check(wanted);
    const requestId = currentRequestId();
    const job: Job = {
      id: await this.#parts.store.allocate('model jobs', 1),
      model: wanted.name,
      ask,
      by,
      ...(scheduled && { scheduled }),
      createdAtMs: this.#parts.clock.nowMs(),
      ...(requestId !== undefined && { requestId }),
      state: 'waiting',
      attempts: 0,
    };

    await this.#write(job);
    await this.#forgetOld();
    this.#next();
    return this.#view(job);
  }

  /** What a training of this would be made of. @throws {Fault} as `ask` and the training would, `too_busy` */
  async check(ask: Ask): Promise<TrainingCheck> {
    if (this.#checking >= checkLimits.atOnce) throw new Fault('too_busy', `${checkLimits.atOnce} checks run already`);
    const wanted = modelOf(ask, undefined);
    this.#checkPurpose(ask);
    this.#checking += 1;
    try {
      return await checkTraining(this.#parts, wanted, this.#parts.clock.nowMs());
    } finally {
      this.#checking -= 1;
    }
  }

  /** @throws {Fault} `not_found`, `conflict` when it has ended */
  async cancel(id: number): Promise<JobView> {
    const job = this.#job(id);
    if (this.#abort?.id === id) {
      this.#abort.why = 'cancelled';
      this.#abort.controller.abort();
      await this.#running;
      return this.get(id);
    }
    // One that a stop broke off waits for its turn again.
    if (job.state !== 'waiting' && job.state !== 'running') throw new Fault('conflict', `job ${id} has ended`);
    await this.#end({ ...job, state: 'cancelled', endedAtMs: this.#parts.clock.nowMs() });
    if (!this.#due()) this.#leaving?.abort();
    return this.get(id);
  }

  /** When a model is trained again by its schedule; undefined: by nobody's. */
  dueAtMs({ name, schedule, createdAtMs }: Model): number | undefined {
    if (!schedule) return undefined;
    const mine = [...this.#jobs.values()].filter((job) => job.model === name);
    const lastMs = Math.max(createdAtMs, ...mine.map((job) => job.createdAtMs));
    return lastMs + schedule.everyDays * 86_400_000;
  }

  /** Asks for what is due by its schedule. */
  async checkSchedules(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    for (const model of this.#registry.models) {
      const { schedule, name, ask } = model;
      if (!schedule || this.#stopping) continue;
      const mine = [...this.#jobs.values()].filter((job) => job.model === name);
      if (mine.some(({ state }) => state === 'waiting' || state === 'running')) continue;
      if (nowMs < this.dueAtMs(model)!) continue;
      await this.ask(ask, system, name, true).catch((error: unknown) => {
        if (!(error instanceof Fault)) throw error;
      });
    }
  }

  /** Resolves when nothing runs and nothing waits. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** What runs is broken off, and goes on when the node opens again. */
  async close(): Promise<void> {
    this.#stopping = true;
    clearInterval(this.#timer);
    this.#leaving?.abort();
    if (this.#abort) {
      this.#abort.why = 'stopping';
      this.#abort.controller.abort();
    }
    await this.#running;
  }

  /** A purpose that nobody declared is refused when it is asked for, not after a wait. */
  #checkPurpose({ purpose }: Ask): void {
    if (purpose !== undefined && !this.#parts.isDeclared(purpose))
      throw new Fault('bad_request', `purpose: ${purpose} is not declared`);
  }

  #next(): void {
    if (this.#running || this.#stopping || !this.#due()) return;
    const leaving = new AbortController();
    this.#leaving = leaving;
    const place = this.#turns.want({ signal: leaving.signal });
    const background = this.#parts.background ?? ((_name, _about, _id, work) => work());
    const work = async () => {
      try {
        if (place.waits) await place.begun.catch(() => undefined);
        // Others may have been cancelled or asked for while it waited.
        const job = leaving.signal.aborted ? undefined : this.#due();
        if (job) await background('job training', { 'holdfast.job': 'training' }, job.requestId, () => this.#run(job));
      } finally {
        place.leave();
      }
    };
    this.#running = apart(work).finally(() => {
      this.#running = undefined;
      this.#abort = undefined;
      this.#progress = undefined;
      const pauseMs = this.#pauseMs;
      this.#pauseMs = 0;
      if (pauseMs === 0) this.#next();
      else setTimeout(() => this.#next(), pauseMs).unref();
    });
  }

  /** What was broken off comes first. */
  #due(): Job | undefined {
    const due = [...this.#jobs.values()].filter(({ state }) => state === 'running' || state === 'waiting');
    return due.find(({ state }) => state === 'running') ?? due[0];
  }

  async #run(given: Job): Promise<void> {
    const controller = new AbortController();
    this.#abort = { id: given.id, controller };
    let job: Job = given;
    try {
      const nowMs = this.#parts.clock.nowMs();
      job = { ...job, state: 'running', attempts: job.attempts + 1, startedAtMs: job.startedAtMs ?? nowMs };
      if (job.attempts > jobLimits.attempts)
        throw new Fault('model_failed', `begun ${jobLimits.attempts} times and never came to an end`);
      await this.#write(job);
      const schedule = this.#parts.scheduleOf?.(job.model);
      const model: NewModel = { ...modelOf(job.ask, job.model), ...(schedule && { schedule }) };
      const done = ({ number }: Version): Job => ({
        ...job,
        state: 'done',
        version: number,
        endedAtMs: this.#parts.clock.nowMs(),
      });
      const version = await run(this.#parts, model, {
        nowMs,
        by: job.by,
        signal: controller.signal,
        settled: job.settled,
        settle: async (settled) => {
          job = { ...job, settled };
          await this.#write(job);
        },
        told: (stage, share) => this.#tell(job.id, stage, share),
        checkpoint: (bytes) => this.#save(job.id, bytes),
        serve: (made) => this.#serve(job, made),
        beside: (made) => this.#endChanges(done(made)),
        resumeFrom: await readCheckpoint(this.#parts.store, this.#parts, job.id),
      });
      this.#jobs.set(job.id, done(version));
      if (version.state === 'champion') await this.#parts.promoted?.(job, version);
    } catch (error) {
      await this.#ended(job, error, controller.signal.aborted);
    }
  }

  /**
   * Nothing is put in the place of what serves but by a person, or by a schedule that says so; the latter never with a feature that may have seen
   * the answer, which only a person can tell from one that is merely good.
   */
  #serve(
    { model: name, ask, scheduled }: Job,
    { comparison, suspects = [] }: Pick<Version, 'comparison' | 'suspects'>,
  ): string | undefined {
    const model = this.#registry.find(name);
    if (!model || !this.#registry.champion(model)) return ask.serveFirst ? 'the first version' : undefined;
    const lets = scheduled && model.schedule?.promote === 'if_better' && comparison?.verdict === 'better';
    return lets && suspects.length === 0 ? 'scheduled training, surely better than what served' : undefined;
  }

  async #ended(job: Job, error: unknown, aborted: boolean): Promise<void> {
    const why = this.#abort?.why;
    // It is still marked as running on disk: that is how it is taken up again. Being stopped is no try that failed.
    await this.#saving;
    if (aborted && why === 'stopping') return this.#write({ ...job, attempts: job.attempts - 1 }).catch(ignoreFault);
    const endedAtMs = this.#parts.clock.nowMs();
    const cancelled = aborted && why === 'cancelled';
    // A defect of the training fails its job and nothing else: the node goes on serving.
    const fault = error instanceof Fault ? error : undefined;
    const state = cancelled ? ('cancelled' as const) : ('failed' as const);
    const code = cancelled ? 'cancelled' : (fault?.code ?? 'internal');
    const where = cancelled ? undefined : fault?.where;
    await this.#end({ ...job, state, code, ...(where !== undefined && { where }), endedAtMs }).catch((failure: unknown) => {
      ignoreFault(failure);
      // The store is away: it is tried again in a while, not at once and for ever.
      this.#pauseMs = jobLimits.retryMs;
    });
  }

  /** A checkpoint that cannot be kept costs time after a stop and nothing else. */
  #save(job: number, bytes: Uint8Array): void {
    const kept = Uint8Array.from(bytes);
    const write = () => this.#parts.store.transact(checkpointChanges(this.#parts, job, kept)).catch(ignoreFault);
    this.#saving = this.#saving.then(write);
  }

  async #end(job: Job): Promise<void> {
    await this.#saving;
    await this.#parts.store.transact(this.#endChanges(job));
    this.#jobs.set(job.id, job);
  }

  #endChanges(job: Job): Change[] {
    return [this.#row(job), ...checkpointChanges(this.#parts, job.id, undefined)];
  }

  #tell(id: number, stage: Stage, share: number): void {
    const before = this.#progress;
    const done = stages.slice(0, stages.indexOf(stage)).reduce((sum, one) => sum + weights[one], 0);
    const whole = done + weights[stage] * share;
    const same = before?.id === id && before.stage === stage;
    this.#progress = {
      id,
      stage,
      share: whole,
      // The pace is that of the stage, which differ.
      sinceMs: same ? before.sinceMs : this.#parts.clock.nowMs(),
      from: same ? before.from : whole,
    };
  }

  #view({ settled: _settled, requestId: _requestId, ...job }: Job): JobView {
    const progress = this.#progress;
    if (job.state !== 'running') return job;
    // What a stop broke off has its turn to come.
    if (this.#abort?.id !== job.id) return { ...job, state: 'waiting' };
    if (progress?.id !== job.id) return job;
    const { stage, share, sinceMs, from } = progress;
    const elapsedMs = this.#parts.clock.nowMs() - sinceMs;
    const etaMs = share - from > 0.01 ? Math.round((elapsedMs / (share - from)) * (1 - share)) : undefined;
    return { ...job, stage, share, ...(etaMs !== undefined && { etaMs }) };
  }

  #job(id: number): Job {
    const job = this.#jobs.get(id);
    if (!job) throw new Fault('not_found', 'a job of this number');
    return job;
  }

  async #write(job: Job): Promise<void> {
    await this.#parts.store.transact([this.#row(job)]);
    this.#jobs.set(job.id, job);
  }

  #row(job: Job): Change {
    const body = sealed(this.#parts, jobsTable, job.id, job);
    return { op: 'upsert', table: jobsTable, rows: [{ job_id: job.id, created_at_ms: job.createdAtMs, body }] };
  }

  async #forgetOld(): Promise<void> {
    const ended = [...this.#jobs.values()].filter(({ state }) => state !== 'waiting' && state !== 'running');
    const old = ended.sort((a, b) => b.id - a.id).slice(jobLimits.remembered);
    if (old.length === 0) return;
    await this.#parts.store.transact([{ op: 'delete', table: jobsTable, keys: old.map(({ id }) => ({ job_id: id })) }]);
    for (const { id } of old) this.#jobs.delete(id);
  }
}

function ignoreFault(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
