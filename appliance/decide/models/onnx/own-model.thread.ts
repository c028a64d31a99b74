// Ends the process of a customer's model when the node is gone. The process itself may be deep in a graph that never ends, and hears nothing
// then; this thread does.

import { workerData } from 'node:worker_threads';

const { parent, everyMs } = workerData as { parent: number; everyMs: number };
setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, everyMs);
