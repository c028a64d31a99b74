// Where the federation's faults become the node's: the protocol has a catalogue of its own, whose codes cross between members, and its words
// say better what happened than a code of the node could.

import { Unreachable } from '../../federation/protocol/coordinator-api.ts';
import { type CodeWords, type ProtocolCode, ProtocolFault, protocolWords } from '../../federation/protocol/words.ts';
import { Fault } from '../core/errors.ts';

/** Runs what may be refused by the federation. @throws {Fault} `federation_refused` with the protocol's code and words, `federation_unreachable` */
export async function asFaults<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw toFault(error);
  }
}

export function toFault(error: unknown): unknown {
  if (error instanceof Unreachable) return new Fault('federation_unreachable', undefined, { cause: error });
  if (!(error instanceof ProtocolFault)) return error;
  const { code, where } = error;
  if (code === 'federation_unknown') return new Fault('not_found', 'federation', { cause: error });
  // A fault of the node's own that the engine carried with it says more.
  if (error.cause instanceof Fault) return error.cause;
  const options = { cause: error, words: wordsOf(code) };
  return new Fault('federation_refused', where === undefined ? code : `${code}: ${where}`, options);
}

/** The words of a fault that came as an answer, which has the code alone. */
export function federationWords({ code, where }: Fault): CodeWords | undefined {
  const inside = /^([a-z_]+)(?:$|: )/.exec(where ?? '')?.[1];
  return code === 'federation_refused' && isProtocolCode(inside) ? wordsOf(inside) : undefined;
}

function isProtocolCode(code: string | undefined): code is ProtocolCode {
  return code !== undefined && Object.hasOwn(protocolWords, code);
}

const wordsOf = (code: ProtocolCode): CodeWords => protocolWords[code];
