// Schemas and examples of the routes of federations and matches, for the OpenAPI document and for checking what comes in.

import { matchKinds } from '../../federation/protocol/match-terms.ts';
import { errorResponses } from '../core/http/openapi.ts';
import { reportQuery, reportResponse } from './report-schema.ts';
import {
  atMs,
  count,
  exampleFederation,
  exampleFile,
  exampleFingerprint,
  exampleId,
  exampleMatch,
  exampleTerms,
  federation,
  file,
  fingerprint,
  id,
  invitation,
  invitationId,
  joinRequest,
  listOf,
  match,
  matchBudget,
  matchTerms,
  numbers,
  open,
  optionDescription,
  type Properties,
  recommendation,
  refusals,
  result,
  resultPage,
  shape,
  standing,
  words,
  yes,
} from './shown-schemas.ts';

const ofFederations = { tags: ['federations'], security: [{ accessToken: [] }] };
const ofMatches = { tags: ['matches'], security: [{ accessToken: [] }] };
const text = (maxLength: number, description?: string) => ({
  type: 'string' as const,
  minLength: 1,
  maxLength,
  ...(description !== undefined && { description }),
});
const name = {
  type: 'object',
  additionalProperties: false,
  required: ['en', 'zh'],
  description: 'Of the organisation; one of the two may be empty.',
  properties: { en: { type: 'string', maxLength: 200 }, zh: { type: 'string', maxLength: 200 } },
} as const;

/** What is no id is nobody's. */
const idInPath = { type: 'string', minLength: 1, maxLength: 64, examples: [exampleId] } as const;
const params = (properties: { [name: string]: object }) => ({ type: 'object', required: Object.keys(properties), properties });
const body = (required: string[], properties: { [name: string]: object }, example: object) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
  examples: [example],
});
const answerOf = (schema: object, example: object) => ({
  200: {
    description: 'As asked.',
    content: { 'application/json': { schema: { ...schema, examples: [example] } } },
  },
  ...errorResponses(400, 401, 403, 404, 409, 429, 503),
});
const answer = (always: Properties, example: object, sometimes?: Properties) => answerOf(shape(always, sometimes), example);

const matchParam = params({ match: idInPath });
const federationParam = params({ federation: idInPath });
const invitationParam = params({ federation: idInPath, invitation: idInPath });

