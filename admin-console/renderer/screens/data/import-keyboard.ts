// Dragging by keyboard: arrow keys go from meaning to meaning, and what happens is said aloud, in the reader's language.

import type { Announcements, DndContextProps, KeyboardCoordinateGetter } from '@dnd-kit/core';
import { useMemo } from 'react';
import { useSay } from '../../words/words.ts';
import { targetWords } from './import-targets.ts';

const words = {
  how: {
    en: 'To drag a column by keyboard, press Space. The arrow keys go from one meaning to the next, Space drops it, Escape leaves it where it was.',
    zh: '按空格键拿起一列，用方向键在各含义之间移动，再按空格键放下，按 Esc 键取消。',
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

const steps: { readonly [code: string]: 1 | -1 } = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** Where the dragged column goes: onto the middle of the next meaning in the order of the page, or of the one before. */
export const nextTarget: KeyboardCoordinateGetter = (
  event,
  { currentCoordinates, context: { droppableRects, over, collisionRect } },
) => {
  const step = steps[event.code];
  if (step === undefined || !collisionRect) return undefined;
  event.preventDefault();
  const places = [...droppableRects].map(([id, rect]) => ({ id, rect }));
  places.sort((one, other) => one.rect.top - other.rect.top || one.rect.left - other.rect.left);
  const at = places.findIndex(({ id }) => id === over?.id);
  const next = places[at < 0 ? (step > 0 ? 0 : places.length - 1) : (at + step + places.length) % places.length];
  if (!next) return undefined;
  return {
    x: currentCoordinates.x + next.rect.left + next.rect.width / 2 - (collisionRect.left + collisionRect.width / 2),
    y: currentCoordinates.y + next.rect.top + next.rect.height / 2 - (collisionRect.top + collisionRect.height / 2),
  };
};
