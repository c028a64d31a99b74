// Who can open which sum: what a member that was left out could still open is looked up in everything that ever left anybody, with that member's own
// keys, and what a custodian's disk gives away while its key is split.

import assert from 'node:assert/strict';
import { closingsOf } from '../../participant/round/closing.ts';
import { placeOfSecret } from '../../participant/round/group-secrets.ts';
import { openFrom, openUnder } from '../../participant/round/sealed.ts';
import { boardOf, linesOf } from './invariants.ts';
import { key } from './plain-sums.ts';
import type { RoundRun } from './run.ts';

/** A sum that was opened after a member was left out does not open to it, by no secret that it was ever given. @returns pairs that were tried */
export async function checkLeftOut({ world, round }: RoundRun): Promise<number> {
  const { ledger } = world;
  const lines = await linesOf(world.desk);
  const board = boardOf(world, round, lines);
  const openedAt = new Map(lines.flatMap(({ entry: { says } }, line) => (says.kind === 'opened' ? [[says.sum, line]] : [])));
  let tried = 0;
  for (const [member, { out }] of board.parties) {
    if (!out) continue;
    const later = board.sums.filter(({ sum }) => (openedAt.get(sum) ?? -1) > out.line);
    if (later.length === 0) continue;
    const secrets: Uint8Array[] = [];
    const { wrapPrivateKey } = world.founded.members.find(({ id }) => id === member)!;
    const given = [board.custody!.secrets, ...board.sums.map(({ opened }) => opened?.secrets)];
    for (const [at, named] of given.entries()) {
      const wrapped = named?.[member] === undefined ? undefined : ledger.given.get(named[member]!);
      if (wrapped) secrets.push(await openFrom(wrapPrivateKey, placeOfSecret(round, member, at - 1), wrapped));
    }
    for (const { sum, opened } of later) {
      const sealed = ledger.given.get(opened!.sealed[0]!)!;
      for (const secret of secrets) {
        tried += 1;
        assert.throws(
          () => openUnder(secret, { round, what: 'sum', of: `${sum} 0` }, sealed),
          { code: 'seal_broken' },
          `who was left out opens sum ${sum}`,
        );
      }
    }
  }
  return tried;
}

/** Who is still there has signed the end, and so has the coordinator; all who are there have these signatures. */
export async function checkClosings(run: RoundRun): Promise<void> {
  const { world } = run;
  const expected = [...run.here.map(({ id }) => id), world.founded.coordinator.id].sort();
  const missing = () =>
    run.here.flatMap(({ session }) => {
      const signed = session ? closingsOf(session).map(({ closing }) => closing.by) : [];
      return expected.filter((id) => !signed.includes(id));
    });
  // Signatures and news of them are under way still.
  for (let step = 0; step < 600 && missing().length > 0; step += 1) await world.step();
  assert.deepEqual(missing(), [], 'an end is not signed by all, or not known to be');
}

/** Where the key is split, the custodian's disk never has it, nor a share, nor a secret that sums are sealed by. */
export async function checkSplit({ world, shares }: RoundRun): Promise<void> {
  const { plan, custodian } = world;
  if (!plan.split) return;
  const held = await custodian.book.list('round');
  for (const { value } of held) {
    const text = JSON.stringify(value);
    for (const name of ['secretKey', 'group', ...shares]) assert.ok(!text.includes(name), 'the disk has what is split');
  }
  for (const [name, bytes] of custodian.spool.ever) {
    assert.equal(Buffer.from(bytes).indexOf(key.subarray(0, 64)), -1, `${name} is the key`);
    for (const share of shares) assert.equal(Buffer.from(bytes).indexOf(share), -1, `${name} has a share`);
  }
}
