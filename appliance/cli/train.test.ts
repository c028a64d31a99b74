// `holdfast train` and `holdfast columns` as they are typed: a file in, a model with its report and card out, the same bytes again, and faults in
// plain words.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Report } from '../decide/models/models.ts';
import { createScorer, parseScoringModel } from '../decide/models/models.ts';
import { main } from '../main.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

const rows = 400;
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-train-'));
  // Who has waited long and complained leaves, but for some.
  const lines = Array.from({ length: rows }, (_, row) => {
    const [wait, complaints] = [(row * 37) % 100, (row * 13) % 4];
    const leaves = wait + 20 * complaints + ((row * 61) % 53) > 95;
    return `c${row},${wait},${complaints},${['长沙', '武汉'][row % 2]},${leaves ? 'Yes' : 'No'}`;
  });
  lines.push('short,1');
  await writeFile(join(folder, 'customers.csv'), `id,wait,complaints,city,left\n${lines.join('\n')}\n`);
  await writeFile(join(folder, 'folds.csv'), `fold\n${Array.from({ length: rows }, (_, row) => row % 3).join('\n')}\n`);
});
after(() => rm(folder, { recursive: true }));

async function run(command: 'train' | 'columns', ...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const load = () => (command === 'train' ? import('./train.ts') : import('./columns.ts'));
  const code = await main([command, ...args], io, [{ name: command, about: { en: command, zh: command }, load }]);
  return { code, out: io.out(), err: io.err() };
}

const made = async (out: string, name: string) => readFile(join(folder, out, name));

test('writes report, card and models, the same bytes twice, and says what it found in both languages', async () => {
  const first = await run('train', 'customers.csv', '--label', 'left', '--budget', 'small', '--out', 'one', '--threads', '1');
  assert.equal(first.code, exitCodes.ok, first.err);
  assert.match(first.out, /left = Yes: \d+ of 400 rows/);
  assert.match(first.out, /left out id: it names rows/);
  assert.match(first.err, /1 rows do not fit the header/);
  const second = await run('train', 'customers.csv', '--label', 'left', '--budget', 'small', '--out', 'two', '--lang', 'zh');
  assert.match(second.out, /本模型/);
  for (const name of ['report.json', 'model.json', 'model.onnx'])
    assert.deepEqual(await made('one', name), await made('two', name), name);
  const report = JSON.parse((await made('one', 'report.json')).toString()) as Report;
  const { rocAuc, logLoss, calibrationError, folds } = report.crossValidation;
  assert.ok(rocAuc > 0.8 && logLoss < 0.6 && calibrationError < 0.2, `${rocAuc} ${logLoss} ${calibrationError}`);
  assert.equal(folds.length, 5);
  const model = parseScoringModel(JSON.parse((await made('one', 'model.json')).toString()));
  const scorer = createScorer(model);
  const risk = (wait: number, complaints: number) => scorer.row({ wait, complaints, city: '长沙' }).probability;
  assert.ok(risk(95, 3) > 0.8 && risk(2, 0) < 0.2);
  assert.match((await made('two', 'card.html')).toString(), /模型卡/);
});

test('folds are taken as they are given, and programs get figures', async () => {
  const { code, out, err } = await run(
    ...(['train', 'customers.csv', '--label', 'left', '--folds', 'folds.csv', '--budget', 'small'] as const),
    ...['--drop', 'city,id', '--cost-false-negative', '10', '--out', 'three', '--json'],
  );
  assert.equal(code, exitCodes.ok, err);
  const answer = JSON.parse(out) as {
    rows: number;
    crossValidation: { folds: { rows: number }[] };
    dropped: { column: string; reason: string }[];
  };
  assert.deepEqual(
    answer.crossValidation.folds.map((fold) => fold.rows),
    [134, 133, 133],
  );
  assert.deepEqual(
    answer.dropped.map(({ column, reason }) => `${column} ${reason}`),
    ['id asked', 'city asked'],
  );
  const report = JSON.parse((await made('three', 'report.json')).toString()) as Report;
  assert.deepEqual([report.split.kind, report.decision.costs.falseNegative], ['given', 10]);
});

test('what is wrong is told with the column or the option, and nothing is written', async () => {
  for (const [args, words] of [
    [['customers.csv', '--label', 'gone', '--out', 'x'], /no column is called "gone"/],
    [['customers.csv', '--label', 'city', '--positive', '北京', '--out', 'x'], /no value "北京"/],
    [['customers.csv', '--label', 'wait', '--out', 'x'], /--positive/],
    [['nowhere.csv', '--label', 'left', '--out', 'x'], /no such file/],
    [['customers.csv', '--label', 'left', '--folds', 'customers.csv', '--out', 'x', '--budget', 'huge'], /small, normal, large/],
  ] as const) {
    const { code, err } = await run('train', ...args);
    assert.notEqual(code, exitCodes.ok);
    assert.match(err, words);
  }
  await assert.rejects(made('x', 'report.json'));
});

test('columns shows what a file holds', async () => {
  const { code, out } = await run('columns', '--csv', 'customers.csv', '--kind', 'complaints=category');
  assert.equal(code, exitCodes.ok);
  assert.match(out, /400 rows, 5 columns/);
  assert.match(out, /complaints +category +0 +4/);
  const json = JSON.parse((await run('columns', '--csv', 'customers.csv', '--json')).out) as {
    columns: { name: string; kind: string }[];
  };
  assert.deepEqual(
    json.columns.map(({ kind }) => kind),
    ['category', 'number', 'number', 'category', 'category'],
  );
});

test('a training that was broken off goes on when the same command is typed again, and says so', async () => {
  const args = ['customers.csv', '--label', 'left', '--budget', 'small', '--folds', 'folds.csv', '--out'];
  const io = fakeIo({ cwd: folder, terminal: true });
  const load = () => import('./train.ts');
  const running = main(['train', ...args, 'four'], io, [{ name: 'train', about: { en: 'train', zh: 'train' }, load }]);
  while (!existsSync(join(folder, 'four', 'checkpoint'))) await pause(20);
  assert.ok(io.interrupt());
  assert.equal(await running, exitCodes.fault);
  assert.match(io.err(), /fold \d of 3/);
  assert.match(io.err(), /is kept in .*checkpoint: the same command goes on/);
  await assert.rejects(made('four', 'report.json'));
  const other = await run('train', ...args, 'four', '--seed', '8');
  assert.match(other.err, /checkpoint_unfit/);
  assert.match(other.err, /--fresh/);
  const again = await run('train', ...args, 'four');
  assert.equal(again.code, exitCodes.ok, again.err);
  assert.match(again.err, /Going on with the training that was broken off/);
  await assert.rejects(made('four', 'checkpoint'));
  await writeFile(join(folder, 'four', 'checkpoint'), 'of something else');
  const fresh = await run('train', ...args, 'four', '--fresh');
  assert.equal(fresh.code, exitCodes.ok, fresh.err);
  await assert.rejects(made('four', 'checkpoint'));
  const refused = await run('train', ...args, 'five', '--memory', '2');
  assert.match(refused.err, /about \d+ MB, allowed 2 MB/);
});
