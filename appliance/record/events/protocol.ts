// The Segment tracking protocol, as pure functions: one parsed body in, events and refusals out. It trusts nothing, looks at each
// value once, and copies little: properties and traits of an event are the parsed objects themselves.

import { inspectJson } from '../../core/http/json.ts';
import { type Event, type EventKind, eventKinds, eventLimits, type JsonObject } from '../../core/model/event.ts';
import { type MessageTimes, occurredAt } from './clock.ts';
import { type Field, isObject, isRefusal, mend, type Refusal, readId, readName, readObject, refuse } from './fields.ts';

/** One event that was not taken: its place in the body, its id where it had a usable one, and why. */
export type Rejected = { index: number; messageId?: string; reason: string };

export type Arrival = {
  receivedAtMs: number;
  /** A new id for an event that has none. Such an event cannot be recognised when it is sent again. */
  newMessageId(): string;
  /** Keeps `context.ip` where the client sent one. Otherwise it is dropped: an address is personal data nobody asked for. */
  keepIp: boolean;
  /** Whether strings may hold NUL or half a surrogate pair and have to be mended; see `needsMending`. */
  mending: boolean;
  /** Bytes of the whole body as JSON text: no event in it is larger. */
  bodyBytes: number;
};

/** `indexes[i]` is the place in the body of `events[i]`. */
export type Reading = { events: Event[]; indexes: number[]; rejected: Rejected[] };

/** The body as a whole cannot be used. */
export type BodyFault = { code: 'bad_request' | 'too_large'; where: string };

export const isBodyFault = (reading: Reading | BodyFault): reading is BodyFault => Object.hasOwn(reading, 'code');

export const protocolLimits = {
  /** The context that a batch's events share, as JSON. It is multiplied by their number, so it has to be small. Beyond: 400. */
  sharedContextBytes: 4 * 1024,
} as const;

const kinds: ReadonlySet<unknown> = new Set(eventKinds);
type Shared = { sentAt: unknown; context: JsonObject | undefined };
const nothingShared: Shared = { sentAt: undefined, context: undefined };

/** Reads the body of a single call. `kind` is what the path says; undefined where the body's own `type` counts. */
export function readSingle(body: unknown, kind: EventKind | undefined, arrival: Arrival): Reading | BodyFault {
  if (!isObject(body)) return { code: 'bad_request', where: 'body: not an object' };
  const reading: Reading = { events: [], indexes: [], rejected: [] };
  take(body, 0, kind, nothingShared, arrival, reading);
  return reading;
}

/** Reads `{ batch: [...], sentAt?, context? }`, or a bare array. `context` is the default for each message's own. */
export function readBatch(body: unknown, arrival: Arrival): Reading | BodyFault {
  const batch = isObject(body) ? body.batch : body;
  if (!Array.isArray(batch)) return { code: 'bad_request', where: 'batch: not a list' };
  if (batch.length > eventLimits.batchEvents) {
    return { code: 'too_large', where: `batch: more than ${eventLimits.batchEvents} events` };
  }
  const shared = isObject(body) ? readShared(body, arrival) : nothingShared;
  if (isRefusal(shared)) return { code: 'bad_request', where: shared.reason };
  const reading: Reading = { events: [], indexes: [], rejected: [] };
  for (let index = 0; index < batch.length; index++) take(batch[index], index, undefined, shared, arrival, reading);
  return reading;
}

function readShared(body: JsonObject, arrival: Arrival): Shared | Refusal {
  const context = readObject(body.context, 'context');
  if (context === undefined) return { sentAt: body.sentAt, context };
  if (isRefusal(context)) return context;
  const { flaw, bytesAtMost } = inspectJson(context, eventLimits.depth);
  if (flaw !== undefined) return refuse(`context: ${flaw}`);
  const { sharedContextBytes } = protocolLimits;
  if (bytesAtMost > sharedContextBytes && bytesOf(context) > sharedContextBytes) return refuse('context: larger than 4 KB');
  return { sentAt: body.sentAt, context: arrival.mending ? mend(context) : context };
}

function take(
  value: unknown,
  index: number,
  kind: EventKind | undefined,
  shared: Shared,
  arrival: Arrival,
  reading: Reading,
): void {
  const event = isObject(value) ? readMessage(value, kind, shared, arrival) : refuse('not an object');
  if (!isRefusal(event)) {
    reading.events.push(event);
    reading.indexes.push(index);
    return;
  }
  const messageId = isObject(value) ? readId(value.messageId, 'messageId') : undefined;
  reading.rejected.push({ index, ...(typeof messageId === 'string' ? { messageId } : {}), reason: event.reason });
}

