// Schemas and examples of the routes that tell what customers are worth and how they differ.

import { errorResponses } from '../../core/http/openapi.ts';
import { clusterLimits } from './clusters/clusters.ts';
import { fitWarnings } from './lifetime/check.ts';

const common = { tags: ['segments'], security: [{ accessToken: [] }] };
const count = { type: 'integer', minimum: 0 } as const;
const number = { type: 'number' } as const;
const text = { type: 'string' } as const;
const atMs = { type: 'integer', description: 'When it was worked out, in milliseconds since 1970.' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;
const numberOrNull = { type: ['number', 'null'] } as const;
const object = <Properties extends { [name: string]: object }>(
  properties: Properties,
  optional: readonly (keyof Properties & string)[] = [],
) => ({
  type: 'object' as const,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
});
const list = <Item extends object>(items: Item) => ({ type: 'array' as const, items });
const rule = { type: 'object', additionalProperties: true, description: 'The rule as JSON; docs/segments.md.' } as const;
const day = { type: 'string', description: 'yyyy-mm-dd' } as const;

const answer = (schema: object, example: object, ...statuses: number[]) => ({
  200: { description: 'The answer.', ...schema, examples: [example] },
  ...errorResponses(400, 401, 403, 429, 503, ...statuses),
});

const bounds = { ...list(numberOrNull), description: 'Four, between five scores; null where a score is not given out.' };
const field = object({
  recency: { ...count, description: '1 to 5, 5 the most recent.' },
  frequency: { ...count, description: '1 to 5, 5 the most frequent.' },
  customers: count,
  share: number,
  spend: number,
  spendShare: number,
  monetary: { ...list(count), description: 'How many of them have each score of money, from 1 to 5.' },
  when: { ...rule, description: 'Who is in it, as a rule to make a segment of.' },
});
const group = object({
  code: text,
  name: words,
  advice: words,
  customers: count,
  share: number,
  recencyDays: number,
  frequency: number,
  monetary: number,
  spendShare: number,
});
const lastOrder = {
  kind: 'value',
  of: { kind: 'order', which: 'last' },
  test: { op: 'during', in: { kind: 'last', n: 20, unit: 'day' } },
};
const fieldExample = {
  recency: 5,
  frequency: 5,
  customers: 80,
  share: 0.08,
  spend: 91_200,
  spendShare: 0.3,
  monetary: [0, 1, 9, 30, 40],
  when: lastOrder,
};
const groupExample = {
  code: 'champions',
  name: { en: 'champions', zh: '核心客户' },
  advice: { en: 'reward them', zh: '给予奖励' },
  customers: 110,
  share: 0.11,
  recencyDays: 9.2,
  frequency: 14,
  monetary: 4100,
  spendShare: 0.41,
};

const point = object({ x: number, y: number, cluster: { ...count, description: 'From 1.' }, customers: count });
const axis = object({
  share: { ...numberOrNull, description: 'Of all that customers differ by; null for an axis of one feature.' },
  features: list(object({ name: text, weight: number })),
});
const profile = object({
  cluster: count,
  size: count,
  share: number,
  name: words,
  differences: list(object({ column: text, standardised: number, mean: numberOrNull })),
});

const week = { day, orders: count, customers: count, spend: number };
const warnings = list({ type: 'string', enum: Object.keys(fitWarnings) });
const numbers = { type: 'object', additionalProperties: number } as const;
const fit = { model: numbers, warnings, customers: count, converged: { type: 'boolean' } } as const;
const holdoutRow = object({
  frequency: count,
  andMore: { type: 'boolean' },
  customers: count,
  predicted: number,
  actual: number,
});
const tenth = object({
  tenth: { ...count, description: 'From 1, the most valuable.' },
  customers: count,
  share: { ...number, description: 'Of all that is expected.' },
  value: number,
  alive: number,
  expected: number,
  spent: number,
});
const weekExample = { day: '2026-05-04', orders: 41, customers: 38, spend: 9120.5 };

export const valueSchemas = {
  rfm: {
    ...common,
    summary: 'Customers by how recently, how often and for how much they bought',
    description:
      'Of everybody whom the consent gate allows for the purpose of the request, by fifths: five by five fields of recency and frequency, each with the rule ' +
      'that finds the same people, and the ten groups that marketing knows.',
    response: answer(
      object({
        customers: count,
        leftOut: { ...count, description: 'Never bought.' },
        spend: number,
        bounds: object({ recencyDays: bounds, frequency: bounds, monetary: bounds }),
        fields: list(field),
        groups: list(group),
        atMs,
      }),
      {
        customers: 1000,
        leftOut: 200,
        spend: 304_000,
        bounds: { recencyDays: [20, 60, 120, 240], frequency: [2, 3, 5, 9], monetary: [90, 200, 600, 1500] },
        fields: [fieldExample],
        groups: [groupExample],
        atMs: 1_790_000_000_000,
      },
    ),
  },
  clusters: {
    ...common,
    summary: 'Groups of customers who are alike',
    description:
      'k-means over the features named, of everybody whom the consent gate allows for the purpose of the request; k by silhouette. Customers are counted by ' +
      'squares of a plane: of two features, or of the two directions in which they differ most.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        columns: {
          type: 'string',
          pattern: '^[\\w.-]+(,[\\w.-]+){0,31}$',
          description: 'Features of numbers or times, parted by commas.',
        },
        from: {
          type: 'integer',
          minimum: 2,
          maximum: clusterLimits.k,
          default: 2,
          description: 'Least number of groups to try.',
        },
        to: { type: 'integer', minimum: 2, maximum: clusterLimits.k, default: 8, description: 'Most.' },
        along: { type: 'string', pattern: '^[\\w.-]+,[\\w.-]+$', description: 'Two of the features as axes.' },
      },
    },
    response: answer(
      object({
        customers: count,
        k: count,
        silhouettes: list(object({ k: count, silhouette: number })),
        features: list(object({ name: text, transform: { type: 'string', enum: ['log', 'none'] }, missing: count })),
        ignored: list(object({ column: text, why: text })),
        settled: { type: 'boolean' },
        profiles: list(profile),
        points: list(point),
        axes: list(axis),
        atMs,
      }),
      {
        customers: 1000,
        k: 3,
        silhouettes: [{ k: 3, silhouette: 0.41 }],
        features: [{ name: 'orders', transform: 'log', missing: 0 }],
        ignored: [],
        settled: true,
        profiles: [
          {
            cluster: 1,
            size: 610,
            share: 0.61,
            name: { en: 'buys seldom', zh: '购买少' },
            differences: [{ column: 'orders', standardised: -0.6, mean: 1.2 }],
          },
        ],
        points: [{ x: -0.5, y: 0.5, cluster: 1, customers: 40 }],
        axes: [{ share: 0.44, features: [{ name: 'orders', weight: 0.7 }] }],
        atMs: 1_790_000_000_000,
      },
      409,
      422,
    ),
  },
  lifetime: {
    ...common,
    summary: 'What customers are expected to buy and be worth',
    description:
      'BG/NBD and Gamma-Gamma fitted to the orders of everybody whom the consent gate allows for the purpose of the request: week by week so far, to the end of ' +
      '`weeks` from now on, tenth by tenth, and checked on the last 13 weeks.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        weeks: { type: 'integer', minimum: 1, maximum: 520, default: 52 },
        discount: { type: 'number', minimum: 0, maximum: 10, default: 0.1, description: 'A year.' },
        margin: { type: 'number', minimum: 0, maximum: 1, default: 1, description: 'The share of amounts that is earned.' },
      },
    },
    response: answer(
      object(
        {
          customers: count,
          repeating: count,
          meanAlive: number,
          purchases: object(fit),
          spending: object({ ...fit, correlation: number }),
          forecast: list(object({ week: count, orders: number, value: numberOrNull })),
          tenths: list(tenth),
          past: list(object(week)),
          holdout: object({ weeks: count, rows: list(holdoutRow), predicted: number, actual: number, meanAbsoluteError: number }),
          atMs,
        },
        ['spending', 'holdout'],
      ),
      {
        customers: 1000,
        repeating: 610,
        meanAlive: 0.74,
        purchases: { model: { r: 0.24, alpha: 4.4, a: 0.79, b: 2.43 }, warnings: [], customers: 1000, converged: true },
        forecast: [{ week: 52, orders: 1204.5, value: 310_200 }],
        tenths: [{ tenth: 1, customers: 100, share: 0.46, value: 1427, alive: 0.98, expected: 9.1, spent: 3800 }],
        past: [weekExample],
        atMs: 1_790_000_000_000,
      },
      409,
      422,
    ),
  },
  history: {
    ...common,
    summary: 'How large segments were, day by day',
    description:
      'Entered, left and members at the end of each day in the node’s time zone, as far as changes are kept (segmentChangesDays of holdfast.json). Whoever was ' +
      'erased since counts on no day.',
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: {
        days: { type: 'integer', minimum: 1, maximum: 366, default: 14 },
        segment: { ...count, description: 'All when absent.' },
      },
    },
    response: {
      ...answer(
        object({
          history: list(object({ segment: count, days: list(object({ day, entered: count, left: count, members: count })) })),
        }),
        { history: [{ segment: 3, days: [{ day: '2026-05-04', entered: 12, left: 4, members: 312 }] }] },
      ),
      ...errorResponses(404),
    },
  },
  spending: {
    ...common,
    summary: 'What the members of a segment bought, week by week',
    description: 'Of those of its members of now whom the consent gate allows for the purpose of the request too.',
    params: { type: 'object', required: ['segment'], properties: { segment: { ...count, examples: [3] } } },
    querystring: {
      type: 'object',
      additionalProperties: false,
      properties: { weeks: { type: 'integer', minimum: 1, maximum: 260, default: 26 } },
    },
    response: {
      ...answer(
        object({
          customers: count,
          buyers: { ...count, description: 'Of these, who ever ordered.' },
          asked: {
            ...count,
            description: 'Whose orders were read: of very many buyers, some, and the weeks are estimated from theirs.',
          },
          weeks: list(object(week)),
          atMs,
        }),
        { customers: 312, buyers: 190, asked: 190, weeks: [weekExample], atMs: 1_790_000_000_000 },
      ),
      ...errorResponses(404),
    },
  },
};
