// Three organisations for the console's tests, members of one federation with a coordinator of its own: the first one's pages are served, the others' people
// act through the API.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { withCustomers } from '../../federate/testing-rounds.ts';
import { type Member, openTogether, type Together } from '../../federate/testing-two.ts';
import { password, type Seat } from './testing-seat.ts';

export type Organisations = Together & { readonly url: string };

function people(from: number, to: number): object[] {
  return Array.from({ length: to - from }, (_, at) => ({
    type: 'identify',
    messageId: `i${from + at}`,
    userId: `k${from + at}`,
    traits: { phone: `138${String(from + at).padStart(8, '0')}`, email: `u${from + at}@example.com` },
    timestamp: new Date().toISOString(),
  }));
}

/** @param histories what customers ordered at each over a year, as training wants; else customers of whom the first two share twenty */
export async function openOrganisations({ histories }: { histories: boolean }): Promise<Organisations> {
  const together = await openTogether([{}, {}, {}]);
  const [one, two] = together.members as [Member, Member, Member];
  if (histories) for (const [at, member] of together.members.entries()) await withCustomers(member, 100 + at);
  else {
    await one.node.send(people(10, 60));
    await two.node.send(people(40, 90));
  }
  return { ...together, url: await one.node.listen() };
}

/** Proves who one is where the page asks for it: by a code, or by the password where there is no second factor. */
export async function proven({ page, code }: Seat, done: Promise<unknown>): Promise<void> {
  const byCode = page.locator('#code');
  const byPassword = page.locator('input#password');
  await Promise.race([byCode.waitFor(), byPassword.waitFor(), done]);
  if (await byCode.isVisible()) await byCode.fill(code());
  else if (await byPassword.isVisible()) await byPassword.fill(password);
  else return;
  await page.keyboard.press('Enter');
  await done;
}

export const inDialog = (page: Page) => page.getByRole('dialog').last();

/** The second person of an organisation approves the only thing that waits of this kind. @returns what came of it */
export async function approved<Result>({ as }: Member, kind: string): Promise<Result> {
  const { body } = await as<{ approvals: { id: number; kind: string }[] }>('officer', 'GET', '/api/approvals?state=waiting');
  const waiting = body.approvals.filter((one) => one.kind === kind);
  assert.equal(waiting.length, 1, JSON.stringify(body));
  const answer = await as<{ state: string; result: Result }>('officer', 'POST', `/api/approvals/${waiting[0]!.id}/approve`, {
    remark: 'looked at it',
  });
  assert.equal(answer.body.state, 'done', JSON.stringify(answer.body));
  return answer.body.result;
}

export async function untilPhase(member: Member, path: string, phase: string): Promise<void> {
  for (let turn = 0; turn < 600; turn += 1) {
    const { body } = await member.as<{ phase?: string }>('auditor', 'GET', path);
    if (body.phase === phase) return;
    await sleep(100);
  }
  throw new Error(`${path} does not come to ${phase}`);
}

/** Chooses one of a list by what it says. @param field the name of the form's field */
export async function choose(page: Page, field: string, text: string | RegExp): Promise<void> {
  await page.locator(`#${field}`).click();
  await page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: text }).first().click();
}
