// npm run bench:score: what a score costs: a million rows by our own scorer and through ONNX, in as many worker threads each, against a bare
// run of onnxruntime over features that are ready; and one profile through ONNX. Everything in turn and in the same run, because the machine
// is never quite the same twice. Beside the rows: how long the main thread was not there for others.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { categoryColumn, type Matrix, numberColumn } from '../core/matrix/matrix.ts';
import type { Feature, InputColumn, ScoringModel, Tree } from '../core/model/scoring.ts';
import {
  createScorer,
  dayMs,
  exportOnnx,
  openOnnxScorer,
  openOwnModel,
  type Row,
  startOnnxThreads,
  startScoringThreads,
} from '../decide/models/models.ts';
import { InferenceSession, Tensor } from '../decide/models/onnx/library.ts';
import { seeded } from '../decide/models/scoring/testing.ts';
import { median, quantile, quick, report, say } from './bench.ts';

const rows = 1_000_000;
const rounds = quick ? 3 : 9;
const profiles = quick ? 2_000 : 20_000;
const threads = 2;
const trees = 100;
const depth = 6;
const random = seeded(20_260_101);

// 30 features of 28 columns: 24 numbers, 2 times, a category by its levels and a category coded; one cell in 20 is missing.
const levels = ['bronze', 'silver', 'gold'];
const cities = Array.from({ length: 300 }, (_, at) => `city ${at}`);
const inputs: InputColumn[] = [
  ...Array.from({ length: 24 }, (_, at): InputColumn => ({ name: `number ${at}`, kind: 'number' })),
  { name: 'first seen', kind: 'time' },
  { name: 'last seen', kind: 'time' },
  { name: 'tier', kind: 'category', levels },
  { name: 'city', kind: 'category', levels: cities },
];
const features = inputs.flatMap(({ name, kind }): Feature[] => {
  if (kind !== 'category') return [{ name, input: name, how: kind }];
  if (name === 'tier') return levels.map((level) => ({ name: `${name} = ${level}`, input: name, how: 'is', level }));
  const codes = Object.fromEntries(cities.map((city) => [city, random()]));
  return [{ name, input: name, how: 'coded', codes, other: 0.5 }];
});
const firstDay = 19_000;

/** A full tree, its nodes level by level. */
function tree(): Tree {
  const leaves = 2 ** depth;
  const nodes = 2 * leaves - 1;
  const inner = (of: (node: number) => number, leaf: number) =>
    Array.from({ length: nodes }, (_, node) => (node < leaves - 1 ? of(node) : leaf));
  const feature = inner(() => Math.floor(random() * features.length), -1);
  return {
    feature,
    threshold: inner((node) => Math.fround(random() + (features[feature[node]!]!.how === 'time' ? firstDay : 0)), 0),
    missingLeft: inner(() => Math.round(random()), 0) as (0 | 1)[],
    left: inner((node) => 2 * node + 1, 0),
    right: inner((node) => 2 * node + 2, 0),
    value: inner(() => 0, 1).map((leaf) => Math.fround(leaf * (random() - 0.5))),
    cover: Array.from({ length: nodes }, (_, node) => 2 ** (depth - Math.floor(Math.log2(node + 1)))),
  };
}

const model: ScoringModel = {
  format: 1,
  inputs,
  features,
  margin: { kind: 'trees', base: -1, trees: Array.from({ length: trees }, tree) },
  calibration: { kind: 'platt', a: 1, b: 0 },
};
const value = (of: () => number) => (random() < 0.05 ? Number.NaN : of());
const columns = inputs.map(({ name, kind }) => {
  if (kind === 'category') {
    const from = name === 'tier' ? levels : cities;
    return categoryColumn(
      name,
      Array.from({ length: rows }, () => (random() < 0.05 ? undefined : from[Math.floor(random() * from.length)])),
    );
  }
  const cells = Float64Array.from({ length: rows }, () =>
    value(() => (kind === 'time' ? dayMs * (firstDay + random()) : random())),
  );
  return numberColumn(name, cells, 'f64', kind);
});
const matrix: Matrix = { rows, columns };
const bytes = exportOnnx(model, { name: 'bench', version: '1', trainedAtMs: 0 });

const own = startScoringThreads(threads);
const onnx = startOnnxThreads(threads);
const scorer = createScorer(model);

// Bare: the same trees and nothing else, over features that are ready and in one tensor; the runtime's own threads.
const readyRows = 65_536;
const ready = Float32Array.from({ length: readyRows * features.length }, () => value(random));
const bareModel: ScoringModel = {
  ...model,
  inputs: features.map(({ name }) => ({ name, kind: 'number' })),
  features: features.map(({ name }) => ({ name, input: name, how: 'number' })),
};
const bareSession = await InferenceSession.create(exportOnnx(bareModel, { name: 'bare', version: '1', trainedAtMs: 0 }), {
  executionProviders: ['cpu'],
  intraOpNumThreads: threads,
  // Threads that spin while they wait take the core from the one they wait for, where cores are shared.
  extra: { session: { intra_op: { allow_spinning: '0' } } },
});
const bareFeeds = Object.fromEntries(
  features.map(({ name }, at) => [
    name,
    new Tensor('float32', ready.subarray(at * readyRows, (at + 1) * readyRows), [readyRows, 1]),
  ]),
);
async function bare(): Promise<void> {
  for (let done = 0; done < rows; done += readyRows) await bareSession.run(bareFeeds, ['margin']);
}

