// The five systems through which Morninglight sees its customers, and what a node may be told about them beforehand:
// labels, whom to believe first, how their files are read, which traits to compute. Plain data, fit for a configuration file.

export const sampleSourceNames = ['shop', 'crm', 'till', 'desk', 'newsletter'] as const;
export type SampleSource = (typeof sampleSourceNames)[number];

/** How one of the files that `writeSample` writes is to be read. Targets: `userId`, `anonymousId`, `messageId`, `time`, `event`, `traits.…`, `properties.…`. */
export type FileHint = {
  readonly file: string;
  readonly format: 'csv' | 'ndjson' | 'access-log';
  readonly encoding: 'utf-8' | 'gb18030';
  readonly compression?: 'gzip';
  /** A comma where absent. */
  readonly delimiter?: string;
  /** What a line is: a customer's master data, something that happened, or a whole event in the tracking protocol's JSON. */
  readonly kind: 'identify' | 'track' | 'event' | 'page';
  readonly fields?: Readonly<Record<string, string>>;
  /** Per column, what the words in it stand for. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

export type SampleSourceInfo = {
  readonly name: SampleSource;
  readonly kind: 'web' | 'crm' | 'pos' | 'service' | 'email';
  readonly labels: { readonly zh: string; readonly en: string };
  /** Whom to believe where sources differ: 1 first. */
  readonly survivorshipPriority: number;
  /** Shape of its customer numbers, for people. */
  readonly customerNumber: string;
  readonly files: readonly FileHint[];
};

export const sampleOrganisation = { zh: '晨光百货·晨光银行', en: 'Morninglight Stores and Bank' } as const;

export const sampleSources: readonly SampleSourceInfo[] = [
  {
    name: 'shop',
    kind: 'web',
    labels: { zh: '网上商城与 App', en: 'Online shop and app' },
    survivorshipPriority: 2,
    customerNumber: 'u_ and 10 digits',
    files: [
      { file: 'shop-events.ndjson', format: 'ndjson', encoding: 'utf-8', kind: 'event' },
      { file: 'access.log', format: 'access-log', encoding: 'utf-8', kind: 'page' },
    ],
  },
  {
    name: 'crm',
    kind: 'crm',
    labels: { zh: '客户管理与银行核心', en: 'CRM and core banking' },
    survivorshipPriority: 1,
    customerNumber: 'C and 8 digits',
    files: [
      {
        file: 'crm.csv',
        format: 'csv',
        encoding: 'utf-8',
        kind: 'identify',
        fields: {
          客户编号: 'userId',
          更新时间: 'time',
          姓名: 'traits.name',
          性别: 'traits.gender',
          出生日期: 'traits.birthday',
          手机: 'traits.phone',
          邮箱: 'traits.email',
          身份证号: 'traits.national_id',
          省: 'traits.address.state',
          市: 'traits.address.city',
          区: 'traits.address.district',
          详细地址: 'traits.address.street',
          邮编: 'traits.address.postalCode',
          国家: 'traits.address.country',
          会员卡号: 'traits.loyalty_card',
          银行账号: 'traits.bank_account',
        },
      },
      {
        file: 'crm-bank.csv',
        format: 'csv',
        encoding: 'utf-8',
        kind: 'track',
        fields: {
          流水号: 'messageId',
          客户编号: 'userId',
          时间: 'time',
          事件: 'event',
          产品: 'properties.product',
          编号: 'properties.number',
          金额: 'properties.amount',
          币种: 'properties.currency',
          逾期天数: 'properties.days_late',
        },
      },
      { file: 'crm-events.ndjson', format: 'ndjson', encoding: 'utf-8', kind: 'event' },
    ],
  },
  {
    name: 'till',
    kind: 'pos',
    labels: { zh: '门店收银', en: 'Store tills' },
    survivorshipPriority: 4,
    customerNumber: 'M and 9 digits',
    files: [
      {
        file: 'till.csv',
        format: 'csv',
        encoding: 'utf-8',
        delimiter: '|',
        kind: 'track',
        fields: {
          小票号: 'properties.order_id',
          会员号: 'userId',
          交易时间: 'time',
          类型: 'event',
          渠道: 'properties.channel',
          门店编号: 'properties.store_id',
          门店: 'properties.store_name',
          金额: 'properties.total',
          币种: 'properties.currency',
          件数: 'properties.quantity',
          支付方式: 'properties.payment_method',
          姓名: 'traits.name',
          手机: 'traits.phone',
          性别: 'traits.gender',
          生日: 'traits.birthday',
          会员卡: 'traits.loyalty_card',
        },
        values: { 类型: { 销售: 'Order Completed', 退货: 'Order Refunded' }, 渠道: { 门店: 'store' } },
      },
    ],
  },
  {
    name: 'desk',
    kind: 'service',
    labels: { zh: '客服工单', en: 'Service desk' },
    survivorshipPriority: 3,
    customerNumber: 'D and 7 digits',
    files: [{ file: 'desk.ndjson.gz', format: 'ndjson', encoding: 'utf-8', compression: 'gzip', kind: 'event' }],
  },
  {
    name: 'newsletter',
    kind: 'email',
    labels: { zh: '邮件订阅', en: 'Newsletter' },
    survivorshipPriority: 5,
    customerNumber: 'n and 8 digits',
    files: [
      {
        file: 'newsletter.csv',
        format: 'csv',
        encoding: 'gb18030',
        kind: 'identify',
        fields: {
          订阅号: 'userId',
          更新时间: 'time',
          邮箱: 'traits.email',
          称呼: 'traits.name',
          手机: 'traits.phone',
          语言: 'traits.language',
        },
      },
      { file: 'newsletter-events.ndjson', format: 'ndjson', encoding: 'utf-8', kind: 'event' },
    ],
  },
];

