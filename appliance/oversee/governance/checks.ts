// Quality rules compiled: what a rule says of one event. Pure functions of the event as it is recorded, or as it came where it was not.

import type { Event, Json, JsonObject, Outcome } from '../../core/model/event.ts';
import { normaliseDate } from '../../core/values/date.ts';
import { normaliseGender } from '../../core/values/gender.ts';
import { parseNationalId } from '../../core/values/national-id.ts';
import { type NormaliserOptions, normaliserOf } from '../../core/values/normalisers.ts';
import type { DictionaryDocument } from '../../record/sources/sources.ts';
import { fieldPath, type QualityRule } from './rules.ts';

/** An event as quality sees it. */
export type Checked = { event: Event; outcome: Outcome['outcome'] };
/** Well, not well, or nothing to say: the rule is about something that is not there. */
export type Said = boolean | undefined;
export type CompiledRule = {
  readonly rule: QualityRule;
  /** Of every event, as a duplicate or a silence is missed by a sample. */
  readonly always: boolean;
  applies(event: Event): boolean;
  check(checked: Checked): Said;
  /** uniqueness of a field: the value that must be one, as text. */
  single?(event: Event): string | undefined;
};

/** @param dictionary says under which other paths a value may stand in an event that it did not let pass */
export function compileRule(rule: QualityRule, dictionary: DictionaryDocument, options: NormaliserOptions): CompiledRule {
  const read = rule.field === undefined ? undefined : reader(rule.field, dictionary);
  const kinds = rule.event === undefined ? rule.kinds : (['track'] as const);
  const applies = (event: Event) =>
    (kinds === undefined || kinds.includes(event.kind as never)) && (rule.event === undefined || event.name === rule.event);
  const compiled = (check: CompiledRule['check'], always = false): CompiledRule => ({ rule, always, applies, check });
  switch (rule.kind) {
    case 'completeness':
      return compiled(({ event }) => isSomething(read!(event)));
    case 'validity':
      return read
        ? compiled(({ event }) => valid(rule, read(event), options))
        : compiled(({ outcome }) => outcome !== 'quarantined', true);
    case 'uniqueness':
      if (!read) return compiled(({ outcome }) => outcome !== 'duplicate', true);
      return { ...compiled(() => undefined, true), single: (event) => textOf(read(event)) };
    case 'consistency': {
      const other = rule.other === undefined ? () => rule.value : reader(rule.other, dictionary);
      return compiled(({ event }) => consistent(rule, read!(event), other(event)));
    }
    case 'timeliness': {
      if (rule.silentHours !== undefined) return compiled(() => undefined);
      const mostMs = rule.withinMinutes! * 60_000;
      return compiled(({ event }) => event.receivedAtMs - event.occurredAtMs <= mostMs);
    }
  }
}

type Reader = (event: Event) => Json | undefined;

function reader(field: string, dictionary: DictionaryDocument): Reader {
  const paths = [field, ...sourcesOf(field, dictionary)].map((path) => fieldPath(path, 'field'));
  return (event) => {
    for (const path of paths) {
      const value = at(event, path);
      if (value !== undefined) return value;
    }
    return undefined;
  };
}

/** The paths that a dictionary moves into this one. */
export function sourcesOf(field: string, dictionary: DictionaryDocument): string[] {
  return Object.entries(dictionary.fields ?? {})
    .filter(([from, rule]) => {
      const to = typeof rule === 'string' ? rule : (rule.to ?? from);
      return from !== field && (typeof to === 'string' ? to === field : to.includes(field));
    })
    .map(([from]) => from);
}

function at(event: Event, path: readonly string[]): Json | undefined {
  let value: Json | undefined = event as unknown as JsonObject;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) value = /^\d{1,4}$/.test(name) ? value[Number(name)] : undefined;
    else value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function isSomething(value: Json | undefined): boolean {
  return value !== undefined && value !== null && value !== '';
}

function valid({ as, oneOf, min, max }: QualityRule, value: Json | undefined, options: NormaliserOptions): Said {
  if (!isSomething(value)) return undefined;
  if (as !== undefined && !normaliserOf(as)!(value!, options).ok) return false;
  if (oneOf && !oneOf.includes(value as string)) return false;
  if (min === undefined && max === undefined) return true;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return false;
  return (min === undefined || number >= min) && (max === undefined || number <= max);
}

function textOf(value: Json | undefined): string | undefined {
  if (!isSomething(value)) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function consistent({ is }: QualityRule, left: Json | undefined, right: Json | undefined): Said {
  if (is === 'requires') return isSomething(left) ? isSomething(right) : undefined;
  if (!isSomething(left) || !isSomething(right)) return undefined;
  if (is === 'agrees') return agrees(left!, right!);
  if (is === 'equals') return textOf(left) === textOf(right);
  if (is === 'differs') return textOf(left) !== textOf(right);
  const order = compare(left!, right!);
  if (order === undefined) return false;
  return is === 'below' ? order < 0 : is === 'at_most' ? order <= 0 : is === 'above' ? order > 0 : order >= 0;
}

/** Numbers as numbers, else dates as dates; undefined where the two are neither. */
function compare(left: Json, right: Json): number | undefined {
  const numbers = [left, right].map((value) => (typeof value === 'string' && value.trim() !== '' ? Number(value) : value));
  if (numbers.every((value) => typeof value === 'number' && Number.isFinite(value)))
    return (numbers[0] as number) - (numbers[1] as number);
  const times = [left, right].map((value) => (typeof value === 'string' ? Date.parse(value) : Number.NaN));
  return times.some(Number.isNaN) ? undefined : times[0]! - times[1]!;
}

/** An identity number tells a birth date and a gender: a field beside it that says another one is wrong, or the number is. */
function agrees(left: Json, right: Json): Said {
  const id = parseNationalId(left);
  if (!id.ok) return undefined;
  const gender = normaliseGender(right);
  if (gender.ok && (gender.value === 'male' || gender.value === 'female')) return gender.value === id.value.gender;
  const date = normaliseDate(right);
  return date.ok ? date.value === id.value.birthDate : undefined;
}
