// What a file must be before onnxruntime is given it, and how its inputs and outputs compare with what was declared. Runs in the process of
// the model, not in the node: already the reading of a foreign file is work for somebody who may fall over.

import type { InferenceSession } from './library.ts';
import { type Attribute, decodeModel, type Graph, type Model, type Node, type SparseTensor, type TensorProto } from './proto.ts';
import { openSession } from './session.ts';
import { runtimeTypes, type Signature } from './signature.ts';

/** Where we stop; onnxruntime refuses what is newer than it knows by itself. */
export const fileLimits = { bytes: 256 * 1024 * 1024, irVersion: { least: 3, most: 13 }, onnxOpset: 7, depth: 32 } as const;

/** What onnxruntime has operators for without a library besides. */
const domains = new Set(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft']);
const external = 1;

/** What is wrong with a file or with what was said of it; the text is for the person who brings the model. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
}

function refuse(what: string): never {
  throw new ModelError(what);
}

/**
 * All that can be known before the first row: the file, then the graph as onnxruntime loads it, then its inputs and outputs.
 * @throws {ModelError} in words
 */
export async function checkModel(
  bytes: Uint8Array,
  signature: Signature,
): Promise<{ summary: FileSummary; session: InferenceSession }> {
  const summary = checkFile(bytes);
  const session = await openSession(bytes).catch((error: Error) =>
    refuse(`file: onnxruntime does not load it: ${error.message}`),
  );
  checkSignature(session, signature);
  return { summary, session };
}

export type FileSummary = {
  readonly producer: string;
  readonly opsets: { readonly [domain: string]: number };
  readonly metadata: { readonly [key: string]: string };
};

/**
 * Reads a file and checks what can be seen without running it: format, versions, operators' domains, that all its numbers are inside.
 * @throws {ModelError} in words
 */
export function checkFile(bytes: Uint8Array): FileSummary {
  if (bytes.length > fileLimits.bytes) refuse(`file: expected at most ${fileLimits.bytes} bytes, got ${bytes.length}`);
  let model: Model;
  try {
    model = decodeModel(bytes);
  } catch {
    return refuse('file: is not an ONNX file');
  }
  const { least, most } = fileLimits.irVersion;
  if (!model.graph?.node?.length) refuse('file: is not an ONNX file, or its graph is empty');
  if (!(model.irVersion >= least && model.irVersion <= most))
    refuse(`ir_version: expected ${least} to ${most}, got ${model.irVersion}`);
  const opsets = Object.fromEntries(
    (model.opsetImport ?? []).map(({ domain = '', version = 0 }) => [domain || 'ai.onnx', version]),
  );
  if (Object.keys(opsets).length === 0) refuse('opset_import: expected at least one');
  for (const domain of Object.keys(opsets)) {
    if (!domains.has(domain))
      refuse(`opset_import: operators of the domain ${domain} need a library that the node does not have`);
  }
  if (opsets['ai.onnx'] !== undefined && opsets['ai.onnx'] < fileLimits.onnxOpset)
    refuse(`opset_import: expected ai.onnx ${fileLimits.onnxOpset} or later, got ${opsets['ai.onnx']}`);
  if (model.trainingInfo?.length) refuse('training_info: expected a model for inference');
  checkGraph(model.graph!, 0);
  for (const { node, attributeProto } of model.functions ?? []) {
    checkNodes(node ?? [], 1);
    for (const attribute of attributeProto ?? []) checkAttribute(attribute, 1);
  }
  const metadata = Object.fromEntries((model.metadataProps ?? []).map(({ key, value }) => [key, value]));
  return { producer: `${model.producerName ?? ''} ${model.producerVersion ?? ''}`.trim(), opsets, metadata };
}

function checkGraph(graph: Graph, depth: number): void {
  if (depth > fileLimits.depth) refuse(`graph: expected at most ${fileLimits.depth} graphs inside each other`);
  for (const one of graph.initializer ?? []) checkTensor(one);
  for (const one of graph.sparseInitializer ?? []) checkSparse(one);
  checkNodes(graph.node ?? [], depth);
}

function checkNodes(nodes: readonly Node[], depth: number): void {
  for (const { attribute } of nodes) for (const one of attribute ?? []) checkAttribute(one, depth);
}

function checkAttribute(attribute: Attribute, depth: number): void {
  for (const one of [attribute.t, ...(attribute.tensors ?? [])]) if (one) checkTensor(one);
  for (const one of [attribute.sparseTensor, ...(attribute.sparseTensors ?? [])]) if (one) checkSparse(one);
  for (const one of [attribute.g, ...(attribute.graphs ?? [])]) if (one) checkGraph(one, depth + 1);
}

function checkSparse({ values, indices }: SparseTensor): void {
  for (const one of [values, indices]) if (one) checkTensor(one);
}

function checkTensor({ dataLocation, externalData }: TensorProto): void {
  if (dataLocation === external || externalData?.length)
    refuse('tensors: expected all numbers inside the file, got some in files beside it: save it as one file');
}

/**
 * Compares a loaded graph with its signature.
 * @throws {ModelError} in words
 */
function checkSignature(session: InferenceSession, signature: Signature): void {
  const found = new Map(session.inputMetadata.map((one) => [one.name, one]));
  const list = (names: readonly string[]) => names.join(', ') || 'none';
  for (const input of signature.inputs) {
    const one = found.get(input.name) ?? refuse(`input ${input.name}: is not in the model; it has ${list(session.inputNames)}`);
    if (!one.isTensor) refuse(`input ${input.name}: expected a tensor`);
    if (one.type !== runtimeTypes[input.type]) refuse(`input ${input.name}: expected the type ${one.type}, got ${input.type}`);
    const [rows, columns] = one.shape;
    const fits =
      one.shape.length === 2 && typeof rows !== 'number' && (typeof columns !== 'number' || columns === input.columns.length);
    if (!fits)
      refuse(
        `input ${input.name}: expected the shape [N, ${input.columns.length}] with N free, the model has [${one.shape.join(', ')}]`,
      );
  }
  const declared = new Set(signature.inputs.map(({ name }) => name));
  const rest = session.inputNames.filter((name) => !declared.has(name));
  if (rest.length > 0) refuse(`inputs: the model also wants ${list(rest)}`);
  const { name } = signature.output;
  const output = session.outputMetadata.find((one) => one.name === name);
  if (!output) refuse(`output ${name}: is not in the model; it has ${list(session.outputNames)}`);
  if (!output.isTensor)
    refuse(`output ${name}: expected a tensor, got a list or map (from scikit-learn: convert with zipmap=False)`);
  if (!['float32', 'float64', 'int64', 'int32'].includes(output.type))
    refuse(`output ${name}: expected numbers, got ${output.type}`);
  const width = output.shape[1];
  const at = signature.output.at ?? 0;
  if (output.shape.length > 2)
    refuse(`output ${name}: expected the shape [N] or [N, K], the model has [${output.shape.join(', ')}]`);
  if (at > 0 && (output.shape.length === 1 || (typeof width === 'number' && at >= width)))
    refuse(`output ${name}: has no place ${at}, the model has [${output.shape.join(', ')}]`);
}

/**
 * The one number for each row that the signature means.
 * @param data of the output, [N] or [N, K]
 * @throws {ModelError} where it is not one for each row, or not what it should mean
 */
export function readOutput(
  { output }: Signature,
  data: ArrayLike<number | bigint | string>,
  dims: readonly number[],
  rows: number,
): Float64Array {
  const width = dims[1] ?? 1;
  const at = output.at ?? 0;
  if (dims[0] !== rows || dims.length > 2 || at >= width || data.length !== rows * width)
    refuse(`output ${output.name}: expected one answer for each of ${rows} rows, got the shape [${dims.join(', ')}]`);
  const values = Float64Array.from({ length: rows }, (_, row) => Number(data[row * width + at]));
  const bad = values.findIndex(
    (value) => !Number.isFinite(value) || (output.meaning === 'probability' && !(value >= 0 && value <= 1 + 1e-6)),
  );
  if (bad >= 0)
    refuse(
      `output ${output.name}: expected ${output.meaning === 'probability' ? '0 to 1' : 'a finite number'} for each row, not so in row ${bad}`,
    );
  return output.meaning === 'probability' ? values.map((value) => Math.min(value, 1)) : values;
}
