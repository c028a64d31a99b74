// Runs a plan over chunks: for each rule the bitmap of its members. What several rules share is worked out once for a chunk; in an and only rows
// that are left are looked at, in an or only those not yet in.

import { type Cells, columnOf, type Matrix, missingOf, rowsPerChunk, type Storage } from '../../../core/matrix/matrix.ts';
import type { Words } from './kernels.ts';
import * as kernels from './kernels.ts';
import type { Operation, Plan } from './plan.ts';

/** Words of one chunk's bitmap, 32 rows each. */
export const wordsPerChunk = rowsPerChunk / 32;

/** A bitmap over rows in shared memory: row r is bit r % 32 of word r / 32. Rows beyond the matrix are 0. */
export type Bitmap = Uint32Array<SharedArrayBuffer>;
/** `undecided` are rows that only the whole rule can tell, asked one by one; absent when there can be none. */
export type Members = { members: Bitmap; count: number; undecided?: Bitmap; undecidedCount: number };

export function newBitmap(rows: number): Bitmap {
  const chunks = Math.max(1, Math.ceil(rows / rowsPerChunk));
  return new Uint32Array(new SharedArrayBuffer(chunks * wordsPerChunk * 4));
}

export function hasRow(bitmap: Bitmap, row: number): boolean {
  return ((bitmap[row >>> 5]! >>> (row & 31)) & 1) === 1;
}

/** The rows that are set, in order. */
export function* rowsOf(bitmap: Bitmap): Generator<number> {
  for (let word = 0; word < bitmap.length; word += 1) {
    let left = bitmap[word]!;
    while (left !== 0) {
      const bit = 31 - Math.clz32(left & -left);
      yield word * 32 + bit;
      left &= left - 1;
    }
  }
}

/** Everything that a thread needs, in plain data and shared memory. */
export type Job = {
  readonly plan: Plan;
  readonly rows: number;
  /** Of each column of the plan its chunks. */
  readonly chunks: readonly (readonly Cells[])[];
  readonly members: readonly Bitmap[];
  readonly undecided: readonly (Bitmap | undefined)[];
  /** The next chunk that nobody has taken. */
  readonly cursor: Int32Array<SharedArrayBuffer>;
};

/** @throws {RangeError} when the matrix lacks a column of the plan, or has it in another storage */
export function newJob(plan: Plan, matrix: Matrix): Job {
  const chunks = plan.columns.map(({ name, storage }) => {
    const column = columnOf(matrix, name);
    if (column?.storage !== storage) throw new RangeError(`column ${name}: expected storage ${storage}, got ${column?.storage}`);
    return column.chunks;
  });
  return {
    plan,
    rows: matrix.rows,
    chunks,
    members: plan.roots.map(() => newBitmap(matrix.rows)),
    undecided: plan.roots.map(({ sure, possible }) => (sure === possible ? undefined : newBitmap(matrix.rows))),
    cursor: new Int32Array(new SharedArrayBuffer(4)),
  };
}

/** Takes chunks until none is left or it is told to stop. Threads may do this for one job at once. @returns counts for each rule */
export function takeChunks(job: Job, stopped: () => boolean = () => false): { members: number[]; undecided: number[] } {
  const runner = new Runner(job.plan);
  const counts = { members: job.plan.roots.map(() => 0), undecided: job.plan.roots.map(() => 0) };
  const chunks = Math.ceil(job.rows / rowsPerChunk);
  while (!stopped()) {
    const chunk = Atomics.add(job.cursor, 0, 1);
    if (chunk >= chunks) break;
    runner.begin(job, chunk);
    job.plan.roots.forEach(({ sure, possible }, rule) => {
      const members = chunkOf(job.members[rule]!, chunk);
      runner.find(sure, members);
      counts.members[rule]! += kernels.countOf(members);
      const undecided = job.undecided[rule];
      if (undecided === undefined) return;
      const open = chunkOf(undecided, chunk);
      runner.find(possible, open);
      for (let word = 0; word < wordsPerChunk; word += 1) open[word]! &= ~members[word]!;
      counts.undecided[rule]! += kernels.countOf(open);
    });
  }
  return counts;
}

/** The job's answer once every chunk is done, from the counts of all who took part. */
export function membersOf(job: Job, counts: readonly { members: number[]; undecided: number[] }[]): Members[] {
  const sum = (of: 'members' | 'undecided', rule: number) => counts.reduce((all, one) => all + one[of][rule]!, 0);
  return job.plan.roots.map((_, rule) => {
    const undecided = job.undecided[rule];
    return {
      members: job.members[rule]!,
      count: sum('members', rule),
      undecidedCount: sum('undecided', rule),
      ...(undecided && { undecided }),
    };
  });
}

/** In this thread, to the end: for few rows, and for tests. Many rows are `MembersPool`'s. */
export function findMembers(plan: Plan, matrix: Matrix): Members[] {
  const job = newJob(plan, matrix);
  return membersOf(job, [takeChunks(job)]);
}

function chunkOf(bitmap: Bitmap, chunk: number): Words {
  return new Int32Array(bitmap.buffer, chunk * wordsPerChunk * 4, wordsPerChunk);
}

/** A leaf with everything but the rows filled in. */
type Leaf = (cells: Cells, mask: Words, out: Words) => number;

