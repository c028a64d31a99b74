// One at a time: whoever changes a target holds a lease on it, written into it and renewed. One that was not renewed (a kill) ends by itself, and its
// own node need not wait for that, as it alone has its data folder.

import { setInterval } from 'node:timers';
import { Fault } from '../../../core/errors.ts';
import type { Ports } from '../../../core/ports.ts';
import type { Target } from './target.ts';

export const leaseLimits = { heldMs: 120_000, renewEveryMs: 30_000 } as const;
const leaseObject = 'lease';

type Lease = { owner: string; nonce: string; untilMs: number };

/** @param owner the data folder's own  @throws {Fault} `backup_busy` while somebody else has it */
export async function withLease<T>(
  target: Target,
  owner: string,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  work: () => Promise<T>,
): Promise<T> {
  const nonce = Buffer.from(random.bytes(8)).toString('hex');
  const text = () => Buffer.from(JSON.stringify({ owner, nonce, untilMs: clock.nowMs() + leaseLimits.heldMs } satisfies Lease));
  if (!(await target.putNew(leaseObject, text()))) {
    const held = parsed(await target.get(leaseObject));
    if (held && held.owner !== owner && held.untilMs > clock.nowMs())
      throw new Fault('backup_busy', `until ${new Date(held.untilMs).toISOString()}`);
    await target.put(leaseObject, text());
  }
  // Of two that found it ended, the one that wrote last has it.
  if (parsed(await target.get(leaseObject))?.nonce !== nonce) throw new Fault('backup_busy');
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = target.put(leaseObject, text()).catch(() => undefined);
  }, leaseLimits.renewEveryMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await renewing;
    // What cannot be removed ends by itself.
    await target.remove(leaseObject).catch(() => undefined);
  }
}

function parsed(bytes: Buffer | undefined): Lease | undefined {
  try {
    return JSON.parse((bytes ?? Buffer.alloc(0)).toString('utf8')) as Lease;
  } catch {
    return undefined;
  }
}
