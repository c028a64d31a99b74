// The data dictionary of a source: which of its fields mean what, how each value is normalised, what must be there, and
// which shape its events have. A pure function over one event; what breaks a rule goes to quarantine with the reason.

import type { ErrorObject } from 'ajv/dist/2020.js';
import { type Event, eventLimits, type Json, type JsonObject } from '../../core/model/event.ts';
import { type NormaliserOptions, normaliserOf } from '../../core/values/normalisers.ts';
import { standardTrait, standardTraitFor } from '../../core/values/standard-traits.ts';
import type { CompiledDictionary, CompiledField, EventRule } from './dictionary-document.ts';

export { type CompiledDictionary, compileDictionary, type DictionaryDocument, defaultDictionary } from './dictionary-document.ts';

/** Something that was left as it came; `where` is a path, never a value. */
export type DictionaryNote = { readonly where: string; readonly reason: string };
export type Applied =
  | { readonly ok: true; readonly event: Event; readonly notes: readonly DictionaryNote[] }
  | { readonly ok: false; readonly reason: string; readonly where: string };

const noNotes: readonly DictionaryNote[] = Object.freeze([]);

/**
 * Applies a source's dictionary to an event. The event given is not changed; when no rule touches it, it is the one returned.
 * What goes to quarantine is the event as it came, so that a corrected dictionary is applied to that.
 */
export function applyDictionary(dictionary: CompiledDictionary, event: Event): Applied {
  const work = new Work(event);
  const failed =
    moveFields(dictionary, work) ??
    normaliseTraits(dictionary, work) ??
    refuseUnknown(dictionary, work) ??
    missingFields(dictionary, work) ??
    breaksSchema(dictionary, work);
  return failed ?? { ok: true, event: work.event, notes: work.notes.length === 0 ? noNotes : work.notes };
}

type Failed = Extract<Applied, { ok: false }> | undefined;
const fail = (where: string, reason: string): Failed => ({ ok: false, where, reason });

/** The event as far as it was rewritten: only what changes is copied. */
class Work {
  event: Event;
  readonly notes: DictionaryNote[] = [];
  readonly #copied = new Set<string>();

  constructor(event: Event) {
    this.event = event;
  }

  get(path: readonly string[]): Json | undefined {
    let value: Json | undefined = (this.event as unknown as JsonObject)[path[0]!];
    for (const name of path.slice(1)) value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
    return value;
  }

