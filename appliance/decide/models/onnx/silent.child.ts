// For a test: sessions as the node makes them, in its own thread, in one beside it and in the process of a customer's model; then the files that these
// processes hold open, after time enough for a library to begin what it sends. With `loud` in the arguments, as it is when nobody switches that off.

import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { blendShape, matrixOf, randomModel, randomRows } from '../scoring/testing.ts';
import { exportOnnx, openOnnxScorer, startOnnxThreads } from './onnx.ts';
import { openOwnModel } from './own-model.ts';
import { bytesOf } from './testing.ts';

if (process.argv.includes('loud')) delete process.env.ORT_DISABLE_TELEMETRY;

function openFiles(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(`${folder}/${fd}`)];
    } catch {
      return [];
    }
  });
}

const model = randomModel(blendShape);
const bytes = exportOnnx(model, { name: 'leaving', version: '1', trainedAtMs: 0 });
const rows = randomRows(model, 5, 1);
const scorer = await openOnnxScorer(bytes, model);
await scorer.row(rows[0]!);
const threads = startOnnxThreads(1);
await threads.score(bytes, model, matrixOf(model, rows));
const own = await openOwnModel(
  bytesOf(),
  {
    inputs: [{ name: 'X', type: 'float', columns: ['visits', 'spend', 'age'] }],
    output: { name: 'probabilities', at: 1, meaning: 'probability' },
  },
  [{ row: { visits: 1, spend: 0.5, age: 2 } }],
);
await after(1_000);
process.stdout.write(JSON.stringify({ here: openFiles(process.pid), own: openFiles(own.pid()!) }));
own.close();
await threads.close();
await scorer.close();
