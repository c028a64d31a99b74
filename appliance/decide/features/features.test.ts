// A file as a matrix: kinds told from the cells, what is missing, words among numbers, infinities, ragged rows, wide and tiny tables; and
// that a column read twice is the one read once.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { Fault } from '../../core/errors.ts';
import { columnOf, levelAt, type Matrix, numberAt } from '../../core/matrix/matrix.ts';
import { numberIn, timeIn } from './cells.ts';
import { matrixOfFile, summaryOf } from './features.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-features-'));
});
after(() => rm(folder, { recursive: true }));

let files = 0;
async function file(text: string): Promise<string> {
  files += 1;
  const path = join(folder, `table-${files}.csv`);
  await writeFile(path, text);
  return path;
}

const numbersOf = (matrix: Matrix, name: string) =>
  Array.from({ length: matrix.rows }, (_, row) => numberAt(columnOf(matrix, name)!, row));
const textsOf = (matrix: Matrix, name: string) =>
  Array.from({ length: matrix.rows }, (_, row) => levelAt(columnOf(matrix, name)!, row));

test('numbers, times and categories are told apart by what they say', async () => {
  const { matrix, notes } = await matrixOfFile(
    await file(
      'id,spend,joined,city,code,share,flag,empty\n' +
        'a,"1,234.50",2024-01-31,长沙,007,5%,TRUE,\n' +
        'b,¥20,2024/2/1 08:00,NA,042,12.5%,FALSE,\n' +
        'c,-3e2,,武汉,007,,TRUE,NULL\n',
    ),
  );
  assert.deepEqual(
    matrix.columns.map(({ name, kind }) => `${name} ${kind}`),
    [
      'id category',
      'spend number',
      'joined time',
      'city category',
      'code category',
      'share number',
      'flag category',
      'empty number',
    ],
  );
  assert.deepEqual(numbersOf(matrix, 'spend'), [1234.5, 20, -300]);
  assert.deepEqual(numbersOf(matrix, 'joined'), [Date.UTC(2024, 0, 31), Date.UTC(2024, 1, 1, 8), Number.NaN]);
  assert.deepEqual(textsOf(matrix, 'city'), ['长沙', undefined, '武汉']);
  assert.deepEqual(columnOf(matrix, 'city')!.levels, ['武汉', '长沙']);
  assert.deepEqual(textsOf(matrix, 'code'), ['007', '042', '007']);
  assert.deepEqual(numbersOf(matrix, 'share'), [0.05, 0.125, Number.NaN]);
  assert.equal(notes.get('empty')!.missing, 3);
});

test('a few words among many numbers are missing; where they mix, the column is a category with its texts as written', async () => {
  const rows = Array.from({ length: 400 }, (_, at) => `${at + 1}.50,${at % 2 === 0 ? `${at}.0` : `n${at % 7}`},${at}`);
  rows[10] = 'error,0.0,10';
  rows[20] = '2.5,0.0,inf';
  const { matrix, notes } = await matrixOfFile(await file(`a,b,c\n${rows.join('\n')}\n`));
  assert.equal(columnOf(matrix, 'a')!.kind, 'number');
  assert.deepEqual(notes.get('a'), { missing: 1, stray: 1, infinite: 0 });
  assert.deepEqual(notes.get('c'), { missing: 1, stray: 0, infinite: 1 });
  assert.equal(columnOf(matrix, 'b')!.kind, 'category');
  assert.deepEqual(textsOf(matrix, 'b').slice(0, 4), ['0.0', 'n1', '2.0', 'n3']);
});

test('a stray word at the very beginning does not make a column of numbers a category', async () => {
  const numbers = Array.from({ length: 300 }, (_, at) => String(at));
  const { matrix, notes } = await matrixOfFile(
    await file(`a,b\n${['unknown', ...numbers].map((one) => `${one},x`).join('\n')}\n`),
  );
  assert.equal(columnOf(matrix, 'a')!.kind, 'number');
  assert.equal(notes.get('a')!.stray, 1);
  assert.deepEqual(numbersOf(matrix, 'a').slice(0, 3), [Number.NaN, 0, 1]);
});

test('a kind can be given, and one of a column that is not there is refused', async () => {
  const path = await file('region,y\n1,0\n2,1\n');
  const { matrix } = await matrixOfFile(path, { kinds: new Map([['region', 'category']]) });
  assert.deepEqual(textsOf(matrix, 'region'), ['1', '2']);
  const wrong = matrixOfFile(path, { kinds: new Map([['regio', 'category']]) });
  await assert.rejects(wrong, (error: Fault) => error.code === 'bad_request' && /regio/.test(error.where ?? ''));
});

test('ragged rows are set aside with their line; equal names are told apart', async () => {
  const { matrix, rejects, rejectedRows, lineOf } = await matrixOfFile(await file('a,a,b\n1,2,3\n4,5\n6,7,8\n'));
  assert.deepEqual(
    matrix.columns.map(({ name }) => name),
    ['a', 'a (2)', 'b'],
  );
  assert.deepEqual([matrix.rows, rejectedRows, rejects[0]!.line, lineOf(1)], [2, 1, 3, 4]);
});

test('memory follows the table: 2,000 columns of 20 rows are small, and a bound is kept', async () => {
  const wide = `${Array.from({ length: 2000 }, (_, c) => `c${c}`).join(',')}\n${`${Array.from({ length: 2000 }, (_, c) => c).join(',')}\n`.repeat(20)}`;
  const { matrix } = await matrixOfFile(await file(wide));
  const bytes = matrix.columns.flatMap(({ chunks }) => chunks).reduce((sum, { byteLength }) => sum + byteLength, 0);
  assert.equal(bytes, 2000 * 20 * 8);
  const long = await file(`a,b\n${'1,2\n'.repeat(70_000)}`);
  await assert.rejects(matrixOfFile(long, { memoryBytes: 1_000_000 }), (error: Fault) => error.code === 'not_enough_memory');
});

test('reading can be cancelled, and files that are none are said to be', async () => {
  const path = await file(`a,b\n${'1,2\n'.repeat(1000)}`);
  await assert.rejects(matrixOfFile(path, { signal: AbortSignal.abort() }), (error: Fault) => error.code === 'cancelled');
  for (const text of ['', 'only one column\n1\n', 'a,b\n'])
    await assert.rejects(
      matrixOfFile(await file(text)),
      (error: Fault) => error instanceof Fault && error.code === 'unreadable_file',
    );
});

test('a summary counts what the columns hold', async () => {
  const { matrix } = await matrixOfFile(await file('n,t,c\n1,2024-01-01,x\n3,2024-01-03,y\n,,x\n'));
  const [n, t, c] = summaryOf(matrix);
  assert.deepEqual(n, { name: 'n', kind: 'number', missing: 1, distinct: 2, least: 1, greatest: 3, mean: 2 });
  assert.equal(t!.least, Date.UTC(2024, 0, 1));
  assert.deepEqual(c!.levels, [
    { level: 'x', rows: 2 },
    { level: 'y', rows: 1 },
  ]);
});

test('a finite number that JavaScript writes is read as itself, and no time', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(numberIn(String(value)), value === 0 ? 0 : value);
      assert.equal(timeIn(String(value)), undefined);
    }),
  );
  for (const text of ['007', '+8613907312846', '1,23', '12-3', 'abc', '1.2.3']) assert.equal(numberIn(text), undefined, text);
});
