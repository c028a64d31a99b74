// The desktop console against a real node and a real browser: the code that the node gives, the person who says yes in Chromium, and the session that
// the console then has. Electron itself is a stand-in that keeps Electron's rules; its own page is the built one, in Chromium.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { readEnrolment } from '../../../admin-console/main/enrolment.ts';
import type { State } from '../../../admin-console/main/ipc.ts';
import { sessionCookie } from '../../../admin-console/main/place.ts';
import { makeCertificate } from '../../../admin-console/main/testing-certificate.ts';
import { makeWorld } from '../../../admin-console/main/testing-world.ts';
import { buildDesktop } from '../../../scripts/desktop-build.ts';
import { enrolmentOf } from '../../core/access/enrolment.ts';
import { openBrowser } from '../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, patienceMs, pictures, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
});
after(() => node?.close());

for (const language of ['en', 'zh'] as const) {
  browserTest(`a person lets the desktop console in from their browser, ${language}`, async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['supervisor'], language });
    const { page } = seat;
    const world = makeWorld();
    t.after(() => world.close());
    await world.start();
    const { body } = await node.ask<{ code: string }>('POST', '/api/console/enrolment', { addresses: [url] });
    await world.electron.ask('console:enrol', { code: body.code });
    await world.reach(({ stage }) => stage === 'sign-in');
    world.electron.browser = async (to) => void (await page.goto(to));
    await world.electron.ask('console:sign-in');
    await page.getByRole('heading', { name: language === 'zh' ? '桌面控制台' : 'Desktop console', level: 1 }).waitFor();
    await shot(page, `desktop-let-in-${language}`);
    assert.equal(new URL(page.url()).origin, url);
    // By keyboard: the yes, then the proof that it asks for.
    await page.locator('main button.ant-btn-primary').focus();
    await page.keyboard.press('Enter');
    await page.locator('[role=dialog] #password').fill('seven brown owls at dusk');
    await page.keyboard.press('Enter');
    await page.waitForURL(/^http:\/\/127\.0\.0\.1:\d+\/callback/);
    await page.getByText(language === 'zh' ? '桌面控制台已登录' : 'The desktop console is signed in').waitFor();
    await world.electron.until(() => world.electron.window.webContents.getURL() === `${url}/console/`);
    // What Electron holds now is a session of that person, of its own.
    const cookie = world.electron.window.session.cookies.jar.get(sessionCookie);
    assert.ok(cookie);
    const browser = await openBrowser();
    t.after(() => browser.close());
    // Chromium's driver sets no cookie of this prefix; the token says who asks all the same.
    const inside = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${cookie.value}` } });
    const desktop = await inside.newPage();
    desktop.setDefaultTimeout(patienceMs);
    await desktop.goto(`${url}/console/account`);
    await desktop.locator('nav').waitFor();
    await page.goto(`${url}/console/account`);
    await page.getByRole('cell', { name: language === 'zh' ? '桌面控制台' : 'Desktop console' }).waitFor();
    await shot(page, `desktop-session-${language}`);
    // Signed out there by its owner, from the browser.
    await page
      .locator('tr', { hasText: language === 'zh' ? '桌面控制台' : 'Desktop console' })
      .getByRole('button')
      .click();
    await page.getByRole('cell', { name: language === 'zh' ? '桌面控制台' : 'Desktop console' }).waitFor({ state: 'detached' });
    await desktop.reload();
    await desktop.locator('#login').waitFor();
    assert.deepEqual(
      seat.outside.filter((asked) => !/^http:\/\/127\.0\.0\.1:\d+\/callback/.test(asked)),
      [],
    );
    assert.deepEqual(seat.faults, []);
  });
}

browserTest('a person says no; an address that is not whole asks for nothing', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['supervisor'] });
  const { page } = seat;
  for (const search of ['', '?challenge=x&state=y&port=80', `?challenge=${'c'.repeat(43)}&state=${'s'.repeat(43)}&port=99999`]) {
    await page.goto(`${url}/console/desktop${search}`);
    await page.getByText('This address is not whole').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Let it in' }).count(), 0);
  }
  assertQuiet(seat);
  const world = makeWorld();
  t.after(() => world.close());
  await world.start();
  const { body } = await node.ask<{ code: string }>('POST', '/api/console/enrolment', { addresses: [url] });
  await world.electron.ask('console:enrol', { code: body.code });
  await world.reach(({ stage }) => stage === 'sign-in');
  world.electron.browser = async (to) => void (await page.goto(to));
  await world.electron.ask('console:sign-in');
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await page.getByText('was not let in').waitFor();
  const state = await world.reach(({ problem }) => problem !== undefined);
  assert.deepEqual([state.stage, state.problem], ['sign-in', 'sign_in_refused']);
});

const types: { [extension: string]: string } = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

browserTest('the own page as it is built: every state in both languages, by keyboard', async (t) => {
  const folder = join(pictures, '..', 'desktop-test');
  await buildDesktop(folder);
  const browser = await openBrowser();
  t.after(() => browser.close());
  const known = { node: { address: 'https://cdp.example.com', plain: false }, keeps: true } as const;
  const states: { [name: string]: State } = {
    enrol: { stage: 'enrol', keeps: true },
    mistyped: { stage: 'enrol', keeps: true, problem: 'code_mistyped' },
    'sign-in': { stage: 'sign-in', ...known },
    'not-kept': { stage: 'sign-in', node: { address: 'http://127.0.0.1:7700', plain: true }, keeps: false },
    waiting: { stage: 'waiting', ...known },
    'other-key': { stage: 'opening', ...known, problem: 'other_key' },
  };
  for (const language of ['en', 'zh'] as const) {
    const context = await browser.newContext({
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      viewport: { width: 1024, height: 720 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    // Under the policy of the main process, in place of its scheme.
    const world = makeWorld();
    t.after(() => world.close());
    await world.start();
    const policy = (
      await world.electron.window.session.schemes.get('app')!({ url: 'app://console/desktop.html', method: 'GET' })
    ).headers.get('content-security-policy')!;
    const nonce = /nonce-([^']+)'/.exec(policy)![1]!;
    await page.route('https://console.test/**', async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      const bytes = readFileSync(join(folder, 'pages', name));
      const body = name.endsWith('.html') ? bytes.toString('utf8').replaceAll('__NONCE__', nonce) : bytes;
      await route.fulfill({ body, headers: { 'content-type': types[extname(name)] ?? '', 'content-security-policy': policy } });
    });
    for (const [name, state] of Object.entries(states)) {
      await page.addInitScript((given) => {
        const asked: unknown[] = [];
        const held = {
          asked,
          ask: async (...request: unknown[]) => {
            asked.push(request);
            return given;
          },
          onChanged: () => () => undefined,
        };
        Object.assign(globalThis, { holdfast: held });
      }, state);
      await page.goto('https://console.test/desktop.html');
      await page.locator('h1').waitFor();
      await shot(page, `desktop-own-${name}-${language}`);
      if (name === 'sign-in') await page.keyboard.press('Enter');
      if (name === 'enrol') {
        await page.keyboard.type('H9000-YA7G1');
        await page.keyboard.press('Tab');
        await page.keyboard.press('Enter');
      }
      const asked = (await page.evaluate('JSON.stringify(globalThis.holdfast.asked)')) as string;
      if (name === 'sign-in') assert.match(asked, /console:sign-in/);
      if (name === 'enrol') assert.match(asked, /\["console:enrol",\{"code":"H9000-YA7G1"\}\]/);
    }
    assert.deepEqual(faults, []);
    await context.close();
  }
});

test('what the node writes the console reads: any addresses, with a certificate and without', async () => {
  const { pem, fingerprint } = await makeCertificate('cdp.example.com');
  const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,10}[a-z0-9])?$/);
  const host = fc.oneof(
    fc.array(label, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.')),
    fc.ipV4(),
    fc.ipV6().map((address) => `[${address}]`),
  );
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
  const address = fc
    .tuple(host, port)
    .map(([name, number]) => `https://${name}${number === undefined ? '' : `:${number}`}`)
    .filter((text) => URL.canParse(text));
  fc.assert(
    fc.property(fc.array(address, { minLength: 1, maxLength: 4 }), (addresses) => {
      const made = enrolmentOf({ listening: () => undefined }, { addresses, certificate: pem })!;
      const read = readEnrolment(made.code);
      assert.deepEqual(read, {
        code: made.code,
        addresses: addresses.map((one) => new URL(one).origin),
        pin: fingerprint.slice(0, 32),
      });
    }),
    { numRuns: 300 },
  );
  for (const plain of ['http://127.0.0.1:7700', 'http://localhost', 'http://[::1]:80', 'http://127.9.9.9:443']) {
    const made = enrolmentOf({ listening: () => plain }, {})!;
    const read = readEnrolment(made.code);
    assert.deepEqual(read, { code: made.code, addresses: [new URL(plain).origin], pin: undefined });
  }
});
