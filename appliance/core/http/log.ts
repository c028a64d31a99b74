// What the HTTP side writes to the log: route patterns, statuses and correlation ids. Never a body, a query, a header, an
// address or an error's message, since any of these can carry a customer's data or a key.

import type { FastifyServerOptions } from 'fastify';
import { Fault } from '../errors.ts';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';
export type LogSink = { write(line: string): void };

const framesLimit = 12;

/** Name, code and stack frames of an error, and of its causes; no message unless it is one of ours. */
export function describeError(thrown: unknown, depth = 3): { [key: string]: unknown } {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const code = (thrown as { code?: unknown }).code;
  const frames = (thrown.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, framesLimit);
  return {
    type: thrown.name,
    ...(typeof code === 'string' ? { code } : {}),
    ...(thrown instanceof Fault && thrown.where !== undefined ? { where: thrown.where } : {}),
    stack: frames.join('\n'),
    ...(thrown.cause !== undefined && depth > 0 ? { cause: describeError(thrown.cause, depth - 1) } : {}),
  };
}

type RequestLike = { id?: unknown; method?: unknown; routeOptions?: { url?: string | undefined } };

/** Options for the server's own logger (pino). */
export function loggerOptions(level: LogLevel, sink: LogSink | undefined): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    base: null,
    serializers: {
      req: (request: RequestLike) => ({ method: request.method, route: request.routeOptions?.url ?? 'unknown' }),
      res: (reply: { statusCode?: unknown }) => ({ statusCode: reply.statusCode }),
      err: (error: unknown) => describeError(error),
      error: (error: unknown) => describeError(error),
    },
    ...(sink === undefined ? {} : { stream: sink }),
  } as unknown as NonNullable<FastifyServerOptions['logger']>;
}
