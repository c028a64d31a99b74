import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { setTimeout as after } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createScorer } from '../scoring/scoring.ts';
import { matrixOf, randomModel, randomRows } from '../scoring/testing.ts';
import { checkModel } from './check.ts';
import { exportOnnx } from './onnx.ts';
import { type Example, openOwnModel, parseSignature, type Signature } from './own-model.ts';
import type { Model } from './proto.ts';
import { bytesOf, endlessModel, externalTensor, hungryModel, value } from './testing.ts';

const signature: Signature = {
  inputs: [{ name: 'X', type: 'float', columns: ['visits', 'spend', 'age'] }],
  output: { name: 'probabilities', at: 1, meaning: 'probability' },
};
const row = { visits: 1, spend: 0.5, age: 2 };
const expected = 1 / (1 + Math.exp(-(1 + 1 - 1 - 0.25)));
const examples: Example[] = [{ row, expected }, { row: { visits: 0, spend: 0, age: 0 } }];

test('a model that another program trained: checked, tried, and served by the names of its columns', async () => {
  const model = await openOwnModel(bytesOf(), signature, examples);
  assert.deepEqual(model.summary, { producer: 'skl2onnx 1.17.0', opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 1 }, metadata: {} });
  assert.ok(Math.abs(model.trial[0]! - expected) < 1e-6);
  const [answer] = await model.rows([{ ...row, unused: 'text' }]);
  assert.equal(answer, model.trial[0]);
  assert.equal((await model.rows([])).length, 0);
  await assert.rejects(model.rows([{ ...row, age: 'old' }]), { code: 'bad_request', where: 'age: expected a number' });
  await assert.rejects(model.rows([{ visits: 1 }]), { code: 'model_invalid', where: /expected 0 to 1 for each row/ });
  model.close();
  await assert.rejects(model.rows([row]), { code: 'model_failed' });
});

test('a model of ours comes in as any other, with times in days and text, and scores a matrix alike', async () => {
  const ours = randomModel({
    seed: 11,
    numbers: 2,
    times: 1,
    categories: 2,
    trees: 8,
    depth: 4,
    margin: 'trees',
    calibration: 'platt',
  });
  const rows = randomRows(ours, 3_000, 5);
  const matrix = matrixOf(ours, rows);
  const bytes = exportOnnx(ours, { name: 'ours', version: '1', trainedAtMs: 0 });
  const declared = parseSignature({
    inputs: ours.inputs.map(({ name, kind }) => ({
      name,
      type: kind === 'category' ? 'string' : 'float',
      columns: [name],
      ...(kind === 'time' ? { times: { columns: [name], unit: 'days' } } : {}),
    })),
    output: { name: 'probability', meaning: 'probability' },
  });
  const model = await openOwnModel(bytes, declared, [{ row: rows[0]! }]);
  let seen = 0;
  const given = await model.matrix(matrix, { onProgress: (done) => (seen = done) });
  const reference = createScorer(ours).matrix(matrix);
  assert.equal(seen, rows.length);
  given.forEach((probability, at) => {
    assert.ok(Math.abs(probability - reference.probability[at]!) <= 1e-7, `row ${at}`);
  });
  await assert.rejects(model.matrix({ rows: 1, columns: [] }), {
    code: 'model_invalid',
    where: 'number 0: the data has no such column',
  });
  assert.equal(model.summary.metadata['holdfast.name'], 'ours');
  model.close();
});

