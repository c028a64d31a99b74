// What the node writes to its log, one line of JSON each: route patterns, statuses, codes and correlation ids. Never a body, a query, a header, an
// address or an error's message, since any of these can carry a customer's data or a key. A list says which fields there are; what is not on it is left
// out, whoever logs it.

import type { FastifyServerOptions } from 'fastify';
import { Fault } from '../errors.ts';
import { currentRequestId } from '../telemetry/context.ts';

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
    type: wordOf(thrown.name),
    ...(typeof code === 'string' ? { code: wordOf(code) } : {}),
    ...(thrown instanceof Fault && thrown.where !== undefined ? { where: thrown.where } : {}),
    stack: frames.join('\n'),
    ...(thrown.cause !== undefined && depth > 0 ? { cause: describeError(thrown.cause, depth - 1) } : {}),
  };
}

/** Names and codes are words, or the five characters of SQL's states; what is none was made of something else. */
const wordOf = (text: string): string => (/^(?:(?!.*\d{5})[A-Za-z][\w.-]{0,59}|[0-9A-Z]{5})$/.test(text) ? text : 'other');

/** Fields that a line may have beside `level`, `time`, `msg`. */
export const logFields = [
  'correlationId',
  'req',
  'res',
  'err',
  'error',
  'method',
  'route',
  'status',
  'durationMs',
  'code',
  'what',
  'action',
  'source',
  'job',
] as const;
const permitted: ReadonlySet<string> = new Set(logFields);
const serialized: ReadonlySet<string> = new Set(['req', 'res', 'err', 'error']);
/** Words of ours are short and plain, and have neither an address nor a long number in them. */
const plainText = /^(?!.*\d{5})[\w .,:;/*()'+-]{0,200}$/;
const idText = /^[0-9a-f-]{32,36}$/;

/** What of an object goes into a line: the fields on the list, and of them numbers, yes and no, and plain words. */
export function permittedFields(given: object): { [name: string]: unknown } {
  const kept: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(given)) {
    if (!permitted.has(name)) continue;
    if (serialized.has(name) || typeof value === 'number' || typeof value === 'boolean') kept[name] = value;
    else if (typeof value === 'string')
      kept[name] = (name === 'correlationId' ? idText : plainText).test(value) ? value : 'left out';
  }
  return kept;
}

/** pino takes an error's message for the line's where none is given, and puts values into a message that has places for them: neither is wanted. */
function plainCall(given: unknown[]): [object, string] {
  const [first, second] = given;
  if (typeof first === 'string') return [{}, first];
  const about = first instanceof Error ? { err: first } : ((first ?? {}) as object);
  return [about, typeof second === 'string' ? second : 'no words'];
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
    formatters: { log: permittedFields },
    // A line of work behind the answers names the request that set it going; a request's own logger does so by itself.
    mixin: (_given: object, _level: number, logger: { bindings(): object }) => {
      const correlationId = currentRequestId();
      return correlationId === undefined || 'correlationId' in logger.bindings() ? {} : { correlationId };
    },
    hooks: {
      logMethod(given: unknown[], method: (...call: [object, string]) => void) {
        method.apply(this, plainCall(given));
      },
    },
    ...(sink === undefined ? {} : { stream: sink }),
  } as unknown as NonNullable<FastifyServerOptions['logger']>;
}
