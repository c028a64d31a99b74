// Random groups of members for robust averaging. A secure sum hides who sent what, so no single update can be looked at; sums of small groups
// can, and they are mixed anew each round, so that whoever sends poison is not always with the same others.

import { createHash } from 'node:crypto';
import { checkWhole } from './arithmetic.ts';

/** A sum over fewer would tell one member what the only other one sent. */
export const fewestInGroup = 3;

/**
 * Members in groups of `size` or a few more: the leftover is spread over the first groups. The order comes from SHA-256 of seed and id.
 * @param seed at least 16 bytes that nobody could choose alone, such as a hash over what every member had committed to before. The caller's
 *   duty: who knows the seed in advance, or can try many, can choose the groups
 * @returns ids; one group with everybody when there are fewer than twice `size`
 * @throws {RangeError} for groups or members fewer than three, ids that occur twice, a short seed
 */
export function groupsOf(ids: readonly string[], size: number, seed: Uint8Array): string[][] {
  checkWhole('members', ids.length, fewestInGroup, 255);
  checkWhole('size', size, fewestInGroup, 255);
  if (seed.length < 16) throw new RangeError(`seed: expected at least 16 bytes, got ${seed.length}`);
  if (new Set(ids).size !== ids.length) throw new RangeError('ids: expected each once');
  const key = (id: string) => createHash('sha256').update('averaging groups').update(seed).update(id).digest('hex');
  const keys = new Map(ids.map((id) => [id, key(id)]));
  const order = [...ids].sort((one, other) => (keys.get(one)! < keys.get(other)! ? -1 : 1));
  const groups: string[][] = Array.from({ length: Math.max(1, Math.floor(ids.length / size)) }, () => []);
  order.forEach((id, place) => {
    groups[place % groups.length]!.push(id);
  });
  return groups;
}
