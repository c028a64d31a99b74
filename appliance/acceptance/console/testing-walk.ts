// A walk over every screen of the console: the addresses out of the console's own list, and from one to the next within the page, as a click in the menu
// goes. A screen counts as there when its heading stands, nothing loads and nothing is asked any more.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Request } from 'playwright-core';

const renderer = join(import.meta.dirname, '..', '..', '..', 'admin-console', 'renderer');
const settled = readFileSync(join(import.meta.dirname, 'settled.page.js'), 'utf8');

/** Every route of the console, as its areas and the list of what stands in no menu say: `/customers/:id`. */
export function consoleRoutes(): string[] {
  const files = readdirSync(join(renderer, 'screens'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('area.tsx'))
    .map((path) => join(renderer, 'screens', path));
  const sources = [join(renderer, 'areas.tsx'), ...files].map((path) => readFileSync(path, 'utf8'));
  const routes = sources.flatMap((source) => [...source.matchAll(/\[\s*'(\/[^']*)'\s*,/g)].map(([, route]) => route!));
  const screens = sources.flatMap((source) => [...source.matchAll(/\bpath: '(\/[^']*)'/g)].map(([, path]) => path!));
  const strays = screens.filter((path) => !routes.includes(path));
  if (strays.length > 0) throw new Error(`screens whose routes are written in a way that this does not read: ${strays}`);
  return routes;
}

/** Frames after which whatever is still asked will not be answered. */
const mostTurns = 1_500;

/** Open for as long as the page is. */
const stream = (request: Request) => request.resourceType() === 'eventsource' || /\/live(\?|$)/.test(request.url());

export type Walk = {
  /** Goes there and waits until the screen is there. */
  to(path: string): Promise<void>;
  settled(): Promise<void>;
};

export function walkOf(page: Page): Walk {
  const asked = new Set<Request>();
  page.on('request', (request) => {
    if (!stream(request)) asked.add(request);
  });
  const over = (request: Request) => asked.delete(request);
  page.on('requestfinished', over).on('requestfailed', over);
  /** Two frames in a row without anything under way: an answer may be the reason for the next question. */
  const wait = async () => {
    for (let turn = 0, quiet = 0; quiet < 2; turn += 1) {
      if (turn > mostTurns)
        throw new Error(`${page.url()} is not there; still asked: ${[...asked].map((request) => request.url())}`);
      // By frames, since a page that lets no text be run as a script cannot be waited for by one.
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 10)))');
      quiet = (await page.evaluate(settled)) && asked.size === 0 ? quiet + 1 : 0;
    }
  };
  return {
    settled: wait,
    async to(path) {
      await page.evaluate(
        `history.pushState(null, '', ${JSON.stringify(`/console${path}`)}); dispatchEvent(new PopStateEvent('popstate'))`,
      );
      await wait();
    },
  };
}
