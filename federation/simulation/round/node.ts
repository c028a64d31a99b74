// One party of a round in a simulation: the real rounds over a disk that outlives the process, with a clock that is wrong by minutes, work that
// takes its time, and a life that ends where the world says.

import { Closed } from '../../participant/match/session.ts';
import type { Standing } from '../../participant/ports.ts';
import type { RoundEvent, RoundPorts, SumCrypto } from '../../participant/round/ports.ts';
import { Rounds } from '../../participant/round/rounds.ts';
import type { RoundSession } from '../../participant/round/session.ts';
import { type CoordinatorApi, Unreachable } from '../../protocol/coordinator-api.ts';
import type { RoundApi } from '../../protocol/round/round-api.ts';
import { federationId, seededRandom } from '../../protocol/testing.ts';
import { DiskBook, DiskSpool, Killed, Life } from '../disk.ts';
import type { Founded, Organisation } from './founding.ts';
import type { Ledger } from './ledger.ts';

/** What a party stands in: the world gives it. */
export type Around = {
  readonly seed: number;
  readonly founded: Founded;
  readonly ledger: Ledger;
  readonly sums: SumCrypto;
  nowMs(): number;
  pause(ms: number): Promise<void>;
  /** A piece of computing, which may take some steps. */
  work(): Promise<void>;
  /** The coordinator, over the network. */
  connect(node: RoundNode): RoundApi;
  learn(node: RoundNode, work: Parameters<RoundPorts['learn']>[0]): ReturnType<RoundPorts['learn']>;
  vertical(node: RoundNode): RoundPorts['vertical'];
};

/** How a liar's node differs: its calls go through this before they leave. */
export type Crook = (api: RoundApi, node: RoundNode) => RoundApi;

export class RoundNode {
  readonly who: Organisation;
  readonly skewMs: number;
  readonly book: DiskBook;
  readonly spool: DiskSpool;
  readonly events: RoundEvent[] = [];
  readonly adopted: { readonly round: string; readonly model: string; readonly part?: string }[] = [];
  readonly #around: Around;
  crook: Crook | undefined;
  /** What its own encryption does, where it lies there. */
  sums: SumCrypto | undefined;
  /** Nobody looks whether a liar's own node does well. */
  liesOn = false;
  life = new Life();
  rounds: Rounds | undefined;
  /** Faults that a node must not have, whatever others do. */
  readonly faults: unknown[] = [];
  /** The sum that its computation asks for. */
  asking = 0;
  /** It does not come back. */
  gone = false;
  deaths = 0;
  opened = 0;
  #polling: Promise<void> | undefined;

  constructor(who: Organisation, skewMs: number, around: Around, disk = { book: new DiskBook(), spool: new DiskSpool() }) {
    this.who = who;
    this.skewMs = skewMs;
    this.#around = around;
    this.book = disk.book;
    this.spool = disk.spool;
  }

  get id(): string {
    return this.who.id;
  }
  get dead(): boolean {
    return this.life.dead;
  }
  /** Of the one round that there is. */
  get session(): RoundSession | undefined {
    return this.dead ? undefined : this.rounds?.list()[0];
  }

  /** Over what the disk holds. @param killAt ends it at that write or call from now on, when given */
  async open(killAt?: { count: number; after: boolean }): Promise<void> {
    this.life = new Life();
    if (killAt) this.life.endAt(killAt.count, killAt.after);
    this.opened += 1;
    this.rounds = undefined;
    try {
      this.rounds = await Rounds.open(this.#ports(this.life), this.#standing(this.life));
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  /** The process is gone; what still runs of it changes nothing any more. */
  bury(): void {
    this.deaths += 1;
    this.life.end();
    this.#polling = undefined;
    if (this.rounds) void this.rounds.close();
  }

  /** Begins to ask for news, unless that is under way. */
  poll(): void {
    const { rounds, life } = this;
    if (this.#polling || this.dead || !rounds) return;
    this.#polling = this.#guarded(life, async () => {
      rounds.chores();
      await rounds.poll(0);
    }).finally(() => {
      if (this.life === life) this.#polling = undefined;
    });
  }

  /** Lets an officer do something; a kill or a network that is away is nothing to wonder about. */
  async act(work: (rounds: Rounds) => Promise<unknown>): Promise<void> {
    const { rounds } = this;
    if (rounds) await this.#guarded(this.life, () => work(rounds));
  }

  async #guarded(life: Life, work: () => Promise<unknown>): Promise<void> {
    if (life.dead) return;
    try {
      await work();
    } catch (error) {
      const expected = error instanceof Killed || error instanceof Closed || error instanceof Unreachable || life.dead;
      if (!expected && !this.liesOn) this.faults.push(error);
    }
  }

  #standing(life: Life): Standing {
    const { founded, ledger } = this.#around;
    const { who } = this;
    const recorded = (api: RoundApi): RoundApi => ({
      news: (seen, waitMs) => life.step(() => api.news(seen, waitMs)),
      fetch: (round, digest) => life.step(() => api.fetch(round, digest)),
      post: (signed) =>
        life.step(() => {
          ledger.posted(who.id, signed);
          return api.post(signed);
        }),
      close: (closing) => life.step(() => api.close(closing)),
      give: (round, bytes) =>
        life.step(() => {
          ledger.gave(bytes);
          return api.give(round, bytes);
        }),
    });
    const api = recorded(this.#around.connect(this));
    return {
      federation: federationId,
      me: who.id,
      membership: () => founded.membership,
      refresh: async () => undefined,
      log: () => founded.log,
      signingKey: () => who.key,
      wrapPrivateKey: () => who.wrapPrivateKey,
      // Of the coordinator nothing but its rounds is asked here.
      api: () => ({ rounds: this.crook ? this.crook(api, this) : api }) as unknown as CoordinatorApi,
    };
  }

  #ports(life: Life): RoundPorts {
    const around = this.#around;
    const computing = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      await around.work();
      return life.alive(work);
    };
    const sums = () => this.sums ?? around.sums;
    const vertical = around.vertical(this);
    return {
      clock: { nowMs: () => around.nowMs() + this.skewMs },
      random: seededRandom(`${around.seed} ${this.id} ${this.opened}`),
      book: life.book(this.book),
      spool: life.spool(this.spool),
      connect: () => {
        throw new Error('connect: expected no call');
      },
      knock: () => {
        throw new Error('knock: expected no call');
      },
      pause: async (ms) => {
        await around.pause(ms);
        if (life.dead) throw new Closed();
      },
      sums: {
        modulusOf: (encryption) => sums().modulusOf(encryption),
        newKeys: (encryption) => computing(() => sums().newKeys(encryption)),
        encrypt: (...given) =>
          computing(async () => {
            const ciphertexts = await sums().encrypt(...given);
            around.ledger.encrypted(this.id, this.asking, ciphertexts);
            return ciphertexts;
          }),
        decrypt: (...given) => computing(() => sums().decrypt(...given)),
      },
      learn: (work) => around.learn(this, work),
      ...(vertical && { vertical }),
      adopt: (round, _terms, model, part) =>
        life.step(async () => {
          const own = part && { part: Buffer.from(part).toString() };
          this.adopted.push({ round, model: Buffer.from(model).toString(), ...own });
        }),
      tell: async (event) => {
        if (life.dead) return;
        this.events.push(event);
        if (event.cause !== undefined && !(event.cause instanceof Killed) && !this.liesOn) this.faults.push(event.cause);
      },
    };
  }
}