const bySource: readonly SampleSource[] = ['crm', 'shop', 'desk', 'till', 'newsletter'];

/** Suggested declarations for the node's record: computed traits, survivorship, identifier policies. */
export const sampleConfig = {
  region: 'CN',
  computedTraits: [
    { name: 'orders_total', event: 'Order Completed', operation: 'count' },
    { name: 'orders_90d', event: 'Order Completed', operation: 'count', windowDays: 90 },
    { name: 'spend_total', event: 'Order Completed', operation: 'sum', property: 'total' },
    { name: 'spend_30d', event: 'Order Completed', operation: 'sum', property: 'total', windowDays: 30 },
    { name: 'spend_90d', event: 'Order Completed', operation: 'sum', property: 'total', windowDays: 90 },
    { name: 'average_order', event: 'Order Completed', operation: 'average', property: 'total' },
    { name: 'largest_order', event: 'Order Completed', operation: 'max', property: 'total' },
    { name: 'store_orders', event: 'Order Completed', operation: 'count', where: { channel: 'store' } },
    { name: 'favourite_store', event: 'Order Completed', operation: 'mostFrequent', property: 'store_id' },
    { name: 'favourite_category', event: 'Product Viewed', operation: 'mostFrequent', property: 'category' },
    { name: 'categories_viewed', event: 'Product Viewed', operation: 'distinct', property: 'category' },
    { name: 'last_product_viewed', event: 'Product Viewed', operation: 'last', property: 'name' },
    { name: 'first_order_total', event: 'Order Completed', operation: 'first', property: 'total' },
    { name: 'refunds_total', event: 'Order Refunded', operation: 'count' },
    { name: 'late_deliveries_90d', event: 'Order Delivered', operation: 'count', where: { late: true }, windowDays: 90 },
    { name: 'complaints_180d', event: 'Complaint Filed', operation: 'count', windowDays: 180 },
    { name: 'emails_opened_90d', event: 'Email Opened', operation: 'count', windowDays: 90 },
    { name: 'payments_missed', event: 'Payment Made', operation: 'count', where: { late: true } },
  ],
  survivorship: {
    name: { criteria: ['setByHand', 'sourcePriority', 'mostComplete', 'mostRecent'], sources: bySource },
    birthday: { criteria: ['setByHand', 'sourcePriority', 'mostFrequent'], sources: bySource },
    gender: { criteria: ['setByHand', 'sourcePriority', 'mostFrequent'], sources: bySource },
    national_id: { criteria: ['setByHand', 'sourcePriority'], sources: ['crm'] },
    phone: { criteria: ['setByHand', 'mostRecent'] },
    email: { criteria: ['setByHand', 'mostRecent'] },
    address: { criteria: ['setByHand', 'mostRecent', 'mostComplete'] },
    loyalty_card: { criteria: ['setByHand', 'sourcePriority', 'mostRecent'], sources: ['till', 'crm'] },
    language: { criteria: ['setByHand', 'sourcePriority', 'mostRecent'], sources: ['shop', 'newsletter'] },
  },
  // The standard kinds keep their standard policies; a joint bank account is what two partners of one home may share.
  identifierPolicies: [
    { kind: 'custom:bank_account', unique: false, joins: true, maxPeople: 1, perSource: false, household: true, blocked: [] },
  ],
  consent: {
    law: 'pipl',
    controller: 'Morninglight 晨光百货·晨光银行',
    privacyNotice: 'https://morninglight.example.com/privacy',
    purposes: [
      {
        purpose: 'marketing_email',
        basis: 'consent',
        name: { en: 'advertising by e-mail', zh: '电子邮件营销' },
        dpv: 'dpv:DirectMarketing',
        channels: ['email'],
        under: 'marketing',
      },
      {
        purpose: 'marketing_sms',
        basis: 'consent',
        name: { en: 'advertising by text message', zh: '短信营销' },
        dpv: 'dpv:DirectMarketing',
        channels: ['sms'],
        under: 'marketing',
      },
      {
        purpose: 'credit_scoring',
        basis: 'consent',
        name: { en: 'judging creditworthiness', zh: '信用评估' },
        dpv: 'dpv:CreditChecking',
        sensitive: true,
      },
      {
        purpose: 'anti_money_laundering',
        basis: 'legal_obligation',
        name: { en: 'fighting money laundering', zh: '反洗钱' },
        dpv: 'dpv:LegalCompliance',
      },
    ],
  },
} as const;
