// How fast this machine does what a match is made of, measured once when somebody first asks: what the selector turns into seconds, so that
// nobody chooses a way of matching by a table of another machine.

import { measureRate } from '../../crypto/psi/psi.ts';
import type { Rates } from '../../federation/protocol/match-selector.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { MaskingThreads } from './masking.ts';

/** Enough to be told from nothing by a clock of milliseconds, and over within a second. */
const measured = { points: 4_096, values: 1_024, hashMs: 100 } as const;

/** Seconds for one of each, on one thread. */
export async function measureRates(threads: MaskingThreads, { clock, random }: { clock: Clock; random: Random }): Promise<Rates> {
  const { points, values } = measured;
  const secondsFor = async (work: () => Promise<unknown>, count: number) => {
    const startMs = clock.nowMs();
    await work();
    return (Math.max(1, clock.nowMs() - startMs) / 1000 / count) * threads.threads;
  };
  const items = Array.from({ length: points }, (_, at) => `phone:+86138${String(at).padStart(8, '0')}`);
  // Once outside the clock: threads start and code compiles.
  const encoded = await threads.encode(items, Buffer.from('holdfast/psi/rates/v1'));
  const encodingS = await secondsFor(() => threads.encode(items, Buffer.from('holdfast/psi/rates/v1')), points);
  const multiplicationS = await secondsFor(() => threads.mask(encoded, random.bytes(32)), points);
  const [key, seed] = [random.bytes(96), random.bytes(32)];
  const amounts = new Float64Array(values);
  let ciphertexts: Uint8Array = new Uint8Array();
  const encryptionS = await secondsFor(async () => {
    ciphertexts = await threads.encrypt(amounts, key, seed);
  }, values);
  const additionS = await secondsFor(
    () =>
      threads.total(
        ciphertexts,
        Uint32Array.from({ length: values }, (_, at) => at),
      ),
    values,
  );
  const hashS = measureRate(() => clock.nowMs(), measured.hashMs).perTryS;
  return { multiplicationS, encodingS, hashS, encryptionS, additionS };
}
