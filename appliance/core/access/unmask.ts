// One value of one customer in the clear, once, for a reason: the reason is kept in the audit log under the customer's own key.

import type { FastifyInstance } from 'fastify';
import { Fault } from '../errors.ts';
import type { Asked } from '../http/audited.ts';
import { errorResponses } from '../http/openapi.ts';
import type { Json } from '../model/event.ts';
import { classOfField, classOfIdentifier, type DataClass, dataClasses } from './classes.ts';
import type { Tokens } from './stand-ins.ts';

export type UnmaskParts = {
  parsePersonId(text: string): number | undefined;
  /** What a person's profile holds. @throws {Fault} `not_found` */
  profile(id: number): Promise<{
    id: string;
    traits: { [trait: string]: { value: Json } };
    identifiers: { kind: string; value: string }[];
  }>;
  tokens(): Tokens;
};

const security = [{ accessToken: [] }];
const text = (maxLength: number, description: string, example: string) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  description,
  examples: [example],
});
const purpose = {
  type: 'string',
  pattern: '^[a-z][a-z0-9._-]{0,63}$',
  description: 'What the export is for.',
  examples: ['partner'],
};
const dataClass = { type: 'string', enum: dataClasses };
const tokenBatch = 1_000;

const unmaskSchema = {
  tags: ['profiles'],
  security,
  summary: 'One value of one person in the clear, with a reason',
  description: 'The reason is kept in the audit log, sealed with the key of the person. Other answers stay masked.',
  params: { type: 'object', required: ['id'], properties: { id: text(40, 'A profile id.', 'p42') } },
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['field', 'reason'],
    properties: {
      field: text(200, 'A trait, or a kind of identifier.', 'phone'),
      reason: text(300, 'Why it is needed.', 'calls back as agreed'),
    },
    examples: [{ field: 'phone', reason: 'calls back as agreed' }],
  },
  response: {
    200: {
      type: 'object',
      additionalProperties: true,
      required: ['values'],
      properties: { id: { type: 'string' }, field: { type: 'string' }, dataClass, values: { type: 'array', items: {} } },
      examples: [{ id: 'p42', field: 'phone', dataClass: 'phone', values: ['+8613907312846'] }],
    },
    ...errorResponses(400, 401, 403, 404, 503),
  },
};
const tokensSchema = {
  tags: ['profiles'],
  security,
  summary: 'Tokens in place of values, of the same shape, for an export',
  description: 'Digits are replaced by FF1 (NIST SP 800-38G), everything else stays; each purpose has tokens of its own.',
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['purpose', 'dataClass', 'values'],
    properties: {
      purpose,
      dataClass,
      values: { type: 'array', minItems: 1, maxItems: tokenBatch, items: { type: 'string', maxLength: 128 } },
    },
    examples: [{ purpose: 'partner', dataClass: 'phone', values: ['+8613907312846'] }],
  },
  response: {
    200: {
      type: 'object',
      required: ['tokens'],
      properties: { tokens: { type: 'array', items: { type: 'string' } } },
      examples: [{ tokens: ['+8615520837146'] }],
    },
    ...errorResponses(400, 401, 403, 503),
  },
};
const revealSchema = {
  tags: ['profiles'],
  security,
  summary: 'The value that a token of an export stands for',
  body: {
    type: 'object',
    additionalProperties: false,
    required: ['purpose', 'dataClass', 'token'],
    properties: { purpose, dataClass, token: text(128, 'As it was exported.', '+8615520837146') },
    examples: [{ purpose: 'partner', dataClass: 'phone', token: '+8615520837146' }],
  },
  response: {
    200: {
      type: 'object',
      required: ['value'],
      properties: { value: { type: 'string' } },
      examples: [{ value: '+8613907312846' }],
    },
    ...errorResponses(400, 401, 403, 503),
  },
};

/** `POST /api/profiles/:id/unmask`, `/api/tokens`. */
export function mountUnmask(scope: FastifyInstance, { parsePersonId, profile, tokens }: UnmaskParts): void {
  const byId = ({ params }: Asked) => [parsePersonId(String(params.id))];
  const asked = ({ body }: Asked) => [String(body.field), `reason: ${String(body.reason)}`];
  scope.post<{ Params: { id: string }; Body: { field: string; reason: string } }>(
    '/api/profiles/:id/unmask',
    {
      schema: unmaskSchema,
      config: {
        audit: { action: 'profile.unmask', change: true, subjects: byId, fields: asked },
        shownClear: 'one value in the clear is what was asked for',
      },
    },
    async (request) => {
      const id = parsePersonId(request.params.id);
      if (id === undefined) throw new Fault('not_found', 'a profile id is p and a number, such as p42');
      const { field } = request.body;
      const found = await profile(id);
      if (Object.hasOwn(found.traits, field)) {
        return { id: found.id, field, dataClass: classOfField(field), values: [found.traits[field]!.value] };
      }
      const values = found.identifiers.filter(({ kind }) => kind === field).map(({ value }) => value);
      if (values.length === 0) throw new Fault('not_found', 'field');
      return { id: found.id, field, dataClass: classOfIdentifier(field), values };
    },
  );
  type Named = { purpose: string; dataClass: DataClass };
  scope.post<{ Body: Named & { values: string[] } }>(
    '/api/tokens',
    {
      schema: tokensSchema,
      config: {
        audit: { action: 'token.make', change: true, fields: ({ body }) => [String(body.dataClass)] },
        shownClear: 'tokens stand in place of values',
      },
    },
    async ({ body }) => ({ tokens: body.values.map((value) => tokens().tokenOf(body.purpose, body.dataClass, value)) }),
  );
  scope.post<{ Body: Named & { token: string } }>(
    '/api/tokens/reveal',
    {
      schema: revealSchema,
      config: {
        audit: { action: 'token.reveal', change: true, fields: ({ body }) => [String(body.dataClass)] },
        shownClear: 'the value is what was asked for',
      },
    },
    async ({ body }) => ({ value: tokens().valueOf(body.purpose, body.dataClass, body.token) }),
  );
}