export const schemas = {
  federations: {
    ...ofFederations,
    summary: 'Federations of this node, their members and what is wrong',
    response: answer({ federations: { type: 'array', items: federation } }, { federations: [exampleFederation] }),
  },
  found: {
    ...ofFederations,
    summary: 'Found a federation',
    description:
      'This node makes the keys of the federation and admits members. `coordinator`: `own` runs the coordinator inside this node, at the address in ' +
      '`federation.listen` of holdfast.json; `separate` is a `holdfast coordinate` elsewhere, which is invited next.',
    body: body(
      ['name', 'address', 'coordinator'],
      {
        name,
        address: text(200, 'Where members reach the coordinator, host and port.'),
        coordinator: { type: 'string', enum: ['own', 'separate'] },
      },
      { name: { en: 'North Retail', zh: '北方零售' }, address: 'federation.example.org:7443', coordinator: 'separate' },
    ),
    response: answer({ federation: id, fingerprint }, { federation: exampleId, fingerprint: exampleFingerprint }),
  },
  join: {
    ...ofFederations,
    summary: 'Ask to join a federation by an invitation',
    description: 'Read the two fingerprints out by telephone: the founder compares yours, you compare theirs.',
    body: body(['name', 'code'], { name, code: text(600) }, { name: { en: 'South Bank', zh: '南方银行' }, code: 'AEAQC-…' }),
    response: answer(
      { federation: id, fingerprint, founder: shape({ name: words, fingerprint }) },
      {
        federation: exampleId,
        fingerprint: exampleFingerprint,
        founder: { name: { en: 'North Retail', zh: '北方零售' }, fingerprint: exampleFingerprint },
      },
    ),
  },
  refresh: {
    ...ofFederations,
    summary: 'Ask the coordinator now what is new',
    params: federationParam,
    response: answerOf(federation, exampleFederation),
  },
  dismiss: {
    ...ofFederations,
    summary: 'Say that what is wrong with a federation has been seen',
    description: 'Those problems that still stand come again by themselves.',
    params: federationParam,
    response: answerOf(federation, exampleFederation),
  },
  invite: {
    ...ofFederations,
    summary: 'Invite an organisation, or the coordinator',
    description: 'The code is shown this once. Send it by a way that you trust.',
    params: federationParam,
    body: body(
      [],
      {
        role: { type: 'string', enum: ['participant', 'coordinator'] },
        days: { type: 'integer', minimum: 1, maximum: 90, description: 'How long it can be used; 7 when absent.' },
      },
      { role: 'participant', days: 7 },
    ),
    response: answer(
      { code: { type: 'string' }, invitation: invitationId, expiresAtMs: atMs },
      { code: 'AEAQC-…', invitation: exampleId + exampleId, expiresAtMs: 1790000000000 },
    ),
  },
  invitations: {
    ...ofFederations,
    summary: 'Invitations and what became of them',
    params: federationParam,
    response: answer({ invitations: listOf(invitation) }, { invitations: [] }),
  },
  withdraw: {
    ...ofFederations,
    summary: 'Withdraw an invitation',
    params: invitationParam,
    response: answer({ withdrawn: { type: 'boolean' } }, { withdrawn: true }),
  },
  requests: {
    ...ofFederations,
    summary: 'Who asks to join',
    description:
      'Call them, have their fingerprint read out, and propose the act `federation.admit` with the federation, the invitation and the digits as you heard them.',
    params: federationParam,
    response: answer(
      { requests: listOf(joinRequest) },
      {
        requests: [
          { invitation: exampleId + exampleId, name: { en: 'South Bank', zh: '南方银行' }, fingerprint: exampleFingerprint },
        ],
      },
    ),
  },
  refuse: {
    ...ofFederations,
    summary: 'Refuse a request to join',
    params: invitationParam,
    response: answer({ refused: { type: 'boolean' } }, { refused: true }),
  },
  coordinator: {
    ...ofFederations,
    summary: 'Admit a separate coordinator by its file',
    description:
      'Without a fingerprint it says whose file it is; with the digits that the coordinator showed it gives the welcome that `holdfast coordinate welcome` takes.',
    params: federationParam,
    body: body(
      ['request'],
      { request: { ...open, description: 'The content of join-request.json.' }, fingerprint: text(80) },
      { request: {}, fingerprint: exampleFingerprint },
    ),
    response: answer(
      {},
      { welcome: { v: 1, log: [], leaf: '', revocations: '' } },
      { waiting: shape({ name: words, fingerprint }), welcome: open },
    ),
  },
  matches: {
    ...ofMatches,
    summary: 'Matches with other organisations, the newest first',
    description:
      'A new one is proposed as the act `match.propose`, and one that was asked for is accepted by the act `match.accept`.',
    response: answer({ matches: { type: 'array', items: match } }, { matches: [exampleMatch] }),
  },
  match: {
    ...ofMatches,
    summary: 'One match: terms, officers, progress, outcome',
    params: matchParam,
    response: answerOf(match, exampleMatch),
  },
  check: {
    ...ofMatches,
    summary: 'Whether this node would allow a match by these terms',
    description: 'Takes what the act `match.propose` takes, fills in what is absent, and begins nothing.',
    body: {
      type: 'object',
      additionalProperties: true,
      required: ['federation', 'responder', 'use', 'purpose', 'reason', 'source'],
      properties: {
        federation: id,
        responder: { ...id, description: 'The other member.' },
        mode: { type: 'string', enum: ['ecdh', 'salted-hash', 'count', 'sums'] },
        learns: { type: 'string', enum: ['initiator', 'responder', 'both', 'neither'] },
        use: { type: 'string', enum: ['overlap', 'suppression', 'known-elsewhere'] },
        purpose: text(64, 'As GET /api/consent/purposes names it.'),
        reason: text(500),
        kinds: { type: 'array', items: { type: 'string', enum: [...matchKinds] } },
        source: open,
      },
      examples: [
        {
          federation: exampleId,
          responder: exampleId,
          use: 'overlap',
          purpose: 'marketing',
          reason: 'whom we both know',
          source: { from: 'customers' },
        },
      ],
    },
    response: answer(
      { allowed: yes, refusals, budget: matchBudget, terms: matchTerms },
      { allowed: true, refusals: [], budget: { spent: 0, limit: 6, days: 30 }, terms: exampleTerms },
    ),
  },
  options: {
    ...ofMatches,
    summary: 'Ways to match: what each shows to whom, and what it costs on this machine',
    description:
      'Every combination of mode, who learns, and counter: statements in both languages, what those learn who collude, the limits, and seconds by rates ' +
      'measured here when first asked. `recommended` is for what you want: with a neutral counter, and without one.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        initiator: { type: 'integer', minimum: 1, maximum: 5_000_000, description: 'Items of that side; 100,000 when absent.' },
        responder: { type: 'integer', minimum: 1, maximum: 5_000_000 },
        wants: { type: 'string', enum: ['items', 'count', 'sum'] },
        who: { type: 'string', enum: ['nobody', 'one', 'both'] },
        kinds: { type: 'string', description: 'Separated by commas.', examples: ['phone,email'] },
      },
    },
    response: answer(
      { options: listOf(optionDescription), recommended: listOf(recommendation), rates: numbers() },
      { options: [], recommended: [], rates: { multiplicationS: 0.00004 } },
    ),
  },
  report: {
    ...ofMatches,
    summary: 'The report of a match for compliance: what was learned, by whom, and what could leak',
    params: matchParam,
    querystring: reportQuery,
    response: reportResponse({ en: 'Match with South Bank', zh: '与南方银行的匹配' }),
  },
  transcript: {
    ...ofMatches,
    summary: 'The signed transcript of a match, a JSON a line',
    description: 'The same on both sides once both have signed. `holdfast federation verify` checks it anywhere, without a node.',
    params: matchParam,
    response: {
      200: { description: 'The transcript.', content: { 'application/x-ndjson': { schema: { type: 'string' } } } },
      ...errorResponses(400, 401, 403, 404, 409, 429, 503),
    },
  },
  stop: {
    ...ofMatches,
    summary: 'Decline, withdraw or stop a match',
    description: 'The reason goes to the other side. What a side has learned already stays with it.',
    params: matchParam,
    body: body(['reason'], { reason: text(300) }, { reason: 'the contract has ended' }),
    response: answerOf(match, { ...exampleMatch, phase: 'ending' }),
  },
  override: {
    ...ofMatches,
    summary: 'Let a match go on that is too like an earlier one',
    description: 'The alarm says which earlier match, and by how many items the two sets differ.',
    params: matchParam,
    body: body(['note'], { note: text(1000) }, { note: 'the list was cleaned; the difference is known' }),
    response: answerOf(match, exampleMatch),
  },
  addFile: {
    ...ofMatches,
    summary: 'Bring a CSV file for a match',
    description:
      'The body is the file in UTF-8 with a first row of names. Which columns are read is in the query; several of one kind are separated by commas. ' +
      'Kept, sealed, until the match is over, or 14 days.',
    consumes: ['text/csv'],
    querystring: {
      type: 'object',
      additionalProperties: false,
      required: ['id'],
      properties: {
        id: { ...text(200, 'The column by which results name customers.'), examples: ['member_no'] },
        phone: { ...text(2000), examples: ['mobile'] },
        email: { ...text(2000), examples: ['mail'] },
        card: text(2000),
        value: text(200, 'What is summed up.'),
        decimals: { type: 'integer', minimum: 0, maximum: 6 },
        name: text(200, 'Of the file, to be shown.'),
      },
    },
    response: answerOf(file, exampleFile),
  },
  files: {
    ...ofMatches,
    summary: 'Files that were brought for matches',
    response: answer({ files: { type: 'array', items: file } }, { files: [exampleFile] }),
  },
  removeFile: {
    ...ofMatches,
    summary: 'Remove a file',
    params: params({ file: idInPath }),
    response: answer({ removed: { type: 'boolean' } }, { removed: true }),
  },
  results: {
    ...ofMatches,
    summary: 'What matches gave, the newest first',
    response: answer({ results: listOf(result) }, { results: [] }),
  },
  result: {
    ...ofMatches,
    summary: 'Customers that a match found, a page',
    params: matchParam,
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        after: { ...count, description: 'As the page before gave it in `next`.', examples: [0] },
        limit: { type: 'integer', minimum: 1, maximum: 1000, examples: [100] },
      },
    },
    response: answerOf(resultPage, {
      ...{ match: exampleId, partner: exampleId, use: 'overlap', purpose: 'marketing', mode: 'ecdh', atMs: 1790000000000 },
      matched: 5120,
      kinds: { phone: 4200, email: 920 },
      source: 'customers',
      found: [{ id: 'p42', kind: 'phone' }],
      next: 1,
    }),
  },
  export: {
    ...ofMatches,
    summary: 'Customers that a match found, as a CSV file',
    description:
      'Everybody but the operator needs a second person: propose the act `match.export` with the match, and fetch it within a day.',
    params: matchParam,
    response: {
      200: { description: 'The file.', content: { 'text/csv': { schema: { type: 'string' } } } },
      ...errorResponses(400, 401, 403, 404, 409, 429, 503),
    },
  },
  standing: {
    ...ofMatches,
    summary: 'Matches in which a customer stands',
    description: 'By default the suppression lists: whoever stands in one is not to be addressed for its purpose.',
    params: params({ id: { type: 'string', minLength: 1, maxLength: 20, examples: ['p42'] } }),
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { use: { type: 'string', enum: ['suppression', 'known-elsewhere', 'overlap'] } },
    },
    response: answer(
      { found: listOf(standing) },
      { found: [{ match: exampleId, partner: exampleId, purpose: 'marketing', kind: 'phone', atMs: 1790000000000 }] },
    ),
  },
};
