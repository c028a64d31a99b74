// `holdfast rfm`, `clusters` and `lifetime` as they are typed: files in, a row for each customer out, tables in two languages, faults in words.
// CDNOW runs when HOLDFAST_DATA names the folder of real sets.

import assert from 'node:assert/strict';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { seededNumbers } from '../decide/segments/seeded.ts';
import { commands, main } from '../main.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

const data = process.env.HOLDFAST_DATA;
const needsData = data === undefined ? 'HOLDFAST_DATA names no folder of real sets' : false;

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-segments-'));
  const random = seededNumbers(31);
  const rows = ['客户编号,日期,金额'];
  for (let customer = 0; customer < 400; customer += 1) {
    const rate = -Math.log(1 - random()) / 40;
    for (let day = Math.floor(random() * 60); day < 365; day += Math.ceil(-Math.log(1 - random()) / rate)) {
      const date = new Date(Date.UTC(2023, 0, 1 + day)).toISOString().slice(0, 10);
      rows.push(`c${customer},${date},${(20 + 200 * random()).toFixed(2)}`);
      if (random() < 0.08) break;
    }
  }
  await writeFile(join(folder, 'orders.csv'), [...rows, 'c1,never,3', 'c1,2023-02-02'].join('\n'));
});
after(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const code = await main(args, io, commands);
  return { code, out: io.out(), err: io.err() };
}
const json = async (...args: string[]) => {
  const { code, out, err } = await run(...args, '--json');
  assert.equal(code, exitCodes.ok, err);
  return JSON.parse(out);
};
const lines = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim().split('\n');

test('rfm: a row for each customer, segments in both languages, refused rows beside the file', async () => {
  const report = await json('rfm', 'orders.csv', '--out', 'rfm.csv', '--until', '2023-12-31');
  assert.equal(report.rejected, 2);
  assert.equal(report.until, '2023-12-31');
  assert.equal(
    report.segments.reduce((sum: number, { customers }: { customers: number }) => sum + customers, 0),
    report.customers,
  );
  const written = await lines('rfm.csv');
  assert.equal(written[0], 'customer,recency_days,frequency,monetary,r,f,m,segment,segment_name');
  assert.equal(written.length, report.customers + 1);
  assert.match((await lines('orders.csv.rejects.csv'))[1]!, /^\d+,date: not a date/);
  assert.match((await run('rfm', 'orders.csv', '--lang', 'zh')).out, /核心客户/);
  assert.match((await run('rfm', 'orders.csv', '--lang', 'en')).out, /champions/);
});

test('rfm: fixed bounds, all three or none; a summary as well', async () => {
  const bounds = ['--recency-bounds', '30,90,180,300', '--frequency-bounds', '2,3,5,9', '--monetary-bounds', '100,300,600,1500'];
  const report = await json('rfm', 'orders.csv', ...bounds);
  assert.deepEqual(report.bounds.recencyDays, [30, 90, 180, 300]);
  assert.match((await run('rfm', 'orders.csv', ...bounds.slice(0, 2))).err, /all three/);
  assert.equal((await run('rfm', 'orders.csv', '--recency-bounds', '9,1')).code, exitCodes.usage);
  await writeFile(join(folder, 'summary.csv'), 'id,recency,frequency,monetary\na,3,9,100\nb,300,1,"1,000"\n');
  assert.equal((await json('rfm', 'summary.csv')).customers, 2);
});

test('clusters: the same twice, whatever the threads; k by number and by range', async () => {
  const report = await json('clusters', 'orders.csv', '--k', '2-5', '--out', 'clusters.csv', '--threads', '1');
  const first = await lines('clusters.csv');
  assert.equal(first.length, report.customers + 1);
  assert.equal(report.silhouettes.length, 4);
  assert.deepEqual(
    report.features.map(({ name }: { name: string }) => name),
    ['recency_days', 'frequency', 'monetary', 'tenure_days'],
  );
  await json('clusters', 'orders.csv', '--k', '2-5', '--out', 'clusters.csv', '--threads', '2');
  assert.deepEqual(await lines('clusters.csv'), first);
  assert.equal((await json('clusters', 'orders.csv', '--k', '3')).k, 3);
  assert.match((await run('clusters', 'orders.csv', '--k', '3', '--lang', 'zh')).out, /轮廓系数/);
  assert.equal((await run('clusters', 'orders.csv', '--k', '1')).code, exitCodes.usage);
  assert.match((await run('clusters', 'orders.csv', '--columns', 'nothing')).err, /no column nothing/);
});

test('lifetime: a forecast for each customer, and the holdout where the file goes on after --until', async () => {
  const report = await json('lifetime', 'orders.csv', '--until', '2023-09-30', '--periods', '13', '--out', 'lifetime.csv');
  assert.ok(report.fit.converged);
  assert.ok(report.spend.model.q > 0);
  assert.ok(report.holdout.actual > 0);
  const written = await lines('lifetime.csv');
  assert.equal(written[0], 'customer,frequency,recency,age,probability_alive,expected_purchases,expected_amount,lifetime_value');
  for (const line of written.slice(1)) {
    const alive = Number(line.split(',')[4]);
    assert.ok(alive >= 0 && alive <= 1, line);
  }
  assert.match((await run('lifetime', 'orders.csv', '--lang', 'zh')).out, /对数似然/);
  assert.match((await run('lifetime', 'orders.csv', '--until', '2022-01-01')).err, /nobody bought/);
  assert.match((await run('lifetime', 'orders.csv', '--until', 'soon')).err, /--until/);
  await writeFile(join(folder, 'once.csv'), 'customer,date,amount\na,2023-01-01,1\nb,2023-02-01,1\n');
  assert.match((await run('lifetime', 'once.csv')).err, /no customer ever bought again/);
});

test('lifetime on CDNOW prints the table of the paper', { skip: needsData }, async () => {
  await copyFile(join(data!, 'cdnow', 'CDNOW_sample.txt'), join(folder, 'sample.txt'));
  const { out } = await run('lifetime', 'sample.txt', '--until', '1997-09-30', '--lang', 'en');
  assert.match(out, /log-likelihood -9,582\.4\n/);
  assert.match(out, /r +0\.243 +0\.013\nalpha +4\.414 +0\.378\na +0\.793 +0\.186\nb +2\.426 +0\.705\n/);
});
