// The console in a real Chromium against a real node: signing in by a link and by password, finding a customer, what each role sees of one, a value
// unmasked with its reason, a second person's approval; in both languages, by keyboard where it matters, with nothing asked of anybody else.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type Document, typesFile, typesOf } from '../../../scripts/console-types.ts';
import { openBrowser } from '../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { patienceMs, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
let customer: string;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
  const traits = { name: '王小明', phone: '+8613907312846', email: 'wang@example.com' };
  const order = { type: 'track', event: 'Order Completed', properties: { order_id: 'A-1', total: 99 } };
  await node.send([
    { type: 'identify', userId: 'u1', messageId: 'm1', traits },
    { ...order, userId: 'u1', messageId: 'm2' },
  ]);
  customer = (await node.find('+8613907312846'))[0]!.id;
});
after(() => node?.close());

for (const language of ['en', 'zh'] as const) {
  browserTest(`a supervisor finds a customer and looks at one value, ${language}`, async (t) => {
    const { page, outside, faults } = await takeSeat(t, node, url, { roles: ['supervisor'], language });
    assert.equal(await page.locator('html').getAttribute('lang'), language === 'zh' ? 'zh-CN' : 'en');
    await shot(page, `home-supervisor-${language}`);
    await page.getByRole('menuitem', { name: language === 'zh' ? '客户' : 'Customers' }).click();
    await page.locator('.ant-input-search input').fill('+8613907312846');
    await page.keyboard.press('Enter');
    await shot(page, `customers-${language}`);
    await page.locator('table a').first().click();
    await page.waitForSelector('.ant-descriptions');
    assert.match((await page.locator('h1').textContent()) ?? '', /王/);
    await shot(page, `customer-${language}`);
    // What was searched for stands in no address.
    assert.ok(!page.url().includes('1390'), page.url());
    assert.deepEqual(outside, []);
    assert.deepEqual(faults, []);
    // A deep link opens the same page again, and the session holds.
    await page.goto(`${url}/console/customers/${customer}`);
    await page.waitForSelector('.ant-descriptions');
    const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!/王|1390|hs_|wang/.test(stored), stored);
  });
}

browserTest('a compliance officer sets up a second factor, and sees what waits: approvals, alarms, rounds', async (t) => {
  const { page, faults } = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh' });
  for (const [path, name] of [
    ['approvals', '审批'],
    ['alarms', '告警'],
    ['rounds', '联合训练'],
    ['account', '个人账户'],
  ] as const) {
    await page.goto(`${url}/console/${path}`);
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await shot(page, `${path}-compliance-zh`);
  }
  assert.deepEqual(faults, []);
});

browserTest('an administrator invites somebody, after a second look, and gets the link once', async (t) => {
  const { page, faults, code } = await takeSeat(t, node, url, { roles: ['administrator'] });
  await page.goto(`${url}/console/people`);
  await page.getByRole('button', { name: 'Invite' }).click();
  await page.locator('#name').fill('王敏');
  await page.locator('#login').fill('wang.min');
  await page.locator('#roles').click();
  await page.getByText('compliance officer').last().click();
  await page.locator('#login').click();
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = page.getByText(/#link=hl_/);
  await page.locator('#code').fill(code());
  await page.getByRole('button', { name: 'Continue' }).click();
  await link.waitFor();
  assert.match((await link.textContent()) ?? '', /^http\S+\/console\/#link=hl_[\w-]{43}$/);
  await shot(page, 'people-link-en');
  assert.deepEqual(faults, []);
});

browserTest('a marketer sees no name or number, and no page of approvals or of who looked', async (t) => {
  const { page, faults } = await takeSeat(t, node, url, { roles: ['marketer'] });
  await page.goto(`${url}/console/customers/${customer}`);
  await page.waitForSelector('.ant-descriptions, [role=alert]');
  const text = (await page.locator('main').textContent()) ?? '';
  assert.ok(!text.includes('王小明') && !text.includes('13907312846') && !text.includes('wang@example.com'), text);
  assert.deepEqual(faults, []);
});

browserTest('whoever is not signed in sees the door, a wrong password is said, and nothing else is asked for', async (t) => {
  const browser = await openBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(patienceMs);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/api/')) asked.push(new URL(request.url()).pathname);
  });
  await page.goto(`${url}/console/customers/${customer}`);
  await page.locator('#login').fill('nobody');
  await page.locator('#password').fill('not a password of anybody');
  await page.keyboard.press('Enter');
  await page.waitForSelector('[role=alert]');
  assert.deepEqual([...new Set(asked)].sort(), ['/api/session', '/api/session/ways']);
  await shot(page, 'door-wrong-password');
});

test('the types that the console asks by are those of the document that the node writes', async () => {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as Document;
  assert.ok(readFileSync(typesFile, 'utf8') === (await typesOf(document)), 'run: npm run console:types');
});

test('pages are served with a policy that lets no other script or style in, assets for good, and addresses within as the page', async () => {
  const page = await fetch(`${url}/console/customers/p1`);
  assert.equal(page.status, 200);
  const policy = page.headers.get('content-security-policy')!;
  assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self' 'nonce-[^']+'/);
  assert.ok(!policy.includes('unsafe'));
  const html = await page.text();
  assert.ok(!/<script>|<style|style=|onload=/.test(html));
  const nonces = new Set([/nonce-([^']+)/.exec(policy)![1], /style-nonce" content="([^"]+)/.exec(html)![1]]);
  assert.equal(nonces.size, 1);
  const again = (await fetch(`${url}/console/`)).headers.get('content-security-policy');
  assert.notEqual(again, policy);
  const asset = /src="(\/console\/assets\/[^"]+\.js)"/.exec(html)![1]!;
  const script = await fetch(url + asset);
  assert.match(script.headers.get('cache-control')!, /immutable/);
  assert.match(script.headers.get('content-type')!, /javascript/);
  assert.equal((await fetch(`${url}/console/assets/none.js`)).status, 404);
  assert.equal((await fetch(`${url}/console/assets/..%2f..%2f..%2fpackage.json`)).status, 404);
  assert.equal((await fetch(url, { redirect: 'manual' })).headers.get('location'), '/console/');
});

test('the page is there while the node is sealed', async (t) => {
  const other = await openTestNode();
  t.after(() => other.close());
  await other.app.seal();
  const answer = await other.app.http.inject('/console/');
  assert.equal(answer.statusCode, 200);
  assert.match(answer.body, /id="root"/);
});
