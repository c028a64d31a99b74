// Three organisations, of which the first is full of what nobody should write: customers, events, sources, segments, models, requests, acts of two people
// and federation, each with a payload where a name or a note may stand. Everything through the API, as people and sources would.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { withCustomers } from '../../federate/testing-rounds.ts';
import { type Member, openTogether, type Together } from '../../federate/testing-two.ts';
import type { TestSource } from '../../testing.ts';
import { payloads, written } from './testing-payloads.ts';

/** What the walk needs to know of it. */
export type PayloadNode = {
  readonly together: Together;
  readonly member: Member;
  readonly url: string;
  /** For each route with places in its address, the address. */
  readonly addresses: { readonly [route: string]: string };
  readonly source: TestSource;
  readonly customer: string;
};

const both = (text: string) => ({ en: text, zh: text });

/** What an organisation would write into its holdfast.json. */
const config = {
  computedTraits: [{ name: 'spent', event: 'Order Completed', operation: 'sum', property: 'total' }],
  retention: [{ name: written.retentionName, events: { kinds: ['page'], olderThanDays: 30 }, purpose: 'marketing' }],
  consent: {
    controller: written.controllerName,
    purposes: [
      {
        purpose: 'marketing',
        basis: 'consent',
        name: both(written.purposeName),
        text: both(written.purposeText),
        channels: ['email'],
      },
    ],
  },
  erasureTargets: [{ name: written.targetName, url: 'https://127.0.0.1:9/erase' }],
  federation: { match: { minSize: 5, minIntersection: 3 } },
} as const;

export async function openPayloadNode(): Promise<PayloadNode> {
  const called = [both(written.ownOrganisation), both(written.otherOrganisation), both(written.thirdOrganisation)];
  const together = await openTogether([config as never, {}, {}], called);
  try {
    const member = together.members[0]!;
    const filled = await fill(member, together);
    return { together, member, url: await member.node.listen(), ...filled };
  } catch (error) {
    await together.close();
    throw error;
  }
}

type Filled = Pick<PayloadNode, 'addresses' | 'source' | 'customer'>;
type Id = { id: number };

