// What an event claims beside its identifiers: the name, in the form in which names are compared.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Event } from '../../core/model/event.ts';
import { emptyDeclaration, nameKey, recordConfig } from './config.ts';
import { nameKind } from './identity/names.ts';

const nameOf = (traits: Event['traits']): string | undefined => {
  const event = { kind: 'identify', messageId: 'm', userId: 'u1', occurredAtMs: 1, receivedAtMs: 1, traits } as Event;
  return recordConfig(emptyDeclaration)
    .claimsOf(1, event)
    .find(({ kind }) => kind === nameKind)?.value;
};

test('an identify claims its name, whole or in parts', () => {
  assert.equal(nameOf({ name: '王小明' }), nameKey('Wang Xiaoming'));
  assert.equal(nameOf({ lastName: 'Guest', firstName: 'Edgar' }), nameKey('Edgar Guest'));
});

test('words that say there is no name claim none', () => {
  for (const name of ['匿名', '游客', '访客', '用户', '未知', 'anonymous', 'Guest', 'unknown', 'n/a', 'test', '先生'])
    assert.equal(nameOf({ name }), undefined, name);
  assert.equal(nameOf({ lastName: 'User', firstName: 'Test' }), undefined);
  assert.equal(nameKey('匿名'), undefined, 'nor is anybody found by them');
});
