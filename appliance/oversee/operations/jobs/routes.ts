// Work in the background over HTTP: what there is, of one its state, breaking it off and beginning it again.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { errorResponses } from '../../../core/http/openapi.ts';
import { type Asker, type BackgroundJobs, jobActions, jobStates } from './jobs.ts';

const security = [{ accessToken: [] }];
const tags = ['jobs'];
const integer = { type: 'integer' } as const;
const text = { type: 'string' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;
const may = { type: 'string', enum: ['yes', 'approval', 'no'] } as const;

const job = {
  type: 'object',
  required: ['id', 'kind', 'what', 'state', 'resumes'],
  properties: {
    id: text,
    kind: text,
    what: words,
    subject: { ...text, description: 'What it is about where that has a page of its own: a model, a match.' },
    state: { type: 'string', enum: jobStates },
    done: { type: 'number' },
    total: { type: 'number', description: 'Of `done`, in whatever it counts. Absent: not known yet.' },
    etaMs: integer,
    by: { ...text, description: '`system` for what the node began itself.' },
    atMs: { ...integer, description: 'When it was asked for.' },
    endedAtMs: integer,
    code: { ...text, description: 'Of the fault that it ended in, or that holds it up.' },
    where: text,
    said: {
      type: 'object',
      required: ['message', 'next'],
      properties: { message: words, next: words },
      description: 'What the code means.',
    },
    how: { ...words, description: 'What came of it, or the step that it is at.' },
    resumes: { type: 'boolean', description: 'After a stop or a kill it goes on by itself; else it is listed as failed then.' },
    cancel: { ...may, description: 'Whether whoever asks may break it off. Absent: it cannot be.' },
    retry: {
      ...may,
      description: 'Whether whoever asks may begin it again. `approval`: by proposing it anew. Absent: it goes on by itself.',
    },
  },
} as const;
const example = {
  id: '12',
  kind: 'training',
  what: { en: 'Training of churn', zh: '训练 churn' },
  subject: 'churn',
  state: 'running',
  done: 0.42,
  total: 1,
  etaMs: 180000,
  by: 'person 3',
  atMs: 1790000000000,
  resumes: true,
  cancel: 'yes',
} as const;

const listSchema = {
  tags,
  security,
  summary: 'All work in the background that whoever asks may know of',
  description:
    'What runs and waits first, then what has ended, the latest first. Heavy work waits until a place is free: `places`.',
  response: {
    200: {
      type: 'object',
      required: ['jobs', 'places'],
      properties: {
        jobs: { type: 'array', items: job },
        places: {
          type: 'object',
          required: ['atOnce', 'running', 'waiting'],
          properties: {
            atOnce: { ...integer, description: 'Pieces of heavy work beside one another: "jobs.atOnce".' },
            running: integer,
            waiting: integer,
          },
        },
      },
      examples: [{ jobs: [example], places: { atOnce: 1, running: 1, waiting: 0 } }],
    },
    ...errorResponses(401, 403, 503),
  },
} as const;
const byId = { type: 'object', required: ['id'], properties: { id: { type: 'string', maxLength: 200 } } } as const;
const one = (summary: string, answers: readonly (400 | 401 | 403 | 404 | 409 | 429 | 503)[], state = 'running') => ({
  tags,
  security,
  summary,
  params: byId,
  response: { 200: { ...job, examples: [{ ...example, state }] }, ...errorResponses(...answers) },
});

export type JobRoutesParts = {
  jobs(): BackgroundJobs;
  asker(request: FastifyRequest): Asker;
  places(): { atOnce: number; running: number; waiting: number };
};

const exempt = 'what runs, in states and shares, of nobody; asked for again and again';

/** Mount it behind the access token. */
export function mountJobs(scope: FastifyInstance, { jobs, asker, places }: JobRoutesParts): void {
  type ById = { Params: { id: string } };
  const looking = { access: { action: jobActions.list }, audit: { exempt } };
  scope.get('/api/jobs', { schema: listSchema, config: looking }, async (request) => ({
    jobs: await jobs().list(asker(request)),
    places: places(),
  }));
  scope.get<ById>(
    '/api/jobs/:id',
    { schema: one('One piece of work in the background', [401, 403, 404, 503]), config: looking },
    (request) => jobs().get(asker(request), request.params.id),
  );
  const changing = (action: string) => ({ audit: { action, change: true as const } });
  scope.post<ById>(
    '/api/jobs/:id/cancel',
    { schema: one('Break one off', [401, 403, 404, 409, 503], 'cancelled'), config: changing(jobActions.cancel) },
    async (request) => {
      const asks = asker(request);
      const { kind, id } = await jobs().get(asks, request.params.id);
      request.auditTarget(targetOf(kind, id));
      return jobs().cancel(asks, id);
    },
  );
  scope.post<ById>(
    '/api/jobs/:id/retry',
    {
      schema: one('Retry one that failed or was cancelled', [401, 403, 404, 409, 429, 503]),
      config: changing(jobActions.retry),
    },
    async (request) => {
      const asks = asker(request);
      const { kind, id } = await jobs().get(asks, request.params.id);
      request.auditTarget(targetOf(kind, id));
      return jobs().retry(asks, id);
    },
  );
}

const targetOf = (kind: string, id: string): string => (id.startsWith(kind) ? id : `${kind} ${id}`);
