// What is kept of a model and its versions beside the files: what was asked, how the rows were made, what the training found, who let it serve and
// why. Numbers about many customers; nothing of a single one.

import type { Words } from '../../../core/errors.ts';
import type { Budget, LearnerKind } from '../training/plan.ts';

/** What a training is asked: a question by name, or a trait of the members of a segment. */
export type Ask = {
  readonly question?: string;
  /** Everybody when absent. */
  readonly segment?: string;
  /** The trait to learn, and the value to find. */
  readonly label?: string;
  readonly positive?: string;
  readonly horizonDays?: number;
  readonly activeDays?: number;
  /** For which customers' data are asked, in place of the question's own. */
  readonly purpose?: string;
  readonly drop?: readonly string[];
  readonly keep?: readonly string[];
  readonly costs?: { readonly falsePositive: number; readonly falseNegative: number };
  readonly budget?: Budget;
  /** Trees and lines blended when absent. */
  readonly learners?: LearnerKind;
  readonly seed?: number;
  /** Persons at most; of more, a sample. */
  readonly most?: number;
  /** False: scores follow no event and are made anew once a day alone. */
  readonly live?: boolean;
  /** Serves at once what nobody could compare: the first version of a model. */
  readonly serveFirst?: boolean;
};

/** `if_better`: a scheduled training that is surely better than what serves takes its place by itself. */
export type Schedule = { readonly everyDays: number; readonly promote: 'never' | 'if_better' };

export type ModelKind = 'question' | 'trait' | 'own';
export type Model = {
  readonly id: number;
  readonly name: string;
  readonly kind: ModelKind;
  readonly title: Words;
  /** What the score says of somebody, as the object of "raises". */
  readonly outcome: Words;
  readonly ask: Ask;
  /** Of the version that was asked for last; each version keeps its own. */
  readonly scoringPurpose: string;
  /** A score follows a customer's events; else it is made anew once a day alone. */
  readonly live: boolean;
  readonly schedule?: Schedule;
  readonly createdAtMs: number;
};

export const versionStates = ['trained', 'challenger', 'champion', 'retired'] as const;
/** `challenger`: compared with the champion and waiting for somebody to decide. */
export type VersionState = (typeof versionStates)[number];
export type Step = {
  readonly state: VersionState;
  readonly atMs: number;
  readonly by: string;
  readonly reason?: string;
  /** It stopped serving since it was taken back: a further step back does not lead to it. */
  readonly takenBack?: true;
};

/** How the rows came about. */
export type RowsStory = {
  readonly label: Words;
  readonly population: Words;
  readonly purpose: string;
  /** Persons that there were, those who may be used, and those of them who were read. */
  readonly persons: number;
  readonly allowed: number;
  readonly read: number;
  readonly horizonDays?: number;
  readonly activeDays?: number;
  readonly byCutOff: readonly { readonly cutOffMs: number; readonly rows: number; readonly positives: number }[];
  readonly seed: number;
};

export type VersionFigures = {
  readonly rocAuc: number;
  readonly logLoss: number;
  readonly calibrationError: number;
  /** On the newest rows, learned from older ones alone. */
  readonly newest?: { readonly rocAuc: number; readonly logLoss: number; readonly rows: number; readonly positives: number };
};

export type Comparison = {
  readonly championVersion: number;
  readonly rows: number;
  readonly positives: number;
  readonly challenger: { readonly rocAuc: number; readonly logLoss: number };
  readonly champion: { readonly rocAuc: number; readonly logLoss: number };
  /** AUC of the challenger less that of the champion, with an interval of 95 %. */
  readonly difference: { readonly value: number; readonly low: number; readonly high: number };
  readonly verdict: 'better' | 'worse' | 'alike';
  /** The champion had learned from these very rows: it looks better than it is. */
  readonly championHadSeen: boolean;
};

/** Of a version that several organisations learned together: which round it came of, whose sums it is made of, and how it did on each one's rows. */
export type Lineage = {
  readonly round: string;
  readonly federation: string;
  /** Of the last entry of the round's transcript: every whole copy has it. */
  readonly transcriptHead: string;
  /** SHA-256 of the model as all members have it, in hexadecimal. */
  readonly model: string;
  readonly purpose: string;
  readonly members: readonly {
    readonly member: string;
    readonly name: Words;
    /** On its own holdout, before anything was calibrated here. */
    readonly metrics: { readonly [name: string]: number };
    readonly holdout: number;
    readonly leftOut?: true;
  }[];
  /** What was learned and how, as the terms say it. */
  readonly settings: { readonly [name: string]: unknown };
  readonly features: number;
  /** What scores were calibrated by, on this node's own holdout. */
  readonly calibration: 'none' | 'platt' | 'isotonic';
};

export type Version = {
  readonly id: number;
  readonly modelId: number;
  /** 1, 2, 3 of the model. */
  readonly number: number;
  readonly state: VersionState;
  readonly createdAtMs: number;
  /** Asked of the gate before anybody is scored by it. */
  readonly scoringPurpose: string;
  readonly rows?: RowsStory;
  readonly figures?: VersionFigures;
  /** From which score on somebody is named. */
  readonly threshold?: number;
  /** Names of features that look like a leak: somebody should look before it serves. */
  readonly suspects?: readonly string[];
  readonly comparison?: Comparison;
  readonly lineage?: Lineage;
  /** The latest last. */
  readonly history: readonly Step[];
};

/** As people and profiles name it. */
export function versionName(model: Pick<Model, 'name'>, { number }: Pick<Version, 'number'>): string {
  return `${model.name}-${number}`;
}

/** `signature` of models that were brought; the others of models that were trained. */
export const fileKinds = ['model', 'report', 'card', 'onnx', 'baseline', 'signature'] as const;
export type FileKind = (typeof fileKinds)[number];
export type Files = { readonly [kind in FileKind]?: Uint8Array };
