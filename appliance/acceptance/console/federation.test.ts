// Federation in the console, in a real Chromium against three real nodes: an administrator invites and admits an organisation by its fingerprint, a scientist
// proposes a match and sees it through to a verified transcript, a marketer sees whom it found, and a round is proposed, watched, voted on and adopted.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import type { Page } from 'playwright-core';
import { type Member, openMember } from '../../federate/testing-two.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { approved, choose, type Organisations, openOrganisations, untilPhase } from './testing-federation.ts';
import { assertQuiet, password, type Seat, shot, takeSeat } from './testing-seat.ts';

let all: Organisations;
let one: Member;
let two: Member;
let three: Member;
before(async () => {
  all = await openOrganisations();
  [one, two, three] = all.members as [Member, Member, Member];
});
after(() => all?.close());

const seatAt = (
  t: Parameters<typeof takeSeat>[0],
  role: 'administrator' | 'data-scientist' | 'marketer' | 'auditor',
  language: 'en' | 'zh',
) => takeSeat(t, one.node, all.url, { roles: [role], language });
const inDialog = (page: Page) => page.getByRole('dialog').last();
/** Proves who one is where the page asks for it: by a code, or by the password where there is no second factor. */
async function proven({ page, code }: Seat, done: Promise<unknown>): Promise<void> {
  const byCode = page.locator('#code');
  const byPassword = page.locator('input#password');
  await Promise.race([byCode.waitFor(), byPassword.waitFor(), done]);
  if (await byCode.isVisible()) await byCode.fill(code());
  else if (await byPassword.isVisible()) await byPassword.fill(password);
  else return;
  await page.keyboard.press('Enter');
  await done;
}

browserTest('an administrator invites an organisation, compares fingerprints and admits it, zh', async (t) => {
  const seat = await seatAt(t, 'administrator', 'zh');
  const { page } = seat;
  await seat.open('/federations');
  await page.getByText('North Retail').or(page.getByText('北方零售')).first().waitFor();
  await shot(page, 'federations-zh');
  await page.getByRole('link', { name: /北方零售/ }).click();
  await page.getByRole('cell', { name: /南方银行/ }).waitFor();
  await shot(page, 'federation-members-zh');
  await page.getByRole('tab', { name: '指纹核对' }).click();
  const { body } = await one.as<{ federations: { fingerprint: string }[] }>('admin', 'GET', '/api/federations');
  const groups = await page
    .getByRole('list', { name: /本方指纹/ })
    .locator('li > div')
    .allTextContents();
  assert.equal(groups.join(' '), body.federations[0]!.fingerprint);
  await shot(page, 'federation-fingerprints-zh');

  await page.getByRole('tab', { name: '邀请' }).click();
  await page
    .getByRole('tabpanel')
    .getByRole('button', { name: /邀.?请/ })
    .click();
  await inDialog(page)
    .getByRole('button', { name: /邀.?请/ })
    .click();
  const shown = page.getByRole('dialog').locator('code').first();
  await proven(seat, shown.waitFor());
  const code = ((await shown.textContent()) ?? '').trim();
  await shot(page, 'federation-invited-zh');
  await page.keyboard.press('Escape');

  const newcomer = await openMember();
  t.after(() => newcomer.node.close());
  const asked = await newcomer.as<{ fingerprint: string; founder: { fingerprint: string } }>(
    'admin',
    'POST',
    '/api/federations/join',
    {
      name: { en: 'West Energy', zh: '西方能源' },
      code,
    },
  );
  assert.equal(asked.status, 200, JSON.stringify(asked.body));
  assert.equal(asked.body.founder.fingerprint, body.federations[0]!.fingerprint);
  await page.getByRole('tab', { name: '加入申请' }).click();
  await page.getByRole('list', { name: '收到的对方指纹' }).waitFor();
  await shot(page, 'federation-request-zh');
  await page.getByRole('button', { name: /接.?纳/ }).click();
  // Too few digits are said before anybody is asked.
  await page.locator('#fingerprint').fill('12345');
  await page.locator('#reason').fill('附件四');
  await inDialog(page)
    .getByRole('button', { name: /接.?纳/ })
    .click();
  await page.getByText('八组、每组五位，共四十位数字').waitFor();
  await page.locator('#fingerprint').fill(asked.body.fingerprint);
  await inDialog(page)
    .getByRole('button', { name: /接.?纳/ })
    .click();
  await proven(seat, page.getByText('已提议，等待他人').waitFor());
  await approved(one, 'federation.admit');
  // A deep link opens the same part again.
  await page.reload();
  await page.getByText('没有加入申请').waitFor();
  await page.getByRole('tab', { name: '成员', exact: true }).click();
  await page.getByRole('cell', { name: /西方能源/ }).waitFor();
  assertQuiet(seat);
});

