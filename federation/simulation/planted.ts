// Bugs planted in the product, one at a time, to see that the simulation finds such: each patches the running code, and names the story that
// must fail under it.

import { ecdhSteps } from '../../crypto/psi/psi.ts';
import { Mailboxes } from '../coordinator/mailboxes.ts';
import { Tally } from '../coordinator/tally.ts';
import { Channel } from '../participant/match/channel.ts';
import { MatchSession } from '../participant/match/session.ts';
import type { Secrets } from '../participant/match/state.ts';
import type { CoordinatorApi, Delivery } from '../protocol/coordinator-api.ts';
import { type Book, MemorySpool, type Spool } from '../protocol/durable.ts';
import { Inbox, type InboxState, type Receipt } from '../protocol/inbox.ts';
import { decodeMessage } from '../protocol/message.ts';
import { readTallyVerdict, writeTallyVerdict } from '../protocol/tally.ts';
import { DiskSpool } from './disk.ts';
import type { Crook } from './member.ts';

export type Planted = {
  readonly name: string;
  /** @returns takes it out again */
  readonly plant: () => () => void;
  /** Under which story it has to show. */
  readonly shows: 'faults' | 'cheating' | 'lies';
  /** Of every member's connection. */
  readonly crook?: Crook;
};

export type Method = (...given: never[]) => unknown;

/** Puts another method in the place of one. @param make gets the one that was there, to be called with `Reflect.apply` */
export function patched<Target extends object>(
  target: Target,
  name: keyof Target & string,
  make: (before: Method) => unknown,
): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(target, name)!;
  Object.defineProperty(target, name, { ...descriptor, value: make(descriptor.value as Method) });
  return () => void Object.defineProperty(target, name, descriptor);
}

/** An inbox that takes what it should not. */
const takes = (when: (receipt: Receipt) => boolean) => () =>
  patched(Inbox.prototype, 'receive', (before) => {
    return function (this: Inbox, bytes: Uint8Array, ...more: unknown[]): Receipt {
      const receipt = Reflect.apply(before, this, [bytes, ...more]) as Receipt;
      return when(receipt) ? { outcome: 'taken', message: decodeMessage(bytes) } : receipt;
    };
  });

const refusedAs =
  (...codes: string[]) =>
  (receipt: Receipt) =>
    receipt.outcome === 'refused' && codes.includes(receipt.fault.code);

/** A spool in which one list stands in for another. */
const instead = (of: string, other: string) => () =>
  patched(MemorySpool.prototype, 'get', (before) => {
    return async function (this: MemorySpool, session: string, name: string, index: number) {
      const stand = name.startsWith(of) && (await Reflect.apply(before, this, [session, name.replace(of, other), index]));
      return stand || (Reflect.apply(before, this, [session, name, index]) as unknown);
    };
  });

const acknowledgesFirst: Crook = (api: CoordinatorApi) =>
  new Proxy(api, {
    get: (target, name) => {
      if (name !== 'receive') return Reflect.get(target, name).bind(target) as unknown;
      return async (after: number, waitMs: number): Promise<Delivery[]> => {
        const deliveries = await target.receive(after, waitMs);
        const last = deliveries.at(-1);
        if (last) await target.acknowledge(last.number);
        return deliveries;
      };
    },
  });

const noBug = () => () => undefined;

