// What a thread does of a round's encryption: one vector, or one place of several. A ciphertext that is refused comes back as its code, as an
// error loses its class between threads.

import { ProtocolFault } from '../../../federation/protocol/words.ts';
import { addPacks, type Encryption, roundCrypto } from './round-crypto.ts';

export type Told<Value> = { readonly done: Value } | { readonly refused: string | undefined };
type Shared = Uint8Array<SharedArrayBuffer>;

export type EncryptOrder = { readonly encryption: Encryption; readonly publicKey: Uint8Array; readonly residues: Uint32Array };
export type DecryptOrder = {
  readonly encryption: Encryption;
  /** Shared memory, so that there is one of it. */
  readonly secretKey: Shared;
  readonly packs: readonly Uint8Array[];
  readonly values: number;
};
export type AddOrder = { readonly encryption: Encryption; readonly packs: readonly Uint8Array[] };

export const makeKeys = ({ encryption }: { readonly encryption: Encryption }) => roundCrypto.newKeys(encryption);

export const encryptResidues = ({ encryption, publicKey, residues }: EncryptOrder): Promise<Told<Uint8Array[]>> =>
  told(() => roundCrypto.encrypt(encryption, publicKey, residues));

export async function decryptPacks({ encryption, secretKey, packs, values }: DecryptOrder): Promise<Told<Uint32Array>> {
  const own = Uint8Array.from(secretKey);
  try {
    return await told(() => roundCrypto.decrypt(encryption, own, packs, values));
  } finally {
    own.fill(0);
  }
}

export const addPlace = ({ encryption, packs }: AddOrder): Promise<Told<Uint8Array>> => told(() => addPacks(encryption, packs));

async function told<Value>(work: () => Promise<Value>): Promise<Told<Value>> {
  try {
    return { done: await work() };
  } catch (error) {
    if (!(error instanceof ProtocolFault) || error.code !== 'ciphertext_wrong') throw error;
    return { refused: error.where };
  }
}
