// Reads of whole customers at a set rate whatever the answers take (open loop): the view with the first page of the timeline, as one
// latency counted from when the customer was due.

import { Agent, request } from 'node:http';
import { quantile } from './bench.ts';

/** Latencies of all customers, and of those whose timeline filled a page. */
export type ReadResult = { p50Ms: number; p99Ms: number; maxMs: number; fullPageP99Ms: number; reads: number; refused: number };

/** Rows of a timeline page. */
export const pageRows = 50;

export type Asked = { id: number; path: string; fullPage: boolean };

export class Reads {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #headers: { [name: string]: string };

  constructor(url: string, accessToken?: string, headers: { [name: string]: string } = {}) {
    this.#url = url;
    this.#headers = { ...headers, ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }) };
  }

  /** @throws {Error} when an answer is neither 200 nor a refusal, or a timeline that should fill a page does not */
  async open(customers: readonly Asked[], perS: number): Promise<ReadResult> {
    const all: number[] = [];
    const full: number[] = [];
    let refused = 0;
    const start = performance.now();
    const underWay = customers.map(async (customer, at) => {
      const dueMs = start + (at * 1000) / perS;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
      const answer = await this.get(customer.path);
      if (answer === undefined) {
        refused += 1;
        return;
      }
      const tookMs = performance.now() - dueMs;
      all.push(tookMs);
      if (!customer.fullPage) return;
      full.push(tookMs);
      const found = (JSON.parse(answer.toString('utf8')) as { timeline: { events: unknown[] } }).timeline.events.length;
      if (found !== pageRows) throw new Error(`a timeline of ${found} rows, not ${pageRows}`);
    });
    await Promise.all(underWay);
    return {
      p50Ms: quantile(all, 0.5),
      p99Ms: quantile(all, 0.99),
      maxMs: Math.max(...all),
      fullPageP99Ms: quantile(full, 0.99),
      reads: all.length,
      refused,
    };
  }

  /** @returns undefined when the node is too busy (429, 503) */
  get(path: string): Promise<Buffer | undefined> {
    return this.#ask('GET', path);
  }

  post(path: string, body: unknown): Promise<Buffer | undefined> {
    return this.#ask('POST', path, JSON.stringify(body));
  }

  #ask(method: string, path: string, body?: string): Promise<Buffer | undefined> {
    const headers = body === undefined ? this.#headers : { ...this.#headers, 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const asking = request(new URL(path, this.#url), { method, agent: this.#agent, headers }, (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.once('error', reject);
        response.once('end', () => {
          if (response.statusCode === 200) resolve(Buffer.concat(parts));
          else if (response.statusCode === 429 || response.statusCode === 503) resolve(undefined);
          else reject(new Error(`${path} answered ${response.statusCode}`));
        });
      });
      asking.once('error', reject);
      asking.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
