// The single fields of a tracking message: ids, names, objects. Ids are taken as they are or refused, since a changed id could join
// two customers; text that people read is mended instead.

import { eventLimits, type JsonObject } from '../../core/model/event.ts';

/** Why a field is refused: short English, with no value of it inside. A class, so that no parsed object can pass for one. */
export class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export type Field<T> = T | undefined | Refusal;

export const isRefusal = (value: unknown): value is Refusal => value instanceof Refusal;

export const refuse = (reason: string): Refusal => new Refusal(reason);

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAbsent = (value: unknown): value is undefined | null | '' => value === undefined || value === null || value === '';

/**
 * An id: text as it came, or a number that a double holds exactly, written in digits. Absent when missing, null or empty.
 * Refused: other types, more than 512 characters, NUL, half a surrogate pair.
 */
export function readId(value: unknown, field: string): Field<string> {
  if (isAbsent(value)) return undefined;
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) ? String(value) : refuse(`${field} is a number that lost digits; send it as text`);
  }
  if (typeof value !== 'string') return refuse(`${field} is not text`);
  if (value.length > eventLimits.idLength) return refuse(`${field} is longer than ${eventLimits.idLength} characters`);
  if (value.includes('\0')) return refuse(`${field} contains NUL`);
  if (!value.isWellFormed()) return refuse(`${field} contains half a surrogate pair`);
  return value;
}

/** The name of an event, page or screen: text of at most 512 characters, mended. Absent when missing, null or empty. */
export function readName(value: unknown, field: string): Field<string> {
  if (isAbsent(value)) return undefined;
  if (typeof value !== 'string') return refuse(`${field} is not text`);
  if (value.length > eventLimits.nameLength) return refuse(`${field} is longer than ${eventLimits.nameLength} characters`);
  return mendText(value);
}

/** Properties, traits, context: an object, absent when missing or null. */
export function readObject(value: unknown, field: string): Field<JsonObject> {
  if (value === undefined || value === null) return undefined;
  return isObject(value) ? value : refuse(`${field} is not an object`);
}

// In the text of a body, NUL and half a surrogate pair can only stand as escapes: raw bytes of either are not valid JSON in UTF-8.
const troublesome = /\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})/;

/** Whether a body's text has an escape for NUL or a surrogate, so that its strings must be looked at one by one. */
export function needsMending(text: string): boolean {
  return text.includes('\\u') && troublesome.test(text);
}

/** NUL and halves of surrogate pairs become U+FFFD, the mark for a character that could not be read. */
export function mendText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '\ufffd') : whole;
}

/** Mends every string and key inside, in place. The depth has been checked before. */
export function mend<T>(value: T): T {
  if (typeof value === 'string') return mendText(value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = mend(value[index]);
    return value;
  }
  const object = value as { [key: string]: unknown };
  for (const key of Object.keys(object)) {
    const mended = mendText(key);
    const held = mend(object[key]);
    if (mended !== key) delete object[key];
    object[mended] = held;
  }
  return value;
}
