// SCIM 2.0 (RFC 7643, 7644) over the directory. The protocol's schemas, filters and PATCH come from SCIMMY; here is what it is bound to,
// and what Entra ID and Okta send besides the standard.

import SCIMMY from 'scimmy';
import { Fault } from '../errors.ts';
import type { Directory, Entry, GroupDocument, UserDocument } from './directory.ts';

export const scimBase = '/scim/v2';
export const scimLimits = {
  /** Resources in one answer, and when the client names no number. */
  page: 200,
  /** Operations in one PATCH. Entra sends up to a hundred members at a time. */
  operations: 200,
  /** Attributes that a search names. */
  attributes: 100,
} as const;

const { Resources, Schemas } = SCIMMY;

/** What SCIMMY hands through to our handlers: its own state is global, and a process may hold several nodes. */
type Context = { readonly directory: Directory; fault?: unknown };
type Asked = { readonly id?: string; readonly filter?: InstanceType<typeof SCIMMY.Types.Filter> };
/** SCIMMY's resources as far as they are used here; its own types know each attribute, which passes through as data. */
type Bound = {
  new (
    id?: string | object,
    query?: object,
  ): {
    read(context: Context): Promise<unknown>;
    write(body: ScimResource, context: Context): Promise<unknown>;
    patch(message: Message, context: Context): Promise<unknown>;
    dispose(context: Context): Promise<unknown>;
  };
  ingress(handle: (asked: Asked, data: ScimResource, context: Context) => Promise<ScimResource>): Bound;
  egress(handle: (asked: Asked, context: Context) => Promise<ScimResource | ScimResource[]>): Bound;
  degress(handle: (asked: Asked, context: Context) => Promise<void>): Bound;
};
const User = Resources.User as unknown as Bound;
const Group = Resources.Group as unknown as Bound;

export const scimSchemas = {
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  search: 'urn:ietf:params:scim:api:messages:2.0:SearchRequest',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  user: Schemas.User.id,
  group: Schemas.Group.id,
} as const;

export const scimKinds = ['Users', 'Groups'] as const;
export type ScimKind = (typeof scimKinds)[number];
export type ScimResource = { [attribute: string]: unknown };
export type ScimQuery = {
  filter?: string;
  attributes?: string;
  excludedAttributes?: string;
  sortBy?: string;
  sortOrder?: 'ascending' | 'descending';
  startIndex?: number;
  count?: number;
};

type Message = { schemas?: string[]; Operations?: Operation[] };
type Operation = { op?: unknown; path?: unknown; value?: unknown };

/** An attribute may be written with the name of its schema. */
const ownUrn = /urn:ietf:params:scim:schemas:core:2\.0:(?:User|Group):/gi;

declareOnce();

export class Scim {
  readonly #directory: Directory;
  /** A PATCH reads and then writes: two at once would lose one of them. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** @param kinds more than one for a search from the root (RFC 7644, section 3.4.2.1) */
  async list(
    kinds: readonly ScimKind[],
    { startIndex = 1, count = scimLimits.page, sortBy, sortOrder, filter, ...parts }: ScimQuery,
  ): Promise<ScimResource> {
    const asked = given({ filter: filter?.replaceAll(ownUrn, '') });
    const shown = await this.#find(kinds, { ...asked, ...partsOf(parts) });
    // Sorted before parts of them are picked, as the attribute to sort by need not be among the parts.
    const order = sortBy === undefined ? shown : await this.#sorted(await this.#find(kinds, asked), sortBy, sortOrder);
    // SCIMMY answers a page beyond the end with the first one, so the pages are cut here.
    const from = Math.max(1, startIndex);
    const page = order.slice(from - 1, from - 1 + Math.min(Math.max(0, count), scimLimits.page));
    const byId = new Map(shown.map((resource) => [resource.id, resource]));
    const Resources = page.flatMap(({ id }) => byId.get(id) ?? []).map(plain);
    return {
      schemas: [scimSchemas.list],
      totalResults: order.length,
      startIndex: from,
      itemsPerPage: Resources.length,
      Resources,
    };
  }

