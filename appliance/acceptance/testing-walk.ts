// Walking every route of the OpenAPI document: what there is to ask, each asked as its own examples have it, and whether asking left
// anything behind. A new route is walked by itself.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditView } from '../core/audit/audit.ts';
import type { TestNode } from '../testing.ts';

type Schema = { examples?: unknown[]; enum?: unknown[]; type?: string; properties?: { [name: string]: unknown } };
type Operation = {
  'x-access'?: { action?: string; open?: string };
  parameters?: { in: string; name: string; required?: boolean; schema?: Schema }[];
  requestBody?: {
    content?: { [type: string]: { example?: unknown; examples?: { [name: string]: { value: unknown } }; schema?: Schema } };
  };
  responses?: { [status: string]: { content?: { [type: string]: unknown } } };
};
export type Route = { name: string; method: string; path: string; operation: Operation };
/** One with an action is guarded: the door asks who is there. */
export type GuardedRoute = Route & { action: string };
export type WalkAnswer = { status: number; code: string | undefined; headers: { [name: string]: unknown }; body: string };

export function allRoutes(node: TestNode): Route[] {
  const { paths } = node.app.http.swagger() as unknown as { paths: { [path: string]: { [method: string]: Operation } } };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, path, operation })),
  );
}

export function guardedRoutes(node: TestNode): GuardedRoute[] {
  return allRoutes(node).flatMap((route) => {
    const action = route.operation['x-access']?.action;
    return action === undefined ? [] : [{ ...route, action }];
  });
}

/** Names of what a body or a query may hold. */
export function fieldsOf({ operation }: Route): string[] {
  const bodies = Object.values(operation.requestBody?.content ?? {}).flatMap(({ schema }) =>
    Object.keys(schema?.properties ?? {}),
  );
  const query = (operation.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
  return [...new Set([...bodies, ...query])];
}

export const isStream = ({ operation }: Route): boolean =>
  Object.values(operation.responses ?? {}).some(({ content }) => content?.['text/event-stream'] !== undefined);

const exampleOf = (schema: Schema = {}): string =>
  String(schema.examples?.[0] ?? schema.enum?.[0] ?? (schema.type === 'string' ? 'p1' : 1));

const endlessMs = 60_000;

/** As its own examples have it, so that nothing but who asks can be what is refused. */
export async function askRoute(
  node: TestNode,
  { method, path, operation }: Route,
  headers: { [name: string]: string },
): Promise<WalkAnswer> {
  const parameters = operation.parameters ?? [];
  const query = parameters.filter((one) => one.in === 'query' && one.required === true);
  const url = path.replaceAll(/\{(\w+)\}/g, (_, name) =>
    encodeURIComponent(exampleOf(parameters.find((one) => one.name === name)?.schema)),
  );
  const search = query.map(({ name, schema }) => `${name}=${encodeURIComponent(exampleOf(schema))}`).join('&');
  const [type, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const body = content?.example ?? Object.values(content?.examples ?? {})[0]?.value ?? content?.schema?.examples?.[0];
  const answer = await node.app.http.inject({
    method: method.toUpperCase() as 'GET',
    url: search === '' ? url : `${url}?${search}`,
    headers: { ...headers, ...(body !== undefined && { 'content-type': type! }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
    // A stream that lets in whom it should not would never end.
    signal: AbortSignal.timeout(endlessMs),
  });
  const isJson = /^application\/(scim\+)?json/.test(String(answer.headers['content-type'])) && answer.body !== '';
  return {
    status: answer.statusCode,
    code: isJson ? (answer.json() as { error?: { code: string } }).error?.code : undefined,
    headers: answer.headers,
    body: answer.body,
  };
}

/** What a walk must leave as it is: every row of the database but the audit log's, and every file but the database's. */
export type Stand = { tables: { [table: string]: string }; entries: number };

/** The log and what is made of it. `entriesSince` has what came to it. */
const auditTables = [
  ...['audit_entries', 'audit_nodes', 'audit_heads', 'log_keys', 'audit_keys'],
  ...['access_marks', 'access_actors', 'access_findings', 'sequences'],
];

/** @param leaving tables that may change too */
export async function standOf(node: TestNode, leaving: readonly string[] = []): Promise<Stand> {
  const { store, audit, access, entrances, accessReview, governance, profiles } = node.app.node();
  // What is written behind the requests before.
  await Promise.all([
    access.sessions.settled(),
    entrances.apiKeys.close(),
    accessReview.caughtUp(),
    governance.write(),
    profiles.flush(),
  ]);
  const tables: Stand['tables'] = {};
  const names = await store.select("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  for (const { name } of names) {
    if (auditTables.includes(String(name)) || leaving.includes(String(name))) continue;
    const rows = await store.select(`SELECT * FROM ${name}`);
    const lines = rows.map((row) =>
      JSON.stringify(Object.entries(row), (_, value) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      ),
    );
    tables[String(name)] = digest(lines.sort().join('\n'));
  }
  for (const file of readdirSync(node.folder))
    if (!file.startsWith('holdfast.db') && file !== 'refused.json') tables[file] = digest(readFileSync(join(node.folder, file)));
  return { tables, entries: audit.size };
}

/** Names of tables and files that are not as they were. */
export async function changedSince(node: TestNode, { tables }: Stand, leaving: readonly string[] = []): Promise<string[]> {
  const now = (await standOf(node, leaving)).tables;
  return [...new Set([...Object.keys(tables), ...Object.keys(now)])].filter((name) => tables[name] !== now[name]);
}

/** Entries of the audit log that came since. */
export async function entriesSince(node: TestNode, { entries }: Stand): Promise<AuditView[]> {
  const found: AuditView[] = [];
  for (let from = entries; ; ) {
    const page = await node.app.node().audit.entriesFrom(from, 200);
    found.push(...page);
    if (page.length < 200) return found;
    from += page.length;
  }
}

const digest = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
