// The sample by its commands, and the review queue from the matcher's doubt to a person's word: what waits, side by side with its
// weights, decided both ways, and never asked again.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ProfileView, Review } from '../record/profiles/profiles.ts';
import { type NodeProcess, startNode } from '../simulation/testing/process.ts';
import { commandLine } from './testing.ts';

const line = commandLine();
const { folder, home, write, run, ask, fail } = line;
const people = '150';
let node: NodeProcess | undefined;
after(async () => {
  await node?.stop();
  line.remove();
});

const queue = async () => (await ask<{ reviews: Review[] }>('identity', 'queue')).reviews;
const recordsOf = async (id: string) =>
  (await ask<{ profiles: ProfileView[] }>('profile', id)).profiles[0]!.records.map(({ recordId }) => recordId);

before(async () => {
  await run('init');
  write('data/holdfast.json', await run('sample', 'config'));
  const loaded = await ask<{ people: number; events: number }>('sample', 'load', '--people', people);
  assert.equal(loaded.people, Number(people));
  assert.ok(loaded.events > 2_000);
  node = await startNode({ folder, passphraseFile: join(home, 'passphrase'), accessToken: '', remove: () => undefined });
});

test('sample write gives the files of five systems with the truth beside them', async () => {
  const target = join(home, 'files');
  await run('sample', 'write', target, '--people', '20', '--seed', '7');
  const files = readdirSync(target);
  for (const wanted of ['truth.csv', 'leavers.csv', 'newsletter-events.ndjson']) assert.ok(files.includes(wanted), wanted);
  assert.match(readFileSync(join(target, 'truth.csv'), 'utf8'), /P\d{5}/);
});

test('an empty queue says how to fill it; matching fills it', async () => {
  assert.deepEqual(await queue(), []);
  const outcome = await ask<{ compared: number; merged: number; queued: number }>('identity', 'match');
  assert.ok(outcome.compared > Number(people) && outcome.merged > 0 && outcome.queued > 2, JSON.stringify(outcome));
  const waiting = await queue();
  assert.ok(waiting.length > 2);
  for (const { probability, left, right } of waiting) {
    assert.ok(probability > 0 && probability <= 1);
    assert.notEqual(left, right);
  }
  assert.match(await run('identity', 'queue', '--rows', '2'), /review +one +other +chance\n/);
});

test('a pair side by side, with weights that add up to its probability', async () => {
  const [review] = await queue();
  const shown = await ask<Review & { leftProfile: ProfileView; rightProfile: ProfileView }>(
    'identity',
    'show',
    String(review!.reviewId),
  );
  assert.deepEqual([shown.leftProfile.id, shown.rightProfile.id], [review!.left, review!.right]);
  const bits = shown.weights.reduce((sum, { weightBits }) => sum + weightBits, 0);
  assert.ok(Math.abs(1 / (1 + 2 ** -bits) - shown.probability) < 0.01, `${bits} bits, ${shown.probability}`);
  assert.match(await run('identity', 'show', String(review!.reviewId), '--lang', 'zh'), /合计.*概率/);
});

test('same makes one of two, different keeps them apart, also when everybody is matched again', async () => {
  const [first, ...rest] = await queue();
  const together = [...(await recordsOf(first!.left)), ...(await recordsOf(first!.right))].sort();
  await run('identity', 'decide', String(first!.reviewId), 'same', '--reason', 'asked on the phone');
  assert.deepEqual((await recordsOf(first!.left)).sort(), together);
  assert.match(await run('identity', 'why', first!.left), /same, operator, asked on the phone/);

  const touched = new Set([first!.left, first!.right]);
  const second = rest.find(({ left, right }) => !touched.has(left) && !touched.has(right))!;
  await run('identity', 'decide', String(second.reviewId), 'different');
  await run('identity', 'match');
  const [left, right] = [await recordsOf(second.left), await recordsOf(second.right)];
  assert.ok(!left.some((record) => right.includes(record)));
  const waiting = (await queue()).map(({ reviewId }) => reviewId);
  for (const decided of [first!, second]) {
    assert.ok(!waiting.includes(decided.reviewId));
    assert.deepEqual(await fail('identity', 'decide', String(decided.reviewId), 'same'), [1, 'not_found']);
  }
});
