// Kills a node before each write and each call of a story in turn, and lets it go on with what is left in its book.

import assert from 'node:assert/strict';
import { publicKeyOf } from '../../../crypto/signing.ts';
import type { Book } from '../../protocol/durable.ts';
import { foldMembership } from '../../protocol/membership.ts';
import { toBase64 } from '../../protocol/signed.ts';
import { Killed, mortalPorts, type TestNet } from '../testing.ts';
import { Belonging } from './belonging.ts';
import { address, codesOf, type Node, view } from './testing.ts';

type Step = (node: Node) => Promise<unknown>;
type Die = (node: Node, step: Step) => Promise<void>;

/**
 * Does the step with a process that ends at the n-th write or call; then opens the node again and does it again.
 * @returns whether it ended before the step was through
 */
async function dieAt(node: Node, killAt: number, step: Step): Promise<boolean> {
  const { ports, counter } = mortalPorts(node.ports, killAt);
  const living = { ...node };
  let killed = false;
  try {
    await step(Object.assign(node, { it: await Belonging.open(ports), ports }));
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
    killed = true;
  }
  assert.equal(killed, counter.count >= killAt, 'the kill was caught');
  Object.assign(node, { ports: living.ports, it: await Belonging.open(living.ports) });
  await step(node);
  return killed;
}

/** Like dieAt, yet the process goes on: the n-th write is done, and says that it was not. */
export async function failAt(node: Node, count: number, step: Step): Promise<boolean> {
  let writes = 0;
  let over = false;
  const { ports } = node;
  const book: Book = {
    read: (collection, key) => ports.book.read(collection, key),
    list: (collection, prefix) => ports.book.list(collection, prefix),
    write: async (changes) => {
      await ports.book.write(changes);
      if (!over) writes += 1;
      if (!over && writes === count) throw new Killed();
    },
  };
  node.it = await Belonging.open({ ...ports, book });
  await step(node).catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
  await step(node);
  over = true;
  return writes >= count;
}

/** Runs a story once for each place where it can be killed, until a run goes through without a kill. */
export async function everywhere(least: number, story: (die: Die) => Promise<void>, at: typeof dieAt = dieAt): Promise<void> {
  let killAt = 0;
  for (let killed = true; killed; ) {
    killAt += 1;
    await story(async (node, step) => {
      killed = await at(node, killAt, step);
    }).catch((error: unknown) => {
      throw new Error(`at write or call ${killAt}: ${error}`, { cause: error });
    });
  }
  assert.ok(killAt >= least, `only ${killAt} places to be killed at`);
}

/** What holds at the end: all hold one log, nothing is under way, and each has the keys and the certificate that it goes by. */
export async function settled(net: TestNet, federation: string, nodes: readonly Node[]): Promise<void> {
  for (let round = 0; round < 2; round += 1) for (const node of nodes) await node.it.chores();
  const coordinator = net.coordinators.get(address)!;
  const { head } = foldMembership(coordinator.statements);
  for (const node of nodes) {
    const seen = view(node, federation);
    assert.equal(seen.state, 'member');
    assert.equal(seen.pending, undefined);
    assert.deepEqual(codesOf(node, federation), []);
    assert.equal(node.it.membership(federation).head, head);
    const own = node.it.membership(federation).members.get(seen.member)!;
    assert.equal(own.descriptor.signingKey, toBase64(publicKeyOf(node.it.signingKey(federation))));
    await node.it.api(federation).log(0);
  }
  assert.equal(coordinator.list, nodes[0]!.it.identity(federation).revocationList);
  for (const serials of coordinator.serials.values()) assert.equal(serials.size, 1, 'two certificates for one request');
}

export const acts = (net: TestNet) => net.coordinators.get(address)!.statements.map(({ statement }) => statement.act.kind);