let match = '';
browserTest('a scientist proposes a match with what it reveals beside it, and checks the transcript, en', async (t) => {
  const seat = await seatAt(t, 'data-scientist', 'en');
  const { page } = seat;
  await seat.open('/matches');
  await page.getByText('There is no match yet').waitFor();
  await shot(page, 'matches-none-en');
  await page.getByRole('button', { name: 'Propose a match' }).click();
  await choose(page, 'responder', 'South Bank');
  await page.locator('#purpose').fill('customer_service');
  await page.locator('#reason').fill('whom we both serve');
  await page.getByText('both', { exact: true }).click();
  const reveals = page.getByRole('region', { name: 'What this reveals' });
  await reveals.getByText('If two tell each other everything').waitFor();
  // Salted hashes say how long trying every number takes.
  await page.getByRole('radio', { name: /salted hash.*both learn/ }).check();
  await reveals.getByText('How long a partner would need to try every number').waitFor();
  await shot(page, 'match-new-salted-en');
  await page.getByRole('radio', { name: /ECDH.*both learn/ }).check();
  await page.locator('#minSize').fill('1');
  await page.getByRole('button', { name: 'Check first' }).click();
  await page.getByText('This node does not allow it').waitFor();
  await page.locator('#minSize').fill('5');
  await page.getByRole('button', { name: 'Check first' }).click();
  await page.getByText('This node allows it.').waitFor();
  await shot(page, 'match-new-en');
  await page.getByRole('button', { name: 'Propose', exact: true }).click();
  await proven(seat, page.getByText('A second person decides under Approvals').waitFor());
  ({ match } = await approved<{ match: string }>(one, 'match.propose'));
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.getByRole('link', { name: 'South Bank' }).click();
  await untilPhase(two, `/api/matches/${match}`, 'asked');
  await two.together('scientist', 'officer', 'match.accept', { match, source: { from: 'customers' } });
  await page.getByText('Shared customers: 20').waitFor();
  await page.locator('main .ant-tag').filter({ hasText: 'done' }).first().waitFor();
  await shot(page, 'match-en');
  await page.getByRole('tab', { name: 'Who learns what' }).click();
  await reveals.getByText('The responder, South Bank').waitFor();
  await shot(page, 'match-reveals-en');
  await page.getByRole('tab', { name: 'Report' }).click();
  await page.getByRole('heading', { level: 3 }).first().waitFor();
  await shot(page, 'match-report-en');
  await page.getByRole('tab', { name: 'Transcript' }).click();
  await page.getByRole('button', { name: 'Check it now' }).click();
  await page.getByText('It holds').waitFor();
  await shot(page, 'match-transcript-en');
  // Whom it found is nothing for this role, and is not offered.
  assert.equal(await page.getByRole('tab', { name: 'Result' }).count(), 0);
  // A deep link opens the same part again.
  await page.reload();
  await page.getByRole('button', { name: 'Check it now' }).waitFor();
  assertQuiet(seat);
});

browserTest('a marketer sees whom the match found and asks for leave to export, zh', async (t) => {
  const seat = await seatAt(t, 'marketer', 'zh');
  const { page } = seat;
  await seat.open(`/matches/${match}?part=result`);
  await page.getByText('已显示 20 / 20').waitFor();
  await page.locator('main table a').first().waitFor();
  await shot(page, 'match-result-zh');
  await page.getByRole('button', { name: '保存为文件' }).click();
  await page.getByRole('alert').waitFor();
  await page.getByRole('button', { name: '申请导出' }).click();
  await page.locator('#reason').fill('联合活动');
  await inDialog(page).getByRole('button', { name: '申请导出' }).click();
  await proven(seat, page.getByText('已提议，等待他人').waitFor());
  await approved(one, 'match.export');
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: '保存为文件' }).click();
  await proven(seat, saved);
  assert.match((await saved).suggestedFilename(), /^match-[0-9a-f]{8}\.csv$/);
  assertQuiet(seat);
});

