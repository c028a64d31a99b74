// Whose record each is, and which records each person has, as far as was told: three numbers a record, so that following a change need not ask the
// store. Records and persons are small numbers that were given in turn.

export class RecordIndex {
  /** Person of each record plus one; 0 where there is none. */
  #personOf = new Uint32Array(1024);
  /** First record of each person, and the next of the same person of each record, plus one; 0 where there is none. */
  #first = new Uint32Array(1024);
  #next = new Uint32Array(1024);

  personOf(record: number): number | undefined {
    const person = this.#personOf[record];
    return person ? person - 1 : undefined;
  }

  /** In no order. */
  *recordsOf(person: number): Generator<number> {
    for (let at = this.#first[person] ?? 0; at !== 0; at = this.#next[at - 1]!) yield at - 1;
  }

  /** @returns whose it was before */
  set(record: number, person: number): number | undefined {
    this.#grow(Math.max(record, person));
    const before = this.personOf(record);
    if (before === person) return before;
    if (before !== undefined) this.#unlink(record, before);
    this.#personOf[record] = person + 1;
    this.#next[record] = this.#first[person]!;
    this.#first[person] = record + 1;
    return before;
  }

  /** @returns whose it was */
  remove(record: number): number | undefined {
    const before = this.personOf(record);
    if (before === undefined) return undefined;
    this.#unlink(record, before);
    this.#personOf[record] = 0;
    return before;
  }

  /** Person of each record plus one, for keeping it. */
  persons(): Uint32Array {
    return this.#personOf.slice();
  }

  #unlink(record: number, person: number): void {
    let at = this.#first[person]!;
    if (at === record + 1) this.#first[person] = this.#next[record]!;
    else {
      while (this.#next[at - 1] !== record + 1) at = this.#next[at - 1]!;
      this.#next[at - 1] = this.#next[record]!;
    }
    this.#next[record] = 0;
  }

  #grow(number: number): void {
    if (number < this.#personOf.length) return;
    const grown = (before: Uint32Array) => {
      const array = new Uint32Array(Math.ceil((number + 1) * 1.5));
      array.set(before);
      return array;
    };
    this.#personOf = grown(this.#personOf);
    this.#first = grown(this.#first);
    this.#next = grown(this.#next);
  }
}
