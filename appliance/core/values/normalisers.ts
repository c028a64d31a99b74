// The normalisers by name, as a data dictionary names them: each takes what a field holds and gives what a trait keeps.

import type { Json, JsonObject } from '../model/event.ts';
import { normaliseAddress } from './address.ts';
import { type DateOptions, normaliseDate, normaliseMoment } from './date.ts';
import { normaliseEmail } from './email.ts';
import { type Gender, normaliseGender } from './gender.ts';
import { moneyText, normaliseMoney } from './money.ts';
import { normaliseName } from './name.ts';
import { normaliseNationalId } from './national-id.ts';
import { type Normal, normal, refuse } from './normal.ts';
import { normalisePhone } from './phone.ts';
import { asText, comparisonText, normaliseText } from './text.ts';

export type NormaliserOptions = DateOptions & {
  /** A source's own gender codes. */
  readonly genderCodes?: Readonly<Record<string, Gender>>;
  /** The decimal mark of amounts. */
  readonly decimal?: '.' | ',';
};
export type Normaliser = (raw: Json, options: NormaliserOptions) => Normal<Json>;

const yes = new Set(['1', 'true', 'yes', 'y', 't', 'on', '是', '有', '对', '真', '已同意', '同意']);
const no = new Set(['0', 'false', 'no', 'n', 'f', 'off', '否', '无', '没有', '错', '假', '未同意', '不同意', '拒绝']);

function normaliseNumber(raw: Json, options: NormaliserOptions): Normal<Json> {
  if (typeof raw === 'number') return Number.isFinite(raw) ? normal(raw) : refuse('not a number');
  const amount = normaliseMoney(raw, options);
  if (!amount.ok) return refuse('not a number');
  const value = Number(moneyText(amount.value.micros));
  return normal(value);
}

function normaliseBoolean(raw: Json): Normal<Json> {
  if (typeof raw === 'boolean') return normal(raw);
  const text = comparisonText((asText(raw) ?? '').slice(0, 32));
  return yes.has(text) ? normal(true) : no.has(text) ? normal(false) : refuse('not yes or no');
}

// Segment's address trait is an object; text stays text, an object's fields are cleaned one by one.
function normaliseAddressTrait(raw: Json): Normal<Json> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return normaliseAddress(raw);
  const clean: JsonObject = {};
  for (const [name, value] of Object.entries(raw)) {
    const text = normaliseText(value);
    Object.defineProperty(clean, name, {
      value: text.ok ? text.value : value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return normal(clean);
}

function normaliseList(raw: Json): Normal<Json> {
  const parts = Array.isArray(raw) ? raw : (asText(raw) ?? '').split(/[,，、;；|]/);
  const values: string[] = [];
  for (const part of parts.slice(0, 1000)) {
    const text = normaliseText(part);
    if (text.ok && !values.includes(text.value)) values.push(text.value);
  }
  return values.length > 0 ? normal(values) : refuse('empty');
}

export const normalisers = {
  as_given: (raw) => normal(raw),
  text: (raw) => normaliseText(raw),
  name: (raw) => normaliseName(raw),
  phone: (raw, options) => normalisePhone(raw, options),
  email: (raw) => normaliseEmail(raw),
  date: (raw, options) => normaliseDate(raw, options),
  time: (raw, options) => normaliseMoment(raw, options),
  gender: (raw, options) => normaliseGender(raw, options.genderCodes ? { codes: options.genderCodes } : {}),
  national_id: (raw) => normaliseNationalId(raw),
  address: normaliseAddressTrait,
  number: normaliseNumber,
  boolean: normaliseBoolean,
  list: normaliseList,
} as const satisfies Record<string, Normaliser>;

export type NormaliserName = keyof typeof normalisers;

/** The normaliser of that name, or undefined: names come from documents that people write. */
export function normaliserOf(name: string): Normaliser | undefined {
  return Object.hasOwn(normalisers, name) ? normalisers[name as NormaliserName] : undefined;
}
