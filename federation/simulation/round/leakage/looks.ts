// What a distinguisher computes from what it sees of a round: the masked vectors themselves, each value less the one before, a member's vector less its
// next one, and one member's less another's; as they left, and after everything is off that a coalition can take off.

import type { Left, Together } from './coalition.ts';
import { less, steps } from './statistics.ts';

export type Looks = { readonly [look: string]: readonly Uint32Array[] };

const hidden = ({ unknown }: Left): boolean => unknown.self || unknown.pairs.length > 0;

function combined(name: string, lefts: readonly Left[]): Looks {
  const byMember = Map.groupBy(lefts, ({ member }) => member);
  const bySum = Map.groupBy(lefts, ({ sum }) => sum);
  const following = (of: readonly Left[]) => of.slice(1).map(({ vector }, at) => less(vector, of[at]!.vector));
  return {
    [name]: lefts.map(({ vector }) => vector),
    [`${name}, value by value`]: lefts.map(({ vector }) => steps(vector)),
    [`${name}, sum by sum`]: [...byMember.values()].flatMap(following),
    [`${name}, member by member`]: [...bySum.values()].flatMap(following),
  };
}

/** As they left: what a coordinator sees that sees through the encryption. */
export function looksAtRaw(together: Together, members: readonly string[]): Looks {
  const lefts = together.sums.flatMap(({ sum }) =>
    members.flatMap((member) => {
      const vector = together.maskedOf(member, sum);
      return vector ? [{ member, sum, vector, survived: true, unknown: { self: true, pairs: [] } }] : [];
    }),
  );
  return combined('as it left', lefts);
}

/** Of what is hidden still; and what is open, which may be no more than the sums tell. */
export function looksAtLeft(together: Together, coalition: readonly string[]): { looks: Looks; open: Left[] } {
  const lefts = together.left(coalition);
  return { looks: combined('under the masks of others', lefts.filter(hidden)), open: lefts.filter((left) => !hidden(left)) };
}

export function joined(vectors: readonly Uint32Array[]): Uint8Array {
  return new Uint8Array(
    Buffer.concat(vectors.map((vector) => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength))),
  );
}
