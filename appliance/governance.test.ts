// Governance on a whole node: the catalogue fills from what clients send and gives no customer's value away, unknown fields are held until
// somebody has classified them, quality is scored by the hour, and a trait's way can be followed.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemPorts } from './core/ports.ts';
import type { Finding } from './core/store/store.ts';
import type { Alarm, FieldView, HourView, Lineage, OffenderView, Score, TraitEntry } from './oversee/governance/governance.ts';
import { seeded, valuesOf } from './oversee/governance/testing.ts';
import { openTestNode, type TestNode } from './testing.ts';

const hourMs = 3_600_000;
let nowMs = Date.UTC(2026, 5, 1, 8, 10);
const ports = { ...systemPorts, clock: { nowMs: () => nowMs } };

async function within(work: (node: TestNode) => Promise<void>, config: object = {}): Promise<void> {
  nowMs = Date.UTC(2026, 5, 1, 8, 10);
  const node = await openTestNode({ ports, config });
  try {
    await work(node);
  } finally {
    await node.close();
  }
}

const rng = seeded(5);
let made = 0;
const at = () => new Date(nowMs - 1_000).toISOString();
function identify(userId: string, traits: object): object {
  made += 1;
  return { type: 'identify', messageId: `i${made}`, userId, traits, timestamp: at() };
}
function track(userId: string, event: string, properties: object, timestamp = at()): object {
  made += 1;
  return { type: 'track', messageId: `t${made}`, userId, event, properties, timestamp };
}
const customers = (count: number) =>
  Array.from({ length: count }, (_, at) =>
    identify(`u${at}`, {
      cellNo: valuesOf.phone(rng),
      姓名: valuesOf.person_name(rng),
      nick: `secret-${at}`,
      level: ['gold', 'silver'][at % 2],
      income: 1000 + at,
    }),
  );
async function fieldsOf(node: TestNode, query = ''): Promise<Map<string, FieldView>> {
  const { status, body } = await node.ask<{ fields: FieldView[] }>('GET', `/api/catalogue?${query}`);
  assert.equal(status, 200);
  return new Map(body.fields.map((field) => [`${field.event ?? field.kind} ${field.path}`, field]));
}

test('the catalogue knows every field, its class and how full it is, over a restart, and nothing of a customer is in it', () =>
  within(async (node) => {
    const sent = customers(300);
    assert.equal((await node.send(sent)).status, 200);
    const orders = Array.from({ length: 200 }, (_, at) =>
      track(`u${at}`, 'Order Completed', {
        order_id: `A-${10_000 + at}`,
        total: 10 + at,
        items: [{ sku: `S${at % 7}`, quantity: 1 }, { sku: 'S9' }],
        ...(at % 4 === 0 && { note: '请在下午六点以后送货，谢谢，门口有狗请小心' }),
        byPhone: { [valuesOf.phone(rng)]: 1 },
      }),
    );
    await node.send(orders);
    const check = async () => {
      const fields = await fieldsOf(node);
      const phone = fields.get('identify traits.cellNo')!;
      assert.deepEqual([phone.class, phone.personal, phone.completeness], ['phone', true, 1]);
      assert.equal(fields.get('identify traits.姓名')!.class, 'person_name');
      assert.equal(fields.get('Order Completed properties.order_id')!.class, 'identifier');
      assert.equal(fields.get('Order Completed properties.note')!.completeness, 0.25);
      assert.equal(fields.get('Order Completed properties.note')!.class, 'free_text');
      const quantity = fields.get('Order Completed properties.items.[].quantity')!;
      assert.equal(quantity.completeness, 0.5, 'of the items');
      const level = fields.get('identify traits.level')!;
      assert.deepEqual([level.class, level.top!.map(({ value }) => value).sort()], ['none', ['gold', 'silver']]);
      // Names of fields that are data themselves stand under a star.
      assert.ok(fields.has('Order Completed properties.byPhone.*'));
      const total = fields.get('Order Completed properties.total')!;
      assert.ok(Math.abs(total.quantiles!.find(({ q }) => q === 0.5)!.value - 110) < 8);
      for (const field of fields.values()) {
        if (!field.personal) continue;
        assert.ok(field.top === undefined && field.quantiles === undefined, field.path);
      }
      const text = JSON.stringify([...fields.values()]);
      assert.ok(!text.includes('secret-') && !/(?<!\d)1[3-9]\d{9}(?!\d)/.test(text));
      return phone;
    };
    const phone = await check();
    const url = `/api/catalogue/fields/${phone.id}`;
    const said = await node.ask<FieldView>('POST', url, {
      class: 'phone',
      owner: 'CRM team',
      description: 'as given at the counter',
    });
    assert.deepEqual([said.status, said.body.classBy, said.body.owner], [200, 'person', 'CRM team']);
    assert.equal((await node.ask('POST', url, { class: 'telephone' })).status, 400);
    assert.equal((await node.ask('POST', '/api/catalogue/fields/999999', { class: 'phone' })).status, 404);
    await node.restart();
    assert.equal((await check()).owner, 'CRM team');
    const { body } = await node.ask<FieldView & { history: { owner: string; by: string }[] }>('GET', url);
    assert.deepEqual(
      body.history.map(({ owner, by }) => [owner, by]),
      [['CRM team', 'operator']],
    );
    // Neither names of fields nor what people said of them are in the clear on disk.
    for (const name of readdirSync(node.folder)) {
      if (!name.startsWith('holdfast.db')) continue;
      const bytes = readFileSync(join(node.folder, name));
      for (const word of ['cellNo', 'CRM team', 'order_id', 'secret-', 'Order Completed'])
        assert.ok(!bytes.includes(word), `${word} in ${name}`);
    }
  }));

