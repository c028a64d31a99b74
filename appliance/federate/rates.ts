// How fast this machine does what a match is made of, measured once when somebody first asks: what the selector turns into seconds, so that
// nobody chooses a way of matching by a table of another machine. The best of a few short tries, as others use the machine too.

import { setImmediate as turn } from 'node:timers/promises';
import { encode, encryptValues, mask, measureRate, newSumsKey, totalOf } from '../../crypto/psi/psi.ts';
import type { Rates } from '../../federation/protocol/match-selector.ts';
import type { Random } from '../core/ports.ts';

/** Some ten milliseconds each: long enough for a clock, short enough for who waits meanwhile. */
const measured = { points: 200, values: 50, hashMs: 10, tries: 3 } as const;
const tag = Buffer.from('holdfast/psi/rates/v1');

/** Seconds for one of each, on one thread. @param nowMs a clock of fractions of milliseconds */
export async function measureRates(random: Random, nowMs: () => number): Promise<Rates> {
  const { points, values, tries } = measured;
  const best = async (work: () => unknown, count: number) => {
    let leastMs = Number.POSITIVE_INFINITY;
    // Once more than counts: the first also compiles.
    for (let at = 0; at <= tries; at += 1) {
      await turn();
      const startMs = nowMs();
      work();
      if (at > 0) leastMs = Math.min(leastMs, nowMs() - startMs);
    }
    return leastMs / 1000 / count;
  };
  const items = Array.from({ length: points }, (_, at) => `phone:+86138${String(at).padStart(8, '0')}`);
  const encoded = encode(items, tag);
  const [scalar, seed] = [random.bytes(32), random.bytes(32)];
  const key = newSumsKey(random);
  const ciphertexts = encryptValues(new Float64Array(values), key, seed);
  const all = Uint32Array.from({ length: values }, (_, at) => at);
  return {
    multiplicationS: await best(() => mask(encoded, scalar), points),
    encodingS: await best(() => encode(items, tag), points),
    hashS: measureRate(nowMs, measured.hashMs).perTryS,
    encryptionS: await best(() => encryptValues(new Float64Array(values), key, seed), values),
    additionS: await best(() => totalOf(ciphertexts, all), values),
  };
}