/** Asks as the operator; an answer that is none fails. */
const asker =
  ({ node }: Member) =>
  async <T = Record<string, unknown>>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<T> => {
    const answer = await node.ask<T>(method, path, body);
    assert.ok(answer.status < 300, `${method} ${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
type Ask = ReturnType<typeof asker>;

async function fill(member: Member, together: Together): Promise<Filled> {
  const ask = asker(member);
  await withCustomers(member, 100);
  const source = await member.node.addSource(written.sourceName);
  await dictionaryAndRules(ask, source);
  await events(member, source);
  const people = await everybody(member);
  const customer = people[0]!;
  const data = await ofData(ask, source);
  const decided = await ofCustomers(ask, member, people);
  const pair = await unsurePair(member, people);
  const segment = await segments(ask);
  const overseen = await oversight(ask, member, people);
  // Learning takes another process, and the table of who may what a few seconds of questions.
  const [training, federated] = await Promise.all([models(ask), federation(member, together), ask('GET', '/api/policies/table')]);
  return {
    source,
    customer,
    addresses: {
      ...{ '/customers/:id': `/customers/${customer}`, '/customers/:id/:part': `/customers/${customer}/identity` },
      ...{ '/customers/merge/:left/:right': `/customers/merge/${people[2]}/${people[3]}` },
      ...{ '/data/sources/:id': `/data/sources/${source.id}`, '/dictionary/:source': `/dictionary/${source.id}` },
      ...{ '/quality/:source': `/quality/${source.id}`, '/first-run/:step': '/first-run/source' },
      ...{ '/who-read/customer/:id': `/who-read/customer/${customer}` },
      ...{ '/who-read/colleague/:actor': `/who-read/colleague/${encodeURIComponent('person 1')}` },
      ...{ '/consent/customer/:id': `/consent/customer/${customer}`, '/audit/:seq': '/audit/40' },
      ...{ '/segments/:id': `/segments/${segment}`, '/segments/:id/edit': `/segments/${segment}/edit` },
      ...{ '/identity/reviews/:review': `/identity/reviews/${pair}`, '/roles/:role': '/roles/supervisor' },
      ...data,
      ...decided,
      ...overseen,
      ...training,
      ...federated,
    },
  };
}

async function dictionaryAndRules(ask: Ask, source: TestSource): Promise<void> {
  await ask('PUT', `/api/sources/${source.id}/dictionary`, {
    version: 1,
    fields: {
      'traits.cellNo': { to: 'traits.phone', as: 'phone', strict: true },
      [`traits.${written.dictionaryField}`]: { as: 'number', strict: true },
    },
  });
  await ask('PUT', `/api/quality/sources/${source.id}/rules`, {
    version: 1,
    rules: [{ id: 'there', kind: 'completeness', field: `traits.${written.ruleField}`, threshold: 0.9 }],
  });
}

/** Eight people, each the one who carries some of the payloads, with what they did; and one message that is not taken. */
async function events({ node }: Member, source: TestSource): Promise<void> {
  const at = (minute: number) => ({ timestamp: new Date(Date.now() - (120 - minute) * 60_000).toISOString() });
  const names = Object.values(payloads);
  const identify = Array.from({ length: 8 }, (_, one) => ({
    // The first is heard of last: another record is joined to theirs, and the newest name is the one that is shown.
    ...{ type: 'identify', userId: `w${one}`, messageId: `wi${one}`, ...at(one === 0 ? 9 : one) },
    traits: {
      name: one === 0 ? written.customerName : `${names[one]} ${one}`,
      phone: `1390731280${one}`,
      email: `w${one}@example.com`,
      city: one === 0 ? written.customerCity : '长沙',
      [written.traitKey]: written.traitValue,
    },
  }));
  const did = names.map((name, one) => ({
    ...{ type: 'track', userId: 'w0', messageId: `we${one}`, event: `${name} event`, ...at(10 + one) },
    properties: { [written.propertyKey]: name, note: name },
  }));
  const more = [
    {
      type: 'page',
      name: written.pageTitle,
      properties: { title: written.pageTitle, url: written.pageAddress, referrer: payloads.data },
    },
    {
      type: 'track',
      event: 'Order Completed',
      properties: {
        order_id: written.orderNumber,
        total: 9,
        currency: 'CNY',
        products: [
          {
            product_id: payloads.image,
            name: written.productName,
            quantity: 1,
            price: 9,
            url: payloads.address,
            image_url: payloads.address,
          },
        ],
      },
    },
    {
      type: 'track',
      event: 'Product Added',
      properties: { cart_id: 'c', product_id: 'p', name: written.cartName, quantity: 1, price: 9 },
    },
    {
      type: 'track',
      event: 'Ticket Opened',
      properties: { ticket_id: written.ticketNumber, subject: written.ticketSubject, status: written.ticketStatus },
    },
    {
      type: 'track',
      event: 'Consent Given',
      properties: { purpose: 'marketing', channel: 'email', evidence: written.evidence, policyVersion: written.policyVersion },
    },
    { type: 'group', groupId: payloads.script, traits: { name: payloads.image } },
    { type: 'identify', traits: { [written.dictionaryField]: written.refusedValue } },
  ].map((one, number) => ({ userId: 'w0', messageId: `wm${number}`, ...one, ...at(60 + number) }));
  const sent = await node.send([...identify, ...did, ...more], source.writeKey);
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
  assert.equal(sent.body.quarantined?.length, 1, JSON.stringify(sent.body));
}

async function everybody({ node }: Member): Promise<string[]> {
  const found: string[] = [];
  for (let one = 0; one < 8; one += 1) found.push((await node.find(`w${one}@example.com`))[0]!.id);
  return found;
}

async function ofData(ask: Ask, source: TestSource) {
  const { fields } = await ask<{ fields: { id: number; path: string; source: number }[] }>('GET', '/api/catalogue');
  const field = fields.find(({ path }) => path.includes(written.traitKey)) ?? fields[0]!;
  await ask('POST', `/api/catalogue/fields/${field.id}`, {
    class: 'none',
    owner: written.fieldOwner,
    description: written.fieldDescription,
  });
  const quarantine = await ask<{ events: Id[] }>('GET', `/api/quarantine?source=${source.id}`);
  return {
    '/catalogue/:id': `/catalogue/${field.id}`,
    '/quarantine/:id': `/quarantine/${quarantine.events[0]!.id}`,
    '/lineage/:trait': '/lineage/city',
  };
}

async function ofCustomers(ask: Ask, { as }: Member, people: readonly string[]) {
  const [first, second, third, , , , seventh, eighth] = people;
  await ask('PUT', `/api/profiles/${first}/traits`, { traits: { city: written.cityByHand }, reason: written.correctionReason });
  await ask('POST', '/api/identity/merge', { left: first, right: second, reason: written.mergeReason });
  await ask('POST', `/api/profiles/${first}/consents`, {
    purpose: 'marketing',
    channel: 'email',
    status: 'given',
    reason: written.consentReason,
  });
  const request = await ask<{ request: number }>('POST', '/api/subject-requests', {
    person: first,
    kind: 'erasure',
    note: written.requestNote,
  });
  await ask('POST', `/api/subject-requests/${request.request}/verify`, { how: 'in_person' });
  await ask('POST', `/api/subject-requests/${request.request}/hold`, { reason: written.holdReason });
  const refused = await ask<{ request: number }>('POST', '/api/subject-requests', { person: third, kind: 'access' });
  await ask('POST', `/api/subject-requests/${refused.request}/refuse`, { reason: written.refusal });
  const erased = await ask<{ erasure: number }>('POST', `/api/subjects/${eighth}/erase`, { reason: 'request' });
  await as('marketer', 'POST', `/api/profiles/${seventh}/unmask`, { field: 'phone', reason: written.unmaskReason });
  return { '/requests/:id': `/requests/${request.request}`, '/erasures/:id': `/erasures/${erased.erasure}` };
}

/** Two whom the matcher would leave to people. @returns the number of the review */
async function unsurePair({ node }: Member, people: readonly string[]): Promise<number> {
  const [leftRecord, rightRecord] = [people[3]!, people[4]!].map((id) => Number(id.slice(1))) as [number, number];
  await node.app.node().profiles.reviews.add([{ leftRecord, rightRecord, probability: 0.72, weights: [] }]);
  const { body } = await node.ask<{ reviews: { reviewId: number }[] }>('GET', '/api/identity/reviews');
  return body.reviews[0]!.reviewId;
}

async function segments(ask: Ask): Promise<number> {
  const { id } = await ask<Id>('POST', '/api/segments', {
    name: written.segmentName,
    text: `city = "${written.segmentValue}" or spend > 1`,
    purpose: 'customer_service',
    description: written.segmentDescription,
  });
  await ask('POST', '/api/segments', {
    name: 'others',
    text: 'spend > 100',
    purpose: 'customer_service',
    label: both(written.segmentLabel),
  });
  await ask('POST', `/api/segments/${id}/snapshots`, { name: written.snapshotName });
  return id;
}

/** Findings come a moment after what they are about. */
async function untilFound(ask: Ask): Promise<[Id, Id]> {
  for (;;) {
    const { findings } = await ask<{ findings: (Id & { actor: string })[] }>('GET', '/api/access-review');
    // Nobody judges their own.
    const [judged, open] = ['person 1', 'operator'].map((who) => findings.find(({ actor }) => actor === who));
    if (judged && open) return [judged, open];
    await sleep(50);
  }
}

/** What compliance and administrators see. */
async function oversight(ask: Ask, { as, node }: Member, people: readonly string[]) {
  const propose = async (reason: string) =>
    (await as<Id>('officer', 'POST', '/api/approvals', { kind: 'subject.erase', payload: { person: people[5] }, reason })).body
      .id;
  const waiting = await propose(written.approvalReason);
  await ask('POST', '/api/assessments', {
    title: written.assessmentTitle,
    purposes: ['marketing'],
    necessity: written.necessity,
    risks: [{ risk: written.risk, likelihood: 'low', severity: 'low', measure: written.measure }],
    conclusion: 'acceptable',
  });
  const { assessments } = await ask<{ assessments: Id[] }>('GET', '/api/assessments');
  await ask('POST', '/api/access-review/honey', { person: people[6], reason: written.honeyReason });
  for (let look = 0; look < 2; look += 1) await as('admin', 'GET', `/api/profiles/${people[6]}`);
  await ask('GET', `/api/profiles/${people[6]}`);
  await as('officer', 'GET', `/api/profiles/${people[0]}`);
  await as('admin', 'POST', '/api/break-glass', { reason: written.glassReason, minutes: 5 });
  await ask('POST', '/api/people', { login: 'written', name: written.personName, roles: ['agent'] });
  await ask('POST', '/api/api-keys', { name: written.keyName, roles: ['agent'], expiresAtMs: Date.now() + 86_400_000 });
  node.app.http.log.error({ code: written.logCode }, written.logLine);
  const [judged, open] = await untilFound(ask);
  const verdict = { verdict: 'unclear', reason: written.judgement };
  const answer = await as('officer', 'POST', `/api/access-review/${judged.id}/judge`, verdict);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return {
    '/approvals/:id': `/approvals/${waiting}`,
    '/register/assessments/:id': `/register/assessments/${assessments[0]!.id}`,
    '/access-review/:id': `/access-review/${open.id}`,
    '/access-review/judged/:id': `/access-review/judged/${judged.id}`,
  };
}

async function models(ask: Ask) {
  type Job = { id: number; state: string; version?: number };
  const wanted = { question: 'churn', budget: 'small', learners: 'linear', horizonDays: 80, activeDays: 80, serveFirst: true };
  const first = await ask<Job>('POST', '/api/models/train', wanted);
  const ended = async ({ id }: Job): Promise<Job> => {
    const job = await ask<Job>('GET', `/api/model-jobs/${id}`);
    if (job.state !== 'waiting' && job.state !== 'running') return job;
    await sleep(50);
    return ended(job);
  };
  assert.equal((await ended(first)).state, 'done');
  const second = await ended(await ask<Job>('POST', '/api/models/churn/retrain'));
  await ask('POST', '/api/models/churn/promote', { version: second.version, reason: written.promotionReason });
  const { scores } = await ask<{ scores: { id: string }[] }>('GET', '/api/models/churn/top');
  return {
    '/models/:name/:part?': '/models/churn',
    '/models/:name/versions/:version/:part?': '/models/churn/versions/1',
    '/models/:name/compare/:one/:other': '/models/churn/compare/1/2',
    '/models/:name/customers/:id': `/models/churn/customers/${scores[0]!.id}`,
    '/trainings/:job': `/trainings/${first.id}`,
  };
}

async function federation(member: Member, { federation, ids }: Together) {
  const source = { from: 'customers' };
  const { match } = await member.together<{ match: string }>('scientist', 'officer', 'match.propose', {
    ...{ federation, responder: ids[1], learns: 'both', use: 'overlap', purpose: 'customer_service' },
    ...{ reason: written.matchReason, kinds: ['phone', 'email'], source },
  });
  const asked = { question: 'churn', horizonDays: 80, activeDays: 80, source };
  const drafted = await member.as<{ schema: object }>('scientist', 'POST', '/api/rounds/draft', asked);
  const { round } = await member.together<{ round: string }>('scientist', 'officer', 'round.propose', {
    ...{ federation, members: ids, custodian: ids[2], purpose: 'profiling', reason: written.roundReason },
    ...{ schema: drafted.body.schema, learn: { trees: 2, maxDepth: 3 }, agreement: 'x25519', source },
  });
  return {
    '/federations/:federation': `/federations/${federation}`,
    '/matches/:match': `/matches/${match}`,
    '/rounds/:round': `/rounds/${round}`,
  };
}
