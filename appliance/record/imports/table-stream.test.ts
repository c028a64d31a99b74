// Rows come out the same however the bytes are cut, in every encoding that files have here, and a bad row costs that row.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import iconv from 'iconv-lite';
import { type TableRow, tableRows } from './table-stream.ts';

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

async function rowsOf(bytes: Buffer, size = 7): Promise<TableRow[]> {
  const rows: TableRow[] = [];
  for await (const batch of tableRows(cut(bytes, size))) rows.push(...batch);
  return rows;
}

const text = '编号,手机\nA1,13812345670\n"A,2","x\ny"\n';
const expected = [
  { line: 1, cells: ['编号', '手机'] },
  { line: 2, cells: ['A1', '13812345670'] },
  { line: 3, cells: ['A,2', 'x\ny'] },
];

test('encodings and cuts', async () => {
  for (const encoding of ['utf8', 'gb18030', 'utf16le'])
    for (const size of [1, 7, 4096]) {
      const bytes = iconv.encode(text, encoding, { addBOM: encoding === 'utf16le' });
      assert.deepEqual(await rowsOf(bytes, size), expected, `${encoding} ${size}`);
    }
});

test('semicolons, tabs and old line ends are found out', async () => {
  assert.deepEqual(await rowsOf(Buffer.from('id;phone\r\n1;2\r\n')), [
    { line: 1, cells: ['id', 'phone'] },
    { line: 2, cells: ['1', '2'] },
  ]);
  assert.equal((await rowsOf(Buffer.from('id\tphone\r1\t2\r'))).length, 2);
});

test('a row that cannot be read has its line and a reason without what stands in it', async () => {
  const rows = await rowsOf(Buffer.from('id,phone\n"secret"x,1\n2,3\n'));
  assert.deepEqual(rows[1], { line: 2, reason: 'text after a closing quote' });
  assert.deepEqual(rows[2], { line: 3, cells: ['2', '3'] });
});

test('what is empty or no text is refused', async () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from(' \n'), Buffer.alloc(400, 3)])
    await assert.rejects(rowsOf(bytes), { code: 'unreadable_file' });
});
