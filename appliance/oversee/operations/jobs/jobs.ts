// Everything that runs in the background, of every part of the node, in one list of one shape. A part tells what it has and what can be done about it; what that
// demands are the part's own actions, so that nobody gets round them, or round a second person, by coming this way.

import { catalogue, Fault, type FaultCode, type Words } from '../../../core/errors.ts';
import type { Principal } from '../../../core/model/principal.ts';

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** Breaking one off, or beginning it again. */
export type Doing = {
  /** Actions of the part that it belongs to. */
  readonly needs: readonly string[];
  /** @returns the id of the job that it is from then on, where that is another */
  run(by: string): unknown;
};

/** As a part tells of it. Nothing of a customer in it. */
export type PartJob = {
  /** The same as long as the job is listed. */
  readonly id: string;
  readonly what: Words;
  /** What it is about where that has a page of its own: the name of a model, the number of a match. */
  readonly subject?: string;
  readonly state: JobState;
  /** In whatever it counts. */
  readonly done?: number;
  readonly total?: number;
  readonly etaMs?: number;
  readonly by?: string;
  readonly atMs?: number;
  readonly endedAtMs?: number;
  /** Of the fault that it ended in, or that holds it up. */
  readonly code?: string;
  readonly where?: string;
  /** What came of it, or the step that it is at. */
  readonly how?: Words;
  readonly cancel?: Doing;
  readonly retry?: Doing;
};

export type JobKind = {
  readonly kind: string;
  /** Whoever may do one of these sees them. */
  readonly looks: readonly string[];
  /** After a stop or a kill it goes on by itself; else it is listed as failed. */
  readonly resumes: boolean;
  list(): Promise<readonly PartJob[]> | readonly PartJob[];
};

/** `approval`: with a second person alone, where the part itself is asked. */
export type May = 'yes' | 'approval' | 'no';
export type Asker = {
  readonly principal: Principal;
  may(action: string): Promise<May>;
  /** @throws {Fault} `approval_needed`, `step_up_needed`, `forbidden` */
  demand(action: string): Promise<void>;
};

export const jobActions = { list: 'job.list', all: 'job.all', cancel: 'job.cancel', retry: 'job.retry' } as const;

export type JobView = Omit<PartJob, 'cancel' | 'retry'> & {
  readonly kind: string;
  readonly resumes: boolean;
  /** What its code means. */
  readonly said?: { readonly message: Words; readonly next: Words };
  /** Absent where the job is such that it cannot be. */
  readonly cancel?: May;
  readonly retry?: May;
};

const order: { readonly [state in JobState]: number } = { running: 0, waiting: 1, failed: 2, cancelled: 2, done: 2 };

export class BackgroundJobs {
  readonly #kinds: JobKind[] = [];

  /** In the order in which they are listed. */
  register(kind: JobKind): void {
    if (this.#kinds.some((one) => one.kind === kind.kind))
      throw new TypeError(`jobs of the kind ${kind.kind} are registered twice`);
    this.#kinds.push(kind);
  }

  /** What runs and waits first, then what ended, the latest first. */
  async list(asker: Asker): Promise<JobView[]> {
    const found = await this.#seen(asker);
    const views = await Promise.all(found.map(({ kind, job }) => viewOf(kind, job, asker)));
    return views.sort((one, other) => order[one.state] - order[other.state] || (other.atMs ?? 0) - (one.atMs ?? 0));
  }

  /** @throws {Fault} `not_found` */
  async get(asker: Asker, id: string): Promise<JobView> {
    const { kind, job } = await this.#job(asker, id);
    return viewOf(kind, job, asker);
  }

  /** @throws {Fault} `not_found`, `conflict` where there is nothing to break off, and what the part demands */
  async cancel(asker: Asker, id: string): Promise<JobView> {
    const { kind, job } = await this.#job(asker, id);
    if (!job.cancel)
      throw new Fault('conflict', isOver(job) ? `${id} has ended` : `${id} is a ${kind.kind}, which is never cancelled halfway`);
    return this.#do(asker, id, job.cancel);
  }

  /** @throws {Fault} `not_found`, `conflict` where there is nothing to begin again, and what the part demands */
  async retry(asker: Asker, id: string): Promise<JobView> {
    const { job } = await this.#job(asker, id);
    if (!job.retry)
      throw new Fault(
        'conflict',
        job.state === 'done' ? `${id} has ended well` : `${id} goes on by itself, or has not ended yet`,
      );
    return this.#do(asker, id, job.retry);
  }

  async #do(asker: Asker, id: string, doing: Doing): Promise<JobView> {
    for (const action of doing.needs) await asker.demand(action);
    const became = await doing.run(asker.principal.actor);
    return this.get(asker, typeof became === 'string' ? became : id);
  }

  async #job(asker: Asker, id: string): Promise<{ kind: JobKind; job: PartJob }> {
    const found = (await this.#seen(asker)).find(({ job }) => job.id === id);
    if (!found) throw new Fault('not_found', `job ${id}`);
    return found;
  }

  async #seen(asker: Asker): Promise<{ kind: JobKind; job: PartJob }[]> {
    const all = await asker.may(jobActions.all);
    const lists = this.#kinds.map(async (kind) => {
      const rights = all === 'yes' ? [] : await Promise.all(kind.looks.map((action) => asker.may(action)));
      if (all !== 'yes' && !rights.includes('yes')) return [];
      return (await kind.list()).map((job) => ({ kind, job }));
    });
    return (await Promise.all(lists)).flat();
  }
}

const isOver = ({ state }: PartJob): boolean => state !== 'running' && state !== 'waiting';

async function viewOf({ kind, resumes }: JobKind, job: PartJob, asker: Asker): Promise<JobView> {
  const { cancel, retry, ...told } = job;
  const may = async (doing: Doing, action: string): Promise<May> => {
    const answers = await Promise.all([action, ...doing.needs].map((one) => asker.may(one)));
    return answers.includes('no') ? 'no' : answers.includes('approval') ? 'approval' : 'yes';
  };
  return {
    ...told,
    ...{ kind, resumes },
    ...saidOf(job.code),
    ...(cancel && { cancel: await may(cancel, jobActions.cancel) }),
    ...(retry && { retry: await may(retry, jobActions.retry) }),
  };
}

function saidOf(code: string | undefined): Pick<JobView, 'said'> {
  if (code === undefined || !Object.hasOwn(catalogue, code)) return {};
  const { message, next } = catalogue[code as FaultCode];
  return { said: { message, next } };
}
