// A moment as people say it, with the whole of it on hover and for who listens.

import { Tooltip } from 'antd';
import { useEffect, useState } from 'react';
import { useFormats } from '../words/words.ts';

function useNowMs(everyMs: number): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return nowMs;
}

export function When({ atMs }: { atMs: number }) {
  const formats = useFormats();
  const nowMs = useNowMs(30_000);
  return (
    <Tooltip title={formats.moment(atMs)}>
      <time dateTime={new Date(atMs).toISOString()}>{formats.ago(atMs, nowMs)}</time>
    </Tooltip>
  );
}
