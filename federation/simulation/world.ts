// Members, their coordinator and the network between, stepped from one seed: each step moves time, wakes what waited, lets one node do
// something and waits until all is at rest. Whatever can happen to them is drawn here.

import type { KeptResult } from '../participant/ports.ts';
import { CoordinatorProcess } from './coordinating.ts';
import { type DiskBook, DiskSpool } from './disk.ts';
import { type Chance, drawsOf, happens } from './draws.ts';
import { foundedOnce } from './founding.ts';
import { type Around, Member } from './member.ts';
import { calm, honest, type Malice, Network, type Weather } from './network.ts';
import { settle } from './settle.ts';

export type Hazards = {
  readonly weather: Weather;
  readonly malice: Malice;
  /** Of a thousand steps, how many end a member's process, or the coordinator's. */
  readonly memberDies: number;
  readonly coordinatorDies: number;
  /** Of a thousand pieces of computing, how many take some steps. */
  readonly slow: number;
  /** Members' clocks are wrong by up to so much, both ways. */
  readonly skewMs: number;
};

export const nothing: Hazards = { weather: calm, malice: honest, memberDies: 0, coordinatorDies: 0, slow: 0, skewMs: 0 };
export const faulty: Hazards = {
  weather: { lostRequest: 40, lostAnswer: 40, delayed: 60, doubled: 40, repeatedLater: 40 },
  // Harmless: whoever repeats or reorders what was delivered keeps nobody from anything.
  malice: { ...honest, repeated: 30, reordered: 100 },
  memberDies: 25,
  coordinatorDies: 10,
  slow: 300,
  skewMs: 4 * 60_000,
};

export type Waiting = { at: number; readonly wake: () => void };
export type Learned = (member: Member, session: string, result: KeptResult) => Promise<void>;

export class World {
  readonly seed: number;
  readonly federation: string;
  readonly members: readonly Member[];
  readonly coordinator: CoordinatorProcess;
  readonly coordinatorId: string;
  readonly network: Network;
  hazards: Hazards;
  nowMs: number;
  steps = 0;
  /** Looks at what a member is about to keep. */
  learned: Learned = async () => undefined;
  readonly #draws: Chance;
  readonly #deaths: Chance;
  readonly #work: Chance;
  #timers: Waiting[] = [];
  #gates: Waiting[] = [];

  private constructor(seed: number, hazards: Hazards, founded: Awaited<ReturnType<typeof foundedOnce>>, disks: Disks) {
    this.seed = seed;
    this.hazards = hazards;
    this.federation = founded.federation;
    this.nowMs = founded.atMs + 3_600_000;
    this.#draws = drawsOf(seed, 'steps');
    this.#deaths = drawsOf(seed, 'deaths');
    this.#work = drawsOf(seed, 'work');
    this.network = new Network(drawsOf(seed, 'network'), (steps) => this.#later(steps));
    this.network.weather = hazards.weather;
    this.network.malice = hazards.malice;
    this.coordinatorId = founded.coordinator.member;
    this.coordinator = new CoordinatorProcess(
      founded,
      { nowMs: () => this.nowMs },
      disks.coordinator.book,
      disks.coordinator.spool,
    );
    const skews = drawsOf(seed, 'clocks');
    const around: Around = {
      seed,
      federation: founded.federation,
      nowMs: () => this.nowMs,
      pause: (ms) => this.#pause(ms),
      work: async () => {
        if (happens(this.#work, this.hazards.slow)) await this.#later(1 + this.#work.next(5));
      },
      connect: (certificate) => this.network.around(this.coordinator.for(certificate)),
      learned: (member, session, result) => this.learned(member, session, result),
    };
    this.members = founded.members.map(({ id }, at) => {
      const skewMs = hazards.skewMs === 0 ? 0 : skews.next(2 * hazards.skewMs) - hazards.skewMs;
      return new Member(id, disks.members[at]!, skewMs, around);
    });
  }

  static async open(seed: number, hazards: Hazards, count = 3): Promise<World> {
    const founded = await foundedOnce(count);
    const members = await Promise.all(founded.members.map(({ book }) => book.copy()));
    const world = new World(seed, hazards, founded, {
      members,
      coordinator: { book: await founded.coordinator.book.copy(), spool: new DiskSpool() },
    });
    await world.coordinator.open();
    for (const member of world.members) await member.open();
    await settle();
    return world;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((wake) => this.#timers.push({ at: this.nowMs + ms, wake }));
  }

  #later(steps: number): Promise<void> {
    return new Promise((wake) => this.#gates.push({ at: this.steps + steps, wake }));
  }

  /** One step: `act` is what somebody decides to do in it. */
  async step(act: () => Promise<void> = async () => undefined): Promise<void> {
    this.steps += 1;
    this.nowMs += this.#draws.next(700);
    this.#timers = wake(this.#timers, this.nowMs);
    this.#gates = wake(this.#gates, this.steps);
    await this.#lifeAndDeath();
    this.#draws.pick(this.members).poll();
    if (this.steps % 16 === 0) void this.coordinator.tick();
    void act();
    await settle();
    for (const { faults } of this.members) if (faults.length > 0) throw faults[0];
  }

  async #lifeAndDeath(): Promise<void> {
    const draws = this.#deaths;
    const doom = (rate: number, most: number) =>
      happens(draws, rate * 8) ? { count: 1 + draws.next(most), after: draws.next(2) === 0 } : undefined;
    for (const member of this.members) {
      if (member.dead) {
        if (draws.next(3) > 0) continue;
        member.bury();
        await member.open(doom(this.hazards.memberDies, 10));
      } else if (happens(draws, this.hazards.memberDies)) member.life.endAt(1 + draws.next(8), draws.next(2) === 0);
    }
    if (this.coordinator.dead) {
      if (draws.next(3) === 0) await this.coordinator.open(doom(this.hazards.coordinatorDies, 10));
    } else if (happens(draws, this.hazards.coordinatorDies)) {
      this.coordinator.life.endAt(1 + draws.next(8), draws.next(2) === 0);
    }
  }

  /** Nothing goes wrong from here on. */
  async calmDown(): Promise<void> {
    this.hazards = nothing;
    this.network.weather = calm;
    this.network.malice = honest;
    for (const member of this.members) if (!member.dead) member.life.endAt(Number.POSITIVE_INFINITY, false);
    this.coordinator.life.endAt(Number.POSITIVE_INFINITY, false);
    for (let step = 0; step < 60; step += 1) await this.step();
  }

  /** Days pass, and every node does its chores. */
  async days(count: number): Promise<void> {
    for (let day = 0; day < count; day += 1) {
      this.nowMs += 86_400_000;
      for (const member of this.members) {
        await member.act(async () => {
          await member.belonging.chores();
          await member.matches.chores();
        });
      }
      for (let step = 0; step < 12; step += 1) await this.step();
    }
  }

  async close(): Promise<void> {
    for (const member of this.members) member.bury();
    this.coordinator.life.end();
    this.#timers = wake(this.#timers, Number.POSITIVE_INFINITY);
    this.#gates = wake(this.#gates, Number.POSITIVE_INFINITY);
    await settle();
  }
}

type Disks = {
  readonly members: readonly DiskBook[];
  readonly coordinator: { book: DiskBook; spool: DiskSpool };
};

/** Wakes what is due, in order. @returns what still waits */
export function wake(waiting: readonly Waiting[], at: number): Waiting[] {
  const due = waiting.filter((one) => one.at <= at).sort((a, b) => a.at - b.at);
  for (const one of due) one.wake();
  return waiting.filter((one) => one.at > at);
}
