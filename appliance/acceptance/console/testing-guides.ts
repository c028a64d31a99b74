// The pictures of the guides: a node with the sample organisation whose clock stands at the end of its history, somebody of each role before it in either
// language, and what a screen consists of, to be kept beside its picture and held against the product later.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Secret, TOTP } from 'otpauth';
import type { Browser, Page } from 'playwright-core';
import { type Role, roles } from '../../core/model/principal.ts';
import { type Ports, systemPorts } from '../../core/ports.ts';
import type { TestNode } from '../../testing.ts';
import { browserOf } from '../../testing-access.ts';
import { openSampleNode } from './testing-sample.ts';
import { type Language, password, patienceMs } from './testing-seat.ts';

export const docs = join(import.meta.dirname, '..', '..', '..', 'docs');
export const picturesFolder = join(docs, 'pictures');
export const languages: readonly Language[] = ['en', 'zh'];

/** Monday morning after the sample's last day, so that pictures do not depend on when they are made. */
const startMs = Date.UTC(2026, 10, 2, 1);
export const people = 600;

/** Who works there, made up: in each language somebody else, so that two people of a role are there. */
export const staff: { readonly [role in Role]: { readonly [language in Language]: string } } = {
  administrator: { en: 'Emma Clarke', zh: '王敏' },
  compliance: { en: 'Daniel Brooks', zh: '陈丽' },
  'data-scientist': { en: 'Sara Lind', zh: '赵磊' },
  marketer: { en: 'Tom Fischer', zh: '周婷' },
  supervisor: { en: 'Grace Hall', zh: '孙强' },
  agent: { en: 'Ben Ward', zh: '吴静' },
  auditor: { en: 'Ines Costa', zh: '郑凯' },
};
const guarded: ReadonlySet<Role> = new Set(['administrator', 'compliance']);

export type GuideNode = {
  readonly node: TestNode;
  readonly url: string;
  /** By how much the node's clock is behind this machine's. */
  readonly behindMs: number;
  nowMs(): number;
};

export async function openGuideNode(): Promise<GuideNode> {
  const behindMs = systemPorts.clock.nowMs() - startMs;
  const nowMs = () => systemPorts.clock.nowMs() - behindMs;
  const ports: Ports = { ...systemPorts, clock: { nowMs } };
  const { node, url } = await openSampleNode(people, ports);
  return { node, url, behindMs, nowMs };
}

export type GuideSeat = {
  readonly role: Role;
  readonly language: Language;
  /** Asks the node by the session of who sits here. */
  ask<T>(method: 'GET' | 'POST', path: string, body?: object, purpose?: string): Promise<T>;
  /** Opens a browser's window with that session. */
  sit(browser: Browser): Promise<Page>;
};

const script = (name: string) =>
  readFileSync(join(import.meta.dirname, name), 'utf8')
    .replace(/^\/\/.*\n/gm, '')
    .replace(/;\s*$/, '');
const outline = script('outline.page.js');
const still = script('still.page.js');

/** Pages whose clock is the node's. */
const shifted = (behindMs: number) => `globalThis.Date = class extends Date {
  constructor(...given) { if (given.length === 0) super(Date.now()); else super(...given); }
  static now() { return super.now() - ${behindMs}; }
}`;

