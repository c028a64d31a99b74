// Sources and importing files, as an administrator does both: a key rotated, a source switched off and on, columns dragged by keyboard, rows refused with
// their reason, an import paused, ended and taken up again without a row twice. And what somebody else is offered of it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before } from 'node:test';
import iconv from 'iconv-lite';
import type { Page } from 'playwright-core';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, eventually, shot, takeSeat } from './testing-seat.ts';
import { workbook } from './testing-workbook.ts';

let node: TestNode;
let url: string;
let files: { id: number; name: string };
before(async () => {
  node = await openTestNode();
  url = await node.listen();
  await node.send([{ type: 'track', event: 'Order Completed', userId: 'u1', messageId: 'm1', properties: { total: 9 } }]);
  files = { id: (await node.addSource('CRM export', 'file')).id, name: 'CRM export' };
});
after(() => node?.close());

/** By its words: an icon before them has a name of its own, and two Chinese characters are drawn with a space between them. */
const button = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`^([a-z-]+ )?${[...name].length === 2 ? [...name].join(' ?') : name}$`) });
const choose = async (page: Page, name: string, content: Buffer) => {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: content });
};
const count = async (page: Page, name: string) =>
  Number(((await page.locator(`[data-count=${name}] .ant-statistic-content`).textContent()) ?? '').replaceAll(',', ''));
const target = (page: Page, to: string) => page.locator(`[data-target="${to}"]`);
type Sources = { sources: { id: number; name: string; disabledAtMs?: number; previousKeyUntilMs?: number }[] };
const sourceCalled = async (name: string) =>
  (await node.ask<Sources>('GET', '/api/sources')).body.sources.find((one) => one.name === name);
const takes = async (writeKey: string) =>
  (await node.send([{ type: 'track', event: 'Ping', userId: 'u2' }], writeKey)).status === 200;

browserTest('a source is added, gets a new key, is switched off and on', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
  const { page } = seat;
  await seat.open('/data/sources');
  await page.getByRole('link', { name: 'CRM export' }).waitFor();
  await shot(page, 'sources-zh');
  await button(page, '添加数据源').click();
  await page.locator('#name').fill('网上商城');
  await page.locator('.ant-modal button[type=submit]').click();
  const shown = page.getByTestId('write-key');
  const first = (await shown.textContent()) ?? '';
  assert.ok(await takes(first));
  await shot(page, 'source-key-zh');
  await button(page, '已妥善保存').click();
  await page.waitForURL('**/data/sources/*');
  await page.getByRole('heading', { name: '网上商城', level: 1 }).waitFor();
  // Once closed nobody sees it again.
  assert.ok(!((await page.locator('body').textContent()) ?? '').includes(first));
  await shot(page, 'source-zh');

  await button(page, '更换密钥').click();
  await page.locator('.ant-modal button[type=submit]').click();
  const second = (await shown.textContent()) ?? '';
  assert.notEqual(second, first);
  await button(page, '已妥善保存').click();
  assert.ok((await takes(first)) && (await takes(second)), 'both keys are taken for a day');
  assert.ok((await sourceCalled('网上商城'))!.previousKeyUntilMs);

  await button(page, '停用').click();
  await page.locator('.ant-modal button[type=submit]').click();
  await button(page, '启用').waitFor();
  await shot(page, 'source-off-zh');
  assert.equal(await takes(second), false);
  await button(page, '启用').click();
  await page.locator('.ant-modal button[type=submit]').click();
  await button(page, '停用').waitFor();
  assert.ok(await takes(second));
  assertQuiet(seat);
});

const evil = '<img src=x onerror=alert(1)>';
const table = [
  `客户号,手机号,姓名,会员等级,${evil}`,
  'C1,138 0013 8001,王小明,金卡,a',
  'C2,13912345678,"李,雷",银卡,b',
  'C3,12,韩梅梅,银卡,c',
  'C4,13612345678',
  ',,,,',
  'C6,13512345678,赵六,金卡,<script>alert(2)</script>',
].join('\r\n');

