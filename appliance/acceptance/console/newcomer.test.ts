// A newcomer on a fresh machine, by clicking alone: from what `npm start` prints to a merged customer, a trained model of who leaves, and an erased subject
// whose receipt the page verifies. Everybody is invited in the console and comes in by a browser of their own; the API only checks at the end.

import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { openBrowser } from '../../record/events/clients/browser-clients.ts';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { button, Somebody, type Start, startAsNewcomer } from './testing-newcomer.ts';
import { type NewcomerWords, newcomerWords } from './testing-newcomer-words.ts';
import { type Language, shot } from './testing-seat.ts';

/** As many as a model can be learned from; `npm start` loads twice as many of the same kind. */
const people = 1000;
/** A training may take its time where others work too. */
const longMs = 300_000;

type Journey = { start: Start; language: Language; say: NewcomerWords };

for (const language of ['en', 'zh'] as const) {
  browserTest(
    `a newcomer goes from npm start to a merged customer, a trained model and an erased subject, ${language}`,
    async (t) => {
      const start = await startAsNewcomer(t, language, people);
      const browser = await openBrowser();
      t.after(() => browser.close());
      const journey: Journey = { start, language, say: newcomerWords[language] };
      const arrives = () => Somebody.arrives(browser, language, start.url);
      const first = await arrives();
      const links = await setUp(journey, first);
      const supervisor = await arrives();
      const merged = await mergeTwo(journey, supervisor, links.supervisor!);
      const scientist = await arrives();
      await trainChurn(journey, scientist, links.scientist!);
      const officers = [await arrives(), await arrives()] as const;
      await proposeErasure(journey, officers[0], links.officer!);
      await approveErasure(journey, officers[1], links.secondOfficer!);
      await checkNode(start, merged);
      for (const somebody of [first, supervisor, scientist, ...officers]) somebody.assertQuiet();
    },
  );
}

const follow = (page: Page, name: string) => page.locator('main').getByRole('link', { name, exact: true }).first().click();
/** Unfolds the part of the menu where it is folded. */
async function throughMenu(page: Page, part: string, name: string): Promise<void> {
  const entry = page.getByRole('menuitem', { name, exact: true });
  if (!(await entry.isVisible())) await page.getByRole('menuitem', { name: part }).click();
  await entry.click();
}
const picture = (page: Page, name: string, { language }: Journey) => shot(page, `newcomer-${name}-${language}`);

async function setUp(journey: Journey, first: Somebody): Promise<Partial<Record<string, string>>> {
  const { start, say } = journey;
  const { page } = first;
  await page.goto(start.first);
  await page.getByRole('heading', { name: say.becomeFirst }).waitFor();
  await picture(page, 'first-link', journey);
  await page.goto('about:blank');
  await first.opens(start.first, { login: 'anna', name: '安娜' });
  const codes = await first.setsUpFactor(say.kept);
  assert.equal(new Set(codes).size, codes.length);
  assert.ok(codes.length >= 8, `${codes.length} recovery codes`);
  await page.getByRole('heading', { name: say.begin }).waitFor();
  await page.getByText(say.setUp).waitFor();
  await picture(page, 'home-administrator', journey);
  await follow(page, say.inviteOthers);
  const links: Partial<Record<string, string>> = {};
  for (const [key, name, role] of [
    ['supervisor', '王敏', say.supervisor],
    ['scientist', '李华', say.scientist],
    ['officer', '赵静', say.officer],
    ['secondOfficer', '陈伟', say.officer],
  ] as const)
    links[key] = await invite(journey, first, { login: key.toLowerCase(), name, role });
  assert.equal(new Set(Object.values(links)).size, 4);
  await picture(page, 'people', journey);
  // Whoever opens somebody else's link in their own browser is asked first, and keeps their place.
  await page.goto(links.supervisor!);
  await button(page, say.stay('安娜')).waitFor();
  await picture(page, 'other-link', journey);
  await button(page, say.stay('安娜')).click();
  await page.getByRole('menuitem', { name: say.home }).click();
  await follow(page, say.compareAll);
  await button(page, say.compare).click();
  await first.saysYes();
  await page.getByText(say.compared).waitFor({ timeout: longMs });
  await picture(page, 'compared', journey);
  return links;
}

