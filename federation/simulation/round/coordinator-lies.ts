// What a coordinator can do that is not so, one lie each, with the codes by which honest parties name it. It has its own signing key and all
// that was ever given to it; what it has not is anybody else's key.

import { Unreachable } from '../../protocol/coordinator-api.ts';
import type { RoundApi } from '../../protocol/round/round-api.ts';
import { type Saying, type SignedEntry, signEntry } from '../../protocol/round/sayings.ts';
import { federationId } from '../../protocol/testing.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { boardOf, linesOf } from './invariants.ts';
import type { RoundNode } from './node.ts';
import { plainAdd } from './plain-sums.ts';
import type { RoundRun } from './run.ts';

export type Lie = {
  readonly name: string;
  /** Codes by which an honest party ends, or is told that the round ended; undefined where a lie cannot be told from the truth. */
  readonly found: readonly string[] | undefined;
  /** Sums come out wrong and nobody can see it. */
  readonly spoils?: true;
  /** @returns who lies, beside the coordinator */
  readonly tell: (run: RoundRun) => readonly RoundNode[];
};

const isKind = (kind: Saying['kind']) => (signed: SignedEntry) => signed.entry.says.kind === kind;
/** Whom the coordinator lies to. */
const victimOf = ({ world }: RoundRun): RoundNode => world.members[1]!;
/** Who gives nothing to the first sum. */
const absentOf = ({ world }: RoundRun): RoundNode => world.members[3]!;

/** The victim is shown another board. @param change all lines so far into the ones to be shown */
function showing(run: RoundRun, change: (lines: readonly SignedEntry[]) => readonly SignedEntry[]): void {
  const { world } = run;
  world.connect = (node, api): RoundApi => {
    if (node !== victimOf(run)) return api;
    return {
      ...api,
      news: async (seen) => {
        const lines = change((await linesOf(world.desk)).filter(({ entry }) => entry.round === run.round));
        const from = seen[run.round] ?? 0;
        return lines.length > from ? [{ round: run.round, from, entries: lines.slice(from) }] : [];
      },
    };
  };
}

/** What the coordinator signs after these lines. */
function said(run: RoundRun, lines: readonly SignedEntry[], says: Saying): SignedEntry {
  const board = boardOf(run.world, run.round, lines);
  const { id: by, key } = run.world.founded.coordinator;
  const entry = { federation: federationId, round: run.round, by, n: board.nextOf(by), seen: board.seen };
  return signEntry(key, { ...entry, atMs: lines.at(-1)!.entry.atMs, says });
}

type Make = (run: RoundRun, lines: readonly SignedEntry[]) => SignedEntry;
const saying =
  (make: (run: RoundRun, survivors: readonly string[]) => Saying): Make =>
  (run, lines) =>
    said(run, lines, make(run, boardOf(run.world, run.round, lines).sums[0]?.survivors ?? []));

/** After the first line of a kind there is one more. */
const inserted = (name: string, after: Saying['kind'], make: Make, found: readonly string[], absent = false): Lie => ({
  name,
  found,
  tell: (run) => {
    showing(run, (lines) => {
      const at = lines.findIndex(isKind(after)) + 1;
      return at === 0 ? lines : [...lines.slice(0, at), make(run, lines.slice(0, at)), ...lines.slice(at)];
    });
    return absent ? withoutContribution(run) : [];
  },
});

const changed = (
  name: string,
  of: Saying['kind'],
  change: (run: RoundRun, signed: SignedEntry) => SignedEntry,
  found: string,
): Lie => ({
  name,
  found: [found],
  tell: (run) => {
    showing(run, (lines) => lines.map((signed) => (isKind(of)(signed) ? change(run, signed) : signed)));
    return [];
  },
});

/** One member's contribution is on no board: whether it sent one is nobody's to know. */
function withoutContribution(run: RoundRun): RoundNode[] {
  const absent = absentOf(run);
  absent.liesOn = true;
  absent.crook = (api) => ({
    ...api,
    post: async (signed) => {
      if (signed.entry.says.kind === 'contribution') throw new Unreachable('gone');
      await api.post(signed);
    },
  });
  return [absent];
}

const closedAs = (survivors: (of: readonly string[], run: RoundRun) => string[]) => (run: RoundRun, signed: SignedEntry) => {
  const { says } = signed.entry;
  if (says.kind !== 'closed') return signed;
  return signEntry(run.world.founded.coordinator.key, {
    ...signed.entry,
    says: { ...says, survivors: survivors(says.survivors, run) },
  });
};

const fetching = (name: string, fetch: (bytes: Uint8Array) => Uint8Array, found: string): Lie => ({
  name,
  found: [found],
  tell: (run) => {
    run.world.connect = (node, api) =>
      node === victimOf(run) ? { ...api, fetch: async (...given) => fetch(await api.fetch(...given)) } : api;
    return [];
  },
});

const adding = (name: string, add: typeof plainAdd): Lie => ({
  name,
  found: undefined,
  spoils: true,
  tell: ({ world }) => {
    world.add = add;
    return [];
  },
});

