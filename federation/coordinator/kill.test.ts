import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { CoordinatorApi } from '../protocol/coordinator-api.ts';
import { tallyKinds } from '../protocol/coordinator-api.ts';
import { newInvitation, readInvitation, requestToJoin } from '../protocol/invitation.ts';
import { decodeMessage } from '../protocol/message.ts';
import { readTallyVerdict, writeTallyParts } from '../protocol/tally.ts';
import { federationId, testMember } from '../protocol/testing.ts';
import type { Coordinator } from './coordinator.ts';
import { Killed, Mortal, session, TestFederation } from './testing.ts';

const runs = process.env.HOLDFAST_LONG === '1' ? 300 : 40;

/** A coordinator that is started again over the same book whenever it has died. */
class Restarting {
  readonly federation: TestFederation;
  readonly #lives: Iterator<readonly [number, boolean]>;
  #coordinator: Coordinator | undefined;
  #mortal: Mortal | undefined;
  deaths = 0;

  constructor(federation: TestFederation, lives: readonly (readonly [number, boolean])[]) {
    this.federation = federation;
    this.#lives = lives[Symbol.iterator]();
  }

  /** Asks until somebody lives to answer, as a member does. */
  async ask<Result>(work: (coordinator: Coordinator) => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        this.#coordinator ??= await this.#start();
        const answer = await work(this.#coordinator);
        if (this.#mortal?.dead) throw new Killed();
        return answer;
      } catch (fault) {
        if (!(fault instanceof Killed)) throw fault;
        this.deaths += 1;
        this.#coordinator = undefined;
      }
    }
  }

  async #start(): Promise<Coordinator> {
    const { book, spool } = this.federation;
    const next = this.#lives.next();
    this.#mortal = next.done ? undefined : new Mortal(...next.value);
    const over = this.#mortal ? { book: this.#mortal.book(book), spool: this.#mortal.spool(spool) } : {};
    return this.federation.open(over);
  }
}

const lives = fc.array(fc.tuple(fc.nat(25), fc.boolean()), { maxLength: 12 });

test('killed between any two writes, it loses no message and delivers none twice', async () => {
  const federation = await TestFederation.make(2);
  const [a, b] = federation.members as [(typeof federation.members)[0], (typeof federation.members)[0]];
  const messages = [
    ...Array.from({ length: 12 }, (_, seq) => federation.message(a, b, seq)),
    ...Array.from({ length: 6 }, (_, seq) => federation.message(b, a, seq)),
  ];
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(lives, fc.array(fc.nat(3), { maxLength: 30 }), async (schedule, takes) => {
      const fresh = await TestFederation.make(0);
      Object.assign(federation, { book: fresh.book, spool: fresh.spool });
      const node = new Restarting(federation, schedule);
      const taken = { [a.id]: [] as string[], [b.id]: [] as string[] };
      const last = { [a.id]: 0, [b.id]: 0 };
      // A member keeps what it got, with its number, before it acknowledges.
      const take = async (member: string) => {
        const deliveries = await node.ask((one) => one.forMember(member).receive(last[member]!, 0));
        for (const { number, message } of deliveries.slice(0, 2)) {
          taken[member]!.push(Buffer.from(message).toString('hex'));
          last[member] = number;
        }
        await node.ask((one) => one.forMember(member).acknowledge(last[member]!));
        return deliveries.length;
      };
      for (const [at, message] of messages.entries()) {
        const from = decodeMessage(message).header.from;
        await node.ask((one) => one.forMember(from).send(message));
        for (let count = takes[at] ?? 0; count > 0; count -= 1) await take(b.id);
      }
      for (const member of [a.id, b.id]) while ((await take(member)) > 0);
      const hex = (list: readonly Uint8Array[]) => list.map((message) => Buffer.from(message).toString('hex'));
      assert.deepEqual(taken[b.id], hex(messages.slice(0, 12)));
      assert.deepEqual(taken[a.id], hex(messages.slice(12)));
      await node.ask((one) => one.tick());
      assert.deepEqual(await federation.book.list('mail'), []);
      for (const { id } of [a, b]) assert.deepEqual(await federation.spool.parts(`mail-${id}`, 'body'), []);
      deaths += node.deaths;
    }),
    { numRuns: runs },
  );
  assert.ok(deaths > runs, `${deaths} deaths`);
});

