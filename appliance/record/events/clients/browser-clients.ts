// The client packages that run in a browser, loaded from their own bundles into a real Chromium. The page and the bundles come from
// another origin than the node, so that cross-origin rules and preflights are part of what is tested.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Deliver, type Expected, sampleContent, type Target } from './harness.ts';

export const chromiumPath = process.env.HOLDFAST_CHROMIUM ?? '/usr/bin/chromium';

/** What to say when there is no browser; undefined when there is one. */
export function browserProblem(): string | undefined {
  return existsSync(chromiumPath)
    ? undefined
    : `no Chromium at ${chromiumPath}: the browser clients are NOT tested here. Install it, or name it in HOLDFAST_CHROMIUM.`;
}

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

const bundles = {
  '/segment.js': '@segment/analytics-next/dist/umd/index.js',
  '/rudder.js': '@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js',
} as const;

/** A site with an empty page that loads one bundle; returns its address. */
async function openSite(script: keyof typeof bundles): Promise<{ url: string; close(): Promise<void> }> {
  const modules = new URL('../../../../node_modules/', import.meta.url);
  const code = readFileSync(new URL(bundles[script], modules));
  const server = createServer((request, response) => {
    if (request.url === script) {
      response.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8' });
      response.end(code);
      return;
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>店铺</title><script src="${script}"></script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/basket?utm_source=newsletter`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Runs `use` in a page of a browser of its own and answers what must arrive; `leave` waits for the last event, then closes. */
async function inPage(
  script: keyof typeof bundles,
  use: (page: Page) => Promise<Expected[]>,
  leave: (page: Page) => Promise<void>,
): Promise<Expected[]> {
  const site = await openSite(script);
  const browser = await openBrowser();
  try {
    const page = await browser.newPage();
    await page.goto(site.url);
    const expected = await use(page);
    await leave(page);
    return expected;
  } finally {
    await browser.close();
    await site.close();
  }
}

/** How long a delivery may take until the page is closed, and how the harness knows that it is complete. */
export type BrowserWait = (expected: number) => Promise<void>;

// Only data can go into a page.
const plain = ({ url, writeKey }: Target): Target => ({ url, writeKey });

type Script = { target: Target; rounds: number; content: typeof sampleContent };

/** `@segment/analytics-next`; settings come from the node, so only `cdnURL` names it. */
export const deliverBySegmentBrowser =
  (arrived: BrowserWait): Deliver =>
  async (target, rounds) => {
    let count = 0;
    return inPage(
      '/segment.js',
      async (page) => {
        const expected = await page.evaluate(runSegment, { target: plain(target), rounds, content: sampleContent });
        count = expected.length;
        return expected;
      },
      () => arrived(count),
    );
  };

type SegmentClient = {
  ready(): Promise<unknown>;
  identify(userId: string, traits: object): Promise<unknown>;
  track(event: string, properties: object): Promise<unknown>;
  page(category: string, name: string, properties: object): Promise<unknown>;
  screen(category: string, name: string, properties: object): Promise<unknown>;
  group(groupId: string, traits: object): Promise<unknown>;
  alias(to: string, from: string): Promise<unknown>;
};

// Runs inside the page: it can use nothing of this file.
async function runSegment({ target, rounds, content }: Script): Promise<Expected[]> {
  const { AnalyticsNext } = globalThis as unknown as {
    AnalyticsNext: { AnalyticsBrowser: { load(settings: object): SegmentClient } };
  };
  const client = AnalyticsNext.AnalyticsBrowser.load({ writeKey: target.writeKey, cdnURL: target.url });
  // Calls made before the settings have come are kept, and all get the user of the last one: this waits for them instead.
  await client.ready();
  const expected: Expected[] = [];
  const marked = (marker: string) => ({ ...content, marker });
  for (let at = 0; at < rounds; at++) {
    const userId = `user-${at}`;
    client.identify(userId, marked(`identify-${at}`));
    expected.push({ kind: 'identify', marker: `identify-${at}`, userId, content: marked(`identify-${at}`) });
    client.track('Order Completed', marked(`track-${at}`));
    expected.push({ kind: 'track', marker: `track-${at}`, userId, name: 'Order Completed', content: marked(`track-${at}`) });
    client.page('Shop', 'Basket', marked(`page-${at}`));
    expected.push({
      kind: 'page',
      marker: `page-${at}`,
      userId,
      name: 'Basket',
      content: { ...marked(`page-${at}`), category: 'Shop', title: content.title, path: '/basket' },
    });
    client.screen('Shop', 'Home', marked(`screen-${at}`));
    expected.push({ kind: 'screen', marker: `screen-${at}`, userId, name: 'Home', content: marked(`screen-${at}`) });
    client.group(`group-${at}`, marked(`group-${at}`));
    expected.push({ kind: 'group', marker: `group-${at}`, userId, groupId: `group-${at}`, content: marked(`group-${at}`) });
    // The package writes the user of the page over the first argument, so the two are the same here.
    client.alias(userId, `alias-${at}`);
    expected.push({ kind: 'alias', marker: `alias-${at}`, previousId: `alias-${at}`, userId });
  }
  return expected;
}

/** How RudderStack's browser client sends: each call by itself, in batches, or by beacons. */
export type RudderMode = 'single' | 'batch' | 'beacon';

/** `@rudderstack/analytics-js`, the bundle that loads no further script. */
export const deliverByRudderBrowser =
  (arrived: BrowserWait, mode: RudderMode = 'single'): Deliver =>
  async (target, rounds) => {
    let count = 0;
    return inPage(
      '/rudder.js',
      async (page) => {
        const expected = await page.evaluate(runRudder, { target: plain(target), rounds, content: sampleContent, mode });
        count = expected.length;
        return expected;
      },
      () => arrived(count),
    );
  };

type RudderClient = {
  load(writeKey: string, dataPlaneUrl: string, options: object): void;
  ready(done: () => void): void;
  identify(userId: string, traits: object): void;
  track(event: string, properties: object): void;
  page(category: string, name: string, properties: object): void;
  group(groupId: string, traits: object): void;
  alias(to: string, from: string): void;
};

// Runs inside the page: it can use nothing of this file.
async function runRudder({ target, rounds, content, mode }: Script & { mode: RudderMode }): Promise<Expected[]> {
  const { rudderanalytics } = globalThis as unknown as { rudderanalytics: { RudderAnalytics: new () => RudderClient } };
  const client = new rudderanalytics.RudderAnalytics();
  client.load(target.writeKey, target.url, {
    configUrl: target.url,
    useBeacon: mode === 'beacon',
    beaconQueueOptions: { maxItems: 10, flushQueueInterval: 300 },
    queueOptions: mode === 'batch' ? { batch: { enabled: true, maxItems: 10, flushInterval: 300 } } : {},
    sendAdblockPage: false,
  });
  const expected: Expected[] = [];
  // The package leaves nulls out of what it sends.
  const { nothing: _left, ...sendable } = content;
  const marked = (marker: string) => ({ ...sendable, marker });
  for (let at = 0; at < rounds; at++) {
    const userId = `user-${at}`;
    client.identify(userId, marked(`identify-${at}`));
    expected.push({ kind: 'identify', marker: `identify-${at}`, userId, content: marked(`identify-${at}`) });
    client.track('Order Completed', marked(`track-${at}`));
    expected.push({ kind: 'track', marker: `track-${at}`, userId, name: 'Order Completed', content: marked(`track-${at}`) });
    client.page('Shop', 'Basket', marked(`page-${at}`));
    expected.push({ kind: 'page', marker: `page-${at}`, userId, name: 'Basket', content: marked(`page-${at}`) });
    client.group(`group-${at}`, marked(`group-${at}`));
    expected.push({ kind: 'group', marker: `group-${at}`, userId, groupId: `group-${at}`, content: marked(`group-${at}`) });
    client.alias(`${userId}-new`, `alias-${at}`);
    expected.push({ kind: 'alias', marker: `alias-${at}`, previousId: `alias-${at}`, userId: `${userId}-new` });
  }
  return expected;
}
