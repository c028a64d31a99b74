// Training tables of a whole node: a row sees only what had happened by its cut-off, whatever the future says and however it is named; who may not be
// used is in none; and a leak that did happen in time is found by the training's own guard.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { columnOf, levelAt, type Matrix } from './core/matrix/matrix.ts';
import { systemPorts } from './core/ports.ts';
import { features } from './decide/features/features.ts';
import { buildTable, buildTraitTable, choosePersons, questionOf, surveyOf } from './decide/models/models.ts';
import { labelOf } from './decide/models/training/label.ts';
import { screen } from './decide/models/training/screening.ts';
import type { PersonFacts } from './record/profiles/profiles.ts';
import { seeded } from './record/profiles/testing.ts';
import { openTestNode, type TestNode } from './testing.ts';
import { tableParts } from './training-rows.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 5, 1, 10);
const horizonDays = 60;
const cutOffsMs = [nowMs - 2 * horizonDays * dayMs, nowMs - horizonDays * dayMs];
const customers = 320;
const seed = 20261126;
const churn = questionOf('churn')!;

/** Every third stops, half of them some days before the one cut-off, half before the other. */
const stopsBefore = (at: number): 0 | 1 | undefined => (at % 6 === 0 ? 0 : at % 6 === 3 ? 1 : undefined);

let node: TestNode;
before(async () => {
  node = await openTestNode({ ports: { ...systemPorts, clock: { nowMs: () => nowMs } } });
  const random = seeded(seed);
  const events: object[] = [];
  for (let at = 0; at < customers; at += 1) {
    const userId = `u${at}`;
    if (at < customers - 20) events.push(said(userId, 'Consent Given', nowMs - 300 * dayMs, { purpose: 'profiling' }));
    const stops = stopsBefore(at);
    const untilMs = stops === undefined ? nowMs : cutOffsMs[stops]! - random.next(30) * dayMs;
    for (let ms = nowMs - 250 * dayMs + random.next(20) * dayMs; ms < untilMs; ms += (10 + random.next(25)) * dayMs)
      events.push(said(userId, 'Order Completed', ms, { order_id: `o${at}-${ms}`, total: 20 + random.next(200) }));
  }
  await sendAll(events);
});
after(() => node.close());

let made = 0;
function said(userId: string, event: string, atMs: number, properties: object): object {
  made += 1;
  return { type: 'track', messageId: `m${made}`, userId, event, timestamp: new Date(atMs).toISOString(), properties };
}
function told(userId: string, atMs: number, traits: object): object {
  made += 1;
  return { type: 'identify', messageId: `m${made}`, userId, timestamp: new Date(atMs).toISOString(), traits };
}
async function sendAll(events: readonly object[]): Promise<void> {
  for (let from = 0; from < events.length; from += 400)
    assert.equal((await node.send(events.slice(from, from + 400))).status, 200);
}

async function table() {
  const { profiles, consent } = node.app.node();
  const parts = tableParts(profiles.people, features);
  const chosen = await choosePersons(parts.source, await consent.allowing('profiling', '*'), { most: 10_000, seed });
  const plan = { question: churn, horizonDays, activeDays: horizonDays, cutOffsMs, persons: chosen.persons };
  return { chosen, parts, table: await buildTable(parts, plan) };
}

function digest({ columns, rows }: Matrix): string {
  const hash = createHash('sha256').update(`${rows}`);
  for (const { name, kind, levels, chunks } of columns) {
    hash.update(`${name} ${kind} ${levels?.join(' ')}`);
    for (const chunk of chunks) hash.update(chunk);
  }
  return hash.digest('hex');
}

test('a table has a row for each customer and cut-off, whole horizons, and nobody who did not agree', async () => {
  const { chosen, table: made } = await table();
  assert.equal(chosen.all, customers);
  assert.equal(chosen.allowed, customers - 20);
  assert.equal(made.byCutOff.length, 2);
  assert.ok(
    made.byCutOff.every(({ positives }) => positives > 40),
    JSON.stringify(made.byCutOff),
  );
  assert.equal(made.folds?.rows, made.matrix.rows);
  assert.equal(made.newest.length, made.byCutOff[1]!.rows);
  assert.ok(made.matrix.rows <= 2 * chosen.allowed);
});

