// A member's part of a round of averaging: some epochs of mini-batch descent over its own rows, from the weights that all have, and the difference
// that this made. Nothing else leaves it.

import { Fault } from '../../../core/errors.ts';
import { below, drawsOf } from '../numerics/chance.ts';
import { type AveragedModel, checkFits, Network } from './network.ts';
import type { Table } from './shapes.ts';

export type UpdateOrder = {
  readonly model: AveragedModel;
  /** Those of the round, the same for all members. They are left as they are. */
  readonly weights: Float64Array;
  readonly table: Table;
  /** Passes over the rows. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** FedProx: mu / 2 x the squared distance from the round's weights is added to the loss. 0 is FedAvg. Default 0. */
  readonly mu?: number;
  /** L2: lambda / 2 x the squares of all weights but the biases is added to the mean loss. Default 0. */
  readonly lambda?: number;
  /** Of the order of rows. The same order, table and seed give the same bits on one machine; `exp` and `tanh` may differ between machines. */
  readonly seed: number;
};

export type LocalUpdate = {
  /** Weights after less weights before. */
  readonly delta: Float64Array;
  readonly rows: number;
  /** Steps of descent that were taken. */
  readonly steps: number;
  /** Mean over the rows of the last epoch, each as its batch met it, without penalties; NaN without rows. For its own people, not for others. */
  readonly loss: number;
};

export const updateLimits = { epochs: 1000, batchRows: 100_000 } as const;

/** Called before each batch. @param share of the update that is done, 0 to 1. What it throws ends the work. */
export type Between = (share: number) => void;

/**
 * Mini-batch stochastic descent. The last batch of an epoch may be short.
 * @throws {RangeError} for settings outside their ranges, weights or a table of another model
 * @throws {Fault} `cannot_train` when the weights grow beyond what numbers hold: the learning rate is too large
 */
export function localUpdate(order: UpdateOrder, between?: Between): LocalUpdate {
  check(order);
  const { model, table, epochs, batchSize, seed } = order;
  const network = new Network(model);
  const weights = Float64Array.from(order.weights);
  const gradient = new Float64Array(weights.length);
  const penalised = penalisedOf(network, weights.length);
  const rows = Uint32Array.from({ length: table.rows }, (_, row) => row);
  let [steps, loss] = [0, Number.NaN];
  for (let epoch = 0; epoch < epochs && table.rows > 0; epoch += 1) {
    shuffle(rows, seed, epoch);
    loss = 0;
    for (let from = 0; from < rows.length; from += batchSize) {
      between?.((epoch + from / rows.length) / epochs);
      const batch = rows.subarray(from, from + batchSize);
      gradient.fill(0);
      for (const row of batch) loss += network.addGradient(weights, table.cells, row, table.labels[row]!, gradient);
      descend(order, weights, gradient, penalised, batch.length);
      steps += 1;
    }
    loss /= table.rows;
    if (!weights.every(Number.isFinite)) throw new Fault('cannot_train', 'learning rate: the weights grew beyond all bounds');
  }
  return { delta: weights.map((each, index) => each - order.weights[index]!), rows: table.rows, steps, loss };
}

function descend(order: UpdateOrder, weights: Float64Array, gradient: Float64Array, penalised: Uint8Array, rows: number): void {
  const { learningRate, mu = 0, lambda = 0, weights: start } = order;
  for (let index = 0; index < weights.length; index += 1) {
    const weight = weights[index]!;
    const slope = gradient[index]! / rows + mu * (weight - start[index]!) + lambda * penalised[index]! * weight;
    weights[index] = weight - learningRate * slope;
  }
}

/** 1 for weights, 0 for biases. */
function penalisedOf(network: Network, length: number): Uint8Array {
  const penalised = new Uint8Array(length);
  for (const { inputs, units, at } of network.layers) penalised.fill(1, at, at + inputs * units);
  return penalised;
}

/** Fisher and Yates. Each epoch has draws of its own. */
function shuffle(rows: Uint32Array, seed: number, epoch: number): void {
  const draw = drawsOf(seed, `epoch ${epoch}`);
  for (let last = rows.length - 1; last > 0; last -= 1) {
    const other = below(draw, last + 1);
    const row = rows[last]!;
    rows[last] = rows[other]!;
    rows[other] = row;
  }
}

function check({ model, weights, table, epochs, batchSize, learningRate, mu = 0, lambda = 0 }: UpdateOrder): void {
  checkFits(model, weights, table.width);
  const whole = (name: string, value: number, most: number) => {
    if (!(Number.isSafeInteger(value) && value >= 1 && value <= most))
      throw new RangeError(`${name}: expected a whole number from 1 to ${most}, got ${value}`);
  };
  whole('epochs', epochs, updateLimits.epochs);
  whole('batchSize', batchSize, updateLimits.batchRows);
  if (!(learningRate > 0 && Number.isFinite(learningRate)))
    throw new RangeError(`learningRate: expected above 0, got ${learningRate}`);
  for (const [name, value] of Object.entries({ mu, lambda }))
    if (!(value >= 0 && Number.isFinite(value))) throw new RangeError(`${name}: expected at least 0, got ${value}`);
  const index = weights.findIndex((each) => !Number.isFinite(each));
  if (index >= 0) throw new RangeError(`weights: expected finite numbers, got ${weights[index]} at ${index}`);
}
