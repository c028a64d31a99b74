// A figure of a customer that policies keep from the reader: said in words, so that nobody takes it for nought or for something unknown.

import { useFormats, useSay } from '../words/words.ts';
import { Text } from './text.tsx';

const words = { hidden: { en: 'hidden', zh: '不可见' } } as const;

export function Hidden() {
  const say = useSay();
  return <Text type="secondary">{say(words.hidden)}</Text>;
}

/** A number as the node gave it: null is one that it hides. @param none what stands where there is no number */
export function Figured({ value, none = '–' }: { value: number | null | undefined; none?: string }) {
  const formats = useFormats();
  return value === null ? <Hidden /> : value === undefined ? none : formats.number(value);
}
