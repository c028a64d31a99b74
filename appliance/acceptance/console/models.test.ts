// Models in the console: a newcomer on the sample organisation goes from a question to a report by clicking; a scientist compares, promotes, rolls
// back, looks at drift and at why one customer scores what they score; what others may not do is not offered to them.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import type { ScoringModel } from '../../core/model/scoring.ts';
import { exportOnnx } from '../../decide/models/models.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import type { TestNode } from '../../testing.ts';
import { openSampleNode } from './testing-sample.ts';
import { assertQuiet, eventually, password, type Seat, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
before(async () => {
  ({ node, url } = await openSampleNode(1000));
});
after(() => node?.close());

type Model = {
  champion?: number;
  schedule?: { everyDays: number };
  ask: { drop?: string[]; budget?: string; learners?: string };
  versions: { number: number; state: string; history: { state: string; reason?: string }[] }[];
};
type Job = { id: number; state: string; version?: number };
const modelOf = async (name = 'churn') => (await node.ask<Model>('GET', `/api/models/${name}`)).body;
/** A training may take its time where others work too. */
const longMs = 300_000;

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
/** The yes of the question that is open. */
const yes = (page: Page) => page.locator('.ant-modal button[type=submit]').last().click();

async function parts(seat: Seat, at: string, names: readonly (readonly [string, string])[]): Promise<void> {
  for (const [part, seen] of names) {
    await seat.open(`${at}${part === '' ? '' : `/${part}`}`);
    await seat.page.getByText(seen).first().waitFor();
    await shot(seat.page, `models-report-${part || 'summary'}-${seat.language}`);
  }
}

browserTest('a newcomer trains churn by clicking and ends on its report', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'] });
  const { page } = seat;
  await seat.open('/models');
  await page.getByText('No model yet').waitFor();
  await shot(page, 'models-empty-en');
  await page.getByRole('link', { name: 'Train Churn' }).click();
  const churn = page.getByRole('radio', { name: /^Churn/ });
  await churn.waitFor();
  assert.ok(await churn.isChecked(), 'the question that was asked for is chosen');
  await shot(page, 'models-wizard-question-en');
  await press(page, 'Continue');
  await page.getByText('Who is learned from').waitFor({ timeout: longMs });
  await shot(page, 'models-wizard-customers-en');
  await press(page, 'Continue');
  await page.getByRole('checkbox', { name: 'Learn from Orders', exact: true }).click();
  await page.getByText('left out by choice').first().waitFor();
  await shot(page, 'models-wizard-features-en');
  await press(page, 'Continue');
  await page.getByRole('radio', { name: /^Quick/ }).click();
  await page.getByText('For experts').click();
  await page.getByRole('radio', { name: /^Lines alone/ }).click();
  await shot(page, 'models-wizard-learning-en');
  await press(page, 'Continue');
  assert.ok(await page.getByRole('checkbox', { name: /Let it serve at once/ }).isChecked());
  await shot(page, 'models-wizard-start-en');
  await press(page, 'Start the training');
  // Serving at once is a promotion: the node wants to be sure who asks.
  await page.locator('.ant-modal #password').fill(password);
  await yes(page);
  await page.getByRole('heading', { name: 'Churn, version 1' }).waitFor({ timeout: longMs });
  await page.getByText('AUC on the newest customers').waitFor();
  const made = await modelOf();
  assert.equal(made.champion, 1);
  assert.deepEqual([made.ask.drop, made.ask.budget, made.ask.learners], [['orders'], 'small', 'linear']);
  await parts(seat, '/models/churn/versions/1', [
    ['', 'AUC on the newest customers'],
    ['curves', 'ROC curve'],
    ['decision', 'Of 1,000 customers'],
    ['features', 'What weighs most'],
    ['groups', 'Groups are told by the names of features'],
  ]);
  await seat.open('/models/churn/versions/1/card');
  const card = page.frameLocator('iframe');
  await card.getByText('客户流失').first().waitFor();
  await shot(page, 'models-report-card-en');
  assertQuiet(seat);
});

