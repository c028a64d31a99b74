// What a newcomer has: a machine where `npm start` was typed, the words it printed, and browsers. Everybody who is invited opens the address they were handed
// in a browser of their own and goes on from there by clicking.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { systemPorts } from '../../core/ports.ts';
import { temporaryFolder } from '../../simulation/testing/process.ts';
import { type Language, password, patienceMs } from './testing-seat.ts';

const root = join(import.meta.dirname, '..', '..', '..');

export type Start = {
  readonly url: string;
  /** The address for the first administrator, and the customer that the start names: all of it as it was printed. */
  readonly first: string;
  readonly example: string;
  /** For checking only. */
  ask<Body>(method: 'GET' | 'POST', path: string): Promise<{ status: number; body: Body }>;
};

/** What `npm start` runs, on an empty data folder. */
export async function startAsNewcomer(t: TestContext, language: Language, people: number): Promise<Start> {
  const home = temporaryFolder();
  const args = ['--data', join(home, 'data'), '--lang', language, '--port', '0', '--people', String(people)];
  const env = { ...process.env, HOLDFAST_HOME: '', HOLDFAST_PASSPHRASE_FILE: '', NODE_TEST_CONTEXT: '' };
  const child = spawn(process.execPath, [join(root, 'scripts', 'start.mjs'), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(home, { recursive: true, force: true });
  });
  const printed = await wordsOf(child);
  const told = (pattern: RegExp) => {
    const found = pattern.exec(printed)?.[1];
    assert.ok(found, `${pattern} in ${printed}`);
    return found;
  };
  const url = told(/(http:\/\/127\.0\.0\.1:\d+)\s/);
  const authorization = `Bearer ${told(/(?:access token|访问令牌) +(\S+)/)}`;
  return {
    url,
    first: told(/(http\S+#first=hl_\S+)/),
    example: told(/ profile (\S+)/),
    async ask<Body>(method: string, path: string) {
      const answer = await fetch(url + path, { method, headers: { authorization } });
      return { status: answer.status, body: (await answer.json()) as Body };
    },
  };
}

function wordsOf(child: ChildProcess): Promise<string> {
  const said = { out: '', err: '' };
  return new Promise((resolve, reject) => {
    child.stderr!.on('data', (chunk) => {
      said.err += chunk;
    });
    child.stdout!.on('data', (chunk) => {
      said.out += chunk;
      if (said.out.includes('Ctrl-C') && said.out.endsWith('\n')) resolve(said.out);
    });
    child.once('close', (code) => reject(new Error(`the start ended with ${code}: ${said.err}`)));
  });
}

/** By its words: an icon before them has a name of its own, and two Chinese characters are drawn with a space between them. */
export const button = (within: Page | ReturnType<Page['locator']>, name: string) =>
  within.getByRole('button', {
    name: new RegExp(`^([a-z-]+ )?([=≠] )?${[...name].length === 2 ? [...name].join(' ?') : name}( \\([A-Z]\\))?$`),
  });

export class Somebody {
  readonly page: Page;
  readonly outside: string[] = [];
  readonly faults: string[] = [];
  #totp: TOTP | undefined;
  #stepAt = 0;

  private constructor(page: Page, url: string) {
    this.page = page;
    page.setDefaultTimeout(patienceMs);
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('blob:')) this.outside.push(request.url());
    });
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) this.faults.push(message.text());
    });
  }

  /** In a browser that nobody has used. */
  static async arrives(browser: Browser, language: Language, url: string): Promise<Somebody> {
    const context = await browser.newContext({
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      viewport: { width: 1280, height: 720 },
      reducedMotion: 'reduce',
    });
    return new Somebody(await context.newPage(), url);
  }

  /** A second factor's next code: each counts once. */
  code(): string {
    if (!this.#totp) throw new TypeError('they have no second factor');
    this.#stepAt = Math.max(Math.floor(systemPorts.clock.nowMs() / 30_000), this.#stepAt + 1);
    return this.#totp.generate({ timestamp: this.#stepAt * 30_000 });
  }

  /** Opens the address they were handed: it names what it is for, and is gone from the address bar before anything else happens. */
  async opens(address: string, me?: { login: string; name: string }): Promise<void> {
    const { page } = this;
    await page.goto(address);
    await page.locator('#password').waitFor();
    assert.equal(new URL(page.url()).hash, '');
    assert.equal(await page.locator('#login').count(), me ? 1 : 0, 'only the first says who they are');
    if (me) {
      await page.locator('#login').fill(me.login);
      await page.locator('#name').fill(me.name);
    }
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
  }

  /** Sets up the second factor that the role asks for. */
  async setsUpFactor(kept: string): Promise<readonly string[]> {
    const { page } = this;
    await page.locator('#code').waitFor();
    this.#totp = new TOTP({ secret: Secret.fromBase32(((await page.locator('code').first().textContent()) ?? '').trim()) });
    await page.locator('#code').fill(this.code());
    await page.keyboard.press('Enter');
    await button(page, kept).waitFor();
    const codes = ((await page.locator('pre').textContent()) ?? '').split('\n');
    await button(page, kept).click();
    return codes;
  }

  /** Says yes in the dialog that is open, and proves who they are where the node asks for it. */
  async saysYes(): Promise<void> {
    const { page } = this;
    await page.locator('.ant-modal:visible button[type=submit]').last().click();
    const proof = page.locator('.ant-modal:visible').locator('#code, #password');
    const gone = page.locator('.ant-modal:visible').first();
    await Promise.race([proof.waitFor(), gone.waitFor({ state: 'hidden' })]);
    if (await proof.isVisible()) {
      await proof.fill(this.#totp ? this.code() : password);
      await page.locator('.ant-modal:visible button[type=submit]').last().click();
      await gone.waitFor({ state: 'hidden' });
    }
  }

  assertQuiet(): void {
    assert.deepEqual(this.outside, []);
    assert.deepEqual(this.faults, []);
  }
}
