// Which persons the matcher's pairs make one, surest first. Persons are weighed as wholes, since two records may agree in all they
// say while the persons behind them differ; and anew whenever one has grown. Pure: the job carries the merges out.

/** The chance that goes with log-odds in bits. */
export const probabilityOf = (bits: number): number => 1 / (1 + 2 ** -bits);

export type LikelyPair = { left: number; right: number; probability: number };

/** Two persons with a likely pair of rows between them. */
export type Candidate = {
  persons: readonly [number, number];
  /** The likeliest pair of rows across, which is shown as the reason. */
  pair: LikelyPair;
  /** Log-odds that the persons, with all their records, are one. */
  bits: number;
};

/** One person of the table: its rows, and its values of kinds that no two people share. */
export type MatchedPerson = { rows: number[]; unique: Map<string, Set<string>> };

export class MergePlan {
  readonly #persons: Map<number, MatchedPerson>;
  readonly #groupBits: (left: readonly number[], right: readonly number[]) => number;
  readonly #byPerson = new Map<number, Set<Candidate>>();
  /** Ascending by probability, so that the surest is taken from the end. */
  #queue: Candidate[] = [];
  /** Those of the queue that still count. */
  readonly #open = new Set<Candidate>();

  /** @param persons by person id; taken over, and changed by `unite` */
  constructor(persons: Map<number, MatchedPerson>, groupBits: (left: readonly number[], right: readonly number[]) => number) {
    this.#persons = persons;
    this.#groupBits = groupBits;
  }

  /** Starts from these pairs: one candidate for each two persons, unless what is unique tells them apart. */
  consider(pairs: Iterable<LikelyPair>): void {
    this.#open.clear();
    this.#byPerson.clear();
    const personOf = new Map<number, number>();
    for (const [id, { rows }] of this.#persons) for (const row of rows) personOf.set(row, id);
    const best = new Map<string, { persons: [number, number]; pair: LikelyPair }>();
    for (const pair of pairs) {
      const [a, b] = [personOf.get(pair.left)!, personOf.get(pair.right)!];
      if (a === b) continue;
      const persons: [number, number] = a < b ? [a, b] : [b, a];
      const name = persons.join(' ');
      const known = best.get(name);
      if (!known || likelier(pair, known.pair)) best.set(name, { persons, pair });
    }
    this.#queue = [...best.values()].flatMap(({ persons, pair }) => this.#weighed(persons, pair) ?? []).sort(bySureness);
  }

  /** Takes the surest candidate, when its chance is at least this. */
  next(least: number): Candidate | undefined {
    for (let last = this.#queue.at(-1); last !== undefined; last = this.#queue.at(-1)) {
      if (this.#open.has(last) && probabilityOf(last.bits) < least) return undefined;
      this.#queue.pop();
      if (this.#open.has(last)) {
        this.#drop(last);
        return last;
      }
    }
    return undefined;
  }

  /** Makes a taken candidate's persons one, and weighs the others of both anew. */
  unite({ persons: [into, from] }: Candidate): void {
    const [whole, part] = [this.#persons.get(into)!, this.#persons.get(from)!];
    whole.rows.push(...part.rows);
    for (const [kind, values] of part.unique) whole.unique.set(kind, new Set([...values, ...(whole.unique.get(kind) ?? [])]));
    this.#persons.delete(from);
    const touched = [...(this.#byPerson.get(into) ?? []), ...(this.#byPerson.get(from) ?? [])];
    this.#byPerson.delete(from);
    const pairs = new Map<number, LikelyPair>();
    for (const candidate of touched) {
      this.#drop(candidate);
      const other = candidate.persons.find((person) => person !== into && person !== from)!;
      const known = pairs.get(other);
      if (!known || likelier(candidate.pair, known)) pairs.set(other, candidate.pair);
    }
    for (const [other, pair] of pairs) {
      const candidate = this.#weighed([into, other], pair);
      if (candidate) this.#queue.splice(placeOf(candidate, this.#queue), 0, candidate);
    }
  }

  #weighed(persons: readonly [number, number], pair: LikelyPair): Candidate | undefined {
    const [left, right] = [this.#persons.get(persons[0])!, this.#persons.get(persons[1])!];
    if (knownApart(left, right)) return undefined;
    const candidate: Candidate = { persons, pair, bits: this.#groupBits(left.rows, right.rows) };
    this.#open.add(candidate);
    for (const person of persons) {
      const mine = this.#byPerson.get(person) ?? new Set();
      this.#byPerson.set(person, mine.add(candidate));
    }
    return candidate;
  }

  #drop(candidate: Candidate): void {
    this.#open.delete(candidate);
    for (const person of candidate.persons) this.#byPerson.get(person)?.delete(candidate);
  }
}

/** Different values of a kind that is unique to a person: two people, whatever else they share. */
function knownApart(left: MatchedPerson, right: MatchedPerson): boolean {
  for (const [kind, values] of left.unique) {
    const others = right.unique.get(kind);
    if (others && ![...values].some((value) => others.has(value))) return true;
  }
  return false;
}

const likelier = (a: LikelyPair, b: LikelyPair): boolean =>
  a.probability > b.probability ||
  (a.probability === b.probability && (a.left < b.left || (a.left === b.left && a.right < b.right)));

const bySureness = (a: Candidate, b: Candidate): number =>
  a.bits - b.bits || a.pair.probability - b.pair.probability || b.pair.left - a.pair.left || b.pair.right - a.pair.right;

function placeOf(candidate: Candidate, queue: readonly Candidate[]): number {
  let low = 0;
  for (let high = queue.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (bySureness(queue[middle]!, candidate) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
