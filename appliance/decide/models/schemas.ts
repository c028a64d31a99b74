// Schemas and examples of the models' routes, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import * as answer from './answers.ts';
import { ownModelLimits } from './onnx/own-model.ts';
import { servingLimits } from './serving/serving.ts';

const common = { tags: ['models'], security: [{ accessToken: [] }] };
const open = { type: 'object', additionalProperties: true } as const;
const text = { type: 'string', minLength: 1, maxLength: 200 } as const;
const name = { ...text, maxLength: 64, description: 'Of a model.', examples: ['churn'] } as const;
const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const columns = { type: 'array', maxItems: 500, items: text } as const;
const reason = { type: 'string', minLength: 1, maxLength: 1000, description: 'Kept with the version.' } as const;
const days = { type: 'integer', minimum: 1, maximum: 730 } as const;

const question = {
  name: 'churn',
  title: { en: 'Churn', zh: '客户流失' },
  label: {
    en: 'yes: places no order in the {days} days after the cut-off',
    zh: '是：截止时点后 {days} 天内没有下单',
  },
  population: {
    en: 'whoever placed an order in the {active} days before the cut-off',
    zh: '截止时点前 {active} 天内下过单的客户',
  },
  outcome: { en: 'the risk of leaving', zh: '流失风险' },
  leftOut: [],
  horizonDays: 'own',
  activeDays: 'own',
  cutOffs: 4,
  purposes: { training: 'profiling', scoring: 'profiling' },
  minimum: { rows: 200, ofEach: 40 },
};
const version = {
  number: 3,
  name: 'churn-3',
  state: 'challenger',
  createdAtMs: 1790000000000,
  figures: {
    rocAuc: 0.77,
    logLoss: 0.57,
    calibrationError: 0.03,
    newest: { rocAuc: 0.78, logLoss: 0.57, rows: 313, positives: 145 },
  },
  threshold: 0.42,
  suspects: [],
  comparison: {
    championVersion: 2,
    rows: 313,
    positives: 145,
    challenger: { rocAuc: 0.78, logLoss: 0.57 },
    champion: { rocAuc: 0.76, logLoss: 0.58 },
    difference: { value: 0.02, low: -0.05, high: 0.09 },
    verdict: 'alike',
    championHadSeen: false,
  },
  lineage: {
    round: '0123456789abcdef0123456789abcdef',
    purpose: 'churn.prevention',
    members: [
      {
        member: '0123456789abcdef0123456789abcdef',
        name: { en: 'South Bank', zh: '南方银行' },
        metrics: { auc: 0.78 },
        holdout: 840,
      },
    ],
    settings: { kind: 'trees', trees: 30 },
    calibration: 'none',
  },
  history: [{ state: 'challenger', atMs: 1790000000000, by: 'person 3' }],
};
const model = {
  name: 'churn',
  kind: 'question',
  title: { en: 'Churn', zh: '客户流失' },
  outcome: { en: 'the risk of leaving', zh: '流失风险' },
  live: true,
  ask: { question: 'churn', budget: 'normal' },
  createdAtMs: 1790000000000,
  figures: { rocAuc: 0.77, logLoss: 0.57, calibrationError: 0.03 },
  purpose: 'profiling',
  champion: 2,
  serving: { state: 'serving', customers: 1058, refreshedAtMs: 1790000000000 },
};
const job = {
  id: 12,
  model: 'churn',
  by: 'person 3',
  state: 'running',
  stage: 'training',
  share: 0.41,
  etaMs: 48000,
  createdAtMs: 1790000000000,
  attempts: 1,
  ask: { question: 'churn', budget: 'normal' },
};
const score = {
  score: 'churn',
  value: 0.31,
  version: 'churn-2',
  atMs: 1790000000000,
  reasons: [{ en: 'Last order: 94 days ago raises the risk of leaving', zh: '最近下单时间：94 天前，使流失风险升高' }],
};

