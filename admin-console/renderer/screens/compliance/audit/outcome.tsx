// What became of an access: read, tried, done, refused, failed; in a word and a colour.

import type { Tone } from '../../../design/design.ts';
import { Mark } from '../../../parts/mark.tsx';
import { useSay, type Words } from '../../../words/words.ts';

const outcomes: { readonly [outcome: string]: readonly [Words, Tone | undefined] } = {
  allowed: [{ en: 'read', zh: '已读取' }, undefined],
  attempted: [{ en: 'begun', zh: '已开始' }, undefined],
  done: [{ en: 'done', zh: '已完成' }, 'good'],
  refused: [{ en: 'refused', zh: '已拒绝' }, 'bad'],
  failed: [{ en: 'failed', zh: '失败' }, 'bad'],
};

export const outcomeOptions = Object.entries(outcomes).map(([value, [name]]) => ({ value, name }));

export function Outcome({ of }: { of: string }) {
  const say = useSay();
  const [kind = '', code] = of.split(':');
  const [name, tone] = outcomes[kind] ?? [{ en: of, zh: of }, undefined];
  return (
    <span title={of}>
      <Mark tone={tone}>{code ? `${say(name)} · ${code}` : say(name)}</Mark>
    </span>
  );
}
