// Whether what a node sends is what it was given to send: an answer's schema makes the text of it, and turns what the schema did not
// expect into something else, such as a masked number into nought. Every node of the tests is watched.

import { dataClasses } from './core/access/classes.ts';
import { type Sight, type View, views } from './core/access/decide.ts';
import { redact } from './core/access/redact.ts';
import type { SentAnswer } from './core/access/shown.ts';

/** @returns what the text says otherwise than what was given, each with its path: `traits/age: null became 0` */
export function differencesIn({ given, sent }: Pick<SentAnswer, 'given' | 'sent'>): string[] {
  // As JSON has it: what is undefined is not there, and a date is a text.
  const expected: unknown = JSON.parse(JSON.stringify(given));
  const found: string[] = [];
  compare(expected, JSON.parse(sent), '', found);
  return [...new Set(found)];
}

function compare(given: unknown, sent: unknown, path: string, found: string[]): void {
  if (isObject(given) && isObject(sent) && Array.isArray(given) === Array.isArray(sent)) {
    for (const name of new Set([...Object.keys(given), ...Object.keys(sent)])) {
      const at = `${path}/${Array.isArray(given) ? '*' : name}`;
      // What a schema does not declare is not sent: that is what schemas are for, and no value comes of it.
      if (!Object.hasOwn(sent, name)) continue;
      if (!Object.hasOwn(given, name)) found.push(`${at}: ${kindOf(sent[name])} was added`);
      else compare(given[name], sent[name], at, found);
    }
  } else if (!Object.is(given, sent)) found.push(`${path}: ${kindOf(given)} became ${kindOf(sent)}`);
}

type Held = { readonly [name: string]: unknown };
const isObject = (value: unknown): value is Held => typeof value === 'object' && value !== null;

/** Nothing of the value itself: it may be a customer's. */
function kindOf(value: unknown): string {
  if (value === null || value === 0 || value === '' || value === false) return JSON.stringify(value);
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}

/** What was different in a node's answers, one line for each route, path and reader. */
export class AnswerWatch {
  readonly #found = new Set<string>();

  readonly watch = (answer: SentAnswer): void => {
    const { method, route, principal, isMasked } = answer;
    const name = `${method} ${route}`;
    const who = principal === undefined ? 'nobody' : principal.kind === 'operator' ? 'operator' : principal.roles.join('+');
    for (const one of differencesIn(answer)) this.#found.add(`${name} as ${who}: ${one}`);
    if (!isMasked) return;
    // Policies can be changed: whoever asked, the answer is to survive what any reader may see of it.
    for (const view of views)
      for (const one of differencesFor(answer, view)) this.#found.add(`${name} where all is ${view}: ${one}`);
  };

  /** Those so far, which are then forgotten. */
  take(): string[] {
    const lines = [...this.#found].sort();
    this.#found.clear();
    return lines;
  }
}

function differencesFor({ given, write }: SentAnswer, view: View): string[] {
  const sight = Object.fromEntries(dataClasses.map((one) => [one, view])) as Sight;
  const masked = redact(given, { sight, pseudonym: (dataClass) => `${dataClass}-0123456789abcdef0123` });
  try {
    return differencesIn({ given: masked, sent: write(masked) });
  } catch (error) {
    return [`it cannot be written: ${error instanceof Error ? error.message : 'for no known reason'}`];
  }
}
