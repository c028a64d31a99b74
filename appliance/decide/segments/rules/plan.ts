// A plan: rules as one graph of operations over columns, in which what several rules ask alike stands once. Plain data that crosses to worker
// threads; compile.ts makes it, members.ts runs it.

import type { Storage } from '../../../core/matrix/matrix.ts';

/** An operation; numbers are places in `operations`, and an operation comes after those it is made of. */
export type Operation =
  | { readonly op: 'all' | 'none' }
  /** Cells from `low` to `high`, both included; what is missing is in no range. */
  | { readonly op: 'range'; readonly column: number; readonly low: number; readonly high: number }
  /** Categories whose code is 1 in the table. */
  | { readonly op: 'levels'; readonly column: number; readonly table: Uint8Array }
  /** Times whose day (UTC) is 1 in the table, which begins at `firstDay`. */
  | { readonly op: 'days'; readonly column: number; readonly firstDay: number; readonly table: Uint8Array }
  | { readonly op: 'and' | 'or'; readonly of: readonly number[] }
  | { readonly op: 'not'; readonly of: number };

/** A rule's two answers: who surely is a member, and who possibly is. They are one where every condition has its column. */
export type Root = { readonly sure: number; readonly possible: number };

export type Plan = {
  readonly operations: readonly Operation[];
  /** How many operations and roots each operation is part of. */
  readonly uses: readonly number[];
  readonly columns: readonly { readonly name: string; readonly storage: Storage }[];
  readonly roots: readonly Root[];
  /** Conditions that no column answers, in text, for each rule. */
  readonly unanswered: readonly (readonly string[])[];
};

/** Gathers operations; the same one is stored once. */
export class PlanBuilder {
  readonly #operations: Operation[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #columns: { name: string; storage: Storage }[] = [];
  readonly #columnPlaces = new Map<string, number>();
  readonly #tables = new Map<Uint8Array, number>();
  readonly all: number;
  readonly none: number;

  constructor() {
    this.all = this.#add('all', { op: 'all' });
    this.none = this.#add('none', { op: 'none' });
  }

  column(name: string, storage: Storage): number {
    const known = this.#columnPlaces.get(name);
    if (known !== undefined) return known;
    this.#columns.push({ name, storage });
    this.#columnPlaces.set(name, this.#columns.length - 1);
    return this.#columns.length - 1;
  }

  range(column: number, low: number, high: number): number {
    if (low > high) return this.none;
    const { storage } = this.#columns[column]!;
    if (storage === 'f64' || storage === 'f32')
      return this.#add(`range ${column} ${low} ${high}`, { op: 'range', column, low, high });
    // The value that says missing is left out here, so that no loop has to ask for it.
    const most = storage === 'u8' ? 0xfe : storage === 'u16' ? 0xfffe : 0x7fffffff;
    const least = storage === 'i32' ? -0x80000000 : 0;
    const from = Math.max(Math.ceil(low), least);
    const to = Math.min(Math.floor(high), most);
    if (from > to) return this.none;
    if (storage === 'i32' && from <= -1 && to >= -1) return this.or([this.range(column, from, -2), this.range(column, 0, to)]);
    return this.#add(`range ${column} ${from} ${to}`, { op: 'range', column, low: from, high: to });
  }

  levels(column: number, table: Uint8Array): number {
    if (!table.includes(1)) return this.none;
    return this.#add(`levels ${column} ${this.#tableId(table)}`, { op: 'levels', column, table });
  }

  days(column: number, firstDay: number, table: Uint8Array): number {
    return this.#add(`days ${column} ${firstDay} ${this.#tableId(table)}`, { op: 'days', column, firstDay, table });
  }

  and(of: readonly number[]): number {
    return this.#joined('and', of, this.all, this.none);
  }

  or(of: readonly number[]): number {
    return this.#joined('or', of, this.none, this.all);
  }

  not(of: number): number {
    if (of === this.all) return this.none;
    if (of === this.none) return this.all;
    const inner = this.#operations[of]!;
    return inner.op === 'not' ? inner.of : this.#add(`not ${of}`, { op: 'not', of });
  }

  /** @param neutral changes nothing, @param decisive decides alone */
  #joined(op: 'and' | 'or', of: readonly number[], neutral: number, decisive: number): number {
    const parts = new Set<number>();
    for (const one of of) {
      const inner = this.#operations[one]!;
      if (inner.op === op) for (const part of inner.of) parts.add(part);
      else if (one !== neutral) parts.add(one);
    }
    if (parts.has(decisive)) return decisive;
    if (parts.size <= 1) return parts.values().next().value ?? neutral;
    const sorted = [...parts].sort((a, b) => a - b);
    return this.#add(`${op} ${sorted.join(' ')}`, { op, of: sorted });
  }

  /** Equal tables are one: what rules ask alike is found alike. */
  #tableId(table: Uint8Array): string {
    const known = this.#tables.get(table);
    if (known !== undefined) return String(known);
    for (const [other, id] of this.#tables) {
      if (Buffer.compare(other, table) === 0) {
        this.#tables.set(table, id);
        return String(id);
      }
    }
    this.#tables.set(table, this.#tables.size);
    return String(this.#tables.size - 1);
  }

  #add(key: string, operation: Operation): number {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#operations.push(operation);
    this.#byKey.set(key, this.#operations.length - 1);
    return this.#operations.length - 1;
  }

  plan(roots: readonly Root[], unanswered: readonly (readonly string[])[]): Plan {
    const operations = this.#operations;
    const uses = operations.map(() => 0);
    // From the roots down, each operation once: what no rule reaches any more has no use.
    const seen = new Set<number>();
    const visit = (place: number) => {
      uses[place]! += 1;
      if (seen.has(place)) return;
      seen.add(place);
      const operation = operations[place]!;
      if (operation.op === 'and' || operation.op === 'or') operation.of.forEach(visit);
      if (operation.op === 'not') visit(operation.of);
    };
    for (const { sure, possible } of roots) for (const place of new Set([sure, possible])) visit(place);
    return { operations, uses, columns: this.#columns, roots, unanswered };
  }
}

const bits = new DataView(new ArrayBuffer(8));

/** The next greater or smaller double. */
export function neighbour(value: number, up: boolean): number {
  if (!Number.isFinite(value)) return value;
  if (value === 0) return up ? Number.MIN_VALUE : -Number.MIN_VALUE;
  bits.setFloat64(0, value);
  const away = value > 0 === up;
  bits.setBigInt64(0, bits.getBigInt64(0) + (away ? 1n : -1n));
  return bits.getFloat64(0);
}
