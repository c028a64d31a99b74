// A field as people see it. Nothing in it is one customer's value: quantiles stop short of the ends and need many numbers, common values
// need many customers, and neither is shown of a class that tells of a person.

import type { SourceId } from '../../core/model/event.ts';
import { type DataClass, isPersonal } from './classes.ts';
import { type ValueType, valueTypes } from './field-sketch.ts';
import type { FieldNode, StreamKind } from './fields.ts';
import { distinctError } from './hyperloglog.ts';
import { judgeField, type Verdict } from './verdict.ts';

export const viewLimits = {
  /** Values tested, all of no personal class, before any is shown; and numbers before quantiles are. */
  tested: 100,
  top: 10,
} as const;
/** The least and the largest are somebody's own. */
const shownQuantiles = [0.05, 0.25, 0.5, 0.75, 0.95] as const;

export type FieldView = {
  id: number;
  source: SourceId;
  sourceName: string;
  kind: StreamKind;
  /** The name of the track event. */
  event?: string;
  path: string;
  /** The commonest, and how often each came among the values that were looked at. */
  type: ValueType | 'unknown';
  types: { [type: string]: number };
  /** What a person said, else what the detectors found; absent while too little was seen. */
  class?: DataClass;
  classBy: 'person' | Verdict['by'];
  /** Of the values tested. */
  classShare: number;
  personal: boolean;
  owner?: string;
  description?: string;
  /** Estimated where only some were looked at. */
  seen: number;
  lookedAt: number;
  /** Values that say something, among the times there could have been one. */
  completeness: number;
  /** Of the values looked at; more among all where `sampled` is below 1. */
  distinct: number;
  distinctError: number;
  quantiles?: { q: number; value: number }[];
  top?: { value: string; share: number }[];
  firstSeenAtMs?: number;
  lastSeenAtMs?: number;
  /** The share of its events that were looked at. */
  sampled: number;
  /** Fields inside; it holds nothing itself, so nobody need say what it is. */
  inside?: number;
};

export type FieldFilter = {
  source?: SourceId;
  class?: DataClass;
  /** In the path or the event's name. */
  text?: string;
  personal?: boolean;
  /** Only those on which no person has said anything. */
  unclassified?: boolean;
  offset?: number;
  limit?: number;
};

export function verdictOf({ sketch, path }: FieldNode): Verdict {
  const { tested, counts, filled, scalars } = sketch;
  return judgeField({
    path,
    tested,
    counts,
    distinct: sketch.distinct(),
    counted: scalars,
    scalarShare: filled === 0 ? 0 : scalars / filled,
  });
}

export function viewOf(node: FieldNode, sourceName: string): FieldView {
  const { stream, sketch, decision, path } = node;
  const verdict = verdictOf(node);
  const dataClass = decision?.dataClass ?? verdict.dataClass;
  const types = typesOf(node);
  const { taken, seen } = stream.sampler;
  const sampled = taken === 0 ? 1 : Math.min(1, taken / Math.max(seen, taken));
  const maySay = dataClass !== undefined && !isPersonal(dataClass) && sketch.tested >= viewLimits.tested;
  const quantiles = maySay ? quantilesOf(node) : [];
  const top = maySay ? topOf(node) : [];
  const asked = node.asked;
  return {
    id: node.id!,
    source: stream.source,
    sourceName,
    kind: stream.kind,
    ...(stream.name !== undefined && { event: stream.name }),
    path: path.join('.'),
    type: (Object.entries(types).sort((a, b) => b[1] - a[1])[0]?.[0] as ValueType | undefined) ?? 'unknown',
    types,
    ...(dataClass !== undefined && { class: dataClass }),
    classBy: decision ? 'person' : verdict.by,
    classShare: round(verdict.share),
    // What is not known yet is treated as if it were.
    personal: dataClass === undefined || isPersonal(dataClass),
    ...(decision?.owner !== undefined && { owner: decision.owner }),
    ...(decision?.description !== undefined && { description: decision.description }),
    seen: Math.round(sketch.filled / sampled),
    lookedAt: sketch.filled,
    completeness: asked === 0 ? 0 : round(Math.min(1, sketch.filled / asked)),
    distinct: Math.round(sketch.distinct()),
    distinctError: round(distinctError),
    ...(quantiles.length > 0 && { quantiles }),
    ...(top.length > 0 && { top }),
    ...(sketch.lastAtMs > 0 && { firstSeenAtMs: sketch.firstAtMs, lastSeenAtMs: sketch.lastAtMs }),
    sampled: round(sampled),
    ...(sketch.scalars === 0 && node.children && { inside: node.children.size }),
  };
}

function typesOf({ sketch }: FieldNode): { [type: string]: number } {
  return Object.fromEntries(valueTypes.map((type, at) => [type, sketch.types[at]!] as const).filter(([, count]) => count > 0));
}

function quantilesOf({ sketch }: FieldNode): { q: number; value: number }[] {
  if (sketch.numberCount < viewLimits.tested) return [];
  return shownQuantiles.map((q) => ({ q, value: Number(sketch.quantile(q)!.toPrecision(3)) }));
}

function topOf({ sketch }: FieldNode): { value: string; share: number }[] {
  const all = Math.max(1, sketch.scalars);
  return sketch
    .top()
    .slice(0, viewLimits.top)
    .map(({ value, count }) => ({ value, share: round(count / all) }));
}

/** What can be told without a verdict. */
export function mayMatch({ stream, path, sketch, children, decision }: FieldNode, { text, unclassified }: FieldFilter): boolean {
  // What only holds others need not be classified.
  if (unclassified === true && (decision || (sketch.scalars === 0 && children))) return false;
  const wanted = text?.toLowerCase();
  return wanted === undefined || `${path.join('.')} ${stream.name ?? ''}`.toLowerCase().includes(wanted);
}

export function matches(view: FieldView, { class: dataClass, personal }: FieldFilter): boolean {
  return (dataClass === undefined || view.class === dataClass) && (personal === undefined || view.personal === personal);
}

function round(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
