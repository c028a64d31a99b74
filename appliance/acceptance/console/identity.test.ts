// The review queue by keyboard, and the quality and rules of identity: what is decided by a key is what the node holds, and what is taken back waits again.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, eventually, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
const pairs = [
  ['王小明', '王晓明', 0.83],
  ['陈丽', '陈莉', 0.64],
  ['John Smith', 'Jon Smith', 0.57],
] as const;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
  await node.send(
    pairs.flatMap(([left, right], at) =>
      [left, right].map((name, side) => ({
        ...{ type: 'identify', userId: `u${at}${side}`, messageId: `m${at}${side}` },
        traits: { name, birthday: `199${at}-03-0${side + 1}`, city: '上海', email: `c${at}${side}@example.com` },
      })),
    ),
  );
  const recordOf = async (at: number, side: number) => Number((await node.find(`c${at}${side}@example.com`))[0]!.id.slice(1));
  const suggestions = [];
  for (const [at, [, , probability]] of pairs.entries()) {
    const bits = Math.log2(probability / (1 - probability));
    const weights = [
      { field: 'prior', level: 'before any field', weightBits: -11 },
      { field: 'fullName', level: 'similar', weightBits: 6.5 },
      { field: 'birthDate', level: 'one digit', weightBits: bits + 5.7 },
      { field: 'email', level: 'different', weightBits: -1.2 },
    ];
    suggestions.push({ leftRecord: await recordOf(at, 0), rightRecord: await recordOf(at, 1), probability, weights });
  }
  await node.app.node().profiles.reviews.add(suggestions);
});
after(() => node?.close());

const waiting = async () =>
  (await node.ask<{ reviews: { reviewId: number }[] }>('GET', '/api/identity/reviews')).body.reviews.map(
    ({ reviewId }) => reviewId,
  );
const isOne = async (at: number) => {
  const found = await Promise.all([0, 1].map((side) => node.find(`c${at}${side}@example.com`)));
  return found[0]![0]!.id === found[1]![0]!.id;
};
browserTest('pairs are decided by keys alone, shown at once, taken back by one key, and waiting again then', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['supervisor'] });
  const { page } = seat;
  const before = await waiting();
  assert.equal(before.length, 3);
  await seat.open('/identity/reviews');
  await page.getByText('83% likely to be one person').waitFor();
  await page.getByText('≠ differs').first().waitFor();
  await page.locator('main svg').first().waitFor();
  // Both sides are in sight: nothing has to be scrolled to compare them.
  const table = page.locator('main .ant-table-content').first();
  assert.ok(await table.evaluate(({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth));
  await shot(page, 'identity-queue-en');
  await page.keyboard.press('j');
  await page.getByText('64% likely to be one person').waitFor();
  await page.keyboard.press('k');
  await page.getByText('83% likely to be one person').waitFor();
  await page.keyboard.press('m');
  // The next is there without waiting for the node.
  await page.getByText('64% likely to be one person').waitFor();
  await eventually(() => isOne(0), 'the node merged the pair');
  await page.keyboard.press('u');
  await page.getByText('83% likely to be one person').waitFor();
  await eventually(async () => !(await isOne(0)), 'the node parted the pair');
  await eventually(async () => (await waiting()).length === 3, 'the pair waits again');
  await page.keyboard.press('m');
  await page.getByText('64% likely to be one person').waitFor();
  await page.keyboard.press('d');
  await page.getByText('57% likely to be one person').waitFor();
  await eventually(async () => (await waiting()).length === 1, 'two are decided');
  assert.deepEqual([await isOne(0), await isOne(1)], [true, false]);
  await page.getByText(/2 decided/).waitFor();
  assertQuiet(seat);
});

browserTest('the queue, its waterfall and its end in Chinese', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['supervisor'], language: 'zh' });
  const { page } = seat;
  await seat.open('/identity/reviews');
  await page.getByText(/为同一人的可能性 57%/).waitFor();
  await page.getByText('先验').first().waitFor();
  await shot(page, 'identity-queue-zh');
  await page.keyboard.press('d');
  await page.getByText('没有待审核的配对').waitFor();
  await eventually(async () => (await waiting()).length === 0, 'none waits');
  await shot(page, 'identity-queue-empty-zh');
  assertQuiet(seat);
});

browserTest(
  'quality says what was decided and how often people agreed; rules are those of the configuration; an administrator compares all',
  async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
    const { page } = seat;
    await seat.open('/identity/quality');
    await page.getByText('人工审核结果').waitFor();
    await page.getByRole('cell', { name: /50% – 60%/ }).waitFor();
    await page.getByText('✓ 与配置一致').waitFor();
    await shot(page, 'identity-quality-zh');
    await page.getByRole('button', { name: '全量比对' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '全量比对' }).click();
    await page.getByText(/已比对/).waitFor();
    await seat.open('/identity/rules');
    await page.getByRole('cell', { name: '电话' }).waitFor();
    await shot(page, 'identity-rules-zh');
    assertQuiet(seat);
    const english = await takeSeat(t, node, url, { roles: ['data-scientist'], width: 1024 });
    await english.open('/identity/quality?days=7');
    await english.page.getByText('Decisions by day').first().waitFor();
    await shot(english.page, 'identity-quality-en');
    await english.open('/identity/rules');
    await english.page.getByText('Which value is shown').waitFor();
    await shot(english.page, 'identity-rules-en');
    assert.equal(await english.page.getByRole('button', { name: 'Compare all people' }).count(), 0);
    assertQuiet(english);
  },
);
