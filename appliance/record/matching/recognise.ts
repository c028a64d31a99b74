// Which column holds what, told from its header in English or Chinese and from what its cells look like. The header proposes, the
// content may refuse; a column with no telling header is taken by content alone, or compared as plain text.

import { isHanName, splitHanName } from './chinesenames.ts';
import type { FieldKind } from './kinds.ts';
import { dateText } from './normalise.ts';

/** What a column is for: a kind of field, the record's id, the truth, or nothing. */
export type Role = FieldKind | 'recordId' | 'ignore';
export type NamedColumn = { name: string; values: readonly (string | null)[] };

const headers: [RegExp, Role][] = [
  [
    /^(rec(ord)?_?(id|no|num(ber)?)|unique_?id|row_?(id|no|num(ber)?)|uuid|guid|id|_id|index|pk|key|编号|序号|记录(编)?号|记录id)$/,
    'recordId',
  ],
  [
    /^(cluster(_?id)?|true_?cluster|entity(_?id)?|label|truth|ground_?truth|match_?id|group_?id|blocking_number|source(_?(dataset|system|file))?|来源)$/,
    'ignore',
  ],
  [
    /^(full_?name|(customer|client|member|contact|person|patient|user|real|display)_?name|name|first_and_surname|姓名|客户姓名|客户名称|客户名|会员姓名|真实姓名|联系人|名称|名字全称|收货人|持卡人|用户名|昵称)$/,
    'fullName',
  ],
  [/^((given|first|fore|christian)_?names?|f_?name|vorname|prenom|名|名字)$/, 'givenName'],
  [/^((sur|last|family|second)_?names?|l_?name|nachname|nom|姓|姓氏)$/, 'surname'],
  [/(^|_)(dob|d_o_b|birth_?da(te|y)|date_?of_?birth|birth_?dt|born|birth)($|_)|^(出生日期|出生年月日?|生日|出生)$/, 'birthDate'],
  [/(^|_)(e_?mail)($|_)|^(e?mail_?address|电子邮[箱件]|邮箱|邮件|邮箱地址|电邮)$/, 'email'],
  [
    /(^|_)(phone|mobile|cell|tel|telephone|msisdn|cellphone)($|_)|^(手机|手机号码?|电话|电话号码|联系电话|移动电话|联系方式|座机)$/,
    'phone',
  ],
  [
    /^(soc_?sec(_?id)?|ssn|national_?id(entifier)?|nino|nhs_?(no|number)|passport(_?(no|number))?|id_?(card|number|no)|tax_?id|tfn|citizen_?id|身份证号?码?|证件号码?|证件编号)$/,
    'nationalId',
  ],
  [/^(gender|sex|性别)$/, 'gender'],
  [/(^|_)(post_?code|zip|zip_?code|postal_?code|plz|postcode_fake)($|_)|^(邮编|邮政编码)$/, 'postcode'],
  [/^(state|province|region|county|state_?(code|name)|省|省份|州|自治区)$/, 'state'],
  [/^(suburb|city|town|locality|municipality|ort|birth_?place|place_?of_?birth|市|城市|所在城市|区|区县|县|出生地)$/, 'city'],
  [
    /^(street_?(no|num|number)|house_?(no|num|number)|(civic|building)_?(no|number)|number|no|hausnummer|门牌号?|门牌号码)$/,
    'houseNumber',
  ],
  [/^(address_?(line)?_?2|addr_?2|unit|flat|apartment|suite|address_?(line)?_?3|楼栋|单元)$/, 'addressLine2'],
  [/^(address_?(line)?_?1|addr_?1|street(_?(name|address))?|road|strasse|街道|路名)$/, 'street'],
  [
    /^((full|home|postal|mailing|delivery|shipping|billing|contact|residential)?_?addr(ess)?|地址|住址|家庭住址|联系地址|收货地址|详细地址|通讯地址|居住地址|家庭地址)$/,
    'address',
  ],
  [/^(company|company_?name|employer|organi[sz]ation|org|business_?name|firm|公司|公司名称|单位|工作单位|企业名称)$/, 'company'],
  [
    /^((customer|client|member|loyalty|account|card|user|contact)_?(id|no|num(ber)?|code|key)|(wechat|weixin|open|union|device|cookie)_?id|会员(卡)?号|客户号|卡号|账号|微信号?|客户编号|会员编号)$/,
    'identifier',
  ],
  [/^(age|年龄)$/, 'number'],
];

