import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { normaliseAddress, parseAddress } from './address.ts';
import { normaliseDate, normaliseMoment, normaliseTimestamp } from './date.ts';
import { emailKey, normaliseEmail } from './email.ts';
import { normaliseGender } from './gender.ts';
import { moneyText, normaliseMoney } from './money.ts';
import { parseName } from './name.ts';
import { normaliseNationalId, parseNationalId } from './national-id.ts';
import { normalisers } from './normalisers.ts';
import { normalisePhone, parsePhone } from './phone.ts';
import { standardTraitFor, standardTraits } from './standard-traits.ts';
import { table } from './testing-table.ts';
import { cleanText, comparisonText, foldWidth, normaliseText, simplifyHan } from './text.ts';

const long = process.env.HOLDFAST_LONG === '1';
const runs = long ? 50_000 : 2_000;

test('text is folded and cleaned, and Chinese sentence marks stay', () => {
  table(normaliseText, [
    ['  Ｈｅｌｌｏ，　Ｗｏｒｌｄ！ ', 'Hello, World!'],
    ['你好，世界！（ＡＢＣ　１２３）', '你好，世界！（ABC 123）'],
    ['王\u0000小\u200b明\ufeff', '王小明'],
    ['a\ud800b', 'a\ufffdb'],
    ['ｶﾞｷﾞ', 'ガギ'],
    ['a\u2028b\t\tc', 'a b c'],
    ['e\u0301', 'é'],
    ['①㈱…℃', '①㈱…℃'],
    ['\u0000\u200b ', undefined],
    [13800138000, '13800138000'],
    [Number.NaN, undefined],
    [1e21, '1000000000000000000000'],
    [{}, undefined],
    [null, undefined],
    ['x'.repeat(70_000), undefined],
  ]);
  assert.equal(foldWidth('ａ，ｂ'), 'a,b');
  assert.equal(cleanText('👨\u200d👩\u200d👧'), '👨\u200d👩\u200d👧');
  assert.equal(comparisonText('  歐陽　ＸＩＡＯ－ＭＩＮＧ Ünïcode ①'), '欧阳 xiao-ming unicode 1');
  assert.equal(comparisonText('ＩＢＭ（中国）'), 'ibm(中国)');
  assert.equal(simplifyHan('臺北市信義區後裏'), '台北市信义区后里');
});

test('phones become E.164', () => {
  table(
    (raw) => normalisePhone(raw),
    [
      ['13800138000', '+8613800138000'],
      ['138 0013 8000', '+8613800138000'],
      ['138-0013-8000', '+8613800138000'],
      ['＋８６ １３８００１３８０００', '+8613800138000'],
      ['+86 (0) 138 0013 8000', '+8613800138000'],
      ['0086-138-0013-8000', '+8613800138000'],
      ['8613800138000', '+8613800138000'],
      ['013800138000', '+8613800138000'],
      ['手机：13912345670', '+8613912345670'],
      ['13800138000.0', '+8613800138000'],
      [13800138000, '+8613800138000'],
      ['19212345670', '+8619212345670'],
      ['010-88886666', '+861088886666'],
      ['(010) 8888 6666', '+861088886666'],
      ['０１０－８８８８６６６６', '+861088886666'],
      ['021-55556666转8001', '+862155556666'],
      ['0755-2655-6789-801', '+8675526556789'],
      ['0755 26556789 ext. 12', '+8675526556789'],
      ['400-820-8820', '+864008208820'],
      ['+1 (415) 555-2671', '+14155552671'],
      ['+44 20 7946 0958', '+442079460958'],
      ['00852 2345 6789', '+85223456789'],
      ['+886 912 345 678', '+886912345678'],
      ['12345', undefined],
      ['1380013800', undefined],
      ['138001380000', undefined],
      ['+8613800138000123456', undefined],
      ['无', undefined],
      ['n/a', undefined],
      ['', undefined],
      [true, undefined],
      ['x'.repeat(100), undefined],
    ],
  );
  table(
    (raw) => normalisePhone(raw, { region: 'US' }),
    [
      ['(415) 555-2671', '+14155552671'],
      ['415.555.2671 x55', '+14155552671'],
      ['+8613800138000', '+8613800138000'],
    ],
  );
  table((raw) => normalisePhone(raw, { region: 'au' }), [['0412 345 678', '+61412345678']]);
  table((raw) => normalisePhone(raw, { region: 'ZZ' }), [['0412 345 678', undefined]]);
  assert.deepEqual(parsePhone('021-55556666转8001'), {
    ok: true,
    value: { e164: '+862155556666', extension: '8001', mobile: false },
  });
});

