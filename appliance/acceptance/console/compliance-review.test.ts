// Looking after who looks, in a real Chromium: findings come by themselves and are judged by keys alone, alarms are acknowledged, who read whom is told in
// both directions, the audit log is searched, and its proofs are computed in the page: green where they hold, red once a single byte is changed.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { browserTest } from '../../record/events/clients/browser-suite.ts';
import { openTestNode, type TestNode } from '../../testing.ts';
import { assertQuiet, eventually, shot, takeSeat } from './testing-seat.ts';

let node: TestNode;
let url: string;
let customer: string;
let honey: string;
before(async () => {
  node = await openTestNode();
  url = await node.listen();
  const people = [
    { name: '王小明', phone: '+8613907312846' },
    { name: '<img src=x onerror=alert(1)>', phone: '+8613907312847' },
  ];
  await node.send(people.map((traits, at) => ({ type: 'identify', userId: `u${at}`, messageId: `m${at}`, traits })));
  customer = (await node.find('+8613907312846'))[0]!.id;
  honey = (await node.find('+8613907312847'))[0]!.id;
});
after(() => node?.close());

type Findings = { findings: { id: number; kinds: string[]; judgement?: { verdict: string; reason: string } }[]; open: number };
type Alarms = { alarms: { kind: string; acknowledgement?: { note: string } }[] };

browserTest('an officer marks a honey customer, is told of whoever touches them, and judges it by keys alone', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'] });
  const { page } = seat;
  await seat.open('/access-review/honey');
  await page.getByRole('button', { name: 'Mark a customer' }).click();
  await page.locator('#person').fill('nobody');
  await page.locator('#reason').fill('made up for this');
  await page.keyboard.press('Enter');
  await page.getByText('p and a number, such as p42').waitFor();
  await page.locator('#person').fill(honey);
  await page.keyboard.press('Enter');
  await page.locator('#code').fill(seat.code());
  await page.keyboard.press('Enter');
  await page.getByRole('cell', { name: honey, exact: true }).waitFor();
  await shot(page, 'access-review-honey-en');
  await seat.open('/access-review');
  await page.getByText('Nothing waits for a judgement').waitFor();
  await page.getByText('live', { exact: true }).waitFor();
  // Whoever holds the access token looks: the finding appears without anybody asking for it.
  await node.ask('GET', `/api/profiles/${honey}`);
  await page.getByRole('heading', { name: /Touched a honey customer/ }).waitFor();
  await page.getByRole('link', { name: /^Entry/ }).waitFor();
  await shot(page, 'access-review-en');
  const before = await node.ask<Findings>('GET', '/api/access-review');
  const [finding] = before.body.findings.filter(({ kinds }) => kinds.includes('honey'));
  await seat.open('/alarms');
  await page.getByText('Unusual access').waitFor();
  await shot(page, 'alarms-en');
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.locator('#reason').fill('Li looks into it');
  await page.keyboard.press('Enter');
  await page.getByText('No alarm is open').waitFor();
  const noted = async () => {
    const { alarms } = (await node.ask<Alarms>('GET', '/api/alarms?state=all')).body;
    return alarms.find(({ kind }) => kind === 'access_finding')?.acknowledgement?.note === 'Li looks into it';
  };
  await eventually(noted, 'the alarm is acknowledged with the note');
  await seat.open(`/access-review/${finding!.id}`);
  await page.getByRole('radiogroup', { name: 'Verdict' }).waitFor();
  await page.keyboard.press('4');
  await page.locator(':focus').waitFor();
  await page.keyboard.type('asked, and nobody knows');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing waits for a judgement').waitFor();
  const judgement = async () => {
    const { findings } = (await node.ask<Findings>('GET', '/api/access-review?state=judged')).body;
    return findings.find(({ id }) => id === finding!.id)?.judgement;
  };
  await eventually(async () => (await judgement()) !== undefined, 'the node knows of the judgement');
  const { verdict, reason } = (await judgement())!;
  assert.deepEqual({ verdict, reason }, { verdict: 'unclear', reason: 'asked, and nobody knows' });
  await seat.open(`/access-review/judged/${finding!.id}`);
  await page.getByText('asked, and nobody knows').waitFor();
  await shot(page, 'access-review-judged-en');
  assertQuiet(seat);
});

