// The node itself in the console: roles, keys for programs, a rotation by two people, health, jobs, log; and what a page that stands open does when the node
// goes away, comes back, seals and opens.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode, testPassphrase } from '../../testing.ts';
import { assertQuiet, patienceMs, type Seat, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
before(async () => {
  node = await openTestNode({ config: { directory: { groups: { 'Marketing 市场部': ['marketer'] } } } });
  url = await node.listen();
  await node.send([{ type: 'identify', userId: 'u1', messageId: 'm1', traits: { phone: '+8613907312846' } }]);
});
after(() => node?.close());

/** Answers the second look that a dangerous act wants. */
async function prove({ page, code }: Seat): Promise<void> {
  await page.locator('#code').fill(code());
  await page.keyboard.press('Enter');
}

const dialog = (page: Page) => page.getByRole('dialog').last();

browserTest('an administrator makes a key for a program, which works, and takes it away', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'] });
  const { page } = seat;
  await seat.open('/api-keys');
  await page.getByText('No program has a key').waitFor();
  await page.getByRole('button', { name: 'Make a key' }).click();
  await page.locator('#name').fill('warehouse');
  await page.locator('#roles').click();
  await page.getByTitle('administrator', { exact: true }).last().click();
  await page.locator('#until').fill('2027-06-30');
  // Takes the day and sends the form.
  await page.keyboard.press('Enter');
  await prove(seat);
  const shown = page.getByText(/^hfk_/);
  await shown.waitFor();
  const token = ((await shown.textContent()) ?? '').trim();
  const asked = () => fetch(`${url}/api/sources`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await asked()).status, 200);
  await page.keyboard.press('Escape');
  await shot(page, 'api-keys-administrator-en');
  await page.getByRole('button', { name: 'Take away' }).click();
  await dialog(page).getByRole('button', { name: 'Take away' }).click();
  await page.getByText('taken away').waitFor();
  assert.equal((await asked()).status, 401);
  assertQuiet(seat);
});

browserTest('keys are rotated by two people: one proposes, another approves, and the console follows', async (t) => {
  const one = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
  const other = await takeSeat(t, node, url, { roles: ['compliance'] });
  await one.open('/keys');
  await one.page.getByRole('button', { name: '轮换密钥' }).click();
  await one.page.locator('#reason').fill('例行');
  await dialog(one.page).getByRole('button', { name: '轮换密钥' }).click();
  await prove(one);
  await one.page.getByText('已提议').waitFor();
  await shot(one.page, 'keys-administrator-zh');
  await other.open('/approvals');
  await other.page.getByRole('button', { name: 'Approve' }).first().click();
  await dialog(other.page).getByRole('button', { name: 'Approve' }).click();
  await prove(other);
  await one.page.getByText('已完成').waitFor();
  assert.equal((await node.ask<{ state: string }>('GET', '/api/keys/rotation')).body.state, 'done');
  for (const seat of [one, other]) assertQuiet(seat);
});

browserTest('what a role may is told in words, with who has it; others have no such page', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
  const { page } = seat;
  await takeSeat(t, node, url, { roles: ['agent'] });
  await seat.open('/roles');
  await page.getByRole('button', { name: /^agent 1 person/ }).click();
  await page.waitForURL(/roles\/agent$/);
  await page.getByText('second factor optional').waitFor();
  await page.getByText(/^Agents find and read a customer/).waitFor();
  const shown = (name: string) => page.getByRole('row', { name: new RegExp(`^${name}`) });
  await shown('national id').waitFor();
  type Table = { classes: { dataClass: string; cells: { agent: { view: string } } }[] };
  const { body } = await node.ask<Table>('GET', '/api/policies/table');
  const told = body.classes.find(({ dataClass }) => dataClass === 'national-id')!.cells.agent.view;
  assert.match((await shown('national id').textContent()) ?? '', new RegExp(told));
  await page.getByRole('button', { name: /^(collapsed|expanded)? ?Customers/ }).click();
  await page.getByText('see one value in the clear').waitFor();
  await page.getByRole('row', { name: /^Marketing 市场部 marketer/ }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Propose a change' }).getAttribute('href'), '/console/policies/change');
  await shot(page, 'roles-compliance-en');
  assertQuiet(seat);
  const chinese = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh', width: 1024 });
  await chinese.open('/roles/administrator');
  await chinese.page.getByText('须设第二验证因素').waitFor();
  await chinese.page.getByText('可执行的操作').first().waitFor();
  await chinese.page.getByText('Marketing 市场部').waitFor();
  await shot(chinese.page, 'roles-administrator-zh');
  await chinese.open('/about');
  await chinese.page.getByText('pg_dump').waitFor();
  await shot(chinese.page, 'about-narrow-administrator-zh');
  assertQuiet(chinese);
  const supervisor = await takeSeat(t, node, url, { roles: ['supervisor'] });
  await supervisor.page.goto(`${url}/console/roles`);
  await supervisor.page.getByText('This is not for your role').waitFor();
  assert.equal(await supervisor.page.getByRole('menuitem', { name: 'Roles' }).count(), 0);
});

