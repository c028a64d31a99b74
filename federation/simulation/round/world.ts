// Parties of one round, their coordinator and the network between, stepped from one seed as the world of matches is: each step moves time, wakes
// what waited, lets some nodes do something and waits until all is at rest.

import './small-batches.ts';
import assert from 'node:assert/strict';
import type { RoundPorts, SumCrypto } from '../../participant/round/ports.ts';
import type { RoundProposal } from '../../participant/round/rounds.ts';
import { type KeptSecrets, secretCollection } from '../../participant/round/state.ts';
import { sumsOf } from '../../participant/round/sum-helpers.ts';
import type { RoundApi } from '../../protocol/round/round-api.ts';
import type { RoundTerms } from '../../protocol/round/round-terms.ts';
import { startMs } from '../../protocol/testing.ts';
import { type Chance, drawsOf, happens } from '../draws.ts';
import { calm, honest, Network } from '../network.ts';
import { settle } from '../settle.ts';
import './verified-once.ts';
import { type Hazards, nothing, type Waiting, wake } from '../world.ts';
import { DeskProcess } from './desk.ts';
import { type Founded, foundedOnce } from './founding.ts';
import { Ledger } from './ledger.ts';
import { type Around, RoundNode } from './node.ts';
import { plainAdd, plainSums } from './plain-sums.ts';
import type { Plan } from './plan.ts';
import { wrapQuickly } from './quick-wrap.ts';
import { checkSmall } from './small-batches.ts';

export type Encryption = {
  readonly sums: SumCrypto;
  readonly add: typeof plainAdd;
  /** Of a vertical round: what a node has of it, and the terms that are proposed. */
  readonly vertical?: (world: RoundWorld, node: RoundNode) => RoundPorts['vertical'];
  readonly terms?: (world: RoundWorld) => RoundProposal;
};
export const plain: Encryption = { sums: plainSums, add: plainAdd };

/** What is learned in place of the plan's vectors, by a member's place among them. */
export type Learning = {
  readonly terms: Pick<RoundTerms, 'learn' | 'schema'>;
  readonly of: (member: number, given: Parameters<RoundPorts['learn']>[0]) => ReturnType<RoundPorts['learn']>;
};

/** Who a party is connected to; a lying coordinator is another one for each. */
export type Connect = (node: RoundNode, honest: RoundApi) => RoundApi;

/** What has been opened needs no secrets any more, and has none. */
async function checkForgotten(node: RoundNode, sum: number): Promise<void> {
  const kept = (await node.book.list(secretCollection)) as { value: KeptSecrets }[];
  assert.ok(!kept.some(({ value }) => value.sums[sum]), `secrets of sum ${sum} stay when it is opened`);
}

export class RoundWorld {
  readonly seed: number;
  readonly plan: Plan;
  readonly founded: Founded;
  readonly members: readonly RoundNode[];
  readonly custodian: RoundNode;
  readonly desk: DeskProcess;
  readonly network: Network;
  readonly ledger = new Ledger();
  hazards: Hazards;
  /** In place of the coordinator. */
  connect: Connect = (_node, api) => api;
  learning: Learning | undefined;
  /** What the coordinator adds by. */
  add: typeof plainAdd;
  readonly terms: Encryption['terms'];
  /** Desks beside the first one, which tick as it does. */
  readonly desks: DeskProcess[] = [];
  nowMs = startMs + 86_400_000;
  steps = 0;
  /** Pieces of computing that took some steps. */
  slowed = 0;
  readonly #around: Around;
  readonly #draws: Chance;
  readonly #deaths: Chance;
  readonly #work: Chance;
  readonly #faults: unknown[] = [];
  #timers: Waiting[] = [];
  #gates: Waiting[] = [];

