// Training together in the console, in a real Chromium against three real nodes: a scientist tries a round on own rows, proposes it, watches who is where,
// votes, and sees what it became and that its transcript holds.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Member } from '../../federate/testing-two.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { approved, choose, inDialog, type Organisations, openOrganisations, proven, untilPhase } from './testing-federation.ts';
import { assertQuiet, shot, takeSeat } from './testing-seat.ts';

let all: Organisations;
let one: Member;
let two: Member;
let three: Member;
before(async () => {
  all = await openOrganisations({ histories: true });
  [one, two, three] = all.members as [Member, Member, Member];
});
after(() => all?.close());

browserTest('a scientist tries, proposes, watches and votes on a round, zh', async (t) => {
  const seat = await takeSeat(t, one.node, all.url, { roles: ['data-scientist'], language: 'zh' });
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
  await page.locator('main .hf-mark').filter({ hasText: '训练中' }).first().waitFor();
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
  for (let turn = 0; turn < 600; turn += 1) {
    const { body } = await member.as<{ decide: string[] }>('auditor', 'GET', `/api/rounds/${round}`);
    if (body.decide.includes('vote')) return;
    await sleep(100);
  }
  throw new Error('no vote is asked for');
}
