// The rights of customers by clicking alone: a request with its clock from the letter to the receipt of an erasure that two people did, the consent ledger with
// a receipt that the page verifies, and retention; and the node holds afterwards what was shown.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, eventually, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
let leaving: string;
let staying: string;
before(async () => {
  node = await openTestNode({
    config: { retention: [{ name: 'old page views', events: { kinds: ['page'], olderThanDays: 30 }, purpose: 'marketing' }] },
  });
  url = await node.listen();
  const old = '2020-05-03T10:00:00Z';
  const consent = { type: 'track', event: 'Consent Given', properties: { purpose: 'marketing', channel: 'email' } };
  await node.send([
    { type: 'identify', userId: 'u1', messageId: 'm1', traits: { name: '王小明', phone: '+8613907312846', city: '长沙' } },
    { type: 'identify', userId: 'u2', messageId: 'm2', traits: { name: '李雷', phone: '+8613907312847' } },
    { type: 'page', userId: 'u2', messageId: 'm3', name: 'Home', timestamp: old },
    { ...consent, userId: 'u2', messageId: 'm4', timestamp: '2026-03-05T10:00:00Z' },
    { ...consent, userId: 'u1', messageId: 'm5', timestamp: '2026-04-05T10:00:00Z' },
    { ...consent, event: 'Consent Withdrawn', userId: 'u1', messageId: 'm6', timestamp: '2026-05-05T10:00:00Z' },
  ]);
  leaving = (await node.find('+8613907312846'))[0]!.id;
  staying = (await node.find('+8613907312847'))[0]!.id;
});
after(() => node?.close());

browserTest(
  'a request to erase: written down, checked, proposed by one officer and approved by another, with a receipt',
  async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
    const { page } = seat;
    await seat.open('/requests');
    await page.getByText('No request is open').waitFor();
    await page.getByRole('button', { name: 'Write down a request' }).click();
    await page.locator('#person').fill(leaving);
    await page.locator('#kind').click();
    await page.getByTitle('Erasure', { exact: true }).click();
    await page.locator('#note').fill('a letter');
    await page.locator('.ant-modal').getByRole('button', { name: 'Write down a request' }).click();
    await page.getByRole('heading', { name: 'Request 1: Erasure' }).waitFor();
    await page.getByText(/^due in/).waitFor();
    // What one wrote oneself is no secret from oneself.
    await page.getByText('a letter', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Keep as a file' }).waitFor();
    await shot(page, 'request-received-en');
    assert.equal(await page.getByRole('button', { name: 'Propose to erase' }).count(), 0);
    await page.getByRole('button', { name: 'Record the check of the identity' }).click();
    await page.locator('.ant-modal').getByRole('button', { name: 'Record the check of the identity' }).click();
    await page.getByText('Identity checked: by an identity document').waitFor();
    await page.getByRole('button', { name: 'Hold for another law' }).click();
    await page.locator('#reason').fill('kept for ten years by tax law');
    await page.keyboard.press('Enter');
    await page.getByText('Held for another law').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Propose to erase' }).count(), 0);
    await page.getByRole('button', { name: 'Release the hold' }).click();
    await page.locator('#reason').fill('the ten years are over');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Propose to erase' }).click();
    await page.locator('#reason').fill('the customer asked for it');
    await page.keyboard.press('Enter');
    await page.locator('#code').fill(seat.code());
    await page.keyboard.press('Enter');
    await page.getByText('Proposed. A second person decides under Approvals.').waitFor();
    await shot(page, 'request-verified-en');
    assert.equal((await node.find('+8613907312846')).length, 1);
    await seat.open('/approvals');
    await page.getByText('You proposed it: it waits for a second person.').waitFor();
    assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);
    await shot(page, 'approvals-own-en');
    const second = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh' });
    await second.open('/approvals');
    await second.page.getByText('该客户的全部数据随密钥一并销毁，无法恢复。').waitFor();
    await shot(second.page, 'approvals-zh');
    await second.page.getByRole('button', { name: /^批 ?准$/ }).click();
    await second.page.locator('#remark').fill('已核对');
    await second.page
      .locator('.ant-modal')
      .getByRole('button', { name: /^批 ?准$/ })
      .click();
    await second.page.locator('#code').fill(second.code());
    await second.page.keyboard.press('Enter');
    await second.page.getByText('没有待审批事项').or(second.page.getByText('执行结果')).first().waitFor();
    await eventually(async () => (await node.find('+8613907312846')).length === 0, 'the customer is erased');
    await second.open('/erasures');
    await second.page.getByRole('link', { name: /^e[0-9a-f]+$/ }).click();
    await second.page.getByText('已在本页核验：回执由节点签名').waitFor();
    await second.page.getByText('已在本页核验：审计日志中有对应条目').waitFor();
    await shot(second.page, 'erasure-zh');
    const downloaded = second.page.waitForEvent('download');
    await second.page.getByRole('button', { name: '下载回执' }).click();
    assert.match((await downloaded).suggestedFilename(), /^erasure-receipt-e[0-9a-f]+\.json$/);
    await second.open('/requests/closed');
    await second.page.getByRole('link', { name: /1 · 删除/ }).click();
    await second.page.getByText(/^已删除：e/).waitFor();
    await shot(second.page, 'request-completed-zh');
    assertQuiet(seat);
    assertQuiet(second);
  },
);

