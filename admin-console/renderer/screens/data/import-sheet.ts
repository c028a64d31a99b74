// The first sheet of a workbook (ISO/IEC 29500, .xlsx) as CSV, so that it is read as any other table: a ZIP of XML, unpacked by the browser itself.
// Values only: no formula is evaluated, no link followed, nothing beyond the bounds unpacked.

import { csvText } from './import-sheet-cells.ts';

export const sheetLimits = { fileBytes: 64 * 1024 * 1024, unpackedBytes: 512 * 1024 * 1024, entries: 2_000 } as const;

type Entry = {
  readonly name: string;
  readonly method: number;
  readonly packed: number;
  readonly size: number;
  readonly at: number;
};

/** @throws {RangeError} for what is no workbook, or beyond the bounds */
export async function sheetText(file: Blob): Promise<string> {
  if (file.size > sheetLimits.fileBytes) throw new RangeError('too large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const entries = directoryOf(bytes);
  const text = async (name: string): Promise<string> => {
    const entry = entries.find((one) => one.name === name);
    return entry ? new TextDecoder().decode(await unpack(bytes, entry)) : '';
  };
  const [workbook, relations] = await Promise.all([text('xl/workbook.xml'), text('xl/_rels/workbook.xml.rels')]);
  const sheet = await text(firstSheet(workbook, relations));
  if (sheet === '') throw new RangeError('no sheet');
  return csvText({ sheet, strings: await text('xl/sharedStrings.xml'), styles: await text('xl/styles.xml'), workbook });
}

function firstSheet(workbook: string, relations: string): string {
  const id = /<sheet\b[^>]*\br:id="([^"]+)"/.exec(workbook)?.[1];
  const relation = [...relations.matchAll(/<Relationship\b[^>]*>/g)].find(([one]) => one.includes(`Id="${id}"`))?.[0];
  const target = relation && /\bTarget="([^"]+)"/.exec(relation)?.[1];
  if (!target) return 'xl/worksheets/sheet1.xml';
  return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
}

/** The files of a ZIP, by its central directory (APPNOTE 4.3.12). */
function directoryOf(bytes: Uint8Array): Entry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) throw new RangeError('no directory');
  const count = view.getUint16(end + 10, true);
  if (count > sheetLimits.entries) throw new RangeError('too many files');
  const entries: Entry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let number = 0; number < count; number++) {
    if (view.getUint32(at, true) !== 0x02014b50) throw new RangeError('a broken directory');
    const [nameLength, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true)) as [
      number,
      number,
      number,
    ];
    entries.push({
      name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)),
      method: view.getUint16(at + 10, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

async function unpack(bytes: Uint8Array, { method, packed, size, at }: Entry): Promise<Uint8Array> {
  if (size > sheetLimits.unpackedBytes) throw new RangeError('too large');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  const content = bytes.slice(from, from + packed);
  if (method === 0) return content;
  if (method !== 8) throw new RangeError('packed in another way');
  const reader = new Blob([content]).stream().pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const out = new Uint8Array(size);
  let filled = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    // What the directory says is what is unpacked: no more.
    if (filled + next.value.length > size) throw new RangeError('larger than it says');
    out.set(next.value, filled);
    filled += next.value.length;
  }
  return out;
}
