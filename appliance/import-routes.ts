// Imports over HTTP: batches that `holdfast import` has read, and for pages in a browser what columns mean, what would become of rows, and rows
// handed over as the text that stands in the file. Rows become events here, by the importer's own rules, so that a file is one file however it comes.

import type { FastifyInstance } from 'fastify';
import type { Asked } from './core/http/audited.ts';
import { errorResponses } from './core/http/openapi.ts';
import { type Event, eventKinds, eventLimits, type Json, type RecordBatch, type SourceId } from './core/model/event.ts';
import {
  type ImportMap,
  type PartedFile,
  type PartRow,
  readMap,
  recogniseColumns,
  rowsOfPart,
} from './record/imports/imports.ts';
import type { Dictionaries } from './record/sources/sources.ts';

export const partLimits = {
  /** Text of one part, in characters. */
  text: 2_000_000,
  /** Rows of a part that is only looked at. */
  previewRows: 100,
  columns: 2_000,
  samples: 200,
} as const;

const security = [{ accessToken: [] }];
const bodyLimit = 16 * 1024 * 1024;
const text = { type: 'string', minLength: 1, maxLength: eventLimits.idLength };
const eventSchema = {
  type: 'object',
  required: ['kind', 'messageId', 'occurredAtMs', 'receivedAtMs'],
  properties: {
    kind: { type: 'string', enum: eventKinds },
    messageId: text,
    userId: text,
    anonymousId: text,
    previousId: text,
    groupId: text,
    name: { type: 'string', maxLength: eventLimits.nameLength },
    properties: { type: 'object', additionalProperties: true },
    traits: { type: 'object', additionalProperties: true },
    context: { type: 'object', additionalProperties: true },
    occurredAtMs: { type: 'integer' },
    receivedAtMs: { type: 'integer' },
  },
  anyOf: [{ required: ['userId'] }, { required: ['anonymousId'] }],
};

/** What the audit log calls a batch of an import, beside a running node or in a folder opened for it. */
export const importAction = 'import.batch';

export type ImportParts = {
  recordBatch: RecordBatch;
  dictionaries: Pick<Dictionaries, 'tryOut'>;
  nowMs(): number;
};

/** Mount it behind the access token. @param parts asked for at each request: there are none while the node is sealed */
export function mountImports(scope: FastifyInstance, parts: () => ImportParts): void {
  mountBatch(scope, (source, events) => parts().recordBatch(source, events));
  mountPages(scope, parts);
}

