// Encryption of rounds in worker threads: what round-crypto.ts does, with the same bytes and the same refusals, while the node's event loop goes
// on. A node has one of these for its member's side, its custodian's and its coordinator's; a thread ends when it has had nothing to do for a
// while, and what SEAL left of keys in its memory goes with it.

import type { AddCiphertexts } from '../../../federation/coordinator/rounds.ts';
import type { SumCrypto } from '../../../federation/participant/round/ports.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { type Pool, type PoolOptions, startPool } from '../../core/pool/pool.ts';
import type * as tasks from './round-crypto.task.ts';
import type { Told } from './round-crypto.task.ts';
import { roundCrypto } from './round-crypto.ts';

/**
 * One sum of a round is open at a time, and its parts are short. It does not give way to others: all organisations wait for whoever is last,
 * and on a busy machine a thread that gives way is last in every sum.
 */
export const roundThreadsDefault = 1;

export type RoundThreads = {
  readonly sums: SumCrypto;
  readonly add: AddCiphertexts;
  /** Those that are alive now, for tests that end one. */
  readonly workers: Pool<typeof tasks>['workers'];
  close(): Promise<void>;
};

/** @param options.threads default `roundThreadsDefault` */
export function startRoundThreads(
  options: Pick<PoolOptions, 'threads' | 'idleMs' | 'niceness' | 'onRestart'> = {},
): RoundThreads {
  const pool = startPool<typeof tasks>(new URL('./round-crypto.task.ts', import.meta.url), {
    threads: roundThreadsDefault,
    ...options,
  });
  return {
    sums: {
      modulusOf: roundCrypto.modulusOf,
      newKeys: (encryption) => pool.run('makeKeys', { encryption }),
      encrypt: async (encryption, publicKey, residues) =>
        done(await pool.run('encryptResidues', { encryption, publicKey: alone(publicKey), residues })),
      async decrypt(encryption, secretKey, packs, values) {
        const shared = new Uint8Array(new SharedArrayBuffer(secretKey.length));
        shared.set(secretKey);
        try {
          return done(await pool.run('decryptPacks', { encryption, secretKey: shared, packs: packs.map(alone), values }));
        } finally {
          shared.fill(0);
        }
      },
    },
    add: async (encryption, packs) => done(await pool.run('addPlace', { encryption, packs: packs.map(alone) })),
    get workers() {
      return pool.workers;
    },
    close: () => pool.close(),
  };
}

/** @throws {ProtocolFault} ciphertext_wrong */
function done<Value>(answer: Told<Value>): Value {
  if ('refused' in answer) throw new ProtocolFault('ciphertext_wrong', answer.refused);
  return answer.done;
}

/** In memory of its own: of a view, the whole memory that it looks at would be copied to the thread. */
const alone = (bytes: Uint8Array) => (bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));

/** Threads that begin with the first piece of work. */
export function whenNeeded(threads: () => RoundThreads): SumCrypto {
  return {
    modulusOf: roundCrypto.modulusOf,
    newKeys: (...given) => threads().sums.newKeys(...given),
    encrypt: (...given) => threads().sums.encrypt(...given),
    decrypt: (...given) => threads().sums.decrypt(...given),
  };
}