const words = (header: string): string =>
  header
    .normalize('NFKC')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[（(].*?[)）]/g, '')
    .trim()
    .replace(/^\ufeff/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');

/** Rows looked at to tell a column by its content. */
const sampledRows = 2000;

/** One role per column. Never fails: what cannot be told is compared as text, or left out when it says nothing. */
export function recogniseColumns(columns: readonly NamedColumn[]): Role[] {
  const roles = columns.map((column): Role => {
    const cells = sample(column.values);
    if (cells.length === 0) return 'ignore';
    return byHeader(column.name).find((role) => fits(role, cells)) ?? byContent(cells, column);
  });
  settleNames(columns, roles);
  settleRecordId(columns, roles);
  settleAddress(roles);
  settleAge(columns, roles);
  return roles;
}

// What the header may mean, the closest reading first.
function byHeader(name: string): Role[] {
  const plain = words(name);
  // A number or a prefix of the system in front says where from, not what: "phone2", "crm_email", "cust_first_name".
  const bare = plain.replace(/_?\d+$/, '');
  const readings = [plain, bare, plain.replace(/^[^_]+_/, ''), bare.replace(/^[^_]+_/, '')];
  return readings.flatMap((text) => headers.filter(([pattern]) => pattern.test(text)).map(([, role]) => role));
}

function sample(values: readonly (string | null)[]): string[] {
  const cells: string[] = [];
  const step = Math.max(1, Math.floor(values.length / sampledRows));
  for (let row = 0; row < values.length; row += step) {
    const cell = values[row]?.normalize('NFKC').trim().toLowerCase();
    if (cell) cells.push(cell);
  }
  return cells;
}

const share = (cells: readonly string[], test: (cell: string) => boolean): number => cells.filter(test).length / cells.length;

const looks = {
  email: (cell: string) => /^[^@\s]+@[^@\s]+$/.test(cell),
  date: (cell: string) => {
    const digits = dateText(cell, true);
    return digits.length === 8 && Number(digits.slice(0, 4)) >= 1880 && Number(digits.slice(0, 4)) <= 2030;
  },
  phone: (cell: string) =>
    /^[+\d(][\d\s().\-/+]{5,}(?:\s*(?:x|ext|转).*)?$/.test(cell) &&
    cell.replace(/\D/g, '').length >= 6 &&
    cell.replace(/\D/g, '').length <= 15,
  chineseId: (cell: string) => /^\d{17}[\dx]$/.test(cell) || /^\d{15}$/.test(cell),
  chineseMobile: (cell: string) => /^(?:\+?86)?[\s-]?1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}$/.test(cell),
  gender: (cell: string) => /^(?:m|f|male|female|man|woman|男|女|男性|女性|u|unknown|未知|先生|女士|0|1|2)$/.test(cell),
  chineseAddress: (cell: string) =>
    /[\p{Script=Han}]/u.test(cell) && /[省市区县路街号弄村镇乡栋室]/u.test(cell) && cell.length >= 6,
  westernAddress: (cell: string) => /\d/.test(cell) && /\p{L}{3,}/u.test(cell) && /\s/.test(cell) && cell.length >= 8,
  chineseName: (cell: string) => isHanName(cell) && cell.length >= 2 && cell.length <= 4 && splitHanName(cell).surname !== null,
  uuid: (cell: string) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/.test(cell),
  amount: (cell: string) => /^[-+￥$£€]?\d[\d,]*(?:\.\d+)?%?$/.test(cell),
} as const;

// Whether the cells can be what the header says: a "phone" of yes and no, or a "birth" of places, cannot.
function fits(role: Role, cells: readonly string[]): boolean {
  switch (role) {
    case 'email':
      return share(cells, (cell) => cell.includes('@')) > 0.5;
    case 'phone':
      return share(cells, (cell) => cell.replace(/\D/g, '').length >= 5) > 0.5;
    case 'birthDate':
      return share(cells, (cell) => dateText(cell, true) !== '') > 0.5;
    case 'gender':
      return new Set(cells).size <= 12;
    case 'givenName':
    case 'surname':
    case 'fullName':
      return share(cells, (cell) => /\p{L}/u.test(cell) && !cell.includes('@')) > 0.5;
    case 'number':
      return share(cells, looks.amount) > 0.8;
    default:
      return true;
  }
}

function byContent(cells: readonly string[], column: NamedColumn): Role {
  const distinct = new Set(cells).size;
  if (share(cells, looks.uuid) > 0.8) return distinct === cells.length ? 'recordId' : 'identifier';
  if (share(cells, looks.email) > 0.7) return 'email';
  if (share(cells, looks.chineseId) > 0.7) return 'nationalId';
  if (share(cells, looks.chineseMobile) > 0.7) return 'phone';
  if (isTimestamp(cells)) return 'ignore';
  if (share(cells, looks.date) > 0.8) return spansYears(cells) ? 'birthDate' : 'ignore';
  if (share(cells, looks.gender) > 0.95 && distinct <= 8 && share(cells, (cell) => /\D/.test(cell)) > 0.5) return 'gender';
  if (share(cells, looks.phone) > 0.8 && share(cells, (cell) => /^[+0(]|[\s\-()]/.test(cell) || cell.length >= 10) > 0.6)
    return 'phone';
  if (share(cells, looks.chineseAddress) > 0.6) return 'address';
  if (share(cells, looks.chineseName) > 0.7) return 'fullName';
  if (share(cells, looks.amount) > 0.9) return amountRole(cells, distinct, column);
  if (share(cells, looks.westernAddress) > 0.6) return 'address';
  return 'text';
}

// Dates of birth lie decades apart; dates of a file's events lie within a few years.
function spansYears(cells: readonly string[]): boolean {
  const years = cells
    .map((cell) => Number(dateText(cell, true).slice(0, 4)))
    .filter((year) => year > 1800)
    .sort((a, b) => a - b);
  return (
    years[Math.floor(years.length * 0.95)]! - years[Math.floor(years.length * 0.05)]! >= 20 ||
    years[Math.floor(years.length / 2)]! < 2005
  );
}

const isTimestamp = (cells: readonly string[]): boolean =>
  share(cells, (cell) => /\d[t ]\d{1,2}:\d{2}/.test(cell) && !/[t ]00:00/.test(cell)) > 0.5;

// A running number is an id, a repeated whole number of one width is a code, all else is an amount.
function amountRole(cells: readonly string[], distinct: number, column: NamedColumn): Role {
  const whole = share(cells, (cell) => /^\d+$/.test(cell)) > 0.98;
  if (!whole) return 'number';
  if (distinct === cells.length && new Set(column.values).size === column.values.length && isRunning(cells)) return 'recordId';
  const widths = new Map<number, number>();
  for (const cell of cells) widths.set(cell.length, (widths.get(cell.length) ?? 0) + 1);
  const common = Math.max(...widths.values()) / cells.length;
  return common > 0.85 && cells[0]!.length >= 4 ? 'identifier' : 'number';
}

function isRunning(cells: readonly string[]): boolean {
  const numbers = cells.map(Number).sort((a, b) => a - b);
  const range = numbers[numbers.length - 1]! - numbers[0]! + 1;
  return range <= numbers.length * 1.05 + 2 || range / numbers.length < sampledRows;
}

// A lone "given name" or "name" column that holds whole names is one.
function settleNames(columns: readonly NamedColumn[], roles: Role[]): void {
  const given = roles.indexOf('givenName');
  const surname = roles.indexOf('surname');
  const lone = given >= 0 && surname < 0 ? given : surname >= 0 && given < 0 ? surname : -1;
  if (lone < 0) return;
  const cells = sample(columns[lone]!.values);
  if (share(cells, (cell) => looks.chineseName(cell) || /^\p{L}+[ ,]+\p{L}/u.test(cell)) > 0.5) roles[lone] = 'fullName';
}

// One record id at most, with a value of its own in every row; another such column is left out, a repeated one is evidence.
function settleRecordId(columns: readonly NamedColumn[], roles: Role[]): void {
  let found = false;
  roles.forEach((role, at) => {
    if (role === 'recordId' && !found && columns[at]!.values.every((value) => value !== null)) found = true;
    else if (role === 'recordId') roles[at] = 'ignore';
  });
  if (found) return;
  const unique = roles.findIndex(
    (role, at) => role === 'identifier' && at === 0 && new Set(columns[at]!.values).size === columns[at]!.values.length,
  );
  if (unique >= 0) roles[unique] = 'recordId';
}

// "Address" beside a street and a number is the street's second line; alone with a number it is the street.
function settleAddress(roles: Role[]): void {
  const address = roles.indexOf('address');
  if (address < 0) return;
  if (roles.includes('street')) roles[address] = roles.includes('addressLine2') ? 'text' : 'addressLine2';
  else if (roles.includes('houseNumber')) roles[address] = 'street';
}

// An age follows from the date of birth: it would be counted twice.
function settleAge(columns: readonly NamedColumn[], roles: Role[]): void {
  if (!roles.includes('birthDate')) return;
  columns.forEach((column, at) => {
    if (/^(age|年龄)$/.test(words(column.name))) roles[at] = 'ignore';
  });
}