test('killed at any write while somebody joins, nothing that was answered is gone', async () => {
  const federation = await TestFederation.make(0);
  const { founder, random, clock } = federation;
  const newcomer = testMember(federationId, 'newcomer');
  const fields = { federation: federationId, address: 'x', founder: '0'.repeat(64), expiresAtMs: clock.nowMs() + 1000 };
  const { code, kept } = newInvitation(random, fields);
  const { request, leaf } = await federation.leaf(newcomer.id);
  const asked = requestToJoin(readInvitation(code), newcomer.key, newcomer.descriptor, request, clock.nowMs());
  const revocations = await federation.revocations([]);
  const admission = federation.admit(newcomer, kept.id);
  federation.log.pop();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(4), fc.boolean()), { maxLength: 12 }), async (schedule) => {
      const fresh = await TestFederation.make(0);
      Object.assign(federation, { book: fresh.book, spool: fresh.spool });
      const node = new Restarting(federation, schedule);
      const asFounder = <Result>(work: (api: CoordinatorApi) => Promise<Result>) =>
        node.ask((one) => work(one.forMember(founder.id)));
      await asFounder((api) => api.publishInvitation(kept));
      await node.ask((one) => one.door().join(asked));
      assert.deepEqual(await asFounder((api) => api.joinRequests()), [asked]);
      await asFounder((api) => api.publishRevocations(revocations));
      await asFounder((api) => api.append(admission));
      await asFounder((api) => api.publishLeaf(newcomer.id, leaf));
      assert.deepEqual(await asFounder((api) => api.joinRequests()), []);
      const outcome = await node.ask((one) => one.door().outcome(kept.id));
      assert.deepEqual(outcome, { state: 'admitted', leaf, revocations });
    }),
    { numRuns: runs },
  );
});

test('killed at any write of a tally, both sides get one verdict, the same, and the lists are gone', async () => {
  const token = (byte: number) => Buffer.alloc(32, byte);
  const fields = { terms: 'ab'.repeat(32), least: 2, tell: 'count' } as const;
  await fc.assert(
    fc.asyncProperty(lives, async (schedule) => {
      const federation = await TestFederation.make(2);
      const [a, b] = federation.members as [(typeof federation.members)[0], (typeof federation.members)[0]];
      const node = new Restarting(federation, schedule);
      for (const [from, partner, bytes] of [
        [a, b, [1, 2, 3]],
        [b, a, [2, 3, 4, 5]],
      ] as const) {
        const lists = [
          { kind: 'phone', tokens: Buffer.concat(bytes.map(token)) },
          { kind: 'email', tokens: Buffer.alloc(0) },
        ] as const;
        let seq = 0;
        for (const body of writeTallyParts({ ...fields, partner: partner.id }, lists)) {
          const message = federation.message(from, federation.own, seq, body, { kind: tallyKinds.list });
          await node.ask((one) => one.forMember(from.id).send(message));
          seq += 1;
        }
      }
      const verdictOf = async (api: CoordinatorApi) => {
        const deliveries = await api.receive(0, 0);
        assert.equal(deliveries.length, 1);
        return decodeMessage(deliveries[0]!.message);
      };
      await node.ask((one) => one.tick());
      const verdicts = [];
      for (const { id } of [a, b]) verdicts.push(await node.ask((one) => verdictOf(one.forMember(id))));
      assert.deepEqual(verdicts[0]!.body, verdicts[1]!.body);
      assert.deepEqual(readTallyVerdict(verdicts[0]!.body), {
        v: 1,
        terms: fields.terms,
        verdict: 'enough',
        counts: [
          { kind: 'phone', shared: 2 },
          { kind: 'email', shared: 0 },
        ],
      });
      for (const { id } of [a, b]) assert.deepEqual(await federation.spool.parts(`tally-${session}`, `${id}-phone`), []);
      assert.deepEqual(await federation.book.list('tally-part'), []);
    }),
    { numRuns: runs },
  );
});
