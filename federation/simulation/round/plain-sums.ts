// Stands in for homomorphic encryption in simulated rounds: residues as they are. Whoever looks at what went to the coordinator sees the
// masked vectors themselves, so that nothing hides behind the encryption.

import { packedBytes, parametersOf } from '../../../crypto/he/he.ts';
import type { AddCiphertexts } from '../../coordinator/rounds.ts';
import type { SumCrypto } from '../../participant/round/ports.ts';
import { ProtocolFault } from '../../protocol/words.ts';

/** A prime just below 2^32, as the parameters of the encryption have one. */
export const modulus = 4_294_828_033;
/** Residues of one thing that stands in for a ciphertext. */
export const slots = 512;

/** Opens nothing, and looks like a key that can be split. */
export const key = Uint8Array.from({ length: packedBytes(parametersOf('bfv-4096'), 'secret key') }, (_, at) => 1 + (at % 251));

export const residuesOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer);
export const bytesOf = (residues: Uint32Array): Uint8Array => new Uint8Array(Uint32Array.from(residues).buffer);

function read(bytes: Uint8Array): Uint32Array {
  if (bytes.length === 0 || bytes.length % 4 !== 0) throw new ProtocolFault('ciphertext_wrong', 'length');
  const residues = residuesOf(bytes);
  if (residues.some((residue) => residue >= modulus)) throw new ProtocolFault('ciphertext_wrong', 'value');
  return residues;
}

export const plainSums: SumCrypto = {
  modulusOf: () => modulus,
  newKeys: async () => ({ publicKey: new Uint8Array(8), secretKey: Uint8Array.from(key) }),
  encrypt: async (_encryption, _key, residues) =>
    Array.from({ length: Math.ceil(residues.length / slots) }, (_, at) => bytesOf(residues.slice(at * slots, (at + 1) * slots))),
  decrypt: async (_encryption, secretKey, ciphertexts, values) => {
    if (Buffer.compare(secretKey, key) !== 0) throw new RangeError('decrypt: another key than the one that was made');
    const parts = ciphertexts.map(read);
    const all = new Uint32Array(parts.reduce((count, { length }) => count + length, 0));
    if (all.length !== values) throw new ProtocolFault('ciphertext_wrong', 'count');
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  },
};

export const plainAdd: AddCiphertexts = async (_encryption, ciphertexts) => {
  const parts = ciphertexts.map(read);
  const sum = new Uint32Array(parts[0]!.length);
  for (const part of parts) {
    if (part.length !== sum.length) throw new ProtocolFault('ciphertext_wrong', 'count');
    for (const [at, residue] of part.entries()) sum[at] = (sum[at]! + residue) % modulus;
  }
  return bytesOf(sum);
};