browserTest('a threshold moves by keyboard, and what it comes to follows', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'] });
  const { page } = seat;
  await seat.open('/models/churn/versions/1/decision');
  const named = () => page.locator('.hf-confusion tbody td').first().textContent();
  const slider = page.getByRole('slider', { name: 'Threshold' });
  await slider.focus();
  await page.keyboard.press('Home');
  await page.waitForFunction("document.querySelector('[role=slider]').getAttribute('aria-valuenow') === '0'");
  const all = Number(await named());
  await page.keyboard.press('End');
  await page.waitForFunction("document.querySelector('[role=slider]').getAttribute('aria-valuenow') === '1'");
  assert.ok(all > 0 && Number(await named()) < all, 'the highest threshold names hardly anybody');
  assertQuiet(seat);
});

browserTest('a scientist trains again, compares, promotes with a reason, and rolls back', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'], language: 'zh' });
  const { page } = seat;
  await seat.open('/models/churn');
  await press(page, '重新训练');
  await yes(page);
  await page.waitForURL(/\/trainings\/\d+|versions\/2/);
  await page.getByRole('heading', { name: '客户流失：版本 2' }).waitFor({ timeout: longMs });
  await seat.open('/models/churn');
  await page.getByText('churn-2').first().waitFor();
  await page.locator('.ant-table-row-expand-icon').first().click();
  await page.locator('.ant-timeline').first().waitFor();
  await shot(page, 'models-versions-zh');
  await press(page, '与使用版本对比');
  await page.getByText('各自依据的特征').waitFor();
  await shot(page, 'models-compare-zh');
  assert.match(page.url(), /\/compare\/1\/2$/);
  await press(page, /启用/);
  await page.locator('.ant-modal #reason').fill('最新数据上表现相当');
  await yes(page);
  await page.locator('.ant-modal #password').fill(password);
  await yes(page);
  await page.getByText('版本 2 已启用').waitFor();
  const after = await modelOf();
  assert.equal(after.champion, 2);
  assert.equal(after.versions[0]!.history.at(-1)!.reason, '最新数据上表现相当');
  await seat.open('/models/churn');
  await press(page, '回退');
  await page.locator('.ant-modal #reason').fill('先观察');
  await yes(page);
  await page.locator('.ant-modal').waitFor({ state: 'hidden' });
  assert.equal((await modelOf()).champion, 1);
  await press(page, '定期训练');
  await yes(page);
  await page.getByText('每 30 天').waitFor();
  assert.equal((await modelOf()).schedule?.everyDays, 30);
  await shot(page, 'models-model-zh');
  assertQuiet(seat);
});

browserTest('drift, the highest scores and why one of them is so high, under numbers alone', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'], language: 'zh', width: 1024 });
  const { page } = seat;
  await seat.open('/models');
  await page.getByRole('link', { name: '客户流失', exact: true }).waitFor();
  await shot(page, 'models-list-zh');
  await seat.open('/models/churn/drift');
  await page.getByText('评分分布').waitFor();
  await page.locator('table a').first().click();
  await page.waitForURL(/feature=/);
  await shot(page, 'models-drift-zh');
  await seat.open('/models/churn/top');
  await page.locator('table a').first().waitFor();
  const highest = await node.ask<{ scores: { value: number }[] }>('GET', '/api/models/churn/top?limit=1');
  const best = highest.body.scores[0]!.value;
  assert.ok(best > 0.1);
  await page
    .getByText(new Intl.NumberFormat('zh-CN', { style: 'percent', maximumFractionDigits: 1 }).format(best), { exact: true })
    .first()
    .waitFor();
  await shot(page, 'models-top-zh');
  // Scores are made for profiling: whom they are of agreed to that, and perhaps to nothing else.
  await page.getByRole('combobox', { name: '查看用途' }).click();
  await page.getByTitle('用户画像').click();
  await page.locator('table a').first().click();
  await page.getByText('各特征的贡献').waitFor();
  await shot(page, 'models-explanation-zh');
  // What the bars say adds up to what the node says.
  const id = /customers\/(p\d+)$/.exec(page.url())![1]!;
  type Explained = { baseValue: number; margin: number; probability: number; rest: number; contributions: { value: number }[] };
  const { body } = await node.ask<{ explanations: { explanation: Explained }[] }>('GET', `/api/scores/${id}/explanations`);
  const { baseValue, margin, probability, rest, contributions } = body.explanations[0]!.explanation;
  const percent = new Intl.NumberFormat('zh-CN', { style: 'percent', maximumFractionDigits: 1 }).format(probability);
  assert.ok(probability > 0.1 && (await page.locator('main').textContent())?.includes(percent), percent);
  const sum = contributions.reduce((total, { value }) => total + value, baseValue + rest);
  assert.ok(Math.abs(sum - margin) < 1e-9, `${sum} ${margin}`);
  const text = (await page.locator('main').textContent()) ?? '';
  assert.ok(!/@|1[3-9]\d{9}/.test(text), 'nothing that identifies somebody');
  assertQuiet(seat);
});

