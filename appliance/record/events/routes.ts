// The tracking endpoints of Segment, RudderStack, Dittofeed and Jitsu, so that their clients work when their host is changed. Every
// one ends in the same place: key, body, protocol, `recordBatch`; and answers only when that has resolved.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import {
  type Event,
  type EventKind,
  eventKinds,
  eventLimits,
  type Outcome,
  type RecordBatch,
  type SourceId,
} from '../../core/model/event.ts';
import type { Ports } from '../../core/ports.ts';
import { readTrackingBody, type TrackingBody } from './body.ts';
import { allowAnyOrigin, answerPreflight } from './cors.ts';
import { type KeyCandidates, keyInBody, keyInQuery, keysInHeaders } from './key.ts';
import type { LiveFeed } from './live.ts';
import { type Arrival, isBodyFault, type Reading, type Rejected, readBatch, readSingle } from './protocol.ts';
import { batchSchema, singleSchema } from './schemas.ts';
import { mountSettings } from './settings.ts';

export const trackingLimits = {
  /** Events that wait for `recordBatch` at once. Beyond: 429. */
  eventsInFlight: 20_000,
} as const;

export type EventRoutesOptions = {
  recordBatch: RecordBatch;
  /** Whose key it is; undefined for nobody's. Called for every request, so it must be quick. */
  sourceByKey(writeKey: string): Promise<SourceId | undefined>;
  ports: Ports;
  live?: LiveFeed;
  /** Keep `context.ip` where a client sends it; false by default. The address of the connection is never looked at. */
  keepIp?: boolean;
  /** How browsers reach the node from outside; the address they used when absent. */
  publicUrl?: string;
  limits?: { eventsInFlight: number };
  /** Told how many events of a source were none by the protocol. */
  rejected?(source: SourceId, count: number): void;
};

type Reader = (body: unknown, arrival: Arrival) => ReturnType<typeof readBatch>;
type Route = { path: string; read: Reader; schema: object };

declare module 'fastify' {
  interface FastifyRequest {
    /** The source whose write key came in a header or the query; set by the tracking routes. */
    trackingSource: SourceId | undefined;
  }
}

// Clients of Segment give a 503 a handful of tries and a 429 with Retry-After more than twenty, so every fault that passes by itself
// (overload, sealed, stopping, disk full) is a 429 here; "code" in the body tells which. See docs/tracking.md.
const temporaryStatus = 429;

/** Mounts every tracking and settings endpoint: `http.register(eventRoutes({...}))`. */
export function eventRoutes(options: EventRoutesOptions): (scope: FastifyInstance) => Promise<void> {
  return async function mountTracking(scope) {
    allowAnyOrigin(scope);
    mountSettings(scope, options);
    await scope.register(async (tracking) => {
      const receive = createReceiver(options);
      tracking.decorateRequest('trackingSource', undefined);
      readAnyBody(tracking);
      tracking.addHook('onRequest', async (request) => checkKey(request, options));
      // Checking and writing by schema would cost more than all of the protocol: the schemas are for the document only.
      tracking.setValidatorCompiler(() => () => true);
      tracking.setSerializerCompiler(() => JSON.stringify);
      for (const { path, read, schema } of trackingRoutes()) {
        const config = { temporaryStatus, everyNode: true, access: { open: 'the write key says who sends' } };
        tracking.post(path, { schema, config, bodyLimit: eventLimits.batchBytes }, (request) => receive(request, read));
      }
    });
    await scope.register(async (open) => mountOpen(open));
  };
}

const shortForms: { readonly [kind in EventKind]: string } = {
  identify: 'i',
  track: 't',
  page: 'p',
  screen: 's',
  group: 'g',
  alias: 'a',
};

