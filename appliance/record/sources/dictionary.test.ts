import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../core/errors.ts';
import { type Event, eventKinds, type JsonObject } from '../../core/model/event.ts';
import { applyDictionary, compileDictionary, type DictionaryDocument, defaultDictionary } from './dictionary.ts';

const event = (rest: Partial<Event>): Event => ({
  kind: 'identify',
  messageId: 'm',
  userId: 'u',
  occurredAtMs: 1,
  receivedAtMs: 1,
  ...rest,
});
const compile = (document: Omit<DictionaryDocument, 'version'>) => compileDictionary({ version: 1, ...document });

test('by default the standard traits are normalised, and what cannot be read stays with a note', () => {
  const given = event({
    traits: {
      name: ' 王 小明先生',
      phone: '138 0013 8001',
      email: 'A@B.CN',
      gender: '男',
      birthday: 'soon',
      createdAt: '2024-03-05 10:00',
      points: '1,200',
      own: ' x ',
      address: { city: ' 北京　' },
    },
    context: { traits: { phone: '１３８００１３８００２' }, locale: 'zh' },
  });
  const before = structuredClone(given);
  const applied = applyDictionary(defaultDictionary(), given);
  assert.ok(applied.ok);
  assert.deepEqual(applied.event.traits, {
    name: '王小明',
    phone: '+8613800138001',
    email: 'A@b.cn',
    gender: 'male',
    birthday: 'soon',
    createdAt: '2024-03-05T02:00:00.000Z',
    points: 1200,
    own: ' x ',
    address: { city: '北京' },
  });
  assert.deepEqual(applied.event.context, { traits: { phone: '+8613800138002' }, locale: 'zh' });
  assert.deepEqual(applied.notes, [{ where: 'traits.birthday', reason: 'not a date: no known way to write a date' }]);
  assert.deepEqual(given, before, 'the event given is not changed');
});

test('an event no rule touches comes back as the very same object', () => {
  for (const one of [
    event({ kind: 'track', name: 'x', properties: { phone: '1' } }),
    event({ kind: 'group', groupId: 'g', traits: { phone: 'x' } }),
    event({ traits: { other: 1 } }),
  ]) {
    const applied = applyDictionary(defaultDictionary(), one);
    assert.ok(applied.ok && applied.event === one);
  }
});

test('fields move to their targets, read by their own rule', () => {
  const dictionary = compile({
    fields: {
      'traits.cellNo': { to: 'traits.phone', as: 'phone', strict: true },
      'traits.sex': { to: 'traits.gender', as: 'gender' },
      'traits.grade': { to: ['traits.memberLevel', 'traits.vip'], values: { '01': 'gold', '02': 'silver' }, keep: true },
      'properties.order.amount': { to: 'properties.total', as: 'number', kinds: ['track'] },
      'properties.cust': 'userId',
      'traits.cname': 'traits.name',
    },
    genderCodes: { '0': 'female' },
    region: 'CN',
  });
  const applied = applyDictionary(
    dictionary,
    event({ traits: { cellNo: '138-0013-8001', sex: 0, grade: '01', cname: ' 李四 先生' } }),
  );
  assert.ok(applied.ok);
  assert.deepEqual(applied.event.traits, {
    phone: '+8613800138001',
    gender: 'female',
    grade: '01',
    memberLevel: 'gold',
    vip: 'gold',
    name: '李四',
  });
  const track = applyDictionary(
    dictionary,
    event({ kind: 'track', name: 'Paid', properties: { order: { amount: '¥1,200.50', id: 7 }, cust: ' c9 ' } }),
  );
  assert.ok(track.ok);
  assert.deepEqual([track.event.properties, track.event.userId], [{ order: { id: 7 }, total: 1200.5 }, 'c9']);
  assert.deepEqual(applyDictionary(dictionary, event({ traits: { cellNo: 'none' } })), {
    ok: false,
    where: 'traits.cellNo',
    reason: 'not a phone number: too few digits',
  });
  assert.deepEqual(applyDictionary(dictionary, event({ kind: 'track', name: 'x', properties: { cust: { a: 1 } } })), {
    ok: false,
    where: 'properties.cust',
    reason: 'not text',
  });
});

