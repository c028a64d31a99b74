// Customers in the console: a supervisor looks through the latest, reads one, puts a value right and makes one of two; compliance proposes to erase; agents
// and marketers see what is theirs. What was clicked is asked of the node.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
let wang: string;
let other: string;
let chen: string;
let shop: string;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
  shop = (await node.addSource('shop')).writeKey;
  const order = { type: 'track', event: 'Order Completed' };
  const bought = {
    order_id: 'A-1',
    total: 99,
    currency: 'CNY',
    products: [{ product_id: 'bean-1', name: '咖啡豆', quantity: 2 }],
  };
  const at = (minute: number) => ({ timestamp: `2026-03-01T10:${String(minute).padStart(2, '0')}:00Z` });
  const traits = {
    name: '王小明',
    phone: '+8613907312846',
    email: 'wang@example.com',
    city: '上海',
    nationalId: '110101199003070038',
  };
  await node.send([
    { type: 'identify', userId: 'u1', messageId: 'm1', traits, ...at(1) },
    { ...order, userId: 'u1', messageId: 'm2', properties: bought, ...at(2) },
    {
      type: 'identify',
      userId: 'u2',
      messageId: 'm3',
      traits: { name: '王晓明', phone: '+8613607312846', city: '北京' },
      ...at(3),
    },
    { type: 'identify', userId: 'u3', messageId: 'm4', traits: { name: '陈丽', email: 'chen@example.com' }, ...at(4) },
    ...Array.from({ length: 40 }, (_, at) => ({
      ...{ type: 'page', name: `Page ${at}`, userId: 'u3', messageId: `p${at}` },
      timestamp: `2026-02-01T10:${String(at).padStart(2, '0')}:00Z`,
    })),
  ]);
  await node.send(
    [
      {
        type: 'identify',
        userId: 's1',
        messageId: 's1',
        traits: { name: '王小明', email: 'wang@example.com', phone: '+8613800001111' },
      },
    ],
    shop,
  );
  wang = (await node.find('+8613907312846'))[0]!.id;
  other = (await node.find('+8613607312846'))[0]!.id;
  chen = (await node.find('chen@example.com'))[0]!.id;
});
after(() => node?.close());

const tab = (page: Page, name: string | RegExp) => page.getByRole('tab', { name }).click();
const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });
const personOf = async (id: string) => (await node.ask<{ id: string }>('GET', `/api/profiles/${id}`)).body.id;

browserTest(
  'a supervisor looks through the latest customers, and makes one of two after seeing both; undo parts them',
  async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['supervisor'] });
    const { page } = seat;
    await seat.open('/customers');
    await page.getByRole('link', { name: /陈丽/ }).waitFor();
    await shot(page, 'customers-recent-en');
    // Narrowed by source, which stands in the address; who searched for whom does not.
    assert.equal(await page.getByRole('combobox', { name: 'Source' }).count(), 0);
    await button(page, 'Narrow').click();
    await page.getByRole('combobox', { name: 'Source' }).click();
    await page.getByTitle('shop', { exact: true }).click();
    await page.getByRole('link', { name: /陈丽/ }).waitFor({ state: 'detached' });
    assert.match(page.url(), /source=shop/);
    // While the narrower list is on its way none stands there.
    await page.getByRole('link', { name: new RegExp(wang) }).waitFor();
    assert.equal(await page.getByRole('link', { name: new RegExp(wang) }).count(), 1);
    assert.equal(await page.getByRole('link', { name: /陈丽/ }).count(), 0);
    await shot(page, 'customers-narrowed-en');
    // A link to it shows by what it is narrowed.
    await seat.open('/customers?source=shop');
    await page.getByRole('combobox', { name: 'Source' }).waitFor();
    await button(page, 'Show all').click();
    await page.getByRole('link', { name: /陈丽/ }).waitFor();
    assert.doesNotMatch(page.url(), /source/);
    assert.equal(await page.getByRole('combobox', { name: 'Source' }).count(), 0);
    await page.getByRole('checkbox', { name: /王小明/ }).check();
    await page.getByRole('checkbox', { name: /王晓明/ }).check();
    await button(page, 'Compare two').click();
    await page.getByText('≠ differs').first().waitFor();
    await page.getByText('As one').first().waitFor();
    // Nothing has happened yet.
    assert.notEqual(await personOf(wang), await personOf(other));
    await shot(page, 'customer-merge-en');
    await button(page, 'Merge').click();
    await page.locator('#reason').fill('showed the same card');
    await page.keyboard.press('Enter');
    await page.getByText('Merged').first().waitFor();
    await page.waitForURL(/customers\/p\d+$/);
    assert.equal(await personOf(wang), await personOf(other));
    await page.locator('.ant-message').getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Taken back').waitFor();
    assert.notEqual(await personOf(wang), await personOf(other));
    assertQuiet(seat);
  },
);

