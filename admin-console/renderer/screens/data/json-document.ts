// JSON documents that people type: read with the line of a mistake, and what changed between two of them found field by field, so that only that
// is sent.

export type Document = { readonly [name: string]: unknown };
export type Read = { readonly document: Document } | { readonly line: number; readonly what: string };

export const written = (document: unknown): string => JSON.stringify(document, undefined, 2);
const isObject = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);

export function readJson(text: string): Read {
  try {
    const value = JSON.parse(text) as unknown;
    return isObject(value) ? { document: value } : { line: 1, what: '' };
  } catch (error) {
    const what = (error as Error).message.replace(/ in JSON at position.*$|, ?(\.\.\.)?".*$/s, '').slice(0, 80);
    return { line: lineOfMistake(text), what };
  }
}

/** The first line that no text could follow to make it right; found by halving, as the parser names a place only now and then. */
function lineOfMistake(text: string): number {
  const lines = text.split('\n');
  let [low, high] = [1, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (couldGoOn(`${lines.slice(0, middle).join('\n')}\n`)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function couldGoOn(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const what = (error as Error).message;
    const at = /position (\d+)/.exec(what)?.[1];
    return what.startsWith('Unexpected end') || (at !== undefined && Number(at) >= start.length);
  }
}

export type Change = { path: string[]; value?: unknown };

/** What makes `after` of `before`; a list that got longer or shorter is one change. */
export function changesOf(before: unknown, after: unknown, path: readonly string[] = []): Change[] {
  if (Object.is(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...names].flatMap((name) => {
      const at = [...path, name];
      return Object.hasOwn(after, name) ? changesOf(before[name], after[name], at) : [{ path: at }];
    });
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((held, at) => changesOf(held, after[at] as unknown, [...path, String(at)]));
  return written(before) === written(after) ? [] : [{ path: [...path], value: after }];
}

/** Whether a text is what stands for a hidden one: saved, it would take the place of what it hides. */
export function isMasked(value: unknown): boolean {
  if (typeof value === 'string') return /\*{2,}|^\*+$/.test(value);
  if (Array.isArray(value)) return value.some(isMasked);
  return isObject(value) && Object.values(value).some(isMasked);
}

/** What stands at a path of names with dots between, such as `traits.phone` or `properties.items.0.sku`. */
export function valueAt(document: unknown, path: readonly string[]): unknown {
  let held = document;
  for (const name of path) {
    if (Array.isArray(held)) held = held[Number(name)] as unknown;
    else if (isObject(held)) held = held[name];
    else return undefined;
  }
  return held;
}
