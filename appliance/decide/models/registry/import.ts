// A model of the organisation's own as a version: tried out before it is kept, held against the node's features, and kept without the examples it
// was tried with, which may be customers.

import { Fault } from '../../../core/errors.ts';
import type { Column } from '../../../core/matrix/matrix.ts';
import { type Example, openOwnModel, parseSignature } from '../onnx/own-model.ts';
import { rowReader } from '../questions/relative.ts';
import { columnsOf } from '../serving/served.ts';
import { type Registry, titleOf } from './registry.ts';
import { defaultPurpose } from './run.ts';
import type { Model, Version } from './version.ts';

export type OwnModelOrder = {
  readonly name: string;
  readonly onnx: Uint8Array;
  /** As `parseSignature` takes it. */
  readonly signature: unknown;
  readonly examples: readonly Example[];
  readonly purpose?: string;
  readonly live?: boolean;
};

/** @param columns of the node's features @throws {Fault} `model_invalid`, `model_failed`, `bad_request`, `conflict` */
export async function importOwn(
  registry: Registry,
  order: OwnModelOrder,
  columns: readonly Column[],
  by: string,
): Promise<{ model: Model; version: Version }> {
  const signature = parseSignature(order.signature);
  const read = rowReader(columnsOf(signature), columns);
  if (typeof read !== 'function') throw new Fault('model_invalid', `signature: the node has no feature ${read.missing}`);
  const own = await openOwnModel(order.onnx, signature, order.examples);
  own.close();
  const { name, purpose = defaultPurpose, live = true } = order;
  const outcome = { en: `the score ${name}`, zh: `“${name}”得分` };
  const model = await registry.put({ name, kind: 'own', title: titleOf(name), outcome, ask: {}, scoringPurpose: purpose, live });
  const files = { onnx: order.onnx, signature: new TextEncoder().encode(JSON.stringify(signature)) };
  return { model, version: await registry.add(model, {}, files, by) };
}
