// What a soak does to a node, all of it together and for the whole time: the day of a small organisation, with what happens once in a while put close together.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from './pace.ts';
import type { Message, People } from './people.ts';
import type { Kind, Tally } from './tally.ts';

const perBatch = 20;
const dayMs = 86_400_000;
const segmentsStanding = [
  ['gold', 'tier = gold'],
  ['buyers', 'orders >= 1'],
  ['spenders', 'spend > 1000'],
  ['shanghai', 'address.city = Shanghai'],
  ['lately', 'active in 7 days'],
  ['mailable', 'may be used for marketing by email'],
] as const;

/** In the order of the table. Bounds are for two processors, which a training, a backup and the load itself share with what answers. */
export const kinds: readonly Kind[] = [
  {
    kind: 'batches',
    rate: `10 a second, ${perBatch} events each`,
    p99Ms: 2_500,
    why: 'clients of the protocol wait ten seconds and more',
  },
  { kind: 'profiles', rate: '10 a second, with 50 rows of timeline', p99Ms: 1_000, why: 'somebody waits on the telephone' },
  { kind: 'timelines', rate: '3 a second', p99Ms: 1_000, why: 'as profiles' },
  { kind: 'searches', rate: '4 a second', p99Ms: 1_000, why: 'as profiles' },
  { kind: 'segments', rate: '2 a second: all, and members of one', p99Ms: 1_000, why: 'as profiles' },
  { kind: 'figures', rate: '1 a second', p99Ms: 1_000, why: 'as profiles' },
  { kind: 'consents', rate: '1 a second', p99Ms: 2_500, why: 'two audit entries and an event wait for the disk in turn' },
  { kind: 'segment changes', rate: 'made, changed, removed every 20 s', p99Ms: 2_000, why: 'each asks everybody' },
  { kind: 'streams', rate: 'one is open, anew every 30 s', p99Ms: 1_000, why: 'until it is open' },
  { kind: 'audit pages', rate: 'every 30 s', p99Ms: 1_000, why: '50 entries are opened' },
  { kind: 'metrics', rate: 'every 15 s', p99Ms: 1_000, why: 'what scrapes gives up after ten seconds' },
  { kind: 'erasures', rate: 'one a minute', p99Ms: 30_000, why: 'keys are scrubbed out of the file before the receipt' },
  { kind: 'packages', rate: 'one a minute', p99Ms: 5_000, why: 'everything of one customer' },
  { kind: 'doctor', rate: 'every 2 minutes', p99Ms: 10_000, why: 'all checks but the structure' },
  { kind: 'trainings', rate: 'every 4 minutes, promoted', p99Ms: 180_000, why: 'in threads that give way to serving' },
  { kind: 'backups', rate: 'every 5 minutes; then verified, pruned', p99Ms: 180_000, why: 'reads the whole database' },
];

export type WorkParts = { tally: Tally; people: People; writeKey: string; url: string; accessToken: string };

export class Work {
  readonly #parts: WorkParts;
  readonly #ids = new Map<number, string>();
  #segments: number[] = [];

  constructor(parts: WorkParts) {
    this.#parts = parts;
  }

  /** Sends messages as one batch. They are made before, so that each is counted once and sent until it is taken. */
  async send(messages: readonly Message[], dueMs?: number, kind = 'batches'): Promise<void> {
    const { tally, writeKey } = this.#parts;
    const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
    const batch = messages.map(({ body }) => body);
    await tally.ask(kind, 'POST', '/v1/batch', { batch }, { headers: { authorization }, ...(dueMs !== undefined && { dueMs }) });
  }

