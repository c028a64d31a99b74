// Whether the node is there and serves: asked every few seconds, so that a page that stands open says that what it shows is old, and goes on by itself
// once the node is back.

import { useQueryClient } from '@tanstack/react-query';
import { Alert } from 'antd';
import { useEffect, useRef } from 'react';
import { api } from '../api/client.ts';
import { useSay } from '../words/words.ts';
import { useQuery } from './ask.ts';
import { sessionKey } from './session.ts';

const everyMs = 5_000;
const states = {
  away: { en: 'The node does not answer.', zh: '节点没有响应。' },
  draining: { en: 'The node is being stopped.', zh: '节点正在停止。' },
  database: { en: 'The node’s database does not answer.', zh: '节点的数据库没有响应。' },
  migrating: { en: 'The node’s data is being brought up to date.', zh: '节点正在升级数据。' },
  fenced: { en: 'This node is cut off from the others.', zh: '本节点与其他节点失去联系。' },
  joining: { en: 'This node is joining the others.', zh: '本节点正在加入其他节点。' },
} as const;
const words = { goesOn: { en: 'This page goes on by itself when it is back.', zh: '恢复后页面会自动继续。' } } as const;

type Away = keyof typeof states;
const isAway = (state: string): state is Away => Object.hasOwn(states, state);

async function readState(signal: AbortSignal): Promise<'ready' | 'sealed' | Away> {
  try {
    const { response, error } = await api.GET('/health/ready', { signal });
    if (response.ok) return 'ready';
    // A proxy before a node that is away answers in words of its own.
    const { reason = '' } = (error ?? {}) as { reason?: string };
    return reason === 'sealed' || isAway(reason) ? reason : 'away';
  } catch (error) {
    if (signal.aborted) throw error;
    return 'away';
  }
}

/** Once it is over, everything that the page shows is asked for again: it is old, and what could not be had then can be had now. */
export function useReturn(away: boolean): void {
  const client = useQueryClient();
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !away) void client.invalidateQueries();
    wasAway.current = away;
  }, [client, away]);
}

/** Says what the node is while it does not serve. */
export function NodeAway() {
  const say = useSay();
  const client = useQueryClient();
  const { data: state = 'ready' } = useQuery({
    queryKey: ['health', 'ready'],
    queryFn: ({ signal }) => readState(signal),
    refetchInterval: everyMs,
  });
  useReturn(isAway(state));
  useEffect(() => {
    // Its door says so, in place of what was shown while it was open.
    if (state === 'sealed') void client.invalidateQueries({ queryKey: sessionKey, exact: true });
  }, [client, state]);
  return isAway(state) && <Alert banner type="warning" title={`${say(states[state])} ${say(words.goesOn)}`} />;
}