export const coordinatorLies: readonly Lie[] = [
  changed(
    'a survivor is left out',
    'closed',
    closedAs((of) => of.slice(1)),
    'survivors_wrong',
  ),
  {
    ...changed(
      'a survivor is named who gave nothing',
      'closed',
      closedAs((of, run) => [...of, absentOf(run).id].sort()),
      'survivors_wrong',
    ),
    tell: (run) => {
      showing(run, (lines) =>
        lines.map((signed) =>
          isKind('closed')(signed) ? closedAs((of) => [...of, absentOf(run).id].sort())(run, signed) : signed,
        ),
      );
      return withoutContribution(run);
    },
  },
  inserted(
    'shares are asked of the seed of who has revealed',
    'reveal',
    (run, lines) => said(run, lines, { kind: 'missing', sum: 0, members: [lines.at(-1)!.entry.by] }),
    ['survivors_wrong', 'survivors_few'],
  ),
  inserted(
    'shares are asked of the seed of who was dropped',
    'reveal',
    saying((run) => ({ kind: 'missing', sum: 0, members: [absentOf(run).id] })),
    ['survivors_wrong'],
    true,
  ),
  inserted(
    'all seeds are asked for before anybody has revealed',
    'closed',
    saying((_run, of) => ({ kind: 'missing', sum: 0, members: [...of] })),
    ['survivors_few'],
  ),
  inserted(
    'the sum is closed again over fewer',
    'reveal',
    saying((_run, of) => ({ kind: 'closed', sum: 0, survivors: of.slice(1), ciphertexts: ['0'.repeat(64)] })),
    ['round_phase'],
  ),
  inserted(
    'more is asked of an opened sum',
    'opened',
    saying((_run, of) => ({ kind: 'missing', sum: 0, members: of.slice(0, 1) })),
    ['round_phase'],
  ),
  inserted(
    'a contribution by a member who never made it',
    'batched',
    (run, lines) => {
      const { entry } = said(run, lines, {
        kind: 'contribution',
        sum: 0,
        about: 'sum 0',
        values: 1,
        ciphertexts: ['0'.repeat(64)],
      });
      const by = run.world.members[0]!.id;
      const { key } = run.world.founded.coordinator;
      return signEntry(key, { ...entry, by, n: boardOf(run.world, run.round, lines).nextOf(by) });
    },
    ['signature_wrong'],
  ),
  inserted(
    'the coordinator votes',
    'opened',
    saying(() => ({ kind: 'vote', adopt: true, officer: 'nobody', reason: 'none' })),
    ['round_stranger'],
  ),
  inserted('an entry stands there twice', 'contribution', (_run, lines) => lines.at(-1)!, ['sequence_gap']),
  inserted(
    'it is over, for one of them',
    'contribution',
    saying(() => ({ kind: 'expired' })),
    ['round_expired'],
  ),
  changed(
    'an entry is another one than was signed',
    'contribution',
    (_run, signed) => ({ ...signed, entry: { ...signed.entry, atMs: signed.entry.atMs + 1 } }),
    'signature_wrong',
  ),
  {
    name: 'all entries of one member are kept from another',
    found: ['board_forked', 'sequence_gap', 'survivors_wrong', 'round_phase'],
    tell: (run) => {
      const hidden = run.world.members[2]!.id;
      showing(run, (lines) => lines.filter(({ entry }) => entry.by !== hidden));
      return [];
    },
  },
  {
    name: 'two contributions stand in another order',
    found: ['board_forked'],
    tell: (run) => {
      showing(run, (lines) => {
        const [first, second] = lines.flatMap((signed, at) => (isKind('contribution')(signed) ? [at] : []));
        if (second === undefined || second !== first! + 1) return lines.slice(0, first === undefined ? lines.length : first);
        return lines.with(first!, lines[second]!).with(second, lines[first!]!);
      });
      return [];
    },
  },
  fetching(
    'what was put down is given out changed',
    (bytes) => Uint8Array.from(bytes, (byte, at) => (at === 7 ? byte ^ 1 : byte)),
    'sum_wrong',
  ),
  fetching(
    'what was put down is kept back',
    () => {
      throw new ProtocolFault('blob_unknown');
    },
    'blob_unknown',
  ),
  {
    name: 'nothing that one member says is taken',
    found: undefined,
    tell: (run) => {
      run.world.connect = (node, api) =>
        node !== victimOf(run)
          ? api
          : {
              ...api,
              post: async (signed) => {
                if (signed.entry.says.kind !== 'acceptance') return;
                await api.post(signed);
              },
            };
      return [];
    },
  },
  adding("one member's vector is not added", (encryption, parts) => plainAdd(encryption, parts.slice(1))),
  adding("one member's vector is added twice", (encryption, parts) => plainAdd(encryption, [parts[0]!, ...parts])),
  adding('something is added to the sum', async (encryption, parts) => {
    const one = new Uint8Array(parts[0]!.length);
    one[0] = 1;
    return plainAdd(encryption, [...parts, one]);
  }),
];
