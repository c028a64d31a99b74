import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventKind, eventLimits } from '../../core/model/event.ts';
import { needsMending } from './fields.ts';
import { type Arrival, isBodyFault, type Reading, readBatch, readSingle } from './protocol.ts';

const receivedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5);

function arrivalOf(text: string): Arrival {
  let made = 0;
  return {
    receivedAtMs,
    newMessageId: () => `made-${made++}`,
    keepIp: false,
    mending: needsMending(text),
    bodyBytes: Buffer.byteLength(text),
  };
}

function single(message: object | string, kind?: EventKind, change: Partial<Arrival> = {}): Reading {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  const reading = readSingle(JSON.parse(text), kind, { ...arrivalOf(text), ...change });
  assert.ok(!isBodyFault(reading));
  return reading;
}

function batch(body: unknown): Reading {
  const text = JSON.stringify(body);
  const reading = readBatch(JSON.parse(text), arrivalOf(text));
  assert.ok(!isBodyFault(reading), JSON.stringify(reading));
  return reading;
}

const stamp = { occurredAtMs: receivedAtMs, receivedAtMs };
const only = (reading: Reading) => {
  assert.deepEqual(reading.rejected, []);
  assert.equal(reading.events.length, 1);
  return reading.events[0];
};

test('each kind keeps what belongs to it', () => {
  const messageId = 'm';
  const properties = { a: [1, { b: null }] };
  const cases: [EventKind, object, object][] = [
    ['track', { userId: 'u', event: 'E', properties, traits: { no: 1 } }, { userId: 'u', name: 'E', properties }],
    ['page', { anonymousId: 'a', name: 'N', properties }, { anonymousId: 'a', name: 'N', properties }],
    [
      'page',
      { anonymousId: 'a', category: 'C', properties: { name: 'N' } },
      { anonymousId: 'a', name: 'N', properties: { name: 'N', category: 'C' } },
    ],
    ['screen', { userId: 'u', anonymousId: 'a' }, { userId: 'u', anonymousId: 'a' }],
    [
      'identify',
      { userId: 'u', traits: { t: 1 }, context: { traits: { c: 1 } } },
      { userId: 'u', traits: { t: 1 }, context: { traits: { c: 1 } } },
    ],
    ['identify', { userId: 'u', context: { traits: { t: 1 }, k: 1 } }, { userId: 'u', traits: { t: 1 }, context: { k: 1 } }],
    ['group', { userId: 'u', groupId: 'g', traits: { t: 1 } }, { userId: 'u', groupId: 'g', traits: { t: 1 } }],
    ['track', { userId: 'u', event: 'E', groupId: 'g' }, { userId: 'u', name: 'E', context: { groupId: 'g' } }],
    ['alias', { userId: 'u', previousId: 'p', properties }, { userId: 'u', previousId: 'p' }],
  ];
  for (const [kind, message, expected] of cases) {
    assert.deepEqual(only(single({ ...message, messageId }, kind)), { kind, messageId, ...stamp, ...expected });
    assert.deepEqual(only(single({ ...message, messageId, type: kind })), { kind, messageId, ...stamp, ...expected });
  }
});

test('what cannot be taken is refused with its reason, and with its id where that is sound', () => {
  const long = 'x'.repeat(eventLimits.idLength + 1);
  const cases: [object | string, string][] = [
    [{ userId: 'u', event: 'E', type: 'purchase' }, 'type is missing or unknown'],
    [{ userId: 'u', event: 'E' }, 'type is missing or unknown'],
    [{ type: 'track', event: 'E' }, 'userId and anonymousId are both missing'],
    [{ type: 'track', event: 'E', userId: '', anonymousId: null }, 'userId and anonymousId are both missing'],
    [{ type: 'track', userId: 'u' }, 'event is missing'],
    [{ type: 'track', userId: 'u', event: 7 }, 'event is not text'],
    [{ type: 'track', userId: 'u', event: long }, 'event is longer than 512 characters'],
    [{ type: 'track', userId: true, event: 'E' }, 'userId is not text'],
    [{ type: 'track', userId: { a: 1 }, event: 'E' }, 'userId is not text'],
    [{ type: 'track', userId: 1.5, event: 'E' }, 'userId is a number that lost digits; send it as text'],
    ['{"type":"track","userId":12345678901234567890,"event":"E"}', 'userId is a number that lost digits; send it as text'],
    [{ type: 'track', userId: long, event: 'E' }, 'userId is longer than 512 characters'],
    [{ type: 'track', userId: 'a\0b', event: 'E' }, 'userId contains NUL'],
    [{ type: 'track', userId: 'a\ud800b', event: 'E' }, 'userId contains half a surrogate pair'],
    [{ type: 'track', userId: 'u', event: 'E', properties: [] }, 'properties is not an object'],
    [{ type: 'track', userId: 'u', event: 'E', properties: 'p' }, 'properties is not an object'],
    [{ type: 'track', userId: 'u', event: 'E', context: 'c' }, 'context is not an object'],
    [{ type: 'identify', userId: 'u', traits: 1 }, 'traits is not an object'],
    [{ type: 'group', userId: 'u' }, 'groupId is missing'],
    [{ type: 'alias', userId: 'u' }, 'previousId is missing'],
    [{ type: 'alias', previousId: 'p' }, 'userId is missing'],
    [{ type: 'track', userId: 'u', event: 'E', timestamp: 'soon' }, 'timestamp is not an ISO 8601 time'],
    [
      '{"type":"track","userId":"u","event":"E","properties":{"__proto__":{"x":1}}}',
      'a key named __proto__ or constructor.prototype',
    ],
    ['{"type":"track","userId":"u","event":"E","properties":{"n":-1e999}}', 'a number beyond the range of a double'],
    [`{"type":"track","userId":"u","event":"E","properties":${'{"a":'.repeat(33)}1${'}'.repeat(33)}}`, 'nested too deeply'],
    [{ type: 'track', userId: 'u', event: 'E', properties: { big: 'x'.repeat(eventLimits.eventBytes) } }, 'larger than 32 KB'],
    [
      { type: 'track', userId: 'u', event: 'E', integrations: { big: '值'.repeat(eventLimits.eventBytes / 3) } },
      'larger than 32 KB',
    ],
  ];
  for (const [message, reason] of cases) {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    const named = `{"messageId":"m-1",${text.slice(1)}`;
    assert.deepEqual(single(named).rejected, [{ index: 0, messageId: 'm-1', reason }], text.slice(0, 200));
    assert.deepEqual(single(text).rejected, [{ index: 0, reason }]);
  }
  for (const messageId of [long, 'a\0', '\udc00', {}, [], true, 1.5]) {
    const [refused] = single({ type: 'track', userId: 'u', event: 'E', messageId }).rejected;
    assert.match(refused?.reason ?? '', /^messageId /);
    assert.equal(refused?.messageId, undefined);
  }
});

