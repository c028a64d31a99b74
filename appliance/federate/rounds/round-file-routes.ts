// Files of rows for rounds over HTTP: bringing one as it streams, looking at what became of its rows, removing it.

import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { roundFileLimits } from './round-files.ts';
import type { RoundRoutesParts } from './round-routes.ts';
import * as schemas from './round-schemas.ts';

/** Gigabytes over a slow line. */
const fileMs = 3_600_000;
const changing = (action: string) => ({ audit: { action, change: true as const } });

export function roundFileRoutes(scope: FastifyInstance, { federate, actorOf }: RoundRoutesParts): void {
  scope.register(async (files) => {
    // As it comes: a file of millions of rows is never held as a whole while it arrives.
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    files.post<{ Querystring: { name: string; label: string }; Body: AsyncIterable<Uint8Array> }>(
      '/api/rounds/files',
      {
        schema: schemas.addFile,
        config: changing('round.file.add'),
        handlerTimeout: fileMs,
        bodyLimit: roundFileLimits.sizeBytes,
      },
      (request) => {
        const { name, label } = request.query;
        return federate().rounds.files.take(request.body ?? Readable.from([]), { name, label, by: actorOf(request) });
      },
    );
  });
  scope.get('/api/rounds/files', { schema: schemas.files, config: { audit: { action: 'round.file.list' } } }, async () => ({
    files: await federate().rounds.files.list(),
  }));
  scope.delete<{ Params: { file: string } }>(
    '/api/rounds/files/:file',
    { schema: schemas.removeFile, config: changing('round.file.remove') },
    async ({ params }) => {
      await federate().rounds.files.remove(params.file);
      return { removed: params.file };
    },
  );
}
