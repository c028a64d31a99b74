// For a test: forks the process of a model by hand, gives it a graph that never ends, says the process's id, and waits to be ended by force.

import { fork } from 'node:child_process';
import type { Answer, Order } from './own-model.process.ts';
import { endlessModel } from './testing.ts';

const child = fork(new URL('./own-model.process.ts', import.meta.url), {
  serialization: 'advanced',
  stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
});
const signature = {
  inputs: [{ name: 'X', type: 'float', columns: ['a'] }],
  output: { name: 'Y', meaning: 'value' },
} as const;
child.on('message', ({ id }: Answer) => {
  if (id !== 1) return;
  child.send({ id: 2, run: [{ name: 'X', type: 'float', data: Float32Array.of(1), dims: [1, 1] }] } satisfies Order, () => {
    process.stdout.write(`${child.pid}\n`);
  });
});
child.send({ id: 1, load: { bytes: endlessModel(), signature } } satisfies Order);