browserTest('an auditor checks a file that was handed over: whole, and changed, en', async (t) => {
  const seat = await seatAt(t, 'auditor', 'en');
  const { page } = seat;
  const { body: text } = await one.as<string>('auditor', 'GET', `/api/matches/${match}/transcript`);
  await seat.open('/transcripts');
  await choose(page, 'whose', 'North Retail');
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'm.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('It holds').waitFor();
  await shot(page, 'transcript-holds-en');
  const changed = text.replace('whom we both serve', 'whom we both know!');
  assert.notEqual(changed, text);
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'c.ndjson', mimeType: 'application/x-ndjson', buffer: Buffer.from(changed) });
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('It does not hold').waitFor();
  await shot(page, 'transcript-broken-en');
  await seat.open('/privacy-budgets');
  await page.getByRole('img', { name: /Exact answers: 1 of 200 used/ }).waitFor();
  await shot(page, 'privacy-budgets-en');
  // An auditor reads, and is offered nothing to do.
  await seat.open('/matches');
  assert.equal(await page.getByRole('button', { name: 'Propose a match' }).count(), 0);
  assertQuiet(seat);
});

browserTest('a scientist tries, proposes, watches and votes on a round, zh', async (t) => {
  const seat = await seatAt(t, 'data-scientist', 'zh');
  const { page } = seat;
  await seat.open('/rounds/new');
  await page.locator('#members').click();
  for (const name of ['南方银行', '东方电信'])
    await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: name }).click();
  await page.keyboard.press('Escape');
  await choose(page, 'custodian', '东方电信');
  await page.locator('#purpose').fill('profiling');
  await page.locator('#reason').fill('三方共用一个模型');
  await page.locator('#trees').fill('1');
  await page.locator('#depth').fill('2');
  await page.locator('#horizonDays').fill('80');
  await page.locator('#activeDays').fill('80');
  await page.getByRole('button', { name: '在本方数据上试运行' }).click();
  await page.getByText('未向外发送任何数据。').waitFor();
  await shot(page, 'round-new-zh');
  await page
    .getByRole('button', { name: /提.?议/, exact: true })
    .last()
    .click();
  await proven(seat, page.getByText('他人在“审批”中批准后').waitFor());
  const { round } = await approved<{ round: string }>(one, 'round.propose');
  await seat.open(`/rounds/${round}`);
  await page.getByRole('list', { name: '各方当前状态' }).getByText('待决定').first().waitFor();
  await shot(page, 'round-agreeing-zh');
  const source = { from: 'customers' };
  for (const other of [two, three]) {
    await untilPhase(other, `/api/rounds/${round}`, 'asked');
    await other.together('scientist', 'officer', 'round.accept', { round, source });
  }
  await three.together('scientist', 'officer', 'round.custody', { round });
  await page.locator('main .ant-tag').filter({ hasText: '训练中' }).first().waitFor();
  await shot(page, 'round-training-zh');
  await page.getByRole('button', { name: /投.?票/ }).click();
  await shot(page, 'round-vote-zh');
  await page.locator('#reason').fill('优于本方模型');
  await inDialog(page)
    .getByRole('button', { name: /投.?票/ })
    .click();
  await proven(seat, page.getByText('已完成').waitFor());
  for (const other of [two, three]) {
    await untilVote(other, round);
    const voted = await other.as('scientist', 'POST', `/api/rounds/${round}/vote`, { adopt: true, reason: 'as agreed' });
    assert.equal(voted.status, 200, JSON.stringify(voted.body));
  }
  await page.getByText(/已成为本方模型“churn”的版本 1/).waitFor();
  await shot(page, 'round-adopted-zh');
  await page.getByRole('tab', { name: '条款' }).click();
  await shot(page, 'round-terms-zh');
  await page.getByRole('tab', { name: '会话记录' }).click();
  await page.getByRole('button', { name: '立即核验' }).click();
  await page.getByText('核验通过').waitFor();
  await shot(page, 'round-transcript-zh');
  await seat.open('/rounds');
  await page.getByText('已采用').waitFor();
  await shot(page, 'rounds-zh');
  const { body } = await one.as<{ ended?: { result: string } }>('auditor', 'GET', `/api/rounds/${round}`);
  assert.equal(body.ended?.result, 'adopted');
  assertQuiet(seat);
});

async function untilVote(member: Member, round: string): Promise<void> {
  await untilPhase(member, `/api/rounds/${round}`, 'voting');
  for (;;) {
    const { body } = await member.as<{ decide: string[] }>('auditor', 'GET', `/api/rounds/${round}`);
    if (body.decide.includes('vote')) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}