const checked = {
  label: question.label,
  population: question.population,
  purpose: 'profiling',
  persons: 1900,
  allowed: 1058,
  read: 1058,
  byCutOff: [{ cutOffMs: 1780000000000, rows: 313, positives: 145 }],
  seed: 7,
  horizonDays: 133,
  activeDays: 133,
  rows: 931,
  positives: 420,
  sampled: false,
  minimum: question.minimum,
  features: [
    { column: 'orders', title: { en: 'Orders', zh: '订单数' }, kind: 'number', filled: 1, state: 'used' },
    {
      column: 'closed_at',
      title: { en: 'Closed', zh: '注销' },
      kind: 'number',
      filled: 0.4,
      state: 'left_out',
      reason: 'leak',
      auc: 0.999,
    },
  ],
};
const shifted = { index: 0.04, byChance: 0.05, shift: 'none', parts: [{ name: '<= 3', expected: 0.1, actual: 0.14 }] };
const drifted = {
  model: 'churn',
  version: 2,
  atMs: 1790000000000,
  rows: 1058,
  score: shifted,
  columns: [{ column: 'orders', title: { en: 'Orders', zh: '订单数' }, ...shifted }],
  absent: [],
  days: [{ dayAtMs: 1790000000000, customers: 1058, mean: 0.3, score: 0.04, columns: [{ column: 'orders', index: 0.04 }] }],
};
const explained = {
  score: 'churn',
  version: 'churn-2',
  value: 0.31,
  atMs: 1790000000000,
  isProbability: true,
  higherThan: 0.62,
  customers: 1058,
  explanation: {
    baseValue: -0.5,
    baseProbability: 0.38,
    margin: -0.8,
    probability: 0.31,
    contributions: [
      {
        column: 'orders',
        direction: 'lowers',
        value: -0.3,
        share: 1,
        words: { en: 'Orders: 9 lowers the risk of leaving', zh: '订单数：9，使流失风险降低' },
        phrase: { en: 'Orders: 9', zh: '订单数：9' },
      },
    ],
    rest: 0,
  },
};

const answers = (shape: object, description: string, example: unknown, ...statuses: number[]) => ({
  response: {
    200: { ...shape, description, examples: [example] },
    ...errorResponses(400, 401, 403, ...statuses, 503),
  },
});
const listed = (key: string, items: object) => ({
  type: 'object',
  required: [key],
  properties: { [key]: { type: 'array', items } },
});
const byName = { params: { type: 'object', required: ['name'], properties: { name } } } as const;
const byVersion = {
  params: { type: 'object', required: ['name', 'version'], properties: { name, version: { ...number, minimum: 1 } } },
} as const;
const byJob = { params: { type: 'object', required: ['job'], properties: { job: number } } } as const;
const settings = {
  segment: { ...text, description: 'Its members alone.' },
  horizonDays: { ...days, description: 'How long after the cut-off the answer is looked for.' },
  activeDays: { ...days, description: 'How long before it somebody did something, to be asked about.' },
  purpose: { type: 'string', pattern: '^[a-z][a-z0-9_.-]{0,63}$', description: 'Asked of the consent gate for each customer.' },
  drop: { ...columns, description: 'Features not to learn from.' },
  keep: { ...columns, description: 'Features to learn from though they look like a leak.' },
  costs: {
    type: 'object',
    additionalProperties: false,
    required: ['falsePositive', 'falseNegative'],
    properties: {
      falsePositive: { type: 'number', exclusiveMinimum: 0 },
      falseNegative: { type: 'number', exclusiveMinimum: 0 },
    },
  },
  budget: { type: 'string', enum: ['small', 'normal', 'large'] },
  learners: { type: 'string', enum: ['all', 'trees', 'linear'], description: 'All: trees and lines, blended.' },
  seed: { type: 'integer', minimum: 0, maximum: 0xffffffff },
  most: {
    type: 'integer',
    minimum: 200,
    maximum: 1_000_000,
    description: 'Customers read at most; of more, a sample that the seed decides.',
  },
  live: { type: 'boolean', default: true, description: 'A score follows events; else it is made anew once a day alone.' },
  serveFirst: {
    type: 'boolean',
    description: 'Where nothing serves yet, the version serves at once. Only for whoever may promote.',
  },
} as const;