const lag = monitorEventLoopDelay({ resolution: 1 });
async function timed(work: () => Promise<unknown>): Promise<{ s: number; lagMs: number }> {
  lag.reset();
  lag.enable();
  const beganMs = performance.now();
  await work();
  const s = (performance.now() - beganMs) / 1000;
  lag.disable();
  return { s, lagMs: lag.max / 1e6 };
}

const ways = {
  own: () => own.score(scorer, matrix),
  onnx: () => onnx.score(bytes, model, matrix),
  bare,
};
say('warming up');
for (const way of Object.values(ways)) await way();
const seconds = { own: [] as number[], onnx: [] as number[], bare: [] as number[] };
const lags = { own: [] as number[], onnx: [] as number[], bare: [] as number[] };
for (let round = 1; round <= rounds; round += 1) {
  for (const name of ['own', 'onnx', 'bare'] as const) {
    const { s, lagMs } = await timed(ways[name]);
    seconds[name].push(s);
    lags[name].push(lagMs);
  }
  say(
    `round ${round}: own ${seconds.own.at(-1)!.toFixed(2)} s, ONNX ${seconds.onnx.at(-1)!.toFixed(2)} s, bare ${seconds.bare.at(-1)!.toFixed(2)} s`,
  );
}

const profile: Row = Object.fromEntries(
  inputs.map(({ name, kind }) => [name, kind === 'category' ? 'gold' : kind === 'time' ? dayMs * firstDay : random()]),
);
const served = await openOnnxScorer(bytes, model);
const profileMs: number[] = [];
const ownMs: number[] = [];
for (let at = -500; at < profiles; at += 1) {
  const beganMs = performance.now();
  await served.row(profile);
  const betweenMs = performance.now();
  scorer.row(profile);
  if (at < 0) continue;
  profileMs.push(betweenMs - beganMs);
  ownMs.push(performance.now() - betweenMs);
}

// The same file as if a customer had brought it: in a process of its own, with every row copied there and back. Fewer rows, once.
const broughtRows = quick ? 100_000 : rows;
const brought = await openOwnModel(
  bytes,
  {
    inputs: inputs.map(({ name, kind }) => ({
      name,
      type: kind === 'category' ? 'string' : 'float',
      columns: [name],
      ...(kind === 'time' ? { times: { columns: [name], unit: 'days' } as const } : {}),
    })),
    output: { name: 'probability', meaning: 'probability' },
  },
  [{ row: profile }],
);
const ofBrought = await timed(() => brought.matrix({ ...matrix, rows: broughtRows }));
brought.close();
const broughtRowsPerS = broughtRows / ofBrought.s;

const ratio = (a: number[], b: number[]) => median(a.map((one, at) => one / b[at]!));
const most = (values: number[]) => Math.max(...values);
const ratios = {
  onnxOfOwn: ratio(seconds.onnx, seconds.own),
  onnxOfBare: ratio(seconds.onnx, seconds.bare),
  ownOfBare: ratio(seconds.own, seconds.bare),
};
const p99 = quantile(profileMs, 0.99);
report(
  'score',
  {
    ownS: median(seconds.own),
    onnxS: median(seconds.onnx),
    bareS: median(seconds.bare),
    ownLagMs: most(lags.own),
    onnxLagMs: most(lags.onnx),
    ownModelRowsPerS: broughtRowsPerS,
    ownModelLagMs: ofBrought.lagMs,
    profileP50Ms: median(profileMs),
    profileP99Ms: p99,
    ownProfileP99Ms: quantile(ownMs, 0.99),
  },
  ratios,
  [
    `${rows} rows, ${features.length} features, ${trees} trees of depth ${depth}, ${threads} threads, medians of ${rounds} rounds:`,
    `  our own scorer                 ${median(seconds.own).toFixed(2)} s, main thread away ${most(lags.own).toFixed(1)} ms at most`,
    `  through ONNX                   ${median(seconds.onnx).toFixed(2)} s, main thread away ${most(lags.onnx).toFixed(1)} ms at most`,
    `  bare onnxruntime, same trees   ${median(seconds.bare).toFixed(2)} s`,
    `  ONNX / own ${ratios.onnxOfOwn.toFixed(2)}, ONNX / bare ${ratios.onnxOfBare.toFixed(2)}, own / bare ${ratios.ownOfBare.toFixed(2)}`,
    `as a model that a customer brought ${Math.round(broughtRowsPerS)} rows/s, main thread away ${ofBrought.lagMs.toFixed(1)} ms at most`,
    `one profile through ONNX, ${profiles} in turn: median ${median(profileMs).toFixed(3)} ms, p99 ${p99.toFixed(3)} ms; by our own scorer p99 ${quantile(ownMs, 0.99).toFixed(3)} ms`,
  ],
);
await Promise.all([own.close(), onnx.close(), served.close()]);
