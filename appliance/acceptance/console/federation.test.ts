// Federation in the console, in a real Chromium against three real nodes: an administrator invites and admits an organisation by its fingerprint, a scientist
// proposes a match and sees it through to a verified transcript, and a marketer sees whom it found.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type Member, openMember } from '../../federate/testing-two.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { approved, choose, inDialog, type Organisations, openOrganisations, proven, untilPhase } from './testing-federation.ts';
import { assertQuiet, shot, takeSeat } from './testing-seat.ts';

let all: Organisations;
let one: Member;
let two: Member;
before(async () => {
  all = await openOrganisations({ histories: false });
  [one, two] = all.members as [Member, Member, Member];
});
after(() => all?.close());

const seatAt = (
  t: Parameters<typeof takeSeat>[0],
  role: 'administrator' | 'data-scientist' | 'marketer' | 'auditor',
  language: 'en' | 'zh',
) => takeSeat(t, one.node, all.url, { roles: [role], language });
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
  const digits = page.getByRole('list', { name: /本方指纹/ }).locator('li > div');
  await digits.first().waitFor();
  const groups = await digits.allTextContents();
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
  await page.locator('main .hf-mark').filter({ hasText: 'done' }).first().waitFor();
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
  await proven(seat, page.getByRole('alert').waitFor());
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
