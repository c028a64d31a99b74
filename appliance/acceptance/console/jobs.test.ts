// Work in the background in the console: what waits behind heavy work is broken off and begun again, by keyboard too; each role sees its part. Beside it
// what else tells of the node: its configuration, and a support bundle that is looked through before it is saved.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { configFile } from '../../core/config.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, shot, takeSeat } from './testing-seat.ts';

const home = mkdtempSync(join(tmpdir(), 'holdfast-console-jobs-'));
const config = { backup: { to: join(home, 'target') }, jobs: { atOnce: 1 }, fourEyes: 'people' as const };
let node: TestNode;
let url: string;
before(async () => {
  node = await openTestNode({ config });
  writeFileSync(join(node.folder, configFile), JSON.stringify(config));
  await node.restart();
  url = await node.listen();
});
after(async () => {
  await node?.close();
  rmSync(home, { recursive: true, force: true });
});

browserTest('an administrator sees what waits, breaks it off and begins it again', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'] });
  const { page } = seat;
  await seat.open('/jobs');
  await page.getByText('Nothing runs in the background').waitFor();
  const slow = node.app.turns.want();
  t.after(() => slow.leave());
  const { backups, models } = node.app.node();
  await node.ask('POST', '/api/keys/rotate', { kind: 'wrapping' });
  backups.start('backup', 'system');
  await node.ask('POST', '/api/models/train', { question: 'churn', budget: 'small' });
  await seat.open('/jobs');
  await page.getByText('2 wait for a free place').waitFor();
  const row = (name: RegExp) => page.getByRole('row', { name });
  await row(/^Backup waiting/).waitFor();
  await row(/^Rotation of the wrapping key/).waitFor();
  await shot(page, 'jobs-waiting-administrator-en');

  await page.getByRole('button', { name: 'Cancel job Backup' }).click();
  await page
    .getByRole('dialog')
    .getByText(/It ends now|it ends now/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel job' }).click();
  await row(/^Backup cancelled/).waitFor();
  // By keyboard: the button is reached and pressed without a mouse.
  await page.getByRole('button', { name: 'Retry Backup' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).focus();
  await page.keyboard.press('Enter');
  await row(/^Backup waiting/).waitFor();
  slow.leave();
  await backups.settled();
  await models.jobs.settled();
  await row(/^Backup done/).waitFor();
  // There are no customers to learn from, and that is said in words.
  await row(/^Training of .* failed/).waitFor();
  assert.equal(await page.getByRole('button', { name: /^Retry Training/ }).count(), 0, 'an administrator trains nothing');
  await shot(page, 'jobs-ended-administrator-en');
  assertQuiet(seat);
});

browserTest('a data scientist sees trainings alone, in Chinese, and begins one again', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['data-scientist'], language: 'zh' });
  const { page } = seat;
  await seat.open('/jobs');
  await page
    .getByRole('button', { name: /^重试 训练/ })
    .first()
    .waitFor();
  await shot(page, 'jobs-scientist-zh');
  assert.equal(await page.getByText('备份', { exact: true }).count(), 0);
  const before = node.app.node().models.jobs.list().length;
  await page
    .getByRole('button', { name: /^重试 训练/ })
    .first()
    .click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /重\s?试/ })
    .click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await node.app.node().models.jobs.settled();
  assert.equal(node.app.node().models.jobs.list().length, before + 1);
  assertQuiet(seat);
  const marketer = await takeSeat(t, node, url, { roles: ['marketer'] });
  await marketer.page.goto(`${url}/console/jobs`);
  await marketer.page.getByText('This is not for your role').waitFor();
});

browserTest('all kinds in Chinese, with what an auditor may only look at', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['auditor'], language: 'zh', width: 1024 });
  const { page } = seat;
  await seat.open('/jobs');
  await page.getByRole('row', { name: /^轮换包裹密钥/ }).waitFor();
  await page.getByRole('row', { name: /^备份/ }).waitFor();
  assert.equal(await page.getByRole('button', { name: /^(重试|终止)/ }).count(), 0);
  await shot(page, 'jobs-narrow-auditor-zh');
  assertQuiet(seat);
});

browserTest('the configuration says what holds, from where, and what waits for a start', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'] });
  const { page } = seat;
  writeFileSync(join(node.folder, configFile), JSON.stringify({ ...config, segmentChangesDays: 90 }));
  await seat.open('/configuration');
  await page.getByText('Changed since the start').waitFor();
  await page.getByRole('row', { name: /backup\.to .*target file/ }).waitFor();
  assert.equal(await page.getByText('HOLDFAST_PORT').count(), 0, 'only what is given');
  await shot(page, 'configuration-administrator-en');
  await page.getByRole('switch').click();
  await page.getByText('HOLDFAST_PORT', { exact: true }).waitFor();
  await page.getByPlaceholder('Find a setting').fill('segmentChanges');
  await page.getByText('waits for a start').waitFor();
  writeFileSync(join(node.folder, configFile), '{ "prot": 1 }');
  await seat.open('/configuration');
  await page.getByText('The file has mistakes').waitFor();
  assertQuiet(seat);
  writeFileSync(join(node.folder, configFile), JSON.stringify(config));
  const chinese = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh' });
  await chinese.open('/configuration');
  await chinese.page.getByRole('row', { name: /backup\.to/ }).waitFor();
  await shot(chinese.page, 'configuration-compliance-zh');
  assertQuiet(chinese);
});

browserTest('a support bundle is looked through, and saved', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['administrator'], language: 'zh' });
  const { page } = seat;
  await seat.open('/health');
  await page.getByRole('button', { name: '支持包' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: /生\s?成/ }).click();
  await dialog.getByText('findings.json').waitFor();
  await dialog.getByText('version.json').click();
  await dialog.getByText('"runtime"').waitFor();
  await shot(page, 'support-administrator-zh');
  const saving = page.waitForEvent('download');
  await dialog.getByRole('button', { name: /^保存 holdfast-support-/ }).click();
  const saved = await saving;
  assert.match(saved.suggestedFilename(), /^holdfast-support-\d{8}T\d{6}Z\.tar\.zst$/);
  const bytes = zstdDecompressSync(readFileSync(await saved.path()));
  assert.ok(bytes.includes('holdfast-support/manifest.json'));
  assertQuiet(seat);
  const auditor = await takeSeat(t, node, url, { roles: ['auditor'] });
  assert.equal((await auditor.page.request.post(`${url}/api/support`)).status(), 403);
});
