// The thread's side of the pool: runs one function of a task file at a time. What it throws goes back as data, because an error loses its class
// on the way between threads; so whatever else ends a call is the end of the thread.

import { getPriority, setPriority } from 'node:os';
import type { MessagePort, Transferable } from 'node:worker_threads';
import { Fault, type FaultCode } from '../errors.ts';
import { type portableContext, within } from '../telemetry/context.ts';

export type Task = { readonly name: string; readonly order: unknown };

export type Posted = Task & {
  readonly file: string;
  /** [not 0: cancelled] */
  readonly stop: Int32Array<SharedArrayBuffer>;
  readonly niceness: number | undefined;
  readonly port: MessagePort | undefined;
  /** The request that it is for. */
  readonly context: ReturnType<typeof portableContext>;
};

export type Answer =
  | { readonly done: unknown }
  | { readonly fault: { readonly code: FaultCode; readonly where: string | undefined; readonly cause: unknown } }
  | { readonly error: unknown }
  | { readonly cancelled: true };

/** What a task is given beside its order. */
export type Work = {
  /** Asked in loops: the answer changes while the thread is busy. After it the task may throw or return anything. */
  cancelled(): boolean;
  throwIfCancelled(): void;
  /** For tasks that wait: aborts in the event loop. */
  readonly signal: AbortSignal;
  /** To whoever listens. What is transferred is gone here. */
  tell(message: NonNullable<unknown>, transfer?: readonly Transferable[]): void;
};

type Functions = { readonly [name: string]: (order: unknown, work: Work) => unknown };

let gaveWay = false;

/** @param posted undefined: only wakes the thread */
export default async function work(posted: Posted | undefined): Promise<Answer> {
  if (!posted) return { done: undefined };
  const { file, name, order, stop, niceness, port, context } = posted;
  if (niceness && !gaveWay) giveWay(niceness);
  const cancelled = () => Atomics.load(stop, 0) !== 0;
  try {
    if (cancelled()) return { cancelled: true };
    const tasks = (await import(file)) as Functions;
    const done = await within(context, () => tasks[name]!(order, workOf(stop, cancelled, port)));
    return cancelled() ? { cancelled: true } : { done };
  } catch (error) {
    if (cancelled()) return { cancelled: true };
    if (error instanceof Fault) return { fault: { code: error.code, where: error.where, cause: error.cause } };
    return { error };
  } finally {
    port?.postMessage(null);
  }
}

function workOf(stop: Posted['stop'], cancelled: () => boolean, port: MessagePort | undefined): Work {
  let controller: AbortController | undefined;
  return {
    cancelled,
    throwIfCancelled() {
      if (cancelled()) throw new Fault('cancelled');
    },
    get signal() {
      if (!controller) {
        const made = new AbortController();
        controller = made;
        const { async, value } = Atomics.waitAsync(stop, 0, 0);
        if (async) void value.then((how) => how !== 'timed-out' && made.abort());
        else made.abort();
      }
      return controller.signal;
    },
    tell: (message, transfer = []) => port?.postMessage(message, [...transfer]),
  };
}

/** Linux counts the priority of each thread by itself, and threads that this one starts have the same. */
function giveWay(niceness: number): void {
  gaveWay = true;
  if (process.platform !== 'linux') return;
  try {
    setPriority(Math.min(19, getPriority() + niceness));
  } catch {
    // Where that is forbidden the work only goes on as it was.
  }
}
