// A Chinese address read from the large to the small: province, city, district, town, road, number, building and room.

import type { AddressParts } from './address.ts';
import { simplifyHan } from './text.ts';

const municipalities = ['北京', '天津', '上海', '重庆'];
const provinces = (
  '河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 ' +
  '内蒙古 广西 西藏 宁夏 新疆 香港 澳门'
).split(' ');
const provinceHead = new RegExp(
  `^(${[...municipalities, ...provinces].join('|')})(特别行政区|维吾尔自治区|壮族自治区|回族自治区|自治区|省|市(?!场|民))?`,
);
const digits = '0-9A-Za-z一二三四五六七八九十甲乙丙丁东西南北';
const steps: readonly (readonly [keyof AddressParts, RegExp])[] = [
  ['city', /^[\p{Script=Han}]{2,8}?(?:自治州|地区|盟|市(?![场民政]))/u],
  ['district', /^[\p{Script=Han}]{1,9}?(?:新区|开发区|高新区|自治县|自治旗|区(?!间)|县|旗|市(?![场民政]))/u],
  ['town', /^[\p{Script=Han}]{1,9}?(?:街道办事处|街道|镇(?!江|海|路)|乡|苏木)/u],
  [
    'street',
    /^[\p{Script=Han}A-Za-z0-9]{1,14}?(?:大道|大街|公路|国道|胡同|路|街|道|巷|里弄|村|屯|庄(?=\d))(?:[东西南北中]段|[一二三四五六七八九十]+段)?/u,
  ],
];
const numberPart = new RegExp(
  `^(?:([${digits}]+)(?:弄|巷|里|支弄))?(?:(?:甲|乙|丙)?([0-9]+(?:[-之附][0-9]+)?(?:甲|乙|丙)?)(?:号院|号楼(?=$)|号)(?!楼|线))?`,
  'u',
);
const unitPart = /^(.*?[0-9A-Za-z一二三四五六七八九十]+(?:号楼|栋|幢|座|单元|门|层|楼|室|号|房|户|(?=$)).*)$/u;

export function chineseParts(full: string): AddressParts {
  const parts: { -readonly [name in keyof AddressParts]: string } = {};
  // Read in simplified characters, so that one set of patterns serves; the address as written stays in `full`.
  let rest = simplifyHan(full)
    .replace(/[\s,，、。;；]+/gu, ' ')
    .trim();
  const postcode = /(?:^|[^\d-])((?:邮编|邮政编码)?[:：]?\s*([0-9]{6}))(?=\D|$)/u.exec(rest);
  if (postcode && (postcode[1] !== postcode[2] || /^\s*\d{6}\s|[\s)]\d{6}$/.test(rest))) {
    parts.postcode = postcode[2]!;
    rest = rest
      .replace(postcode[1]!, ' ')
      .replace(/邮编|邮政编码/gu, '')
      .trim();
  }
  rest = rest.replace(/(\p{Script=Han})\s+|\s+(?=\p{Script=Han})/gu, '$1');
  const country = /^(?:中华人民共和国|中國|中国(?!\p{Script=Han}{0,4}银行))/u.exec(rest);
  if (country) [parts.country, rest] = ['CN', rest.slice(country[0].length)];
  rest = takeProvince(rest, parts);
  for (const [name, pattern] of steps) {
    const match = pattern.exec(rest);
    if (!match) continue;
    parts[name] = match[0];
    rest = rest.slice(match[0].length);
  }
  const number = numberPart.exec(rest);
  if (number && number[0] !== '') {
    parts.number = [number[1] ? `弄${number[1]}` : '', number[2] ?? ''].filter((part) => part !== '').join(' ');
    rest = rest.slice(number[0].length);
  }
  const unit = unitPart.exec(rest.trim());
  if (unit) parts.unit = unitForm(unit[1]!);
  else if (rest.trim() !== '') parts.rest = rest.trim();
  return parts;
}

function takeProvince(text: string, parts: { -readonly [name in keyof AddressParts]: string }): string {
  const match = provinceHead.exec(text);
  if (!match) return text;
  const rest = text.slice(match[0].length);
  parts.province = match[0];
  if (!municipalities.includes(match[1]!)) return rest;
  const again = provinceHead.exec(rest);
  const twice = again && again[1] === match[1] ? again[0] : '';
  parts.city = twice === '' ? match[0] : twice;
  return rest.slice(twice.length).replace(/^市辖区|^县(?=\p{Script=Han})/u, '');
}

/** 3号楼2单元501室, 3栋2单元501 and 3-2-501 come to the same words. */
function unitForm(unit: string): string {
  return unit
    .replace(/号楼|栋|幢|座/gu, '-')
    .replace(/单元|门(?=\d)/gu, '-')
    .replace(/(?:层|楼)(?=\d|[A-Z])/gu, '-')
    .replace(/(\d)(?:室|房|户|号)$/u, '$1')
    .replace(/-+/g, '-')
    .replace(/-$/, '');
}
