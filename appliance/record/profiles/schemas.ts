// Schemas and examples of the record's routes, for the OpenAPI document and for checking what comes in. Answers are open
// objects: what is named of them is in profile-schema.ts, their exact types in view.ts, timeline.ts and identity/.

import { errorResponses } from '../../core/http/openapi.ts';
import { eventKinds } from '../../core/model/event.ts';
import {
  identityProperties,
  profileProperties,
  profileRequired,
  reviewProperties,
  reviewRequired,
  timelineShape,
} from './profile-schema.ts';
import { timelineLimits } from './timeline.ts';

export const security = [{ accessToken: [] }];
export const id = {
  type: 'string',
  description: 'A profile id; the id of any of its records leads to it too.',
  examples: ['p42'],
};
const reason = { type: 'string', maxLength: 1000, description: 'Kept with the decision.' };
export const open = { type: 'object', additionalProperties: true } as const;

export const profileExample = {
  id: 'p42',
  records: [{ recordId: 42, source: 'crm', known: true, createdAtMs: 1790000000000, events: 3 }],
  traits: {
    phone: {
      value: '+8613907312846',
      source: 'crm',
      recordId: 42,
      observedAtMs: 1790000000000,
      decidedBy: 'mostRecent',
      others: [
        { value: '+8613607312846', source: 'till', recordId: 57, observedAtMs: 1780000000000, times: 1, lostBy: 'mostRecent' },
      ],
    },
  },
  computed: { orders_90d: { value: 2 } },
  identifiers: [{ kind: 'phone', value: '+8613907312846', firstAtMs: 1790000000000, lastAtMs: 1790000000000, records: [42] }],
  consents: [{ purpose: 'marketing', channel: 'email', status: 'withdrawn', atMs: 1790000000000 }],
  orders: [],
  returns: [],
  cart: [],
  tickets: [],
  messages: { counts: {}, recent: [] },
  browsing: { pageViews: 0, pages: [], products: [] },
  totals: { orders: 0, revenue: 0, refunds: 0, refunded: 0, complaints: 0 },
  events: { count: 3, firstAtMs: 1780000000000, lastAtMs: 1790000000000 },
  households: [{ personId: 'p77', via: [{ kind: 'phone', value: '+8613907312846' }] }],
  scores: [
    {
      score: 'churn',
      value: 0.31,
      version: 'churn-3',
      atMs: 1790000000000,
      reasons: [{ en: 'last order: 94 days ago', zh: '最近下单：94 天前' }],
    },
  ],
  segments: [{ segment: 'platinum', sinceMs: 1790000000000 }],
};
export const profileShape = { ...open, required: profileRequired, properties: profileProperties };
const profile = { ...profileShape, description: 'The 360° view of one person.', examples: [profileExample] };
const withTimeline = { ...profile, properties: { ...profileProperties, timeline: timelineShape } };
const profiles = {
  ...open,
  required: ['profiles'],
  properties: { profiles: { type: 'array', items: profileShape } },
  examples: [{ profiles: [profileExample] }],
};
const decided = {
  ...open,
  description: 'The decision and the persons its records belong to now.',
  required: ['decisionId', 'profiles'],
  properties: { decisionId: { type: 'integer' }, profiles: { type: 'array', items: { type: 'string' } } },
  examples: [{ decisionId: 7, profiles: ['p42'] }],
};
const reviewExample = {
  reviewId: 3,
  left: 'p42',
  right: 'p77',
  leftRecord: 42,
  rightRecord: 77,
  probability: 0.71,
  weights: [{ field: 'name', level: 'exact', weightBits: 8.2 }],
  madeAtMs: 1790000000000,
};
const review = { ...open, required: reviewRequired, properties: reviewProperties };

const lookup = {
  identifier: {
    type: 'string',
    minLength: 1,
    maxLength: 2048,
    description: 'A phone, e-mail, customer id, card …',
    examples: ['13907312846'],
  },
  kind: { type: 'string', maxLength: 100, description: 'Only this kind of identifier.', examples: ['phone'] },
  source: { type: 'string', maxLength: 200, description: 'For ids of one system: its name.', examples: ['crm'] },
};

