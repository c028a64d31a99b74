// Bugs planted in rounds, one at a time, to see that the simulation finds such: each patches the running code, and names the story under which
// it has to show.

import { Closings } from '../../coordinator/closings.ts';
import { RoundDesk } from '../../coordinator/rounds.ts';
import { CustodyKey } from '../../participant/round/custody-key.ts';
import { MemberSums } from '../../participant/round/member-sums.ts';
import { RoundSession } from '../../participant/round/session.ts';
import { MemoryBook } from '../../protocol/durable.ts';
import { Board, type Sum } from '../../protocol/round/board.ts';
import type { News, RoundApi } from '../../protocol/round/round-api.ts';
import type { RoundTerms } from '../../protocol/round/round-terms.ts';
import type { SignedEntry } from '../../protocol/round/sayings.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import { DiskSpool } from '../disk.ts';
import { patched } from '../planted.ts';
import type { RoundNode } from './node.ts';
import { modulus, plainSums } from './plain-sums.ts';

export type PlantedInRound = {
  readonly name: string;
  /** @returns takes it out again */
  readonly plant: () => () => void;
  /** Under which story it has to show: an honest round over faults, or a lie by its name. */
  readonly shows: 'faults' | string;
  /** What differs in every node, where no method can be patched. */
  readonly node?: (node: RoundNode) => void;
  /** What everybody votes. */
  readonly votes?: boolean;
};

type Change = { put: [collection: string, key: string, value: unknown] } | { remove: [collection: string, key: string] };
const noBug = () => () => undefined;

/** A book that does not write some things. */
const unwritten = (lost: (change: Change) => boolean) => () =>
  patched(MemoryBook.prototype, 'write', (before) => {
    return function (this: MemoryBook, changes: readonly Change[]) {
      return Reflect.apply(before, this, [changes.filter((change) => !lost(change))]) as unknown;
    };
  });
const puts = (collection: string) => (change: Change) => 'put' in change && change.put[0] === collection;

/** A board that takes what it refuses by these codes. */
const takesAll =
  (...codes: string[]) =>
  () =>
    patched(Board.prototype, 'offer', (before) => {
      return function (this: Board, signed: SignedEntry) {
        try {
          return Reflect.apply(before, this, [signed]) as unknown;
        } catch (fault) {
          if (fault instanceof ProtocolFault && codes.includes(fault.code)) return () => undefined;
          throw fault;
        }
      };
    });

/** A board that reads otherwise. */
const read =
  <Name extends keyof Board>(of: typeof Board, name: Name, change: (value: Board[Name]) => unknown) =>
  () => {
    const descriptor = Object.getOwnPropertyDescriptor(of.prototype, name)!;
    const get = function (this: Board) {
      return change(Reflect.apply(descriptor.get!, this, []) as Board[Name]);
    };
    Object.defineProperty(of.prototype, name, { ...descriptor, get });
    return () => void Object.defineProperty(of.prototype, name, descriptor);
  };

const encrypting = (change: (residues: Uint32Array) => Uint32Array) => (node: RoundNode) => {
  node.sums = {
    ...plainSums,
    encrypt: (encryption: RoundTerms['encryption'], key, residues) => plainSums.encrypt(encryption, key, change(residues)),
  };
};