async function invite(journey: Journey, by: Somebody, who: { login: string; name: string; role: string }): Promise<string> {
  const { say } = journey;
  const { page } = by;
  await button(page, say.invite).first().click();
  const dialog = page.locator('.ant-modal:visible');
  await dialog.locator('#name').fill(who.name);
  await dialog.locator('#login').fill(who.login);
  await dialog.locator('#roles').click();
  await page.locator('.ant-select-dropdown:visible').getByTitle(who.role, { exact: true }).click();
  await dialog.locator('#login').click();
  await button(dialog, say.makeLink).click();
  // The first invitation asks who invites: once for a while.
  const link = page.getByText(/#link=hl_/);
  const proof = page.locator('.ant-modal:visible #code');
  await link.or(proof).first().waitFor();
  if (await proof.isVisible()) {
    await proof.fill(by.code());
    await page.keyboard.press('Enter');
  }
  const address = ((await link.textContent()) ?? '').trim();
  assert.match(address, /^http\S+\/console\/#link=hl_[\w-]{43}$/);
  await page.locator('.ant-modal:visible .ant-modal-footer .ant-btn-primary').click();
  await link.waitFor({ state: 'hidden' });
  return address;
}

async function mergeTwo(journey: Journey, supervisor: Somebody, link: string): Promise<readonly [string, string]> {
  const { say } = journey;
  const { page } = supervisor;
  await supervisor.opens(link);
  await page.getByRole('heading', { name: say.begin }).waitFor();
  await picture(page, 'home-supervisor', journey);
  await follow(page, say.decidePairs);
  await page.getByText(say.likely).first().waitFor();
  await picture(page, 'pair', journey);
  await follow(page, say.asOne);
  await page.getByRole('heading', { name: say.mergeTitle }).waitFor();
  const [, left, right] = /merge\/(p\d+)\/(p\d+)$/.exec(page.url()) ?? [];
  assert.ok(left && right, page.url());
  await page.getByText(say.result).first().waitFor();
  await picture(page, 'merge-preview', journey);
  await button(page, say.merge).click();
  await page.locator('.ant-modal:visible #reason').fill('同一人');
  await supervisor.saysYes();
  await page.getByRole('tab', { name: say.timeline }).waitFor();
  await picture(page, 'merged', journey);
  return [left, right];
}

async function trainChurn(journey: Journey, scientist: Somebody, link: string): Promise<void> {
  const { say } = journey;
  const { page } = scientist;
  await scientist.opens(link);
  await page.getByRole('heading', { name: say.begin }).waitFor();
  await picture(page, 'home-scientist', journey);
  await follow(page, say.train);
  const churn = page.getByRole('radio', { name: say.churn });
  await churn.waitFor();
  assert.ok(await churn.isChecked(), 'the question that was asked for is chosen');
  await picture(page, 'question', journey);
  await button(page, say.goOn).click();
  await page.getByText(say.learnedFrom).waitFor({ timeout: longMs });
  await button(page, say.goOn).click();
  await page.getByRole('checkbox', { name: say.learnFrom }).first().waitFor();
  await button(page, say.goOn).click();
  await page.getByRole('radio', { name: say.quick }).click();
  await button(page, say.goOn).click();
  assert.ok(await page.getByRole('checkbox', { name: say.serve }).isChecked());
  await picture(page, 'start', journey);
  await button(page, say.startTraining).click();
  await page.locator('.ant-modal:visible #password').waitFor();
  await page.locator('.ant-modal:visible #password').fill('seven brown owls at dusk');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: say.report }).waitFor({ timeout: longMs });
  await page.getByText(say.auc).waitFor();
  await picture(page, 'report', journey);
}

async function proposeErasure(journey: Journey, officer: Somebody, link: string): Promise<void> {
  const { say, start } = journey;
  const { page } = officer;
  await officer.opens(link);
  await officer.setsUpFactor(say.kept);
  await page.getByRole('heading', { name: say.begin }).waitFor();
  await picture(page, 'home-compliance', journey);
  await follow(page, say.findLeaving);
  await page.locator('.ant-input-search input').fill(start.example);
  await page.keyboard.press('Enter');
  await page.locator('table a').first().click();
  await page.getByRole('tab', { name: say.rights }).click();
  await picture(page, 'rights', journey);
  await button(page, say.writeDown).click();
  await page.locator('.ant-modal:visible #kind').click();
  await page.locator('.ant-select-dropdown:visible').getByTitle(say.toBeErased, { exact: true }).click();
  await page.locator('.ant-modal:visible #note').fill(say.note);
  await officer.saysYes();
  await page.getByRole('link', { name: '1', exact: true }).click();
  await page.getByRole('heading', { name: say.request }).waitFor();
  await picture(page, 'request', journey);
  assert.equal(await button(page, say.proposeErasing).count(), 0, 'nothing is done before it is known who asks');
  await button(page, say.verify).click();
  await officer.saysYes();
  await button(page, say.proposeErasing).click();
  await page.locator('.ant-modal:visible #reason').fill(say.note);
  await officer.saysYes();
  await throughMenu(page, say.compliance, say.approvals);
  await page.getByText(say.own).waitFor();
  await picture(page, 'proposed', journey);
  assert.equal(await button(page, say.approve).count(), 0);
}

async function approveErasure(journey: Journey, officer: Somebody, link: string): Promise<void> {
  const { say, start } = journey;
  const { page } = officer;
  await officer.opens(link);
  await officer.setsUpFactor(say.kept);
  await follow(page, say.decide);
  await page.getByText(say.destroyed).waitFor();
  await picture(page, 'approval', journey);
  await button(page, say.approve).click();
  await officer.saysYes();
  await page.getByText(say.outcome).or(page.getByText(say.nothingWaits)).first().waitFor();
  await throughMenu(page, say.compliance, say.erasures);
  await page.getByRole('link', { name: /^e[0-9a-f]+$/ }).click();
  await page.getByText(say.signed).waitFor();
  await page.getByText(say.logged).waitFor();
  await picture(page, 'receipt', journey);
  await page.getByRole('menuitem', { name: say.customers }).click();
  await page.locator('.ant-input-search input').fill(start.example);
  await page.keyboard.press('Enter');
  await page.getByText(say.nobody).waitFor();
  await picture(page, 'not-found', journey);
}

/** The only questions to the API: what was done by clicking is what the node holds. */
async function checkNode(start: Start, [left, right]: readonly [string, string]): Promise<void> {
  type Profile = { id: string };
  const sides = await Promise.all([left, right].map((id) => start.ask<Profile>('GET', `/api/profiles/${id}`)));
  assert.equal(sides[0]!.body.id, sides[1]!.body.id, 'both numbers lead to one customer');
  const model = await start.ask<{ champion?: number; versions: { state: string }[] }>('GET', '/api/models/churn');
  assert.equal(model.body.champion, 1);
  const found = await start.ask<{ profiles: Profile[] }>('GET', `/api/profiles?identifier=${encodeURIComponent(start.example)}`);
  assert.deepEqual(found.body.profiles, []);
  const { body } = await start.ask<{ erasures: { state: string }[] }>('GET', '/api/erasures');
  assert.deepEqual(
    body.erasures.map(({ state }) => state),
    ['done'],
  );
}
