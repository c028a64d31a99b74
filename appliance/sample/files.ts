// The sample as the five systems would hand it over: tables, event files and a web server's log, each in the format, the
// encoding and the bad habits of its system. For demonstrations and tests of import; the truth lies beside them.

import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import type { Event, Json, JsonObject } from '../core/model/event.ts';
import { localDate, localTime } from './calendar.ts';
import { history, type SampleOptions } from './history.ts';
import type { SampleSource } from './sources.ts';
import { type Leaver, truthBook } from './truth.ts';

/** Bytes gathered before they are written; a gzip member is made of each (RFC 1952 section 2.2 lets members follow one another). */
const flushBytes = 1 << 20;

export type WrittenFile = { readonly file: string; readonly lines: number };

/**
 * Writes crm.csv, crm-bank.csv, crm-events.ndjson, till.csv, newsletter.csv (GB18030), newsletter-events.ndjson, desk.ndjson.gz,
 * shop-events.ndjson, access.log, truth.csv and leavers.csv, replacing files of these names. The same options give the same bytes.
 * @param folder made if it is not there
 * @returns the files in alphabetical order, with their lines, headers included
 */
export async function writeSample(folder: string, options: SampleOptions): Promise<WrittenFile[]> {
  await mkdir(folder, { recursive: true });
  const files = new Map<string, LineFile>();
  const book = truthBook();
  const leavers: Leaver[] = [];
  try {
    for (const [name, how] of Object.entries(layout)) files.set(name, await LineFile.create(folder, name, how));
    const known = new Map<string, JsonObject>();
    const witness = {
      seen: book.seen,
      left: (personId: string, decidedAtMs: number, leavesAtMs: number) => leavers.push({ personId, decidedAtMs, leavesAtMs }),
    };
    for (const { source, event } of history(options, witness)) {
      for (const [name, cells] of linesOf(source, event, known)) {
        const file = files.get(name)!;
        file.add(cells);
        if (file.full) await file.flush();
      }
    }
    for (const { source, recordKey, personId } of book.rows())
      files.get('truth.csv')!.add([source, recordKey.kind, recordKey.value, personId]);
    for (const { personId, decidedAtMs, leavesAtMs } of leavers)
      files.get('leavers.csv')!.add([personId, localDate(decidedAtMs), localDate(leavesAtMs)]);
  } finally {
    for (const file of files.values()) await file.close();
  }
  return [...files].map(([file, { lines }]) => ({ file, lines })).sort((a, b) => (a.file < b.file ? -1 : 1));
}

type Layout = {
  readonly columns?: readonly string[];
  readonly delimiter?: string;
  readonly encoding?: 'gb18030';
  readonly windows?: true;
  readonly gzip?: true;
};

const layout: Readonly<Record<string, Layout>> = {
  // Saved from a spreadsheet: byte order mark, line ends of Windows.
  'crm.csv': {
    columns: '客户编号,更新时间,姓名,性别,出生日期,手机,邮箱,身份证号,省,市,区,详细地址,邮编,国家,会员卡号,银行账号'.split(','),
    windows: true,
  },
  'crm-bank.csv': { columns: '流水号,客户编号,时间,事件,产品,编号,金额,币种,逾期天数'.split(',') },
  'crm-events.ndjson': {},
  'till.csv': {
    columns: '小票号,会员号,交易时间,类型,渠道,门店编号,门店,金额,币种,件数,商品,支付方式,姓名,手机,性别,生日,会员卡'.split(','),
    delimiter: '|',
  },
  'newsletter.csv': { columns: '订阅号,更新时间,邮箱,称呼,手机,语言'.split(','), encoding: 'gb18030' },
  'newsletter-events.ndjson': {},
  'desk.ndjson.gz': { gzip: true },
  'shop-events.ndjson': {},
  'access.log': {},
  'truth.csv': { columns: ['source', 'kind', 'value', 'person_id'] },
  'leavers.csv': { columns: ['person_id', 'decided_on', 'leaves_on'] },
};

type Cells = readonly (Json | undefined)[] | string;

/** The lines that one event leaves in the files. `known` is what each customer number's traits were last. */
function linesOf(source: SampleSource, event: Event, known: Map<string, JsonObject>): [string, Cells][] {
  if (source === 'shop') {
    const request = requestLine(event);
    return [
      ['shop-events.ndjson', protocolLine(event)],
      ...(request === undefined ? [] : [['access.log', request] as [string, Cells]]),
    ];
  }
  if (source === 'desk') return [['desk.ndjson.gz', protocolLine(event)]];
  const userId = event.userId ?? '';
  if (event.kind === 'identify') known.set(userId, { ...known.get(userId), ...event.traits });
  const traits = known.get(userId) ?? {};
  if (source === 'till') return event.kind === 'identify' ? [] : [['till.csv', tillCells(event, traits)]];
  const table = source === 'crm' ? 'crm.csv' : 'newsletter.csv';
  if (event.kind === 'identify') return [[table, source === 'crm' ? crmCells(event, traits) : newsletterCells(event, traits)]];
  if (source === 'crm' && /^(Account|Card|Loan|Payment) /.test(event.name ?? '')) return [['crm-bank.csv', bankCells(event)]];
  return [[`${source}-events.ndjson`, protocolLine(event)]];
}

