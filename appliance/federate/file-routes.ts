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

const common = { tags: ['matches'], security: [{ accessToken: [] }] };
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
  open: {
    ...common,
    summary: 'Begin a file that is sent in parts',
    description: 'For one that takes longer than the half minute of a request. Not finished within a day, it goes.',
    body: {
      type: 'object',
      required: ['columns'],
      additionalProperties: false,
      properties: {
        columns: { type: 'object', additionalProperties: true },
        name: { type: 'string', maxLength: fileLimits.nameLength },
      },
      examples: [{ columns: { id: 'no', kinds: { phone: ['mobile'] } }, name: 'march' }],
    },
    response: {
      201: { type: 'object', additionalProperties: true, examples: [{ id: example.id, parts: 0 }] },
      ...errorResponses(400, 401, 403, 429, 503),
    },
  },
  append: {
    ...common,
    summary: 'Send the next part',
    description: `The body is bytes of the file as text/csv, cut anywhere, at most ${fileLimits.sentBytes}. The latest part may be sent again.`,
    params: {
      type: 'object',
      required: ['file', 'part'],
      properties: { ...params.properties, part: { type: 'integer', minimum: 0, maximum: 1_000_000 } },
    },
    response: {
      200: { type: 'object', additionalProperties: true, examples: [{ parts: 1, sizeBytes: 8388608 }] },
      ...errorResponses(400, 401, 403, 404, 409, 429, 503),
    },
  },
  finish: {
    ...common,
    summary: 'All parts are there: check the file',
    params,
    response: { 200: answer, ...errorResponses(400, 401, 403, 404, 503) },
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
      '/api/matches/files',
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
    scope.put<{ Params: { file: string; part: number }; Body: unknown }>(
      '/api/matches/files/:file/parts/:part',
      { schema: schemas.append, config: { audit: { action: 'match.file', change: true } } },
      async (request) => {
        const bytes = await collected(request.body);
        const { parts, sizeBytes } = await files().append(request.params.file, request.params.part, bytes);
        return { parts, sizeBytes };
      },
    );
  });
  http.post<{ Body: { columns: unknown; name?: string } }>(
    '/api/matches/files/open',
    { schema: schemas.open, config: { audit: { action: 'match.file', change: true } } },
    async (request, reply) => {
      const { id, parts } = await files().open({ ...request.body, by: actorOf(request) });
      return reply.code(201).send({ id, parts });
    },
  );
  http.post<{ Params: { file: string } }>(
    '/api/matches/files/:file/finish',
    { schema: schemas.finish, handlerTimeout: uploadMs, config: { audit: { action: 'match.file', change: true } } },
    async (request) => view(await files().finish(request.params.file)),
  );
  http.get('/api/matches/files', { schema: schemas.list, config: { audit: { action: 'match.files' } } }, async () => ({
    files: (await files().list()).map(view),
  }));
  http.get<{ Params: { file: string } }>(
    '/api/matches/files/:file',
    { schema: schemas.get, config: { audit: { action: 'match.files' } } },
    async ({ params: { file } }) => view(await files().get(file)),
  );
  http.delete<{ Params: { file: string } }>(
    '/api/matches/files/:file',
    { schema: schemas.remove, config: { audit: { action: 'match.file.remove', change: true } } },
    async ({ params: { file } }) => {
      const { match } = await files().get(file);
      if (match !== undefined) throw new Fault('conflict', 'a match holds the file: it goes with the match');
      await files().drop(file);
      return { removed: true };
    },
  );
}

/** @throws {Fault} `limit_reached` for more than a part has */
async function collected(body: unknown): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new Fault('bad_request', 'body: a part of a CSV as text/csv');
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of body as AsyncIterable<Buffer>) {
    sizeBytes += piece.length;
    if (sizeBytes > fileLimits.sentBytes) throw new Fault('limit_reached', `a part has at most ${fileLimits.sentBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
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
