// The bare ceiling of `bench:psi`: so many X25519 of libsodium in a row, on a thread like those that mask.

import { encode, newScalar } from '../../crypto/psi/psi.ts';
import { sodium } from '../../crypto/sodium.ts';

export function multiply({ from, to }: { readonly from: number; readonly to: number }): number {
  if (!sodium) throw new Error('sodium-native did not load: there is no ceiling to compare with');
  const { crypto_scalarmult: x25519 } = sodium;
  const [out, scalar, point] = [Buffer.alloc(32), newScalar(), encode(['x'], Buffer.from('holdfast/psi/bench/v1'))];
  for (let index = from; index < to; index += 1) x25519(out, scalar, point);
  return to - from;
}
