// Findings as they come, for the console: server-sent events that say which finding is new, grew or was judged. What it is about is read with
// the finding itself, so that the stream holds nothing of a customer.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../../core/errors.ts';
import { openEventStream } from '../../core/http/event-stream.ts';
import type { AccessReview } from './access-review.ts';

export const liveLimits = {
  /** Watchers at once. Beyond: 429. */
  watchers: 50,
  /** Bytes that wait for one watcher. Beyond: it is dropped. */
  waitingBytes: 64 * 1024,
  heartbeatMs: 15_000,
} as const;

export class Watchers {
  readonly #open = new Set<() => void>();

  /** @throws {Fault} `too_busy` */
  add(request: FastifyRequest, reply: FastifyReply, review: AccessReview): void {
    if (this.#open.size >= liveLimits.watchers) throw new Fault('too_busy', 'access review watchers');
    const end = () => stream.end();
    const unsubscribe = review.subscribe(({ id, state, severity }) => {
      stream.send(`event: finding\ndata: ${JSON.stringify({ id, state, ...(severity && { severity }) })}\n\n`);
    }, end);
    const stream = openEventStream(request, reply, liveLimits, () => {
      unsubscribe();
      this.#open.delete(end);
    });
    this.#open.add(end);
    stream.send(': watching\n\n');
  }

  /** The node stops or seals. */
  end(): void {
    for (const end of this.#open) end();
  }
}
