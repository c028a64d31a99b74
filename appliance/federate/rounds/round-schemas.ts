// Schemas and examples of the routes of rounds, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { reportQuery, reportResponse } from '../report-schema.ts';
import { exampleId, listOf, type Properties, shape } from '../shown-schemas.ts';
import { roundModels } from './round-defaults.ts';
import { dryRun, roundFile as file, roundSchema, round as roundShown } from './round-shown-schemas.ts';

export const ofRounds = { tags: ['rounds'], security: [{ accessToken: [] }] };
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
const answerOf = (schema: object, example: object) => ({
  200: { description: 'As asked.', content: { 'application/json': { schema: { ...schema, examples: [example] } } } },
  ...errorResponses(400, 401, 403, 404, 409, 429, 503),
});
/** @param sometimes what only some answers have */
export const answer = (always: Properties, example: object, sometimes?: Properties) =>
  answerOf(shape(always, sometimes), example);
export const roundAnswer = (example: object) => answerOf(roundShown, example);
export const body = (required: string[], properties: { [name: string]: object }, example: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  examples: [example],
});

export const exampleRound = {
  round: exampleId,
  federation: exampleId,
  me: exampleId,
  phase: 'training',
  terms: {},
  proposer: exampleId,
  members: [],
  custodian: { member: exampleId, name: { en: 'East Telecom', zh: '东方电信' }, agreed: true },
  decide: [],
  progress: { sums: 17, exchanges: 0, stage: 'contributing', waitingFor: 'histogram 14', given: [], awaited: [exampleId] },
  createdAtMs: 1790000000000,
};
const exampleDryRun = { rows: 4200, positives: 610, persons: 1900, missing: { city: 0.12 } };

export const rounds = {
  ...ofRounds,
  summary: 'Rounds of training with other organisations',
  response: answer({ rounds: listOf(roundShown) }, { rounds: [exampleRound] }),
};
export const round = {
  ...ofRounds,
  summary: 'One round: its terms, who agreed, how far it is, how it ended',
  params,
  response: roundAnswer(exampleRound),
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
  response: answer(
    { schema: roundSchema, dryRun },
    { schema: { label: { name: 'churn', positive: 'yes' }, features: [] }, dryRun: exampleDryRun },
  ),
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
  response: roundAnswer(exampleRound),
};
export const stop = {
  ...ofRounds,
  summary: 'Decline or stop a round, for all',
  params,
  body: body(['reason'], { reason }, { reason: 'not agreed with the works council' }),
  response: roundAnswer({ ...exampleRound, phase: 'ended' }),
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
  response: answer({ files: listOf(file) }, { files: [exampleFile] }),
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
  response: answer({}, { format: 1, kind: 'trees' }),
};
