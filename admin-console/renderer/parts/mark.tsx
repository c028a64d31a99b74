// A state in a word, with the colour of what it says, or a word that something is marked with. An element and no component of the library: lists have
// hundreds of them, and each would be drawn through a dozen hooks.

import { type ReactNode, useContext } from 'react';
import { type Tone, tones } from '../design/design.ts';
import { ModeContext } from './settings.ts';

/** @param long more than a word: it may take several lines */
export function Mark({ tone, long = false, children }: { tone?: Tone | undefined; long?: boolean; children: ReactNode }) {
  const { dark } = useContext(ModeContext);
  const [color, background] = tone === undefined ? [] : tones[tone][dark ? 'dark' : 'light'];
  return (
    <span className={long ? 'hf-mark hf-mark-long' : 'hf-mark'} style={{ color, background }}>
      {children}
    </span>
  );
}