/** Somebody of a role, signed in by a one-time link, with a second factor where the role wants one, and just asked once more who they are. */
export async function takeGuideSeat(guide: GuideNode, role: Role, language: Language): Promise<GuideSeat> {
  const { node, nowMs } = guide;
  const login = `${role}.${language}`;
  const session = browserOf(node, '127.0.0.1');
  const ask: GuideSeat['ask'] = async <T>(method: 'GET' | 'POST', path: string, body?: object, purpose?: string) => {
    const answer = await session.ask(method, path, body, purpose === undefined ? {} : { headers: { 'x-purpose': purpose } });
    assert.ok(answer.status < 300, `${login}: ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  };
  const invited = await node.ask<{ link: { token: string } }>('POST', '/api/people', {
    login,
    name: staff[role][language],
    roles: [role],
  });
  assert.equal(invited.status, 201, JSON.stringify(invited.body));
  await ask('POST', '/api/session/link', { link: invited.body.link.token, password });
  if (guarded.has(role)) {
    const { secret } = await ask<{ secret: string }>('POST', '/api/people/me/totp');
    const totp = new TOTP({ secret: Secret.fromBase32(secret) });
    await ask('POST', '/api/people/me/totp/confirm', { code: totp.generate({ timestamp: nowMs() }) });
  } else await ask('POST', '/api/session/step-up', { password });
  return { role, language, ask, sit: (browser) => sit(browser, guide, session.cookies, language) };
}

async function sit(browser: Browser, guide: GuideNode, cookies: ReadonlyMap<string, string>, language: Language): Promise<Page> {
  const context = await browser.newContext({
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    colorScheme: 'light',
  });
  await context.addInitScript(shifted(guide.behindMs));
  const url = guide.url.replace('http:', 'https:');
  await context.addCookies(
    [...cookies].map(([name, value]) => ({ name, value, url, httpOnly: true, secure: true, sameSite: 'Strict' as const })),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  return page;
}

export type GuideSeats = { of(role: Role, language: Language): GuideSeat };

export async function takeGuideSeats(guide: GuideNode): Promise<GuideSeats> {
  const seats = new Map<string, GuideSeat>();
  for (const role of roles)
    for (const language of languages) seats.set(`${role} ${language}`, await takeGuideSeat(guide, role, language));
  return { of: (role, language) => seats.get(`${role} ${language}`)! };
}

/** Waits until nothing loads and nothing moves any more. */
export async function standsStill(page: Page): Promise<void> {
  await page.waitForFunction(still);
}

/** What the screen consists of, a line each, without anything that changes from run to run. */
export async function outlineOf(page: Page, names: readonly string[]): Promise<string[]> {
  return (await page.evaluate(`(${outline})(${JSON.stringify(names)})`)) as string[];
}

/** The outline once it has stayed the same for two looks, or is what is looked for. */
export async function settledOutline(page: Page, names: readonly string[], wanted?: string): Promise<string> {
  let before: string | undefined;
  let same = 0;
  for (let look = 0; look < 100; look += 1) {
    await standsStill(page);
    const now = (await outlineOf(page, names)).join('\n');
    if (now === wanted) return now;
    same = now === before ? same + 1 : 0;
    if (same >= (wanted === undefined ? 3 : 20)) return now;
    before = now;
    await wait(100);
  }
  throw new Error(`the screen never stands still: ${page.url()}`);
}

const outlineFile = (role: Role, language: Language) => join(picturesFolder, role, `${language}.txt`);
const opening = (name: string) => `== ${name}`;

/** What was kept of a role's pictures, by their names. */
export function keptOutlines(role: Role, language: Language): ReadonlyMap<string, string> {
  const file = outlineFile(role, language);
  if (!existsSync(file)) return new Map();
  const parts = readFileSync(file, 'utf8').trimEnd().split(/^== /m).slice(1);
  return new Map(
    parts.map((part) => {
      const [name = '', ...lines] = part.trimEnd().split('\n');
      return [name, lines.join('\n')];
    }),
  );
}

export function writeOutlines(role: Role, language: Language, outlines: ReadonlyMap<string, string>): void {
  const file = outlineFile(role, language);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${[...outlines].map(([name, lines]) => `${opening(name)}\n${lines}`).join('\n\n')}\n`);
}

/** @param lookedAt a folder for the same as PNG, to be looked at */
export async function writePicture(page: Page, role: Role, name: string, lookedAt: string): Promise<void> {
  const file = join(picturesFolder, role, `${name}.webp`);
  mkdirSync(dirname(file), { recursive: true });
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 70 });
  await session.detach();
  writeFileSync(file, Buffer.from(data, 'base64'));
  await page.screenshot({ path: join(lookedAt, `guide-${role}-${name}.png`) });
}

/** What went and what came, a line each. */
export const differences = (kept: readonly string[], shown: readonly string[]): string[] => [
  ...kept.filter((line) => !shown.includes(line)).map((line) => `- ${line}`),
  ...shown.filter((line) => !kept.includes(line)).map((line) => `+ ${line}`),
];
