// Traces, as the rest of the node sees them: a span around a piece of work, and its parts under it. Off unless the configuration names a collector; then,
// and only then, otlp.ts and what it stands on are loaded. What a span may say is a closed list, so that no value of a customer can become an attribute.

import { currentContext, type WorkContext, within } from './context.ts';
import type { ParentTrace } from './request-id.ts';

/** All that a span can say: patterns of routes, words of ours, and counts. */
export const attributeNames = [
  'http.request.method',
  'http.route',
  'http.response.status_code',
  'db.system.name',
  'holdfast.request_id',
  'holdfast.error',
  'holdfast.queries',
  'holdfast.rows',
  'holdfast.sealed',
  'holdfast.task',
  'holdfast.job',
] as const;
export type Attributes = { readonly [name in (typeof attributeNames)[number]]?: string | number };

export type SpanKind = 'server' | 'internal' | 'client';

export type Span = {
  /** A part of this. */
  child(name: string, attributes: Attributes, kind?: SpanKind): Span;
  set(attributes: Attributes): void;
  /** @param error its code or kind is told, never its message */
  end(error?: unknown): void;
};

export type Tracing = {
  /** The beginning of a trace, or of our part of one; undefined where it is not sampled. */
  start(name: string, attributes: Attributes, kind: SpanKind, parent?: ParentTrace): Span | undefined;
  /** Sends what waits. */
  close(): Promise<void>;
};

/** Does a piece of work under a span, where what asks for it has one; else does it, and nothing besides. */
export function traced<T>(name: string, attributes: Attributes, work: () => Promise<T>, kind?: SpanKind): Promise<T> {
  const context = currentContext();
  return context?.span ? inside(context, context.span.child(name, attributes, kind), work) : work();
}

/**
 * Does work that nobody's request waits for: a trace of its own, and an id by which its lines and entries are found, which is that of the request that
 * asked for it where there was one.
 */
export type Background = <T>(
  name: string,
  attributes: Attributes,
  requestId: string | undefined,
  work: () => Promise<T>,
) => Promise<T>;

export function backgroundOf(tracing: Tracing | undefined, newId: () => string): Background {
  return (name, attributes, asked, work) => {
    const requestId = asked ?? newId();
    const span = tracing?.start(name, { ...attributes, 'holdfast.request_id': requestId }, 'internal');
    return span ? inside({ requestId }, span, work) : within({ requestId }, work);
  };
}

const inside = <T>(context: WorkContext, span: Span, work: () => Promise<T>): Promise<T> =>
  under(span, () => within({ ...context, span }, work));

/** Ends a span, if there is one, when the work ends. */
export async function under<T>(span: Span | undefined, work: () => Promise<T>): Promise<T> {
  try {
    const done = await work();
    span?.end();
    return done;
  } catch (error) {
    span?.end(error);
    throw error;
  }
}
