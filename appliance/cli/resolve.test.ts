// `holdfast resolve` as it is typed: files in, files out, figures on request, faults in plain words.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import { customerManner, makePeople } from '../record/matching/synthetic.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-resolve-'));
  const { table, truth } = makePeople({ rows: 300, seed: 5, manner: customerManner, repeats: 0.4, mostRepeats: 2 });
  const header = ['id', ...table.columns.map(({ name }) => name), 'who'].join(';');
  const rows = truth.map((who, row) => [`r${row}`, ...table.columns.map(({ values }) => values[row] ?? ''), who].join(';'));
  await writeFile(join(folder, 'people.csv'), [header, ...rows, 'r-short;1'].join('\n'));
});
after(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const entry = { name: 'resolve', about: { en: 'who is who', zh: '识别同一人' }, load: () => import('./resolve.ts') };
  const code = await main(['resolve', ...args], io, [entry]);
  return { code, out: io.out(), err: io.err() };
}

test('writes clusters, pairs and rejects, and scores them', async () => {
  const { code, out } = await run(
    'people.csv',
    '--out',
    'c.csv',
    '--pairs',
    'p.csv',
    '--truth',
    'who',
    '--json',
    '--threads',
    '1',
  );
  assert.equal(code, exitCodes.ok);
  const report = JSON.parse(out) as {
    records: number;
    rejected: number;
    score: { f1: number };
    columns: { columns: { name: string; role: string }[] }[];
  };
  assert.equal(report.records, 300);
  assert.equal(report.rejected, 1);
  assert.ok(report.score.f1 > 0.95, `F1 ${report.score.f1}`);
  const roles = Object.fromEntries(report.columns[0]!.columns.map(({ name, role }) => [name, role]));
  assert.equal(roles.who, 'ignore', 'the truth is not evidence');
  const clusters = (await readFile(join(folder, 'c.csv'), 'utf8')).trim().split('\n');
  assert.equal(clusters[0], 'record_id,cluster_id');
  assert.equal(clusters.length, 301);
  const pairs = (await readFile(join(folder, 'p.csv'), 'utf8')).trim().split('\n');
  assert.match(pairs[1]!, /^r\d+,r\d+,[01]\.\d{6}$/);
  assert.match(await readFile(join(folder, 'people.csv.rejects.csv'), 'utf8'), /302,/);
});

test('speaks to people and shows a waterfall', async () => {
  const { code, out } = await run('people.csv', '--out', 'c.csv', '--explain', 'r0', 'r1', '--lang', 'en');
  assert.equal(code, exitCodes.ok);
  assert.match(out, /records: 300/);
  assert.match(out, /prior[\s\S]*circumstances[\s\S]*probability/);
});

test('faults and wrong usage end with their codes', async () => {
  assert.equal((await run('people.csv')).code, exitCodes.usage);
  assert.equal((await run('people.csv', '--out', 'c.csv', '--threads', 'many')).code, exitCodes.usage);
  const cases: [string[], RegExp][] = [
    [['nobody.csv', '--out', 'c.csv'], /there is no such file/],
    [['people.csv', '--out', 'c.csv', '--truth', 'nothing'], /truth/],
    [['people.csv', '--out', 'c.csv', '--link-only'], /two files/],
    [['people.csv', '--out', 'missing/folder/c.csv'], /cannot be written/],
    [['people.csv', '--out', 'c.csv', '--explain', 'r0', 'nobody'], /explain/],
  ];
  for (const [args, told] of cases) {
    const { code, err } = await run(...args);
    assert.equal(code, exitCodes.fault, args.join(' '));
    assert.match(err, told);
  }
});