const trainBody = {
  type: 'object',
  additionalProperties: false,
  properties: {
    question: { ...text, examples: ['churn'] },
    label: { ...text, description: 'A trait to learn, in place of a question.' },
    positive: { ...text, description: 'The value of the trait to find.' },
    name: { ...name, description: 'Of the model; that of the question or trait when absent.' },
    ...settings,
  },
  examples: [{ question: 'churn', budget: 'normal' }],
} as const;

export const schemas = {
  questions: {
    ...common,
    summary: 'The ready-made questions, in plain words',
    ...answers(listed('questions', answer.question), '`own`: chosen from the gaps between the orders of this organisation.', {
      questions: [question],
    }),
  },
  train: {
    ...common,
    summary: 'Train a model: a question, or a trait of customers',
    description:
      'A job that waits for its turn. Customers whose consent does not cover the purpose are no rows. The version serves only once it is promoted.',
    body: trainBody,
    ...answers(answer.job, 'The job.', job, 404, 409, 429),
  },
  check: {
    ...common,
    summary: 'What a training would be made of, before it is asked for',
    description:
      'Who may be used, the moments and days, rows and answers, and for each feature whether it is learned from or left out, and why. Of many customers a sample is looked at.',
    body: trainBody,
    ...answers(answer.check, 'Counts and shares; nobody’s values.', checked, 404, 409, 429),
  },
  jobs: {
    ...common,
    summary: 'Trainings, the newest first',
    ...answers(listed('jobs', answer.job), 'One runs at a time.', { jobs: [job] }),
  },
  job: {
    ...common,
    ...byJob,
    summary: 'One training: its stage and how long it will take',
    ...answers(answer.job, 'The job.', job, 404),
  },
  cancel: {
    ...common,
    ...byJob,
    summary: 'Break a training off',
    ...answers(answer.job, 'The job.', { ...job, state: 'cancelled' }, 404, 409),
  },
  models: {
    ...common,
    summary: 'Models, and which version of each serves',
    ...answers(listed('models', answer.model), 'All models.', { models: [model] }),
  },
  model: {
    ...common,
    ...byName,
    summary: 'One model with its versions, the newest first',
    ...answers(
      answer.modelWithVersions,
      'With how scores were spread on the latest days.',
      { ...model, versions: [version], days: [] },
      404,
    ),
  },
  report: {
    ...common,
    ...byVersion,
    summary: 'Everything that a training found, as data',
    ...answers(answer.report, 'As "holdfast train FILE" writes it; without single customers.', { format: 1 }, 404),
  },
  card: {
    ...common,
    ...byVersion,
    summary: 'The model card, for people',
    response: {
      200: { description: 'One page.', content: { 'text/html': { schema: { type: 'string', examples: ['<!doctype html>'] } } } },
      ...errorResponses(401, 403, 404, 503),
    },
  },
  onnx: {
    ...common,
    ...byVersion,
    summary: 'The model as an ONNX file',
    response: {
      200: {
        description: 'For any ONNX runtime.',
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary', examples: ['ONNX'] } } },
      },
      ...errorResponses(401, 403, 404, 503),
    },
  },
  promote: {
    ...common,
    ...byName,
    summary: 'Let a version serve',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['version'],
      properties: { version: { ...number, minimum: 1 }, reason },
      examples: [{ version: 3, reason: 'better on the newest rows' }],
    },
    ...answers(answer.version, 'The version that serves now.', { ...version, state: 'champion' }, 404, 409),
  },
  rollback: {
    ...common,
    ...byName,
    summary: 'Let the version serve that served before',
    body: { type: 'object', additionalProperties: false, properties: { reason }, examples: [{ reason: 'scores look wrong' }] },
    ...answers(answer.version, 'The version that serves now.', { ...version, number: 2, state: 'champion' }, 404, 409),
  },
  retire: {
    ...common,
    ...byName,
    summary: 'Let no version of a model serve any more',
    body: { type: 'object', additionalProperties: false, properties: { reason }, examples: [{ reason: 'not used' }] },
    ...answers(answer.version, 'The version that served.', { ...version, state: 'retired' }, 404, 409),
  },
  schedule: {
    ...common,
    ...byName,
    summary: 'Train a model again every so many days',
    description: 'What comes of it is compared with what serves, and takes its place by itself only with `promote: if_better`.',
    body: {
      type: 'object',
      additionalProperties: false,
      properties: {
        everyDays: { ...days, description: 'None ends the schedule.' },
        promote: { type: 'string', enum: ['never', 'if_better'], default: 'never' },
      },
      examples: [{ everyDays: 30, promote: 'never' }],
    },
    ...answers(answer.model, 'The model.', { ...model, schedule: { everyDays: 30, promote: 'never' } }, 404),
  },
  retrain: {
    ...common,
    ...byName,
    summary: 'Train a model again, as it was asked for last',
    ...answers(answer.job, 'The job.', job, 404, 429),
  },
  import: {
    ...common,
    summary: 'Bring an ONNX model of your own',
    description: 'Tried on the examples, which are not kept, in a process of its own. It serves once it is promoted.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'onnx', 'signature', 'examples'],
      properties: {
        name,
        onnx: { type: 'string', contentEncoding: 'base64', minLength: 1, description: 'The file in base64.' },
        signature: { ...open, description: 'Which features go in and what comes out; see docs/onnx.md.' },
        examples: {
          type: 'array',
          minItems: 1,
          maxItems: ownModelLimits.examples,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['row'],
            properties: { row: open, expected: { type: 'number' } },
          },
        },
        purpose: settings.purpose,
        live: { type: 'boolean', default: true },
      },
      examples: [
        {
          name: 'value',
          onnx: 'CAoS…',
          signature: {
            inputs: [{ name: 'X', type: 'float', columns: ['orders', 'spend'] }],
            output: { name: 'y', meaning: 'value' },
          },
          examples: [{ row: { orders: 3, spend: 120 } }],
        },
      ],
    },
    ...answers(answer.version, 'The version.', { ...version, number: 1, state: 'trained' }, 409, 413, 422),
  },
  drift: {
    ...common,
    ...byName,
    summary: 'Whether whom a model scores still looks like those it learned from',
    description: 'Population stability indices of scores and features now, and of each day that they were compared on.',
    ...answers(answer.drift, 'The latest day first.', drifted, 404, 422),
  },
  top: {
    ...common,
    ...byName,
    summary: 'Customers with the highest scores',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { limit: { type: 'integer', minimum: 1, maximum: Math.min(100, servingLimits.top), default: 20 } },
    },
    ...answers(answer.top, 'With the reasons.', { scores: [{ id: 'p42', ...score }] }, 404),
  },
  scores: {
    ...common,
    summary: 'Scores of one customer, with the reasons',
    params: {
      type: 'object',
      required: ['id'],
      properties: {
        id: { ...text, description: 'A profile id; the id of any of its records leads to it too.', examples: ['p42'] },
      },
    },
    ...answers(answer.scores, 'None where their consent does not cover it.', { id: 'p42', scores: [score] }, 404),
  },
  explanations: {
    ...common,
    summary: 'Why each score of one customer is what it is',
    params: {
      type: 'object',
      required: ['id'],
      properties: {
        id: { ...text, description: 'A profile id; the id of any of its records leads to it too.', examples: ['p42'] },
      },
    },
    ...answers(answer.explanations, 'What each feature adds.', { id: 'p42', explanations: [explained] }, 404),
  },
} as const;
