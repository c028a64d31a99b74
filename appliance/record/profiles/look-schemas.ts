// Schemas and examples of what people look at beside single profiles, for the OpenAPI document and for checking what comes in.

import { errorResponses } from '../../core/http/openapi.ts';
import { qualityLimits } from './identity/quality.ts';
import { recentLimits } from './recent.ts';
import { id, number, profileExample, profileShape, security } from './schemas.ts';

const text = { type: 'string' } as const;
const count = { type: 'integer', minimum: 0 } as const;
const share = { type: 'number', minimum: 0, maximum: 1 } as const;
const atMs = { type: 'integer', description: 'Milliseconds since 1970.' } as const;
const of = <Properties extends object>(properties: Properties, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  additionalProperties: false,
  required,
  properties,
});
const listOf = (items: object) => ({ type: 'array', items });

const day = {
  beganAtMs: atMs,
  byPerson: { ...count, description: 'Merges that people made, reviews among them.' },
  byModel: { ...count, description: 'Merges of sure pairs by the matcher.' },
  byAlias: { ...count, description: 'Merges that sources asked for.' },
  apart: { ...count, description: 'Declared different.' },
  retracted: { ...count, description: 'Decisions taken back.' },
  queued: { ...count, description: 'Pairs that came into the review queue.' },
  reviewed: { ...count, description: 'Pairs of the queue that were decided.' },
};
const band = { from: share, to: share, expected: share, same: count, different: count };
const kind = {
  kind: text,
  unique: { type: 'boolean', description: 'Two records with different values of it are different people.' },
  joins: { type: 'boolean', description: 'Records with the same value are one person.' },
  maxPeople: { type: 'integer', description: 'Known people of one source that one value may join before it stops joining.' },
  perSource: { type: 'boolean', description: 'Each source is a namespace of its own.' },
  household: { type: 'boolean', description: 'Shared by several people, it says that they live or act together.' },
  placeholders: { ...count, description: 'Known placeholder values, which join nobody.' },
  form: { type: 'string', enum: ['e164', 'mail', 'document', 'card', 'as_given'], description: 'In which values are compared.' },
};
const rule = { trait: text, criteria: listOf(text), sources: listOf(text) };

export const lookSchemas = {
  recent: {
    tags: ['profiles'],
    security,
    summary: 'People of whom something was heard last, newest first',
    description:
      'Costs the same however many people there are: the latest events are followed backwards, at most ' +
      `${recentLimits.events} of them for one page. A page may therefore be short, and empty, with a \`next\` to go on from. ` +
      'Who may not be used for the purpose of the reader is left out.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        source: { type: 'string', maxLength: 200, description: 'Heard of by this source.', examples: ['shop'] },
        segment: { type: 'string', maxLength: 200, description: 'Who is in the segment of this name.' },
        consent: { type: 'string', maxLength: 64, description: 'Who may be used for this purpose.', examples: ['marketing'] },
        before: { ...number, description: '`next` of the page before.' },
        limit: { type: 'integer', minimum: 1, maximum: recentLimits.page, default: recentLimits.defaultRows },
      },
    },
    response: {
      200: {
        ...of({ profiles: listOf(profileShape), next: count, read: { ...count, description: 'Events looked through.' } }, [
          'profiles',
          'read',
        ]),
        examples: [{ profiles: [profileExample], next: 4711, read: 60 }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  version: {
    tags: ['profiles'],
    security,
    summary: 'Whether a person is as they were',
    description: 'A text that is another one once anything of the person is. For pages that stand open: it tells nothing else.',
    params: { type: 'object', required: ['id'], properties: { id } },
    response: {
      200: { ...of({ version: text }), examples: [{ version: '5f0c2a9be1d3478a' }] },
      ...errorResponses(401, 404, 503),
    },
  },
  preview: {
    tags: ['identity'],
    security,
    summary: 'What merging, splitting or taking back would come to',
    description:
      'Nothing is written. `after` are the persons as they would be, without scores and segments, which follow. `conflicts` are traits of which ' +
      'the persons as they are now show different values.',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['act'],
      properties: {
        act: { type: 'string', enum: ['merge', 'unmerge', 'retract'] },
        left: { ...id, description: 'To merge: one of the two.' },
        right: { ...id, description: 'To merge: the other.' },
        person: { ...id, description: 'To split.' },
        records: { type: 'array', items: number, minItems: 1, maxItems: 200, description: 'To split: those to take off.' },
        decisionId: { ...number, description: 'To take back.' },
      },
      examples: [{ act: 'merge', left: 'p42', right: 'p77' }],
    },
    response: {
      200: {
        ...of({
          before: listOf(profileShape),
          after: listOf(profileShape),
          conflicts: listOf(of({ field: text })),
          recordCount: count,
        }),
        examples: [{ before: [profileExample], after: [profileExample], conflicts: [{ field: 'phone' }], recordCount: 3 }],
      },
      ...errorResponses(400, 401, 404, 409, 422, 503),
    },
  },
  quality: {
    tags: ['identity'],
    security,
    summary: 'How well it is decided who is who',
    description:
      `By day and by what people decided; of at most ${qualityLimits.decisions} decisions and as many reviews, the latest. \`precision\`: of the ` +
      'merges of the matcher, how many still stand. `recall`: of all merges that people or the matcher hold right, how many the matcher had proposed.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        days: { type: 'integer', minimum: 1, maximum: qualityLimits.days, default: 30 },
        offset: {
          type: 'integer',
          minimum: -840,
          maximum: 840,
          default: 0,
          description: 'Minutes that the reader is ahead of UTC.',
        },
      },
    },
    response: {
      200: {
        ...of(
          {
            sinceMs: atMs,
            whole: { type: 'boolean', description: 'False: there was more than is read; the oldest is left out.' },
            waiting: { ...count, description: `Pairs in the queue, counted up to ${qualityLimits.waiting}.` },
            days: listOf(of(day)),
            bands: listOf(of(band)),
            model: of({ merges: count, standing: count }),
            missed: { ...count, description: 'Merges by people that the matcher had not proposed.' },
            precision: share,
            recall: share,
          },
          ['sinceMs', 'whole', 'waiting', 'days', 'bands', 'model', 'missed'],
        ),
        examples: [
          {
            sinceMs: 1790000000000,
            whole: true,
            waiting: 12,
            days: [
              {
                ...{ beganAtMs: 1790000000000, byPerson: 4, byModel: 31, byAlias: 2, apart: 3, retracted: 1 },
                ...{ queued: 12, reviewed: 7 },
              },
            ],
            bands: [{ from: 0.7, to: 0.8, expected: 0.74, same: 5, different: 2 }],
            model: { merges: 31, standing: 30 },
            missed: 1,
            precision: 0.97,
            recall: 0.97,
          },
        ],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  rules: {
    tags: ['identity'],
    security,
    summary: 'Rules per kind of identifier, and of survivorship',
    description: 'As the configuration of the node declares them.',
    response: {
      200: {
        ...of({ kinds: listOf(of(kind)), survivorship: listOf(of(rule, ['trait', 'criteria'])), region: text }, [
          'kinds',
          'survivorship',
        ]),
        examples: [
          {
            kinds: [
              {
                ...{ kind: 'phone', unique: false, joins: true, maxPeople: 1, perSource: false, household: true },
                ...{ placeholders: 12, form: 'e164' },
              },
            ],
            survivorship: [{ trait: 'phone', criteria: ['sourcePriority', 'mostRecent'], sources: ['crm'] }],
            region: 'CN',
          },
        ],
      },
      ...errorResponses(401, 503),
    },
  },
} as const;
