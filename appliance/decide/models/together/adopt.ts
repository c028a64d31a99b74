// A model that several organisations learned together as a version of this node's own model of that question: the challenger where one serves, and
// never more than that until a person promotes it. What came of a round is kept once, however often it is brought.

import type { ScoringModel } from '../../../core/model/scoring.ts';
import type { ModelBaseline } from '../monitoring/baseline.ts';
import { filled, questionOf } from '../questions/questions.ts';
import type { Registry } from '../registry/registry.ts';
import { modelOf } from '../registry/run.ts';
import type { Files, Lineage, Model, VersionFigures } from '../registry/version.ts';
import { dayMs } from '../scoring/scoring.ts';
import { togetherCard } from './card.ts';

export type TogetherOrder = {
  readonly question: { readonly name: string; readonly horizonDays: number; readonly activeDays: number };
  readonly model: ScoringModel;
  readonly figures?: VersionFigures;
  readonly baseline?: ModelBaseline;
  readonly onnx?: Uint8Array;
  readonly lineage: Lineage;
  /** For which customers' data are asked when they are scored; that of the model when absent. */
  readonly scoringPurpose?: string;
  /** What this node brought. */
  readonly rows: { readonly persons: number; readonly rows: number; readonly positives: number; readonly purpose: string };
  /** Its rows are of no later. */
  readonly atMs: number;
};
export type Adopted = { readonly model: string; readonly version: number };

const system = 'system';
const textOf = (value: object) => new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/** @throws {Fault} `not_found` for no such question, `limit_reached`, `conflict` */
export async function adoptTogether(registry: Registry, order: TogetherOrder): Promise<Adopted> {
  const { lineage } = order;
  const before = registry.models
    .flatMap((model) => registry.versions(model).map((version) => ({ model, version })))
    .find(({ version }) => version.lineage?.round === lineage.round);
  if (before) return { model: before.model.name, version: before.version.number };
  const model = await modelFor(registry, order);
  const version = await registry.add(model, versionOf(order), filesOf(order, model), system, {
    scoringPurpose: order.scoringPurpose,
  });
  return { model: model.name, version: version.number };
}

/** The one that asks this question; what was said of its next training stays as it is. */
async function modelFor(registry: Registry, { question, scoringPurpose }: TogetherOrder): Promise<Model> {
  const { name, horizonDays, activeDays } = question;
  const asks = (model: Model | undefined) => model?.ask.question === name;
  const taken = registry.find(name);
  if (asks(taken)) return taken!;
  const called = taken ? `${name}_together` : name;
  const other = registry.find(called);
  if (asks(other)) return other!;
  const wanted = modelOf({ question: name, horizonDays, activeDays }, called);
  return registry.put({ ...wanted, ...(scoringPurpose !== undefined && { scoringPurpose }) });
}

function versionOf({ question, figures, lineage, rows, atMs }: TogetherOrder) {
  const asked = questionOf(question.name)!;
  const { horizonDays, activeDays } = question;
  return {
    rows: {
      label: filled(asked.label, question),
      population: filled(asked.population, question),
      purpose: rows.purpose,
      ...{ persons: rows.persons, allowed: rows.persons, read: rows.persons },
      ...{ horizonDays, activeDays },
      // Of many moments; none of them later than this one.
      byCutOff: [{ cutOffMs: atMs - horizonDays * dayMs, rows: rows.rows, positives: rows.positives }],
      seed: 0,
    },
    ...(figures && { figures }),
    lineage,
  };
}

function filesOf(order: TogetherOrder, { title }: Model): Files {
  const { model, baseline, onnx, lineage, figures, rows } = order;
  return {
    model: textOf(model),
    report: textOf({ format: 1, kind: 'together', lineage, figures: figures ?? null, rows }),
    card: new TextEncoder().encode(togetherCard(order, title)),
    ...(baseline && { baseline: textOf(baseline) }),
    ...(onnx && { onnx }),
  };
}
