// The preference page in a real browser, without scripts, on a phone and in both languages; and its colours by the formula of WCAG 2.2.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messagePage, pagePolicy } from './record/consent/page.ts';
import { openBrowser } from './record/events/clients/browser-clients.ts';
import { browserTest } from './record/events/clients/browser-suite.ts';
import { openTestNode } from './testing.ts';

browserTest('a customer reads, chooses and takes back on a phone without scripts, in English and Chinese', async () => {
  const node = await openTestNode({ config: { region: 'CN', consent: { controller: '晨光商贸' } } });
  const browser = await openBrowser();
  try {
    await node.listen();
    await node.send([{ type: 'identify', userId: 'u' }]);
    const [found] = await node.find('u');
    const { body } = await node.ask<{ url: string }>('POST', `/api/consent/${found!.id}/link`, {});
    const allowed = async () =>
      (await node.app.node().consent.mayUse(Number(found!.id.slice(1)), 'marketing', 'sms', Date.now())).allowed;
    for (const [locale, sms, save, none, colorScheme] of [
      ['en-GB', 'by text message', 'Save my choices', 'Withdraw everything', 'light'],
      ['zh-CN', '短信', '保存我的选择', '全部撤回', 'dark'],
    ] as const) {
      const context = await browser.newContext({
        locale,
        viewport: { width: 320, height: 640 },
        javaScriptEnabled: false,
        colorScheme,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      const asked = new Set<string>();
      page.on('console', (message) => complaints.push(message.text()));
      page.on('request', (request) => asked.add(new URL(request.url()).pathname.split('/')[1]!));
      await page.goto(body.url);
      const { width } = (await page.locator('main').boundingBox())!;
      assert.ok(width <= 320, 'nothing sticks out of a narrow screen');
      await page.getByLabel(sms).check();
      await page.getByRole('button', { name: save }).click();
      await page.getByRole('status').waitFor();
      assert.equal(await allowed(), true, locale);
      assert.equal(await page.getByLabel(sms).isChecked(), true);
      await page.getByRole('button', { name: none }).click();
      await page.getByRole('status').waitFor();
      assert.equal(await allowed(), false, locale);
      assert.deepEqual(complaints, []);
      assert.deepEqual([...asked], ['preferences']);
      await context.close();
    }
  } finally {
    await browser.close();
    await node.close();
  }
});

test('text and controls stand out enough in light and dark (WCAG 2.2: 4.5 for text, 3 for edges)', () => {
  const page = messagePage('en', { en: 'x', zh: 'x' }, 'y');
  const palettes = [...page.matchAll(/:root\{([^}]*)\}/g)].map(([, list]) =>
    Object.fromEntries([...list!.matchAll(/--(\w+):#([0-9a-f]+)/g)].map(([, name, hex]) => [name, hex!])),
  );
  assert.equal(palettes.length, 2);
  const luminance = (hex: string) => {
    const whole = hex.length === 3 ? [...hex].map((digit) => digit + digit).join('') : hex;
    const [r, g, b] = [0, 2, 4].map((at) => {
      const value = Number.parseInt(whole.slice(at, at + 2), 16) / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light! + 0.05) / (dark! + 0.05);
  };
  for (const colours of palettes) {
    for (const [ink, paper] of [
      ['ink', 'back'],
      ['ink', 'card'],
      ['soft', 'back'],
      ['soft', 'card'],
      ['act', 'back'],
      ['act', 'card'],
      ['on', 'act'],
      ['good', 'goodback'],
      ['bad', 'badback'],
    ] as const)
      assert.ok(contrast(colours[ink]!, colours[paper]!) >= 4.5, `${ink} on ${paper}`);
    assert.ok(contrast(colours.line!, colours.card!) >= 3, 'the edge of a group');
  }
  assert.match(pagePolicy, /default-src 'none'/);
});
