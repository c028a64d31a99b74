// The card in Chromium: nothing is wider than the screen, nothing is asked of anywhere, and the languages switch without script.

import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../../record/events/clients/browser-suite.ts';
import { cardOf } from './card.ts';
import { bareReport, crowdedReport, telcoReport, telcoTitles, withHoles } from './testing-report.ts';

const address = 'http://card.test/';

/** The page in a browser of its own, every request of which is answered here and counted. */
async function inBrowser(card: string, width: number, use: (page: Page, requests: string[]) => Promise<void>, browser: Browser) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: false });
  const page = await context.newPage();
  const requests: string[] = [];
  await context.route('**/*', (route) => {
    requests.push(route.request().url());
    return requests.length === 1 ? route.fulfill({ contentType: 'text/html; charset=utf-8', body: card }) : route.abort();
  });
  try {
    await page.goto(address);
    await use(page, requests);
  } finally {
    await context.close();
  }
}

// Run inside the page, of whose types only this is needed here. What scrolls inside itself may be wider, and what is meant for the ear alone has no place.
type Box = { left: number; right: number; width: number; height: number };
type PageElement = {
  readonly tagName: string;
  readonly className: string;
  readonly clientWidth: number;
  readonly scrollWidth: number;
  getBoundingClientRect(): Box;
  closest(selector: string): PageElement | null;
  matches(selector: string): boolean;
  querySelectorAll(selector: string): Iterable<PageElement>;
};
type Globals = {
  readonly document: { readonly documentElement: PageElement; readonly body: PageElement };
  getComputedStyle(element: PageElement): { readonly backgroundColor: string };
};

function tooWide(): string[] {
  const { document } = globalThis as unknown as Globals;
  const limit = document.documentElement.clientWidth;
  const out = [...document.body.querySelectorAll('*')].filter((element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    const scrolls = element.closest('.table') !== null && !element.matches('.table');
    return width > 0 && height > 0 && !scrolls && !element.closest('svg,.hidden') && (left < -0.5 || right > limit + 0.5);
  });
  const page = document.documentElement.scrollWidth > limit ? [`the page: ${document.documentElement.scrollWidth}`] : [];
  return [...page, ...out.map((element) => `${element.tagName}.${element.className}`)];
}

function ground(): string {
  const { document, getComputedStyle } = globalThis as unknown as Globals;
  return getComputedStyle(document.body).backgroundColor;
}

browserTest('a card fits a phone and a desk, in both languages, and asks for nothing', async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const reports = { usual: telcoReport(), bare: bareReport(), crowded: crowdedReport(), holes: withHoles(telcoReport(), null) };
  for (const [name, report] of Object.entries(reports))
    for (const width of [390, 1280])
      for (const language of name === 'usual' ? (['en', 'zh'] as const) : (['en'] as const))
        await inBrowser(
          cardOf(report, { language, titles: telcoTitles }),
          width,
          async (page, requests) => {
            assert.deepEqual(await page.evaluate(tooWide), [], `${name} at ${width} in ${language}`);
            assert.deepEqual(requests, [address]);
          },
          browser,
        );
});

browserTest('the language switches without script, by pointer and by key, and prints as it stands', async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const card = cardOf(telcoReport(), { language: 'zh', title: { en: 'Who leaves', zh: '谁会流失' }, titles: telcoTitles });
  await inBrowser(
    card,
    1280,
    async (page, requests) => {
      const heading = () => page.locator('h1 span:visible').textContent();
      assert.equal(await heading(), '谁会流失');
      await page.locator('label[for=in-en]').click();
      assert.equal(await heading(), 'Who leaves');
      await page.locator('#in-en').press('ArrowLeft');
      assert.equal(await heading(), '谁会流失');
      await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
      assert.equal(await page.locator('.languages').isVisible(), false);
      assert.equal(await page.locator('details table').first().isVisible(), true, 'what is behind a click is on paper');
      assert.equal(await page.evaluate(ground), 'rgb(255, 255, 255)');
      assert.deepEqual(requests, [address]);
    },
    browser,
  );
});
