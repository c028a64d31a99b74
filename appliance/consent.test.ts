// The gate on a whole node: what is acknowledged is obeyed at once, over merges, late events, failures of a start and by every way in.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Consent, Ledger } from './record/consent/consent.ts';
import { columnsOf } from './record/consent/judge.ts';
import { anyBirthday, anyFact, seeded } from './record/consent/testing.ts';
import { openTestNode, type TestNode } from './testing.ts';

const purposes = [
  { purpose: 'ads', basis: 'consent', channels: ['email', 'sms'], under: 'marketing' },
  { purpose: 'health', basis: 'consent', sensitive: true },
  { purpose: 'fraud', basis: 'legitimate_interests' },
] as const;
const config = { region: 'DE', consent: { law: 'gdpr' as const, controller: 'Example GmbH', purposes } };

async function within(work: (node: TestNode) => Promise<void>, given: object = config): Promise<void> {
  const node = await openTestNode({ config: given });
  try {
    await work(node);
  } finally {
    await node.close();
  }
}
const consentOf = (node: TestNode): Consent => node.app.node().consent;
const numberOf = (id: string): number => Number(id.slice(1));
let made = 0;
const said = (userId: string, event: string, properties: object, at = '2026-05-01T00:00:00Z') => {
  made += 1;
  return { type: 'track', messageId: `c${made}`, userId, event, properties, timestamp: at };
};
async function personOf(node: TestNode, userId: string): Promise<string> {
  const [profile] = await node.find(userId);
  assert.ok(profile);
  return profile.id;
}

/** Both forms, of everybody, for everything that is declared. */
async function compare(node: TestNode, nowMs: number, hint: string): Promise<void> {
  const consent = consentOf(node);
  const persons: number[] = [];
  for await (const { personId } of node.app.node().profiles.persons()) persons.push(personId);
  for (const purpose of consent.table.purposes.values()) {
    for (const channel of columnsOf(purpose)) {
      const set = await consent.mayUseAll(purpose.purpose, channel, nowMs);
      assert.equal(set.subjects, persons.length, hint);
      const { allowedCount, subjects } = set;
      assert.deepEqual(await consent.countAll(purpose.purpose, channel, nowMs), { allowedCount, subjects }, hint);
      const many = await consent.mayUseMany(persons, purpose.purpose, channel, nowMs);
      for (const [at, person] of persons.entries()) {
        const single = await consent.mayUse(person, purpose.purpose, channel, nowMs);
        const where = `${hint}: p${person} ${purpose.purpose} ${channel} ${JSON.stringify(single)}`;
        assert.equal(set.allowed[person] === 1, single.allowed, where);
        assert.equal(many[at] === 1, single.allowed, where);
      }
    }
  }
}

test('a withdrawal holds from its answer on, a late event changes nothing, a restart gives the same', () =>
  within(async (node) => {
    const consent = consentOf(node);
    const nowMs = Date.UTC(2026, 5, 1);
    const asks = async (person: number) => {
      const [one, all] = [
        await consentOf(node).mayUse(person, 'ads', 'sms', nowMs),
        await consentOf(node).mayUseAll('ads', 'sms', nowMs),
      ];
      assert.equal(all.allowed[person] === 1, one.allowed);
      const { allowedCount, subjects } = all;
      assert.deepEqual(await consentOf(node).countAll('ads', 'sms', nowMs), { allowedCount, subjects }, 'counted again');
      return one.rule;
    };
    await consent.ready();
    for (let round = 0; round < 20; round += 1) {
      const user = `u${round % 3}`;
      await node.send([said(user, 'Consent Given', { purpose: 'ads', channel: 'sms' }, `2026-05-01T00:00:${round * 2 + 10}Z`)]);
      const person = numberOf(await personOf(node, user));
      assert.equal(await asks(person), 'consent_given');
      await node.send([said(user, 'Consent Withdrawn', { purpose: 'ads' }, `2026-05-01T00:00:${round * 2 + 11}Z`)]);
      assert.equal(await asks(person), 'consent_refused');
      await node.send([said(user, 'Consent Given', { purpose: 'ads', channel: 'sms' }, '2026-04-01T00:00:00Z')]);
      assert.equal(await asks(person), 'consent_refused', 'said earlier, heard later');
    }
    const ledger = async () => (await node.ask<Ledger>('GET', `/api/profiles/${await personOf(node, 'u1')}/consents`)).body;
    const before = await ledger();
    await node.restart();
    assert.deepEqual(await ledger(), before);
    await consentOf(node).ready();
    await compare(node, nowMs, 'after a restart');
  }));