  async #find(kinds: readonly ScimKind[], query: object): Promise<ScimResource[]> {
    const whole = { ...query, startIndex: 1, count: Number.MAX_SAFE_INTEGER };
    const lists = kinds.map((kind) => this.#run(kind, undefined, whole, (resource, context) => resource.read(context)));
    return (await Promise.all(lists)).flatMap((list) => (list as { Resources: ScimResource[] }).Resources);
  }

  #sorted(found: ScimResource[], sortBy: string, sortOrder: ScimQuery['sortOrder']): Promise<ScimResource[]> {
    const constraints = { sortBy: sortBy.replaceAll(ownUrn, ''), ...given({ sortOrder }), count: found.length };
    const sort = async () => new SCIMMY.Messages.ListResponse(found as never[], constraints).Resources as ScimResource[];
    return refusing({ directory: this.#directory }, sort);
  }

  async get(kind: ScimKind, id: number, query: ScimQuery): Promise<ScimResource> {
    return plain(await this.#run(kind, id, partsOf(query), (resource, context) => resource.read(context)));
  }

  /** @param id absent to make one */
  async put(kind: ScimKind, id: number | undefined, body: ScimResource): Promise<ScimResource> {
    return this.#alone(async () => plain(await this.#run(kind, id, {}, (resource, context) => resource.write(body, context))));
  }

  async patch(kind: ScimKind, id: number, message: Message): Promise<ScimResource> {
    const changed = await this.#alone(async () => {
      const tidy = tidyPatch(message, await this.get(kind, id, {}));
      return this.#run(kind, id, {}, (resource, context) => resource.patch(tidy, context));
    });
    return changed === undefined ? this.get(kind, id, {}) : plain(changed);
  }

  async remove(kind: ScimKind, id: number): Promise<void> {
    await this.#alone(() => this.#run(kind, id, {}, (resource, context) => resource.dispose(context)));
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }

  #run<T>(
    kind: ScimKind,
    id: number | undefined,
    query: object,
    work: (resource: InstanceType<Bound>, context: Context) => Promise<T>,
  ): Promise<T> {
    const context: Context = { directory: this.#directory };
    const Resource = kind === 'Users' ? User : Group;
    return refusing(context, async () => work(id === undefined ? new Resource(query) : new Resource(String(id), query), context));
  }
}

/** Says of what went wrong in SCIMMY what it was. */
async function refusing<T>(context: Context, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // SCIMMY calls whatever a handler throws "not found"; a directory would then make everybody a second time.
    if (context.fault) throw context.fault;
    // SCIMMY falls over words such as `false` where it expects a filter or the name of an attribute; what the handlers throw is in the context.
    if (error instanceof TypeError) throw new Fault('bad_request', 'filter, attributes or body');
    throw error;
  }
}

/** What the service can do, and of what it consists. */
export async function scimAbout(what: 'ServiceProviderConfig' | 'ResourceTypes' | 'Schemas', id?: string): Promise<ScimResource> {
  const Resource = {
    ServiceProviderConfig: Resources.ServiceProviderConfig,
    ResourceTypes: Resources.ResourceType,
    Schemas: Resources.Schema,
  }[what] as unknown as new (
    id?: string,
  ) => { read(): Promise<unknown> };
  return plain(await new Resource(id).read());
}