  async furnish(): Promise<void> {
    for (const [name, text] of segmentsStanding) {
      const made = await this.#ask<{ id: number }>('segment changes', 'POST', '/api/segments', {
        name,
        text,
        purpose: 'analytics',
      });
      if (made) this.#segments.push(made.id);
    }
    await this.#live();
  }

  begin(pace: Pace): void {
    const { tally, people } = this.#parts;
    const late = (kind: string) => () => tally.fail(kind, 'too much under way: not sent');
    pace.rate(
      10,
      (dueMs) =>
        this.send(
          Array.from({ length: perBatch }, () => people.next()),
          dueMs,
        ),
      late('batches'),
    );
    pace.rate(20, (dueMs) => this.#read(dueMs), late('profiles'));
    pace.rate(1, () => this.#consent(), late('consents'));
    pace.every(20, () => this.#segmentLife(pace), 5);
    pace.every(30, () => this.#stream(pace), 2);
    pace.every(30, async () => void (await this.#ask('audit pages', 'GET', '/api/audit?limit=50')));
    pace.every(60, () => this.#erase(pace), 20);
    pace.every(60, () => this.#package(), 40);
    pace.every(120, () => this.#doctor(), 60);
    pace.every(240, () => this.#train(pace), 10);
    pace.every(300, () => this.#backUp(pace), 50);
  }

  /** A profile's id; undefined where nobody is found. */
  async idOf(customer: number): Promise<string | undefined> {
    const known = this.#ids.get(customer);
    if (known !== undefined) return known;
    const id = await this.search(customer);
    if (id !== undefined) this.#ids.set(customer, id);
    return id;
  }

  async search(customer: number, kind = 'searches', dueMs?: number): Promise<string | undefined> {
    const body = { identifier: `customer-${customer}`, kind: 'user_id' };
    const found = await this.#ask<{ profiles: { id: string }[] }>(kind, 'POST', '/api/profiles/search', body, dueMs);
    return found?.profiles[0]?.id;
  }

  #ask<T>(kind: string, method: string, path: string, body?: unknown, dueMs?: number): Promise<T | undefined> {
    return this.#parts.tally.ask<T>(kind, method, path, body, dueMs === undefined ? {} : { dueMs });
  }

  async #read(dueMs: number): Promise<void> {
    const { people } = this.#parts;
    const chance = people.random() * 20;
    if (chance < 1)
      return void (await this.#ask('figures', 'GET', `/api/figures?since=${people.nowMs() - 7 * dayMs}`, undefined, dueMs));
    if (chance < 2) return void (await this.#ask('segments', 'GET', '/api/segments', undefined, dueMs));
    if (chance < 3) {
      const segment = this.#segments[Math.floor(people.random() * this.#segments.length)];
      return void (await this.#ask('segments', 'GET', `/api/segments/${segment}/members?limit=50`, undefined, dueMs));
    }
    const customer = people.anybody();
    if (chance < 7) return void (await this.search(customer, 'searches', dueMs));
    const known = this.#ids.get(customer);
    const id = known ?? (await this.idOf(customer));
    if (id === undefined) return;
    // Where the id had to be found first, that counted as a search from now; the rest counts from its own beginning.
    const since = known === undefined ? undefined : dueMs;
    if (chance < 10)
      return void (await this.#ask('timelines', 'GET', `/api/profiles/${id}/timeline?limit=100`, undefined, since));
    await this.#ask('profiles', 'GET', `/api/profiles/${id}?timeline=50`, undefined, since);
  }

  async #consent(): Promise<void> {
    const { people } = this.#parts;
    const customer = people.anybody();
    const status = people.random() < 0.5 ? 'given' : 'withdrawn';
    const id = await this.idOf(customer);
    if (id === undefined) return;
    const body = { purpose: 'marketing', channel: 'email', status, evidence: 'told at the counter' };
    await this.#ask('consents', 'POST', `/api/profiles/${id}/consents`, body);
  }

  async #segmentLife(pace: Pace): Promise<void> {
    const { random } = this.#parts.people;
    const days = 5 + Math.floor(random() * 80);
    const rules = [`spend > ${days * 20}`, `did "Product Viewed" at least 2 times in ${days} days`, `not active in ${days} days`];
    const text = rules[Math.floor(random() * rules.length)]!;
    const name = `for a while ${pace.elapsedS.toFixed(0)}`;
    const kind = 'segment changes';
    const made = await this.#ask<{ id: number }>(kind, 'POST', '/api/segments', { name, text, purpose: 'analytics' });
    if (!made) return;
    await this.#live();
    await this.#ask(kind, 'PUT', `/api/segments/${made.id}`, { text: `${text} and tier = gold` });
    await this.#live();
    await this.#ask(kind, 'DELETE', `/api/segments/${made.id}`);
  }

  /** Until every segment is answered. */
  async #live(): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      const found = await this.#ask<{ segments: { state: string }[] }>('segments', 'GET', '/api/segments');
      if (!found || found.segments.every(({ state }) => state === 'live')) return;
      await sleep(200);
    }
    this.#parts.tally.fail('segment changes', 'a segment was not answered within two minutes');
  }

  /** A page of the console that follows segments, left after a while. */
  async #stream(pace: Pace): Promise<void> {
    const { url, accessToken, tally } = this.#parts;
    const leave = new AbortController();
    const begun = performance.now();
    try {
      const headers = { authorization: `Bearer ${accessToken}` };
      const answer = await fetch(new URL('/api/segments/live', url), { headers, signal: leave.signal });
      if (answer.status !== 200) return tally.fail('streams', `GET /api/segments/live: ${answer.status}`);
      tally.took('streams', performance.now() - begun);
      const reading = (async () => {
        for await (const _chunk of answer.body!);
      })().catch(() => undefined);
      await pace.wait(27);
      leave.abort();
      await reading;
    } catch (error) {
      tally.fail('streams', String(error));
    }
  }

  async #erase(pace: Pace): Promise<void> {
    const { people, tally } = this.#parts;
    const customer = people.reserve();
    // What was sent and asked before they fell silent is answered by then.
    if (!(await pace.wait(5))) return;
    const id = await this.idOf(customer);
    if (id === undefined) return tally.fail('erasures', 'whom to erase is not found');
    const done = await this.#ask('erasures', 'POST', `/api/subjects/${id}/erase`, { reason: 'request' });
    if (!done) return;
    people.erased.add(customer);
    if ((await this.search(customer)) !== undefined) tally.fail('erasures', 'somebody is found after their erasure');
  }

  async #package(): Promise<void> {
    const id = await this.idOf(this.#parts.people.anybody());
    if (id !== undefined) await this.#ask('packages', 'GET', `/api/subjects/${id}/export`);
  }

  async #doctor(): Promise<void> {
    const { tally } = this.#parts;
    const looked = await this.#ask<{ findings: { severity: string; check: string }[] }>('doctor', 'GET', '/api/doctor');
    for (const { severity, check } of looked?.findings ?? [])
      if (severity === 'error') tally.fail('doctor', `doctor found: ${check}`);
  }

  async #train(pace: Pace): Promise<void> {
    const { tally } = this.#parts;
    const begun = performance.now();
    const asked = { question: 'churn', budget: 'small', purpose: 'analytics', horizonDays: 91, activeDays: 91 };
    let job = await this.#ask<Job>('training asked', 'POST', '/api/models/train', asked);
    while (job && (job.state === 'waiting' || job.state === 'running')) {
      // One that the end meets is waited for: it is ended with the node otherwise, and nobody knows how.
      await sleep(1_000);
      job = await this.#ask<Job>('training asked', 'GET', `/api/model-jobs/${job.id}`);
    }
    if (!job) return;
    if (job.state !== 'done') return tally.fail('trainings', `a training ${job.state}: ${job.code} ${job.where ?? ''}`);
    tally.took('trainings', performance.now() - begun);
    if (pace.ended) return;
    await this.#ask('training asked', 'POST', `/api/models/churn/promote`, { version: job.version, reason: 'the soak' });
  }

  async #backUp(pace: Pace): Promise<void> {
    for (const kind of ['backup', 'verify', 'prune'] as const) {
      if (pace.ended) return;
      await this.#backupWork(kind);
    }
  }

  async #backupWork(kind: 'backup' | 'verify' | 'prune'): Promise<void> {
    const { tally } = this.#parts;
    const begun = performance.now();
    let job = await this.#ask<BackupJob>('backup asked', 'POST', '/api/backups/work', { kind });
    // It waits while a training has the place of heavy work.
    while (job?.state === 'waiting' || job?.state === 'running') {
      await sleep(500);
      job = (await this.#ask<{ job?: BackupJob }>('backup asked', 'GET', '/api/backups'))?.job;
    }
    if (!job) return;
    const damaged = job.verified?.damaged.length ?? 0;
    if (job.state !== 'done' || damaged > 0)
      return tally.fail('backups', `${kind} ${job.state}: ${job.code ?? `${damaged} damaged`}`);
    tally.took('backups', performance.now() - begun);
  }
}

type Job = { id: number; state: string; version?: number; code?: string; where?: string };
type BackupJob = { state: string; code?: string; verified?: { damaged: unknown[] } };
