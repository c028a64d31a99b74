import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault } from '../../core/errors.ts';
import type { Json, JsonObject } from '../../core/model/event.ts';
import { openTestStore } from '../../core/store/testing.ts';
import { readByHand } from './hand-values.ts';
import { countOf, identify, isFault, personBy, within } from './testing-cases.ts';
import { actor } from './testing-world.ts';

test('values are read as from any source, under the names they were given', () => {
  const read: [JsonObject, JsonObject][] = [
    [{ phone: '139 0731 2846' }, { phone: '+8613907312846' }],
    [{ mobile: '139-0731-2846' }, { mobile: '+8613907312846' }],
    [{ phone: ['13907312846', '+86 136 0731 2846'] }, { phone: ['+8613907312846', '+8613607312846'] }],
    [{ email: ' Wang@Example.COM ' }, { email: 'Wang@example.com' }],
    [
      { birthday: '1990年3月5日', gender: '女' },
      { birthday: '1990-03-05', gender: 'female' },
    ],
    [{ name: ' 王 小明先生' }, { name: '王小明' }],
    [
      { phone: null, email: '' },
      { phone: null, email: '' },
    ],
    [
      { score: 'A+', note: ['x'], custom: { a: 1 } },
      { score: 'A+', note: ['x'], custom: { a: 1 } },
    ],
    [JSON.parse('{"__proto__":"x","constructor":"y"}'), JSON.parse('{"__proto__":"x","constructor":"y"}')],
  ];
  for (const [given, expected] of read) assert.deepEqual(readByHand(given, 'CN'), expected);
  assert.deepEqual(readByHand({ phone: '(415) 555-2671' }, 'US'), { phone: '+14155552671' });
  assert.deepEqual(readByHand({ phone: '139 0731 2846' }, undefined), { phone: '+8613907312846' });
});

test('what cannot be read is refused by the name of the trait, without the value', () => {
  const secret = 'Zq secret 99';
  const unreadable: [string, Json][] = [
    ['phone', secret],
    ['mobile', [13907312846, secret]],
    ['email', secret],
    ['birthday', secret],
    ['gender', secret],
    ['nationalId', secret],
    ['points', secret],
    ['createdAt', secret],
    ['anything', secret.repeat(1000)],
    ['phone', { number: secret }],
    ['phone', Array.from({ length: 17 }, () => secret)],
  ];
  for (const [name, value] of unreadable) {
    assert.throws(
      () => readByHand({ city: '上海', [name]: value }, 'CN'),
      (fault) => {
        assert.ok(fault instanceof Fault && fault.code === 'bad_request', name);
        assert.ok(fault.where?.startsWith(`traits.${name}: `), fault.where);
        assert.ok(!`${fault.where} ${fault.message}`.includes('Zq'), name);
        return true;
      },
    );
  }
});

test('a phone set by hand is the identifier it is elsewhere, and a refused one leaves nothing', async () => {
  await within(await openTestStore(), async (world) => {
    await world.profiles.record(1, [identify('a', { email: 'a@x.cn' })]);
    await world.profiles.record(2, [identify('b', { phone: '+8613811112201' })]);
    const id = await personBy(world, 'a@x.cn');
    await assert.rejects(world.profiles.setByHand(id, { phone: 'no phone' }, actor), isFault('bad_request'));
    assert.equal(await countOf(world, 'records'), 2);
    await world.profiles.setByHand(id, { phone: '138 1111 2201' }, actor);
    const view = await world.profiles.profile(id);
    assert.equal(view.traits.phone?.value, '+8613811112201');
    assert.deepEqual(
      view.identifiers.filter(({ kind }) => kind === 'phone').map(({ value }) => value),
      ['+8613811112201'],
    );
    assert.equal(await personBy(world, '13811112201'), id, 'it joins whom it joins when a source says it');
  });
});
