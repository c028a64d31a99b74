// What a soak counts: answers by kind of work with how long each took, and every answer that nobody asked for.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Reply } from '../../simulation/testing/process.ts';
import type { Counted } from './judge.ts';

/** p99 in ms that a kind of work is held to on two processors that the load shares, and why so much. */
export type Kind = { readonly kind: string; readonly p99Ms: number; readonly rate: string; readonly why: string };

/** How long a client that was turned away waits before it sends again, at most this often. */
const againMs = 250;
const triesMost = 200;
/** Errors that read differently, of which each is counted. */
const differentMost = 100;

export class Tally {
  readonly #client: Client;
  readonly #counts = new Map<string, { tookMs: number[]; refused: number; failed: number }>();
  readonly #errors = new Map<string, number>();

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Asks, waits and sends again where the node has no room, and counts from when it was due.
   * @returns undefined where the answer is an error, which is counted
   */
  async ask<T>(kind: string, method: string, path: string, body?: unknown, more: Asked = {}): Promise<T | undefined> {
    const count = this.of(kind);
    const dueMs = more.dueMs ?? performance.now();
    for (let tries = 1; tries <= triesMost; tries += 1) {
      let reply: Reply;
      try {
        reply = await this.#client.send(method, path, body, more.headers);
      } catch (error) {
        this.fail(kind, `${method} ${patternOf(path)}: ${String(error)}`);
        return undefined;
      }
      if (reply.status === 429) {
        count.refused += 1;
        await sleep(againMs);
        continue;
      }
      count.tookMs.push(performance.now() - dueMs);
      if (reply.status < 400) return reply.body as T;
      const { code, where } = (reply.body as { error?: { code?: string; where?: string } })?.error ?? {};
      this.fail(kind, `${method} ${patternOf(path)}: ${reply.status} ${code ?? ''} ${where ?? ''}`.trim());
      return undefined;
    }
    this.fail(kind, `${method} ${patternOf(path)}: turned away ${triesMost} times`);
    return undefined;
  }

  took(kind: string, ms: number): void {
    this.of(kind).tookMs.push(ms);
  }

  fail(kind: string, what: string): void {
    this.of(kind).failed += 1;
    const known = this.#errors.get(what);
    if (known !== undefined || this.#errors.size < differentMost) this.#errors.set(what, (known ?? 0) + 1);
  }

  of(kind: string): { tookMs: number[]; refused: number; failed: number } {
    const found = this.#counts.get(kind) ?? { tookMs: [], refused: 0, failed: 0 };
    this.#counts.set(kind, found);
    return found;
  }

  get failed(): number {
    return [...this.#counts.values()].reduce((sum, { failed }) => sum + failed, 0);
  }

  errors(): string[] {
    return [...this.#errors].map(([what, count]) => `${count} x ${what}`);
  }

  counted({ kind, p99Ms, why }: Kind): Counted {
    const { tookMs, refused } = this.of(kind);
    return { kind, tookMs, refused, p99Ms, why };
  }
}

type Asked = { dueMs?: number; headers?: { [name: string]: string } };

/** Ids out of a path, so that what went wrong says nothing of whom. */
const patternOf = (path: string) => path.replace(/\/p?\d+/g, '/:id').replace(/\?.*$/, '');
