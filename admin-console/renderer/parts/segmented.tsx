// A choice of a few beside each other. By keyboard it is one stop, at what is chosen; the library's frame around it, which does nothing, would be another.

import { Segmented as AntSegmented, type SegmentedProps } from 'antd';
import { useSay } from '../words/words.ts';

const words = { choice: { en: 'Choice', zh: '选项' } } as const;

export function Segmented<Value extends string | number = string | number>(props: Omit<SegmentedProps<Value>, 'ref'>) {
  const say = useSay();
  return <AntSegmented<Value> aria-label={say(words.choice)} {...props} tabIndex={-1} />;
}
