// How far a training is, in words and as a share, and how long it may still take.

import type { Words } from '../../../core/errors.ts';

export type TrainProgress = {
  /** What is being done. */
  readonly stage: Words;
  /** Of the whole, 0 to 1; it never falls. */
  readonly share: number;
  /** By the pace so far; undefined while there is none to tell by. */
  readonly etaMs: number | undefined;
};

/** Of one stage no more often. */
const tellEveryMs = 100;
/** Ends of the stages around the folds, as shares of the whole. */
const prepared = 0.03;
const trained = 0.95;
const reported = 0.98;

const stages = {
  prepare: { en: 'looking at the table', zh: '检查数据表' },
  report: { en: 'writing the report', zh: '生成报告' },
  artifacts: { en: 'writing model and card', zh: '生成模型文件与模型卡' },
  done: { en: 'done', zh: '完成' },
} as const satisfies { [name: string]: Words };

export class Meter {
  readonly #told: ((progress: TrainProgress) => void) | undefined;
  readonly #beganMs = performance.now();
  #from: number | undefined;
  #share = 0;
  #stage: Words | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;

  constructor(told: ((progress: TrainProgress) => void) | undefined) {
    this.#told = told;
  }

  prepare(): void {
    this.#tell(stages.prepare, 0);
  }

  /** @param fold from 0; that after the last is the final model. @param share of this fold's training */
  fold(fold: number, folds: number, share: number): void {
    const stage =
      fold < folds
        ? { en: `fold ${fold + 1} of ${folds}`, zh: `第 ${fold + 1}/${folds} 折` }
        : { en: 'the final model', zh: '最终模型' };
    this.#tell(stage, prepared + ((trained - prepared) * (fold + share)) / (folds + 1));
  }

  /** @param share of the report */
  report(share: number): void {
    this.#tell(stages.report, trained + (reported - trained) * share);
  }

  artifacts(): void {
    this.#tell(stages.artifacts, reported);
  }

  done(): void {
    this.#tell(stages.done, 1);
  }

  #tell(stage: Words, at: number): void {
    const share = Math.max(this.#share, at);
    this.#share = share;
    // Folds that were done before this run tell nothing of its pace.
    if (at >= prepared) this.#from ??= at;
    const ran = share - (this.#from ?? share);
    const nowMs = performance.now();
    if (stage.en === this.#stage?.en && nowMs - this.#toldAtMs < tellEveryMs) return;
    this.#stage = stage;
    this.#toldAtMs = nowMs;
    this.#told?.({ stage, share, etaMs: ran > 0 ? ((nowMs - this.#beganMs) * (1 - share)) / ran : undefined });
  }
}
