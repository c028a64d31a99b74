// Masks by example and by property: never longer than the value, the same for the same value, and untouched by what they hide.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type DataClass, dataClasses } from './classes.ts';
import { mask } from './masks.ts';

describe('masks', () => {
  test('as people know them', () => {
    const cases: [DataClass, string, string][] = [
      ['phone', '+8613812345678', '138****5678'],
      ['phone', '138 1234 5678', '138****5678'],
      ['phone', '+442071234567', '442*****4567'],
      ['phone', '0531-8888', '******88'],
      ['phone', 'call me', '***'],
      ['name', '王小明', '王*明'],
      ['name', '王明', '王*'],
      ['name', '欧阳娜娜', '欧**娜'],
      ['name', '明', '*'],
      ['name', 'John Smith', 'J*** S****'],
      ['name', "Mary Ann O'Neil", 'M*** A** O*****'],
      ['email', 'wang@example.com', 'w***@example.com'],
      ['email', 'w@example.com', '*@example.com'],
      ['email', 'wl@example.com', 'w*@example.com'],
      ['email', 'nobody', '***'],
      ['national-id', '110101199003074514', '11**************14'],
      ['national-id', '12345', '***'],
      ['bank-card', '6222 0212 3456 7890', '************7890'],
      ['bank-card', 'VIP1', '***'],
      ['birth-date', '1990-05-17', '1990-**-**'],
      ['birth-date', 'May 17th', '***'],
      ['address', '上海市浦东新区世纪大道100号', '上海市***'],
      ['address', '广东省深圳市南山区科技园1栋', '广东省深圳市***'],
      ['device', 'f3a1c77e90ab4d21', '****4d21'],
      ['device', 'C1001', '***'],
      ['free-text', 'his dog is called Rex', '***'],
      ['other', 'ab', '**'],
      ['name', '', ''],
    ];
    for (const [dataClass, value, masked] of cases) assert.equal(mask(value, dataClass), masked, `${dataClass} ${value}`);
  });

  test('of any text whatever: never longer, and the same each time', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.emailAddress(), fc.stringMatching(/^[+\d -]{0,24}$/));
    fc.assert(
      fc.property(fc.constantFrom(...dataClasses), texts, (dataClass, value) => {
        const masked = mask(value, dataClass);
        assert.ok(masked.length <= value.length, masked);
        assert.equal(mask(value, dataClass), masked);
      }),
      { numRuns: 3_000 },
    );
  });

  const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
  const hanLetter = fc.constantFrom(...'赵钱孙李周吴郑王冯陈褚卫小明丽强伟芳');
  /** Values of each class as a part that is shown and parts that are hidden. */
  const families: readonly [DataClass, fc.Arbitrary<[string, string]>][] = [
    ['phone', fc.tuple(digits(4), digits(4), digits(4)).map(([a, b, tail]) => [`+86138${a}${tail}`, `+86138${b}${tail}`])],
    ['bank-card', fc.tuple(digits(12), digits(12), digits(4)).map(([a, b, tail]) => [a + tail, b + tail])],
    ['national-id', fc.tuple(digits(14), digits(14)).map(([a, b]) => [`11${a}3X`, `11${b}3X`])],
    ['birth-date', fc.tuple(digits(4), digits(4)).map(([a, b]) => [dateOf(a), dateOf(b)])],
    ['name', fc.tuple(hanLetter, hanLetter, hanLetter, hanLetter).map(([a, b, c, d]) => [`${a}${b}${d}`, `${a}${c}${d}`])],
    ['name', fc.tuple(latin(3), latin(3)).map(([a, b]) => [`J${a} S${b}`, `J${b} S${a}`])],
    ['email', fc.tuple(latin(6), latin(9)).map(([a, b]) => [`w${a}@example.com`, `w${b}@example.com`])],
    ['device', fc.tuple(latin(12), latin(20), latin(4)).map(([a, b, tail]) => [a + tail, b + tail])],
    ['free-text', fc.tuple(fc.string({ minLength: 3 }), fc.string({ minLength: 3 }))],
    ['address', fc.tuple(digits(3), digits(3)).map(([a, b]) => [`杭州市西湖区文三路${a}号`, `杭州市西湖区文三路${b}号`])],
  ];

  test('what is hidden leaves no trace: two values that differ there alone have one mask', () => {
    for (const [dataClass, pairs] of families) {
      fc.assert(
        fc.property(pairs, ([left, right]) => assert.equal(mask(left, dataClass), mask(right, dataClass))),
        { numRuns: 300 },
      );
    }
  });

  test('the masked text never contains the hidden part', () => {
    // Hidden parts of letters that nothing shown has, so that no chance meeting counts.
    const hidden = fc.stringMatching(/^[q-z]{4,12}$/);
    fc.assert(
      fc.property(hidden, (part) => {
        assert.ok(!mask(`A${part} B${part}`, 'name').includes(part));
        assert.ok(!mask(`a${part}@mail.cn`, 'email').includes(part));
        assert.ok(!mask(`${part}abcdefghijkl`, 'device').includes(part));
        assert.ok(!mask(`12 ${part} street, Leeds`, 'address').includes(part));
        for (const dataClass of ['free-text', 'other', 'phone', 'birth-date'] as const)
          assert.ok(!mask(part, dataClass).includes(part), dataClass);
      }),
    );
  });
});

function latin(count: number): fc.Arbitrary<string> {
  return fc.stringMatching(new RegExp(`^[a-z]{${count}}$`));
}

function dateOf(four: string): string {
  return `1990-${four.slice(0, 2)}-${four.slice(2)}`;
}