test('emails', () => {
  table(normaliseEmail, [
    [' Wang.XM@Example.COM ', 'Wang.XM@example.com'],
    ['mailto:a@b.cn', 'a@b.cn'],
    ['"王小明" <xm@corp.com.cn>', 'xm@corp.com.cn'],
    ['ｘｍ＠ｑｑ．ｃｏｍ', 'xm@qq.com'],
    ['xm@例子.中国', 'xm@xn--fsqu00a.xn--fiqs8s'],
    ['a+b@gmail.com', 'a+b@gmail.com'],
    ["o'neil@dept.example.org.", "o'neil@dept.example.org"],
    ['xm @ qq.com', 'xm@qq.com'],
    ['no-at.example.com', undefined],
    ['a@b', undefined],
    ['a@@b.com', undefined],
    ['a..b@c.com', undefined],
    ['@c.com', undefined],
    ['a@', undefined],
    ['a b@c.com', undefined],
    [`${'a'.repeat(65)}@c.com`, undefined],
    ['a@-c.com', undefined],
    ['a@c.1', undefined],
    [null, undefined],
  ]);
  table((raw) => emailKey(raw), [['A.B+c@Gmail.com', 'a.b+c@gmail.com']]);
  table(
    (raw) => emailKey(raw, { mergeProviderVariants: true }),
    [
      ['A.B+c@Googlemail.com', 'ab@gmail.com'],
      ['A.B+c@qq.com', 'a.b+c@qq.com'],
    ],
  );
});

test('dates that exist, in every usual writing', () => {
  table(
    (raw) => normaliseDate(raw),
    [
      ['1990-03-05', '1990-03-05'],
      ['1990/3/5', '1990-03-05'],
      ['1990.03.05', '1990-03-05'],
      ['19900305', '1990-03-05'],
      [19900305, '1990-03-05'],
      ['1990年3月5日', '1990-03-05'],
      ['1990 年 3 月 5 日', '1990-03-05'],
      ['一九九〇年三月二十五日', '1990-03-25'],
      ['民國79年3月5日', '1990-03-05'],
      ['90年3月5日', '1990-03-05'],
      ['5/3/1990', '1990-03-05'],
      ['05-03-90', '1990-03-05'],
      ['25/12/1990', '1990-12-25'],
      ['12/25/1990', '1990-12-25'],
      ['5 Mar 1990', '1990-03-05'],
      ['March 5th, 1990', '1990-03-05'],
      ['Mon, 05 Mar 1990 10:00:00 GMT', '1990-03-05'],
      ['1990-03-05T00:00:00Z', '1990-03-05'],
      ['1990-03-04T16:00:00.000Z', '1990-03-05'],
      ['1990-03-05 00:00:00.0', '1990-03-05'],
      ['１９９０－０３－０５', '1990-03-05'],
      ['2024-02-29', '2024-02-29'],
      ['2023-02-29', undefined],
      ['1990-13-05', undefined],
      ['1990-00-10', undefined],
      ['31/4/1990', undefined],
      ['0000-00-00', undefined],
      ['+275760-09-13T00:00:00.000Z', undefined],
      ['275760-09-13', undefined],
      ['9999-12-31', undefined],
      ['1990-03-05T25:00:00Z', undefined],
      ['1990-03-05T10:00:00+99:00', undefined],
      ['1990-03', undefined],
      ['soon', undefined],
      ['', undefined],
      [{}, undefined],
    ],
  );
  table(
    (raw) => normaliseDate(raw, { region: 'US' }),
    [
      ['3/5/1990', '1990-03-05'],
      ['25/12/1990', '1990-12-25'],
    ],
  );
});