test('set and single form agree on a live node: random events of three sources, merges, unmerges, restarts', () =>
  within(async (node) => {
    const rounds = process.env.HOLDFAST_LONG === '1' ? 30 : 5;
    const random = seeded(7);
    const sources = [node.source, await node.addSource('second'), await node.addSource('third')];
    const names = {
      given: 'Consent Given',
      denied: 'Consent Denied',
      withdrawn: 'Consent Withdrawn',
      expired: 'Consent Expired',
    };
    for (let round = 0; round < rounds; round += 1) {
      const batch = Array.from({ length: 30 }, () => {
        const user = `u${random(8)}`;
        if (random(5) === 0) {
          made += 1;
          const traits = { email: `e${random(10)}@x.cn`, birthday: anyBirthday(random) ?? null };
          return { type: 'identify', messageId: `c${made}`, userId: user, traits };
        }
        const { status, atMs, by: _by, expiresAtMs, ...rest } = anyFact(random, 0, 0);
        const properties = { ...rest, ...(expiresAtMs !== undefined && { expiresAt: expiresAtMs }) };
        return said(user, names[status], properties, new Date(atMs).toISOString());
      });
      await node.send(batch, sources[random(3)]!.writeKey);
      const persons: string[] = [];
      for await (const { personId } of node.app.node().profiles.persons()) persons.push(`p${personId}`);
      const [left, right] = [persons[random(persons.length)], persons[random(persons.length)]];
      const decided = random(2) === 0 ? { left, right } : { person: left };
      await node.ask('POST', `/api/identity/${'left' in decided ? 'merge' : 'unmerge'}`, decided);
      if (round % 3 === 2) await node.restart();
      await compare(node, Date.UTC(2026, 0, 1 + random(90)), `round ${round}`);
    }
  }));

test('by hand over the API: the ledger, who refuses, what cannot be taken, and a receipt', () =>
  within(async (node) => {
    await node.send([said('u', 'Consent Withdrawn', { purpose: 'marketing', channel: 'sms', policyVersion: '2026-01' })]);
    const id = await personOf(node, 'u');
    const tell = (body: object) => node.ask<Ledger>('POST', `/api/profiles/${id}/consents`, body);
    const given = await tell({
      purpose: 'ads',
      status: 'given',
      evidence: 'form 7',
      language: 'de',
      expiresAt: '2099-01-01T00:00:00Z',
    });
    assert.equal(given.status, 200, JSON.stringify(given.body));
    const effective = Object.fromEntries(given.body.effective.map((one) => [`${one.purpose} ${one.channel}`, one]));
    assert.equal(effective['ads email']?.rule, 'consent_given');
    assert.equal(effective['ads email']?.source, 'by hand');
    assert.equal(effective['ads email']?.untilMs, Date.UTC(2099, 0, 1));
    assert.equal(effective['ads sms']?.rule, 'consent_refused');
    assert.equal(effective['ads sms']?.source, 'test', 'the other source still refuses, and is named');
    assert.equal(effective['fraud *']?.allowed, true);
    assert.deepEqual(
      given.body.facts.map((fact) => [fact.status, fact.source, fact.evidence]),
      [
        ['given', 'by hand', 'form 7'],
        ['withdrawn', 'test', undefined],
      ],
    );
    for (const wrong of [
      { purpose: 'nothing', status: 'given' },
      { purpose: 'ads', channel: 'pigeon', status: 'given' },
      { purpose: 'ads', status: 'maybe' },
      { purpose: 'ads', status: 'given', expiresAt: 'soon' },
    ])
      assert.equal((await tell(wrong)).status, 400, JSON.stringify(wrong));
    assert.equal((await node.ask('POST', '/api/profiles/p999999/consents', { purpose: 'ads', status: 'given' })).status, 404);
    const fact = given.body.facts[0]!.fact;
    const receipt = await node.ask<{ consent_record: { events: unknown[]; pii_processing: { purposes: unknown[] } } }>(
      'GET',
      `/api/profiles/${id}/consents/${fact}/receipt`,
    );
    assert.equal(receipt.status, 200);
    const [event] = receipt.body.consent_record.events as { [name: string]: unknown }[];
    const [purpose] = receipt.body.consent_record.pii_processing.purposes as { [name: string]: unknown }[];
    assert.deepEqual(
      [event?.event_state, event?.evidence, event?.valid_until],
      ['dpv:ConsentGiven', 'form 7', '2099-01-01T00:00:00.000Z'],
    );
    assert.deepEqual([purpose?.lawful_basis, purpose?.lawful_basis_article], ['eu-gdpr:A6-1-a', 'GDPR art. 6(1)(a)']);
    assert.equal((await node.ask('GET', `/api/profiles/${id}/consents/0000/receipt`)).status, 404);
    await consentOf(node).ready();
    const table = await node.ask<{ law: string; purposes: { purpose: string; channels: object[] }[] }>(
      'GET',
      '/api/consent/purposes',
    );
    assert.equal(table.body.law, 'gdpr');
    assert.deepEqual(table.body.purposes.find((one) => one.purpose === 'ads')?.channels, [
      { channel: 'email', allowed: 1, subjects: 1 },
      { channel: 'sms', allowed: 0, subjects: 1 },
    ]);
  }));

test('whoever objects to being recognised across systems is left out of matching', () =>
  within(async (node) => {
    const other = await node.addSource('other');
    const traits = { name: 'Wang Xiaoming', birthday: '1980-05-05', address: 'Hauptstr. 1', city: 'Berlin' };
    const person = (userId: string) => ({ type: 'identify', userId, traits });
    await node.send([person('a'), said('a', 'Consent Denied', { purpose: 'identity_matching' })]);
    await node.send([person('b')], other.writeKey);
    const matched = await node.ask<{ compared: number }>('POST', '/api/identity/match');
    assert.equal(matched.body.compared, 1, JSON.stringify(matched.body));
  }));