test('what is wrong with a file or with what was said of it is told in words', async () => {
  const graph = (change: (graph: NonNullable<Model['graph']>) => void) => bytesOf((model) => change(model.graph!));
  const input = signature.inputs[0]!;
  const cases: [Uint8Array, Signature, RegExp][] = [
    [new TextEncoder().encode('PK not a model'), signature, /^file: is not an ONNX file/],
    [new Uint8Array(0), signature, /^file: is not an ONNX file/],
    [bytesOf((m) => Object.assign(m, { irVersion: 99 })), signature, /^ir_version: expected 3 to 13, got 99/],
    [bytesOf((m) => m.opsetImport!.push({ domain: 'com.example', version: 1 })), signature, /domain com\.example need a library/],
    [bytesOf((m) => Object.assign(m.opsetImport![0]!, { version: 5 })), signature, /expected ai\.onnx 7 or later, got 5/],
    [bytesOf((m) => Object.assign(m.opsetImport![0]!, { version: 999 })), signature, /^file: onnxruntime does not load it/],
    [graph((g) => Object.assign(g.node![0]!, { opType: 'NoSuchOperator' })), signature, /^file: onnxruntime does not load it/],
    [
      graph((g) => Object.assign(g, { initializer: [externalTensor('weights', 'weights.bin')] })),
      signature,
      /^tensors: expected all numbers inside/,
    ],
    [bytesOf(), { ...signature, inputs: [{ ...input, name: 'Z' }] }, /^input Z: is not in the model; it has X/],
    [bytesOf(), { ...signature, inputs: [{ ...input, type: 'double' }] }, /^input X: expected the type float32, got double/],
    [bytesOf(), { ...signature, inputs: [{ ...input, columns: ['a', 'b'] }] }, /^input X: expected the shape \[N, 2\]/],
    [graph((g) => Object.assign(g, { input: [value('X', 'float', [1, 3])] })), signature, /N free, the model has \[1, 3\]/],
    [graph((g) => g.input!.push(value('more', 'float', ['N', 1]))), signature, /^inputs: the model also wants more/],
    [
      bytesOf(),
      { ...signature, output: { name: 'score', meaning: 'value' } },
      /^output score: is not in the model; it has label, probabilities/,
    ],
    [bytesOf(), { ...signature, output: { name: 'probabilities', at: 2, meaning: 'value' } }, /has no place 2/],
  ];
  for (const [bytes, declared, where] of cases) {
    await assert.rejects(checkModel(bytes, declared), { name: 'ModelError', message: where }, String(where));
  }
  const { session } = await checkModel(bytesOf(), signature);
  await session.release();
  // What the process of the model finds is a fault of the node.
  const [bytes, declared, where] = cases.at(-1)!;
  await assert.rejects(openOwnModel(bytes, declared, [{ row }]), { code: 'model_invalid', where });
  await assert.rejects(openOwnModel(bytesOf(), signature, []), { where: /^examples: expected 1 to/ });
  await assert.rejects(openOwnModel(bytesOf(), signature, [{ row, expected: 0.1 }]), {
    where: /^examples\.0: the model's answer/,
  });
  await assert.rejects(openOwnModel(new Uint8Array(256 * 1024 * 1024 + 1), signature, examples), {
    where: /^file: expected at most/,
  });
});

test('signatures are checked before anything runs', () => {
  const input = { name: 'X', type: 'float', columns: ['a'] };
  const output = { name: 'Y', meaning: 'value' };
  const wrong: [unknown, RegExp][] = [
    [{}, /^signature: must have required property/],
    [{ inputs: [{ ...input, type: 'complex' }], output }, /^signature\.inputs\.0\.type/],
    [{ inputs: [input, input], output }, /must not name an input twice/],
    [{ inputs: [{ ...input, missing: '' }], output }, /^signature\.inputs\.0\.missing: must be a number/],
    [{ inputs: [{ ...input, times: { columns: ['b'], unit: 'days' } }], output }, /must be columns of the input/],
  ];
  for (const [json, where] of wrong) assert.throws(() => parseSignature(json), { code: 'model_invalid', where });
});

test('a model that never answers is ended in time, one that eats memory too, and one that crashed starts again', async () => {
  const declared: Signature = {
    inputs: [{ name: 'X', type: 'float', columns: ['a'] }],
    output: { name: 'Y', meaning: 'value' },
  };
  await assert.rejects(openOwnModel(endlessModel(), declared, [{ row: { a: 1 } }], { runMs: 500 }), {
    code: 'model_failed',
    where: 'took longer than 500 ms',
  });
  const whole: Signature = { ...declared, inputs: [{ name: 'X', type: 'int64', columns: ['a'], missing: 0 }] };
  const hungry = await openOwnModel(hungryModel(), whole, [{ row: { a: 1 } }], { memoryMB: 300 });
  await assert.rejects(hungry.rows([{ a: 1_000 }]), { code: 'model_failed', where: 'took more than 300 MB of memory' });
  await assert.rejects(hungry.rows([{ a: 0.5 }]), { code: 'bad_request', where: /^X: expected whole numbers/ });
  hungry.close();

  const model = await openOwnModel(bytesOf(), signature, examples);
  const first = model.pid()!;
  process.kill(first, 'SIGSEGV');
  // Whether the order or the end of the process comes first is open: the answer is a fault or the right one, and the next is right.
  await model.rows([row]).catch((error: { code: string }) => assert.equal(error.code, 'model_failed'));
  assert.equal((await model.rows([row]))[0], model.trial[0]);
  assert.notEqual(model.pid(), first);
  model.close();
});

test('when the node is gone, a model that hangs goes too', {
  skip: process.platform === 'win32' && 'no parent to ask for',
}, async () => {
  const node = spawn(process.execPath, [fileURLToPath(new URL('./forsaken.child.ts', import.meta.url))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    node.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))),
  );
  assert.ok(pid > 0);
  // Time to be deep in the graph.
  await after(300);
  process.kill(pid, 0);
  node.kill('SIGKILL');
  const lives = () => {
    try {
      process.kill(pid, 0);
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  for (let waits = 0; lives() && waits < 600; waits += 1) await after(100);
  assert.equal(lives(), false);
});
