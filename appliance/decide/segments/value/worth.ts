// What the node's customers are worth and how they differ: RFM, clusters and lifetime value over those whose data may be used for the purpose. One is
// worked out at a time, on worker threads, and kept for some minutes while the same people may be used: a consent taken back counts with the next question.

import { Fault } from '../../../core/errors.ts';
import { type Dated, KeptAnswers } from '../../../core/kept.ts';
import { columnOf, type Matrix, numberAt, takeCells } from '../../../core/matrix/matrix.ts';
import { withPool } from '../../../core/pool/pool.ts';
import type { PersonFacts } from '../../../record/profiles/profiles.ts';
import { clusterRows } from '../clusters/clusters.ts';
import type { CustomersPort } from '../live/surroundings.ts';
import type { Orders, Week } from './forecast.ts';
import type { Grid } from './grid.ts';
import { dayText, type LifetimeAsked, lifetimeOf } from './lifetime.ts';
import type { PlaneOrder } from './plane.ts';
import type * as tasks from './value.task.ts';

const taskFile = new URL('./value.task.ts', import.meta.url);
const dayMs = 86_400_000;

/**
 * `persons`: whose orders are read at a time. `orders`: in memory at most. `waiting`: who may wait for another's work. `buyers`: of a segment whose
 * orders are read, evenly taken from all who ordered, so that its page has an answer within seconds however large it is.
 */
export const worthLimits = { threads: 2, persons: 500, orders: 20_000_000, waiting: 8, buyers: 20_000 } as const;

export type WorthParts = {
  customers(): CustomersPort;
  factsOf(persons: readonly number[]): Promise<Map<number, PersonFacts>>;
  /** The consent gate over everybody: 1 at the id of each person who may be used. */
  allowed(purpose: string): Promise<Uint8Array>;
  nowMs(): number;
};

export type ClustersAsked = {
  columns: readonly string[];
  k: number | { from: number; to: number };
  along?: readonly [string, string];
};

/** `of`: its members of now. */
export type SpendingAsked = { segment: number; of: readonly number[]; weeks: number };

export class Worth {
  readonly #parts: WorthParts;
  #work: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  /** With the customers goes what was kept of them. */
  readonly #kept = new WeakMap<CustomersPort, KeptAnswers>();

  constructor(parts: WorthParts) {
    this.#parts = parts;
  }

