// The coordinator's desk in a simulated round: the real one over a disk that outlives it. While it is dead nobody is answered.

import { Waiters } from '../../coordinator/exclusive.ts';
import { type AddCiphertexts, RoundDesk } from '../../coordinator/rounds.ts';
import { Unreachable } from '../../protocol/coordinator-api.ts';
import type { RoundApi } from '../../protocol/round/round-api.ts';
import { federationId } from '../../protocol/testing.ts';
import { DiskBook, DiskSpool, Killed, Life } from '../disk.ts';
import { noTimer } from '../founding.ts';
import type { Founded } from './founding.ts';

export type DeskParts = {
  readonly founded: Founded;
  readonly clock: { nowMs(): number };
  add: AddCiphertexts;
};

export class DeskProcess {
  readonly #parts: DeskParts;
  readonly book: DiskBook;
  readonly spool: DiskSpool;
  #it: RoundDesk | undefined;
  life = new Life();
  deaths = 0;

  constructor(parts: DeskParts, disk = { book: new DiskBook(), spool: new DiskSpool() }) {
    this.#parts = parts;
    this.book = disk.book;
    this.spool = disk.spool;
    this.open();
  }

  get dead(): boolean {
    return this.life.dead;
  }

  /** Over what its disk holds. @param killAt ends it at that write from now on, when given */
  open(killAt?: { count: number; after: boolean }): void {
    this.life = new Life();
    if (killAt) this.life.endAt(killAt.count, killAt.after);
    const { founded, clock } = this.#parts;
    this.#it = new RoundDesk({
      clock,
      book: this.life.book(this.book),
      spool: this.life.spool(this.spool),
      federation: federationId,
      member: founded.coordinator.id,
      signingKey: founded.coordinator.key,
      waiters: new Waiters(noTimer),
      membership: () => founded.membership,
      add: (encryption, parts) => this.#parts.add(encryption, parts),
    });
  }

  async #ask<Result>(work: (it: RoundDesk) => Promise<Result>): Promise<Result> {
    if (this.dead || !this.#it) throw new Unreachable('dead');
    try {
      return await work(this.#it);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      throw new Unreachable('it died');
    }
  }

  for(member: string): RoundApi {
    return {
      news: (...given) => this.#ask((it) => it.forMember(member).news(...given)),
      post: (...given) => this.#ask((it) => it.forMember(member).post(...given)),
      close: (...given) => this.#ask((it) => it.forMember(member).close(...given)),
      give: (...given) => this.#ask((it) => it.forMember(member).give(...given)),
      fetch: (...given) => this.#ask((it) => it.forMember(member).fetch(...given)),
    };
  }

  /** Rejects for nothing but a fault of its own. */
  async tick(): Promise<void> {
    await this.#ask((it) => it.tick()).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
    });
  }

  /** A second one that goes on from the same disk. */
  async copy(): Promise<DeskProcess> {
    const spool = new DiskSpool();
    for (const [name, bytes] of this.spool.ever) {
      const [session, blob, index] = name.split('/') as [string, string, string];
      await spool.put(session, blob, Number(index), bytes);
    }
    return new DeskProcess(this.#parts, { book: await this.book.copy(), spool });
  }
}
