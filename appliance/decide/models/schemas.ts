// Schemas and examples of the models' routes, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
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
  live: true,
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
const words = { type: 'object', required: ['en', 'zh'], properties: { en: { type: 'string' }, zh: { type: 'string' } } } as const;
const shownScore = {
  ...open,
  required: ['score', 'version', 'atMs', 'reasons'],
  properties: {
    score: { type: 'string' },
    value: { type: ['number', 'null'], description: 'null where it is not shown.' },
    version: { type: 'string' },
    atMs: { type: 'integer', description: 'Milliseconds since 1970.' },
    reasons: { type: 'array', items: words },
  },
} as const;

const answers = (description: string, example: unknown, ...statuses: number[]) => ({
  response: {
    200: { ...open, description, examples: [example] },
    ...errorResponses(400, 401, 403, ...statuses, 503),
  },
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

export const schemas = {
  questions: {
    ...common,
    summary: 'The ready-made questions, in plain words',
    ...answers('`own`: chosen from the gaps between the orders of this organisation.', { questions: [question] }),
  },
  train: {
    ...common,
    summary: 'Train a model: a question, or a trait of customers',
    description:
      'A job that waits for its turn. Customers whose consent does not cover the purpose are no rows. The version serves only once it is promoted.',
    body: {
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
    },
    ...answers('The job.', job, 404, 409, 429),
  },
  jobs: { ...common, summary: 'Trainings, the newest first', ...answers('One runs at a time.', { jobs: [job] }) },
  job: { ...common, ...byJob, summary: 'One training: its stage and how long it will take', ...answers('The job.', job, 404) },
  cancel: {
    ...common,
    ...byJob,
    summary: 'Break a training off',
    ...answers('The job.', { ...job, state: 'cancelled' }, 404, 409),
  },
  models: { ...common, summary: 'Models, and which version of each serves', ...answers('All models.', { models: [model] }) },
  model: {
    ...common,
    ...byName,
    summary: 'One model with its versions, the newest first',
    ...answers('With how scores were spread on the latest days.', { ...model, versions: [version], days: [] }, 404),
  },
  report: {
    ...common,
    ...byVersion,
    summary: 'Everything that a training found, as data',
    ...answers('As "holdfast train FILE" writes it; without single customers.', { format: 1 }, 404),
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
    ...answers('The version that serves now.', { ...version, state: 'champion' }, 404, 409),
  },
  rollback: {
    ...common,
    ...byName,
    summary: 'Let the version serve that served before',
    body: { type: 'object', additionalProperties: false, properties: { reason }, examples: [{ reason: 'scores look wrong' }] },
    ...answers('The version that serves now.', { ...version, number: 2, state: 'champion' }, 404, 409),
  },
  retire: {
    ...common,
    ...byName,
    summary: 'Let no version of a model serve any more',
    body: { type: 'object', additionalProperties: false, properties: { reason }, examples: [{ reason: 'not used' }] },
    ...answers('The version that served.', { ...version, state: 'retired' }, 404, 409),
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
    ...answers('The model.', { ...model, schedule: { everyDays: 30, promote: 'never' } }, 404),
  },
  retrain: {
    ...common,
    ...byName,
    summary: 'Train a model again, as it was asked for last',
    ...answers('The job.', job, 404, 429),
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
    ...answers('The version.', { ...version, number: 1, state: 'trained' }, 409, 413, 422),
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
    ...answers('With the reasons.', { scores: [{ id: 'p42', ...score }] }, 404),
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
    response: {
      200: {
        ...open,
        description: 'None where their consent does not cover it.',
        required: ['id', 'scores'],
        properties: { id: { type: 'string' }, scores: { type: 'array', items: shownScore } },
        examples: [{ id: 'p42', scores: [score] }],
      },
      ...errorResponses(400, 401, 403, 404, 503),
    },
  },
} as const;