export const plantedInRounds: readonly PlantedInRound[] = [
  {
    name: 'secrets of a batch are not kept before they are published',
    plant: unwritten((change) => puts('round-secret')(change)),
    shows: 'faults',
  },
  {
    name: 'what was masked is not kept, and values are others after a kill',
    plant: unwritten(puts('round-out')),
    // As with noise that is drawn anew.
    node: (node) => {
      const masked = new Set<number>();
      const noise = () => (masked.has(node.asking) ? 7 : 0);
      encrypting((residues) => {
        const noisy = residues.map((residue) => (residue + noise()) % modulus);
        masked.add(node.asking);
        return noisy;
      })(node);
    },
    shows: 'faults',
  },
  { name: 'lines are not kept before something rests on them', plant: unwritten(puts('round-line')), shows: 'faults' },
  {
    name: "an officer's word is not kept",
    plant: () => patched(RoundSession.prototype, 'save', () => () => Promise.resolve()),
    shows: 'faults',
  },
  {
    name: 'secrets of opened sums stay',
    plant: () =>
      patched(MemoryBook.prototype, 'write', (before) => {
        return function (this: MemoryBook, changes: readonly Change[]) {
          const gone = changes.some((change) => 'remove' in change && change.remove[0] === 'round-out');
          return Reflect.apply(before, this, [
            gone ? changes.filter((change) => !puts('round-secret')(change)) : changes,
          ]) as unknown;
        };
      }),
    shows: 'faults',
  },
  {
    name: 'who was left out has the secret of later sums',
    plant: () =>
      patched(CustodyKey.prototype, 'renew', (before) => {
        return function (this: CustodyKey, secret: Uint8Array, since: number) {
          return Reflect.apply(before, this, [Uint8Array.from(this.group?.secret ?? secret), since]) as unknown;
        };
      }),
    shows: 'faults',
  },
  {
    name: 'the coordinator keeps a signature under the end to itself',
    plant: () =>
      patched(Closings.prototype, 'unseen', (before) => {
        return function (this: Closings, round: string, lines: number, seen: number) {
          return Reflect.apply(before, this, [round, lines, seen + 1]) as unknown;
        };
      }),
    shows: 'faults',
  },
  {
    name: 'a share of the key is given out twice',
    plant: () =>
      patched(CustodyKey.prototype, 'hand', (before) => {
        let first: Promise<{ share: string }> | undefined;
        return async function (this: CustodyKey, ...given: unknown[]) {
          const handed = Reflect.apply(before, this, given) as Promise<{ share: string }>;
          first ??= handed;
          return { ...(await handed), share: (await first).share };
        };
      }),
    shows: 'faults',
  },
  {
    name: 'secrets stay when the round is over',
    plant: unwritten((change) => 'remove' in change && change.remove[0] === 'round-secret'),
    shows: 'faults',
  },
  {
    name: 'masked vectors stay in the spool',
    plant: () => patched(DiskSpool.prototype, 'remove', () => async () => undefined),
    shows: 'faults',
  },
  {
    name: 'a member takes a sum for opened that is only closed',
    plant: () =>
      patched(Board.prototype, 'revealed', () => {
        return ({ survivors, reveals }: Sum) => survivors !== undefined && reveals.size > 0;
      }),
    shows: 'faults',
  },
  {
    name: 'the coordinator loses a line over a restart',
    plant: () =>
      patched(MemoryBook.prototype, 'list', (before) => {
        return async function (this: MemoryBook, ...given: [collection: string, prefix?: string]) {
          const rows = (await Reflect.apply(before, this, given)) as object[];
          // The desk alone reads all there are.
          return given[0] === 'round-line' && given[1] === undefined ? rows.slice(0, -1) : rows;
        };
      }),
    shows: 'faults',
  },
  {
    name: 'the board lets a coordinator leave survivors out',
    plant: takesAll('survivors_wrong'),
    shows: 'a survivor is left out',
  },
  {
    name: 'the board does not look at signatures',
    plant: takesAll('signature_wrong'),
    shows: 'an entry is another one than was signed',
  },
  {
    name: 'the board does not look at what authors had seen',
    plant: takesAll('board_forked'),
    shows: 'two contributions stand in another order',
  },
  { name: 'the board takes an entry twice', plant: takesAll('sequence_gap'), shows: 'an entry stands there twice' },
  { name: 'anybody may say anything', plant: takesAll('round_stranger'), shows: 'the coordinator votes' },
  {
    name: 'a member answers whatever it is asked for by shares',
    plant: () =>
      patched(Board.prototype, 'offer', (before) => {
        return function (this: Board, signed: SignedEntry) {
          const { says } = signed.entry;
          try {
            return Reflect.apply(before, this, [signed]) as unknown;
          } catch (fault) {
            if (says.kind !== 'missing') throw fault;
            return () => {
              this.sums[says.sum]!.missing = says.members;
            };
          }
        };
      }),
    shows: 'shares are asked of the seed of who was dropped',
  },
  {
    name: 'what was fetched is not held against its hash',
    plant: () =>
      patched(RoundSession.prototype, 'fetch', () => {
        return function (this: RoundSession, digest: string) {
          return this.standing.api().rounds.fetch(this.round, digest);
        };
      }),
    shows: 'what was put down is given out changed',
  },
  {
    name: 'a model is adopted whatever the votes are',
    plant: read(Board, 'ended', (ended) => (ended?.result === 'rejected' ? { ...ended, result: 'adopted' } : ended)),
    votes: false,
    shows: 'faults',
  },
  { name: 'two members are enough for a sum', plant: read(Board, 'threshold', () => 2), shows: 'faults' },
  {
    name: 'news begin one line too late',
    plant: () =>
      patched(RoundDesk.prototype, 'forMember', (before) => {
        return function (this: RoundDesk, member: string) {
          const api = Reflect.apply(before, this, [member]) as RoundApi;
          const late = ({ from, entries, round }: News) => ({ round, from: from + 1, entries: entries.slice(1) });
          return { ...api, news: async (...given: Parameters<RoundApi['news']>) => (await api.news(...given)).map(late) };
        };
      }),
    shows: 'faults',
  },
  {
    name: 'other values are added than were given',
    plant: () =>
      patched(MemberSums.prototype, 'ask', (before) => {
        return function (this: MemberSums, about: string, values: Int32Array) {
          return Reflect.apply(before, this, [about, values.map((value) => value + 1)]) as unknown;
        };
      }),
    shows: 'faults',
  },
  { name: 'a value is lost', plant: noBug, node: encrypting((residues) => residues.with(0, 0)), shows: 'faults' },
];
