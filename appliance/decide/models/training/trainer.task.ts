// The thread in which a whole training runs: from the columns to the files that it leaves. It starts the threads of the kernels itself.

import { type HandedMatrix, takeOver } from '../../../core/matrix/matrix.ts';
import type { Died, Work } from '../../../core/pool/pool.ts';
import { type Artifacts, artifactsOf } from './artifacts.ts';
import { Meter, type TrainProgress } from './progress.ts';
import type { Report } from './report.ts';
import { type TrainRequest, train } from './train.ts';

export type TrainerOrder = Omit<TrainRequest, 'matrix' | 'folds' | 'signal' | 'progress' | 'checkpoint' | 'onRestart'> & {
  readonly matrix: HandedMatrix;
  readonly folds?: HandedMatrix;
  readonly language: 'en' | 'zh';
  readonly checkpoints: boolean;
};

export type Told =
  | { readonly progress: TrainProgress }
  | { readonly checkpoint: Uint8Array<ArrayBuffer> }
  | { readonly died: Died }
  | { readonly artifacts: Artifacts };

export async function trainWhole(order: TrainerOrder, work: Work): Promise<Report> {
  const { language, checkpoints, folds, ...asked } = order;
  const tell = (told: Told, bytes: readonly Uint8Array<ArrayBuffer>[] = []) =>
    work.tell(
      told,
      bytes.map(({ buffer }) => buffer),
    );
  const matrix = takeOver(asked.matrix);
  const meter = new Meter((progress) => tell({ progress }));
  const request: TrainRequest = {
    ...asked,
    matrix,
    ...(folds && { folds: takeOver(folds) }),
    ...(checkpoints && { checkpoint: (checkpoint) => tell({ checkpoint }, [checkpoint]) }),
    signal: work.signal,
    onRestart: ({ task, cause }) => tell({ died: { task, cause: String(cause) } }),
  };
  const trained = await train(request, meter);
  meter.artifacts();
  const artifacts = await artifactsOf(trained, matrix, { language, threads: asked.threads });
  work.throwIfCancelled();
  meter.done();
  tell({ artifacts }, Object.values(artifacts));
  return trained.report;
}
