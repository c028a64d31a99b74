// Trees, weights and blends as ONNX operators, all in double precision and in the order that the format states, so that a margin has the very
// bits of the reference scorer when the runtime works in one thread. A step of an isotonic calibration may be steep: what single precision
// would lose in the margin could be more than a rounding in the probability.

import type { Linear, ScoringModel, Tree, Trees } from '../../../core/model/scoring.ts';
import { type GraphBuilder, mlDomain, tensor, type Value } from './graph.ts';
import { elementType } from './proto.ts';

/** Which operator carries trees; `docs/onnx.md` says which runtimes know which. */
export type TreeOperator = 'TreeEnsemble' | 'TreeEnsembleRegressor';

/** @param features [N, F] float @returns the margin, [N, 1] double */
export function addMargin(graph: GraphBuilder, model: ScoringModel, features: Value, operator: TreeOperator, as?: string): Value {
  const { margin } = model;
  const doubles = toDouble(graph, features);
  const part = (of: Trees | Linear): Value =>
    of.kind === 'linear' ? addLinear(graph, of, features, doubles) : addTrees(graph, of, doubles, operator);
  const sum =
    margin.kind === 'blend'
      ? margin.parts
          .map(({ weight, of }) => graph.add('Mul', [part(of), graph.scalar(weight)]))
          .reduce((total, one) => graph.add('Add', [total, one]))
      : part(margin);
  return graph.add('Identity', [sum], as === undefined ? {} : { as });
}

export function toDouble(graph: GraphBuilder, value: Value): Value {
  return graph.add('Cast', [value], { attributes: { to: elementType.double } });
}

/** weight x (feature - center) / scale, missing features as 0, summed from `base` on in the order of features: CumSum adds one by one. */
function addLinear(graph: GraphBuilder, of: Linear, features: Value, doubles: Value): Value {
  const perFeature = (values: readonly number[]) => graph.constant(tensor('double', values));
  const off = graph.add('Sub', [doubles, perFeature(of.centers)]);
  const weighted = graph.add('Mul', [off, perFeature(of.weights)]);
  const terms = graph.add('Div', [weighted, perFeature(of.scales)]);
  const known = graph.add('Where', [graph.add('IsNaN', [features]), graph.scalar(0), terms]);
  const based = graph.add('Add', [known, perFeature(of.weights.map((_, at) => (at === 0 ? of.base : 0)))]);
  const sums = graph.add('CumSum', [based, graph.scalar(1, 'int64')]);
  const last = graph.constant(tensor('int64', [of.weights.length - 1]));
  return graph.add('Gather', [sums, last], { attributes: { axis: 1 } });
}

function addTrees(graph: GraphBuilder, of: Trees, doubles: Value, operator: TreeOperator): Value {
  if (operator === 'TreeEnsemble') {
    // The base is a tree of one leaf and the first, so that it is added first.
    return addEnsemble(graph, [oneLeaf(of.base), ...of.trees.map(singleValues)], doubles);
  }
  if (of.trees.length === 0) return graph.add('Add', [firstColumnAsZero(graph, doubles), graph.scalar(of.base)]);
  return graph.add('Add', [addRegressor(graph, of.trees.map(singleValues), doubles), graph.scalar(of.base)]);
}

/** [N, 1] of zeros, whatever stands in the features. */
function firstColumnAsZero(graph: GraphBuilder, doubles: Value): Value {
  const first = graph.add('Gather', [doubles, graph.constant(tensor('int64', [0]))], { attributes: { axis: 1 } });
  return graph.add('Where', [graph.add('IsNaN', [first]), graph.scalar(0), graph.scalar(0)]);
}

function singleValues(tree: Tree): Tree {
  return { ...tree, threshold: tree.threshold.map(Math.fround), value: tree.value.map(Math.fround) };
}

function oneLeaf(value: number): Tree {
  return { feature: [-1], threshold: [0], missingLeft: [0], left: [0], right: [0], value: [value], cover: [1] };
}

