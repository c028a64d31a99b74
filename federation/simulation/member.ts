// One member's node in a simulation: the real belonging and the real match engine over a disk that outlives the process, with a clock that
// is wrong by minutes, work that takes its time, and a life that ends where the world says.

import {
  ecdhSteps,
  encode,
  encryptValues,
  hashItems,
  mask,
  refuseRepeats,
  saltedHashSteps,
  sumsSteps,
  totalOf,
} from '../../crypto/psi/psi.ts';
import { Belonging } from '../participant/belonging/belonging.ts';
import { standingOf } from '../participant/belonging/standing.ts';
import { Matches } from '../participant/match/match.ts';
import { Closed } from '../participant/match/session.ts';
import type { Dataset, KeptResult, MatchEvent, MatchPorts, ParticipantPorts, Standing } from '../participant/ports.ts';
import { type CoordinatorApi, Unreachable } from '../protocol/coordinator-api.ts';
import { seededRandom } from '../protocol/testing.ts';
import { ProtocolFault } from '../protocol/words.ts';
import { type DiskBook, DiskSpool, Killed, Life } from './disk.ts';

/** What a member stands in: the world gives it. */
export type Around = {
  readonly seed: number;
  readonly federation: string;
  nowMs(): number;
  /** Until so many milliseconds have passed. */
  pause(ms: number): Promise<void>;
  /** A piece of computing, which may take some steps. */
  work(): Promise<void>;
  connect(certificate: string): CoordinatorApi;
  /** Something was learned: looked at before it is kept. */
  learned(member: Member, session: string, result: KeptResult): Promise<void>;
};

/** How a crook's node differs: its calls go through this. */
export type Crook = (api: CoordinatorApi, member: Member) => CoordinatorApi;

export class Member {
  readonly id: string;
  readonly skewMs: number;
  readonly book: DiskBook;
  readonly spool = new DiskSpool();
  readonly events: MatchEvent[] = [];
  readonly results = new Map<string, KeptResult>();
  readonly #around: Around;
  dataset: Dataset | undefined;
  crook: Crook | undefined;
  /** Nobody looks whether a liar's own node does well. */
  liesOn = false;
  life = new Life();
  belonging!: Belonging;
  matches!: Matches;
  /** Faults that a node must not have, whatever others do. */
  readonly faults: unknown[] = [];
  deaths = 0;
  opened = 0;
  #polling: Promise<void> | undefined;

  constructor(id: string, book: DiskBook, skewMs: number, around: Around) {
    this.id = id;
    this.book = book;
    this.skewMs = skewMs;
    this.#around = around;
  }

  /** Over what the disk holds. @param killAt ends it at that write or call from now on, when given */
  async open(killAt?: { count: number; after: boolean }): Promise<void> {
    this.life = new Life();
    if (killAt) this.life.endAt(killAt.count, killAt.after);
    this.opened += 1;
    const ports = this.#ports(this.life);
    try {
      this.belonging = await Belonging.open(ports);
      this.matches = await Matches.open(ports, this.#standing());
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    }
  }

  get dead(): boolean {
    return this.life.dead;
  }

  /** The process is gone; what still runs of it changes nothing any more. */
  bury(): void {
    this.deaths += 1;
    this.life.end();
    this.#polling = undefined;
    if (this.matches) void this.matches.close();
  }

  /** Begins to ask for messages, unless that is under way. */
  poll(): void {
    if (this.#polling || this.dead) return;
    const { life } = this;
    const over = this.#guarded(life, () => this.matches.poll(0)).finally(() => {
      if (this.life === life) this.#polling = undefined;
    });
    this.#polling = over;
  }

  /** Lets an officer or a timer do something; a kill or a network that is away is nothing to wonder about. */
  async act(work: () => Promise<unknown>): Promise<void> {
    await this.#guarded(this.life, work);
  }

  async #guarded(life: Life, work: () => Promise<unknown>): Promise<void> {
    if (life.dead) return;
    try {
      await work();
    } catch (error) {
      const expected = error instanceof Killed || error instanceof Closed || error instanceof Unreachable || life.dead;
      const refused = error instanceof ProtocolFault && ['member_ended', 'certificate_revoked'].includes(error.code);
      if (!expected && !refused && !this.liesOn) this.faults.push(error);
    }
  }

  #standing(): Standing {
    return standingOf(this.belonging, this.#around.federation);
  }

  #ports(life: Life): MatchPorts & ParticipantPorts {
    const around = this.#around;
    const computing = async <Result>(work: () => Result): Promise<Result> => {
      await around.work();
      return life.alive(async () => work());
    };
    const mortal = (api: CoordinatorApi): CoordinatorApi =>
      new Proxy(api, {
        get: (target, name) => {
          const method = Reflect.get(target, name) as () => Promise<unknown>;
          return (...given: unknown[]) => life.step(() => Reflect.apply(method, target, given) as Promise<unknown>);
        },
      });
    return {
      clock: { nowMs: () => around.nowMs() + this.skewMs },
      random: seededRandom(`${around.seed} ${this.id} ${this.opened}`),
      book: life.book(this.book),
      spool: life.spool(this.spool),
      connect: ({ certificate }) => {
        const api = mortal(around.connect(certificate));
        return this.crook ? this.crook(api, this) : api;
      },
      knock: () => {
        throw new Error('nobody joins here');
      },
      pause: async (ms) => {
        await around.pause(ms);
        if (life.dead) throw new Closed();
      },
      keep: (session, learned) =>
        life.step(async () => {
          const result = { found: [...learned.found], pairs: [...learned.pairs] };
          await around.learned(this, session, result).catch((error: unknown) => {
            this.faults.push(error);
            throw error;
          });
          this.results.set(session, result);
        }),
      tell: async (event) => {
        if (life.dead) return;
        this.events.push(event);
        if (event.cause !== undefined && !this.liesOn) this.faults.push(event.cause);
      },
      dataset: async () => this.dataset!,
      mask: (points, scalar) => computing(() => mask(points, scalar)),
      encode: (items, tag) => computing(() => encode(items, Buffer.from(tag))),
      hash: (items, key, stretch) => computing(() => hashItems(items, key, stretch ? { stretch } : {})),
      encrypt: (values, key, seed) => computing(() => encryptValues(values, key, seed)),
      refuseRepeats: (list) => computing(() => refuseRepeats(list)),
      compare: (kept, doubled, returned) => computing(() => ecdhSteps.compare(kept, doubled, returned)),
      compareHashed: (tokens, received) => computing(() => saltedHashSteps.compare(tokens, received)),
      total: (ciphertexts, chosen) => computing(() => totalOf(ciphertexts, chosen)),
      reveal: (key, total, sizes) => computing(() => sumsSteps.reveal(key, total, sizes)),
    };
  }
}
