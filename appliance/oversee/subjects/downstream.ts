// Telling the systems to which customers' data went that somebody was erased: a row of an outbox each, written before anything is destroyed
// and sent until it is answered. Nothing is called but what holdfast.json names.

import { publicKeyOf, signBytes } from '../../../crypto/signing.ts';
import type { Ports } from '../../core/ports.ts';
import type { Finding, Row, Store } from '../../core/store/store.ts';
import type { Vault } from '../../core/vault/vault.ts';
import { outboxTable } from './migrations.ts';
import { bodySeal } from './sealed-row.ts';

export const downstreamLimits = {
  /** Rows sent in one round. */
  rowsPerRound: 20,
  answerMs: 10_000,
  /** After a failure, doubled up to the second. */
  retryMs: 30_000,
  retryAtMostMs: 6 * 3_600_000,
  /** From then on it is given up, and what it would have said is wiped: doctor says so. */
  giveUpMs: 30 * 86_400_000,
  /** Values told of one person. */
  values: 500,
} as const;

export type ErasureTarget = {
  name: string;
  url: string;
  /** Kinds of identifiers by which the system knows the customer. */
  tell?: readonly string[];
};
/** One that is told. `messages` where there are several: the worst of their states, and the latest answer. */
export type Told = {
  name: string;
  state: (typeof statesByWorth)[number];
  attempts: number;
  status?: number;
  atMs?: number;
  messages?: number;
};
export type Identifier = { kind: string; value: string; source?: string };
type Body = { name: string; url: string; payload?: string; status?: number; atMs?: number };
/** @returns the status of the answer @throws when there is none */
export type Post = (url: string, body: string, headers: { [name: string]: string }) => Promise<number>;

const states = { waiting: 0, answered: 1, givenUp: 2 } as const;
/** From what an erasure waits for to what is over. */
const statesByWorth = ['waiting', 'given_up', 'answered'] as const;
const toldByDefault = ['user_id'];
const context = 'holdfast outbox v1\n';

export type DownstreamParts = {
  store: Store;
  vault: Vault;
  ports: Ports;
  targets: readonly ErasureTarget[];
  post?: Post;
};

/** A system may be down for a night. */
const lateMs = 12 * 3_600_000;

export class Downstream {
  readonly #parts: DownstreamParts;
  readonly #seal: ReturnType<typeof bodySeal>;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #round: Promise<void> | undefined;
  #stopped = false;

  constructor(parts: DownstreamParts) {
    this.#parts = parts;
    this.#seal = bodySeal(parts.vault);
  }

  get any(): boolean {
    return this.#parts.targets.length > 0;
  }

  /**
   * Rows for the transaction that begins an erasure.
   * @param customers what each of them is known by. Several have a message each, told apart by `part`: a receiver must not take their ids
   * for those of one. Then a system that knows nothing of somebody is not told of them
   */
  async rowsFor(
    erasure: string,
    atMs: number,
    customers: readonly (readonly Identifier[])[],
    { each }: { each: boolean },
  ): Promise<{ names: string[]; rows: Row[] }> {
    const { targets, store } = this.#parts;
    const messages = targets.flatMap(({ name, url, tell = toldByDefault }) =>
      customers.flatMap((identifiers, at): Body[] => {
        const subject = identifiers
          .filter(({ kind }) => tell.includes(kind))
          .slice(0, downstreamLimits.values)
          .map(({ kind, value, source }) => ({ kind, value, ...(source !== undefined && { source }) }));
        if (each && subject.length === 0) return [];
        const part = each ? { part: at + 1 } : {};
        return [{ name, url, payload: JSON.stringify({ type: 'erasure', erasure, ...part, atMs, subject }) }];
      }),
    );
    if (messages.length === 0) return { names: [], rows: [] };
    const first = await store.allocate('erasure_outbox', messages.length);
    const rows = messages.map(
      (body, at): Row => ({
        outbox_id: first + at,
        erasure_id: erasure,
        state: states.waiting,
        attempts: 0,
        made_at_ms: atMs,
        next_at_ms: atMs,
        body: this.#seal.seal('erasure_outbox', first + at, body),
      }),
    );
    return { names: [...new Set(messages.map(({ name }) => name))], rows };
  }

