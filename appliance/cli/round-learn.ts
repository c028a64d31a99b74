// What `holdfast round propose` says of the learning, from the few settings that its command line asks for.

import { Fault } from '../core/errors.ts';
import type { RoundModelName } from '../federate/rounds/round-defaults.ts';

type LearnAsked = {
  readonly model: RoundModelName;
  readonly trees?: number;
  readonly depth?: number;
  readonly rounds?: number;
  readonly epochs?: number;
  readonly hidden?: readonly number[];
};

/** @throws {Fault} `bad_request` */
export function layers(text: string): number[] {
  const units = text.split(',').map(Number);
  if (units.length > 2 || !units.every((one) => Number.isInteger(one) && one >= 1 && one <= 64))
    throw new Fault('bad_request', '--hidden: one or two whole numbers from 1 to 64, such as 16 or 16,8');
  return units;
}

/** What was said; the rest is as usual. @throws {Fault} `bad_request` for what the model has not */
export function learnAsked({ model, trees, depth, rounds, epochs, hidden }: LearnAsked): object {
  const averaging = { ...(rounds && { rounds }), ...(epochs && { epochs }), ...(hidden && { hidden }) };
  if ((model === 'trees' || model === 'logistic') && Object.keys(averaging).length > 0)
    throw new Fault('bad_request', '--rounds, --epochs and --hidden go with --model fedavg, fedprox or fedadam');
  if (model === 'trees')
    return {
      ...(trees !== undefined && { trees }),
      ...(depth !== undefined && { maxDepth: depth, maxLeaves: Math.min(4096, 2 ** depth) }),
    };
  return model === 'logistic' ? { kind: 'logistic' } : { kind: 'averaging', optimiser: model, ...averaging };
}
