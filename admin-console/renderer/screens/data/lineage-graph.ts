// The picture of a lineage: fields on the left, the trait in the middle, its uses on the right, each at its place, from the answer alone.

import { type Edge, type Node, Position } from '@xyflow/react';
import type { Lineage } from './ask.ts';

type Step = Lineage['steps'][number];
type Use = Lineage['uses'][number];
export type Place =
  | { readonly id: string; readonly kind: 'step'; readonly step: Step }
  | { readonly id: string; readonly kind: 'trait' }
  | { readonly id: string; readonly kind: 'use'; readonly use: Use };

/** More than these of a side are in the list alone: a picture of them would say nothing. */
export const drawnOfASide = 30;
const size = { column: 240, row: 64, width: 184 } as const;

/** Names of places stand in addresses: numbers in their order, as the node gives them. */
export function placesOf({ trait, steps, uses }: Lineage): Place[] {
  return [
    ...steps.map((step, at): Place => ({ id: `from-${at}`, kind: 'step', step })),
    { id: 'trait', kind: 'trait' },
    ...uses
      .map((use, at) => ({ id: `use-${at}`, kind: 'use' as const, use }))
      // That it is computed stands beside it already.
      .filter(({ use }) => use.kind !== 'computed trait' || use.name !== trait),
  ];
}

export type Texts = { name: string; golden: string; how: (how: Step['how']) => string; kind: (kind: string) => string };

export function drawn(
  lineage: Lineage,
  places: readonly Place[],
  chosen: string,
  texts: Texts,
): { nodes: Node[]; edges: Edge[]; height: number } {
  const steps = places.filter((place) => place.kind === 'step').slice(0, drawnOfASide);
  const uses = places.filter((place) => place.kind === 'use').slice(0, drawnOfASide);
  const tallest = Math.max(steps.length, uses.length, 1);
  const yOf = (at: number, of: number) => (at + (tallest - of) / 2) * size.row;
  const node = (id: string, x: number, y: number, label: string, side: 'input' | 'default' | 'output'): Node => ({
    id,
    type: side,
    position: { x, y },
    data: { label },
    selected: id === chosen,
    draggable: false,
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
    style: { width: size.width, textAlign: 'start' },
    ariaLabel: label,
  });
  const nodes = [
    ...steps.map(({ id, step }, at) =>
      node(id, 0, yOf(at, steps.length), [step.sourceName, step.event, step.field].filter(Boolean).join(' · '), 'input'),
    ),
    node('trait', size.column, yOf(0, 1), lineage.golden ? `${texts.name} · ${texts.golden}` : texts.name, 'default'),
    ...uses.map(({ id, use }, at) =>
      node(id, 2 * size.column, yOf(at, uses.length), `${texts.kind(use.kind)} · ${use.name}`, 'output'),
    ),
  ];
  const edges: Edge[] = [
    ...steps.map(({ id, step }) => ({ id: `${id} trait`, source: id, target: 'trait', label: texts.how(step.how) })),
    ...uses.map(({ id }) => ({ id: `trait ${id}`, source: 'trait', target: id })),
  ];
  return { nodes, edges, height: tallest * size.row + size.row };
}
