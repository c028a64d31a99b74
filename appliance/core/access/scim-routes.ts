// SCIM over HTTP, for the organisation's directory: who works here, who no longer does, and in which groups they are.

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { catalogue, Fault } from '../errors.ts';
import { chooseLanguage, toFault } from '../http/answer.ts';
import { parseSafeJson } from '../http/json.ts';
import {
  type Scim,
  type ScimKind,
  type ScimQuery,
  type ScimResource,
  scimAbout,
  scimBase,
  scimKinds,
  scimLimits,
  scimSchemas,
} from './scim.ts';

export type ScimRoutesOptions = {
  /** Asked for at each request: there is none while the node is sealed. */
  scim(): Scim;
  /** How clients reach the node from outside; the address they used when absent. */
  publicUrl?: string;
};

const mediaType = 'application/scim+json';
const depthLimit = 16;
const bodyLimit = 1024 * 1024;

const loose = { type: 'object', additionalProperties: true };
const id = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [12] };
const params = { type: 'object', required: ['id'], properties: { id } };
const text = { type: 'string', minLength: 1, maxLength: 1000 };
/** Names of attributes, as RFC 7643, section 2.1, spells them, with schema and sub-attribute, divided by commas. */
const names = { ...text, pattern: '^ *[A-Za-z$][A-Za-z0-9_$:.-]*( *, *[A-Za-z$][A-Za-z0-9_$:.-]*)* *$' };
const name = { ...text, pattern: '^[A-Za-z$][A-Za-z0-9_$:.-]*$' };
const parts = { attributes: names, excludedAttributes: names };
const common = { tags: ['directory'], security: [{ accessToken: [] }] };
const failed = {
  ...loose,
  description: 'RFC 7644, section 3.12.',
  examples: [{ schemas: [scimSchemas.error], status: '404', detail: 'There is nothing here by that name.' }],
};
const failures = (...statuses: number[]) => Object.fromEntries(statuses.map((status) => [String(status), failed]));

const examples: { [kind in ScimKind]: ScimResource } = {
  Users: {
    schemas: [scimSchemas.user],
    userName: 'w.li@example.com',
    externalId: '00u1a2b3c4',
    name: { givenName: 'Wei', familyName: 'Li' },
    emails: [{ value: 'w.li@example.com', type: 'work', primary: true }],
    active: true,
  },
  Groups: { schemas: [scimSchemas.group], displayName: 'Marketing', members: [{ value: '12' }] },
};
const meta = { location: `https://cdp.example.com${scimBase}/Users/12`, resourceType: 'User' };
const resource = (kind: ScimKind) => ({ ...loose, examples: [{ id: '12', ...examples[kind], meta }] });
const listing = (kind: ScimKind) => ({
  ...loose,
  examples: [
    {
      schemas: [scimSchemas.list],
      totalResults: 1,
      startIndex: 1,
      itemsPerPage: 1,
      Resources: [{ id: '12', ...examples[kind], meta }],
    },
  ],
});
const asked = {
  filter: { ...text, description: 'RFC 7644, section 3.4.2.2, such as `userName eq "w.li@example.com"`.' },
  sortBy: text,
  sortOrder: { type: 'string', enum: ['ascending', 'descending'] },
  startIndex: { type: 'integer', minimum: -1_000_000, maximum: 1_000_000, description: '1 when absent.' },
  count: { type: 'integer', minimum: -1_000_000, maximum: 1_000_000, description: `${scimLimits.page} at most.` },
};
const query = { type: 'object', properties: { ...parts, ...asked } };

/** In JSON, null says the same as leaving it away (RFC 7643, section 2.5). */
const orNull = (properties: object) =>
  Object.fromEntries(Object.entries(properties).map(([key, schema]) => [key, { anyOf: [schema, { type: 'null' }] }]));
const someNames = { type: 'array', maxItems: scimLimits.attributes, items: name };
/** RFC 7644, section 3.4.3. */
const searchRequest = {
  type: 'object',
  required: ['schemas'],
  additionalProperties: false,
  properties: {
    schemas: { type: 'array', minItems: 1, maxItems: 1, items: { type: 'string', const: scimSchemas.search } },
    ...orNull({ ...asked, attributes: someNames, excludedAttributes: someNames }),
  },
  examples: [{ schemas: [scimSchemas.search], filter: 'userName eq "w.li@example.com"', startIndex: 1, count: 10 }],
};
type SearchRequest = { [member in Exclude<keyof ScimQuery, keyof typeof parts>]?: ScimQuery[member] | null } & {
  [member in keyof typeof parts]?: string[] | null;
};

