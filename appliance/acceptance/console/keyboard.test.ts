// Each role's main journey with a keyboard and nothing else, on one node with the sample organisation and in one browser: the focus is always seen, the
// first Tab leads past the menu, a dialog takes the focus and gives it back, nothing keeps it. And the list of keys, and what roles are.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { browserProblem, openBrowser } from '../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import type { TestNode } from '../../testing.ts';
import { type KeyboardSeat, leaveKeyboardSeat, takeKeyboardSeat } from './testing-keyboard.ts';
import { openSampleNode } from './testing-sample.ts';
import { shot } from './testing-seat.ts';

let node: TestNode;
let url: string;
let browser: Browser;
let wang: string;
let other: string;
/** As many as a model needs to learn from. */
const people = 1000;

before(async () => {
  if (browserProblem() !== undefined) return;
  browser = await openBrowser();
  ({ node, url } = await openSampleNode(people));
  const known = (userId: string, traits: object) => ({ type: 'identify', userId, messageId: `kept ${userId}`, traits });
  await node.send([
    known('k1', { name: '王小明', phone: '+8613907312846', city: '上海', nationalId: '110101199003070038' }),
    known('k2', { name: '王晓明', phone: '+8613607312846', city: '北京' }),
    known('k3', { name: '陈丽', phone: '+8613707312846' }),
    known('k4', { name: '陈莉', phone: '+8613507312846' }),
  ]);
  await node.addSource('CRM export', 'file');
  wang = await idOf('+8613907312846');
  other = await idOf('+8613607312846');
});
after(async () => {
  await browser?.close();
  await node?.close();
});

const idOf = async (phone: string) => (await node.find(phone))[0]!.id;
const recordOf = async (phone: string) => Number((await idOf(phone)).slice(1));
const personOf = async (id: string) => (await node.ask<{ id: string }>('GET', `/api/profiles/${id}`)).body.id;
const until = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
  for (let tries = 0; tries < 1_800; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.fail(what);
};

/** By G and a letter. */
async function goTo(seat: KeyboardSeat, letter: string, heading: string | RegExp): Promise<void> {
  await seat.press('g');
  await seat.press(letter);
  await seat.heading(heading);
}

browserTest('an administrator skips to the content, invites somebody, and the focus comes back from each dialog', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['administrator'] });
  await seat.open('/');
  await seat.press('Tab');
  await seat.focusOn({ role: 'link', name: 'Skip to content' });
  await seat.press('Enter');
  await seat.focusOn({ role: 'main', name: '' });
  await goTo(seat, 'y', 'People');
  await seat.use({ role: 'button', name: 'Invite' });
  await seat.focusOn({ role: 'textbox', name: 'Name' });
  await seat.press('Escape');
  await seat.focusOn({ role: 'button', name: 'Invite' });
  await seat.press('Enter');
  await seat.focusOn({ role: 'textbox', name: 'Name' });
  await seat.type('陈静');
  await seat.press('Tab');
  await seat.type('chen.jing');
  await seat.tabTo({ role: 'combobox', name: 'Roles' });
  await seat.type('audit');
  await seat.press('Enter');
  await seat.use({ role: 'button', name: 'Make a link' });
  await seat.focusOn({ role: 'textbox', name: /Code/ });
  await seat.type(seat.code());
  await seat.press('Enter');
  await seat.page.getByText(/Hand it over in person/).waitFor();
  await seat.page.getByRole('dialog', { name: 'One-time link' }).waitFor();
  await seat.tabTo({ role: 'button', name: 'OK' });
  await seat.press('Enter');
  await seat.focusOn({ role: 'button', name: 'Invite' });
  type People = { people: { login: string; roles: string[] }[] };
  const { body } = await node.ask<People>('GET', '/api/people');
  assert.deepEqual(body.people.find(({ login }) => login === 'chen.jing')?.roles, ['auditor']);
  // A menu that opens a dialog: back to what opened the menu.
  await seat.tabTo({ role: 'button', name: 'More for 陈静' });
  await seat.press('Enter');
  await seat.choose('Change roles');
  await seat.page.getByRole('dialog', { name: /Change roles/ }).waitFor();
  await seat.tabTo({ role: 'combobox', name: 'Roles' });
  await seat.press('Escape');
  await seat.focusOn({ role: 'button', name: 'More for 陈静' });
  // The menu, three at the top, the invitation, and a menu for each of two people.
  assert.ok((await seat.around()) >= 7);
  await leaveKeyboardSeat(seat);
});

