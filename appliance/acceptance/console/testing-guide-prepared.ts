// What the pictures of the guides need to be there: pairs to decide, segments, a model, a week of figures, what waits for a second person, requests of
// customers, and looks that were unusual. By the node's own API, as people of the organisation would.

import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { Figures, hourMs } from '../../oversee/figures/figures.ts';
import { sampleEvents } from '../../sample/sample.ts';
import { sampleOptions } from '../../sample-loading.ts';
import type { TestNode } from '../../testing.ts';
import { type GuideNode, type GuideSeats, languages, people } from './testing-guides.ts';
import type { Language } from './testing-seat.ts';

export type Prepared = {
  /** A customer worth looking at, and by which number they are found. */
  readonly customer: string;
  readonly phone: string;
  /** Two who may be one. */
  readonly pair: readonly [string, string];
  readonly segment: number;
  /** A source that files can be imported into. */
  readonly source: number;
  /** Proposed, and asked for, in each language. */
  readonly approval: { readonly [language in Language]: number };
  readonly request: { readonly [language in Language]: number };
  /** What the customers that are shown are called. */
  readonly names: readonly string[];
};

/** In the sample's customer files: known to all five systems. */
const customerNumber = 'C05990301';
const purpose = 'customer_service';

const notes = { en: 'Letter of 30 October', zh: '10月30日来信' };
const reasons = { en: 'Call-back in November', zh: '十一月回访' };

export async function prepare(guide: GuideNode, seats: GuideSeats): Promise<Prepared> {
  const { node } = guide;
  const trained = await asked<{ id: number }>(node, '/api/models/train', {
    question: 'churn',
    budget: 'small',
    learners: 'linear',
    serveFirst: true,
  });
  await asked(node, '/api/identity/match', {});
  const segment = await prepareSegments(node);
  const [found] = await node.find(customerNumber);
  assert.ok(found, 'the sample has the customer that is shown');
  const { pair, honey, names } = await peopleShown(node, found.id);
  const source = await node.addSource('members.csv', 'file');
  await prepareLooks(guide, seats, found.id, honey);
  const prepared = {
    customer: found.id,
    phone: found.identifiers.find(({ kind }) => kind === 'phone')!.value,
    pair,
    segment,
    source: source.id,
    names: [...names, ...namesIn(found)],
    ...(await prepareWaiting(node, seats, found.id, segment)),
  };
  await ended(node, trained.id);
  await prepareFigures(guide);
  return prepared;
}

async function asked<T>(node: TestNode, path: string, body: object): Promise<T> {
  const answer = await node.ask<T>('POST', path, body);
  assert.ok(answer.status < 300, `${path}: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function prepareSegments(node: TestNode): Promise<number> {
  const { id } = await asked<{ id: number }>(node, '/api/segments', {
    text: 'spend > 1000 and active in 90 days',
    name: 'good customers',
    label: { en: 'Good customers', zh: '优质客户' },
    purpose,
  });
  await asked(node, '/api/segments', {
    text: 'orders >= 2 and last order more than 60 days ago',
    name: 'sleeping regulars',
    label: { en: 'Sleeping regulars', zh: '沉睡老客户' },
    purpose,
  });
  await node.app.node().segments.caughtUp();
  return id;
}

type Named = { traits: { name?: { value: unknown; others?: readonly { value: unknown }[] } } };
const namesIn = ({ traits: { name } }: Named): string[] =>
  [name?.value, ...(name?.others ?? []).map(({ value }) => value)].filter((one) => typeof one === 'string');

/** Two whom the matcher is unsure of, and somebody whom nobody has a reason to look at. */
async function peopleShown(node: TestNode, customer: string) {
  type Reviews = { reviews: { left: string; right: string }[] };
  const { reviews } = (await node.ask<Reviews>('GET', '/api/identity/reviews?limit=20')).body;
  const [first, ...rest] = reviews;
  assert.ok(first, 'the matcher is unsure of some pairs');
  const pair = [first.left, first.right] as const;
  const honey = rest.flatMap(({ left, right }) => [left, right]).find((one) => ![customer, ...pair].includes(one))!;
  const shown = await Promise.all(pair.map(async (id) => (await node.ask<Named>('GET', `/api/profiles/${id}`)).body));
  return { pair, honey, names: shown.flatMap(namesIn) };
}

/** Supervisors read the customer, as their work wants, and one whom the officers had marked. */
async function prepareLooks({ node }: GuideNode, seats: GuideSeats, customer: string, honey: string): Promise<void> {
  await asked(node, '/api/access-review/honey', { person: honey, reason: 'made up, in nobody’s work' });
  for (const language of languages)
    for (const id of [customer, customer, honey])
      await seats.of('supervisor', language).ask('GET', `/api/profiles/${id}`, undefined, purpose);
  for (let turn = 0; ; turn += 1) {
    const { open } = (await node.ask<{ open: number }>('GET', '/api/access-review')).body;
    if (open >= languages.length) return;
    assert.ok(turn < 600, 'looks at a honey customer are found');
    await wait(100);
  }
}

type ByLanguage = { readonly [language in Language]: number };

/** A request of the customer and a proposal of an export, each in words of either language. */
async function prepareWaiting(node: TestNode, seats: GuideSeats, customer: string, segment: number) {
  const request: { [language: string]: number } = {};
  const approval: { [language: string]: number } = {};
  for (const language of languages) {
    const body = { person: customer, kind: 'access', note: notes[language], language };
    request[language] = (await asked<{ request: number }>(node, '/api/subject-requests', body)).request;
    const proposal = { kind: 'segment.export', payload: { segment, purpose }, reason: reasons[language] };
    approval[language] = (await seats.of('marketer', language).ask<{ id: number }>('POST', '/api/approvals', proposal)).id;
  }
  return { request: request as ByLanguage, approval: approval as ByLanguage };
}

async function ended(node: TestNode, job: number): Promise<void> {
  for (;;) {
    const { body } = await node.ask<{ state: string }>('GET', `/api/model-jobs/${job}`);
    if (body.state === 'done') return;
    assert.ok(['waiting', 'running'].includes(body.state), JSON.stringify(body));
    await wait(100);
  }
}

/** The week before as the node would have counted it, had it been there: how many of the sample's events had come by each hour. */
async function prepareFigures({ node, nowMs }: GuideNode): Promise<void> {
  const { store, segments } = node.app.node();
  const times = [...sampleEvents({ ...sampleOptions, people })]
    .map(({ event }) => event.receivedAtMs)
    .sort((one, other) => one - other);
  let atMs = nowMs();
  const figures = await Figures.open({
    store,
    clock: { nowMs: () => atMs },
    measure: () => ({
      events: times.filter((one) => one <= atMs).length,
      segments: segments.count,
      models: 1,
      matches: 0,
      rounds: 0,
      memoryMb: 180,
    }),
    failed: (error) => {
      throw error;
    },
  });
  const now = atMs;
  for (let hours = 7 * 24; hours >= 0; hours -= 8) {
    atMs = now - hours * hourMs;
    await figures.measure();
  }
  await figures.close();
}
