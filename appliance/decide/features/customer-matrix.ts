// The matrix of the node's customers: one row each, a column for each feature, in shared memory that worker threads read. A person keeps
// their row while they are there; the row of one who is gone is empty until the next takes it.

import { createHash } from 'node:crypto';
import { Fault } from '../../core/errors.ts';
import {
  type Cells,
  type Column,
  cellOf,
  emptyChunk,
  isMissing,
  type Matrix,
  matrixBytes,
  missingOf,
  rowsPerChunk,
} from '../../core/matrix/matrix.ts';
import type { PersonFacts } from '../../record/profiles/profiles.ts';
import { doingsOf, type Feature, type FeatureGroup } from './catalogue.ts';
import { activityDays, DailyActivity } from './daily.ts';
import { Moment } from './moment.ts';

/** Customers of one node, and levels of one category: what comes after them is `otherLevel`. */
export const matrixLimits = { rows: 20_000_000, levels: 2_000 } as const;
export const otherLevel = '…';

/** Another number when cells mean something else than before under the same names. */
const layoutVersion = 1;

type Levels = { codes: Map<string, number>; texts: string[] };

export class CustomerMatrix {
  readonly features: readonly Feature[];
  readonly #chunks: Cells[][];
  readonly #levels: (Levels | undefined)[];
  readonly #daily = new DailyActivity();
  readonly #rowOf = new Map<number, number>();
  readonly #free: number[] = [];
  /** Person of each row, -1 where there is none. */
  #persons = new Int32Array(0);
  #rows = 0;

  constructor(features: readonly Feature[]) {
    this.features = features;
    this.#chunks = features.map(() => []);
    this.#levels = features.map(({ kind }) => (kind === 'category' ? { codes: new Map(), texts: [] } : undefined));
  }

  /** Persons in it. */
  get size(): number {
    return this.#rowOf.size;
  }

  /** One more than the last row that was ever taken. */
  get rows(): number {
    return this.#rows;
  }

  rowOf(personId: number): number | undefined {
    return this.#rowOf.get(personId);
  }

  /** @returns -1 where there is none */
  personOf(row: number): number {
    return row < this.#rows ? this.#persons[row]! : -1;
  }

  persons(): IterableIterator<number> {
    return this.#rowOf.keys();
  }

  /**
   * Reads a person's features anew. @returns their row, and until when the cells that were read are right if nothing is heard
   * @param groups leaves the others as they are, if the person has a row
   */
  put(personId: number, facts: PersonFacts, nowMs: number, groups?: ReadonlySet<FeatureGroup>): { row: number; untilMs: number } {
    const known = this.#rowOf.get(personId);
    const row = known ?? this.#take(personId);
    const only = known === undefined ? undefined : groups;
    const moment = new Moment(nowMs);
    const chunk = Math.floor(row / rowsPerChunk);
    const at = row % rowsPerChunk;
    for (let index = 0; index < this.features.length; index += 1) {
      const feature = this.features[index]!;
      if (only && !only.has(feature.group)) continue;
      this.#chunks[index]![chunk]![at] = this.#cellOf(index, feature.of(facts, moment));
    }
    this.#daily.advance(nowMs);
    this.#daily.put(row, doingsOf(facts));
    return { row, untilMs: moment.untilMs };
  }

  /** @returns the row that is free now; undefined when the person was not there */
  remove(personId: number): number | undefined {
    const row = this.#rowOf.get(personId);
    if (row === undefined) return undefined;
    this.#rowOf.delete(personId);
    this.#persons[row] = -1;
    this.features.forEach(({ storage }, index) => {
      this.#chunks[index]![Math.floor(row / rowsPerChunk)]![row % rowsPerChunk] = missingOf[storage];
    });
    this.#daily.put(row, []);
    this.#free.push(row);
    return row;
  }