browserTest('a supervisor finds a customer, makes one of two, and takes it back by a key', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['supervisor'], language: 'zh' });
  await goTo(seat, 'c', '客户');
  await seat.press('Escape');
  await seat.focusOn({ role: 'searchbox', name: /手机号/ });
  await seat.type('+8613907312846');
  await seat.press('Enter');
  await seat.use({ role: 'link', name: /王小明/ });
  await seat.heading(/王小明/);
  assert.ok((await seat.around()) > 10);
  await goTo(seat, 'c', '客户');
  await seat.tabTo({ role: 'checkbox', name: /王小明/ });
  await seat.press('Space');
  await seat.tabTo({ role: 'checkbox', name: /王晓明/ });
  await seat.press('Space');
  await seat.use({ role: 'button', name: /对比所选两位/ }, 'Shift+Tab');
  await seat.heading('合并两位客户');
  await seat.use({ role: 'button', name: /^合 ?并$/ });
  await seat.focusOn({ role: 'textbox', name: '原因' });
  await seat.type('出示同一张卡');
  await seat.press('Enter');
  await seat.page.getByText('已合并').first().waitFor();
  assert.equal(await personOf(wang), await personOf(other));
  await seat.press('u');
  await seat.page.getByText('已撤销').waitFor();
  assert.notEqual(await personOf(wang), await personOf(other));
  await leaveKeyboardSeat(seat);
});

/** What it says instead stands in the failure. */
async function says(where: Locator, text: string): Promise<void> {
  await where
    .getByText(text)
    .waitFor()
    .catch(async () => assert.fail(`"${await where.textContent()}" where "${text}" should be`));
}

browserTest('a marketer builds a segment by hand and keeps it', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['marketer'] });
  await goTo(seat, 's', 'Segments');
  await seat.use({ role: 'button', name: 'New segment' });
  await seat.heading('New segment');
  await seat.tabTo({ role: 'spinbutton', name: 'Value' });
  await seat.type('100');
  await seat.page.getByRole('status', { name: 'The rule in words' }).getByText('spend > 100').waitFor();
  await seat.use({ role: 'button', name: 'Add condition' });
  await seat.choose('Did, so many times');
  await seat.tabTo({ role: 'combobox', name: 'Event' }, 'Shift+Tab');
  await seat.type('Order Completed');
  // What was typed stands there before the list that offers names is closed.
  const sentence = seat.page.getByRole('status', { name: 'The rule in words' });
  await says(sentence, 'spend > 100 and did "Order Completed" in 30 days');
  await seat.press('Escape');
  await says(sentence, 'spend > 100 and did "Order Completed" in 30 days');
  await seat.tabTo({ role: 'textbox', name: 'Name', exact: true });
  await seat.type('by keys');
  await seat.use({ role: 'button', name: 'Save' });
  await seat.heading('by keys');
  const { body } = await node.ask<{ segments: { name: string; text: { en: string } }[] }>('GET', '/api/segments');
  assert.equal(body.segments.find(({ name }) => name === 'by keys')?.text.en, 'spend > 100 and did "Order Completed" in 30 days');
  await leaveKeyboardSeat(seat);
});

