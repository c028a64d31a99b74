// What was worked out for an id of a source, kept for the latest: most events come from somebody who was just here. Two steps of
// look-up instead of one under a name put together, which would cost more than the look-ups.

export class Remembered<T> {
  readonly #bySource = new Map<number, Map<string, T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(source: number, id: string): T | undefined {
    return this.#bySource.get(source)?.get(id);
  }

  /** For an id that `get` does not know. */
  add(source: number, id: string, value: T): T {
    let ids = this.#bySource.get(source);
    if (!ids) {
      ids = new Map();
      this.#bySource.set(source, ids);
    }
    ids.set(id, value);
    this.#size += 1;
    return value;
  }

  clear(): void {
    this.#bySource.clear();
    this.#size = 0;
  }
}
