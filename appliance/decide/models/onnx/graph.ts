// Builds an ONNX graph value by value: names are given in order, so that the same calls give the same bytes.

import {
  type Attribute,
  attributeType,
  type ElementType,
  elementType,
  type Node,
  type TensorProto,
  type ValueInfo,
} from './proto.ts';

export const mlDomain = 'ai.onnx.ml';
/** What names of values inside our graphs begin with; names of columns never do (`inputNames`). */
export const innerPrefix = 'holdfast/';

/** A named value of the graph. */
export type Value = string;

export type AttributeValue =
  | number
  | string
  | TensorProto
  | { readonly ints: readonly number[] }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] };

export type NodeOptions = {
  readonly attributes?: { readonly [name: string]: AttributeValue };
  readonly domain?: string;
  /** A name for the value, where it leaves the graph. */
  readonly as?: string;
};

const utf8 = new TextEncoder();

/** Little-endian, as the format wants it: a view would have the machine's own order. */
function rawOf(type: ElementType | 'uint8', values: readonly number[]): Uint8Array {
  const size = { float: 4, double: 8, int32: 4, int64: 8, uint8: 1, bool: 1, string: 0 }[type];
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, at) => {
    if (type === 'float') view.setFloat32(at * size, value, true);
    else if (type === 'double') view.setFloat64(at * size, value, true);
    else if (type === 'int64') view.setBigInt64(at * size, BigInt(value), true);
    else if (type === 'int32') view.setInt32(at * size, value, true);
    else view.setUint8(at, value);
  });
  return new Uint8Array(view.buffer);
}

/** @param dims default: one dimension; [] is a scalar */
export function tensor(
  type: Exclude<ElementType, 'string'> | 'uint8',
  values: readonly number[],
  dims: readonly number[] = [values.length],
): TensorProto {
  return { dims: [...dims], dataType: type === 'uint8' ? 2 : elementType[type], rawData: rawOf(type, values) };
}

/** A column of rows, [N, 1]. */
export function columnInfo(name: string, type: ElementType, docString: string): ValueInfo {
  const shape = { dim: [{ dimParam: 'N' }, { dimValue: 1 }] };
  return { name, type: { tensorType: { elemType: elementType[type], shape } }, docString };
}

function attributeOf(name: string, value: AttributeValue): Attribute {
  if (typeof value === 'number') return { name, i: value, type: attributeType.int };
  if (typeof value === 'string') return { name, s: utf8.encode(value), type: attributeType.string };
  if ('ints' in value) return { name, ints: value.ints, type: attributeType.ints };
  if ('floats' in value) return { name, floats: value.floats, type: attributeType.floats };
  if ('strings' in value) return { name, strings: value.strings.map((text) => utf8.encode(text)), type: attributeType.strings };
  return { name, t: value, type: attributeType.tensor };
}

export type GraphBuilder = {
  readonly nodes: Node[];
  readonly initializers: TensorProto[];
  /** @returns the node's value */
  add(opType: string, input: readonly Value[], options?: NodeOptions): Value;
  /** A constant; the same one is kept once. */
  constant(of: TensorProto): Value;
  /** A single number in double precision, or another type. */
  scalar(value: number, type?: 'float' | 'double' | 'int64'): Value;
};

export function createGraph(): GraphBuilder {
  const nodes: Node[] = [];
  const initializers: TensorProto[] = [];
  const known = new Map<string, Value>();
  const constant = (of: TensorProto): Value => {
    const key = `${of.dataType} ${of.dims} ${Buffer.from(of.rawData!).toString('base64')}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const name = `${innerPrefix}constant ${initializers.length}`;
    initializers.push({ name, ...of });
    known.set(key, name);
    return name;
  };
  return {
    nodes,
    initializers,
    constant,
    scalar: (value, type = 'double') => constant(tensor(type, [value], [])),
    add(opType, input, { attributes = {}, domain = '', as } = {}) {
      const name = `${innerPrefix}${opType} ${nodes.length}`;
      const output = as ?? name;
      const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
      nodes.push({ name, opType, domain, input: [...input], output: [output], attribute });
      return output;
    },
  };
}
