// What has to hold in every round, whatever went wrong: sums are those of the survivors, the board is one, no member's two secrets of one sum
// have left, and nothing was masked twice. Looked up in what left the nodes and what their disks hold.

import assert from 'node:assert/strict';
import { sealedKeySpool } from '../../participant/round/custodian-keys.ts';
import { openFrom } from '../../participant/round/sealed.ts';
import { secretCollection } from '../../participant/round/state.ts';
import { decodeSum } from '../../protocol/round/blobs.ts';
import { Board } from '../../protocol/round/board.ts';
import { roundLimits } from '../../protocol/round/round-terms.ts';
import type { SignedEntry } from '../../protocol/round/sayings.ts';
import { federationId } from '../../protocol/testing.ts';
import type { RoundNode } from './node.ts';
import type { RoundRun } from './run.ts';
import type { RoundWorld } from './world.ts';

/** The sum over the members with these ids. */
export function totalOf({ plan, members }: RoundWorld, sum: number, survivors: readonly string[]): number[] {
  const vectors = plan.vectors[sum]!.filter((_, at) => survivors.includes(members[at]!.id));
  return Array.from(vectors[0]!, (_, at) => vectors.reduce((total, vector) => total + vector[at]!, 0));
}

/** Lines of a party's board as its disk holds them. */
export async function linesOf(node: { book: RoundNode['book'] }): Promise<SignedEntry[]> {
  return (await node.book.list('round-line', '')).map(({ value }) => value as SignedEntry);
}

/** By world, and by the lines: each is looked at many times, and never changed. */
const boards = new WeakMap<RoundWorld, Map<string, Board>>();

export function boardOf(world: RoundWorld, round: string, lines: readonly SignedEntry[]): Board {
  const held = boards.get(world) ?? new Map<string, Board>();
  boards.set(world, held);
  const name = `${round} ${JSON.stringify(lines)}`;
  const board = held.get(name) ?? boardFrom(world, round, lines);
  held.set(name, board);
  return board;
}

function boardFrom({ founded }: RoundWorld, round: string, lines: readonly SignedEntry[]): Board {
  const board = new Board(federationId, round, (member) => founded.membership.members.get(member)?.descriptor.signingKey);
  for (const line of lines) board.take(line);
  return board;
}

/** Whose disk has a board: all of them are the beginning of one, also those of nodes that are gone. @returns the longest */
export async function checkOneBoard({ world }: RoundRun, nodes: readonly RoundNode[] = world.nodes): Promise<SignedEntry[]> {
  const boards = [await linesOf(world.desk), ...(await Promise.all(nodes.map(linesOf)))].map((lines) =>
    lines.map((line) => JSON.stringify(line)),
  );
  boards.sort((a, b) => b.length - a.length);
  for (const board of boards) assert.deepEqual(board, boards[0]!.slice(0, board.length), 'there are two boards');
  return boards[0]!.map((line) => JSON.parse(line) as SignedEntry);
}

/** Every sum on a party's disk is that of the survivors on its board. @returns how many were looked at */
export async function checkSums({ world, round }: RoundRun, node: RoundNode): Promise<number> {
  let count = 0;
  const { sums } = boardOf(world, round, await linesOf(node));
  for (const { sum, survivors, values } of sums) {
    const bytes = await node.spool.get(round, 'sum', sum);
    if (!bytes) continue;
    assert.ok(survivors!.length >= roundLimits.membersMin, 'a sum of too few');
    assert.deepEqual(
      [...decodeSum(bytes, values, 'sum')],
      totalOf(world, sum, survivors!),
      `sum ${sum} is not that of its members`,
    );
    count += 1;
  }
  return count;
}

/** For each member and sum no two different masked vectors. */
export function checkMaskedOnce({ world }: RoundRun): void {
  const { contributed, parts } = world.ledger;
  for (const [what, vectors] of contributed) assert.equal(vectors.size, 1, `${what}: another vector under the same masks`);
  for (const [what, bytes] of parts) assert.equal(bytes.size, 1, `${what}: another ciphertext under the same masks`);
}

export type Opened = {
  readonly sum: number;
  readonly of: string;
  readonly kind: 'maskMaster' | 'selfSeed';
  readonly from: string;
};

/** Everything sealed for the custodian that ever left anybody, opened with its key. */
export async function openedSecrets({ world, round }: RoundRun): Promise<Opened[]> {
  const { ledger, custodian } = world;
  const opened: Opened[] = [];
  const seen = new Set<string>();
  for (const { party, says } of [...ledger.ofKind('reveal'), ...ledger.ofKind('recovery')]) {
    const sealed = ledger.given.get(says.sealed);
    if (!sealed || seen.has(says.sealed)) continue;
    seen.add(says.sealed);
    const place = { round, what: says.kind, of: `${says.sum} ${party}` };
    const bytes = await openFrom(custodian.who.wrapPrivateKey, place, sealed).catch(() => undefined);
    // What a liar has sealed need not be anything.
    if (!bytes?.toString().startsWith('{')) continue;
    const said = JSON.parse(bytes.toString()) as { masters?: object; selves?: object; self?: string };
    const { sum } = says;
    if (said.self !== undefined) opened.push({ sum, of: party, kind: 'selfSeed', from: party });
    for (const of of Object.keys(said.masters ?? {})) opened.push({ sum, of, kind: 'maskMaster', from: party });
    for (const of of Object.keys(said.selves ?? {})) opened.push({ sum, of, kind: 'selfSeed', from: party });
  }
  return opened;
}

