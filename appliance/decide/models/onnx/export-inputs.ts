// The front of an exported graph: one input for each column, and the features that are made of them. A category is looked up once and its
// number then picks a row of a table, whatever the features of it are: levels, codes, missing or not.

import type { Feature, InputColumn, ScoringModel } from '../../../core/model/scoring.ts';
import { featureOfLevel } from '../scoring/features.ts';
import { columnInfo, type GraphBuilder, innerPrefix, mlDomain, tensor, type Value } from './graph.ts';
import { elementType, type ValueInfo } from './proto.ts';

export const outputNames = Object.freeze({ probability: 'probability', margin: 'margin', label: 'label' });

/** The graph's name for each column: the column's own, unless an output or a value inside has it. */
export function inputNames(model: ScoringModel): Map<string, string> {
  const columns = new Set(model.inputs.map(({ name }) => name));
  const taken = (name: string) => Object.hasOwn(outputNames, name) || name.startsWith(innerPrefix);
  return new Map(
    [...columns].map((name) => {
      let given = name;
      while (taken(given) || (given !== name && columns.has(given))) given = `input ${given}`;
      return [name, given];
    }),
  );
}

const docs = {
  number: 'float [N, 1], in the unit of the column; NaN is missing.',
  time: 'float [N, 1], days since 1970-01-01T00:00:00Z: divide milliseconds by 86400000 in double precision, then cast; NaN is missing.',
  category: 'string [N, 1]; the empty string is missing.',
};

export function inputInfos(model: ScoringModel): ValueInfo[] {
  const names = inputNames(model);
  return model.inputs.map(({ name, kind }) => columnInfo(names.get(name)!, kind === 'category' ? 'string' : 'float', docs[kind]));
}

/** @returns the features in the model's order, [N, F] float */
export function addFeatures(graph: GraphBuilder, model: ScoringModel): Value {
  const names = inputNames(model);
  const inputs = new Map(model.inputs.map((input) => [input.name, input]));
  const codes = new Map<string, Value>();
  const blocks = runsByInput(model.features).flatMap((run): Value[] => {
    const input = inputs.get(run[0]!.input)!;
    const name = names.get(input.name)!;
    if (input.kind !== 'category') return run.map((feature) => numberFeature(graph, feature, name));
    const code = codes.get(name) ?? levelCode(graph, input, name);
    codes.set(name, code);
    // Rows of the table: the levels, then what nobody knows, then what is missing.
    const table = [
      ...input.levels.flatMap((level) => run.map((feature) => featureOfLevel(feature, level))),
      ...run.map((feature) => (input.others ? featureOfLevel(feature, undefined) : featureOfUnknown(feature))),
      ...run.map((feature) => featureOfLevel(feature, undefined)),
    ];
    return [graph.add('Gather', [graph.constant(tensor('float', table, [input.levels.length + 2, run.length])), code])];
  });
  return graph.add('Concat', blocks, { attributes: { axis: 1 } });
}

function featureOfUnknown(feature: Feature): number {
  return feature.how === 'coded' ? Math.fround(feature.other) : 0;
}

/** Neighbours of the same column together, so that their order stays. */
function runsByInput(features: readonly Feature[]): Feature[][] {
  const runs: Feature[][] = [];
  for (const feature of features) {
    const run = runs.at(-1);
    if (run?.[0]?.input === feature.input) run.push(feature);
    else runs.push([feature]);
  }
  return runs;
}

function numberFeature(graph: GraphBuilder, feature: Feature, name: Value): Value {
  if (feature.how === 'number' || feature.how === 'time') return name;
  if (feature.how === 'log') {
    const double = graph.add('Cast', [name], { attributes: { to: elementType.double } });
    const log = graph.add('Log', [graph.add('Add', [graph.add('Abs', [double]), graph.scalar(1)])]);
    return graph.add('Cast', [graph.add('Mul', [graph.add('Sign', [double]), log])], { attributes: { to: elementType.float } });
  }
  if (feature.how === 'cut') return cutFeature(graph, feature, name);
  return graph.add('Cast', [graph.add('IsNaN', [name])], { attributes: { to: elementType.float } });
}

/** Half a step more and then downwards, as ONNX rounds halves to even; what is missing stays so on the way. */
function cutFeature(graph: GraphBuilder, { step, low, high }: Extract<Feature, { how: 'cut' }>, name: Value): Value {
  const double = graph.add('Cast', [name], { attributes: { to: elementType.double } });
  const steps = graph.add('Floor', [graph.add('Add', [graph.add('Div', [double, graph.scalar(step)]), graph.scalar(0.5)])]);
  const whole = graph.add('Mul', [steps, graph.scalar(step)]);
  const cut = graph.add('Max', [graph.add('Min', [whole, graph.scalar(high)]), graph.scalar(low)]);
  const kept = graph.add('Where', [graph.add('IsNaN', [name]), double, cut]);
  return graph.add('Cast', [kept], { attributes: { to: elementType.float } });
}

/** The number of a level; one more is a level that nobody knows, two more is missing. @returns [N] int64 */
function levelCode(graph: GraphBuilder, { levels }: Extract<InputColumn, { kind: 'category' }>, name: Value): Value {
  const code = graph.add('LabelEncoder', [name], {
    domain: mlDomain,
    attributes: {
      default_int64: levels.length,
      keys_strings: { strings: [...levels, ''] },
      values_int64s: { ints: [...levels.map((_, at) => at), levels.length + 1] },
    },
  });
  return graph.add('Reshape', [code, graph.constant(tensor('int64', [-1]))]);
}
