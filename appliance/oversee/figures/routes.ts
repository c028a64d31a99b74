// The node's figures over HTTP: numbers of the whole node by hour or day, for charts.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { errorResponses } from '../../core/http/openapi.ts';
import type { AlarmKind } from '../../core/model/alarm-kinds.ts';
import { type Figures, figureKinds, figureLimits, figureNames, hourMs } from './figures.ts';

const steps = { hour: hourMs, day: 24 * hourMs } as const;

const schema = {
  tags: ['health'],
  security: [{ accessToken: [] }],
  summary: 'What the node held and how it was, by hour or day',
  querystring: {
    type: 'object',
    additionalProperties: false,
    required: ['since'],
    properties: {
      since: { type: 'integer', minimum: 0, description: 'Milliseconds since 1970.' },
      step: { type: 'string', enum: Object.keys(steps), default: 'hour' },
    },
  },
  response: {
    200: {
      type: 'object',
      required: ['stepMs', 'figures'],
      properties: {
        stepMs: { type: 'integer' },
        figures: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'kind', 'points'],
            properties: {
              name: { type: 'string', enum: figureNames },
              kind: {
                type: 'string',
                enum: [...new Set(Object.values(figureKinds))],
                description: '`last` of what is there, `most` of what hurts at its worst, `total` of what only grows.',
              },
              points: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['atMs', 'value'],
                  properties: { atMs: { type: 'integer' }, value: { type: 'number' } },
                },
              },
            },
          },
        },
      },
      examples: [
        { stepMs: hourMs, figures: [{ name: 'customers', kind: 'last', points: [{ atMs: 1790000000000, value: 4147 }] }] },
      ],
    },
    ...errorResponses(400, 401, 503),
  },
} as const;

export type FigureRoutesParts = {
  figures(): Figures;
  nowMs(): number;
  /** Of alarms, those that the caller may see: no figure counts others. */
  alarmKindsFor(request: FastifyRequest): Promise<readonly AlarmKind[]>;
};

/** Mount it behind the access token. */
export function mountFigures(scope: FastifyInstance, { figures, nowMs, alarmKindsFor }: FigureRoutesParts): void {
  scope.get<{ Querystring: { since: number; step: keyof typeof steps } }>(
    '/api/figures',
    {
      schema,
      config: { access: { action: 'node.look' }, audit: { exempt: 'numbers of the whole node; asked for again and again' } },
    },
    async (request) => {
      const { since, step } = request.query;
      const stepMs = steps[step];
      if ((nowMs() - since) / stepMs > figureLimits.pointsMost)
        throw new Fault('bad_request', `since: at most ${figureLimits.pointsMost} steps ago`);
      return { stepMs, figures: await figures().read(since, stepMs, await alarmKindsFor(request)) };
    },
  );
}