test('moments, with and without a zone', () => {
  const at = (text: string): number => Date.parse(text);
  table(
    (raw) => normaliseTimestamp(raw),
    [
      ['2024-03-05T10:00:00Z', at('2024-03-05T10:00:00Z')],
      ['2024-03-05T10:00:00.123456789Z', at('2024-03-05T10:00:00.123Z')],
      ['2024-03-05 10:00:00', at('2024-03-05T02:00:00Z')],
      ['2024-03-05 10:00:00 +0900', at('2024-03-05T01:00:00Z')],
      ['2024-03-05T10:00:00-05', at('2024-03-05T15:00:00Z')],
      ['2024/3/5 22:01', at('2024-03-05T14:01:00Z')],
      ['2024年3月5日 下午3点20分', at('2024-03-05T07:20:00Z')],
      ['2024年3月5日上午10时20分30秒', at('2024-03-05T02:20:30Z')],
      ['3/5/2024 3:20 PM', at('2024-05-03T07:20:00Z')],
      ['05/Mar/2024:10:00:00 +0800', at('2024-03-05T02:00:00Z')],
      ['Tue Mar 05 2024', at('2024-03-04T16:00:00Z')],
      ['20240305100000', at('2024-03-05T02:00:00Z')],
      ['20240305T100000Z', undefined],
      [1709632800, at('2024-03-05T10:00:00Z')],
      ['1709632800.5', at('2024-03-05T10:00:00.500Z')],
      [1709632800123, at('2024-03-05T10:00:00.123Z')],
      ['1709632800123456', at('2024-03-05T10:00:00.123Z')],
      ['1709632800123456789', at('2024-03-05T10:00:00.123Z')],
      ['2024-12-31T24:00:00Z', at('2025-01-01T00:00:00Z')],
      [8640000000000000, undefined],
      ['99999999999999999999', undefined],
      [-1, undefined],
      [Number.POSITIVE_INFINITY, undefined],
    ],
  );
  // New York skipped 02:30 on 2024-03-10 and had 01:30 twice on 2024-11-03.
  table(
    (raw) => normaliseTimestamp(raw, { timeZone: 'America/New_York' }),
    [
      ['2024-07-01 12:00:00', at('2024-07-01T16:00:00Z')],
      ['2024-01-01 12:00:00', at('2024-01-01T17:00:00Z')],
      ['2024-03-10 02:30:00', at('2024-03-10T07:30:00Z')],
      ['2024-11-03 01:30:00', at('2024-11-03T05:30:00Z')],
    ],
  );
  table((raw) => normaliseTimestamp(raw, { timeZone: 'Mars/Olympus' }), [['2024-07-01 12:00:00', undefined]]);
});

test('genders', () => {
  table(
    (raw) => normaliseGender(raw),
    [
      [0, 'unknown'],
      ['1', 'male'],
      [2, 'female'],
      ['2.0', 'female'],
      ['男', 'male'],
      ['女', 'female'],
      ['女士', 'female'],
      ['Ｍ', 'male'],
      ['f', 'female'],
      ['MALE', 'male'],
      ['Female ', 'female'],
      ['保密', 'unknown'],
      ['其他', 'other'],
      ['X', 'other'],
      ['9', 'unknown'],
      ['maybe', undefined],
      ['', undefined],
      [[], undefined],
    ],
  );
  table(
    (raw) => normaliseGender(raw, { codes: { '0': 'female', '1': 'male' } }),
    [
      ['0', 'female'],
      ['男', 'male'],
    ],
  );
});

test('identity numbers', () => {
  table(normaliseNationalId, [
    ['11010519491231002X', '11010519491231002X'],
    ['11010519491231002x', '11010519491231002X'],
    ['110105 19491231 002X', '11010519491231002X'],
    ['440524188001010014', '440524188001010014'],
    ['110105491231002', '11010519491231002X'],
    ['110105194912310021', undefined],
    ['11010519490231002X', undefined],
    ['000000000000000000', undefined],
    ['110105', undefined],
    ['', undefined],
  ]);
  assert.deepEqual(parseNationalId('11010519491231002X'), {
    ok: true,
    value: { number: '11010519491231002X', birthDate: '1949-12-31', gender: 'female', regionCode: '110105' },
  });
});

test('money is exact', () => {
  const rows: [unknown, string | undefined, string?][] = [
    ['12.5', '12.5'],
    [12.5, '12.5'],
    ['0.1', '0.1'],
    ['¥1,234.50', '1234.5', 'CNY'],
    ['￥ 88', '88', 'CNY'],
    ['1.234,50 €', '1234.5', 'EUR'],
    ['1,234', '1234'],
    ['1,23', '1.23'],
    ['12.5万元', '125000', 'CNY'],
    ['2亿', '200000000'],
    ['(123.45)', '-123.45'],
    ['-5', '-5'],
    ['5-', '-5'],
    ['US$ 9.99', '9.99', 'USD'],
    ['9.99 USD', '9.99', 'USD'],
    ['$9.99', '9.99', 'USD'],
    ['1e3', '1000'],
    ['1.5e-3', '0.0015'],
    ['0.0000005', '0.000001'],
    ['999999999999999', '999999999999999'],
    ['9999999999999999', undefined],
    ['1e20', undefined],
    ['abc', undefined],
    ['', undefined],
    ['(5', undefined],
    ['1.2.3', '123'],
    ['１２．５元', '12.5', 'CNY'],
    ['100日元', '100', 'JPY'],
    [true, undefined],
    [Number.NaN, undefined],
    ['--5', undefined],
  ];
  for (const [raw, text, currency] of rows) {
    const got = normaliseMoney(raw);
    assert.equal(got.ok ? moneyText(got.value.micros) : undefined, text, String(raw));
    assert.equal(got.ok ? got.value.currency : undefined, currency, String(raw));
  }
});

