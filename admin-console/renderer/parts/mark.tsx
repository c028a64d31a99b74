// A state in a word, with the colour of what it says.

import { Tag } from 'antd';
import { type ReactNode, useContext } from 'react';
import { type Tone, tones } from '../design/design.ts';
import { ModeContext } from './settings.ts';

export function Mark({ tone, children }: { tone?: Tone | undefined; children: ReactNode }) {
  const { dark } = useContext(ModeContext);
  if (tone === undefined) return <Tag>{children}</Tag>;
  const [color, background] = tones[tone][dark ? 'dark' : 'light'];
  return <Tag style={{ color, background }}>{children}</Tag>;
}
