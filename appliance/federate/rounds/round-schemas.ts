// Schemas and examples of the routes of rounds, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { reportQuery, reportResponse } from '../report-schema.ts';
import { roundModels } from './round-defaults.ts';

export const ofRounds = { tags: ['rounds'], security: [{ accessToken: [] }] };
const exampleId = '0123456789abcdef0123456789abcdef';
const id = { type: 'string', pattern: '^[0-9a-f]{32}$', examples: [exampleId] } as const;
const open = { type: 'object', additionalProperties: true } as const;
const count = { type: 'integer', minimum: 0 } as const;
/** What is no id is nobody's. */
export const params = {
  type: 'object',
  required: ['round'],
  properties: { round: { type: 'string', minLength: 1, maxLength: 64, examples: [exampleId] } },
};
const days = { type: 'integer', minimum: 1, maximum: 3650 } as const;
const reason = { type: 'string', minLength: 1, maxLength: 400 } as const;
const source = {
  type: 'object',
  additionalProperties: false,
  required: ['from'],
  description:
    "Rows of the node's own customers whose data may be used for the purpose, without one for that of the question; or of a file that was brought for rounds.",
  properties: {
    from: { type: 'string', enum: ['customers', 'file'] },
    purpose: { type: 'string', minLength: 1, maxLength: 64 },
    file: { type: 'string', minLength: 1, maxLength: 64, description: 'Its name.' },
  },
  examples: [{ from: 'customers' }, { from: 'file', file: 'members-2026' }],
} as const;
export const answer = (properties: { [name: string]: object }, example: object) => ({
  200: {
    description: 'As asked.',
    content: { 'application/json': { schema: { type: 'object', properties, additionalProperties: true, examples: [example] } } },
  },
  ...errorResponses(400, 401, 403, 404, 409, 429, 503),
});
export const body = (required: string[], properties: { [name: string]: object }, example: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  examples: [example],
});

export const roundProperties = {
  round: id,
  federation: id,
  phase: {
    type: 'string',
    enum: ['asked', 'agreeing', 'training', 'custody_locked', 'voting', 'ended'],
    description:
      'asked: your officers have to decide. agreeing: others have. custody_locked: this node keeps the key, and its people have to give their shares. voting: everybody says whether the model is adopted.',
  },
  terms: { ...open, description: 'What all approve.' },
  members: { type: 'array', items: open },
  custodian: {
    ...open,
    description:
      'Who keeps the key that opens sums. `key`, at its own node where the key is split: how many shares there are and are needed, how many nobody has fetched, whether it is locked, and how many were given to open it.',
  },
  decide: { type: 'array', items: { type: 'string', enum: ['acceptance', 'custody', 'share', 'unlock', 'vote'] } },
  progress: open,
  ended: open,
  served: {
    ...open,
    description: 'Where its model was adopted: the model and version that it became here, or why it is kept as a file alone.',
  },
};
export const exampleRound = {
  round: exampleId,
  federation: exampleId,
  phase: 'training',
  terms: {},
  members: [],
  custodian: { member: exampleId, agreed: true },
  decide: [],
  progress: { sums: 17, waitingFor: 'histogram 14' },
};
const dryRun = {
  type: 'object',
  additionalProperties: true,
  properties: { rows: count, positives: count, persons: count, missing: open, beyond: open },
} as const;
const exampleDryRun = { rows: 4200, positives: 610, persons: 1900, missing: { city: 0.12 } };