  /** As it stands; cells go on changing, rows without a person are missing in all columns. @param nowMs of the days of activity */
  view(nowMs: number): Matrix {
    this.#daily.advance(nowMs);
    const columns = this.features.map(({ name, kind, storage }, index): Column => {
      const levels = this.#levels[index];
      return { name, kind, storage, chunks: this.#chunks[index]!, ...(levels && { levels: levels.texts }) };
    });
    return { rows: this.#rows, columns: [...columns, ...this.#daily.columns()] };
  }

  /** One number for all that it says, whatever order persons came in: equal for equal contents. SHA-256, in hex. */
  digest(nowMs: number): string {
    const hash = createHash('sha256');
    const { columns } = this.view(nowMs);
    const number = Buffer.alloc(8);
    for (const personId of [...this.#rowOf.keys()].sort((a, b) => a - b)) {
      const row = this.#rowOf.get(personId)!;
      hash.update(`\n${personId}`);
      for (const column of columns) {
        const cell = cellOf(column, row);
        number.writeDoubleLE(isMissing(column, cell) ? Number.NaN : cell);
        hash.update(column.levels && !isMissing(column, cell) ? `\t${column.levels[cell]}` : number);
      }
    }
    return hash.digest('hex');
  }

  /** What tells whether cells on disk are of these features. */
  get fingerprint(): string {
    const declared = this.features.map(({ name, kind, storage }) => `${name} ${kind} ${storage}`);
    return createHash('sha256')
      .update(`${layoutVersion}\n${declared.join('\n')}`)
      .digest('base64');
  }

  /** All of it but the cells, as JSON; the persons of rows are copied apart. */
  outline(): { rows: number; levels: (string[] | null)[]; persons: Int32Array } {
    const levels = this.#levels.map((known) => (known ? [...known.texts] : null));
    return { rows: this.#rows, levels, persons: this.#persons.slice(0, this.#rows) };
  }

  /** Every chunk, features' first, always in the same order. */
  *cells(): Generator<Cells> {
    for (const chunks of this.#chunks) yield* chunks;
    for (const chunks of this.#daily.chunks()) yield* chunks;
  }

  /** Takes the place of what it holds: the cells are to be filled in next, in the order of `cells()`. @param nowMs when they were right */
  resume({ rows, levels, persons }: ReturnType<CustomerMatrix['outline']>, nowMs: number): void {
    if (this.#rows > 0) throw new RangeError('resume: expected a matrix without rows');
    while (this.#rows < rows) {
      this.#grow();
      this.#rows = Math.min(rows, this.#rows + rowsPerChunk);
    }
    this.#persons.set(persons);
    for (let row = 0; row < rows; row += 1) {
      const person = persons[row]!;
      if (person >= 0) this.#rowOf.set(person, row);
      else this.#free.push(row);
    }
    levels.forEach((texts, index) => {
      if (texts) this.#levels[index] = { codes: new Map(texts.map((text, code) => [text, code])), texts: [...texts] };
    });
    this.#daily.resume(nowMs);
  }

  /** Bytes of shared memory. */
  get bytes(): number {
    const rows = Math.ceil(this.#rows / rowsPerChunk) * rowsPerChunk;
    const storages = this.features.map(({ storage }) => storage);
    return matrixBytes(rows, [...storages, ...Array.from({ length: activityDays }, () => 'u8' as const)]);
  }

  #take(personId: number): number {
    const row = this.#free.pop() ?? this.#rows;
    if (row >= matrixLimits.rows) throw new Fault('too_busy', `more than ${matrixLimits.rows} customers`);
    if (row === this.#rows) {
      if (row % rowsPerChunk === 0) this.#grow();
      this.#rows += 1;
    }
    this.#rowOf.set(personId, row);
    this.#persons[row] = personId;
    return row;
  }

  #grow(): void {
    this.features.forEach(({ storage }, index) => {
      this.#chunks[index]!.push(emptyChunk(storage));
    });
    this.#daily.grow();
    const persons = new Int32Array(this.#rows + rowsPerChunk).fill(-1);
    persons.set(this.#persons);
    this.#persons = persons;
  }

  #cellOf(index: number, value: number | string | undefined): number {
    const { storage } = this.features[index]!;
    const levels = this.#levels[index];
    if (value === undefined || (typeof value === 'number') === (levels !== undefined)) return missingOf[storage];
    if (typeof value === 'number') return Number.isFinite(value) ? value : missingOf[storage];
    return codeOf(levels!, value.slice(0, 200));
  }
}

function codeOf(levels: Levels, text: string): number {
  const known = levels.codes.get(text);
  if (known !== undefined) return known;
  if (levels.texts.length >= matrixLimits.levels - 1 && text !== otherLevel) return codeOf(levels, otherLevel);
  levels.codes.set(text, levels.texts.length);
  levels.texts.push(text);
  return levels.texts.length - 1;
}
