// The shape of a person's profile in answers, for the OpenAPI document and the types that the console is written against. Objects stay open: what is not
// named here is given all the same. Numbers may be null and texts masked, where policies do not show them to whoever asks.

const text = { type: 'string' } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const count = { type: 'integer' } as const;
/** A time or a number of the customer's own, which not everybody is shown. */
const shownNumber = { type: ['number', 'null'] } as const;
const shownTime = { type: ['integer', 'null'], description: 'Milliseconds since 1970.' } as const;
const shownText = { type: ['string', 'null'] } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;

const openList = (required: readonly string[], properties: object) => ({
  type: 'array',
  items: { type: 'object', additionalProperties: true, required, properties },
});
const line = { product: text, quantity: shownNumber, name: text, price: shownNumber };

const lineage = {
  type: 'object',
  additionalProperties: true,
  required: ['value', 'source', 'recordId', 'observedAtMs', 'decidedBy'],
  properties: {
    value: {},
    source: text,
    recordId: count,
    observedAtMs: atMs,
    decidedBy: { ...text, description: 'The criterion of survivorship that chose it, or `onlyOne`.' },
    others: openList(['value', 'source', 'recordId', 'observedAtMs', 'lostBy', 'times'], {
      value: {},
      source: text,
      recordId: count,
      observedAtMs: atMs,
      lostBy: text,
      times: count,
    }),
  },
} as const;

export const profileProperties = {
  id: text,
  records: openList(['recordId', 'source', 'known', 'createdAtMs', 'events'], {
    recordId: count,
    source: text,
    known: { type: 'boolean', description: 'By an id of its source, not by a device.' },
    createdAtMs: atMs,
    events: count,
  }),
  traits: { type: 'object', additionalProperties: lineage },
  identifiers: openList(['kind', 'value', 'firstAtMs', 'lastAtMs', 'records'], {
    kind: text,
    value: text,
    source: text,
    firstAtMs: atMs,
    lastAtMs: atMs,
    records: { type: 'array', items: count },
  }),
  orders: openList(['orderId', 'lines'], {
    orderId: text,
    placedAtMs: shownTime,
    cancelledAtMs: shownTime,
    total: shownNumber,
    refunded: shownNumber,
    currency: text,
    channel: text,
    lines: openList(['product'], line),
  }),
  cart: openList(['product'], line),
  tickets: openList(['ticketId'], {
    ticketId: text,
    open: { type: ['boolean', 'null'] },
    openedAtMs: shownTime,
    resolvedAtMs: shownTime,
    complaint: { type: ['boolean', 'null'] },
    subject: shownText,
    category: shownText,
  }),
  totals: {
    type: 'object',
    additionalProperties: true,
    properties: {
      orders: shownNumber,
      revenue: shownNumber,
      refunds: shownNumber,
      refunded: shownNumber,
      complaints: shownNumber,
    },
  },
  events: {
    type: 'object',
    additionalProperties: true,
    required: ['count', 'firstAtMs', 'lastAtMs'],
    properties: { count, firstAtMs: shownTime, lastAtMs: shownTime },
  },
  households: openList(['personId', 'via'], { personId: text, via: openList(['kind', 'value'], { kind: text, value: text }) }),
  scores: openList(['score', 'version', 'atMs', 'reasons'], {
    score: text,
    value: shownNumber,
    version: text,
    atMs,
    reasons: { type: 'array', items: words },
  }),
  segments: openList(['segment', 'sinceMs'], { segment: text, sinceMs: atMs }),
} as const;

export const profileRequired = [
  'id',
  'records',
  'traits',
  'identifiers',
  'orders',
  'cart',
  'tickets',
  'totals',
  'events',
  'households',
] as const;

/** One thing that a person did, as their timeline gives it. */
export const timelineEvent = {
  type: 'object',
  additionalProperties: true,
  required: ['kind', 'messageId', 'occurredAtMs', 'source', 'recordId'],
  properties: {
    kind: text,
    name: text,
    messageId: text,
    occurredAtMs: atMs,
    receivedAtMs: atMs,
    source: text,
    recordId: count,
    properties: { type: 'object', additionalProperties: true },
    traits: { type: 'object', additionalProperties: true },
    context: { type: 'object', additionalProperties: true },
  },
} as const;

export const timelineShape = {
  type: 'object',
  additionalProperties: true,
  required: ['events'],
  properties: { events: { type: 'array', items: timelineEvent }, next: text },
} as const;

const joined = {
  leftRecord: count,
  rightRecord: count,
  identifier: {
    type: 'object',
    additionalProperties: true,
    required: ['kind', 'value'],
    properties: { kind: text, value: text, source: text },
  },
  decisionId: count,
} as const;
const weight = openList(['field', 'level', 'weightBits'], { field: text, level: text, weightBits: { type: 'number' } });

export const identityProperties = {
  id: text,
  records: { type: 'array', items: count },
  joinedBy: openList(['leftRecord', 'rightRecord'], joined),
  refused: openList(['leftRecord', 'rightRecord', 'otherPersons'], { ...joined, otherPersons: { type: 'array', items: text } }),
  decisions: openList(['id', 'verdict', 'left', 'right', 'madeAtMs', 'madeBy'], {
    id: count,
    verdict: { type: 'string', enum: ['same', 'different'] },
    left: { type: 'array', items: count },
    right: { type: 'array', items: count },
    madeAtMs: atMs,
    madeBy: text,
    actor: text,
    reason: text,
    probability: { type: 'number' },
    weights: weight,
  }),
} as const;

export const reviewProperties = {
  reviewId: count,
  left: text,
  right: text,
  leftRecord: count,
  rightRecord: count,
  probability: { type: 'number' },
  weights: weight,
  madeAtMs: atMs,
} as const;
export const reviewRequired = [
  'reviewId',
  'left',
  'right',
  'leftRecord',
  'rightRecord',
  'probability',
  'weights',
  'madeAtMs',
] as const;
