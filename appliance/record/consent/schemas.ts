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
const ledger = { ...open, description: 'What was said, and what it comes to now.', examples: [ledgerExample] };
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
        ...open,
        examples: [
          {
            law: 'pipl',
            lawVersion: 1,
            minorsAge: 14,
            gate: { state: 'ready', subjectsRead: 2000 },
            purposes: [
              {
                purpose: 'marketing',
                basis: 'consent',
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
