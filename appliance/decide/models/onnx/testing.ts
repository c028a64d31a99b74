// Small ONNX files as customers bring them, good and bad, for tests of the import.

import { mlDomain, tensor } from './graph.ts';
import {
  type Attribute,
  elementType,
  encodeModel,
  attributeType as kinds,
  type Model,
  type Node,
  type TensorProto,
  type ValueInfo,
} from './proto.ts';

export function value(name: string, type: keyof typeof elementType, dims: readonly (number | string)[]): ValueInfo {
  const dim = dims.map((one) => (typeof one === 'string' ? { dimParam: one } : { dimValue: one }));
  return { name, type: { tensorType: { elemType: elementType[type], shape: { dim } } } };
}

const int = (name: string, i: number): Attribute => ({ name, i, type: kinds.int });
const floats = (name: string, values: number[]): Attribute => ({ name, floats: values, type: kinds.floats });

/** As scikit-learn's logistic regression is converted with zipmap=False: X [N, 3] float, `label` [N], `probabilities` [N, 2]. */
export function logisticModel(): Model {
  return {
    irVersion: 8,
    producerName: 'skl2onnx',
    producerVersion: '1.17.0',
    opsetImport: [
      { domain: '', version: 17 },
      { domain: mlDomain, version: 1 },
    ],
    graph: {
      name: 'logistic',
      input: [value('X', 'float', ['N', 3])],
      output: [value('label', 'int64', ['N']), value('probabilities', 'float', ['N', 2])],
      node: [
        {
          opType: 'LinearClassifier',
          domain: mlDomain,
          input: ['X'],
          output: ['label', 'raw'],
          attribute: [
            floats('coefficients', [-1, -2, 0.5, 1, 2, -0.5]),
            floats('intercepts', [0.25, -0.25]),
            { name: 'classlabels_ints', ints: [0, 1], type: kinds.ints },
            { name: 'post_transform', s: new TextEncoder().encode('LOGISTIC'), type: kinds.string },
            int('multi_class', 0),
          ],
        },
        { opType: 'Identity', input: ['raw'], output: ['probabilities'] },
      ],
    },
  };
}

export function bytesOf(change: (model: Model) => void = () => undefined): Uint8Array {
  const model = logisticModel();
  change(model);
  return encodeModel(model);
}

/** Numbers that stand in a file beside the model. */
export function externalTensor(name: string, file: string): TensorProto {
  return { name, dims: [1], dataType: elementType.float, dataLocation: 1, externalData: [{ key: 'location', value: file }] };
}

const condition: Node = { opType: 'Identity', input: ['go'], output: ['go on'] };

/** Counts to 2^62: it loads, and never answers. */
export function endlessModel(): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'endless',
      input: [value('X', 'float', ['N', 1])],
      output: [value('Y', 'float', ['N', 1])],
      initializer: [
        { name: 'times', ...tensor('int64', [2 ** 62], []) },
        { name: 'true', ...tensor('bool', [1], []) },
      ],
      node: [
        {
          opType: 'Loop',
          input: ['times', 'true', 'X'],
          output: ['Y'],
          attribute: [
            {
              name: 'body',
              type: kinds.graph,
              g: {
                name: 'body',
                input: [value('round', 'int64', []), value('go', 'bool', []), value('held', 'float', ['N', 1])],
                output: [value('go on', 'bool', []), value('next', 'float', ['N', 1])],
                node: [condition, { opType: 'Neg', input: ['held'], output: ['next'] }],
              },
            },
          ],
        },
      ],
    },
  });
}

/** Fills as many megabytes as the row says, again and again. */
export function hungryModel(): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'hungry',
      input: [value('X', 'int64', ['N', 1])],
      output: [value('Y', 'float', ['N'])],
      initializer: [
        { name: 'per megabyte', ...tensor('int64', [262_144], []) },
        { name: 'flat', ...tensor('int64', [-1]) },
      ],
      node: [
        { opType: 'Mul', input: ['X', 'per megabyte'], output: ['many'] },
        { opType: 'Reshape', input: ['many', 'flat'], output: ['shape'] },
        { opType: 'ConstantOfShape', input: ['shape'], output: ['zeros'] },
        { opType: 'CumSum', input: ['zeros', 'axis'], output: ['more'] },
        { opType: 'ReduceSum', input: ['more'], output: ['sum'], attribute: [int('keepdims', 0)] },
        { opType: 'Reshape', input: ['sum', 'flat'], output: ['Y'] },
        {
          opType: 'Constant',
          output: ['axis'],
          attribute: [{ name: 'value', t: tensor('int64', [0], []), type: kinds.tensor }],
        },
      ].sort((a, b) => (a.opType === 'Constant' ? -1 : b.opType === 'Constant' ? 1 : 0)),
    },
  });
}
