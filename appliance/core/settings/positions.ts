// Where in the text of holdfast.json something stands: the line and column of a setting or of its value, of a name that is given twice, and of the
// place from which the text is no JSON.

import { isMap, isNode, isScalar, isSeq, LineCounter, type Node, type ParsedNode, parseDocument } from 'yaml';

export type Position = { readonly line: number; readonly column: number };

const start: Position = { line: 1, column: 1 };

/** JSON is read as YAML here, of which it is a part: for the places alone, never for the values. */
export class Positions {
  readonly #root: ParsedNode | null;
  readonly #lines = new LineCounter();

  /** @param text that is JSON */
  constructor(text: string) {
    this.#root = parseDocument(text, {
      lineCounter: this.#lines,
      schema: 'json',
      uniqueKeys: false,
      logLevel: 'silent',
    }).contents;
  }

  /** Of a value, or as near to it as there is something. */
  ofValue(keys: readonly string[]): Position {
    for (let length = keys.length; length > 0; length -= 1) {
      const node = this.#nodeAt(keys.slice(0, length));
      if (node) return this.#of(node);
    }
    return this.#of(this.#root);
  }

  /** Of the name of a setting. */
  ofName(keys: readonly string[]): Position {
    const above = this.#nodeAt(keys.slice(0, -1));
    const pair = isMap(above) ? above.items.find(({ key }) => isScalar(key) && String(key.value) === keys.at(-1)) : undefined;
    return pair ? this.#of(pair.key as Node) : this.ofValue(keys);
  }

  /** Names that are given twice in one object: the second silently wins, and nobody meant that. */
  twice(): { keys: string[]; at: Position }[] {
    const found: { keys: string[]; at: Position }[] = [];
    const walk = (node: unknown, keys: readonly string[]): void => {
      if (isSeq(node)) node.items.forEach((item, at) => void walk(item, [...keys, String(at)]));
      if (!isMap(node)) return;
      const seen = new Set<string>();
      for (const { key, value } of node.items) {
        if (!isScalar(key)) continue;
        const name = String(key.value);
        if (seen.has(name)) found.push({ keys: [...keys, name], at: this.#of(key) });
        seen.add(name);
        walk(value, [...keys, name]);
      }
    };
    walk(this.#root, []);
    return found;
  }

  #nodeAt(keys: readonly string[]): Node | null {
    let at: Node | null = this.#root;
    for (const key of keys) {
      const inner: unknown = isMap(at)
        ? at.items.find((pair) => isScalar(pair.key) && String(pair.key.value) === key)?.value
        : isSeq(at)
          ? at.items[Number(key)]
          : undefined;
      if (!isNode(inner)) return null;
      at = inner;
    }
    return at;
  }

  #of(node: Node | null | undefined): Position {
    const offset = node?.range?.[0];
    if (offset === undefined) return start;
    const { line, col } = this.#lines.linePos(offset);
    return { line, column: col };
  }
}

/**
 * The first place from which a text is no JSON. The parser tells it of some mistakes only, and always whether a beginning could still go on: the longest
 * that can ends there.
 */
export function brokenAt(text: string): Position {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canGoOn(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  const before = text.slice(0, good).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

function canGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (/^Unexpected end|^Unterminated string|^No number after minus|^Unterminated fractional|^Exponent part/.test(message))
      return true;
    return Number(/ at position (\d+)/.exec(message)?.[1] ?? -1) >= text.length;
  }
}
