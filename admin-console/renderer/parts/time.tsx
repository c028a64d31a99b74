// A moment as people say it, with the whole of it on hover and for who listens. Lists have dozens of it, so it is an element and no more.

import { useFormats, useSay } from '../words/words.ts';
import { nowMs as rightNowMs, useNowMs } from './clock.ts';
import { Text } from './text.tsx';

const words = { workedOut: { en: 'Worked out', zh: '计算时间' } } as const;

export function When({ atMs }: { atMs: number }) {
  const formats = useFormats();
  // What came after the last tick is no future.
  const nowMs = Math.max(useNowMs(30_000), rightNowMs());
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formats.moment(atMs)}>
      {formats.ago(atMs, nowMs)}
    </time>
  );
}

/** How old figures over everybody are: the node keeps them for some minutes. */
export function WorkedOut({ atMs }: { atMs: number }) {
  const say = useSay();
  return (
    <Text type="secondary">
      {say(words.workedOut)} <When atMs={atMs} />
    </Text>
  );
}
