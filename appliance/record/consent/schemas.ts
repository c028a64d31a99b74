// Schemas and examples of consent's routes, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';

const common = { tags: ['consent'], security: [{ accessToken: [] }] };
const id = { type: 'string', description: 'A profile id; the id of any of its records leads to it too.', examples: ['p42'] };
const open = { type: 'object', additionalProperties: true } as const;
const params = { type: 'object', required: ['id'], properties: { id } };
const text = (description: string, example: string) => ({
  type: 'string',
  minLength: 1,
  maxLength: 300,
  description,
  examples: [example],
});

const words = { type: 'object', required: ['en', 'zh'], properties: { en: { type: 'string' }, zh: { type: 'string' } } } as const;
const number = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const name = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;
const purpose = {
  type: 'object',
  required: ['purpose', 'name', 'text', 'dpv', 'basis', 'mode', 'basisName', 'article', 'byDefault', 'apart', 'channels'],
  properties: {
    purpose: name,
    name: words,
    text: { ...words, description: 'What customers are told and agree to.' },
    dpv: name,
    basis: name,
    mode: { type: 'string', enum: ['optIn', 'optOut', 'always'], description: 'What holds when nothing was said.' },
    under: { ...name, description: 'A broader purpose: who refuses that one refuses this one.' },
    basisName: words,
    article: name,
    byDefault: { type: 'string', enum: ['allowed', 'denied'] },
    apart: {
      type: 'array',
      description: 'Why consent must be given apart from any other.',
      items: { type: 'object', required: ['why'], properties: { why: name, article: name, name: words } },
    },
    channels: {
      type: 'array',
      items: {
        type: 'object',
        required: ['channel'],
        properties: {
          channel: { ...name, description: '`*` where the purpose has none.' },
          allowed: { ...number, description: 'People whose data may be used for it now.' },
          subjects: { ...number, description: 'People in all.' },
        },
      },
    },
  },
} as const;
const purposeTable = {
  type: 'object',
  required: ['law', 'lawVersion', 'lawName', 'minorsAge', 'gate', 'purposes'],
  properties: {
    law: name,
    lawVersion: number,
    lawName: words,
    minorsAge: number,
    minorsArticle: name,
    gate: {
      type: 'object',
      required: ['state', 'subjectsRead'],
      properties: { state: { type: 'string', enum: ['idle', 'reading', 'ready'] }, subjectsRead: number },
    },
    purposes: { type: 'array', items: purpose },
  },
} as const;
const fact = {
  type: 'object',
  required: ['fact', 'purpose', 'channel', 'status', 'atMs', 'source', 'recordId'],
  properties: {
    fact: { ...name, description: 'Its id; a receipt is asked for by it.' },
    atMs,
    purpose: name,
    channel: name,
    status: { type: 'string', enum: ['given', 'denied', 'withdrawn', 'expired'] },
    policyVersion: name,
    legalBasis: name,
    language: name,
    evidence: name,
    expiresAtMs: atMs,
    separate: flag,
    guardian: flag,
    source: name,
    recordId: number,
  },
} as const;

const factExample = {
  fact: '5f0c2a9be1d3478a',
  purpose: 'marketing',
  channel: 'sms',
  status: 'withdrawn',
  atMs: 1790000000000,
  policyVersion: '2026-01',
  source: 'crm',
  recordId: 42,
};
const ledgerExample = {
  id: 'p42',
  law: 'pipl',
  lawVersion: 1,
  child: false,
  effective: [
    {
      purpose: 'marketing',
      channel: 'sms',
      allowed: false,
      rule: 'consent_refused',
      article: 'PIPL art. 15',
      reason: { en: 'consent was refused or withdrawn', zh: '已拒绝或撤回同意' },
      fact: '5f0c2a9be1d3478a',
      source: 'crm',
    },
  ],
  facts: [factExample],
};
const ledger = {
  type: 'object',
  required: ['id', 'law', 'lawVersion', 'child', 'effective', 'facts'],
  description: 'What was said, and what it comes to now.',
  properties: {
    id: name,
    law: name,
    lawVersion: number,
    child: { ...flag, description: 'A birthday in any record makes the person a child to this law.' },
    effective: {
      type: 'array',
      items: {
        type: 'object',
        required: ['purpose', 'channel', 'allowed', 'rule', 'reason'],
        properties: {
          purpose: name,
          channel: name,
          allowed: flag,
          rule: name,
          article: name,
          reason: words,
          untilMs: { ...atMs, description: 'Before this moment only a new fact changes it.' },
          fact: { ...name, description: 'Of the fact that decided.' },
          source: name,
        },
      },
    },
    facts: { type: 'array', items: fact },
  },
  examples: [ledgerExample],
};
const told = {
  type: 'object',
  additionalProperties: false,
  required: ['purpose', 'status'],
  properties: {
    purpose: text('A declared purpose.', 'marketing'),
    channel: text('One of its channels; all of them when absent.', 'sms'),
    status: { type: 'string', enum: ['given', 'denied', 'withdrawn'] },
    policyVersion: text('The version of the text that was shown or read out.', '2026-01'),
    legalBasis: text('The basis as it was named to the customer.', 'consent'),
    language: text('The language of that text.', 'zh-CN'),
    evidence: text('Where the proof lies.', 'form 2026-0042'),
    expiresAt: text('A consent does not hold from then on; ISO 8601.', '2027-12-31T16:00:00Z'),
    separate: { type: 'boolean', description: 'Given apart from any other (PIPL), explicitly (GDPR).' },
    guardian: { type: 'boolean', description: 'Given by the guardian of a child.' },
    reason: { type: 'string', maxLength: 1000, description: 'Kept with the event.' },
  },
  examples: [{ purpose: 'marketing', channel: 'sms', status: 'withdrawn', evidence: 'call of 3 May' }],
};

