// What a piece of work belongs to: the request that asked for it, and its place in a trace. It follows the work over every await, into worker threads
// and into jobs that run later, so that a log line and an audit entry can name the request they come from.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from './tracing.ts';

export type WorkContext = {
  readonly requestId: string;
  /** Only while traces are on, and this one is sampled. */
  readonly span?: Span | undefined;
};

const storage = new AsyncLocalStorage<WorkContext>();

export const currentContext = (): WorkContext | undefined => storage.getStore();
export const currentRequestId = (): string | undefined => storage.getStore()?.requestId;

/** Does something on behalf of a request; without a context, as it is. */
export function within<T>(context: WorkContext | undefined, work: () => T): T {
  return context === undefined ? work() : storage.run(context, work);
}

/** Work that belongs to no request, though one set it going: a timer that stays. */
export function apart<T>(work: () => T): T {
  return storage.exit(work);
}

/** What of it crosses to a thread: words, no span. */
export function portableContext(): { readonly requestId: string } | undefined {
  const requestId = currentRequestId();
  return requestId === undefined ? undefined : { requestId };
}
