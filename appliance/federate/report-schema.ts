// How a report for compliance is asked for and given, of a match or of a round: as blocks in both languages, or as Markdown in one.

import { errorResponses } from '../core/http/openapi.ts';
import { count, listOf, shape, text, words } from './shown-schemas.ts';

export const reportQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    format: { type: 'string', enum: ['json', 'markdown'] },
    language: { type: 'string', enum: ['en', 'zh'] },
    zone: { type: 'string', maxLength: 64, description: 'IANA, for times; UTC when absent.', examples: ['Asia/Shanghai'] },
  },
} as const;

/** @param title of the example */
export function reportResponse(title: { readonly en: string; readonly zh: string }) {
  return {
    200: {
      description: 'As blocks in both languages, or as Markdown in one.',
      content: {
        'application/json': {
          schema: {
            ...shape({
              title: words,
              blocks: listOf(shape({ heading: words, lines: listOf(words) })),
              findings: listOf(shape({ line: count, code: text }, { where: text })),
            }),
            examples: [{ title, blocks: [], findings: [] }],
          },
        },
        'text/markdown': { schema: { type: 'string' } },
      },
    },
    ...errorResponses(400, 401, 403, 404, 409, 429, 503),
  };
}