class Runner {
  readonly #plan: Plan;
  readonly #leaves: readonly (Leaf | undefined)[];
  /** Of what is used more than once: its rows in this chunk. */
  readonly #shared = new Map<number, Words>();
  readonly #known = new Set<number>();
  readonly #spare: Words[] = [];
  readonly #rows = new Int32Array(wordsPerChunk);
  #chunks: readonly Cells[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#leaves = plan.operations.map((operation) => leafOf(operation, plan));
  }

  begin({ rows, chunks }: Job, chunk: number): void {
    this.#chunks = chunks.map((column) => column[chunk]!);
    this.#known.clear();
    const left = Math.min(rowsPerChunk, rows - chunk * rowsPerChunk);
    this.#rows.fill(0);
    this.#rows.fill(-1, 0, left >>> 5);
    if (left % 32 !== 0) this.#rows[left >>> 5] = (1 << (left & 31)) - 1;
  }

  /** The rows of the chunk that an operation holds for. */
  find(place: number, out: Words): void {
    this.#within(place, this.#rows, out);
  }

  #within(place: number, mask: Words, out: Words): number {
    if (this.#plan.uses[place]! < 2) return this.#work(place, mask, out);
    return both(mask, this.#sharedOf(place), out);
  }

  #sharedOf(place: number): Words {
    const kept = this.#shared.get(place);
    if (kept && this.#known.has(place)) return kept;
    const words = kept ?? new Int32Array(wordsPerChunk);
    this.#work(place, this.#rows, words);
    this.#shared.set(place, words);
    this.#known.add(place);
    return words;
  }

  #work(place: number, mask: Words, out: Words): number {
    const operation = this.#plan.operations[place]!;
    switch (operation.op) {
      case 'all':
        return both(mask, mask, out);
      case 'none':
        out.fill(0);
        return 0;
      case 'and':
        return this.#and(operation.of, mask, out);
      case 'or':
        return this.#or(operation.of, mask, out);
      case 'not': {
        const inner = this.#take();
        this.#within(operation.of, mask, inner);
        const any = without(mask, inner, out);
        this.#spare.push(inner);
        return any;
      }
      default:
        return this.#leaves[place]!(this.#chunks[operation.column]!, mask, out);
    }
  }

  #and(of: readonly number[], mask: Words, out: Words): number {
    let rest = mask;
    // What is known already costs nothing and leaves fewer rows to the others.
    for (const place of this.#cheapFirst(of)) {
      if (this.#within(place, rest, out) === 0) return 0;
      rest = out;
    }
    return 1;
  }

  #or(of: readonly number[], mask: Words, out: Words): number {
    const rest = this.#take();
    const found = this.#take();
    rest.set(mask);
    // Written last: `out` may be the mask.
    const all = this.#take();
    all.fill(0);
    for (const place of this.#cheapFirst(of)) {
      if (this.#within(place, rest, found) === 0) continue;
      for (let word = 0; word < wordsPerChunk; word += 1) all[word]! |= found[word]!;
      if (without(rest, found, rest) === 0) break;
    }
    const any = both(all, all, out);
    this.#spare.push(rest, found, all);
    return any;
  }

  #cheapFirst(of: readonly number[]): readonly number[] {
    return [...of.filter((place) => this.#known.has(place)), ...of.filter((place) => !this.#known.has(place))];
  }

  #take(): Words {
    return this.#spare.pop() ?? new Int32Array(wordsPerChunk);
  }
}

function both(a: Words, b: Words, out: Words): number {
  let any = 0;
  for (let word = 0; word < wordsPerChunk; word += 1) {
    const found = a[word]! & b[word]!;
    out[word] = found;
    any |= found;
  }
  return any;
}

function without(a: Words, b: Words, out: Words): number {
  let any = 0;
  for (let word = 0; word < wordsPerChunk; word += 1) {
    const found = a[word]! & ~b[word]!;
    out[word] = found;
    any |= found;
  }
  return any;
}

function leafOf(operation: Operation, { columns }: Plan): Leaf | undefined {
  if (operation.op === 'range') return rangeLeaf(columns[operation.column]!.storage, operation.low, operation.high);
  if (operation.op === 'levels') return levelsLeaf(columns[operation.column]!.storage, operation.table);
  if (operation.op !== 'days') return undefined;
  const { firstDay, table } = operation;
  const missing = missingOf[columns[operation.column]!.storage];
  return (cells, mask, out) => kernels.daysOf(cells, firstDay, table, missing, mask, out);
}

function rangeLeaf(storage: Storage, low: number, high: number): Leaf {
  switch (storage) {
    case 'f64':
      return (cells, mask, out) => kernels.rangeF64(cells as Float64Array, low, high, mask, out);
    case 'f32':
      return (cells, mask, out) => kernels.rangeF32(cells as Float32Array, low, high, mask, out);
    case 'i32':
      return (cells, mask, out) => kernels.rangeI32(cells as Int32Array, low, high, mask, out);
    case 'u16':
      return (cells, mask, out) => kernels.rangeU16(cells as Uint16Array, low, high, mask, out);
    case 'u8':
      return (cells, mask, out) => kernels.rangeU8(cells as Uint8Array, low, high, mask, out);
  }
}

function levelsLeaf(storage: Storage, levels: Uint8Array): Leaf {
  if (storage === 'i32') return (cells, mask, out) => kernels.levelsI32(cells as Int32Array, levels, mask, out);
  // Room for every code, so that the loop need not ask.
  const table = new Uint8Array(storage === 'u8' ? 0x100 : 0x10000);
  table.set(levels.subarray(0, table.length));
  if (storage === 'u8') return (cells, mask, out) => kernels.levelsU8(cells as Uint8Array, table, mask, out);
  if (storage === 'u16') return (cells, mask, out) => kernels.levelsU16(cells as Uint16Array, table, mask, out);
  throw new RangeError(`levels: expected a storage of codes, got ${storage}`);
}
