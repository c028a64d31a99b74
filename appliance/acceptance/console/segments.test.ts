// Segments in a real Chromium: a marketer builds one by hand and in words with the count beside it, follows who is in it and why, keeps snapshots, goes
// back to a version, lets members out with a second person; RFM, clusters and lifetime value; who only reads is offered nothing else. In both languages.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openSampleNode, type SampleNode } from './testing-sample.ts';
import { assertQuiet, type Seat, shot, takeSeat } from './testing-seat.ts';

let sample: SampleNode;
before(async () => {
  sample = await openSampleNode();
});
after(() => sample?.node.close());

type Kept = { id: number; name: string; members: number; version: number; text: { en: string; zh: string } };
const segments = async () => (await sample.node.ask<{ segments: Kept[] }>('GET', '/api/segments')).body.segments;
const named = async (name: string) => (await segments()).find((one) => one.name === name);
const settled = () => sample.node.app.node().segments.caughtUp();

/** Chooses in a select of antd's by the keyboard's own way: open, type where one can, take the option. */
async function choose(page: Page, label: string, option: string, nth = 0): Promise<void> {
  const box = page.getByRole('combobox', { name: label }).nth(nth);
  await box.click();
  await page
    .locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option', { hasText: option })
    .first()
    .click();
}

async function add(text: string, purpose: string): Promise<Kept> {
  const { status, body } = await sample.node.ask<Kept>('POST', '/api/segments', { text, purpose });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

browserTest('a marketer builds a segment by hand: the sentence and the count go along, and the node keeps it', async (t) => {
  const seat = await takeSeat(t, sample.node, sample.url, { roles: ['marketer'] });
  const { page } = seat;
  await seat.open('/segments');
  await page.getByText('There is no segment yet').waitFor();
  await shot(page, 'segments-none-en');
  await page.getByRole('button', { name: 'New segment' }).first().click();
  await page.getByRole('heading', { name: 'New segment', level: 1 }).waitFor();
  // Nothing is finished yet: there is no count, and it cannot be kept.
  assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled());
  await page.getByRole('spinbutton', { name: 'Value' }).fill('100');
  await page.getByRole('status', { name: 'The rule in words' }).getByText('spend > 100').waitFor();
  await page.getByRole('button', { name: 'Add condition' }).click();
  await page.getByRole('menuitem', { name: 'Did, so many times' }).click();
  await page.getByRole('combobox', { name: 'Event' }).fill('Order Completed');
  await page.keyboard.press('Escape');
  await page.getByText('spend > 100 and did "Order Completed" in 30 days').waitFor();
  await choose(page, 'When', 'ever', 1);
  await page.getByText('spend > 100 and did "Order Completed"', { exact: true }).waitFor();
  await page.getByRole('status', { name: 'Who fits' }).waitFor();
  await page.getByText('A few of them').waitFor();
  await page.mouse.move(0, 0);
  await shot(page, 'segment-builder-en');
  // Either condition, the second not: by the keyboard alone.
  await page.getByRole('button', { name: 'Not', exact: true }).nth(1).focus();
  await page.keyboard.press('Enter');
  await page.getByText('did not "Order Completed"').waitFor();
  await page.keyboard.press('Enter');
  await page
    .getByRole('status', { name: 'The rule in words' })
    .getByText('spend > 100 and did "Order Completed"', { exact: true })
    .waitFor();
  await page.getByLabel('Name', { exact: true }).fill('buyers');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { name: 'buyers', level: 1 }).waitFor();
  const kept = await named('buyers');
  assert.equal(kept?.text.en, 'spend > 100 and did "Order Completed"');
  await settled();
  await page.getByText('live', { exact: true }).waitFor();
  await shot(page, 'segment-overview-en');
  assertQuiet(seat);
});

async function members(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Members' }).click();
  await page.locator('.ant-table-row').first().waitFor();
  assert.match(page.url(), /tab=members$/);
  const text = (await page.locator('main').textContent()) ?? '';
  assert.ok(!/@|\d{11}/.test(text), 'no address and no number of anybody');
  await shot(page, 'segment-members-en');
  await page
    .getByRole('button', { name: /^Why p/ })
    .first()
    .click();
  await page.getByText(/holds/).first().waitFor();
  assert.ok(!/p\d/.test(page.url()), page.url());
  await shot(page, 'segment-why-en');
  await page.keyboard.press('Escape');
}

