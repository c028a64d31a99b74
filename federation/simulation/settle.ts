// When everything that a step set off has come to rest. WebCrypto works in threads and answers when it likes: it is counted, so that a
// step ends only when nothing is under way, and the next one begins from the same place in every run of a seed.

import { setImmediate as turn } from 'node:timers/promises';

let underWay = 0;
const done = () => {
  underWay -= 1;
};

type Method = (this: unknown, ...given: unknown[]) => unknown;

for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
  const descriptor = Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, name);
  if (name === 'constructor' || typeof descriptor?.value !== 'function') continue;
  const original = descriptor.value as Method;
  const counted: Method = function (...given) {
    const result = Reflect.apply(original, this, given);
    if (result instanceof Promise) {
      underWay += 1;
      result.then(done, done);
    }
    return result;
  };
  Object.defineProperty(SubtleCrypto.prototype, name, { ...descriptor, value: counted });
}

/** Until no promise goes on by itself any more. */
export async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    await turn();
    quiet = underWay === 0 ? quiet + 1 : 0;
  }
}
