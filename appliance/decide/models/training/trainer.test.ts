// A training in a thread of its own and one that was broken off: the same bytes as one that was left alone, whatever happened on the way; and
// what is refused before it begins.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '../../../core/errors.ts';
import { categoryColumn, handOver, type Matrix, numberColumn, takeOver } from '../../../core/matrix/matrix.ts';
import { type Artifacts, artifactsOf } from './artifacts.ts';
import { estimateMemory } from './memory.ts';
import type { TrainProgress } from './progress.ts';
import { customers, request } from './testing.ts';
import { type TrainRequest, train } from './train.ts';
import { startTrainer, type TrainerRequest, trainInThread } from './trainer.ts';

const rows = 200;
const matrix = customers(rows);
// Two outer folds are enough here, and quicker.
const folds = {
  rows,
  columns: [
    numberColumn(
      'fold',
      Float64Array.from({ length: rows }, (_, row) => row % 2),
    ),
  ],
};
const asked = (more: Partial<TrainRequest> = {}): TrainerRequest => ({ ...request(matrix, { folds, ...more }), language: 'en' });
const refused = (code: string, where: RegExp) => (error: Fault) => {
  assert.equal(error.code, code);
  assert.match(error.where ?? '', where);
  return true;
};
const textsOf = ({ onnx, ...texts }: Artifacts) => ({
  onnx: Buffer.from(onnx).toString('base64'),
  ...Object.fromEntries(Object.entries(texts).map(([name, bytes]) => [name, Buffer.from(bytes).toString()])),
});

const checkpoints: Uint8Array[] = [];
const alone = await train(asked({ checkpointEveryMs: 0, checkpoint: (bytes) => checkpoints.push(bytes) }));
const files = textsOf(await artifactsOf(alone, matrix, { language: 'en' }));

test('in a thread of its own a training leaves the same bytes, and tells how far it is in both languages', async () => {
  const told: TrainProgress[] = [];
  const { report, artifacts } = await trainInThread(asked({ progress: (progress) => told.push(progress) }));
  assert.deepEqual(report, alone.report);
  assert.deepEqual(textsOf(artifacts), files);
  assert.ok(told.every(({ share }, at) => share >= (told[at - 1]?.share ?? 0)));
  assert.deepEqual([told[0]!.share, told[0]!.etaMs, told.at(-1)!.share, told.at(-1)!.etaMs], [0, undefined, 1, 0]);
  const stages = [...new Set(told.map(({ stage }) => `${stage.en} ${stage.zh}`))];
  for (const words of ['fold 2 of 2 第 2/2 折', 'the final model 最终模型', 'writing the report 生成报告'])
    assert.ok(stages.includes(words), stages.join());
});

test('a cancelled training ends with a fault, and its thread takes the next', async () => {
  const trainer = startTrainer();
  try {
    const controller = new AbortController();
    const progress = ({ share }: TrainProgress) => share > 0.3 && controller.abort();
    await assert.rejects(trainer.train(asked({ signal: controller.signal, progress })), refused('cancelled', /training/));
    await assert.rejects(trainer.train(asked({ signal: AbortSignal.abort() })), refused('cancelled', /training/));
    await assert.rejects(trainer.train(asked({ label: 'gone' })), refused('bad_request', /"gone"/));
    assert.equal(trainer.workers.length, 1);
  } finally {
    await trainer.close();
  }
});

test('when its thread dies a training goes on from what was kept, once, and says so', async () => {
  const trainer = startTrainer();
  const end = () => trainer.workers.forEach((worker) => void worker.terminate());
  const deaths = (most: number) => {
    const restarts: string[] = [];
    const shares: number[] = [];
    let left = most;
    const kept = () => {
      if (left-- > 0) end();
    };
    const running = trainer.train(
      asked({
        checkpoint: kept,
        onRestart: ({ task }) => restarts.push(task),
        progress: ({ share }) => restarts.length > 0 && shares.push(share),
      }),
    );
    return { running, restarts, shares };
  };
  try {
    const once = deaths(1);
    assert.deepEqual(textsOf((await once.running).artifacts), files);
    assert.deepEqual(once.restarts, ['trainer.task.ts: trainWhole']);
    // The first fold is not done again.
    assert.ok(once.shares.find((share) => share > 0)! > 0.3, once.shares.join());
    const twice = deaths(2);
    await assert.rejects(twice.running, refused('worker_failed', /trainWhole/));
    assert.equal(twice.restarts.length, 1);
  } finally {
    await trainer.close();
  }
});

