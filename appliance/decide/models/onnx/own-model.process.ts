// The process that one model of a customer runs in. Whatever its file makes the runtime do, the node stays: it hears of it, or ends this.

import { Worker } from 'node:worker_threads';
import { checkModel, type FileSummary, ModelError, readOutput } from './check.ts';
import { type InferenceSession, Tensor } from './library.ts';
import { type Packed, runtimeTypes, type Signature } from './signature.ts';

export type Order =
  | { readonly id: number; readonly load: { readonly bytes: Uint8Array; readonly signature: Signature } }
  | { readonly id: number; readonly run: readonly Packed[] };
export type Answer = { readonly id: number } & (
  | { readonly summary: FileSummary }
  | { readonly values: Float64Array }
  | { readonly refused: string }
);

let loaded: { session: InferenceSession; signature: Signature } | undefined;

async function load(bytes: Uint8Array, signature: Signature): Promise<FileSummary> {
  const { summary, session } = await checkModel(bytes, signature);
  loaded = { session, signature };
  return summary;
}

async function run(inputs: readonly Packed[]): Promise<Float64Array> {
  const { session, signature } = loaded!;
  const feeds = Object.fromEntries(
    inputs.map(({ name, type, data, dims }) => [name, new Tensor(runtimeTypes[type], data as never, dims)]),
  );
  const outputs = await session.run(feeds, [signature.output.name]).catch((error: Error) => {
    throw new ModelError(`run: ${error.message}`);
  });
  const { data, dims } = outputs[signature.output.name]!;
  return readOutput(signature, data as ArrayLike<number>, dims, inputs[0]!.dims[0]);
}

new Worker(new URL('./own-model.thread.ts', import.meta.url), { workerData: { parent: process.ppid, everyMs: 1000 } }).unref();

process.on('message', async (order: Order) => {
  const { id } = order;
  const answer = await ('load' in order
    ? load(order.load.bytes, order.load.signature).then((summary): Answer => ({ id, summary }))
    : run(order.run).then((values): Answer => ({ id, values }))
  ).catch((error: unknown): Answer => {
    if (error instanceof ModelError) return { id, refused: error.message };
    throw error;
  });
  process.send!(answer);
});
// Nobody is left to answer when the node is gone.
process.on('disconnect', () => process.exit());
