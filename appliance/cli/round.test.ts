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
