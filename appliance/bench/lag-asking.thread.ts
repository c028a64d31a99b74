// Asks the server of lag.bench.ts at a steady pace from a thread of its own, and tells how long each answer took.

import { Agent, request } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

const { port, everyMs } = workerData as { port: number; everyMs: number };
const agent = new Agent({ keepAlive: true, maxSockets: 8 });
const event = JSON.stringify({ type: 'track', event: 'Viewed', properties: { page: 'home', price: 12.5, items: [1, 2, 3] } });

setInterval(() => {
  const beganMs = performance.now();
  const asked = request({ port, host: '127.0.0.1', method: 'POST', agent }, (response) => {
    response.resume();
    response.on('end', () => parentPort!.postMessage(performance.now() - beganMs));
  });
  asked.on('error', () => undefined);
  asked.end(event);
}, everyMs);