  async told(erasure: string): Promise<Told[]> {
    const rows = await this.#parts.store.select(
      'SELECT outbox_id, state, attempts, body FROM erasure_outbox WHERE erasure_id = :erasure ORDER BY outbox_id',
      { erasure },
    );
    const all = rows.map((row): Told => {
      const { name, status, atMs } = this.#bodyOf(row);
      const state = row.state === states.waiting ? 'waiting' : row.state === states.answered ? 'answered' : 'given_up';
      const answer = { ...(status !== undefined && { status }), ...(atMs !== undefined && { atMs }) };
      return { name, state, attempts: Number(row.attempts), ...answer };
    });
    return [...Map.groupBy(all, ({ name }) => name).values()].map(together);
  }

  /** Sends what is due, and goes on by itself. */
  wake(): void {
    if (this.#stopped || this.#round) return;
    clearTimeout(this.#timer);
    this.#round = this.#send()
      .catch(() => downstreamLimits.retryMs)
      .then((waitMs) => {
        this.#round = undefined;
        if (waitMs === undefined || this.#stopped) return;
        this.#timer = setTimeout(() => this.wake(), waitMs);
        this.#timer.unref();
      });
  }

  /** Resolves when nothing is on its way. */
  async quiet(): Promise<void> {
    await this.#round;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#round;
  }

  async check(): Promise<Finding[]> {
    const [row] = await this.#parts.store.select('SELECT count(*) AS n FROM erasure_outbox WHERE state = :given', {
      given: states.givenUp,
    });
    const n = Number(row?.n ?? 0);
    if (n === 0) return this.#late();
    return [
      {
        severity: 'warning',
        check: 'erasures-told',
        name: { en: 'Systems told of erasures', zh: '删除通知' },
        message: {
          en: `${n} messages to other systems were never answered and are given up.`,
          zh: `${n} 条发往其他系统的通知始终未获应答，已放弃。`,
        },
        next: {
          en: 'Erase those customers there by hand; "holdfast erasure list" says which erasures and which systems.',
          zh: '请在这些系统中手动删除相应客户；"holdfast erasure list" 列出对应的删除与系统。',
        },
      },
    ];
  }

  /** Messages that wait for long: a system that does not answer, before it is given up. */
  async #late(): Promise<Finding[]> {
    const [row] = await this.#parts.store.select(
      'SELECT count(*) AS n, min(made_at_ms) AS oldest FROM erasure_outbox WHERE state = :waiting',
      { waiting: states.waiting },
    );
    const waitedMs = this.#parts.ports.clock.nowMs() - Number(row?.oldest ?? Number.POSITIVE_INFINITY);
    if (Number(row?.n ?? 0) === 0 || waitedMs < lateMs) return [];
    const hours = Math.floor(waitedMs / 3_600_000);
    return [
      {
        severity: 'warning',
        check: 'erasures-told',
        name: { en: 'Systems told of erasures', zh: '删除通知' },
        message: {
          en: `${row!.n} messages to other systems wait, the oldest for ${hours} hours.`,
          zh: `${row!.n} 条发往其他系统的通知在等待，最早的已 ${hours} 小时。`,
        },
        next: {
          en: 'See whether the systems of "erasureTargets" run and may be reached from here; they are tried again by themselves.',
          zh: '请确认 "erasureTargets" 中的系统在运行且本机可达；系统会自动重试。',
        },
      },
    ];
  }

  /** @returns when to look again; undefined when nothing waits */
  async #send(): Promise<number | undefined> {
    const { store, ports } = this.#parts;
    for (let isWiped = false; ; ) {
      const nowMs = ports.clock.nowMs();
      const due = await store.select(
        `SELECT outbox_id, erasure_id, state, attempts, made_at_ms, next_at_ms, body FROM erasure_outbox
         WHERE state = :waiting ORDER BY next_at_ms, outbox_id LIMIT ${downstreamLimits.rowsPerRound}`,
        { waiting: states.waiting },
      );
      const ready = due.filter((row) => Number(row.next_at_ms) <= nowMs);
      const isLast = this.#stopped || ready.length === 0;
      if (isLast && isWiped) await store.emptyLog();
      if (this.#stopped) return undefined;
      if (ready.length === 0) return due[0] && Math.max(1_000, Number(due[0].next_at_ms) - nowMs);
      const over = await Promise.all(ready.map((row) => this.#tell(row)));
      // The customers' ids that they said leave the disk with the answers.
      if (!over.includes(true)) continue;
      await store.scrub([outboxTable]);
      isWiped = true;
    }
  }

  /** @returns whether nothing more is sent */
  async #tell(row: Row): Promise<boolean> {
    const { vault, ports, store } = this.#parts;
    const { payload, ...kept } = this.#bodyOf(row);
    const key = vault.signingKey();
    const signature = signBytes(key, Buffer.from(context + payload, 'utf8')).toString('hex');
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'x-holdfast-key': publicKeyOf(key).toString('hex'),
      'x-holdfast-signature': signature,
      'x-holdfast-erasure': String(row.erasure_id),
    };
    const post = this.#parts.post ?? postByFetch;
    const status = await post(kept.url, payload ?? '', headers).catch(() => undefined);
    const atMs = ports.clock.nowMs();
    const attempts = Number(row.attempts) + 1;
    const isAnswered = status !== undefined && status >= 200 && status < 300;
    const isOver = isAnswered || atMs - Number(row.made_at_ms) > downstreamLimits.giveUpMs;
    const waitMs = Math.min(downstreamLimits.retryMs * 2 ** Math.min(attempts - 1, 20), downstreamLimits.retryAtMostMs);
    const body: Body = {
      ...kept,
      ...(!isOver && payload !== undefined && { payload }),
      ...(status !== undefined && { status }),
      atMs,
    };
    const next = {
      ...row,
      state: isAnswered ? states.answered : isOver ? states.givenUp : states.waiting,
      attempts,
      next_at_ms: atMs + waitMs,
      body: this.#seal.seal('erasure_outbox', Number(row.outbox_id), body),
    };
    await store.transact([{ op: 'upsert', table: outboxTable, rows: [next] }]);
    return isOver;
  }

  #bodyOf(row: Row): Body {
    return this.#seal.open<Body>('erasure_outbox', Number(row.outbox_id), row.body);
  }
}

/** Messages to one system as one. */
function together(messages: readonly Told[]): Told {
  const state = statesByWorth.find((one) => messages.some((message) => message.state === one))!;
  const latest = messages.reduce((left, right) => ((right.atMs ?? 0) > (left.atMs ?? 0) ? right : left));
  const attempts = Math.max(...messages.map((one) => one.attempts));
  return { ...latest, state, attempts, ...(messages.length > 1 && { messages: messages.length }) };
}

/** Redirects are not followed: they would lead to what nobody configured. */
const postByFetch: Post = async (url, body, headers) => {
  const signal = AbortSignal.timeout(downstreamLimits.answerMs);
  const answer = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
  await answer.body?.cancel();
  return answer.status;
};