  /** @throws {Fault} `too_busy`; the signal's reason */
  rfm(purpose: string, signal: AbortSignal): Promise<Grid & { atMs: number }> {
    return this.#once<Grid>(['rfm', purpose], this.#allowed(purpose), signal, async (nowMs, allowed) => {
      const { matrix, rows } = await this.#rowsOf(allowed, nowMs);
      const needed = ['last_order', 'orders', 'spend'].map((name) => columnOf(matrix, name)!);
      const own: Matrix = { rows: matrix.rows, columns: needed };
      return withPool<typeof tasks, Grid>(taskFile, { threads: 1, signal }, (pool) =>
        pool.run('grid', { matrix: own, rows, nowMs }, { signal }),
      );
    });
  }

  /** @throws {Fault} `bad_request` for columns that are not there, `not_identifiable`, `too_busy` */
  clusters(purpose: string, { columns, k, along }: ClustersAsked, signal: AbortSignal) {
    return this.#once(['clusters', purpose, columns, k, along], this.#allowed(purpose), signal, async (nowMs, allowed) => {
      const { matrix, rows } = await this.#rowsOf(allowed, nowMs);
      for (const name of along ?? [])
        if (!columns.includes(name)) throw new Fault('bad_request', `along: ${name} is none of the columns`);
      const chosen = columns.map((name) => columnOf(matrix, name) ?? missing(name));
      const own: Matrix = { rows: rows.length, columns: chosen.map((column) => takeCells(column, rows)) };
      const found = await clusterRows(own, { k, threads: worthLimits.threads, signal });
      const { features, labels, profiles, silhouettes, ignored, settled } = found;
      const used = features.map(({ name }) => columnOf(own, name)!);
      const order: PlaneOrder = {
        columns: used,
        features,
        rows: own.rows,
        labels,
        ...(along && { along: drawable(along, features) }),
      };
      const plane = await withPool<typeof tasks, ReturnType<typeof tasks.planeOf>>(taskFile, { threads: 1, signal }, (pool) =>
        pool.run('planeOf', order, { signal }),
      );
      const told = features.map(({ name, transform, missing: unknown }) => ({ name, transform, missing: unknown }));
      return {
        customers: own.rows,
        k: found.k,
        silhouettes,
        features: told,
        ignored,
        settled,
        profiles: profiles.map(plain),
        ...plane,
      };
    });
  }

  /** @throws {Fault} `not_identifiable` where nobody came back, `too_busy` */
  lifetime(purpose: string, asked: LifetimeAsked, signal: AbortSignal) {
    return this.#once(['lifetime', purpose, asked], this.#allowed(purpose), signal, async (nowMs, allowed) => {
      const { persons } = await this.#rowsOf(allowed, nowMs);
      const orders = await this.#ordersOf(await this.#buyersOf(persons, nowMs), nowMs, signal);
      return lifetimeOf(orders, Math.floor(nowMs / dayMs), asked, signal);
    });
  }

  /** What the members of a segment bought, week by week: those of them who may be looked at for the purpose. @throws {Fault} `too_busy` */
  spending(purpose: string, { segment, of, weeks }: SpendingAsked, signal: AbortSignal) {
    const who = async () => {
      const allowed = await this.#parts.allowed(purpose);
      const may = new Uint8Array(allowed.length);
      for (const person of of) if (allowed[person] === 1) may[person] = 1;
      return may;
    };
    return this.#once(['spending', purpose, segment, weeks], who, signal, async (nowMs, may) => {
      const persons = of.filter((person) => may[person] === 1);
      const buyers = await this.#buyersOf(persons, nowMs);
      const step = Math.max(1, Math.ceil(buyers.length / worthLimits.buyers));
      const some = buyers.filter((_, at) => at % step === 0);
      const orders = await this.#ordersOf(some, nowMs, signal);
      const lastDay = Math.floor(nowMs / dayMs);
      const told = await withPool<typeof tasks, Week[]>(taskFile, { threads: 1, signal }, (pool) =>
        pool.run('weeksOf', { orders, lastDay, weeks }, { signal }),
      );
      return {
        customers: persons.length,
        buyers: buyers.length,
        asked: some.length,
        weeks: told.map((week) => estimated(week, buyers.length / Math.max(1, some.length))),
      };
    });
  }

  readonly #allowed = (purpose: string) => () => this.#parts.allowed(purpose);

  /** Worked out, unless it was a moment ago for the same people. @param who whom it is of: a byte for each person, 1 for those */
  async #once<Answer extends object>(
    question: readonly unknown[],
    who: () => Promise<Uint8Array>,
    signal: AbortSignal,
    work: (nowMs: number, of: Uint8Array) => Promise<Answer>,
  ): Promise<Answer & Dated> {
    const customers = this.#parts.customers();
    const kept = this.#kept.get(customers) ?? new KeptAnswers();
    this.#kept.set(customers, kept);
    const name = JSON.stringify(question);
    const known = kept.get<Answer & Dated>(name, await who(), this.#parts.nowMs());
    if (known) return known;
    return this.#alone(signal, async (nowMs) => {
      // Who waited for its turn may find that it was answered meanwhile, and that others may be used than when it began to wait.
      const of = await who();
      const answer = kept.get<Answer & Dated>(name, of, nowMs) ?? { ...(await work(nowMs, of)), atMs: nowMs };
      kept.put(name, of, answer);
      return answer;
    });
  }

  /** Rows and numbers of those whom the gate allows. */
  async #rowsOf(allowed: Uint8Array, nowMs: number): Promise<{ matrix: Matrix; rows: Int32Array; persons: number[] }> {
    const customers = this.#parts.customers();
    await customers.ready();
    const matrix = customers.matrix.view(nowMs);
    const rows: number[] = [];
    const persons: number[] = [];
    for (let row = 0; row < matrix.rows; row += 1) {
      const person = customers.matrix.personOf(row);
      if (person < 0 || allowed[person] !== 1) continue;
      rows.push(row);
      persons.push(person);
    }
    return { matrix, rows: Int32Array.from(rows), persons };
  }

  /** Those with an order: the others' records need not be read for what was bought. */
  async #buyersOf(persons: readonly number[], nowMs: number): Promise<number[]> {
    const customers = this.#parts.customers();
    await customers.ready();
    const orders = columnOf(customers.matrix.view(nowMs), 'orders')!;
    return persons.filter((person) => {
      const row = customers.matrix.rowOf(person);
      // Who has come since everybody was read is asked as well.
      return row === undefined || numberAt(orders, row) > 0;
    });
  }

  async #ordersOf(persons: readonly number[], nowMs: number, signal: AbortSignal): Promise<Orders> {
    const [customer, day, amount]: [number[], number[], number[]] = [[], [], []];
    for (let from = 0; from < persons.length; from += worthLimits.persons) {
      signal.throwIfAborted();
      const page = persons.slice(from, from + worthLimits.persons);
      const facts = await this.#parts.factsOf(page);
      for (const [at, person] of page.entries())
        for (const { atMs, total } of facts.get(person)?.orders() ?? []) {
          if (atMs > nowMs) continue;
          customer.push(from + at);
          day.push(Math.floor(atMs / dayMs));
          amount.push(total);
        }
      if (day.length > worthLimits.orders) throw new Fault('limit_reached', `worthLimits.orders: ${worthLimits.orders}`);
    }
    return { customer: Int32Array.from(customer), day: Int32Array.from(day), amount: Float64Array.from(amount) };
  }

  /** One after the other. @throws {Fault} `too_busy` */
  #alone<Answer extends object>(
    signal: AbortSignal,
    work: (nowMs: number) => Promise<Answer>,
  ): Promise<Answer & { atMs: number }> {
    if (this.#waiting >= worthLimits.waiting) throw new Fault('too_busy', 'worthLimits.waiting');
    this.#waiting += 1;
    const mine = async () => {
      signal.throwIfAborted();
      const atMs = this.#parts.nowMs();
      // What was kept says its own moment.
      return { atMs, ...(await work(atMs)) };
    };
    const next = this.#work.then(mine);
    this.#work = next.catch(() => undefined);
    return next.finally(() => {
      this.#waiting -= 1;
    });
  }
}

/** Of all from what some bought: exact where all were asked. */
const estimated = ({ day, orders, customers, spend }: Week, share: number) => ({
  day: dayText(day),
  orders: Math.round(orders * share),
  customers: Math.round(customers * share),
  spend: share === 1 ? spend : Math.round(spend * share * 100) / 100,
});

function missing(name: string): never {
  throw new Fault('bad_request', `columns: there is none called ${name}`);
}

/** @throws {Fault} `bad_request` */
function drawable(along: readonly [string, string], features: readonly { name: string }[]): readonly [string, string] {
  for (const name of along)
    if (!features.some((one) => one.name === name)) throw new Fault('bad_request', `along: ${name} has one value only`);
  return along;
}

type Profiles = Awaited<ReturnType<typeof clusterRows>>['profiles'];
/** JSON knows no NaN. */
const plain = ({ differences, ...profile }: Profiles[number]) => ({
  ...profile,
  differences: differences.map(({ mean, ...one }) => ({ ...one, mean: Number.isFinite(mean) ? mean : null })),
});
