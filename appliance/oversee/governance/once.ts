// Values that should come once, in bounded memory: a sample of values, not of events, as a sample of events would miss most pairs. Only
// values whose hash falls into a share of all hashes are kept, and the share halves when there are too many (adaptive sampling: Wegman;
// Flajolet, "On adaptive sampling", Computing 1990). For a value in the sample every event counts.

import type { Hash } from './hash.ts';

export const onceLimits = { values: 20_000 } as const;

export class Once {
  readonly #owners = new Map<number, number>();
  #mask = 0;

  /**
   * @param owner whose it is; a value that always comes with the same owner is well
   * @returns false where another had it before; undefined where the value is not in the sample
   */
  add({ high, low }: Hash, owner: number): boolean | undefined {
    if ((low & this.#mask) !== 0) return undefined;
    // 52 bits tell the values of a sample apart.
    const key = (high >>> 12) * 4294967296 + low;
    const known = this.#owners.get(key);
    if (known !== undefined) return known === owner;
    this.#owners.set(key, owner);
    while (this.#owners.size > onceLimits.values) this.#halve();
    return true;
  }

  #halve(): void {
    this.#mask = (this.#mask << 1) | 1;
    for (const key of this.#owners.keys()) if (((key % 4294967296) & this.#mask) !== 0) this.#owners.delete(key);
  }
}
