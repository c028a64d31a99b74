import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { type CsvDialect, csvRows, csvSample, sniffDelimiter } from './csv.ts';
import { importLimits } from './limits.ts';
import { linesOf } from './lines.ts';
import type { Row } from './rows.ts';

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % Math.max(1, sizes.length)] ?? bytes.length);
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

async function read(
  text: string | Buffer,
  dialect: CsvDialect = { delimiter: ',' },
  sizes: readonly number[] = [64 * 1024],
): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const batch of csvRows(linesOf(cut(Buffer.from(text as string), sizes), 'lf'), dialect, false)) rows.push(...batch);
  return rows;
}
const shown = (rows: readonly Row[]): unknown[] => rows.map((row) => (row.ok ? row.fields : `${row.line}: ${row.reason}`));

test('what every CSV has', async () => {
  const rows = await read('\ufeffa,b,c\r\n1,"x, ""y""",\n\n 2 ,"two\nlines","" \n"",,"z"\n3,5" disk,q');
  assert.deepEqual(shown(rows), [
    ['a', 'b', 'c'],
    ['1', 'x, "y"', ''],
    [' 2 ', 'two\nlines', ''],
    ['', '', 'z'],
    ['3', '5" disk', 'q'],
  ]);
  assert.deepEqual(
    rows.map((row) => row.line),
    [1, 2, 4, 6, 7],
  );
  assert.equal(rows[2]?.raw.toString(), ' 2 ,"two\nlines","" ');
});

test('a damaged row costs that row and no other', async () => {
  assert.deepEqual(shown(await read('a,b\n1,"open\n2,two\n3,three\n')), [
    ['a', 'b'],
    '2: a quote is opened and never closed',
    ['2', 'two'],
    ['3', 'three'],
  ]);
  assert.deepEqual(shown(await read('"x"y,1\n2,"a"b"\n3,4')), [
    '1: text after a closing quote',
    '2: text after a closing quote',
    ['3', '4'],
  ]);
  const bytes = Buffer.concat([Buffer.from('ok,1\n'), Buffer.from([0xff, 0xfe, 0x2c, 0x31, 0x0a]), Buffer.from('ok,2\n')]);
  assert.deepEqual(shown(await read(bytes)), [['ok', '1'], '2: bytes that are no text in the encoding of the file', ['ok', '2']]);
});

test('a quote that swallows more than its share of lines is given up, and the lines are read again', async () => {
  const body = Array.from({ length: importLimits.recordLines * 2 }, (_, i) => `${i},x`).join('\n');
  const rows = await read(`a,b\n1,"open\n${body}\n`);
  assert.equal(rows.filter((row) => row.ok).length, 1 + importLimits.recordLines * 2);
  assert.deepEqual(
    rows.filter((row) => !row.ok).map((row) => row.line),
    [2],
  );
});

test('a line beyond the limit is passed over without being held', async () => {
  async function* bomb(): AsyncGenerator<Buffer> {
    yield Buffer.from('a,b\n');
    const block = Buffer.alloc(256 * 1024, 'x');
    for (let i = 0; i < 400; i++) yield block;
    yield Buffer.from('\n1,2\n');
  }
  const rows: Row[] = [];
  for await (const batch of csvRows(linesOf(bomb(), 'lf'), { delimiter: ',' }, false)) rows.push(...batch);
  assert.deepEqual(shown(rows), [['a', 'b'], `2: line longer than ${importLimits.lineBytes} bytes`, ['1', '2']]);
  assert.ok(rows[1]!.raw.length <= importLimits.rejectRawBytes);
  assert.equal(rows[2]!.next.offset, 4 + 400 * 256 * 1024 + 5);
});

test('a million columns are refused', async () => {
  assert.match(String(shown(await read('a,'.repeat(400_000)))[0]), /more than 2000 columns/);
  assert.match(String(shown(await read('"a",'.repeat(200_000)))[0]), /more than 2000 columns/);
});

test('delimiters are told from the rows', () => {
  for (const delimiter of [',', ';', '\t', '|']) {
    const rows = [
      ['name', 'note', 'total'],
      ['王小明', 'a', '1'],
      ['Li Si', '"x, y; z|\t"', '2.5'],
      ['c', 'd', '3'],
    ].map((row) => row.join(delimiter));
    assert.equal(sniffDelimiter(rows), delimiter);
  }
  assert.equal(sniffDelimiter(['only', 'one', 'column']), ',');
  assert.equal(sniffDelimiter(['name;price', 'a;1,5', 'b;2,5']), ';');
});

test('backslash escapes and other quotes, when the map says so', async () => {
  assert.deepEqual(shown(await read('1,"a \\"b\\" c",2', { delimiter: ',', escape: '\\' })), [['1', 'a "b" c', '2']]);
  assert.deepEqual(shown(await read("1,'a,b'", { delimiter: ',', quote: "'" })), [['1', 'a,b']]);
  assert.deepEqual(shown(await read('1,"a,b"', { delimiter: ',', quote: '' })), [['1', '"a', 'b"']]);
});

test('it reads what csv-parse reads, however the bytes are cut', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '1', ',', ';', '"', '\n', ' ', '王', '😀'), maxLength: 8 });
  const table = fc
    .integer({ min: 1, max: 6 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }));
  await fc.assert(
    fc.asyncProperty(
      table,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      async (rows, delimiter, sizes) => {
        const text = rows.map((row) => row.map((c) => `"${c.replaceAll('"', '""')}"`).join(delimiter)).join('\n');
        const twin = parse(text, { delimiter, relax_column_count: true }) as string[][];
        assert.deepEqual(shown(await read(text, { delimiter }, sizes)), twin);
        assert.deepEqual(csvSample(text.split('\n'), { delimiter }), twin);
      },
    ),
    { numRuns: 400 },
  );
});

test('any text at all is read to its end: each line is in a row or a reject, and positions only grow', async () => {
  const text = fc.string({
    unit: fc.oneof(fc.constantFrom('"', ',', '\n', '\r', 'a', '""', '",', ',"'), fc.string({ unit: 'binary', maxLength: 1 })),
    maxLength: 60,
  });
  await fc.assert(
    fc.asyncProperty(text, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }), async (raw, sizes) => {
      const rows = await read(raw, { delimiter: ',' }, sizes);
      let offset = 0;
      for (const row of rows) {
        assert.ok(row.next.offset > offset, 'positions grow');
        offset = row.next.offset;
      }
      assert.deepEqual(shown(await read(raw)), shown(rows));
      // Reading on from any row's end gives the rows after it.
      const bytes = Buffer.from(raw);
      for (const [index, row] of rows.entries()) {
        const rest: Row[] = [];
        for await (const batch of csvRows(
          linesOf(cut(bytes.subarray(row.next.offset), sizes), 'lf', row.next),
          { delimiter: ',' },
          false,
        ))
          rest.push(...batch);
        assert.deepEqual(shown(rest), shown(rows.slice(index + 1)));
      }
    }),
    { numRuns: 600 },
  );
});