export const rounds = {
  ...ofRounds,
  summary: 'Rounds of training with other organisations',
  response: answer({ rounds: { type: 'array', items: open } }, { rounds: [exampleRound] }),
};
export const round = {
  ...ofRounds,
  summary: 'One round: its terms, who agreed, how far it is, how it ended',
  params,
  response: answer(roundProperties, exampleRound),
};
export const draft = {
  ...ofRounds,
  summary: 'A schema that could be proposed, and what this node would bring',
  description:
    'Makes the rows of a ready-made question, or reads those of a file, names the features that have values, and counts. Nothing leaves the node.',
  body: body(
    ['source'],
    {
      question: { type: 'string', minLength: 1, maxLength: 64, description: 'Of own customers.' },
      label: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'Of a file: the column to learn; else as it was brought.',
      },
      positive: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'Of a file: the value to find; else the one that means yes.',
      },
      horizonDays: days,
      activeDays: days,
      model: {
        type: 'string',
        enum: [...roundModels],
        description:
          'What is to be learned; trees when absent. For all others a number gets a limit, the power of two that nearly all values lie within.',
      },
      source,
    },
    { question: 'churn', horizonDays: 28, source: { from: 'customers' } },
  ),
  response: answer({ schema: open, dryRun }, { schema: {}, dryRun: exampleDryRun }),
};
export const check = {
  ...ofRounds,
  summary: 'A dry run: what this node would bring to a round',
  params,
  body: body(['source'], { source }, { source: { from: 'customers' } }),
  response: answer({ dryRun }, { dryRun: exampleDryRun }),
};
export const vote = {
  ...ofRounds,
  summary: 'Say whether the model is to be adopted',
  params,
  body: body(
    ['adopt', 'reason'],
    { adopt: { type: 'boolean' }, reason },
    { adopt: true, reason: 'better than ours on our own holdout' },
  ),
  response: answer(roundProperties, exampleRound),
};
export const stop = {
  ...ofRounds,
  summary: 'Decline or stop a round, for all',
  params,
  body: body(['reason'], { reason }, { reason: 'not agreed with the works council' }),
  response: answer(roundProperties, { ...exampleRound, phase: 'ended' }),
};
export const transcript = {
  ...ofRounds,
  summary: 'What was said and signed in a round, with the sums that were opened',
  description: 'The same for all members; `holdfast federation verify` checks it offline.',
  params,
  response: {
    200: {
      description: 'JSON a line.',
      content: { 'application/x-ndjson': { schema: { type: 'string', examples: ['{"entry":"round"}\n'] } } },
    },
    ...errorResponses(400, 401, 403, 404, 429, 503),
  },
};
const file = {
  type: 'object',
  additionalProperties: true,
  properties: {
    name: { type: 'string' },
    by: { type: 'string' },
    label: { type: 'string' },
    rows: { ...count, description: 'Behind the header.' },
    taken: count,
    rejected: { ...open, description: 'By code, how many rows cannot be used.' },
    rejects: { type: 'array', items: open, description: 'Lines and codes of the first thousand; never what stands in them.' },
    columns: { type: 'array', items: open },
    untilMs: { ...count, description: 'Until when it is kept; longer where a round needs it.' },
  },
} as const;
const exampleFile = {
  name: 'members-2026',
  by: 'person 3',
  label: 'left',
  rows: 5000,
  taken: 4998,
  rejected: { label_missing: 2 },
  rejects: [{ line: 17, code: 'label_missing' }],
  columns: [{ name: 'orders', kind: 'number', missing: 12 }],
  untilMs: 1790000000000,
};
export const addFile = {
  ...ofRounds,
  summary: 'Bring a CSV file whose rows go into rounds',
  consumes: ['text/csv'],
  description:
    'The body is the file in UTF-8 with a first row of names. It is kept sealed under its name for 30 days, or until the rounds that need it are over.',
  querystring: {
    type: 'object',
    additionalProperties: false,
    required: ['name', 'label'],
    properties: {
      name: { type: 'string', minLength: 1, maxLength: 64, examples: ['members-2026'] },
      label: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description: 'The column that says what is to be learned.',
        examples: ['left'],
      },
    },
  },
  response: {
    200: {
      description: 'What became of its rows.',
      content: { 'application/json': { schema: { ...file, examples: [exampleFile] } } },
    },
    ...errorResponses(400, 401, 403, 409, 413, 422, 429, 503),
  },
};
export const files = {
  ...ofRounds,
  summary: 'Files whose rows can go into rounds, the newest first',
  response: answer({ files: { type: 'array', items: file } }, { files: [exampleFile] }),
};
export const removeFile = {
  ...ofRounds,
  summary: 'Remove a file of rows that no round needs',
  params: {
    type: 'object',
    required: ['file'],
    properties: { file: { type: 'string', minLength: 1, maxLength: 64, examples: ['members-2026'] } },
  },
  response: answer({ removed: { type: 'string' } }, { removed: 'members-2026' }),
};
export const report = {
  ...ofRounds,
  summary: 'The report of a round for compliance: what was learned, by whom, what came of it, and what could leak',
  description: 'Of one that goes on, too: then it says how far it is. Written from the transcript alone.',
  params,
  querystring: reportQuery,
  response: reportResponse({ en: 'Learning together: “churn.prevention”', zh: '共同训练：“churn.prevention”' }),
};
export const model = {
  ...ofRounds,
  summary: 'The model that a round brought',
  params,
  response: answer({ format: count, kind: { type: 'string' } }, { format: 1, kind: 'trees' }),
};
