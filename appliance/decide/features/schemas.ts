// Schemas and examples of the routes of features, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { rowLimits } from './rows.ts';

const security = [{ accessToken: [] }];
const common = { tags: ['features'], security };
const string = { type: 'string' };
const integer = { type: 'integer' };
const words = { type: 'object', required: ['en', 'zh'], properties: { en: string, zh: string } };
const kind = { type: 'string', enum: ['number', 'time', 'category'] };
const feature = {
  type: 'object',
  required: ['name', 'label', 'group', 'kind'],
  properties: {
    name: string,
    label: words,
    group: string,
    kind,
    missing: { ...words, description: 'Why a value can be missing.' },
  },
};
const state = {
  type: 'object',
  required: ['state', 'customers', 'waiting', 'bytes'],
  properties: {
    state: { type: 'string', enum: ['idle', 'reading', 'following'] },
    customers: integer,
    waiting: integer,
    bytes: integer,
  },
};
const columnSummary = {
  type: 'object',
  required: ['name', 'kind', 'missing', 'distinct'],
  properties: {
    name: string,
    kind,
    missing: integer,
    distinct: integer,
    least: { type: 'number' },
    greatest: { type: 'number' },
    mean: { type: 'number' },
    levels: {
      type: 'array',
      items: { type: 'object', required: ['level', 'rows'], properties: { level: string, rows: integer } },
    },
  },
};
const row = {
  type: 'object',
  required: ['person', 'values'],
  properties: {
    person: { type: 'string', description: 'A pseudonym.' },
    values: { type: 'array', items: { type: ['number', 'string', 'null'] }, description: 'In the order of the columns.' },
  },
};
const purchase = {
  type: 'object',
  required: ['person', 'at', 'amount'],
  properties: { person: string, at: { type: 'string', description: 'The day.' }, amount: { type: 'number' } },
};
const after = {
  type: 'integer',
  minimum: -1,
  maximum: Number.MAX_SAFE_INTEGER,
  default: -1,
  description: 'From a page’s `next`.',
};
const stateExample = { state: 'following', customers: 4310, waiting: 0, bytes: 24_313_856 };
const featureExample = {
  name: 'last_order',
  label: { en: 'Last order', zh: '最近下单时间' },
  group: 'orders',
  kind: 'time',
  missing: { en: 'no order', zh: '没有订单' },
};

export const schemas = {
  list: {
    ...common,
    summary: 'The features of a customer, and how far the matrix is',
    description:
      '`idle`: nobody has asked for it since the start. `reading`: everybody is being read. `following`: it is as new as the last event.',
    response: {
      200: {
        type: 'object',
        required: ['features', 'groups', 'state'],
        properties: {
          features: { type: 'array', items: feature },
          groups: { type: 'object', additionalProperties: words },
          state,
        },
        examples: [
          {
            features: [featureExample],
            groups: { orders: { en: 'Orders and spending', zh: '订单与消费' } },
            state: stateExample,
          },
        ],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  summary: {
    ...common,
    summary: 'What each feature holds over all customers whose data may be used',
    description:
      'Counts and figures of everybody whom the consent gate allows for the purpose of the request, never one customer’s; levels that fewer than ' +
      `${rowLimits.rareLevel} have are left out. Waits until everybody has been read.`,
    response: {
      200: {
        type: 'object',
        required: ['customers', 'features', 'atMs'],
        properties: {
          customers: integer,
          features: { type: 'array', items: columnSummary },
          atMs: { type: 'integer', description: 'When it was worked out, in milliseconds since 1970.' },
        },
        examples: [
          {
            customers: 4102,
            atMs: 1_790_000_000_000,
            features: [{ name: 'orders', kind: 'number', missing: 0, distinct: 41, least: 0, greatest: 57, mean: 3.2 }],
          },
        ],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  rows: {
    ...common,
    summary: 'Features of customers under pseudonyms, page by page',
    description:
      'Of everybody whom the consent gate allows for the purpose of the request. With `at`, as known from what had happened by that moment. ' +
      `Pseudonyms differ from purpose to purpose; a birthday is its year; levels that fewer than ${rowLimits.rareLevel} have are \`…\`.`,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after,
        limit: { type: 'integer', minimum: 1, maximum: rowLimits.rows, default: 500 },
        days: { type: 'boolean', default: false, description: 'With how much was done on each of the last 90 days.' },
        at: { type: 'string', format: 'date-time', description: 'ISO 8601.', examples: ['2026-05-01T00:00:00Z'] },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['columns', 'rows'],
        properties: {
          columns: { type: 'array', items: { type: 'string' } },
          rows: { type: 'array', items: row },
          next: { type: 'integer' },
        },
        examples: [
          {
            columns: ['orders', 'last_order'],
            rows: [{ person: 'person-5f0c2a9be1d3478a0b1c', values: [3, '2026-05-01T08:00:00.000Z'] }],
            next: 499,
          },
        ],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
  purchases: {
    ...common,
    summary: 'Orders of customers under pseudonyms, page by page',
    description:
      'Day and amount of each order that was placed and not cancelled, of everybody whom the consent gate allows for the purpose of the request: ' +
      'what RFM, lifetime value and the time of the next purchase are worked out from.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after,
        limit: { type: 'integer', minimum: 1, maximum: rowLimits.rows, default: 500, description: 'Customers of one page.' },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['purchases'],
        properties: { purchases: { type: 'array', items: purchase }, next: { type: 'integer' } },
        examples: [{ purchases: [{ person: 'person-5f0c2a9be1d3478a0b1c', at: '2026-05-01', amount: 129.5 }], next: 499 }],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
};