/** Trees whose leaves add up (TreeEnsemble, ai.onnx.ml 5). @param input [N, F] double @returns [N, 1] double */
function addEnsemble(graph: GraphBuilder, trees: readonly Tree[], input: Value): Value {
  const nodes = { feature: [] as number[], split: [] as number[], missing: [] as number[], roots: [] as number[] };
  const yes = { id: [] as number[], leaf: [] as number[] };
  const no = { id: [] as number[], leaf: [] as number[] };
  const leaves: number[] = [];
  for (const tree of trees) {
    const inner = new Map<number, number>();
    const begin = nodes.feature.length;
    nodes.roots.push(begin);
    tree.feature.forEach((feature, node) => {
      if (feature >= 0) inner.set(node, begin + inner.size);
    });
    const leaf = (value: number) => leaves.push(value) - 1;
    const lead = (to: { id: number[]; leaf: number[] }, child: number) => {
      const at = inner.get(child);
      to.leaf.push(at === undefined ? 1 : 0);
      to.id.push(at ?? leaf(tree.value[child]!));
    };
    if (inner.size === 0) {
      // The operator knows a tree of one leaf as a node whose two ways lead to it.
      nodes.feature.push(0);
      nodes.split.push(0);
      nodes.missing.push(0);
      const only = leaf(tree.value[0]!);
      for (const to of [yes, no]) {
        to.leaf.push(1);
        to.id.push(only);
      }
    }
    for (const node of inner.keys()) {
      nodes.feature.push(tree.feature[node]!);
      nodes.split.push(tree.threshold[node]!);
      nodes.missing.push(tree.missingLeft[node]!);
      lead(yes, tree.left[node]!);
      lead(no, tree.right[node]!);
    }
  }
  return graph.add('TreeEnsemble', [input], {
    domain: mlDomain,
    attributes: {
      aggregate_function: 1,
      leaf_targetids: { ints: leaves.map(() => 0) },
      leaf_weights: tensor('double', leaves),
      n_targets: 1,
      nodes_falseleafs: { ints: no.leaf },
      nodes_falsenodeids: { ints: no.id },
      nodes_featureids: { ints: nodes.feature },
      nodes_missing_value_tracks_true: { ints: nodes.missing },
      // 0 is BRANCH_LEQ.
      nodes_modes: tensor(
        'uint8',
        nodes.feature.map(() => 0),
      ),
      nodes_splits: tensor('double', nodes.split),
      nodes_trueleafs: { ints: yes.leaf },
      nodes_truenodeids: { ints: yes.id },
      post_transform: 0,
      tree_roots: { ints: nodes.roots },
    },
  });
}

/** The same for runtimes before ai.onnx.ml 5. The operator rounds its sum to single precision. @returns [N, 1] double */
function addRegressor(graph: GraphBuilder, trees: readonly Tree[], input: Value): Value {
  const nodes = trees.flatMap((tree, at) =>
    tree.feature.map((feature, node) => ({
      at,
      node,
      leaf: feature < 0,
      feature: Math.max(feature, 0),
      threshold: tree.threshold[node]!,
      missing: tree.missingLeft[node]!,
      left: tree.left[node]!,
      right: tree.right[node]!,
      value: tree.value[node]!,
    })),
  );
  const leaves = nodes.filter(({ leaf }) => leaf);
  const ints = (of: (node: (typeof nodes)[number]) => number, from = nodes) => ({ ints: from.map(of) });
  const sum = graph.add('TreeEnsembleRegressor', [input], {
    domain: mlDomain,
    attributes: {
      n_targets: 1,
      nodes_falsenodeids: ints(({ leaf, right }) => (leaf ? 0 : right)),
      nodes_featureids: ints(({ feature }) => feature),
      nodes_missing_value_tracks_true: ints(({ leaf, missing }) => (leaf ? 0 : missing)),
      nodes_modes: { strings: nodes.map(({ leaf }) => (leaf ? 'LEAF' : 'BRANCH_LEQ')) },
      nodes_nodeids: ints(({ node }) => node),
      nodes_treeids: ints(({ at }) => at),
      nodes_truenodeids: ints(({ leaf, left }) => (leaf ? 0 : left)),
      nodes_values_as_tensor: tensor(
        'double',
        nodes.map(({ threshold }) => threshold),
      ),
      target_ids: ints(() => 0, leaves),
      target_nodeids: ints(({ node }) => node, leaves),
      target_treeids: ints(({ at }) => at, leaves),
      target_weights_as_tensor: tensor(
        'double',
        leaves.map(({ value }) => value),
      ),
    },
  });
  return toDouble(graph, sum);
}

/**
 * Of a value the number of bounds that lie below it, by a tree of comparisons.
 * @param value [N, 1] double @param bounds rising @returns [N, 1] int64, 0 to the number of bounds; of NaN the last
 */
export function addPlace(graph: GraphBuilder, value: Value, bounds: readonly number[], operator: TreeOperator): Value {
  const tree: { [key in keyof Tree]: (0 | 1 | number)[] } = {
    feature: [],
    threshold: [],
    missingLeft: [],
    left: [],
    right: [],
    value: [],
    cover: [],
  };
  const grow = (low: number, high: number): number => {
    const node = tree.feature.length;
    const leaf = low === high;
    const middle = (low + high) >> 1;
    tree.feature.push(leaf ? -1 : 0);
    tree.threshold.push(leaf ? 0 : bounds[middle]!);
    tree.value.push(leaf ? low : 0);
    for (const key of ['missingLeft', 'left', 'right', 'cover'] as const) tree[key].push(0);
    if (leaf) return node;
    tree.left[node] = grow(low, middle);
    tree.right[node] = grow(middle + 1, high);
    return node;
  };
  grow(0, bounds.length);
  const of = [tree as unknown as Tree];
  const place = operator === 'TreeEnsemble' ? addEnsemble(graph, of, value) : addRegressor(graph, of, value);
  return graph.add('Cast', [place], { attributes: { to: elementType.int64 } });
}