function trackingRoutes(): Route[] {
  const routes: Route[] = [];
  for (const kind of eventKinds) {
    const read: Reader = (body, arrival) => readSingle(body, kind, arrival);
    const add = (path: string, summary: string) => routes.push({ path, read, schema: singleSchema(kind, summary) });
    add(`/v1/${kind}`, `${kind} (Segment, RudderStack)`);
    add(`/v1/${shortForms[kind]}`, `${kind}, short form (analytics.js)`);
    add(`/api/public/apps/${kind}`, `${kind} (Dittofeed)`);
    add(`/api/s/${kind}`, `${kind} (Jitsu, browser)`);
    add(`/api/s/s2s/${kind}`, `${kind} (Jitsu, server)`);
  }
  const addBatch = (path: string, summary: string, read: Reader = readBatch) =>
    routes.push({ path, read, schema: batchSchema(summary) });
  addBatch('/v1/batch', 'Many calls at once (Segment, RudderStack)');
  addBatch('/v1/import', 'Many calls of the past at once (Segment)');
  addBatch('/v1/b', 'Many calls at once, short form (analytics.js)');
  addBatch('/beacon/v1/batch', 'Many calls at once, by beacon (RudderStack); key in ?writeKey=');
  addBatch('/api/public/apps/batch', 'Many calls at once (Dittofeed)');
  addBatch('/api/s/batch', 'Many calls at once (Jitsu, browser)');
  addBatch('/api/s/s2s/batch', 'Many calls at once (Jitsu, server)');
  const byType: Reader = (body, arrival) => readSingle(body, undefined, arrival);
  routes.push({
    path: '/api/s/event',
    read: byType,
    schema: singleSchema('track', 'One call of the kind in "type" (Jitsu, browser)'),
  });
  routes.push({
    path: '/api/s/s2s/event',
    read: byType,
    schema: singleSchema('track', 'One call of the kind in "type" (Jitsu, server)'),
  });
  return routes;
}

/** Metrics that analytics.js sends about itself are taken and dropped unread; preflights need no key. */
function mountOpen(scope: FastifyInstance): void {
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
  const success = { type: 'object', properties: { success: { type: 'boolean' } }, examples: [{ success: true }] };
  const summary = 'Metrics of analytics.js about itself: accepted and dropped';
  const schema = { tags: ['tracking'], summary, security: [], response: { 200: success } };
  scope.post('/v1/m', { schema, config: { temporaryStatus, everyNode: true }, bodyLimit: eventLimits.batchBytes }, async () => ({
    success: true,
  }));
  const preflight = { schema: { hide: true }, config: { always: true, access: { open: 'a browser asks what it may send' } } };
  for (const path of ['/v1/m', ...trackingRoutes().map((route) => route.path)]) {
    scope.options(path, preflight, async (request: FastifyRequest, reply: FastifyReply) => answerPreflight(request, reply));
  }
}

function readAnyBody(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (request, bytes, done) => {
    const { 'content-encoding': encoding, 'content-type': type } = request.headers;
    readTrackingBody(bytes as Buffer, encoding, type).then((body) => done(null, body), done);
  });
}

/** A wrong key is turned away before its body is read; a missing one may still come in the body. */
async function checkKey(request: FastifyRequest, options: EventRoutesOptions): Promise<void> {
  const keys = keysInHeaders(request.headers);
  const candidates = keys.length > 0 ? keys : keyInQuery(request.query);
  if (candidates.length > 0) request.trackingSource = await sourceOf(candidates, options);
}

async function sourceOf(keys: KeyCandidates, options: EventRoutesOptions): Promise<SourceId> {
  for (const key of keys) {
    const source = await options.sourceByKey(key);
    if (source !== undefined) return source;
  }
  throw new Fault('unauthenticated', 'writeKey');
}

type Answer = { success: true; rejected?: Rejected[]; quarantined?: Rejected[] };