browserTest('a table in GB18030 is mapped by keyboard, looked at and imported; the same file adds nothing twice', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'en' });
  const { page } = seat;
  await seat.open(`/data/import?source=${files.id}`);
  const content = iconv.encode(table, 'gb18030');
  await choose(page, `${evil}.csv`, content);
  await page.getByText('GB18030 / GBK').waitFor();
  await page.getByRole('cell', { name: '王小明' }).waitFor();
  await shot(page, 'import-file-en');
  await button(page, 'Next').click();

  // Suggested from names in Chinese; what no rule knows keeps its own name.
  await target(page, 'userId').getByText('客户号').waitFor();
  await target(page, 'traits.phone').getByText('手机号').waitFor();
  await target(page, 'traits.memberLevel').getByText('会员等级').waitFor();
  await shot(page, 'import-columns-en');
  // By keyboard alone: another meaning is chosen from the list.
  await page.getByRole('combobox', { name: /会员等级/ }).focus();
  await page.keyboard.type('Loyalty');
  await page.keyboard.press('Enter');
  await target(page, 'traits.loyaltyCard').getByText('会员等级').waitFor();
  // And by pointer back to where it belongs.
  const handle = page.getByRole('button', { name: 'Drag 会员等级' });
  const goal = target(page, 'traits.memberLevel');
  await handle.scrollIntoViewIfNeeded();
  const from = (await handle.boundingBox())!;
  await page.mouse.move(from.x + 5, from.y + 5);
  await page.mouse.down();
  // A hand follows what it aims at: the board scrolls and settles while something is dragged over it.
  await eventually(async () => {
    const onto = (await goal.boundingBox())!;
    await page.mouse.move(onto.x + onto.width / 2, onto.y + onto.height / 2, { steps: 8 });
    return page.locator('[data-target="traits.memberLevel"][data-over]').isVisible();
  }, 'it is dragged over its place');
  await page.mouse.up();
  await goal.getByText('会员等级').waitFor();

  await button(page, 'Keep this mapping').click();
  await page.locator('.ant-modal button[type=submit]').click();
  await page.locator('.ant-modal').waitFor({ state: 'detached' });
  type Dictionary = { dictionary: { fields: { [path: string]: string } } };
  const { body } = await node.ask<Dictionary>('GET', `/api/sources/${files.id}/dictionary`);
  assert.equal(body.dictionary.fields['traits.会员等级'], 'traits.memberLevel');

  await button(page, 'Next').click();
  await page.getByText('+8613800138001').waitFor();
  await page.getByText('2 columns where the header has 5').waitFor();
  await shot(page, 'import-check-en');
  assert.deepEqual(await node.find('+8613800138001'), []);
  await button(page, 'Start the import').click();
  await button(page, 'Import another file').waitFor();
  assert.deepEqual([await count(page, 'recorded'), await count(page, 'rejected')], [4, 2]);
  await shot(page, 'import-done-en');
  const [wang] = await node.find('+8613800138001');
  assert.equal(wang?.traits.name?.value, '王小明');

  const saved = page.waitForEvent('download');
  await button(page, 'Save them as CSV').click();
  const rejects = readFileSync(await (await saved).path(), 'utf8');
  assert.match(rejects, /^\ufeffline,reason,raw\n5,"2 columns where the header has 5","C4,13612345678"\n6,/);

  await button(page, 'Import another file').click();
  await choose(page, `${evil}.csv`, content);
  await button(page, 'Next').click();
  await target(page, 'traits.memberLevel').getByText('会员等级').waitFor();
  await button(page, 'Next').click();
  await button(page, 'Start the import').click();
  await button(page, 'Import another file').waitFor();
  assert.deepEqual([await count(page, 'recorded'), await count(page, 'duplicates')], [0, 4]);
  const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.ok(!/王|1380|C1/.test(stored), stored);
  assertQuiet(seat);
});

