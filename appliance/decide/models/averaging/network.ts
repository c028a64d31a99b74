// The models that are averaged: logistic regression, and small multilayer perceptrons with one output. A model is its shape; its weights are one
// vector, so that a federation adds them without knowing what they mean.

import { drawsOf } from '../numerics/chance.ts';

export type AveragedModel =
  | { readonly kind: 'logistic'; readonly inputs: number }
  | {
      readonly kind: 'perceptron';
      readonly inputs: number;
      /** Units of one or two hidden layers. */
      readonly hidden: readonly number[];
      readonly activation: 'tanh' | 'relu';
    };

export const networkLimits = { inputs: 2000, hiddenLayers: 2, hiddenUnits: 64 } as const;

/** Weights of a layer stand one unit after the other, [units, inputs], then its biases. */
export type Layer = { readonly inputs: number; readonly units: number; readonly at: number };

/** @throws {RangeError} for shapes beyond `networkLimits` */
export function layersOf(model: AveragedModel): Layer[] {
  const { inputs } = model;
  const hidden = model.kind === 'logistic' ? [] : model.hidden;
  const whole = (value: number, most: number) => Number.isSafeInteger(value) && value >= 1 && value <= most;
  if (!whole(inputs, networkLimits.inputs))
    throw new RangeError(`inputs: expected a whole number from 1 to ${networkLimits.inputs}, got ${inputs}`);
  if (model.kind === 'perceptron' && !whole(hidden.length, networkLimits.hiddenLayers))
    throw new RangeError(`hidden: expected 1 to ${networkLimits.hiddenLayers} layers, got ${hidden.length}`);
  let at = 0;
  let before = inputs;
  return [...hidden, 1].map((units) => {
    if (!whole(units, networkLimits.hiddenUnits))
      throw new RangeError(`hidden: expected 1 to ${networkLimits.hiddenUnits} units, got ${units}`);
    const layer = { inputs: before, units, at };
    at += units * (before + 1);
    before = units;
    return layer;
  });
}

/** Numbers of the weight vector. */
export function parametersOf(model: AveragedModel): number {
  return layersOf(model).reduce((sum, { inputs, units }) => sum + units * (inputs + 1), 0);
}

/**
 * Where all members begin, the same bits everywhere: only square roots and products of whole draws. Logistic: 0. Perceptrons: uniform within
 * sqrt(6 / (inputs + units)) of 0 (Glorot and Bengio 2010), before relu sqrt(6 / inputs) (He et al. 2015); biases 0.
 */
export function initialWeights(model: AveragedModel, seed: number): Float64Array {
  const weights = new Float64Array(parametersOf(model));
  if (model.kind === 'logistic') return weights;
  const draw = drawsOf(seed, 'initial weights');
  const layers = layersOf(model);
  layers.forEach(({ inputs, units, at }, place) => {
    const relu = model.activation === 'relu' && place < layers.length - 1;
    const limit = Math.sqrt(6 / (relu ? inputs : inputs + units));
    for (let index = at; index < at + units * inputs; index += 1) weights[index] = limit * (draw() / 0x80000000 - 1);
  });
  return weights;
}

/** Memory of one row's way through the layers and back. */
export class Network {
  readonly layers: readonly Layer[];
  readonly #tanh: boolean;
  /** Of each layer: its inputs, and what the loss changes by them. */
  readonly #values: Float64Array[];
  readonly #slopes: Float64Array[];

  constructor(model: AveragedModel) {
    this.layers = layersOf(model);
    this.#tanh = model.kind === 'perceptron' && model.activation === 'tanh';
    this.#values = this.layers.map(({ inputs }) => new Float64Array(inputs));
    this.#slopes = this.layers.map(({ inputs }) => new Float64Array(inputs));
  }

  /** The log-odds of one row. @param cells [rows, inputs] */
  margin(weights: Float64Array, cells: Float32Array, row: number): number {
    const first = this.#values[0]!;
    const from = row * first.length;
    for (let index = 0; index < first.length; index += 1) first[index] = cells[from + index]!;
    let out = 0;
    for (let place = 0; place < this.layers.length; place += 1) {
      const { inputs, units, at } = this.layers[place]!;
      const values = this.#values[place]!;
      const next = this.#values[place + 1];
      for (let unit = 0; unit < units; unit += 1) {
        const start = at + unit * inputs;
        let sum = weights[at + units * inputs + unit]!;
        for (let index = 0; index < inputs; index += 1) sum += weights[start + index]! * values[index]!;
        if (next) next[unit] = this.#tanh ? Math.tanh(sum) : Math.max(sum, 0);
        else out = sum;
      }
    }
    return out;
  }

  /** Adds one row's gradient of the cross-entropy to `gradient`. @returns its loss, in nats */
  addGradient(weights: Float64Array, cells: Float32Array, row: number, label: number, gradient: Float64Array): number {
    const margin = this.margin(weights, cells, row);
    const small = Math.exp(-Math.abs(margin));
    const probability = margin >= 0 ? 1 / (1 + small) : small / (1 + small);
    this.#back(weights, probability - label, gradient);
    return Math.max(margin, 0) - label * margin + Math.log1p(small);
  }

  #back(weights: Float64Array, residual: number, gradient: Float64Array): void {
    for (let place = this.layers.length - 1; place >= 0; place -= 1) {
      const { inputs, units, at } = this.layers[place]!;
      const values = this.#values[place]!;
      const slopes = this.#slopes[place]!;
      const above = this.#slopes[place + 1];
      const outputs = this.#values[place + 1];
      if (place > 0) slopes.fill(0);
      for (let unit = 0; unit < units; unit += 1) {
        const output = outputs ? outputs[unit]! : 0;
        const slope = above ? above[unit]! * (this.#tanh ? 1 - output * output : output > 0 ? 1 : 0) : residual;
        if (slope === 0) continue;
        const start = at + unit * inputs;
        gradient[at + units * inputs + unit]! += slope;
        for (let index = 0; index < inputs; index += 1) gradient[start + index]! += slope * values[index]!;
        if (place === 0) continue;
        for (let index = 0; index < inputs; index += 1) slopes[index]! += slope * weights[start + index]!;
      }
    }
  }
}

/** Probabilities of all rows of a standardised table. @throws {RangeError} for weights or a table of another model */
export function predict(
  model: AveragedModel,
  weights: Float64Array,
  { rows, width, cells }: { rows: number; width: number; cells: Float32Array },
): Float64Array {
  checkFits(model, weights, width);
  const network = new Network(model);
  return Float64Array.from({ length: rows }, (_, row) => {
    const margin = network.margin(weights, cells, row);
    const small = Math.exp(-Math.abs(margin));
    return margin >= 0 ? 1 / (1 + small) : small / (1 + small);
  });
}

/** @throws {RangeError} */
export function checkFits(model: AveragedModel, weights: Float64Array, width: number): void {
  if (weights.length !== parametersOf(model))
    throw new RangeError(`weights: expected ${parametersOf(model)}, got ${weights.length}`);
  if (width !== model.inputs) throw new RangeError(`table: expected ${model.inputs} columns, got ${width}`);
}
