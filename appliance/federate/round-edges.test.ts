// Edges from counts: what a verifier finds without any code of the trainer is what the trainer finds.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sharedEdges } from '../../federation/protocol/trees/edges.ts';
import { ProtocolFault } from '../../federation/protocol/words.ts';
import { EdgeFinder } from '../decide/models/boosting/boosting.ts';
import { countCells } from '../decide/models/boosting/shared-edges.ts';

const runs = process.env.HOLDFAST_LONG === '1' ? { numRuns: 5_000 } : { numRuns: 150, seed: 20_261_126 };

/** Numbers as columns have them: continuous, whole, money, few that recur, missing, and what is at the ends. */
const number = fc.oneof(
  fc.float({ noDefaultInfinity: true }),
  fc.integer({ min: -300, max: 300 }),
  fc.integer({ min: 0, max: 1_000_000 }).map((cents) => cents / 100),
  fc.constantFrom(0, -0, 1, Number.NaN, 2 ** -149, -(2 ** -149), 3.4028234663852886e38, -3.4028234663852886e38),
);
const table = fc
  .record({ rows: fc.integer({ min: 1, max: 400 }), columns: fc.integer({ min: 1, max: 4 }) })
  .chain(({ rows, columns }) =>
    fc.array(fc.array(number, { minLength: rows, maxLength: rows }), { minLength: columns, maxLength: columns }),
  );
const settings = fc.record({ bins: fc.integer({ min: 3, max: 256 }), leastCount: fc.integer({ min: 1, max: 40 }) });

/** What the trainer asks for, and what comes of it. */
function trained(columns: readonly (readonly number[])[], terms: { bins: number; leastCount: number }) {
  const finder = new EdgeFinder(columns.length, terms);
  const sums: Int32Array[] = [];
  while (finder.cells.size > 0) {
    const counts = [...finder.cells].flatMap(([column, cells]) => [...countCells(Float32Array.from(columns[column]!), cells)]);
    sums.push(Int32Array.from(counts));
    finder.take(sums.at(-1)!);
  }
  return { sums, edges: finder.edges };
}

test('of any table', () => {
  fc.assert(
    fc.property(table, settings, (columns, terms) => {
      const { sums, edges } = trained(columns, terms);
      let read = 0;
      const found = sharedEdges(columns.length, terms, () => sums[read++]!);
      assert.equal(read, sums.length);
      assert.deepEqual(found, edges);
      assert.ok(found.every((some) => some.every((edge) => !Object.is(edge, -0))));
    }),
    runs,
  );
});

test('of counts that no table has: both refuse them, or find the same', () => {
  const terms = { bins: 16, leastCount: 2 };
  const { sums } = trained([Array.from({ length: 200 }, (_, at) => (at * at) / 7), Array(200).fill(3)], terms);
  const change = fc.record({ pass: fc.nat(3), at: fc.nat(), to: fc.integer({ min: -2, max: 60 }), level: fc.boolean() });
  let [refused, same] = [0, 0];
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const given = sums.map((sum) => sum.slice());
      for (const { pass, at, to, level } of changes) {
        const sum = given[pass % given.length]!;
        const place = at % (sum.length - 1);
        if (level) sum[place + 1]! += sum[place]! - to;
        sum[place] = to;
      }
      const finder = new EdgeFinder(2, terms);
      const theirs = attempt(() => {
        for (const sum of given) if (finder.cells.size > 0) finder.take(sum);
        return finder.edges;
      });
      let read = 0;
      const next = () => {
        const sum = given[read++];
        if (!sum) throw new ProtocolFault('malformed', 'wanting');
        return sum;
      };
      const ours = attempt(() => sharedEdges(2, terms, next));
      assert.deepEqual(ours, theirs);
      if (ours === undefined) refused += 1;
      else same += 1;
    }),
    runs,
  );
  assert.ok(refused > 5 && same > 5, `${refused} refused, ${same} the same`);
});

/** Undefined where it refuses. */
function attempt(work: () => readonly Float32Array[]): Float32Array[] | undefined {
  try {
    return [...work()];
  } catch {
    return undefined;
  }
}
