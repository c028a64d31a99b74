// POST /api/support: a support bundle with every byte of what is in it, so that whoever sends it on has seen it before.

import type { FastifyInstance } from 'fastify';
import { errorResponses } from '../../../core/http/openapi.ts';
import { type Gathered, packBundle, supportFiles, textOf } from './support.ts';

const text = { type: 'string' } as const;
const words = { type: 'object', required: ['en', 'zh'], properties: { en: text, zh: text } } as const;

const schema = {
  tags: ['health'],
  security: [{ accessToken: [] }],
  summary: 'Make a support bundle: what is in it, and the file',
  description:
    'Only what is on a list of what may leave: no customer, no secret, no name that people chose. The same as "holdfast support".',
  response: {
    200: {
      type: 'object',
      required: ['name', 'sizeBytes', 'files', 'bundle'],
      properties: {
        name: { ...text, description: 'For the file.' },
        sizeBytes: { type: 'integer' },
        files: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name', 'reason', 'content'],
            properties: { name: text, reason: words, content: { ...text, description: 'JSON, as it lies in the bundle.' } },
          },
        },
        bundle: { ...text, contentEncoding: 'base64', description: 'A tar archive under zstd.' },
      },
      examples: [
        {
          name: 'holdfast-support-20261127T120000Z.tar.zst',
          sizeBytes: 5120,
          files: [
            {
              name: 'version.json',
              reason: { en: 'which program it is and whether it runs', zh: '程序版本与运行状态' },
              content: '{\n  "version": "0.1.0"\n}\n',
            },
          ],
          bundle: 'KLUv/QQAWQAA',
        },
      ],
    },
    ...errorResponses(401, 403, 503),
  },
} as const;

export type SupportRoutesParts = {
  gather(): Promise<Gathered>;
  nameOf(atMs: number): string;
};

/** Mount it behind the access token. */
export function mountSupport(scope: FastifyInstance, { gather, nameOf }: SupportRoutesParts): void {
  scope.post(
    '/api/support',
    { schema, config: { audit: { action: 'support.make', change: true } }, handlerTimeout: 120_000 },
    async () => {
      const gathered = await gather();
      const files = supportFiles(gathered);
      const bytes = packBundle(files, gathered.madeAtMs);
      return {
        name: nameOf(gathered.madeAtMs),
        sizeBytes: bytes.length,
        files: files.map((file) => ({ name: file.name, reason: file.reason, content: textOf(file) })),
        bundle: bytes.toString('base64'),
      };
    },
  );
}
