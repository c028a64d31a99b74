// A stream of the node's (server-sent events): what comes is given on as it comes, and it is asked for again by itself when it breaks.

import { useEffect, useRef, useState } from 'react';

export type StreamState = 'waiting' | 'open' | 'lost';

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
    const source = new EventSource(path);
    const listen = (kind: string) =>
      source.addEventListener(kind, (event) => {
        const { data } = event as MessageEvent<string | undefined>;
        if (typeof data === 'string') heard.current(kind, JSON.parse(data) as unknown);
      });
    for (const kind of new Set(['message', ...listed.split(' ').filter(Boolean)])) listen(kind);
    source.onopen = () => setState('open');
    source.onerror = () => setState('lost');
    return () => {
      source.close();
      setState('waiting');
    };
  }, [path, listed]);
  return state;
}
