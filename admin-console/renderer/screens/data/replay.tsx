// Recording events of the quarantine after all, some or all of a reason: in portions, with how far it is, and stopped between two of them.

import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Space } from 'antd';
import { useCallback, useRef, useState } from 'react';
import { api, unwrap } from '../../api/client.ts';
import { space } from '../../design/design.ts';
import { Fault } from '../../parts/fault.tsx';
import { useProven } from '../../parts/step-up.tsx';
import { Text } from '../../parts/text.tsx';
import { useSay } from '../../words/words.ts';
import { quarantineKey } from './ask.ts';

const words = {
  running: { en: 'Recording again: {done} of about {total}', zh: '重放中：{done} / 约 {total}' },
  stop: { en: 'Stop', zh: '停止' },
  stopping: { en: 'Stopping', zh: '正在停止' },
  over: { en: '{recorded} recorded, {stayed} still break a rule', zh: '已记录 {recorded} 条，{stayed} 条仍违反规则' },
  stopped: {
    en: 'Stopped: {recorded} recorded, {stayed} still break a rule',
    zh: '已停止：已记录 {recorded} 条，{stayed} 条仍违反规则',
  },
  stayedNext: {
    en: 'Those that stay have the reason that they have now. Correct them, or the dictionary, and record them again.',
    zh: '仍留在隔离区的事件已更新原因；请更正事件或字典后再次重放。',
  },
} as const;

/** So many in one call: a portion of a second or so, after which it can be stopped. */
const portion = 200;

export type Chosen = { ids: readonly number[] } | { source: number; reason?: string; where?: string };
type Run = {
  total: number;
  done: number;
  recorded: number;
  stayed: number;
  state: 'running' | 'stopping' | 'over' | 'stopped';
  error?: unknown;
};

export type Replay = ReturnType<typeof useReplay>;

export function useReplay() {
  const client = useQueryClient();
  const proven = useProven();
  const [run, setRun] = useState<Run>();
  const wanted = useRef(true);
  const start = useCallback(
    async (chosen: Chosen, total: number) => {
      wanted.current = true;
      const now: Run = { total, done: 0, recorded: 0, stayed: 0, state: 'running' };
      setRun({ ...now });
      try {
        for await (const replayed of portions(chosen, proven)) {
          now.done += replayed.length;
          now.stayed += replayed.filter(({ outcome }) => outcome === 'quarantined').length;
          now.recorded = now.done - now.stayed;
          setRun({ ...now, state: wanted.current ? 'running' : 'stopping' });
          if (!wanted.current) break;
        }
        setRun({ ...now, state: wanted.current ? 'over' : 'stopped' });
      } catch (error) {
        setRun({ ...now, state: 'stopped', error });
      }
      await client.invalidateQueries({ queryKey: quarantineKey });
    },
    [client, proven],
  );
  const stop = useCallback(() => {
    wanted.current = false;
    setRun((before) => before && { ...before, state: 'stopping' });
  }, []);
  return { run, start, stop, close: () => setRun(undefined), busy: run?.state === 'running' || run?.state === 'stopping' };
}

async function* portions(chosen: Chosen, proven: ReturnType<typeof useProven>) {
  const ask = (body: { ids: number[] } | { source: number; reason?: string; where?: string; after?: number; limit: number }) =>
    proven(() => unwrap(api.POST('/api/quarantine/replay', { body })));
  if ('ids' in chosen) {
    for (let at = 0; at < chosen.ids.length; at += portion)
      yield (await ask({ ids: chosen.ids.slice(at, at + portion) })).replayed;
    return;
  }
  for (let after: number | undefined = 0; after !== undefined; ) {
    const answer: Awaited<ReturnType<typeof ask>> = await ask({ ...chosen, after, limit: portion });
    yield answer.replayed;
    after = answer.next;
  }
}

export function ReplayProgress({ of: { run, stop, close, busy } }: { of: Replay }) {
  const say = useSay();
  if (!run) return null;
  const { done, total, recorded, stayed, state, error } = run;
  if (error) return <Fault error={error} />;
  if (busy)
    return (
      <Alert
        role="status"
        type="info"
        style={{ marginBottom: space.medium }}
        title={say(words.running, { done, total })}
        description={<Progress percent={Math.min(99, Math.round((100 * done) / Math.max(1, total)))} size="small" />}
        action={
          <Button size="small" onClick={stop} disabled={state === 'stopping'}>
            {say(state === 'stopping' ? words.stopping : words.stop)}
          </Button>
        }
      />
    );
  return (
    <Alert
      role="status"
      type={stayed > 0 ? 'warning' : 'success'}
      showIcon
      closable={{ onClose: close }}
      style={{ marginBottom: space.medium }}
      title={say(state === 'over' ? words.over : words.stopped, { recorded, stayed })}
      description={
        stayed > 0 ? (
          <Space>
            <Text>{say(words.stayedNext)}</Text>
          </Space>
        ) : undefined
      }
    />
  );
}
