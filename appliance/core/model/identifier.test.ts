import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event, JsonObject } from './event.ts';
import {
  defaultPolicies,
  type IdentifierKind,
  identifierKinds,
  identifierLimits,
  identifiersOf,
  isBlocked,
  normaliseIdentifier,
  standardKinds,
} from './identifier.ts';

const event = (rest: Partial<Event>): Event => ({ kind: 'identify', messageId: 'm', occurredAtMs: 1, receivedAtMs: 1, ...rest });
const found = (rest: Partial<Event>, options = {}): string[] =>
  identifiersOf(event(rest), options).map((i) => `${i.kind}=${i.value}`);

test('an event carries its ids, its traits, its context and its external ids, each once', () => {
  assert.deepEqual(
    found({
      userId: ' u-1 ',
      anonymousId: 'a-1',
      traits: {
        Email: 'Wang@Example.COM',
        mobile: '138 0013 8001',
        phone: '+86 13800138001',
        union_id: 'oUni',
        id_card: '11010519491231002X',
      },
      context: {
        traits: { loyalty_card: 'vip-88 12', openid: 'oOpen' },
        device: { id: 'D-9', advertisingId: 'AD-1' },
        externalIds: [
          { type: 'ga_client_id', id: 'GA1.2.3', collection: 'users', encoding: 'none' },
          { type: 'email', id: '5f4dcc3b5aa765d61d8327deb882cf99', encoding: 'md5' },
          { type: 'meter_number', id: 'M1' },
        ],
      },
    }),
    [
      'user_id=u-1',
      'anonymous_id=a-1',
      'email=wang@example.com',
      'phone=+8613800138001',
      'union_id=oUni',
      'national_id=11010519491231002X',
      'loyalty_card=VIP8812',
      'open_id=oOpen',
      'device=D-9',
      'device=AD-1',
      'cookie=GA1.2.3',
    ],
  );
});

test('a custom kind counts only once it is registered', () => {
  const kinds = identifierKinds([{ ...defaultPolicies.loyalty_card, kind: 'custom:meter_number', blocked: ['m0'] }]);
  const context: JsonObject = {
    externalIds: [
      { type: 'meter_number', id: 'M1' },
      { type: 'meter_number', id: 'M0' },
    ],
  };
  assert.deepEqual(found({ context }), []);
  assert.deepEqual(found({ context }, { kinds }), ['custom:meter_number=M1']);
  assert.throws(() => identifierKinds([{ ...defaultPolicies.email, kind: 'custom:Bad Name' }]), /expected a standard one/);
  assert.throws(() => identifierKinds([{ ...defaultPolicies.email, maxPeople: 0 }]), /whole number from 1/);
});

test('a group event says nothing about who the customer is, and properties never do', () => {
  assert.deepEqual(
    found({ kind: 'group', groupId: 'g', traits: { email: 'office@corp.cn' }, context: { traits: { phone: '13800138001' } } }),
    [],
  );
  assert.deepEqual(found({ kind: 'track', name: 'x', properties: { email: 'a@corp.cn' } }), []);
});

test('placeholders are blocked in every writing, real values are not', () => {
  const cases: [IdentifierKind, string, boolean][] = [
    ['phone', '13800138000', true],
    ['phone', '+8613800138000', true],
    ['phone', '00000000000', true],
    ['phone', '11111111111', true],
    ['phone', '13888888888', true],
    ['phone', '+8618812345678', true],
    ['phone', '138-2345-6789', true],
    ['phone', '+8613800138001', false],
    ['phone', '+8613811118888', false],
    ['email', 'test@test.com', true],
    ['email', 'TEST@Test.com', true],
    ['email', 'noemail@qq.com', true],
    ['email', 'info@dongfang.cn', false],
    ['user_id', 'N/A', true],
    ['user_id', 'ｎｕｌｌ', true],
    ['user_id', '匿名', true],
    ['user_id', '匿名用戶', true],
    ['user_id', '[object Object]', true],
    ['user_id', '12345', false],
    ['user_id', 'test', false],
    ['loyalty_card', '123456', true],
    ['device', '9774d56d682e549c', true],
    ['national_id', '11010519491231002X', false],
  ];
  for (const [kind, value, blocked] of cases) {
    const policy = defaultPolicies[kind as keyof typeof defaultPolicies];
    assert.equal(isBlocked(policy, value), blocked, `${kind} ${value}`);
    if (blocked && kind === 'user_id') assert.deepEqual(found({ userId: value }), []);
  }
});

test('the number of identifiers of one event is bounded', () => {
  const values = Array.from({ length: 400 }, (_, i) => `d${i}`);
  const traits: JsonObject = Object.fromEntries(
    ['device_id', 'deviceid', 'Device-Id', 'DEVICE ID', 'DeviceID', 'device__id'].map((k, i) => [k, values.slice(i * 60)]),
  );
  assert.equal(identifiersOf(event({ traits })).length, identifierLimits.perEvent);
});

test('normalising twice changes nothing and nothing throws', () => {
  const raw = fc.oneof(fc.string({ unit: 'binary' }), fc.string(), fc.anything(), fc.bigInt().map(String));
  fc.assert(
    fc.property(fc.constantFrom(...standardKinds), raw, (kind, value) => {
      const once = normaliseIdentifier(kind, value);
      if (!once.ok) return assert.ok(once.reason.length > 0);
      const twice = normaliseIdentifier(kind, once.value);
      assert.deepEqual(twice, once);
    }),
    { numRuns: 3000, examples: [['loyalty_card', '\u1fe2']] },
  );
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (traits, context) => {
      identifiersOf(
        event({
          traits: { a: traits as JsonObject, email: traits as JsonObject },
          context: { externalIds: context as JsonObject, traits: context as JsonObject },
        }),
      );
    }),
    { numRuns: 1000 },
  );
});
