// For tests: what somebody can find out who keeps every byte received and every secret of its own, and compares all with all. It knows the
// protocol and the ways in which a mistake gives something away; it does not break the curve.

import { intersect, mask, type Role, totalOf } from './psi.ts';
import type { Received, Recorder } from './testing.ts';

/** A list of tokens, received or worked out, and whose items it is about. */
type List = { readonly of: Role; readonly tokens: Uint8Array };
export type Observer = { readonly received: readonly Received[]; readonly roles: readonly Role[] };

/** Who sees all that passes between the two, and has nothing of its own. */
export const carrier = ({ received }: Recorder): Observer => ({
  received: [...received.initiator, ...received.responder],
  roles: [],
});

/** A party alone, or a side and the coordinator who tell each other everything. */
export function observer(recorder: Recorder, parties: readonly (Role | 'coordinator')[]): Observer {
  return {
    received: parties.flatMap((party) => recorder.received[party]),
    roles: parties.filter((party) => party !== 'coordinator'),
  };
}

/** All lists that there are for them: what came, what they had, and both once more times each scalar they have. */
function listsOf({ received, roles }: Observer, recorder: Recorder): List[] {
  const lists: List[] = received.filter(({ what }) => what === 'list').map(({ of, bytes }) => ({ of, tokens: bytes }));
  const scalars: Uint8Array[] = [];
  for (const role of roles) {
    const { points, scalar, tokens } = recorder.secrets[role]!;
    if (tokens) lists.push({ of: role, tokens });
    if (points) lists.push({ of: role, tokens: points });
    if (scalar) scalars.push(scalar);
  }
  return [...lists, ...scalars.flatMap((scalar) => lists.map(({ of, tokens }) => ({ of, tokens: mask(tokens, scalar) })))];
}

export type Found = {
  /** The most tokens that a list about the one side's items has in common with one about the other's. */
  readonly count: number;
  /** Places in the prepared list of `role` that are shared, if what is in common stands where it stood in that list: every such reading. */
  readonly readings: readonly string[];
  /** Whether a total that came is what the responder's own ciphertexts of the shared items add up to: a guess that could be tried. */
  readonly recognised: boolean;
};

/** The places of a side's prepared list that are shared. */
export function sharedPlaces(recorder: Recorder, role: Role): number[] {
  const other = new Set(recorder.secrets[role === 'initiator' ? 'responder' : 'initiator']!.prepared.items);
  return recorder.secrets[role]!.prepared.items.flatMap((item, at) => (other.has(item) ? [at] : []));
}

/** @param role whose items they want to know about */
export function find(who: Observer, recorder: Recorder, role: Role): Found {
  const lists = listsOf(who, recorder);
  const size = recorder.secrets[role]!.prepared.items.length;
  let count = 0;
  const readings = new Set<string>();
  for (const ours of lists.filter(({ of }) => of === role)) {
    for (const theirs of lists.filter(({ of }) => of !== role)) {
      const { own } = intersect(ours.tokens, theirs.tokens);
      count = Math.max(count, own.length);
      if (own.length > 0 && ours.tokens.length === size * 32) readings.add(own.join());
    }
  }
  const own = who.roles.includes('responder') ? recorder.secrets.responder!.ciphertexts : undefined;
  const guess = own && totalOf(own, Uint32Array.from(sharedPlaces(recorder, 'responder')));
  const recognised = who.received.some(({ what, bytes }) => what === 'total' && guess?.equals(bytes));
  return { count, readings: [...readings], recognised };
}

/**
 * All that can be told of what was received without breaking the curve: sizes in their order, and which tokens are the same, received or
 * worked out. Points under scalars of one run look random otherwise.
 */
export function pattern(who: Observer, recorder: Recorder): string {
  const sizes = who.received.map(({ route, what, bytes }) => `${route} ${what} ${bytes.length}`);
  const firstSeen = new Map<string, number>();
  const names = listsOf(who, recorder).flatMap(({ tokens }) =>
    Array.from({ length: tokens.length / 32 }, (_, at) => {
      const token = Buffer.from(tokens.subarray(32 * at, 32 * at + 32)).toString('hex');
      if (!firstSeen.has(token)) firstSeen.set(token, firstSeen.size);
      return firstSeen.get(token)!;
    }),
  );
  return JSON.stringify({ sizes, names });
}

/** The same without places: for who may know how many, and not which. */
export function counts(who: Observer, recorder: Recorder): string {
  const { sizes, names } = JSON.parse(pattern(who, recorder)) as { sizes: string[]; names: number[] };
  const times = new Map<number, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return JSON.stringify({ sizes, times: [...times.values()].sort((a, b) => a - b) });
}
