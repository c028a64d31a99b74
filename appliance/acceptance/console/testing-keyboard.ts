// Somebody who has a keyboard and nothing else: signs in, goes from control to control, and at each step the focus must be seen. What would be a pointer's
// press on the page is remembered, and there must be none.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Locator, Page } from 'playwright-core';
import type { Role } from '../../core/model/principal.ts';
import { systemPorts } from '../../core/ports.ts';
import type { TestNode } from '../../testing.ts';
import { type Language, password, patienceMs } from './testing-seat.ts';

const focusScript = readFileSync(join(import.meta.dirname, 'focus.page.js'), 'utf8');
const settleTries = 1_200;
const settleMs = 50;
/** More controls than any page has: who came by so many goes round in a circle. */
const longestWay = 400;
const codeStepMs = 30_000;

export type Wanted = { role: Parameters<Page['getByRole']>[0]; name: string | RegExp; exact?: boolean };

export class KeyboardSeat {
  readonly page: Page;
  readonly #url: string;
  #totp: TOTP | undefined;
  #step = 0;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
  }

  press = (key: string): Promise<void> => this.page.keyboard.press(key);
  type = (text: string): Promise<void> => this.page.keyboard.type(text);

  /** The focus is on something that is marked, within the window and not covered. What closes or scrolls is given its time. */
  async assertFocusSeen(): Promise<void> {
    let wrong = '';
    for (let tries = 0; tries < settleTries; tries += 1) {
      wrong = (await this.page.evaluate(focusScript)) as string;
      if (wrong === '') return;
      await this.page.waitForTimeout(settleMs);
    }
    assert.fail(`${this.page.url()}: ${wrong}`);
  }

  on({ role, name, exact }: Wanted): Locator {
    return this.page.getByRole(role, { name, ...(exact !== undefined && { exact }) });
  }

  async has(where: Locator): Promise<boolean> {
    return (await where.and(this.page.locator(':focus')).count()) > 0;
  }

  /** Waits for the focus to come by itself, as into a dialog and back. */
  async focusOn(wanted: Wanted): Promise<void> {
    const where = this.on(wanted);
    for (let tries = 0; tries < settleTries * 4; tries += 1) {
      if (await this.has(where)) return this.assertFocusSeen();
      await this.page.waitForTimeout(settleMs);
    }
    assert.fail(`the focus is not on ${wanted.role} ${wanted.name} but on ${await this.#where()}`);
  }

  /** By Tab, or back by Shift and Tab, until the control has the focus; each one on the way must show it. */
  async tabTo(wanted: Wanted, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    const where = this.on(wanted);
    await where.first().waitFor({ state: 'attached' });
    const way: string[] = [];
    for (let steps = 0; steps < longestWay; steps += 1) {
      await this.press(key);
      // Past the last control the focus goes to the browser, and from there to the first.
      if (await this.page.evaluate('document.activeElement === document.body')) continue;
      await this.assertFocusSeen();
      if (await this.has(where)) return;
      way.push(await this.#where());
    }
    assert.fail(`no way by ${key} to ${wanted.role} ${wanted.name}; on it: ${[...new Set(way)].join(' | ')}`);
  }

  async use(wanted: Wanted, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    await this.tabTo(wanted, key);
    await this.press('Enter');
  }

  /** In a menu that was just opened: by arrows, with the focus on each. */
  async choose(name: string | RegExp): Promise<void> {
    const where = this.on({ role: 'menuitem', name });
    await where.first().waitFor();
    for (let steps = 0; steps < longestWay; steps += 1) {
      if (await this.has(where)) return this.press('Enter');
      if (await this.has(this.page.locator('[role=menuitem]'))) {
        await this.assertFocusSeen();
        await this.#stepDown();
      } else await this.page.waitForTimeout(settleMs);
    }
    assert.fail(`no menu item ${name} by arrows, but ${await this.#where()}`);
  }

  /** The focus follows an arrow a frame later: a second press before it has would go past the item that Enter is meant for. */
  async #stepDown(): Promise<void> {
    const before = await this.#where();
    await this.press('ArrowDown');
    for (let tries = 0; tries < settleTries && (await this.#where()) === before; tries += 1)
      await this.page.waitForTimeout(settleMs);
  }

  /** Every control of the page once around: each shows the focus, and none keeps it. @returns how many */
  async around(): Promise<number> {
    const skip: Wanted = { role: 'link', name: /Skip to content|跳到正文/ };
    await this.tabTo(skip);
    for (let count = 1; count < longestWay; count += 1) {
      await this.press('Tab');
      if (await this.page.evaluate('document.activeElement === document.body')) continue;
      await this.assertFocusSeen();
      if (await this.has(this.on(skip))) return count;
    }
    return assert.fail(`${this.page.url()}: the focus does not come round`);
  }

  async heading(name: string | RegExp): Promise<void> {
    await this.page.getByRole('heading', { level: 1, name }).waitFor();
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.#url}/console${path}`);
    await this.page.locator('h1').first().waitFor();
  }

  /** A code counts once, and the one after it is taken already. */
  code(): string {
    if (!this.#totp) throw new TypeError('this seat has no second factor');
    this.#step = Math.max(Math.floor(systemPorts.clock.nowMs() / codeStepMs), this.#step + 1);
    return this.#totp.generate({ timestamp: this.#step * codeStepMs });
  }

  /** By a one-time link, with a second factor where the role wants one. */
  async signIn(token: string): Promise<void> {
    await this.page.goto(`${this.#url}/console/`);
    await this.tabTo({ role: 'radio', name: /./ });
    await this.press('ArrowRight');
    await this.tabTo({ role: 'textbox', name: /link|链接/i });
    await this.type(token);
    await this.press('Tab');
    await this.type(password);
    await this.press('Enter');
    await this.page.locator('#code, nav').first().waitFor();
    if ((await this.page.locator('#code').count()) === 0) return;
    this.#totp = new TOTP({ secret: Secret.fromBase32(((await this.page.locator('code').first().textContent()) ?? '').trim()) });
    await this.tabTo({ role: 'textbox', name: /./ });
    await this.type(this.code());
    await this.press('Enter');
    await this.use({ role: 'button', name: /I have kept them|已妥善保存/ });
    await this.page.locator('nav').first().waitFor();
  }

  async #where(): Promise<string> {
    return (await this.page.evaluate(
      "(e => [e.tagName, e.getAttribute('role'), e.getAttribute('aria-label') || e.textContent.slice(0, 30)].join(' '))(document.activeElement)",
    )) as string;
  }
}

export type KeyboardSeatOptions = { roles: readonly Role[]; language?: Language };

/** In one browser for all, each in a context of its own. */
export async function takeKeyboardSeat(
  browser: Browser,
  node: TestNode,
  url: string,
  { roles, language = 'en' }: KeyboardSeatOptions,
): Promise<KeyboardSeat> {
  const context = await browser.newContext({
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    viewport: { width: 1280, height: 720 },
    reducedMotion: 'reduce',
  });
  // What a key does is a click as well, yet none that a pointer began.
  await context.addInitScript("addEventListener('pointerdown', () => sessionStorage.setItem('pointer', 'used'), true)");
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const seat = new KeyboardSeat(page, url);
  const login = `k${Math.floor(performance.now() * 1000)}.${language}`;
  const invited = await node.ask<{ link: { token: string } }>('POST', '/api/people', { login, name: '李华', roles });
  assert.equal(invited.status, 201);
  await seat.signIn(invited.body.link.token);
  return seat;
}

/** No pointer was used, and the seat is given up. */
export async function leaveKeyboardSeat({ page }: KeyboardSeat): Promise<void> {
  assert.equal(await page.evaluate("sessionStorage.getItem('pointer')"), null, 'a pointer was used');
  await page.context().close();
}
