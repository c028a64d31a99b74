// `holdfast round` as it is typed: drafts and dry runs on one organisation's customers, and what is said where nothing can be begun. Whole rounds of three
// nodes are in federate/three-nodes.test.ts.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { RoundSchema } from '../../federation/protocol/round/round-terms.ts';
import { history } from '../testing-models.ts';
import { type Organisation, openOrganisation } from './testing-organisation.ts';

let one: Organisation;
before(async () => {
  one = await openOrganisation();
  let made = 0;
  const events = history(
    (userId, event, atMs, properties) => {
      made += 1;
      return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
    },
    Date.now(),
    7,
  );
  for (let from = 0; from < events.length; from += 400) await one.node.send(events.slice(from, from + 400));
});
after(() => one.node.close());

test('a draft names what others can agree to, and counts; nothing of a customer is in it', async () => {
  const path = one.write('schema.json', '');
  const told = await one.ok(
    'round',
    'draft',
    '--question',
    'churn',
    '--horizon-days',
    '80',
    '--active-days',
    '80',
    '--out',
    path,
  );
  assert.match(told, /^\d+ rows of \d+ customers, \d+ of them yes/);
  const schema = JSON.parse(readFileSync(path, 'utf8')) as RoundSchema;
  assert.deepEqual(schema.label, { name: 'churn', positive: 'yes' });
  assert.deepEqual(schema.question, { name: 'churn', horizonDays: 80, activeDays: 80 });
  assert.ok(schema.features.length > 5 && schema.features.every(({ name }) => name !== 'churn'));
  assert.match(await one.ok('round', 'draft', '--question', 'churn', '--horizon-days', '80', '--lang', 'zh'), /位客户共 \d+ 行/);
});

test('what cannot be is said with the reason', async () => {
  assert.match(await one.ok('round', 'list'), /No round yet/);
  const unknown = await one.run(['round', 'draft', '--question', 'happiness']);
  assert.match(unknown.err, /question: happiness/);
  const alone = await one.run([
    ...['round', 'propose', '--with', 'South Bank', '--custodian', 'South Bank', '--schema', 'schema.json'],
    ...['--for', 'churn.prevention', '--reason', 'annex'],
  ]);
  assert.notEqual(alone.code, 0);
  assert.match(alone.err, /federation/);
  const unsure = await one.run(['round', 'vote', '5f0c', '--reason', 'x']);
  assert.match(unsure.err, /--adopt or --reject/);
  for (const shares of [
    ['--shares', '3'],
    ['--needed', '2'],
    ['--shares', '2', '--needed', '3'],
  ])
    assert.match((await one.run(['round', 'custody', '5f0c', ...shares, '--reason', 'x'])).err, /--shares N --needed M/);
  assert.match((await one.run(['round', 'unlock', '5f0c', '--share', 'nowhere.txt'])).err, /nowhere.txt/);
  assert.match((await one.run(['round', 'share', '5f0c2a9b'])).err, /round 5f0c2a9b/);
  assert.match((await one.run(['round', 'show', '5f0c2a9b'])).err, /round 5f0c2a9b/);
});

test('a draft for another model has limits; what does not go together is said', async () => {
  const path = one.write('limited.json', '');
  const days = ['--horizon-days', '80', '--active-days', '80'];
  await one.ok('round', 'draft', '--question', 'churn', ...days, '--model', 'fedprox', '--out', path);
  const { features } = JSON.parse(readFileSync(path, 'utf8')) as RoundSchema;
  assert.ok(features.every(({ kind, limit }) => (kind === 'number') === (limit !== undefined)));
  assert.match((await one.run(['round', 'draft', '--question', 'churn', '--model', 'forest'])).err, /fedprox/);
  assert.match((await one.run(['round', 'draft', '--out', path])).err, /--question or --file/);
  const both = await one.run(['round', 'draft', '--file', 'members', '--purpose', 'profiling']);
  assert.match(both.err, /--purpose/);
});

test('files of rows are added, drafted from, listed and removed', async () => {
  const rows = Array.from({ length: 90 }, (_, row) => `${row % 3 ? 'no' : 'yes'},${row % 7},${row % 2 ? 'a' : 'b'}`);
  const csv = one.write('members.csv', `left,orders,kind\n${rows.join('\n')}\n,1,a\n`);
  const added = await one.ok('round', 'files', 'add', 'members', csv, '--label', 'left');
  assert.match(added, /members: 90 of 91 rows taken\n {2}line 92: label_missing/);
  assert.match((await one.run(['round', 'files', 'add', 'members', csv, '--label', 'left'])).err, /members already/);
  assert.match((await one.run(['round', 'files', 'add', 'more', csv, '--label', 'churned'])).err, /no column is called/);
  const path = one.write('file-schema.json', '');
  const drafted = ['round', 'draft', '--file', 'members', '--positive', 'yes', '--model', 'logistic', '--out', path];
  assert.match(await one.ok(...drafted), /^90 rows, 30 of them yes/);
  assert.match(await one.ok(...drafted, '--lang', 'zh'), /^共 90 行/);
  assert.deepEqual((JSON.parse(readFileSync(path, 'utf8')) as RoundSchema).features, [
    { name: 'orders', kind: 'number', limit: 8 },
    { name: 'kind', kind: 'category', levels: ['a', 'b'] },
  ]);
  assert.match(await one.ok('round', 'files', 'list'), /members +left +91 +90 +3/);
  assert.match(await one.ok('round', 'files', 'remove', 'members', '--lang', 'zh'), /已删除/);
  assert.match((await one.run(['round', 'files', 'remove', 'members'])).err, /members/);
});
