// A TCP proxy in front of a server that can part the two sides: bytes of either are held back and no connection is closed, as where
// a cable is pulled; what was held is dropped when the way is mended, as connections do not live through it.

import { connect, createServer, type Server, type Socket } from 'node:net';

export type FaultProxy = {
  readonly port: number;
  /** From now on nothing passes in either direction, and new connections get no answer. */
  part(): void;
  /** Ends the connections of before; new ones pass. */
  heal(): void;
  close(): Promise<void>;
};

export async function startFaultProxy(target: { path: string } | { port: number }): Promise<FaultProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let parted = false;
  const server: Server = createServer({ allowHalfOpen: false }, (near) => {
    const far = connect(target as { path: string });
    const pair = [near, far] as const;
    pairs.add(pair);
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (bytes) => {
        if (!parted && !to.destroyed) to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        pairs.delete(pair);
        // The other side of a way that is cut hears of no end.
        if (!parted) to.destroy();
      });
    };
    pass(near, far);
    pass(far, near);
    if (parted) held.push(pair);
  });
  const held: (readonly [Socket, Socket])[] = [];
  const cut = (some: Iterable<readonly [Socket, Socket]>) => {
    for (const [near, far] of some) {
      near.destroy();
      far.destroy();
    }
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    part() {
      parted = true;
      held.push(...pairs);
    },
    heal() {
      parted = false;
      cut(held.splice(0));
    },
    async close() {
      cut([...pairs, ...held]);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