async function snapshots(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Snapshots' }).click();
  for (const name of ['May', 'June']) {
    await page.getByRole('button', { name: 'Take a snapshot' }).first().click();
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await page.keyboard.press('Enter');
    await page.getByRole('cell', { name, exact: true }).waitFor();
  }
  await page.getByRole('checkbox', { name: 'Choose May' }).check();
  await page.getByRole('checkbox', { name: 'Choose June' }).check();
  await page.getByText('100% of those who were in it stayed.').waitFor();
  await shot(page, 'segment-snapshots-en');
}

browserTest(
  'a segment on its page: members and why, changes as they come, snapshots compared, a version restored, and deleted with undo',
  async (t) => {
    const made = await add('spend > 100 = spenders', 'customer_service');
    await settled();
    const seat = await takeSeat(t, sample.node, sample.url, { roles: ['marketer'] });
    const { page } = seat;
    await seat.open(`/segments/${made.id}`);
    await members(page);
    await snapshots(page);
    await page.getByRole('button', { name: /Change$/ }).click();
    await page.getByText('Write', { exact: true }).click();
    const text = page.getByRole('textbox', { name: 'Rule in words' });
    assert.equal(await text.inputValue(), 'spend > 100');
    await text.fill('spend > 200 and active in 30');
    await page.getByText(/expected hours, days, weeks or months/).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Save' }).isDisabled());
    await shot(page, 'segment-text-error-en');
    await page.getByRole('button', { name: 'Go there' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type(' months');
    await page.getByRole('status', { name: 'The rule in words' }).getByText('spend > 200 and active in 30 months').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.locator('ins').first().waitFor();
    assert.equal((await named('spenders'))?.version, 2);
    await shot(page, 'segment-versions-en');
    await page.getByRole('button', { name: 'Restore' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click();
    await page.getByText('Version 3').waitFor();
    assert.equal((await named('spenders'))?.text.en, 'spend > 100');
    await settled();
    await page.getByRole('tab', { name: 'Entering and leaving' }).click();
    await page.getByText('live', { exact: true }).waitFor();
    await sample.node.send([
      { type: 'track', event: 'Order Completed', userId: 'new-1', properties: { order_id: 'n1', total: 900 } },
    ]);
    await page.getByText('something they did').first().waitFor();
    await shot(page, 'segment-changes-en');
    await page.getByRole('button', { name: /delete Delete$/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Segments', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    assert.equal(await named('spenders'), undefined);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('heading', { name: 'spenders', level: 1 }).waitFor();
    assert.equal((await named('spenders'))?.text.en, 'spend > 100');
    assertQuiet(seat);
  },
);

browserTest('members leave the node once a second person approved: proposed, followed and fetched on one page', async (t) => {
  const made = await add('orders >= 1 = for the call centre', 'customer_service');
  await settled();
  const seat = await takeSeat(t, sample.node, sample.url, { roles: ['marketer'], language: 'zh' });
  const { page } = seat;
  await seat.open(`/segments/${made.id}?tab=export`);
  await page.getByLabel('原因（供审批人参考）').fill('五月回访');
  await page.getByRole('button', { name: '提交审批' }).click();
  const password = page.locator('#password');
  const waits = page.getByText('等待他人在“审批”中处理。');
  await password.or(waits).first().waitFor();
  if (await password.isVisible()) {
    await password.fill('seven brown owls at dusk');
    await page.keyboard.press('Enter');
  }
  await waits.waitFor();
  await shot(page, 'segment-export-zh');
  const { approvals } = (await sample.node.ask<{ approvals: { id: number }[] }>('GET', '/api/approvals?state=waiting')).body;
  assert.equal(approvals.length, 1);
  await sample.node.ask('POST', `/api/approvals/${approvals[0]!.id}/approve`, {});
  await page.getByText(/^已批准/).waitFor();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: '获取文件' }).click();
  const file = readFileSync(await (await download).path(), 'utf8')
    .trim()
    .split('\n');
  assert.equal(file[0], 'id,name,phone,email');
  assert.ok(file.length > 1 && file.length - 1 <= (await named('for the call centre'))!.members, `${file.length}`);
  assertQuiet(seat);
});

browserTest(
  'what customers are worth: a field of the RFM grid becomes a segment that finds as many; clusters; lifetime value',
  async (t) => {
    const seat = await takeSeat(t, sample.node, sample.url, { roles: ['marketer'], width: 1024 });
    const { page } = seat;
    await seat.open('/rfm');
    const fields = page.getByRole('button', { name: /^Recency \d, frequency \d: [1-9]/ });
    await fields.first().waitFor();
    const told = (await fields.first().getAttribute('aria-label')) ?? '';
    await fields.first().focus();
    await page.keyboard.press('Enter');
    const many = Number(/: (\d+) customers/.exec(told)![1]);
    await page.getByRole('status', { name: 'Who fits' }).getByText(String(many), { exact: true }).waitFor();
    await shot(page, 'rfm-en');
    assert.match(page.url(), /field=\d-\d/);
    await page.getByRole('button', { name: 'Make a segment of it' }).click();
    await page.getByRole('status', { name: 'Who fits' }).getByText(String(many), { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: /^RFM \d-\d$/, level: 1 }).waitFor();
    await settled();
    const kept = (await segments()).find(({ name }) => name.startsWith('RFM'));
    assert.equal(kept?.members, many);
    await seat.open('/clusters');
    await page
      .getByText(/groups stand apart best/)
      .first()
      .waitFor();
    await shot(page, 'clusters-en');
    await seat.open('/lifetime');
    await page.getByText('Value over time').waitFor();
    await shot(page, 'lifetime-en');
    assertQuiet(seat);
  },
);

async function readsOnly({ page, open }: Seat, one: Kept): Promise<void> {
  await open('/segments');
  await page.getByRole('link', { name: one.name }).waitFor();
  assert.equal(await page.getByRole('button', { name: /新建人群/ }).count(), 0);
  await shot(page, 'segments-zh');
  await open(`/segments/${one.id}`);
  await page.getByText('每日规模').waitFor();
  assert.equal(await page.getByRole('button', { name: /更改|删除/ }).count(), 0);
  for (const name of ['成员', '导出']) assert.equal(await page.getByRole('tab', { name, exact: true }).count(), 0, name);
  await shot(page, 'segment-overview-zh');
}

browserTest('a data scientist reads segments, overlaps and figures in Chinese, and is offered nothing else', async (t) => {
  const one = await add('最近订单 在60天内 = recent buyers', 'customer_service');
  await add('消费 > 300 = big spenders', 'customer_service');
  await settled();
  const seat = await takeSeat(t, sample.node, sample.url, { roles: ['data-scientist'], language: 'zh' });
  const { page } = seat;
  await readsOnly(seat, one);
  await page.goto(`${sample.url}/console/segments/new`);
  await page.getByText('您的角色无权查看').waitFor();
  await seat.open('/overlaps');
  await page.getByRole('cell', { name: 'recent buyers' }).first().waitFor();
  await shot(page, 'overlaps-zh');
  await seat.open('/rfm?field=5-5');
  await page.getByText('十类客户').waitFor();
  await shot(page, 'rfm-zh');
  await seat.open('/clusters?columns=orders,spend,active_days_90d&to=5');
  await page
    .getByText(/群时分离最好/)
    .first()
    .waitFor();
  await shot(page, 'clusters-zh');
  await seat.open('/lifetime?weeks=26');
  await page.getByText('价值走势').waitFor();
  await shot(page, 'lifetime-zh');
  assertQuiet(seat);
});

browserTest('a name made of markup is text wherever a segment is shown', async (t) => {
  const label = { en: '<img src=x onerror=alert(1)>', zh: '<img src=x onerror=alert(1)>' };
  const made = await sample.node.ask<Kept>('POST', '/api/segments', {
    name: 'odd',
    text: 'orders >= 2',
    purpose: 'customer_service',
    label,
  });
  assert.equal(made.status, 200);
  await settled();
  const seat = await takeSeat(t, sample.node, sample.url, { roles: ['marketer'], language: 'zh' });
  const { page } = seat;
  for (const path of ['/segments', `/segments/${made.body.id}`, '/overlaps']) {
    await seat.open(path);
    await page.getByText('<img src=x').first().waitFor();
    assert.equal(await page.locator('img[src=x]').count(), 0, path);
  }
  await seat.open(`/segments/${made.body.id}/edit`);
  await page.getByRole('status', { name: '符合人数' }).waitFor();
  await page.getByText('文字编写', { exact: true }).click();
  await page.getByRole('textbox', { name: '规则文本' }).fill('最近订单 在30天内 且 (积分 > 100 或 没有 邮箱');
  await page.getByText('还有括号没有闭合').waitFor();
  await shot(page, 'segment-text-error-zh');
  await page.getByRole('textbox', { name: '规则文本' }).fill('最近订单 在30天内 且 (积分 > 100 或 没有 邮箱)');
  await page.getByRole('status', { name: '规则表述' }).getByText('积分 > 100 或 没有 邮箱').waitFor();
  await page.getByText('逐项构建', { exact: true }).click();
  await page.getByRole('group', { name: '分组' }).nth(1).waitFor();
  await shot(page, 'segment-builder-zh');
  assertQuiet(seat);
});
