// Reads the one SQL dialect that slices write: named parameters `:name`, and sets as `IN (:name)` or `NOT IN (:name)`.
// Each engine puts its own text in the place of each parameter; strings, quoted names and comments are left as they are.

import { storeLimits } from './limits.ts';
import { Lru } from './lru.ts';
import type { Params } from './store.ts';

/** `parts` has one more piece than `slots`; slot i stands between parts i and i + 1. A set slot covers the whole `IN (:name)`. */
export type ParsedSql = {
  readonly parts: readonly string[];
  readonly slots: readonly { readonly name: string; readonly place: 'value' | 'in' | 'not in' }[];
  /** Each name once, in order of appearance. */
  readonly names: readonly string[];
};

// A comment or string first, so that a colon inside is never taken for a parameter; `::` is a PostgreSQL cast.
const token =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|::|\b(NOT\s+)?IN\s*\(\s*:([A-Za-z_]\w*)\s*\)|:([A-Za-z_]\w*)/gi;

const parsed = new Lru<string, ParsedSql>(storeLimits.cachedStatements);

export function parseSql(sql: string): ParsedSql {
  const known = parsed.get(sql);
  if (known) return known;
  const parts: string[] = [];
  const slots: { name: string; place: 'value' | 'in' | 'not in' }[] = [];
  let from = 0;
  for (const match of sql.matchAll(token)) {
    const name = match[2] ?? match[3];
    if (name === undefined) continue;
    parts.push(sql.slice(from, match.index));
    slots.push({ name, place: match[3] !== undefined ? 'value' : match[1] !== undefined ? 'not in' : 'in' });
    from = match.index + match[0].length;
  }
  parts.push(sql.slice(from));
  for (const { name } of slots.filter((slot) => slot.place === 'value')) {
    if (slots.some((slot) => slot.name === name && slot.place !== 'value'))
      throw new TypeError(`SQL parameter :${name} is both a value and a set`);
  }
  const result = { parts, slots, names: [...new Set(slots.map((slot) => slot.name))] };
  parsed.set(sql, result);
  return result;
}

/**
 * Refuses what is misspelt before it reaches an engine: a parameter that the text names and nobody gave, or the reverse.
 * @throws {TypeError} naming the parameter, never its value
 */
export function checkParamNames(parse: ParsedSql, params: Params): void {
  for (const name of parse.names) if (params[name] === undefined) throw new TypeError(`SQL parameter :${name} was not given`);
  for (const name in params) if (!parse.names.includes(name)) throw new TypeError(`SQL parameter :${name} is not in the text`);
  for (const slot of parse.slots) {
    if (slot.place === 'value' && Array.isArray(params[slot.name])) {
      throw new TypeError(`SQL parameter :${slot.name} is a set and must stand as IN (:${slot.name})`);
    }
  }
}
