// A scoring model as an ONNX file that any ONNX runtime serves: columns in, probability out, with features, missing values and calibration
// inside the graph, so that who runs it needs nothing of Holdfast. docs/onnx.md is the contract in words.

import type { Calibration, ScoringModel } from '../../../core/model/scoring.ts';
import { addFeatures, inputInfos, inputNames, outputNames } from './export-inputs.ts';
import { addMargin, addPlace, type TreeOperator } from './export-margin.ts';
import { columnInfo, createGraph, type GraphBuilder, mlDomain, tensor, type Value } from './graph.ts';
import { elementType, encodeModel } from './proto.ts';

export type ExportOptions = {
  readonly name: string;
  readonly version: string;
  /** Left out where the same training is to give the same bytes. */
  readonly trainedAtMs?: number;
  /** What the model is for, in the words of whoever trained it. */
  readonly description?: string;
  /** Adds the output `label`: 1 where the probability is at least this, else 0. */
  readonly threshold?: number;
  /**
   * `TreeEnsemble` (default): ai.onnx.ml 5, equal to the reference scorer to double rounding. `TreeEnsembleRegressor`: ai.onnx.ml 3, for
   * older runtimes; the sum of each part of trees is rounded to single precision, which a steep isotonic calibration shows.
   */
  readonly treeOperator?: TreeOperator;
};

/** Versions of the format: the newest that what we use needs, so that old runtimes read the file if they can. */
const versions = Object.freeze({
  TreeEnsemble: { ir: 10, onnx: 21, ml: 5 },
  TreeEnsembleRegressor: { ir: 8, onnx: 15, ml: 3 },
});

/**
 * Inputs: one [N, 1] tensor for each column, by name. Outputs: `probability` [N, 1] float, `margin` [N, 1] double, and `label` [N, 1] int64
 * if there is a threshold.
 * @returns the same bytes for the same model and options
 */
export function exportOnnx(model: ScoringModel, options: ExportOptions): Uint8Array {
  const operator = options.treeOperator ?? 'TreeEnsemble';
  const graph = createGraph();
  const features = addFeatures(graph, model);
  const margin = addMargin(graph, model, features, operator, outputNames.margin);
  const probability = addCalibration(graph, model.calibration, margin, operator);
  graph.add('Cast', [probability], { attributes: { to: elementType.float }, as: outputNames.probability });
  const output = [
    columnInfo(outputNames.probability, 'float', 'The calibrated probability, 0 to 1.'),
    columnInfo(outputNames.margin, 'double', 'What the probability is made of: trees and weights added up, before calibration.'),
  ];
  if (options.threshold !== undefined) {
    const above = graph.add('GreaterOrEqual', [probability, graph.scalar(options.threshold)]);
    graph.add('Cast', [above], { attributes: { to: elementType.int64 }, as: outputNames.label });
    output.push(columnInfo(outputNames.label, 'int64', `1 where the probability is at least ${options.threshold}, else 0.`));
  }
  const { ir, onnx, ml } = versions[operator];
  return encodeModel({
    irVersion: ir,
    producerName: 'Holdfast',
    docString: options.description ?? '',
    opsetImport: [
      { domain: '', version: onnx },
      { domain: mlDomain, version: ml },
    ],
    metadataProps: metadata(model, options),
    graph: { name: options.name, node: graph.nodes, initializer: graph.initializers, input: inputInfos(model), output },
  });
}

function metadata(model: ScoringModel, options: ExportOptions): { key: string; value: string }[] {
  const names = inputNames(model);
  const inputs = model.inputs.map(({ name, kind }) => ({
    name: names.get(name)!,
    column: name,
    kind,
    ...(kind === 'time' ? { unit: 'days since 1970-01-01T00:00:00Z' } : {}),
  }));
  const features = model.features.map(({ name, input, how }) => ({ name, input, how }));
  const props: { [key: string]: string } = {
    'holdfast.name': options.name,
    'holdfast.version': options.version,
    ...(options.trainedAtMs !== undefined && { 'holdfast.trained_at': new Date(options.trainedAtMs).toISOString() }),
    'holdfast.inputs': JSON.stringify(inputs),
    'holdfast.features': JSON.stringify(features),
    ...(options.threshold === undefined ? {} : { 'holdfast.threshold': String(options.threshold) }),
  };
  return Object.entries(props).map(([key, value]) => ({ key, value }));
}

/** @param margin [N, 1] double @returns [N, 1] double */
function addCalibration(graph: GraphBuilder, calibration: Calibration, margin: Value, operator: TreeOperator): Value {
  if (calibration.kind === 'platt') {
    const scaled = graph.add('Mul', [margin, graph.scalar(calibration.a)]);
    const shifted = graph.add('Add', [scaled, graph.scalar(calibration.b)]);
    const odds = graph.add('Exp', [graph.add('Neg', [shifted])]);
    return graph.add('Div', [graph.scalar(1), graph.add('Add', [odds, graph.scalar(1)])]);
  }
  const { margins, probabilities } = calibration;
  const first = margins[0]!;
  const last = margins.at(-1)!;
  if (first === last) return graph.add('Where', [graph.add('IsNaN', [margin]), margin, graph.scalar(probabilities[0]!)]);
  const low = graph.add('LessOrEqual', [margin, graph.scalar(first)]);
  const high = graph.add('GreaterOrEqual', [margin, graph.scalar(last)]);
  // Held inside, so that the line beside an infinite margin is not asked for a value that it has not.
  const notBelow = graph.add('Where', [low, graph.scalar(first), margin]);
  const inside = graph.add('Where', [high, graph.scalar(last), notBelow]);
  const segment = addPlace(graph, inside, margins.slice(1, -1), operator);
  const pick = (values: readonly number[]) => graph.add('Gather', [graph.constant(tensor('double', values)), segment]);
  const begins = margins.slice(0, -1);
  const from = pick(probabilities.slice(0, -1));
  const rises = pick(begins.map((_, at) => probabilities[at + 1]! - probabilities[at]!));
  const runs = pick(begins.map((begin, at) => margins[at + 1]! - begin));
  const along = graph.add('Mul', [rises, graph.add('Sub', [inside, pick(begins)])]);
  const line = graph.add('Add', [from, graph.add('Div', [along, runs])]);
  const notLow = graph.add('Where', [low, graph.scalar(probabilities[0]!), line]);
  return graph.add('Where', [high, graph.scalar(probabilities.at(-1)!), notLow]);
}
