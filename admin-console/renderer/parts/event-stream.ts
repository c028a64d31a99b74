// A stream of the node's (server-sent events): what comes is given on as it comes, and it is asked for again by itself when it breaks. It is read
// by `fetch`, since the purpose for which customers are looked at stands in a header.

import { useEffect, useRef, useState } from 'react';
import { ApiFault, openStream } from '../api/client.ts';

/** `refused`: the reader may not, and asking again would not help. */
export type StreamState = 'waiting' | 'open' | 'lost' | 'refused';

const againAfterMs = 2_000;

/**
 * @param path of the API, with its query; undefined for none
 * @param kinds of events to hear beside those without a kind
 * @param hear what is told, by kind ('message' for none) and what it carries
 */
export function useEventStream(
  path: string | undefined,
  kinds: readonly string[],
  hear: (kind: string, data: unknown) => void,
): StreamState {
  const [state, setState] = useState<StreamState>('waiting');
  const heard = useRef(hear);
  useEffect(() => {
    heard.current = hear;
  });
  const listed = kinds.join(' ');
  useEffect(() => {
    if (path === undefined) return;
    const gone = new AbortController();
    const wanted = new Set(['message', ...listed.split(' ')]);
    const tell = (kind: string, data: string) => {
      if (!gone.signal.aborted && wanted.has(kind)) heard.current(kind, JSON.parse(data) as unknown);
    };
    void follow(path, gone.signal, tell, setState);
    return () => {
      gone.abort();
      setState('waiting');
    };
  }, [path, listed]);
  return state;
}

async function follow(
  path: string,
  signal: AbortSignal,
  tell: (kind: string, data: string) => void,
  become: (state: StreamState) => void,
): Promise<void> {
  while (!signal.aborted) {
    const one = new AbortController();
    const end = () => one.abort();
    signal.addEventListener('abort', end);
    try {
      const bytes = await openStream(path, one.signal);
      become('open');
      await read(bytes, tell);
    } catch (error) {
      if (error instanceof ApiFault && error.status === 403) return signal.aborted ? undefined : become('refused');
    }
    one.abort();
    signal.removeEventListener('abort', end);
    if (signal.aborted) return;
    become('lost');
    await new Promise((resolve) => setTimeout(resolve, againAfterMs));
  }
}

/** WHATWG HTML, 9.2.6, as far as the node writes it: one event a block, comments begin with a colon. */
async function read(bytes: ReadableStream<Uint8Array>, tell: (kind: string, data: string) => void): Promise<void> {
  const reader = bytes.getReader();
  const decoder = new TextDecoder();
  for (let text = ''; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) tellBlock(block, tell);
  }
}

function tellBlock(block: string, tell: (kind: string, data: string) => void): void {
  const of = (name: string) =>
    block
      .split('\n')
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).trimStart());
  const data = of('data');
  if (data.length > 0) tell(of('event').at(-1) ?? 'message', data.join('\n'));
}