test('an event may be exactly as large as the limit', () => {
  const frame = { type: 'track', userId: 'u', event: 'E', properties: { big: '' } };
  const room = eventLimits.eventBytes - Buffer.byteLength(JSON.stringify(frame));
  const of = (length: number) => ({ ...frame, properties: { big: 'x'.repeat(length) } });
  assert.equal(batch({ batch: [of(room), of(room)] }).events.length, 2);
  assert.deepEqual(batch({ batch: [of(room + 1), of(room)] }).rejected, [{ index: 0, reason: 'larger than 32 KB' }]);
});

test('ids come as text or as whole numbers; an absent messageId is made', () => {
  const { events } = batch({
    batch: [
      { type: 'track', userId: 1001, anonymousId: 0, event: 'E', messageId: 7 },
      { type: 'page', userId: 'u' },
    ],
  });
  assert.deepEqual(
    events.map(({ userId, anonymousId, messageId }) => [userId, anonymousId, messageId]),
    [
      ['1001', '0', '7'],
      ['u', undefined, 'made-0'],
    ],
  );
});

test('text with NUL or half a surrogate pair is mended where people read it', () => {
  const message = {
    type: 'page',
    userId: 'u',
    name: 'a\0b',
    category: 'c\ud800',
    properties: { 'k\udfffey': ['v\0', { deep: '\ud83c\udf5a ok' }] },
    context: { page: { title: '\0' } },
  };
  const event = only(single(message));
  assert.equal(event?.name, 'a\ufffdb');
  assert.deepEqual(event?.properties, { 'k\ufffdey': ['v\ufffd', { deep: '🍚 ok' }], category: 'c\ufffd' });
  assert.deepEqual(event?.context, { page: { title: '\ufffd' } });
});

test('a batch shares its context and its sentAt; each message keeps its own', () => {
  const sentAt = new Date(receivedAtMs + 60_000).toISOString();
  const timestamp = new Date(receivedAtMs + 30_000).toISOString();
  const { events } = batch({
    sentAt,
    context: { library: 'x', ip: '192.0.2.1' },
    batch: [
      { type: 'track', userId: 'u', event: 'A', timestamp },
      { type: 'track', userId: 'u', event: 'B', timestamp, sentAt: timestamp, context: { library: 'y', ip: '192.0.2.2', k: 1 } },
    ],
  });
  assert.deepEqual(
    events.map(({ occurredAtMs, context }) => [occurredAtMs, context]),
    [
      [receivedAtMs - 30_000, { library: 'x' }],
      [receivedAtMs, { library: 'y', k: 1 }],
    ],
  );
});

test('an address is kept only where that was asked for', () => {
  const message = { type: 'page', userId: 'u', context: { ip: '192.0.2.1', k: 1 } };
  assert.deepEqual(only(single(message))?.context, { k: 1 });
  assert.deepEqual(only(single(message, undefined, { keepIp: true }))?.context, { ip: '192.0.2.1', k: 1 });
});

test('a refused message does not hold up the others', () => {
  const { events, indexes, rejected } = batch([{ type: 'page', userId: 'a' }, null, { type: 'page', userId: 'b' }, 'x', []]);
  assert.deepEqual(
    events.map(({ userId }) => userId),
    ['a', 'b'],
  );
  assert.deepEqual(indexes, [0, 2]);
  assert.deepEqual(
    rejected.map(({ index, reason }) => [index, reason]),
    [
      [1, 'not an object'],
      [3, 'not an object'],
      [4, 'not an object'],
    ],
  );
});

test('bodies that are no batch, or too large a one', () => {
  const read = (body: unknown) => readBatch(body, arrivalOf('{}'));
  for (const body of [null, 1, 'x', {}, { batch: {} }, { batch: null }]) {
    assert.deepEqual(read(body), { code: 'bad_request', where: 'batch: not a list' });
  }
  assert.deepEqual(read({ batch: [], context: 1 }), { code: 'bad_request', where: 'context is not an object' });
  const wide = { batch: [], context: { a: 'x'.repeat(4096) } };
  assert.deepEqual(read(wide), { code: 'bad_request', where: 'context: larger than 4 KB' });
  const many = Array.from({ length: eventLimits.batchEvents + 1 }, () => ({ type: 'page', userId: 'u' }));
  assert.deepEqual(read(many), { code: 'too_large', where: 'batch: more than 2500 events' });
  const most = read(many.slice(1));
  assert.equal(!isBodyFault(most) && most.events.length, eventLimits.batchEvents);
});
