// Lists of persons held in memory for look-ups, the few that were asked last. A list that was read before somebody was erased is held for nobody.

import type { MatchKind } from '../../federation/protocol/match-terms.ts';

/** Persons in the order of their numbers, and by what each was found. */
export type Numbers = { readonly persons: Float64Array; readonly kinds: readonly MatchKind[] };

export class HeldNumbers {
  readonly #most: number;
  readonly #held = new Map<string, Numbers>();
  /** How often a list became another one. */
  #changes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  async of(match: string, read: () => Promise<Numbers>): Promise<Numbers> {
    const held = this.#held.get(match);
    if (held) return held;
    const changes = this.#changes;
    const numbers = await read();
    if (changes === this.#changes) {
      const [oldest] = this.#held.keys();
      if (this.#held.size >= this.#most && oldest !== undefined) this.#held.delete(oldest);
      this.#held.set(match, numbers);
    }
    return numbers;
  }

  /** To be told once the change is written: whoever read the list before keeps nothing of it for others. */
  changed(match: string): void {
    this.#changes += 1;
    this.#held.delete(match);
  }
}

export function numbersOf(rows: { person: number; kind: MatchKind }[]): Numbers {
  rows.sort((a, b) => a.person - b.person);
  return { persons: Float64Array.from(rows, ({ person }) => person), kinds: rows.map(({ kind }) => kind) };
}

/** By which kind a person was found, by halving. */
export function kindOf({ persons, kinds }: Numbers, person: number): MatchKind | undefined {
  let [low, high] = [0, persons.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (persons[middle] === person) return kinds[middle];
    if (persons[middle]! < person) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}
