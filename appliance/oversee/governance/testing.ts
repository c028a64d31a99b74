// Generated fields with known truth for the tests of the detectors: values as systems write them, each class in several forms, a share
// of them wrong, and shapes that only look like a class.

import { nationalIdCheck } from '../../core/values/national-id.ts';
import { singleSurnames } from '../../core/values/surnames.ts';
import type { DataClass } from './classes.ts';
import { luhn } from './detectors.ts';

export type Rng = () => number;

/** mulberry32 */
export function seeded(seed: number): Rng {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const nowMs = Date.UTC(2026, 5, 1);
const pick = <T>(rng: Rng, list: readonly T[] | string): T => (list as readonly T[])[Math.floor(rng() * list.length)]!;
const digits = (rng: Rng, count: number): string => Array.from({ length: count }, () => Math.floor(rng() * 10)).join('');
const whole = (rng: Rng, least: number, most: number): number => least + Math.floor(rng() * (most - least + 1));
const pad = (value: number): string => String(value).padStart(2, '0');

const surnames = [...singleSurnames].slice(0, 120);
const givenHan = '伟芳娜敏静丽强磊洋勇艳杰娟涛明超秀霞平刚桂英华慧建国文军玉兰子轩浩然梓涵欣怡宇航诗雨晓东思源佳琪俊熙';
const givenLatin =
  'James Mary Robert Linda Michael Susan David Karen Sarah Thomas Nancy Daniel Emma Olivia Noah Liam Sophie Grace Harry Chloe Ingrid Bjorn Tendai Oluwaseun Matilde'.split(
    ' ',
  );
const familyLatin =
  'Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Taylor Moore O’Brien Thompson Nguyen Kowalski Schmidt Rossi Okafor Lindqvist'.split(
    ' ',
  );
const pinyinFamily = 'Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu'.split(' ');
const pinyinGiven = 'Xiaoming Wei Fang Jianguo Lihua Yan Tao Jing Haoran Zixuan'.split(' ');
const cities =
  '北京市朝阳区 上海市浦东新区 广州市天河区 深圳市南山区 成都市武侯区 杭州市西湖区 武汉市洪山区 湖南省长沙市岳麓区'.split(' ');
const roads = '建国路 人民路 中山大道 解放街 科技园路 和平街 文化路 学院路'.split(' ');

const birth = (rng: Rng): { y: number; m: number; d: number } => ({
  y: whole(rng, 1945, 2012),
  m: whole(rng, 1, 12),
  d: whole(rng, 1, 28),
});

/** Values of a class, in the forms systems write them in. */
export const valuesOf: { readonly [name in Exclude<DataClass, 'identifier' | 'sensitive' | 'none'>]: (rng: Rng) => string } = {
  phone(rng) {
    const number = `1${whole(rng, 3, 9)}${digits(rng, 9)}`;
    return pick(rng, [
      () => number,
      () => `+86${number}`,
      () => `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}`,
      () => `${number.slice(0, 3)}-${number.slice(3, 7)}-${number.slice(7)}`,
      () => `${number.slice(0, 3)}****${number.slice(7)}`,
      () => `010-${whole(rng, 6, 8)}${digits(rng, 7)}`,
    ])();
  },
  national_id(rng) {
    const { y, m, d } = birth(rng);
    const head = `${pick(rng, ['110105', '310115', '440106', '430104', '510107'])}${y}${pad(m)}${pad(d)}${digits(rng, 3)}`;
    return head + nationalIdCheck(head);
  },
  bank_card(rng) {
    const head = pick(rng, ['622848', '621700', '622202', '400000', '510510']);
    const length = head.startsWith('6') ? 18 : 15;
    const body = head + digits(rng, length - head.length);
    const check = [...'0123456789'].find((digit) => luhn(body + digit))!;
    const card = body + check;
    return rng() < 0.3 ? card.replace(/(\d{4})(?=\d)/g, '$1 ') : card;
  },
  email: (rng) =>
    `${pick(rng, givenLatin)
      .toLowerCase()
      .replace(/[^a-z]/g, '')}${whole(rng, 1, 9999)}@${pick(rng, ['example.com', 'mail.example.cn', 'qq.example.com'])}`,
  address(rng) {
    if (rng() < 0.75)
      return `${pick(rng, cities)}${pick(rng, roads)}${whole(rng, 1, 300)}号${whole(rng, 1, 20)}号楼${whole(rng, 101, 2808)}室`;
    return `${whole(rng, 1, 900)} ${pick(rng, ['Main', 'Oak', 'Church', 'Station', 'Victoria'])} ${pick(rng, ['Street', 'St', 'Road', 'Avenue'])}, ${pick(rng, ['Springfield', 'Leeds', 'Perth'])} ${digits(rng, 5)}`;
  },
  person_name(rng) {
    const form = rng();
    if (form < 0.75)
      return pick(rng, surnames) + pick<string>(rng, [...givenHan]) + (rng() < 0.7 ? pick<string>(rng, [...givenHan]) : '');
    if (form < 0.9) return `${pick(rng, givenLatin)} ${pick(rng, familyLatin)}`;
    return rng() < 0.5
      ? `${pick(rng, pinyinFamily)} ${pick(rng, pinyinGiven)}`
      : `${pick(rng, pinyinGiven)} ${pick(rng, pinyinFamily)}`;
  },
  birth_date(rng) {
    const { y, m, d } = birth(rng);
    return pick(rng, [`${y}-${pad(m)}-${pad(d)}`, `${y}/${m}/${d}`, `${y}${pad(m)}${pad(d)}`, `${y}年${m}月${d}日`]);
  },
  ip_address(rng) {
    if (rng() < 0.2) return `2001:db8:${whole(rng, 1, 9999).toString(16)}::${whole(rng, 1, 9999).toString(16)}`;
    return [0, 1, 2, 3].map(() => whole(rng, 1, 254)).join('.');
  },
  device_id(rng) {
    const hex = (count: number) => Array.from({ length: count }, () => Math.floor(rng() * 16).toString(16)).join('');
    return rng() < 0.7 ? `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}` : hex(16);
  },
  free_text(rng) {
    const parts = [
      '包装破损请尽快处理',
      '客服态度很好非常满意',
      '物流太慢等了一个星期',
      '希望下次能有更多优惠活动',
      'the parcel arrived late and the box was open',
      'I would like to change my delivery slot please',
    ];
    return `${pick(rng, parts)}，${pick(rng, parts)}`;
  },
};

export type Sample = { name: string; path: readonly string[]; truth: DataClass; value(rng: Rng): string };

const words = (text: string) => text.split(' ');
const list = (name: string, path: readonly string[], values: readonly string[], truth: DataClass = 'none'): Sample => ({
  name,
  path,
  truth,
  value: (rng) => pick(rng, values),
});

/** Shapes that only look like a class. Each is a field that real systems have. */
export const lookalikes: readonly Sample[] = [
  { name: 'order numbers of 11 digits', path: ['properties', 'orderNo'], truth: 'identifier', value: (rng) => digits(rng, 11) },
  {
    name: 'ids that look like phones',
    path: ['properties', 'ticketId'],
    truth: 'identifier',
    value: (rng) => `1${digits(rng, 10)}`,
  },
  {
    name: 'order numbers of 16 digits that fail Luhn',
    path: ['properties', 'ref'],
    truth: 'identifier',
    value: (rng) => `62${digits(rng, 14)}`,
  },
  {
    name: 'order numbers of 16 digits with the date',
    path: ['properties', 'orderNumber'],
    truth: 'identifier',
    value: (rng) => `2025${pad(whole(rng, 1, 12))}${pad(whole(rng, 1, 28))}${digits(rng, 8)}`,
  },
  {
    name: '18 digits that are no identity numbers',
    path: ['properties', 'trace'],
    truth: 'identifier',
    value: (rng) => digits(rng, 18),
  },
  {
    name: 'milliseconds as text',
    path: ['properties', 'stamp'],
    truth: 'identifier',
    value: (rng) => String(Date.UTC(2026, 0, 1) + Math.floor(rng() * 1e10)),
  },
  { name: 'SKUs', path: ['properties', 'sku'], truth: 'identifier', value: (rng) => `SKU-${digits(rng, 6)}` },
  list('colours that open like surnames', ['properties', 'colour'], words('白色 黄色 蓝色 金色 红色 黑色 绿色 紫色')),
  list(
    'cities',
    ['properties', 'place'],
    words(
      '石家庄 安阳 黄石 马鞍山 金华 温州 常州 江门 梅州 连云港 秦皇岛 张家口 徐州 北京 上海 广州 深圳 成都 杭州 武汉 西安 重庆 天津 苏州 南京',
    ),
  ),
  list(
    'goods that open like surnames',
    ['properties', 'goods'],
    words(
      '牛奶 白菜 黄瓜 苹果 香蕉 石榴 金桔 马铃薯 洋葱 大米 面粉 鸡蛋 牛肉 猪肉 米酒 白糖 黄豆 花生 核桃 红枣 茶叶 咖啡 饼干 巧克力 方便面',
    ),
  ),
  list(
    'words that are names',
    ['properties', 'mood'],
    words(
      '高兴 平安 安全 方便 周到 满意 热情 快乐 和气 温柔 冷淡 文明 严格 孤单 古怪 难过 悲伤 愤怒 平静 惊讶 厌恶 期待 信任 恐惧',
    ),
  ),
  list(
    'product names in capitals',
    ['properties', 'name'],
    words(
      'Blue_Shirt Red_Dress Winter_Jacket Running_Shoes Leather_Belt Silk_Scarf Cotton_Socks Wool_Sweater Denim_Jeans Summer_Hat Rain_Coat Baseball_Cap Yoga_Pants Swim_Shorts Polo_Shirt Desk_Lamp Office_Chair Coffee_Maker Tea_Kettle Rice_Cooker Travel_Mug Water_Bottle Phone_Case Power_Bank',
    ).map((name) => name.replace('_', ' ')),
  ),
  list(
    'steps in capitals',
    ['properties', 'step'],
    words('Order_Completed Cart_Viewed Checkout_Started Payment_Info_Entered Product_Added').map((name) =>
      name.replaceAll('_', ' '),
    ),
  ),
  {
    name: 'versions of programs',
    path: ['context', 'app', 'version'],
    truth: 'none',
    value: (rng) => `${whole(rng, 1, 9)}.${whole(rng, 0, 20)}.${whole(rng, 0, 9)}`,
  },
  {
    name: 'days of orders',
    path: ['properties', 'day'],
    truth: 'none',
    value: (rng) => `${whole(rng, 2024, 2026)}-${pad(whole(rng, 1, 12))}-${pad(whole(rng, 1, 28))}`,
  },
  {
    name: 'days of contracts',
    path: ['properties', 'signed'],
    truth: 'none',
    value: (rng) => `${whole(rng, 2010, 2026)}-${pad(whole(rng, 1, 12))}-${pad(whole(rng, 1, 28))}`,
  },
  { name: 'amounts', path: ['properties', 'total'], truth: 'none', value: (rng) => (rng() * 2000).toFixed(2) },
  { name: 'postcodes', path: ['traits', 'postalCode'], truth: 'none', value: (rng) => digits(rng, 6) },
  { name: 'page numbers', path: ['properties', 'page'], truth: 'none', value: (rng) => String(whole(rng, 1, 40)) },
  list('districts', ['traits', 'area'], words('朝阳区 海淀区 浦东新区 天河区 南山区 西湖区')),
  list('user handles', ['properties', 'handle'], words('@home @work @shop')),
  list('genders', ['traits', 'gender'], ['male', 'female', 'unknown']),
  list('member levels', ['traits', 'level'], words('金卡 银卡 普通 钻石')),
  { name: 'message ids', path: ['properties', 'eventId'], truth: 'identifier', value: (rng) => valuesOf.device_id(rng) },
  { name: 'small numbers', path: ['properties', 'counter'], truth: 'none', value: (rng) => String(whole(rng, 0, 90)) },
];

/** Names under which systems have each class; `x` speaks for nothing. */
export const namesOf: { readonly [name: string]: readonly string[] } = {
  phone: ['phone', 'mobile', '手机号', 'contactPhone', 'x1', 'field7'],
  national_id: ['nationalId', 'idCard', '身份证号', 'x2'],
  bank_card: ['bankCard', '银行卡号', 'cardNo', 'x3'],
  email: ['email', 'E_Mail', '邮箱', 'x4'],
  address: ['address', '收货地址', 'shippingAddress', 'x5'],
  person_name: ['name', '姓名', 'contactName', '收货人', 'x6'],
  birth_date: ['birthday', '出生日期', 'dob', 'x7'],
  ip_address: ['ip', 'clientIp', 'x8'],
  device_id: ['deviceId', 'idfa', '设备号'],
  free_text: ['comment', '备注', 'x9'],
};

const latinWords = 'North River Stone Silver Maple Harbor Garden Summit Valley Crystal Golden Bridge'.split(' ');
const brands = words(
  '李宁 安踏 王老吉 周大福 张小泉 马应龙 陈李济 方太 金龙鱼 白象 雷士 老干妈 海天 华为 小米 格力 美的 海尔 联想 蒙牛 伊利 农夫山泉 娃哈哈 康师傅 双汇 洽洽',
);

/** Written after the detectors and never tuned against: other countries, other scripts, more dirt, other things that only look alike. */
export const heldOut: readonly Sample[] = [
  {
    name: 'phones of the United Kingdom',
    path: ['properties', 'y1'],
    truth: 'phone',
    value: (rng) => `+44 7${whole(rng, 400, 999)} ${digits(rng, 6)}`,
  },
  {
    name: 'landlines with area codes',
    path: ['properties', 'y2'],
    truth: 'phone',
    value: (rng) => `0${pick(rng, ['731', '755', '571'])}-8${digits(rng, 7)}`,
  },
  {
    name: 'masked names',
    path: ['traits', '姓名'],
    truth: 'person_name',
    value: (rng) => `${pick(rng, surnames)}*${rng() < 0.6 ? pick<string>(rng, [...givenHan]) : ''}`,
  },
  {
    name: 'names in traditional characters',
    path: ['traits', 'y3'],
    truth: 'person_name',
    value: (rng) =>
      pick(rng, words('陳 張 劉 黃 趙 吳 鄭 馮 許 葉 鄧 蕭 羅 謝 楊')) +
      pick<string>(rng, [...'偉麗強傑華國軍']) +
      pick<string>(rng, [...'偉麗強傑華國軍明']),
  },
  {
    name: 'names in capitals',
    path: ['traits', 'y4'],
    truth: 'person_name',
    value: (rng) => `${pick(rng, pinyinFamily)} ${pick(rng, pinyinGiven)}`.toUpperCase(),
  },
  {
    name: 'addresses without a room',
    path: ['properties', 'y5'],
    truth: 'address',
    value: (rng) =>
      `${pick(rng, ['湖南长沙', '广东佛山', '浙江宁波'])}${pick(rng, ['岳麓区', '南海区', '鄞州区'])}${pick(rng, roads)}${whole(rng, 1, 999)}号`,
  },
  {
    name: 'mail with a fifth of rubbish',
    path: ['properties', 'mail2'],
    truth: 'email',
    value: (rng) => (rng() < 0.15 ? '无' : valuesOf.email(rng)),
  },
  {
    name: 'birth days, day first',
    path: ['traits', 'dateOfBirth'],
    truth: 'birth_date',
    value: (rng) => `${pad(whole(rng, 1, 28))}/${pad(whole(rng, 1, 12))}/${whole(rng, 1950, 2008)}`,
  },
  {
    name: 'identity numbers with a small x',
    path: ['properties', 'y6'],
    truth: 'national_id',
    value: (rng) => valuesOf.national_id(rng).toLowerCase(),
  },
  {
    name: 'cards with dashes',
    path: ['properties', 'y7'],
    truth: 'bank_card',
    value: (rng) =>
      valuesOf
        .bank_card(rng)
        .replaceAll(' ', '')
        .replace(/(\d{4})(?=\d)/g, '$1-'),
  },
  { name: 'parcels', path: ['properties', 'waybill'], truth: 'identifier', value: (rng) => `SF${digits(rng, 13)}` },
  { name: 'plates of cars', path: ['properties', 'plate'], truth: 'identifier', value: (rng) => `京A${digits(rng, 5)}` },
  {
    name: 'coupons',
    path: ['properties', 'coupon'],
    truth: 'identifier',
    value: (rng) => `SAVE${digits(rng, 4)}${pick(rng, ['X', 'Y'])}`,
  },
  {
    name: 'numbers of QQ',
    path: ['properties', 'qq'],
    truth: 'identifier',
    value: (rng) => `${whole(rng, 1, 9)}${digits(rng, 9)}`,
  },
  { name: 'brands that are names', path: ['properties', 'brand'], truth: 'none', value: (rng) => pick(rng, brands) },
  {
    name: 'hotels',
    path: ['properties', 'hotel'],
    truth: 'none',
    value: (rng) => `${pick(rng, latinWords)} ${pick(rng, latinWords)} Hotel`,
  },
  {
    name: 'companies',
    path: ['properties', 'employer2'],
    truth: 'none',
    value: (rng) => `${pick(rng, surnames)}${pick<string>(rng, [...givenHan])}科技有限公司`,
  },
  { name: 'roads alone', path: ['properties', 'road'], truth: 'none', value: (rng) => pick(rng, roads) },
  {
    name: 'temperatures',
    path: ['properties', 'temp'],
    truth: 'none',
    value: (rng) => `${whole(rng, -10, 40)}.${whole(rng, 0, 9)}`,
  },
  {
    name: 'times of the day',
    path: ['properties', 'slot'],
    truth: 'none',
    value: (rng) => `${pad(whole(rng, 0, 23))}:${pad(whole(rng, 0, 59))}`,
  },
  {
    name: 'days the shop opened',
    path: ['properties', 'opened'],
    truth: 'none',
    value: (rng) => `${whole(rng, 1998, 2024)}-${pad(whole(rng, 1, 12))}-01`,
  },
  {
    name: 'coordinates',
    path: ['properties', 'geo'],
    truth: 'none',
    value: (rng) => `${whole(rng, 20, 45)}.${digits(rng, 6)},${whole(rng, 80, 120)}.${digits(rng, 6)}`,
  },
];
