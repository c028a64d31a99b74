// Files as people have them: headers in two languages or none, encodings, spaces, gzip, rows that cannot be; and purchases counted into customers.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { complaintAbout } from '../lifetime/check.ts';
import { readCustomerFile } from './input.ts';
import { PurchaseLog } from './purchases.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-segments-'));
});
after(() => rm(folder, { recursive: true }));

async function read(content: string | Buffer, options: Partial<Parameters<typeof readCustomerFile>[1]> = {}) {
  const path = join(folder, 'file.csv');
  await writeFile(path, content);
  return readCustomerFile(path, { roles: {}, otherwise: ['frequency', 'recency', 'age'], ...options });
}

const day = (text: string) => Date.parse(text) / 86_400_000;

test('purchases with headers in Chinese, in GB18030, tabs, amounts as people write them', async () => {
  const text = '会员号\t下单时间\t实付金额\n甲\t2024年1月3日 10:22\t￥1,200.50\n甲\t2024/02/01\t80元\n乙\t2024-01-05\t0\n';
  const file = await read(iconv.encode(text, 'gb18030'));
  assert.equal(file.kind, 'purchases');
  assert.deepEqual(file.used, { customer: '会员号', date: '下单时间', amount: '实付金额' });
  const customers = file.kind === 'purchases' ? file.log.customers(day('2024-02-10')) : assert.fail();
  assert.deepEqual(customers.ids, ['甲', '乙']);
  assert.deepEqual([...customers.total], [1280.5, 0]);
  assert.deepEqual([...customers.recencyDays], [29, 0]);
  assert.deepEqual([...customers.sinceLastDays], [9, 36]);
});

test('no header, runs of spaces, gzip: as CDNOW comes', async () => {
  const file = await read(
    gzipSync(' 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2   29.73\r\n 00021 0002 19970101  3   63.34\r\n'),
  );
  const customers = file.kind === 'purchases' ? file.log.customers(day('1997-02-01')) : assert.fail();
  assert.deepEqual(customers.ids, ['00004', '00021']);
  assert.deepEqual([...customers.meanRepeat], [29.73, Number.NaN]);
});

test('columns by name and by number, and an order of day and month', async () => {
  const file = await read('who;when;what;paid\nA;3/5/2024;x;10\nA;13/5/2024;y;1\n', {
    roles: { customer: 'who', date: '2', amount: 'paid' },
    dateOrder: 'dmy',
  });
  const customers = file.kind === 'purchases' ? file.log.customers(day('2024-05-20')) : assert.fail();
  assert.deepEqual([...customers.recencyDays], [10]);
  await assert.rejects(read('a,b\nx,1\n', { roles: { date: 'nowhere' } }), /--date: there is no column nowhere/);
});

test('rows that cannot be are kept with line and reason, and the rest goes on', async () => {
  const file = await read(
    'customer,date,amount\nA,2024-01-01,3\n,2024-01-01,3\nA,soon,3\nA,2024-02-30,3\nA,2024-01-02,much\nA,2024-01-02\n\n"B\nb",2024-01-03,4\n',
  );
  assert.deepEqual(
    file.read.rejects.map(({ line, reason }) => `${line} ${reason.split(':')[0]}`),
    ['3 customer', '4 date', '5 date', '6 amount', '7 3 columns expected, 2 found'],
  );
  assert.equal(file.read.rows, 2);
});

test('summaries: complaints of a model, customers that come twice, empty cells', async () => {
  const file = await read('ID,frequency,recency,T\n1,2,30,38\n1,0,0,9\n3,1,50,38\n4,,1,2\n5,0,0,38\n', {
    complaint: ({ frequency, recency, age }) => complaintAbout(frequency!, recency!, age!),
  });
  assert.equal(file.kind, 'summary');
  assert.deepEqual(
    file.read.rejects.map(({ line, reason }) => `${line} ${reason}`),
    ['3 customer: is in line 2 already', '4 recency: expected at most the age', '5 frequency: empty'],
  );
  assert.deepEqual(file.kind === 'summary' && file.ids, ['1', '5']);
});

test('tables of numbers: what is mostly numbers is a column, a date does not make them purchases', async () => {
  const file = await read(
    'id,created_at,plan,spend,visits\na,2024-01-01,x,1.5,2\nb,2024-01-02,y,,3\nc,2024-01-03,1,"2,000",n/a\n',
    { otherwise: 'numbers' },
  );
  assert.equal(file.kind, 'numbers');
  if (file.kind !== 'numbers') return;
  assert.deepEqual(
    file.columns.map(({ name, values }) => [name, [...values]]),
    [
      ['spend', [1.5, Number.NaN, 2000]],
      ['visits', [2, 3, Number.NaN]],
    ],
  );
  assert.deepEqual(file.others, ['created_at', 'plan']);
});

test('files that are none are faults', async () => {
  await assert.rejects(
    readCustomerFile(join(folder, 'nowhere.csv'), { roles: {}, otherwise: 'numbers' }),
    /there is no such file/,
  );
  await assert.rejects(read(''), /empty/);
  await assert.rejects(read('one\ntwo\n'), /only one column/);
  await assert.rejects(read('customer,date,amount\n'), /no rows/);
  await assert.rejects(read('customer,date,amount\nA,never,1\n'), /line 2: date/);
  await assert.rejects(read('a,b\nx,y\n'), /expected customer, date and amount/);
  await assert.rejects(read('customer,date,amount\nA,2024-01-01,"3\n'), /quote/);
});

test('customers are the same from purchases in any order; days are purchases, returns are money', () => {
  const purchases = fc.array(
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: -20, max: 400 }), fc.integer({ min: -500, max: 9999 })),
    { minLength: 1, maxLength: 40 },
  );
  fc.assert(
    fc.property(purchases, fc.integer({ min: -20, max: 400 }), (rows, until) => {
      const told = (order: readonly (readonly [string, number, number])[]) => {
        const log = new PurchaseLog();
        for (const [id, at, cents] of order) log.add(id, at, cents / 100);
        const { ids, ...columns } = log.customers(until);
        return ids.map((id, row) => [id, ...Object.values(columns).map((values) => values[row])]).sort();
      };
      assert.deepEqual(told([...rows].reverse()), told(rows));
      for (const [id, repeats, recency, age, since] of told(rows) as [string, number, number, number, number][]) {
        const days = new Map<number, number>();
        for (const [who, at, cents] of rows) if (who === id && at <= until) days.set(at, (days.get(at) ?? 0) + cents);
        const bought = [...days].filter(([, cents]) => cents >= 0).map(([at]) => at);
        assert.equal(repeats, bought.length - 1);
        assert.equal(recency, Math.max(...bought) - Math.min(...bought));
        assert.equal(age, until - Math.min(...bought));
        assert.equal(since, until - Math.max(...bought));
      }
    }),
  );
});

test('recency may be the day of the last purchase, where days ago are wanted', async () => {
  const text = 'person,orders,last_order,spend\na,3,2026-05-01T08:00:00Z,30\nb,1,2026-04-21,10\nc,0,,0\n';
  const otherwise = ['recency', 'frequency', 'monetary'] as const;
  const file = await read(text, { otherwise, recencyDates: true });
  assert.equal(file.kind, 'summary');
  if (file.kind !== 'summary') return;
  assert.deepEqual(file.ids, ['a', 'b']);
  assert.deepEqual([...file.values.recency!], [0, 10]);
  await assert.rejects(read(text, { otherwise }), { where: /no rows that can be used/ });
});
