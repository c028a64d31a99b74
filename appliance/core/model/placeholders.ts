// Values that people and programs put where an identifier should be. Left in, one of them joins thousands of strangers
// into one customer, so every kind starts with a list of them.

/** What programs write for "nobody", for any kind, as `comparisonText` writes it. */
const absent: readonly string[] = [
  ...['', '-', '--', '---', '.', '?', '*', '/', '\\', '_', '\\n', '{}', '[]', '()', '""', "''", '\ufffd', '0', '-1'],
  ...[4, 5, 6, 7, 8, 9, 10, 11, 12].map((digits) => '0'.repeat(digits)),
  ...[
    'n/a',
    'na',
    '#n/a',
    '#ref!',
    '#value!',
    '#null!',
    'nan',
    'null',
    '(null)',
    '<null>',
    'nil',
    'none',
    '(none)',
    'undefined',
    'void',
  ],
  ...[
    'unknown',
    'unkown',
    'unspecified',
    'anonymous',
    'anon',
    'guest',
    'visitor',
    'noname',
    'not set',
    '(not set)',
    'not available',
  ],
  ...[
    'not provided',
    'not applicable',
    'no data',
    'empty',
    'blank',
    'true',
    'false',
    '[object object]',
    'deleted',
    'removed',
    'redacted',
  ],
  ...[
    '00000000-0000-0000-0000-000000000000',
    '无',
    '暂无',
    '没有',
    '空',
    '匿名',
    '匿名用户',
    '未知',
    '未填',
    '未填写',
    '不详',
    '不明',
  ],
  ...['不清楚', '无数据', '游客', '访客', '保密', '拒绝提供', '未提供', '不提供', '略', '待定', '散客'],
];

/** What people type to get past a form. A customer id may well be 12345 or `test`, so user ids are not held to these. */
const typed: readonly string[] = [
  ...[
    '1',
    '12',
    '123',
    '1234',
    '12345',
    '123456',
    '1234567',
    '12345678',
    '123456789',
    '1234567890',
    '12345678901',
    '12345678910',
  ],
  ...['0123456789', '1111', '11111', '111111', '1111111', '11111111', '111111111', '1111111111', '11111111111', '9999', '99999'],
  ...['999999', '99999999', '999999999', '9999999999', '99999999999', '888888', '88888888', '666666'],
  ...[
    'user',
    'test',
    'tester',
    'testing',
    'demo',
    'sample',
    'default',
    'dummy',
    'fake',
    'temp',
    'tbd',
    'todo',
    'xxx',
    'xxxx',
    'xxxxx',
  ],
  ...['abc', 'asdf', 'qwerty', 'admin', 'root', 'yes', 'no', '测试', '测试用户', '默认', '用户', '其他'],
];

const ownerless = [
  'test.com',
  'example.com',
  'example.org',
  'email.com',
  'none.com',
  'noemail.com',
  'abc.com',
  'a.com',
  'x.com',
  'xxx.com',
  'domain.com',
  'company.com',
];
const openProviders = ['qq.com', '163.com', '126.com', 'gmail.com', 'hotmail.com', 'outlook.com', 'yahoo.com', 'sina.com'];

const byKind: Readonly<Record<string, readonly string[]>> = {
  // 13800138000 was China Mobile's recharge line and is what forms show as an example.
  phone: [
    ...[
      '+8613800138000',
      '+8613800000000',
      '+8613000000000',
      '+8613900000000',
      '+8615000000000',
      '+8618000000000',
      '+8613512345678',
    ],
    ...[
      '+8613812345678',
      '+8613912345678',
      '+8613612345678',
      '+8613712345678',
      '+8615012345678',
      '+8615912345678',
      '+8618812345678',
    ],
    ...[
      '+8613123456789',
      '+8613012345678',
      '+8613112345678',
      '+8613312345678',
      '+8617712345678',
      '+8618612345678',
      '+8618912345678',
    ],
    ...[
      '+8612345678901',
      '+861012345678',
      '+861088888888',
      '+862188888888',
      '+12025550100',
      '+12125551212',
      '+15555555555',
      '5551234',
    ],
  ],
  email: [
    ...[
      'test',
      'a',
      'aa',
      'abc',
      '1',
      '11',
      '111',
      '123',
      '123456',
      'none',
      'no',
      'na',
      'null',
      'unknown',
      'noemail',
      'no-email',
      'noreply',
    ]
      .concat([
        'no-reply',
        'donotreply',
        'email',
        'mail',
        'me',
        'user',
        'example',
        'name',
        'admin',
        'info',
        'nobody',
        'x',
        'xx',
        'xxx',
        'dummy',
      ])
      .flatMap((local) => ownerless.map((domain) => `${local}@${domain}`)),
    ...['test', 'a', 'aa', 'abc', '1', '123', '123456', 'none', 'noemail', 'null', 'xxx', 'email'].flatMap((local) =>
      openProviders.map((domain) => `${local}@${domain}`),
    ),
  ],
  device: [
    '02:00:00:00:00:00',
    '00:00:00:00:00:00',
    'ff:ff:ff:ff:ff:ff',
    '9774d56d682e549c',
    '000000000000000',
    '0000000000000000',
    '004999010640000',
    '012345678912345',
    'unknown-device',
    '00000000-0000-0000-0000-000000000000',
  ],
  national_id: ['110101199001011237', '11010119900101123x', '111111111111111', '110101190001011009', '110101198001010010'],
};