test('a message that comes again changes nothing, and what is quarantined is seen all the same', () =>
  within(async (node) => {
    const dictionary = { version: 1, kinds: { identify: { required: ['traits.phone'] } } };
    await node.ask('PUT', `/api/sources/${node.source.id}/dictionary`, dictionary);
    const message = identify('u1', { colour: 'red' });
    await node.send([message]);
    await node.send([message]);
    const fields = await fieldsOf(node);
    assert.equal(fields.get('identify traits.colour')!.lookedAt, 2, 'twice sent, twice refused');
    const good = identify('u2', { phone: '13800138000', colour: 'red' });
    await node.send([good]);
    await node.send([good]);
    assert.equal((await fieldsOf(node)).get('identify traits.phone')!.lookedAt, 1);
  }));

test('unknown fields are held until a person has classified each of them, also over a restart', () =>
  within(async (node) => {
    const source = node.source.id;
    await node.send([track('u1', 'Old', { plain: 1 })]);
    await node.ask('PUT', `/api/sources/${source}/dictionary`, { version: 1, unclassified: 'hold' });
    const held = await node.send([
      track('u7', 'Visit', { room: 'A', badge: { code: 'x' } }),
      track('u7', 'Visit', { room: 'B' }),
      track('u8', 'Nothing Known', {}),
    ]);
    assert.deepEqual(
      held.body.quarantined?.map(({ index, reason }) => [index, reason]),
      [
        [0, 'properties.room: a field that nobody has classified yet'],
        [1, 'properties.room: a field that nobody has classified yet'],
      ],
    );
    let fields = await fieldsOf(node, 'text=visit&unclassified=true');
    assert.deepEqual([...fields.keys()].sort(), ['Visit properties.badge.code', 'Visit properties.room']);
    await node.restart();
    fields = await fieldsOf(node, 'text=room');
    const room = fields.get('Visit properties.room')!;
    assert.equal((await node.ask('POST', `/api/catalogue/fields/${room.id}`, { class: 'none' })).status, 200);
    await node.app.node().governance.released();
    const waiting = async () =>
      (await node.ask<{ events: { where: string }[] }>('GET', '/api/quarantine')).body.events.map(({ where }) => where);
    assert.deepEqual(await waiting(), ['properties.badge.code'], 'the second visit is recorded, the first waits for its badge');
    const timeline = async () => {
      const [profile] = await node.find('u7');
      const { body } = await node.ask<{ events: { properties: object }[] }>('GET', `/api/profiles/${profile!.id}/timeline`);
      return body.events.map(({ properties }) => properties);
    };
    assert.deepEqual(await timeline(), [{ room: 'B' }]);
    const badge = (await fieldsOf(node, 'text=badge')).get('Visit properties.badge.code')!;
    await node.ask('POST', `/api/catalogue/fields/${badge.id}`, { class: 'identifier', owner: 'Reception' });
    await node.app.node().governance.released();
    assert.deepEqual(await waiting(), []);
    assert.equal((await timeline()).length, 2);
    assert.equal((await node.send([track('u7', 'Visit', { room: 'C', badge: { code: 'y' } })])).body.quarantined, undefined);
  }));