browserTest('consent: numbers by purpose and month, and one customer with a receipt that the page verifies', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
  const { page } = seat;
  await seat.open('/consent');
  await page.getByText('advertising messages').first().waitFor();
  await page.getByRole('img', { name: /customers said yes/ }).waitFor();
  await page
    .getByText(/of 1 \(|of 2 \(/)
    .first()
    .waitFor();
  await shot(page, 'consent-en');
  await seat.open('/consent/texts');
  await page.getByText('first shown').first().waitFor();
  await shot(page, 'consent-texts-en');
  await seat.open('/consent/customer');
  await page.getByRole('textbox', { name: /Number of the customer/ }).fill(staying);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Receipt' }).click();
  await page.getByText('Signed by the node: computed here').waitFor();
  await shot(page, 'consent-receipt-en');
  await page.keyboard.press('Escape');
  await seat.open('/consent/outbox');
  await page.getByRole('button', { name: 'Show what waits' }).click();
  await page.locator('#code').fill(seat.code());
  await page.keyboard.press('Enter');
  await page.getByText('No message waits').waitFor();
  await shot(page, 'consent-outbox-en');
  assertQuiet(seat);
});

browserTest('retention: the rules in words, what a run would remove, and a run that two people did', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh', width: 1024 });
  const { page } = seat;
  await seat.open('/erasures/retention');
  await page.getByText('超过 30 天的“页面”类事件').waitFor();
  await page.getByRole('button', { name: '开始统计' }).click();
  await page.getByRole('button', { name: '重新统计' }).waitFor();
  await shot(page, 'retention-zh');
  await page.getByRole('button', { name: '提议立即执行' }).click();
  await page.locator('#reason').fill('年度清理');
  await page.keyboard.press('Enter');
  await page.locator('#code').fill(seat.code());
  await page.keyboard.press('Enter');
  await page.getByText('已提议，等待他人在“审批”中决定。').waitFor();
  const [waiting] = (await node.ask<{ approvals: { id: number; reason: string }[] }>('GET', '/api/approvals?state=waiting')).body
    .approvals;
  assert.equal(waiting?.reason, '年度清理');
  const second = await takeSeat(t, node, url, { roles: ['compliance'] });
  await second.open(`/approvals/${waiting!.id}`);
  await second.page.getByText('A run would remove now:').waitFor();
  await second.page.getByRole('cell', { name: 'old page views' }).waitFor();
  await shot(second.page, 'approvals-retention-en');
  await second.page.getByRole('button', { name: 'Approve' }).click();
  await second.page.locator('.ant-modal').getByRole('button', { name: 'Approve' }).click();
  await second.page.locator('#code').fill(second.code());
  await second.page.keyboard.press('Enter');
  await second.page.getByText('What came of it').waitFor();
  type Runs = { runs: { rules: { events: number }[] }[] };
  const { runs } = (await node.ask<Runs>('GET', '/api/retention')).body;
  assert.deepEqual(
    runs.map(({ rules }) => rules[0]?.events),
    [1],
  );
  assertQuiet(seat);
  assertQuiet(second);
});
