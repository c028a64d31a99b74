import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { numberColumn, rowsPerChunk } from '../../../core/matrix/matrix.ts';
import type { ScoringModel } from '../../../core/model/scoring.ts';
import { calibrate } from '../calibration/calibrate.ts';
import { createScorer, parseScoringModel } from './scoring.ts';
import { matrixOf, naiveMargin, randomModel, randomRows, blendShape as shape, shapes } from './testing.ts';
import { startScoringThreads } from './threads.ts';

test('a matrix, a row by names and features alone score the very same bits as the words of the format', () => {
  fc.assert(
    fc.property(shapes, fc.integer(), fc.constantFrom('f64', 'f32'), (shape, seed, storage) => {
      const model = parseScoringModel(JSON.parse(JSON.stringify(randomModel(shape))));
      const rows = randomRows(model, 300, seed);
      const matrix = matrixOf(model, rows, storage);
      const scorer = createScorer(model);
      const scores = scorer.matrix(matrix);
      rows.forEach((row, at) => {
        const expected = naiveMargin(model, matrix, at);
        assert.ok(
          Object.is(scores.margin[at], expected) || scores.margin[at] === expected,
          `row ${at}: ${scores.margin[at]}, ${expected}`,
        );
        assert.deepEqual(scores.probability[at], calibrate(model.calibration, expected));
        const alone = scorer.row(row);
        assert.deepEqual(alone.margin, scores.margin[at]);
        assert.deepEqual(scorer.features(scorer.featuresAt(matrix, at)), alone);
      });
    }),
    { numRuns: process.env.HOLDFAST_LONG ? 3000 : 150 },
  );
});

test('rows of several chunks of every storage', () => {
  const model: ScoringModel = {
    format: 1,
    inputs: [
      { name: 'a', kind: 'number' },
      { name: 'b', kind: 'number' },
    ],
    features: [
      { name: 'a', input: 'a', how: 'number' },
      { name: 'b', input: 'b', how: 'number' },
      { name: 'no b', input: 'b', how: 'missing' },
    ],
    margin: { kind: 'linear', base: 1, weights: [1, 2, 4], centers: [0, 1, 0], scales: [1, 2, 1] },
    calibration: { kind: 'platt', a: 1, b: 0 },
  };
  const rows = rowsPerChunk * 2 + 77;
  for (const storage of ['i32', 'u16', 'u8', 'f32', 'f64'] as const) {
    const values = Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? Number.NaN : row % 251));
    const matrix = { rows, columns: [numberColumn('a', values, storage), numberColumn('b', values, storage)] };
    const { margin } = createScorer(model).matrix(matrix);
    for (let row = 0; row < rows; row += 1) {
      const value = row % 251;
      assert.equal(margin[row], row % 5 === 0 ? 5 : 1 + value + (value - 1));
    }
  }
});

test('isotonic: flat outside, straight between, one point alone', () => {
  const points = { kind: 'isotonic', margins: [-1, 1, 2], probabilities: [0.1, 0.3, 0.9] } as const;
  const of = (margin: number) => Number(calibrate(points, margin).toFixed(12));
  assert.deepEqual([-5, -1, 0, 1, 1.5, 2, 9].map(of), [0.1, 0.1, 0.2, 0.3, 0.6, 0.9, 0.9]);
  assert.deepEqual([of(Number.NEGATIVE_INFINITY), of(Number.POSITIVE_INFINITY), of(Number.NaN)], [0.1, 0.9, Number.NaN]);
  assert.equal(calibrate({ kind: 'isotonic', margins: [3], probabilities: [0.5] }, -7), 0.5);
});

test('a matrix that does not fit, and a value of the wrong kind, are refused by name', () => {
  const model = randomModel(shape);
  const scorer = createScorer(model);
  assert.throws(() => scorer.matrix({ rows: 1, columns: [] }), {
    code: 'model_invalid',
    where: 'inputs.number 0: the data has no such column',
  });
  const wrong = model.inputs.map(({ name }) => numberColumn(name, [1]));
  assert.throws(() => scorer.matrix({ rows: 1, columns: wrong }), { where: /expected a column of kind time, got number/ });
  assert.throws(() => scorer.row({ 'number 0': 'seven' }), { code: 'bad_request', where: 'number 0: expected a number' });
  assert.throws(() => scorer.row({ '类别 0': 7 }), { code: 'bad_request', where: '类别 0: expected text' });
});