test('strict traits, aliases, required fields and unknown fields', () => {
  assert.equal(applyDictionary(compile({ strict: ['email'] }), event({ traits: { email: 'nope' } })).ok, false);
  const renamed = applyDictionary(
    compile({ aliases: true }),
    event({ traits: { 手机号码: '13800138001', mobile: '13800138002', E_Mail: 'a@b.cn' } }),
  );
  assert.ok(renamed.ok);
  assert.deepEqual(renamed.event.traits, { phone: '+8613800138001', mobile: '+8613800138002', email: 'a@b.cn' });
  const required = compile({
    kinds: { identify: { required: ['traits.phone'] } },
    events: { Paid: { required: ['properties.total', 'context.shop'] } },
  });
  assert.deepEqual(applyDictionary(required, event({ traits: { phone: '' } })), {
    ok: false,
    where: 'traits.phone',
    reason: 'required and missing',
  });
  assert.equal(
    applyDictionary(required, event({ kind: 'track', name: 'Paid', properties: { total: 0 }, context: { shop: 'a' } })).ok,
    true,
  );
  assert.equal(applyDictionary(required, event({ kind: 'track', name: 'Paid', properties: { total: 0 } })).ok, false);
  const closed = compile({
    fields: { 'traits.level': {} },
    events: { Paid: { schema: { type: 'object', properties: { total: { type: 'number' } } } } },
    unknown: { traits: 'drop', properties: 'quarantine', events: 'quarantine' },
  });
  const kept = applyDictionary(closed, event({ traits: { level: 1, email: 'a@b.cn', junk: 2 } }));
  assert.ok(kept.ok);
  assert.deepEqual(kept.event.traits, { level: 1, email: 'a@b.cn' });
  assert.equal(applyDictionary(closed, event({ kind: 'track', name: 'Paid', properties: { total: 1 } })).ok, true);
  assert.deepEqual(applyDictionary(closed, event({ kind: 'track', name: 'Paid', properties: { total: 1, x: 1 } })), {
    ok: false,
    where: 'properties.x',
    reason: 'a field that the dictionary does not know',
  });
  assert.deepEqual(applyDictionary(closed, event({ kind: 'track', name: 'Other' })), {
    ok: false,
    where: 'name',
    reason: 'an event that the dictionary does not know',
  });
});

test('schemas hold events to their shape, and reasons never show values', () => {
  const dictionary = compile({
    events: {
      Paid: {
        schema: {
          type: 'object',
          required: ['total'],
          properties: {
            total: { type: 'number', minimum: 0 },
            at: { type: 'string', format: 'date-time' },
            items: { $ref: '#/$defs/items' },
          },
          additionalProperties: false,
          $defs: { items: { type: 'array', items: { type: 'object', required: ['sku'] } } },
        },
      },
    },
  });
  const paid = (properties: JsonObject) => applyDictionary(dictionary, event({ kind: 'track', name: 'Paid', properties }));
  assert.equal(paid({ total: 1, at: '2024-03-05T10:00:00Z', items: [{ sku: 'a' }] }).ok, true);
  assert.deepEqual(paid({}), { ok: false, where: 'properties', reason: "must have required property 'total'" });
  assert.deepEqual(paid({ total: -1 }), { ok: false, where: 'properties.total', reason: 'must be >= 0' });
  assert.deepEqual(paid({ total: 1, items: [{}] }), {
    ok: false,
    where: 'properties.items.0',
    reason: "must have required property 'sku'",
  });
  assert.deepEqual(paid({ total: 1, secret: 'x' }), {
    ok: false,
    where: 'properties',
    reason: 'a property that the schema does not allow',
  });
});

