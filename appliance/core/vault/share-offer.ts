// Recovery shares that are shown before they count: the key file names them only once enough of them were typed back, so that shares that nobody
// wrote down never take the place of those that somebody has. What is held in between opens nothing: the root under a key that only the shares give.

import { type Ports, systemPorts } from '../ports.ts';
import { type KeyFile, readKeyFile, writeKeyFile } from './keyfile.ts';
import { lockByShares, openByShares, unlock, verifyRoot } from './unlock.ts';

/** The part of the key file that waits to be written. */
export type ShareOffer = NonNullable<KeyFile['byShares']>;

/** @returns how many of the shares that were given out open this node, of how many; undefined when there are none @throws {Fault} as `unlock` */
export async function sharesOf(folder: string): Promise<{ k: number; n: number } | undefined> {
  const { byShares } = await readKeyFile(folder);
  return byShares && { k: byShares.k, n: byShares.n };
}

/**
 * Makes shares and writes nothing: those given out before stay good.
 * @throws {Fault} `wrong_passphrase`, `bad_request` for a k or n that cannot be
 */
export async function offerShares(
  folder: string,
  passphrase: string,
  { k, n }: { k: number; n: number },
  ports: Pick<Ports, 'random'> = systemPorts,
): Promise<{ shares: string[]; offer: ShareOffer }> {
  const root = await unlock(folder, { passphrase });
  try {
    const file: KeyFile = { ...(await readKeyFile(folder)) };
    const shares = await lockByShares(file, root, k, n, ports);
    return { shares, offer: file.byShares! };
  } finally {
    root.destroy();
  }
}

/** From now on these shares open the node, and none made before. @throws {Fault} `wrong_passphrase` that says which share is mistyped or how many are missing */
export async function takeShares(folder: string, offer: ShareOffer, typed: readonly string[]): Promise<void> {
  const file: KeyFile = { ...(await readKeyFile(folder)), byShares: offer };
  const root = await openByShares(file, typed);
  try {
    verifyRoot(file, root);
  } finally {
    root.destroy();
  }
  await writeKeyFile(folder, file);
}