test('what was classified before a kill is released by the next start', () =>
  within(async (node) => {
    await node.ask('PUT', `/api/sources/${node.source.id}/dictionary`, { version: 1, unclassified: 'hold' });
    await node.send([identify('u9', { pet: 'cat' })]);
    const { governance } = node.app.node();
    const pet = (await fieldsOf(node, 'text=pet')).get('identify traits.pet')!;
    // As a kill between the word and the replay leaves it.
    governance.release = () => undefined;
    await governance.catalogue.classify(pet.id, { dataClass: 'none' }, 'operator');
    assert.deepEqual(await node.find('u9'), []);
    await node.restart();
    await node.app.node().governance.released();
    assert.equal((await node.find('u9')).length, 1);
  }));

const orderRules = {
  version: 1,
  rules: [
    { id: 'total-there', kind: 'completeness', field: 'properties.total', event: 'Order Completed', threshold: 0.9 },
    { id: 'currency', kind: 'validity', field: 'properties.currency', oneOf: ['CNY', 'EUR'], threshold: 0.9 },
    {
      id: 'order-once',
      kind: 'uniqueness',
      field: 'properties.order_id',
      event: 'Order Completed',
      per: 'event',
      threshold: 0.95,
    },
    {
      id: 'discount-fits',
      kind: 'consistency',
      field: 'properties.discount',
      is: 'at_most',
      other: 'properties.total',
      threshold: 0.95,
    },
    { id: 'soon', kind: 'timeliness', withinMinutes: 60, threshold: 0.8 },
    { id: 'not-silent', kind: 'timeliness', silentHours: 2, threshold: 0.9 },
  ],
};

test('what people type in is in the catalogue under its own source, and nothing of whom it is about', () =>
  within(async (node) => {
    await node.send([identify('u1', { level: 'gold' })]);
    const { id } = (await node.find('u1'))[0]!;
    const typed = await node.ask('PUT', `/api/profiles/${id}/traits`, { traits: { phone: '13800138000', 口味: '清淡' } });
    assert.equal(typed.status, 200);
    await node.ask('POST', `/api/profiles/${id}/consents`, { purpose: 'marketing', status: 'given', evidence: 'form 7' });
    const byHand = node.app.node().directory.byHandId();
    await node.app.node().governance.catalogue.list();
    await new Promise((resolve) => setImmediate(resolve));
    const fields = await fieldsOf(node, `source=${byHand}`);
    for (const path of ['identify traits.phone', 'identify traits.口味', 'Consent Given properties.evidence'])
      assert.equal(fields.get(path)?.seen, 1, `${path} of ${[...fields.keys()].join(', ')}`);
    assert.equal(fields.get('identify traits.phone')!.sourceName, 'by hand');
    assert.ok(!JSON.stringify([...fields.values()]).includes('13800138000'));
  }));

test('doctor says that the catalogue cannot be written, until it can', () =>
  within(async (node) => {
    const { catalogue } = node.app.node().governance;
    const told = async () => {
      const { findings } = (await node.ask<{ findings: Finding[] }>('GET', '/api/doctor')).body;
      return findings.filter(({ check }) => check === 'catalogue').map(({ severity, message }) => `${severity} ${message.en}`);
    };
    assert.deepEqual(await told(), []);
    catalogue.lastFault = 'store_full';
    assert.match(String(await told()), /^warning What was observed cannot be written: store_full/);
    await catalogue.flush();
    assert.deepEqual(await told(), []);
  }));

