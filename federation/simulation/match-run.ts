// One match from proposal to its end in a world: officers on both sides do what their plan says at moments of their own, and do it again when
// their node was killed before it was kept.

import assert from 'node:assert/strict';
import type { MatchView } from '../participant/match/match.ts';
import { type Answer, answerOf } from './answer.ts';
import { type Chance, drawsOf } from './draws.ts';
import type { Member } from './member.ts';
import { datasetFor, type Plan } from './plan.ts';
import type { World } from './world.ts';

export type Side = { readonly member: Member; readonly role: 'initiator' | 'responder' };
/** Something that officers or the founder do while the match runs. */
export type Trouble = { readonly atStep: number; readonly act: (run: MatchRun) => Promise<void> };

export class MatchRun {
  readonly world: World;
  readonly plan: Plan;
  readonly answer: Answer;
  readonly initiator: Member;
  readonly responder: Member;
  readonly trouble: Trouble | undefined;
  readonly #draws: Chance;
  session = '';
  #troubled = false;
  #acting = false;

  constructor(world: World, plan: Plan, trouble?: Trouble) {
    this.world = world;
    this.plan = plan;
    this.answer = answerOf(plan);
    this.trouble = trouble;
    this.#draws = drawsOf(world.seed, 'officers');
    const [first, second] = this.#draws.shuffle(world.members) as [Member, Member];
    this.initiator = first;
    this.responder = second;
    const sums = plan.terms.mode === 'sums';
    first.dataset = datasetFor(plan.initiator, sums);
    second.dataset = datasetFor(plan.responder, sums);
  }

  get sides(): readonly Side[] {
    return [
      { member: this.initiator, role: 'initiator' },
      { member: this.responder, role: 'responder' },
    ];
  }

  viewOf(member: Member): MatchView | undefined {
    return member.dead ? undefined : member.matches?.list().find(({ session }) => session === this.session);
  }

  get ended(): boolean {
    return this.sides.every(({ member }) => this.viewOf(member)?.phase === 'ended');
  }

  /** @throws when it has not ended after so many steps */
  async run(most: number): Promise<void> {
    for (let step = 0; step < most; step += 1) {
      if (this.ended) return;
      await this.step();
    }
    if (!this.ended) throw new assert.AssertionError({ message: `no end after ${most} steps: ${this.where()}` });
  }

  async step(): Promise<void> {
    await this.world.step(() => this.#act());
  }

  where(): string {
    return JSON.stringify(
      this.sides.map(({ member, role }) => {
        const view = this.viewOf(member);
        return [
          role,
          view?.phase,
          view?.outcome,
          view?.theirOutcome,
          view?.progress.waitingFor,
          member.events.map((one) => one.code),
        ];
      }),
    );
  }

  async #act(): Promise<void> {
    if (this.#acting) return;
    this.#acting = true;
    try {
      const { trouble } = this;
      if (trouble && !this.#troubled && this.world.steps >= trouble.atStep) {
        await trouble.act(this);
        this.#troubled = true;
      } else if (this.#draws.next(5) === 0) await this.#officers();
    } finally {
      this.#acting = false;
    }
  }

  async #officers(): Promise<void> {
    const { responder, plan } = this;
    if (!this.session) return this.#propose();
    const theirs = this.viewOf(responder);
    if (theirs?.phase === 'asked' && !theirs.outcome) {
      await responder.act(() => responder.matches.accept(this.session, { from: 'b' }, plan.officers.responder));
    }
    for (const { member, role } of this.sides) {
      const view = this.viewOf(member);
      if (view?.phase !== 'counted' || view.released.mine) continue;
      await member.act(() => member.matches.release(this.session, plan.officers[role]));
    }
  }

  async #propose(): Promise<void> {
    const { initiator, responder, plan, world } = this;
    if (initiator.dead) return;
    const held = initiator.matches.list()[0];
    if (held) {
      this.session = held.session;
      return;
    }
    // Every fourth time the log has just grown, and the responder does not know it yet.
    if (world.seed % 4 === 1) {
      const [founder] = world.members as [Member];
      await founder.act(() => founder.belonging.rename(world.federation, { en: 'The founder, renamed', zh: '机构' }));
      await initiator.act(() => initiator.belonging.refresh(world.federation));
    }
    if (initiator.dead) return;
    const { counted, ...terms } = plan.terms;
    const wanted = { ...terms, responder: responder.id, ...(counted && { counter: world.coordinatorId }) };
    await initiator.act(async () => {
      this.session = await initiator.matches.propose(wanted, { from: 'a' }, plan.officers.initiator, {
        budget: 'canary budget',
        spent: 1,
        limit: 3,
      });
    });
  }
}
