// Who watches something as it happens: a bounded number of event streams, each told by a subscription of its own, all ended when the node stops.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '../errors.ts';
import { openEventStream } from './event-stream.ts';

export const watcherLimits = {
  /** Watchers at once of one kind. Beyond: 429. */
  watchers: 50,
  /** Bytes that wait for one watcher. Beyond: it is dropped. */
  waitingBytes: 64 * 1024,
  heartbeatMs: 15_000,
} as const;

export class Watchers {
  readonly #open = new Set<() => void>();
  readonly #of: string;

  /** @param of what is watched, for the fault that says there are too many */
  constructor(of: string) {
    this.#of = of;
  }

  /**
   * @param subscribe begins to send, is given what ends the stream, and returns what ends the subscription
   * @throws {Fault} `too_busy`
   */
  add(
    request: FastifyRequest,
    reply: FastifyReply,
    subscribe: (send: (event: string, data: unknown) => void, end: () => void) => () => void,
  ): void {
    if (this.#open.size >= watcherLimits.watchers) throw new Fault('too_busy', this.#of);
    const end = () => stream.end();
    const unsubscribe = subscribe((event, data) => stream.send(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`), end);
    const stream = openEventStream(request, reply, watcherLimits, () => {
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
