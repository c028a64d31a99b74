// One match as one side holds it: what it sends and takes, each message once and in order, kept before it counts. After a kill the script
// (script.ts) runs anew from its beginning: what was sent is not made again, what was taken is there, and the rest goes on.

import { Unreachable } from '../../protocol/coordinator-api.ts';
import type { BookChange } from '../../protocol/durable.ts';
import { type MatchRole, matchMessages } from '../../protocol/match-terms.ts';
import { encodeMessage, type Message, type MessageHeader, writeMessage } from '../../protocol/message.ts';
import { fromBase64 } from '../../protocol/signed.ts';
import { type Item, type Note, noteFits, parametersHash, writeNote } from '../../protocol/transcript.ts';
import { ProtocolFault } from '../../protocol/words.ts';
import type { MatchPorts, Standing } from '../ports.ts';
import { Channel, shareBytes } from './channel.ts';
import { type MatchState, matchCollection, type Outcome, type Progress, type SignedNote } from './state.ts';

export const itemCollection = 'match-item';
/** What has to be tried again over a fault of the network waits this long. */
const retryMs = 2_000;

/** Codes of a coordinator that takes it a little later: room is made in a mailbox or for another tally, and a clock that is ahead is overtaken. */
const passing: ReadonlySet<string> = new Set(['mailbox_full', 'session_full', 'clock_skew']);

/** The side closes: the match goes on when it opens again. */
export class Closed extends Error {
  override readonly name = 'Closed';
}

/** What the node behind says to let a match stand until an officer has looked; nothing of it goes to the partner. */
export class Held extends Error {
  override readonly name: string = 'Held';
}

/** The partner has no word in it any more: this side ends alone. */
export class Gone extends Error {
  override readonly name = 'Gone';
}

/** Frames on their way, by recipient. */
const outbox = (to: string) => `out-${to}`;

type SentItem = { readonly header: MessageHeader; readonly signature: string };

