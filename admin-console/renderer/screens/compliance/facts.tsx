// A few facts under each other, each with its name; what is not there is left out.

import { Descriptions } from 'antd';
import type { ReactNode } from 'react';
import { useSay, type Words } from '../../words/words.ts';

export type Fact = readonly [name: Words, value: ReactNode];

export function Facts({ of, columns = 1 }: { of: readonly Fact[]; columns?: 1 | 2 }) {
  const say = useSay();
  const shown = of.filter(([, value]) => value !== undefined && value !== null && value !== '');
  return (
    <Descriptions
      size="small"
      column={columns === 1 ? 1 : { xs: 1, sm: 1, md: 2 }}
      items={shown.map(([name, value]) => ({
        key: name.en,
        label: say(name),
        children: <span className="hf-break">{value}</span>,
      }))}
    />
  );
}
