// Schemas and examples of the routes about the rights of the person, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { requestKinds } from '../../core/model/rights.ts';
import { documentLimits } from './documents.ts';
import { erasureLimits } from './erasure.ts';
import { erasureReasons } from './erasure-store.ts';
import { letterKinds } from './letters.ts';
import { checks } from './request-store.ts';
import { requestLimits } from './requests.ts';
import { shapes } from './shapes.ts';

const common = { tags: ['subjects'], security: [{ accessToken: [] }] };
const open = { type: 'object', additionalProperties: true } as const;
const person = {
  type: 'string',
  maxLength: 20,
  description: 'A profile id; the id of any of its records leads to it too.',
  examples: ['p42'],
};
const language = { type: 'string', enum: ['zh', 'en'], description: 'Of texts for people.', examples: ['zh'] };
const format = (...forms: string[]) => ({
  type: 'string',
  enum: forms,
  description: 'JSON when absent.',
  examples: [forms.at(-1)],
});
const page = {
  type: 'integer',
  minimum: 0,
  maximum: 1_000_000,
  description: '`next` of the page before.',
  examples: [50],
} as const;
const limit = {
  type: 'integer',
  minimum: 1,
  maximum: requestLimits.pageRows,
  description: 'Rows at most.',
  examples: [50],
} as const;
const words = (description: string, example: string) => ({
  type: 'string',
  minLength: 1,
  maxLength: requestLimits.textLength,
  description,
  examples: [example],
});
const byPerson = { type: 'object', required: ['id'], properties: { id: person } };
const byRequest = {
  type: 'object',
  required: ['request'],
  properties: { request: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [7] } },
};
const byErasure = {
  type: 'object',
  required: ['erasure'],
  properties: { erasure: { type: 'string', maxLength: 40, examples: ['e5f0c2a9be1d3478a'] } },
};
const byAssessment = {
  type: 'object',
  required: ['assessment'],
  properties: { assessment: { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [3] } },
};
const because = {
  type: 'object',
  additionalProperties: false,
  required: ['reason'],
  properties: { reason: words('Why; it stands in the letter.', 'kept for ten years by tax law') },
  examples: [{ reason: 'kept for ten years by tax law' }],
};
const answers = (schema: object, example: object, ...statuses: number[]) => ({
  200: { ...schema, examples: [example] },
  ...errorResponses(401, 403, ...statuses, 503),
});

const erasureExample = {
  erasure: 'e5f0c2a9be1d3478a',
  state: 'done',
  begunAtMs: 1790000000000,
  doneAtMs: 1790000000400,
  records: 3,
  reason: 'request',
  by: 'operator',
  leftovers: [],
  downstream: [{ name: 'newsletter', state: 'answered', attempts: 1, status: 200 }],
};
const requestExample = {
  request: 7,
  state: 'received',
  person: 'p42',
  kind: 'erasure',
  article: 'PIPL art. 47',
  language: 'zh',
  openedAtMs: 1790000000000,
  dueAtMs: 1791800000000,
  overdue: false,
  history: [{ atMs: 1790000000000, by: 'operator', what: 'received' }],
};
const requestAnswers = answers(shapes.request, requestExample, 400, 404, 409);
const countsExample = { rule: 'page views', events: 1200, records: 0, held: 0 };
const registerExample = {
  id: 1,
  version: 1,
  madeAtMs: 1790000000000,
  content: {
    controller: 'Beacon Coffee',
    law: { law: 'pipl', version: 1, name: { en: 'Personal Information Protection Law', zh: '个人信息保护法' } },
    processing: [],
    subjects: 2000,
    records: 5200,
    sources: [{ name: 'crm', kind: 'connector' }],
    data: { traits: ['name'], identifiers: ['email'], computed: [], keptBy: ['record'] },
    retention: [],
    recipients: [],
    measures: [],
  },
};
const assessmentExample = {
  id: 3,
  version: 1,
  madeAtMs: 1790000000000,
  content: {
    title: 'Profiling for offers',
    purposes: ['profiling'],
    necessity: 'Offers without it went to people who had no use for them.',
    risks: [{ risk: 'profiles read without need', likelihood: 'low', severity: 'medium', measure: 'reads are reviewed' }],
    conclusion: 'acceptable_with_measures',
    by: 'person 5',
    article: 'PIPL art. 55, 56',
    processing: [],
    measures: [],
    keptUntilMs: 1884700000000,
  },
};
const act = (summary: string, body?: object) => ({
  ...common,
  summary,
  params: byRequest,
  ...(body && { body }),
  response: requestAnswers,
});