browserTest('a training is watched and cancelled, and stands in the history', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'] });
  const { page } = seat;
  // Two that wait behind each other: the second cannot have ended before it is cancelled.
  const asked = { question: 'purchase_14d', budget: 'large' };
  const [first, second] = [
    (await node.ask<Job>('POST', '/api/models/train', asked)).body,
    (await node.ask<Job>('POST', '/api/models/train', asked)).body,
  ];
  await seat.open(`/trainings/${first.id}`);
  await page.getByRole('progressbar').first().waitFor();
  await shot(page, 'models-training-en');
  await press(page, 'Cancel the training');
  await yes(page);
  await page.getByText('It was cancelled and left no version.').waitFor();
  await seat.open(`/trainings/${second.id}`);
  await press(page, 'Cancel the training');
  await yes(page);
  await page.getByText('It was cancelled and left no version.').waitFor();
  await seat.open('/trainings');
  await page.getByText('cancelled').first().waitFor();
  await shot(page, 'models-trainings-en');
  for (const { id } of [first, second]) {
    const state = async () => (await node.ask<Job>('GET', `/api/model-jobs/${id}`)).body.state;
    await eventually(async () => (await state()) === 'cancelled', `training ${id} is cancelled`);
  }
  assertQuiet(seat);
});

browserTest('a model of one’s own is brought as a file', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'] });
  const { page } = seat;
  const model: ScoringModel = {
    format: 1,
    inputs: [{ name: 'orders', kind: 'number' }],
    features: [{ name: 'orders', input: 'orders', how: 'number' }],
    margin: { kind: 'linear', base: 0.5, weights: [-0.2], centers: [3], scales: [1] },
    calibration: { kind: 'platt', a: 1, b: 0 },
  };
  const onnx = exportOnnx(model, { name: 'own', version: 'own-1', trainedAtMs: 0, description: 'of a test' });
  await seat.open('/models');
  await press(page, 'Bring a model');
  await page.locator('.ant-modal #name').fill('own');
  await page
    .locator('.ant-modal input[type=file]')
    .setInputFiles({ name: 'own.onnx', mimeType: 'application/octet-stream', buffer: Buffer.from(onnx) });
  const signature = {
    inputs: [{ name: 'orders', type: 'float', columns: ['orders'] }],
    output: { name: 'probability', meaning: 'probability' },
  };
  await page.locator('.ant-modal #signature').fill(JSON.stringify(signature));
  await page.locator('.ant-modal #examples').fill('[{ "row": { "orders": 3 } }]');
  await shot(page, 'models-import-en');
  await yes(page);
  await page.locator('.ant-modal #password').fill(password);
  await yes(page);
  await page.waitForURL(/\/models\/own$/);
  await page.getByText('brought from elsewhere').waitFor();
  assert.deepEqual(
    (await modelOf('own')).versions.map(({ state }) => state),
    ['trained'],
  );
  assertQuiet(seat);
});

browserTest('a marketer reads models and cards and is offered no act; an administrator sees that models are there', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['marketer'] });
  await seat.open('/models/churn');
  await seat.page.getByText('churn-1').first().waitFor();
  await shot(seat.page, 'models-marketer-en');
  const offered = await seat.page.locator('main').getByRole('button').allTextContents();
  assert.ok(!offered.some((name) => /Promote|Retire|Train|Schedule|Roll back/.test(name)), offered.join());
  await seat.open('/models/churn/top');
  await seat.page.locator('table a').first().waitFor();
  assertQuiet(seat);
  const other = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
  await other.open('/models');
  await other.page.getByText('客户流失').first().waitFor();
  assert.equal(await other.page.locator('main table a').count(), 0, 'no page of a model is for them');
  await shot(other.page, 'models-administrator-zh');
  assertQuiet(other);
});
