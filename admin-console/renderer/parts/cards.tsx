// A list of things that each stand on a card of their own, or what to say when there is none.

import { Flex } from 'antd';
import type { ReactNode } from 'react';
import { space } from '../design/design.ts';
import type { Words } from '../words/words.ts';
import { Nothing } from './states.tsx';

/** @param card one of them, with a key */
export function Cards<Item>({
  of,
  none,
  next,
  card,
}: {
  of: readonly Item[];
  none: Words;
  next?: Words;
  card: (item: Item) => ReactNode;
}) {
  if (of.length === 0) return <Nothing what={none} {...(next && { next })} />;
  return (
    <Flex vertical gap={space.medium}>
      {of.map(card)}
    </Flex>
  );
}
