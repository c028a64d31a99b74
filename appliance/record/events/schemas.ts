// How the tracking routes describe themselves in the OpenAPI document. Documentation only: the hot path is checked by protocol.ts,
// never by a schema library.

import { errorResponses } from '../../core/http/openapi.ts';
import { type EventKind, eventLimits } from '../../core/model/event.ts';

const common = {
  messageId: { type: 'string', maxLength: eventLimits.idLength, description: 'Sent twice, an id counts once. Made when absent.' },
  userId: { type: 'string', maxLength: eventLimits.idLength, description: "The customer's id in the source, once known." },
  anonymousId: { type: 'string', maxLength: eventLimits.idLength, description: 'One of userId and anonymousId is needed.' },
  timestamp: { type: 'string', description: 'ISO 8601, by the clock of the client.' },
  sentAt: { type: 'string', description: 'ISO 8601; corrects the clock of the client.' },
  context: { type: 'object', additionalProperties: true, description: 'Device, page, campaign. `ip` is dropped.' },
};

const named = { type: 'string', maxLength: eventLimits.nameLength };
const open = { type: 'object', additionalProperties: true };

const particular: { readonly [kind in EventKind]: { properties: object; required: readonly string[]; example: object } } = {
  identify: {
    properties: { traits: open },
    required: [],
    example: { userId: 'u-1001', traits: { name: '王小明', email: 'xiaoming@example.com' } },
  },
  track: {
    properties: { event: named, properties: open },
    required: ['event'],
    example: { userId: 'u-1001', event: 'Order Completed', properties: { orderId: 'o-77', total: 129.5, currency: 'CNY' } },
  },
  page: {
    properties: { name: named, category: named, properties: open },
    required: [],
    example: { anonymousId: 'a-9f2', name: 'Basket', properties: { path: '/basket' } },
  },
  screen: {
    properties: { name: named, category: named, properties: open },
    required: [],
    example: { anonymousId: 'a-9f2', name: 'Home' },
  },
  group: {
    properties: { groupId: { type: 'string', maxLength: eventLimits.idLength }, traits: open },
    required: ['groupId'],
    example: { userId: 'u-1001', groupId: 'household-12', traits: { name: 'Wang' } },
  },
  alias: {
    properties: { previousId: { type: 'string', maxLength: eventLimits.idLength } },
    required: ['previousId', 'userId'],
    example: { previousId: 'a-9f2', userId: 'u-1001' },
  },
};

const answer = {
  200: {
    type: 'object',
    description:
      'Everything that is not listed is on disk. What is listed was refused for good: sending it again changes nothing.',
    required: ['success'],
    properties: {
      success: { type: 'boolean', const: true },
      rejected: listOf('Not kept.'),
      quarantined: listOf('Kept aside until the rule it breaks, or the event, is mended.'),
    },
    examples: [
      { success: true },
      { success: true, rejected: [{ index: 3, messageId: 'm-4', reason: 'userId and anonymousId are both missing' }] },
    ],
  },
  ...errorResponses(400, 401, 413, 429, 503),
};

function listOf(description: string): object {
  const item = {
    type: 'object',
    required: ['index', 'reason'],
    properties: { index: { type: 'integer' }, messageId: { type: 'string' }, reason: { type: 'string' } },
  };
  return { type: 'array', description, items: item };
}

const security = [{ writeKey: [] }, { jitsuWriteKey: [] }, {}];
const consumes = ['application/json', 'text/plain', 'application/x-www-form-urlencoded'];

/** One call of a kind. */
export function singleSchema(kind: EventKind, summary: string): object {
  const { properties, required, example } = particular[kind];
  const body = {
    type: 'object',
    additionalProperties: true,
    properties: { ...common, ...properties },
    required,
    examples: [example],
  };
  return { tags: ['tracking'], summary, security, consumes, body, response: answer };
}

/** Calls of any kind, each with its `type`. */
export function batchSchema(summary: string): object {
  const message = { ...open, properties: { type: { type: 'string', enum: Object.keys(particular) }, ...common } };
  const body = {
    type: 'object',
    additionalProperties: true,
    required: ['batch'],
    properties: {
      batch: { type: 'array', maxItems: eventLimits.batchEvents, items: message },
      sentAt: common.sentAt,
      context: { ...open, description: "The default for each message's own." },
      writeKey: { type: 'string', description: 'Where no header can be set.' },
    },
    examples: [{ sentAt: '2026-01-02T03:04:05.678Z', batch: [{ type: 'track', ...particular.track.example, messageId: 'm-1' }] }],
  };
  const description = `At most ${eventLimits.batchEvents} events, 500 KB unpacked, 32 KB each. gzip, deflate and br are understood.`;
  return { tags: ['tracking'], summary, description, security, consumes, body, response: answer };
}
