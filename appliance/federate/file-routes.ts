// Files for matches over HTTP: a CSV is streamed in and checked while it comes, never held as a whole; what is told of it is counts, lines and codes.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../core/errors.ts';
import { errorResponses } from '../core/http/openapi.ts';
import { fileLimits, type MatchFile, type MatchFiles } from './files.ts';

export type FileRoutesParts = {
  files(): MatchFiles;
  actorOf(request: FastifyRequest): string;
};

/** A file of two gigabytes over a slow line. */
const uploadMs = 3_600_000;

const common = { tags: ['federation'], security: [{ accessToken: [] }] };
const params = {
  type: 'object',
  required: ['file'],
  properties: { file: { type: 'string', pattern: '^[0-9a-f]{32}$' } },
} as const;
const example = {
  id: '5f0c2a9be1d3478a5f0c2a9be1d3478a',
  name: 'march',
  by: 'person 4',
  rows: 1200,
  taken: 1180,
  rejected: { id_missing: 20 },
  rejects: [{ line: 17, code: 'id_missing' }],
  kinds: { phone: { given: 1180, taken: 1177, repeats: 0, refused: { phone_length: 3 } } },
};
const answer = { type: 'object', additionalProperties: true, examples: [example] } as const;

const schemas = {
  take: {
    ...common,
    summary: 'Bring a CSV for a match',
    description:
      'The body is the file (`text/csv`; UTF-8, UTF-16 or GB18030; comma, semicolon, tab or bar), its first row names the columns. It is kept sealed for 14 days or until its match is over. Rows that cannot be used are told by line and code.',
    querystring: {
      type: 'object',
      required: ['columns'],
      additionalProperties: false,
      properties: {
        columns: {
          type: 'string',
          maxLength: 8_000,
          description:
            'JSON: `{"id": "no", "kinds": {"phone": ["mobile", "home"]}, "value": {"column": "spent", "decimals": 2}}`',
        },
        name: { type: 'string', maxLength: fileLimits.nameLength },
      },
    },
    response: { 201: answer, ...errorResponses(400, 401, 403, 413, 429, 503) },
  },
  list: {
    ...common,
    summary: 'Files that are kept for matches, the newest first',
    response: {
      200: {
        type: 'object',
        properties: { files: { type: 'array', items: { type: 'object', additionalProperties: true } } },
        examples: [{ files: [example] }],
      },
      ...errorResponses(401, 403, 503),
    },
  },
  get: { ...common, summary: 'What became of a file', params, response: { 200: answer, ...errorResponses(401, 403, 404, 503) } },
  remove: {
    ...common,
    summary: 'Remove a file that no match holds',
    params,
    response: {
      200: { type: 'object', properties: { removed: { type: 'boolean' } }, examples: [{ removed: true }] },
      ...errorResponses(401, 403, 404, 409, 503),
    },
  },
};

/** Mount it inside a scope that has checked the caller. */
export function fileRoutes(http: FastifyInstance, { files, actorOf }: FileRoutesParts): void {
  http.register(async (scope) => {
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
    scope.post<{ Querystring: { columns: string; name?: string }; Body: unknown }>(
      '/api/federation/files',
      { schema: schemas.take, handlerTimeout: uploadMs, config: { audit: { action: 'match.file', change: true } } },
      async (request, reply) => {
        const { columns, name } = request.query;
        if (!(request.body instanceof Readable)) throw new Fault('bad_request', 'body: a CSV as text/csv');
        const wanted = { columns: parsed(columns), by: actorOf(request), ...(name !== undefined && { name }) };
        const taken = await files().take(request.body, wanted);
        request.auditTarget(`file ${taken.id}`);
        return reply.code(201).send(view(taken));
      },
    );
  });
  http.get('/api/federation/files', { schema: schemas.list, config: { audit: { action: 'match.files' } } }, async () => ({
    files: (await files().list()).map(view),
  }));
  http.get<{ Params: { file: string } }>(
    '/api/federation/files/:file',
    { schema: schemas.get, config: { audit: { action: 'match.files' } } },
    async ({ params: { file } }) => view(await files().get(file)),
  );
  http.delete<{ Params: { file: string } }>(
    '/api/federation/files/:file',
    { schema: schemas.remove, config: { audit: { action: 'match.file.remove', change: true } } },
    async ({ params: { file } }) => {
      const { match } = await files().get(file);
      if (match !== undefined) throw new Fault('conflict', 'a match holds the file: it goes with the match');
      await files().drop(file);
      return { removed: true };
    },
  );
}

function parsed(columns: string): unknown {
  try {
    return JSON.parse(columns);
  } catch (error) {
    throw new Fault('bad_request', 'columns: no JSON', { cause: error });
  }
}

function view({ parts: _parts, state: _state, ...file }: MatchFile): Omit<MatchFile, 'parts' | 'state'> {
  return file;
}
