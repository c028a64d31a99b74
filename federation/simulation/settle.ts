// When everything that a step set off has come to rest. WebCrypto works in threads and answers when it likes: it is counted, so that a
// step ends only when nothing is under way; and its answers come in the order of the questions, each once what the one before set off has
// run, so that every run of a seed goes the same way.

import { setImmediate as turn } from 'node:timers/promises';

let underWay = 0;
let last: Promise<unknown> = Promise.resolve();

async function inOrder(result: Promise<unknown>): Promise<unknown> {
  const before = last;
  underWay += 1;
  const mine = (async () => {
    await Promise.allSettled([before, result]);
    await turn();
  })();
  last = mine;
  await mine;
  underWay -= 1;
  return result;
}

type Method = (this: unknown, ...given: unknown[]) => unknown;

for (const name of Object.getOwnPropertyNames(SubtleCrypto.prototype)) {
  const descriptor = Object.getOwnPropertyDescriptor(SubtleCrypto.prototype, name);
  if (name === 'constructor' || typeof descriptor?.value !== 'function') continue;
  const original = descriptor.value as Method;
  const counted: Method = function (...given) {
    const result = Reflect.apply(original, this, given);
    return result instanceof Promise ? inOrder(result) : result;
  };
  Object.defineProperty(SubtleCrypto.prototype, name, { ...descriptor, value: counted });
}

/** Something that computes outside of this thread: a step waits for it too. @returns to be called when it has ended */
export function working(): () => void {
  let ended = false;
  underWay += 1;
  return () => {
    if (!ended) underWay -= 1;
    ended = true;
  };
}

/** Until no promise goes on by itself any more. */
export async function settle(): Promise<void> {
  for (let quiet = 0; quiet < 2; ) {
    await turn();
    quiet = underWay === 0 ? quiet + 1 : 0;
  }
}
