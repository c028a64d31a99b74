// The rule language over HTTP, for who builds a rule: the names that it knows here, and a rule read and said back in both languages, or where it
// cannot be understood. Nobody is counted and nothing is kept.

import type { FastifyInstance } from 'fastify';
import type { Words } from '../../core/errors.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import { standardTraits } from '../../core/values/standard-traits.ts';
import type { Segments } from './live/live.ts';
import { parse } from './rules/parse.ts';
import { print } from './rules/print.ts';
import { type Condition, checkRule, ruleLimits } from './rules/rule.ts';
import { describeSyntaxError, type RuleSyntaxError } from './rules/syntax-error.ts';
import { type Finding, validate } from './rules/validate.ts';
import type { Vocabulary } from './rules/vocabulary.ts';
import { findings, givenRule, rule, words } from './schema-parts.ts';

const common = { tags: ['segments'], security: [{ accessToken: [] }] };
const text = { type: 'string' } as const;
const list = <Item extends object>(items: Item) => ({ type: 'array' as const, items });
const known = { type: 'object', required: ['name'], properties: { name: text, label: words, type: text } } as const;

const schemas = {
  words: {
    ...common,
    summary: 'The names that rules may say',
    description: 'Traits and events that sources told of, computed traits, segments, scores, and purposes with their channels.',
    response: {
      200: {
        description: 'The names.',
        type: 'object',
        required: ['traits', 'computed', 'events', 'segments', 'scores', 'purposes'],
        properties: {
          traits: list(known),
          computed: list(known),
          events: list({
            type: 'object',
            required: ['name', 'properties'],
            properties: { name: text, label: words, properties: list(text) },
          }),
          segments: list(text),
          scores: list(text),
          purposes: list({
            type: 'object',
            required: ['purpose', 'channels'],
            properties: { purpose: text, name: words, channels: list(text) },
          }),
        },
        examples: [
          {
            traits: [{ name: 'city', label: { en: 'City', zh: '城市' }, type: 'text' }],
            computed: [{ name: 'orders_90d', type: 'number' }],
            events: [{ name: 'Order Completed', properties: ['total'] }],
            segments: ['platinum'],
            scores: ['churn'],
            purposes: [{ purpose: 'marketing', name: { en: 'Marketing', zh: '营销' }, channels: ['email', 'sms'] }],
          },
        ],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  read: {
    ...common,
    summary: 'Read a rule, and say it back',
    description:
      'In words or as JSON. What cannot be understood is no refusal here: `error` says where, and what was expected there.',
    body: {
      type: 'object',
      additionalProperties: false,
      properties: { text: { type: 'string', maxLength: ruleLimits.textLength }, when: rule },
      examples: [{ text: 'spend in 30 days > 5000' }],
    },
    response: {
      200: {
        description: 'The rule, or what is wrong.',
        type: 'object',
        required: ['findings'],
        properties: {
          name: { type: 'string', description: 'After the rule, `= name`.' },
          text: words,
          when: rule,
          findings,
          error: {
            type: 'object',
            required: ['offset', 'line', 'column', 'found', 'message'],
            properties: {
              offset: { type: 'integer', description: 'In UTF-16 units from the beginning.' },
              line: { type: 'integer' },
              column: { type: 'integer' },
              found: { type: 'string', description: 'What stands there; empty at the end.' },
              message: words,
            },
          },
        },
        examples: [
          {
            text: { en: 'spend in 30 days > 5,000', zh: '30天内消费 > 5,000' },
            when: {
              kind: 'value',
              of: { kind: 'orders', measure: 'spend', in: { kind: 'last', n: 30, unit: 'day' } },
              test: { op: '>', value: 5000 },
            },
            findings: [],
          },
        ],
      },
      ...errorResponses(400, 401, 403, 503),
    },
  },
};

/** Mount it inside a scope that has checked the caller. */
export function languageRoutes(http: FastifyInstance, segments: () => Segments): void {
  http.get(
    '/api/segments/words',
    {
      schema: schemas.words,
      config: { audit: { action: 'segment.read' }, shownClear: 'names of what is known of customers, not what is known' },
    },
    async () => namesOf(await segments().vocabulary()),
  );
  http.post<{ Body: { text?: string; when?: unknown } }>(
    '/api/segments/read',
    { schema: schemas.read, config: { audit: { action: 'segment.read' }, shownClear: 'a rule as whoever asks wrote it' } },
    async (request) => {
      const given = givenRule(request.body);
      const names = await segments().vocabulary();
      if (!('text' in given)) return said(checkRule({ when: given.when }), names);
      const parsed = parse(given.text, names);
      return parsed.ok ? said(parsed.rule, names) : { findings: [], error: wrong(parsed.error) };
    },
  );
}

type Read = { name?: string; text: { en: string; zh: string }; when: Condition; findings: Finding[] };

function said({ name, when }: { name?: string; when: Condition }, names: Vocabulary): Read {
  return {
    ...(name !== undefined && { name }),
    text: { en: print({ when }, names, 'en'), zh: print({ when }, names, 'zh') },
    when,
    findings: validate({ when }, names),
  };
}

function wrong(error: RuleSyntaxError): object {
  const { offset, line, column, found } = error;
  return { offset, line, column, found, message: describeSyntaxError(error) };
}

/** Label and type of a standard trait, which a trait that a source told of under its name has too. */
function standardOf(name: string): { label?: Words; type?: string } {
  const known = standardTraits.find((one) => one.name === name);
  if (!known) return {};
  const { label, normaliser } = known;
  return { label, type: normaliser === 'number' ? 'number' : normaliser === 'date' || normaliser === 'time' ? 'time' : 'text' };
}

function namesOf({ declaration, traits }: Vocabulary): object {
  const { computed, events, segments, scores, purposes } = declaration;
  const told = ({ name, label, type }: { name: string; label?: object; type?: string }) => ({
    name,
    ...(label && { label }),
    ...(type !== undefined && { type }),
  });
  return {
    traits: [...traits.values()].map((one) => told({ ...standardOf(one.name), ...one })),
    computed: computed.map(told),
    events: events.map(({ name, label, properties = [] }) => ({
      name,
      ...(label && { label }),
      properties: properties.map((property) => property.name),
    })),
    segments,
    scores,
    purposes,
  };
}