test('addresses are taken apart', () => {
  const parts = (raw: unknown): Record<string, unknown> => {
    const parsed = parseAddress(raw);
    assert.ok(parsed.ok, String(raw));
    const { full: _full, key: _key, ...rest } = parsed.value;
    return rest;
  };
  assert.deepEqual(parts('广东省深圳市南山区粤海街道科技园路1号软件大厦3栋2单元501室'), {
    province: '广东省',
    city: '深圳市',
    district: '南山区',
    town: '粤海街道',
    street: '科技园路',
    number: '1',
    unit: '软件大厦3-2-501',
  });
  assert.deepEqual(parts('北京市朝阳区建国路88号'), {
    province: '北京市',
    city: '北京市',
    district: '朝阳区',
    street: '建国路',
    number: '88',
  });
  assert.deepEqual(parts('上海市浦东新区世纪大道100弄5号601室'), {
    province: '上海市',
    city: '上海市',
    district: '浦东新区',
    street: '世纪大道',
    number: '弄100 5',
    unit: '601',
  });
  assert.deepEqual(parts('新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路12号'), {
    province: '新疆维吾尔自治区',
    city: '伊犁哈萨克自治州',
    district: '伊宁市',
    street: '解放路',
    number: '12',
  });
  assert.deepEqual(parts('123 Main Street Apt 4B, Springfield, IL 62704'), {
    unit: '4b',
    number: '123',
    street: 'main st',
    city: 'springfield',
    province: 'il',
    postcode: '62704',
  });
  assert.deepEqual(parts({ street: '8 Foo Rd', city: 'Perth', state: 'WA', postalCode: '6000', country: 'Australia' }), {
    country: 'AU',
    number: '8',
    street: 'foo rd',
    city: 'perth',
    province: 'wa',
    postcode: '6000',
  });
  const key = (raw: unknown): string => {
    const parsed = parseAddress(raw);
    return parsed.ok ? parsed.value.key : '';
  };
  const same: [string, string][] = [
    ['北京市朝阳区建国路88号', '北京朝阳区建国路８８号'],
    ['北京市北京市朝阳区建国路88号', '北京市朝阳区 建国路 88号'],
    ['中国广东省深圳市南山区科技路1号3栋2单元501室', '广东深圳市南山区科技路1号3幢2单元501'],
    ['臺北市信義區松仁路100號', '台北市信义区松仁路100号'],
    ['123 Main Street, Springfield, IL 62704', '123 MAIN ST., Springfield, IL 62704, USA'],
  ];
  for (const [a, b] of same) assert.equal(key(a), key(b), `${a} / ${b}`);
  assert.notEqual(key('北京市朝阳区建国路88号'), key('北京市朝阳区建国路89号'));
});

test('standard traits are found by header in either language', () => {
  for (const [header, name] of [
    ['手机号码', 'phone'],
    ['Mobile No.', 'phone'],
    ['E-Mail', 'email'],
    ['客户姓名', 'name'],
    ['first_name', 'firstName'],
    ['date_of_birth', 'birthday'],
    ['性別', 'gender'],
    ['身份证号', 'nationalId'],
    ['UnionID', 'unionId'],
    ['會員卡號', 'loyaltyCard'],
    ['Zip Code', 'postalCode'],
  ] as const) {
    assert.equal(standardTraitFor(header)?.name, name, header);
  }
  assert.equal(standardTraitFor('__proto__'), undefined);
  for (const { name, label } of standardTraits) assert.ok(label.en && label.zh, name);
});

test('every normaliser takes anything, never throws, and is settled after one round', () => {
  const alphabet = fc.constantFrom(
    ...'0123456789+-().,/:年月日 号路省市区县镇王李小明欧阳先生WangXiaoming@gmail.comMRjr\u0000\ud800\u200bＡ，Ⅳｶﾞ歐陽①',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: alphabet, maxLength: 40 }),
  );
  const anything = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 1, arbitrary: fc.double() },
  );
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(normalisers)), anything, (normalise, raw) => {
      const once = normalise(raw as string, {});
      if (!once.ok) return assert.equal(typeof once.reason, 'string');
      assert.deepEqual(normalise(once.value, {}), once);
    }),
    { numRuns: runs * 5 },
  );
  const pure: ((raw: unknown) => unknown)[] = [
    parseName,
    parseAddress,
    parsePhone,
    parseNationalId,
    normaliseMoney,
    normaliseTimestamp,
    normaliseMoment,
    emailKey,
    normaliseAddress,
  ];
  fc.assert(
    fc.property(fc.constantFrom(...pure), fc.oneof(anything, fc.anything()), (f, raw) => void f(raw)),
    { numRuns: runs * 3 },
  );
  fc.assert(
    fc.property(text, (raw) => {
      const once = comparisonText(raw);
      assert.equal(comparisonText(once), once);
    }),
    { numRuns: runs },
  );
});