/** No honest member has opened both secrets of anybody for one sum, and nobody could put both together. */
export async function checkOneSecret(run: RoundRun, liars: readonly string[] = []): Promise<Opened[]> {
  const opened = await openedSecrets(run);
  const kinds = new Map<string, Set<string>>();
  const froms = new Map<string, Set<string>>();
  for (const { sum, of, kind, from } of opened) {
    if (liars.includes(from)) continue;
    kinds.set(`${sum} ${of} ${from}`, (kinds.get(`${sum} ${of} ${from}`) ?? new Set()).add(kind));
    // One's own seed is worth as much as all shares of it.
    const whole = kind === 'selfSeed' && of === from;
    for (const by of whole ? run.world.members.map(({ id }) => id) : [from, ...liars]) {
      froms.set(`${sum} ${of} ${kind}`, (froms.get(`${sum} ${of} ${kind}`) ?? new Set()).add(by));
    }
  }
  for (const [what, said] of kinds) assert.equal(said.size, 1, `${what}: both secrets of one member have left`);
  const board = boardOf(run.world, run.round, (await linesOf(run.world.desk)).slice(0, 1));
  if (!board.begun) {
    assert.deepEqual(opened, [], 'secrets have left, and nothing was agreed on');
    return opened;
  }
  const { threshold } = board;
  for (const [what, from] of froms) {
    if (!what.endsWith(' maskMaster') || from.size < threshold) continue;
    const other = froms.get(what.replace('maskMaster', 'selfSeed'));
    assert.ok((other?.size ?? 0) < threshold, `${what}: both secrets can be put together`);
  }
  return opened;
}

/** A sum is over one set of members: whatever was revealed, on any board, was revealed about that set. */
export async function checkOneSet({ world, round }: RoundRun, nodes: readonly RoundNode[] = world.nodes): Promise<void> {
  const revealers = new Map(world.ledger.ofKind('reveal').map(({ party, says }) => [`${says.sum} ${party}`, says]));
  const sets = new Map<number, Set<string>>();
  for (const node of nodes) {
    for (const { sum, survivors } of boardOf(world, round, await linesOf(node)).sums) {
      if (!survivors || !revealers.has(`${sum} ${node.id}`)) continue;
      sets.set(sum, (sets.get(sum) ?? new Set()).add(survivors.join(' ')));
    }
  }
  for (const [sum, found] of sets) assert.equal(found.size, 1, `sum ${sum} was revealed for two sets of members`);
}

/** Secrets of what is over are gone from a disk. */
export async function checkTidy({ round }: RoundRun, node: RoundNode): Promise<void> {
  const over = node.session?.state.over === true;
  if (over) {
    assert.deepEqual(await node.book.list(secretCollection), [], 'secrets stay on the disk');
    assert.deepEqual(await node.book.list('round-out'), [], 'what was masked stays in the book');
    const names = node.spool.held(round).filter((name) => !/\/(sum|model)\//.test(name));
    assert.deepEqual(names, [], 'more than sums and the model stays in the spool');
    assert.deepEqual(node.spool.held(sealedKeySpool(round)), [], 'the sealed key stays in the spool');
    const state = node.session!.state;
    assert.ok(!state.key && !state.reveals, 'the key of the round stays');
  }
}

/** A model is adopted by votes, and it is the one that the sums give. */
export async function checkAdopted({ world, round }: RoundRun, node: RoundNode, right = true): Promise<void> {
  const board = boardOf(world, round, await linesOf(node));
  if (node.adopted.length === 0) return;
  assert.equal(board.ended?.result, 'adopted', 'a model was adopted that the board has not adopted');
  const votes = board.active.map((member) => board.parties.get(member)!.vote);
  const yes = votes.filter((vote) => vote?.adopt).length;
  assert.ok(2 * yes > board.active.length, `adopted by ${yes} of ${board.active.length}`);
  const model = JSON.stringify(board.sums.map(({ sum, survivors }) => totalOf(world, sum, survivors!)));
  if (right) for (const kept of node.adopted) assert.equal(kept.model, model, 'the adopted model is another one');
}

/** Where nobody lies: it has ended, for all on one board, and not before its time. */
export function checkEnding(run: RoundRun): void {
  const { world } = run;
  const heads = new Set(run.here.map(({ session }) => session!.board.head));
  assert.equal(heads.size, 1, 'it ended at different heads');
  const codes = run.here.flatMap(({ session, events }) => [
    session!.state.forked,
    ...events.map(({ kind, code }) => (kind === 'failed' ? code : undefined)),
  ]);
  assert.deepEqual(
    codes.filter((code) => code !== undefined),
    [],
    'an honest coordinator is accused',
  );
  const { board } = run.here[0]!.session!;
  const { ended } = board;
  const left = board.begun ? board.active.filter((id) => run.here.some((node) => node.id === id)).length : 0;
  const agreeing = board.begun && [...board.parties].every(([, { accepted }]) => accepted) && board.custody !== undefined;
  const able = !world.custodian.gone && agreeing && left >= board.threshold;
  if (ended!.result === 'stopped') {
    assert.equal(ended!.code, 'round_expired', `it was stopped as ${ended!.code}`);
    assert.ok(!able, `${left} were left, and it expired`);
    return;
  }
  const votes = board.active.map((member) => board.parties.get(member)!.vote!.adopt);
  const yes = votes.filter(Boolean).length;
  assert.equal(ended!.result, 2 * yes > votes.length ? 'adopted' : 'rejected');
  for (const node of run.here) {
    const member = world.members.includes(node) && board.active.includes(node.id);
    if (member) assert.equal(node.adopted.length > 0, ended!.result === 'adopted', 'adopted');
  }
}