test('a training that was broken off anywhere goes on to the same bytes', async () => {
  assert.ok(checkpoints.length > 20, String(checkpoints.length));
  for (const at of [0, checkpoints.length - 14, checkpoints.length - 2]) {
    const later: Uint8Array[] = [];
    const resumed = await train(
      asked({ resumeFrom: checkpoints[at]!, threads: 1, checkpointEveryMs: 0, checkpoint: (bytes) => later.push(bytes) }),
    );
    assert.equal(JSON.stringify(resumed), JSON.stringify(alone), `from checkpoint ${at}`);
    assert.equal(later.length, checkpoints.length - at - 1);
  }
});

test('a checkpoint of another table or request is refused, and so is a damaged one', async () => {
  const resumeFrom = checkpoints.at(-1)!;
  const refuses = (more: Partial<TrainRequest>, where: RegExp) =>
    assert.rejects(train(asked({ resumeFrom, ...more })), refused('checkpoint_unfit', where));
  const { columns } = matrix;
  const cell = numberColumn(
    'noise',
    Float64Array.from({ length: rows }, (_, row) => (row === 77 ? 2 : columns[4]!.chunks[0]![row]!)),
  );
  await refuses({ matrix: { rows, columns: columns.with(4, cell) } }, /another table/);
  await refuses({ matrix: { rows, columns: columns.with(4, { ...columns[4]!, name: 'noises' }) } }, /another table/);
  await refuses({ seed: 8 }, /other options/);
  await refuses({ drop: ['noise'] }, /other options/);
  await refuses({ resumeFrom: resumeFrom.with(200, resumeFrom[200]! ^ 1) }, /damaged/);
  await refuses({ resumeFrom: new Uint8Array(3) }, /damaged/);
});

test('what would take more memory than allowed is refused with both numbers', async () => {
  const refuse = (memoryLimitBytes: number) => train(asked({ memoryLimitBytes }));
  await assert.rejects(
    refuse(1e6),
    refused('not_enough_memory', /^training on 200 rows x 6 columns: about \d+ MB, allowed 1 MB$/),
  );
  await assert.rejects(trainInThread(asked({ memoryLimitBytes: 1e6 })), refused('not_enough_memory', /allowed 1 MB/));
});

test('the estimate counts what grows with rows, columns, levels and threads', () => {
  const wide = (wideRows: number, count: number, levels = 0): Matrix => {
    const chunks = matrix.columns[0]!.chunks;
    const column = { ...matrix.columns[0]!, chunks };
    const names = Array.from({ length: levels }, (_, at) => `l${at}`);
    const town = { ...categoryColumn('town', []), levels: names };
    return { rows: wideRows, columns: [...Array.from({ length: count }, (_, at) => ({ ...column, name: `c${at}` })), town] };
  };
  const of = (table: Matrix, threads = 2) => estimateMemory({ matrix: table, label: 'left', threads });
  const base = of(wide(200_000, 30));
  assert.equal(base.matrix, 200_000 * (30 * 8 + 1));
  // Thirty numbers, their logarithms, and thirty columns that may say that they are missing; the town.
  assert.ok(base.tables >= 200_000 * 90 * 4 && base.tables < 200_000 * 95 * 4, String(base.tables));
  assert.ok(base.kernels > 200_000 * 60, String(base.kernels));
  const parts = ['matrix', 'tables', 'bins', 'kernels', 'rest'] as const;
  assert.equal(
    base.bytes,
    parts.reduce((sum, part) => sum + base[part], 0),
  );
  assert.ok(of(wide(400_000, 30)).bytes > 1.9 * (base.bytes - 2e8));
  for (const part of ['matrix', 'tables', 'bins', 'kernels'] as const)
    assert.ok(of(wide(200_000, 60))[part] > 1.7 * base[part], part);
  assert.ok(of(wide(200_000, 30, 40)).tables > 1.8 * base.tables);
  assert.ok(of(wide(50_000, 30), 8).kernels > 3 * of(wide(50_000, 30), 2).kernels);
});

test('a matrix goes to another thread by its memory, however many levels it names', async () => {
  const names = categoryColumn(
    'id',
    Array.from({ length: 10_000 }, (_, row) => (row % 7 === 0 ? undefined : `顾客 ${row} "\ud800`)),
  );
  const handed = await handOver({ rows: 10_000, columns: [names, numberColumn('n', new Float64Array(10_000))] });
  assert.ok(handed.columns[0]!.levels!.length < 5);
  const taken = takeOver(structuredClone(handed));
  assert.deepEqual(taken.columns[0]!.levels, names.levels);
  Atomics.store(names.chunks[0] as Uint16Array, 5, 41);
  assert.equal(taken.columns[0]!.chunks[0]![5], 41);
});
