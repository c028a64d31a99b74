// The coordinator's process in a simulation: the real one over a disk that outlives it. While it is dead nobody is answered.

import { Coordinator } from '../coordinator/coordinator.ts';
import { checkLeaf } from '../protocol/check-leaf.ts';
import { type CoordinatorApi, Unreachable } from '../protocol/coordinator-api.ts';
import { ProtocolFault } from '../protocol/words.ts';
import { type DiskBook, type DiskSpool, Killed, Life } from './disk.ts';
import { type Founded, noTimer } from './founding.ts';

export class CoordinatorProcess {
  readonly #founded: Founded;
  readonly #clock: { nowMs(): number };
  readonly book: DiskBook;
  readonly spool: DiskSpool;
  #it: Coordinator | undefined;
  #checked = new Map<string, string>();
  #checkedBy: unknown;
  life = new Life();
  deaths = 0;

  constructor(founded: Founded, clock: { nowMs(): number }, book: DiskBook, spool: DiskSpool) {
    this.#founded = founded;
    this.#clock = clock;
    this.book = book;
    this.spool = spool;
  }

  get dead(): boolean {
    return this.life.dead;
  }

  /** Over what its disk holds. @param killAt ends it at that write from now on, when given */
  async open(killAt?: { count: number; after: boolean }): Promise<void> {
    this.life = new Life();
    if (killAt) this.life.endAt(killAt.count, killAt.after);
    const { federation, coordinator } = this.#founded;
    try {
      this.#it = await Coordinator.open({
        clock: this.#clock,
        timer: noTimer,
        book: this.life.book(this.book),
        spool: this.life.spool(this.spool),
        federation,
        member: coordinator.member,
        signingKey: coordinator.signingKey,
        log: coordinator.welcome.log,
      });
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.deaths += 1;
    }
  }

  async #ask<Result>(work: (it: Coordinator) => Promise<Result>): Promise<Result> {
    if (this.dead || !this.#it) throw new Unreachable('dead');
    try {
      return await work(this.#it);
    } catch (error) {
      if (error instanceof Killed) throw new Unreachable('killed');
      throw error;
    } finally {
      if (this.dead) this.deaths += 1;
    }
  }

  async tick(): Promise<void> {
    await this.#ask((it) => it.tick()).catch((error: unknown) => {
      if (!(error instanceof Unreachable)) throw error;
    });
  }

  /** As a member with this certificate. */
  for(certificate: string): CoordinatorApi {
    return new Proxy({} as CoordinatorApi, {
      get: (_target, name) => {
        if (name === 'then') return undefined;
        return (...given: unknown[]) =>
          this.#ask(async (it) => {
            const api = it.forMember(this.#memberOf(it, certificate));
            return Reflect.apply(Reflect.get(api, name) as () => unknown, api, given) as unknown;
          });
      },
    });
  }

  /** What mutual TLS does, once for each certificate, list and day. */
  #memberOf(it: Coordinator, certificate: string): string {
    const by = `${it.revocationList} ${Math.floor(this.#clock.nowMs() / 3_600_000)}`;
    if (this.#checkedBy !== by) this.#checked = new Map();
    this.#checkedBy = by;
    const known = this.#checked.get(certificate);
    if (known !== undefined) return known;
    const check = checkLeaf(certificate, it.trust);
    if (!check.ok) throw new ProtocolFault(check.code);
    this.#checked.set(certificate, check.member);
    return check.member;
  }
}
