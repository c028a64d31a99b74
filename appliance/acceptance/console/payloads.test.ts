// Every screen of the console over a node in which every name, note and value is a payload, in both languages: none of it is more than text, all of it can be
// read where it belongs, and at 1280 and 1024 wide and at 200% zoom nothing is cut off. A new screen is taken in by itself, out of the console's own list.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { openBrowser } from '../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openPayloadNode, type PayloadNode } from './testing-payload-node.ts';
import { type Place, shownOn, userAgent, written } from './testing-payloads.ts';
import { cutOff, type Language, pictures, type Seat, type SeatOptions, takeSeat } from './testing-seat.ts';
import { consoleRoutes, type Walk, walkOf } from './testing-walk.ts';

let full: PayloadNode;
before(async () => {
  full = await openPayloadNode();
});
after(() => full?.together.close());

const sizes = [
  { width: 1280, height: 720 },
  { width: 1024, height: 720 },
  // 1280 by 720 at 200% (WCAG 2.2, 1.4.4).
  { width: 640, height: 360 },
] as const;

const languages = ['en', 'zh'] as const;

const look = readFileSync(join(import.meta.dirname, 'payloads.page.js'), 'utf8');
type Seen = { amiss: string[]; said: string };
const seen = async ({ page }: Seat) => (await page.evaluate(look)) as Seen;
/** Opens what is folded, one after the other, since each is counted from those that were open before. Whether anything was. */
const unfold = `(async () => {
  const closed = '[aria-expanded=false]';
  const folded = [...document.querySelectorAll('main .ant-collapse-header' + closed + ', main .ant-collapse-header ' + closed)];
  for (const one of folded) {
    one.click();
    await new Promise((drawn) => setTimeout(drawn));
  }
  return folded.length > 0;
})()`;
/** Of each row of tabs its keys, in their order. */
const tabKeys = `[...document.querySelectorAll('main [role=tablist]')].map((bar) =>
  JSON.stringify([...bar.querySelectorAll('[data-node-key]')].map((one) => one.dataset.nodeKey)))`;

/** Where each route is gone to on this node. */
function addressOf(route: string): string {
  const address = full.addresses[route] ?? (route.includes(':') ? undefined : route);
  assert.ok(address, `${route}: a screen that this walk has no address for`);
  return address;
}

/** The pointer over the middle of what is drawn, so that what comes up by it is looked at as well. */
async function hoverCharts({ page }: Seat): Promise<void> {
  for (const chart of await page.locator('main [role=img] svg').all()) {
    const box = await chart.boundingBox();
    if (box && box.y > 60 && box.y + box.height / 2 < 700) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  }
}

/** What comes up by the pointer is gone: of something that a narrower window moves out of sight it would stand beside the window until it is. */
async function nothingPointedAt({ page }: Seat): Promise<void> {
  await page.mouse.move(0, 0);
  await page.locator('.ant-tooltip:visible').first().waitFor({ state: 'hidden' });
}

