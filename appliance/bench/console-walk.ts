// Somebody with every role who goes through the console in a real Chromium: how long the first screen takes, and each screen after it, from the click
// in the menu until its data stands there.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { takeSeat } from '../acceptance/console/testing-seat.ts';
import { roles } from '../core/model/principal.ts';
import { asker } from './console-world.ts';
import type { BenchNode } from './node.ts';

const watch = readFileSync(join(import.meta.dirname, 'console-watch.page.js'), 'utf8');
/** A screen shows its data when it has for so long. */
const steadyMs = 350;
/** Work that walks everybody may take this long before it counts as never. */
const patienceMs = 60_000;

export type Call = { name: string; fromMs: number; tookMs: number; status: number };
/** `thereMs`: until its own heading stands. `shownMs`: until its data does. `completeMs`: until the last question of the screen was answered. */
export type Seen = { thereMs: number; shownMs: number; completeMs: number; calls: Call[]; wrong: string };
type Told = Omit<Seen, 'completeMs'> & { completeMs: number | null };

export class Walk {
  readonly #url: string;
  readonly #seat: Awaited<ReturnType<typeof takeSeat>>;
  #page: Page;
  readonly #close: () => Promise<void>;

  private constructor(url: string, seat: Awaited<ReturnType<typeof takeSeat>>, page: Page, close: () => Promise<void>) {
    this.#url = url;
    this.#seat = seat;
    this.#page = page;
    this.#close = close;
  }

  static async begin(node: BenchNode): Promise<Walk> {
    const atEnd: (() => unknown)[] = [];
    const after = (work?: unknown) => {
      if (typeof work === 'function') atEnd.push(work as () => unknown);
    };
    const seat = await takeSeat({ after }, { ask: asker(node) }, node.url, { roles: [...roles] });
    return new Walk(node.url, seat, seat.page, async () => {
      for (const end of atEnd) await end();
    });
  }

  /** One for all walks; whoever is done with the last one closes it. */
  get browser(): Browser | null {
    return this.#seat.context.browser();
  }
  close(): Promise<void> {
    return this.#close();
  }

  /** Home in a window of its own: with nothing of the page kept by the browser, and then again with what it keeps. */
  async first(): Promise<{ cold: Seen; warm: Seen }> {
    const browser = this.browser;
    if (!browser) throw new TypeError('the browser is gone');
    const context = await browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1280, height: 720 },
      storageState: await this.#seat.context.storageState(),
    });
    await context.addInitScript(watch);
    const page = await context.newPage();
    try {
      await page.goto(`${this.#url}/console/`, { waitUntil: 'commit' });
      const cold = await seenOn(page);
      await page.goto(`${this.#url}/console/`, { waitUntil: 'commit' });
      return { cold, warm: await seenOn(page) };
    } finally {
      await context.close();
    }
  }

  /** A fresh page with nothing asked yet, the whole menu open. @returns paths in the order of the menu */
  async open(): Promise<string[]> {
    await this.#page.close();
    this.#page = await this.#seat.context.newPage();
    this.#page.setDefaultTimeout(patienceMs);
    await this.#page.addInitScript(watch);
    await this.#page.goto(`${this.#url}/console/`);
    await seenOn(this.#page);
    const closed = this.#page.locator('nav .ant-menu-submenu:not(.ant-menu-submenu-open) > .ant-menu-submenu-title');
    while ((await closed.count()) > 0) await closed.first().click();
    const ids = await this.#page
      .locator('nav .ant-menu-item')
      .evaluateAll((items: { getAttribute(name: string): string | null }[]) =>
        items.map((item) => item.getAttribute('data-menu-id') ?? ''),
      );
    return ids.map((id) => id.slice(id.indexOf('-/') + 1));
  }

  /** By its entry in the menu. */
  async click(path: string): Promise<Seen> {
    const entryOf = () => this.#page.locator(`nav .ant-menu-item[data-menu-id$="-${path}"]`);
    // A screen that broke the page is told by itself, and the walk goes on.
    if ((await entryOf().count()) === 0) await this.open();
    await entryOf().click();
    return seenOn(this.#page);
  }

  /** By a link within the console. */
  async follow(path: string): Promise<Seen> {
    await this.#page.evaluate(`hfWatch.go(${JSON.stringify(`/console${path}`)})`);
    return seenOn(this.#page);
  }
}

async function seenOn(page: Page): Promise<Seen> {
  const begunMs = performance.now();
  for (;;) {
    const told = (await page.evaluate(`window.hfWatch?.told(${steadyMs})`)) as Told | undefined;
    if (told && told.completeMs !== null) return { ...told, completeMs: told.completeMs };
    if (performance.now() - begunMs > patienceMs) {
      if (told) return { ...told, completeMs: patienceMs };
      const waits = (await page.evaluate('window.hfWatch?.waitsFor()')) as string[];
      const wrong = `${page.url()} shows nothing: ${waits.join('; ')}`;
      return { thereMs: patienceMs, shownMs: patienceMs, completeMs: patienceMs, calls: [], wrong };
    }
    await page.waitForTimeout(60);
  }
}
