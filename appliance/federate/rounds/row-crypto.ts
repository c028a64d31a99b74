// Encryption of a vertical round in worker threads (RowCrypto): the owner's vectors, a partner's sums over its columns, and the owner's reading of them.
// Columns of many nodes go through in lots of as many bins as the encryption answers for at once.

import { binsAtOnceMax, binsPerAnswer } from '../../../crypto/he/columns/columns.ts';
import type { BinnedRows, RowCrypto } from '../../../federation/participant/round/vertical/ports.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { type PoolOptions, startPool } from '../../core/pool/pool.ts';
import type { Told } from './round-crypto.task.ts';
import type * as tasks from './row-crypto.task.ts';

/** Opening rows takes a second; a thread that has them stays through the owner's own work on a tree. */
const idleMs = 120_000;

export type RowThreads = { readonly rows: RowCrypto; close(): Promise<void> };

export function startRowThreads(options: Pick<PoolOptions, 'idleMs' | 'niceness' | 'onRestart'> = {}): RowThreads {
  // One: the memory of open rows is the thread's own.
  const pool = startPool<typeof tasks>(new URL('./row-crypto.task.ts', import.meta.url), { threads: 1, idleMs, ...options });
  let opened = 0;
  const rows: RowCrypto = {
    newKeys: () => pool.run('makeRowKeys', undefined as never),
    encrypt: async ({ secretKey }, values) =>
      withSecret(secretKey, (shared) => pool.run('encryptVector', { secretKey: shared, values })),
    decrypt: ({ secretKey }, answers, counts, count) =>
      withSecret(secretKey, async (shared) => {
        const sums: Int32Array[] = [];
        let from = 0;
        for (const lot of lotsOf(counts, (bins) => bins)) {
          const length = Math.ceil(lot.reduce((sum, bins) => sum + bins, 0) / binsPerAnswer(count));
          const some = answers.slice(from, from + length).map(alone);
          from += length;
          sums.push(...done(await pool.run('decryptAnswers', { secretKey: shared, answers: some, counts: lot, rows: count })));
        }
        if (from !== answers.length) throw new ProtocolFault('ciphertext_wrong', 'count');
        return sums;
      }),
    open: async (publicKey, gradients, hessians, count) => {
      opened += 1;
      const name = `${opened}`;
      const given = { publicKey: alone(publicKey), gradients: gradients.map(alone), hessians: hessians.map(alone), rows: count };
      const sum = async (columns: readonly BinnedRows[]) => {
        const answer = await pool.run('sumColumns', { name, columns });
        return done(answer === 'closed' ? ((await pool.run('sumColumns', { name, columns, given })) as Told<never>) : answer);
      };
      return {
        sums: async (columns) => {
          const all = { gradients: [] as Uint8Array[], hessians: [] as Uint8Array[] };
          for (const lot of lotsOf(columns, ({ count: bins }) => bins)) {
            const answers = await sum(lot);
            all.gradients.push(...answers.gradients);
            all.hessians.push(...answers.hessians);
          }
          return all;
        },
        close: () => pool.run('closeRows', { name }),
      };
    },
  };
  return { rows, close: () => pool.close() };
}

/** Threads that begin with the first piece of work. */
export function rowsWhenNeeded(threads: () => RowThreads): RowCrypto {
  return {
    newKeys: () => threads().rows.newKeys(),
    encrypt: (...given) => threads().rows.encrypt(...given),
    decrypt: (...given) => threads().rows.decrypt(...given),
    open: (...given) => threads().rows.open(...given),
  };
}

/** In their order, as many in one as have no more bins than are answered for at once; the same on both sides. */
function lotsOf<Column>(columns: readonly Column[], binsOf: (column: Column) => number): Column[][] {
  const lots: Column[][] = [];
  let bins = 0;
  for (const column of columns) {
    const own = binsOf(column);
    if (lots.length === 0 || bins + own > binsAtOnceMax) {
      lots.push([]);
      bins = 0;
    }
    lots.at(-1)!.push(column);
    bins += own;
  }
  return lots;
}

async function withSecret<Result>(
  secretKey: Uint8Array,
  work: (shared: Uint8Array<SharedArrayBuffer>) => Promise<Result>,
): Promise<Result> {
  const shared = new Uint8Array(new SharedArrayBuffer(secretKey.length));
  shared.set(secretKey);
  try {
    return await work(shared);
  } finally {
    shared.fill(0);
  }
}

/** @throws {ProtocolFault} ciphertext_wrong */
function done<Value>(answer: Told<Value>): Value {
  if ('refused' in answer) throw new ProtocolFault('ciphertext_wrong', answer.refused);
  return answer.done;
}

/** In memory of its own: of a view, the whole memory that it looks at would be copied to the thread. */
const alone = (bytes: Uint8Array) => (bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes));