browserTest('health, jobs, log and what the node is are shown to who runs it, and to nobody else', async (t) => {
  node.app.http.log.error({ code: 'planted' }, 'a planted line');
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
  const { page } = seat;
  await seat.open('/log');
  await page.getByText('a planted line').waitFor();
  await shot(page, 'log-administrator-zh');
  for (const [path, text] of [
    ['/health', 'synchronous'],
    ['/jobs', '轮换包裹密钥'],
    ['/about', '内置（SQLite）'],
    ['/account', '恢复码'],
    ['/', '节点近一周情况'],
  ] as const) {
    await seat.open(path);
    await page.getByText(text).first().waitFor();
    if (path === '/health') {
      await page.getByText('启动后尚未检查存储结构。').waitFor();
      await page.getByRole('button', { name: '立即检查' }).click();
      await page.getByText('存储结构检查时间：').waitFor();
      await page.getByText('已检查各表结构，未发现问题。').waitFor();
    }
    await shot(page, `${path === '/' ? 'home' : path.slice(1)}-administrator-zh`);
  }
  assertQuiet(seat);
  const marketer = await takeSeat(t, node, url, { roles: ['marketer'] });
  await marketer.page.goto(`${url}/console/log`);
  await marketer.page.getByText('This is not for your role').waitFor();
  assert.equal(await marketer.page.getByRole('menuitem', { name: 'System' }).count(), 0);
});

browserTest(
  'a page that stands open says that the node went away, goes on when it is back, and meets a seal at the door',
  async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['supervisor'] });
    const { page } = seat;
    await seat.open('/customers');
    const port = Number(new URL(url).port);
    await node.restart();
    await page.getByText('The node does not answer').first().waitFor();
    await node.app.http.listen({ host: '127.0.0.1', port });
    await page.getByText('The node does not answer').first().waitFor({ state: 'detached' });
    // The session holds over the restart.
    await page.locator('.ant-input-search input').fill('+8613907312846');
    await page.keyboard.press('Enter');
    await page.locator('table a').first().waitFor();
    // There, and not serving: it says why.
    const json = { status: 'not ready', reason: 'migrating' };
    await page.route('**/health/ready', (route) => route.fulfill({ status: 503, json }));
    await page.getByText('is being brought up to date').waitFor();
    await page.unroute('**/health/ready');
    await page.getByText('is being brought up to date').waitFor({ state: 'detached' });
    const other = await seat.context.newPage();
    other.setDefaultTimeout(patienceMs);
    const asked: string[] = [];
    const sessions = (from: Page) => from.waitForResponse((response) => response.url() === `${url}/api/session`);
    await node.app.seal();
    // Nobody asked anything, and yet what was on the screen goes.
    await page.getByRole('heading', { name: 'The node is sealed' }).waitFor();
    assert.equal(await page.locator('nav').count(), 0);
    await other.goto(`${url}/console/customers`);
    await other.locator('#passphrase').fill('half of it');
    other.on('request', (request) => asked.push(new URL(request.url()).pathname));
    for (let times = 0; times < 3; times += 1) await sessions(other);
    assert.deepEqual(new Set(asked), new Set(['/api/session']));
    assert.equal(await other.locator('#passphrase').inputValue(), 'half of it');
    await node.app.unseal({ passphrase: testPassphrase });
    for (const one of [page, other]) {
      await one.locator('nav').waitFor();
      await one.locator('h1').waitFor();
    }
    assert.deepEqual(seat.faults, []);
  },
);