test('quality is scored by the hour; an alarm stands while a score is low, and what broke a rule can be opened', () =>
  within(async (node) => {
    const source = node.source.id;
    const url = `/api/quality/sources/${source}`;
    assert.equal((await node.ask('PUT', `${url}/rules`, orderRules)).status, 200);
    const tick = () => node.app.node().governance.write();
    const order = (extra: object) =>
      track('u1', 'Order Completed', { order_id: `o${made}`, total: 50, discount: 5, currency: 'CNY', ...extra });
    await node.send([
      ...Array.from({ length: 40 }, () => order({})),
      ...Array.from({ length: 10 }, () => order({ total: null })),
      order({ currency: 'BTC' }),
      order({ discount: 80 }),
      order({ order_id: 'twice' }),
      order({ order_id: 'twice' }),
      track('u1', 'Order Completed', { order_id: 'late', total: 1, currency: 'CNY' }, new Date(nowMs - 5 * hourMs).toISOString()),
    ]);
    const { body: running } = await node.ask<Score>('GET', url);
    const failed = Object.fromEntries(running.rules.map((rule) => [rule.id, [rule.checked, rule.failed]]));
    assert.deepEqual(failed['total-there'], [55, 10]);
    assert.deepEqual(failed.currency, [55, 1]);
    assert.deepEqual(failed['order-once'], [55, 1]);
    // A null total is no number to compare with.
    assert.deepEqual(failed['discount-fits'], [44, 1]);
    assert.deepEqual(failed.soon, [55, 1]);
    assert.deepEqual(failed.accepted, [55, 0]);

    const offenders = await node.ask<{ failed: number; offenders: OffenderView[] }>('GET', `${url}/offenders?rule=total-there`);
    assert.equal(offenders.body.offenders.length, 10);
    const [first] = offenders.body.offenders;
    const opened = await node.ask<{ events: { messageId: string }[] }>('GET', first!.open!);
    assert.ok(opened.body.events.some(({ messageId }) => messageId === first!.messageId));

    const { quality } = node.app.node().governance;
    assert.equal(await quality.forget(new Set([999_999])), 0);

    // A kill within the hour: what was written goes on.
    await node.restart();
    await node.send([order({ total: null })]);
    assert.equal((await node.ask<Score>('GET', url)).body.rules.find(({ id }) => id === 'total-there')!.failed, 11);

    nowMs += hourMs;
    await tick();
    const { body: alarms } = await node.ask<{ alarms: Alarm[] }>('GET', '/api/quality/alarms');
    assert.deepEqual(
      alarms.alarms.map(({ rule, reason, endedAtMs }) => [rule, reason, endedAtMs]),
      [['total-there', 'below_threshold', undefined]],
    );
    const { body: history } = await node.ask<{ hours: HourView[] }>('GET', `${url}/history`);
    assert.deepEqual(
      history.hours.map(({ events, rules }) => [events, rules['total-there']!.failed]),
      [[56, 11]],
    );
    await node.restart();
    // Offenders of an hour that is over.
    const past = await node.ask<{ failed: number }>('GET', `${url}/offenders?rule=total-there&at=${nowMs - hourMs}`);
    assert.equal(past.body.failed, 11);
    // An erased person is named no more, in hours that are over either.
    const person = Number(first!.person!.slice(1));
    assert.ok((await node.app.node().governance.quality.forget(new Set([person]))) > 10);
    const after = await node.ask<{ failed: number; offenders: object[] }>(
      'GET',
      `${url}/offenders?rule=total-there&at=${nowMs - hourMs}`,
    );
    assert.deepEqual([after.body.failed, after.body.offenders], [11, []]);
    await node.send(Array.from({ length: 30 }, () => order({})));
    nowMs += hourMs;
    await tick();
    const ended = (await node.ask<{ alarms: Alarm[] }>('GET', '/api/quality/alarms')).body.alarms;
    assert.equal(ended[0]!.endedAtMs, Date.UTC(2026, 5, 1, 10));
    // Then the source falls silent.
    nowMs += 3 * hourMs;
    await tick();
    const silent = (await node.ask<{ alarms: Alarm[] }>('GET', '/api/quality/alarms')).body.alarms;
    assert.deepEqual(
      silent.filter(({ endedAtMs }) => endedAtMs === undefined).map(({ rule }) => rule),
      ['not-silent'],
    );
  }));

