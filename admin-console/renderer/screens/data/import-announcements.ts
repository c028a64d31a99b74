// What happens while a column is dragged is said aloud, in the reader's language.

import type { Announcements, DndContextProps } from '@dnd-kit/core';
import { useMemo } from 'react';
import { useSay } from '../../words/words.ts';
import { targetWords } from './import-targets.ts';

const words = {
  how: {
    en: 'Press the space bar to pick the column up, arrows to go from meaning to meaning, the space bar to drop it, Escape to leave it. Or choose from the list beside it.',
    zh: '按空格键拿起该列，用方向键在各含义之间移动，再按空格键放下，按 Esc 取消；也可从旁边的列表中选择。',
  },
  taken: { en: 'Column {column} is picked up.', zh: '已拿起列“{column}”。' },
  over: { en: 'Column {column} is over {target}.', zh: '列“{column}”位于“{target}”上。' },
  nowhere: { en: 'Column {column} is over nothing.', zh: '列“{column}”下方没有含义。' },
  dropped: { en: 'Column {column} means {target}.', zh: '列“{column}”已对应“{target}”。' },
  left: { en: 'Column {column} stays as it was.', zh: '列“{column}”保持不变。' },
} as const;

export function useAnnouncements(): NonNullable<DndContextProps['accessibility']> {
  const say = useSay();
  return useMemo(() => {
    const of = (column: string | number, over: { id: string | number } | null) => ({
      column: String(column),
      target: over ? say(targetWords(String(over.id))) : '',
    });
    const announcements: Announcements = {
      onDragStart: ({ active }) => say(words.taken, of(active.id, null)),
      onDragOver: ({ active, over }) => say(over ? words.over : words.nowhere, of(active.id, over)),
      onDragEnd: ({ active, over }) => say(over ? words.dropped : words.left, of(active.id, over)),
      onDragCancel: ({ active }) => say(words.left, of(active.id, null)),
    };
    return { announcements, screenReaderInstructions: { draggable: say(words.how) } };
  }, [say]);
}
