// Encryption of rounds for the two who need it: members and custodians (SumCrypto), and the coordinator, which adds. Ciphertexts of a vector are
// packed into few long things, as each is a call of its own.

import {
  addCiphertexts,
  chunkCount,
  decryptVector,
  encryptVector,
  HeError,
  newKeys,
  packedBytes,
  parametersOf,
} from '../../../crypto/he/he.ts';
import type { AddCiphertexts } from '../../../federation/coordinator/rounds.ts';
import type { SumCrypto } from '../../../federation/participant/round/ports.ts';
import type { RoundTerms } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';

export type Encryption = RoundTerms['encryption'];
/** Ciphertexts of one pack: some 3.5 MB of either kind. */
const packed = { 'bfv-4096': 64, 'bfv-8192': 28 } as const;

const ciphertextBytes = (encryption: Encryption) => packedBytes(parametersOf(encryption), 'ciphertext');

function cut(encryption: Encryption, pack: Uint8Array): Uint8Array[] {
  const each = ciphertextBytes(encryption);
  if (pack.length === 0 || pack.length % each !== 0) throw new ProtocolFault('ciphertext_wrong', 'length');
  return Array.from({ length: pack.length / each }, (_, at) => pack.subarray(at * each, (at + 1) * each));
}

/** @throws {ProtocolFault} ciphertext_wrong in place of what the library says */
async function told<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HeError) throw new ProtocolFault('ciphertext_wrong', error.code, error);
    throw error;
  }
}

export const roundCrypto: SumCrypto = {
  modulusOf: (encryption) => Number(parametersOf(encryption).plainModulus),
  newKeys: (encryption) => newKeys(encryption),
  encrypt: async (encryption, publicKey, residues) => {
    const ciphertexts = await told(() => encryptVector(encryption, publicKey, residues));
    const size = packed[encryption];
    return Array.from({ length: Math.ceil(ciphertexts.length / size) }, (_, at) =>
      Buffer.concat(ciphertexts.slice(at * size, (at + 1) * size)),
    );
  },
  decrypt: (encryption, secretKey, packs, values) =>
    told(async () => {
      const ciphertexts = packs.flatMap((pack) => cut(encryption, pack));
      if (ciphertexts.length !== chunkCount(parametersOf(encryption), values))
        throw new ProtocolFault('ciphertext_wrong', 'count');
      return decryptVector(encryption, secretKey, ciphertexts, values);
    }),
};

/** Packs of the same place, of all survivors, into one. */
export const addPacks: AddCiphertexts = (encryption, packs) =>
  told(async () => {
    const lists = packs.map((pack) => cut(encryption, pack));
    if (lists.some((list) => list.length !== lists[0]!.length)) throw new ProtocolFault('ciphertext_wrong', 'count');
    const sums: Uint8Array[] = [];
    for (let at = 0; at < lists[0]!.length; at += 1)
      sums.push(
        await addCiphertexts(
          encryption,
          lists.map((list) => list[at]!),
        ),
      );
    return Buffer.concat(sums);
  });
