// The preference page and double opt-in on a whole node: what links open and what they do not, that a change is recorded with its proof and holds at
// once, and that a request is no consent before somebody presses the button.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Ports } from './core/ports.ts';
import { systemPorts } from './core/ports.ts';
import type { ConsentRequest, Ledger, WaitingMessage } from './record/consent/consent.ts';
import { verifyConsentReceipt } from './record/consent/consent.ts';
import { openTestNode, type TestNode } from './testing.ts';

const consent = {
  law: 'pipl' as const,
  controller: 'Lantern & Sons <Ltd>',
  privacyNotice: 'https://example.com/privacy?a=1&b=2',
  policyVersion: '2026-05',
  purposes: [
    {
      purpose: 'ads',
      basis: 'consent' as const,
      channels: ['email', 'sms'],
      text: { en: 'News <b>twice</b> a month.', zh: '每月两次资讯。' },
    },
    { purpose: 'credit', basis: 'consent' as const, sensitive: true },
    { purpose: 'press', basis: 'disclosed_data' as const },
  ],
};
let nowMs = Date.UTC(2026, 4, 4);
const ports: Ports = { ...systemPorts, clock: { nowMs: () => (nowMs += 1) } };
const day = 86_400_000;

let node: TestNode;
let made = 0;
before(async () => {
  node = await openTestNode({ config: { consent }, ports });
});
after(() => node.close());

async function person(traits: object = {}): Promise<string> {
  made += 1;
  await node.send([{ type: 'identify', userId: `u-${made}`, traits }]);
  const [found] = await node.find(`u-${made}`);
  return found!.id;
}
async function linkOf(id: string, days = 30): Promise<string> {
  const { body, status } = await node.ask<{ url: string }>('POST', `/api/consent/${id}/link`, { days });
  assert.equal(status, 200);
  return new URL(body.url).pathname;
}
const get = (url: string, headers: object = {}) =>
  node.app.http.inject({ url, headers: { 'accept-language': 'en', ...headers } });
/** The fields of a form of the page, as a browser would send them: the first one that holds the text. */
function formIn(html: string, holds = ''): { action: string; fields: URLSearchParams } {
  const plain = (text: string) => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const form = [...html.matchAll(/<form method="post" action="([^"]+)">(.*?)<\/form>/gs)].find(([, , body]) =>
    body!.includes(holds),
  );
  assert.ok(form, 'a form');
  const fields = new URLSearchParams();
  for (const [input] of form[2]!.matchAll(/<input[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(input)![1]!;
    if (input.includes('type="checkbox"') && !/ checked/.test(input)) continue;
    fields.append(name, plain(/value="([^"]*)"/.exec(input)![1]!));
  }
  return { action: form[1]!, fields };
}
const post = (url: string, fields: URLSearchParams, headers: object = {}) =>
  node.app.http.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'accept-language': 'en', ...headers },
    payload: fields.toString(),
  });
const ledger = async (id: string) => (await node.ask<Ledger>('GET', `/api/profiles/${id}/consents`)).body;
const isAllowed = async (id: string, purpose: string, channel: string) => {
  const gate = node.app.node().consent;
  const one = await gate.mayUse(Number(id.slice(1)), purpose, channel, nowMs);
  const all = await gate.mayUseAll(purpose, channel, nowMs);
  assert.equal(all.allowed[Number(id.slice(1))] === 1, one.allowed, 'both forms');
  return one.allowed;
};

