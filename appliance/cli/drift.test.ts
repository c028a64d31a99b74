// `holdfast drift` as it is typed, after `holdfast train`: the same rows are stable, moved ones are named, in both languages, and faults in plain words.

import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Monitored } from '../decide/models/models.ts';
import { main } from '../main.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-drift-'));
  const file = (seed: number, longer: number, rows = 500) => {
    const lines = Array.from({ length: rows }, (_, at) => {
      const row = at + seed * 7919;
      const [wait, complaints] = [((row * 37) % 100) + longer, (row * 13) % 4];
      const leaves = wait + 20 * complaints + ((row * 61) % 53) > 95;
      return `${wait},${complaints},${['长沙', '武汉'][row % 2]},${leaves ? 'Yes' : 'No'}`;
    });
    return `wait,complaints,city,left\n${lines.join('\n')}\n`;
  };
  await writeFile(join(folder, 'then.csv'), file(0, 0));
  await writeFile(join(folder, 'now.csv'), file(3, 0));
  await writeFile(join(folder, 'later.csv'), file(4, 60));
  await writeFile(join(folder, 'few.csv'), file(5, 0, 20));
  const trained = await run('train', 'then.csv', '--label', 'left', '--budget', 'small', '--out', 'model');
  assert.equal(trained.code, exitCodes.ok, trained.err);
});
after(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const code = await main(args, io, [
    { name: 'train', about: { en: 'train', zh: 'train' }, load: () => import('./train.ts') },
    { name: 'drift', about: { en: 'drift', zh: 'drift' }, load: () => import('./drift.ts') },
  ]);
  return { code, out: io.out(), err: io.err() };
}

test('rows as they were are stable; moved ones are named, for people and for programs', async () => {
  const calm = await run('drift', 'model', 'now.csv', '--label', 'left', '--challenger', 'model');
  assert.equal(calm.code, exitCodes.ok, calm.err);
  assert.match(calm.out, /^Stable/);
  assert.match(calm.out, /ranks as promised/);
  assert.match(calm.out, /challenger is not better/);
  const moved = await run('drift', 'model', 'later.csv', '--training', 'then.csv', '--lang', 'zh');
  assert.match(moved.out, /^需(处理|关注)/);
  assert.match(moved.out, /wait/);
  const json = JSON.parse((await run('drift', 'model', 'later.csv', '--json')).out) as Monitored;
  assert.equal(json.kind, 'monitoring');
  assert.equal(json.stability.columns[0]!.column, 'wait');
  assert.equal(json.stability.columns[0]!.shift, 'much');
});

test('a training without a profile is compared with its file; what is wrong is told', async () => {
  await rename(join(folder, 'model', 'profile.json'), join(folder, 'model', 'aside.json'));
  const without = await run('drift', 'model', 'now.csv');
  assert.notEqual(without.code, exitCodes.ok);
  assert.match(without.err, /--training/);
  assert.match((await run('drift', 'model', 'now.csv', '--training', 'then.csv')).out, /cannot be told/);
  await rename(join(folder, 'model', 'aside.json'), join(folder, 'model', 'profile.json'));
  for (const [args, words] of [
    [['model', 'few.csv'], /20 rows against 500/],
    [['model', 'gone.csv'], /no such file/],
    [['nowhere', 'now.csv'], /report.json: no such file/],
    [['model', 'now.csv', '--label', 'gone'], /no column is called "gone"/],
    [['model', 'now.csv', '--challenger', 'model'], /--challenger needs --label/],
  ] as const) {
    const { code, err } = await run('drift', ...args);
    assert.notEqual(code, exitCodes.ok);
    assert.match(err, words);
  }
});
