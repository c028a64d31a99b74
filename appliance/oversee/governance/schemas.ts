// Schemas and examples of the routes of the catalogue and of quality, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { catalogueLimits } from './catalogue.ts';
import { qualityLimits } from './quality.ts';
import { qualityKinds, ruleLimits } from './rules.ts';
import { catalogueShapes, dataClass, qualityShapes } from './shapes.ts';

const security = [{ accessToken: [] }];
const catalogue = { tags: ['catalogue'], security };
const quality = { tags: ['quality'], security };
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const list = (items: object) => ({ type: 'array', items });
const answer = (name: string, items: object, example: unknown, more: object = {}) => ({
  type: 'object',
  required: [name],
  properties: { [name]: list(items), ...more },
  examples: [{ [name]: [example] }],
});
const params = { type: 'object', required: ['id'], properties: { id } };
const query = (properties: object) => ({ type: 'object', additionalProperties: false, properties });
const text = (maxLength: number, description: string) => ({ type: 'string', minLength: 1, maxLength, description });

const fieldExample = {
  id: 42,
  source: 2,
  sourceName: 'crm',
  kind: 'identify',
  path: 'traits.cellNo',
  type: 'text',
  types: { text: 4310, null: 12 },
  class: 'phone',
  classBy: 'values',
  classShare: 0.98,
  personal: true,
  seen: 4310,
  lookedAt: 4310,
  completeness: 0.9971,
  distinct: 4178,
  distinctError: 0.023,
  firstSeenAtMs: 1790000000000,
  lastSeenAtMs: 1790003600000,
  sampled: 1,
};
const field = {
  ...catalogueShapes.field,
  description:
    "One field of one source: types and how often each came, class and how it was found, completeness, how many different values. Quantiles and common values only where no class of persons is, and never one customer's.",
  examples: [fieldExample],
};
const lineageExample = {
  trait: 'phone',
  label: { en: 'Phone', zh: '手机号' },
  steps: [{ source: 2, sourceName: 'crm', field: 'traits.cellNo', how: 'dictionary', rule: { as: 'phone', strict: true } }],
  distinct: 4178,
  golden: { criteria: ['setByHand', 'mostRecent'], declared: false },
  uses: [{ kind: 'identity', name: 'identifier phone', reads: ['phone'] }],
};
const rulesExample = {
  version: 1,
  rules: [
    { id: 'phone-there', kind: 'completeness', field: 'traits.phone', kinds: ['identify'], threshold: 0.9 },
    {
      id: 'total-fits',
      kind: 'consistency',
      field: 'properties.discount',
      is: 'at_most',
      other: 'properties.total',
      event: 'Order Completed',
    },
  ],
};
const rulesBody = {
  type: 'object',
  additionalProperties: true,
  description: `What is expected of a source's events: docs/quality.md. Kinds: ${qualityKinds.join(', ')}.`,
};
const storedExample = { source: 2, version: 3, savedAtMs: 1790000000000, document: rulesExample };
const stored = {
  ...qualityShapes.stored,
  description: '`holding` lists every rule that holds, those that follow from the dictionary included.',
  examples: [storedExample],
};
const alarmExample = {
  id: 7,
  source: 2,
  sourceName: 'crm',
  rule: 'phone-there',
  kind: 'completeness',
  hourMs: 1790000000000,
  reason: 'fell',
  score: 0.71,
  expected: 0.97,
  raisedAtMs: 1790003600000,
};
const rule = { type: 'string', pattern: '^[a-z0-9][a-z0-9_.-]{0,80}$' };

