// `holdfast federation rehearse` as it is typed: real processes over real TLS, one of them killed; the model is that of the pooled table.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { main } from '../main.ts';
import { chance } from '../simulation/testing/rounds.ts';
import { exitCodes } from './faults.ts';
import { fakeIo } from './testing.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-rehearse-'));
  const random = chance(7);
  const lines = Array.from({ length: 900 }, (_, row) => {
    const months = random.next(72);
    const plan = random.pick(['monthly', 'yearly, paid ahead', '']);
    const spent = random.next(50) === 0 ? '' : (random.next(12_000) / 100).toFixed(2);
    const leaves = random.next(100) < (plan === 'monthly' ? 55 : 20) - months / 4;
    return `c${row},${months},"${plan}",${spent},${leaves ? 'yes' : 'no'}`;
  });
  await writeFile(join(folder, 'customers.csv'), `customer,months,plan,spent,churn\n${lines.join('\n')}\n`);
});
after(() => rm(folder, { recursive: true }));

async function run(...args: string[]) {
  const io = fakeIo({ cwd: folder });
  const entry = { name: 'federation', about: { en: 'federations', zh: '联盟' }, load: () => import('./federation.ts') };
  const code = await main(['federation', 'rehearse', ...args], io, [entry]);
  return { code, out: io.out(), err: io.err() };
}

test('four organisations, one lost for good, one killed in the middle: byte for byte the model of the pooled table of those who stay', async () => {
  const settings = ['--label', 'churn', '--parties', '4', '--trees', '2', '--depth', '3', '--kill', '1', '--out', 'round.ndjson'];
  const losing = ['--lose', '1', '--patience', '5', '--against', 'semi-honest'];
  const { code, out, err } = await run('customers.csv', ...settings, ...losing, '--json');
  assert.equal(code, exitCodes.ok, err);
  const told = JSON.parse(out) as {
    identicalToPooled: boolean;
    auc: { federated: number; pooled: number; alone: number[] };
    bytes: { sentByParty: number[] };
    seconds: { training: number };
    killed: number;
    lost: number[];
    rows: { training: number; holdout: number };
  };
  assert.equal(told.identicalToPooled, true);
  assert.equal(told.auc.federated, told.auc.pooled);
  assert.ok(told.auc.pooled > 0.6, `AUC ${told.auc.pooled}`);
  assert.equal(told.auc.alone.length, 3);
  assert.equal(told.killed, 1);
  assert.equal(told.lost.length, 1);
  assert.match(err, new RegExp(`organisation ${told.lost[0]} is lost for good`));
  const rows = told.rows.training + told.rows.holdout;
  assert.ok(rows > 500 && rows < 800, `${rows} rows: the lost ones are in no table`);
  assert.ok(told.bytes.sentByParty.every((bytes) => bytes > 100_000) && told.seconds.training > 0);
  const transcript = await readFile(join(folder, 'round.ndjson'), 'utf8');
  for (const secret of ['c17', 'yearly'])
    assert.ok(!JSON.stringify(transcript.split('\n').slice(2)).includes(`${secret},`), secret);
});

test('columns of two organisations, one killed in the middle: byte for byte the model of the joined table', async () => {
  const args = ['--label', 'churn', '--vertical', '--parties', '2', '--trees', '2', '--depth', '2', '--bins', '8', '--kill', '1'];
  const { code, out, err } = await run('customers.csv', ...args, '--json');
  assert.equal(code, exitCodes.ok, err);
  const told = JSON.parse(out) as {
    identicalToPooled: boolean;
    auc: { federated: number; pooled: number; alone: number[] };
    columns: number[];
    killed: number;
    rows: { training: number; holdout: number };
    bytes: { sentByParty: number[] };
  };
  assert.equal(told.identicalToPooled, true);
  assert.equal(told.auc.federated, told.auc.pooled);
  assert.equal(told.auc.alone.length, 1);
  assert.deepEqual(told.columns, [2, 1]);
  assert.equal(told.killed, 1);
  assert.equal(told.rows.training + told.rows.holdout, 900);
  assert.ok(told.bytes.sentByParty.every((bytes) => bytes > 1_000));
  const many = await run('customers.csv', '--label', 'churn', '--vertical', '--parties', '4');
  assert.match(many.err, /2 or 3/);
});

test('what cannot be is said before anything begins', async () => {
  const missing = await run('customers.csv', '--label', 'left');
  assert.notEqual(missing.code, exitCodes.ok);
  assert.match(missing.err, /no column left.*months/s);
  const nobody = await run('customers.csv', '--label', 'churn', '--parties', '3', '--model', 'logistic', '--epsilon', '1');
  assert.match(nobody.err, /Noise cannot keep this promise.*logistic/s);
  const others = await run('customers.csv', '--label', 'churn', '--parties', '3', '--epsilon', '1', '--unit', 'member');
  assert.match(others.err, /trees: row/);
  const few = await run('customers.csv', '--label', 'churn', '--parties', '2');
  assert.notEqual(few.code, exitCodes.ok);
  const lost = await run('customers.csv', '--label', 'churn', '--parties', '4', '--lose', '2');
  assert.match(lost.err, /3 or more have to stay/);
  const nothing = await run('--label', 'churn');
  assert.match(nothing.err, /CSV/);
});
