// The traits every part of the node knows by name: Segment's reserved traits and what Chinese organisations need beside
// them, each with its labels, its normaliser, the identifier it carries, and the headers under which files have it.

import type { Words } from '../errors.ts';
import type { StandardKind } from '../model/identifier.ts';
import type { NormaliserName } from './normalisers.ts';
import { comparisonText } from './text.ts';

export type StandardTrait = {
  readonly name: string;
  readonly label: Words;
  readonly normaliser: NormaliserName;
  readonly identifier?: StandardKind;
  /** Other names for it, as `traitNameKey` writes them. */
  readonly aliases: readonly string[];
};

const trait = (
  name: string,
  normaliser: NormaliserName,
  en: string,
  zh: string,
  aliases: string,
  identifier?: StandardKind,
): StandardTrait => ({
  name,
  label: { en, zh },
  normaliser,
  aliases: [name, zh, ...aliases.split(' ')].filter((alias) => alias !== '').map(traitNameKey),
  ...(identifier ? { identifier } : {}),
});

/** https://segment.com/docs/connections/spec/identify/#traits, then this node's own. */
export const standardTraits: readonly StandardTrait[] = [
  trait(
    'name',
    'name',
    'Name',
    '姓名',
    'full_name realname customer_name user_name 名字 客户姓名 会员姓名 真实姓名 用户姓名 联系人',
  ),
  trait('firstName', 'text', 'First name', '名', 'given_name forename fname'),
  trait('lastName', 'text', 'Last name', '姓', 'surname family_name lname'),
  trait('email', 'email', 'E-mail', '邮箱', 'mail e-mail email_address 电子邮件 电子邮箱 邮件', 'email'),
  trait(
    'phone',
    'phone',
    'Phone',
    '手机号',
    'mobile mobile_phone telephone tel cell cell_phone phone_number phone_no mobile_no mobile_number 手机 手机号码 电话 联系电话 电话号码 移动电话 联系方式',
    'phone',
  ),
  trait('gender', 'gender', 'Gender', '性别', 'sex'),
  trait('birthday', 'date', 'Birthday', '生日', 'birth_date date_of_birth dob birthdate 出生日期 出生年月日 出生年月'),
  trait('age', 'number', 'Age', '年龄', ''),
  trait(
    'address',
    'address',
    'Address',
    '地址',
    'addr street_address home_address 住址 家庭地址 联系地址 收货地址 通讯地址 详细地址',
  ),
  trait('company', 'as_given', 'Company', '公司', 'company_name organisation organization employer 单位 工作单位 企业'),
  trait('title', 'text', 'Job title', '职位', 'job_title position 职务 岗位'),
  trait('username', 'text', 'User name', '用户名', 'login login_name account 账号 登录名 昵称 nickname nick_name'),
  trait('avatar', 'text', 'Avatar', '头像', 'avatar_url'),
  trait('description', 'text', 'Description', '备注', 'note notes remark remarks bio 说明 描述'),
  trait('website', 'text', 'Website', '网站', 'url homepage 网址'),
  trait(
    'createdAt',
    'time',
    'Customer since',
    '注册时间',
    'created_at create_time registered_at signup_date 创建时间 注册日期 入会时间 开户日期',
  ),
  trait(
    'nationalId',
    'national_id',
    'Identity number',
    '身份证号',
    'id_card id_card_no id_card_number national_id 身份证 身份证号码 证件号 证件号码',
    'national_id',
  ),
  trait('unionId', 'text', 'WeChat UnionID', '微信UnionID', 'union_id wechat_unionid wx_unionid', 'union_id'),
  trait('openId', 'text', 'WeChat OpenID', '微信OpenID', 'open_id wechat_openid wx_openid', 'open_id'),
  trait(
    'loyaltyCard',
    'text',
    'Loyalty card',
    '会员卡号',
    'loyalty_card loyalty_card_no member_card member_card_no card_no card_number 会员卡 卡号',
    'loyalty_card',
  ),
  trait('deviceId', 'text', 'Device', '设备号', 'device_id imei idfa oaid 设备ID', 'device'),
  trait('province', 'text', 'Province', '省份', 'state 省'),
  trait('city', 'text', 'City', '城市', '市 suburb town'),
  trait('district', 'text', 'District', '区县', 'county 区'),
  trait('postalCode', 'text', 'Postcode', '邮编', 'postcode zip zip_code 邮政编码'),
  trait('country', 'text', 'Country', '国家', 'country_code 国籍'),
  trait('language', 'text', 'Language', '语言', 'locale lang'),
  trait('memberLevel', 'text', 'Member level', '会员等级', 'level tier vip_level grade 等级'),
  trait('points', 'number', 'Points', '积分', 'score'),
];

const byAlias = new Map<string, StandardTrait>();
for (const one of standardTraits) for (const alias of one.aliases) if (!byAlias.has(alias)) byAlias.set(alias, one);
const byName = new Map(standardTraits.map((one) => [one.name, one]));

/** How trait names and file headers are compared: folded, without spaces, `_`, `-`, `.` and brackets. */
export function traitNameKey(name: string): string {
  return comparisonText(name.slice(0, 256)).replace(/[\s_\-.()/:]/g, '');
}

/** The standard trait of exactly that name. */
export function standardTrait(name: string): StandardTrait | undefined {
  return byName.get(name);
}

/** The standard trait that a name or a header means, by its aliases in either language. */
export function standardTraitFor(name: string): StandardTrait | undefined {
  return byName.get(name) ?? byAlias.get(traitNameKey(name));
}