browserTest('a workbook of orders becomes events, with dates and long numbers as they are meant', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh', width: 1024 });
  const { page } = seat;
  await seat.open(`/data/import?source=${files.id}`);
  const content = workbook([
    ['客户号', '手机号', '下单时间', '金额'],
    ['W1', 13_800_138_111, { day: 45_356 }, 99.5],
    ['W2', 13_800_138_222, { day: 45_357 }, 12],
  ]);
  await page.locator('input[type=file]').setInputFiles({
    name: 'orders.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: content,
  });
  await page.getByRole('cell', { name: '2024-03-05' }).waitFor();
  await button(page, '下一步').click();
  await page.getByText('一次客户行为').click();
  await page.locator('input[placeholder*="事件名称"]').fill('Order Completed');
  await page.getByLabel('下单时间 的含义').click();
  await page.locator('.ant-select-item-option', { hasText: '发生时间' }).click();
  await target(page, 'timestamp').getByText('下单时间').waitFor();
  await shot(page, 'import-columns-zh');
  await button(page, '下一步').click();
  await page.getByText('+8613800138111').waitFor();
  await shot(page, 'import-check-zh');
  await button(page, '开始导入').click();
  await button(page, '导入另一文件').waitFor();
  assert.equal(await count(page, 'recorded'), 2);
  await shot(page, 'import-done-zh');
  const [customer] = await node.find('+8613800138111');
  assert.ok(customer, 'found by the number of the sheet');
  assertQuiet(seat);
});

browserTest('a file of 200,000 rows is read while the page stays of use: paused, ended, and gone on with', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'en' });
  const { page } = seat;
  const lines = Array.from({ length: 200_000 }, (_, at) => `L${at},139${String(10_000_000 + at)},Name ${at}`);
  const content = Buffer.from(`customer id,phone,name\n${lines.join('\n')}\n`);
  const start = async () => {
    await choose(page, 'many.csv', content);
    await button(page, 'Next').click();
    await target(page, 'traits.phone').getByText('← phone').waitFor();
    await button(page, 'Next').click();
    await button(page, 'Start the import').click();
  };
  const some = (name: string) => page.locator(`[data-count=${name}] .ant-statistic-content`, { hasText: /[1-9]/ }).waitFor();
  await seat.open(`/data/import?source=${files.id}`);
  await start();
  await some('recorded');
  await button(page, 'Pause').click();
  await page.getByText('Paused').waitFor();
  await shot(page, 'import-running-en');
  // It stands still while somebody looks at something else, and is found again.
  await page.getByRole('menuitem', { name: 'Home' }).click();
  await page.getByRole('heading', { level: 1, name: /Good to see you/ }).waitFor();
  await page.goBack();
  await page.getByText('Paused').waitFor();
  await button(page, 'Go on').click();
  await page.getByText('Importing', { exact: true }).waitFor();
  await button(page, 'Cancel').click();
  await page.locator('.ant-popconfirm .ant-btn-primary').click();
  await page.getByText(/^Cancelled at line/).waitFor();
  const recorded = await count(page, 'recorded');
  assert.ok(recorded > 0 && recorded < 200_000, String(recorded));
  await button(page, 'Import another file').click();
  await start();
  await some('duplicates');
  await button(page, 'Cancel').click();
  await page.locator('.ant-popconfirm .ant-btn-primary').click();
  await page.getByText(/^Cancelled at line/).waitFor();
  assertQuiet(seat);
});

browserTest('what is no table is said, and who may not import is offered neither that nor a new source', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
  await seat.open('/data/import');
  await choose(seat.page, 'picture.csv', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1, 2, 3]));
  await seat.page.getByText('该文件不是文本表格').waitFor();
  await shot(seat.page, 'import-binary-zh');
  assertQuiet(seat);
  const other = await takeSeat(t, node, url, { roles: ['data-scientist'], language: 'en' });
  await other.open('/data/sources');
  await other.page.getByText('CRM export').waitFor();
  assert.equal(await button(other.page, 'Add a source').count(), 0);
  await other.page.goto(`${url}/console/data/import`);
  await other.page.getByText('This is not for your role').waitFor();
  await shot(other.page, 'import-forbidden-en');
  assertQuiet(other);
});
