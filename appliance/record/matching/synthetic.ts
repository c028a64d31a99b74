// Seeded person records with known truth, in several manners of going wrong, for tests and benchmarks. The lists are small, the
// long tail of names is made of syllables, and frequencies fall off as names' do, so that common names meet by chance.

import type { FieldKind } from './kinds.ts';
import type { PersonTable } from './matching.ts';

export type Synthetic = { table: PersonTable; truth: string[] };
export type Dice = {
  next(): number;
  int(below: number): number;
  chance(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  skewed<T>(from: readonly T[]): T;
};

/** A small seeded generator (mulberry32); the same seed gives the same people on any machine. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  return {
    next,
    int,
    chance: (p) => next() < p,
    pick: (from) => from[int(from.length)]!,
    skewed: (from) => from[Math.floor(from.length * next() ** 2.2)]!,
  };
}

const list = (text: string): string[] => text.trim().split(/\s+/);
const givenCommon =
  list(`oliver jack harry george noah charlie jacob alfie freddie oscar leo logan archie theo thomas james joshua henry william max lucas ethan arthur mason isaac harrison teddy finley daniel riley edward joseph alexander adam reggie samuel
  olivia amelia isla emily ava lily mia sophia isabella grace poppy ella evie charlotte jessica sophie alice daisy freya phoebe florence evelyn sienna isabelle ivy matilda rosie ruby chloe willow emma esme eleanor hannah lucy megan abigail bethany rachel
  robert michael david richard christopher andrew stephen anthony paul mark elizabeth margaret susan patricia jennifer catherine victoria rebecca deborah nicola karen sarah julie angela fiona helen joanne lachlan bailey mitchell kayla brianna tahlia jasmine`);
const surnameCommon =
  list(`smith jones williams taylor brown davies evans thomas wilson johnson roberts robinson thompson wright walker white edwards hughes green hall lewis harris clarke patel jackson wood turner martin cooper hill ward morris moore clark lee king
  baker harrison morgan allen james scott phillips watson davis parker price bennett young griffiths mitchell kelly cook carter richardson bailey collins bell shaw murphy miller cox khan richards marshall anderson simpson ellis adams singh begum wilkinson foster chapman
  powell webb rogers gray mason ali hunt hussain campbell matthews owen palmer holmes mills barnes knight lloyd butler russell barker fisher stevens jenkins murray dixon harvey nguyen ryan white kennedy doyle burke petrov novak schmidt rossi moretti fraser`);
const cities = list(
  'london birmingham leeds glasgow sheffield bradford liverpool edinburgh manchester bristol cardiff leicester coventry hull stoke wolverhampton plymouth derby nottingham southampton swansea reading luton bolton sunderland norwich portsmouth york salford telford exeter dundee preston watford slough oxford',
);
const states = list('nsw vic qld wa sa act tas nt');
const streetKinds = list('street road avenue place court crescent close drive lane circuit');
const domains = list('gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com');
const starts = list('b br c ch d dr f g gr h j k l m n p pr r s sh st t th tr v w y z');
const middles = list('a e i o u ai ea oo ou ay');
const ends = list('n r l s t m nd rt ck son ley ton well worth field man berg ski dale');

/** A word that looks like a name, one of some thousands. */
function tailName(dice: Dice): string {
  return (
    dice.skewed(starts) +
    dice.skewed(middles) +
    (dice.chance(0.4) ? dice.skewed(starts) + dice.skewed(middles) : '') +
    dice.skewed(ends)
  );
}

const two = (n: number): string => String(n).padStart(2, '0');
const digits = (dice: Dice, count: number): string => Array.from({ length: count }, () => dice.int(10)).join('');

function birthDate(dice: Dice, from = 1930, to = 2008): string {
  return `${from + dice.int(to - from)}-${two(1 + dice.int(12))}-${two(1 + dice.int(28))}`;
}

export type Person = {
  given: string;
  surname: string;
  gender: string;
  dob: string;
  phone: string;
  email: string;
  number: string;
  street: string;
  line2: string;
  city: string;
  postcode: string;
  state: string;
  id: string;
};

function home(dice: Dice): Pick<Person, 'number' | 'street' | 'line2' | 'city' | 'postcode' | 'state'> {
  const city = dice.chance(0.6) ? dice.skewed(cities) : tailName(dice);
  return {
    number: String(1 + Math.floor(180 * dice.next() ** 2)),
    street: `${tailName(dice)} ${dice.skewed(streetKinds)}`,
    line2: dice.chance(0.4)
      ? ''
      : dice.chance(0.5)
        ? `flat ${1 + dice.int(30)}`
        : `${tailName(dice)} ${dice.pick(['house', 'park', 'village', 'farm'])}`,
    city,
    // A postcode belongs to a place, as it does outside: a few per city.
    postcode: String(2000 + ((city.length * 977 + city.charCodeAt(0) * 131 + city.charCodeAt(1) * 17) % 700) * 10 + dice.int(4)),
    state: dice.skewed(states),
  };
}

export function makePerson(dice: Dice): Person {
  const given = dice.chance(0.85) ? dice.skewed(givenCommon) : tailName(dice);
  const surname = dice.chance(0.6) ? dice.skewed(surnameCommon) : tailName(dice);
  return {
    given,
    surname,
    gender: dice.pick(['m', 'f']),
    dob: birthDate(dice),
    phone: `07${digits(dice, 9)}`,
    email: emailOf(dice, given, surname),
    id: digits(dice, 7),
    ...home(dice),
  };
}

function emailOf(dice: Dice, given: string, surname: string): string {
  const name = dice.pick([`${given}.${surname}`, `${given[0]}${surname}`, `${given}${surname[0]}`, `${given[0]}.${surname}`]);
  const plain = dice.chance(0.3);
  return `${name}${plain ? '' : dice.int(30_000)}@${plain ? `${tailName(dice)}${tailName(dice)}.com` : dice.skewed(domains)}`;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';

/** One typing error: a letter left out, put in, replaced, or two neighbours exchanged. */
export function mistype(dice: Dice, text: string): string {
  if (text.length < 2) return text;
  const at = dice.int(text.length - 1);
  const other = /\d/.test(text[at]!) ? String(dice.int(10)) : letters[dice.int(26)]!;
  switch (dice.int(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + other + text.slice(at);
    case 2:
      return text.slice(0, at) + other + text.slice(at + 1);
    default:
      return text.slice(0, at) + text[at + 1] + text[at] + text.slice(at + 2);
  }
}

type Manner = {
  columns: readonly (readonly [name: string, field: FieldKind, of: keyof Person])[];
  spoil(dice: Dice, person: Person): Person;
};

const blank = (dice: Dice, person: Person, fields: readonly (keyof Person)[], p: number): void => {
  for (const field of fields) if (dice.chance(p)) person[field] = '';
};

/** Febrl's manner: full addresses and a national id, one to four errors in a copy, some in the same field. */
export const febrlManner: Manner = {
  columns: [
    ['given_name', 'givenName', 'given'],
    ['surname', 'surname', 'surname'],
    ['street_number', 'houseNumber', 'number'],
    ['address_1', 'street', 'street'],
    ['address_2', 'addressLine2', 'line2'],
    ['suburb', 'city', 'city'],
    ['postcode', 'postcode', 'postcode'],
    ['state', 'state', 'state'],
    ['date_of_birth', 'birthDate', 'dob'],
    ['soc_sec_id', 'nationalId', 'id'],
  ],
  spoil(dice, original) {
    const person = { ...original };
    const fields: (keyof Person)[] = ['given', 'surname', 'number', 'street', 'line2', 'city', 'postcode', 'dob', 'id'];
    for (let k = 1 + dice.int(5); k > 0; k--) {
      const field = dice.pick(fields);
      const what = dice.next();
      if (what < 0.15) person[field] = '';
      else if (what < 0.2 && field === 'given') [person.given, person.surname] = [person.surname, person.given];
      else if (what < 0.25) person[field] = makePerson(dice)[field];
      else person[field] = mistype(dice, person[field]);
    }
    return person;
  },
};

/** The manner of linked registers without addresses: much is missing, names are swapped or shortened, dates drift. */
export const sparseManner: Manner = {
  columns: [
    ['first_name', 'givenName', 'given'],
    ['surname', 'surname', 'surname'],
    ['dob', 'birthDate', 'dob'],
    ['city', 'city', 'city'],
    ['email', 'email', 'email'],
  ],
  spoil(dice, original) {
    const person = { ...original };
    for (const field of ['given', 'surname', 'city', 'email'] as const) {
      if (dice.chance(0.22)) person[field] = mistype(dice, person[field]);
      if (dice.chance(0.05)) person[field] = mistype(dice, person[field]);
    }
    if (dice.chance(0.08)) [person.given, person.surname] = [person.surname, person.given];
    if (dice.chance(0.06)) person.given = person.given.slice(0, 3);
    if (dice.chance(0.35)) {
      const [year, month, day] = person.dob.split('-').map(Number) as [number, number, number];
      const part = dice.int(3);
      person.dob = `${year + (part === 0 ? dice.pick([-1, 1, 10, -10]) : 0)}-${two(part === 1 ? 1 + dice.int(12) : month)}-${two(part === 2 ? 1 + dice.int(28) : day)}`;
    }
    blank(dice, person, ['given', 'surname', 'city', 'email'], 0.2);
    return person;
  },
};

/** A customer table: contact data, people who move and change their telephone, few typing errors. */
export const customerManner: Manner = {
  columns: [
    ['First Name', 'givenName', 'given'],
    ['Last Name', 'surname', 'surname'],
    ['Gender', 'gender', 'gender'],
    ['Birthday', 'birthDate', 'dob'],
    ['Mobile', 'phone', 'phone'],
    ['E-mail', 'email', 'email'],
    ['Street', 'street', 'street'],
    ['No', 'houseNumber', 'number'],
    ['Town', 'city', 'city'],
    ['ZIP', 'postcode', 'postcode'],
  ],
  spoil(dice, original) {
    const person = { ...original };
    if (dice.chance(0.15)) Object.assign(person, home(dice));
    if (dice.chance(0.25)) person.phone = `07${digits(dice, 9)}`;
    if (dice.chance(0.25)) person.email = emailOf(dice, person.given, person.surname);
    for (const field of ['given', 'surname', 'street', 'city', 'phone', 'email', 'dob'] as const)
      if (dice.chance(0.05)) person[field] = mistype(dice, person[field]);
    blank(dice, person, ['dob', 'phone', 'email', 'street', 'gender'], 0.15);
    return person;
  },
};

export type Plan = {
  rows: number;
  seed: number;
  manner: Manner /** Share of rows that repeat a person already there. */;
  repeats: number;
  mostRepeats: number /** Share of persons who live with another person: family name, home and telephone shared. */;
  families?: number;
  twins?: number;
};

/** Rows in random order; the first of a person is written without errors unless the manner leaves things out. */
export function makePeople(plan: Plan): Synthetic {
  const dice = createDice(plan.seed);
  const rows: [Person, number][] = [];
  let who = 0;
  let before: Person | undefined;
  while (rows.length < plan.rows) {
    let person = makePerson(dice);
    if (before && dice.chance(plan.families ?? 0)) {
      const { surname, phone, number, street, line2, city, postcode, state } = before;
      person = {
        ...person,
        surname,
        number,
        street,
        line2,
        city,
        postcode,
        state,
        phone: dice.chance(0.4) ? phone : person.phone,
      };
      if (dice.chance(plan.twins ?? 0)) person.dob = before.dob;
      person.email = emailOf(dice, person.given, person.surname);
    }
    before = person;
    rows.push([plan.manner === sparseManner ? plan.manner.spoil(dice, person) : person, who]);
    const copies = dice.chance(plan.repeats / (1 - plan.repeats) / ((1 + plan.mostRepeats) / 2))
      ? 1 + dice.int(plan.mostRepeats)
      : 0;
    for (let k = 0; k < copies && rows.length < plan.rows; k++) rows.push([plan.manner.spoil(dice, person), who]);
    who++;
  }
  for (let i = rows.length - 1; i > 0; i--) {
    const j = dice.int(i + 1);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  const columns = plan.manner.columns.map(([name, field, of]) => ({
    name,
    field,
    values: rows.map(([person]) => person[of] || null),
  }));
  return { table: { rowCount: rows.length, columns }, truth: rows.map(([, id]) => String(id)) };
}

const hanSurnames =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严';
const hanGiven =
  '伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红梅建国志文辉力斌鹏宇浩凯健俊帆雪荣爱琴慧云飞雨欣怡佳琪子涵梓轩浩然思远天宇晓东海燕春晨阳婷嘉诺一';
const traditional: Record<string, string> = {
  张: '張',
  刘: '劉',
  陈: '陳',
  杨: '楊',
  黄: '黃',
  赵: '趙',
  吴: '吳',
  孙: '孫',
  马: '馬',
  罗: '羅',
  郑: '鄭',
  谢: '謝',
  许: '許',
  邓: '鄧',
  冯: '馮',
  韩: '韓',
  伟: '偉',
  静: '靜',
  丽: '麗',
  强: '強',
  军: '軍',
  杰: '傑',
  华: '華',
  兰: '蘭',
  红: '紅',
  国: '國',
  辉: '輝',
  鹏: '鵬',
  宇: '宇',
  龙: '龍',
  爱: '愛',
  飞: '飛',
  晓: '曉',
  东: '東',
  云: '雲',
};
const homophones: Record<string, string> = {
  伟: '玮',
  明: '铭',
  静: '靖',
  丽: '莉',
  欣: '心',
  宇: '雨',
  佳: '嘉',
  英: '瑛',
  文: '雯',
  婷: '亭',
  涛: '滔',
  杰: '洁',
  李: '黎',
  陈: '程',
};
const hanCities = [
  '北京市',
  '上海市',
  '广州市',
  '深圳市',
  '成都市',
  '杭州市',
  '武汉市',
  '西安市',
  '南京市',
  '重庆市',
  '天津市',
  '苏州市',
];
const hanDistricts = [
  '朝阳区',
  '海淀区',
  '浦东新区',
  '徐汇区',
  '天河区',
  '南山区',
  '武侯区',
  '西湖区',
  '江汉区',
  '雁塔区',
  '鼓楼区',
  '渝中区',
];
const hanRoads = [
  '中山路',
  '人民路',
  '解放路',
  '建设路',
  '世纪大道',
  '科技路',
  '学府路',
  '长江路',
  '和平路',
  '文化路',
  '新华路',
  '光明街',
  '滨河路',
  '东风路',
];

/** Chinese customers: one name column in characters, pinyin, familiar forms or without surname; mainland phones and whole addresses. */
export function makeChinese(rowCount: number, seed: number, repeats: number, pinyinOf: (han: string) => string): Synthetic {
  const dice = createDice(seed);
  const rows: { name: string; phone: string; email: string; dob: string; address: string; gender: string; who: number }[] = [];
  for (let who = 0; rows.length < rowCount; who++) {
    const surname = dice.skewed([...hanSurnames]);
    const given = dice.skewed([...hanGiven]) + (dice.chance(0.7) ? dice.pick([...hanGiven]) : '');
    const phone = `1${dice.pick(['38', '39', '50', '86', '77'])}${digits(dice, 8)}`;
    const address = hanAddress(dice);
    const person = {
      name: surname + given,
      phone,
      email: `${dice.chance(0.5) ? phone : digits(dice, 8)}@${dice.pick(['qq.com', '163.com', '126.com'])}`,
      dob: birthDate(dice, 1950, 2005),
      address,
      gender: dice.pick(['男', '女']),
      who,
    };
    rows.push(person);
    let copies = dice.chance(repeats / (1 - repeats) / 1.5) ? 1 + dice.int(2) : 0;
    for (; copies > 0 && rows.length < rowCount; copies--) {
      const copy = { ...person };
      copy.name = hanVariant(dice, surname, given, pinyinOf);
      if (dice.chance(0.2)) copy.phone = `1${dice.pick(['38', '39', '50'])}${digits(dice, 8)}`;
      else if (dice.chance(0.1)) copy.phone = mistype(dice, copy.phone);
      if (dice.chance(0.3)) copy.email = `${digits(dice, 9)}@qq.com`;
      if (dice.chance(0.2)) copy.address = hanAddress(dice);
      else if (dice.chance(0.4)) copy.address = address.replace(/^.{2,3}市/u, '').replace('号', dice.chance(0.5) ? '号楼' : '號');
      if (dice.chance(0.1)) copy.dob = copy.dob.replace(/-(\d\d)-(\d\d)$/, '-$2-$1');
      for (const field of ['phone', 'email', 'dob', 'address', 'gender'] as const) if (dice.chance(0.15)) copy[field] = '';
      rows.push(copy);
    }
  }
  for (let i = rows.length - 1; i > 0; i--) {
    const j = dice.int(i + 1);
    [rows[i], rows[j]] = [rows[j]!, rows[i]!];
  }
  const column = (name: string, field: FieldKind, of: 'name' | 'phone' | 'email' | 'dob' | 'address' | 'gender') => ({
    name,
    field,
    values: rows.map((row) => row[of] || null),
  });
  const columns = [
    column('姓名', 'fullName', 'name'),
    column('手机', 'phone', 'phone'),
    column('邮箱', 'email', 'email'),
    column('出生日期', 'birthDate', 'dob'),
    column('地址', 'address', 'address'),
    column('性别', 'gender', 'gender'),
  ];
  return { table: { rowCount: rows.length, columns }, truth: rows.map((row) => String(row.who)) };
}

function hanAddress(dice: Dice): string {
  return `${dice.skewed(hanCities)}${dice.pick(hanDistricts)}${dice.pick(hanRoads)}${1 + dice.int(300)}号${1 + dice.int(20)}栋${1 + dice.int(30)}0${1 + dice.int(4)}室`;
}

function hanVariant(dice: Dice, surname: string, given: string, pinyinOf: (han: string) => string): string {
  const way = dice.next();
  const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
  if (way < 0.5) return surname + given;
  if (way < 0.62) return `${capital(pinyinOf(surname))} ${capital(pinyinOf(given))}`;
  if (way < 0.68) return `${capital(pinyinOf(given))} ${capital(pinyinOf(surname))}`;
  if (way < 0.76) return [...(surname + given)].map((c) => traditional[c] ?? c).join('');
  if (way < 0.84) return [...(surname + given)].map((c) => homophones[c] ?? c).join('');
  if (way < 0.9) return given;
  if (way < 0.94) return `${surname}${dice.pick(['先生', '女士', '老师'])}`;
  if (way < 0.97) return `阿${given.slice(-1)}`;
  return `${dice.pick(['老', '小'])}${surname}`;
}
