// An administrator who has just opened a fresh node walks from its seal to the first customer in it by clicking alone: shares handed out and typed back,
// a second person invited, a source with its key, the first event arriving live, a file with its columns mapped.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode, testPassphrase } from '../../testing.ts';
import { assertQuiet, type Language, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
  // The one that every test's node has is not one that somebody set up.
  await node.ask('POST', `/api/sources/${node.source.id}/disable`);
});
after(() => node?.close());

const words = {
  en: {
    offer: 'Go on',
    make: 'Make recovery shares',
    goOn: 'Continue',
    show: (number: number) => `Show share ${number}`,
    next: 'It is handed over: next share',
    last: 'It is handed over',
    confirm: 'These shares count from now on',
    step: 'Next step',
    inviteOfficer: 'Invite: Compliance officer',
    link: 'Make a link',
    officer: 'compliance officer',
    add: 'Add it',
    send: 'Send a test event',
    works: 'It works: events arrive.',
    open: 'to do',
    anew: 'Make new shares',
  },
  zh: {
    offer: '继续',
    make: '生成恢复份额',
    goOn: '继续',
    show: (number: number) => `显示第 ${number} 份`,
    next: '已交付，下一份',
    last: '已交付',
    confirm: '启用这些份额',
    step: '下一步',
    inviteOfficer: '邀请合规官',
    link: '生成链接',
    officer: '合规官',
    add: '添加',
    send: '发送测试事件',
    works: '事件已到达，接入成功。',
    open: '待完成',
    anew: '重新生成份额',
  },
} as const;

/** By its words: an icon before them has a name of its own, and two Chinese characters are drawn with a space between them. */
const button = (page: Page, name: string) =>
  page.getByRole('button', { name: new RegExp(`^([a-z-]+ )?${[...name].length === 2 ? [...name].join(' ?') : name}$`) });
const stepIs = (page: Page, step: string, done: boolean) => page.locator(`[data-step=${step}][data-done=${done}]`).waitFor();
type State = { shares?: { needed: number; of: number } };
const shares = async () => (await node.ask<State>('GET', '/api/seal')).body.shares;

for (const language of ['en', 'zh'] as const) {
  browserTest(`the first steps of a node, ${language}`, async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['administrator'], language });
    const { page, code } = seat;
    const say = words[language];
    await button(page, say.offer).click();
    await page.waitForURL('**/first-run/*');
    await page.locator('[data-step=seal] a').click();
    await makeShares(page, language, code);
    await button(page, say.step).click();
    await invite(page, language);
    await button(page, say.step).click();
    await addSource(page, language);
    await button(page, say.step).click();
    await button(page, say.send).waitFor();
    await shot(page, `first-run-event-waits-${language}`);
    await button(page, say.send).click();
    await page.getByText(say.works).waitFor();
    await stepIs(page, 'event', true);
    await page.locator('td').first().waitFor();
    await shot(page, `first-run-event-${language}`);
    await button(page, say.step).click();
    await page.locator('[data-step=import] [aria-current=step]').waitFor();
    await shot(page, `first-run-import-${language}`);
    // Left and taken up again: what is done is known by the node, not by the page.
    await page.goto(`${url}/console/first-run/source`);
    await stepIs(page, 'source', true);
    await stepIs(page, 'people', false);
    assert.equal(await page.getByTestId('write-key').count(), 0);
    assertQuiet(seat);
  });
}

async function makeShares(page: Page, language: Language, code: () => string): Promise<void> {
  const say = words[language];
  const before = await shares();
  const name = before ? say.anew : say.make;
  await button(page, name).waitFor();
  await shot(page, `first-run-seal-${language}`);
  await button(page, name).click();
  await page.locator('#passphrase').fill(testPassphrase);
  await page.locator('.ant-modal button[type=submit]').click();
  const proof = page.locator('#code');
  const first = button(page, say.show(1));
  await proof.or(first).first().waitFor();
  if (await proof.isVisible()) {
    await proof.fill(code());
    await button(page, say.goOn).last().click();
  }
  const texts: string[] = [];
  for (const number of [1, 2, 3]) {
    await button(page, say.show(number)).click();
    texts.push((await page.getByTestId('share').textContent()) ?? '');
    if (number === 1) await shot(page, `first-run-share-${language}`);
    await button(page, number === 3 ? say.last : say.next).click();
  }
  assert.equal(new Set(texts).size, 3);
  for (const text of texts) assert.match(text, /^HF-\d-/);
  // Nothing counts before it was typed back, and a share mistyped is said.
  assert.deepEqual(await shares(), before);
  assert.equal(await page.getByText(texts[2]!).count(), 0);
  const field = (at: number) => page.locator(`#shares_${at}`);
  await field(0).fill(texts[0]!);
  await field(1).fill('HF-2-0000');
  await button(page, say.confirm).click();
  await page.locator('[role=alert] .ant-alert-title').first().waitFor();
  await shot(page, `first-run-typed-wrong-${language}`);
  await field(1).fill(texts[2]!);
  await button(page, say.confirm).click();
  await stepIs(page, 'seal', true);
  await field(0).waitFor({ state: 'detached' });
  assert.deepEqual(await shares(), { needed: 2, of: 3 });
}

async function invite(page: Page, language: Language): Promise<void> {
  const say = words[language];
  await page.locator('[data-place=first]').waitFor();
  await shot(page, `first-run-people-${language}`);
  if (language === 'zh') return;
  await button(page, say.inviteOfficer).click();
  await page.locator('#name').fill('王敏');
  await page.locator('#login').fill(`officer.${language}`);
  // The role is chosen already.
  await page.locator('.ant-modal .ant-select-selection-item', { hasText: say.officer }).waitFor();
  await button(page, say.link).click();
  assert.match((await page.getByText(/#link=hl_/).textContent()) ?? '', /^http\S+\/console\/#link=hl_[\w-]{43}$/);
  await page.locator('[data-place=officer] .hf-mark').waitFor();
}

async function addSource(page: Page, language: Language): Promise<void> {
  const say = words[language];
  await page.locator('#name').fill(`Web shop ${language}`);
  await shot(page, `first-run-source-${language}`);
  await button(page, say.add).click();
  const key = (await page.getByTestId('write-key').textContent()) ?? '';
  assert.match(key, /^c[a-z2-7]{24}$/);
  // The lines to paste hold this node's address and the key.
  const code = (await page.locator('pre:visible').textContent()) ?? '';
  assert.ok(code.includes(key) && code.includes(url), code);
  await page.getByRole('tab', { name: 'Python' }).click();
  await page.locator('pre:visible', { hasText: 'urllib' }).waitFor();
  assert.ok(((await page.locator('pre:visible').textContent()) ?? '').includes(`b"${key}:"`));
  await stepIs(page, 'source', true);
  await shot(page, `first-run-key-${language}`);
}