export const plantedBugs: readonly Planted[] = [
  { name: 'the inbox takes what nobody signed', plant: takes(refusedAs('signature_wrong', 'body_changed')), shows: 'cheating' },
  { name: 'the inbox takes doubles once more', plant: takes(({ outcome }) => outcome === 'double'), shows: 'faults' },
  { name: 'the inbox overlooks a gap', plant: takes(refusedAs('sequence_gap')), shows: 'cheating' },
  {
    name: 'the inbox forgets the last message over a restart',
    plant: () =>
      patched(Inbox, 'fromState', (before) => (value: InboxState) => {
        for (const senders of Object.values(value.sessions)) for (const sender of Object.values(senders)) sender.taken.pop();
        return Reflect.apply(before, Inbox, [value]) as unknown;
      }),
    shows: 'faults',
  },
  { name: 'messages are acknowledged before they are kept', plant: noBug, crook: acknowledgesFirst, shows: 'faults' },
  {
    name: 'a state that is not written',
    plant: () =>
      patched(MatchSession.prototype, 'save', (before) => {
        return function (this: MatchSession, more?: unknown) {
          return more ? (Reflect.apply(before, this, [more]) as unknown) : Promise.resolve();
        };
      }),
    shows: 'faults',
  },
  {
    name: 'a message counts as sent before it is',
    plant: () =>
      patched(MatchSession.prototype, 'flush', (before) => {
        return async function (this: MatchSession, to: string) {
          const posted = this.state.posted[to] ?? 0;
          this.state.posted[to] = this.lane(this.standing.me, to).length;
          await this.save();
          this.state.posted[to] = posted;
          return Reflect.apply(before, this, [to]) as unknown;
        };
      }),
    shows: 'faults',
  },
  {
    name: 'messages are not sealed',
    plant: () => {
      const seal = patched(Channel.prototype, 'seal', () => (_place: object, plaintext: Uint8Array, early = false) => {
        return Buffer.concat([Buffer.of(early ? 0 : 1), plaintext]);
      });
      const open = patched(
        Channel.prototype,
        'open',
        () => (_place: object, sealed: Uint8Array) => Buffer.from(sealed.subarray(1)),
      );
      return () => {
        seal();
        open();
      };
    },
    shows: 'faults',
  },
  {
    name: 'what is below the minimum is kept all the same',
    plant: () =>
      patched(MatchSession.prototype, 'decide', (before) => {
        return function (this: MatchSession, outcome: { code?: string }) {
          const result = { found: [{ id: 'somebody', kind: 'phone' as const }], pairs: [] };
          if (outcome.code === 'intersection_too_small') this.ports.keep(this.session, result).catch(() => undefined);
          return Reflect.apply(before, this, [outcome]) as unknown;
        };
      }),
    shows: 'faults',
  },
  {
    name: "signatures and terms of the partner's notes are not looked at",
    plant: () =>
      patched(MatchSession.prototype, 'takeNotes', () => {
        return function (this: MatchSession, notes: MatchSession['state']['notes']) {
          const held = this.state.notes.filter(({ note }) => note.by === this.state.partner).length;
          this.state.notes.push(...notes.filter(({ note }) => note.n >= held));
        };
      }),
    shows: 'lies',
  },
  {
    name: "an officer's approval is left out",
    plant: () =>
      patched(MatchSession.prototype, 'note', (before) => {
        return function (this: MatchSession, saying: { kind: string }) {
          const approved = this.state.notes.some(({ note }) => note.by === this.standing.me && note.saying.kind === 'approval');
          return saying.kind === 'approval' && approved ? undefined : (Reflect.apply(before, this, [saying]) as unknown);
        };
      }),
    shows: 'faults',
  },
  {
    name: 'a message is left out of the transcript',
    plant: () =>
      patched(MatchSession.prototype, 'transcriptItems', (before) => {
        return function (this: MatchSession, last: string) {
          return (Reflect.apply(before, this, [last]) as unknown[]).filter((_, at) => at !== 2);
        };
      }),
    shows: 'faults',
  },
  {
    name: 'secrets stay in the book',
    plant: () => {
      const held = new WeakMap<MatchSession, Secrets>();
      return patched(MatchSession.prototype, 'save', (before) => {
        return function (this: MatchSession, more?: unknown) {
          if (this.state.secrets) held.set(this, this.state.secrets);
          else Object.assign(this.state, { secrets: held.get(this) });
          return Reflect.apply(before, this, [more]) as unknown;
        };
      });
    },
    shows: 'faults',
  },
  {
    name: 'lists stay in the spool',
    plant: () => patched(DiskSpool.prototype, 'drop', () => async () => undefined),
    shows: 'faults',
  },
  { name: 'who only counts gets its list back in order', plant: instead('shuffled-', 'twice-'), shows: 'faults' },
  { name: 'the counter gets lists in order', plant: instead('counted-', 'twice-'), shows: 'faults' },
  {
    name: 'the counter counts one too many',
    plant: () =>
      patched(
        ecdhSteps,
        'countShared',
        (before) =>
          (...lists: never[]) =>
            (before(...lists) as number) + 1,
      ),
    shows: 'faults',
  },
  {
    name: 'the counter says how many to who only asked whether',
    plant: () =>
      patched(Tally.prototype, 'decide', (before) => {
        return async function (this: Tally, session: string) {
          const decision = (await Reflect.apply(before, this, [session])) as { body: Buffer } | undefined;
          const verdict = decision && readTallyVerdict(decision.body);
          if (verdict?.verdict !== 'enough' || verdict.counts) return decision;
          return { ...decision, body: writeTallyVerdict({ ...verdict, counts: [{ kind: 'phone', shared: 1 }] }) };
        };
      }),
    shows: 'faults',
  },
  {
    name: 'the coordinator forgets one message more than was acknowledged',
    plant: () =>
      patched(Mailboxes.prototype, 'acknowledge', (before) => {
        return function (this: Mailboxes, member: string, upTo: number) {
          return Reflect.apply(before, this, [member, upTo + 1]) as unknown;
        };
      }),
    shows: 'faults',
  },
  {
    name: 'the coordinator loses a message over a restart',
    plant: () =>
      patched(Mailboxes, 'load', (before) => async (book: Book, spool: Spool, members: Iterable<string>) => {
        const [lost] = await book.list('mail');
        if (lost) await book.write([{ remove: ['mail', lost.key] }]);
        return Reflect.apply(before, Mailboxes, [book, spool, members]) as unknown;
      }),
    shows: 'faults',
  },
];
