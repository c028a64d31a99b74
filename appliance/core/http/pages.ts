// Serves the console's built pages: files under names of their content, kept by browsers for good, and one page for every address within. Answered
// while the node is sealed too, since the page is where it is opened. Without a build there is a page that says how to make one.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Fault } from '../errors.ts';
import type { Random } from '../ports.ts';

export const pagesPath = '/console/';
const yearS = 365 * 86_400;
const always = { always: true, ungated: true } as const;

/** Nothing from elsewhere, no script of the page's own text, and only such styles as carry the number of this answer. */
const policyOf = (nonce: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    // A model card, which is a document of its own and runs nothing.
    "frame-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const missing = `<!doctype html><meta charset="utf-8"><title>Holdfast</title>
<p>The console is not built. Run: <code>npm run console:build</code></p>
<p lang="zh">控制台尚未构建，请运行：<code>npm run console:build</code></p>`;

/** @param folder what the build of the console gave  @param random for the number of each answer */
export function mountPages(http: FastifyInstance, { folder, random }: { folder: string; random: Random }): void {
  http.get('/', { schema: { hide: true }, config: always }, (_request, reply) => reply.redirect(pagesPath));
  http.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.schema = { ...route.schema, hide: true };
      route.config = { ...route.config, ...always };
    });
    const root = join(folder, 'assets');
    const assets = {
      root,
      prefix: `${pagesPath}assets/`,
      preCompressed: true,
      immutable: true,
      maxAge: yearS * 1000,
      index: false as const,
      // Beside those of every answer, which say no-store.
      setHeaders: (reply: { header(name: string, value: string): unknown }) => {
        reply.header('cache-control', `public, max-age=${yearS}, immutable`);
      },
    };
    if (existsSync(root)) await scope.register(fastifyStatic, assets);
    scope.get(pagesPath, (_request, reply) => page(reply));
    // A path within is the page's own; a file that is not there is no page.
    scope.get(`${pagesPath}*`, (request, reply) => {
      if (/\.[a-z0-9]+$/i.test(request.url.split('?')[0]!)) throw new Fault('not_found', 'url');
      return page(reply);
    });
  });

  const page = (reply: FastifyReply): FastifyReply => {
    const nonce = Buffer.from(random.bytes(16)).toString('base64');
    let text: string;
    try {
      text = readFileSync(join(folder, 'index.html'), 'utf8').replace('__NONCE__', nonce);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      text = missing;
    }
    return reply
      .headers({ 'content-security-policy': policyOf(nonce), 'cache-control': 'no-cache' })
      .type('text/html; charset=utf-8')
      .send(text);
  };
}