type Part = {
  source: SourceId;
  map: unknown;
  file: Omit<PartedFile, 'dialect'> & { delimiter: string };
  line: number;
  text: string;
};
const ofBody = ({ body }: Asked) => [body.source];
const source = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };
const line = { type: 'integer', minimum: 1 };
const common = { tags: ['imports'], security };
const exampleFile = {
  fingerprint: '9f'.repeat(32),
  timeMs: 1790000000000,
  format: 'csv',
  delimiter: ',',
  header: ['客户号', '手机'],
};
const part = {
  type: 'object',
  additionalProperties: false,
  required: ['source', 'map', 'file', 'line', 'text'],
  properties: {
    source,
    map: { type: 'object', additionalProperties: true, description: 'What each column means: docs/imports.md.' },
    file: {
      type: 'object',
      additionalProperties: false,
      required: ['fingerprint', 'timeMs', 'format', 'delimiter', 'header'],
      properties: {
        fingerprint: { type: 'string', pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the first 64 KB of the file.' },
        timeMs: { type: 'integer', description: 'For rows without a time of their own.' },
        format: { type: 'string', enum: ['csv', 'ndjson'] },
        delimiter: { type: 'string', minLength: 1, maxLength: 1 },
        header: { type: 'array', maxItems: partLimits.columns, items: { type: 'string' } },
      },
    },
    line: { ...line, description: 'The number of the first line.' },
    text: { type: 'string', maxLength: partLimits.text, description: 'Whole lines of the file, no header among them.' },
  },
  examples: [
    {
      source: 2,
      map: { columns: { 客户号: 'userId', 手机: 'traits.phone' } },
      file: exampleFile,
      line: 2,
      text: 'C1,138 0013 8001',
    },
  ],
};
const reason = { type: 'string' };
const schemas = {
  recognise: {
    ...common,
    summary: 'What columns of a table mean, by their names in both languages and by some of their values',
    body: {
      type: 'object',
      additionalProperties: false,
      required: ['columns'],
      properties: {
        columns: {
          type: 'array',
          maxItems: partLimits.columns,
          items: {
            type: 'object',
            additionalProperties: false,
            required: ['name', 'values'],
            properties: {
              name: { type: 'string' },
              values: { type: 'array', maxItems: partLimits.samples, items: {} },
            },
          },
        },
      },
      examples: [{ columns: [{ name: '手机号', values: ['138 0013 8001'] }] }],
    },
    response: {
      200: {
        type: 'object',
        required: ['columns'],
        properties: {
          columns: {
            type: 'array',
            items: {
              type: 'object',
              required: ['name', 'to'],
              properties: { name: { type: 'string' }, to: { type: 'array', items: { type: 'string' } }, as: { type: 'string' } },
            },
          },
          kind: { type: 'string', enum: eventKinds, description: 'Of the rows: absent for facts about customers.' },
        },
        examples: [{ columns: [{ name: '手机号', to: ['traits.phone'] }] }],
      },
      ...errorResponses(400, 401, 503),
    },
  },
  preview: {
    ...common,
    summary:
      'What would become of rows: normalised by the dictionary of the source, or refused with the reason; nothing is recorded',
    body: part,
    response: {
      200: {
        type: 'object',
        required: ['rows'],
        properties: {
          rows: {
            type: 'array',
            items: {
              type: 'object',
              required: ['line', 'outcome'],
              properties: {
                line,
                outcome: { type: 'string', enum: ['accepted', 'quarantined', 'rejected'] },
                reason,
                where: { type: 'string' },
                event: { type: 'object', additionalProperties: true },
                notes: {
                  type: 'array',
                  description: 'What was left as it came.',
                  items: { type: 'object', required: ['where', 'reason'], properties: { where: { type: 'string' }, reason } },
                },
              },
            },
          },
        },
        examples: [
          {
            rows: [
              {
                line: 2,
                outcome: 'accepted',
                event: { kind: 'identify', userId: 'C1', traits: { phone: '+8613800138001' } },
                notes: [],
              },
            ],
          },
        ],
      },
      ...errorResponses(400, 401, 404, 413, 503),
    },
  },
  rows: {
    ...common,
    summary: 'Record rows of a file, each once however often it is sent',
    body: part,
    response: {
      200: {
        type: 'object',
        required: ['recorded', 'duplicates', 'quarantined', 'rejected', 'refused'],
        properties: {
          recorded: { type: 'integer' },
          duplicates: { type: 'integer' },
          quarantined: { type: 'integer' },
          rejected: { type: 'integer' },
          refused: {
            type: 'array',
            description: 'Rows that were not recorded, and why; those in quarantine can be fixed there.',
            items: {
              type: 'object',
              required: ['line', 'outcome', 'reason'],
              properties: {
                line,
                outcome: { type: 'string', enum: ['quarantined', 'rejected'] },
                reason,
                raw: { type: 'string', description: 'Of a rejected row, as it stands in the file.' },
              },
            },
          },
        },
        examples: [
          {
            recorded: 498,
            duplicates: 0,
            quarantined: 0,
            rejected: 1,
            refused: [{ line: 17, outcome: 'rejected', reason: 'nothing in the row says who it is about', raw: ',,' }],
          },
        ],
      },
      ...errorResponses(400, 401, 404, 413, 429, 503),
    },
  },
};
const own = 'made of what the caller has just sent, and of nothing that the node knew';

function mountPages(scope: FastifyInstance, parts: () => ImportParts): void {
  scope.post<{ Body: { columns: { name: string; values: Json[] }[] } }>(
    '/api/imports/recognise',
    { bodyLimit, schema: schemas.recognise, config: { audit: { action: 'import.try' }, shownClear: own } },
    async ({ body }) => recognised(recogniseColumns(body.columns)),
  );
  scope.post<{ Body: Part }>(
    '/api/imports/preview',
    { bodyLimit, schema: schemas.preview, config: { audit: { action: 'import.try' }, sources: ofBody, shownClear: own } },
    async ({ body }) => {
      const { dictionaries } = parts();
      const rows = (await read(body, parts().nowMs)).slice(0, partLimits.previewRows);
      return { rows: await Promise.all(rows.map((row) => previewed(row, (event) => dictionaries.tryOut(body.source, event)))) };
    },
  );
  scope.post<{ Body: Part }>(
    '/api/imports/rows',
    {
      bodyLimit,
      schema: schemas.rows,
      config: { audit: { action: importAction, change: true }, sources: ofBody, shownClear: own },
    },
    async ({ body }) => recordRows(body.source, await read(body, parts().nowMs), parts().recordBatch),
  );
}

function read({ map, file: { delimiter, ...file }, line: first, text: lines }: Part, nowMs: () => number): Promise<PartRow[]> {
  return rowsOfPart({ ...file, dialect: { delimiter } }, readMap(map), { line: first, text: lines }, nowMs);
}

function recognised({ columns = {}, constants }: ImportMap) {
  const kind = constants?.kind;
  return {
    columns: Object.entries(columns).flatMap(([name, rule]) => {
      if (rule === null) return [];
      if (typeof rule === 'string') return [{ name, to: [rule] }];
      if ('to' in rule)
        return [{ name, to: typeof rule.to === 'string' ? [rule.to] : [...rule.to], ...(rule.as && { as: rule.as }) }];
      return [{ name, to: [...rule] }];
    }),
    ...(typeof kind === 'string' && { kind }),
  };
}

async function previewed(row: PartRow, tryOut: (event: Event) => ReturnType<Dictionaries['tryOut']>) {
  if (!row.ok) return { line: row.line, outcome: 'rejected', reason: row.reason };
  const applied = await tryOut(row.event);
  return applied.ok
    ? { line: row.line, outcome: 'accepted', event: applied.event, notes: applied.notes }
    : { line: row.line, outcome: 'quarantined', reason: applied.reason, where: applied.where, event: row.event };
}

type Refused = { line: number; outcome: 'quarantined' | 'rejected'; reason: string; raw?: string };

async function recordRows(of: SourceId, rows: readonly PartRow[], recordBatch: RecordBatch) {
  const refused: Refused[] = rows.flatMap((row) =>
    row.ok ? [] : [{ line: row.line, outcome: 'rejected' as const, reason: row.reason, raw: row.raw }],
  );
  const counts = { recorded: 0, duplicates: 0, quarantined: 0, rejected: refused.length };
  const good = rows.filter((row) => row.ok);
  for (let from = 0; from < good.length; from += eventLimits.batchEvents) {
    const some = good.slice(from, from + eventLimits.batchEvents);
    const outcomes = await recordBatch(
      of,
      some.map(({ event }) => event),
    );
    outcomes.forEach(({ outcome, reason: why }, at) => {
      if (outcome === 'recorded') counts.recorded++;
      else if (outcome === 'duplicate') counts.duplicates++;
      else {
        counts.quarantined++;
        refused.push({ line: some[at]!.line, outcome: 'quarantined', reason: why ?? 'quarantined' });
      }
    });
  }
  return { ...counts, refused };
}

/** For `holdfast import` beside a running node: events that have been read, checked and numbered by the importer. */
function mountBatch(scope: FastifyInstance, recordBatch: RecordBatch): void {
  scope.post<{ Body: { source: number; events: Event[] } }>(
    '/api/imports/batch',
    {
      bodyLimit: 16 * 1024 * 1024,
      config: { audit: { action: importAction, change: true }, sources: ({ body }) => [body.source] },
      schema: {
        tags: ['imports'],
        security,
        summary: 'Record a batch that an importer has read',
        body: {
          type: 'object',
          required: ['source', 'events'],
          properties: {
            source: { type: 'integer', minimum: 1 },
            events: { type: 'array', maxItems: eventLimits.batchEvents, items: eventSchema },
          },
          examples: [
            {
              source: 1,
              events: [
                {
                  kind: 'identify',
                  messageId: 'file:1',
                  userId: 'C1',
                  traits: { name: '王小明' },
                  occurredAtMs: 1790000000000,
                  receivedAtMs: 1790000000000,
                },
              ],
            },
          ],
        },
        response: {
          200: {
            type: 'object',
            required: ['outcomes'],
            properties: {
              outcomes: {
                type: 'array',
                items: {
                  type: 'object',
                  required: ['messageId', 'outcome'],
                  properties: {
                    messageId: { type: 'string' },
                    outcome: { type: 'string', enum: ['recorded', 'duplicate', 'quarantined'] },
                    reason: { type: 'string' },
                    person: { type: 'integer' },
                  },
                },
              },
            },
            examples: [{ outcomes: [{ messageId: 'file:1', outcome: 'recorded', person: 42 }] }],
          },
          ...errorResponses(400, 401, 413, 429, 503),
        },
      },
    },
    async (request) => ({ outcomes: await recordBatch(request.body.source, request.body.events) }),
  );
}
