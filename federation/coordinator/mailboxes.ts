// Messages that wait for their recipients. A message is in its mailbox from one write of the book on, which also notes that its number was
// used, and until one more write says that its recipient has kept it; bodies lie in the spool, before the first and after the last.

import { type Delivery, mailboxLimitBytes, mailboxLimitMessages } from '../protocol/coordinator-api.ts';
import type { Book, BookChange, Spool } from '../protocol/durable.ts';
import { encodeMessage, type Message, type MessageHeader, messageDigest } from '../protocol/message.ts';
import { ProtocolFault } from '../protocol/words.ts';

/** What one answer to receive() holds, beyond its first message. */
const deliveryBytes = 16 * 1024 * 1024;
const deliveryMessages = 1000;
/** Changes in one write of the book. */
export const writeLimit = 1000;
const removedAtOnce = 64;

/** Of a mailbox, what one sender may fill: nobody keeps all others out. */
export const senderShare = 1 / 2;

type Held = { readonly number: number; readonly bytes: number; readonly from: string };
type Use = { bytes: number; messages: number };
type Box = { next: number; held: Held[]; readonly all: Use; readonly senders: Map<string, Use> };
type Letter = { readonly header: MessageHeader; readonly signature: string };
/** What to write so that a message is delivered; `delivered` once it is written. */
export type Staged = { readonly changes: BookChange[]; delivered(): void };

const collections = { mail: 'mail', boxes: 'mailbox', sent: 'sent' } as const;
const numberDigits = 12;
const spoolName = 'body';
const boxOf = (member: string) => `mail-${member}`;
const mailKey = (member: string, number: number) => `${member}/${`${number}`.padStart(numberDigits, '0')}`;
/** By session first, so that a session is forgotten by one prefix. */
type Place = Pick<MessageHeader, 'session' | 'from' | 'to' | 'seq'>;
const sentKey = ({ session, from, to, seq }: Place) => `${session}/${from}/${to}/${`${seq}`.padStart(5, '0')}`;

export class Mailboxes {
  readonly #book: Book;
  readonly #spool: Spool;
  readonly #boxes = new Map<string, Box>();

  private constructor(book: Book, spool: Spool) {
    this.#book = book;
    this.#spool = spool;
  }

  /** @param members everybody who may have a mailbox: bodies that no letter belongs to, left by a kill, are removed */
  static async load(book: Book, spool: Spool, members: Iterable<string>): Promise<Mailboxes> {
    const mailboxes = new Mailboxes(book, spool);
    for (const { key, value } of await book.list(collections.boxes)) mailboxes.#box(key).next = value as number;
    for (const { key, value } of await book.list(collections.mail)) {
      const [member, number] = key.split('/') as [string, string];
      const { bodyBytes: bytes, from } = (value as Letter).header;
      mailboxes.#hold(member, { number: Number(number), bytes, from });
    }
    for (const member of members) {
      const held = new Set(mailboxes.#box(member).held.map(({ number }) => number));
      for (const part of await spool.parts(boxOf(member), spoolName)) {
        if (!held.has(part)) await spool.remove(boxOf(member), spoolName, part);
      }
    }
    return mailboxes;
  }

  #box(member: string): Box {
    const box = this.#boxes.get(member) ?? { next: 1, held: [], all: { bytes: 0, messages: 0 }, senders: new Map() };
    this.#boxes.set(member, box);
    return box;
  }

