// What a side of a vertical round makes once and has to have again after a kill: the owner's key pair, and its part of the model with the salt that
// its hash was said with.

import { ProtocolFault } from '../../../protocol/words.ts';
import type { RoundSession } from '../session.ts';
import type { RowKeys } from './ports.ts';

const names = { publicKey: 'row-key', secretKey: 'row-secret', part: 'part' } as const;
export const verticalNames: readonly string[] = Object.values(names);

export async function keptKeys({ ports: { spool }, round }: RoundSession, make: () => Promise<RowKeys>): Promise<RowKeys> {
  const read = (name: string) => spool.get(round, name, 0);
  const [publicKey, secretKey] = [await read(names.publicKey), await read(names.secretKey)];
  if (publicKey && secretKey) return { publicKey, secretKey };
  const made = await make();
  // The public one last: where it lies, both do.
  await spool.put(round, names.secretKey, 0, made.secretKey);
  await spool.put(round, names.publicKey, 0, made.publicKey);
  return made;
}

export async function keptPart({ ports: { spool }, round }: RoundSession, part: Uint8Array): Promise<Uint8Array> {
  const kept = await spool.get(round, names.part, 0);
  if (kept) return kept;
  if (part.length > 15 * 1024 * 1024) throw new ProtocolFault('too_large', 'part');
  await spool.put(round, names.part, 0, part);
  return part;
}

export function partOf({ ports: { spool }, round }: RoundSession): Promise<Uint8Array | undefined> {
  return spool.get(round, names.part, 0);
}
