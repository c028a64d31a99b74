// The front door of models: training with its report and card, scoring by our own scorer and through ONNX, models that customers bring, and
// explanations, all of it pure work over plain data and shared memory; and on the node the questions, the registry of versions, trainings as jobs,
// and scores that follow the record.

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
export { checkedOnnx } from './onnx/checked-export.ts';
export { exportOnnx, type OnnxScorer, type OnnxThreads, openOnnxScorer, startOnnxThreads } from './onnx/onnx.ts';
export { type Example, type OwnModel, openOwnModel, parseSignature, type Signature } from './onnx/own-model.ts';
export { type FeaturesAt, featuresAt } from './questions/features-at.ts';
export { cutOffsOf, type Horizon, horizonOf, type Survey } from './questions/horizon.ts';
export { choosePersons, type PeopleSource, surveyOf } from './questions/people.ts';
export { filled, type Question, questionOf, questions } from './questions/questions.ts';
export { isAge, relativeMatrix, relativeName } from './questions/relative.ts';
export { buildTable, type RowMaker, type TableParts, type TrainingTable } from './questions/table.ts';
export { buildTraitTable } from './questions/trait-table.ts';
export { Jobs, type JobView } from './registry/jobs.ts';
export { Registry } from './registry/registry.ts';
export { runLimits, type TrainFunction } from './registry/run.ts';
export { modelMigrations } from './registry/store.ts';
export type { Ask, Lineage, Schedule } from './registry/version.ts';
export { createScorer, dayMs, parseScoringModel, type Row, type Scorer, type Scores } from './scoring/scoring.ts';
export { type ScoringThreads, startScoringThreads } from './scoring/threads.ts';
export { type Drifted, Serving } from './serving/serving.ts';
export {
  type Baseline,
  type Histories,
  type NextPurchase,
  type TimingReport,
  type TimingRequest,
  type TrainedTiming,
  trainTiming,
} from './timing/timing.ts';
export { type Adopted, adoptTogether, type TogetherOrder } from './together/adopt.ts';
export { type Prepared, type PrepareOrder, prepareTogether } from './together/prepare.ts';
export { type Artifacts, artifactsOf } from './training/artifacts.ts';
export { labelOf } from './training/label.ts';
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