  #hold(member: string, held: Held): void {
    const box = this.#box(member);
    box.held.push(held);
    count(box, held, 1);
  }

  /** Was its number used? @returns true for the same message  @throws {ProtocolFault} sequence_conflict */
  async wasSent(header: MessageHeader): Promise<boolean> {
    const digest = await this.#book.read(collections.sent, sentKey(header));
    if (digest === undefined) return false;
    if (digest !== messageDigest(header)) throw new ProtocolFault('sequence_conflict', `${header.seq}`);
    return true;
  }

  /** Has anything that number? */
  async isUsed(place: Place): Promise<boolean> {
    return (await this.#book.read(collections.sent, sentKey(place))) !== undefined;
  }

  /** Notes that a number is used. */
  sentChange(header: MessageHeader): BookChange {
    return { put: [collections.sent, sentKey(header), messageDigest(header)] };
  }

  /** Forgets which numbers of a session were used. */
  async forgetSession(session: string): Promise<void> {
    const keys = (await this.#book.list(collections.sent, `${session}/`)).map(({ key }) => key);
    for (let at = 0; at < keys.length; at += writeLimit) {
      await this.#book.write(keys.slice(at, at + writeLimit).map((key) => ({ remove: [collections.sent, key] })));
    }
  }

  /** Puts the body down; the caller writes the changes, with others that belong to them. @throws {ProtocolFault} mailbox_full */
  async stage({ header, signature, body }: Message): Promise<Staged> {
    const box = this.#box(header.to);
    const own = box.senders.get(header.from) ?? { bytes: 0, messages: 0 };
    if (!fits(box.all, body.length, 1) || !fits(own, body.length, senderShare)) throw new ProtocolFault('mailbox_full');
    const number = box.next;
    const letter: Letter = { header, signature };
    await this.#spool.put(boxOf(header.to), spoolName, number, body);
    return {
      changes: [
        { put: [collections.mail, mailKey(header.to, number), letter] },
        { put: [collections.boxes, header.to, number + 1] },
        this.sentChange(header),
      ],
      delivered: () => {
        box.next = number + 1;
        this.#hold(header.to, { number, bytes: body.length, from: header.from });
      },
    };
  }

  hasMail(member: string, after: number): boolean {
    return (this.#boxes.get(member)?.held.at(-1)?.number ?? 0) > after;
  }

  /** The oldest above `after`, up to about 16 MiB. */
  async read(member: string, after: number): Promise<Delivery[]> {
    const deliveries: Delivery[] = [];
    let bytes = 0;
    for (const { number, bytes: size } of [...this.#box(member).held]) {
      if (number <= after) continue;
      if (deliveries.length > 0 && (bytes + size > deliveryBytes || deliveries.length >= deliveryMessages)) break;
      const letter = (await this.#book.read(collections.mail, mailKey(member, number))) as Letter | undefined;
      const body = letter && (await this.#spool.get(boxOf(member), spoolName, number));
      // Acknowledged by another call of the same member in the meantime.
      if (letter === undefined || body === undefined) continue;
      deliveries.push({ number, message: encodeMessage({ ...letter, body }) });
      bytes += size;
    }
    return deliveries;
  }

  async acknowledge(member: string, upTo: number): Promise<void> {
    const box = this.#box(member);
    while (box.held.length > 0 && box.held[0]!.number <= upTo) {
      const kept = box.held.slice(0, writeLimit).filter(({ number }) => number <= upTo);
      await this.#book.write(kept.map(({ number }) => ({ remove: [collections.mail, mailKey(member, number)] })));
      box.held.splice(0, kept.length);
      for (const one of kept) count(box, one, -1);
      // Side by side, as a store can make many small writes durable at once.
      for (let at = 0; at < kept.length; at += removedAtOnce) {
        const some = kept.slice(at, at + removedAtOnce);
        await Promise.all(some.map(({ number }) => this.#spool.remove(boxOf(member), spoolName, number)));
      }
    }
  }

  /** Of who is no member any more: nobody will fetch it. */
  async drop(member: string): Promise<void> {
    if (this.#box(member).held.length === 0) return;
    await this.acknowledge(member, Number.MAX_SAFE_INTEGER);
    await this.#spool.drop(boxOf(member));
  }
}

const fits = ({ bytes, messages }: Use, more: number, share: number) =>
  messages < mailboxLimitMessages * share && bytes + more <= mailboxLimitBytes * share;

/** @param sign 1 for a message that came, -1 for one that went */
function count({ all, senders }: Box, { bytes, from }: Held, sign: 1 | -1): void {
  const own = senders.get(from) ?? { bytes: 0, messages: 0 };
  senders.set(from, own);
  for (const use of [all, own]) {
    use.bytes += sign * bytes;
    use.messages += sign;
  }
  if (own.messages === 0) senders.delete(from);
}