export const schemas = {
  purposes: {
    ...common,
    summary: 'Purposes, legal bases and the law that holds',
    description:
      'With the number of people whose data may be used for each now, once the gate has read everybody after a start (`gate.state` is `ready`).',
    response: {
      200: {
        ...purposeTable,
        examples: [
          {
            law: 'pipl',
            lawVersion: 1,
            lawName: { en: 'Personal Information Protection Law', zh: '个人信息保护法' },
            minorsAge: 14,
            gate: { state: 'ready', subjectsRead: 2000 },
            purposes: [
              {
                purpose: 'marketing',
                name: { en: 'advertising messages', zh: '营销信息推送' },
                text: { en: 'We use your data for: advertising messages.', zh: '我们将您的信息用于：营销信息推送。' },
                dpv: 'dpv:DirectMarketing',
                basis: 'consent',
                mode: 'optIn',
                basisName: { en: 'consent', zh: '同意' },
                apart: [],
                article: 'PIPL art. 13(1)(1)',
                byDefault: 'denied',
                channels: [{ channel: 'sms', allowed: 812, subjects: 2000 }],
              },
            ],
          },
        ],
      },
      ...errorResponses(401, 503),
    },
  },
  history: {
    ...common,
    summary: 'What customers said about each purpose, month by month',
    description:
      'Facts over everybody, counted in the background and kept for ten minutes; `reading` until the first count is done. At most the latest 36 months.',
    response: {
      200: {
        type: 'object',
        required: ['state', 'subjectsRead', 'months'],
        properties: {
          state: { type: 'string', enum: ['reading', 'ready'] },
          subjectsRead: number,
          countedAtMs: atMs,
          months: {
            type: 'array',
            items: {
              type: 'object',
              required: ['month', 'purpose', 'given', 'refused'],
              properties: { month: { ...name, description: '`yyyy-mm`, UTC.' }, purpose: name, given: number, refused: number },
            },
          },
        },
        examples: [
          {
            state: 'ready',
            subjectsRead: 2000,
            countedAtMs: 1790000000000,
            months: [{ month: '2026-09', purpose: 'marketing', given: 40, refused: 3 }],
          },
        ],
      },
      ...errorResponses(401, 503),
    },
  },
  ledger: {
    ...common,
    summary: 'What a person agreed to, and what may be done now and why',
    params,
    response: { 200: ledger, ...errorResponses(401, 404, 503) },
  },
  tell: {
    ...common,
    summary: 'Record what a person said about their data',
    description:
      'A fact of the source "by hand", joined to this person. It adds to the ledger and takes nothing out of it: a no that another source holds stands until that source hears a yes.',
    params,
    body: told,
    response: { 200: ledger, ...errorResponses(400, 401, 404, 503) },
  },
  receipt: {
    ...common,
    summary: 'A signed receipt for one fact (ISO/IEC TS 27560)',
    description:
      '`proof` is the signature of the node (Ed25519); `holdfast consent verify` checks it on any machine. A reader who is not shown the evidence gets the receipt without it, and it verifies.',
    params: {
      type: 'object',
      required: ['id', 'fact'],
      properties: { id, fact: text('The id of a fact in the ledger.', '5f0c2a9be1d3478a') },
    },
    response: {
      200: {
        ...open,
        examples: [
          {
            '@type': 'dpv:ConsentReceipt',
            schema_version: 'ISO/IEC TS 27560:2023',
            consent_record: { pii_principal_id: 'p42', events: [{ event_state: 'dpv:ConsentGiven' }] },
            proof: { type: 'holdfast consent receipt v1, Ed25519', public_key: '9f3c…', signature: '51d0…' },
          },
        ],
      },
      ...errorResponses(401, 404, 503),
    },
  },
} as const;