describe('the page', () => {
  test('shows every purpose with its text and version, in both languages, with nothing of anybody else', async () => {
    const id = await person({ email: 'who@example.com', name: 'Zhang Wei' });
    const link = await linkOf(id);
    assert.ok(!/who|Zhang|p\d+$/.test(link));
    const en = await get(link);
    assert.equal(en.statusCode, 200);
    assert.match(en.body, /<html lang="en">/);
    for (const text of [
      'by text message',
      'News &#60;b&#62;twice',
      '2026-05',
      'Lantern &#38; Sons &#60;Ltd&#62;',
      'PIPL art. 29',
      'serving customers',
    ])
      assert.ok(en.body.includes(text), text);
    assert.ok(!en.body.includes('Zhang') && !en.body.includes('who@'), 'it names nobody');
    assert.ok(!/<script|<img|<link|src=|javascript:|\son[a-z]+=/i.test(en.body), 'nothing runs, nothing is loaded');
    const zh = await get(link, { 'accept-language': 'zh-CN,en;q=0.5' });
    assert.match(zh.body, /<html lang="zh-CN">.*每月两次资讯/s);
    assert.match((await get(`${link}?lang=zh`)).body, /<html lang="zh-CN">/);
    assert.match((await get(`${link}?lang=en`, { 'accept-language': 'zh' })).body, /<html lang="en">/);
    for (const [name, value] of [
      ['cache-control', 'no-store'],
      ['x-robots-tag', 'noindex, nofollow, noarchive'],
      ['referrer-policy', 'same-origin'],
      ['x-content-type-options', 'nosniff'],
    ] as const)
      assert.equal(en.headers[name], value);
    assert.match(
      String(en.headers['content-security-policy']),
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    assert.equal(en.headers['set-cookie'], undefined);
  });

  test('what is ticked is recorded with page, text version and language, holds at once, and is logged', async () => {
    const id = await person();
    const link = await linkOf(id);
    await node.app.node().consent.ready();
    assert.equal(await isAllowed(id, 'ads', 'sms'), false);
    const { action, fields } = formIn((await get(link)).body, 'ads sms');
    fields.append('on', 'ads sms');
    const saved = await post(action, fields);
    assert.equal(saved.statusCode, 303);
    assert.match((await get(String(saved.headers.location))).body, /role="status".*Saved/s);
    assert.equal(await isAllowed(id, 'ads', 'sms'), true);
    assert.equal(await isAllowed(id, 'ads', 'email'), false);
    const [fact, ...others] = (await ledger(id)).facts;
    assert.equal(others.length, 0, 'what was not touched is not recorded');
    assert.deepEqual([fact?.status, fact?.policyVersion, fact?.language], ['given', '2026-05', 'en']);
    const version = /^preference page, text ([0-9a-f]{16})$/.exec(fact!.evidence!)![1];
    const { body: texts } = await node.ask<{ texts: { version: string; text: string }[] }>('GET', '/api/consent/texts');
    assert.equal(texts.texts.find((one) => one.version === version)?.text, 'News <b>twice</b> a month.');
    const log = await node.ask<{ entries: { action: string; outcome: string; actor: string }[] }>(
      'GET',
      `/api/audit?person=${id}&actor=customer`,
    );
    assert.deepEqual(log.body.entries.map(({ action: name, outcome }) => `${name} ${outcome}`).reverse(), [
      'preferences.read allowed',
      'preferences.save attempted',
      'preferences.save done',
      'preferences.read allowed',
    ]);
    const withdrawing = formIn((await get(link)).body, 'ads sms');
    withdrawing.fields.append('all', 'none');
    assert.equal((await post(withdrawing.action, withdrawing.fields)).statusCode, 303);
    assert.equal(await isAllowed(id, 'ads', 'sms'), false);
    const said = (await ledger(id)).facts.map(({ purpose, channel, status }) => `${purpose} ${channel} ${status}`).sort();
    assert.deepEqual(
      said,
      ['ads sms given', 'ads sms withdrawn', 'press * denied'],
      'what was silent stays so; an objection is one',
    );
  });

  test('a form sent twice records once; one that changes nothing records nothing; an objection is one', async () => {
    const id = await person();
    const link = await linkOf(id);
    const { action, fields } = formIn((await get(link)).body, 'ads sms');
    const nothing = await post(action, fields);
    assert.match(String(nothing.headers.location), /saved=nothing/);
    fields.append('on', 'ads email');
    await post(action, fields);
    await post(action, fields);
    assert.equal((await ledger(id)).facts.length, 1);
    const objecting = formIn((await get(link)).body, 'press *');
    objecting.fields.delete('on', 'press *');
    await post(objecting.action, objecting.fields);
    assert.deepEqual((await ledger(id)).facts[0]?.status, 'denied');
    assert.equal(await isAllowed(id, 'press', '*'), false);
  });

  test('what needs a separate consent has a form of its own, and is recorded as apart', async () => {
    const id = await person();
    const link = await linkOf(id);
    const { action, fields } = formIn((await get(link)).body, 'credit * 0');
    assert.deepEqual(fields.getAll('shown'), ['credit * 0']);
    await post(action, fields);
    assert.equal((await ledger(id)).facts[0]?.separate, true);
    assert.equal(await isAllowed(id, 'credit', '*'), true);
  });

  test('a yes that another no holds back is recorded, and the page says that it is not enough', async () => {
    const id = await person();
    const crm = await node.addSource('crm');
    await node.send([
      { type: 'track', userId: `u-${made}`, event: 'Consent Denied', properties: { purpose: 'ads', channel: 'email' } },
    ]);
    assert.ok(crm);
    const { action, fields } = formIn((await get(await linkOf(id))).body, 'ads sms');
    fields.append('on', 'ads email');
    const answer = await post(action, fields);
    assert.equal(answer.statusCode, 200);
    assert.match(answer.body, /role="alert".*an earlier no stands/s);
    assert.equal(await isAllowed(id, 'ads', 'email'), false);
  });

  test('a child says no to anything and yes to nothing', async () => {
    const id = await person({ birthday: '2020-01-01' });
    const link = await linkOf(id);
    const page = await get(link);
    assert.match(page.body, /A guardian must consent/);
    const { action, fields } = formIn(page.body, 'ads sms');
    fields.append('on', 'ads email');
    await post(action, fields);
    assert.deepEqual((await ledger(id)).facts, []);
  });

  test('the receipt is a file with all that was said', async () => {
    const id = await person();
    await node.ask('POST', `/api/profiles/${id}/consents`, { purpose: 'ads', channel: 'sms', status: 'given' });
    const answer = await get(`${await linkOf(id)}/receipt`);
    assert.match(String(answer.headers['content-disposition']), /^attachment; filename=/);
    const { receipts } = answer.json<{ receipts: { consent_record: { pii_principal_id: string } }[] }>();
    const { publicKey } = await node.app.node().audit.head();
    for (const receipt of receipts) assert.ok(verifyConsentReceipt(receipt, publicKey).ok);
    assert.deepEqual(
      receipts.map((one) => one.consent_record.pii_principal_id),
      [id],
    );
  });
});

describe('the link', () => {
  const refused = async (url: string, why: string) => {
    const answer = await get(url);
    assert.equal(answer.statusCode, 404, why);
    assert.match(answer.body, /does not open anything/);
    assert.equal(answer.headers['cache-control'], 'no-store');
  };

  test('opens nothing when a single character differs, when it has run out, when it was revoked, or is for something else', async () => {
    const id = await person({ email: 'a@example.com' });
    const link = await linkOf(id, 2);
    const token = link.split('/').at(-1)!;
    for (let at = 0; at < token.length; at += 7) {
      const other = token[at] === 'A' ? 'B' : 'A';
      await refused(`/preferences/${token.slice(0, at)}${other}${token.slice(at + 1)}`, `character ${at}`);
    }
    for (const other of [`${token}A`, token.slice(0, -1), 'x', '%00', '..%2f']) await refused(`/preferences/${other}`, other);
    await refused(`/preferences/confirm/${token}`, 'a link to a page confirms nothing');
    const wanted = { purpose: 'ads', channel: 'email' };
    await node.ask('POST', `/api/consent/${id}/requests`, wanted);
    const { body } = await node.ask<{ messages: WaitingMessage[] }>('GET', '/api/consent/outbox?limit=200');
    const confirmation = /\/preferences\/confirm\/([\w-]+)/.exec(body.messages.at(-1)!.text)![1]!;
    await refused(`/preferences/${confirmation}`, 'a confirmation opens no page');
    assert.equal((await get(link)).statusCode, 200);
    const { body: revoked } = await node.ask<{ revoked: number }>('POST', `/api/consent/${id}/links/revoke`);
    assert.equal(revoked.revoked, 1);
    await refused(link, 'revoked');
    const short = await linkOf(id, 1);
    nowMs += day;
    await refused(short, 'run out');
  });

  test('is for one person, and goes with them', async () => {
    const [a, b] = [await person(), await person()];
    const [mine, theirs] = [await linkOf(a), await linkOf(b)];
    const { fields } = formIn((await get(mine)).body, 'ads sms');
    fields.append('on', 'ads sms');
    await post(theirs, fields);
    assert.equal((await ledger(a)).facts.length, 0);
    assert.equal((await ledger(b)).facts.length, 1, 'what is posted to a link is about whom it belongs to');
    await node.app.node().store.transact(node.app.node().preferences.erase([Number(a.slice(1))]));
    await refused(mine, 'erased');
  });

  test('survives a restart of the node', async () => {
    const link = await linkOf(await person());
    await node.restart();
    assert.equal((await get(link)).statusCode, 200);
  });

  test('is refused to forms of other sites, to what is no form, to texts that changed, and to whoever asks too often', async () => {
    const id = await person();
    const link = await linkOf(id);
    const { fields } = formIn((await get(link)).body, 'ads sms');
    fields.append('on', 'ads sms');
    for (const headers of [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
    ])
      assert.equal((await post(link, fields, headers)).statusCode, 403, JSON.stringify(headers));
    assert.equal((await node.app.http.inject({ method: 'POST', url: link, payload: { on: 'ads sms' } })).statusCode, 400);
    assert.equal(
      (await post(link, new URLSearchParams({ shown: 'ads sms', texts: fields.get('texts')!, lang: 'en' }))).statusCode,
      400,
    );
    const old = new URLSearchParams(fields);
    old.set('texts', '0000000000000000');
    const stale = await post(link, old);
    assert.match(stale.body, /have changed since you opened it/);
    const odd = new URLSearchParams(fields);
    for (const shown of ['customer_service * 0', 'nothing * 0', 'ads pigeon 0', '__proto__ x 0']) odd.append('shown', shown);
    for (const on of ['customer_service *', 'nothing *', 'ads pigeon', '__proto__ x']) odd.append('on', on);
    odd.delete('on', 'ads sms');
    await post(link, odd);
    assert.deepEqual((await ledger(id)).facts, []);
    assert.equal((await post(link, fields, { 'sec-fetch-site': 'same-origin', origin: 'null' })).statusCode, 303);
    let last = 200;
    for (let at = 0; at < 80 && last !== 429; at += 1) last = (await get(link)).statusCode;
    assert.equal(last, 429);
    nowMs += 60_001;
    assert.equal((await get(link)).statusCode, 200);
  });

  test('there are no more than twenty of one person', async () => {
    const id = await person();
    for (let at = 0; at < 20; at += 1) await linkOf(id);
    assert.equal((await node.ask('POST', `/api/consent/${id}/link`, {})).status, 422);
  });
});

describe('double opt-in', () => {
  const ask = (id: string, body: object) =>
    node.ask<ConsentRequest & { error?: { code: string } }>('POST', `/api/consent/${id}/requests`, body);
  async function asked(
    traits: object = { email: 'who@example.com' },
  ): Promise<{ id: string; url: string; message: WaitingMessage }> {
    const id = await person(traits);
    const { body, status } = await ask(id, { purpose: 'ads', channel: 'email' });
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.state, 'pending');
    const { body: outbox } = await node.ask<{ messages: WaitingMessage[] }>('GET', '/api/consent/outbox?limit=200');
    const message = outbox.messages.findLast((one) => one.person === id)!;
    return { id, url: /\/preferences\/confirm\/[\w-]+/.exec(message.text)![0], message };
  }
  const stateOf = async (id: string) =>
    (await node.ask<{ requests: ConsentRequest[] }>('GET', `/api/consent/${id}/requests`)).body.requests[0]?.state;

  test('is no consent until the button is pressed; opening the link is not pressing it; pressing it twice is once', async () => {
    const { id, url, message } = await asked();
    assert.deepEqual([message.channel, message.to], ['email', 'who@example.com']);
    assert.equal(await isAllowed(id, 'ads', 'email'), false);
    for (let at = 0; at < 3; at += 1) assert.match((await get(url)).body, /Yes, I agree/);
    assert.equal((await node.app.http.inject({ method: 'HEAD', url })).statusCode, 200);
    assert.equal(await isAllowed(id, 'ads', 'email'), false);
    const { action, fields } = formIn((await get(url)).body);
    assert.equal((await post(action, fields, { origin: 'https://evil.example' })).statusCode, 403);
    const answers = await Promise.all([post(action, fields), post(action, fields)]);
    for (const answer of answers) assert.match(answer.body, /your consent is recorded/);
    assert.match((await post(action, fields)).body, /your consent is recorded/);
    const { facts } = await ledger(id);
    assert.deepEqual(
      facts.map(({ status, evidence }) => [status, evidence?.replace(/\d+, text \w+/, 'N')]),
      [['given', 'double opt-in request N']],
    );
    assert.equal(await isAllowed(id, 'ads', 'email'), true);
    assert.equal(await stateOf(id), 'confirmed');
  });

  test('what was withdrawn since cannot be confirmed, and confirming again after a withdrawal gives nothing back', async () => {
    const first = await asked();
    await node.ask('POST', `/api/profiles/${first.id}/consents`, { purpose: 'ads', status: 'denied' });
    const page = await get(first.url);
    assert.match(page.body, /have said no to this since/);
    const second = await asked();
    const { action, fields } = formIn((await get(second.url)).body);
    assert.match((await post(first.url, fields)).body, /have said no to this since/);
    assert.equal(await isAllowed(first.id, 'ads', 'email'), false);
    assert.equal(await stateOf(first.id), 'superseded');
    await post(action, fields);
    await node.ask('POST', `/api/profiles/${second.id}/consents`, { purpose: 'ads', channel: 'email', status: 'withdrawn' });
    await post(action, fields);
    assert.equal(await isAllowed(second.id, 'ads', 'email'), false);
  });

  test('runs out', async () => {
    const { id, url } = await asked();
    const { action, fields } = formIn((await get(url)).body);
    nowMs += 73 * 3_600_000;
    assert.equal((await post(action, fields)).statusCode, 404);
    assert.equal(await isAllowed(id, 'ads', 'email'), false);
    assert.equal(await stateOf(id), 'expired');
    const { body } = await node.ask<{ messages: WaitingMessage[] }>('GET', '/api/consent/outbox?limit=200');
    assert.ok(!body.messages.some((one) => one.person === id), 'the message holds a dead link');
  });

  test('is refused without an address, for a child, for what needs no consent, and when it is too much', async () => {
    const id = await person();
    assert.equal((await ask(id, { purpose: 'ads', channel: 'email' })).body.error?.code, 'bad_request');
    assert.equal(
      (await ask(id, { purpose: 'ads', address: 'a@b.example' })).body.error?.code,
      'bad_request',
      'without a channel',
    );
    assert.equal((await ask(id, { purpose: 'customer_service', address: 'a@b.example' })).body.error?.code, 'bad_request');
    assert.equal((await ask(id, { purpose: 'nothing', address: 'a@b.example' })).body.error?.code, 'bad_request');
    assert.equal((await ask('p999999', { purpose: 'credit', address: 'a@b.example' })).body.error?.code, 'not_found');
    const child = await person({ birthday: '2020-01-01' });
    assert.equal((await ask(child, { purpose: 'credit', address: 'a@b.example' })).body.error?.code, 'conflict');
    for (let at = 0; at < 5; at += 1) assert.equal((await ask(id, { purpose: 'credit', address: 'a@b.example' })).status, 200);
    assert.equal((await ask(id, { purpose: 'credit', address: 'a@b.example' })).body.error?.code, 'too_busy');
  });

  test('neither address, message nor link can be read on disk', async () => {
    const { url } = await asked({ email: 'needle@example.com' });
    const token = url.split('/').at(-1)!;
    const link = (await linkOf(await person())).split('/').at(-1)!;
    for (const file of readdirSync(node.folder)) {
      if (!file.startsWith('holdfast.db')) continue;
      const bytes = readFileSync(join(node.folder, file));
      for (const needle of [
        'needle@example.com',
        token,
        link,
        Buffer.from(token, 'base64url').subarray(5, 21).toString('latin1'),
      ])
        assert.ok(!bytes.includes(Buffer.from(needle, 'latin1')), `${needle.length} characters in ${file}`);
    }
  });
});
