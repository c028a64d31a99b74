// One round from proposal to its end in a world: officers do what their plan says at moments of their own, and do it again when their node was
// killed before it was kept.

import { isLocked } from '../../participant/round/custodian-keys.ts';
import type { RoundSession } from '../../participant/round/session.ts';
import { type Learning, privacyFor, roundLimits } from '../../protocol/round/round-terms.ts';
import { newId } from '../../protocol/signed.ts';
import { seededRandom } from '../../protocol/testing.ts';
import { type Chance, drawsOf } from '../draws.ts';
import { linesOf } from './invariants.ts';
import type { RoundNode } from './node.ts';
import type { RoundWorld } from './world.ts';

/** Steps without a new line, after which patience has passed; so often, until all time has. */
const quietSteps = 120;
const patienceTimes = 5;
/** Steps after which no call of somebody who is gone arrives any more. */
const lateSteps = 100;

const approvalsOf = (name: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ officer: `${name} ${at}`, reason: 'because' }));

const exact: Learning = { kind: 'logistic', l2: 1, iterations: 5, tolerance: 1e-6, fewest: 0 };
const averaged: Learning = {
  ...{ kind: 'averaging', model: 'logistic', hidden: [], optimiser: 'fedavg', rounds: 40, patience: 40, epochs: 1, batch: 32 },
  ...{ learningRate: 0.1, l2: 0, serverLearningRate: 1, mu: 0, clip: 1, weighting: { by: 'equal' }, fewest: 0, seed: 1 },
};

export class RoundRun {
  readonly world: RoundWorld;
  readonly round: string;
  readonly #draws: Chance;
  readonly #people: Chance;
  /** Of the custodian's key, in the hands of its people. */
  readonly shares: string[] = [];
  /** So often somebody found it locked. */
  locked = 0;
  #quiet = { lines: 0, steps: 0, times: 0 };

  constructor(world: RoundWorld) {
    this.world = world;
    this.round = newId(seededRandom(`round ${world.seed}`));
    this.#draws = drawsOf(world.seed, 'officers');
    this.#people = drawsOf(world.seed, 'people with shares');
  }

  /** Nodes that are still there. */
  get here(): RoundNode[] {
    return this.world.nodes.filter(({ gone }) => !gone);
  }

  get ended(): boolean {
    return this.here.every((node) => {
      const state = node.session?.state;
      return node.liesOn || state?.over === true || state?.forked !== undefined;
    });
  }

  async step(): Promise<void> {
    await this.world.step(() => this.#act(this.#draws.pick(this.world.nodes)));
    this.#passTime();
  }

  /** @returns whether it came to its end within so many steps */
  async run(most: number): Promise<boolean> {
    for (let step = 0; step < most && !this.ended; step += 1) {
      await this.step();
      if (step % lateSteps === 0 && (await this.#neverProposed())) return true;
    }
    return this.ended;
  }

  /** Who would have proposed is gone, and nothing of it has arrived. */
  async #neverProposed(): Promise<boolean> {
    const { plan, steps, desk } = this.world;
    const gone = plan.gone.find(({ party }) => party === plan.proposer);
    if (!gone || !this.world.members[plan.proposer]!.gone || steps < gone.atStep + lateSteps) return false;
    return (await linesOf(desk)).length === 0;
  }

  /** Where nothing is said any more, whoever is waited for is given up; and at last the round is. */
  #passTime(): void {
    const { world } = this;
    const lines = Math.max(...this.here.map(({ session }) => session?.board.lines ?? 0));
    this.#quiet.steps += 1;
    if (lines > this.#quiet.lines) this.#quiet = { lines, steps: 0, times: 0 };
    if (this.#quiet.steps < quietSteps) return;
    const { times } = this.#quiet;
    this.#quiet = { lines: this.#quiet.lines, steps: 0, times: times + 1 };
    world.nowMs += times < patienceTimes ? world.plan.patienceMs + 1000 : 2 * roundLimits.openMs;
  }

  async #act(node: RoundNode): Promise<void> {
    const { plan, founded, members } = this.world;
    if (node.dead || !node.rounds) return;
    const approvals = approvalsOf(node.id.slice(0, 4), plan.officers);
    const own = members.indexOf(node);
    const { session } = node;
    if (!session) {
      if (own !== plan.proposer) return;
      const { id } = founded.coordinator;
      await node.act((rounds) =>
        rounds.propose(this.world.terms?.(this.world) ?? this.#terms(), id, {}, approvals, undefined, this.round),
      );
      return;
    }
    const { state, board } = session;
    if (!board.begun || board.ended || state.forked) return;
    if (own !== -1 && !state.accepted) await node.act((rounds) => rounds.accept(session.round, {}, approvals));
    if (session.isCustodian && !board.ended) await this.#custody(node, session, approvals);
    const { active, parties } = board;
    const models = active.includes(node.id) && active.every((member) => parties.get(member)!.model !== undefined);
    if (own !== -1 && models && !state.vote && !board.ended)
      await node.act((rounds) => rounds.vote(session.round, plan.votes[own]!, { officer: 'wang', reason: 'seen' }));
  }

  /** Its people take the shares of a key that is split, one each, and give some of them when it is locked. */
  async #custody(node: RoundNode, session: RoundSession, approvals: ReturnType<typeof approvalsOf>): Promise<void> {
    const { split } = this.world.plan;
    const { state, custodyKey, round } = session;
    if (!state.custody) await node.act((rounds) => rounds.keepKey(round, approvals, split));
    else if (split && custodyKey.unfetched > 0) {
      // Another key than before a kill: what was given out of that one is void.
      if (custodyKey.unfetched === split.shares) this.shares.splice(0);
      const person = `person ${this.shares.length}`;
      await node.act(async (rounds) => void this.shares.push((await rounds.share(round, person)).share));
    } else if (isLocked(session)) {
      this.locked += 1;
      const share = this.#people.pick(this.shares);
      await node.act((rounds) => rounds.unlock(round, [share]));
    }
  }

  #terms() {
    const { plan, members, custodian } = this.world;
    const learn = plan.noise === undefined ? exact : averaged;
    const ids = members.map(({ id }) => id);
    return {
      ...{ members: ids, custodian: custodian.id, purpose: 'churn.prevention', reason: 'one model' },
      schema: { label: { name: 'left', positive: 'yes' }, features: [{ name: 'tenure', kind: 'number' as const, limit: 128 }] },
      learn,
      ...(plan.noise !== undefined && {
        privacy: privacyFor({ members: ids, against: plan.against, learn }, { epsilon: 5, delta: 1e-5 }),
      }),
      ...this.world.learning?.terms,
      ...{ against: plan.against, agreement: plan.agreement, encryption: 'bfv-4096' as const },
      ...{ patienceMs: plan.patienceMs, officers: plan.officers, minRows: 1 },
    };
  }
}
