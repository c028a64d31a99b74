// One answer on every machine: no function that engines may round as they like, a logarithm of our own beside theirs, and the bits of a whole run
// pinned, so that a machine where they differ fails here and not in a federation.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { naturalLogarithm, powerOfTwoAtMost } from './arithmetic.ts';
import {
  adaptiveDefaults,
  decodeUpdate,
  encodeUpdate,
  nextNewton,
  robustMean,
  type ServerRule,
  standardiserOf,
  startNewton,
  startServer,
  stepServer,
} from './averaging.ts';

test('no file of this folder takes a function whose last bits are not fixed', () => {
  const allowed = new Set(['sqrt', 'abs', 'sign', 'floor', 'round', 'min', 'max', 'LN2']);
  const files = readdirSync(import.meta.dirname).filter((name) => /\.ts$/.test(name) && !/\.test\.ts$/.test(name));
  assert.ok(files.length >= 12);
  for (const name of files) {
    const code = readFileSync(new URL(name, import.meta.url), 'utf8').replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
    for (const [, used] of code.matchAll(/\bMath\.(\w+)/g)) assert.ok(allowed.has(used!), `${name}: Math.${used}`);
    assert.ok(!code.includes('**') && !code.includes('Intl'), name);
  }
});

test('our logarithm is the logarithm within a few units of the last place', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (value) => {
      const expected = Math.log(value);
      assert.ok(Math.abs(naturalLogarithm(value) - expected) <= 8 * 2 ** -53 * Math.max(1, Math.abs(expected)), `${value}`);
    }),
    { seed: 5, numRuns: 2000 },
  );
  assert.equal(naturalLogarithm(1), 0);
});

test('powers of two are the largest that fit', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (value) => {
      const power = powerOfTwoAtMost(value);
      assert.ok(power <= value && power * 2 > value && Number.isInteger(Math.log2(power)));
    }),
    { seed: 12, numRuns: 300 },
  );
});

test('a whole run has the bits that it had when this was written', () => {
  const hash = createHash('sha256');
  const keep = (values: Float64Array) => hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  // Numbers by whole steps alone (Park and Miller 1988).
  let state = 20_240_607;
  const draw = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647 - 0.5;
  };
  const vector = (length: number) => Float64Array.from({ length }, draw);
  const terms = { parameters: 9, members: 7, clip: 0.8, weighting: { by: 'rows', rowsCap: 1000 } } as const;
  for (const kind of ['adam', 'yogi', 'adagrad'] as const) {
    const rule: ServerRule = { kind, ...adaptiveDefaults };
    let server = startServer(rule, vector(9));
    for (let round = 0; round < 20; round += 1) {
      const means = Array.from({ length: 5 }, () => {
        const parts = [200, 700, 1300].map((rows) => encodeUpdate(terms, { delta: vector(9), rows }));
        return decodeUpdate(
          terms,
          parts[0]!.map((word, at) => word + parts[1]![at]! + parts[2]![at]!),
          3,
        ).mean;
      });
      for (const each of ['median', 'geometric'] as const) {
        const outcome = robustMean(means, 1, { kind: each });
        if (!outcome.ok) throw new Error(outcome.reason);
        server = stepServer(rule, server, outcome.update);
      }
    }
    keep(server.weights);
  }
  const rows = Array.from({ length: 40 }, () => [draw(), draw(), 1]);
  const curvature = Float64Array.from(
    [0, 1, 2].flatMap((i) => [0, 1, 2].slice(i).map((j) => rows.reduce((sum, x) => sum + (x[i]! * x[j]!) / 4, 0))),
  );
  const gradient = Float64Array.from([0, 1, 2], (i) => rows.reduce((sum, x, at) => sum + (at % 3 === 0 ? -0.5 : 0.5) * x[i]!, 0));
  let newton = startNewton(2, { rows: 40, positives: 14 });
  for (let step = 0; step < 3; step += 1)
    newton = nextNewton({ lambda: 1e-3 }, newton, { rows: 40, loss: 20 - step, gradient, curvature });
  keep(newton.weights);
  const feature = { count: 31, sum: 123_456_789n, squares: 9_876_543_210_987_654n };
  const { columns } = standardiserOf({ rows: 40, positives: 14, features: [feature] }, [64], 1);
  keep(Float64Array.from(columns.flatMap(({ center, scale }) => [center, scale])));
  assert.equal(columns.length, 2);
  assert.equal(hash.digest('hex'), '4f75d89c6c99b676af687a04c2a8f917f88688e84bdd74640171428453924c23');
});
