// The cells of a sheet's XML as CSV: shared and inline texts, numbers as they are written, dates as ISO 8601.

import { csvQuote } from './import-csv.ts';

type Xml = { readonly sheet: string; readonly strings: string; readonly styles: string; readonly workbook: string };

const dayMs = 86_400_000;
/** Day 0 of a workbook; those of old Macintosh programs begin four years later. */
const epochs = { windows: Date.UTC(1899, 11, 30), mac: Date.UTC(1904, 0, 1) } as const;
/** Formats of dates and times that need no declaration, those of East Asian Excel among them (18.8.30). */
const dateFormats = (id: number): boolean =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);

export function csvText({ sheet, strings, styles, workbook }: Xml): string {
  const shared = [...strings.matchAll(/<si\b[^>]*?(?:\/>|>([\s\S]*?)<\/si>)/g)].map(([, inner = '']) => textOf(inner));
  const dated = datedStyles(styles);
  const epochMs = /date1904="(1|true)"/.test(workbook) ? epochs.mac : epochs.windows;
  const lines: string[] = [];
  let width = 0;
  for (const [, inner = ''] of sheet.matchAll(/<row\b[^>]*?(?:\/>|>([\s\S]*?)<\/row>)/g)) {
    const cells: string[] = [];
    for (const [, attributes = '', body = ''] of inner.matchAll(/<c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/c>)/g)) {
      const column = columnOf(/\br="([A-Z]+)\d+"/.exec(attributes)?.[1]) ?? cells.length;
      if (column >= 2_000) continue;
      while (cells.length < column) cells.push('');
      cells[column] = cellOf(attributes, body, shared, dated, epochMs);
    }
    if (cells.every((cell) => cell === '')) continue;
    // A row ends with its last cell that holds something: the header says how wide the table is.
    if (lines.length === 0) width = cells.length;
    while (cells.length < width) cells.push('');
    lines.push(cells.map(csvQuote).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function cellOf(
  attributes: string,
  body: string,
  shared: readonly string[],
  dated: ReadonlySet<number>,
  epochMs: number,
): string {
  const kind = /\bt="(\w+)"/.exec(attributes)?.[1];
  if (kind === 'inlineStr') return textOf(body);
  const value = unescaped(/<v[^>]*>([\s\S]*?)<\/v>/.exec(body)?.[1] ?? '');
  if (kind === 's') return shared[Number(value)] ?? '';
  if (kind === 'b') return value === '1' ? 'true' : 'false';
  if (kind !== undefined && kind !== 'n') return kind === 'e' ? '' : value;
  const style = Number(/\bs="(\d+)"/.exec(attributes)?.[1] ?? -1);
  return value !== '' && dated.has(style) ? dateOf(Number(value), epochMs) : plainNumber(value);
}

/** Long numbers are written as 1.38E10: a phone number is not. */
function plainNumber(value: string): string {
  const number = Number(value);
  return /e/i.test(value) && Number.isSafeInteger(number) ? String(number) : value;
}

function dateOf(days: number, epochMs: number): string {
  const at = new Date(epochMs + Math.round((days * dayMs) / 1000) * 1000);
  if (Number.isNaN(at.getTime())) return '';
  const text = at.toISOString();
  return Number.isInteger(days) ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 19)}`;
}

function datedStyles(styles: string): ReadonlySet<number> {
  const own = new Map<number, boolean>();
  for (const [one] of styles.matchAll(/<numFmt\b[^>]*>/g)) {
    const code = unescaped(/\bformatCode="([^"]*)"/.exec(one)?.[1] ?? '').replace(/"[^"]*"|\[[^\]]*\]|\\./g, '');
    own.set(Number(/\bnumFmtId="(\d+)"/.exec(one)?.[1]), /[ymdhs]/i.test(code));
  }
  const formats = /<cellXfs\b[^>]*>([\s\S]*?)<\/cellXfs>/.exec(styles)?.[1] ?? '';
  const dated = new Set<number>();
  [...formats.matchAll(/<xf\b[^>]*>/g)].forEach(([one], at) => {
    const id = Number(/\bnumFmtId="(\d+)"/.exec(one)?.[1] ?? 0);
    if (own.get(id) ?? dateFormats(id)) dated.add(at);
  });
  return dated;
}

const columnOf = (letters: string | undefined): number | undefined =>
  letters === undefined ? undefined : [...letters].reduce((sum, one) => sum * 26 + one.charCodeAt(0) - 64, 0) - 1;

/** All runs of a text; how a word is pronounced is no part of it. */
const textOf = (xml: string): string =>
  [...xml.replace(/<rPh\b[\s\S]*?<\/rPh>/g, '').matchAll(/<t\b[^>]*>([\s\S]*?)<\/t>/g)]
    .map(([, text = '']) => unescaped(text))
    .join('');

const names: { readonly [name: string]: string } = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string): string =>
  text.replace(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex?: string, number?: string, name?: string) => {
      if (name !== undefined) return names[name.toLowerCase()]!;
      const code = Number.parseInt(hex ?? number!, hex === undefined ? 10 : 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
