// Schemas are compiled when they are first asked for, so a broken one would be seen by whoever asks first: here each of them is compiled.

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { test } from 'node:test';
import type { FastifyInstance, RouteOptions } from 'fastify';
import { compileSerializer } from '../core/http/serialize.ts';
import { createValidators } from '../core/http/validate.ts';
import { openTestNode } from '../testing.ts';

type Answer = { content?: { [type: string]: { schema: object } } };
const parts = ['body', 'querystring', 'params', 'headers'] as const;

async function routesOfNode(): Promise<RouteOptions[]> {
  const routes: RouteOptions[] = [];
  const watch = (message: unknown) => {
    (message as { fastify: FastifyInstance }).fastify.addHook('onRoute', (route) => void routes.push(route));
  };
  subscribe('fastify.initialization', watch);
  try {
    const node = await openTestNode();
    await node.close();
  } finally {
    unsubscribe('fastify.initialization', watch);
  }
  return routes;
}

/** What does not compile, by route and part. */
function flawsOf({ method, url, schema = {} }: RouteOptions, compile: ReturnType<typeof createValidators>): string[] {
  const flaws: string[] = [];
  const attempt = (part: string, run: () => unknown) => {
    try {
      run();
    } catch (error) {
      flaws.push(`${method} ${url} ${part}: ${(error as Error).message}`);
    }
  };
  for (const part of parts) if (schema[part]) attempt(part, () => compile({ schema: schema[part], httpPart: part }));
  for (const [status, answer] of Object.entries((schema.response ?? {}) as { [status: string]: Answer })) {
    const schemas = answer.content ? Object.values(answer.content).map((one) => one.schema) : [answer];
    for (const one of schemas) attempt(`answer ${status}`, () => compileSerializer(one));
  }
  return flaws;
}

test('every schema of every route compiles', async () => {
  const routes = await routesOfNode();
  assert.ok(routes.length > 250, `${routes.length} routes`);
  const compile = createValidators();
  assert.deepEqual(
    routes.flatMap((route) => flawsOf(route, compile)),
    [],
  );
  const broken = { type: 'nothing', properties: 7 };
  const flaws = flawsOf(
    { method: 'GET', url: '/x', schema: { body: broken, response: { 200: broken } }, handler: async () => '' },
    compile,
  );
  assert.equal(flaws.length, 2);
});
