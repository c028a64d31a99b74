// A moment as people say it, with the whole of it on hover and for who listens.

import { Tooltip } from 'antd';
import { useFormats } from '../words/words.ts';
import { nowMs as rightNowMs, useNowMs } from './clock.ts';

export function When({ atMs }: { atMs: number }) {
  const formats = useFormats();
  // What came after the last tick is no future.
  const nowMs = Math.max(useNowMs(30_000), rightNowMs());
  return (
    <Tooltip title={formats.moment(atMs)}>
      <time dateTime={new Date(atMs).toISOString()}>{formats.ago(atMs, nowMs)}</time>
    </Tooltip>
  );
}