/**
 * What stands in a name field when nobody gave a name, lower case and simplified. Left in, all anonymous customers have one name
 * and none of them may be anybody who has another. Words that are also names or how names sound (na, nan, no) are not among them.
 */
export const nobodyNames: ReadonlySet<string> = new Set([
  ...['n/a', '#n/a', 'null', '(null)', 'nil', 'none', '(none)', 'undefined', 'unknown', 'unkown', 'unspecified', 'missing'],
  ...[
    'anonymous',
    'anon',
    'anonym',
    'guest',
    'visitor',
    'user',
    'customer',
    'client',
    'member',
    'subscriber',
    'contact',
    'account',
  ],
  ...['noname', 'no name', 'nobody', 'name', 'first', 'last', 'firstname', 'lastname', 'full name', 'fullname', 'your name'],
  ...[
    'not set',
    'not available',
    'not provided',
    'not applicable',
    'not given',
    'not known',
    'no data',
    'empty',
    'tba',
    'tbc',
    'tbd',
  ],
  ...[
    'test',
    'tester',
    'testing',
    'testuser',
    'demo',
    'dummy',
    'fake',
    'default',
    'temp',
    'admin',
    'deleted',
    'removed',
    'redacted',
  ],
  ...['xx', 'xxx', 'xxxx', 'xxxxx', 'asdf', 'qwerty', 'abc', 'walk-in', 'walkin', 'mr', 'mrs', 'ms', 'miss', 'sir', 'madam'],
  ...[
    '无',
    '暂无',
    '没有',
    '空',
    '无名',
    '无名氏',
    '佚名',
    '匿名',
    '未知',
    '未填',
    '未填写',
    '未命名',
    '不详',
    '不明',
    '不清楚',
    '不知道',
  ],
  ...[
    '无数据',
    '保密',
    '拒绝提供',
    '未提供',
    '不提供',
    '略',
    '待定',
    '姓名',
    '名字',
    '昵称',
    '本人',
    '测试',
    '默认',
    '其他',
    '某某',
    '某人',
  ],
  ...[
    '用户',
    '游客',
    '访客',
    '会员',
    '顾客',
    '客户',
    '客人',
    '散客',
    '路人',
    '网友',
    '先生',
    '女士',
    '小姐',
    '太太',
    '同志',
    '同学',
    '老师',
  ],
]);

const held = new Map<string, readonly string[]>();

/** The placeholder values of a kind of identifier, in the form `isBlocked` compares. */
export function placeholdersOf(kind: string): readonly string[] {
  const opaque = kind === 'user_id' || kind === 'anonymous_id' || kind === 'open_id' || kind === 'union_id' || kind === 'cookie';
  const list = held.get(kind) ?? (opaque ? absent : [...absent, ...typed, ...(byKind[kind] ?? [])]);
  held.set(kind, list);
  return list;
}

/** National numbers nobody was given: eight or more equal digits at the end, or a run up or down of eight. */
export function isMadeUpPhone(national: string): boolean {
  const digits = national.replace(/\D/g, '');
  if (/(\d)\1{7,}$/.test(digits)) return true;
  let up = 1;
  let down = 1;
  for (let i = 1; i < digits.length; i++) {
    const step = digits.charCodeAt(i) - digits.charCodeAt(i - 1);
    up = step === 1 || step === -9 ? up + 1 : 1;
    down = step === -1 || step === 9 ? down + 1 : 1;
    if (up >= 8 || down >= 8) return true;
  }
  return false;
}
