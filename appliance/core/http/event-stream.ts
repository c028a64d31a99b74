// Server-sent events (WHATWG HTML, section 9.2): an answer that goes on, taken over from the server, with a heartbeat and a bound on what
// waits for a reader that is too slow.

import type { FastifyReply, FastifyRequest } from 'fastify';

export type EventStream = {
  /** Bytes of a stream as they are; a reader who has not read what waits already is dropped. */
  send(text: string): void;
  /** Says the last word and closes. */
  end(text?: string): void;
};

/** @param closed called once, however it ends */
export function openEventStream(
  request: FastifyRequest,
  reply: FastifyReply,
  limits: { readonly waitingBytes: number; readonly heartbeatMs: number },
  closed: () => void,
): EventStream {
  const stream = reply.raw;
  reply.hijack();
  stream.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-correlation-id': request.id,
  });
  const heartbeat = setInterval(() => send(':\n\n'), limits.heartbeatMs).unref();
  let isOpen = true;
  const stop = () => {
    if (!isOpen) return;
    isOpen = false;
    clearInterval(heartbeat);
    closed();
  };
  function send(text: string): void {
    stream.write(text);
    if (stream.writableLength <= limits.waitingBytes) return;
    // It has not read what waits already, so a farewell would wait with it.
    stop();
    stream.destroy();
  }
  stream.once('close', stop);
  return {
    send,
    end(text) {
      stop();
      if (!stream.writableEnded && !stream.destroyed) stream.end(text);
    },
  };
}