function declareOnce(): void {
  SCIMMY.Config.set({
    patch: true,
    filter: scimLimits.page,
    sort: true,
    bulk: false,
    changePassword: false,
    etag: false,
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'An API key of the scope "directory".',
        specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
        primary: true,
      },
    ],
  });
  Resources.declare(Resources.User.extend(Schemas.EnterpriseUser, false));
  User.ingress(
    handler(async ({ id }, data, { directory }) => userOut(directory, await directory.saveUser(numberOf(id), userIn(data)))),
  )
    .egress(
      handler(async (asked, { directory }) =>
        found(
          asked,
          directory.users().map((entry) => userOut(directory, entry)),
        ),
      ),
    )
    .degress(handler(async ({ id }, { directory }) => directory.removeUser(numberOf(id)!)));
  Resources.declare(Resources.Group);
  Group.ingress(
    handler(async ({ id }, data, { directory }) => groupOut(directory, await directory.saveGroup(numberOf(id), groupIn(data)))),
  )
    .egress(
      handler(async (asked, { directory }) =>
        found(
          asked,
          directory.groups().map((entry) => groupOut(directory, entry)),
        ),
      ),
    )
    .degress(handler(async ({ id }, { directory }) => directory.removeGroup(numberOf(id)!)));
  for (const Resource of [
    Resources.User,
    Resources.Group,
    Resources.Schema,
    Resources.ResourceType,
    Resources.ServiceProviderConfig,
  ])
    Resource.basepath(scimBase);
}

/** Keeps what went wrong where SCIMMY cannot rename it. */
function handler<Arguments extends unknown[], T>(work: (...given: Arguments) => Promise<T>): (...given: Arguments) => Promise<T> {
  return async (...given) => {
    try {
      return await work(...given);
    } catch (error) {
      if (!(error instanceof SCIMMY.Types.Error)) (given.at(-1) as Context).fault = error;
      throw error;
    }
  };
}

function found(asked: Asked, entries: ScimResource[]): ScimResource | ScimResource[] {
  if (asked.id === undefined) return asked.filter ? matching(asked.filter, entries) : entries;
  const one = entries.find(({ id }) => id === asked.id);
  if (!one) throw new Fault('not_found', `directory ${asked.id}`);
  return one;
}

/** Attributes are compared without regard to case, but for these (RFC 7643, sections 2.2 and 3.1). */
const caseExact = new Set(['id', 'externalid', 'resourcetype']);

function matching(filter: NonNullable<Asked['filter']>, entries: readonly ScimResource[]): ScimResource[] {
  const lowered = new SCIMMY.Types.Filter(withoutCase([...filter]));
  return entries.filter((entry) => {
    try {
      return lowered.match([withoutCase(plain(entry))]).length > 0;
    } catch (error) {
      // SCIMMY looks into attributes that are not there.
      if (error instanceof TypeError) return false;
      throw error;
    }
  });
}

function withoutCase<T>(value: T, key = ''): T {
  if (typeof value === 'string') return (caseExact.has(key.toLowerCase()) ? value : value.toLowerCase()) as T;
  if (Array.isArray(value)) return value.map((one: unknown) => withoutCase(one, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, withoutCase(held, name)])) as T;
}

function numberOf(id: string | undefined): number | undefined {
  return id === undefined ? undefined : Number(id);
}

/** What is kept of what came. A password that came is not looked at. */
function userIn(data: ScimResource): UserDocument {
  const { userName, externalId, name, displayName, active, emails, preferredLanguage } = plain(data) as Partial<UserDocument>;
  if (typeof userName !== 'string' || userName.trim() === '' || userName.length > 320 || !userName.isWellFormed())
    throw new Fault('bad_request', 'userName');
  return {
    userName: userName.trim(),
    ...(externalId !== undefined && { externalId }),
    ...(name !== undefined && { name }),
    ...(displayName !== undefined && { displayName }),
    active: active ?? true,
    ...(emails !== undefined && {
      emails: emails.map(({ value, type, primary }) => ({
        value,
        ...(type !== undefined && { type }),
        ...(primary !== undefined && { primary }),
      })),
    }),
    ...(preferredLanguage !== undefined && { preferredLanguage }),
  };
}

function userOut(directory: Directory, entry: Entry<UserDocument>): ScimResource {
  const groups = directory
    .groupsOf(entry.id)
    .map(({ id, document }) => ({ value: String(id), display: document.displayName, type: 'direct' }));
  return { ...common(entry, 'User'), ...entry.document, ...(groups.length > 0 && { groups }) };
}