/** At 200%, as somebody sees it who needs it. */
async function picture({ page }: Seat, where: string, language: Language): Promise<void> {
  const name = where.replace(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home';
  await page.screenshot({ path: join(pictures, `zoomed-${name}-${language}.png`) });
}

/** Whoever looks after the node sees no customer as they are: the next goes where the one before is refused, or is shown less. */
const staff: readonly SeatOptions[] = [
  { roles: ['administrator', 'compliance', 'auditor'], userAgent },
  { roles: ['supervisor', 'agent'] },
  { roles: ['marketer', 'data-scientist'] },
];

/** Somebody on the way over the screens, and what they came across. */
type Walker = {
  readonly seat: Seat;
  readonly walk: Walk;
  readonly amiss: string[];
  /** Sets of tabs that were gone through: the same ones stand on more than one screen. */
  readonly tabs: Set<string>;
  onScreen(route: string, said: string): void;
  /** What the browser complained of since this was asked last, and what was asked of others: to be named with the screen that did it. */
  heard(): string[];
};

/** What is new in lists that grow. */
function newIn(...lists: readonly (readonly string[])[]): () => string[] {
  const told = lists.map(() => 0);
  return () =>
    lists.flatMap((list, at) => {
      const more = list.slice(told[at]);
      told[at] = list.length;
      return more;
    });
}

/** What stands there now, as a whole and at each size. */
async function lookAt({ seat, walk, amiss, onScreen, heard }: Walker, route: string, where = route): Promise<void> {
  const { page, language } = seat;
  if (await page.evaluate(unfold)) await walk.settled();
  await hoverCharts(seat);
  const found = await seen(seat);
  onScreen(route, found.said);
  amiss.push(...[...found.amiss, ...heard()].map((what) => `${where}, ${language}: ${what}`));
  for (const size of sizes) {
    if (size !== sizes[0]) {
      await nothingPointedAt(seat);
      await page.setViewportSize(size);
      await walk.settled();
    }
    if (size.width === 640 && where === route) await picture(seat, route, language);
    amiss.push(...(await cutOff(page)).map((what) => `${where} at ${size.width}, ${language}: ${what}`));
  }
  await page.setViewportSize(sizes[0]);
}

/** Each tab that is no screen of its own. */
async function lookBehindTabs(walker: Walker, route: string): Promise<void> {
  const { page } = walker.seat;
  const keys = (await page.evaluate(tabKeys)) as string[];
  for (const bar of keys) {
    if (walker.tabs.has(bar)) continue;
    walker.tabs.add(bar);
    for (const key of JSON.parse(bar) as string[]) {
      const tab = page.locator(`main [data-node-key=${JSON.stringify(key)}] [role=tab][aria-selected=false]`);
      if (key.startsWith('/') || (await tab.count()) === 0) continue;
      await tab.first().click();
      await walker.walk.settled();
      await lookAt(walker, route, `${route} ${key}`);
    }
  }
}

/** @returns the routes that are not for this seat's roles */
async function everyScreen(walker: Walker, routes: readonly string[]): Promise<string[]> {
  const { seat, walk, amiss } = walker;
  const refused: string[] = [];
  for (const route of routes) {
    try {
      await walk.to(addressOf(route));
    } catch (error) {
      amiss.push(`${route}, ${seat.language}: ${(error as Error).message}`);
      continue;
    }
    if ((await seat.page.locator('main [role=alert] .anticon-lock').count()) > 0) {
      refused.push(route);
      continue;
    }
    await lookAt(walker, route);
    await lookBehindTabs(walker, route);
  }
  return refused;
}

browserTest('on every screen payloads are text, and nothing is cut off at three sizes, in both languages', async (t) => {
  const routes = consoleRoutes();
  assert.ok(routes.length > 90, `${routes.length} routes`);
  const unseen = new Map(Object.entries(shownOn) as [Place, string][]);
  const onScreen = (route: string, said: string) => {
    for (const [place, where] of unseen) if (where === route && said.includes(written[place])) unseen.delete(place);
  };
  const amiss: string[] = [];
  /** One of each language, at the same time. */
  const together = async (wanted: readonly string[], options: SeatOptions): Promise<string[]> => {
    const refused = await Promise.all(
      languages.map(async (language) => {
        const seat = await takeSeat(t, full.member.node, full.url, { ...options, language });
        const dialogs: string[] = [];
        seat.page.on('dialog', (dialog) => {
          dialogs.push(`a dialog: ${dialog.message()}`);
          void dialog.dismiss();
        });
        const heard = newIn(seat.faults, seat.outside, dialogs);
        const walker = { seat, walk: walkOf(seat.page), amiss, tabs: new Set<string>(), onScreen, heard };
        const no = await everyScreen(walker, wanted);
        amiss.push(...heard());
        await seat.context.close();
        return no;
      }),
    );
    return [...new Set(refused.flat())];
  };
  let left: readonly string[] = routes;
  for (const options of staff) {
    const refused = await together([...new Set([...left, ...unseen.values()])], options);
    left = left.filter((route) => refused.includes(route));
  }
  assert.deepEqual({ amiss, left, unseen: [...unseen] }, { amiss: [], left: [], unseen: [] });
});

/** Where a document stands that was kept as a file. */
const document = 'http://kept.test/';

/** What is written for people to keep or to print, and what must be read in it. */
const documents = [
  ['/api/register?format=html&language=en', 'retentionName'],
  ['/api/assessments/1?format=html&language=en', 'assessmentTitle'],
  ['/api/models/churn/versions/1/card', undefined],
] as const;

browserTest(
  'documents of people’s words run nothing and hold them as text, also where no policy of the node keeps them',
  async (t) => {
    const { node } = full.member;
    const browser = await openBrowser();
    t.after(() => browser.close());
    const page = await browser.newPage();
    const outside: string[] = [];
    let kept = '';
    // As a file that was kept: without what the answer's header forbids, and without the page's own policy.
    await page.route('**/*', (route) => {
      if (route.request().url() === document) return route.fulfill({ contentType: 'text/html; charset=utf-8', body: kept });
      outside.push(route.request().url());
      return route.abort();
    });
    const link = await node.ask<{ url: string }>('POST', `/api/consent/${full.customer}/link`, {});
    const preferences = `/preferences/${link.body.url.split('/preferences/')[1]}`;
    for (const [path, place] of [
      ...documents,
      [preferences, 'purposeName'],
      [`/api/subjects/${full.customer}/export?format=html`, 'customerName'],
    ] as const) {
      const headers = { authorization: `Bearer ${node.accessToken}` };
      const { payload, statusCode, headers: said } = await node.app.http.inject({ method: 'GET', url: path, headers });
      assert.equal(statusCode, 200, `${path}: ${payload.slice(0, 200)}`);
      assert.match(String(said['content-type']), /^text\/html/, path);
      assert.match(String(said['content-security-policy']), /default-src 'none'/, path);
      kept = payload.replaceAll(/<meta http-equiv[^>]*>/g, '');
      await page.goto(document);
      const found = (await page.evaluate(look)) as Seen;
      assert.deepEqual(found.amiss, [], path);
      if (place !== undefined) assert.ok(found.said.includes(written[place]), `${path} does not show ${written[place]}`);
    }
    assert.deepEqual(outside, []);
  },
);