function crmCells(event: Event, traits: JsonObject): Cells {
  const address = (traits.address ?? {}) as JsonObject;
  return [
    ...[
      event.userId,
      localTime(event.occurredAtMs),
      traits.name,
      traits.gender,
      traits.birthday,
      traits.phone,
      traits.email,
      traits.national_id,
    ],
    ...[
      address.state,
      address.city,
      address.district,
      address.street,
      address.postalCode,
      address.country,
      traits.loyalty_card,
      traits.bank_account,
    ],
  ];
}

function bankCells(event: Event): Cells {
  const { product, account_type, card_type, account_no, card_no, loan_id, amount, opening_deposit, currency, days_late } =
    event.properties ?? {};
  const at = localTime(event.occurredAtMs);
  return [
    event.messageId,
    event.userId,
    at,
    event.name,
    product ?? account_type ?? card_type,
    account_no ?? card_no ?? loan_id,
    amount ?? opening_deposit,
    currency,
    days_late,
  ];
}

function tillCells(event: Event, traits: JsonObject): Cells {
  const { order_id, store_id, store_name, total, currency, payment_method, products } = event.properties ?? {};
  const lines = (products ?? []) as { name: string; quantity: number }[];
  const pieces = lines.reduce((sum, line) => sum + line.quantity, 0);
  return [
    ...[
      order_id,
      event.userId,
      localTime(event.occurredAtMs),
      event.name === 'Order Refunded' ? '退货' : '销售',
      '门店',
      store_id,
      store_name,
    ],
    ...[
      total,
      currency,
      pieces === 0 ? undefined : pieces,
      lines.map((line) => `${line.name}x${line.quantity}`).join('、'),
      payment_method,
    ],
    ...[traits.name, traits.phone, traits.gender, traits.birthday, traits.loyalty_card],
  ];
}

function newsletterCells(event: Event, traits: JsonObject): Cells {
  return [event.userId, localTime(event.occurredAtMs), traits.email, traits.name, traits.phone, traits.language];
}

/** The event as a client of the tracking protocol would send it. */
export function protocolLine(event: Event): string {
  const { kind, name, occurredAtMs, receivedAtMs: _, messageId, ...rest } = event;
  const naming = name === undefined ? {} : kind === 'track' ? { event: name } : { name };
  return JSON.stringify({ type: kind, messageId, timestamp: new Date(occurredAtMs).toISOString(), ...naming, ...rest });
}

const months = 'Jan,Feb,Mar,Apr,May,Jun,Jul,Aug,Sep,Oct,Nov,Dec'.split(',');

/** A page or product seen in a browser, in Apache's combined format; nothing for what no web server sees. */
function requestLine(event: Event): string | undefined {
  const { ip, userAgent } = event.context ?? {};
  if (typeof userAgent !== 'string' || typeof ip !== 'string') return undefined;
  const path =
    event.kind === 'page'
      ? event.properties?.path
      : event.name === 'Product Viewed'
        ? `/product/${event.properties?.product_id}`
        : undefined;
  if (typeof path !== 'string') return undefined;
  const [date = '', time = ''] = localTime(event.occurredAtMs).split(' ');
  const [year, month, day] = date.split('-');
  const sizeBytes = 4000 + (event.occurredAtMs % 30_000);
  return `${ip} - ${event.userId ?? '-'} [${day}/${months[Number(month) - 1]}/${year}:${time} +0800] "GET ${path} HTTP/2.0" 200 ${sizeBytes} "-" "${userAgent}"`;
}

class LineFile {
  lines = 0;
  #text: string[] = [];
  #length = 0;
  readonly #handle: FileHandle;
  readonly #how: Layout;

  private constructor(handle: FileHandle, how: Layout) {
    this.#handle = handle;
    this.#how = how;
  }

  static async create(folder: string, name: string, how: Layout): Promise<LineFile> {
    const file = new LineFile(await open(join(folder, name), 'w'), how);
    if (how.windows) file.#text.push('\ufeff');
    if (how.columns) file.add(how.columns);
    return file;
  }

  get full(): boolean {
    return this.#length >= flushBytes;
  }

  add(cells: Cells): void {
    const delimiter = this.#how.delimiter ?? ',';
    const line = typeof cells === 'string' ? cells : cells.map((cell) => csvCell(cell, delimiter)).join(delimiter);
    this.#text.push(line, this.#how.windows ? '\r\n' : '\n');
    this.#length += line.length;
    this.lines += 1;
  }

  async flush(): Promise<void> {
    const text = this.#text.join('');
    this.#text = [];
    this.#length = 0;
    if (text === '') return;
    const bytes = this.#how.encoding ? iconv.encode(text, this.#how.encoding) : Buffer.from(text);
    await this.#handle.writeFile(this.#how.gzip ? gzipSync(bytes) : bytes);
  }

  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#handle.close();
    }
  }
}

/** RFC 4180 quoting, and no more than needed. */
function csvCell(value: Json | undefined, delimiter: string): string {
  if (value === undefined || value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
