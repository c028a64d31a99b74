// Whether a transcript is what its parties signed, over HTTP: for who was handed a file and has the founder's fingerprint from elsewhere. Nothing of it is
// kept, and nothing of this node goes into the verdict.

import type { FastifyInstance } from 'fastify';
import { Fault } from '../core/errors.ts';
import { errorResponses } from '../core/http/openapi.ts';
import { isTimeZone } from '../core/values/time-zone.ts';
import type { Federate } from './federate.ts';
import { exampleFingerprint, verdict } from './shown-schemas.ts';
import { groups, transcriptBytes } from './verdict.ts';

/** A long transcript over a slow line, and every sum of it once more. */
const checkMs = 600_000;

const schema = {
  tags: ['federations'],
  security: [{ accessToken: [] }],
  summary: 'Check a transcript of a match or a round',
  description:
    'The body is the file. Signatures, order, who took part, budgets, and of a round each sum and the model, which is worked out again; the same as `holdfast federation verify`. ' +
    "With the founder's fingerprint, as it was compared by telephone, it shows who signed; without it the file vouches for itself alone. Nothing is kept.",
  consumes: ['application/x-ndjson'],
  querystring: {
    type: 'object',
    additionalProperties: false,
    properties: {
      founder: { type: 'string', maxLength: 200, description: 'Forty digits, in any groups.', examples: [exampleFingerprint] },
      zone: { type: 'string', maxLength: 64, description: 'IANA, for times; UTC when absent.', examples: ['Asia/Shanghai'] },
    },
  },
  response: {
    200: {
      description: 'What was found, line by line, and in words what was checked and what no check can show.',
      content: {
        'application/json': {
          schema: { ...verdict, examples: [{ of: 'match', holds: true, findings: [], more: 0, blocks: [] }] },
        },
      },
    },
    ...errorResponses(400, 401, 403, 413, 429, 503),
  },
};

export function verdictRoutes(scope: FastifyInstance, { federate }: { federate(): Federate }): void {
  scope.register(async (files) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: transcriptBytes }, (_request, body, done) =>
      done(null, body),
    );
    files.post<{ Querystring: { founder?: string; zone?: string }; Body: unknown }>(
      '/api/federations/verify',
      { schema, config: { audit: { action: 'federation.verify' } }, bodyLimit: transcriptBytes, handlerTimeout: checkMs },
      async ({ query: { founder, zone = 'UTC' }, body }) => {
        if (!isTimeZone(zone)) throw new Fault('bad_request', 'zone: such as Asia/Shanghai');
        const given = founder === undefined ? undefined : groups(founder);
        if (founder !== undefined && given === undefined) throw new Fault('bad_request', 'founder: 40 digits');
        if (!(body instanceof Uint8Array) || body.length === 0) throw new Fault('bad_request', 'body: a transcript');
        // Out of the pool of small buffers, whose memory others share.
        return federate().verdicts.check({ bytes: Uint8Array.from(body), founder: given, zone });
      },
    );
  });
}
