// Schemas and examples of preference links, requests for consent and the page itself, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { preferenceLimits } from './preferences.ts';

const common = { tags: ['consent'], security: [{ accessToken: [] }] };
const id = { type: 'string', description: 'A profile id; the id of any of its records leads to it too.', examples: ['p42'] };
const params = { type: 'object', required: ['id'], properties: { id } };
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const language = { type: 'string', enum: ['en', 'zh'] } as const;
const name = { type: 'string', minLength: 1, maxLength: 64 } as const;

const request = {
  type: 'object',
  properties: {
    id: { type: 'integer' },
    state: {
      type: 'string',
      enum: ['pending', 'confirmed', 'expired', 'superseded'],
      description: 'superseded: the customer has said no since. Only confirmed is consent.',
    },
    purpose: name,
    channel: name,
    language,
    by: { type: 'string', description: 'Who asked.' },
    madeAtMs: atMs,
    expiresAtMs: atMs,
    confirmedAtMs: atMs,
  },
} as const;
const requestExample = {
  id: 3,
  state: 'pending',
  purpose: 'marketing',
  channel: 'email',
  language: 'en',
  by: 'operator',
  madeAtMs: 1790000000000,
  expiresAtMs: 1790259200000,
};
const message = {
  type: 'object',
  required: ['id', 'person', 'channel', 'to', 'text', 'madeAtMs', 'expiresAtMs'],
  properties: {
    id: { type: 'integer' },
    person: { type: 'string' },
    channel: name,
    to: { type: 'string' },
    subject: { type: 'string' },
    text: { type: 'string', description: 'Holds the link, which is as good as the customer: hand it to them alone.' },
    madeAtMs: atMs,
    expiresAtMs: atMs,
  },
} as const;

export const linkSchemas = {
  link: {
    ...common,
    summary: "A link to the person's own preference page",
    description: 'For this person alone: whoever has it can read and change what they said. Nothing of them is in the address.',
    params,
    body: {
      type: ['object', 'null'],
      additionalProperties: false,
      properties: {
        days: { type: 'integer', minimum: 1, maximum: preferenceLimits.linkDays, default: preferenceLimits.defaultLinkDays },
      },
      examples: [{ days: 30 }],
    },
    response: {
      200: {
        type: 'object',
        required: ['url', 'expiresAtMs'],
        properties: { url: { type: 'string' }, expiresAtMs: atMs },
        examples: [{ url: 'https://cdp.example.com/preferences/AWoBAgM', expiresAtMs: 1790000000000 }],
      },
      ...errorResponses(400, 401, 404, 422, 503),
    },
  },
  revoke: {
    ...common,
    summary: 'End all preference links of a person',
    params,
    response: {
      200: { type: 'object', properties: { revoked: { type: 'integer' } }, examples: [{ revoked: 1 }] },
      ...errorResponses(401, 404, 503),
    },
  },
  request: {
    ...common,
    summary: 'Ask a person for a consent by a message they must confirm (double opt-in)',
    description:
      'The link in the message shows a page with a button; only pressing it is a consent. Until then nothing is allowed by it.',
    params,
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['purpose'],
      properties: {
        purpose: name,
        channel: { ...name, description: 'One of the purpose; left out where it has none.' },
        language: { ...language, default: 'en' },
        address: { type: 'string', minLength: 3, maxLength: 300, description: 'Where to ask; what the node knows when absent.' },
      },
      examples: [{ purpose: 'marketing', channel: 'email', language: 'en' }],
    },
    response: { 200: { ...request, examples: [requestExample] }, ...errorResponses(400, 401, 404, 409, 429, 503) },
  },
  requests: {
    ...common,
    summary: 'What a person was asked for, and whether they confirmed it',
    params,
    response: {
      200: {
        type: 'object',
        properties: { requests: { type: 'array', items: request } },
        examples: [{ requests: [requestExample] }],
      },
      ...errorResponses(401, 404, 503),
    },
  },
  outbox: {
    ...common,
    summary: 'Messages that wait for a channel to send them',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after: { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, default: 0 },
        limit: { type: 'integer', minimum: 1, maximum: preferenceLimits.pageMessages, default: 50 },
      },
    },
    response: {
      200: {
        type: 'object',
        required: ['messages'],
        properties: { messages: { type: 'array', items: message } },
        examples: [
          {
            messages: [
              {
                id: 1,
                person: 'p42',
                channel: 'email',
                to: 'w***@example.com',
                subject: 'Please confirm your choice',
                text: 'https://cdp.example.com/preferences/confirm/AmoBAgM',
                madeAtMs: 1790000000000,
                expiresAtMs: 1790259200000,
              },
            ],
          },
        ],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  texts: {
    ...common,
    summary: 'Every text that customers were shown, by version',
    response: {
      200: {
        type: 'object',
        required: ['texts'],
        properties: {
          texts: {
            type: 'array',
            items: {
              type: 'object',
              required: ['version', 'firstAtMs', 'purpose', 'language', 'name', 'text'],
              properties: {
                version: { type: 'string' },
                firstAtMs: atMs,
                purpose: { type: 'string' },
                language,
                policyVersion: { type: 'string' },
                name: { type: 'string' },
                text: { type: 'string' },
              },
            },
          },
        },
        examples: [
          {
            texts: [
              {
                version: '5f0c2a9be1d3478a',
                firstAtMs: 1790000000000,
                purpose: 'marketing',
                language: 'en',
                name: 'advertising messages',
                text: 'We use your data for: advertising messages.',
              },
            ],
          },
        ],
      },
      ...errorResponses(401, 503),
    },
  },
};

const page = { tags: ['preferences'] };
const token = { type: 'object', required: ['token'], properties: { token: { type: 'string', maxLength: 128 } } } as const;
const query = {
  type: 'object',
  properties: { lang: language, saved: { type: 'string', enum: ['yes', 'nothing'] } },
} as const;
const html = {
  200: {
    description: 'The page.',
    content: { 'text/html': { schema: { type: 'string', examples: ['<!doctype html>'] } } },
  },
};
const form = { consumes: ['application/x-www-form-urlencoded'] };

export const pageSchemas = {
  show: {
    ...page,
    summary: "A customer's preference page",
    description: 'For whoever holds the link. In the language of the browser, or of `lang`. Works without scripts.',
    params: token,
    querystring: query,
    response: { ...html, ...errorResponses(404, 429, 503) },
  },
  save: {
    ...page,
    ...form,
    summary: 'What a customer chose on the page',
    description: 'The form of the page. 303 leads back to it; 200 shows it again with what is to be said.',
    params: token,
    querystring: query,
    response: {
      ...html,
      303: {
        description: 'Saved; `location` is the page.',
        content: { 'text/html': { schema: { type: 'string', description: 'Empty.' } } },
      },
      ...errorResponses(400, 403, 404, 413, 429, 503),
    },
  },
  receipt: {
    ...page,
    summary: 'Receipts for all a customer said (ISO/IEC TS 27560)',
    params: token,
    response: {
      200: {
        description: 'A file.',
        content: { 'application/json': { schema: { type: 'string', examples: ['{"receipts":[]}'] } } },
      },
      ...errorResponses(404, 429, 503),
    },
  },
  ask: {
    ...page,
    summary: 'The page that asks to confirm a consent; opening it confirms nothing',
    params: token,
    querystring: query,
    response: { ...html, ...errorResponses(404, 429, 503) },
  },
  confirm: {
    ...page,
    ...form,
    summary: 'The customer confirms a consent that was asked for',
    params: token,
    querystring: query,
    response: { ...html, ...errorResponses(400, 403, 404, 413, 429, 503) },
  },
};