export class MatchSession {
  readonly ports: MatchPorts;
  readonly standing: Standing;
  readonly state: MatchState;
  readonly channel: Channel | undefined;
  readonly parameters: string;
  progress: Progress = { done: 0, total: 0 };
  /** Parts that came, by name in the spool. */
  readonly received = new Map<string, Set<number>>();
  /** By sender and recipient, in the order of their numbers. */
  readonly #items: Map<string, SentItem[]>;
  readonly #cursors = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #saving: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(ports: MatchPorts, standing: Standing, state: MatchState, items: readonly SentItem[]) {
    this.ports = ports;
    this.standing = standing;
    this.state = state;
    this.parameters = parametersHash(state.terms);
    this.channel = channelOf(state);
    this.#items = new Map();
    for (const item of items) this.#lane(item.header.from, item.header.to).push(item);
  }

  get session(): string {
    return this.state.session;
  }

  get theirRole(): MatchRole {
    return this.state.role === 'initiator' ? 'responder' : 'initiator';
  }

  #lane(from: string, to: string): SentItem[] {
    const key = `${from} ${to}`;
    const lane = this.#items.get(key) ?? [];
    this.#items.set(key, lane);
    return lane;
  }

  /** What was taken from a sender, and sent to a recipient, in order. */
  lane(from: string, to: string): readonly SentItem[] {
    return this.#items.get(`${from} ${to}`) ?? [];
  }

  /** Writes the state as it is now, and what belongs to it, in one go and after all that was written before. */
  save(more: readonly BookChange[] = []): Promise<void> {
    // The value of now: what changes while an earlier write is on its way belongs to the next one.
    const changes: BookChange[] = [{ put: [matchCollection, this.session, structuredClone(this.state)] }, ...more];
    const written = this.#saving.then(() => this.ports.book.write(changes));
    this.#saving = written.catch(() => undefined);
    return written;
  }

  /** Puts down a note of ours; it is kept with the next save(). */
  note(saying: Note['saying']): SignedNote {
    const mine = this.state.notes.filter(({ note }) => note.by === this.standing.me);
    const note = writeNote(this.standing.signingKey(), {
      federation: this.standing.federation,
      session: this.session,
      by: this.standing.me,
      n: mine.length,
      atMs: this.ports.clock.nowMs(),
      parameters: this.parameters,
      saying,
    });
    this.state.notes.push(note);
    return note;
  }

  /**
   * Takes notes of the partner; those that are held already are passed over.
   * @param key its signing key  @throws {ProtocolFault} signature_wrong, parameters_changed, sequence_gap, sequence_conflict
   */
  takeNotes(notes: readonly SignedNote[], key: string): void {
    const { partner } = this.state;
    const held = this.state.notes.filter(({ note }) => note.by === partner);
    let next = held.length;
    const fresh: SignedNote[] = [];
    for (const { note, signature } of notes) {
      if (note.by !== partner || !noteFits(note, signature, key)) throw new ProtocolFault('signature_wrong', 'note');
      if (note.federation !== this.standing.federation || note.session !== this.session) {
        throw new ProtocolFault('session_unknown', 'note');
      }
      if (note.parameters !== this.parameters) throw new ProtocolFault('parameters_changed', 'note');
      if (note.n > next) throw new ProtocolFault('sequence_gap', `note ${next}`);
      // Signatures are the same for the same note.
      if (note.n < held.length && held[note.n]!.signature !== signature)
        throw new ProtocolFault('sequence_conflict', `note ${note.n}`);
      if (note.n < next) continue;
      fresh.push({ note, signature });
      next += 1;
    }
    this.state.notes.push(...fresh);
  }

  /** From the beginning of what we send: the script runs anew. */
  rewind(): void {
    this.#cursors.clear();
  }

  /**
   * Sends the next message of the script. What was sent before is not made again.
   * @param produce the body as it goes out, the same each time it is asked
   */
  async send(to: string, kind: string, produce: (seq: number) => Promise<Uint8Array> | Uint8Array): Promise<void> {
    const seq = this.#cursors.get(to) ?? 0;
    await this.sendAt(to, seq, kind, produce);
    this.#cursors.set(to, seq + 1);
  }

  /** Sends one of ours to the partner, sealed. */
  sendSealed(kind: string, produce: () => Promise<Uint8Array> | Uint8Array): Promise<void> {
    return this.send(this.state.partner, kind, async (seq) => this.seal(kind, seq, await produce()));
  }

  seal(kind: string, seq: number, plaintext: Uint8Array): Buffer {
    if (!this.channel) throw new RangeError('channel: expected an open match');
    // A responder that ends before it has accepted has given no share: the initiator has only its own.
    const first = this.lane(this.standing.me, this.state.partner)[0]?.header.kind ?? kind;
    const early = this.state.role === 'responder' && first !== matchMessages.acceptance;
    return this.channel.seal({ from: this.state.role, kind, seq }, plaintext, early);
  }

  async sendAt(to: string, seq: number, kind: string, produce: (seq: number) => Promise<Uint8Array> | Uint8Array): Promise<void> {
    this.#checkOpen();
    const lane = this.#lane(this.standing.me, to);
    if (!lane[seq]) {
      const fields = { federation: this.standing.federation, from: this.standing.me, to, session: this.session, kind, seq };
      const body = await produce(seq);
      const sentAtMs = this.ports.clock.nowMs();
      const message = writeMessage(this.standing.signingKey(), { ...fields, sentAtMs }, body);
      const item = { header: message.header, signature: message.signature };
      await this.ports.spool.put(this.session, outbox(to), seq, encodeMessage(message));
      // Kept first: what a write that failed has left in memory alone would be gone after a restart.
      await this.save([{ put: [itemCollection, itemKey(message.header), item] }]);
      lane.push(item);
    }
    await this.flush(to);
  }

  /** Gives the coordinator what was signed and may not have reached it, to the byte. */
  async flush(to: string): Promise<void> {
    for (let seq = this.state.posted[to] ?? 0; seq < this.lane(this.standing.me, to).length; seq += 1) {
      const frame = await this.ports.spool.get(this.session, outbox(to), seq);
      // It is removed only after it was given.
      if (frame) {
        await this.#deliver(frame);
        await this.ports.spool.remove(this.session, outbox(to), seq);
      }
      this.state.posted[to] = seq + 1;
    }
  }

  async #deliver(bytes: Uint8Array): Promise<void> {
    for (;;) {
      this.#checkOpen();
      if (this.state.alone) throw new Gone();
      try {
        await this.standing.api().send(bytes);
        return;
      } catch (error) {
        if (!(error instanceof Unreachable) && !(error instanceof ProtocolFault && passing.has(error.code))) throw error;
        await this.ports.pause(retryMs);
      }
    }
  }

  /** Keeps that a message was taken, with what it changed. */
  async taken({ header, signature }: Message): Promise<void> {
    const item = { header, signature };
    const lane = this.#lane(header.from, header.to);
    // At once, as what it changed is seen at once: a transcript made meanwhile would lack it.
    lane.push(item);
    try {
      await this.save([{ put: [itemCollection, itemKey(header), item] }]);
    } catch (error) {
      lane.pop();
      throw error;
    }
    this.changed();
  }

  /** Whoever waits looks again. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Until it holds. @throws {Closed} @throws {Gone} */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      this.#checkOpen();
      if (this.state.alone) throw new Gone();
      await new Promise<void>((resolve) => {
        const look = () => {
          this.#waiting.delete(look);
          resolve();
        };
        this.#waiting.add(look);
      });
    }
    this.#checkOpen();
  }

  close(): void {
    this.#closed = true;
    this.changed();
  }

  #checkOpen(): void {
    if (this.#closed) throw new Closed();
  }

  /** The items of the transcript: all between the two up to each one's end, where it came to it, and the notes of both. */
  transcriptItems(lastKind: string): Item[] {
    const { partner, notes } = this.state;
    const until = (lane: readonly SentItem[]) => {
      const last = lane.findIndex(({ header }) => header.kind === lastKind);
      return last < 0 ? lane : lane.slice(0, last + 1);
    };
    return [...until(this.lane(this.standing.me, partner)), ...until(this.lane(partner, this.standing.me)), ...notes];
  }

  /** The outcome stands from here on; the first word holds. */
  decide(outcome: Outcome): void {
    if (this.state.outcome) return;
    this.state.outcome = outcome;
    this.state.phase = 'ending';
    this.state.decidedAtMs = this.ports.clock.nowMs();
  }
}

export const itemKey = ({ session, from, to, seq }: MessageHeader) => `${session}/${from}/${to}/${String(seq).padStart(6, '0')}`;

function channelOf({ session, role, secrets, accepted }: MatchState): Channel | undefined {
  if (!secrets) return undefined;
  const [mine, theirs] = [secrets.share, secrets.theirShare].map((text) =>
    text === undefined ? undefined : fromBase64(text, shareBytes),
  );
  const [initiator, responder] = role === 'initiator' ? [mine, theirs] : [theirs, mine];
  return initiator ? new Channel(session, initiator, accepted ? responder : undefined) : undefined;
}
