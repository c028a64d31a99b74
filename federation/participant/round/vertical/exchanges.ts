// Questions and answers of a vertical round over its board: sealed for whom they are to, put down in parts, named by an entry. What came is kept
// until the round is over, so that after a kill the same computation gets the same answers, and the coordinator need not keep what both have.

import type { SayingOf } from '../../../protocol/round/sayings.ts';
import { boardLimits } from '../../../protocol/round/sayings.ts';
import { ProtocolFault } from '../../../protocol/words.ts';
import { openFrom, sealTo } from '../sealed.ts';
import type { RoundSession } from '../session.ts';

const partBytes = boardLimits.blobBytes / 2;

const nameOf = (peer: string, number: number, light: boolean) => `${light ? 'kept' : 'came'}-${peer}-${number}`;

export class Exchanges {
  readonly #session: RoundSession;
  /** By partner, questions asked in this run. */
  readonly #next = new Map<string, number>();

  constructor(session: RoundSession) {
    this.#session = session;
  }

  /**
   * The owner asks. What was asked in an earlier run is not said again.
   * @param make the question, where it has to be said  @param open what of the answer is kept and given back
   * @throws {ProtocolFault} exchange_wrong where another question stands there
   */
  async ask(
    partner: string,
    about: string,
    make: () => Promise<Uint8Array>,
    open: (answer: Uint8Array) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const { board } = this.#session;
    const number = this.#next.get(partner) ?? 0;
    this.#next.set(partner, number + 1);
    const stands = () => board.exchanges.of(partner)[number];
    const kept = await this.#read(nameOf(partner, number, true));
    if (kept) {
      if (stands()?.about !== about) throw new ProtocolFault('exchange_wrong', about);
      return kept;
    }
    await this.#session.say(
      () => stands() !== undefined,
      async () => this.#saying(partner, number, about, await make()),
    );
    if (stands()!.about !== about) throw new ProtocolFault('exchange_wrong', about);
    await this.#session.until(() => stands()!.answer !== undefined);
    const bytes = await this.#fetch(stands()!.answer!, partner, number, about);
    const opened = await open(bytes);
    await this.#write(nameOf(partner, number, true), opened);
    return opened;
  }

  /** A partner waits for a question. @returns its bytes, or what was kept of them */
  async question(owner: string, number: number): Promise<{ readonly about: string; readonly bytes: Uint8Array }> {
    const { board, me } = this.#session;
    const stands = () => board.exchanges.of(me)[number];
    await this.#session.until(() => stands() !== undefined);
    const { about, question } = stands()!;
    const kept = (await this.#read(nameOf(owner, number, true))) ?? (await this.#read(nameOf(owner, number, false)));
    if (kept) return { about, bytes: kept };
    const bytes = await this.#fetch(question, owner, number, about);
    await this.#write(nameOf(owner, number, false), bytes);
    return { about, bytes };
  }

  isAnswered(number: number): boolean {
    return this.#session.board.exchanges.of(this.#session.me)[number]?.answer !== undefined;
  }

  async answer(owner: string, number: number, about: string, make: () => Promise<Uint8Array>): Promise<void> {
    await this.#session.say(
      () => this.isAnswered(number),
      async () => this.#saying(owner, number, about, await make()),
    );
  }

  /** Of a question only this is needed any more. */
  async keepLight(owner: string, number: number, bytes: Uint8Array): Promise<void> {
    await this.#write(nameOf(owner, number, true), bytes);
    await this.#remove(nameOf(owner, number, false));
  }

  /** Everything that is kept, when the round is over. */
  async forget(peers: readonly string[], most: number): Promise<void> {
    for (const peer of peers) {
      for (let number = 0; number <= most; number += 1) {
        for (const light of [true, false]) await this.#remove(nameOf(peer, number, light));
      }
    }
  }

  async #saying(to: string, number: number, about: string, bytes: Uint8Array): Promise<SayingOf<'exchange'>> {
    const { standing, ports, me } = this.#session;
    const wrapKey = Buffer.from(standing.membership().members.get(to)!.descriptor.wrapKey, 'base64url');
    const place = this.#place(me, to, number, about);
    const sealed = await this.#session.timed('seals', () => sealTo(wrapKey, place, bytes, ports.random));
    const digests: string[] = [];
    for (const part of cut(sealed)) digests.push(await this.#session.give(part));
    if (digests.length > 4096) throw new ProtocolFault('too_large', about);
    return { kind: 'exchange', to, number, about, digests };
  }

  /** @throws {ProtocolFault} exchange_wrong naming whose it is */
  async #fetch(digests: readonly string[], from: string, number: number, about: string): Promise<Uint8Array> {
    const { standing, me } = this.#session;
    try {
      const parts: Uint8Array[] = [];
      for (const digest of digests) parts.push(await this.#session.fetch(digest));
      const place = this.#place(from, me, number, about);
      return await this.#session.timed('seals', () => openFrom(standing.wrapPrivateKey(), place, Buffer.concat(parts)));
    } catch (fault) {
      // The coordinator gave something else than the entry names.
      if (fault instanceof ProtocolFault && fault.code === 'sum_wrong') throw new ProtocolFault('blob_unknown', about);
      if (fault instanceof ProtocolFault && fault.code === 'seal_broken')
        throw new ProtocolFault('exchange_wrong', `${about}: ${from}`);
      throw fault;
    }
  }

  #place(from: string, to: string, number: number, about: string) {
    return { round: this.#session.round, what: 'exchange', of: `${from} ${to} ${number} ${about}` };
  }

  // Each part says whether it is the last, so that of what a kill cut short nothing is taken for the whole.

  async #read(name: string): Promise<Uint8Array | undefined> {
    const { ports, round } = this.#session;
    const parts: Uint8Array[] = [];
    for (let at = 0; ; at += 1) {
      const part = await ports.spool.get(round, name, at);
      if (!part) return undefined;
      parts.push(part.subarray(1));
      if (part[0] === 1) return Buffer.concat(parts);
    }
  }

  async #write(name: string, bytes: Uint8Array): Promise<void> {
    const { ports, round } = this.#session;
    const parts = cut(bytes);
    for (const [at, part] of parts.entries()) {
      await ports.spool.put(round, name, at, Buffer.concat([Uint8Array.of(at === parts.length - 1 ? 1 : 0), part]));
    }
  }

  async #remove(name: string): Promise<void> {
    const { ports, round } = this.#session;
    for (const at of await ports.spool.parts(round, name)) await ports.spool.remove(round, name, at);
  }
}

function cut(bytes: Uint8Array): Uint8Array[] {
  const parts = Math.max(1, Math.ceil(bytes.length / partBytes));
  return Array.from({ length: parts }, (_, at) => bytes.subarray(at * partBytes, (at + 1) * partBytes));
}