/** `/scim/v2/…`. */
export function scimRoutes(options: ScimRoutesOptions): (scope: FastifyInstance) => Promise<void> {
  return async function mountScim(scope) {
    scope.addContentTypeParser(mediaType, { parseAs: 'buffer' }, (_request, body, done) => {
      try {
        done(null, parseSafeJson(body as Buffer, depthLimit));
      } catch (error) {
        done(error as Error, undefined);
      }
    });
    scope.setErrorHandler(answerFault);
    // Before anything may fail, so that a refusal at the door has the protocol's form too.
    scope.addHook('onRequest', async (_request, reply) => {
      reply.type(`${mediaType}; charset=utf-8`);
    });
    mountAbout(scope, options);
    mountResources(scope, options, 'Users', { one: 'person', many: 'people' });
    mountResources(scope, options, 'Groups', { one: 'group', many: 'groups' });
    // To policies and the log, searching among one kind is the same act as finding by address.
    mountSearch(scope, options, { path: '/Users', kinds: ['Users'], action: 'directory.user.list', many: 'people' });
    mountSearch(scope, options, { path: '/Groups', kinds: ['Groups'], action: 'directory.group.list', many: 'groups' });
    mountSearch(scope, options, { path: '', kinds: scimKinds, action: 'directory.search', many: 'people and groups' });
  };
}

function mountAbout(scope: FastifyInstance, options: ScimRoutesOptions): void {
  const about = [
    ['ServiceProviderConfig', 'What of SCIM is there'],
    ['ResourceTypes', 'What can be provisioned'],
    ['Schemas', 'Of what attributes it consists'],
  ] as const;
  for (const [what, summary] of about) {
    const schema = (named: boolean) => ({
      ...common,
      summary: named ? `${summary}, one by its name` : summary,
      response: { 200: { ...loose, examples: [{ schemas: [scimSchemas.list] }] }, ...failures(401, 403, 404, 503) },
    });
    const config = { access: { action: 'directory.about' }, audit: { exempt: 'it says what the protocol is, and of nobody' } };
    scope.get(`${scimBase}/${what}`, { schema: schema(false), config }, async (request) =>
      absolute(await scimAbout(what), request, options),
    );
    if (what === 'ServiceProviderConfig') continue;
    scope.get<{ Params: { name: string } }>(
      `${scimBase}/${what}/:name`,
      { schema: { ...schema(true), params: { type: 'object', required: ['name'], properties: { name: text } } }, config },
      async (request) => absolute(await scimAbout(what, request.params.name), request, options),
    );
  }
}

type Names = { one: string; many: string };
type Numbered = { Params: { id: number } };

function mountResources(scope: FastifyInstance, options: ScimRoutesOptions, kind: ScimKind, { one, many }: Names): void {
  const { scim } = options;
  const path = `${scimBase}/${kind}`;
  const action = kind === 'Users' ? 'directory.user' : 'directory.group';
  const logged = (verb: string, change: boolean) => ({
    audit: { action: `${action}.${verb}`, ...(change && { change: true as const }) },
  });
  const body = { ...loose, examples: [examples[kind]] };
  const changed = { 200: resource(kind), ...failures(400, 401, 403, 404, 409, 413, 422, 503) };

  scope.get<{ Querystring: ScimQuery }>(
    path,
    {
      schema: {
        ...common,
        summary: `Find provisioned ${many}`,
        querystring: query,
        response: { 200: listing(kind), ...failures(400, 401, 403, 503) },
      },
      config: logged('list', false),
    },
    async (request) => absolute(await scim().list([kind], request.query), request, options),
  );
  scope.get<Numbered & { Querystring: ScimQuery }>(
    `${path}/:id`,
    {
      schema: {
        ...common,
        summary: `One provisioned ${one}`,
        params,
        querystring: { type: 'object', properties: parts },
        response: { 200: resource(kind), ...failures(400, 401, 403, 404, 503) },
      },
      config: logged('read', false),
    },
    async (request) => absolute(await scim().get(kind, request.params.id, request.query), request, options),
  );
  scope.post<{ Body: ScimResource }>(
    path,
    {
      bodyLimit,
      schema: {
        ...common,
        summary: `Provision a ${one}`,
        body,
        response: { 201: resource(kind), ...failures(400, 401, 403, 409, 413, 422, 503) },
      },
      config: logged('add', true),
    },
    async (request, reply) => {
      const made = absolute(await scim().put(kind, undefined, request.body), request, options);
      reply.code(201).header('location', (made.meta as { location: string }).location);
      return made;
    },
  );
  scope.put<Numbered & { Body: ScimResource }>(
    `${path}/:id`,
    {
      bodyLimit,
      schema: { ...common, summary: `Replace a ${one}`, params, body, response: changed },
      config: logged('replace', true),
    },
    async (request) => absolute(await scim().put(kind, request.params.id, request.body), request, options),
  );
  scope.patch<Numbered & { Body: ScimResource }>(
    `${path}/:id`,
    {
      bodyLimit,
      schema: { ...common, summary: `Change a ${one}`, params, body: patchOf(kind), response: changed },
      config: logged('change', true),
    },
    async (request) => absolute(await scim().patch(kind, request.params.id, request.body), request, options),
  );
  scope.delete<Numbered>(
    `${path}/:id`,
    {
      schema: {
        ...common,
        summary: kind === 'Users' ? 'Remove a person, who signs in no more' : 'Remove a group, and the roles that came of it',
        params,
        response: { 204: { type: 'null', description: 'Gone.' }, ...failures(401, 403, 404, 503) },
      },
      config: logged('remove', true),
    },
    async (request, reply) => {
      await scim().remove(kind, request.params.id);
      return reply.code(204).send();
    },
  );
}

