// Policies and documents in a real Chromium: who may what in words, as a table and by a case; a change that two people made with its difference before their
// eyes; the register, an impact assessment that is written here; tokens; and what an auditor may read and not do.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
});
after(() => node?.close());

const extra = `
@id("auditor-lists-nothing-more")
@en("Auditors list requests for consent too.")
@zh("审计员也可列出征求记录。")
permit (principal in Role::"auditor", action == Action::"consent.requests.read", resource);
`;

browserTest('policies are read in words, asked by a case, and changed by two people who saw the same difference', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
  const { page } = seat;
  await seat.open('/policies');
  await page.getByText(/Administrators look after the node/).waitFor();
  await shot(page, 'policies-en');
  await seat.open('/policies/case?role=agent&action=profile.read');
  await page.getByText('No: agent may not read a customer').waitFor();
  await seat.open('/policies/case?role=auditor&action=profile.read&class=phone');
  await page.getByText('Yes: auditor may read a customer').waitFor();
  await page.getByText('Values of this class are shown: masked.').waitFor();
  await page.getByText('auditor-reads', { exact: true }).waitFor();
  await shot(page, 'policies-case-en');
  await seat.open('/policies/table');
  await page.getByText('read a customer').first().waitFor();
  await page.getByRole('searchbox', { name: 'Find an action' }).fill('erase');
  await page.getByText('erase a customer').waitFor();
  await shot(page, 'policies-table-en');
  await seat.open('/policies/change');
  await page.getByRole('combobox', { name: 'File' }).click();
  await page.getByTitle('auditor.cedar', { exact: true }).click();
  const text = page.getByRole('textbox', { name: 'Text of auditor.cedar' });
  const own = await text.inputValue();
  await text.fill(`${own}${extra.replace('consent.requests.read', 'no.such.action')}`);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText(/\d flaws?/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Propose', exact: true }).count(), 0);
  await text.fill(`${own}${extra}`);
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText(/They can be put in force/).waitFor();
  await shot(page, 'policies-change-en');
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  await page.locator('#reason').fill('asked for by the works council');
  await page.keyboard.press('Enter');
  await page.locator('#code').fill(seat.code());
  await page.keyboard.press('Enter');
  await page.getByText('You proposed it: it waits for a second person.').waitFor();
  const approval = page.url().replace(`${url}/console`, '');
  const second = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh' });
  await second.open(approval);
  await second.page.getByText('@id("auditor-lists-nothing-more")').waitFor();
  await shot(second.page, 'approvals-policy-zh');
  await second.page.getByRole('button', { name: /^批 ?准$/ }).click();
  await second.page.locator('.ant-modal').getByRole('button', { name: /^批 ?准$/ }).click();
  await second.page.locator('#code').fill(second.code());
  await second.page.keyboard.press('Enter');
  await second.page.getByText('执行结果').waitFor();
  const now = await node.ask<{ version: number; policies: { id: string }[] }>('GET', '/api/policies');
  assert.equal(now.body.version, 1);
  assert.ok(now.body.policies.some(({ id }) => id === 'auditor-lists-nothing-more'));
  await second.open('/policies/versions');
  await second.page.getByText('@id("auditor-lists-nothing-more")').waitFor();
  await shot(second.page, 'policies-versions-zh');
  assertQuiet(seat);
  assertQuiet(second);
});

browserTest(
  'an officer writes an impact assessment, and the register is a document; an auditor reads both and writes none',
  async (t) => {
    const seat = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh' });
    const { page } = seat;
    await seat.open('/register');
    await page.getByText('技术与组织措施').waitFor();
    await shot(page, 'register-zh');
    const kept = page.waitForEvent('download');
    await page.getByRole('button', { name: '存为文本' }).click();
    assert.equal((await kept).suggestedFilename(), 'register-zh.md');
    await seat.open('/register/assessments');
    await page.getByText('尚无影响评估').waitFor();
    await page.getByRole('button', { name: '撰写评估' }).click();
    await page.getByRole('button', { name: /^保 ?存$/ }).click();
    await page.getByText('必填').first().waitFor();
    await page.locator('#title').fill('为个性化优惠进行画像');
    await page.locator('#purposes').click();
    await page.getByTitle('营销信息推送').click();
    await page.keyboard.press('Escape');
    await page.locator('#necessity').fill('没有画像时，优惠发给了用不上的人。');
    await page.locator('#risks_0_risk').fill('<b>无故查看客户</b>');
    await page.locator('#risks_0_measure').fill('每次查看均留痕并复核');
    await page.getByText('采取措施后可以接受').click();
    await shot(page, 'assessment-new-zh');
    await page.getByRole('button', { name: /^保 ?存$/ }).click();
    await page.getByRole('heading', { name: '为个性化优惠进行画像' }).waitFor();
    await page.getByText('<b>无故查看客户</b>').waitFor();
    await shot(page, 'assessment-zh');
    type Assessment = { content: { risks: { risk: string; likelihood: string; severity: string }[]; conclusion: string } };
    const { content } = (await node.ask<Assessment>('GET', `/api/assessments/${page.url().split('/').at(-1)}`)).body;
    assert.equal(content.conclusion, 'acceptable_with_measures');
    assert.deepEqual(
      content.risks.map(({ risk, likelihood, severity }) => [risk, likelihood, severity]),
      [['<b>无故查看客户</b>', 'low', 'medium']],
    );
    const auditor = await takeSeat(t, node, url, { roles: ['auditor'], width: 1024 });
    await auditor.open('/register/assessments');
    await auditor.page.getByRole('link', { name: '为个性化优惠进行画像' }).waitFor();
    assert.equal(await auditor.page.getByRole('button', { name: 'Write one' }).count(), 0);
    await shot(auditor.page, 'assessments-auditor-en');
    for (const [path, heading] of [
      ['/requests', 'Rights requests'],
      ['/erasures', 'Erasure and retention'],
      ['/policies', 'Policies'],
      ['/audit', 'Audit log'],
    ] as const) {
      await auditor.open(path);
      await auditor.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      assert.equal(await auditor.page.getByRole('button', { name: /Propose|Write down/ }).count(), 0, path);
      assert.equal(await auditor.page.getByRole('tab', { name: 'Propose a change' }).count(), 0, path);
    }
    await auditor.page.goto(`${url}/console/tokens`);
    await auditor.page.getByText('This is not for your role').waitFor();
    assertQuiet(seat);
    assertQuiet(auditor);
  },
);

browserTest('values become tokens of the same shape, and one is turned back', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
  const { page } = seat;
  await seat.open('/tokens');
  const [make, back] = [page.locator('.ant-card').nth(0), page.locator('.ant-card').nth(1)];
  await make.getByLabel('Purpose, as it was given').fill('partner');
  await make.getByLabel('Values, one a line').fill('+8613907312846\n+8613907312847');
  await make.getByRole('button', { name: 'Make tokens' }).click();
  const tokens = (await make.getByRole('textbox', { name: 'Tokens' }).inputValue()).split('\n');
  assert.equal(tokens.length, 2);
  assert.ok(
    tokens.every((one) => /^\+86\d{11}$/.test(one) && !one.includes('1390731284')),
    tokens.join(),
  );
  await back.getByLabel('Purpose, as it was given').fill('partner');
  await back.getByLabel('Token').fill(tokens[0]!);
  await back.getByRole('button', { name: 'Turn back' }).click();
  await back.getByText('+8613907312846').waitFor();
  await shot(page, 'tokens-en');
  assertQuiet(seat);
});
