// The live feed: what arrives and what became of it, told to whoever is watching now. Nothing is kept: who was not connected has
// missed it, and a watcher who reads too slowly is dropped before it costs the node memory.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { openEventStream } from '../../core/http/event-stream.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import type { EventKind, Outcome, SourceId } from '../../core/model/event.ts';

/** One arrival. Holds customers' ids: whoever hands it on answers for who may see it. */
export type LiveItem = {
  source: SourceId;
  kind?: EventKind;
  messageId?: string;
  userId?: string;
  anonymousId?: string;
  previousId?: string;
  name?: string;
  receivedAtMs: number;
  outcome: Outcome['outcome'] | 'rejected';
  /** Whose it became, such as `p42`. */
  profile?: string;
  reason?: string;
};

export type LiveFilter = {
  source?: SourceId;
  /** A profile id, userId, anonymousId or previousId, compared exactly. */
  customer?: string;
};

export type LiveFeed = {
  /** True while somebody watches; publishers skip the work otherwise. */
  watched(): boolean;
  publish(item: LiveItem): void;
  /** @throws {Fault} `too_busy` beyond `liveLimits.watchers` */
  subscribe(filter: LiveFilter, listener: (item: LiveItem) => void): () => void;
};

export const liveLimits = {
  /** Watchers at once. Beyond: 429. */
  watchers: 50,
  /** Bytes that wait for one watcher. Beyond: it is dropped. */
  waitingBytes: 256 * 1024,
  /** A comment this often keeps proxies from closing a quiet stream. */
  heartbeatMs: 15_000,
} as const;

export function createLiveFeed(limits: { readonly watchers: number } = liveLimits): LiveFeed {
  const watchers = new Set<{ filter: LiveFilter; listener: (item: LiveItem) => void }>();
  return {
    watched: () => watchers.size > 0,
    publish(item) {
      for (const { filter, listener } of watchers) if (matches(item, filter)) listener(item);
    },
    subscribe(filter, listener) {
      if (watchers.size >= limits.watchers) throw new Fault('too_busy', 'live watchers');
      const watcher = { filter, listener };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

function matches(item: LiveItem, filter: LiveFilter): boolean {
  if (filter.source !== undefined && item.source !== filter.source) return false;
  const { customer } = filter;
  return (
    customer === undefined ||
    item.userId === customer ||
    item.anonymousId === customer ||
    item.previousId === customer ||
    item.profile === customer
  );
}

export type LiveRoutesOptions = {
  feed: LiveFeed;
  /** What of an arrival this watcher may see; all of it when absent. */
  shownTo?(request: FastifyRequest): (item: LiveItem) => LiveItem;
  limits?: { readonly waitingBytes: number; readonly heartbeatMs: number };
};

const schema = {
  tags: ['live'],
  summary: 'Watch what arrives',
  description:
    'Server-sent events (text/event-stream): `event: arrival` with one arrival as JSON, a comment every 15 s, `event: dropped` when ' +
    'the reader is too slow. Nothing is replayed: Last-Event-ID is answered with `event: notice`.',
  security: [{ accessToken: [] }],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      source: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Only this source.' },
      customer: {
        type: 'string',
        minLength: 1,
        maxLength: 512,
        description: 'Only this profile id, userId, anonymousId or previousId.',
      },
    },
    examples: [{ source: 1, customer: 'u-1001' }],
  },
  response: {
    200: {
      description: 'The stream.',
      content: {
        'text/event-stream': {
          schema: {
            type: 'string',
            examples: ['event: arrival\ndata: {"source":1,"kind":"track","messageId":"m-1","outcome":"recorded"}\n\n'],
          },
        },
      },
    },
    ...errorResponses(400, 401, 429, 503),
  },
};

/** `GET /api/live`. */
export function liveRoutes(options: LiveRoutesOptions): (scope: FastifyInstance) => Promise<void> {
  return async function mountLive(scope) {
    const open = new Set<(reason: string) => void>();
    scope.addHook('preClose', async () => {
      for (const end of open) end('the node is stopping');
    });
    scope.get<{ Querystring: LiveFilter }>(
      '/api/live',
      { schema, config: { ungated: true, audit: { action: 'live.watch' } } },
      (request, reply) => {
        watch(request, reply, options, open);
      },
    );
  };
}

function watch(
  request: FastifyRequest<{ Querystring: LiveFilter }>,
  reply: FastifyReply,
  { feed, shownTo, limits = liveLimits }: LiveRoutesOptions,
  open: Set<(reason: string) => void>,
): void {
  const shown = shownTo?.(request) ?? ((item: LiveItem) => item);
  const end = (reason: string) => stream.end(`event: dropped\ndata: ${JSON.stringify({ reason })}\n\n`);
  const unsubscribe = feed.subscribe(request.query, (item) =>
    stream.send(`event: arrival\ndata: ${JSON.stringify(shown(item))}\n\n`),
  );
  const stream = openEventStream(request, reply, limits, () => {
    unsubscribe();
    open.delete(end);
  });
  open.add(end);
  stream.send(': watching\n\n');
  if (request.headers['last-event-id'] !== undefined) {
    stream.send('event: notice\ndata: {"lastEventId":"not supported: the stream starts now and replays nothing"}\n\n');
  }
}