browserTest('who read whom is told in both directions, and the log is found by who, what and when', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh' });
  const { page } = seat;
  for (let look = 0; look < 3; look += 1) await node.ask('GET', `/api/profiles/${customer}`);
  await seat.open('/who-read');
  await shot(page, 'who-read-zh');
  await page.getByRole('textbox', { name: /客户编号/ }).fill(customer);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: '操作员（访问令牌）' }).waitFor();
  assert.ok(page.url().endsWith(`/who-read/customer/${customer}`), page.url());
  await page.getByRole('img', { name: /次访问/ }).waitFor();
  await shot(page, 'who-read-customer-zh');
  await page.getByRole('link', { name: '操作员（访问令牌）' }).click();
  await page.getByRole('link', { name: customer, exact: true }).first().waitFor();
  await shot(page, 'who-read-colleague-zh');
  await seat.open('/audit?actor=operator&action=profile.read&outcome=allowed');
  await page.locator('td').getByText('查看客户').first().waitFor();
  const actions = await page.locator('tr.ant-table-row td:nth-child(4)').allTextContents();
  assert.ok(actions.length >= 3 && actions.every((one) => one === '查看客户'), actions.join());
  await shot(page, 'audit-zh');
  await page.getByRole('button', { name: /^清 ?除$/ }).click();
  await page.getByRole('cell', { name: '查看审计日志' }).first().waitFor();
  assert.ok(page.url().endsWith('/audit'), page.url());
  // However one gets to a screen, its group of the menu is open and its line in sight.
  await seat.open('/tokens');
  const marked = page.locator('nav .ant-menu-item-selected');
  await marked.getByText('替代令牌').waitFor();
  const inSight = async () => {
    const [box, view] = [await marked.boundingBox(), page.viewportSize()];
    return box !== null && view !== null && box.y >= 0 && box.y + box.height <= view.height;
  };
  await eventually(inSight, 'the marked line of the menu is in sight');
  assertQuiet(seat);
});

browserTest('an auditor verifies an entry and a kept head in the page, and a changed byte is red', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['auditor'] });
  const { page } = seat;
  await seat.open('/audit?actor=operator&action=profile.read');
  await page
    .getByRole('link', { name: /^Entry/ })
    .first()
    .click();
  await page.getByText('It is in the log: computed here').waitFor();
  await page.getByText('The node signed this root: computed here').waitFor();
  await shot(page, 'audit-entry-en');
  const entry = page.url();
  const head = await node.ask<{ size: number; signature: string }>('GET', '/api/audit/head');
  await seat.open('/audit/heads');
  await page.getByText('Signed by the node’s key: computed here').waitFor();
  const kept = page.getByRole('textbox', { name: 'A kept head' });
  await kept.fill(JSON.stringify(head.body));
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('Today’s log begins with exactly that one: computed here').waitFor();
  await shot(page, 'audit-heads-en');
  const signature = (head.body.signature.startsWith('0') ? '1' : '0') + head.body.signature.slice(1);
  await kept.fill(JSON.stringify({ ...head.body, signature }));
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('The kept head is not what its key signed.').waitFor();
  await kept.fill('no head');
  await page.getByRole('button', { name: 'Check', exact: true }).click();
  await page.getByText('This is no head of an audit log.').waitFor();
  // A node that hands out another leaf than it hashed: nothing is green because it says so.
  await page.route('**/api/audit/proof?**', async (route) => {
    const answer = await route.fetch();
    const proof = (await answer.json()) as { leaf: string };
    const last = proof.leaf.at(-1) === '0' ? '1' : '0';
    await route.fulfill({ response: answer, json: { ...proof, leaf: proof.leaf.slice(0, -1) + last } });
  });
  await page.goto(entry);
  await page.getByText('The proof does not come out').waitFor();
  assert.equal(await page.getByText('It is in the log: computed here').count(), 0);
  await shot(page, 'audit-entry-broken-en');
  // What an auditor may not do is not offered.
  await seat.open('/access-review/honey');
  await page
    .getByText(/Honey customers/)
    .first()
    .waitFor();
  assert.equal(await page.getByRole('button', { name: 'Mark a customer' }).count(), 0);
  assertQuiet(seat);
});

browserTest('a supervisor breaks the glass for minutes, and an officer reviews it', async (t) => {
  const seat = await takeSeat(t, node, url, { roles: ['supervisor'] });
  const { page } = seat;
  await seat.open('/break-glass');
  await page.getByRole('button', { name: 'Break the glass' }).click();
  await page.locator('#minutes').fill('10');
  await page.locator('#reason').fill('an ambulance asks for an address');
  await page.keyboard.press('Enter');
  await page.locator('#password').fill('seven brown owls at dusk');
  await page.keyboard.press('Enter');
  await page.getByText(/The glass is broken for you until/).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Review' }).count(), 0);
  await shot(page, 'break-glass-en');
  const officer = await takeSeat(t, node, url, { roles: ['compliance'], language: 'zh', width: 1024 });
  await officer.open('/break-glass');
  await officer.page.getByText('an ambulance asks for an address').waitFor();
  await officer.page.getByRole('button', { name: /^复 ?核$/ }).click();
  await officer.page.getByText('不正当').click();
  await officer.page.locator('#remark').fill('没有这样的来电');
  await officer.page
    .locator('.ant-modal')
    .getByRole('button', { name: /^复 ?核$/ })
    .click();
  await officer.page.getByText('没有待复核的紧急访问').waitFor();
  await officer.open('/break-glass?which=all');
  await officer.page.getByText('不正当').waitFor();
  await shot(officer.page, 'break-glass-zh');
  type Glasses = {
    alarms: { reason: string; untilMs: number; begunAtMs: number; review?: { verdict: string; remark: string } }[];
  };
  const [glass] = (await node.ask<Glasses>('GET', '/api/break-glass')).body.alarms;
  assert.deepEqual([glass?.review?.verdict, glass?.review?.remark], ['not justified', '没有这样的来电']);
  assertQuiet(seat);
  assertQuiet(officer);
});