  private constructor(seed: number, hazards: Hazards, plan: Plan, founded: Founded, encryption: Encryption) {
    this.seed = seed;
    this.hazards = hazards;
    this.plan = plan;
    this.founded = founded;
    this.#draws = drawsOf(seed, 'steps');
    this.#deaths = drawsOf(seed, 'deaths');
    this.#work = drawsOf(seed, 'work');
    this.network = new Network(drawsOf(seed, 'network'), (steps) => this.#later(steps));
    this.network.weather = hazards.weather;
    const work = async () => {
      if (!happens(this.#work, this.hazards.slow)) return;
      this.slowed += 1;
      await this.#later(1 + this.#work.next(5));
    };
    this.add = encryption.add;
    const add: typeof plainAdd = async (...given) => {
      await work();
      return this.add(...given);
    };
    this.desk = new DeskProcess({ founded, clock: { nowMs: () => this.nowMs }, add });
    this.desks.push(this.desk);
    this.#around = {
      ...{ seed, founded, ledger: this.ledger, sums: encryption.sums, nowMs: () => this.nowMs, work },
      pause: (ms) => new Promise((wakes) => this.#timers.push({ at: this.nowMs + ms, wake: wakes })),
      connect: (node) => {
        const honestly = () => this.connect(node, this.desk.for(node.id));
        return this.network.around<RoundApi>({
          news: (...given) => honestly().news(...given),
          post: (...given) => honestly().post(...given),
          close: (...given) => honestly().close(...given),
          give: (...given) => honestly().give(...given),
          fetch: (...given) => honestly().fetch(...given),
        });
      },
      learn: (node, given) => this.#learn(node, given),
      vertical: (node) => encryption.vertical?.(this, node),
    };
    this.terms = encryption.terms;
    const skews = drawsOf(seed, 'clocks');
    const skew = () => (hazards.skewMs === 0 ? 0 : skews.next(2 * hazards.skewMs) - hazards.skewMs);
    this.members = founded.members.slice(0, plan.members).map((who) => new RoundNode(who, skew(), this.#around));
    this.custodian = this.members[plan.custodian] ?? new RoundNode(founded.custodian, skew(), this.#around);
  }

  static async open(seed: number, hazards: Hazards, plan: Plan, encryption: Encryption = plain): Promise<RoundWorld> {
    checkSmall(sumsOf(0).length);
    wrapQuickly(plan.wrapping === 'stand-in', seed);
    const world = new RoundWorld(seed, hazards, plan, await foundedOnce(), encryption);
    for (const node of world.nodes) await node.open();
    await settle();
    return world;
  }

  /** A second process of the same party, over a disk of its own. */
  twin(node: RoundNode, disk: { book: RoundNode['book']; spool: RoundNode['spool'] }): RoundNode {
    return new RoundNode(node.who, node.skewMs, this.#around, disk);
  }

  get nodes(): RoundNode[] {
    return [...new Set([...this.members, this.custodian])];
  }

  /** All sums of the plan in their order; looks at each before it goes on. */
  async #learn(node: RoundNode, given: Parameters<RoundPorts['learn']>[0]): ReturnType<RoundPorts['learn']> {
    const own = this.members.findIndex(({ id }) => id === node.id);
    if (this.learning) return this.learning.of(own, given);
    const { ask } = given;
    const all: number[][] = [];
    for (const [sum, vectors] of this.plan.vectors.entries()) {
      node.asking = sum;
      const { noise } = this.plan;
      const part = noise === undefined ? {} : { noise: { from: 0, count: vectors[own]!.length, sensitivity2: noise } };
      all.push([...(await ask(`sum ${sum}`, vectors[own]!, part))]);
      await checkForgotten(node, sum).catch((error: unknown) => void this.#faults.push(error));
    }
    return { model: Buffer.from(JSON.stringify(all)), metrics: { auc: 0.5 }, rows: 10 };
  }

  #later(steps: number): Promise<void> {
    return new Promise((wakes) => this.#gates.push({ at: this.steps + steps, wake: wakes }));
  }

  /** One step: `act` is what somebody decides to do in it. */
  async step(act: () => Promise<void> = async () => undefined): Promise<void> {
    this.steps += 1;
    this.nowMs += this.#draws.next(700);
    this.#timers = wake(this.#timers, this.nowMs);
    this.#gates = wake(this.#gates, this.steps);
    await this.#lifeAndDeath();
    for (let polls = 0; polls < 2; polls += 1) this.#draws.pick(this.nodes).poll();
    if (this.steps % 8 === 0) for (const desk of this.desks) desk.tick().catch((error: unknown) => void this.#faults.push(error));
    void act();
    await settle();
    for (const fault of [...this.#faults, ...this.nodes.flatMap(({ faults }) => faults)]) throw fault;
  }

  async #lifeAndDeath(): Promise<void> {
    const draws = this.#deaths;
    const { memberDies, coordinatorDies } = this.hazards;
    const doom = (rate: number) =>
      happens(draws, rate * 8) ? { count: 1 + draws.next(12), after: draws.next(2) === 0 } : undefined;
    for (const { party, atStep } of this.plan.gone) {
      if (this.steps !== atStep) continue;
      const node = party === -1 ? this.custodian : this.members[party]!;
      node.gone = true;
      node.life.endAt(1 + draws.next(8), draws.next(2) === 0);
    }
    for (const node of this.nodes) {
      if (node.dead && node.gone) continue;
      if (node.dead) {
        if (draws.next(3) > 0) continue;
        node.bury();
        await node.open(doom(memberDies));
      } else if (!node.gone && happens(draws, memberDies)) node.life.endAt(1 + draws.next(12), draws.next(2) === 0);
    }
    const { desk } = this;
    if (desk.dead) {
      if (draws.next(3) > 0) return;
      desk.deaths += 1;
      desk.open(doom(coordinatorDies));
    } else if (happens(draws, coordinatorDies)) desk.life.endAt(1 + draws.next(8), draws.next(2) === 0);
  }

  /** Nothing goes wrong from here on; who is gone stays gone. */
  async calmDown(): Promise<void> {
    this.hazards = nothing;
    this.network.weather = calm;
    this.network.malice = honest;
    for (const node of this.nodes) if (!node.dead && !node.gone) node.life.endAt(Number.POSITIVE_INFINITY, false);
    if (!this.desk.dead) this.desk.life.endAt(Number.POSITIVE_INFINITY, false);
    for (let step = 0; step < 60; step += 1) await this.step();
  }

  async close(): Promise<void> {
    for (const node of this.nodes) node.bury();
    for (const desk of this.desks) desk.life.end();
    this.#timers = wake(this.#timers, Number.POSITIVE_INFINITY);
    this.#gates = wake(this.#gates, Number.POSITIVE_INFINITY);
    await settle();
  }
}