browserTest('a data scientist goes from a question to a training that runs', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['data-scientist'] });
  await goTo(seat, 'm', 'Models');
  await seat.use({ role: 'link', name: 'Train Churn' });
  await seat.heading('Train a model');
  const goOn = async (next: Locator) => {
    await seat.page.getByRole('button', { name: 'Continue' }).and(seat.page.locator(':enabled')).waitFor();
    await seat.use({ role: 'button', name: 'Continue' });
    await next.first().waitFor();
  };
  await goOn(seat.page.getByText('Who is learned from'));
  await goOn(seat.page.getByRole('checkbox', { name: /^Learn from/ }));
  await goOn(seat.page.getByRole('radio', { name: /^Quick/ }));
  await seat.tabTo({ role: 'radio', name: /./ });
  await seat.press('ArrowUp');
  assert.ok(await seat.page.getByRole('radio', { name: /^Quick/ }).isChecked());
  await goOn(seat.page.getByRole('checkbox', { name: /Let it serve at once/ }));
  // Serving at once would be a promotion, which wants a second look.
  await seat.tabTo({ role: 'checkbox', name: /Let it serve at once/ }, 'Shift+Tab');
  await seat.press('Space');
  await seat.use({ role: 'button', name: 'Start the training' });
  await seat.page.waitForURL(/\/trainings\/\d+|\/versions\/1/);
  const { body } = await node.ask<{ jobs: { id: number }[] }>('GET', '/api/model-jobs');
  assert.equal(body.jobs.length, 1);
  await node.ask('POST', `/api/model-jobs/${body.jobs[0]!.id}/cancel`);
  await leaveKeyboardSeat(seat);
});

browserTest('a compliance officer judges an unusual look by keys alone, which the list of keys tells', async () => {
  const honey = await idOf('+8613507312846');
  assert.ok((await node.ask('POST', '/api/access-review/honey', { person: honey, reason: 'made up' })).status < 300);
  await node.ask('GET', `/api/profiles/${honey}`);
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['compliance'], language: 'zh' });
  await seat.open('/access-review');
  await seat.page.getByRole('radiogroup', { name: '复核结论' }).or(seat.page.getByRole('radiogroup')).first().waitFor();
  await seat.press('?');
  const list = seat.page.getByRole('dialog', { name: '键盘操作' });
  await list.getByText('通用').waitFor();
  for (const key of ['J', 'K', '1', '2', '3', '4']) assert.equal(await list.getByText(key, { exact: true }).count(), 1, key);
  await shot(seat.page, 'keys-review-zh');
  await seat.press('Escape');
  await list.waitFor({ state: 'detached' });
  await seat.press('4');
  await seat.focusOn({ role: 'textbox', name: /原因|理由/ });
  await seat.type('已询问，无人知晓');
  await seat.press('Enter');
  type Findings = { findings: { judgement?: { reason: string } }[] };
  const judged = async () => (await node.ask<Findings>('GET', '/api/access-review?state=judged')).body.findings;
  await until(async () => (await judged()).some(({ judgement }) => judgement?.reason === '已询问，无人知晓'), 'it is judged');
  await leaveKeyboardSeat(seat);
});

browserTest('an auditor goes by the menu to the log, opens an entry, and its proof is computed', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['auditor'] });
  await goTo(seat, 'o', /./);
  await seat.tabTo({ role: 'menu', name: '' });
  await seat.press('ArrowDown');
  await seat.choose('Audit log');
  await seat.heading('Audit log');
  await seat.use({ role: 'link', name: /^Entry \d/ });
  await seat.page.getByText('It is in the log: computed here').waitFor();
  await seat.page.getByText('The node signed this root: computed here').waitFor();
  assert.ok((await seat.around()) > 5);
  await leaveKeyboardSeat(seat);
});

browserTest('an agent finds a customer by / and sees one masked value for a reason', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['agent'] });
  await seat.press('/');
  await seat.heading('Customers');
  await seat.focusOn({ role: 'searchbox', name: /Phone/ });
  await seat.type('+8613907312846');
  await seat.press('Enter');
  await seat.use({ role: 'link', name: /王小明/ });
  await seat.heading(/王小明/);
  const show = { role: 'button', name: /^Show .* in the clear/ } as const;
  await seat.use(show);
  await seat.focusOn({ role: 'textbox', name: 'Reason' });
  await seat.type('customer asks at the desk');
  await seat.press('Enter');
  await seat.page.getByRole('dialog').getByText('110101199003070038').waitFor();
  await seat.press('Escape');
  await seat.focusOn(show);
  await leaveKeyboardSeat(seat);
});