browserTest(
  'a customer on one page in Chinese: lineage by keyboard, a value put right, consents, identity, and what is new by itself',
  async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['supervisor'], language: 'zh' });
    const { page } = seat;
    await seat.open(`/customers/${wang}`);
    await page.locator('.ant-descriptions').first().waitFor();
    await shot(page, 'customer-zh');
    // Where a value comes from is reached without a pointer.
    await button(page, /13907312846|13800001111/)
      .first()
      .focus();
    await page.getByText('未被采用').waitFor();
    await shot(page, 'customer-lineage-zh');
    await page.keyboard.press('Tab');
    // Opened as a whole.
    await button(page, /Order Completed/).click();
    await page.locator('pre').getByText('A-1').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('pre').waitFor({ state: 'detached' });
    await button(page, '更正资料').click();
    await page.locator('#field').click();
    await page.locator('.ant-select-dropdown').getByText('城市').click();
    await page.locator('#value').fill('杭州');
    await page.locator('#reason').fill('客户来电告知');
    await page.keyboard.press('Enter');
    await button(page, '杭州').waitFor();
    const { body } = await node.ask<{ traits: { city: { value: string; decidedBy: string } } }>('GET', `/api/profiles/${wang}`);
    assert.deepEqual([body.traits.city.value, body.traits.city.decidedBy], ['杭州', 'setByHand']);
    await tab(page, /^身份/);
    await page.getByText('记录如何关联').waitFor();
    await page.locator('.react-flow__node').first().waitFor();
    assert.match(page.url(), /\/identity$/);
    await shot(page, 'customer-identity-zh');
    await tab(page, '同意');
    await button(page, '登记客户表态').click();
    await page.locator('#purpose').click();
    await page.locator('.ant-select-dropdown').getByText('营销信息推送').click();
    await page.locator('#reason').fill('柜台当面');
    await page.keyboard.press('Enter');
    await page.locator('.ant-modal').waitFor({ state: 'detached' });
    await page.locator('.ant-segmented-item').getByText('同意记录').click();
    await page.getByText('✓ 已同意').first().waitFor();
    const ledger = await node.ask<{ facts: { purpose: string; status: string }[] }>('GET', `/api/profiles/${wang}/consents`);
    assert.ok(ledger.body.facts.some(({ purpose, status }) => purpose === 'marketing' && status === 'given'));
    await shot(page, 'customer-consents-zh');
    // What the node learns meanwhile comes by itself.
    await tab(page, /^时间线/);
    await node.send([{ type: 'track', event: 'Coffee Ordered', userId: 'u1', messageId: 'm9' }]);
    await button(page, /Coffee Ordered/).waitFor();
    await tab(page, '评分与人群');
    await page.getByRole('heading', { name: '人群' }).waitFor();
    await shot(page, 'customer-scores-zh');
    assertQuiet(seat);
  },
);

browserTest('records are split off after a look at both, and the timeline goes back page by page', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['supervisor'] });
  const { page } = seat;
  await seat.open(`/customers/${chen}`);
  await button(page, /Page 39/).waitFor();
  await button(page, 'Show earlier').click();
  await button(page, /Page 0/)
    .first()
    .waitFor();
  await page.getByRole('combobox', { name: 'Kind' }).click();
  await page.locator('.ant-select-dropdown').getByText('Who it is').click();
  await button(page, /Page 39/).waitFor({ state: 'detached' });
  assert.match(page.url(), /kind=identify/);
  await seat.open(`/customers/${wang}/identity`);
  await page.getByRole('checkbox', { name: /shop/ }).check();
  await button(page, 'Look at both before splitting').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Then').first().waitFor();
  const before = (await node.find('wang@example.com')).length;
  await shot(page, 'customer-split-en');
  await dialog.locator('#reason').fill('father and son');
  await dialog.getByRole('button', { name: 'Split' }).click();
  await page.locator('.ant-message').getByRole('button', { name: 'Undo' }).waitFor();
  assert.equal((await node.find('wang@example.com')).length, before + 1);
  assertQuiet(seat);
});

