// What lies between members and their coordinator: every call may be lost on its way there or back, wait, happen twice, or happen once
// more much later. A hostile coordinator also changes, forgets, reorders and repeats what it delivers.

import { type CoordinatorApi, type Delivery, Unreachable } from '../protocol/coordinator-api.ts';
import { type Chance, happens } from './draws.ts';

/** How often something happens to a call, of a thousand. */
export type Weather = {
  readonly lostRequest: number;
  readonly lostAnswer: number;
  readonly delayed: number;
  readonly doubled: number;
  readonly repeatedLater: number;
};
/** What a hostile coordinator does with a delivery, of a thousand. */
export type Malice = {
  readonly changed: number;
  readonly forgotten: number;
  readonly repeated: number;
  readonly reordered: number;
};

export const calm: Weather = { lostRequest: 0, lostAnswer: 0, delayed: 0, doubled: 0, repeatedLater: 0 };
export const honest: Malice = { changed: 0, forgotten: 0, repeated: 0, reordered: 0 };

/** Work that waits for a later step. */
export type Later = (steps: number) => Promise<void>;

export class Network {
  readonly #draws: Chance;
  readonly #later: Later;
  weather: Weather = calm;
  malice: Malice = honest;
  /** Everything that members gave to the coordinator. */
  readonly given: Uint8Array[] = [];
  readonly #delivered: Uint8Array[] = [];
  /** Every call with what became of it: the same for the same seed. */
  readonly trace: string[] = [];
  /** How often what happened to a call. */
  readonly happened = { lostRequest: 0, lostAnswer: 0, delayed: 0, doubled: 0, repeatedLater: 0 };

  constructor(draws: Chance, later: Later) {
    this.#draws = draws;
    this.#later = later;
  }

  /** The calls of one member, through this network. */
  around<Api extends object = CoordinatorApi>(inner: Api): Api {
    return new Proxy(inner, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        return (...given: unknown[]) => {
          const work = () => Promise.resolve(Reflect.apply(method, target, given) as unknown);
          if (name === 'send') this.given.push(given[0] as Uint8Array);
          return this.#call(work, String(name));
        };
      },
    });
  }

  /** @returns whether it happens to this call, and counts it */
  #strikes(kind: keyof Weather): boolean {
    const strikes = happens(this.#draws, this.weather[kind]);
    if (strikes) this.happened[kind] += 1;
    return strikes;
  }

  async #call(work: () => Promise<unknown>, name: string): Promise<unknown> {
    const draws = this.#draws;
    const lost = this.#strikes('lostRequest');
    this.trace.push(lost ? `lost ${name}` : name);
    if (lost) throw new Unreachable('the request was lost');
    if (this.#strikes('repeatedLater')) {
      const again = () => work().then(ignore, ignore);
      this.#later(3 + draws.next(40)).then(again, ignore);
    }
    if (this.#strikes('delayed')) await this.#later(1 + draws.next(4));
    if (this.#strikes('doubled')) await work().then(ignore, ignore);
    const answer = await work();
    if (this.#strikes('lostAnswer')) throw new Unreachable('the answer was lost');
    return name === 'receive' ? this.#deliver(answer as Delivery[]) : answer;
  }

  #deliver(deliveries: readonly Delivery[]): Delivery[] {
    const draws = this.#draws;
    const { changed, forgotten, repeated, reordered } = this.malice;
    const out: Delivery[] = [];
    for (const delivery of deliveries) {
      this.#delivered.push(delivery.message);
      if (happens(draws, forgotten)) {
        this.trace.push('forgotten');
        continue;
      }
      const spoiled = happens(draws, changed);
      if (spoiled) this.trace.push('changed');
      out.push(spoiled ? { ...delivery, message: flipped(delivery.message, draws) } : delivery);
    }
    // An old message of anybody, to anybody, in any session.
    if (happens(draws, repeated) && this.#delivered.length > 0) {
      out.push({ number: out.at(-1)?.number ?? 0, message: draws.pick(this.#delivered) });
    }
    return happens(draws, reordered) ? draws.shuffle(out) : out;
  }
}

const ignore = () => undefined;

/** One bit of it changed. */
function flipped(message: Uint8Array, draws: Chance): Uint8Array {
  const copy = Uint8Array.from(message);
  const at = draws.next(copy.length);
  copy[at] = copy[at]! ^ (1 << draws.next(8));
  return copy;
}