export const catalogueSchemas = {
  list: {
    ...catalogue,
    summary: 'Every field that sources have sent',
    querystring: query({
      source: id,
      class: dataClass,
      text: text(128, 'In the path or in the name of the event.'),
      personal: { type: 'boolean', description: 'Those that tell of a person; what is not known yet counts as such.' },
      unclassified: { type: 'boolean', description: 'Those on which no person has said anything.' },
      offset: { type: 'integer', minimum: 0 },
      limit: { type: 'integer', minimum: 1, maximum: catalogueLimits.listRows },
    }),
    response: { 200: answer('fields', field, fieldExample, { total: { type: 'integer' } }), ...errorResponses(400, 401, 503) },
  },
  streams: {
    ...catalogue,
    summary: 'What each source sends: events by kind and name, how many were looked at, what there was no room for',
    querystring: query({ source: id }),
    response: {
      200: answer('streams', catalogueShapes.stream, {
        source: 2,
        sourceName: 'crm',
        kind: 'track',
        event: 'Order Completed',
        seen: 9120,
        lookedAt: 2210,
      }),
      ...errorResponses(400, 401, 503),
    },
  },
  show: {
    ...catalogue,
    summary: 'One field, with everything people said of it',
    params,
    response: { 200: field, ...errorResponses(400, 401, 404, 503) },
  },
  classify: {
    ...catalogue,
    summary: 'Say what a field is, whose it is and what it means; events held for it are recorded',
    params,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['class'],
      properties: {
        class: dataClass,
        owner: text(catalogueLimits.ownerLength, 'Who answers for it: a role or a team, best no person.'),
        description: text(catalogueLimits.descriptionLength, 'What it means.'),
      },
      examples: [{ class: 'phone', owner: 'CRM team', description: 'mobile number given at the counter' }],
    },
    response: { 200: field, ...errorResponses(400, 401, 404, 422, 503) },
  },
  forget: {
    ...catalogue,
    summary: 'Forget a field and what is inside it, to make room; it comes back when it is sent again',
    params,
    response: {
      200: {
        type: 'object',
        required: ['forgotten'],
        properties: { forgotten: { type: 'integer' } },
        examples: [{ forgotten: 3 }],
      },
      ...errorResponses(400, 401, 404, 503),
    },
  },
  lineage: {
    ...catalogue,
    summary: 'Where a trait comes from, and what it is used for',
    params: { type: 'object', required: ['trait'], properties: { trait: text(128, 'Its name, such as phone.') } },
    response: { 200: { ...catalogueShapes.lineage, examples: [lineageExample] }, ...errorResponses(400, 401, 404, 503) },
  },
  traits: {
    ...catalogue,
    summary: 'The traits that have a lineage: those that sources give and those that something uses',
    response: {
      200: answer('traits', catalogueShapes.trait, {
        trait: 'phone',
        label: { en: 'Phone', zh: '手机号' },
        computed: false,
        sources: 2,
        fields: [42, 57],
        uses: 3,
      }),
      ...errorResponses(401, 503),
    },
  },
};

export const qualitySchemas = {
  score: {
    ...quality,
    summary: 'How good the data of a source are: the hour that runs, the last one, each rule, standing alarms',
    params,
    response: {
      200: {
        ...qualityShapes.score,
        examples: [{ source: 2, sourceName: 'crm', rulesVersion: 3, rules: [], alarms: [alarmExample] }],
      },
      ...errorResponses(400, 401, 404, 503),
    },
  },
  rules: {
    ...quality,
    summary: 'The quality rules of a source',
    params,
    querystring: query({ version: { ...id, description: 'An older one.' } }),
    response: { 200: stored, ...errorResponses(400, 401, 404, 503) },
  },
  setRules: {
    ...quality,
    summary: 'Give a source other quality rules; they hold for every batch from now on',
    params,
    body: { ...rulesBody, examples: [rulesExample] },
    response: { 200: stored, ...errorResponses(400, 401, 404, 413, 422, 503) },
  },
  versions: {
    ...quality,
    summary: 'The versions of the quality rules, newest first',
    params,
    response: {
      200: answer(
        'versions',
        {
          type: 'object',
          properties: { version: id, savedAtMs: { type: 'integer' }, sizeBytes: { type: 'integer' } },
        },
        { version: 3, savedAtMs: 1790000000000, sizeBytes: 512 },
      ),
      ...errorResponses(400, 401, 404, 503),
    },
  },
  history: {
    ...quality,
    summary: 'Hours that are over, newest first',
    params,
    querystring: query({ hours: { type: 'integer', minimum: 1, maximum: qualityLimits.historyRows, default: 48 } }),
    response: {
      200: answer('hours', qualityShapes.hour, {
        hourMs: 1790000000000,
        score: 0.97,
        kinds: { validity: 0.99 },
        events: 5120,
        rules: {},
      }),
      ...errorResponses(400, 401, 404, 503),
    },
  },
  offenders: {
    ...quality,
    summary: 'What broke a rule, or any, in an hour: ids to open the events by, at most 20 for each rule, no values',
    params,
    querystring: query({
      rule,
      at: { type: 'integer', minimum: 0, description: 'Milliseconds since 1970, any time within the hour; now when absent.' },
    }),
    response: {
      200: answer(
        'offenders',
        qualityShapes.offender,
        {
          rule: 'accepted',
          messageId: 'm-1',
          atMs: 1790000000000,
          person: 'p42',
          open: '/api/profiles/p42/timeline?since=2026-09-21T14:13:20.000Z&until=2026-09-21T14:13:20.000Z&limit=200',
        },
        { hourMs: { type: 'integer' }, failed: { type: 'integer' } },
      ),
      ...errorResponses(400, 401, 404, 503),
    },
  },
  alarms: {
    ...quality,
    summary: 'Scores that fell, newest first; one without `endedAtMs` stands',
    querystring: query({ before: id, limit: { type: 'integer', minimum: 1, maximum: qualityLimits.alarmRows } }),
    response: { 200: answer('alarms', qualityShapes.alarm, alarmExample), ...errorResponses(400, 401, 503) },
  },
};

/** As JSON, with room for escapes. */
export const rulesBodyLimit = 2 * ruleLimits.documentBytes;
