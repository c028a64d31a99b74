// Schemas and examples of the routes of vertical rounds, for the OpenAPI document and for checking what comes in.

import { resultLimits } from '../results.ts';
import { listOf } from '../shown-schemas.ts';
import { answer } from './round-schemas.ts';
import { columnsShown, dryRun, score } from './round-shown-schemas.ts';

const ofRounds = { tags: ['rounds'], security: [{ accessToken: [] }] };
const exampleId = '0123456789abcdef0123456789abcdef';
const id = { type: 'string', pattern: '^[0-9a-f]{32}$', examples: [exampleId] } as const;
const count = { type: 'integer', minimum: 0 } as const;
const time = { type: 'integer', minimum: 0, maximum: 9e12 } as const;
const days = { type: 'integer', minimum: 1, maximum: 3650 } as const;
const name = { type: 'string', minLength: 1, maxLength: 64 } as const;
const exampleColumns = { asOfMs: 1_790_000_000_000, features: [{ name: 'orders_90d', kind: 'number' }] };

export const columns = {
  ...ofRounds,
  summary: 'Columns that this node can bring to a vertical round, and of how many shared customers',
  description:
    'Of customers whom the matches found and whose data may be used, as they were known to be at one moment. With a question: of who has the labels. Nothing leaves the node; the names of columns, and levels of categories, are for whoever proposes.',
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['matches', 'asOfMs', 'purpose', 'source'],
    properties: {
      matches: {
        type: 'object',
        description: 'By the other member: the match that told both sides whom they share.',
        minProperties: 1,
        maxProperties: 2,
        propertyNames: { pattern: '^[0-9a-f]{32}$' },
        additionalProperties: id,
      },
      asOfMs: time,
      purpose: name,
      question: {
        type: 'object',
        additionalProperties: false,
        required: ['name', 'horizonDays', 'activeDays'],
        properties: { name, horizonDays: days, activeDays: days },
      },
      source: {
        type: 'object',
        additionalProperties: false,
        required: ['from'],
        properties: { from: { type: 'string', enum: ['customers'] }, purpose: name },
      },
    },
    examples: [
      {
        matches: { [exampleId]: exampleId },
        asOfMs: 1_790_000_000_000,
        purpose: 'churn.prevention',
        source: { from: 'customers' },
      },
    ],
  },
  response: answer(
    { columns: columnsShown, dryRun },
    { columns: exampleColumns, dryRun: { rows: 4200, positives: 0, persons: 4200 } },
  ),
};

export const scores = {
  ...ofRounds,
  summary: "What an adopted vertical round says of this node's own customers, a page",
  description:
    'Of those who took part, on the side that has the labels, as their data stood when the round was; whose consent does not cover the purpose any more is left out.',
  params: {
    type: 'object',
    required: ['round'],
    properties: { round: { type: 'string', minLength: 1, maxLength: 64, examples: [exampleId] } },
  },
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      after: { ...count, description: 'As the page before gave it in `next`.' },
      limit: { type: 'integer', minimum: 1, maximum: resultLimits.page },
    },
  },
  response: answer(
    { purpose: name, label: name, asOfMs: time, scored: count, scores: listOf(score) },
    { purpose: 'churn.prevention', label: 'churn', asOfMs: 1_790_000_000_000, scored: 1, scores: [{ id: 'p12', score: 0.31 }] },
    { next: count },
  ),
};