test('a document with a mistake, or made to hurt, is refused with its place', () => {
  const deep = (levels: number): JsonObject => (levels === 0 ? {} : { properties: { a: deep(levels - 1) } });
  const schema = (inner: JsonObject) => ({ version: 1, events: { E: { schema: inner } } });
  const cases: [unknown, RegExp][] = [
    [null, /dictionary/],
    [{}, /version/],
    [{ version: 2 }, /version/],
    [{ version: 1, feilds: {} }, /feilds/],
    [{ version: 1, fields: { phone: 'traits.phone' } }, /\.fields\.phone: no such path/],
    [{ version: 1, fields: { 'traits.x': 'messageId' } }, /\.to: no such path/],
    [{ version: 1, fields: { 'traits.__proto__.x': 'traits.y' } }, /no such path/],
    [JSON.parse('{"version":1,"__proto__":{}}'), /__proto__/],
    [{ version: 1, fields: { 'traits.x': { as: 'shout' } } }, /fields/],
    [{ version: 1, fields: { 'traits.x': { to: 'userId', as: 'number' } } }, /an id takes text/],
    [{ version: 1, strict: ['shoeSize'] }, /no standard trait/],
    [{ version: 1, timeZone: 'Mars/Olympus' }, /time zone/],
    [schema({ $ref: 'https://example.com/schema.json' }), /may only point inside/],
    [schema({ $id: 'https://example.com/x' }), /\$id is not used/],
    [schema({ type: 'object', properties: { a: { type: 'strin' } } }), /schema/],
    [schema({ type: 'object', misspelt: 1 }), /unknown keyword/],
    [schema({ type: 'string', pattern: '^(a+)+$' }), /repeats a repetition/],
    [schema({ type: 'string', pattern: '^((a|a)x?)*$' }), /repeats a repetition/],
    [schema({ type: 'string', pattern: '(a)\\1' }), /back references/],
    [schema({ type: 'string', pattern: 'a*a*a*a*b' }), /open repetitions/],
    [schema({ type: 'string', pattern: 'a'.repeat(300) }), /longer than/],
    [schema({ type: 'object', patternProperties: { '^(x+)+$': {} } }), /repeats a repetition/],
    [schema(deep(40)), /dictionary\.depth/],
    [schema({ type: 'object', description: 'x'.repeat(70_000) }), /schemaBytes/],
    [{ version: 1, events: { E: { schema: { description: 'x'.repeat(2_000_000) } } } }, /documentBytes/],
    [{ version: 1, events: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`e${i}`, {}])) }, /events/],
  ];
  for (const [document, expected] of cases) {
    assert.throws(
      () => compileDictionary(document),
      (e) => e instanceof Fault && expected.test(e.where ?? ''),
      JSON.stringify(document)?.slice(0, 80),
    );
  }
  assert.doesNotThrow(() => compileDictionary(schema({ type: 'string', pattern: '^[A-Z]{2}-(\\d+|x)$' })));
});

test('any event through any of these dictionaries: an answer, nothing changed underneath, and stable', () => {
  const dictionaries = [
    defaultDictionary(),
    compile({ aliases: true, unknown: { traits: 'drop', properties: 'drop' } }),
    compile({
      fields: {
        'traits.a': { to: 'traits.phone', as: 'phone' },
        'properties.b.c': { to: 'context.d.e', as: 'number' },
        'traits.email': { to: 'traits.email', as: 'email' },
      },
    }),
  ];
  const json = fc.dictionary(
    fc.constantFrom('a', 'b', 'c', 'phone', 'email', 'name', 'address', 'mobile', '__proto__', 'traits'),
    fc.jsonValue({ maxDepth: 3 }),
    { maxKeys: 5 },
  );
  const anyEvent = fc.record(
    { kind: fc.constantFrom(...eventKinds), traits: json, properties: json, context: json, name: fc.string() },
    { requiredKeys: ['kind'] },
  );
  fc.assert(
    fc.property(fc.constantFrom(...dictionaries), anyEvent, (dictionary, some) => {
      const given = event(JSON.parse(JSON.stringify(some)) as Partial<Event>);
      const before = structuredClone(given);
      const applied = applyDictionary(dictionary, given);
      assert.deepEqual(given, before);
      if (!applied.ok) return;
      const again = applyDictionary(dictionary, applied.event);
      assert.ok(again.ok);
      assert.deepEqual(again.event, applied.event);
    }),
    { numRuns: 3000 },
  );
});