browserTest('compliance proposes to erase, a second one approves, and the page gives the receipt', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
  const { page } = seat;
  await seat.open(`/customers/${other}/rights`);
  await button(page, 'Write down a request').click();
  await page.locator('#kind').click();
  await page.locator('.ant-select-dropdown').getByText('to see their data').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Write down a request' }).click();
  await page.getByRole('cell', { name: /to see their data/ }).waitFor();
  await shot(page, 'customer-rights-en');
  await button(page, 'Propose to erase').click();
  await page.locator('#reason').fill('letter of 3 May');
  await page.keyboard.press('Enter');
  await page.locator('#code').fill(seat.code());
  await button(page, 'Continue').click();
  await page.getByText('Waits for a second person').waitFor();
  assert.equal((await node.ask('GET', `/api/profiles/${other}`)).status, 200);
  const { body } = await node.ask<{ approvals: { id: number; kind: string }[] }>('GET', '/api/approvals?state=waiting');
  const waiting = body.approvals.find(({ kind }) => kind === 'subject.erase')!;
  assert.equal((await node.ask('POST', `/api/approvals/${waiting.id}/approve`, {})).status, 200);
  assert.equal((await node.ask('GET', `/api/profiles/${other}`)).status, 404);
  await seat.open(`/customers/${other}`);
  await page.getByText('This customer was erased').waitFor();
  await shot(page, 'customer-erased-en');
  const file = page.waitForEvent('download');
  await button(page, 'Save the signed receipt').click();
  assert.match((await file).suggestedFilename(), /^e[0-9a-f]+\.json$/);
  await seat.open(`/customers/${wang}/readers`);
  // Who and what by name, as in the audit log.
  await page.getByRole('cell', { name: 'set traits of a customer' }).first().waitFor();
  const identifiers = page.getByRole('cell', { name: /^(person \d+|traits\.set|profile\.read)$/ });
  // Names are asked for beside the entries, and may come after them.
  await identifiers.first().waitFor({ state: 'detached' });
  assert.equal(await identifiers.count(), 0);
  await shot(page, 'customer-readers-en');
  assertQuiet(seat);
});

browserTest(
  'an agent finds one customer and no list; a marketer sees nobody’s name, and neither is offered what is not theirs',
  async (t) => {
    const agent = await takeSeat(t, node, url, { roles: ['agent'], language: 'zh', width: 1024 });
    await agent.open('/customers');
    await agent.page.locator('.ant-input-search input').fill('chen@example.com');
    await agent.page.keyboard.press('Enter');
    await agent.page.getByRole('link', { name: /陈丽/ }).click();
    await button(agent.page, '更正资料').waitFor();
    assert.equal(await button(agent.page, '更多操作').count(), 0);
    assert.equal(await agent.page.getByText('最近活动的客户').count(), 0);
    // The purpose that an agent looks for has a name, though how many customers it covers is not theirs to see.
    await agent.page.locator('.ant-layout-header').getByText('客户服务').waitFor();
    await agent.page.getByText('Page 39').waitFor();
    await shot(agent.page, 'customer-agent-1024-zh');
    assertQuiet(agent);
    const marketer = await takeSeat(t, node, url, { roles: ['marketer'] });
    await marketer.page.goto(`${url}/console/customers/${chen}`);
    await marketer.page.waitForSelector('.ant-descriptions, [role=alert]');
    const text = (await marketer.page.locator('main').textContent()) ?? '';
    assert.ok(!text.includes('陈丽') && !text.includes('chen@example.com'), text);
    assert.equal(await button(marketer.page, 'Put a value right').count(), 0);
    assertQuiet(marketer);
  },
);