export const schemas = {
  erase: {
    ...common,
    summary: 'Erase a person for good',
    description:
      'Keys, record, index, decisions and everything that other slices keep. Refused under a legal hold. By the operator, or a person who has just confirmed who they are.',
    params: byPerson,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['reason'],
      properties: { reason: { type: 'string', enum: erasureReasons, description: 'A name: a sentence might say of whom.' } },
      examples: [{ reason: 'request' }],
    },
    response: answers(shapes.erasure, erasureExample, 400, 404, 409),
  },
  erasures: {
    ...common,
    summary: 'What was erased, newest first',
    description: 'Numbers and times; of whom is known to nobody any more.',
    querystring: {
      type: 'object',
      properties: {
        limit: { ...limit, maximum: erasureLimits.pageRows },
        before: { ...byErasure.properties.erasure, description: '`next` of the page before.' },
      },
    },
    response: answers(shapes.erasures, { erasures: [erasureExample] }, 404),
  },
  erasure: { ...common, summary: 'One erasure', params: byErasure, response: answers(shapes.erasure, erasureExample, 404) },
  receipt: {
    ...common,
    summary: 'The signed receipt of an erasure',
    description: '`holdfast erasure verify` checks it on any machine with the node’s public key.',
    params: byErasure,
    response: answers(
      open,
      { type: 'holdfast erasure receipt', version: 1, erasure: 'e5f0c2a9be1d3478a', records: 3, leftovers: [] },
      404,
      409,
    ),
  },
  export: {
    ...common,
    summary: 'Everything about a person in one package',
    description: 'From every slice. As JSON, or as a page that reads and prints by itself.',
    params: byPerson,
    querystring: { type: 'object', properties: { format: format('json', 'html'), language } },
    response: answers(open, { type: 'holdfast subject package', version: 1, person: 'p42', parts: { record: {} } }, 400, 404),
  },
  openRequest: {
    ...common,
    summary: 'Write down what a person asks for',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['person', 'kind'],
      properties: {
        person,
        kind: { type: 'string', enum: requestKinds },
        note: words('How it came.', 'letter of 3 May'),
        language,
      },
      examples: [{ person: 'p42', kind: 'erasure', note: 'letter of 3 May', language: 'zh' }],
    },
    response: requestAnswers,
  },
  requests: {
    ...common,
    summary: 'Requests, the next deadline first',
    querystring: {
      type: 'object',
      properties: { closed: { type: 'boolean', description: 'Those that are answered, the latest first.' }, after: page, limit },
    },
    response: answers(shapes.requests, { requests: [requestExample] }, 400),
  },
  request: { ...common, summary: 'One request', params: byRequest, response: requestAnswers },
  verify: act('Record how the identity was checked', {
    type: 'object',
    additionalProperties: false,
    required: ['how'],
    properties: { how: { type: 'string', enum: checks } },
    examples: [{ how: 'identity_document' }],
  }),
  hold: act('Hold for another law: nothing of the person is erased', because),
  release: act('Release a hold', because),
  extend: act('Take the longer term, where the law has one', because),
  refuse: act('Refuse a request', because),
  lift: act('Let a restriction end', because),
  complete: act('Do what was asked for, and close the request', {
    type: 'object',
    additionalProperties: false,
    properties: {
      traits: { ...open, maxProperties: 100, description: 'For rectification: the right values.' },
      purposes: {
        type: 'array',
        maxItems: 64,
        items: { type: 'string', maxLength: 64 },
        description: 'For objection: to which purposes; to all that may be objected to when absent.',
      },
    },
    examples: [{ traits: { city: '杭州' } }],
  }),
  letter: {
    ...common,
    summary: 'A letter to whoever asked',
    params: byRequest,
    querystring: {
      type: 'object',
      properties: {
        about: { type: 'string', enum: letterKinds, examples: ['completed'], description: '`received` when absent.' },
        language,
      },
    },
    response: answers(
      shapes.letter,
      { language: 'zh', about: 'received', subject: '关于您第 7 号请求（删除）的答复', text: '尊敬的客户：…' },
      400,
      404,
    ),
  },
  retention: {
    ...common,
    summary: 'Retention rules and their runs',
    response: answers(shapes.retention, {
      rules: [{ name: 'page views', events: { kinds: ['page'], olderThanDays: 400 } }],
      runs: [{ run: 3, beganAtMs: 1790000000000, endedAtMs: 1790000005000, rules: [countsExample] }],
    }),
  },
  preview: {
    ...common,
    summary: 'What retention would remove now',
    response: answers(shapes.preview, { atMs: 1790000000000, rules: [countsExample] }),
  },
  run: {
    ...common,
    summary: 'Run retention now',
    response: answers(shapes.run, { run: 3, beganAtMs: 1790000000000, endedAtMs: 1790000005000, rules: [countsExample] }, 409),
  },
  register: {
    ...common,
    summary: 'The register of processing (GDPR article 30)',
    description: 'As the node is set up now. A version is kept whenever that differs from the last one.',
    querystring: { type: 'object', properties: { format: format('json', 'markdown', 'html'), language } },
    response: answers(shapes.register, registerExample, 400),
  },
  registers: {
    ...common,
    summary: 'Versions of the register',
    response: answers(shapes.registers, { registers: [registerExample] }),
  },
  assess: {
    ...common,
    summary: 'Keep an impact assessment',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['title', 'purposes', 'necessity', 'risks', 'conclusion'],
      properties: {
        title: { type: 'string', minLength: 1, maxLength: 200 },
        purposes: { type: 'array', minItems: 1, maxItems: 64, items: { type: 'string', maxLength: 64 } },
        necessity: { type: 'string', minLength: 1, maxLength: documentLimits.textLength },
        risks: {
          type: 'array',
          minItems: 1,
          maxItems: 100,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['risk', 'likelihood', 'severity', 'measure'],
            properties: {
              risk: words('What may happen to the persons.', 'somebody reads profiles without need'),
              likelihood: { type: 'string', enum: ['low', 'medium', 'high'] },
              severity: { type: 'string', enum: ['low', 'medium', 'high'] },
              measure: words('What is done about it.', 'every read is logged and reviewed'),
            },
          },
        },
        conclusion: { type: 'string', enum: ['acceptable', 'acceptable_with_measures', 'not_acceptable'] },
      },
      examples: [
        {
          title: 'Profiling for offers',
          purposes: ['profiling'],
          necessity: 'Offers without it went to people who had no use for them.',
          risks: [{ risk: 'profiles read without need', likelihood: 'low', severity: 'medium', measure: 'reads are reviewed' }],
          conclusion: 'acceptable_with_measures',
        },
      ],
    },
    response: answers(shapes.assessment, assessmentExample, 400),
  },
  assessments: {
    ...common,
    summary: 'Impact assessments, newest first',
    response: answers(shapes.assessments, {
      assessments: [
        {
          id: 3,
          version: 1,
          madeAtMs: 1790000000000,
          title: 'Profiling for offers',
          conclusion: 'acceptable_with_measures',
          keptUntilMs: 1884700000000,
        },
      ],
    }),
  },
  assessment: {
    ...common,
    summary: 'One impact assessment',
    params: byAssessment,
    querystring: { type: 'object', properties: { format: format('json', 'markdown', 'html'), language } },
    response: answers(shapes.assessment, assessmentExample, 400, 404),
  },
} as const;