test('what a dictionary refused is an offender in quarantine, and rules follow from the dictionary', () =>
  within(async (node) => {
    const source = node.source.id;
    await node.ask('PUT', `/api/sources/${source}/dictionary`, {
      version: 1,
      fields: { 'traits.cellNo': { to: 'traits.phone', as: 'phone', strict: true } },
      kinds: { identify: { required: ['traits.phone'] } },
    });
    await node.send([identify('u1', { cellNo: '13800138000' }), identify('u2', { cellNo: 'nonsense' }), identify('u3', {})]);
    const url = `/api/quality/sources/${source}`;
    const { body } = await node.ask<Score>('GET', url);
    const of = (id: string) => body.rules.find((rule) => rule.id === id)!;
    assert.deepEqual([of('accepted').checked, of('accepted').failed], [3, 2]);
    assert.deepEqual([of('valid.traits.phone').checked, of('valid.traits.phone').failed], [2, 1]);
    // It stands under the name that the source gives it: there it was not missing.
    assert.deepEqual([of('filled.identify.traits.phone').checked, of('filled.identify.traits.phone').failed], [3, 1]);
    const { body: found } = await node.ask<{ offenders: OffenderView[] }>('GET', `${url}/offenders?rule=accepted`);
    assert.equal(found.offenders.length, 2);
    for (const { open, messageId } of found.offenders) {
      const opened = await node.ask<{ event: { messageId: string } }>('GET', open!);
      assert.equal(opened.body.event.messageId, messageId);
    }
    assert.ok(!JSON.stringify(found).includes('nonsense'));
  }));

test('a mistake in the rules is answered with its place', () =>
  within(async (node) => {
    const url = `/api/quality/sources/${node.source.id}/rules`;
    const put = async (rule: object) => {
      const { status, body } = await node.ask<{ error: { where: string } }>('PUT', url, {
        version: 1,
        rules: [{ id: 'a', ...rule }],
      });
      return status === 200 ? 'ok' : body.error.where;
    };
    assert.equal(await put({ kind: 'completeness' }), 'rules.a: completeness needs a field');
    assert.equal(
      await put({ kind: 'completeness', field: 'phone' }),
      'rules.a.field: no such path; expected userId, anonymousId, previousId, groupId, name, traits.x, properties.x or context.x',
    );
    assert.equal(await put({ kind: 'validity', field: 'traits.x' }), 'rules.a: validity of a field needs as, oneOf, min or max');
    assert.equal(
      await put({ kind: 'timeliness', withinMinutes: 5, silentHours: 1 }),
      'rules.a: timeliness needs either withinMinutes or silentHours',
    );
    assert.equal(
      await put({ kind: 'consistency', field: 'traits.x', is: 'below' }),
      'rules.a: consistency needs either other or value',
    );
    assert.match(
      await put({ kind: 'validity', field: 'traits.x', pattern: '.*' }),
      /rules\.rules\.0: must NOT have additional properties \(pattern\)/,
    );
    assert.equal(
      await put({ kind: 'validity', field: 'traits.x', as: 'phone', withinMinutes: 1 }),
      'rules.a.withinMinutes: belongs to timeliness',
    );
    assert.equal(await put({ kind: 'validity', field: 'traits.x', as: 'phone' }), 'ok');
    assert.equal((await node.ask('GET', '/api/quality/sources/99')).status, 404);
    const { body } = await node.ask<{ versions: { version: number }[] }>('GET', `${url}/versions`);
    assert.deepEqual(
      body.versions.map(({ version }) => version),
      [1],
    );
  }));