const idParams = { type: 'object', required: ['id'], properties: { id } };
/** What a store and a double both hold. */
export const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const numberParam = (name: string) => ({
  type: 'object',
  required: [name],
  properties: { [name]: number },
});

export const schemas = {
  find: {
    tags: ['profiles'],
    security,
    summary: 'Find people by any identifier',
    description: 'A shared phone may lead to several. To keep identifiers out of addresses, use POST /api/profiles/search.',
    querystring: { type: 'object', required: ['identifier'], properties: lookup },
    response: { 200: profiles, ...errorResponses(400, 401, 503) },
  },
  search: {
    tags: ['profiles'],
    security,
    summary: 'Find people by any identifier, given in the body',
    body: { type: 'object', required: ['identifier'], properties: lookup, examples: [{ identifier: '13907312846' }] },
    response: { 200: profiles, ...errorResponses(400, 401, 503) },
  },
  profile: {
    tags: ['profiles'],
    security,
    summary: 'Read one person',
    description:
      'With `timeline`, also the first page of what they did: the whole customer in one answer, and one entry of the audit log.',
    params: idParams,
    querystring: {
      type: 'object',
      properties: {
        timeline: {
          type: 'integer',
          minimum: 1,
          maximum: timelineLimits.pageRows,
          description: 'Rows of the timeline, newest first; further ones by `/api/profiles/:id/timeline` with the `next` given.',
        },
      },
    },
    response: { 200: withTimeline, ...errorResponses(400, 401, 404, 503) },
  },
  timeline: {
    tags: ['profiles'],
    security,
    summary: 'What a person did, newest first',
    params: idParams,
    querystring: {
      type: 'object',
      properties: {
        limit: { type: 'integer', minimum: 1, maximum: timelineLimits.pageRows, default: timelineLimits.defaultRows },
        cursor: { type: 'string', maxLength: 40, description: '`next` of the page before.' },
        kind: { type: 'string', maxLength: 100, description: `One or more of ${eventKinds.join(', ')}, separated by commas.` },
        name: {
          type: 'string',
          maxLength: 2000,
          description: 'Event names, separated by commas.',
          examples: ['Order Completed'],
        },
        source: { type: 'string', maxLength: 200 },
        since: { type: 'string', maxLength: 40, description: 'ISO 8601 or milliseconds.', examples: ['2026-01-01'] },
        until: { type: 'string', maxLength: 40 },
      },
    },
    response: {
      200: {
        ...timelineShape,
        examples: [
          {
            events: [
              {
                kind: 'track',
                name: 'Order Completed',
                messageId: 'm1',
                occurredAtMs: 1790000000000,
                source: 'shop',
                recordId: 42,
              },
            ],
            next: '1790000000000.12',
          },
        ],
      },
      ...errorResponses(400, 401, 404, 503),
    },
  },
  identity: {
    tags: ['identity'],
    security,
    summary: 'Why these records are one person',
    params: idParams,
    response: {
      200: {
        ...open,
        required: ['id', 'records', 'joinedBy', 'refused', 'decisions'],
        properties: identityProperties,
        examples: [
          {
            id: 'p42',
            records: [42, 57],
            joinedBy: [{ leftRecord: 42, rightRecord: 57, identifier: { kind: 'phone', value: '+8613907312846' } }],
            refused: [],
            decisions: [],
          },
        ],
      },
      ...errorResponses(401, 404, 503),
    },
  },
  setTraits: {
    tags: ['profiles'],
    security,
    summary: 'Set traits by hand',
    description:
      'Values set by hand win over what sources say, unless survivorship is declared otherwise for the trait. Standard traits are normalised as those of sources; one that cannot be read is refused (400) and nothing is set. null or an empty text takes back what was set.',
    params: idParams,
    body: {
      type: 'object',
      required: ['traits'],
      properties: { traits: { ...open, minProperties: 1, maxProperties: 50 }, reason },
      examples: [{ traits: { phone: '+8613907312846' }, reason: 'told us on the phone' }],
    },
    response: { 200: profile, ...errorResponses(400, 401, 404, 503) },
  },
  merge: {
    tags: ['identity'],
    security,
    summary: 'Declare two people to be one',
    body: {
      type: 'object',
      required: ['left', 'right'],
      properties: { left: id, right: id, reason },
      examples: [{ left: 'p42', right: 'p77', reason: 'same card shown' }],
    },
    response: { 200: decided, ...errorResponses(400, 401, 404, 409, 422, 503) },
  },
  unmerge: {
    tags: ['identity'],
    security,
    summary: 'Split a person',
    description: 'Without records: takes back the latest merge decision. With records: splits them off and keeps them apart.',
    body: {
      type: 'object',
      required: ['person'],
      properties: { person: id, records: { type: 'array', items: number, minItems: 1, maxItems: 200 }, reason },
      examples: [{ person: 'p42', records: [57], reason: 'father and son' }],
    },
    response: { 200: decided, ...errorResponses(400, 401, 404, 409, 422, 503) },
  },
  retract: {
    tags: ['identity'],
    security,
    summary: 'Take a decision back',
    params: numberParam('decisionId'),
    body: { type: 'object', properties: { reason }, examples: [{ reason: 'wrong customer' }] },
    response: { 200: decided, ...errorResponses(400, 401, 404, 503) },
  },
  index: {
    tags: ['identity'],
    security,
    summary: 'Whether identifiers and persons fit the configuration',
    description:
      'After a change of identifier kinds or region all records are walked twice in the background; `done` of `total` says how far. `waiting`: the store failed and is tried again.',
    response: {
      200: {
        ...open,
        properties: {
          state: { type: 'string', enum: ['running', 'waiting', 'done', 'failed'] },
          done: { type: 'integer' },
          total: { type: 'integer' },
          code: { type: 'string' },
        },
        examples: [{ state: 'running', done: 1200, total: 9000 }],
      },
      ...errorResponses(401, 503),
    },
  },
  match: {
    tags: ['identity'],
    security,
    summary: 'Compare all people with the matcher',
    description: 'Pairs above the upper threshold are merged, those between the two thresholds wait in the review queue.',
    response: {
      200: {
        ...open,
        required: ['compared', 'merged', 'queued'],
        properties: { compared: { type: 'integer' }, merged: { type: 'integer' }, queued: { type: 'integer' } },
        examples: [{ compared: 2000, merged: 31, queued: 12 }],
      },
      ...errorResponses(401, 409, 503),
    },
  },
  reviews: {
    tags: ['identity'],
    security,
    summary: 'Pairs that wait for a person to decide',
    querystring: {
      type: 'object',
      properties: { after: number, limit: { type: 'integer', minimum: 1, maximum: 200 } },
    },
    response: {
      200: {
        ...open,
        required: ['reviews'],
        properties: { reviews: { type: 'array', items: review } },
        examples: [{ reviews: [reviewExample] }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  review: {
    tags: ['identity'],
    security,
    summary: 'One pair, side by side',
    params: numberParam('reviewId'),
    response: {
      200: {
        ...review,
        required: [...reviewRequired, 'leftProfile', 'rightProfile'],
        properties: { ...reviewProperties, leftProfile: profileShape, rightProfile: profileShape },
        examples: [{ ...reviewExample, leftProfile: profileExample, rightProfile: profileExample }],
      },
      ...errorResponses(401, 404, 503),
    },
  },
  decideReview: {
    tags: ['identity'],
    security,
    summary: 'Decide a pair',
    params: numberParam('reviewId'),
    body: {
      type: 'object',
      required: ['verdict'],
      properties: { verdict: { type: 'string', enum: ['same', 'different'] }, reason },
      examples: [{ verdict: 'same' }],
    },
    response: { 200: decided, ...errorResponses(400, 401, 404, 409, 503) },
  },
} as const;