function createReceiver(options: EventRoutesOptions): (request: FastifyRequest, read: Reader) => Promise<Answer> {
  const { recordBatch, ports, live, keepIp = false } = options;
  const { eventsInFlight } = options.limits ?? trackingLimits;
  const newMessageId = () => ports.ids.messageId();
  let waiting = 0;
  return async function receive(request, read) {
    const receivedAtMs = ports.clock.nowMs();
    const source = request.trackingSource ?? (await sourceOf(keyInBody(bodyOf(request).value), options));
    const reading = takeReading(request, read, { receivedAtMs, newMessageId, keepIp });
    if (reading.rejected.length > 0) options.rejected?.(source, reading.rejected.length);
    const count = reading.events.length;
    const watched = live?.watched() ? reading.events : undefined;
    if (count === 0) {
      if (live && watched) publish(live, reading, [], source, receivedAtMs);
      return answer(reading, []);
    }
    if (waiting > 0 && waiting + count > eventsInFlight) throw new Fault('too_busy');
    waiting += count;
    try {
      const outcomes = await recordBatch(source, takeEvents(reading));
      if (live && watched) publish(live, { ...reading, events: watched }, outcomes, source, receivedAtMs);
      return answer(reading, outcomes);
    } finally {
      waiting -= count;
    }
  };
}

/** @throws {Fault} `unreadable_body` */
function bodyOf(request: FastifyRequest): TrackingBody {
  const body = request.body as TrackingBody | undefined;
  if (body === undefined) throw new Fault('unreadable_body', 'body: empty');
  return body;
}

// A request under way does not keep what was read from it: body and events are thousands of objects, which the collector would carry
// along until the answer has gone out, long after the record has put them away.

function takeReading(request: FastifyRequest, read: Reader, arrival: Omit<Arrival, 'mending' | 'bodyBytes'>): Reading {
  const { value, mending, bytes } = bodyOf(request);
  request.body = undefined;
  const reading = read(value, { ...arrival, mending, bodyBytes: bytes });
  if (isBodyFault(reading)) throw new Fault(reading.code, reading.where);
  return reading;
}

function takeEvents(reading: Reading): Event[] {
  const { events } = reading;
  reading.events = [];
  return events;
}

function answer(reading: Reading, outcomes: readonly Outcome[]): Answer {
  const quarantined: Rejected[] = [];
  for (let at = 0; at < outcomes.length; at++) {
    const { outcome, messageId, reason = 'breaks a rule of the source' } = outcomes[at]!;
    if (outcome === 'quarantined') quarantined.push({ index: reading.indexes[at]!, messageId, reason });
  }
  return {
    success: true,
    ...(reading.rejected.length > 0 ? { rejected: reading.rejected } : {}),
    ...(quarantined.length > 0 ? { quarantined } : {}),
  };
}

function publish(live: LiveFeed, reading: Reading, outcomes: readonly Outcome[], source: SourceId, receivedAtMs: number): void {
  for (let at = 0; at < outcomes.length; at++) {
    const event = reading.events[at]!;
    const { outcome, reason, person } = outcomes[at]!;
    live.publish({
      source,
      ...whoAndWhat(event),
      receivedAtMs,
      outcome,
      ...(reason === undefined ? {} : { reason }),
      ...(person === undefined ? {} : { profile: `p${person}` }),
    });
  }
  for (const { messageId, reason } of reading.rejected) {
    live.publish({ source, ...(messageId === undefined ? {} : { messageId }), receivedAtMs, outcome: 'rejected', reason });
  }
}

function whoAndWhat(event: Event): Pick<Event, 'kind' | 'messageId' | 'userId' | 'anonymousId' | 'previousId' | 'name'> {
  const { kind, messageId, userId, anonymousId, previousId, name } = event;
  return {
    kind,
    messageId,
    ...(userId === undefined ? {} : { userId }),
    ...(anonymousId === undefined ? {} : { anonymousId }),
    ...(previousId === undefined ? {} : { previousId }),
    ...(name === undefined ? {} : { name }),
  };
}
