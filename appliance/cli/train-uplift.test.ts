// `holdfast train --treatment` as it is typed: a trial in, report, card and models out, in both languages, and faults in plain words.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createUpliftScorer, parseUpliftModel, type UpliftReport } from '../decide/models/models.ts';
import { asCsv, makeTrial } from '../decide/models/uplift/testing.ts';
import { main } from '../main.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-uplift-'));
  await writeFile(join(folder, 'mails.csv'), asCsv(makeTrial(1000, 8).matrix));
});
after(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const code = await main(['train', 'mails.csv', '--label', 'bought', '--budget', 'small', ...args], io, [
    { name: 'train', about: { en: 'train', zh: 'train' }, load: () => import('./train.ts') },
  ]);
  return { code, out: io.out(), err: io.err() };
}

test('a trial in, report, card and models out, said in both languages', async () => {
  const prices = ['--value-per-response', '10', '--cost-per-offer', '1.5'];
  const first = await run('--treatment', 'mail', '--control', 'no mail', '--treated', 'coupon', '--out', 'one', ...prices);
  assert.equal(first.code, exitCodes.ok, first.err);
  assert.match(first.out, /with the offer .* respond, without it/);
  assert.match(first.out, /Qini/);
  assert.match(first.out, /most comes of addressing the first/);
  const files = await readdir(join(folder, 'one'));
  assert.ok(['report.json', 'model.json', 'card.html'].every((name) => files.includes(name)));
  assert.ok(files.filter((name) => name.endsWith('.onnx')).length >= 1, files.join());
  const read = async (name: string) => (await readFile(join(folder, 'one', name))).toString();
  const report = JSON.parse(await read('report.json')) as UpliftReport;
  assert.equal(report.kind, 'uplift');
  const scorer = createUpliftScorer(parseUpliftModel(JSON.parse(await read('model.json'))));
  assert.ok(scorer.row({ visits: 3, wait: 90, city: '长沙' }) > scorer.row({ visits: 3, wait: 10, city: '长沙' }) + 0.1);
  const second = await run('--treatment', 'mail', '--out', 'two', '--lang', 'zh', '--json');
  const answer = JSON.parse(second.out) as { verdict: string; groups: { effect: { value: number } } };
  assert.equal(answer.verdict, report.verdict);
  assert.match((await readFile(join(folder, 'two', 'card.html'))).toString(), /增益模型卡/);
});

test('what is wrong is told with the option, and nothing is written', async () => {
  for (const [args, words] of [
    [['--treatment', 'city'], /--control/],
    [['--treatment', 'mail', '--treated', 'gift'], /no value "gift"/],
    [['--treatment', 'mail', '--value-per-response', '3'], /belong together/],
    [['--treatment', 'mail', '--cost-per-offer', '-1'], /at least 0/],
    [['--treatment', 'mail', '--cost-false-negative', '3'], /--cost-false-negative does not go with --treatment/],
  ] as const) {
    const { code, err } = await run(...args, '--out', 'x');
    assert.notEqual(code, exitCodes.ok);
    assert.match(err, words);
  }
  await assert.rejects(readdir(join(folder, 'x')));
});