test('what comes after a cut-off changes no row before it, whatever it is called', async () => {
  const first = await table();
  const label = columnOf(first.table.matrix, 'churn')!;
  assert.ok(['yes', 'no'].includes(levelAt(label, 0)!));
  const afterMs = cutOffsMs[1]! + 3 * dayMs;
  await sendAll(
    Array.from({ length: customers }, (_, at) => at)
      .filter((at) => at % 3 === 0)
      .flatMap((at) => [
        told(`u${at}`, afterMs, { gender: 'female', province: '浙江', birthday: '1990-01-01' }),
        said(`u${at}`, 'Account Closed', afterMs + dayMs, { product: 'card' }),
        said(`u${at}`, 'Ticket Created', afterMs + dayMs, { ticket_id: `t${at}` }),
        said(`u${at}`, 'Product Viewed', afterMs + 2 * dayMs, { product_id: 'p1' }),
      ]),
  );
  const second = await table();
  assert.equal(digest(second.table.matrix), digest(first.table.matrix));
});

test('a leak that did happen in time is named by the guard of the training', async () => {
  // Known the day before each cut-off, of nearly everybody who is about to stop.
  await sendAll(
    Array.from({ length: customers }, (_, at) => at).flatMap((at) =>
      cutOffsMs.map((ms, cutOff) =>
        told(`u${at}`, ms - dayMs, { gender: (stopsBefore(at) === cutOff) !== (at % 40 === 1) ? 'female' : 'male' }),
      ),
    ),
  );
  const { table: made } = await table();
  const label = labelOf(made.matrix, columnOf(made.matrix, 'churn')!, 'yes');
  const { suspects, dropped } = screen(made.matrix, label, new Set(), new Set());
  const named = [...suspects, ...dropped.filter(({ reason }) => reason === 'leak')].map(({ column }) => column);
  assert.ok(named.includes('gender'), JSON.stringify({ suspects, dropped }));
});

test('facts at several moments with one reading are those of each moment read alone', async () => {
  const { people } = node.app.node().profiles;
  const moments = [cutOffsMs[0]!, cutOffsMs[1]!, nowMs];
  const seen = (facts: PersonFacts) =>
    JSON.stringify([facts.personId, facts.orders(), facts.didNames(), facts.seenBetween(), facts.traits()]);
  const together = new Map<number, string[]>(moments.map((atMs) => [atMs, []]));
  for await (const { atMs, facts } of people.factsThrough([...moments].reverse())) together.get(atMs)!.push(...facts.map(seen));
  for (const atMs of moments) {
    const alone: string[] = [];
    for await (const page of people.factsAt(atMs)) alone.push(...page.map(seen));
    assert.deepEqual(together.get(atMs), alone);
  }
});

test('the survey finds the rhythm of orders and where the record ends', async () => {
  const { chosen, parts } = await table();
  const survey = await surveyOf(parts.source, chosen, parts.doings, { nowMs, seed });
  const gaps = survey.gapsDays.slice().sort();
  assert.ok(gaps[0]! >= 10 && gaps.at(-1)! < 35, `${gaps[0]} ${gaps.at(-1)}`);
  assert.ok(survey.knownUntilMs > nowMs - 5 * dayMs && survey.knownUntilMs <= nowMs);
});

test('a trait as label: members alone, and one value is refused', async () => {
  const { chosen, parts } = await table();
  const plan = { persons: chosen.persons, atMs: nowMs, minimum: churn.minimum };
  const made = await buildTraitTable(parts, { ...plan, label: 'gender', positive: 'female' });
  assert.equal(made.matrix.rows, chosen.allowed);
  assert.equal(made.matrix.columns.filter(({ name }) => name === 'gender').length, 1, 'the label is no feature');
  await assert.rejects(
    buildTraitTable(parts, { ...plan, label: 'favourite_colour' }),
    (error: { code?: string }) => error.code === 'cannot_train',
  );
  await assert.rejects(
    buildTraitTable(parts, { ...plan, label: 'gender', positive: 'neither' }),
    (error: { code?: string }) => error.code === 'cannot_train',
  );
});
