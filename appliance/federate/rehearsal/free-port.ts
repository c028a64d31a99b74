// A port of this machine that nobody listens on, for a coordinator that has to be named before it is there.

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that systems give to outgoing connections: one of these could be taken before it is listened on. */
const lowest = 12_000;
const highest = 32_000;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest);
    const server = createServer();
    const tried = Promise.race([once(server, 'listening').then(() => true), once(server, 'error').then(() => false)]);
    server.listen(port, '127.0.0.1');
    const free = await tried.catch(() => false);
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
