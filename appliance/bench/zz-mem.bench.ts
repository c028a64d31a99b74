import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { encryption, prepareBatch, stopwatch, sumOf } from '/work/wt/bench/appliance/bench/masked-sum.ts';
import { roundCrypto } from '/work/wt/bench/appliance/federate/rounds/round-crypto.ts';

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc') as () => void;
const keys = await roundCrypto.newKeys(encryption);
for (let done = 0; done < 1000; done += 32) {
  const batch = await prepareBatch(done, 8);
  for (let i = 0; i < 32; i += 1)
    await sumOf(
      batch,
      i,
      Array.from({ length: 8 }, () => new Int32Array(1000)),
      keys,
      stopwatch(),
    );
  for (const m of batch.members) for (const { keys: k } of m.sums) k.close();
  if (done % 128 === 0) {
    gc();
    await new Promise((r) => setTimeout(r, 20));
    gc();
    const u = process.memoryUsage();
    console.log(
      done,
      Object.entries(u)
        .map(([k, v]) => `${k} ${(v / 1e6).toFixed(0)}`)
        .join(' '),
    );
  }
}
