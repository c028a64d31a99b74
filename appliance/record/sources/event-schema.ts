// The JSON Schema of an event as people see and correct it over the API. It only describes: what an event must be is checked in
// quarantine-event.ts, because a schema's coercion would change the very values that somebody is looking at.

import { eventKinds } from '../../core/model/event.ts';

/** Whatever is inside, untouched on the way in and out. */
export const looseObject = { type: 'object', additionalProperties: true } as const;

const text = { type: 'string' };

/** No `properties` of its own that could coerce: see above. */
export const eventSchema = {
  ...looseObject,
  description: `kind (${eventKinds.join(', ')}), messageId, userId or anonymousId, occurredAtMs, receivedAtMs; name, properties, traits, context.`,
} as const;

export const quarantinedSchema = {
  type: 'object',
  required: ['id', 'source', 'quarantinedAtMs', 'reason', 'where', 'event'],
  properties: {
    id: { type: 'integer' },
    source: { type: 'integer' },
    quarantinedAtMs: { type: 'integer', description: 'Milliseconds since 1970.' },
    fixedAtMs: { type: 'integer', description: 'When a person last corrected it.' },
    reason: text,
    where: { ...text, description: 'The path that broke the rule.' },
    event: eventSchema,
  },
} as const;

export const exampleQuarantined = {
  id: 4711,
  source: 2,
  quarantinedAtMs: 1767323045678,
  reason: 'required and missing',
  where: 'traits.phone',
  event: {
    kind: 'identify',
    messageId: 'ajs-1',
    userId: 'C1',
    traits: { name: '王小明' },
    occurredAtMs: 1767323045000,
    receivedAtMs: 1767323045678,
  },
} as const;
