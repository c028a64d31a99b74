// Members of a round that learn together in one process, for tests: sums are added in the clear, in the order and with the checks of a board, and who
// is gone from which sum on, and what a member puts in place of its values, is the test's.

import { noisyAsk } from '../../../federation/participant/round/noise.ts';
import type { AskSum, Learned } from '../../../federation/participant/round/ports.ts';
import { type RoundSchema, type RoundTerms, sumBound } from '../../../federation/protocol/round/round-terms.ts';
import { seededRandom } from '../../../federation/protocol/testing.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { type Averaging, startAveraging } from '../../decide/models/averaging/averaging.ts';
import { sampleSource } from '../../decide/models/averaging/testing.ts';
import { Boosting } from '../../decide/models/boosting/boosting.ts';
import { learnRound } from './learning.ts';
import { type RoundTable, rowsOf } from './round-table.ts';

export const sampleSchema: RoundSchema = {
  label: { name: 'left', positive: 'yes' },
  features: [4096, 1, 8, 16, 1024, 1].map((limit, at) => ({ name: `column ${at}`, kind: 'number', limit })),
};

export function sampleTable(rows: number, seed: number, options: { curved?: boolean } = {}): RoundTable {
  const { features, labels } = sampleSource(rows, seed, options);
  const columns = features as readonly Float32Array<SharedArrayBuffer>[];
  return { rows, columns, names: sampleSchema.features.map(({ name }) => name), labels: Float32Array.from(labels) };
}

/** Rows of a table in parts of different sizes: the first has the most. */
export function dealt(table: RoundTable, parts: number): RoundTable[] {
  const rows: number[][] = Array.from({ length: parts }, () => []);
  for (let row = 0; row < table.rows; row += 1) rows[(row % (parts + 1)) % parts]!.push(row);
  return rows.map((own) => rowsOf(table, Uint32Array.from(own)));
}

export const memberIds = (count: number): string[] => Array.from({ length: count }, (_, at) => (at + 16).toString(16).repeat(16));

export function termsOf(members: number, learn: RoundTerms['learn'], schema = sampleSchema): RoundTerms {
  const features = learn.kind === 'trees' ? schema.features.map(({ limit: _limit, ...rest }) => rest) : schema.features;
  return {
    ...{ v: 1, kind: 'round', members: memberIds(members), coordinator: 'c'.repeat(32), custodian: 'd'.repeat(32) },
    ...{ purpose: 'churn', reason: 'a test', schema: { ...schema, features }, learn, against: 'malicious', agreement: 'x25519' },
    ...{
      encryption: 'bfv-4096',
      patienceMs: 1000,
      officers: 1,
      minRows: 1,
      proposedAtMs: 1,
      log: { size: 1, head: 'a'.repeat(64) },
    },
  };
}

type Asked = { readonly about: string; readonly members: readonly string[]; readonly values: Map<string, Int32Array> };
export type Trouble = {
  /** The sum, by number, that a member is gone from on: it does not give to it. */
  readonly gone?: { readonly [member: string]: number };
  /** Of everybody's chance. */
  readonly seed?: string;
  /** What a member sends in place of its values. */
  readonly sends?: (member: string, about: string, values: Int32Array, members: readonly string[]) => Int32Array;
};

/** Adds what members ask for, sum by sum. */
export class OpenBoard {
  readonly asked: Asked[] = [];
  readonly sums: Int32Array[] = [];
  readonly #trouble: Trouble;
  readonly #waiting: (() => void)[] = [];
  #active: readonly string[];

  constructor(members: readonly string[], trouble: Trouble = {}) {
    this.#active = members;
    this.#trouble = trouble;
  }

  askOf(member: string): AskSum {
    let next = 0;
    return async (about, values, { state, look } = {}) => {
      const at = next++;
      if ((this.#trouble.gone?.[member] ?? Number.POSITIVE_INFINITY) <= at) return new Promise(() => undefined);
      const marked = state === undefined ? about : `${about} ${state}`;
      this.asked[at] ??= { about: marked, members: this.#active, values: new Map() };
      const { members, ...sum } = this.asked[at];
      if (sum.about !== marked) throw new ProtocolFault('sum_differs', `${at}: ${about}`);
      const own = typeof values === 'function' ? await values(members) : values;
      sum.values.set(member, this.#trouble.sends?.(member, about, own, members) ?? own);
      const survivors = members.filter((one) => (this.#trouble.gone?.[one] ?? Number.POSITIVE_INFINITY) > at);
      if (survivors.every((one) => sum.values.has(one))) for (const go of this.#waiting.splice(0)) go();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
      look?.({ members, survivors });
      this.#active = survivors;
      this.sums[at] ??= added(survivors.map((one) => sum.values.get(one)!));
      return this.sums[at];
    };
  }
}

function added(vectors: readonly Int32Array[]): Int32Array {
  return Int32Array.from(vectors[0]!, (_, at) => {
    const sum = vectors.reduce((total, vector) => total + vector[at]!, 0);
    if (Math.abs(sum) > sumBound) throw new RangeError(`word ${at}: ${sum}`);
    return sum;
  });
}

let averaging: Averaging | undefined;
let pools: Boosting[] = [];

/** Of one test file: threads that its members share, and each its own for trees. */
export async function closeLearners(): Promise<void> {
  await averaging?.close();
  averaging = undefined;
  await Promise.all(pools.map((pool) => pool.close()));
  pools = [];
}

export function learnerOf(at: number): { averaging: Averaging; boosting: Boosting } {
  averaging ??= startAveraging();
  while (pools.length <= at) pools.push(new Boosting({ threads: 1 }));
  return { averaging, boosting: pools[at]! };
}

/** @returns of those who stay; rejects with the first fault of one of them */
export async function learnTogether(
  terms: RoundTerms,
  tables: readonly RoundTable[],
  trouble: Trouble = {},
): Promise<{ learned: Learned[]; board: OpenBoard }> {
  const board = new OpenBoard(terms.members, trouble);
  const closing = new AbortController();
  const all = tables.map((table, at) => {
    const me = terms.members[at]!;
    const random = seededRandom(`${trouble.seed ?? ''}${me}`);
    const ask = noisyAsk(terms, board.askOf(me), random);
    const parts = { ...learnerOf(at), ask, me, random, signal: closing.signal };
    return learnRound(terms, table, parts);
  });
  const stay = all.filter((_, at) => trouble.gone?.[terms.members[at]!] === undefined);
  try {
    return { learned: await Promise.all(stay), board };
  } finally {
    closing.abort(new Error('closed'));
    await Promise.allSettled(all.filter((one) => stay.includes(one)).map((one) => Promise.race([one, Promise.resolve()])));
    for (const one of all) one.catch(() => undefined);
  }
}
