// Files for matches in parts: for one that takes longer than the half minute that a request may take to come in. Cut anywhere, checked once all are there.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Fault } from '../core/errors.ts';
import { errorResponses } from '../core/http/openapi.ts';
import { fileLimits, type MatchFiles } from './files.ts';
import { count, file, id, shape } from './shown-schemas.ts';

export type FilePartRoutesParts = {
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
const answer = { ...file, examples: [example] };

const schemas = {
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
      201: { ...shape({ id, parts: count }), examples: [{ id: example.id, parts: 0 }] },
      ...errorResponses(400, 401, 403, 429, 503),
    },
  },
  append: {
    ...common,
    summary: 'Send the next part',
    description: `The body is bytes of the file as text/csv, cut anywhere, at most ${fileLimits.sentBytes}. The latest part may be sent again.`,
    consumes: ['text/csv'],
    params: {
      type: 'object',
      required: ['file', 'part'],
      properties: { ...params.properties, part: { type: 'integer', minimum: 0, maximum: 1_000_000 } },
    },
    response: {
      200: { ...shape({ parts: count, sizeBytes: count }), examples: [{ parts: 1, sizeBytes: 8388608 }] },
      ...errorResponses(400, 401, 403, 404, 409, 429, 503),
    },
  },
  finish: {
    ...common,
    summary: 'All parts are there: check the file',
    params,
    response: { 200: answer, ...errorResponses(400, 401, 403, 404, 503) },
  },
};

/** Mount it inside a scope that has checked the caller. */
export function filePartRoutes(http: FastifyInstance, { files, actorOf }: FilePartRoutesParts): void {
  http.register(async (scope) => {
    scope.addContentTypeParser('text/csv', (_request, payload, done) => done(null, payload));
    scope.put<{ Params: { file: string; part: number }; Body: unknown }>(
      '/api/matches/files/:file/parts/:part',
      { schema: schemas.append, bodyLimit: fileLimits.sentBytes, config: { audit: { action: 'match.file.add', change: true } } },
      async (request) => {
        const bytes = await collected(request.body);
        const { parts, sizeBytes } = await files().append(request.params.file, request.params.part, bytes);
        return { parts, sizeBytes };
      },
    );
  });
  http.post<{ Body: { columns: unknown; name?: string } }>(
    '/api/matches/files/open',
    { schema: schemas.open, config: { audit: { action: 'match.file.add', change: true } } },
    async (request, reply) => {
      const { id, parts } = await files().open({ ...request.body, by: actorOf(request) });
      return reply.code(201).send({ id, parts });
    },
  );
  http.post<{ Params: { file: string } }>(
    '/api/matches/files/:file/finish',
    { schema: schemas.finish, handlerTimeout: uploadMs, config: { audit: { action: 'match.file.add', change: true } } },
    async (request) => files().finish(request.params.file),
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
