// Files as people have them: other headers and delimiters, Chinese encodings, ragged rows, ids that repeat, files that are none.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import iconv from 'iconv-lite';
import { Fault } from '../../core/errors.ts';
import { writeRejects } from '../../core/tables/tables.ts';
import { checkMap, joinFiles, readPersonFile, truthOfColumn, truthOfFile } from './matching.ts';
import { recogniseColumns } from './recognise.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-matching-'));
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, content: string | Buffer) {
  const path = join(folder, name);
  await writeFile(path, content);
  return readPersonFile(path);
}

const refused = (code: string, where: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === code && where.test(error.where ?? '');

const english: [header: string, cell: string, role: string][] = [
  ['Customer ID', 'C-1001', 'identifier'],
  ['First Name', 'Robert', 'givenName'],
  ['LastName', 'Smith', 'surname'],
  ['DOB', '1971-06-24', 'birthDate'],
  ['E-Mail Address', 'a@b.com', 'email'],
  ['mobile_no', '07911123456', 'phone'],
  ['Zip Code', '90210', 'postcode'],
  ['sex', 'F', 'gender'],
  ['Company Name', 'Acme Ltd', 'company'],
  ['cluster', '7', 'ignore'],
  ['unique_id', '17', 'recordId'],
  ['crm_phone_2', '07911123457', 'phone'],
  ['suburb', 'Yass', 'city'],
  ['soc_sec_id', '6988048', 'nationalId'],
];
const chinese: [header: string, cell: string, role: string][] = [
  ['编号', '1', 'recordId'],
  ['姓名', '王小明', 'fullName'],
  ['手机号码', '13812345678', 'phone'],
  ['出生日期', '1971年6月24日', 'birthDate'],
  ['身份证号', '110105194912310021', 'nationalId'],
  ['家庭住址', '上海市浦东新区世纪大道100号', 'address'],
  ['性别', '男', 'gender'],
  ['邮编', '200120', 'postcode'],
  ['所在城市', '上海', 'city'],
];

test('columns are recognised by their headers, in English and Chinese', () => {
  for (const [name, cell, role] of [...english, ...chinese]) {
    assert.equal(
      recogniseColumns([
        { name, values: [cell, cell] },
        { name: 'x', values: ['1', '2'] },
      ])[0],
      role,
      name,
    );
  }
});

test('columns without a telling header are recognised by their cells', () => {
  const of = (make: (k: number) => string) =>
    recogniseColumns([{ name: 'f1', values: Array.from({ length: 60 }, (_, k) => make(k)) }])[0];
  assert.equal(
    of((k) => `user${k % 40}@example.com`),
    'email',
  );
  assert.equal(
    of((k) => `19${50 + (k % 45)}-0${1 + (k % 9)}-11`),
    'birthDate',
  );
  assert.equal(
    of((k) => `2024-03-${10 + (k % 15)} 12:3${k % 10}:00`),
    'ignore',
    'times of events are no dates of birth',
  );
  assert.equal(
    of((k) => String((k % 20) * 1.5)),
    'number',
  );
  assert.equal(
    of((k) => `138123456${10 + k}`),
    'phone',
  );
  assert.equal(
    of((k) => (k % 2 ? '男' : '女')),
    'gender',
  );
  assert.equal(
    of((k) => ['王伟', '李娜', '张小明', '刘洋'][k % 4]!),
    'fullName',
  );
  assert.equal(
    of((k) => `上海市浦东新区世纪大道${k}号`),
    'address',
  );
  assert.equal(
    of((k) => String(k + 1)),
    'recordId',
  );
  assert.equal(
    of((k) => ['gold', 'silver', 'bronze'][k % 3]!),
    'text',
  );
});

test('any usual delimiter, encoding and packing reads the same', async () => {
  const rows = [
    ['编号', '姓名', '手机'],
    ['1', '王小明', '13812345678'],
    ['2', '李娜', '13912345678'],
  ];
  const text = (delimiter: string) => `${rows.map((row) => row.join(delimiter)).join('\r\n')}\r\n`;
  const files = [
    await file('comma.csv', `\ufeff${text(',')}`),
    await file('semicolon.csv', text(';')),
    await file('tab.tsv', text('\t')),
    await file('pipe.txt', text('|')),
    await file('padded.csv', text(' , ')),
    await file('gb.csv', iconv.encode(text(','), 'gb18030')),
    await file('utf16.csv', iconv.encode(text('\t'), 'utf16le', { addBOM: true })),
    await file('packed.csv.gz', gzipSync(text(','))),
  ];
  for (const one of files) {
    assert.deepEqual(
      one.columns.map(({ name }) => name),
      rows[0],
      one.name,
    );
    assert.deepEqual(
      one.columns.map(({ values }) => values[1]),
      rows[2],
      one.name,
    );
  }
});

test('a file without a header keeps its first row', async () => {
  const one = await file('bare.csv', '1,ann@x.org,1971-06-24\n2,bob@x.org,1980-01-02\n');
  assert.equal(one.rowCount, 2);
});

test('ragged rows are set aside with line and reason', async () => {
  const one = await file('ragged.csv', 'id,name,city\n1,Ann,Leeds\n2,Bob\n3,Cy,York,extra\n4,"Di, Jr",Hull\n');
  assert.equal(one.rowCount, 2);
  assert.deepEqual(
    one.rejects.map(({ line, reason }) => [line, reason]),
    [
      [3, '3 columns expected, 2 found'],
      [4, '3 columns expected, 4 found'],
    ],
  );
  const path = await writeRejects(one);
  assert.equal((await readFile(path!, 'utf8')).split('\n')[1], '3,"3 columns expected, 2 found","2,Bob"');
});

test('columns may be called what objects inherit', async () => {
  const odd = await file('odd.csv', '__proto__,constructor,toString\n1,Ann,Leeds\n2,Ann,Leeds\n3,Bob,Hull\n');
  for (const { role } of joinFiles([odd]).roles[0]!.columns) assert.equal(typeof role, 'string');
});

test('what is no table of persons is refused with a plain reason', async () => {
  await assert.rejects(readPersonFile(join(folder, 'none.csv')), refused('unreadable_file', /none\.csv: there is no such file/));
  await assert.rejects(readPersonFile(folder), refused('unreadable_file', /not a regular file/));
  await assert.rejects(file('empty.csv', ''), refused('unreadable_file', /empty/));
  await assert.rejects(file('one.csv', 'name\nAnn\nBob\n'), refused('unreadable_file', /only one column/));
  await assert.rejects(file('head.csv', 'id,name\n'), refused('unreadable_file', /no rows/));
  await assert.rejects(file('quote.csv', 'id,name\n1,"Ann\n2,Bob\n'), refused('unreadable_file', /quote/));
  await assert.rejects(
    file('broken.csv.gz', gzipSync('id,name\n1,Ann\n'.repeat(500)).subarray(0, 60)),
    refused('unreadable_file', /./),
  );
  assert.throws(() => checkMap({ name: 'nonsense' }), refused('bad_request', /needs one of/));
});

test('the id of a record names it, repeats of it are refused, and neither it nor the truth is evidence', async () => {
  const good = await file(
    'ids.csv',
    'rec_id,given_name,surname,cluster\nrec-1-org,Ann,Ash,1\nrec-1-dup-0,Ann,Ash,1\nrec-2-org,Bob,Box,2\n',
  );
  const joined = joinFiles([good], {}, 'cluster');
  assert.deepEqual(joined.ids, ['rec-1-org', 'rec-1-dup-0', 'rec-2-org']);
  assert.deepEqual(
    joined.table.columns.map(({ name }) => name),
    ['given_name', 'surname'],
  );
  assert.deepEqual(truthOfColumn([good], 'rec_id'), ['1', '1', '2']);
  assert.deepEqual(truthOfColumn([good], 'rec_id', /-(\w+)/), ['1', '1', '2']);
  const twice = await file('twice.csv', 'rec_id,given_name,surname\n7,Ann,Ash\n8,Bob,Box\n7,Cy,Cole\n');
  assert.throws(
    () => joinFiles([twice]),
    refused('bad_request', /line 4: column rec_id names the record, and line 2 has the same/),
  );
  assert.throws(() => truthOfColumn([good], 'nobody'), refused('bad_request', /truth/));
  const truth = await file('truth.csv', 'record_id,cluster_id\nrec-1-org,a\nrec-1-dup-0,a\n');
  assert.deepEqual(truthOfFile(truth, joined.ids), ['a', 'a', null]);
});

test('several files meet kind by kind, whatever their headers', async () => {
  const crm = await file('crm.csv', 'id,First name,Last name,Phone\n1,Ann,Ash,07911123456\n2,Bob,Box,07911123457\n');
  const shop = await file('shop.csv', 'id;surname;given name;mobile\n1;Ash;Ann;07911123456\n2;Cole;Cy;07911123458\n');
  const { table, ids } = joinFiles([crm, shop]);
  assert.deepEqual(ids, ['crm.csv:1', 'crm.csv:2', 'shop.csv:1', 'shop.csv:2']);
  assert.deepEqual(
    table.columns.map(({ field, values }) => [field, values.length]),
    [
      ['givenName', 4],
      ['surname', 4],
      ['phone', 4],
    ],
  );
  assert.deepEqual([...table.sources!], [0, 0, 1, 1]);
  const mapped = joinFiles([crm], checkMap({ Phone: 'ignore', id: 'identifier' }));
  assert.deepEqual(
    mapped.table.columns.map(({ field }) => field),
    ['identifier', 'givenName', 'surname'],
  );
});