browserTest('columns of a file are dragged to their meaning by keyboard', async () => {
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['administrator'], language: 'zh' });
  await seat.open('/data/import');
  const choosing = seat.page.waitForEvent('filechooser');
  await seat.tabTo({ role: 'button', name: /CSV/ });
  await seat.press('Enter');
  const content = Buffer.from('编号,甲,乙\nC1,a,b\nC2,c,d\n');
  await (await choosing).setFiles({ name: 'columns.csv', mimeType: 'text/csv', buffer: content });
  await seat.page.getByText('columns.csv').first().waitFor();
  await seat.use({ role: 'button', name: /下一步/ });
  const goal = seat.page.locator('[data-target]').filter({ hasText: '甲' });
  await seat.tabTo({ role: 'button', name: '拖动 甲' });
  await seat.press('Space');
  // The arrows and Escape are heard a moment after the column is taken up, when it is said.
  await seat.page.getByText('已拿起列“甲”').waitFor({ state: 'attached' });
  await seat.press('Escape');
  await seat.page.getByText('已拿起列“甲”').waitFor({ state: 'detached' });
  assert.equal(await goal.count(), 0);
  await seat.focusOn({ role: 'button', name: '拖动 甲' });
  await seat.press('Space');
  await seat.page.getByText('已拿起列“甲”').waitFor({ state: 'attached' });
  await seat.press('ArrowDown');
  const said = seat.page.getByText(/列“甲”位于“.+”上/);
  await said.waitFor({ state: 'attached' });
  const first = await said.textContent();
  await seat.press('ArrowDown');
  await until(async () => (await said.textContent()) !== first, 'the next meaning');
  const meaning = /位于“(.+)”上/.exec((await said.textContent()) ?? '')![1]!;
  await seat.press('Space');
  await goal.waitFor();
  assert.ok(((await goal.textContent()) ?? '').startsWith(meaning), `${await goal.textContent()} is ${meaning}`);
  await seat.focusOn({ role: 'button', name: '拖动 甲' });
  await leaveKeyboardSeat(seat);
});

browserTest('keys are listed where one stands, can be turned off, and do nothing then', async () => {
  const [left, right] = [await recordOf('+8613707312846'), await recordOf('+8613507312846')];
  const weights = [{ field: 'prior', level: 'before any field', weightBits: -11 }];
  await node.app.node().profiles.reviews.add([{ leftRecord: left, rightRecord: right, probability: 0.64, weights }]);
  const seat = await takeKeyboardSeat(browser, node, url, { roles: ['supervisor'] });
  const { page } = seat;
  await goTo(seat, 'i', 'Pairs to decide');
  await page.getByText(/likely to be one person/).waitFor();
  await seat.press('?');
  const list = page.getByRole('dialog', { name: 'Keyboard' });
  for (const key of ['J', 'K', 'M', 'D', 'S', 'U']) await list.getByText(key, { exact: true }).first().waitFor();
  await list.getByText('Undo', { exact: true }).waitFor();
  await shot(page, 'keys-queue-en');
  await seat.tabTo({ role: 'switch', name: 'Single keys act' });
  await seat.press('Space');
  await seat.press('Escape');
  await list.waitFor({ state: 'detached' });
  await seat.press('d');
  await seat.press('?');
  await seat.use({ role: 'button', name: '李华' });
  await seat.choose('Keyboard');
  await list.waitFor();
  assert.equal((await node.ask<{ reviews: unknown[] }>('GET', '/api/identity/reviews')).body.reviews.length > 0, true);
  await seat.tabTo({ role: 'switch', name: 'Single keys act' });
  await seat.press('Space');
  await seat.press('Escape');
  await list.waitFor({ state: 'detached' });
  await seat.focusOn({ role: 'button', name: '李华' });
  await seat.open('/live');
  await seat.press('?');
  await list.getByText('Space', { exact: true }).waitFor();
  await list.getByText('Pause', { exact: true }).waitFor();
  await leaveKeyboardSeat(seat);
});