/** One message to one event, or the reason why not. */
function readMessage(message: JsonObject, pathKind: EventKind | undefined, shared: Shared, arrival: Arrival): Event | Refusal {
  const { flaw, bytesAtMost } = inspectJson(message, eventLimits.depth + 1);
  if (flaw !== undefined) return refuse(flaw);
  if (
    bytesAtMost > eventLimits.eventBytes &&
    arrival.bodyBytes > eventLimits.eventBytes &&
    bytesOf(message) > eventLimits.eventBytes
  ) {
    return refuse('larger than 32 KB');
  }
  const kind = pathKind ?? (kinds.has(message.type) ? (message.type as EventKind) : undefined);
  if (kind === undefined) return refuse('type is missing or unknown');
  const messageId = readId(message.messageId, 'messageId') ?? arrival.newMessageId();
  if (isRefusal(messageId)) return messageId;
  const time = occurredAt(timesOf(message, shared), arrival.receivedAtMs);
  if ('reason' in time) return refuse(time.reason);

  const event: Event = { kind, messageId, occurredAtMs: time.occurredAtMs, receivedAtMs: arrival.receivedAtMs };
  return readWho(event, message) ?? readContext(event, message, shared, arrival) ?? readContent(event, message, arrival) ?? event;
}

function timesOf(message: JsonObject, shared: Shared): MessageTimes {
  return {
    originalTimestamp: message.originalTimestamp,
    timestamp: message.timestamp,
    sentAt: message.sentAt ?? shared.sentAt,
  };
}

// Asked only where the upper bound says that it might be too much: writing the value out again is what the bound saves.
const bytesOf = (value: JsonObject): number => Buffer.byteLength(JSON.stringify(value));

/** Sets a field unless it is absent; hands a refusal on. */
function set<K extends keyof Event>(event: Event, key: K, value: Field<NonNullable<Event[K]>>): Refusal | undefined {
  if (value === undefined) return undefined;
  if (isRefusal(value)) return value;
  event[key] = value;
  return undefined;
}

function readWho(event: Event, message: JsonObject): Refusal | undefined {
  const refusal =
    set(event, 'userId', readId(message.userId, 'userId')) ??
    set(event, 'anonymousId', readId(message.anonymousId, 'anonymousId'));
  if (refusal !== undefined) return refusal;
  if (event.kind === 'alias') {
    const wrong = set(event, 'previousId', readId(message.previousId, 'previousId'));
    if (wrong !== undefined) return wrong;
    if (event.previousId === undefined) return refuse('previousId is missing');
    if (event.userId === undefined) return refuse('userId is missing');
    return undefined;
  }
  return event.userId === undefined && event.anonymousId === undefined
    ? refuse('userId and anonymousId are both missing')
    : undefined;
}

function readContext(event: Event, message: JsonObject, shared: Shared, arrival: Arrival): Refusal | undefined {
  const own = readObject(message.context, 'context');
  if (isRefusal(own)) return own;
  const groupId = readId(message.groupId, 'groupId');
  if (isRefusal(groupId)) return groupId;
  if (own !== undefined && arrival.mending) mend(own);
  let context = shared.context === undefined ? own : { ...shared.context, ...own };
  if (context !== undefined && !arrival.keepIp && Object.hasOwn(context, 'ip')) {
    const { ip: _dropped, ...rest } = context;
    context = rest;
  }
  if (event.kind === 'group') {
    if (groupId === undefined) return refuse('groupId is missing');
    event.groupId = groupId;
  } else if (groupId !== undefined && context?.groupId === undefined) {
    // Jitsu's client sends the group of the session with every call; Segment's specification has a place for it here.
    context = { ...context, groupId };
  }
  if (context !== undefined) event.context = context;
  return undefined;
}

function readContent(event: Event, message: JsonObject, arrival: Arrival): Refusal | undefined {
  if (event.kind === 'alias') return undefined;
  if (event.kind === 'identify' || event.kind === 'group') {
    const given = readObject(message.traits, 'traits');
    if (given !== undefined) return set(event, 'traits', mendIf(given, arrival));
    return event.kind === 'identify' ? moveContextTraits(event) : undefined;
  }
  const properties = readObject(message.properties, 'properties');
  const field = event.kind === 'track' ? 'event' : 'name';
  const refusal = set(event, 'properties', mendIf(properties, arrival)) ?? set(event, 'name', readName(message[field], field));
  if (refusal !== undefined) return refusal;
  if (event.kind === 'track') return event.name === undefined ? refuse('event is missing') : undefined;
  return readPage(event, message);
}

/** A page's category stands beside its name in the protocol and among its properties afterwards, as Segment does it. */
function readPage(event: Event, message: JsonObject): Refusal | undefined {
  const category = readName(message.category, 'category');
  if (isRefusal(category)) return category;
  if (category !== undefined && event.properties?.category === undefined) {
    event.properties = { ...event.properties, category };
  }
  const inProperties = event.properties?.name;
  if (event.name === undefined && typeof inProperties === 'string') return set(event, 'name', readName(inProperties, 'name'));
  return undefined;
}

/** RudderStack's browser client sends the traits of an identify call in the context only. */
function moveContextTraits(event: Event): Refusal | undefined {
  const held = event.context?.traits;
  if (!isObject(held)) return undefined;
  const { traits: _moved, ...context } = event.context ?? {};
  event.traits = held;
  event.context = context;
  return undefined;
}

function mendIf(value: Field<JsonObject>, arrival: Arrival): Field<JsonObject> {
  return arrival.mending && value !== undefined && !isRefusal(value) ? mend(value) : value;
}
