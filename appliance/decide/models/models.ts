// The front door of models: training with its report and card, scoring by our own scorer and through ONNX, models that customers bring, and
// explanations. Pure work over plain data and shared memory: what is stored, who may ask and for which purpose is decided by whoever calls.

export { type DependencePoint, partialDependence } from './explain/dependence.ts';
export {
  additivityTolerance,
  createExplainer,
  type Explainer,
  type Explanation,
  interactionValues,
  valuesByColumn,
} from './explain/explain.ts';
export { type Metric, permutationImportance, type ScoreMatrix, splitImportance } from './explain/importance.ts';
export { type ColumnWords, type Reason, topReasons } from './explain/reasons.ts';
export { type ExplainThreads, startExplainThreads } from './explain/threads.ts';
export { baselineOf, type ModelBaseline, parseBaseline } from './monitoring/baseline.ts';
export { type Monitored, type MonitorRequest, monitor } from './monitoring/monitoring.ts';
export { stateWords } from './monitoring/words.ts';
export { exportOnnx, type OnnxScorer, type OnnxThreads, openOnnxScorer, startOnnxThreads } from './onnx/onnx.ts';
export { type Example, type OwnModel, openOwnModel, parseSignature, type Signature } from './onnx/own-model.ts';
export { createScorer, dayMs, parseScoringModel, type Row, type Scorer, type Scores } from './scoring/scoring.ts';
export { type ScoringThreads, startScoringThreads } from './scoring/threads.ts';
export {
  type Baseline,
  type Histories,
  type NextPurchase,
  type TimingReport,
  type TimingRequest,
  type TrainedTiming,
  trainTiming,
} from './timing/timing.ts';
export { type Artifacts, artifactsOf } from './training/artifacts.ts';
export { estimateMemory, type MemoryEstimate } from './training/memory.ts';
export type { Budget } from './training/plan.ts';
export type { TrainProgress } from './training/progress.ts';
export type { Report } from './training/report.ts';
export { type Trained, type TrainRequest, train } from './training/train.ts';
export {
  startTrainer,
  type TrainedInThread,
  type Trainer,
  type TrainerOptions,
  type TrainerRequest,
  trainInThread,
} from './training/trainer.ts';
export { upliftArtifactsOf } from './uplift/artifacts.ts';
export type { UpliftReport } from './uplift/report.ts';
export { createUpliftScorer, parseUpliftModel, type UpliftModel, type UpliftScorer } from './uplift/scoring.ts';
export { type TrainedUplift, trainUplift, type UpliftRequest } from './uplift/uplift.ts';
export { bestWords as upliftBestWords, verdictLines as upliftVerdict } from './uplift/verdict.ts';
