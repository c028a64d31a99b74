// The guides of the roles: each role has one, in both languages, with pictures of the product that they describe. What each pictured screen consists of is kept
// beside the pictures and must be what the product shows today; `npm run docs:pictures` takes the pictures again and keeps what they show.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser } from 'playwright-core';
import { type Role, roles } from '../../core/model/principal.ts';
import { openBrowser } from '../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { guidePictures } from './testing-guide-pictures.ts';
import { type Prepared, prepare } from './testing-guide-prepared.ts';
import {
  differences,
  docs,
  type GuideNode,
  type GuideSeat,
  keptOutlines,
  languages,
  openGuideNode,
  picturesFolder,
  settledOutline,
  staff,
  takeGuideSeats,
  writeOutlines,
  writePicture,
} from './testing-guides.ts';
import { type Language, pictures as lookedAt } from './testing-seat.ts';

const again = 'run npm run docs:pictures, look at the pictures, and see whether the guide still says what they show';
const taking = process.env.HOLDFAST_PICTURES === 'take';
const kilobytesMost = 80;

const guideOf = (role: Role) => readFileSync(join(docs, `guide-${role}.md`), 'utf8');
/** The English part and the Chinese one. */
const partsOf = (role: Role): { readonly [language in Language]: string } => {
  const [en = '', zh = ''] = guideOf(role).split(/^## 中文$/m);
  return { en, zh };
};
const picturesIn = (text: string) => [...text.matchAll(/!\[[^\]]+\]\(pictures\/([^)]+)\)/g)].map(([, path]) => path!);

test('every role has a guide in both languages, with pictures in its own language, all there, all used, none too large', () => {
  const used: string[] = [];
  for (const role of roles)
    for (const language of languages) {
      const shown = picturesIn(partsOf(role)[language]);
      assert.ok(shown.length >= 3, `guide-${role}.md, ${language}: ${shown.length} pictures`);
      for (const path of shown) assert.match(path, new RegExp(`^${role}/[a-z-]+\\.${language}\\.webp$`), `guide-${role}.md`);
      used.push(...shown);
    }
  for (const name of readdirSync(docs).filter((one) => one.endsWith('.md'))) {
    for (const path of picturesIn(readFileSync(join(docs, name), 'utf8')))
      assert.ok(existsSync(join(picturesFolder, path)), `${name} shows ${path}, which is not there`);
  }
  const there = readdirSync(picturesFolder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.webp'));
  assert.deepEqual(
    there.map((path) => path.replaceAll('\\', '/')).sort(),
    [...used].sort(),
    'pictures that are there and those in use',
  );
  for (const path of there) assert.ok(statSync(join(picturesFolder, path)).size <= kilobytesMost * 1024, `${path} is too large`);
});

test('what a guide calls a button or a page is what the console calls it', () => {
  const renderer = join(docs, '..', 'admin-console', 'renderer');
  const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('schema.d.ts'))
    .map((path) => readFileSync(join(renderer, path), 'utf8'));
  for (const language of languages) {
    const said = new Set(
      sources.flatMap((source) =>
        [...source.matchAll(new RegExp(`\\b${language}:\\s*(?:'((?:[^'\\\\]|\\\\.)*)'|"([^"]*)")`, 'g'))].map(([, one, other]) =>
          (one ?? other ?? '').replaceAll("\\'", "'"),
        ),
      ),
    );
    const unknown = roles.flatMap((role) =>
      [...partsOf(role)[language].matchAll(/\*\*([^*]+)\*\*/g)].flatMap(([, label = '']) =>
        said.has(label) ? [] : [`guide-${role}.md, ${language}: ${label}`],
      ),
    );
    assert.deepEqual(unknown, [], 'called in a guide what the console calls otherwise');
  }
});

type Change = { readonly what: string; readonly lines: readonly string[] };

/** Goes through the pictures of one role in one language. @returns what is not as it was kept */
async function look(browser: Browser, guide: GuideNode, prepared: Prepared, seat: GuideSeat): Promise<Change[]> {
  const { role, language } = seat;
  const page = await seat.sit(browser);
  const names = [...Object.values(staff).flatMap((one) => Object.values(one)), ...prepared.names];
  const kept = keptOutlines(role, language);
  const outlines = new Map<string, string>();
  const changes: Change[] = [];
  const open = async (path: string) => {
    await page.goto(`${guide.url}/console${path}`);
    await page.locator('h1').first().waitFor();
  };
  const say = (english: string, chinese: string) => (language === 'en' ? english : chinese);
  for (const { name, height = 800, show } of guidePictures[role]) {
    await page.setViewportSize({ width: 1280, height });
    const what = `${role}/${name}.${language}`;
    try {
      await show({ ...seat, page, prepared, say, open });
    } catch (error) {
      changes.push({ what, lines: [`cannot be shown: ${error instanceof Error ? error.message : error}`] });
      continue;
    }
    await page.mouse.move(0, 0);
    const wanted = taking ? undefined : kept.get(name);
    const shown = await settledOutline(page, names, wanted);
    outlines.set(name, shown);
    if (taking) await writePicture(page, role, `${name}.${language}`, lookedAt);
    else if (shown !== wanted) changes.push({ what, lines: differences(wanted?.split('\n') ?? [], shown.split('\n')) });
  }
  await page.context().close();
  if (taking) writeOutlines(role, language, outlines);
  return changes;
}

browserTest('the pictures of the guides show the product as it is', async (t) => {
  const guide = await openGuideNode();
  t.after(() => guide.node.close());
  const seats = await takeGuideSeats(guide);
  const prepared = await prepare(guide, seats);
  const browser = await openBrowser();
  t.after(() => browser.close());
  if (taking) {
    rmSync(picturesFolder, { recursive: true, force: true });
    mkdirSync(picturesFolder, { recursive: true });
    mkdirSync(lookedAt, { recursive: true });
  }
  const changes: Change[] = [];
  for (const role of roles)
    for (const language of languages) changes.push(...(await look(browser, guide, prepared, seats.of(role, language))));
  const told = changes.map(({ what, lines }) => `${what} no longer matches the product:\n${lines.join('\n')}`);
  assert.ok(told.length === 0, `${told.join('\n\n')}\n\n${again}`);
});
