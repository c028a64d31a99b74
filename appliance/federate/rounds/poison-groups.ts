// Groups against poisoned updates: drawn anew for each sum, by chance that no member, coordinator or custodian chooses. Every member puts random words
// into the sum before, under the same masks as its values: their sum is even as soon as one member's were, and nobody knows it before contributions
// stand. (The head of the board would not do: whoever writes its last line tries lines until the groups suit.)

import { hash } from 'node:crypto';
import {
  decodeUpdate,
  fewestInGroup,
  groupsOf,
  honestNorm,
  type RobustRule,
  robustMean,
  type UpdateTerms,
} from '../../../federation/protocol/averaging/averaging.ts';
import { groupCount, type LearningOf } from '../../../federation/protocol/round/round-terms.ts';
import { ProtocolFault } from '../../../federation/protocol/words.ts';

/** 6 words of 23 bits: 138 bits, and the words of 100 members stay within 31. */
export const wordsOfChance = 6;
const wordSize = 2 ** 23;

export function drawWords(random: { bytes(length: number): Uint8Array }): Int32Array {
  const bytes = Buffer.from(random.bytes(4 * wordsOfChance));
  return Int32Array.from({ length: wordsOfChance }, (_, at) => bytes.readUInt32LE(4 * at) % wordSize);
}

/** @param sum of everybody's words  @returns 32 bytes */
export function drawnFrom(sum: Int32Array): Uint8Array {
  const words = Array.from(sum, (word) => word % wordSize);
  return hash('sha256', `holdfast round groups 1\n${words.join(' ')}\n`, 'buffer');
}

/** @throws {ProtocolFault} groups_few: no rule could tell a liar from the rest */
export function groupFor(learn: LearningOf<'averaging'>, members: readonly string[], seed: Uint8Array): string[][] {
  const { rule, groupSize } = learn.robust!;
  const needed = rule.kind === 'trimmed' ? 2 * rule.trim + 1 : 3;
  const count = groupCount(learn, members.length);
  if (count < needed) throw new ProtocolFault('groups_few', `${count} of ${needed}`);
  return groupsOf(members, groupSize, seed);
}

/** A group of which one or two have given is not opened: it would show each the other's update. @throws {ProtocolFault} survivors_few */
export function safeGroups(groups: readonly (readonly string[])[], survivors: readonly string[]): void {
  const counts = groups.map((members) => members.filter((member) => survivors.includes(member)).length);
  const small = counts.find((count) => count > 0 && count < fewestInGroup);
  if (small !== undefined) throw new ProtocolFault('survivors_few', `a group: ${small} of ${fewestInGroup}`);
}

/**
 * One update of the groups' means. A group whose words honest members cannot have sent is left out.
 * @throws {ProtocolFault} groups_few when too few are left
 */
export function robustUpdate(
  terms: UpdateTerms,
  groups: readonly { readonly words: Int32Array; readonly members: number }[],
  rule: RobustRule,
): Float64Array {
  const means: Float64Array[] = [];
  let bound = terms.clip;
  for (const { words, members } of groups) {
    if (members === 0) continue;
    try {
      const { mean, weight } = decodeUpdate(terms, words, members);
      means.push(mean);
      bound = Math.max(bound, honestNorm(terms, weight, members));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  const outcome = means.length > 0 ? robustMean(means, bound, rule) : undefined;
  if (!outcome?.ok)
    throw new ProtocolFault('groups_few', `${means.length - (outcome?.excluded.length ?? 0)} of ${outcome?.needed ?? 3}`);
  return outcome.update;
}
