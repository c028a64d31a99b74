// Stands in for the encryption of rows in simulated vertical rounds: numbers as they are. Whoever looks at what a partner gets sees them, so that
// what is wrong with a sum is wrong with the protocol.

import type { OpenRows, RowCrypto } from '../../participant/round/vertical/ports.ts';
import { ProtocolFault } from '../../protocol/words.ts';

const chunkRows = 16;
const none = 65_535;

const bytesOf = (values: Int32Array) => new Uint8Array(Int32Array.from(values).buffer);
const numbers = (bytes: Uint8Array) => {
  if (bytes.length % 4 !== 0) throw new ProtocolFault('ciphertext_wrong', 'length');
  return new Int32Array(Uint8Array.from(bytes).buffer);
};

export const plainRows: RowCrypto = {
  newKeys: async () => ({ publicKey: new Uint8Array(8), secretKey: new Uint8Array(8).fill(1) }),
  encrypt: async (_keys, values) =>
    Array.from({ length: Math.ceil(values.length / chunkRows) }, (_, at) =>
      bytesOf(values.subarray(at * chunkRows, (at + 1) * chunkRows)),
    ),
  decrypt: async (_keys, answers, counts) => {
    const sums = answers.map(numbers);
    if (sums.length !== counts.length || sums.some(({ length }, at) => length !== counts[at]))
      throw new ProtocolFault('ciphertext_wrong', 'count');
    return sums;
  },
  open: async (_publicKey, gradients, hessians, rows): Promise<OpenRows> => {
    const lists = [gradients, hessians].map((ciphertexts) => ciphertexts.flatMap((bytes) => [...numbers(bytes)]));
    if (lists.some(({ length }) => length !== rows)) throw new ProtocolFault('ciphertext_wrong', 'rows');
    const sumsOf = (values: readonly number[], columns: Parameters<OpenRows['sums']>[0]) =>
      columns.map(({ bins, count }) => {
        const sums = new Int32Array(count);
        for (const [row, bin] of bins.entries()) if (bin !== none) sums[bin]! += values[row]!;
        return bytesOf(sums);
      });
    return {
      sums: async (columns) => ({ gradients: sumsOf(lists[0]!, columns), hessians: sumsOf(lists[1]!, columns) }),
      close: async () => undefined,
    };
  },
};