  set(path: readonly string[], value: Json | undefined): void {
    if (this.#copied.size === 0) this.event = { ...this.event };
    let at = this.event as unknown as JsonObject;
    let walked = '';
    for (const name of path.slice(0, -1)) {
      walked += `/${name}`;
      const inner = Object.hasOwn(at, name) ? at[name] : undefined;
      const next = this.#copied.has(walked) && isObject(inner) ? inner : isObject(inner) ? { ...inner } : {};
      this.#copied.add(walked);
      at[name] = next;
      at = next;
    }
    this.#copied.add('');
    if (value === undefined) delete at[path.at(-1)!];
    else at[path.at(-1)!] = value;
  }
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function moveFields(dictionary: CompiledDictionary, work: Work): Failed {
  for (const field of dictionary.fields) {
    const given = work.get(field.from);
    if (given === undefined || given === null || (field.kinds && !field.kinds.includes(work.event.kind))) continue;
    const value = read(field, given, dictionary.options);
    if ('reason' in value) {
      if (field.strict) return fail(field.where, value.reason);
      work.notes.push({ where: field.where, reason: value.reason });
    }
    const result = 'reason' in value ? given : value.value;
    if (!field.keep) work.set(field.from, undefined);
    for (const to of field.to) work.set(to, result);
  }
  return undefined;
}

function read(field: CompiledField, given: Json, options: NormaliserOptions): { value: Json } | { reason: string } {
  const coded =
    field.values && typeof given !== 'object' && Object.hasOwn(field.values, String(given))
      ? field.values[String(given)]
      : undefined;
  if (coded !== undefined) return { value: coded };
  if (!field.normalise) return { value: given };
  const normal = field.normalise(given, options);
  if (normal.ok && field.isId && String(normal.value).length > eventLimits.idLength)
    return { reason: 'longer than 512 characters' };
  return normal.ok ? { value: normal.value } : { reason: normal.reason };
}

/** Where an event says something about its customer: an identify's traits, and context.traits of anything but a group. */
function customerTraits(event: Event): readonly (readonly string[])[] {
  if (event.kind === 'group') return [];
  return event.kind === 'identify' ? [['traits'], ['context', 'traits']] : [['context', 'traits']];
}

function normaliseTraits(dictionary: CompiledDictionary, work: Work): Failed {
  for (const place of customerTraits(work.event)) {
    const traits = work.get(place);
    if (!isObject(traits)) continue;
    for (const name of Object.keys(traits)) {
      const trait = dictionary.aliases ? standardTraitFor(name) : standardTrait(name);
      const value = traits[name];
      if (!trait || value === null || value === undefined || dictionary.touched.has(`${place.join('.')}.${name}`)) continue;
      const path = [...place, name];
      const normal = normaliserOf(trait.normaliser)!(value, dictionary.options);
      if (!normal.ok) {
        if (dictionary.strict.has(trait.name)) return fail(path.join('.'), normal.reason);
        work.notes.push({ where: path.join('.').slice(0, 256), reason: normal.reason });
      }
      const result = normal.ok ? normal.value : value;
      const renamed = trait.name !== name && work.get([...place, trait.name]) === undefined;
      if (renamed) {
        work.set(path, undefined);
        work.set([...place, trait.name], result);
      } else if (result !== value) work.set(path, result);
    }
  }
  return undefined;
}

function refuseUnknown(dictionary: CompiledDictionary, work: Work): Failed {
  const { event } = work;
  if (dictionary.unknown.events === 'quarantine' && event.kind === 'track' && !dictionary.events.has(event.name ?? '')) {
    return fail('name', 'an event that the dictionary does not know');
  }
  for (const section of ['traits', 'properties'] as const) {
    const policy = dictionary.unknown[section];
    const values = event[section];
    if (policy === 'keep' || !values || event.kind === 'group') continue;
    for (const name of Object.keys(values)) {
      if (dictionary.known[section].has(name) || (section === 'traits' && standardTrait(name))) continue;
      if (section === 'properties' && dictionary.events.get(event.name ?? '')?.properties.has(name)) continue;
      if (policy === 'quarantine') return fail(`${section}.${name}`.slice(0, 256), 'a field that the dictionary does not know');
      work.set([section, name], undefined);
    }
  }
  return undefined;
}

function rulesFor(dictionary: CompiledDictionary, event: Event): readonly EventRule[] {
  const own = event.kind === 'track' ? dictionary.events.get(event.name ?? '') : undefined;
  const kind = dictionary.kinds.get(event.kind);
  return [kind, own].filter((rule) => rule !== undefined);
}

function missingFields(dictionary: CompiledDictionary, work: Work): Failed {
  for (const rule of rulesFor(dictionary, work.event)) {
    for (const path of rule.required) {
      const value = work.get(path);
      if (value === undefined || value === null || value === '') return fail(path.join('.'), 'required and missing');
    }
  }
  return undefined;
}

function breaksSchema(dictionary: CompiledDictionary, work: Work): Failed {
  for (const rule of rulesFor(dictionary, work.event)) {
    if (!rule.validate) continue;
    const section = work.event.kind === 'identify' || work.event.kind === 'group' ? 'traits' : 'properties';
    if (rule.validate(work.event[section] ?? {})) continue;
    const error = rule.validate.errors?.[0];
    return fail(`${section}${(error?.instancePath ?? '').replaceAll('/', '.')}`.slice(0, 256), describe(error));
  }
  return undefined;
}

// Ajv's own sentence, which names rules and never values; only an unknown property is named, by the sender's own key.
function describe(error: ErrorObject | undefined): string {
  if (!error) return 'breaks the schema';
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties')
    return 'a property that the schema does not allow';
  return (error.message ?? 'breaks the schema').slice(0, 200);
}
