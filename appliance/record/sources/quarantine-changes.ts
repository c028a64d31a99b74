// Changes to an event in quarantine, field by field: whoever corrects one field need not send the others, which they may see masked, and what
// is masked for them is never written over by its mask.

import { nothingShown } from '../../core/access/access.ts';
import { Fault } from '../../core/errors.ts';
import type { Event, Json } from '../../core/model/event.ts';

/** `value` absent: the field goes. */
export type EventChange = { readonly path: readonly string[]; readonly value?: Json };

export const changeLimits = { changes: 100, pathParts: 32, nameLength: 512 } as const;

/** They would reach what every object stands on. */
const refused = new Set(['__proto__', 'constructor', 'prototype']);

type Container = { [name: string]: Json } | Json[];
const isContainer = (value: Json | undefined): value is Container => typeof value === 'object' && value !== null;

/**
 * @returns another event; what is not named stays as it was
 * @throws {Fault} `bad_request` that names the path, never a value
 */
export function changedEvent(event: Event, changes: readonly EventChange[]): Event {
  const copy = structuredClone(event) as unknown as { [name: string]: Json };
  for (const change of changes) apply(copy, change);
  return copy as unknown as Event;
}

function apply(event: { [name: string]: Json }, { path, value }: EventChange): void {
  const where = `changes: ${path.join('.').slice(0, 128)}`;
  // A name that stands for a hidden one is no field's name.
  if (path.some((name) => refused.has(name) || name.startsWith(nothingShown))) throw new Fault('bad_request', where);
  let held: Container = event;
  for (const name of path.slice(0, -1)) {
    let inner: Json | undefined = memberOf(held, name);
    if (inner === undefined && !Array.isArray(held) && value !== undefined) {
      inner = {};
      held[name] = inner;
    }
    if (!isContainer(inner)) throw new Fault('bad_request', where);
    held = inner;
  }
  const last = path.at(-1)!;
  if (Array.isArray(held)) applyToList(held, last, value, where);
  else if (value === undefined) delete held[last];
  else held[last] = value;
}

function applyToList(list: Json[], name: string, value: Json | undefined, where: string): void {
  const at = Number(name);
  // One more may be added at the end.
  if (!/^\d+$/.test(name) || at > list.length || (value === undefined && at === list.length))
    throw new Fault('bad_request', where);
  if (value === undefined) list.splice(at, 1);
  else list[at] = value;
}

const memberOf = (held: Container, name: string): Json | undefined =>
  Array.isArray(held)
    ? /^\d+$/.test(name)
      ? held[Number(name)]
      : undefined
    : Object.hasOwn(held, name)
      ? held[name]
      : undefined;