function groupIn(data: ScimResource): GroupDocument {
  const { displayName, externalId, members } = plain(data) as {
    displayName?: string;
    externalId?: string;
    members?: { value?: string }[];
  };
  if (typeof displayName !== 'string' || displayName.trim() === '') throw new Fault('bad_request', 'displayName');
  return {
    displayName: displayName.trim(),
    ...(externalId !== undefined && { externalId }),
    members: (members ?? []).map(({ value }) => Number(value)).filter(Number.isSafeInteger),
  };
}

function groupOut(directory: Directory, entry: Entry<GroupDocument>): ScimResource {
  const names = new Map(directory.users().map(({ id, document }) => [id, document.displayName ?? document.userName]));
  const { members, ...document } = entry.document;
  const listed = members.map((id) => ({
    value: String(id),
    display: names.get(id) ?? '',
    type: 'User',
    $ref: `${scimBase}/Users/${id}`,
  }));
  return { ...common(entry, 'Group'), ...document, ...(listed.length > 0 && { members: listed }) };
}

/** SCIMMY knows the type by itself, but filters see what stands here. */
function common({ id, createdAtMs, changedAtMs }: Entry<unknown>, resourceType: 'User' | 'Group'): ScimResource {
  return { id: String(id), meta: { resourceType, created: new Date(createdAtMs), lastModified: new Date(changedAtMs) } };
}

/**
 * What large directories send besides RFC 7644, section 3.5.2: Entra writes booleans as "True" and "False" and adds to an element that is not
 * there yet, Okta repeats the id in the value.
 */
export function tidyPatch(message: Message, current: ScimResource): Message {
  if (!Array.isArray(message?.Operations)) return message;
  if (message.Operations.length > scimLimits.operations) throw new Fault('too_large', 'scimLimits.operations');
  const made = new Set<string>();
  const tidy = (operation: Operation) => toNewElement(tidyOperation(operation), current, made);
  return { ...message, Operations: message.Operations.map(tidy) };
}

function tidyOperation(operation: Operation): Operation {
  if (typeof operation !== 'object' || operation === null) return operation;
  const { path, value } = operation;
  if (typeof path === 'string') {
    const whole = path.toLowerCase() === 'active' || /\.primary$/i.test(path);
    return whole ? { ...operation, value: booleanOf(value) } : operation;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return operation;
  const { id: _id, schemas: _schemas, ...rest } = value as ScimResource;
  const tidy = Object.entries(rest).map(([key, held]) => [key, key.toLowerCase() === 'active' ? booleanOf(held) : held]);
  return { ...operation, value: Object.fromEntries(tidy) };
}

const elementPath = /^([A-Za-z]+)\[\s*type\s+eq\s+"([^"\\]+)"\s*\]\.([A-Za-z]+)$/i;

/** `emails[type eq "home"].value` where there is no such address: one is added. @param made those that were added before in the same PATCH */
function toNewElement(operation: Operation, current: ScimResource, made: Set<string>): Operation {
  const { op, path, value } = operation ?? {};
  const [, attribute, type, part] = typeof path === 'string' ? (elementPath.exec(path) ?? []) : [];
  if (attribute === undefined || typeof op !== 'string' || op.toLowerCase() === 'remove') return operation;
  const [, held] = Object.entries(current).find(([name]) => name.toLowerCase() === attribute.toLowerCase()) ?? [];
  const is = Array.isArray(held) && held.some((one: { type?: unknown }) => one.type === type);
  const name = `${attribute.toLowerCase()} ${type}`;
  if (is || made.has(name)) return operation;
  made.add(name);
  return { op: 'add', path: attribute, value: [{ type, [part!]: value }] };
}

function booleanOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return { true: true, false: false }[value.toLowerCase()] ?? value;
}

/** SCIMMY refuses a part of `meta` without its type, so all of `meta` goes out. */
function partsOf({ attributes, excludedAttributes }: ScimQuery): object {
  return given({ attributes: attributes?.replace(/\bmeta\.\w+/gi, 'meta'), excludedAttributes });
}

function given(query: object): object {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

/** Without the proxies and getters that SCIMMY checks assignments by. */
function plain(value: unknown): ScimResource {
  return JSON.parse(JSON.stringify(value)) as ScimResource;
}