test('the lineage of a trait runs from the fields of each source to its uses', () =>
  within(
    async (node) => {
      const crm = await node.addSource('crm');
      await node.ask('PUT', `/api/sources/${crm.id}/dictionary`, {
        version: 1,
        fields: { 'traits.cellNo': { to: 'traits.phone', as: 'phone', strict: true } },
      });
      const phones = (trait: string) =>
        Array.from({ length: 20 }, (_, n) => identify(`${trait}${n}`, { [trait]: `138${trait.length}01380${n + 10}` }));
      await node.send(phones('cellNo'), crm.writeKey);
      await node.send([...phones('phone'), track('phone0', 'Order Completed', { total: 5 })]);
      node.app
        .node()
        .governance.registerUse(() => [{ kind: 'segment', name: 'reachable', reads: ['phone'], purpose: 'marketing' }]);
      const { body: phone } = await node.ask<Lineage>('GET', '/api/catalogue/lineage/phone');
      assert.deepEqual(
        phone.steps.map(({ sourceName, field, how, rule }) => [sourceName, field, how, rule?.as]),
        [
          ['test', 'traits.phone', 'standard', 'phone'],
          ['crm', 'traits.cellNo', 'dictionary', 'phone'],
        ],
      );
      // A sketch counts two values as one where they fall into one register of 2,048: about 40, and never the 20 of one source.
      assert.ok(phone.distinct >= 30 && phone.distinct <= 42, `${phone.distinct}`);
      assert.deepEqual(phone.golden, { criteria: ['setByHand', 'mostRecent'], declared: false });
      assert.deepEqual(phone.uses.map(({ kind }) => kind).sort(), ['identity', 'matching', 'segment']);
      const { body: all } = await node.ask<{ traits: TraitEntry[] }>('GET', '/api/catalogue/traits');
      const entry = (trait: string) => all.traits.find((one) => one.trait === trait);
      assert.deepEqual([entry('phone')?.sources, entry('phone')?.uses, entry('phone')?.label?.zh], [2, 3, '手机号']);
      assert.deepEqual([entry('spent')?.computed, entry('spent')?.sources], [true, 1]);
      assert.equal(entry('cellNo'), undefined, 'what the dictionary renames is no trait of its own');
      const field = phone.steps.map(({ seen }) => seen?.id).sort();
      assert.deepEqual(entry('phone')?.fields.toSorted(), field);
      const { body: spent } = await node.ask<Lineage>('GET', '/api/catalogue/lineage/spent');
      assert.deepEqual(spent.computedFrom, { event: 'Order Completed', property: 'total', operation: 'sum' });
      assert.deepEqual(
        spent.steps.map(({ field, event }) => [event, field]),
        [['Order Completed', 'properties.total']],
      );
    },
    { computedTraits: [{ name: 'spent', event: 'Order Completed', operation: 'sum', property: 'total' }] },
  ));

test('a source that makes up fields without end fills its room and no more, and a field can be forgotten', () =>
  within(async (node) => {
    for (let batch = 0; batch < 15; batch += 1) {
      const traits = Object.fromEntries(Array.from({ length: 180 }, (_, at) => [`made up ${batch} ${at}`, at]));
      await node.send([identify('u1', traits)]);
    }
    const { body } = await node.ask<{ streams: { kind: string; fields?: number; overflow?: number }[] }>(
      'GET',
      '/api/catalogue/streams',
    );
    const any = body.streams.find(({ kind }) => kind === 'any')!;
    assert.equal(any.fields, 2_000);
    assert.ok(any.overflow! > 500);
    const [field] = (await fieldsOf(node, 'limit=1&text=made')).values();
    assert.equal((await node.ask('DELETE', `/api/catalogue/fields/${field!.id}`)).status, 200);
    assert.equal((await node.ask('GET', `/api/catalogue/fields/${field!.id}`)).status, 404);
    await node.restart();
    assert.equal((await node.ask('GET', `/api/catalogue/fields/${field!.id}`)).status, 404);
  }));