type Open = { [key: string]: Open } & Open[];
test('each mistake of a model is answered with its place', () => {
  // The first one whose first tree is more than a leaf.
  const branches = ({ margin }: ScoringModel) =>
    margin.kind === 'blend' && margin.parts[0]!.of.kind === 'trees' && margin.parts[0]!.of.trees[0]!.feature[0]! >= 0;
  const whole = Array.from({ length: 50 }, (_, seed) => randomModel({ ...shape, seed })).find(branches)!;
  const mistakes: [(model: Open) => void, RegExp][] = [
    [(m) => Object.assign(m, { format: 2 }), /^format: must be equal to constant/],
    [(m) => Object.assign(m, { more: 1 }), /^model: must NOT have additional properties/],
    [(m) => Object.assign(m.inputs![0]!, { kind: 'text' }), /^inputs\.0\.kind/],
    [(m) => Object.assign(m.inputs![1]!, { name: 'number 0' }), /^inputs\.1\.name: must not name a column twice/],
    [(m) => Object.assign(m.inputs!.at(-1)!, { levels: ['a', 'a'] }), /levels: must not name a level twice/],
    [(m) => Object.assign(m.inputs!.at(-1)!, { levels: [''] }), /levels/],
    [(m) => Object.assign(m.features![0]!, { input: 'nothing' }), /^features\.0\.input: must be the name of one of the inputs/],
    [(m) => Object.assign(m.features![0]!, { how: 'time' }), /^features\.0\.how: must be made of a column of kind time/],
    [(m) => Object.assign(m.margin!.parts![0]!, { weight: 0.6 }), /^margin\.parts: weights must sum to 1/],
    [(m) => m.margin!.parts![1]!.of!.weights!.pop(), /^margin\.parts\.1\.of\.weights: must be as many as features/],
    [
      (m) => Object.assign(m.margin!.parts![1]!.of!.scales!, [0]),
      /^margin\.parts\.1\.of\.scales\.0: must be a finite number above 0/,
    ],
    [(m) => Object.assign(m.margin!.parts![0]!.of!.trees![0]!.feature!, [99]), /trees\.0\.feature\.0: must be a feature/],
    [(m) => Object.assign(m.margin!.parts![0]!.of!.trees![0]!.left!, [0]), /trees\.0\.left\.0: must be another node/],
    [(m) => Object.assign(m.margin!.parts![0]!.of!.trees![0]!.right!, m.margin!.parts![0]!.of!.trees![0]!.left), /must lead to/],
    [(m) => Object.assign(m.margin!.parts![0]!.of!.trees![0]!.cover!, [0]), /trees\.0\.cover\.0: must be above 0/],
    [(m) => m.margin!.parts![0]!.of!.trees![0]!.value!.pop(), /trees\.0\.value: must be as many as nodes/],
    [(m) => Object.assign(m.calibration!, { margins: [1, 1], probabilities: [0, 1] }), /^calibration\.margins\.1: must rise/],
    [
      (m) => Object.assign(m.calibration!, { margins: [1, 2], probabilities: [1, 0] }),
      /^calibration\.probabilities\.1: must not fall/,
    ],
    [
      (m) => Object.assign(m.calibration!, { margins: [1], probabilities: [2] }),
      /^calibration\.probabilities\.0: must be 0 to 1/,
    ],
  ];
  for (const [spoil, where] of mistakes) {
    const json = JSON.parse(JSON.stringify(whole));
    parseScoringModel(json);
    spoil(json);
    assert.throws(() => parseScoringModel(json), { code: 'model_invalid', where }, String(where));
  }
  for (const json of [null, 7, [], {}]) assert.throws(() => parseScoringModel(json), { code: 'model_invalid' });
});

test('threads score the same bits, say how far they are, and stop when asked', async () => {
  const model = randomModel(shape);
  const rows = randomRows(model, 3_000, 8);
  const some = matrixOf(model, rows);
  // The same cells over and over, so that there are several chunks.
  const matrix = {
    rows: rowsPerChunk * 2 + 3_000,
    columns: some.columns.map((one) => ({ ...one, chunks: Array(3).fill(one.chunks[0]!) })),
  };
  const scorer = createScorer(model);
  const threads = startScoringThreads(2);
  const seen: number[] = [];
  assert.deepEqual(await threads.score(scorer, matrix, { onProgress: (done) => seen.push(done) }), scorer.matrix(matrix));
  assert.equal(seen.at(-1), matrix.rows);
  const controller = new AbortController();
  const stopped = threads.score(scorer, matrix, { signal: controller.signal, onProgress: () => controller.abort() });
  await assert.rejects(stopped, { name: 'AbortError' });
  assert.equal((await threads.score(scorer, { ...matrix, rows: 0 })).margin.length, 0);
  await threads.close();
});
