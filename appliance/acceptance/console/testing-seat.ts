// Somebody before the console: a browser of their own, signed in as a person would be, and what they see kept as pictures. Whatever asks another
// host, breaks the page's policy or fails in a script is remembered and must be nothing at the end.

import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Role } from '../../core/model/principal.ts';
import { systemPorts } from '../../core/ports.ts';
import { openBrowser } from '../../record/events/clients/browser-clients.ts';
import type { TestNode } from '../../testing.ts';

/** Pictures of every screen, as a build's output. */
export const pictures = join(import.meta.dirname, '..', '..', '..', 'build', 'console');
export const password = 'seven brown owls at dusk';
export type Language = 'en' | 'zh';

/** Roles whose people set up a second factor before anything else. */
const guarded: ReadonlySet<Role> = new Set(['administrator', 'compliance']);

export type Seat = {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Asked of other hosts, and what scripts and the page's policy complained of: nothing, at the end. */
  readonly outside: readonly string[];
  readonly faults: readonly string[];
  readonly language: Language;
  /** Opens a place of the console and waits for the heading of its page. */
  open(path: string): Promise<void>;
  /** A second factor's next code: each counts once. */
  code(): string;
};

export type SeatOptions = {
  roles: readonly Role[];
  language?: Language;
  width?: number;
  height?: number;
  /** What the browser says that it is. */
  userAgent?: string;
};

/** What a page waits for on a machine that does much else. */
export const patienceMs = 180_000;
/** One for all seats of a test file, each with a profile of its own in it. */
let browser: Promise<Browser> | undefined;
after(async () => (await browser)?.close());

/** A browser of somebody who was just invited, signed in by the link as a person would, with a second factor where the role wants one. */
export async function takeSeat(
  t: Pick<TestContext, 'after'>,
  node: Pick<TestNode, 'ask'>,
  url: string,
  options: SeatOptions,
): Promise<Seat> {
  const { roles, language = 'en', width = 1280, height = 720, userAgent } = options;
  browser ??= openBrowser();
  const context = await (await browser).newContext({
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    viewport: { width, height },
    reducedMotion: 'reduce',
    ...(userAgent !== undefined && { userAgent }),
  });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const outside: string[] = [];
  const faults: string[] = [];
  page.on('request', (request) => {
    const { url: asked } = { url: request.url() };
    if (!asked.startsWith(url) && !asked.startsWith('blob:')) outside.push(asked);
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text());
  });
  const login = `p${Math.floor(performance.now() * 1000)}.${language}`;
  const invited = await node.ask<{ link: { token: string } }>('POST', '/api/people', { login, name: '李华', roles });
  assert.equal(invited.status, 201);
  await page.goto(`${url}/console/`);
  await page.locator('.ant-segmented-item').nth(1).click();
  await page.locator('#link').fill(invited.body.link.token);
  await page.locator('#password').fill(password);
  await page.keyboard.press('Enter');
  let totp: TOTP | undefined;
  let stepAt = 0;
  const code = () => {
    if (!totp) throw new TypeError('this seat has no second factor');
    // A code counts once, and the one after it is taken already.
    const step = Math.max(Math.floor(systemPorts.clock.nowMs() / 30_000), stepAt + 1);
    stepAt = step;
    return totp.generate({ timestamp: step * 30_000 });
  };
  if (roles.some((role) => guarded.has(role))) {
    await page.waitForSelector('#code');
    totp = new TOTP({ secret: Secret.fromBase32(((await page.locator('code').first().textContent()) ?? '').trim()) });
    await page.locator('#code').fill(code());
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: language === 'zh' ? '已妥善保存' : 'I have kept them' }).click();
  }
  await page.waitForSelector('nav');
  return {
    page,
    context,
    outside,
    faults,
    language,
    code,
    async open(path) {
      await page.goto(`${url}/console${path}`);
      await page.locator('h1').first().waitFor();
    },
  };
}

/** Waits until it holds. A screen may say what was done before the node has done it, and asks again by itself while the node is still at it. */
export async function eventually(holds: () => Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  assert.fail(what);
}

/** Nothing was asked of others and nothing failed. */
export function assertQuiet({ outside, faults }: Seat): void {
  assert.deepEqual(outside, []);
  assert.deepEqual(faults, []);
}

const cutOffScript = readFileSync(join(import.meta.dirname, 'cut-off.page.js'), 'utf8');
const atRestScript = readFileSync(join(import.meta.dirname, 'at-rest.page.js'), 'utf8').replace(/;\s*$/, '');
const unstyledScript = readFileSync(join(import.meta.dirname, 'unstyled.page.js'), 'utf8');
const axe = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
type Violation = { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] };
type Scheme = 'light' | 'dark';

/**
 * A picture of the screen as it stands, in light and dark, and on it nothing that keeps anybody out (axe-core, serious and worse), no text cut off,
 * no component without its styles, and nothing wider than the window. In dark only colours are other ones, so only those are looked at again.
 */
export async function shot(page: Page, name: string): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await page.evaluate(`globalThis.axe || (() => { ${axe} })()`);
  for (const scheme of ['light', 'dark'] as const) {
    await settle(page, scheme);
    await page.screenshot({ path: join(pictures, `${name}-${scheme}.png`), fullPage: true });
    assert.deepEqual(await violations(page, scheme), [], `${name}, ${scheme}`);
  }
  assert.deepEqual(await page.evaluate(unstyledScript), [], `${name}: components without styles, see antd-styles.ts`);
  assert.deepEqual(await cutOff(page), [], `${name}: cut off or wider than the window`);
}

/** Until the page wears the scheme and nothing on it moves any more. */
async function settle(page: Page, colorScheme: Scheme): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.evaluate(`(${atRestScript})('${colorScheme}')`);
}

async function violations(page: Page, scheme: Scheme): Promise<string[]> {
  const options = scheme === 'light' ? {} : { runOnly: ['color-contrast', 'link-in-text-block'] };
  const found = (await page.evaluate(`axe.run(${JSON.stringify(options)}).then(({ violations }) => violations)`)) as Violation[];
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`);
}

/** Texts that do not fit where they stand, save those that say so by an ellipsis of their own; and whether the page is wider than its window. */
export async function cutOff(page: Page): Promise<string[]> {
  return (await page.evaluate(cutOffScript)) as string[];
}
