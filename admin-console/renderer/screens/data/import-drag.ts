// How a column is dragged to its meaning: under the pointer by mouse and finger, and by arrow keys from one meaning to the next.

import {
  type ClientRect,
  type CollisionDetection,
  closestCenter,
  type KeyboardCoordinateGetter,
  pointerWithin,
} from '@dnd-kit/core';

const steps: { readonly [code: string]: number } = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** There is no pointer by keyboard: then it is the meaning on which the middle of the column lies, and none before the first arrow. */
export const overWhat: CollisionDetection = (drag) => {
  if (drag.pointerCoordinates) return pointerWithin(drag);
  const { left, top, width, height } = drag.collisionRect;
  const [x, y] = [left + width / 2, top + height / 2];
  return closestCenter(drag).filter(({ id }) => {
    const rect = drag.droppableRects.get(id);
    return rect && x >= rect.left && x <= rect.right && y >= rect.top && y <= rect.bottom;
  });
};

/** As they are read: by lines, then along them. */
const asRead = ([, one]: readonly [unknown, ClientRect], [, other]: readonly [unknown, ClientRect]): number =>
  Math.abs(one.top - other.top) > 8 ? one.top - other.top : one.left - other.left;

export const fromMeaningToMeaning: KeyboardCoordinateGetter = (event, { context }) => {
  const step = steps[event.code];
  const { collisionRect, droppableContainers, droppableRects, over } = context;
  if (step === undefined || !collisionRect) return undefined;
  event.preventDefault();
  const places = droppableContainers
    .getEnabled()
    .flatMap(({ id }) => {
      const rect = droppableRects.get(id);
      return rect ? [[id, rect] as const] : [];
    })
    .sort(asRead);
  const at = places.findIndex(([id]) => id === over?.id);
  const [, next] = (at < 0 ? places.at(step > 0 ? 0 : -1) : places[(at + step + places.length) % places.length]) ?? [];
  if (!next) return undefined;
  return {
    x: next.left + next.width / 2 - collisionRect.width / 2,
    y: next.top + next.height / 2 - collisionRect.height / 2,
  };
};
