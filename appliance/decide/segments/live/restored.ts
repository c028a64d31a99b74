// What was kept of everybody's memberships, from the start until each of them has been looked at again: packed, as there may be a million of them.

export class Restored {
  #numbers = new Uint32Array(1024);
  #end = 0;
  readonly #placeOf = new Map<number, number>();

  add(person: number, segments: Iterable<number>): void {
    const ids = [...segments];
    while (this.#end + ids.length + 1 > this.#numbers.length) {
      const grown = new Uint32Array(this.#numbers.length * 2);
      grown.set(this.#numbers);
      this.#numbers = grown;
    }
    this.#placeOf.set(person, this.#end);
    this.#numbers[this.#end] = ids.length;
    this.#numbers.set(ids, this.#end + 1);
    this.#end += ids.length + 1;
  }

  /** What is kept of one, once; undefined for whom nothing is. */
  take(person: number): Uint32Array | undefined {
    if (this.#placeOf.size === 0) return undefined;
    const at = this.#placeOf.get(person);
    if (at === undefined) return undefined;
    this.#placeOf.delete(person);
    return this.#numbers.slice(at + 1, at + 1 + this.#numbers[at]!);
  }

  /** Who is left, with what was kept of them; nothing is afterwards. */
  takeAll(): [person: number, segments: Uint32Array][] {
    const left = [...this.#placeOf.keys()].map((person): [number, Uint32Array] => [person, this.take(person)!]);
    this.#numbers = new Uint32Array(0);
    this.#end = 0;
    return left;
  }
}
