// One SQLite thread as the main thread sees it: requests out, answers back, and a new thread when one dies. What a dead
// thread had not answered is rejected as store_unavailable, since nobody knows whether it was written.

import { Worker } from 'node:worker_threads';
import { Fault } from '../../errors.ts';
import { toError } from './failures.ts';
import type { Answer, Job, Reply, Request, Role, Settings, ThreadData } from './messages.ts';

type Pending = { resolve: (answer: Answer) => void; reject: (error: Error) => void };

export class SqliteThread {
  readonly role: Role;
  readonly #settings: Settings;
  readonly #onDeath: () => void;
  readonly #pending = new Map<number, Pending>();
  #worker: Worker | undefined;
  #nextId = 1;
  #openFailure: Error | undefined;
  #closing = false;

  /** @param onDeath called when a thread has died, before another one starts */
  constructor(role: Role, settings: Settings, onDeath: () => void) {
    this.role = role;
    this.#settings = settings;
    this.#onDeath = onDeath;
  }

  get waiting(): number {
    return this.#pending.size;
  }

  /** It has its connection, so that a request does not wait for the thread to start. */
  get opened(): boolean {
    return this.#worker !== undefined && !this.#pending.has(0);
  }

  /** Undefined until the first start and after a death; tests end it. */
  get worker(): Worker | undefined {
    return this.#worker;
  }

  /** Also called by the first request, and by the first after a death. @throws {Fault} when the database cannot be opened */
  start(): Promise<Answer> {
    const workerData: ThreadData = { role: this.role, settings: this.#settings };
    const worker = new Worker(new URL('./sqlite.worker.ts', import.meta.url), { workerData, name: `sqlite-${this.role}` });
    this.#worker = worker;
    this.#openFailure = undefined;
    const opened = new Promise<Answer>((resolve, reject) => this.#pending.set(0, { resolve, reject }));
    worker.on('message', ({ id, answer }: Reply) => this.#settle(id, answer));
    let cause: unknown;
    worker.on('error', (error) => {
      cause = error;
    });
    worker.on('exit', () => this.#died(worker, cause));
    return opened;
  }

  /** The answer is never `failed`: that rejects. */
  ask(job: Job, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (!this.#worker) {
      if (this.#closing) return Promise.reject(new Fault('stopping'));
      this.start().catch(() => undefined);
    }
    const request: Request = { ...job, id: this.#nextId++ };
    return new Promise((resolve, reject) => {
      this.#worker!.postMessage(request, transfer);
      this.#pending.set(request.id, { resolve, reject });
    });
  }

  async close(): Promise<void> {
    this.#closing = true;
    if (!this.#worker) return;
    const exited = new Promise((resolve) => this.#worker!.once('exit', resolve));
    await this.ask({ op: 'close' });
    await exited;
  }

  #settle(id: number, answer: Answer): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    if (answer.op !== 'failed') {
      pending.resolve(answer);
      return;
    }
    const error = toError(answer.failure);
    if (id === 0) this.#openFailure = error;
    pending.reject(error);
  }

  #died(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const unanswered = [...this.#pending.values()];
    this.#pending.clear();
    const unknown = new Fault('store_unavailable', `the ${this.role} thread ended; the outcome is not known`, { cause });
    for (const { reject } of unanswered) reject(this.#openFailure ?? unknown);
    if (!this.#closing) this.#onDeath();
  }
}
