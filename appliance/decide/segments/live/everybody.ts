// A rule asked of everybody at once: by columns in worker threads, and of those whom no column decides by their facts, or some of them where they
// are too many to ask all.

import { Fault } from '../../../core/errors.ts';
import { type Column, emptyChunk, type Matrix, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { Calendar } from '../rules/calendar.ts';
import { compile } from '../rules/compile.ts';
import type { ColumnCatalogue, Measure } from '../rules/measure.ts';
import { type Bitmap, hasRow, type Members, newBitmap, rowsOf } from '../rules/members.ts';
import { MembersPool } from '../rules/members-pool.ts';
import { prepareRule } from '../rules/prepare.ts';
import { type Condition, leavesOf } from '../rules/rule.ts';
import { customerColumns, flagColumn } from './columns.ts';
import { followingLimits } from './following.ts';
import { type Memberships, propertyNames } from './memberships.ts';
import type { SegmentsParts } from './surroundings.ts';

/** `asked`: rows asked by their facts for one preview; beyond it so many of them stand for all. */
export const everybodyLimits = { asked: 2_000 } as const;

export type Counted = {
  members: Bitmap;
  count: number;
  /** Rows that stand for others were asked: the count is likely, not sure. */
  estimated: boolean;
  /** Customers in all. */
  of: number;
};

type Parts = Pick<SegmentsParts, 'customers' | 'people' | 'clock' | 'computed' | 'mayUseAll'> & {
  memberships: Memberships;
  calendar: Calendar;
  /** The bits of another segment. */
  bitsOf(segment: string): Bitmap | undefined;
};

export class Everybody {
  readonly #parts: Parts;
  readonly #catalogue: ColumnCatalogue;
  readonly #pool: MembersPool;

  constructor(parts: Parts, threads: number) {
    this.#parts = parts;
    this.#pool = new MembersPool(threads);
    const own = customerColumns(parts.computed);
    this.#catalogue = { columnFor: (measure) => own.columnFor(measure) ?? flagOf(measure) };
  }

  /** By columns alone: who surely is, and who may be. */
  async find(rules: readonly Condition[]): Promise<{ found: Members[]; matrix: Matrix; nowMs: number }> {
    const { customers, clock, calendar } = this.#parts;
    const nowMs = clock.nowMs();
    const view = customers.matrix.view(nowMs);
    const matrix: Matrix = { rows: view.rows, columns: [...view.columns, ...(await this.#flags(rules, view.rows))] };
    const plan = compile(
      rules.map((when) => ({ when })),
      this.#catalogue,
      { matrix, nowMs, calendar },
    );
    const found = await this.#pool.find(plan, matrix);
    // Rows without a person are missing in every column, and some rules hold for whom nothing is known.
    const present = this.#present(matrix.rows);
    for (const one of found) {
      one.count = keep(one.members, present);
      if (one.undecided) one.undecidedCount = keep(one.undecided, present);
    }
    return { found, matrix, nowMs };
  }

  /** How many fit, and who. */
  async count(when: Condition): Promise<Counted> {
    const { found } = await this.find([when]);
    const { members, count, undecided, undecidedCount } = found[0]!;
    const of = this.#parts.customers.matrix.size;
    if (!undecided || undecidedCount === 0) return { members, count, estimated: false, of };
    const open = [...rowsOf(undecided)];
    const asked = spread(open, everybodyLimits.asked);
    const sure = await this.#ask(when, asked);
    for (const row of sure) members[row >>> 5]! |= 1 << (row & 31);
    const likely = Math.round((sure.length * open.length) / asked.length);
    return { members, count: count + likely, estimated: asked.length < open.length, of };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  async #ask(when: Condition, rows: readonly number[]): Promise<number[]> {
    const { customers, people, clock, memberships, calendar } = this.#parts;
    const rule = prepareRule(when, calendar);
    const properties = new Set(propertyNames(when));
    const sure: number[] = [];
    for (let at = 0; at < rows.length; at += followingLimits.persons) {
      const rowOf = new Map(rows.slice(at, at + followingLimits.persons).map((row) => [customers.matrix.personOf(row), row]));
      const persons = [...rowOf.keys()];
      const history = properties.size > 0 ? await people.historyOf(persons, properties) : undefined;
      const facts = await people.factsOf(persons);
      const nowMs = clock.nowMs();
      for (const [person, own] of facts) {
        const row = rowOf.get(person)!;
        if (rule.member(memberships.subjectOf(row, own, history?.get(person) ?? []), nowMs)) sure.push(row);
      }
    }
    return sure;
  }

  /** Columns of segments and of what the gate says, for those that the rules name. */
  async #flags(rules: readonly Condition[], rows: number): Promise<Column[]> {
    const { customers, mayUseAll, bitsOf } = this.#parts;
    const columns = new Map<string, Column>();
    for (const leaf of rules.flatMap((when) => [...leavesOf(when)])) {
      if (leaf.kind === 'segment') {
        const bits = bitsOf(leaf.name);
        const name = flagColumn({ segment: leaf.name });
        if (bits && !columns.has(name))
          columns.set(
            name,
            flagsOf(name, rows, (row) => row >>> 5 < bits.length && hasRow(bits, row)),
          );
      } else if (leaf.kind === 'consent') {
        const { purpose, channel } = leaf;
        const name = flagColumn({ purpose, ...(channel !== undefined && { channel }) });
        if (columns.has(name)) continue;
        // For a purpose that is not declared nobody's data may be used.
        const { allowed } = await mayUseAll(purpose, channel ?? '*').catch((error: unknown) => {
          if (error instanceof Fault && error.code === 'bad_request') return { allowed: new Uint8Array(0) };
          throw error;
        });
        columns.set(
          name,
          flagsOf(name, rows, (row) => allowed[customers.matrix.personOf(row)] === 1),
        );
      }
    }
    return [...columns.values()];
  }

  #present(rows: number): Bitmap {
    const present = newBitmap(rows);
    const { matrix } = this.#parts.customers;
    for (let row = 0; row < rows; row += 1) if (matrix.personOf(row) >= 0) present[row >>> 5]! |= 1 << (row & 31);
    return present;
  }
}

function flagOf(measure: Measure): string | undefined {
  if (measure.kind === 'segment') return flagColumn({ segment: measure.name });
  if (measure.kind !== 'consent') return undefined;
  const { purpose, channel } = measure;
  return flagColumn({ purpose, ...(channel !== undefined && { channel }) });
}

function flagsOf(name: string, rows: number, holds: (row: number) => boolean): Column {
  const chunks = Array.from({ length: Math.ceil(rows / rowsPerChunk) }, () => emptyChunk('u8').fill(0));
  for (let row = 0; row < rows; row += 1) if (holds(row)) chunks[Math.floor(row / rowsPerChunk)]![row % rowsPerChunk] = 1;
  return { name, kind: 'number', storage: 'u8', chunks };
}

/** Leaves those that are in both. @returns how many */
function keep(bits: Bitmap, others: Bitmap): number {
  let count = 0;
  for (let word = 0; word < bits.length; word += 1) {
    bits[word]! &= others[word] ?? 0;
    count += bitCount(bits[word]!);
  }
  return count;
}

/** How many bits of 32 are set (Warren, Hacker's Delight, 5-1). */
export function bitCount(word: number): number {
  let bits = word - ((word >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** As many of them as asked for, evenly. */
export function spread<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  return Array.from({ length: most }, (_, at) => all[Math.floor((at * all.length) / most)]!);
}