type Search = { path: string; kinds: readonly [ScimKind, ...ScimKind[]]; action: string; many: string };

/** Finding by a body: addresses end up in the logs of proxies, and filters hold names. */
function mountSearch(scope: FastifyInstance, options: ScimRoutesOptions, { path, kinds, action, many }: Search): void {
  scope.post<{ Body: SearchRequest }>(
    `${scimBase}${path}/.search`,
    {
      bodyLimit,
      schema: {
        ...common,
        summary: `Find provisioned ${many} by what the body says`,
        body: searchRequest,
        response: { 200: listing(kinds[0]), ...failures(400, 401, 403, 413, 503) },
      },
      config: { audit: { action } },
    },
    async (request) => absolute(await options.scim().list(kinds, queryOf(request.body)), request, options),
  );
}

function queryOf(search: SearchRequest): ScimQuery {
  const isThere = ([, value]: [string, unknown]) => value !== null && !(Array.isArray(value) && value.length === 0);
  const entries = Object.entries(search).filter(([key, value]) => key !== 'schemas' && isThere([key, value]));
  return Object.fromEntries(entries.map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : value]));
}

/** RFC 7644, section 3.5.2. */
function patchOf(kind: ScimKind) {
  const change = kind === 'Users' ? { path: 'active', value: false } : { path: 'displayName', value: 'Sales' };
  return { ...loose, examples: [{ schemas: [scimSchemas.patch], Operations: [{ op: 'replace', ...change }] }] };
}

/** Locations from outside, as clients are to follow them. */
function absolute(value: ScimResource, request: FastifyRequest, { publicUrl }: ScimRoutesOptions): ScimResource {
  const base = publicUrl?.replace(/\/+$/, '') ?? `${request.protocol}://${request.host}`;
  const walk = (held: ScimResource) => {
    const { location } = (held.meta ?? {}) as { location?: string };
    if (location?.startsWith('/')) held.meta = { ...(held.meta as object), location: base + location };
    for (const inner of (held.Resources ?? []) as ScimResource[]) walk(inner);
  };
  walk(value);
  return value;
}

/** Errors as RFC 7644, section 3.12, has them. */
function answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, scimType, detail, retryAfterS } = describe(error, request);
  request.auditedFault ??= error instanceof Fault ? error.code : String(status);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="holdfast"');
  if (retryAfterS !== undefined) reply.header('retry-after', String(retryAfterS));
  if (status >= 500 && status !== 503) request.log.error({ route: request.routeOptions.url, err: error }, 'request failed');
  return reply
    .code(status)
    .type(`${mediaType}; charset=utf-8`)
    .serializer(JSON.stringify)
    .send({ schemas: [scimSchemas.error], status: String(status), ...(scimType !== undefined && { scimType }), detail });
}

type Described = { status: number; scimType?: string; detail: string; retryAfterS?: number };

function describe(error: FastifyError, request: FastifyRequest): Described {
  const own = error as unknown as { status?: unknown; scimType?: unknown; message: string };
  // SCIMMY's own: a flaw of what the client sent, told to the client alone.
  if (!(error instanceof Fault) && typeof own.status === 'number' && own.status < 500)
    return {
      status: own.status,
      ...(typeof own.scimType === 'string' && own.scimType !== '' && { scimType: own.scimType }),
      detail: own.message,
    };
  // An id that is no number names nobody.
  const fault = error.validationContext === 'params' ? new Fault('not_found', 'id') : toFault(error);
  const language = chooseLanguage(request.headers['accept-language']);
  const { status, message } = catalogue[fault.code];
  const where = fault.where === undefined ? '' : ` (${fault.where})`;
  return {
    status,
    ...(status === 409 && { scimType: 'uniqueness' }),
    ...(status === 400 && { scimType: badRequestOf(fault.where) }),
    detail: `${message[language]}${where}`,
    ...((status === 503 || status === 429) && { retryAfterS: fault.retryAfterS ?? 10 }),
  };
}

/** RFC 7644, section 3.12, table 9. @param where as faults name it: `body/filter` */
function badRequestOf(where = ''): string {
  if (/^(querystring|body)\/filter$/.test(where)) return 'invalidFilter';
  return /^body\b/.test(where) ? 'invalidSyntax' : 'invalidValue';
}
